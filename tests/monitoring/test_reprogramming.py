"""Changing a target in the open: what is kept, and everything that refuses it."""

import datetime as dt
from decimal import Decimal

import pytest

from institution.models import User
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.queries import scorecard
from monitoring.reprogramming import ReprogrammingRefused, reprogram
from plans.models import Indicator, Plan, Target, TargetRevision
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 9, 15)
TARGETS = {"2022-1": 10, "2022-2": 20, "2023-1": 30}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def indicator(people):
    plan = make_plan(closed_up_to="2022-2")
    return make_indicator(make_tree(plan).activity, targets=TARGETS)


def change(indicator, people, **kw):
    told = {
        "period": "2023-1",
        "value": Decimal(25),
        "reason": TargetRevision.Reason.PRIORITY,
        "explanation": "Menos presupuesto.",
        "document_kind": "Acta",
        "document_number": "006-2023",
        "document_date": dt.date(2023, 9, 8),
        "by": people.bruno,
        "on": DAY,
    }
    return reprogram(indicator=indicator, **(told | kw))


def target(indicator, period="2023-1"):
    return Target.objects.filter(indicator=indicator, period=period).values_list("value", flat=True).first()


def test_the_target_changes_and_the_old_value_reason_and_document_stay(indicator, people):
    revision = change(indicator, people)
    assert target(indicator) == 25
    assert (revision.old_value, revision.new_value) == (30, 25)
    assert revision.reason == TargetRevision.Reason.PRIORITY
    assert (revision.document_kind, revision.document_number) == ("Acta", "006-2023")
    assert (revision.entered_by, revision.entered_on) == (people.bruno, DAY)


def test_the_row_history_keeps_the_earlier_value_and_who_changed_it(indicator, people):
    change(indicator, people)
    rows = Target.history.filter(indicator=indicator, period="2023-1")
    assert [row.value for row in rows] == [25, 30]
    assert rows.first().history_user == people.bruno


def test_a_semester_without_target_gets_one(indicator, people):
    revision = change(indicator, people, period="2024-1", value=Decimal(5))
    assert revision.old_value is None
    assert target(indicator, "2024-1") == 5


def test_a_target_of_zero_is_a_target_and_none_is_nothing_programmed(indicator, people):
    change(indicator, people, value=Decimal(0))
    assert target(indicator) == 0
    revision = change(indicator, people, value=None)
    assert target(indicator) is None
    assert revision.new_value is None


def test_the_system_may_enter_one(indicator, people):
    assert change(indicator, people, by=User.objects.system())


def test_only_the_coordination_enters_it(indicator, people):
    for stranger in (people.alicia, people.carla):
        with pytest.raises(ReprogrammingRefused, match="Solo la coordinación"):
            change(indicator, people, by=stranger)
    assert target(indicator) == 30


@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.CLOSED])
def test_only_a_plan_in_force_is_reprogrammed(indicator, people, state):
    Plan.objects.update(state=state)
    with pytest.raises(ReprogrammingRefused, match="plan vigente"):
        change(indicator, people)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"period": "2025-1"}, "no tiene el semestre"),
        ({"value": Decimal(30)}, "igual a la anterior"),
        ({"period": "2024-1", "value": None}, "igual a la anterior"),
        ({"value": Decimal(-1)}, "negativa"),
        ({"document_number": " "}, "documento que aprueba"),
        ({"document_date": DAY + dt.timedelta(days=1)}, "posterior"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(indicator, people, told, why):
    with pytest.raises(ReprogrammingRefused, match=why):
        change(indicator, people, **told)
    assert target(indicator) == 30
    assert not TargetRevision.objects.exists()


def test_the_first_target_of_a_baseline_formula_stays_beyond_the_baseline(people):
    indicator = make_indicator(
        make_tree(make_plan()).activity,
        targets={"2022-1": 3, "2022-2": 5},
        accumulation=Indicator.AccumulationChoice.LAST,
        formula=Indicator.FormulaChoice.BASELINE,
        baseline=Decimal(2),
    )
    with pytest.raises(ReprogrammingRefused, match="línea de base"):
        change(indicator, people, period="2022-1", value=Decimal(2))
    assert change(indicator, people, period="2022-1", value=Decimal(4))


def test_a_semester_that_a_closed_evaluation_covers_waits_for_a_superseding_draft(indicator, people):
    make_results(indicator, {"2022-1": 10, "2022-2": 10})
    first = open_evaluation(plan=indicator.plan, year=2022, by=people.bruno)
    frozen = close_evaluation(first, by=people.bruno, texts_may_be_empty=True).frozen
    with pytest.raises(ReprogrammingRefused, match="evaluación 2022 está cerrada"):
        change(indicator, people, period="2022-2")
    assert change(indicator, people, period="2023-1")

    open_evaluation(plan=indicator.plan, year=2022, by=people.bruno, reason="Corrección de una meta")
    assert change(indicator, people, period="2022-2", value=Decimal(10))
    first.refresh_from_db()
    assert first.frozen == frozen
    assert scorecard(indicator.plan, "2022-2").indicator(indicator.code)["plan"].progress.programmed == 100
