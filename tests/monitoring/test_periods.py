"""The life of a semester: who opens and closes it, when, and what keeps it closed."""

import datetime as dt

import pytest

from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Period
from monitoring.periods import PeriodRefused, close_period, create_periods, open_period
from plans.models import Plan
from tests.factories import make_people, make_plan

pytestmark = pytest.mark.django_db
JUNE, AUGUST = dt.date(2022, 6, 27), dt.date(2022, 8, 19)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan()


def semester(plan, code="2022-1"):
    return Period.objects.get(plan=plan, code=code)


def test_create_periods_adds_only_what_is_missing(plan):
    plan.periods.exclude(code="2022-1").delete()
    kept = semester(plan)
    assert [period.code for period in create_periods(plan=plan)] == list(plan.period_codes[1:])
    assert semester(plan) == kept
    assert semester(plan, "2024-2").due_on == dt.date(2025, 1, 22)  # 15 working days after 31 December
    assert create_periods(plan=plan) == []


def test_a_semester_is_opened_and_closed(plan, people):
    due_on = semester(plan).due_on
    period = open_period(period=semester(plan), by=people.bruno, on=JUNE)
    assert (period.state, period.opened_on, period.due_on) == (Period.State.OPEN, JUNE, due_on)
    period = close_period(period=period, by=people.bruno, on=AUGUST)
    assert (period.state, period.closed_on) == (Period.State.CLOSED, AUGUST)


def test_it_may_be_opened_with_another_deadline(plan, people):
    later = dt.date(2022, 8, 5)
    assert open_period(period=semester(plan), by=people.bruno, due_on=later, on=JUNE).due_on == later
    with pytest.raises(PeriodRefused, match="después de que termina"):
        open_period(period=semester(plan, "2022-2"), by=people.bruno, due_on=later, on=AUGUST)


def test_a_closed_semester_is_opened_again_and_remembers_when_it_was_first(plan, people):
    open_period(period=semester(plan), by=people.bruno, on=JUNE)
    close_period(period=semester(plan), by=people.bruno, on=AUGUST)
    period = open_period(period=semester(plan), by=people.bruno, on=dt.date(2022, 9, 1))
    assert (period.state, period.opened_on, period.closed_on) == (Period.State.OPEN, JUNE, None)


def test_only_the_coordination_opens_and_closes(plan, people):
    for stranger in (people.alicia, people.carla):
        with pytest.raises(PeriodRefused, match="Solo la coordinación"):
            open_period(period=semester(plan), by=stranger, on=JUNE)
    open_period(period=semester(plan), by=people.bruno, on=JUNE)
    with pytest.raises(PeriodRefused, match="Solo la coordinación"):
        close_period(period=semester(plan), by=people.alicia, on=AUGUST)


def test_what_makes_no_sense_is_refused(plan, people):
    with pytest.raises(PeriodRefused, match="aún no empieza"):
        open_period(period=semester(plan, "2022-2"), by=people.bruno, on=JUNE)
    with pytest.raises(PeriodRefused, match="no está abierto"):
        close_period(period=semester(plan), by=people.bruno, on=AUGUST)
    open_period(period=semester(plan), by=people.bruno, on=JUNE)
    with pytest.raises(PeriodRefused, match="ya está abierto"):
        open_period(period=semester(plan), by=people.bruno, on=JUNE)
    with pytest.raises(PeriodRefused, match="aún no termina"):
        close_period(period=semester(plan), by=people.bruno, on=JUNE)
    Plan.objects.update(state=Plan.State.DRAFT)
    with pytest.raises(PeriodRefused, match="plan vigente"):
        open_period(period=semester(plan, "2022-2"), by=people.bruno, on=AUGUST)


def test_a_closed_evaluation_keeps_its_semesters_closed_until_a_superseding_draft(people):
    plan = make_plan(closed_up_to="2022-2")
    evaluation = open_evaluation(plan=plan, year=2022, by=people.bruno)
    close_evaluation(evaluation, by=people.bruno, texts_may_be_empty=True)
    with pytest.raises(PeriodRefused, match="evaluación 2022 está cerrada"):
        open_period(period=semester(plan), by=people.bruno, on=AUGUST)
    open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Un error en un reporte")
    assert open_period(period=semester(plan), by=people.bruno, on=AUGUST).is_open
