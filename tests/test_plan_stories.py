"""How a plan changes in the open, told through a real browser: a target, a figure of an evaluated year, a draft."""

from __future__ import annotations

import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from monitoring.evaluation import close_evaluation, frozen_scorecard, open_evaluation
from monitoring.models import Evaluation, Result
from monitoring.queries import scorecard
from plans.models import ApprovalStep, Plan
from tests.factories import (
    PASSWORD,
    make_activity,
    make_indicator,
    make_people,
    make_plan,
    make_results,
    make_tree,
    make_unit,
)
from tests.test_accessibility import DESK, PHONE, problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LABELS = {"Tipo de documento": "Acta", "Número": "001-2024", "Fecha del documento": "2024-02-20"}


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = "2024-03-01"


@pytest.fixture
def people(transactional_db):
    return make_people()


@pytest.fixture
def plan(people):
    """Two evaluated years: in 2022 somebody typed 18 where 8 was meant; 2023-2 fell short of a target set too high."""
    plan = make_plan(code="lima", closed_up_to="2023-2", name="Plan de Lima")
    tree = make_tree(plan, lead_unit=make_unit("GMU"))
    targets = {"2022-1": 10, "2022-2": 20, "2023-1": 20, "2023-2": 40, "2024-1": 40}
    indicator = make_indicator(tree.activity, code="IND.01", name="Ferias inclusivas", targets=targets)
    make_results(indicator, {"2022-1": 10, "2022-2": 18, "2023-1": 20, "2023-2": 20})
    other = make_activity(tree.actions[0], order=2)
    make_results(make_indicator(other, code="IND.02", targets={"2022-1": 10}), {"2022-1": 10})
    return plan


def close(plan, people, year):
    return close_evaluation(
        open_evaluation(plan=plan, year=year, by=people.bruno), by=people.bruno, texts_may_be_empty=True
    )


def sign_in(page: Page, address: str, email: str = "bruno@example.org") -> None:
    page.goto(f"/cuenta/login/?next={address}")
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar", exact=True).click()
    page.wait_for_url(f"**{address}")


def give(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="Subir y revisar").click()


def test_a_reprogramming_shows_everywhere_but_in_the_closed_evaluation(plan, people, page: Page):
    closed = close(plan, people, 2022)
    sign_in(page, "/planes/lima/reprogramaciones/")
    page.get_by_role("link", name="Reprogramar una meta").click()
    page.get_by_label("Indicador").select_option("IND.01")
    page.get_by_role("button", name="Ver sus metas").click()
    # The evaluated semesters offer nothing.
    expect(page.get_by_role("link", name="Reprogramar 2022-2")).to_have_count(0)
    page.get_by_role("link", name="Reprogramar 2023-2").click()
    page.get_by_label("Meta nueva").fill("25")
    page.get_by_label("Motivo").select_option(label="Priorización")
    page.get_by_label("Explicación").fill("Una feria menos por obras en la plaza.")
    for label, text in LABELS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Ver qué cambia").click()
    effect = page.get_by_role("status").get_by_role("row").filter(has_text="2023-2").first
    expect(effect).to_contain_text("50.00")
    expect(effect).to_contain_text("80.00")
    page.get_by_role("button", name="Confirmar la reprogramación").click()
    row = page.get_by_role("row").filter(has_text="Ferias inclusivas")
    for told in ("2023-2", "40", "25", "Priorización", "Una feria menos", "Acta 001-2024", "Bruno Salas"):
        expect(row).to_contain_text(told)

    # The scorecard counts with it, and the indicator's page tells its story.
    page.goto("/planes/lima/tablero/?semestre=2023-2")
    expect(page.locator("tr.matrix-activity").first).to_contain_text("80.0")
    page.goto("/planes/lima/indicadores/IND.01/?semestre=2023-2")
    expect(page.locator("ol.list").filter(has_text="Meta de 2023-2")).to_contain_text("Una feria menos")

    # What was published stays what it was.
    frozen = Evaluation.objects.get(pk=closed.pk).frozen
    assert frozen == closed.frozen
    page.goto("/planes/lima/evaluaciones/2022/")
    expect(page.get_by_role("main")).not_to_contain_text("Una feria menos")


def test_a_wrong_figure_of_2022_is_corrected_by_a_new_version(plan, people, page: Page):
    plan.periods.get(code="2022-2").submissions.update(is_historical=True)
    first = close(plan, people, 2022)
    before = frozen_scorecard(first).indicator("IND.01")["year"].progress.programmed
    table = b"indicator_code,period,value\nIND.01,2022-2,8\n"

    sign_in(page, "/planes/lima/semestres-anteriores/")
    give(page, "correccion.csv", table)
    expect(page.get_by_text("La evaluación 2022 está cerrada")).to_be_visible()
    page.goto("/planes/lima/evaluaciones/")
    page.get_by_text("Abrir una nueva versión de la evaluación 2022").click()
    page.get_by_label("Motivo de la nueva versión").fill("Se digitó 18 en lugar de 8.")
    page.get_by_role("button", name="Abrir nueva versión").click()
    expect(page.get_by_role("heading", name="Resumen ejecutivo")).to_be_visible()
    page.goto("/planes/lima/evaluaciones/")
    expect(page.get_by_text("en revisión")).to_be_visible()

    page.goto("/planes/lima/semestres-anteriores/")
    give(page, "correccion.csv", table)
    row = page.get_by_role("row").filter(has_text="Ferias inclusivas")
    expect(row).to_contain_text("18")
    expect(row.get_by_role("cell").last).to_have_text("8")
    page.get_by_role("button", name="Confirmar la carga").click()
    expect(page.get_by_text("1 corregidos")).to_be_visible()
    assert Result.objects.get(indicator__code="IND.01", period__code="2022-2").value == 8

    # The earlier version did not move; the new one closes on the corrected figure and takes its place.
    first.refresh_from_db()
    assert frozen_scorecard(first).indicator("IND.01")["year"].progress.programmed == before
    second = close(plan, people, 2022)
    assert (second.version, second.reason) == (2, "Se digitó 18 en lugar de 8.")
    assert frozen_scorecard(second) == scorecard(plan, "2022-2")
    assert frozen_scorecard(second).indicator("IND.01")["year"].progress.programmed == 60
    page.goto("/planes/lima/evaluaciones/2022/?version=1")
    expect(page.get_by_text("fue reemplazada por la versión 2")).to_be_visible()


def test_a_plan_is_copied_written_and_put_in_force(plan, people, page: Page):
    sign_in(page, "/planes/lima/copiar/")
    page.get_by_label("Código").fill("lima-2025")
    page.get_by_role("button", name="Crear la copia").click()
    page.wait_for_url("**/planes/lima-2025/editar/")
    for code in ("IND.01", "IND.02"):
        page.get_by_role("link", name=f"Editar {code}").click()
        page.get_by_label("2025-1").first.fill("12")
        page.get_by_role("button", name="Guardar el indicador").click()
        expect(page.get_by_text("Guardado:")).to_be_visible()
    page.get_by_role("link", name="Poner en vigencia").click()
    page.get_by_label("Instrumento").select_option("ordinance")
    page.get_by_label("Número").fill("2700-2024")
    page.get_by_label("Fecha").fill("2024-02-28")
    page.get_by_role("button", name="Poner en vigencia").click()
    expect(page.get_by_text("El plan está vigente.")).to_be_visible()
    assert Plan.objects.get(code="lima-2025").state == Plan.State.IN_FORCE
    page.goto("/planes/lima-2025/editar/")
    expect(page.get_by_text("sus metas cambian por reprogramación")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_none_of_these_pages_violates_the_guidelines(plan, people, browser, live_server, screen, scheme):
    ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal", planned_on="2024-01-01")
    close(plan, people, 2022)
    draft = make_plan(code="borrador", state=Plan.State.DRAFT)
    tree = make_tree(draft)
    indicator = make_indicator(tree.activity, code="IND.D", targets={"2022-1": 5})
    context = browser.new_context(
        base_url=live_server.url, viewport=screen, color_scheme=scheme, locale="es-PE", bypass_csp=True
    )
    page, found = context.new_page(), {}

    def check(what: str, address: str = "") -> None:
        if address:
            page.goto(address)
        if here := problems(page):
            found[what] = here

    sign_in(page, "/planes/lima/reprogramaciones/")
    check("no reprogramming")
    one = "/planes/lima/reprogramaciones/nueva/?indicador=IND.01&semestre="
    check("evaluated", f"{one}2022-2")
    check("one", f"{one}2023-2")
    page.get_by_role("button", name="Ver qué cambia").click()
    check("one, wrong")
    page.get_by_label("Meta nueva").fill("25")
    page.get_by_label("Motivo").select_option("priority")
    for label, text in LABELS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Ver qué cambia").click()
    page.get_by_role("button", name="Confirmar la reprogramación").wait_for()
    check("effects")
    page.get_by_role("button", name="Confirmar la reprogramación").click()
    check("list")
    check("workbook", "/planes/lima/reprogramaciones/excel/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar el libro").click()
    give(page, "metas.xlsx", _with_one_target(download.value.path()))
    page.get_by_role("heading", name="El libro tiene errores").wait_for()
    check("workbook, wrong")
    check("earlier", "/planes/lima/semestres-anteriores/")
    give(page, "x.csv", b"indicator_code,period,value\nIND.01,2022-1,8\n")
    check("earlier, wrong")
    for name in (
        "hoja-de-ruta/",
        "hoja-de-ruta/nuevo/",
        "biblioteca/",
        "biblioteca/nuevo/",
        "copiar/",
        "evaluaciones/",
    ):
        check(name, f"/planes/lima/{name}")
    level = f"lineamientos/{tree.guidelines[0].pk}/"
    for name in (
        "",
        "parametros/",
        "vigencia/",
        "indicadores/nuevo/",
        f"indicadores/{indicator.pk}/",
        level,
        "actividades/nuevo/",
        "excel/",
    ):
        check(name, f"/planes/borrador/editar/{name}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar el libro").click()
    give(page, "plan.xlsx", download.value.path().read_bytes())
    page.wait_for_url("**/editar/excel/*/")
    check("the plan as a workbook, sent")
    check("in force", "/planes/lima/editar/")
    context.close()
    assert found == {}


def _with_one_target(path) -> bytes:
    """The workbook of targets with a new target and nothing else in its row: two changes short of being whole."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    book["Metas"]["G7"] = 30
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
