"""What was promised: what the database itself keeps from ever being false."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from plans.models import Guideline, Indicator, LibraryItem, Plan, Responsibility, Target, TargetRevision
from tests.constraints import refused
from tests.factories import (
    make_indicator,
    make_people,
    make_plan,
    make_responsibility,
    make_revision,
    make_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db


class TestPlan:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"first_year": 2025},
            {"cap": 0},
            {"cap": -1},
            {"green_from": 70},
            {"amber_from": -1},
            {"instrument_kind": "ordinance"},
            {"instrument_number": "2500"},
            {"instrument_date": dt.date(2022, 6, 30)},
        ],
    )
    def test_constraints(self, wrong):
        plan = make_plan()
        refused(lambda: Plan.objects.filter(pk=plan.pk).update(**wrong))

    def test_instrument_in_words(self):
        plan = make_plan(instrument_kind="ordinance", instrument_number="2500", instrument_date=dt.date(2022, 6, 30))
        assert plan.instrument() == "Ordenanza N.º 2500"
        assert make_plan().instrument() == ""

    def test_is_visible_to_the_government_it_belongs_to(self):
        plan, people = make_plan(), make_people()
        assert list(Plan.objects.visible_to(people.alicia)) == [plan]
        assert list(Plan.objects.visible_to(people.carla)) == []
        people.alicia.designations.update(ends_on=dt.date(2022, 1, 2))
        assert list(Plan.objects.visible_to(people.alicia)) == []


class TestTree:
    def test_a_code_once_per_plan(self):
        tree = make_tree()
        refused(lambda: Guideline.objects.create(plan=tree.plan, code="L.01", name="Otra"))
        Guideline.objects.create(plan=make_plan(), code="L.01", name="De otro plan")

    def test_a_node_belongs_to_the_plan_of_its_parent(self):
        objective = make_tree().objectives[0]
        objective.plan = make_plan()
        with pytest.raises(ValidationError, match="otro plan"):
            objective.clean()

    def test_a_code_stands_on_one_level_only(self):
        tree = make_tree()
        tree.activity.code = tree.actions[0].code
        with pytest.raises(ValidationError, match="Otro nivel"):
            tree.activity.clean()
        tree.activity.code = tree.plan.code
        with pytest.raises(ValidationError, match="código del plan"):
            tree.activity.clean()

    @pytest.mark.parametrize("weight", [0, -1])
    def test_a_weight_is_above_zero(self, weight):
        activity = make_tree().activity
        refused(lambda: type(activity).objects.update(weight=weight))


class TestIndicator:
    def test_measures_exactly_one_node(self):
        tree = make_tree()
        indicator = make_indicator(tree.activity)
        refused(lambda: Indicator.objects.filter(pk=indicator.pk).update(objective=tree.objectives[0]))
        refused(lambda: Indicator.objects.filter(pk=indicator.pk).update(activity=None))
        Indicator.objects.filter(pk=indicator.pk).update(activity=None, objective=tree.objectives[0])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"direction": "decreasing"},
            {"formula": "baseline", "baseline": 1},
            {"formula": "baseline", "accumulation": "pooled", "baseline": 1},
            {"formula": "baseline", "accumulation": "last", "baseline": None},
            {"baseline": -1},
        ],
    )
    def test_measures_that_make_no_sense(self, wrong):
        indicator = make_indicator(accumulation="sum")
        refused(lambda: Indicator.objects.filter(pk=indicator.pk).update(**wrong))
        for name, value in wrong.items():
            setattr(indicator, name, value)
        with pytest.raises(ValidationError):
            indicator.full_clean()

    def test_a_first_target_that_does_not_lie_beyond_the_baseline(self):
        indicator = make_indicator(targets={"2022-2": 5}, accumulation="last", formula="baseline", baseline=5)
        with pytest.raises(ValidationError, match="línea de base"):
            indicator.full_clean()


class TestTargets:
    @pytest.mark.parametrize("wrong", [{"value": -1}, {"period": "2022-3"}, {"period": "22-1"}])
    def test_constraints(self, wrong):
        indicator = make_indicator(targets={"2022-1": 4})
        refused(lambda: Target.objects.filter(indicator=indicator).update(**wrong))

    def test_once_per_semester(self):
        indicator = make_indicator(targets={"2022-1": 4})
        refused(lambda: Target.objects.create(indicator=indicator, period="2022-1", value=5))

    @pytest.mark.parametrize(("old", "new"), [(4, 4), (None, None)])
    def test_a_revision_changes_something(self, old, new):
        indicator = make_indicator()
        refused(lambda: make_revision(indicator, "2022-1", old, new))

    @pytest.mark.parametrize(("old", "new"), [(4, 5), (None, 5), (4, None)])
    def test_a_revision_keeps_the_old_value(self, old, new):
        revision = make_revision(make_indicator(), "2022-1", old, new)
        revision.refresh_from_db()
        assert (revision.old_value, revision.new_value) == (old, new)

    def test_a_revision_has_its_document(self):
        make_revision(make_indicator(), "2022-1", 4, 5)
        refused(lambda: TargetRevision.objects.update(document_number=""))


class TestResponsibilities:
    def test_at_a_semester(self):
        indicator = make_indicator(unit=make_unit("GSC"))
        indicator.responsibilities.update(until_period="2023-1")
        make_responsibility(indicator, make_unit("GSCV"), "2023-2")
        who = [indicator.responsibilities.at(period).get().unit.acronym for period in indicator.plan.period_codes]
        assert who == ["GSC", "GSC", "GSC", "GSCV", "GSCV", "GSCV"]

    def test_only_one_stays_open(self):
        indicator = make_indicator()
        refused(lambda: make_responsibility(indicator, make_unit("GSCV"), "2023-2"))

    def test_do_not_overlap(self):
        indicator = make_indicator()
        indicator.responsibilities.update(until_period="2023-1")
        overlapping = Responsibility(indicator=indicator, unit=make_unit("X"), from_period="2023-1")
        with pytest.raises(ValidationError, match="ya responde"):
            overlapping.full_clean()
        overlapping.from_period = "2023-2"
        overlapping.full_clean()

    def test_order(self):
        indicator = make_indicator()
        refused(lambda: indicator.responsibilities.update(from_period="2023-1", until_period="2022-1"))


@pytest.mark.parametrize("wrong", [{}, {"url": "https://example.org", "file": "a.pdf"}, {"url": "javascript:alert(1)"}])
def test_a_library_item_is_a_file_or_a_link(wrong):
    plan = make_plan()
    refused(lambda: LibraryItem.objects.create(plan=plan, kind="minutes", title="Acta", **wrong))
