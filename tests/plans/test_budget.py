"""Asking once, with a deadline, whether an activity needs money beyond the approved budget."""

import datetime as dt

import pytest

from institution.models import Role
from plans.budget import BudgetRefused, answer, ask, is_late, questions_of, state_of, waiting_for
from plans.models import Activity, Plan
from tests.constraints import refused
from tests.factories import make_designation, make_people, make_plan, make_tree, make_unit, make_user

pytestmark = pytest.mark.django_db
ASKED, DUE, AFTER = dt.date(2022, 6, 21), dt.date(2022, 7, 15), dt.date(2022, 7, 16)


@pytest.fixture
def world():
    """GMU leads two activities; Sonia and Nelly are its budget liaisons, Alicia its reporter, Bruno coordinates."""

    class World:
        plan = make_plan(extra_budget_due_on=DUE)
        unit = make_unit("GMU")
        people = make_people(unit)
        tree = make_tree(plan, activities=2, lead_unit=unit)
        activity = tree.activity
        sonia, nelly = make_user("Sonia Bravo"), make_user("Nelly Chumpitaz")

    for liaison in (World.sonia, World.nelly):
        make_designation(liaison, World.unit, Role.BUDGET_LIAISON)
    return World


def say(world, needs, reason="", by=None, on=ASKED, **kw):
    return answer(activity=world.activity, needs=needs, reason=reason, by=by or world.sonia, on=on, **kw)


class TestAnswer:
    def test_says_who_when_and_why(self, world):
        said = say(world, True, "  Una abogada,\r\nunos S/ 54,000.  ")
        assert (said.needs_extra_budget, said.extra_budget_reason) == (True, "Una abogada,\nunos S/ 54,000.")
        assert (said.extra_budget_answered_by, said.extra_budget_answered_on) == (world.sonia, ASKED)
        assert not said.extra_budget_was_late
        assert said.history.first().history_user == world.sonia

    def test_today_is_the_clock_s(self, world, settings):
        settings.PMH_TODAY = "2022-07-01"
        assert say(world, False, on=None).extra_budget_answered_on == dt.date(2022, 7, 1)

    def test_a_yes_has_its_reason(self, world):
        with pytest.raises(BudgetRefused, match="para qué"):
            say(world, True, " \n ")
        assert Activity.objects.unanswered().count() == 2

    @pytest.mark.parametrize("who", ["alicia", "bruno", "carla"])
    def test_only_the_liaison_of_the_leading_unit_answers(self, world, who):
        with pytest.raises(BudgetRefused, match="enlace presupuestal de GMU"):
            say(world, False, by=getattr(world.people, who))

    def test_an_ended_designation_answers_no_more(self, world):
        world.sonia.designations.update(ends_on=ASKED)
        say(world, False, on=ASKED)
        with pytest.raises(BudgetRefused, match="enlace presupuestal"):
            say(world, True, "Más", on=ASKED + dt.timedelta(days=1))

    def test_nobody_answers_in_a_closed_plan(self, world):
        Plan.objects.update(state=Plan.State.CLOSED)
        with pytest.raises(BudgetRefused, match="está cerrado"):
            say(world, False)

    def test_until_the_deadline_it_may_be_changed_and_the_history_keeps_the_earlier_one(self, world):
        say(world, True, "Una abogada.")
        said = say(world, False, by=world.nelly, on=DUE)
        assert not said.extra_budget_was_late
        told = said.history.exclude(needs_extra_budget=None).order_by("history_id")
        assert list(told.values_list("needs_extra_budget", "extra_budget_reason", "history_user__full_name")) == [
            (True, "Una abogada.", "Sonia Bravo"),
            (False, "", "Nelly Chumpitaz"),
        ]

    def test_the_same_again_changes_nothing(self, world):
        say(world, False)
        before = world.activity.history.count()
        assert say(world, False, by=world.nelly, on=AFTER).extra_budget_answered_by == world.sonia
        assert world.activity.history.count() == before

    def test_an_answer_that_a_workbook_brought_is_confirmed_by_saying_it(self, world):
        Activity.objects.update(needs_extra_budget=False, extra_budget_answered_on=ASKED)
        assert say(world, False).extra_budget_answered_by == world.sonia

    def test_after_the_deadline_what_is_missing_comes_late_and_says_so(self, world):
        assert say(world, False, on=AFTER).extra_budget_was_late

    def test_after_the_deadline_a_given_answer_is_the_coordination_s_to_reopen(self, world):
        say(world, False)
        with pytest.raises(BudgetRefused, match="pida a la coordinación"):
            say(world, True, "Una abogada.", on=AFTER)
        ask(plan=world.plan, due_on=AFTER, by=world.people.bruno, on=AFTER)
        assert not say(world, True, "Una abogada.", on=AFTER).extra_budget_was_late

    def test_late_stays_late(self, world):
        say(world, False, on=AFTER)
        ask(plan=world.plan, due_on=dt.date(2022, 8, 1), by=world.people.bruno, on=AFTER)
        assert say(world, True, "Una abogada.", on=AFTER).extra_budget_was_late

    def test_without_a_deadline_nothing_is_late(self, world):
        Plan.objects.update(extra_budget_due_on=None)
        assert not say(world, False, on=dt.date(2024, 1, 1)).extra_budget_was_late
        assert not say(world, True, "Una abogada.", on=dt.date(2024, 6, 1)).extra_budget_was_late

    def test_two_liaisons_never_overwrite_each_other_silently(self, world):
        seen = state_of(world.activity)
        said = say(world, True, "Una abogada.", by=world.nelly, seen=seen)
        with pytest.raises(BudgetRefused, match="Nelly Chumpitaz respondió «sí»"):
            say(world, False, seen=seen)
        assert say(world, False, seen=state_of(said)).extra_budget_answered_by == world.sonia


class TestAsk:
    def test_the_coordination_sets_the_deadline(self, world):
        plan = ask(plan=world.plan, due_on=AFTER, by=world.people.bruno, on=ASKED)
        assert plan.extra_budget_due_on == AFTER
        assert plan.history.first().history_user == world.people.bruno
        assert [is_late(plan, day) for day in (AFTER, AFTER + dt.timedelta(days=1))] == [False, True]

    def test_the_same_day_again_changes_nothing(self, world):
        ask(plan=world.plan, due_on=DUE, by=world.people.bruno, on=ASKED)
        assert world.plan.history.count() == 1

    @pytest.mark.parametrize("who", ["alicia", "carla"])
    def test_nobody_else_does(self, world, who):
        with pytest.raises(BudgetRefused, match="Solo la coordinación"):
            ask(plan=world.plan, due_on=AFTER, by=getattr(world.people, who), on=ASKED)

    def test_not_into_the_past_and_not_of_a_closed_plan(self, world):
        with pytest.raises(BudgetRefused, match="antes de hoy"):
            ask(plan=world.plan, due_on=ASKED, by=world.people.bruno, on=DUE)
        Plan.objects.update(state=Plan.State.CLOSED)
        with pytest.raises(BudgetRefused, match="está cerrado"):
            ask(plan=world.plan, due_on=DUE, by=world.people.bruno, on=ASKED)


class TestWaiting:
    def test_the_unanswered_activities_of_the_person_s_units(self, world, django_assert_num_queries):
        other = make_tree(make_plan(), lead_unit=world.unit).activity
        make_tree(world.plan, lead_unit=make_unit("GDE"))
        say(world, False)
        with django_assert_num_queries(1):
            assert set(waiting_for(world.sonia)) == {world.tree.activities[1], other}
        assert list(waiting_for(world.sonia, plan=world.plan)) == [world.tree.activities[1]]
        assert questions_of(world.sonia).count() == 3
        assert not waiting_for(world.people.alicia).exists()

    def test_nothing_waits_in_a_closed_plan_or_after_the_designation(self, world):
        world.nelly.designations.update(ends_on=ASKED)
        assert not waiting_for(world.nelly, on=AFTER).exists()
        Plan.objects.update(state=Plan.State.CLOSED)
        assert not waiting_for(world.sonia).exists()


class TestDatabase:
    def test_a_yes_without_a_reason_and_an_answer_without_a_date_are_refused(self, world):
        mine = Activity.objects.filter(pk=world.activity.pk)
        refused(lambda: mine.update(needs_extra_budget=True, extra_budget_answered_on=ASKED))
        refused(lambda: mine.update(needs_extra_budget=False))
        mine.update(needs_extra_budget=True, extra_budget_reason="Una abogada.", extra_budget_answered_on=ASKED)
