"""Somebody has a PDF in hand and no account: the browser hashes it, and the page says what it is."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_people, make_plan
from tests.reports.archived import altered, content_of, make_issued, signed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "7Q4M-0HXN-2KDB"


def test_a_file_is_hashed_in_the_browser_and_recognised(page, live_server):
    make_people()
    document = make_issued(make_plan(code="lima"), CODE)
    content = content_of(document)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data or ""))

    page.goto("/verificar/")
    for made, told in (
        (content, "Es auténtico"),
        (altered(content), "No se reconoce este archivo"),
        (signed(content), "con una firma digital agregada"),
        (content + b"\nmas %%EOF\n", "le agregaron algo"),
    ):
        page.set_input_files("#file", {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": made})
        page.locator(".verdict__word", has_text=told).wait_for()
    assert len(sent) == 4
    assert all("sha256=" in body and "%PDF" not in body and len(body) < 2000 for body in sent)

    page.fill("#codigo", CODE.lower().replace("-", " "))
    page.get_by_role("button", name="Ver el documento").click()
    page.wait_for_url(f"**/verificar/{CODE}/")
    expect(page.get_by_text(document.sha256)).to_be_visible()


def test_the_same_without_a_script(browser, live_server):
    make_people()
    document = make_issued(make_plan(code="lima"), CODE)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/verificar/{CODE}/")
    upload = {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": content_of(document)}
    page.set_input_files("#file", upload)
    page.get_by_role("button", name="Verificar el archivo").click()
    page.locator(".verdict__word", has_text="Es auténtico").wait_for()
    context.close()
