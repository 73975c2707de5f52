"""One unit takes the place of another: what passes on, and what stays with the unit that was."""

import datetime as dt

import pytest

from institution.models import Role, User
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Commitment, Submission
from monitoring.queries import scorecard
from monitoring.succession import SuccessionRefused, succeed
from plans.models import Plan, Responsibility
from tests.factories import (
    make_designation,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_results,
    make_submission,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
NEW = dt.date(2023, 5, 1)
LAST_DAY = dt.date(2023, 4, 30)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def unit(people):
    return make_unit("GSGC")


@pytest.fixture
def successor(unit):
    return make_unit("GSCV", valid_from=NEW)


@pytest.fixture
def indicator(unit):
    plan = make_plan(closed_up_to="2022-2")
    return make_indicator(make_tree(plan).activity, unit=unit, targets={"2022-2": 10, "2023-1": 20})


def pass_on(unit, successor, people, **kw):
    return succeed(**({"unit": unit, "successor": successor, "from_period": "2023-1", "by": people.bruno} | kw))


def tenures(indicator):
    rows = Responsibility.objects.filter(indicator=indicator).order_by("from_period")
    return [(row.unit.acronym, row.from_period, row.until_period) for row in rows]


def test_the_responsibility_ends_the_semester_before_and_the_successor_begins(indicator, unit, successor, people):
    passed = pass_on(unit, successor, people)
    assert tenures(indicator) == [("GSGC", "2022-1", "2022-2"), ("GSCV", "2023-1", None)]
    assert [row.unit for row in passed] == [successor]
    assert Responsibility.history.first().history_user == people.bruno


def test_a_responsibility_that_ends_later_is_split(indicator, unit, successor, people):
    Responsibility.objects.filter(indicator=indicator).update(until_period="2023-2")
    pass_on(unit, successor, people)
    assert tenures(indicator) == [("GSGC", "2022-1", "2022-2"), ("GSCV", "2023-1", "2023-2")]


def test_a_responsibility_that_had_ended_stays_as_it_was(indicator, unit, successor, people):
    Responsibility.objects.filter(indicator=indicator).update(until_period="2022-2")
    assert pass_on(unit, successor, people) == []
    assert tenures(indicator) == [("GSGC", "2022-1", "2022-2")]


def test_the_unit_ends_the_day_before_its_successor_begins(indicator, unit, successor, people):
    pass_on(unit, successor, people)
    unit.refresh_from_db()
    assert (unit.valid_until, unit.successor) == (LAST_DAY, successor)


def test_nothing_of_the_past_moves(indicator, unit, successor, people):
    make_results(indicator, {"2022-2": 8})
    before = scorecard(indicator.plan, "2022-2")
    pass_on(unit, successor, people)
    after = scorecard(indicator.plan, "2022-2")
    assert after == before
    assert after.unit("GSGC")["year"].progress.programmed == 80
    assert Submission.objects.get().unit == unit


def test_values_belong_to_whoever_answers_now(indicator, unit, successor, people):
    make_results(indicator, {"2022-2": 10})
    pass_on(unit, successor, people)
    make_results(indicator, {"2023-1": 20})
    card = scorecard(indicator.plan, "2023-1")
    assert card.indicator(indicator.code).unit == "GSCV"
    assert card.unit("GSCV")["plan"].progress.programmed == 100
    with pytest.raises(KeyError):
        card.unit("GSGC")


def test_designations_end_with_the_unit(indicator, unit, successor, people):
    here = make_designation(make_user(), unit, Role.HEAD)
    ended = make_designation(make_user(), unit, Role.HEAD, ends_on=dt.date(2022, 6, 30))
    announced = make_designation(make_user(), unit, Role.HEAD, starts_on=dt.date(2023, 6, 1))
    elsewhere = make_designation(make_user(), successor, Role.HEAD, starts_on=NEW)
    pass_on(unit, successor, people)
    for post in (here, ended, announced, elsewhere):
        post.refresh_from_db()
    assert here.ends_on == LAST_DAY
    assert ended.ends_on == dt.date(2022, 6, 30)
    assert announced.ends_on == announced.starts_on
    assert elsewhere.ends_on is None


def test_activities_and_pending_commitments_pass_on(indicator, unit, successor, people):
    activity = indicator.activity
    activity.lead_unit = unit
    activity.save()
    activity.supporting_units.add(unit)
    evaluation = open_evaluation(plan=indicator.plan, year=2022, by=people.bruno)
    owed, done = (
        Commitment.objects.create(
            evaluation=evaluation,
            recommendation="Medir mejor",
            responsible_unit=unit,
            due_on=dt.date(2023, 9, 30),
            state=state,
        )
        for state in (Commitment.State.PENDING, Commitment.State.DONE)
    )
    pass_on(unit, successor, people)
    for row in (activity, owed, done):
        row.refresh_from_db()
    assert activity.lead_unit == successor
    assert list(activity.supporting_units.all()) == [successor]
    assert owed.responsible_unit == successor
    assert done.responsible_unit == unit


def test_a_closed_plan_is_left_alone(indicator, unit, successor, people):
    Plan.objects.update(state=Plan.State.CLOSED)
    assert pass_on(unit, successor, people) == []
    assert tenures(indicator) == [("GSGC", "2022-1", None)]


def test_the_system_may_do_it(indicator, unit, successor, people):
    assert pass_on(unit, successor, people, by=User.objects.system())


class TestRefused:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, indicator, unit):
        yield
        unit.refresh_from_db()
        assert unit.successor is None
        assert tenures(indicator) == [("GSGC", "2022-1", None)]

    def refused(self, why, unit, successor, people, **kw):
        with pytest.raises(SuccessionRefused, match=why):
            pass_on(unit, successor, people, **kw)

    def test_to_whoever_does_not_coordinate(self, unit, successor, people):
        for stranger in (people.alicia, people.carla):
            self.refused("Solo la coordinación", unit, successor, people, by=stranger)

    def test_by_itself(self, unit, people):
        self.refused("a sí misma", unit, unit, people)

    def test_by_another_government(self, unit, people):
        other = make_unit("GSC", make_government("0701"), valid_from=NEW)
        self.refused("otro gobierno", unit, other, people)

    def test_by_a_unit_that_has_ended_or_began_no_later(self, unit, people):
        ended = make_unit("GX", valid_from=NEW, valid_until=dt.date(2024, 1, 1))
        self.refused("ya no está vigente", unit, ended, people)
        self.refused("no empieza después", unit, make_unit("GY"), people)

    def test_where_the_unit_reports_that_semester_already(self, indicator, unit, successor, people):
        make_submission(unit, indicator.plan.periods.get(code="2023-1"), Submission.State.DRAFT)
        self.refused("ya tiene un reporte de 2023-1", unit, successor, people)

    def test_from_the_semester_in_which_the_unit_itself_begins(self, unit, successor, people):
        self.refused("recién desde 2022-1", unit, successor, people, from_period="2022-1")

    def test_in_a_semester_that_a_closed_evaluation_covers(self, indicator, unit, successor, people):
        evaluation = open_evaluation(plan=indicator.plan, year=2022, by=people.bruno)
        close_evaluation(evaluation, by=people.bruno, texts_may_be_empty=True)
        self.refused("evaluación 2022 está cerrada", unit, successor, people, from_period="2022-2")


def test_a_unit_is_succeeded_once(indicator, unit, successor, people):
    pass_on(unit, successor, people)
    with pytest.raises(SuccessionRefused, match="ya tiene una unidad sucesora"):
        pass_on(unit, make_unit("GZ", valid_from=dt.date(2024, 1, 1)), people)
