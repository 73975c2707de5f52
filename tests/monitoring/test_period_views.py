"""The semesters as people see them: everybody reads, the coordination acts, refusals say why and what to do."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import DayOff, Role
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Period, Submission
from monitoring.periods import close_period, extend, left_open
from monitoring.semesters import load_semesters
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


@pytest.fixture(autouse=True)
def _in_august(settings):
    settings.PMH_TODAY = "2022-08-19"


@pytest.fixture
def plan():
    return make_plan(code="lima")


@pytest.fixture
def people(plan):
    unit = make_unit("GMU")
    make_indicator(make_tree(plan, lead_unit=unit).activity, unit=unit, targets={"2022-1": 4})
    return make_people(unit)


@pytest.fixture
def bruno(people, client):
    client.force_login(people.bruno)
    return client


def address(page: str, *more: str) -> str:
    return reverse(f"monitoring:{page}", args=["lima", *more])


def semester(code="2022-1"):
    return Period.objects.get(plan__code="lima", code=code)


def opened(plan, **kw):
    return make_period(plan, "2022-1", Period.State.OPEN, **kw)


class TestOpening:
    def test_the_usual_deadline_is_offered_and_another_may_be_typed(self, bruno, settings):
        settings.PMH_TODAY = "2022-06-27"
        page = bruno.get(address("period_open", "2022-1")).content.decode()
        assert "El plazo usual es el 21 jul. 2022" in page
        assert 'value="2022-07-21"' in page
        bruno.post(address("period_open", "2022-1"), {"due_on": "2022-08-31"})
        assert (semester().state, semester().due_on) == (Period.State.OPEN, dt.date(2022, 8, 31))
        assert "Abierto" in bruno.get(address("period_list")).content.decode()

    def test_one_that_is_opened_late_is_offered_as_long_from_today(self, bruno, settings):
        settings.PMH_TODAY = "2022-09-01"
        page = bruno.get(address("period_open", "2022-1")).content.decode()
        assert 'value="2022-09-22"' in page
        assert "se propone el 22 sep. 2022" in page

    @pytest.mark.parametrize(
        ("code", "day", "why"),
        [
            ("2022-1", "2022-07-21", "antes de hoy"),
            ("2022-1", "2022-06-30", "después de que termina"),
            ("2023-1", "2023-07-21", "aún no empieza"),
            ("2022-1", "", "obligatorio"),
        ],
    )
    def test_a_refusal_keeps_what_was_typed(self, bruno, code, day, why):
        answer = bruno.post(address("period_open", code), {"due_on": day})
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert day in answer.content.decode()
        assert semester(code).state == Period.State.PLANNED


class TestClosing:
    def test_it_says_what_is_missing_and_asks(self, bruno, plan):
        opened(plan)
        page = bruno.get(address("period_close", "2022-1")).content.decode()
        assert "Sin reporte" in page
        assert address("submission_detail", "2022-1", "GMU") in page
        answer = bruno.post(address("period_close", "2022-1"), {"seen": left_open(semester()).mark})
        assert answer.status_code == 409
        assert "sin reporte: GMU" in answer.content.decode()
        assert "confirme que lo cierra así" in answer.content.decode()
        assert semester().is_open
        confirmed = {"seen": left_open(semester()).mark, "confirmed": "1"}
        page = bruno.post(address("period_close", "2022-1"), confirmed, follow=True).content.decode()
        assert semester().is_closed
        assert "Quedó sin reporte: GMU." in page

    def test_what_changed_meanwhile_is_shown_before_it_is_closed(self, bruno, plan):
        period = opened(plan)
        seen = left_open(period).mark
        make_submission(make_unit("GMU"), period, State.SUBMITTED)
        answer = bruno.post(address("period_close", "2022-1"), {"seen": seen, "confirmed": "1"})
        assert answer.status_code == 409
        assert "cambió lo que falta (enviados sin conformidad: GMU)" in answer.content.decode()
        assert semester().is_open

    def test_with_nothing_missing_it_is_one_button(self, bruno, plan):
        make_submission(make_unit("GMU"), opened(plan), State.VALIDATED)
        assert "No falta nada" in bruno.get(address("period_close", "2022-1")).content.decode()
        bruno.post(address("period_close", "2022-1"), {"seen": "x"})
        assert semester().is_closed

    def test_units_that_are_still_in_time_are_named(self, bruno, plan, people):
        period = opened(plan)
        extend(unit=make_unit("GMU"), period=period, due_on=dt.date(2022, 9, 1), reason="Mudanza", by=people.bruno)
        assert "aún está dentro de su plazo" in bruno.get(address("period_close", "2022-1")).content.decode()


class TestReopening:
    @pytest.fixture
    def closed(self, plan, people):
        period = opened(plan)
        return close_period(period=period, by=people.bruno, seen=left_open(period).mark)

    def test_the_reason_stays_readable(self, bruno, closed, people, client):
        assert bruno.post(address("period_reopen", "2022-1"), {"reason": " "}).status_code == 422
        bruno.post(address("period_reopen", "2022-1"), {"reason": "Faltó el acta de GMU"})
        assert semester().is_open
        client.force_login(people.alicia)
        page = client.get(address("period_list")).content.decode()
        assert "Faltó el acta de GMU" in page
        assert "Bruno Salas" in page

    def test_under_a_closed_evaluation_it_says_what_to_do_first(self, bruno, plan, people):
        for code in ("2022-1", "2022-2"):
            make_period(plan, code, Period.State.CLOSED)
        draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
        close_evaluation(draft, by=people.bruno, texts_may_be_empty=True, on=dt.date(2023, 3, 1))
        says = "abra primero una nueva versión"
        assert says in bruno.get(address("period_reopen", "2022-1")).content.decode()
        answer = bruno.post(address("period_reopen", "2022-1"), {"reason": "Un error de GMU"})
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert "Un error de GMU" in answer.content.decode()
        assert semester().is_closed


class TestOwnDaysOff:
    def test_they_are_added_and_taken_off(self, bruno, plan):
        page = bruno.post(
            address("period_day_off"), {"day": "2025-01-17", "reason": "Aniversario"}, follow=True
        ).content.decode()
        assert "Aniversario" in page
        row = DayOff.objects.get()
        bruno.post(address("period_day_on", str(row.pk)))
        assert not DayOff.objects.exists()

    def test_a_refusal_keeps_what_was_typed(self, bruno):
        answer = bruno.post(address("period_day_off"), {"day": "2025-01-18", "reason": "Aniversario de Lima"})
        assert answer.status_code == 422
        assert "ya es feriado o fin de semana" in answer.content.decode()
        assert "Aniversario de Lima" in answer.content.decode()

    def test_they_belong_to_one_government(self, bruno, people):
        own = DayOff.objects.create(government=make_unit("GMU").government, day="2025-01-17", reason="x")
        other = DayOff.objects.create(
            government=people.carla.designations.get().unit.government, day="2025-01-17", reason="x"
        )
        assert bruno.post(address("period_day_on", str(other.pk))).status_code == 404
        assert bruno.post(address("period_day_on", str(own.pk))).status_code == 302


class TestWhoActs:
    def test_the_others_of_the_government_read_and_find_no_button(self, people, plan, client):
        opened(plan)
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        for person in (people.alicia, planner):
            client.force_login(person)
            page = client.get(address("period_list"))
            assert page.status_code == 200
            assert "/cerrar/" not in page.content.decode()
            assert "Agregar un día" not in page.content.decode()
            for name in ("period_open", "period_close", "period_reopen"):
                assert client.post(address(name, "2022-1"), {"confirmed": "1"}).status_code == 403
            assert client.post(address("period_day_off"), {}).status_code == 403
        assert semester().is_open


@pytest.mark.parametrize("count", [1, 20])
def test_six_queries_whatever_the_number_of_units(people, plan, count):
    period = opened(plan)
    activity = make_tree(plan).activity
    for _ in range(count):
        unit = make_unit()
        make_indicator(activity, unit=unit)
        make_submission(unit, period, State.SUBMITTED)
        extend(unit=unit, period=period, due_on=dt.date(2022, 9, 1), reason="Mudanza", by=people.bruno)
    with CaptureQueriesContext(connection) as captured:
        row = load_semesters(plan).rows[0]
    assert (row.asked, row.sent, row.validated, len(row.extensions)) == (count + 1, count, 0, count)
    # Semesters, responsibilities with units, submissions, acts, extensions, days off.
    assert len(captured) == 6
