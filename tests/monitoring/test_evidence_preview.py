"""Evidence shown inside our own pages: nothing is fetched before it is asked for, and no policy of ours blocks it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import include, path, reverse
from playwright.sync_api import Page, expect

from monitoring.models import Evidence
from pmh.urls import urlpatterns as site
from tests.factories import PASSWORD, make_evidence, make_indicator, make_people, make_plan, make_result, make_tree
from tests.uploaded import pdf, plain_picture

PAGE = """{% extends "layouts/site.html" %}{% block title %}Vista{% endblock %}
{% block content %}<h1>Vista previa</h1>
{% for item in items %}{% include "components/evidence_preview.html" with item=item only %}{% endfor %}{% endblock %}"""


def preview(request: HttpRequest) -> HttpResponse:
    items = Evidence.objects.visible_to(request.user)
    return HttpResponse(engines["django"].from_string(PAGE).render({"items": items}, request))


urlpatterns = [path("vista-previa/", preview), path("", include(site))]


@pytest.fixture
def result(db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    plan = make_plan(code="lima", closed_up_to="2022-2")
    people = make_people()
    indicator = make_indicator(
        make_tree(plan, lead_unit=people.alicia.designations.get().unit).activity, targets={"2022-1": 1}
    )
    return make_result(indicator, "2022-1", 1, by=people.alicia)


def shown(item: Evidence) -> str:
    return render_to_string("components/evidence_preview.html", {"item": item})


def test_each_kind_is_shown_in_its_way_and_has_its_link(result):
    paper = make_evidence(result, "Acta", content=pdf())
    photo = make_evidence(result, 'La "feria"', content=plain_picture(), file_name="a.png", content_type="image/png")
    book = make_evidence(result, "Lista", content=b"x", file_name="a.xlsx", content_type="application/vnd.ms-excel")
    link = make_evidence(result, "Nota", url="https://example.org/nota")
    for item, tag in ((paper, "<iframe"), (photo, "<img"), (book, "Descargar")):
        address = reverse("monitoring:evidence_file", args=[item.pk])
        assert tag in shown(item)
        assert f'<a href="{address}"' in shown(item)
    assert 'alt="La &quot;feria&quot;"' in shown(photo)
    assert shown(photo).count('loading="lazy"') == shown(paper).count('loading="lazy"') == 1
    assert "<iframe" not in shown(link)
    assert 'target="_blank" rel="noopener noreferrer external"' in shown(link)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_picture_and_a_pdf_are_shown_in_a_real_browser(result, settings, page: Page):
    settings.ROOT_URLCONF = __name__
    photo = make_evidence(
        result, "Foto", content=plain_picture(size=(40, 30)), file_name="a.png", content_type="image/png"
    )
    paper = make_evidence(result, "Acta", content=pdf())
    said: list[str] = []
    answers: dict[str, int] = {}
    page.on("console", lambda message: said.append(message.text))
    page.on("response", lambda answer: answers.update({answer.url.partition("/medios/")[2]: answer.status}))
    page.goto("/vista-previa/")
    page.get_by_label("Correo electrónico").fill("alicia@example.org")
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vista previa")
    assert not {f"{photo.pk}/", f"{paper.pk}/"} & set(answers)

    page.get_by_text("Foto", exact=True).click()
    picture = page.get_by_role("img", name="Foto")
    expect(picture).to_be_visible()
    # Asked of the element itself: a condition written as text is `eval`, which the policy of the page refuses.
    expect(picture).to_have_js_property("naturalWidth", 40)

    with page.expect_response(f"**/medios/{paper.pk}/"):
        page.get_by_text("Acta", exact=True).click()
    frame = page.locator("iframe[title='Acta']")
    expect(frame).to_be_visible()
    # Chromium's own viewer, a page inside the frame: it stays away where a policy keeps the file from being framed.
    for _ in range(100):
        if any(inner.url.startswith("chrome-extension://") for inner in page.frames):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail(f"no viewer: {[inner.url for inner in page.frames]}, {said}")
    assert answers[f"{photo.pk}/"] == answers[f"{paper.pk}/"] == 200
    assert said == []
