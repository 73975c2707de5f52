"""Typing into a report: field by field, never silently over what somebody else has typed."""

import datetime as dt
from decimal import Decimal

import pytest

from institution.models import Role
from monitoring.models import Result
from monitoring.observing import observe, reply
from monitoring.periods import close_period, left_open
from monitoring.recording import RecordingRefused, record
from monitoring.workflow import open_steps, start, take
from tests.factories import make_designation, make_indicator, make_people, make_plan, make_tree, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def renzo(people):
    renzo = make_user("Renzo Talledo")
    make_designation(renzo, make_unit("GMU"))
    return renzo


@pytest.fixture
def indicator(people):
    plan = make_plan(open_period="2022-1", requires_signoff=False)
    tree = make_tree(plan, lead_unit=make_unit("GMU"))
    return make_indicator(tree.activity, targets={"2022-1": 10}, tables=("sex",), counts="people")


@pytest.fixture
def submission(indicator, people):
    return start(unit=make_unit("GMU"), period=indicator.plan.periods.get(code="2022-1"), by=people.alicia)


def test_fields_and_cells_are_written_and_emptied(submission, indicator, people):
    typed = {"value": "8", "achievements": "Bien", "sex::woman": "5", "sex::man": "3"}
    done = record(submission=submission, indicator=indicator, typed=typed, seen={}, by=people.alicia)
    assert (done.entry, set(done.written)) == (typed, set(typed))
    result = Result.objects.get()
    assert (result.value, result.achievements, result.entered_by) == (Decimal(8), "Bien", people.alicia)
    assert set(result.breakdown.values_list("sex", "count")) == {("woman", 5), ("man", 3)}
    change = {"value": "", "sex::man": "", "sex::woman": "6"}
    done = record(submission=submission, indicator=indicator, typed=change, seen=typed, by=people.alicia)
    assert done.entry == {"achievements": "Bien", "sex::woman": "6"}
    result.refresh_from_db()
    assert (result.value, list(result.breakdown.values_list("sex", "count"))) == (None, [("woman", 6)])


def test_writing_the_same_again_changes_nothing(submission, indicator, people):
    record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.alicia)
    before = Result.objects.values().get()
    done = record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.alicia)
    assert (done.written, done.conflicts, Result.objects.values().get()) == ((), (), before)


def test_two_people_in_different_fields_both_keep_theirs(submission, indicator, people, renzo):
    record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.alicia)
    done = record(submission=submission, indicator=indicator, typed={"achievements": "Bien"}, seen={}, by=renzo)
    assert (done.conflicts, done.entry) == ((), {"value": "8", "achievements": "Bien"})


def test_two_people_in_the_same_field_see_each_other(submission, indicator, people, renzo):
    record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.alicia)
    typed = {"value": "9", "sex::woman": "9"}
    done = record(submission=submission, indicator=indicator, typed=typed, seen={}, by=renzo)
    conflict = done.conflicts[0]
    assert (conflict.key, conflict.typed, conflict.theirs, conflict.by) == ("value", "9", "8", people.alicia)
    assert done.entry == {"value": "8", "sex::woman": "9"}
    # Having seen it, the other may decide.
    seen = {"value": "8", "sex::woman": "9"}
    done = record(submission=submission, indicator=indicator, typed={"value": "9"}, seen=seen, by=renzo)
    assert (done.conflicts, done.entry["value"]) == ((), "9")


def test_a_conflict_names_who_wrote_the_field_and_never_oneself(submission, indicator, people, renzo):
    record(submission=submission, indicator=indicator, typed={"achievements": "De Renzo"}, seen={}, by=renzo)
    record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.alicia)
    done = record(submission=submission, indicator=indicator, typed={"achievements": "x"}, seen={}, by=people.alicia)
    assert [(each.key, each.by) for each in done.conflicts] == [("achievements", renzo)]
    # The answer to her own 8 was lost on the way; she goes on to 80, and nobody stands in the way.
    done = record(submission=submission, indicator=indicator, typed={"value": "80"}, seen={}, by=people.alicia)
    assert (done.conflicts, done.entry["value"]) == ((), "80")


def test_a_value_and_a_reason_why_there_is_none_exclude_each_other(submission, indicator, people):
    record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.alicia)
    reason = {"not_available_reason": "Se perdió"}
    done = record(submission=submission, indicator=indicator, typed=reason, seen={"value": "8"}, by=people.alicia)
    assert (set(done.problems), done.entry) == ({"not_available_reason"}, {"value": "8"})
    typed = reason | {"value": ""}
    done = record(submission=submission, indicator=indicator, typed=typed, seen={"value": "8"}, by=people.alicia)
    assert done.entry == reason


def test_a_draft_leaves_no_history_and_what_comes_after_sending_does(submission, indicator, people):
    typed = {"value": "0"}
    record(submission=submission, indicator=indicator, typed=typed, seen={}, by=people.alicia)
    assert not Result.history.exists()
    take(submission, "submit", by=people.alicia)
    assert list(Result.history.values_list("value", flat=True)) == [0]
    thread = observe(submission=submission, text="¿Seguro?", by=people.bruno)
    take(submission, "return", by=people.bruno)
    reply(observation=thread, text="Eran dos", by=people.alicia)
    record(submission=submission, indicator=indicator, typed={"value": "2"}, seen=typed, by=people.alicia)
    assert sorted(Result.history.values_list("value", flat=True)) == [0, 2]


def test_what_was_sent_stays_readable(submission, indicator, people):
    record(submission=submission, indicator=indicator, typed={"value": "0"}, seen={}, by=people.alicia)
    take(submission, "submit", by=people.alicia)
    sent = submission.events.get(step="submit").sent
    assert [(row["code"], row["target"], row["entry"]) for row in sent["indicators"]] == [
        (indicator.code, "10", {"value": "0"})
    ]


class TestRefused:
    def refused(self, submission, indicator, by, match):
        with pytest.raises(RecordingRefused, match=match):
            record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=by)
        assert not Result.objects.filter(value=8).exists()

    def test_to_people_of_elsewhere_and_to_the_coordination(self, submission, indicator, people):
        self.refused(submission, indicator, people.carla, "designación")
        self.refused(submission, indicator, people.bruno, "designación")

    def test_once_it_is_sent(self, submission, indicator, people):
        record(submission=submission, indicator=indicator, typed={"value": "0"}, seen={}, by=people.alicia)
        take(submission, "submit", by=people.alicia)
        self.refused(submission, indicator, people.alicia, "en revisión")

    def test_once_the_semester_is_closed(self, submission, indicator, people):
        closing = dt.date(2022, 9, 1)
        close_period(period=submission.period, by=people.bruno, seen=left_open(submission.period).mark, on=closing)
        self.refused(submission, indicator, people.alicia, "cerrado")

    def test_once_the_designation_has_ended(self, submission, indicator, people):
        people.alicia.designations.update(ends_on=dt.date(2022, 2, 1))
        self.refused(submission, indicator, people.alicia, "designación")


def test_the_coordination_types_only_where_it_began_on_the_unit_s_behalf(people):
    plan = make_plan(open_period="2022-1")
    indicator = make_indicator(make_tree(plan, lead_unit=make_unit("GMU")).activity, targets={"2022-1": 10})
    submission = start(unit=make_unit("GMU"), period=plan.periods.get(code="2022-1"), by=people.bruno)
    record(submission=submission, indicator=indicator, typed={"value": "8"}, seen={}, by=people.bruno)
    assert Result.objects.get().value == 8


def test_whoever_typed_earlier_does_not_validate_either(submission, indicator, people, renzo):
    """The last hand is not the only one: a coordinator who typed keeps from validating."""
    make_designation(renzo, make_unit("GPV"), Role.COORDINATOR)
    record(submission=submission, indicator=indicator, typed={"note": "n"}, seen={}, by=renzo)
    record(submission=submission, indicator=indicator, typed={"value": "0"}, seen={}, by=people.alicia)
    take(submission, "submit", by=people.alicia)
    submission.refresh_from_db()
    assert "validate" not in [step.name for step in open_steps(submission, renzo)]
