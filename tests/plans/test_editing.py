"""Writing a draft: nodes, indicators with all that hangs on them, settings, and putting the plan in force."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from institution.models import Role
from plans.draft import load_draft, mark_of
from plans.editing import (
    EditingRefused,
    Parts,
    change_settings,
    move,
    put_in_force,
    remove,
    write_indicator,
    write_node,
)
from plans.models import Activity, Guideline, Indicator, Objective, Plan, Target
from plans.workbook.tenures import Tenure
from tests.factories import (
    make_activity,
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
SHEET = {"code": "IND.N", "name": "Número de ferias", "unit_of_measure": "feria", "accumulation": "sum"}
APPROVAL = {
    "instrument_kind": "ordinance",
    "instrument_number": "2500-2022",
    "instrument_date": dt.date(2022, 6, 9),
}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima", state=Plan.State.DRAFT)


@pytest.fixture
def tree(plan):
    return make_tree(plan, activities=2)


def parts(*tenures, targets=None, tables=()):
    return Parts(tables, tuple(Tenure(*each) for each in tenures), targets or {})


class TestNodes:
    def test_one_is_added_under_its_parent_and_its_history_says_who(self, plan, tree, people):
        values = {"guideline": tree.guidelines[0], "code": "OE.09", "name": "Otro objetivo"}
        node = write_node(plan=plan, level="objetivos", values=values, by=people.bruno)
        assert node.guideline == tree.guidelines[0]
        assert [(row.history_type, row.history_user) for row in node.history.all()] == [("+", people.bruno)]

    def test_an_activity_keeps_its_supporting_units_in_one_record_of_its_history(self, plan, tree, people):
        gde = make_unit("GDE")
        values = {"action": tree.actions[0], "code": "ACT.09", "name": "Ferias", "lead_unit": make_unit("GMU")}
        links = {"supporting_units": [gde.pk]}
        node = write_node(plan=plan, level="actividades", values=values, links=links, by=people.bruno)
        assert list(node.supporting_units.all()) == [gde]
        assert node.history.count() == 1

    def test_with_another_parent_it_moves(self, plan, tree, people):
        other = make_tree(plan).actions[0]
        node = tree.activity
        values = {"action": other, "code": node.code, "name": node.name, "lead_unit": node.lead_unit}
        write_node(plan=plan, level="actividades", node=node, values=values, by=people.bruno)
        assert Activity.objects.get(pk=node.pk).action == other

    def test_a_code_stands_once_in_the_plan_whatever_the_level(self, plan, tree, people):
        with pytest.raises(ValidationError, match="ya usa este código"):
            write_node(
                plan=plan, level="lineamientos", values={"code": tree.activity.code, "name": "L"}, by=people.bruno
            )
        assert Guideline.objects.count() == 1

    @pytest.mark.parametrize(("code", "why"), [("act.01.01.01", "mayúsculas"), ("LIMA", "mayúsculas"), ("A/B", "«/»")])
    def test_a_code_that_a_workbook_refuses_is_refused_here(self, plan, tree, people, code, why):
        for node in (None, tree.guidelines[0]):
            with pytest.raises(ValidationError, match=why) as refused:
                write_node(
                    plan=plan, level="lineamientos", node=node, values={"code": code, "name": "L"}, by=people.bruno
                )
            assert "code" in refused.value.message_dict
        assert Guideline.objects.get().code == "L.01"

    def test_the_case_of_its_own_code_may_change(self, plan, tree, people):
        node = tree.guidelines[0]
        write_node(plan=plan, level="lineamientos", node=node, values={"code": "l.01"}, by=people.bruno)
        assert Guideline.objects.get().code == "l.01"

    def test_a_parent_of_another_plan_is_refused(self, plan, people):
        foreign = make_tree(make_plan()).guidelines[0]
        values = {"guideline": foreign, "code": "OE.X", "name": "O"}
        with pytest.raises(ValidationError, match="otro plan"):
            write_node(plan=plan, level="objetivos", values=values, by=people.bruno)

    def test_siblings_change_places_and_the_first_stays_first(self, plan, tree, people):
        first, second = tree.activities
        move(row=second, up=True, by=people.bruno)
        assert [row.pk for row in Activity.objects.order_by("order")] == [second.pk, first.pk]
        move(row=second, up=True, by=people.bruno)
        assert [row.pk for row in Activity.objects.order_by("order")] == [second.pk, first.pk]

    def test_what_has_something_below_is_not_removed(self, plan, tree, people):
        with pytest.raises(EditingRefused, match="debajo"):
            remove(row=tree.objectives[0], by=people.bruno)
        assert Objective.objects.exists()
        remove(row=tree.activities[1], by=people.bruno)
        assert Activity.objects.count() == 1

    def test_two_at_once_never_overwrite_each_other_silently(self, plan, tree, people):
        node = tree.guidelines[0]
        seen = mark_of(node)
        write_node(plan=plan, level="lineamientos", node=node, values={"name": "Uno"}, seen=seen, by=people.bruno)
        with pytest.raises(EditingRefused, match="Otra persona"):
            write_node(plan=plan, level="lineamientos", node=node, values={"name": "Dos"}, seen=seen, by=people.bruno)
        assert Guideline.objects.get().name == "Uno"

    def test_lines_that_a_browser_ends_its_own_way_are_no_change(self, plan, tree, people):
        node = tree.guidelines[0]
        for text in ("Uno\nDos", "Uno\r\nDos "):
            values = {"description": text}
            write_node(plan=plan, level="lineamientos", node=node, values=values, by=people.bruno)
        node.refresh_from_db()
        assert (node.description, node.history.count()) == ("Uno\nDos", 2)


class TestIndicators:
    def write(self, plan, node, people, what, indicator=None, **sheet):
        values = SHEET | sheet
        return write_indicator(plan=plan, node=node, indicator=indicator, values=values, parts=what, by=people.bruno)

    def test_one_is_written_with_all_that_hangs_on_it(self, plan, tree, people):
        make_unit("GDE")
        what = parts(("GMU", "2022-1", "2022-2"), ("GDE", "2023-1"), targets={"2022-1": Decimal(3)}, tables=("sex",))
        row = self.write(plan, tree.activity, people, what, counts="people")
        assert [(t.period, t.value) for t in row.targets.all()] == [("2022-1", 3)]
        assert [t.unit.acronym for t in row.responsibilities.order_by("from_period")] == ["GMU", "GDE"]
        assert [t.table for t in row.declared_tables.all()] == ["sex"]

    def test_changing_it_changes_only_what_differs(self, plan, tree, people):
        row = self.write(plan, tree.activity, people, parts(("GMU", "2022-1"), targets={"2022-1": Decimal(3)}))
        after = parts(("GMU", "2022-1"), targets={"2022-1": Decimal(3), "2022-2": Decimal(5)})
        self.write(plan, tree.activity, people, after, indicator=row, name="Número de ferias inclusivas")
        assert row.history.count() == 2
        assert Target.history.filter(indicator=row, period="2022-1").count() == 1
        assert Target.history.filter(indicator=row, period="2022-2").get().history_user == people.bruno

    @pytest.mark.parametrize(
        ("tenures", "why"),
        [
            ([("GMU", "2022-1"), ("GDE", "2023-1")], "GMU y GDE responderían a la vez en 2023-1"),
            ([("GMU", "2022-1", "2023-1"), ("GDE", "2023-1")], "a la vez"),
            ([("GMU", "2022-2", "2022-1")], "antes de empezar"),
            ([("NADA", "2022-1")], "no es una unidad"),
            ([], "Nadie responde"),
            ([("VIEJA", "2022-2")], "no está vigente en 2022-2"),
        ],
    )
    def test_responsibilities_that_make_no_sense_are_refused_in_a_sentence(self, plan, tree, people, tenures, why):
        make_unit("GDE")
        make_unit("VIEJA", valid_until=dt.date(2022, 3, 1))
        with pytest.raises(EditingRefused, match=why):
            self.write(plan, tree.activity, people, parts(*tenures))
        assert not Indicator.objects.exists()

    @pytest.mark.parametrize(
        ("sheet", "what", "field"),
        [
            ({"direction": "decreasing"}, {}, "direction"),
            ({"formula": "baseline", "accumulation": "last"}, {}, "baseline"),
            (
                {"formula": "baseline", "accumulation": "last", "baseline": Decimal(5)},
                {"targets": {"2022-1": Decimal(5)}},
                "baseline",
            ),
            ({}, {"tables": ("sex",)}, "tables"),
            ({"code": ""}, {}, "code"),
            ({"code": "ind.otro"}, {}, "code"),
            ({"baseline_year": 1989}, {}, "baseline_year"),
            ({"baseline_year": 2025}, {}, "baseline_year"),
        ],
    )
    def test_what_cannot_be_measured_so_is_told_beside_its_field(self, plan, tree, people, sheet, what, field):
        make_indicator(tree.activity, code="IND.OTRO")
        with pytest.raises(ValidationError) as refused:
            self.write(plan, tree.activity, people, parts(**what), **sheet)
        assert field in refused.value.message_dict

    def test_lines_that_a_browser_ends_its_own_way_are_no_change(self, plan, tree, people):
        what = parts(("GMU", "2022-1"))
        row = self.write(plan, tree.activity, people, what, method="Uno\r\nDos")
        assert row.method == "Uno\nDos"
        self.write(plan, tree.activity, people, what, indicator=row, method="Uno\r\nDos")
        assert row.history.count() == 1

    def test_what_was_reported_of_is_not_removed(self, plan, tree, people):
        row = make_indicator(tree.activity, targets={"2022-1": 3})
        make_result(row, "2022-1", 3)
        with pytest.raises(EditingRefused, match="tiene resultados"):
            remove(row=row, by=people.bruno)
        assert Indicator.objects.filter(pk=row.pk).exists()


class TestWho:
    def test_coordination_and_planning_write_and_nobody_else(self, plan, people):
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        values = {"code": "L.01", "name": "Uno"}
        assert write_node(plan=plan, level="lineamientos", values=values, by=planner)
        for stranger in (people.alicia, people.carla):
            with pytest.raises(EditingRefused, match="Planificación"):
                write_node(plan=plan, level="lineamientos", values={"code": "L.02", "name": "Dos"}, by=stranger)

    @pytest.mark.parametrize(
        ("state", "what"), [(Plan.State.IN_FORCE, "reprogramación"), (Plan.State.CLOSED, "cópielo")]
    )
    def test_a_plan_that_is_no_draft_says_what_to_do_instead(self, plan, tree, people, state, what):
        row = make_indicator(tree.activity)
        Plan.objects.update(state=state)
        for attempt in (
            lambda: write_node(plan=plan, level="lineamientos", values={"code": "X", "name": "X"}, by=people.bruno),
            lambda: move(row=tree.activity, up=True, by=people.bruno),
            lambda: remove(row=row, by=people.bruno),
            lambda: write_indicator(
                plan=plan, node=tree.activity, values=SHEET, parts=parts(("GMU", "2022-1")), by=people.bruno
            ),
        ):
            with pytest.raises(EditingRefused, match=what):
                attempt()


class TestSettings:
    def test_a_draft_changes_all_of_them(self, plan, people):
        change_settings(plan=plan, values={"cap": None, "last_year": 2025}, by=people.bruno)
        stored = Plan.objects.get()
        assert (stored.cap, stored.last_year) == (None, 2025)
        assert stored.history.first().history_user == people.bruno

    def test_lines_that_a_browser_ends_its_own_way_are_no_change(self, plan, people):
        change_settings(plan=plan, values={"description": "Uno\nDos"}, by=people.bruno)
        before = plan.history.count()
        Plan.objects.update(state=Plan.State.IN_FORCE)
        change_settings(plan=plan, values={"description": "Uno\r\nDos", "is_reference": False}, by=people.bruno)
        assert plan.history.count() == before

    def test_two_at_once_never_overwrite_each_other_silently(self, plan, people):
        seen = mark_of(Plan.objects.get())
        change_settings(plan=plan, values={"amber_from": Decimal(70)}, seen=seen, by=people.bruno)
        with pytest.raises(EditingRefused, match="Otra persona"):
            change_settings(plan=plan, values={"amber_from": Decimal(60)}, seen=seen, by=people.bruno)
        assert Plan.objects.get().amber_from == 70

    def test_years_do_not_cut_off_what_is_programmed(self, plan, tree, people):
        make_indicator(tree.activity, targets={"2024-2": 3})
        with pytest.raises(EditingRefused, match="2024-2"):
            change_settings(plan=plan, values={"last_year": 2023}, by=people.bruno)

    def test_it_is_no_longer_than_a_workbook_takes_it(self, plan, people):
        change_settings(plan=plan, values={"first_year": 2022, "last_year": 2041}, by=people.bruno)
        with pytest.raises(ValidationError, match="20 años como máximo"):
            change_settings(plan=plan, values={"last_year": 2042}, by=people.bruno)
        assert Plan.objects.get().last_year == 2041

    def test_in_force_only_what_touches_no_figure(self, plan, people):
        Plan.objects.update(state=Plan.State.IN_FORCE)
        change_settings(plan=plan, values={"requires_signoff": False}, by=people.bruno)
        with pytest.raises(EditingRefused, match="vigente"):
            change_settings(plan=plan, values={"green_from": Decimal(90)}, by=people.bruno)
        stored = Plan.objects.get()
        assert (stored.requires_signoff, stored.green_from) == (False, 95)


class TestForce:
    def test_a_whole_plan_is_put_in_force_with_its_instrument(self, plan, people):
        make_indicator(make_tree(plan).activity, targets={"2022-1": 3})
        put_in_force(plan=plan, by=people.bruno, **APPROVAL)
        stored = Plan.objects.get()
        assert stored.state == Plan.State.IN_FORCE
        assert stored.instrument() == "Ordenanza N.º 2500-2022"

    def test_what_it_lacks_is_said_one_by_one(self, plan, tree, people):
        make_tree(plan, activities=0)
        make_indicator(tree.activities[0], code="IND.A")
        counted = make_indicator(tree.activities[1], code="IND.B", counts="people", targets={"2022-1": 1})
        counted.responsibilities.update(from_period="2022-2")
        make_activity(tree.actions[0], "ACT.X")
        lacks = " ".join(load_draft(plan).lacks)
        for text in (
            "AE.02.01 no tiene nada debajo",
            "ACT.X no tiene ningún indicador",
            "IND.A no tiene ninguna meta",
            "Nadie responde por IND.B en 2022-1",
            "IND.B cuenta personas",
        ):
            assert text in lacks
        with pytest.raises(EditingRefused, match="no está completo"):
            put_in_force(plan=plan, by=people.bruno, **APPROVAL)

    def test_only_the_coordination_and_only_by_an_instrument_of_today_or_before(self, plan, people, settings):
        settings.PMH_TODAY = "2022-06-08"
        make_indicator(make_tree(plan).activity, targets={"2022-1": 3})
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        with pytest.raises(EditingRefused, match="coordinación"):
            put_in_force(plan=plan, by=planner, **APPROVAL)
        with pytest.raises(EditingRefused, match="posterior a hoy"):
            put_in_force(plan=plan, by=people.bruno, **APPROVAL)


def test_the_draft_loads_in_eight_queries_whatever_its_size(plan, django_assert_num_queries):
    for _each in range(2):
        for activity in make_tree(plan, activities=3).activities:
            make_indicator(activity, targets={"2022-1": 1})
        # guidelines, objectives, actions, activities with their unit; indicators, targets, tables, responsibilities
        with django_assert_num_queries(8):
            assert load_draft(plan).nodes
