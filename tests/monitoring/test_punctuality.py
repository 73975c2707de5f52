"""Deadlines kept and missed over the semesters."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.models import Extension, Period, Submission
from monitoring.punctuality import Kept, load_punctuality
from monitoring.workflow import take
from tests.factories import (
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_responsibility,
    make_submission,
    make_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db
State = Submission.State


@pytest.fixture
def plan(settings):
    settings.PMH_TODAY = "2023-07-10"
    plan = make_plan(code="lima", closed_up_to="2022-2")
    make_period(plan, "2023-1", Period.State.OPEN)
    return plan


@pytest.fixture
def indicator(plan):
    return make_indicator(make_tree(plan).activity, unit=make_unit("GMU"))


def cells(plan, acronym="GMU"):
    return next(row for row in load_punctuality(plan).rows if row.unit.acronym == acronym).cells


def sent(plan, code, days, **kw):
    period = plan.periods.get(code=code)
    due = kw.setdefault("due_on", period.due_on)
    return make_submission(make_unit("GMU"), period, State.VALIDATED, submitted_on=due + dt.timedelta(days=days), **kw)


def test_each_semester_that_was_opened_is_told(plan, indicator):
    sent(plan, "2022-1", 0)
    sent(plan, "2022-2", 4)
    assert [(cell.kept, cell.days) for cell in cells(plan)] == [(Kept.ON_TIME, 0), (Kept.LATE, 4), (Kept.AHEAD, 0)]
    row = load_punctuality(plan).rows[0]
    assert (row.on_time, row.asked) == (1, 2)


def test_what_never_came_is_missing_and_one_whose_deadline_passed_too(plan, indicator, settings):
    assert [cell.kept for cell in cells(plan)] == [Kept.MISSING, Kept.MISSING, Kept.AHEAD]
    settings.PMH_TODAY = "2023-07-24"
    assert (cells(plan)[-1].kept, cells(plan)[-1].days) == (Kept.MISSING, 3)


def test_an_extension_is_told_and_counts(plan, indicator, settings):
    period = plan.periods.get(code="2023-1")
    later = period.due_on + dt.timedelta(days=10)
    Extension.objects.create(
        period=period,
        unit=make_unit("GMU"),
        due_on=later,
        reason="Mudanza",
        granted_by=make_people().bruno,
        granted_on=period.due_on,
    )
    settings.PMH_TODAY = "2023-07-24"
    assert (cells(plan)[-1].kept, cells(plan)[-1].due_on, cells(plan)[-1].is_extended) == (Kept.AHEAD, later, True)
    sent(plan, "2023-1", 0, due_on=later)
    assert cells(plan)[-1].kept == Kept.ON_TIME


def test_what_was_reported_before_this_system_had_no_deadline(plan, indicator):
    sent(plan, "2022-1", 300, is_historical=True)
    assert cells(plan)[0].kept == Kept.HISTORICAL


def test_nobody_missed_a_semester_that_was_only_loaded(plan, indicator):
    """GED answers for something in it, and the import has no line of it."""
    make_indicator(indicator.activity, unit=make_unit("GED"))
    sent(plan, "2022-1", 300, is_historical=True)
    assert [cell.kept for cell in cells(plan, "GED")] == [Kept.HISTORICAL, Kept.MISSING, Kept.AHEAD]
    make_submission(make_unit("GED"), plan.periods.get(code="2022-1"), State.DRAFT)
    assert cells(plan, "GED")[0].kept == Kept.MISSING  # it was reported here too


def test_a_semester_closed_before_its_deadline_says_no_day_that_lies_ahead(plan, indicator, client, settings):
    period = make_period(plan, "2023-1", Period.State.CLOSED)
    for code in ("2022-1", "2022-2"):
        sent(plan, code, 0)
    client.force_login(make_people(make_unit("GMU")).alicia)
    address = reverse("monitoring:punctuality", args=["lima"])
    for days, is_said in ((-1, False), (0, False), (1, True)):
        settings.PMH_TODAY = (period.due_on + dt.timedelta(days=days)).isoformat()
        page = client.get(address).content.decode()
        assert "no reportó" in page
        assert ("venció el" in page) is is_said


def test_a_unit_is_asked_only_while_it_answers(plan, indicator):
    indicator.responsibilities.update(until_period="2022-1")
    make_responsibility(indicator, make_unit("GED"), "2022-2")
    assert [cell.kept for cell in cells(plan)][1:] == [Kept.NOT_ASKED, Kept.NOT_ASKED]
    assert [cell.kept for cell in cells(plan, "GED")] == [Kept.NOT_ASKED, Kept.MISSING, Kept.AHEAD]


def test_a_late_report_that_is_reopened_stays_late(plan, indicator):
    take(sent(plan, "2022-2", 4), "reopen", by=make_people().bruno, comment="Falta el acta")
    assert cells(plan)[1].kept == Kept.LATE


@pytest.mark.parametrize("count", [1, 20, 200])
def test_four_queries_whatever_the_number_of_units(plan, indicator, count):
    for _ in range(count):
        make_indicator(indicator.activity, unit=make_unit())
    with CaptureQueriesContext(connection) as captured:
        assert len(load_punctuality(plan).rows) > count
    # Semesters, responsibilities with units, submissions, extensions.
    assert len(captured) == 4


def test_everybody_of_the_government_reads_it(plan, indicator, client):
    sent(plan, "2022-2", 4)
    client.force_login(make_people(make_unit("GMU")).alicia)
    page = client.get(reverse("monitoring:punctuality", args=["lima"])).content.decode()
    assert "4 días tarde" in page
    assert "no reportó" in page
