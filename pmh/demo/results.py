"""What the units obtained, as `data/results/*.toml` tells it, written into their reports."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from institution.models import User
from monitoring.models import Breakdown, Evidence, Result, Submission
from plans.models import Indicator
from pmh.demo.breakdowns import cells_of, unknown_cells
from pmh.demo.dates import moment, written_on
from pmh.demo.evidence import attach, title_of

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One result as told. `tables`: only these breakdown tables are filled in; None: all that are asked for.

    `uninformed`: the tables say of nobody who they are.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_available: str = ""
    achievements: str = ""
    difficulties: str = ""
    measures_taken: str = ""
    note: str = ""
    evidence: list[str] = field(default_factory=list)
    tables: list[str] | None = None
    uninformed: bool = False


@cache
def told() -> dict[tuple[str, str], Told]:
    """Everything told, by the codes of indicator and semester."""
    return {
        (indicator, period): Told(**_decimals(cells))
        for file in sorted((DATA / "results").glob("*.toml"))
        for indicator, periods in read_toml(file).items()
        for period, cells in periods.items()
    }


def read_toml(file: Path) -> dict:
    return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def _decimals(cells: dict) -> dict:
    numbers = {name: Decimal(cells[name]) for name in ("value", "numerator", "denominator") if name in cells}
    return cells | numbers


def enter(submission: Submission, *, by: User, day: dt.date, first: dict[str, Told] | None = None) -> dict[str, Result]:
    """Types in every result told of the unit's indicators. `first`: what was typed at first and corrected later."""
    period = submission.period.code
    answered = Indicator.objects.filter(responsibilities__in=submission.unit.responsibilities.at(period))
    entered = {}
    for indicator in answered.distinct().prefetch_related("declared_tables"):
        story = (first or {}).get(indicator.code) or told().get((indicator.code, period))
        if story is None:
            continue
        result = Result(
            submission=submission,
            indicator=indicator,
            period=submission.period,
            entered_by=by,
            entered_at=moment(day, indicator.code),
        )
        _fill(result, story)
        with written_on(day, by):
            result.save()
        _break_down(result, story)
        _attach(result, story.evidence, result.entered_at)
        entered[indicator.code] = result
    return entered


def correct(result: Result, *, by: User, day: dt.date) -> None:
    """Types the definitive result over the first: its history keeps both, evidence that no longer fits is withdrawn."""
    story, at = told()[result.indicator.code, result.period.code], moment(day, result.indicator.code)
    _fill(result, story)
    result.entered_by, result.entered_at = by, at
    with written_on(day, by):
        result.save()
    result.breakdown.all().delete()
    _break_down(result, story)
    shown = set(result.evidence.values_list("title", flat=True))
    result.evidence.exclude(title__in=[title_of(listed) for listed in story.evidence]).update(withdrawn_at=at)
    _attach(result, [listed for listed in story.evidence if title_of(listed) not in shown], at)


def _fill(result: Result, story: Told) -> None:
    result.value, result.numerator, result.denominator = story.value, story.numerator, story.denominator
    result.not_available_reason = story.not_available
    result.achievements, result.difficulties = story.achievements, story.difficulties
    result.measures_taken, result.note = story.measures_taken, story.note


def _break_down(result: Result, story: Told) -> None:
    declared = [row.table for row in result.indicator.declared_tables.all()]
    if declared and result.value:
        tables = declared if story.tables is None else story.tables
        Breakdown.objects.bulk_create(unknown_cells(result, tables) if story.uninformed else cells_of(result, tables))


def _attach(result: Result, listed: list[str], at: dt.datetime) -> None:
    before = result.evidence.count()
    Evidence.objects.bulk_create(
        attach(result, item, number, at) for number, item in enumerate(listed, start=before + 1)
    )
