"""Who acts for a unit that is over: the people of whoever took its place, and nobody else."""

import datetime as dt

import pytest
from django.urls import reverse

from institution.models import Letter, Role, Unit
from institution.permissions import acting_for
from monitoring.chasing import load_cases
from monitoring.desk import load_desk
from monitoring.models import Period, Submission
from monitoring.observing import observe
from monitoring.succession import succeed
from monitoring.workflow import start, take, typist
from tests.factories import (
    make_designation,
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
State = Submission.State
NEW, TODAY = dt.date(2023, 7, 3), dt.date(2023, 7, 10)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = TODAY.isoformat()


@pytest.fixture
def plan():
    return make_plan(closed_up_to="2022-2", open_period="2023-1", requires_signoff=True)


@pytest.fixture
def period(plan):
    return plan.periods.get(code="2023-1")


@pytest.fixture
def unit():
    return make_unit("GMU")


@pytest.fixture
def people(unit):
    return make_people(unit)


@pytest.fixture
def indicator(plan, unit):
    return make_indicator(make_tree(plan, lead_unit=unit).activity, unit=unit, targets={"2023-1": 4, "2023-2": 5})


@pytest.fixture
def successor(unit, indicator, people):
    """GMN took GMU's place on the third of July: for what is reported of 2023-2 on."""
    new = Unit(government=unit.government, acronym="GMN", name="Gerencia Nueva", valid_from=NEW)
    succeed(unit=unit, successor=new, from_period="2023-2", by=people.bruno)
    unit.refresh_from_db()
    return new


@pytest.fixture
def nora(successor):
    nora = make_user("Nora Díaz", "nora@example.org")
    make_designation(nora, successor, Role.REPORTER, starts_on=NEW)
    return nora


@pytest.fixture
def head(successor):
    head = make_user("Inés Ríos", "ines@example.org")
    make_designation(head, successor, Role.HEAD, starts_on=NEW)
    return head


def test_a_semester_that_was_open_is_reported_by_the_successor(unit, period, indicator, people, nora, head):
    report = start(unit=unit, period=period, by=nora)
    assert not report.on_behalf
    make_result(indicator, "2023-1", 4, no_evidence_reason="Todavía no la tenemos", unit=unit)
    take(report, "hand_to_head", by=nora)
    take(report, "sign_off", by=head)
    observe(submission=report, text="¿Y el acta?", by=people.bruno)
    take(report, "return", by=people.bruno)
    report.refresh_from_db()
    assert (report.unit, report.state) == (unit, State.RETURNED)
    assert {event.capacity_unit.acronym for event in report.events.exclude(by=people.bruno)} == {"GMN"}
    told = set(Letter.objects.filter(kind="notice", subject__contains="Devolvieron").values_list("to", flat=True))
    assert told == {"nora@example.org", "ines@example.org"}


def test_a_report_that_is_opened_again_comes_back_to_the_successor(unit, plan, indicator, people, nora, head):
    make_result(indicator, "2022-2", 4, unit=unit)
    report = Submission.objects.get(unit=unit, period__code="2022-2")
    make_period(plan, "2022-2", Period.State.OPEN)
    take(report, "reopen", by=people.bruno, comment="Un error de suma")
    assert typist(report, nora).unit.acronym == "GMN"
    assert report in Submission.objects.at_work_for(nora)
    assert report not in Submission.objects.at_work_for(people.alicia)


def test_its_pages_open_for_the_successor_and_for_no_other_unit(unit, period, successor, nora, client):
    address = reverse("monitoring:submission_detail", args=[period.plan.code, period.code, unit.acronym])
    client.force_login(nora)
    assert client.get(address).status_code == 200
    stranger = make_user()
    make_designation(stranger, make_unit("GDE"), Role.REPORTER)
    client.force_login(stranger)
    assert client.get(address).status_code == 404


def test_it_lies_on_the_desk_of_the_successor(unit, plan, nora, people):
    assert [each.unit for semester in load_desk(plan, nora).semesters for each in semester.units] == [unit]
    assert not any(semester.units for semester in load_desk(plan, people.alicia).semesters)


def test_the_successor_is_reminded(unit, period, nora, head, people):
    (case,) = load_cases(period)
    assert (case.unit, case.reporters, case.heads) == (unit, (nora,), (head,))


def test_on_its_last_day_the_unit_itself_still_acts(unit, period, nora, people):
    last_day = NEW - dt.timedelta(days=1)
    assert acting_for([unit], last_day)[unit.pk] == {unit.pk}
    assert start(unit=unit, period=period, by=people.alicia, on=last_day).started_by == people.alicia


def test_the_line_goes_on_and_a_circle_in_old_data_ends(unit, successor, nora, django_assert_num_queries):
    third = make_unit("GTER", valid_from=dt.date(2023, 7, 8))
    Unit.objects.filter(pk=successor.pk).update(valid_until=dt.date(2023, 7, 7), successor=third)
    other = make_unit("GDE")
    with django_assert_num_queries(1):
        line = acting_for([unit, other])
    assert line == {unit.pk: {unit.pk, successor.pk, third.pk}, other.pk: {other.pk}}
    with django_assert_num_queries(0):
        acting_for([other, third])
    posts = make_designation(make_user(), third).user.designations.all()
    assert set(Unit.objects.acted_for(posts, TODAY)) == {unit, successor, third}
    Unit.objects.filter(pk=third.pk).update(valid_until=dt.date(2023, 7, 9), successor=unit)
    assert set(Unit.objects.acted_for(posts, TODAY)) == {unit, successor, third}
    assert acting_for([unit])[unit.pk] == {unit.pk, successor.pk, third.pk}
