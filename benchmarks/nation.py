"""A country of municipalities in one database: `python -m benchmarks.nation GOVERNMENTS REPORTING`.

Each has the shape of the reference plan: 12 units, 21 activities of one indicator, six semesters, a report of each unit
in each semester with its events, results with their first record of history, breakdowns by sex where people are
counted, a link as evidence of each result; its results are released to agencies, its evaluation of 2023 is closed, and
published with a file that is none. All but the last two steps is written in bulk.

The first REPORTING ones have their last semester open and empty, and an officer in each unit who is signed in already:
the deadline. Prints, as JSON, what `benchmarks.national` needs to know of them.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

UNITS, GUIDELINES, ACTIONS, ACTIVITIES = 12, 3, 5, 21
AT_ONCE = 100
PROVINCES = 196
EVALUATED = 2023
# Whose evaluations are closed and not yet printed: for measuring how fast they are.
UNPRINTED = 12
KINDS = (
    {"accumulation": "sum", "counts": "people", "unit_of_measure": "persona"},
    {"accumulation": "pooled", "counts": "percentage", "unit_of_measure": "porcentaje"},
    {"accumulation": "last", "unit_of_measure": "convenio"},
    {"accumulation": "average", "direction": "decreasing", "unit_of_measure": "día"},
    {"accumulation": "last", "formula": "baseline", "baseline": Decimal(3), "unit_of_measure": "oficina"},
)
SEXES = ("woman", "man", "other", "not_informed")


def ubigeos(count: int) -> Iterator[tuple[str, str]]:
    """Codes of the shape of INEI's, Lima's first: provinces have 4 digits, districts 6."""
    yield "1501", "provincial"
    for number in range(1, count):
        if number < PROVINCES:
            yield f"{30 + number // 90}{1 + number % 90:02}", "provincial"
        else:
            district = number - PROVINCES
            yield f"{40 + district // 90}01{1 + district % 90:02}", "district"


def build(governments: int, reporting: int) -> dict[str, Any]:
    """Makes them all, some at a time; what is returned names those of the deadline."""
    from institution.code_lists import load_code_lists  # noqa: PLC0415  # Django is set up by now, not before

    load_code_lists()
    codes = list(ubigeos(governments))
    officers: list[dict[str, Any]] = []
    coordinators: dict[str, str] = {}
    for start in range(0, governments, AT_ONCE):
        some = _Some(codes[start : start + AT_ONCE], reporting=max(0, reporting - start))
        some.write()
        officers += some.officers
        if start == 0:
            coordinators[some.plans[0].code] = _session(some.coordinators[0])
        for place, plan in enumerate(some.plans, start):
            _evaluate(plan, some.coordinators[place - start], printed=place < governments - UNPRINTED)
        print(f"  {start + len(some.plans)} governments", file=sys.stderr, flush=True)
    return {"officers": officers, "coordinators": coordinators}


def _session(user: Any) -> str:
    """Somebody who has signed in: the cookie of their session."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _evaluate(plan: Any, by: Any, *, printed: bool) -> None:
    from institution import clock  # noqa: PLC0415
    from monitoring.evaluation import close_evaluation, open_evaluation  # noqa: PLC0415
    from monitoring.frozen import sha256_of  # noqa: PLC0415
    from monitoring.releasing import release  # noqa: PLC0415
    from reports.documents.stamp import code_of  # noqa: PLC0415
    from reports.models import Document  # noqa: PLC0415

    release(plan)
    evaluation = open_evaluation(plan=plan, year=EVALUATED, by=by)
    evaluation = close_evaluation(evaluation, by=by, texts_may_be_empty=True)
    if printed:
        Document.objects.create(
            plan=plan,
            kind="evaluation",
            code=code_of("evaluation", evaluation.frozen),
            title=f"Evaluación {EVALUATED}",
            record=evaluation.frozen,
            record_sha256=sha256_of(evaluation.frozen),
            evaluation=evaluation,
            asked_by=by,
            asked_on=clock.today(),
            file=f"documents/{plan.code}.pdf",
            file_name="evaluacion.pdf",
            sha256="0" * 64,
            size=1,
            issued_at=clock.now(),
            published_on=clock.today(),
            published_by=by,
        )


class _Some:
    """So many governments, each table of all of them written at once."""

    def __init__(self, codes: list[tuple[str, str]], reporting: int) -> None:
        self.codes, self.reporting = codes, reporting
        self.officers: list[dict[str, Any]] = []

    def write(self) -> None:
        self._governments()
        self._persons()
        self._trees()
        self._reports()
        self._results()
        self._name_officers()

    def _governments(self) -> None:
        from institution.models import Government, Unit  # noqa: PLC0415
        from monitoring.models import Period  # noqa: PLC0415
        from plans.models import Plan  # noqa: PLC0415

        self.governments = Government.objects.bulk_create(
            Government(ubigeo=code, kind=kind, name=f"Municipalidad de {code}", place=f"Ámbito {code}")
            for code, kind in self.codes
        )
        rows = Unit.objects.bulk_create(
            Unit(
                government=government,
                acronym="GPV" if number == 0 else f"G{number:02}",
                name=f"Gerencia {number} de la municipalidad {government.ubigeo}",
                function="coordination" if number == 0 else "responsible",
                valid_from=dt.date(2019, 1, 1),
            )
            for government in self.governments
            for number in range(UNITS)
        )
        self.units = [rows[place : place + UNITS] for place in range(0, len(rows), UNITS)]
        self.plans = Plan.objects.bulk_create(
            Plan(
                government=government,
                code=f"PMH-{government.ubigeo}",
                name="Plan de Movilidad Humana",
                first_year=2022,
                last_year=2024,
                state="in_force",
                requires_signoff=False,
            )
            for government in self.governments
        )
        periods = [
            self._period(plan, code, is_open=place < self.reporting and code == plan.period_codes[-1])
            for place, plan in enumerate(self.plans)
            for code in plan.period_codes
        ]
        rows = Period.objects.bulk_create(periods)
        self.periods = [rows[place : place + 6] for place in range(0, len(rows), 6)]

    def _period(self, plan: Any, code: str, *, is_open: bool) -> Any:
        from monitoring.models import Period  # noqa: PLC0415

        period = Period(plan=plan, code=code, state="open" if is_open else "closed")
        period.due_on = period.ends_on + dt.timedelta(days=21)
        period.opened_on = period.ends_on + dt.timedelta(days=1)
        period.closed_on = None if is_open else period.ends_on + dt.timedelta(days=12)
        return period

    def _persons(self) -> None:
        from django.contrib.auth.hashers import make_password  # noqa: PLC0415

        from institution.models import Designation, User  # noqa: PLC0415

        password = make_password(None)
        posts = [(units[0], "coordinator") for units in self.units]
        posts += [
            (unit, "reporter")
            for place, units in enumerate(self.units)
            for unit in (units if place < self.reporting else units[1:2])
        ]
        rows = User.objects.bulk_create(
            User(
                email=f"{role}.{unit.acronym}.{unit.government.ubigeo}@example.org".lower(),
                full_name=f"Persona de {unit.acronym} {unit.government.ubigeo}",
                password=password,
            )
            for unit, role in posts
        )
        Designation.objects.bulk_create(
            Designation(user=user, unit=unit, role=role, starts_on=dt.date(2022, 1, 1))
            for user, (unit, role) in zip(rows, posts, strict=True)
        )
        self.coordinators, self.reporters = rows[: len(self.units)], {}
        for user, (unit, role) in zip(rows, posts, strict=True):
            if role == "reporter":
                self.reporters[unit.pk] = user

    def _trees(self) -> None:
        from plans.models import (  # noqa: PLC0415
            Activity,
            DeclaredTable,
            Guideline,
            Indicator,
            Objective,
            Responsibility,
            StrategicAction,
            Target,
        )

        def of_each(model: Any, count: int, parent: str, parents: list[Any], code: str, **more: Any) -> list[Any]:
            above = len(parents) // len(self.plans) if parents else 0
            return model.objects.bulk_create(
                model(
                    plan=plan,
                    code=f"{code}.{number + 1:02}",
                    name=f"Lo que se propone el plan en {code}.{number + 1:02}, en una línea de texto",
                    order=number,
                    **({parent: parents[place * above + number % above]} if parent else {}),
                    **{name: value(place, number) for name, value in more.items()},
                )
                for place, plan in enumerate(self.plans)
                for number in range(count)
            )

        guidelines = of_each(Guideline, GUIDELINES, "", [], "L")
        objectives = of_each(Objective, GUIDELINES, "guideline", guidelines, "OE")
        actions = of_each(StrategicAction, ACTIONS, "objective", objectives, "AE")
        lead = self._unit_of
        activities = of_each(Activity, ACTIVITIES, "action", actions, "ACT", lead_unit=lead)
        self.indicators = Indicator.objects.bulk_create(
            Indicator(
                plan=row.plan,
                activity=row,
                code=f"IND.{row.code}",
                name=f"Número de cosas que se hicieron en la actividad {row.code}",
                order=row.order,
                **KINDS[row.order % len(KINDS)],
            )
            for row in activities
        )
        Responsibility.objects.bulk_create(
            Responsibility(indicator=row, unit=row.activity.lead_unit, from_period="2022-1") for row in self.indicators
        )
        DeclaredTable.objects.bulk_create(
            DeclaredTable(indicator=row, table="sex") for row in self.indicators if row.counts == "people"
        )
        Target.objects.bulk_create(
            (
                Target(indicator=row, period=code, value=20 + (row.order * 7 + place) % 60)
                for row in self.indicators
                for place, code in enumerate(row.plan.period_codes)
            ),
            batch_size=5000,
        )

    def _unit_of(self, place: int, number: int) -> Any:
        return self.units[place][number % UNITS]

    def _reports(self) -> None:
        from django.utils import timezone  # noqa: PLC0415

        from monitoring.models import Submission, SubmissionEvent  # noqa: PLC0415

        rows = Submission.objects.bulk_create(
            Submission(
                unit=unit,
                period=period,
                state="validated",
                started_by=self.coordinators[place],
                submitted_on=period.due_on,
                due_on=period.due_on,
            )
            for place, units in enumerate(self.units)
            for period in self.periods[place]
            if period.is_closed
            for unit in units
        )
        self.submissions = {(row.unit_id, row.period_id): row for row in rows}
        at = timezone.now()
        steps = (("start", "", "draft"), ("submit", "draft", "submitted"), ("validate", "submitted", "validated"))
        SubmissionEvent.objects.bulk_create(
            (
                SubmissionEvent(submission=row, step=step, from_state=before, to_state=after, by=row.started_by, at=at)
                for row in rows
                for step, before, after in steps
            ),
            batch_size=5000,
        )

    def _results(self) -> None:
        from institution import clock  # noqa: PLC0415
        from monitoring.models import Breakdown, Evidence, Result  # noqa: PLC0415

        at = clock.now()
        results = []
        for number, indicator in enumerate(self.indicators):
            government = number // ACTIVITIES
            for place, period in enumerate(self.periods[government]):
                submission = self.submissions.get((indicator.activity.lead_unit_id, period.pk))
                if submission is None:
                    continue
                value = Decimal(10 + (indicator.order * 11 + place * 5) % 80)
                pooled = indicator.accumulation == "pooled"
                results.append(
                    Result(
                        submission=submission,
                        indicator=indicator,
                        period=period,
                        achievements="Se hizo lo previsto con las unidades que apoyan, en dos jornadas.",
                        entered_by=submission.started_by,
                        entered_at=at,
                        **({"numerator": value, "denominator": Decimal(97)} if pooled else {"value": value}),
                    )
                )
        results = Result.objects.bulk_create(results, batch_size=2000)
        Result.history.bulk_history_create(results, batch_size=2000)
        Breakdown.objects.bulk_create(
            (
                Breakdown(result=row, table="sex", category="", sex=sex, count=count)
                for row in results
                if row.indicator.counts == "people"
                for sex, count in zip(SEXES, (int(row.value) - 3, 1, 1, 1), strict=True)
            ),
            batch_size=5000,
        )
        Evidence.objects.bulk_create(
            (
                Evidence(
                    result=row,
                    title="Acta de la jornada",
                    url="https://www.example.org/actas/jornada",
                    uploaded_by=row.entered_by,
                    uploaded_at=at,
                )
                for row in results
            ),
            batch_size=5000,
        )

    def _name_officers(self) -> None:
        for place, units in enumerate(self.units[: self.reporting]):
            for unit in units:
                own = self.indicators[place * ACTIVITIES : (place + 1) * ACTIVITIES]
                self.officers.append(
                    {
                        "report": f"/planes/{self.plans[place].code}/reportes/2024-2/{unit.acronym}",
                        "desk": f"/planes/{self.plans[place].code}/escritorio/",
                        "session": _session(self.reporters[unit.pk]),
                        "indicators": [
                            {"pk": row.pk, "pooled": row.accumulation == "pooled", "people": row.counts == "people"}
                            for row in own
                            if row.activity.lead_unit_id == unit.pk
                        ],
                    }
                )


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(build(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
