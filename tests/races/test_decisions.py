"""Decisions about the plan: evaluations are closed, units succeeded, documents issued, invitations used."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from institution.invitations import accept
from institution.models import Designation, Invitation, Job, Role, User
from monitoring.evaluation import close_evaluation, frozen_scorecard, open_evaluation
from monitoring.frozen import sha256_of
from monitoring.models import Evaluation, Submission
from monitoring.periods import close_period, reopen_period
from monitoring.queries import scorecard
from monitoring.recording import record
from monitoring.succession import pass_responsibility, succeed
from monitoring.workflow import start, take
from plans.models import Responsibility
from reports import issuing
from reports.documents.asked import Asked
from reports.documents.road_map import record_of_road_map
from reports.models import Document
from tests.factories import make_designation, make_invitation, make_unit, make_user
from tests.races.running import race, repeated
from tests.races.world import World, assert_whole
from tests.reports.archived import small_pdf

NEW = dt.date(2022, 9, 1)
PASSWORD = "una clave larga de verdad"


@pytest.fixture(autouse=True)
def _nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "print_document", lambda kind, record, stamp: small_pdf(stamp.code))


@repeated("two closings")
def test_two_closings_of_an_evaluation(number: int, chance: Random):
    """While somebody else reopens a semester that it covers: then nobody closes it."""
    world = World(code="2022-2")
    take(world.sent(), "validate", by=world.bruno)
    close_period(period=world.period, by=world.bruno)
    draft = open_evaluation(plan=world.plan, year=2022, by=world.bruno)
    first, second, reopened = race(
        chance,
        lambda: close_evaluation(draft, by=world.bruno, texts_may_be_empty=True),
        lambda: close_evaluation(draft, by=world.berta, texts_may_be_empty=True),
        lambda: reopen_period(period=world.period, reason="Se corrige.", by=world.berta),
    )
    assert [first.done, second.done, reopened.done].count(True) == 1
    draft.refresh_from_db()
    world.period.refresh_from_db()
    assert world.period.is_closed != reopened.done
    assert draft.is_frozen != reopened.done
    assert Evaluation.objects.filter(plan=world.plan).count() == 1
    if draft.is_frozen:
        assert draft.sha256 == sha256_of(draft.frozen)
        assert draft.closed_by == (world.bruno if first.done else world.berta)
        assert frozen_scorecard(draft) == scorecard(world.plan, "2022-2")
    assert_whole(world)


@repeated("succession against start")
def test_succession_against_the_beginning_of_a_report(number: int, chance: Random):
    world = World(code="2022-2")
    successor = make_unit("GN", world.government, valid_from=NEW)
    passed, begun = race(
        chance,
        lambda: succeed(unit=world.unit, successor=successor, from_period="2022-2", by=world.bruno),
        lambda: start(unit=world.unit, period=world.period, by=world.alicia),
    )
    assert passed.done != begun.done
    answering = Responsibility.objects.filter(indicator__plan=world.plan, until_period=None)
    assert {row.unit for row in answering} == {successor if passed.done else world.unit}
    assert_whole(world)


@repeated("succession against submit")
def test_succession_against_submit(number: int, chance: Random):
    """The successor sends its own report while it takes over: it sends all that it answers for, or takes over later."""
    world = World(code="2022-2")
    old = make_unit("GV", world.government)
    world.unit.valid_from = NEW
    world.unit.save()
    passing = make_passing(world, old)
    report = world.begun()

    def pass_on() -> None:
        if number % 2:
            pass_responsibility(indicator=passing, unit=world.unit, from_period="2022-2", by=world.bruno)
        else:
            succeed(unit=old, successor=world.unit, from_period="2022-2", by=world.bruno)

    passed, sent = race(chance, pass_on, lambda: take(report, "submit", by=world.alicia))
    assert passed.done != sent.done
    assert_whole(world)


@repeated("passing on against typing")
def test_passing_an_indicator_on_against_typing(number: int, chance: Random):
    world = World(code="2022-2")
    other = make_unit("GV", world.government)
    passing = make_passing(world, world.unit)
    report = start(unit=world.unit, period=world.period, by=world.alicia)
    passed, typed = race(
        chance,
        lambda: pass_responsibility(indicator=passing, unit=other, from_period="2022-2", by=world.bruno),
        lambda: record(submission=report, indicator=passing, typed={"value": "3"}, seen={}, by=world.alicia),
    )
    assert passed.done != typed.done
    assert_whole(world)


def make_passing(world: World, unit):
    """One more indicator, for which that unit answers."""
    return world.indicator(0, unit)


@repeated("succession against validate")
def test_succession_of_the_coordination_against_validate(number: int, chance: Random):
    world = World(code="2022-2")
    report = world.sent()
    successor = make_unit("GC", world.government, valid_from=NEW)
    make_designation(make_user("Celia"), successor, Role.COORDINATOR, starts_on=NEW)
    passed, validated = race(
        chance,
        lambda: succeed(unit=world.gpv, successor=successor, from_period="2022-2", by=world.berta),
        lambda: take(report, "validate", by=world.bruno),
    )
    # Either before the post ended, or it was refused.
    assert passed.done
    assert (world.state() == Submission.State.VALIDATED) == validated.done
    assert_whole(world)


@repeated("two issues")
def test_two_issues_of_one_document(number: int, chance: Random):
    world = World()
    asked = Asked("road_map", record_of_road_map(world.plan), world.plan)
    issued = race(
        chance,
        lambda: issuing.issue(asked, by=world.bruno),
        lambda: issuing.issue(asked, by=world.berta),
        lambda: issuing.issue(asked, by=world.bruno),
    )
    document = Document.objects.get(plan=world.plan)
    assert [each.value for each in issued] == [document] * 3
    assert document.is_issued
    job = Job.objects.get(key=document.job_key)
    assert (job.state, job.attempts) == (Job.State.DONE, 1)
    assert len(issuing.content_of(document)) == document.size


@repeated("two uses of an invitation")
def test_two_uses_of_an_invitation(number: int, chance: Random):
    """Twice the same link; and two links of one person, who has no account yet, to two units."""
    world = World()
    email = f"nora{number}@example.org"
    first = make_invitation(email, by=world.bruno, unit=world.unit)
    links = [first.link] * 2
    if number % 2:
        links[1] = make_invitation(email, by=world.bruno, unit=make_unit("GV", world.government)).link

    used = race(chance, *(lambda link=link: accept(token=link, full_name="Nora", password=PASSWORD) for link in links))
    assert sorted(each.done for each in used) == [False, True]
    (post,) = Designation.objects.filter(user=User.objects.get(email=email))
    assert post == next(each.value for each in used if each.done)
    assert [row.unit for row in Invitation.objects.filter(accepted_by=post.user)] == [post.unit]
