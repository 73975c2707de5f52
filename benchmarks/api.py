"""What the API costs, as ratios within one run on PostgreSQL: `.venv/bin/python -m benchmarks.api`.

For the reference plan and for one 50 times larger (1,050 activities, 2,100 indicators, 12,600 period values): the whole
scorecard as JSON, computed anew, through the whole application (key, limit, scope, figures, answer), against a floor
beside it: one SQL query that reads every target and result of the plan, nested and dumped. And the conditional repeat,
answered by 304, against an empty page of the same API. Starts a PostgreSQL of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable

import django

from tests.postgres import Server

REPEAT = 9
UPTO = "2024-2"
FLOOR = """
    SELECT i.code, t.period, t.value, r.value, r.numerator, r.denominator, r.not_available_reason
    FROM plans_indicator i
    LEFT JOIN plans_target t ON t.indicator_id = i.id
    LEFT JOIN monitoring_period p ON p.plan_id = i.plan_id AND p.code = t.period
    LEFT JOIN monitoring_result r ON r.indicator_id = i.id AND r.period_id = p.id
    LEFT JOIN monitoring_submission s ON s.id = r.submission_id AND s.state = 'validated'
    WHERE i.plan_id = %s ORDER BY i.code, t.period
"""


def best_of(*actions: Callable[[], object]) -> list[float]:
    """The best time of each, in seconds; one after the other in turn, so that all meet the same machine."""
    times = []
    for _time in range(REPEAT):
        row = []
        for action in actions:
            start = time.perf_counter()
            action()
            row.append(time.perf_counter() - start)
        times.append(row)
    return [min(column) for column in zip(*times, strict=True)]


def _expect(condition: bool) -> None:
    if not condition:
        raise SystemExit("what was to be measured did not happen")


def told(name: str, ours: float, theirs: str, least: float, aim: str) -> str:
    return f"  {name:<10}{ours * 1000:9.1f} ms   {theirs:<6}{least * 1000:8.1f} ms   ratio ({aim}) {ours / least:6.2f}"


def measure() -> None:
    # After django.setup(): these import models.
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from institution import clock  # noqa: PLC0415
    from institution.agencies import make_key  # noqa: PLC0415
    from institution.models import Agency, Scope, User  # noqa: PLC0415
    from plans.models import Plan  # noqa: PLC0415
    from tests.wide import make_wide_plan  # noqa: PLC0415

    settings.API_PER_MINUTE = 1_000_000
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("import_plan", "plans/data/reference_plan.xlsx", verbosity=0)
    plans = {"reference plan": Plan.objects.get(), "50 times larger": make_wide_plan(50)}
    for name, plan in plans.items():
        if name == "reference plan":
            Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_FORCE)
        agency = Agency.objects.create(government=plan.government, acronym=plan.code[:20], name="x")
        key = make_key(
            agency=agency,
            name="x",
            scopes=Scope.values,
            expires_at=clock.real_now() + dt.timedelta(days=1),
            by=User.objects.system(),
        ).text
        client = Client(headers={"Authorization": f"Api-Key {key}"})
        address = f"/api/v1/plans/{plan.code}/scorecard/?upto={UPTO}"
        etag = client.get(address)["ETag"]

        def scorecard(client: Client = client, address: str = address) -> None:
            _expect(client.get(address).status_code == 200)

        def floor(plan: Plan = plan) -> None:
            nested: dict = {}
            with connection.cursor() as cursor:
                cursor.execute(FLOOR, [plan.pk])
                for code, period, target, value, numerator, denominator, reason in cursor:
                    nested.setdefault(code, {})[period] = {
                        "target": target,
                        "value": value,
                        "numerator": numerator,
                        "denominator": denominator,
                        "not_available": bool(reason),
                    }
            json.dumps(nested, default=str)

        def repeat(client: Client = client, address: str = address, etag: str = etag) -> None:
            _expect(client.get(address, headers={"If-None-Match": etag}).status_code == 304)

        def empty(client: Client = client, plan: Plan = plan) -> None:
            answer = client.get(f"/api/v1/plans/{plan.code}/results/?indicator=none")
            _expect(answer.json()["results"] == [])

        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked = len(queries)  # the log is emptied by the next request
        ours, least, unchanged, nothing = best_of(scorecard, floor, repeat, empty)
        print(f"{name}: {plan.indicators.count()} indicators, {asked} queries")
        print(told("scorecard", ours, "floor", least, "aim: at most 3"))
        print(told("304", unchanged, "empty", nothing, "at most 2"))


def main() -> None:
    server = Server()
    server.start()
    try:
        os.environ["DATABASE_URL"] = server.url
        os.environ["DJANGO_SETTINGS_MODULE"] = "pmh.settings"
        os.environ.setdefault("PMH_SECRET_KEY", "benchmark")
        os.environ["PMH_DEBUG"] = "0"
        os.environ["PMH_HTTPS"] = "0"
        django.setup()
        measure()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
