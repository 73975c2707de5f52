"""A plan with indicators of every kind, each with what may happen to it, published as an evaluation."""

from monitoring.evaluation import add_commitment, close_evaluation, open_evaluation
from plans.models import BreakdownTable
from tests.factories import (
    make_breakdown,
    make_indicator,
    make_plan,
    make_result,
    make_results,
    make_revision,
    make_tree,
    make_unit,
)
from tests.reports.publishing import publish_evaluation, publish_follow_up

FORMULA = "=HYPERLINK(1)"
AWKWARD = 'Dos comas, "comillas" & <etiquetas>;\nuna línea más'
FULL = {("18-59", "woman"): 60, ("18-59", "man"): 30, ("60+", "woman"): 10}
SMALL = {("refugee", "woman"): 67, ("migrant", "woman"): 3, ("migrant", "man"): 30}
DISTRICTS = {("150101", "woman"): 70, ("outside", "man"): 30}
DISABILITY = {("yes", "woman"): 2, ("no", "woman"): 68, ("no", "man"): 30}


def targets(*values):
    """By semester, from the first."""
    return dict(zip(("2022-1", "2022-2", "2023-1", "2023-2", "2024-1", "2024-2"), values, strict=False))


def make_every_kind(by, code="PMH-T"):
    """The plan: two closed years and a third to come. No evaluation, nothing published."""
    plan = make_plan(code=code, closed_up_to="2023-2", description=AWKWARD, instrument_kind="")
    unit, other = make_unit("GMU", plan.government), make_unit("GDE", plan.government)
    tree = make_tree(plan, activities=3, lead_unit=unit)
    first, second, third = tree.activities
    first.gcm_objectives.add(3, 15)
    first.sdg_targets.add("10.7", "5.2", "5.c")
    first.supporting_units.add(other)
    type(first).objects.filter(pk=first.pk).update(igm_dimension=2, gender_focus=True, name=FORMULA)

    people = make_indicator(
        first,
        code="PEOPLE",
        counts="people",
        targets=targets(100, 100, 100, 100, 100, 100),
        tables=tuple(BreakdownTable),
        what_counts=AWKWARD,
    )
    result = make_result(people, "2022-1", 100)
    make_breakdown(result, BreakdownTable.SEX_AGE, FULL)
    make_breakdown(result, BreakdownTable.SEX_POPULATION, SMALL)
    make_breakdown(result, BreakdownTable.SEX_DISTRICT, DISTRICTS)
    make_breakdown(result, BreakdownTable.SEX_DISABILITY, DISABILITY)
    hidden = make_result(people, "2022-2", 37)
    make_breakdown(hidden, BreakdownTable.SEX_AGE, {("18-59", "woman"): 36, ("0-4", "man"): 1})
    by_sex = make_result(people, "2023-1", 37)
    make_breakdown(by_sex, BreakdownTable.SEX_AGE, {("18-59", "woman"): 30, ("0-4", "woman"): 2, ("0-4", "man"): 5})
    staff = make_indicator(second, code="STAFF", counts="people", targets=targets(20), tables=(BreakdownTable.SEX,))
    make_breakdown(make_result(staff, "2022-1", 20), BreakdownTable.SEX, {("", "woman"): 12, ("", "man"): 8})

    stock = make_indicator(
        second, code="STOCK", accumulation="last", formula="baseline", baseline=4, baseline_year=2021,
        targets=targets(6, 8, 10, 12), unit=other, people_may_repeat=True,
    )  # fmt: skip
    make_results(stock, {"2022-1": 5, "2023-2": 3})
    days = make_indicator(
        second, code="DAYS", accumulation="average", direction="decreasing", targets=targets(20, 18, 16), baseline=30
    )
    make_results(days, {"2022-1": "22.5", "2022-2": 0})
    make_result(days, "2023-1", not_available_reason=FORMULA)
    # Nothing was programmed: one that came early, one that was never to come.
    make_result(days, "2023-2", 9, note=AWKWARD)
    share = make_indicator(
        tree.objectives[0], code="SHARE", accumulation="pooled", counts="percentage", targets=targets(80, 80, 80, 80)
    )
    make_result(share, "2022-1", numerator=4, denominator=6)
    make_result(share, "2022-2", numerator=2, denominator=4)
    make_result(share, "2023-1", numerator=0, denominator=0)
    moved = make_indicator(tree.actions[0], code="MOVED", targets=targets(10, 10, 10, 10))
    make_results(moved, {"2022-1": 12, "2022-2": 10})
    make_revision(moved, "2023-1", 10, 25, by=by, explanation=AWKWARD)
    make_revision(moved, "2023-2", 10, None, by=by)
    make_result(moved, "2023-2", 7)
    make_indicator(third, code="ZERO", targets=targets(0, 0, 5))
    make_indicator(third, code="LATER", targets={"2024-2": 1})
    return plan


def publish_every_kind(by):
    """The plan with its evaluation of 2023 published, and a follow-up report of a semester before."""
    plan = make_every_kind(by)
    publish_follow_up(plan.periods.get(code="2022-1"), by)
    draft = open_evaluation(plan=plan, year=2023, by=by)
    add_commitment(
        evaluation=draft,
        recommendation=AWKWARD,
        action="Medir.",
        unit=make_unit("GCU", plan.government),
        due_on=draft.cutoff.replace(year=2024),
        by=by,
    )
    evaluation = close_evaluation(draft, by=by, texts_may_be_empty=True)
    publish_evaluation(evaluation, by)
    return plan
