"""What the tests of the report in Excel share: a unit with its report, its workbook, and hands that fill it in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import openpyxl

from institution import clock
from monitoring.models import Submission
from monitoring.queries import Filing, load_filing
from monitoring.workbook import LastReported, write_submission
from monitoring.workbook.layout import GIVEN, INPUTS
from monitoring.workflow import start
from plans.models import Indicator, Plan
from tests.factories import make_activity, make_indicator, make_people, make_plan, make_tree, make_unit

COLUMN = {column.key: place for place, column in enumerate(INPUTS, len(GIVEN) + 1)}
SEXES = {"woman": 3, "man": 4, "other": 5, "not_informed": 6}


@dataclass
class World:
    plan: Plan
    people: SimpleNamespace
    submission: Submission
    people_helped: Indicator
    share: Indicator
    things: Indicator

    @property
    def filing(self) -> Filing:
        return load_filing(self.submission.unit, self.submission.period)

    def workbook(self, last: Mapping[int, LastReported] | None = None) -> bytes:
        filing = self.filing
        return write_submission(
            filing, due_on=filing.period.due_on, last=last or {}, by=self.people.alicia, at=clock.now()
        )


def make_world(code: str = "lima") -> World:
    """Alicia's report: one indicator of people with tables, one share of cases, one without a target."""
    unit = make_unit("GMU")
    people = make_people(unit)
    plan = make_plan(code=code, open_period="2022-1", requires_signoff=False)
    tree = make_tree(plan, lead_unit=unit)
    other = make_activity(tree.actions[0], lead_unit=unit)
    helped = make_indicator(
        tree.activity,
        code="IND.01",
        unit=unit,
        targets={"2022-1": 80},
        tables=("sex", "sex_age"),
        counts="people",
        unit_of_measure="persona",
        what_counts="Cada persona, una vez",
    )
    share = make_indicator(other, code="IND.02", unit=unit, targets={"2022-1": 90}, accumulation="pooled")
    things = make_indicator(other, code="IND.03", unit=unit)
    submission = start(unit=unit, period=plan.periods.get(code="2022-1"), by=people.alicia)
    return World(plan, people, submission, helped, share, things)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def row_of(sheet, code: str, column: int = 1) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == code)


def fill(book: openpyxl.Workbook, code: str, typed: Mapping[str, object]) -> None:
    """Types into the cells where the keys stand, as a person would."""
    results = book["Resultados"]
    for key, value in typed.items():
        if ":" in key:
            table, category, sex = key.split(":")
            sheet = book[code]
            sheet.cell(row_of(sheet, f"{table}:{category}"), SEXES[sex]).value = value
        else:
            results.cell(row_of(results, code), COLUMN[key]).value = value


def filled(content: bytes, **by_code: Mapping[str, object]) -> io.BytesIO:
    """The workbook with `IND_01={...}` typed into it."""
    book = opened(content)
    for code, typed in by_code.items():
        fill(book, code.replace("_", "."), typed)
    return saved(book)
