"""The flow of a submission: the table, and who may take which step."""

import datetime as dt
import itertools
import re
from pathlib import Path

import pytest

from institution.models import Role
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Extension, Period, Submission
from monitoring.observing import observe, reply, resolve
from monitoring.workflow import BEGINNINGS, DID, STEPS, Incomplete, StepRefused, may_start, open_steps, start, take
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
ROOT = Path(__file__).parents[2]


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def head(people):
    head = make_user("Héctor")
    make_designation(head, make_unit("GMU"), Role.HEAD)
    return head


def submission_in(state, *, signoff=False, unit="GMU", by=None):
    plan = make_plan(open_period="2022-1", requires_signoff=signoff)
    period = plan.periods.get(code="2022-1")
    sent = state not in (State.DRAFT, State.AWAITING_SIGNOFF)
    return Submission.objects.create(
        unit=make_unit(unit),
        period=period,
        state=state,
        started_by=by or make_user(),
        submitted_on=period.due_on if sent else None,
        due_on=period.due_on if sent else None,
    )


def asked_period(**plan):
    """The open semester of a plan in which GMU answers for one indicator, which asks for nothing yet."""
    tree = make_tree(make_plan(open_period="2022-1", **plan), lead_unit=make_unit("GMU"))
    return make_indicator(tree.activity).plan.periods.get(code="2022-1")


def names(submission, user):
    return [step.name for step in open_steps(submission, user)]


def expected_steps(state, role, signoff):
    table = {
        (State.DRAFT, Role.REPORTER): ["hand_to_head"] if signoff else ["submit"],
        (State.RETURNED, Role.REPORTER): ["hand_to_head"] if signoff else ["submit"],
        (State.DRAFT, Role.HEAD): [] if signoff else ["submit"],
        (State.RETURNED, Role.HEAD): [] if signoff else ["submit"],
        (State.AWAITING_SIGNOFF, Role.HEAD): ["sign_off", "give_back"],
        (State.SUBMITTED, Role.COORDINATOR): ["validate", "return"],
        (State.VALIDATED, Role.COORDINATOR): ["reopen"],
    }
    return table.get((state, role), [])


@pytest.mark.parametrize(("state", "role", "signoff"), list(itertools.product(State, Role, [False, True])))
def test_every_state_role_and_signoff(state, role, signoff):
    """The table of section 9, whole: a person with that role in the unit (reviewers in GPV)."""
    person = make_user()
    reviewing = role in (Role.COORDINATOR, Role.PLANNER)
    make_designation(person, make_unit("GPV" if reviewing else "GMU"), role)
    assert names(submission_in(state, signoff=signoff), person) == expected_steps(state, role, signoff)


@pytest.mark.parametrize("state", State)
def test_nobody_from_elsewhere_may_do_anything(people, state):
    assert names(submission_in(state), people.carla) == []


def test_an_ended_designation_and_a_deactivated_person_may_do_nothing(people):
    submission = submission_in(State.DRAFT)
    people.alicia.designations.update(ends_on=dt.date(2022, 2, 1))
    assert names(submission, people.alicia) == []
    people.alicia.designations.update(ends_on=None)
    assert names(submission, people.alicia) == ["submit"]
    people.alicia.deactivate()
    assert names(submission, people.alicia) == []


def test_the_whole_way_writes_one_event_each(people, head):
    period = asked_period(requires_signoff=True)
    submission = start(unit=make_unit("GMU"), period=period, by=people.alicia)
    take(submission, "hand_to_head", by=people.alicia)
    take(submission, "give_back", by=head, comment="Falta el acta")
    take(submission, "hand_to_head", by=people.alicia)
    take(submission, "sign_off", by=head)
    observation = observe(submission=submission, text="¿Y el acta?", by=people.bruno)
    take(submission, "return", by=people.bruno)
    with pytest.raises(Incomplete, match="Falta 1 dato"):
        take(submission, "hand_to_head", by=people.alicia)
    reply(observation=observation, text="Va adjunta", by=people.alicia)
    take(submission, "hand_to_head", by=people.alicia)
    take(submission, "sign_off", by=head)
    with pytest.raises(StepRefused, match="sin resolver"):
        take(submission, "validate", by=people.bruno)
    resolve(observation=observation, by=people.bruno)
    submission = take(submission, "validate", by=people.bruno)
    assert submission.state == State.VALIDATED
    events = list(submission.events.values_list("step", "from_state", "to_state", "capacity"))
    assert len(events) == 9
    assert {"step": events[4][0], "capacity": events[4][3]} == {"step": "sign_off", "capacity": Role.HEAD}


def test_late_stays_late(people):
    submission = submission_in(State.DRAFT)
    take(submission, "submit", by=people.alicia, on=submission.period.due_on + dt.timedelta(days=1))
    submission.refresh_from_db()
    assert submission.was_late
    observation = observe(submission=submission, text="Corrija", by=people.bruno)
    take(submission, "return", by=people.bruno)
    reply(observation=observation, text="Corregido", by=people.alicia)
    take(submission, "submit", by=people.alicia, on=submission.period.due_on)
    submission.refresh_from_db()
    assert submission.was_late


def test_an_extension_moves_the_deadline(people):
    submission = submission_in(State.DRAFT)
    period = submission.period
    later = period.due_on + dt.timedelta(days=5)
    Extension.objects.create(
        period=period,
        unit=submission.unit,
        due_on=later,
        reason="Cambio de gerente",
        granted_by=people.bruno,
        granted_on=period.due_on,
    )
    submission = take(submission, "submit", by=people.alicia, on=later)
    assert (submission.due_on, submission.was_late) == (later, False)


@pytest.mark.parametrize("step", ["give_back", "reopen"])
def test_steps_that_need_a_reason(people, head, step):
    submission = submission_in(STEPS[step].sources[0], signoff=True)
    by = head if step == "give_back" else people.bruno
    with pytest.raises(StepRefused, match="motivo"):
        take(submission, step, by=by, comment="  ")
    submission.refresh_from_db()
    assert submission.state == STEPS[step].sources[0]


def test_returning_needs_an_observation(people):
    with pytest.raises(StepRefused, match="observación"):
        take(submission_in(State.SUBMITTED), "return", by=people.bruno)


def test_nobody_validates_what_they_entered(people):
    submission = submission_in(State.SUBMITTED)
    indicator = make_indicator(make_tree(submission.period.plan).activity, unit=submission.unit)
    make_result(indicator, "2022-1", 4, by=people.bruno)
    with pytest.raises(StepRefused, match="Nadie da conformidad"):
        take(submission, "validate", by=people.bruno)


def test_nobody_validates_what_they_started(people):
    assert names(submission_in(State.SUBMITTED, by=people.bruno), people.bruno) == ["return"]


class TestCoordinatingUnit:
    """Its own submission is validated by planning, or, where there is none, by another coordinator."""

    def test_by_planning(self, people):
        planner = make_user("Pilar")
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        submission = submission_in(State.SUBMITTED, unit="GPV")
        assert names(submission, people.bruno) == []
        assert names(submission, planner) == ["validate", "return"]

    def test_without_planning_by_another_coordinator(self, people):
        submission = submission_in(State.SUBMITTED, unit="GPV", by=people.bruno)
        other = make_user("Óscar")
        make_designation(other, make_unit("GPV"), Role.COORDINATOR)
        assert "validate" not in names(submission, people.bruno)
        assert "validate" in names(submission, other)

    def test_planning_does_not_review_other_units(self, people):
        planner = make_user("Pilar")
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        assert names(submission_in(State.SUBMITTED), planner) == []


def test_a_closed_semester_is_locked_but_for_reopening(people):
    submission = submission_in(State.VALIDATED)
    period = submission.period
    period.state, period.closed_on = period.State.CLOSED, period.due_on
    period.save()
    assert names(submission, people.bruno) == ["reopen"]
    take(submission, "reopen", by=people.bruno, comment="Error de tipeo")
    submission.refresh_from_db()
    with pytest.raises(StepRefused, match="cerrado"):
        take(submission, "submit", by=people.alicia)


def test_what_a_closed_evaluation_covers_is_reopened_only_for_its_superseding_draft(people):
    submission = submission_in(State.VALIDATED)
    plan = submission.period.plan
    for code in ("2022-1", "2022-2"):
        make_period(plan, code, Period.State.CLOSED)
    evaluation = open_evaluation(plan=plan, year=2022, by=people.bruno)
    close_evaluation(evaluation, by=people.bruno, texts_may_be_empty=True)
    assert names(submission, people.bruno) == []
    with pytest.raises(StepRefused, match="evaluación 2022 está cerrada"):
        take(submission, "reopen", by=people.bruno, comment="Error de tipeo")
    open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Error de tipeo")
    assert names(submission, people.bruno) == ["reopen"]


class TestStart:
    def test_twice_is_once(self, people):
        period = asked_period()
        first = start(unit=make_unit("GMU"), period=period, by=people.alicia)
        assert start(unit=make_unit("GMU"), period=period, by=people.alicia) == first
        assert first.events.count() == 1

    def test_on_behalf_says_so(self, people):
        period = asked_period()
        submission = start(unit=make_unit("GMU"), period=period, by=people.bruno)
        assert submission.on_behalf
        assert submission.events.get().on_behalf

    def test_refused_to_strangers_and_in_planned_semesters(self, people):
        plan = make_plan(open_period="2022-1")
        with pytest.raises(StepRefused):
            start(unit=make_unit("GMU"), period=plan.periods.get(code="2022-1"), by=people.carla)
        with pytest.raises(StepRefused, match="no está abierto"):
            start(unit=make_unit("GMU"), period=plan.periods.get(code="2022-2"), by=people.alicia)

    def test_refused_where_there_is_nothing_to_report(self, people):
        period = make_plan(open_period="2022-1").periods.get(code="2022-1")
        assert not may_start(make_unit("GMU"), period, people.alicia)
        with pytest.raises(StepRefused, match="no responde por ningún indicador en 2022-1"):
            start(unit=make_unit("GMU"), period=period, by=people.alicia)
        assert not Submission.objects.exists()


def test_every_step_can_be_told_in_a_sentence():
    assert set(DID) == {*STEPS, *BEGINNINGS}


def test_only_the_workflow_changes_the_state():
    """`submission.state = …` anywhere else is a bug."""
    assigned = re.compile(r"submission\.state\s*=[^=]|Submission\.objects\.[^\n]*update\([^)]*state")
    sources = [
        path for app in ("pmh", "reports", "monitoring", "plans", "institution") for path in (ROOT / app).rglob("*.py")
    ]
    guilty = {path.relative_to(ROOT).as_posix() for path in sources if assigned.search(path.read_text())}
    assert guilty == {"monitoring/workflow/taking.py"}
