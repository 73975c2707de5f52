"""What the page of the extra budget gathers."""

import datetime as dt

import pytest

from institution.models import Role
from plans.budget import answer
from plans.desk import OutOfScope, load_answers
from tests.factories import make_activity, make_designation, make_people, make_plan, make_tree, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(settings):
    settings.PMH_TODAY = "2022-07-01"
    return make_plan(extra_budget_due_on=dt.date(2022, 7, 15))


def test_counts_and_who_is_missing(plan):
    unit, other = make_unit("GMU"), make_unit("GDE")
    people, sonia = make_people(unit), make_user("Sonia Bravo")
    make_designation(sonia, unit, Role.BUDGET_LIAISON)
    tree = make_tree(plan, activities=2, lead_unit=unit)
    make_activity(tree.actions[0], lead_unit=other)
    answer(activity=tree.activity, needs=True, reason="Una abogada.", by=sonia)
    page = load_answers(plan, people.bruno)
    assert (len(page.questions), page.answered, page.waiting, page.needing) == (3, 1, 2, 1)
    assert [(row.unit.acronym, row.waiting, row.liaisons) for row in page.missing] == [
        ("GDE", 1, ()),
        ("GMU", 1, (sonia,)),
    ]
    assert not page.asks
    assert page.may_ask


def test_what_the_reader_answers_comes_first(plan):
    sonia = make_user()
    for acronym, role in (("AAA", Role.REPORTER), ("ZZZ", Role.BUDGET_LIAISON)):
        make_tree(plan, lead_unit=make_unit(acronym))
        make_designation(sonia, make_unit(acronym), role)
    page = load_answers(plan, sonia)
    assert [(row.unit.acronym, row.asks) for row in page.units] == [("ZZZ", True), ("AAA", False)]
    assert [row.unit.acronym for row in page.read] == ["AAA"]


@pytest.mark.parametrize(
    ("today", "told"),
    [
        ("2022-07-14", "queda 1 día"),
        ("2022-07-15", "vence hoy"),
        ("2022-07-16", "venció hace 1 día"),
        ("2022-07-13", "quedan 2 días"),
    ],
)
def test_the_time_left_in_words(plan, settings, today, told):
    settings.PMH_TODAY = today
    assert load_answers(plan, make_people().bruno).time_left == told


def test_four_queries(plan, django_assert_num_queries):
    unit, sonia = make_unit("GMU"), make_user()
    make_designation(sonia, unit, Role.BUDGET_LIAISON)
    make_tree(plan, activities=3, lead_unit=unit)
    # whether the person oversees; the units answered for; the activities; the liaisons of their units
    with django_assert_num_queries(4):
        load_answers(plan, sonia)


def test_five_queries_for_the_coordination(plan, django_assert_num_queries):
    make_tree(plan, activities=3, lead_unit=make_unit("GMU"))
    bruno = make_people().bruno
    # the four, and whether the person may set the deadline
    with django_assert_num_queries(5):
        load_answers(plan, bruno)


def test_out_of_scope(plan):
    make_tree(plan, lead_unit=make_unit("GDE"))
    with pytest.raises(OutOfScope):
        load_answers(plan, make_people().alicia)
