"""The loader: the right rows reach the core, in a number of queries that does not grow."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import Submission
from monitoring.progress import Status
from monitoring.queries import load_outline, scorecard
from monitoring.scorecard import Figures, Level
from plans.measures import Horizon
from tests.factories import (
    make_indicator,
    make_large_plan,
    make_plan,
    make_responsibility,
    make_result,
    make_results,
    make_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db


def queries(plan) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        scorecard(plan)
    return len(captured)


def test_queries_do_not_grow_and_each_has_a_name():
    small, large = queries(make_large_plan(21)), queries(make_large_plan(1050))
    # Responsibilities with units; indicators with nodes, targets, results; activities, guidelines, objectives,
    # actions; closed semesters.
    assert small == large == 9


def test_scorecard_of_the_last_closed_semester():
    plan = make_plan(closed_up_to="2022-2")
    for activity in make_tree(plan, activities=2).activities:
        make_results(make_indicator(activity, targets={"2022-1": 4, "2022-2": 4}), {"2022-1": 4, "2022-2": 2})
    card = scorecard(plan)
    assert (card.upto, card.figures) == ("2022-2", Figures.OFFICIAL)
    assert card.whole[Horizon.SEMESTER].progress.programmed == 50
    assert card.whole[Horizon.PLAN].progress.programmed == 75
    assert [row.level for row in card.nodes] == [
        Level.GUIDELINE,
        Level.OBJECTIVE,
        Level.ACTION,
        Level.ACTIVITY,
        Level.ACTIVITY,
        Level.PLAN,
        Level.UNIT,
    ]


def test_a_semester_that_the_plan_does_not_have():
    with pytest.raises(ValueError, match="2031-1"):
        scorecard(make_plan(), "2031-1")


@pytest.mark.parametrize(
    ("state", "official", "working"),
    [
        (Submission.State.DRAFT, "S.I.", "S.I."),
        (Submission.State.AWAITING_SIGNOFF, "S.I.", "S.I."),
        (Submission.State.SUBMITTED, "S.I.", ""),
        (Submission.State.RETURNED, "S.I.", "S.I."),
        (Submission.State.VALIDATED, "", ""),
    ],
)
def test_which_results_count(state, official, working):
    plan = make_plan(closed_up_to="2022-1")
    indicator = make_indicator(make_tree(plan).activity, targets={"2022-1": 4})
    make_result(indicator, "2022-1", 4, state=state)
    assert scorecard(plan).indicator(indicator.code)[Horizon.SEMESTER].sign == official
    assert scorecard(plan, working=True).indicator(indicator.code)[Horizon.SEMESTER].sign == working


def test_figures_are_official_only_when_the_semester_is_closed_and_nothing_is_under_review():
    plan = make_plan(closed_up_to="2022-1", open_period="2022-2")
    assert scorecard(plan, "2022-1").figures == Figures.OFFICIAL
    assert scorecard(plan, "2022-1", working=True).figures == Figures.WORKING
    assert scorecard(plan, "2022-2").figures == Figures.WORKING


def test_indicators_above_activity_have_figures_and_enter_nothing():
    plan = make_plan(closed_up_to="2022-1")
    tree = make_tree(plan)
    make_result(make_indicator(tree.activity, targets={"2022-1": 4}), "2022-1", 4)
    above = make_indicator(tree.objectives[0], targets={"2022-1": 4})
    alone = make_unit("SOLO")
    other = make_indicator(tree.actions[0], targets={"2022-1": 4}, unit=alone)
    make_result(above, "2022-1", 1)
    card = scorecard(plan)
    assert card.indicator(above.code)[Horizon.SEMESTER].progress.programmed == 25
    assert card.indicator(other.code)[Horizon.SEMESTER].status == Status.NOT_REPORTED
    for row in card.nodes:
        assert row[Horizon.SEMESTER].progress.programmed == 100
        assert sum(row[Horizon.SEMESTER].counts.values()) == 1
        assert row[Horizon.SEMESTER].coverage == 100
    assert [row.code for row in card.at_level(Level.UNIT)] == ["GPV"]


def test_a_unit_covers_the_indicators_that_it_answers_for_at_that_semester():
    plan = make_plan(closed_up_to="2023-2")
    tree = make_tree(plan)
    old, new = make_unit("GSC"), make_unit("GSCV")
    passed = make_indicator(tree.activity, targets={"2022-2": 4, "2023-2": 4}, unit=old)
    kept = make_indicator(tree.activity, targets={"2022-2": 4, "2023-2": 4}, unit=old)
    passed.responsibilities.update(until_period="2023-1")
    make_responsibility(passed, new, "2023-2")
    make_results(passed, {"2022-2": 4, "2023-2": 2})
    make_results(kept, {"2022-2": 4, "2023-2": 4})
    before, after = scorecard(plan, "2022-2"), scorecard(plan, "2023-2")
    assert [row.code for row in before.at_level(Level.UNIT)] == ["GSC"]
    assert [row.code for row in after.at_level(Level.UNIT)] == ["GSC", "GSCV"]
    assert (before.indicator(passed.code).unit, after.indicator(passed.code).unit) == ("GSC", "GSCV")
    # What the predecessor achieved belongs to the indicator that the successor answers for now.
    assert after.unit("GSCV")[Horizon.PLAN].progress.programmed == 75
    assert after.unit("GSC")[Horizon.PLAN].progress.programmed == 100


def test_weights_come_from_the_plan():
    plan = make_plan(closed_up_to="2022-1")
    heavy, light = make_tree(plan, activities=2).activities
    heavy.weight = Decimal(3)
    heavy.save()
    make_result(make_indicator(heavy, targets={"2022-1": 4}), "2022-1", 4)
    make_result(make_indicator(light, targets={"2022-1": 4}), "2022-1", 0)
    assert scorecard(plan).whole[Horizon.SEMESTER].progress.programmed == 75


def test_without_closed_semesters_the_first_one_is_shown():
    assert load_outline(make_plan()).default_upto == "2022-1"


def test_activities_stand_in_the_order_of_the_tree():
    plan = make_plan()
    make_tree(plan, guidelines=2, actions=2, activities=2)
    codes = list(load_outline(plan).activities)
    assert codes == sorted(codes)
