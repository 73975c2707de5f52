"""Validated results as partner agencies are told them: released, corrected, withdrawn, each in its place in the order.

Whatever makes a result count, or no longer count, ends here in the same transaction: conformity and what takes it
back, historical results, the close of a semester. Agencies read what was told, never the tables behind it, so that
an incremental reader and a whole snapshot say the same, and nothing is told twice at different levels.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction

from institution import clock
from monitoring.disclosure import told_json, told_tables
from monitoring.frozen import JSON, decimal_text
from monitoring.models import Period, ReleaseBook, ReleasedResult, Result
from monitoring.progress import HUNDRED, exactly, quantised
from monitoring.queries import results_that_count
from monitoring.suppression import LEVELS, Level
from plans.models import Plan


@transaction.atomic
def release(plan: Plan, periods: Collection[str] | None = None) -> int:
    """Tells what of the plan's results in those semesters is new, corrected or withdrawn; all semesters if none named.

    Returns how many changed. Tables are told once their semester is closed: until then a result that is still to come
    could be computed as the difference between an objective's table and those of the other parts. 6 queries and what
    the tables take, whatever the number of results, and three more where something changed.
    """
    book = _held(plan)
    periods = plan.period_codes if periods is None else sorted(periods)
    known = {
        (row.indicator_id, row.period_id): row
        for row in ReleasedResult.objects.filter(plan=plan, period__code__in=periods).order_by()
    }
    told = told_of(plan, periods)
    at = clock.now()
    new, changed = [], []
    for where, content in told.items():
        row = known.get(where)
        if row is None:
            row = ReleasedResult(plan=plan, indicator_id=where[0], period_id=where[1])
            new.append(row)
        elif row.withdrawn or row.told != content:
            changed.append(row)
        else:
            continue
        row.told, row.withdrawn, row.levels = content, False, _coarsest(row.levels, content)
    for where, row in known.items():
        if where not in told and not row.withdrawn:
            row.told, row.withdrawn = {}, True
            changed.append(row)
    for row in (*new, *changed):
        book.last_number += 1
        row.number, row.released_at = book.last_number, at
    ReleasedResult.objects.bulk_create(new, batch_size=500)
    ReleasedResult.objects.bulk_update(
        changed, ["number", "withdrawn", "told", "levels", "released_at"], batch_size=200
    )
    if new or changed:
        book.save(update_fields=["last_number"])
    return len(new) + len(changed)


def release_what_was_never_told() -> None:
    """Releases the results of plans that an earlier version of this software left without any."""
    counting = Result.objects.filter(submission__state="validated").values("period__plan")
    for plan in Plan.objects.filter(pk__in=counting, release_book__isnull=True):
        release(plan)


def _held(plan: Plan) -> ReleaseBook:
    """The plan's book, held until the end of the transaction. Whoever holds it takes no other lock afterwards."""
    ReleaseBook.objects.get_or_create(plan=plan)
    return ReleaseBook.objects.select_for_update().get(plan=plan)


def told_of(plan: Plan, periods: Collection[str]) -> dict[tuple[int, int], JSON]:
    """What may be told of the results that count in those semesters, by the keys of indicator and semester.

    `unit` (acronym of who reported it), `historical`, `not_available`, `value`, `numerator`, `denominator` (decimal
    text or null; the value of a pooled percentage is computed) and `tables`: {table: {level, cells}}.
    """
    closed = set(Period.objects.filter(plan=plan, code__in=periods).closed().values_list("code", flat=True))
    tables = told_tables(plan, closed) if closed else {}
    rows = results_that_count(plan).filter(period__code__in=periods).order_by()
    columns = (
        "indicator_id",
        "period_id",
        "indicator__code",
        "period__code",
        "indicator__accumulation",
        "submission__unit__acronym",
        "submission__is_historical",
        "value",
        "numerator",
        "denominator",
        "not_available_reason",
    )
    told = {}
    for indicator, period, code, semester, accumulation, unit, historical, *rest in rows.values_list(*columns):
        value, numerator, denominator, reason = rest
        if accumulation == "pooled":
            value = _share(numerator, denominator)
        told[indicator, period] = {
            "unit": unit,
            "historical": historical,
            "not_available": bool(reason),
            "value": decimal_text(value),
            "numerator": decimal_text(numerator),
            "denominator": decimal_text(denominator),
            "tables": {name: told_json(table) for name, table in tables.get((code, semester), {}).items()},
        }
    return told


@exactly
def _share(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """A pooled percentage in its semester; none of 0/0, or where a part is missing (rules, section 3)."""
    if numerator is None or not denominator:
        return None
    return quantised(numerator / denominator * HUNDRED)


def _coarsest(levels: JSON, content: JSON) -> JSON:
    now = {table: each["level"] for table, each in content["tables"].items()}
    return levels | {
        table: min(Level(level), Level(levels.get(table, level)), key=LEVELS.index).value
        for table, level in now.items()
    }
