"""A plan as a template: what comes along, what does not, and who answers then."""

import datetime as dt

import pytest

from institution.models import Role
from plans.copying import CopyRefused, copy_plan
from plans.models import ApprovalStep, Plan, Target
from tests.factories import (
    make_designation,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_responsibility,
    make_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db
NEXT = {"code": "pmh-2025", "name": "Plan 2025-2027", "first_year": 2025, "last_year": 2027}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    plan = make_plan(code="lima")
    tree = make_tree(plan, lead_unit=make_unit("GMU"))
    make_indicator(
        tree.activity, code="IND.01", targets={"2022-1": 3}, tables=("sex",), method="Conteo", counts="people"
    )
    ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal", done_on=dt.date(2022, 4, 1), document="Inf.")
    return plan


def copied(plan, people, **kw):
    return copy_plan(**({"plan": plan, "government": plan.government, "by": people.bruno} | NEXT | kw))


def test_the_tree_and_the_sheets_come_along_and_the_targets_do_not(plan, people):
    new = copied(plan, people).plan
    assert (new.state, new.instrument(), new.first_year) == (Plan.State.DRAFT, "", 2025)
    indicator = new.indicators.get()
    assert (indicator.code, indicator.method) == ("IND.01", "Conteo")
    assert indicator.declared_tables.get().table == "sex"
    assert indicator.node.code == plan.activities.get().code
    assert not Target.objects.filter(indicator=indicator).exists()
    assert [(t.unit.acronym, t.from_period, t.until_period) for t in indicator.responsibilities.all()] == [
        ("GMU", "2025-1", None)
    ]
    step = new.approval_steps.get()
    assert (step.name, step.done_on, step.document) == ("Opinión legal", None, "")


def test_the_model_stays_as_it_was(plan, people):
    copied(plan, people)
    assert plan.indicators.get().targets.get().value == 3
    assert Plan.objects.get(code="lima").state == Plan.State.IN_FORCE


def test_a_unit_that_ended_is_followed_to_its_successor(plan, people):
    gmu, new = make_unit("GMU"), make_unit("GMI", valid_from=dt.date(2023, 5, 1))
    gmu.valid_until, gmu.successor = dt.date(2023, 4, 30), new
    gmu.save()
    row = plan.indicators.get().responsibilities.get()
    row.until_period = "2022-2"
    row.save()
    make_responsibility(row.indicator, new, "2023-1")
    result = copied(plan, people)
    assert result.plan.activities.get().lead_unit == new
    assert result.plan.indicators.get().responsibilities.get().unit == new
    assert result.replaced == {"GMU": "GMI"}


def test_another_government_gets_its_own_units(plan, people):
    callao = make_government("0701")
    make_designation(people.bruno, make_unit("GPV", callao), Role.COORDINATOR)
    result = copied(plan, people, government=callao)
    assert result.plan.government == callao
    assert result.plan.activities.get().lead_unit == callao.units.get(acronym="GPV")
    assert result.replaced == {"GMU": "GPV"}


def test_nobody_begins_a_plan_where_they_do_not_work(plan, people):
    with pytest.raises(CopyRefused, match="su gobierno local"):
        copied(plan, people, government=make_government("0701"))
    with pytest.raises(CopyRefused):
        copied(plan, people, by=people.alicia)


def test_a_code_that_is_taken_is_refused(plan, people):
    with pytest.raises(CopyRefused, match="Ya hay un plan"):
        copied(plan, people, code="lima")
