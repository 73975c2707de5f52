"""Writing a draft in the browser: every page saves, refuses in words beside the field, and keeps what was typed."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role, Unit
from plans.models import Activity, Guideline, Indicator, Plan
from tests.factories import (
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


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima", state=Plan.State.DRAFT, name="Plan de Lima")


@pytest.fixture
def tree(plan):
    return make_tree(plan, activities=2, lead_unit=make_unit("GMU"))


@pytest.fixture
def bruno(plan, people, client):
    client.force_login(people.bruno)
    return client


def address(name, *more):
    return reverse(f"monitoring:plan_{name}", args=["lima", *more])


def typed_into(page, **changes):
    """What a browser would send of the page's form as it stands, with some fields typed over."""
    form, data = page.context["form"], {}
    fields = [form[name] for name in form.fields]
    for formset in filter(None, [page.context.get("tenures")]):
        data |= {
            f"{formset.prefix}-{name}": str(formset.management_form[name].value())
            for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
        }
        fields += [each[name] for each in formset for name in each.fields]
    for field in fields:
        value = field.value()
        if value in (None, False):
            continue
        if value is True:
            value = "on"
        elif isinstance(value, list):
            value = [getattr(each, "pk", each) for each in value]
        data[field.html_name] = getattr(value, "pk", value)
    return {key: value for key, value in (data | changes).items() if value is not None}


class TestTree:
    def test_it_shows_everything_and_what_is_missing(self, plan, tree, bruno):
        make_indicator(tree.activity, code="IND.01")
        text = bruno.get(address("edit")).content.decode()
        for told in ("L.01", "OE.01", "AE.01.01", "ACT.01.01.01", "IND.01", "Faltan 2 cosas", "Poner en vigencia"):
            assert told in text

    def test_in_force_it_says_how_things_change_now(self, plan, tree, bruno):
        Plan.objects.update(state=Plan.State.IN_FORCE)
        text = bruno.get(address("edit")).content.decode()
        assert "cambian por reprogramación" in text
        assert "Subir" not in text

    def test_as_many_queries_for_twenty_as_for_one(self, plan, tree, bruno):
        def count():
            with CaptureQueriesContext(connection) as queries:
                bruno.get(address("edit"))
            return len(queries)

        make_indicator(tree.activity, targets={"2022-1": 1}, tables=("sex",))
        before = count()
        for activity in make_tree(plan, activities=20).activities:
            make_indicator(activity, targets={"2022-1": 1}, tables=("sex",))
        assert count() == before


class TestNodes:
    def test_one_is_added_from_its_parent(self, plan, tree, bruno):
        new = f"{address('edit_node_create', 'objetivos')}?en={tree.guidelines[0].pk}"
        page = bruno.get(new)
        assert str(page.context["form"]["guideline"].value()) == str(tree.guidelines[0].pk)
        bruno.post(new, typed_into(page, code="OE.02", name="Otro objetivo"))
        assert plan.objectives.get(code="OE.02").guideline == tree.guidelines[0]

    def test_an_activity_with_its_units(self, plan, tree, bruno):
        gde = make_unit("GDE")
        page = bruno.get(address("edit_node", "actividades", tree.activity.pk))
        data = typed_into(page, name="Ferias inclusivas", lead_unit=gde.pk, supporting_units=[make_unit("GMU").pk])
        answer = bruno.post(address("edit_node", "actividades", tree.activity.pk), data, follow=True)
        assert "Guardado: Ferias inclusivas" in answer.content.decode()
        stored = Activity.objects.get(pk=tree.activity.pk)
        assert (stored.lead_unit, [unit.acronym for unit in stored.supporting_units.all()]) == (gde, ["GMU"])

    def test_a_code_that_is_taken_is_told_beside_it_and_the_rest_is_kept(self, plan, tree, bruno):
        page = bruno.get(address("edit_node_create", "lineamientos"))
        answer = bruno.post(address("edit_node_create", "lineamientos"), typed_into(page, code="OE.01", name="Nuevo"))
        assert answer.status_code == 422
        assert "ya usa este código" in str(answer.context["form"].errors["code"])
        assert 'value="Nuevo"' in answer.content.decode()

    def test_two_at_once_are_told(self, plan, tree, bruno):
        here = address("edit_node", "lineamientos", tree.guidelines[0].pk)
        page = bruno.get(here)
        bruno.post(here, typed_into(page, name="Primero"))
        answer = bruno.post(here, typed_into(page, name="Segundo"))
        assert answer.status_code == 422
        assert "Otra persona cambió L.01" in answer.content.decode()
        assert Guideline.objects.get().name == "Primero"
        bruno.post(here, typed_into(page, name="Segundo", seen=answer.context["form"].data["seen"]))
        assert Guideline.objects.get().name == "Segundo"

    def test_order_and_removal(self, plan, tree, bruno):
        first, second = tree.activities
        bruno.post(address("edit_move", "actividades", second.pk), {"direction": "up"})
        assert list(Activity.objects.order_by("order")) == [second, first]
        refused = bruno.post(address("edit_remove", "objetivos", tree.objectives[0].pk), follow=True)
        assert "tiene elementos debajo" in refused.content.decode()
        bruno.post(address("edit_remove", "actividades", second.pk))
        assert Activity.objects.get() == first

    def test_in_force_nothing_is_written(self, plan, tree, bruno):
        here = address("edit_node", "lineamientos", tree.guidelines[0].pk)
        data = typed_into(bruno.get(here), name="Otro")
        Plan.objects.update(state=Plan.State.IN_FORCE)
        answer = bruno.post(here, data)
        assert answer.status_code == 409
        assert "por reprogramación" in answer.content.decode()
        assert (
            "por reprogramación"
            in bruno.post(
                address("edit_move", "actividades", tree.activity.pk), {"direction": "up"}, follow=True
            ).content.decode()
        )
        assert Guideline.objects.get().name == "Lineamiento 1"

    def test_an_unknown_level_is_not_there(self, plan, bruno):
        assert bruno.get(address("edit_node_create", "metas")).status_code == 404


class TestIndicators:
    SHEET = {"code": "IND.N", "name": "Número de ferias", "unit_of_measure": "feria", "accumulation": "sum"}

    def test_one_is_written_whole_on_one_page(self, plan, tree, bruno):
        new = f"{address('edit_indicator_create')}?mide={tree.activity.code}"
        told = {"target_2022-1": "3", "target_2023-1": "4.5", "responde-0-unit": "GMU", "responde-0-since": "2022-1"}
        bruno.post(new, typed_into(bruno.get(new), **self.SHEET, **told))
        row = Indicator.objects.get()
        assert row.node == tree.activity
        assert {t.period: t.value for t in row.targets.all()} == {"2022-1": 3, "2023-1": 4.5}
        assert [(t.unit.acronym, t.until_period) for t in row.responsibilities.all()] == [("GMU", None)]

    def test_saved_as_it_stands_it_changes_nothing(self, plan, tree, bruno):
        row = make_indicator(tree.activity, targets={"2022-1": 3}, tables=("sex",), counts="people", baseline=2)
        here = address("edit_indicator", row.pk)
        bruno.post(here, typed_into(bruno.get(here)))
        assert row.history.count() == 1
        assert row.targets.get().history.count() == 1
        assert row.declared_tables.count() == row.responsibilities.count() == 1

    def test_overlapping_responsibilities_are_refused_in_a_sentence(self, plan, tree, bruno):
        make_unit("GDE")
        row = make_indicator(tree.activity, targets={"2022-1": 3}, unit=make_unit("GMU"))
        here = address("edit_indicator", row.pk)
        told = {"responde-1-unit": "GDE", "responde-1-since": "2023-1", "name": "Otro nombre"}
        answer = bruno.post(here, typed_into(bruno.get(here), **told))
        assert answer.status_code == 422
        assert "GMU y GDE responderían a la vez en 2023-1" in answer.content.decode()
        assert 'value="Otro nombre"' in answer.content.decode()
        assert row.responsibilities.count() == 1

    def test_a_forbidden_measure_is_told_beside_its_field(self, plan, tree, bruno):
        row = make_indicator(tree.activity, targets={"2022-1": 3})
        here = address("edit_indicator", row.pk)
        answer = bruno.post(here, typed_into(bruno.get(here), direction="decreasing"))
        assert "no puede ser decreciente" in str(answer.context["form"].errors["direction"])

    def test_what_was_reported_of_is_not_removed(self, plan, tree, bruno):
        row = make_indicator(tree.activity, targets={"2022-1": 3})
        make_result(row, "2022-1", 3)
        answer = bruno.post(address("edit_remove", "indicadores", row.pk), follow=True)
        assert "tiene resultados u otros registros" in answer.content.decode()
        assert Indicator.objects.exists()


class TestPlan:
    def test_the_semesters_go_with_the_years(self, plan, bruno):
        page = bruno.get(address("edit_settings"))
        bruno.post(address("edit_settings"), typed_into(page, first_year="2023", last_year="2025"))
        assert list(plan.periods.values_list("code", flat=True)) == [
            f"{year}-{half}" for year in (2023, 2024, 2025) for half in (1, 2)
        ]

    def test_two_at_once_are_told(self, plan, bruno):
        page = bruno.get(address("edit_settings"))
        bruno.post(address("edit_settings"), typed_into(page, amber_from="70"))
        late = bruno.post(address("edit_settings"), typed_into(page, amber_from="60"))
        assert late.status_code == 422
        assert "Otra persona cambió" in late.content.decode()
        assert Plan.objects.get().amber_from == 70
        bruno.post(address("edit_settings"), typed_into(page, amber_from="60", seen=late.context["form"].data["seen"]))
        assert Plan.objects.get().amber_from == 60

    def test_a_semester_with_reports_stays(self, plan, tree, bruno):
        row = make_indicator(tree.activity)
        make_result(row, "2022-1", 3)
        row.responsibilities.all().delete()
        page = bruno.get(address("edit_settings"))
        answer = bruno.post(address("edit_settings"), typed_into(page, first_year="2023"))
        assert "2022-1 tiene reportes" in answer.content.decode()
        assert Plan.objects.get().first_year == 2022

    def test_it_is_put_in_force(self, plan, tree, bruno):
        assert "no tiene ningún indicador" in bruno.get(address("edit_force")).content.decode()
        for activity in tree.activities:
            make_indicator(activity, targets={"2022-1": 3})
        told = {"instrument_kind": "ordinance", "instrument_number": "2500", "instrument_date": "2022-06-09"}
        assert bruno.post(address("edit_force"), {**told, "instrument_number": ""}).status_code == 422
        answer = bruno.post(address("edit_force"), told, follow=True)
        assert "El plan está vigente" in answer.content.decode()
        assert Plan.objects.get().state == Plan.State.IN_FORCE

    def test_planning_edits_but_does_not_put_in_force(self, plan, people, client):
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        client.force_login(planner)
        assert "Poner en vigencia" not in client.get(address("edit")).content.decode()
        assert client.get(address("edit_settings")).status_code == 200

    def test_planning_reads_what_the_plan_lacks_and_sends_nothing(self, plan, tree, people, client):
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        client.force_login(planner)
        assert "no tiene ningún indicador" in client.get(address("edit_force")).content.decode()
        for activity in tree.activities:
            make_indicator(activity, targets={"2022-1": 3})
        whole = client.get(address("edit_force")).content.decode()
        assert "Lo pone en vigencia la coordinación" in whole
        assert "instrument_number" not in whole
        told = {"instrument_kind": "ordinance", "instrument_number": "2500", "instrument_date": "2022-06-09"}
        assert client.post(address("edit_force"), told).status_code == 403
        assert Plan.objects.get().is_draft
        client.force_login(people.alicia)
        assert client.get(address("edit_force")).status_code == 404

    def test_a_copy_has_its_semesters_and_is_a_draft(self, plan, tree, bruno):
        told = typed_into(bruno.get(address("copy")), code="lima-2", name="Otro")
        answer = bruno.post(address("copy"), told, follow=True)
        assert "Copia en elaboración" in answer.content.decode()
        copy = Plan.objects.get(code="lima-2")
        assert (copy.state, copy.first_year, copy.periods.count()) == (Plan.State.DRAFT, 2025, 6)
        again = bruno.post(address("copy"), told)
        assert again.status_code == 422
        assert "Ya hay un plan" in again.content.decode()


class TestWorkbook:
    @pytest.fixture
    def ready(self, plan, tree, bruno):
        for number, activity in enumerate(tree.activities, 1):
            make_indicator(activity, code=f"IND.{number}", targets={"2022-1": 3}, unit=make_unit("GMU"))
        return bruno

    def book(self, client, **cells):
        """The plan's own workbook, with some words replaced wherever they stand alone in a cell."""
        book = openpyxl.load_workbook(io.BytesIO(client.get(address("edit_workbook")).content))
        for sheet in book.worksheets[1:-1]:  # between what is only read: the instructions, and the lists
            for row in sheet.iter_rows():
                for cell in row:
                    cell.value = cells.get(str(cell.value).replace(" ", "_").replace(".", "_"), cell.value)
        buffer = io.BytesIO()
        book.save(buffer)
        return SimpleUploadedFile("plan.xlsx", buffer.getvalue())

    def send(self, client, file):
        return client.post(address("edit_upload"), {"file": file}, follow=True)

    def confirm(self, client, page):
        told = {"shown": page.context["preview"].digest}
        return client.post(address("edit_confirm", page.context["upload"].pk), told, follow=True)

    def test_unchanged_it_changes_nothing(self, ready):
        assert "El libro no cambia nada" in self.send(ready, self.book(ready)).content.decode()

    def test_every_change_is_seen_before_it_is_made(self, ready, people):
        page = self.send(ready, self.book(ready, Acción_01_01="Acción nueva"))
        assert "Confirmar 1 cambio" in page.content.decode()
        assert "Acción nueva" in page.content.decode()
        self.confirm(ready, page)
        action = Plan.objects.get().actions.get()
        assert action.name == "Acción nueva"
        assert action.history.first().history_user == people.bruno

    def test_renaming_a_code_with_results_under_it_is_refused_in_a_sentence(self, ready):
        make_result(Indicator.objects.get(code="IND.1"), "2022-1", 3)
        page = self.send(ready, self.book(ready, IND_1="IND.X"))
        text = page.content.decode()
        assert "Falta «IND.1», que tiene resultados" in text
        assert "Confirmar 2 cambios" not in text
        assert self.confirm(ready, page).status_code == 409
        assert Indicator.objects.filter(code="IND.1").exists()

    def test_renaming_one_that_nobody_reported_is_allowed(self, ready):
        self.confirm(ready, self.send(ready, self.book(ready, IND_1="IND.X")))
        assert set(Indicator.objects.values_list("code", flat=True)) == {"IND.X", "IND.2"}

    def test_the_workbook_does_not_put_the_plan_in_force(self, ready):
        page = self.send(ready, self.book(ready, En_elaboración="Vigente"))
        assert "en su propia página" in page.content.decode()

    def test_the_workbook_of_another_plan_is_refused(self, ready):
        assert "el libro del plan otro" in self.send(ready, self.book(ready, lima="otro")).content.decode().lower()

    @pytest.mark.parametrize("change", [{"GMU": "GMX"}, {"Gerencia_de_la_Mujer": "Gerencia de nadie"}])
    def test_units_change_on_their_own_page(self, ready, change):
        page = self.send(ready, self.book(ready, **change))
        assert "las unidades cambian en «Organización»" in page.content.decode()
        assert self.confirm(ready, page).status_code == 409
        assert not Unit.objects.filter(acronym="GMX").exists()
        assert not Unit.objects.filter(name="Gerencia de nadie").exists()

    def test_the_municipality_is_not_renamed(self, ready, plan):
        name = plan.government.name
        page = self.send(ready, self.book(ready, **{name.replace(" ", "_").replace(".", "_"): "Otra municipalidad"}))
        assert "el gobierno local no cambia con el libro" in page.content.decode()
        assert self.confirm(ready, page).status_code == 409
        plan.government.refresh_from_db()
        assert plan.government.name == name

    @pytest.mark.parametrize("more", [{}, {"ACT_01_01_01": "ACT.NUEVA"}])
    def test_nobody_answers_for_the_budget_liaison(self, ready, tree, more):
        """Neither in an activity that there is nor in one that the workbook adds."""
        sheet = (book := openpyxl.load_workbook(self.book(ready, **more)))["Actividades"]
        rows = {row[0].value: row for row in sheet.iter_rows()}
        column = next(cell.column for cell in rows["Código"] if cell.value == "¿Necesita presupuesto adicional?")
        row = rows[more.get("ACT_01_01_01", tree.activity.code)][0].row
        sheet.cell(row, column).value = "No"
        buffer = io.BytesIO()
        book.save(buffer)
        page = self.send(ready, SimpleUploadedFile("plan.xlsx", buffer.getvalue()))
        assert "lo responde el enlace presupuestal" in page.content.decode()
        assert self.confirm(ready, page).status_code == 409
        assert not Activity.objects.filter(needs_extra_budget__isnull=False).exists()

    def test_in_force_it_is_not_taken(self, ready):
        file = self.book(ready)
        Plan.objects.update(state=Plan.State.IN_FORCE)
        assert self.send(ready, file).status_code == 409
