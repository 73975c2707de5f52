"""One unit takes the place of another: what passes on, and what stays with the unit that was."""

import datetime as dt

import pytest

from institution.models import Role, Unit, User
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Commitment, Submission
from monitoring.organisation import preview_succession
from monitoring.queries import scorecard
from monitoring.succession import SuccessionRefused, end_unit, pass_responsibility, succeed, successors_of
from plans.models import Plan, Responsibility
from tests.factories import (
    make_activity,
    make_designation,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_responsibility,
    make_result,
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
    supported = make_activity(activity.action)
    supported.supporting_units.add(unit)
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
    assert list(supported.supporting_units.all()) == [successor]
    assert owed.responsible_unit == successor
    assert done.responsible_unit == unit


def test_nobody_leads_and_supports_the_same_activity(indicator, unit, successor, people):
    led, helped = indicator.activity, make_activity(indicator.activity.action, lead_unit=successor)
    led.lead_unit = unit
    led.save()
    led.supporting_units.add(successor)
    helped.supporting_units.add(unit)
    assert preview_succession(unit, successor, "2023-1", people.bruno).supported == ()
    pass_on(unit, successor, people)
    for activity in (led, helped):
        activity.refresh_from_db()
        assert activity.lead_unit == successor
        assert not activity.supporting_units.exists()


class TestFunction:
    @pytest.fixture
    def gpv(self, people, successor):
        make_designation(people.bruno, successor, Role.COORDINATOR, starts_on=NEW)
        return make_unit("GPV")

    def test_a_unit_that_exists_takes_it_over(self, gpv, successor, people):
        assert preview_succession(gpv, successor, "2023-1", people.bruno).function == "Coordina el plan"
        pass_on(gpv, successor, people)
        successor.refresh_from_db()
        assert successor.function == Unit.Function.COORDINATION
        assert successor.history.first().history_user == people.bruno

    def test_a_unit_that_does_something_else_already_does_not(self, gpv, successor, people):
        Unit.objects.filter(pk=successor.pk).update(function=Unit.Function.PLANNING)
        with pytest.raises(SuccessionRefused, match="tienen cada una su función"):
            pass_on(gpv, successor, people)

    def test_answering_for_activities_is_no_function_to_tell(self, indicator, unit, successor, people):
        assert preview_succession(unit, successor, "2023-1", people.bruno).function == ""
        pass_on(unit, successor, people)
        successor.refresh_from_db()
        assert successor.function == Unit.Function.RESPONSIBLE


class TestReadAgain:
    def test_a_successor_that_ended_meanwhile(self, indicator, unit, successor, people):
        Unit.objects.filter(pk=successor.pk).update(valid_until=dt.date(2023, 6, 1))
        with pytest.raises(SuccessionRefused, match="ya no está vigente"):
            pass_on(unit, successor, people)

    def test_a_unit_to_answer_that_ended_meanwhile(self, indicator, people):
        other = make_unit("GDE")
        Unit.objects.filter(pk=other.pk).update(valid_until=dt.date(2023, 3, 1))
        with pytest.raises(SuccessionRefused, match="no está vigente al terminar 2023-1"):
            pass_responsibility(indicator=indicator, unit=other, from_period="2023-1", by=people.bruno)


def test_an_end_that_has_passed_stays_where_it_was(indicator, unit, successor, people):
    over = dt.date(2023, 2, 28)
    Unit.objects.filter(pk=unit.pk).update(valid_until=over)
    unit.refresh_from_db()
    assert preview_succession(unit, successor, "2023-1", people.bruno).last_day == over
    pass_on(unit, successor, people)
    unit.refresh_from_db()
    assert (unit.valid_until, unit.successor) == (over, successor)
    assert tenures(indicator) == [("GSGC", "2022-1", "2022-2"), ("GSCV", "2023-1", None)]


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

    def test_where_the_successor_has_sent_its_report_already(self, indicator, unit, successor, people):
        make_submission(successor, indicator.plan.periods.get(code="2023-1"), Submission.State.SUBMITTED)
        self.refused("GSCV ya envió su reporte de 2023-1", unit, successor, people)

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


def test_a_new_unit_is_made_in_the_same_act(indicator, unit, people):
    new = Unit(government=unit.government, acronym="GSCN", name="Gerencia Nueva", valid_from=NEW)
    pass_on(unit, new, people)
    assert tenures(indicator) == [("GSGC", "2022-1", "2022-2"), ("GSCN", "2023-1", None)]
    assert new.history.get().history_user == people.bruno
    unit.refresh_from_db()
    assert unit.history.first().history_user == people.bruno


def test_an_acronym_that_was_used_is_refused_with_the_whole_act(indicator, unit, people):
    new = Unit(government=unit.government, acronym="gmu", name="Gerencia Nueva", valid_from=NEW)
    with pytest.raises(SuccessionRefused, match="Ya existe GMU"):
        pass_on(unit, new, people)
    assert tenures(indicator) == [("GSGC", "2022-1", None)]


class TestCircles:
    def test_of_two(self, indicator, unit, successor, people):
        pass_on(unit, successor, people)
        unit.refresh_from_db()
        with pytest.raises(SuccessionRefused, match=r"GSCV ya es sucesora de GSGC \(GSGC → GSCV\): .* no vuelve atrás"):
            pass_on(successor, unit, people)

    def test_of_three(self, indicator, unit, successor, people):
        pass_on(unit, successor, people)
        third = make_unit("GTER", valid_from=dt.date(2024, 2, 1))
        pass_on(successor, third, people, from_period="2024-1")
        unit.refresh_from_db()
        assert [each.acronym for each in successors_of(unit)] == ["GSCV", "GTER"]
        with pytest.raises(SuccessionRefused, match=r"GSGC → GSCV → GTER"):
            pass_on(third, unit, people, from_period="2024-2")

    def test_that_old_data_already_has_end_where_they_close(self, unit, successor):
        day = dt.date(2024, 1, 1)
        Unit.objects.filter(pk=unit.pk).update(valid_until=day, successor=successor)
        Unit.objects.filter(pk=successor.pk).update(valid_until=day, successor=unit)
        unit.refresh_from_db()
        assert [each.acronym for each in successors_of(unit)] == ["GSCV", "GSGC"]


class TestTime:
    @pytest.mark.parametrize("period", ["2023-1", "2023-2"])
    def test_in_the_semester_of_the_beginning_or_the_next(self, indicator, unit, successor, people, period):
        assert pass_on(unit, successor, people, from_period=period)

    @pytest.mark.parametrize(
        ("period", "why"),
        [
            ("2022-2", "recién empieza el 1 may. 2023, después de 2022-2: elija 2023-1"),
            ("2024-1", "Es tarde: GSCV empieza el 1 may. 2023, y hasta 2024-1 nadie reportaría. Elija 2023-1 o 2023-2"),
            ("2031-1", "no tiene el semestre 2031-1"),
        ],
    )
    def test_neither_earlier_nor_later(self, indicator, unit, successor, people, period, why):
        with pytest.raises(SuccessionRefused) as refused:
            pass_on(unit, successor, people, from_period=period)
        assert why in str(refused.value)
        assert tenures(indicator) == [("GSGC", "2022-1", None)]


class TestCoordination:
    def test_its_unit_is_succeeded_once_somebody_coordinates_at_the_new_one(self, people, successor):
        gpv = make_unit("GPV")
        with pytest.raises(SuccessionRefused, match=r"Desde el .* nadie coordinaría el plan"):
            pass_on(gpv, successor, people)
        make_designation(people.bruno, successor, Role.COORDINATOR, starts_on=NEW)
        pass_on(gpv, successor, people)
        assert people.bruno.designations.coordinating(people.bruno).get().unit == successor


class TestEndUnit:
    def end(self, unit, people, **kw):
        return end_unit(**({"unit": unit, "last_day": LAST_DAY, "by": people.bruno} | kw))

    def test_that_answers_for_nothing(self, unit, people):
        post = make_designation(make_user(), unit, Role.HEAD)
        self.end(unit, people)
        unit.refresh_from_db()
        post.refresh_from_db()
        assert (unit.valid_until, unit.successor) == (LAST_DAY, None)
        assert (post.ends_on, post.end_reason) == (LAST_DAY, "Terminó la unidad")

    def test_not_while_it_answers_leads_or_owes(self, indicator, unit, people):
        with pytest.raises(SuccessionRefused, match="responde por 1 indicador: páselo antes a otra unidad"):
            self.end(unit, people)
        indicator.responsibilities.update(until_period="2022-2")
        indicator.activity.lead_unit = unit
        indicator.activity.save()
        with pytest.raises(SuccessionRefused, match=r"conduce 1 actividad, y eso solo pasa .* con una sucesión"):
            self.end(unit, people)
        make_activity(indicator.activity.action, lead_unit=unit)
        with pytest.raises(SuccessionRefused, match="conduce 2 actividades, y eso"):
            self.end(unit, people)

    def test_on_the_last_day_of_a_semester_what_passes_on_the_next_day_is_no_hindrance(self, indicator, unit, people):
        last_day = dt.date(2023, 12, 31)
        indicator.responsibilities.update(until_period="2024-1")
        with pytest.raises(SuccessionRefused, match="responde por 1 indicador"):
            self.end(unit, people, last_day=last_day)
        indicator.responsibilities.update(until_period="2023-2")
        assert self.end(unit, people, last_day=last_day).valid_until == last_day

    def test_what_else_is_refused(self, unit, people):
        for why, kw in (
            ("Solo la coordinación", {"by": people.alicia}),
            ("Solo la coordinación", {"by": people.carla}),
            ("no puede terminar antes", {"last_day": dt.date(2021, 1, 1)}),
            ("nadie coordinaría", {"unit": make_unit("GPV")}),
        ):
            with pytest.raises(SuccessionRefused, match=why):
                self.end(**({"unit": unit, "people": people} | kw))
        self.end(unit, people)
        with pytest.raises(SuccessionRefused, match="ya terminó"):
            self.end(unit, people)


class TestOneIndicator:
    @pytest.fixture
    def other(self, people):
        return make_unit("GDE")

    def hand(self, indicator, unit, people, **kw):
        return pass_responsibility(
            **({"indicator": indicator, "unit": unit, "from_period": "2023-1", "by": people.bruno} | kw)
        )

    def test_passes_from_a_semester_on(self, indicator, other, people):
        make_results(indicator, {"2022-2": 8})
        before = scorecard(indicator.plan, "2022-2")
        row = self.hand(indicator, other, people)
        assert tenures(indicator) == [("GSGC", "2022-1", "2022-2"), ("GDE", "2023-1", None)]
        assert row.history.get().history_user == people.bruno
        assert scorecard(indicator.plan, "2022-2") == before

    def test_comes_back_to_whoever_had_it(self, indicator, unit, other, people):
        self.hand(indicator, other, people)
        self.hand(indicator, unit, people, from_period="2024-1")
        assert tenures(indicator) == [
            ("GSGC", "2022-1", "2022-2"),
            ("GDE", "2023-1", "2023-2"),
            ("GSGC", "2024-1", None),
        ]

    def test_fills_a_gap_at_the_end_but_overlaps_nothing(self, indicator, other, people):
        indicator.responsibilities.update(until_period="2022-2")
        make_responsibility(indicator, make_unit("GED"), "2024-1")
        with pytest.raises(SuccessionRefused, match="Otra unidad ya responde"):
            self.hand(indicator, other, people)
        indicator.responsibilities.filter(unit__acronym="GED").delete()
        self.hand(indicator, other, people)
        assert tenures(indicator) == [("GSGC", "2022-1", "2022-2"), ("GDE", "2023-1", None)]

    def test_what_is_refused(self, indicator, unit, other, people):
        for why, kw in (
            ("Solo la coordinación", {"by": people.alicia}),
            ("Solo la coordinación", {"by": people.carla}),
            ("ya responde por", {"unit": unit}),
            ("desde 2022-1: elija un semestre posterior", {"from_period": "2022-1"}),
            ("no tiene el semestre 2031-1", {"from_period": "2031-1"}),
            ("otro gobierno", {"unit": make_unit("GDS", make_government("0701"))}),
            ("no está vigente", {"unit": make_unit("GVI", valid_until=dt.date(2023, 3, 1))}),
            ("no está vigente", {"unit": make_unit("GFU", valid_from=dt.date(2024, 1, 1))}),
        ):
            with pytest.raises(SuccessionRefused, match=why):
                self.hand(indicator, **({"unit": other, "people": people} | kw))
        assert tenures(indicator) == [("GSGC", "2022-1", None)]

    def test_not_where_something_was_reported(self, indicator, other, people):
        period = indicator.plan.periods.get(code="2023-1")
        sent = make_submission(other, period, Submission.State.SUBMITTED)
        with pytest.raises(SuccessionRefused, match="GDE ya envió su reporte de 2023-1"):
            self.hand(indicator, other, people)
        sent.delete()
        make_result(indicator, "2023-1", 5, state=Submission.State.DRAFT)
        with pytest.raises(SuccessionRefused, match="ya tiene un resultado de 2023-1"):
            self.hand(indicator, other, people)

    def test_not_where_a_closed_evaluation_looks(self, indicator, other, people):
        evaluation = open_evaluation(plan=indicator.plan, year=2022, by=people.bruno)
        close_evaluation(evaluation, by=people.bruno, texts_may_be_empty=True)
        with pytest.raises(SuccessionRefused, match="evaluación 2022 está cerrada"):
            self.hand(indicator, other, people, from_period="2022-2")

    def test_not_in_a_closed_plan(self, indicator, other, people):
        Plan.objects.update(state=Plan.State.CLOSED)
        with pytest.raises(SuccessionRefused, match="El plan está cerrado"):
            self.hand(indicator, other, people)
