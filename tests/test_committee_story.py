"""The committee's question: how many attentions to women under guideline 3 in 2023, where, shown by what?"""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from institution.code_lists import load_code_lists
from institution.demo_accounts import DEMO_PASSWORD
from monitoring.chosen import Chosen
from monitoring.people import Selection, load_people
from plans.models import Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FEWER_THAN = 5


@pytest.fixture
def demo(settings, tmp_path):
    settings.PMH_DEMO, settings.PMH_TODAY = True, "2025-01-13"
    settings.MEDIA_ROOT = tmp_path
    load_code_lists()
    call_command("demo")


class Clicks:
    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, locator) -> None:
        self.count += 1
        locator.click()


def test_the_committees_question_is_answered_in_under_five_clicks(demo, page, live_server):
    plan = Plan.objects.select_related("government").get()
    chosen = Chosen.of(plan, {"semestre": "2023-2"}, may_see_working=False)
    known = load_people(plan, chosen, Selection(node="L.03"))
    women = known.whole.tally.of("woman")
    where = next(table for table in known.tables if table.key == "distrito")
    page.goto(live_server.url)
    page.get_by_label("Correo electrónico").fill("bruno.salas@pmh.example")
    page.get_by_label("Contraseña").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Ingresar", exact=True).click()
    page.wait_for_url("**/escritorio/")

    clicks = Clicks(page)
    clicks.on(page.get_by_role("navigation").get_by_role("link", name="Tablero", exact=True).first)
    expect(page.locator(".matrix")).to_be_visible()
    # The year 2023 is whole at its second semester: guideline 3 in that column.
    row = page.locator("tr.matrix-guideline", has_text="Empoderamiento")
    column = page.locator(".matrix thead th").evaluate_all(
        "heads => heads.findIndex(head => head.textContent.includes('2023-2'))"
    )
    clicks.on(row.locator(":scope > *").nth(column).locator("a.cell"))
    clicks.on(page.get_by_role("link", name="Ver las atenciones"))

    # How many.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Empoderamiento")
    expect(page.locator(".stats")).to_contain_text(f"{women:,}")
    expect(page.locator(".eyebrow").first).to_have_text("Atenciones · 2023")
    # In which districts.
    districts = page.get_by_role("region", name="Por distrito", exact=True).last
    first = where.lines[0]
    shown = districts.get_by_role("row", name=first.label)
    expect(shown.get_by_role("link").first).to_have_text(str(first.tally.of("woman")))
    expect(page.get_by_role("img", name="Atenciones por distrito")).to_be_visible()
    # Shown by which evidence.
    proof = page.locator(".people_results .evidence a[href*='/medios/']").first
    address = proof.get_attribute("href")
    answer = page.request.get(f"{live_server.url}{address}")
    assert answer.status == 200
    assert len(answer.body()) > 1000
    if answer.headers["content-disposition"].startswith("attachment"):
        with page.expect_download() as download:
            clicks.on(proof)
        assert download.value.path().stat().st_size == len(answer.body())
    else:
        clicks.on(proof)
        page.wait_for_url(f"**{address}")
    assert clicks.count < FEWER_THAN


def test_any_number_of_the_answer_leads_to_its_part_of_each_result(demo, page, live_server):
    """From the woman of one district back to the results: without a script, as an old machine would."""
    context = page.context.browser.new_context(java_script_enabled=False, base_url=live_server.url)
    plain = context.new_page()
    plain.goto("/cuenta/login/?next=/planes/PMH-2022-2024/atenciones/?semestre=2023-2%26nodo=L.03")
    plain.get_by_label("Correo electrónico").fill("bruno.salas@pmh.example")
    plain.get_by_label("Contraseña").fill(DEMO_PASSWORD)
    plain.get_by_role("button", name="Ingresar", exact=True).click()
    row = plain.get_by_role("row", name="Comas")
    number = int(row.get_by_role("link").first.inner_text())
    row.get_by_role("link").first.click()
    expect(plain.locator(".people_words")).to_contain_text("Comas")
    parts = plain.locator(".people_results td[data-label='En la cifra']").all_inner_texts()
    assert sum(int(part) for part in parts) == number
    context.close()
