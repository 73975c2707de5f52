"""The persons and the states of the table: one plan with everything in it, in each state in which it may be found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from institution import clock
from institution.agencies import revoke
from institution.models import Job, Role, Unit, User
from monitoring.evaluation import add_commitment, add_finding, close_evaluation, open_evaluation
from monitoring.models import Evaluation, Observation, Period, Submission
from plans.models import ApprovalStep, LibraryItem, Plan
from reports.models import Document
from tests.api.world import give_key, make_agency
from tests.factories import (
    BEGINNING,
    make_breakdown,
    make_designation,
    make_evidence,
    make_government,
    make_indicator,
    make_invitation,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)
from tests.reports.archived import make_issued
from tests.reports.publishing import publish_evaluation

PLAN, CODE = "PMH-T", "7Q4M-0HXN-2KDB"
# The report that the table looks at: of GMU, in a semester that is open or, in the quiet state, closed.
CLOSED, OPEN = "2022-1", "2023-1"

# One letter for each kind of person, so that a whole row can be read at a glance.
ANONYMOUS = "a"
OWN_REPORTER, OWN_HEAD, OWN_BUDGET = "r", "h", "b"  # of the unit whose report it is
OWN_VIEWER = "w"  # who reads, from a post in that same unit
OTHER_REPORTER, OTHER_HEAD, OTHER_BUDGET = "R", "H", "B"  # of another unit of the same government
COORDINATOR, PLANNER, VIEWER = "c", "p", "v"
STRANGER_COORDINATOR, STRANGER_REPORTER = "C", "S"  # of another government
ENDED, DEACTIVATED = "e", "d"  # whose designation is over; whose account is closed
PERSONS = "arhbwRHBcpvCSed"


# Situations in which more is open than in the state for which the table is written.
NOT_BEGUN, OBSERVED, COUNTED, PUBLISHED = "not begun", "observed", "counted", "published"


@dataclass
class World:
    """`names`: what stands for a key in the arguments of the table, for example the number of the evidence."""

    people: dict[str, User | None]
    plan: Plan
    names: dict[str, Any] = field(default_factory=dict)

    def named(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a row as an address takes them."""
        return {key: self.names.get(value, value) for key, value in arguments.items()}


def make_world() -> World:
    """The quiet state: two semesters closed and evaluated, one evaluation being written, everything there once."""
    plan = make_plan(code=PLAN, closed_up_to="2022-2", open_period=OPEN)
    own, other, office = make_unit("GMU"), make_unit("GDE"), make_unit("GPV")
    elsewhere = make_unit("GDS", make_government("0701"))
    people = _people(own, other, office, elsewhere)
    coordinator = people[COORDINATOR]
    tree = make_tree(plan, lead_unit=own)
    targets = {"2022-1": 4, "2022-2": 4, OPEN: 4}
    indicator = make_indicator(tree.activity, code="IND", unit=own, targets=targets, tables=("sex",), counts="people")
    result = make_result(indicator, CLOSED, 20, by=people[OWN_REPORTER])
    make_breakdown(result, "sex", {("", "woman"): 20})
    evidence = make_evidence(result)
    draft = open_evaluation(plan=plan, year=2022, by=coordinator)
    commitment = add_commitment(
        evaluation=draft,
        recommendation="Atender antes.",
        action="Medir los tiempos.",
        unit=own,
        due_on=dt.date(2023, 6, 30),
        by=coordinator,
    )
    evaluation = close_evaluation(draft, by=coordinator, texts_may_be_empty=True)
    writing = open_evaluation(plan=plan, year=2023, by=coordinator)
    promised = add_commitment(
        evaluation=writing,
        recommendation="Medir.",
        action="Comprar.",
        unit=own,
        due_on=dt.date(2024, 6, 30),
        by=coordinator,
    )
    make_issued(plan, CODE)
    agency = make_agency(plan.government)
    key = give_key(agency, coordinator)[0]
    invitation = make_invitation(by=coordinator)
    return World(
        people,
        plan,
        {
            "agency": agency.pk,
            "commitment": commitment.pk,
            "evidence": evidence.pk,
            "finding": add_finding(evaluation=writing, text="Se cumplió.", by=coordinator).pk,
            "guideline": plan.guidelines.get().pk,
            "indicator": indicator.pk,
            "invitation": invitation.invitation.pk,
            "item": LibraryItem.objects.create(plan=plan, kind="other", title="Nota", url="https://example.org/n").pk,
            "key": key.prefix,
            "link": invitation.link,
            "observation": 0,
            "person": people[OWN_REPORTER].pk,
            "post": people[OWN_REPORTER].designations.get().pk,
            "promised": promised.pk,
            "published": publish_evaluation(evaluation, coordinator).code,
            "step": ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal").pk,
        },
    )


def _people(own: Unit, other: Unit, office: Unit, elsewhere: Unit) -> dict[str, User | None]:
    posts = {
        OWN_REPORTER: (own, Role.REPORTER),
        OWN_HEAD: (own, Role.HEAD),
        OWN_BUDGET: (own, Role.BUDGET_LIAISON),
        OWN_VIEWER: (own, Role.VIEWER),
        OTHER_REPORTER: (other, Role.REPORTER),
        OTHER_HEAD: (other, Role.HEAD),
        OTHER_BUDGET: (other, Role.BUDGET_LIAISON),
        COORDINATOR: (office, Role.COORDINATOR),
        PLANNER: (office, Role.PLANNER),
        VIEWER: (office, Role.VIEWER),
        STRANGER_COORDINATOR: (elsewhere, Role.COORDINATOR),
        STRANGER_REPORTER: (elsewhere, Role.REPORTER),
        ENDED: (own, Role.REPORTER),
        DEACTIVATED: (own, Role.REPORTER),
    }
    people: dict[str, User | None] = {ANONYMOUS: None}
    for number, (person, (unit, role)) in enumerate(posts.items()):
        people[person] = make_user(f"Persona {number}", f"persona{number}@example.org")
        ends = {"starts_on": BEGINNING, "ends_on": BEGINNING + dt.timedelta(days=30)} if person == ENDED else {}
        make_designation(people[person], unit, role, **ends)
    people[DEACTIVATED].deactivate()
    return people


# --- States: each changes the quiet world -----------------------------------------------------------------------


def _report(world: World, state: Submission.State | None) -> None:
    """The report of the open semester in that state; none where nobody has begun it."""
    if state is None:
        return
    result = make_result(world.plan.indicators.get(code="IND"), OPEN, 20, state=state, by=world.people[OWN_REPORTER])
    make_breakdown(result, "sex", {("", "woman"): 20})
    world.names["evidence"] = make_evidence(result).pk
    if state != Submission.State.DRAFT:
        Submission.objects.filter(pk=result.submission_id).update(submitted_on=clock.today(), due_on=clock.today())
        told = {"submission": result.submission, "text": "¿20?", "by": world.people[COORDINATOR], "at": clock.now()}
        world.names["observation"] = Observation.objects.create(**told).pk


def _plan_is(state: Plan.State) -> Callable[[World], object]:
    return lambda world: Plan.objects.filter(pk=world.plan.pk).update(state=state)


def _not_made(world: World) -> None:
    document = Document.objects.get(code=CODE)
    Document.objects.filter(pk=document.pk).update(file="", sha256="", size=None, issued_at=None)
    Job.objects.create(
        kind="document", key=document.job_key, asked_by=world.people[COORDINATOR], next_attempt_at=clock.real_now()
    )


def _published(world: World, **more: Any) -> None:
    Document.objects.filter(code=CODE).update(
        published_on=clock.today(), published_by=world.people[COORDINATOR], **more
    )


def _superseded(world: World) -> None:
    draft = open_evaluation(plan=world.plan, year=2022, by=world.people[COORDINATOR], reason="Un dato.")
    close_evaluation(draft, by=world.people[COORDINATOR], texts_may_be_empty=True)
    assert Evaluation.objects.filter(plan=world.plan, state=Evaluation.State.SUPERSEDED).exists()


def _semester_closed(world: World) -> None:
    Period.objects.filter(plan=world.plan, code=OPEN).update(
        state=Period.State.CLOSED, closed_on=clock.today(), due_on=clock.today()
    )


def _validated_and_closed(world: World) -> None:
    _report(world, Submission.State.VALIDATED)
    _semester_closed(world)


def _key_revoked(world: World) -> None:
    revoke(key=world.plan.government.agencies.get().keys.get(), why="Se perdió.", by=world.people[COORDINATOR])


STATES: dict[str, Callable[[World], object]] = {
    "quiet": lambda world: None,
    "report not begun": lambda world: _report(world, None),
    **{f"report {state}": (lambda world, state=state: _report(world, state)) for state in Submission.State},
    "report validated, semester closed": _validated_and_closed,
    "plan draft": _plan_is(Plan.State.DRAFT),
    "plan closed": _plan_is(Plan.State.CLOSED),
    "document not made": _not_made,
    "document published": _published,
    "document withdrawn": lambda world: _published(world, withdrawn_on=clock.today(), withdrawn_why="Un error."),
    "evaluation superseded": _superseded,
    "key revoked": _key_revoked,
}


def situations(state: str) -> set[str]:
    """Of a state, which of the situations it is."""
    found = {PUBLISHED} if state == "document published" else set()
    if not state.startswith("report ") or state == "report not begun":
        return found | {NOT_BEGUN}
    if "validated" in state:
        return found | {COUNTED}
    return found if state == "report draft" else found | {OBSERVED}
