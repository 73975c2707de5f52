"""What a scorecard costs, as ratios within one run: `.venv/bin/python -m benchmarks.scorecard`.

Times of different machines cannot be compared, ratios of one run can. Uses a database of its own in memory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import django
from django.core.management import call_command

REPEAT = 5


def best(action: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(REPEAT):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    # After django.setup(): these import models.
    from monitoring.frozen import scorecard_json  # noqa: PLC0415
    from monitoring.queries import load_outline  # noqa: PLC0415
    from monitoring.scorecard import score  # noqa: PLC0415
    from plans.measures import Horizon  # noqa: PLC0415
    from tests.factories import make_large_plan  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    costs = {}
    for size in (21, 1050):
        plan = make_large_plan(size)
        outline = load_outline(plan)
        card = score(outline, "2023-2")
        costs[size] = {
            "load": best(lambda plan=plan: load_outline(plan)),
            "score, four horizons": best(lambda outline=outline: score(outline, "2023-2")),
            "score, one horizon": best(lambda outline=outline: score(outline, "2023-2", [Horizon.SEMESTER])),
            "to JSON": best(lambda card=card: scorecard_json(card)),
        }
    print(f"{'':<24}{'1,050 / 21':>12}{'of the load':>14}")
    for name, cost in costs[1050].items():
        growth, share = cost / costs[21][name], cost / costs[1050]["load"]
        print(f"{name:<24}{growth:>11.1f}x{share:>13.2f}x")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "pmh.settings"
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    django.setup()
    main()
