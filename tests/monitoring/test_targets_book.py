"""The plan's targets in Excel: what is written comes back as nothing, and every mistake is told by its cell."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from institution import clock
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.reprogramming import reprogram
from monitoring.targets_book import COLUMNS, compare_targets, write_targets
from plans.models import TargetRevision
from plans.workbook.book import open_book
from tests.factories import make_activity, make_indicator, make_people, make_plan, make_results, make_tree

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 9, 15)
PLACES = {column.key: place for place, column in enumerate(COLUMNS, 1)}
TOLD = {
    "reason": "Priorización",
    "document_kind": "Acta",
    "document_number": "006-2023",
    "document_date": dt.date(2023, 9, 8),
}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    plan = make_plan(code="lima", closed_up_to="2022-2")
    tree = make_tree(plan)
    make_indicator(tree.activity, code="IND.01", targets={"2022-1": 10, "2022-2": 20, "2023-1": 30})
    make_indicator(make_activity(tree.actions[0], order=2), code="IND.02", targets={"2023-1": 5})
    return plan


def book_of(plan, people):
    return openpyxl.load_workbook(io.BytesIO(write_targets(plan, by=people.bruno, at=clock.now())))


def row_of(book, code, period):
    sheet = book["Metas"]
    rows = range(1, sheet.max_row + 1)
    return next(row for row in rows if (sheet.cell(row, 1).value, sheet.cell(row, 4).value) == (code, period))


def fill(book, code, period, **typed):
    row = row_of(book, code, period)
    for key, value in typed.items():
        book["Metas"].cell(row, PLACES[key]).value = value
    return row


def file_of(book):
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def compare(plan, people, book):
    return compare_targets(open_book(file_of(book)), plan, by=people.bruno, on=DAY)


def problems(comparison):
    return [(problem.cell, problem.wrong) for problem in comparison.problems]


def test_as_it_was_downloaded_it_changes_nothing(plan, people):
    found = compare(plan, people, book_of(plan, people))
    assert (found.changes, found.problems, found.may_confirm) == ((), (), False)


def test_it_has_a_row_for_every_semester_in_the_order_of_the_tree(plan, people):
    sheet = book_of(plan, people)["Metas"]
    rows = [(sheet.cell(row, 1).value, sheet.cell(row, 4).value) for row in range(3, sheet.max_row + 1)]
    assert rows == [(code, period) for code in ("IND.01", "IND.02") for period in plan.period_codes]
    assert [sheet.cell(row, 5).value for row in (3, 4, 5, 6)] == [10, 20, 30, "S.P."]


def test_what_is_typed_is_what_would_be_recorded(plan, people):
    book = book_of(plan, people)
    row = fill(book, "IND.01", "2023-1", value=25, explanation="Menos presupuesto.", **TOLD)
    fill(book, "IND.02", "2023-1", value="s.p.", **TOLD)
    fill(book, "IND.02", "2024-1", value=0, **TOLD)
    found = compare(plan, people, book)
    assert found.may_confirm
    told = [
        (c.revision.indicator.code, c.revision.period, c.revision.old_value, c.revision.new_value)
        for c in found.changes
    ]
    assert told == [("IND.01", "2023-1", 30, 25), ("IND.02", "2023-1", 5, None), ("IND.02", "2024-1", None, 0)]
    assert found.changes[0].cell == f"G{row}"
    assert found.changes[0].revision.reason == TargetRevision.Reason.PRIORITY
    assert not TargetRevision.objects.exists()


def test_every_mistake_is_told_by_its_cell(plan, people):
    book = book_of(plan, people)
    first = fill(book, "IND.01", "2023-1", value=-3, **{**TOLD, "reason": "Porque sí", "document_date": "ayer"})
    second = fill(book, "IND.02", "2023-1", reason="Corrección")
    third = fill(book, "IND.02", "2024-1", value="=1+1", **TOLD)
    found = dict(problems(compare(plan, people, book)))
    assert {f"G{first}", f"H{first}", f"L{first}"} <= set(found)
    assert found[f"G{second}"] == "está vacío"
    assert found[f"J{second}"] == "está vacío"
    assert "fórmula" in found[f"G{third}"]


def test_the_rules_of_reprogramming_are_told_at_the_new_target(plan, people):
    book = book_of(plan, people)
    row = fill(book, "IND.01", "2023-1", value=30, **TOLD)
    later = fill(book, "IND.02", "2023-1", value=6, **{**TOLD, "document_date": dt.date(2023, 12, 1)})
    found = dict(problems(compare(plan, people, book)))
    assert "igual a la anterior" in found[f"G{row}"]
    assert "posterior" in found[f"G{later}"]


def test_a_target_that_changed_since_the_download_is_recognised(plan, people):
    book = book_of(plan, people)
    row = fill(book, "IND.01", "2023-1", value=25, **TOLD)
    reprogram(
        indicator=plan.indicators.get(code="IND.01"),
        period="2023-1",
        value=Decimal(28),
        by=people.bruno,
        on=DAY,
        **{**TOLD, "reason": TargetRevision.Reason.CORRECTION},
    )
    ((cell, wrong),) = problems(compare(plan, people, book))
    assert cell == f"E{row}"
    assert "la meta de hoy es 28" in wrong


def test_a_semester_that_a_closed_evaluation_covers_says_which(plan, people):
    make_results(plan.indicators.get(code="IND.01"), {"2022-1": 10, "2022-2": 10})
    close_evaluation(open_evaluation(plan=plan, year=2022, by=people.bruno), by=people.bruno, texts_may_be_empty=True)
    book = book_of(plan, people)
    row = fill(book, "IND.01", "2022-2", value=25, **TOLD)
    assert "evaluación 2022" in book["Metas"].cell(row, PLACES["locked"]).value
    ((cell, wrong),) = problems(compare(plan, people, book))
    assert (cell, "La evaluación 2022 está cerrada" in wrong) == (f"G{row}", True)


@pytest.mark.parametrize("spoil", ["sheet", "plan", "column", "code", "twice"])
def test_what_is_no_longer_our_workbook_is_refused(plan, people, spoil):
    book = book_of(plan, people)
    sheet = book["Metas"]
    row = fill(book, "IND.01", "2023-1", value=25, **TOLD)
    if spoil == "sheet":
        sheet.title = "Otra"
    elif spoil == "plan":
        sheet["A1"] = "otro-plan"
    elif spoil == "column":
        sheet.cell(2, PLACES["value"]).value = "Meta"
    elif spoil == "code":
        sheet.cell(row, 1).value = "IND.99"
    else:
        sheet.cell(row + 1, 4).value = "2023-1"
        fill(book, "IND.01", "2023-1", value=26)
        for key, value in {"value": 24, **TOLD}.items():
            sheet.cell(row + 1, PLACES[key]).value = value
    found = compare(plan, people, book)
    assert found.problems
    assert not found.may_confirm


def test_as_many_queries_for_twenty_indicators_as_for_one(plan, people, django_assert_num_queries):
    tree = make_tree(plan)
    for order in range(20):
        make_indicator(make_activity(tree.actions[0], order=order), targets={"2023-1": 5})
    # indicators with their nodes; targets; closed evaluations without draft
    with django_assert_num_queries(3):
        write_targets(plan, by=people.bruno, at=clock.now())
