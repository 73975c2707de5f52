"""Who reads from a post in the reporting unit itself: nothing more than who reads from any other unit.

The table says who is let in; what a page tells inside, and by which way a report is reached, is compared here.
"""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from institution import clock
from institution.models import Designation, Role, Unit, User
from monitoring.models import Evidence, Submission
from monitoring.permissions import hands_over, may_see_working, works_on
from monitoring.workflow import may_start, typist
from tests.factories import make_designation, make_evidence, make_unit
from tests.permissions.table import TABLE
from tests.permissions.world import COUNTED, OPEN, OWN_REPORTER, OWN_VIEWER, STATES, VIEWER, make_world, situations

pytestmark = pytest.mark.django_db
NOT_COUNTED = [state for state in STATES if state.startswith("report ") and COUNTED not in situations(state)]
OF_THE_SITE = re.compile(r"^(?:plans|monitoring|reports):(?!public_|robots|sitemap)")


def told(answer: HttpResponse, reader: User) -> tuple[int, str, bytes]:
    """What was answered, but for where the reader's post is: in the menu, and among the posts of a unit."""
    body = answer.getvalue()
    if answer.get("Content-Type", "").startswith("text/html"):
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode())
        text = re.sub(r'<span class="who-post">.*?</span>', "", text, flags=re.DOTALL)
        text = re.sub(rf"<li>(?:Lectura · |<b>{reader.full_name}</b>).*?</li>", "", text)
        body = text.encode()
    elif answer.get("Content-Disposition", "").startswith("attachment"):
        body = b""  # a workbook holds the time at which it was written
    return answer.status_code, answer.get("Location", ""), body


@pytest.mark.parametrize("state", ["report not begun", "report draft", "report returned"])
def test_pages_tell_the_same_wherever_one_reads_from(state, caplog, counted):
    """One person, whose post is moved: so nothing else differs."""
    caplog.set_level("CRITICAL", logger="django.request")  # a line for each of hundreds of refusals
    world = make_world()
    STATES[state](world)
    reader = world.people[VIEWER]
    post = reader.designations.get()
    places = [(post.unit, Client()), (Unit.objects.get(acronym="GMU"), Client())]
    for _unit, browser in places:
        browser.force_login(reader)
    differ, asked = [], 0
    for name, row in TABLE.items():
        if not OF_THE_SITE.match(name):
            continue
        address = reverse(name, kwargs=world.named(row.arguments))
        for method in ("get", "post"):
            answers = []
            for unit, browser in places:
                Designation.objects.filter(pk=post.pk).update(unit=unit)
                with transaction.atomic():
                    answers.append(told(getattr(browser, method)(address), reader))
                    transaction.set_rollback(True)
            asked += 1
            if answers[0] != answers[1]:
                differ.append(f"{method} {name}: {answers[0][:2]} elsewhere, {answers[1][:2]} in the unit")
    counted(f"readers of a unit, {state}: {asked} answers compared, {len(differ)} differ")
    assert not differ, "\n".join(differ)
    assert asked > 200


@pytest.mark.parametrize("state", NOT_COUNTED)
def test_a_draft_and_its_evidence_are_not_there_for_the_units_reader(state):
    world = make_world()
    STATES[state](world)
    reader, reporter = world.people[OWN_VIEWER], world.people[OWN_REPORTER]
    unit, period = Unit.objects.get(acronym="GMU"), world.plan.periods.get(code=OPEN)
    reports = Submission.objects.filter(unit=unit, period=period)
    evidence = Evidence.objects.filter(result__submission__in=reports)
    assert evidence.visible_to(reporter).count() == evidence.count()
    assert not reports.visible_to(reader).exists()
    assert not evidence.visible_to(reader).exists()
    assert not any(works_on(reader, report) or typist(report, reader) for report in reports)
    assert not may_start(unit, period, reader)
    assert not hands_over(reader, unit)
    assert not may_see_working(reader, world.plan)


def test_what_was_withdrawn_stays_with_those_who_act_for_the_unit():
    world = make_world()
    STATES["report validated"](world)
    report = Submission.objects.get(unit__acronym="GMU", period__code=OPEN)
    withdrawn = make_evidence(report.results.get(), withdrawn_at=clock.now(), withdrawn_by=world.people[OWN_REPORTER])
    of_report = Evidence.objects.filter(result__submission=report)
    assert withdrawn in of_report.visible_to(world.people[OWN_REPORTER])
    assert set(of_report.visible_to(world.people[OWN_VIEWER])) == set(of_report.in_use())
    assert report in Submission.objects.visible_to(world.people[OWN_VIEWER])


def test_reading_in_the_successor_opens_nothing_of_the_unit_that_is_over():
    world = make_world()
    STATES["report draft"](world)
    report = Submission.objects.get(unit__acronym="GMU", period__code=OPEN)
    heir = make_unit("GMN")
    yesterday = clock.today() - clock.today().resolution
    Unit.objects.filter(acronym="GMU").update(valid_until=yesterday, successor=heir)
    reader, reporter = world.people[VIEWER], world.people["R"]
    make_designation(reader, heir, Role.VIEWER)
    make_designation(reporter, heir, Role.REPORTER)
    assert report in Submission.objects.visible_to(reporter)
    assert report not in Submission.objects.visible_to(reader)


def test_who_reads_and_reports_in_one_unit_reports():
    """One post takes nothing from another."""
    world = make_world()
    STATES["report draft"](world)
    report = Submission.objects.get(unit__acronym="GMU", period__code=OPEN)
    make_designation(world.people[OWN_VIEWER], report.unit, Role.REPORTER)
    assert works_on(world.people[OWN_VIEWER], report)
