"""A unit gives way to its successor, told through a real browser: the past stays, the new unit's people come in."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from institution.code_lists import load_code_lists
from tests.factories import make_people, make_unit
from tests.test_accessibility import DESK, PHONE, problems
from tests.test_flows import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAN = "/planes/PMH-2022-2024"
NEW = "Gerencia de Desarrollo Social y Niñez"
# What must not move: every figure of the plan and of the unit at a closed semester, and a closed evaluation.
PAST = {
    "scorecard": (f"{PLAN}/tablero/?semestre=2024-1", "main"),
    "figures of the unit": (f"{PLAN}/gerencias/GDS/?semestre=2024-1", "section[aria-labelledby=cifras]"),
    "its indicators": (f"{PLAN}/gerencias/GDS/?semestre=2023-2", ".indicator_card"),
    "all units": (f"{PLAN}/gerencias/?semestre=2023-1", "main"),
    "evaluation": (f"{PLAN}/evaluaciones/2023/", "main"),
}


@pytest.fixture
def demonstration(settings, transactional_db, tmp_path):
    settings.PMH_DEMO, settings.PMH_TODAY = True, "2025-01-13"
    settings.MEDIA_ROOT = tmp_path
    load_code_lists()
    call_command("demo")


def past(page: Page) -> dict[str, str]:
    told = {}
    for what, (address, where) in PAST.items():
        page.goto(address)
        told[what] = page.locator(where).first.inner_text()
    return told


def check(page: Page) -> None:
    """What axe finds on the page, on an office screen and on a phone."""
    for screen in (PHONE, DESK):
        page.set_viewport_size(screen)
        assert problems(page) == []


@pytest.fixture
def office(browser: Browser, live_server):
    # axe is injected as a script, which the content security policy would rightly refuse.
    context = browser.new_context(base_url=live_server.url, viewport=DESK, locale="es-PE", bypass_csp=True)
    yield context.new_page()
    context.close()


def test_a_unit_gives_way_to_its_successor(demonstration, office: Page, page: Page):
    sign_in(office, "bruno.salas@pmh.example")
    expect(office.get_by_role("heading", level=1)).to_contain_text("Escritorio")
    before = past(office)
    assert all(before.values())

    # From the list of units to the preview, which says what passes.
    office.get_by_role("link", name="Gerencias").first.click()
    office.get_by_role("link", name="Organización").click()
    expect(office.get_by_text("Conduce una actividad y nadie dice si falta presupuesto.")).to_be_visible()
    check(office)
    office.get_by_role("link", name="Gerencia de Desarrollo Social", exact=True).first.click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Gerencia de Desarrollo Social")
    expect(office.get_by_role("row").filter(has_text="Yesenia Mamani")).to_contain_text("11 oct. 2024")
    check(office)
    office.get_by_role("link", name="Registrar su sucesora").click()
    office.get_by_label("Siglas de la unidad nueva").fill("GDSN")
    office.get_by_label("Nombre de la unidad nueva").fill(NEW)
    office.get_by_label("La unidad nueva existe desde").fill("2022-12-01")
    office.get_by_label("Responde desde el semestre").select_option("2024-2")
    office.get_by_role("button", name="Ver qué pasa").click()
    expect(office.get_by_text("Es tarde: GDSN empieza el 1 dic. 2022")).to_be_visible()
    check(office)

    # The date set right, it can be confirmed.
    office.get_by_label("La unidad nueva existe desde").fill("2024-12-01")
    office.get_by_role("button", name="Ver qué pasa").click()
    expect(office.get_by_text("Gerencia de Desarrollo Social, el 30 nov. 2024")).to_be_visible()
    expect(office.get_by_text("Porcentaje de registros de atención").first).to_be_visible()
    expect(office.get_by_text("Renzo Talledo")).to_be_visible()
    check(office)
    office.get_by_role("button", name="Confirmar la sucesión").click()
    expect(office.get_by_text("GDSN sucede a GDS: pasa 1 responsabilidad desde 2024-2")).to_be_visible()

    assert past(office) == before

    # Its people are invited from what is missing.
    office.goto(f"{PLAN}/organizacion/")
    missing = office.get_by_role("listitem").filter(has_text="Enlace técnico").filter(has_text=NEW)
    missing.get_by_role("link", name="Invitar").click()
    expect(office.get_by_label("Rol")).to_have_value("reporter")
    office.get_by_label("Nombres y apellidos").fill("Nora Díaz")
    office.get_by_label("Correo electrónico").fill("nora.diaz@pmh.example")
    office.get_by_role("button", name="Invitar").click()
    link = office.get_by_label("Enlace", exact=True).input_value()

    # Nora accepts, and finds the report that her unit owes.
    page.goto(link)
    expect(page.get_by_text(NEW).first).to_be_visible()
    page.get_by_label("Contraseña", exact=True).fill("una-clave-bastante-larga")
    page.get_by_label("Contraseña, otra vez").fill("una-clave-bastante-larga")
    page.get_by_role("button", name="Crear cuenta y aceptar").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Escritorio de Nora Díaz")
    report = page.get_by_role("region", name="Reporte del semestre 2024-2")
    expect(report).to_contain_text("Sin empezar")
    expect(page.get_by_role("main")).to_contain_text("Porcentaje de registros de atención")


def test_the_people_of_the_plan(demonstration, office: Page):
    sign_in(office, "bruno.salas@pmh.example")
    expect(office.get_by_role("heading", level=1)).to_contain_text("Escritorio")
    office.goto(f"{PLAN}/personas/")
    check(office)
    office.get_by_role("link", name="Alicia Rojas").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Alicia Rojas")
    check(office)
    office.get_by_role("link", name="Terminar o corregir").click()
    expect(office.get_by_role("region", name="Solo terminar")).to_be_visible()
    check(office)
    office.get_by_role("region", name="Solo terminar").get_by_label("Último día").fill("2020-01-01")
    office.get_by_role("region", name="Solo terminar").get_by_label("Motivo").fill("Rotación")
    office.get_by_role("button", name="Terminar la designación").click()
    expect(office.get_by_text("no puede terminar antes")).to_be_visible()
    check(office)
    replacing = office.get_by_role("region", name="Reemplazar")
    replacing.get_by_label("Nombres y apellidos").fill("Nora Díaz")
    replacing.get_by_label("Correo electrónico").fill("nora.diaz@pmh.example")
    replacing.get_by_label("Designada desde").fill("2025-01-14")
    office.get_by_role("button", name="Terminar e invitar").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("La invitación de Nora Díaz está lista")
    office.goto(f"{PLAN}/personas/")
    expect(office.get_by_role("row").filter(has_text="Alicia Rojas")).to_contain_text("hasta 13 ene. 2025")
    for address in ("organizacion/nueva/", "organizacion/responsabilidades/", "organizacion/sucesion/"):
        office.goto(f"{PLAN}/{address}")
        check(office)


def test_the_technical_administration_works_under_the_strict_policy(transactional_db, page: Page, settings):
    """No script and no style of Django's pages is refused, and its lists can be read and a code written right."""
    load_code_lists()
    person = make_people(make_unit("GMU")).alicia
    call_command("technical_admin", person.email)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/tecnica/")
    page.get_by_label("Correo electrónico").fill(person.email)
    page.get_by_label("Contraseña").fill("una-clave-de-prueba")
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("heading", name="Datos de la instalación")).to_be_visible()
    for address in ("institution/unit/", "institution/user/", "institution/letter/", "admin/logentry/"):
        page.goto(f"/tecnica/{address}")
        expect(page.locator("#content h1")).to_be_visible()
    page.goto("/tecnica/institution/igmdimension/1/change/")
    page.get_by_label("Dimensión").fill("Escrita bien")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.locator("#result_list").get_by_role("link", name="Escrita bien")).to_be_visible()
    assert complaints == []
