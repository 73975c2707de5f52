"""Bringing a workbook into the database: only what differs, all or nothing, and back out without a loss."""

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institution import clock
from institution.models import Government, Unit
from monitoring.periods import create_periods
from plans.models import Activity, ApprovalStep, Guideline, Indicator, Plan, Responsibility, Target
from plans.workbook import (
    ChangeKind,
    PlanIsFixed,
    WorkbookProblems,
    apply_plan,
    read_plan,
    stored_plan,
    write_plan,
)
from plans.workbook.tenures import Tenure
from tests.factories import make_result, make_revision, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def workbook(reference):
    return read_plan(reference)


@pytest.fixture
def draft(workbook):
    """The reference plan as a draft, in the database and as its workbook."""
    draft = replace(workbook, plan=replace(workbook.plan, state="draft"))
    apply_plan(draft)
    return draft


def again(plan: Plan):
    """What the plan's own workbook says."""
    file = io.BytesIO()
    write_plan(plan, file)
    return read_plan(file)


def history() -> dict[str, list[int]]:
    """Every record of every history."""
    models = [model for model in apps.get_models() if hasattr(model._meta, "simple_history_manager_attribute")]
    return {model._meta.label: sorted(model.history.values_list("history_id", flat=True)) for model in models}


def with_row(workbook, part: str, code: str, **values):
    rows = tuple(replace(row, **values) if getattr(row, "code", "") == code else row for row in getattr(workbook, part))
    return replace(workbook, **{part: rows})


def without_rows(workbook, part: str, *codes: str):
    return replace(workbook, **{part: tuple(row for row in getattr(workbook, part) if row.code not in codes)})


def texts(changes) -> list[str]:
    return [str(change) for change in changes]


# --- New


def test_a_new_plan_is_created_whole(workbook):
    changes = apply_plan(workbook)
    assert {change.kind for change in changes} == {ChangeKind.ADDED}
    plan = Plan.objects.get(code="PMH-2022-2024")
    assert plan.state == Plan.State.IN_FORCE
    assert plan.government.ubigeo == "1501"
    assert plan.government.units.get(function=Unit.Function.COORDINATION).acronym == "GPV"
    assert (Activity.objects.count(), Indicator.objects.count(), Target.objects.count()) == (21, 26, 151)
    assert stored_plan(plan) == workbook


def test_a_new_plan_leaves_one_record_of_each_row_with_its_links(workbook):
    person = make_user()
    apply_plan(workbook, by=person)
    activity = Activity.objects.get(code="ACT.01.01.02")
    record = activity.history.get()
    assert (record.history_type, record.history_user) == ("+", person)
    assert {link.unit for link in record.supporting_units.all()} == set(activity.supporting_units.all())
    assert {link.sdgtarget.code for link in record.sdg_targets.all()} == {"10.7", "16.6"}
    assert activity.extra_budget_answered_on == clock.today()
    assert (activity.extra_budget_answered_by, Target.history.count()) == (person, Target.objects.count())


def test_a_known_government_keeps_units_that_the_workbook_does_not_name(workbook):
    lima = Government.objects.create(name="Lima", place="Lima", kind="provincial", ubigeo="1501")
    other = Unit.objects.create(government=lima, acronym="XYZ", name="Otra", valid_from=dt.date(2020, 1, 1))
    known = Unit.objects.create(government=lima, acronym="GC", name="Cultura", valid_from=dt.date(2019, 1, 1))
    changes = apply_plan(workbook)
    assert "Unidades · GC · Nombre: «Cultura» → «Gerencia de Cultura»" in texts(changes)
    assert any("Gobierno local: «Lima» →" in text for text in texts(changes))
    known.refresh_from_db()
    assert known.name == "Gerencia de Cultura"
    assert Unit.objects.filter(pk=other.pk, name="Otra").exists()


# --- Again


def test_exporting_and_importing_again_changes_nothing(workbook):
    apply_plan(workbook)
    before = history()
    assert apply_plan(again(Plan.objects.get())) == []
    assert history() == before


def test_the_round_trip_keeps_successors_revised_targets_and_responsibility_over_time(workbook):
    apply_plan(workbook)
    plan = Plan.objects.get()
    old = plan.government.units.get(acronym="GSGC")
    new = Unit.objects.create(
        government=plan.government, acronym="GSC", name="Seguridad", valid_from=dt.date(2023, 5, 1)
    )
    Unit.objects.filter(pk=old.pk).update(valid_until=dt.date(2023, 4, 30), successor=new)
    indicator = Indicator.objects.get(code="IND.02.ACT.03.01.02")
    indicator.responsibilities.update(until_period="2022-2")
    Responsibility.objects.create(indicator=indicator, unit=new, from_period="2023-2", until_period="2024-1")
    make_revision(indicator, "2024-2", 85, 90)
    make_revision(indicator, "2022-1", 60, None)
    Indicator.objects.filter(pk=indicator.pk).update(weight=Decimal("0.25"), method="=1+1\n-dos  \r\ntres ")

    file = again(plan)
    row = next(row for row in file.indicators if row.code == indicator.code)
    assert row.responsible == (Tenure("GSGC", "2022-1", "2022-2"), Tenure("GSC", "2023-2", "2024-1"))
    assert row.targets["2024-2"] == 90
    assert "2022-1" not in row.targets
    assert row.method == "=1+1\n-dos  \ntres"
    before = history()
    assert apply_plan(file) == []
    assert history() == before


def test_orders_that_somebody_else_gave_are_no_difference(draft):
    for model in (Guideline, Activity, Indicator):
        model.objects.update(order=0)
    plan = Plan.objects.get()
    assert apply_plan(again(plan)) == []
    assert set(Activity.objects.values_list("order", flat=True)) == {0}


# --- A draft


def test_a_later_version_of_a_draft_shows_and_saves_what_changes(draft):
    later = with_row(draft, "activities", "ACT.01.01.01", name="Campañas", supporting_units=("GC", "GPV"), weight=2)
    later = with_row(later, "indicators", "IND.01.ACT.01.01.01", targets={"2022-1": Decimal(5), "2023-2": Decimal(2)},
                     breakdown_tables=("sex",), counts="people", responsible=(Tenure("GDS", "2022-1"),))  # fmt: skip
    later = without_rows(later, "indicators", "IND.03.ACT.03.01.05")
    later = replace(later, plan=replace(later.plan, cap=None, state="in_force"), steps=later.steps[1:])
    later = replace(later, guidelines=later.guidelines[::-1])

    person = make_user()
    before = {model: model.history.count() for model in (Plan, Activity, Indicator, Target)}
    changes = apply_plan(later, by=person)

    assert texts(changes) == [
        "Plan · PMH-2022-2024 · Estado: «En elaboración» → «Vigente»",
        "Plan · PMH-2022-2024 · Tope del avance en promedios (%): 100 → (vacío)",
        "Lineamientos · (todos) · orden: L.01, L.02, L.03 → L.03, L.02, L.01",
        "Actividades · ACT.01.01.01 · Nombre: «Campañas informativas sobre derechos y servicios municipales» "
        "→ «Campañas»",
        "Actividades · ACT.01.01.01 · Unidades que apoyan: «GPV» → «GC; GPV»",
        "Actividades · ACT.01.01.01 · Peso: (vacío) → 2",
        "Indicadores · IND.01.ACT.01.01.01 · Cuenta: «Bienes, servicios o hechos» → «Personas»",
        "Indicadores · IND.01.ACT.01.01.01 · Tablas de desagregación: (vacío) → «Sexo»",
        "Indicadores · IND.01.ACT.01.01.01 · Unidad responsable: «GCSRP» → «GDS»",
        "Indicadores · IND.01.ACT.01.01.01 · Meta 2022-1: 1 → 5",
        "Indicadores · IND.01.ACT.01.01.01 · Meta 2022-2: 2 → (vacío)",
        "Indicadores · IND.01.ACT.01.01.01 · Meta 2023-1: 2 → (vacío)",
        "Indicadores · IND.01.ACT.01.01.01 · Meta 2024-1: 2 → (vacío)",
        "Indicadores · IND.01.ACT.01.01.01 · Meta 2024-2: 2 → (vacío)",
        "Indicadores · IND.03.ACT.03.01.05 · se retira: Número de brigadas vecinales de gestión del riesgo con "
        "participación de población refugiada y migrante",
        "Hoja de ruta · 1 · se retira: Informe técnico de sustento y propuesta inicial del plan",
    ]  # fmt: skip
    assert apply_plan(later) == []
    after = {model: model.history.count() - count for model, count in before.items()}
    # Of the indicator that went, six targets; of the one that changed, one value and four that went.
    assert after == {Plan: 1, Activity: 1, Indicator: 2, Target: 6 + 5}
    record = Activity.history.filter(history_type="~").get()
    assert (record.history_user, record.supporting_units.count()) == (person, 2)
    assert ApprovalStep.objects.count() == len(later.steps)


def test_nodes_move_before_their_parent_goes(draft):
    later = without_rows(draft, "actions", "AE.02.02")
    moved = [row.code for row in draft.activities if row.parent == "AE.02.02"]
    for code in moved:
        later = with_row(later, "activities", code, parent="AE.02.01")
    changes = apply_plan(later)
    assert len(changes) == 1 + len(moved)
    assert Activity.objects.filter(action__code="AE.02.01").count() == 4 + len(moved)
    assert apply_plan(later) == []


def test_a_row_put_between_two_others_takes_its_place(draft):
    rows = list(draft.activities)
    rows.insert(1, replace(rows[0], code="ACT.01.01.00", name="Nueva"))
    later = replace(draft, activities=tuple(rows))
    assert [change.kind for change in apply_plan(later)] == [ChangeKind.ADDED]
    assert [row.code for row in stored_plan(Plan.objects.get()).activities] == [row.code for row in rows]
    assert apply_plan(later) == []


def test_who_answers_may_change_in_any_direction(draft):
    code = "IND.01.OE.01"
    for tenures in (
        (Tenure("GPV", "2022-1", "2022-2"), Tenure("GDS", "2023-1")),
        (Tenure("GDS", "2022-1"),),
        (Tenure("GPV", "2022-2", "2023-1"), Tenure("GDS", "2023-2", "2023-2"), Tenure("GC", "2024-2")),
        (Tenure("GPV", "2022-1"),),
    ):
        draft = with_row(draft, "indicators", code, responsible=tenures)
        assert len(apply_plan(draft)) == 1
        assert apply_plan(draft) == []


def test_a_unit_may_end_with_a_successor_and_go_on_again(draft):
    ended = replace(draft.units[0], valid_until=dt.date(2024, 12, 31), successor="GPV")
    for unit in (ended, draft.units[0]):
        draft = replace(draft, units=(unit, *draft.units[1:]))
        assert len(apply_plan(draft)) == 2
        assert apply_plan(draft) == []


def test_what_has_results_cannot_be_removed(draft, count_rows):
    create_periods(plan=Plan.objects.get())
    indicator = Indicator.objects.get(code="IND.01.ACT.01.01.04")
    make_result(indicator, "2022-1", 1)
    later = without_rows(draft, "indicators", "IND.01.ACT.01.01.04", "IND.01.ACT.01.02.01")
    later = without_rows(later, "activities", "ACT.01.01.04", "ACT.01.02.01")
    before, records = count_rows(), history()
    with pytest.raises(WorkbookProblems) as refused:
        apply_plan(later)
    assert [(p.sheet, p.cell) for p in refused.value.problems] == [("Indicadores", ""), ("Actividades", "")]
    assert "«IND.01.ACT.01.01.04», que tiene resultados" in str(refused.value.problems[0])
    assert (count_rows(), history()) == (before, records)


def test_a_dry_run_tells_everything_and_keeps_nothing(workbook, count_rows):
    before = count_rows()
    changes = apply_plan(workbook, dry_run=True)
    assert len([change for change in changes if change.part == "activities"]) == 21
    assert count_rows() == before


# --- In force


def test_a_plan_in_force_is_only_compared(workbook, count_rows):
    apply_plan(workbook)
    later = with_row(workbook, "indicators", "IND.01.OE.01", targets={"2022-1": Decimal(41)})
    before, records = count_rows(), history()
    with pytest.raises(PlanIsFixed) as refused:
        apply_plan(later)
    assert "reprogramación" in str(refused.value)
    assert "Indicadores · IND.01.OE.01 · Meta 2022-1: 40 → 41" in texts(refused.value.changes)
    with pytest.raises(PlanIsFixed):
        apply_plan(replace(workbook, plan=replace(workbook.plan, state="draft")))
    assert (count_rows(), history()) == (before, records)
    assert apply_plan(workbook) == []


def test_queries_do_not_grow_with_the_plan(workbook):
    """Creating, comparing and exporting cost the same for one activity and for all."""
    small = without_rows(workbook, "indicators", *(row.code for row in workbook.indicators[1:]))
    small = without_rows(small, "activities", *(row.code for row in small.activities[1:]))
    counts = {}
    for name, nodes in (("small", small), ("whole", workbook)):
        content = replace(nodes, plan=replace(nodes.plan, code=name))
        with CaptureQueriesContext(connection) as queries:
            apply_plan(content)
            apply_plan(content)
            write_plan(Plan.objects.select_related("government").get(code=name), io.BytesIO())
        counts[name] = len(queries)
    # The first import also creates the government and its units, with one query each and the system's person.
    assert counts["whole"] <= counts["small"]
