"""Stories told through a real browser, on the demonstration data."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from institution.code_lists import load_code_lists
from institution.demo_accounts import DEMO_PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demonstration(settings, transactional_db, tmp_path):
    """The whole demonstration; the code lists too, which the test before this one may have flushed away."""
    settings.PMH_DEMO, settings.PMH_TODAY = True, "2025-01-13"
    settings.MEDIA_ROOT = tmp_path
    load_code_lists()
    call_command("demo")


def sign_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Ingresar").click()


def test_from_signing_in_to_the_evidence_and_the_pdf(demonstration, page: Page):
    sign_in(page, "bruno.salas@pmh.example")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Escritorio de Bruno Salas")
    page.get_by_role("link", name="Tablero").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plan de Movilidad Humana")
    matrix = page.get_by_role("table").first
    row = matrix.get_by_role("row").filter(has_text="Ferias productivas y gastronómicas interculturales")
    expect(row).to_contain_text("GC")

    # Two clicks from the matrix to the evidence: the cell of a semester, then the document beside its result.
    row.get_by_role("link").filter(has_text="100.0").first.click()
    evidence = page.locator("a[href^='/medios/']").first
    expect(evidence).to_be_visible()
    with page.expect_response("**/medios/**") as answer:
        evidence.click()
    assert answer.value.status == 200
    assert answer.value.headers["content-disposition"].startswith(("inline", "attachment"))
    page.goto("/")

    page.get_by_role("link", name="Evaluaciones").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Evaluaciones")
    page.get_by_role("main").get_by_role("link", name="2022").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Evaluación 2022")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    text = "".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    assert "Evaluación 2022" in text


def test_the_budget_liaison_answers_what_is_open(demonstration, page: Page):
    sign_in(page, "ivan.cusi@pmh.example")
    page.get_by_role("link", name="Presupuesto").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Presupuesto adicional")
    expect(page.get_by_text("quedan 18 días")).to_be_visible()
    expect(page.get_by_text("Falta 1 respuesta de 2.")).to_be_visible()

    # Says yes and forgets why: the other answer is kept, and the summary leads to the field.
    fairs = page.locator(".question").filter(has_text="Ferias productivas")
    meetings = page.locator(".question").filter(has_text="Encuentros culturales")
    fairs.get_by_label("Sí", exact=True).check()
    meetings.get_by_label("Sí", exact=True).check()
    meetings.get_by_label("¿Para qué y cuánto").fill("Alquiler de sonido: unos S/ 6,000.")
    page.get_by_role("button", name="Guardar respuestas").click()
    expect(page.get_by_text("Se guardó 1 respuesta.")).to_be_visible()
    page.get_by_role("alert").get_by_role("link", name="Ferias productivas").click()
    expect(fairs.get_by_label("¿Para qué y cuánto")).to_be_focused()
    page.keyboard.type("Toldos para dos ferias: unos S/ 9,500.")
    page.get_by_role("button", name="Guardar respuestas").click()
    expect(page.get_by_text("Todo está respondido.")).to_be_visible()
    expect(fairs).to_contain_text("Respondió Iván Cusi, 13 ene. 2025")

    # The coordination reads it at once.
    page.context.clear_cookies()
    sign_in(page, "bruno.salas@pmh.example")
    page.get_by_role("link", name="Presupuesto").first.click()
    expect(page.get_by_text("Toldos para dos ferias: unos S/ 9,500.")).to_be_visible()
    expect(page.get_by_role("heading", name="Una unidad aún no responde todo")).to_be_visible()
