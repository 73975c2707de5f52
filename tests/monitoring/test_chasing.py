"""Reminders and notices: who gets which letter, once; by hand, and by the daily command."""

import datetime as dt
import io

import pytest
from django.core.management import call_command

from institution.models import Letter, MailFrequency, Role
from monitoring.chasing import ChasingRefused, due_reminders, load_cases, remind, send_due
from monitoring.models import Period, Reminder, Submission
from monitoring.observing import observe
from monitoring.periods import extend
from monitoring.reminders import Quiet
from monitoring.workflow import start, take
from plans.models import Plan
from tests.factories import (
    make_designation,
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_submission,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
State = Submission.State
DUE = dt.date(2022, 7, 21)  # the deadline of the semester


def days(count: int) -> dt.date:
    return DUE + dt.timedelta(days=count)


@pytest.fixture
def plan():
    plan = make_plan(code="lima", requires_signoff=True)
    make_period(plan, "2022-1", Period.State.OPEN, due_on=DUE)
    return plan


@pytest.fixture
def period(plan):
    return plan.periods.get(code="2022-1")


@pytest.fixture
def people(plan):
    unit = make_unit("GMU")
    people = make_people(unit)
    make_designation(make_user("Inés Ríos", "ines@example.org"), unit, Role.HEAD)
    make_indicator(make_tree(plan, lead_unit=unit).activity, unit=unit, targets={"2022-1": 4})
    return people


@pytest.fixture
def unit(people):
    return make_unit("GMU")


def told(day: dt.date) -> list[tuple[str, str]]:
    """Whom the daily round would write to that day, of what."""
    return [(due.person.full_name.split()[0], str(due.matter)) for due in due_reminders(on=day)]


class TestTheDailyRound:
    @pytest.mark.parametrize(
        ("day", "names"),
        [(-11, []), (-10, ["Alicia"]), (-3, []), (0, ["Alicia"]), (1, ["Alicia", "Inés"])],
    )
    def test_of_a_report_that_nobody_sent(self, people, period, day, names):
        assert told(days(day)) == [(name, "report") for name in names]

    def test_it_is_written_once_a_day_and_again_after_five(self, people, period):
        assert [len(send_due(on=days(day))) for day in (-10, -10, -6, -5)] == [1, 0, 0, 1]
        assert Reminder.objects.count() == Letter.objects.count() == 2
        letter = Letter.objects.first()
        assert letter.to == "alicia@example.org"
        assert letter.subject == "PMH: El reporte 2022-1 de GMU vence el 21 jul. 2022"
        assert letter.body.count("http") == 1
        assert "http://localhost:8000/planes/lima/reportes/2022-1/GMU/" in letter.body
        assert letter.state == "waiting"  # deliver_mail sends it: the round never waits for a mail server

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.VALIDATED])
    def test_it_is_silent_about_what_was_sent(self, people, period, unit, state):
        make_submission(unit, period, state)
        assert ("Alicia", "report") not in told(days(1))

    def test_only_of_semesters_that_are_open_in_plans_in_force(self, people, plan, period):
        Plan.objects.update(state=Plan.State.CLOSED)
        assert told(DUE) == []
        Plan.objects.update(state=Plan.State.IN_FORCE)
        Period.objects.filter(pk=period.pk).update(state=Period.State.CLOSED, closed_on=DUE)
        assert told(DUE) == []

    def test_an_extension_moves_it(self, people, period, unit):
        extend(unit=unit, period=period, due_on=days(12), reason="Mudanza", by=people.bruno, on=DUE)
        assert told(DUE) == []
        assert told(days(2)) == [("Alicia", "report")]
        assert told(days(13)) == [("Alicia", "report"), ("Inés", "report")]

    def test_whose_post_has_ended_hears_nothing(self, people, period):
        people.alicia.deactivate()
        assert told(DUE) == [("Inés", "report")]

    def test_the_head_is_asked_for_the_sign_off(self, people, period, unit):
        make_submission(unit, period, State.AWAITING_SIGNOFF, submitted_on=None, due_on=None)
        assert told(DUE) == [("Inés", "report")]
        assert "visto bueno" in due_reminders(on=DUE)[0].draft.subject

    def test_the_choice_of_the_person_holds(self, people, period):
        people.alicia.mail_frequency = MailFrequency.OVERDUE
        people.alicia.save()
        assert told(DUE) == []
        assert told(days(1)) == [("Alicia", "report"), ("Inés", "report")]

    def test_what_waits_for_review_five_days_goes_to_the_coordination(self, people, period, unit):
        make_submission(unit, period, State.SUBMITTED)
        assert told(days(4)) == []
        assert told(days(5)) == [("Bruno", "review")]
        assert send_due(on=days(5))[0].draft.subject == "Reportes 2022-1 por revisar: 1"
        assert "quien-falta/?semestre=2022-1" in Letter.objects.get().body
        assert told(days(9)) == []
        assert told(days(10)) == [("Bruno", "review")]

    def test_the_coordination_s_own_report_waits_for_planning(self, people, plan, period):
        gpv = make_unit("GPV")
        make_indicator(make_tree(plan).activity, unit=gpv, targets={"2022-1": 4})
        make_submission(gpv, period, State.SUBMITTED)
        make_designation(make_user("Pía Luna"), make_unit("GP"), Role.PLANNER)
        assert ("Pía", "review") in told(days(5))
        assert ("Bruno", "review") not in told(days(5))

    def test_whoever_coordinates_and_plans_hears_of_all_of_it_in_one_letter(self, people, plan, period, unit):
        gpv = make_unit("GPV")
        make_indicator(make_tree(plan).activity, unit=gpv, targets={"2022-1": 4})
        for waiting in (gpv, unit):
            make_submission(waiting, period, State.SUBMITTED)
        make_designation(people.bruno, make_unit("GP"), Role.PLANNER)
        make_designation(people.bruno, make_unit("GMU"), Role.COORDINATOR)  # twice coordination is once told
        (due,) = [due for due in send_due(on=days(5)) if due.matter == "review"]
        assert (due.person, due.draft.context["units"]) == (people.bruno, [unit, gpv])
        body = Letter.objects.get(key__startswith="reminder:review").body
        assert "GMU" in body
        assert "GPV" in body

    def test_whoever_wants_only_what_is_overdue_hears_of_reviews(self, people, period, unit):
        people.bruno.mail_frequency = MailFrequency.OVERDUE
        people.bruno.save()
        make_submission(unit, period, State.SUBMITTED)
        assert told(days(4)) == []
        assert told(days(5)) == [("Bruno", "review")]

    def test_budget_liaisons_are_asked_once_for_all_their_activities(self, people, plan, period, unit):
        Plan.objects.update(extra_budget_due_on=days(60))
        make_designation(make_user("Sonia Bravo"), unit, Role.BUDGET_LIAISON)
        make_tree(plan, lead_unit=unit, activities=2)
        assert told(days(49)) == [("Alicia", "report"), ("Inés", "report")]
        assert ("Sonia", "budget") in told(days(50))
        send_due(on=days(50))
        letter = Letter.objects.get(key__startswith="reminder:budget")
        assert "3 actividades esperan" in letter.body
        assert letter.body.count("http") == 1
        assert ("Sonia", "budget") not in told(days(54))
        assert Reminder.objects.filter(matter="budget").count() == 1


class TestByHand:
    def test_one_some_or_all_that_are_behind(self, people, plan, period, unit):
        other = make_unit("GED")
        make_indicator(make_tree(plan).activity, unit=other, targets={"2022-1": 4})
        make_designation(make_user("Luz Vega"), other)
        sent = make_unit("GDE")
        make_indicator(make_tree(plan).activity, unit=sent, targets={"2022-1": 4})
        make_submission(sent, period, State.SUBMITTED)
        done = remind(period=period, units=[unit, sent], by=people.bruno, on=days(-20))
        assert [(u.acronym, p.full_name) for u, p in done.sent] == [("GMU", "Alicia Rojas")]
        done = remind(period=period, units=None, by=people.bruno, on=days(-20))
        assert [(u.acronym, p.full_name) for u, p in done.sent] == [("GED", "Luz Vega")]
        assert done.quiet == [(unit, people.alicia, Quiet.TOO_SOON)]
        assert set(Reminder.objects.values_list("by__full_name", flat=True)) == {"Bruno Salas"}

    def test_the_command_then_waits_five_days(self, people, period):
        remind(period=period, units=None, by=people.bruno, on=days(-7))
        assert told(days(-5)) == []
        assert told(DUE) == [("Alicia", "report")]

    def test_where_nobody_is_designated_it_says_so(self, people, plan, period):
        lonely = make_unit("GED")
        make_indicator(make_tree(plan).activity, unit=lonely, targets={"2022-1": 4})
        assert remind(period=period, units=[lonely], by=people.bruno).nobody == [(lonely, Role.REPORTER)]

    def test_only_the_coordination_and_only_while_it_is_open(self, people, period):
        for stranger in (people.alicia, people.carla):
            with pytest.raises(ChasingRefused, match="Solo la coordinación"):
                remind(period=period, units=None, by=stranger)
        Period.objects.filter(pk=period.pk).update(state=Period.State.CLOSED, closed_on=DUE)
        with pytest.raises(ChasingRefused, match="no está abierto"):
            remind(period=period, units=None, by=people.bruno)
        assert not Letter.objects.exists()


class TestNotices:
    @pytest.fixture
    def submission(self, people, period, unit):
        return make_submission(unit, period, State.SUBMITTED)

    def test_a_return_reaches_the_unit_even_if_it_wants_no_mail(self, people, submission):
        people.alicia.mail_frequency = MailFrequency.NONE
        people.alicia.save()
        observe(submission=submission, text="¿Ocho?", by=people.bruno)
        take(submission, "return", by=people.bruno, on=DUE)
        assert {letter.to for letter in Letter.objects.all()} == {"alicia@example.org", "ines@example.org"}
        letter = Letter.objects.get(to="alicia@example.org")
        assert letter.subject == "PMH: Devolvieron el reporte 2022-1 de GMU"
        assert "Tiene 1 observación por responder" in letter.body
        assert letter.body.count("http") == 1
        # It counts as a letter about the matter: the round keeps quiet for five days.
        assert told(days(4)) == []
        assert told(days(5)) == [("Inés", "report")]

    def test_only_who_had_the_notice_counts_as_told(self, people, period, submission, unit):
        observe(submission=submission, text="¿Ocho?", by=people.bruno)
        take(submission, "return", by=people.bruno, on=DUE)
        late = make_designation(make_user("Luz Vega", "luz@example.org"), unit).user
        done = remind(period=period, units=[unit], by=people.bruno, on=DUE)
        assert [person for _unit, person in done.sent] == [late]
        assert done.quiet == [(unit, people.alicia, Quiet.TOO_SOON)]

    def test_a_validation_is_told_to_whoever_wants_mail(self, people, submission):
        people.alicia.mail_frequency = MailFrequency.NONE
        people.alicia.save()
        take(submission, "validate", by=people.bruno)
        assert list(Letter.objects.values_list("to", flat=True)) == ["ines@example.org"]
        assert "conformidad" in Letter.objects.get().subject

    def test_what_is_reopened_says_why(self, people, submission):
        take(submission, "validate", by=people.bruno)
        take(submission, "reopen", by=people.bruno, comment="Faltan seis certificados")
        assert "Motivo: Faltan seis certificados" in Letter.objects.filter(key__contains="reopen").first().body

    def test_the_head_hears_of_what_is_handed_over_and_the_reporter_of_what_comes_back(self, people, period, unit):
        submission = start(unit=unit, period=period, by=people.alicia)
        ines = make_designation(make_user("Otto Ruiz", "otto@example.org"), unit, Role.HEAD).user
        submission.results.create(
            indicator=unit.responsibilities.get().indicator,
            period=period,
            not_available_reason="Se mudó",
            entered_by=people.alicia,
            entered_at=dt.datetime(2022, 7, 1, tzinfo=dt.UTC),
        )
        take(submission, "hand_to_head", by=people.alicia)
        assert {letter.to for letter in Letter.objects.all()} == {"ines@example.org", "otto@example.org"}
        take(submission, "give_back", by=ines, comment="Falta el acta")
        letter = Letter.objects.get(to="alicia@example.org")
        assert "Falta el acta" in letter.body

    def test_a_refused_step_writes_nothing(self, people, submission):
        with pytest.raises(Exception, match="observación"):
            take(submission, "return", by=people.bruno)
        assert not Letter.objects.exists()


class TestTheCommand:
    def run(self, *args: str) -> str:
        said = io.StringIO()
        call_command("send_reminders", *args, stdout=said)
        return said.getvalue()

    def test_a_dry_run_shows_what_it_would_write(self, people, period, settings):
        settings.PMH_TODAY = DUE.isoformat()
        said = self.run("--dry-run", "-v2")
        assert "Se escribirían: 1." in said
        assert "alicia@example.org: El reporte 2022-1 de GMU vence hoy" in said
        assert "aún no se ha empezado" in said
        assert not Letter.objects.exists()

    def test_twice_is_once(self, people, period, settings):
        settings.PMH_TODAY = DUE.isoformat()
        assert "escritos: 1." in self.run()
        assert "escritos: 0." in self.run()
        assert Letter.objects.count() == 1


@pytest.mark.parametrize("count", [1, 20])
def test_the_cases_take_seven_queries(people, plan, period, count, django_assert_num_queries):
    activity = make_tree(plan).activity
    for _ in range(count):
        unit = make_unit()
        make_designation(make_user(), unit)
        make_indicator(activity, unit=unit, targets={"2022-1": 4})
        observe(submission=make_submission(unit, period, State.SUBMITTED), text="¿Ocho?", by=people.bruno)
        take(Submission.objects.get(unit=unit), "return", by=people.bruno)
    send_due(on=DUE)
    # Units that answer, submissions, extensions, posts, last events, their letters, reminders.
    with django_assert_num_queries(7):
        assert len(load_cases(period)) == count + 1
