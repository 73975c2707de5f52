"""How somebody comes in, told through a real browser: by a link alone, and with an account that is there."""

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from institution.models import Designation, Role
from tests.factories import PASSWORD, make_people, make_plan, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "una-clave-bastante-larga"


@pytest.fixture
def people():
    make_plan(code="lima", closed_up_to="2022-2")
    return make_people(make_unit("GMU", name="Gerencia de la Mujer"))


@pytest.fixture
def visitor(browser: Browser, live_server):
    """Somebody at another machine, whose browser runs no scripts."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="es-PE")
    yield context.new_page()
    context.close()


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Ingresar", exact=True).click()


def invite(page: Page, name: str, email: str, role: Role) -> str:
    """Bruno invites, by the people of the plan in his account menu; returns the link that he copies."""
    page.goto("/")
    if "login" in page.url:
        sign_in(page, "bruno@example.org")
    page.locator("summary:visible").filter(has_text="Bruno Salas").click()
    page.get_by_role("link", name="Personas e invitaciones").first.click()
    page.get_by_role("link", name="Invitar a una persona").click()
    page.get_by_label("Nombres y apellidos").fill(name)
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Unidad").select_option(label="GMU · Gerencia de la Mujer")
    page.get_by_label("Rol").select_option(role.value)
    page.get_by_role("button", name="Invitar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"La invitación de {name} está lista")
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_role("button", name="Copiado")).to_be_visible()
    return page.get_by_label("Enlace", exact=True).input_value()


def test_somebody_new_comes_in_by_the_link(people, page: Page, visitor: Page):
    link = invite(page, "Nora Díaz", "nora@example.org", Role.REPORTER)
    (letter,) = mail.outbox
    assert letter.to == ["nora@example.org"]
    assert link in letter.body

    visitor.goto(link)
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Nora Díaz, le invitan")
    expect(visitor.get_by_role("main")).to_contain_text("Gerencia de la Mujer (GMU)")
    visitor.get_by_label("Contraseña", exact=True).fill(LONG)
    visitor.get_by_label("Contraseña, otra vez").fill("otra cosa")
    visitor.get_by_role("button", name="Crear cuenta y aceptar").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Las dos contraseñas no son iguales")
    visitor.get_by_label("Contraseña", exact=True).fill(LONG)
    visitor.get_by_label("Contraseña, otra vez").fill(LONG)
    visitor.get_by_role("button", name="Crear cuenta y aceptar").click()
    expect(visitor.get_by_role("status")).to_contain_text("Aceptó su designación: Enlace técnico")
    assert visitor.url.endswith("/planes/lima/escritorio/")
    assert Designation.objects.in_force().filter(user__email="nora@example.org", unit__acronym="GMU").exists()

    visitor.goto(link)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Esta invitación ya se usó")
    page.goto(reverse("institution:invitations"))
    expect(page.get_by_role("region", name="Aceptadas")).to_contain_text("Nora Díaz")


def test_somebody_with_an_account_takes_one_more_post(people, page: Page, visitor: Page):
    link = invite(page, "Alicia Rojas", "alicia@example.org", Role.HEAD)

    # At a machine where somebody else is signed in.
    visitor.goto("/")
    sign_in(visitor, "carla@example.org")
    visitor.goto(link)
    expect(visitor.get_by_role("note")).to_contain_text("Esta invitación es para alicia@example.org")
    visitor.get_by_role("button", name="Salir y volver a la invitación").click()
    visitor.get_by_role("link", name="Ingresar y aceptar").click()
    sign_in(visitor, "alicia@example.org")
    visitor.get_by_role("button", name="Aceptar la designación").click()
    expect(visitor.get_by_role("status")).to_contain_text("Aceptó su designación: Gerente")
    assert set(people.alicia.designations.values_list("role", flat=True)) == {Role.REPORTER, Role.HEAD}
