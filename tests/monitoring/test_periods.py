"""The life of a semester: who opens and closes it, when, and what keeps it closed."""

import datetime as dt

import pytest

from institution.models import DayOff
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Observation, Period, PeriodEvent, Submission
from monitoring.periods import (
    PeriodRefused,
    add_day_off,
    close_period,
    create_periods,
    drop_day_off,
    extend,
    left_open,
    offered_due_on,
    open_period,
    reopen_period,
)
from plans.models import Plan
from tests.factories import make_indicator, make_people, make_plan, make_submission, make_tree, make_unit

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


def test_its_deadline_does_not_lie_behind(plan, people):
    with pytest.raises(PeriodRefused, match="antes de hoy"):
        open_period(period=semester(plan), by=people.bruno, due_on=AUGUST - dt.timedelta(days=1), on=AUGUST)
    assert open_period(period=semester(plan), by=people.bruno, due_on=AUGUST, on=AUGUST).due_on == AUGUST


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        (JUNE, dt.date(2022, 7, 21)),  # the usual one
        (
            dt.date(2022, 7, 22),
            dt.date(2022, 8, 16),
        ),  # it has passed: 15 working days from now
    ],
)
def test_the_deadline_that_is_offered_leaves_the_units_their_time(plan, day, offered):
    assert offered_due_on(semester(plan), on=day) == offered


def test_the_reason_of_an_extension_is_kept_without_what_no_database_carries(plan, people):
    period = open_period(period=semester(plan), by=people.bruno, on=JUNE)
    told = {"unit": make_unit("GMU"), "period": period, "due_on": dt.date(2022, 9, 1), "by": people.bruno, "on": JUNE}
    with pytest.raises(PeriodRefused, match="motivo"):
        extend(reason=" \0 ", **told)
    assert extend(reason=" Mudanza\0 ", **told).reason == "Mudanza"


def test_a_closed_semester_is_opened_again_and_remembers_when_it_was_first(plan, people):
    open_period(period=semester(plan), by=people.bruno, on=JUNE)
    close_period(period=semester(plan), by=people.bruno, on=AUGUST)
    period = reopen_period(period=semester(plan), reason="Un error", by=people.bruno, on=dt.date(2022, 9, 1))
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
        reopen_period(period=semester(plan), reason="Un error", by=people.bruno, on=AUGUST)
    assert not semester(plan).events.exists()
    open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Un error en un reporte")
    assert reopen_period(period=semester(plan), reason="Un error", by=people.bruno, on=AUGUST).is_open


def test_every_act_is_kept_with_who_when_and_why(plan, people):
    open_period(period=semester(plan), by=people.bruno, on=JUNE)
    close_period(period=semester(plan), by=people.bruno, on=AUGUST)
    for reason in ("", "  "):
        with pytest.raises(PeriodRefused, match="motivo"):
            reopen_period(period=semester(plan), reason=reason, by=people.bruno, on=AUGUST)
    reopen_period(period=semester(plan), reason=" Falta el acta de GMU ", by=people.bruno, on=dt.date(2022, 9, 1))
    assert list(semester(plan).events.values_list("act", "by__full_name", "on", "note")) == [
        ("opened", "Bruno Salas", JUNE, ""),
        ("closed", "Bruno Salas", AUGUST, ""),
        ("reopened", "Bruno Salas", dt.date(2022, 9, 1), "Falta el acta de GMU"),
    ]


def test_only_what_was_closed_is_reopened_and_only_by_the_coordination(plan, people):
    with pytest.raises(PeriodRefused, match="aún no se ha abierto"):
        reopen_period(period=semester(plan), reason="x", by=people.bruno, on=AUGUST)
    open_period(period=semester(plan), by=people.bruno, on=JUNE)
    with pytest.raises(PeriodRefused, match="ya está abierto"):
        reopen_period(period=semester(plan), reason="x", by=people.bruno, on=AUGUST)
    close_period(period=semester(plan), by=people.bruno, on=AUGUST)
    with pytest.raises(PeriodRefused, match="reábralo"):
        open_period(period=semester(plan), by=people.bruno, on=AUGUST)
    with pytest.raises(PeriodRefused, match="Solo la coordinación"):
        reopen_period(period=semester(plan), reason="x", by=people.alicia, on=AUGUST)


class TestClosingWithSomethingMissing:
    @pytest.fixture
    def units(self, plan):
        units = {name: make_unit(name) for name in ("GDE", "GDS", "GED", "GMU")}
        activity = make_tree(plan, lead_unit=units["GMU"]).activity
        for unit in units.values():
            make_indicator(activity, unit=unit, targets={"2022-1": 1})
        return units

    @pytest.fixture
    def period(self, plan, people, units):
        period = open_period(period=semester(plan), by=people.bruno, on=JUNE)
        make_submission(units["GDE"], period, Submission.State.SUBMITTED)
        make_submission(units["GDS"], period, Submission.State.DRAFT)
        returned = make_submission(units["GED"], period, Submission.State.RETURNED)
        Observation.objects.create(
            submission=returned, text="¿Ocho?", by=people.bruno, at=dt.datetime(2022, 8, 1, tzinfo=dt.UTC)
        )
        return period

    WORDS = (
        "sin reporte: GMU; sin enviar: GDS; devueltos: GED; enviados sin conformidad: GDE; "
        "observaciones sin resolver: 1"
    )

    def test_it_is_said_unit_by_unit(self, period):
        left = left_open(period, on=AUGUST)
        assert left.words == self.WORDS
        assert left.in_time == ()
        assert [unit.acronym for unit in left_open(period, on=period.due_on).in_time] == ["GDS", "GED", "GMU"]

    def test_it_is_refused_until_somebody_confirms_what_they_read(self, period, people):
        with pytest.raises(PeriodRefused, match=r"sin reporte: GMU.*confirme que lo cierra así"):
            close_period(period=period, by=people.bruno, on=AUGUST)
        seen = left_open(period).mark
        make_submission(make_unit("GMU"), period, Submission.State.VALIDATED)
        with pytest.raises(PeriodRefused, match="cambió lo que falta"):
            close_period(period=period, by=people.bruno, seen=seen, on=AUGUST)
        assert semester(period.plan).is_open
        close_period(period=period, by=people.bruno, seen=left_open(period).mark, on=AUGUST)
        assert "sin enviar: GDS" in PeriodEvent.objects.get(act="closed").note

    def test_queries_do_not_grow(self, period, plan, django_assert_num_queries):
        # Units that answer, submissions with units, extensions, observations.
        with django_assert_num_queries(4):
            left_open(period)


class TestOwnDaysOff:
    ANNIVERSARY = dt.date(2025, 1, 17)

    def test_they_move_the_deadlines_of_planned_semesters_only(self, plan, people):
        plan.periods.filter(code__in=["2024-1", "2024-2"]).delete()
        create_periods(plan=plan)
        moved = semester(plan, "2024-2")
        assert moved.due_on == dt.date(2025, 1, 22)
        agreed = dt.date(2024, 8, 30)
        Period.objects.filter(plan=plan, code="2024-1").update(due_on=agreed)
        row = add_day_off(government=plan.government, day=self.ANNIVERSARY, reason="Aniversario", by=people.bruno)
        assert semester(plan, "2024-2").due_on == dt.date(2025, 1, 23)
        assert semester(plan, "2024-1").due_on == agreed
        drop_day_off(day_off=row, by=people.bruno)
        assert semester(plan, "2024-2").due_on == dt.date(2025, 1, 22)

    def test_new_semesters_know_them(self, plan, people):
        add_day_off(government=plan.government, day=self.ANNIVERSARY, reason="Aniversario", by=people.bruno)
        plan.periods.filter(code="2024-2").delete()
        assert create_periods(plan=plan)[0].due_on == dt.date(2025, 1, 23)

    def test_what_makes_no_sense_is_refused(self, plan, people):
        def add(by=people.bruno, day=self.ANNIVERSARY, reason="Aniversario"):
            return add_day_off(government=plan.government, day=day, reason=reason, by=by)

        for stranger in (people.alicia, people.carla):
            with pytest.raises(PeriodRefused, match="Solo la coordinación"):
                add(by=stranger)
        with pytest.raises(PeriodRefused, match="ya es feriado"):
            add(day=dt.date(2025, 7, 28))
        with pytest.raises(PeriodRefused, match="vacío"):
            add(reason=" ")
        row = add()
        with pytest.raises(PeriodRefused, match="ya está en la lista"):
            add()
        with pytest.raises(PeriodRefused, match="Solo la coordinación"):
            drop_day_off(day_off=row, by=people.carla)
        assert DayOff.objects.count() == 1
