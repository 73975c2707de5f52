"""A recommendation becomes a commitment, and its unit tells from its desk what became of it, asked only once."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from monitoring.evaluation import close_evaluation, open_evaluation, write_section
from tests.factories import PASSWORD, make_indicator, make_people, make_plan, make_results, make_tree, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, person, then: str) -> None:
    page.goto(f"/cuenta/login/?next={then}")
    page.get_by_label("Correo electrónico").fill(person.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar", exact=True).click()
    page.wait_for_url(f"**{then}")


@pytest.mark.parametrize("screen", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_from_the_text_to_what_became_of_it(page, settings, screen):
    settings.PMH_TODAY = "2023-07-05"
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    unit = make_unit("GMU")
    people = make_people(unit)
    plan = make_plan(code="lima", closed_up_to="2022-2", open_period="2023-1")
    indicator = make_indicator(make_tree(plan).activity, unit=unit, targets={"2022-1": 4, "2022-2": 4})
    make_results(indicator, {"2022-1": 4, "2022-2": 2})
    draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
    write_section(evaluation=draft, kind="recommendations", text="- Medir la espera.", seen=0, by=people.bruno)

    sign_in(page, people.bruno, "/planes/lima/evaluaciones/2022/borrador/compromisos/")
    page.get_by_role("link", name="Convertir en compromiso").click()
    expect(page.get_by_label("Recomendación")).to_have_value("Medir la espera.")
    page.get_by_label("A qué se compromete la unidad").fill("Publicar la espera cada mes.")
    page.get_by_label("Unidad responsable").select_option(label=str(unit))
    page.get_by_label("Plazo").fill(dt.date(2023, 12, 29).isoformat())
    page.get_by_role("button", name="Añadir el compromiso").click()
    expect(page.get_by_text("Compromiso añadido.")).to_be_visible()
    close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)
    page.context.clear_cookies()

    sign_in(page, people.alicia, "/planes/lima/escritorio/")
    page.get_by_role("link", name="Publicar la espera cada mes.").click()
    page.get_by_label("En proceso").check()
    page.get_by_label("Qué se hizo, o por qué no").fill("Se publicó la de junio.")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator(".commitment-thread")).to_contain_text("Se publicó la de junio.")
    page.goto("/planes/lima/escritorio/")
    expect(page.get_by_role("heading", name="Compromisos de mejora de su gerencia")).to_have_count(0)
    page.context.clear_cookies()

    sign_in(page, people.bruno, "/planes/lima/compromisos/")
    row = page.get_by_role("row", name="Publicar la espera cada mes.")
    expect(row).to_contain_text("En proceso")
    expect(row).to_contain_text("Se publicó la de junio.")
