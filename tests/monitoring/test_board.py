"""The reporting board: what it says of each unit, who acts on it, and that it costs the same for many units."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from institution.models import Letter, MailFrequency, Role
from monitoring.board import load_board
from monitoring.models import Period, Reminder, Submission
from monitoring.periods import extend
from monitoring.queries import filled_in, load_filing
from monitoring.workflow import take
from plans.models import BreakdownTable
from tests.factories import (
    make_breakdown,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_result,
    make_submission,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
State = Submission.State
DUE = dt.date(2022, 7, 21)
BOARD = reverse("monitoring:reporting_board", args=["lima"])
REMIND = reverse("monitoring:reporting_remind", args=["lima"])


@pytest.fixture(autouse=True)
def _three_days_late(settings):
    settings.PMH_TODAY = "2022-07-24"


@pytest.fixture
def plan():
    plan = make_plan(code="lima", closed_up_to="2021-2", requires_signoff=True)
    make_period(plan, "2022-1", Period.State.OPEN, due_on=DUE)
    return plan


@pytest.fixture
def period(plan):
    return plan.periods.get(code="2022-1")


@pytest.fixture
def activity(plan):
    return make_tree(plan).activity


def answering(acronym, activity, state=None, **kw):
    """A unit that answers for one indicator, its report in that state."""
    unit = make_unit(acronym)
    make_indicator(activity, unit=unit, targets={"2022-1": 4})
    if state:
        make_submission(unit, activity.plan.periods.get(code="2022-1"), state, **kw)
    return unit


@pytest.fixture
def people(activity):
    answering("GMU", activity)
    return make_people(make_unit("GMU"))


@pytest.fixture
def bruno(people, client):
    client.force_login(people.bruno)
    return client


def row(plan, user, acronym):
    return next(row for row in load_board(plan, {}, user).rows if row.unit.acronym == acronym)


class TestWhatItSays:
    def test_units_stand_under_the_state_of_their_report(self, people, plan, activity):
        for state in (State.DRAFT, State.AWAITING_SIGNOFF, State.SUBMITTED, State.RETURNED, State.VALIDATED):
            answering(f"G-{state}", activity, state)
        board = load_board(plan, {}, people.bruno)
        assert [(group.state, len(group.rows)) for group in board.groups] == [
            ("", 1),
            ("returned", 1),
            ("draft", 1),
            ("awaiting_signoff", 1),
            ("submitted", 1),
            ("validated", 1),
        ]
        assert (board.waiting, board.late, board.to_review, board.validated) == (4, 3, 1, 1)

    def test_days_are_counted_with_extensions_and_what_was_sent_stays_as_it_was(self, people, plan, period, activity):
        late = answering("GDE", activity, State.SUBMITTED, submitted_on=DUE + dt.timedelta(days=2), due_on=DUE)
        assert row(plan, people.bruno, "GMU").days_late == 3
        assert row(plan, people.bruno, late.acronym).days_late == 2
        extend(unit=make_unit("GMU"), period=period, due_on=dt.date(2022, 8, 1), reason="Mudanza", by=people.bruno)
        extended = row(plan, people.bruno, "GMU")
        assert (extended.days_late, extended.case.deadline, extended.case.is_extended) == (0, dt.date(2022, 8, 1), True)

    def test_what_was_loaded_was_neither_in_time_nor_late(self, people, plan, activity, bruno):
        answering("GDE", activity, State.VALIDATED, submitted_on=dt.date(2022, 7, 1), due_on=DUE, is_historical=True)
        assert [each.days_late for each in load_board(plan, {}, people.bruno).rows] == [0, 0]
        page = bruno.get(BOARD).content.decode()
        assert page.count("histórico") == 2  # the semester has nothing else: GMU, without a line in it, missed nothing
        assert "enviado a tiempo" not in page
        assert "de retraso" not in page
        answering("GED", activity, State.DRAFT)
        assert row(plan, people.bruno, "GMU").days_late == 3
        assert row(plan, people.bruno, "GDE").days_late == 0

    def test_a_closed_semester_counts_no_days_that_are_left(self, people, plan, bruno):
        make_period(plan, "2022-1", Period.State.CLOSED, due_on=dt.date(2022, 8, 1))
        assert "quedan" not in bruno.get(BOARD).content.decode()

    def test_who_is_responsible_today(self, people, plan, activity, period):
        answering("GED", activity)
        head = make_designation(make_user("Inés Ríos"), make_unit("GMU"), Role.HEAD).user
        mine = row(plan, people.bruno, "GMU")
        assert (mine.people, mine.heads) == ((people.alicia,), (head,))
        assert row(plan, people.bruno, "GED").has_nobody
        people.alicia.designations.update(ends_on=dt.date(2022, 7, 23))
        assert row(plan, people.bruno, "GMU").people == ()
        make_submission(make_unit("GMU"), period, State.AWAITING_SIGNOFF, submitted_on=None)
        assert row(plan, people.bruno, "GMU").people == (head,)

    def test_the_last_contact_is_the_later_of_reminder_and_act(self, people, plan, period, bruno, settings):
        assert row(plan, people.bruno, "GMU").contact is None
        bruno.post(REMIND, {"period": "2022-1", "all": "1"})
        assert row(plan, people.bruno, "GMU").contact.reminder.person == people.alicia
        settings.PMH_TODAY = "2022-07-25"
        submission = make_submission(make_unit("GMU"), period, State.SUBMITTED)
        take(submission, "validate", by=people.bruno)
        contact = row(plan, people.bruno, "GMU").contact
        assert (contact.on, contact.event.step) == (dt.date(2022, 7, 25), "validate")

    def test_how_far_a_report_is_agrees_with_the_form(self, people, plan, period, activity):
        unit = make_unit("GMU")
        first = unit.responsibilities.get().indicator
        people_counted = make_indicator(
            activity, unit=unit, targets={"2022-1": 10}, tables=("sex",), counts="people", code="IND.P"
        )
        pooled = make_indicator(activity, unit=unit, targets={"2022-1": 80}, accumulation="pooled", code="IND.Q")
        make_indicator(activity, unit=unit, code="IND.NOT-DUE")
        draft = {"state": State.DRAFT, "by": people.alicia}
        make_evidence(make_result(first, "2022-1", 4, **draft))
        counted = make_result(people_counted, "2022-1", 8, no_evidence_reason="Se mojó", **draft)
        make_breakdown(counted, BreakdownTable.SEX, {("", "woman"): 5})
        withdrawn = make_evidence(
            make_result(pooled, "2022-1", numerator=6, denominator=8, **draft), url="https://example.org"
        )
        assert withdrawn.withdrawn_at is None

        def both():
            filing = load_filing(unit, period)
            filled = filled_in(period)[unit.pk]
            assert (filled.done, filled.due) == (filing.done, len(filing.due))
            return filled.done, filled.due, filled.percent

        assert both() == (2, 3, 66)  # the table does not add up
        make_breakdown(counted, BreakdownTable.SEX, {("", "man"): 3})
        assert both() == (3, 3, 100)

    def test_another_semester_may_be_chosen_and_an_unknown_one_is_not_there(self, bruno, people, plan):
        assert load_board(plan, {"semestre": "2022-2"}, people.bruno).period.code == "2022-2"
        assert bruno.get(BOARD, {"semestre": "2022-2"}).status_code == 200
        assert bruno.get(BOARD, {"semestre": "2031-1"}).status_code == 404

    @pytest.mark.parametrize("count", [1, 20, 200])
    def test_fourteen_queries_whatever_the_number_of_units(self, people, plan, period, activity, count):
        for _ in range(count):
            unit = answering(None, activity)
            indicator = unit.responsibilities.get().indicator
            result = make_result(indicator, "2022-1", 4, state=State.DRAFT)
            make_evidence(result, url="https://example.org")
            make_breakdown(result, BreakdownTable.SEX, {("", "woman"): 4})
            make_designation(result.entered_by, unit)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            board = load_board(plan, {}, people.bruno)
            assert len(board.rows) == count + 1
            assert board.waiting == count + 1
        # Semesters; responsibilities with indicators, targets, tables, sums of cells, evidence, results; whether the
        # reader coordinates; units, submissions, extensions, posts, last events, reminders.
        assert len(captured) == 14


class TestWhoActs:
    def test_planning_reads_and_may_not_act(self, people, client):
        planner = make_user("Pía Luna")
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        client.force_login(planner)
        page = client.get(BOARD)
        assert page.status_code == 200
        assert "Recordar" not in page.content.decode()
        assert client.post(REMIND, {"period": "2022-1", "all": "1"}).status_code == 403

    def test_the_units_do_not_see_one_another(self, people, client):
        client.force_login(people.alicia)
        assert client.get(BOARD).status_code == 404
        assert client.post(REMIND, {"period": "2022-1", "all": "1"}).status_code == 404
        client.force_login(people.carla)
        assert client.post(REMIND, {"period": "2022-1", "all": "1"}).status_code == 404
        assert not Reminder.objects.exists()

    def test_its_address_is_not_taken_for_a_report(self):
        assert resolve(BOARD).view_name == "monitoring:reporting_board"
        assert resolve(REMIND).view_name == "monitoring:reporting_remind"
        report = reverse("monitoring:submission_detail", args=["lima", "2022-1", "recordar"])
        assert resolve(report).view_name == "monitoring:submission_detail"


class TestReminding:
    @pytest.fixture
    def luz(self, people, activity):
        luz = make_user("Luz Vega", "luz@example.org")
        make_designation(luz, answering("GED", activity))
        return luz

    def send(self, client, **data):
        return client.post(REMIND, {"period": "2022-1", **data}, follow=True).content.decode()

    def test_one(self, bruno, luz):
        assert "Se recordó a 1 persona: GED." in self.send(bruno, one="GED", unit=["GMU"])
        assert list(Letter.objects.values_list("to", flat=True)) == ["luz@example.org"]

    def test_some(self, bruno, luz):
        assert "Se recordó a 2 personas: GED, GMU." in self.send(bruno, unit=["GMU", "GED"])

    def test_none_ticked_says_what_to_do(self, bruno, luz):
        assert "Marque al menos una unidad" in self.send(bruno)
        assert not Letter.objects.exists()

    def test_all_and_again_on_the_same_day(self, bruno, luz):
        assert "Se recordó a 2 personas" in self.send(bruno, all="1")
        assert "Ya se les escribió hoy de este reporte: Luz Vega (GED), Alicia Rojas (GMU)." in self.send(
            bruno, all="1"
        )
        assert Letter.objects.count() == 2

    def test_who_wants_none_is_named(self, bruno, people, luz):
        people.alicia.mail_frequency = MailFrequency.NONE
        people.alicia.save()
        page = self.send(bruno, all="1")
        assert "Pidieron no recibir recordatorios; si urge, llame: Alicia Rojas (GMU)." in page

    def test_where_nobody_is_there_to_remind(self, bruno, activity):
        answering("GDE", activity)
        page = bruno.get(BOARD).content.decode()
        assert "nadie designado" in page
        assert "GDE no tiene a quién recordar" in self.send(bruno, one="GDE")

    @pytest.mark.parametrize(
        ("state", "role", "said"),
        [
            (None, Role.REPORTER, "GDE no tiene a quién recordar: invite a su enlace técnico."),
            (State.AWAITING_SIGNOFF, Role.HEAD, "GDE no tiene quien dé el visto bueno: invite a su gerente."),
        ],
    )
    def test_who_is_missing_is_invited_to_the_post_that_is_vacant(self, bruno, activity, state, role, said):
        unit = answering("GDE", activity, state, submitted_on=None, due_on=None)
        assert f"?unidad={unit.pk}&amp;rol={role}#invitar" in bruno.get(BOARD).content.decode()
        assert said in self.send(bruno, one="GDE")

    def test_beginning_it_on_the_unit_s_behalf_says_so(self, bruno, plan, people):
        page = bruno.get(BOARD).content.decode()
        address = reverse("monitoring:submission_start", args=["lima", "2022-1", "GMU"])
        assert f'formaction="{address}"' in page
        bruno.post(address, {"period": "2022-1"})
        assert Submission.objects.get().on_behalf
        assert "registrado en nombre de la unidad" in bruno.get(BOARD).content.decode()
