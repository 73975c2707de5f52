"""A journalist's visit to the public site: without JavaScript, on a phone, and on paper."""

import io

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from monitoring.evaluation import close_evaluation, open_evaluation
from plans.models import BreakdownTable, LibraryItem
from tests.factories import (
    make_breakdown,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_results,
    make_tree,
    make_unit,
)
from tests.reports.publishing import publish_evaluation, publish_follow_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["", "accesibilidad/", "nada/", "lima/", "lima/nodos/L.01/", "lima/nodos/ACT.01.01.01/", "lima/unidades/"]
PAGES += ["lima/indicadores/IND.01/", "lima/unidades/GMU/", "lima/atenciones/", "lima/documentos/", "lima/biblioteca/"]
PAGES += ["lima/datos/", "lima/calculo/"]


@pytest.fixture
def published():
    plan = make_plan(code="lima", closed_up_to="2022-2", is_reference=True)
    unit, bruno = make_unit("GMU", name="Gerencia de la Mujer"), make_people().bruno
    indicator = make_indicator(
        make_tree(plan, lead_unit=unit).activity,
        code="IND.01",
        name="Número de personas orientadas",
        unit=unit,
        counts="people",
        targets={"2022-1": 512, "2022-2": 1024},
        tables=(BreakdownTable.SEX_AGE,),
    )
    make_breakdown(make_result(indicator, "2022-1", 301), BreakdownTable.SEX_AGE, {("18-59", "woman"): 301})
    make_results(indicator, {"2022-2": 984})
    LibraryItem.objects.create(plan=plan, kind="other", title="Nota", url="https://example.org/nota", is_public=True)
    draft = open_evaluation(plan=plan, year=2022, by=bruno)
    publish_follow_up(plan.periods.get(code="2022-1"), bruno)
    return publish_evaluation(close_evaluation(draft, by=bruno, texts_may_be_empty=True), bruno)


@pytest.fixture
def visit(browser: Browser, live_server):
    """A visitor with no JavaScript and no cookies, on a screen of that size."""
    contexts = []

    def begin(width: int = 1366, height: int = 768) -> Page:
        size = {"width": width, "height": height}
        contexts.append(
            browser.new_context(base_url=live_server.url, viewport=size, java_script_enabled=False, locale="es-PE")
        )
        return contexts[-1].new_page()

    yield begin
    for context in contexts:
        context.close()


def test_from_the_door_to_a_number_and_its_proof(published, visit):
    page = visit()
    page.goto("/cuenta/login/")
    page.get_by_role("link", name="sitio público").click()
    page.context.clear_cookies()  # those of the door

    page.get_by_role("link", name="Ver el avance").click()
    expect(page.locator("h1")).to_contain_text("el plan alcanzó el 83.7 %")
    page.get_by_role("link", name="Lineamiento").or_(page.locator(".public_table-guideline a")).first.click()
    page.locator("section[aria-labelledby=debajo] a").first.click()
    page.go_back()
    page.goto("/publico/lima/nodos/ACT.01.01.01/")
    page.get_by_role("link", name="Número de personas orientadas").click()
    expect(page.locator(".lead")).to_contain_text("resultado 1,285, meta 1,536")
    expect(page.get_by_role("img", name="Número de personas orientadas")).to_be_visible()
    page.locator(".lead a").click()
    expect(page.locator("h1")).to_have_text("Gerencia de la Mujer")

    for name, head in (
        ("Atenciones", "1,285 atenciones a personas"),
        ("Biblioteca", "Biblioteca"),
        ("Cómo se calcula", "Cómo se calcula"),
        ("Accesibilidad", "Declaración de accesibilidad"),
    ):
        page.goto("/publico/lima/")
        page.get_by_role("navigation", name="Secciones").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_contain_text(head)

    page.goto("/publico/lima/documentos/")
    assert page.locator(f"[id='{published.code}'] code").first.inner_text() == published.sha256
    with page.expect_download() as started:
        page.get_by_role("link", name="Registro (JSON)").first.click()
    assert started.value.suggested_filename == "evaluation-lima.json"
    assert page.context.cookies() == []


def test_the_data_are_downloaded_and_explained(published, visit):
    page = visit()
    page.goto("/publico/lima/")
    page.get_by_role("link", name="Descargar los datos").click()
    expect(page.locator("h1")).to_have_text("Datos abiertos")
    with page.expect_download() as started:
        page.get_by_role("link", name="Descargar todo (ZIP)").click()
    assert started.value.suggested_filename == "datos-lima.zip"
    columns = page.locator("#node_progress")
    columns.locator("summary").click()
    expect(columns.get_by_text("Avance sobre lo programado, en %")).to_be_visible()
    assert page.context.cookies() == []


def test_on_a_phone_nothing_is_wider_than_the_screen(published, visit, browser, live_server):
    page = visit(390, 844)
    page.goto("/publico/lima/")
    page.get_by_text("Menú", exact=True).click()
    page.get_by_role("navigation", name="Secciones").get_by_role("link", name="Atenciones").click()
    assert page.url.endswith("/atenciones/")

    measured = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844}).new_page()
    wide = []
    for path in PAGES:
        measured.goto(f"/publico/{path}")
        if measured.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    measured.context.close()
    assert wide == []


def test_on_paper_it_says_the_figures_and_where_they_are_from(published, visit):
    page = visit()
    for path, figure in (("lima/", "83.7 %"), ("lima/indicadores/IND.01/", "83.66 %"), ("lima/calculo/", "1,285")):
        page.goto(f"/publico/{path}")
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True))).pages
        text = "\n".join(sheet.extract_text() for sheet in sheets)
        assert figure in text
        assert f"/publico/{path}" in text
        assert "Ingresar" not in text
        assert len(sheets) <= 3
