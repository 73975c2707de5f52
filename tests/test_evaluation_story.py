"""The last evaluation of the plan, by two people at once: 2024-2 is finished, the text written, the draft closed."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from institution.code_lists import load_code_lists
from institution.models import Role, Unit, User
from monitoring.completeness import Filled
from monitoring.evaluation import verify_evaluation
from monitoring.filing import load_form_page
from monitoring.models import Evaluation, Submission
from monitoring.observing import reply, resolve
from monitoring.recording import record
from monitoring.workflow import start, take
from plans.models import Plan, Responsibility
from pmh.demo.people import holder, person
from tests.test_accessibility import DESK, PHONE
from tests.test_flows import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TODAY = "2025-02-24"
EVALUATION = "/planes/PMH-2022-2024/evaluaciones/2024"
DRAFT = f"{EVALUATION}/borrador"
NOT_THERE = "La unidad no llevó el registro en el semestre."
TEXTS = {
    "analisis": "El lineamiento 1 sostiene el avance del plan.\n\n- Las campañas cumplen su meta.\n- Las ferias no.",
    "factores": "Pesó el cambio de gerentes. Se respondió con entregas de cargo por escrito.",
    "recomendaciones": "Designar enlaces suplentes antes de junio.",
    "resumen": "En 2024 el plan avanzó, con menos cobertura de reporte que en 2023.",
}


@pytest.fixture
def plan(settings, transactional_db, tmp_path):
    settings.PMH_DEMO, settings.PMH_TODAY = True, "2025-01-13"
    settings.MEDIA_ROOT = tmp_path
    load_code_lists()
    call_command("demo")
    settings.PMH_TODAY = TODAY
    plan = Plan.objects.get(code="PMH-2022-2024")
    finish_the_last_semester(plan)
    return plan


def finish_the_last_semester(plan: Plan) -> None:
    """Every unit completes what it began or declares what it does not have, sends, and gets conformity."""
    period = plan.periods.get(code="2024-2")
    day = period.due_on
    answering = Responsibility.objects.at(period.code).filter(indicator__plan=plan)
    for unit in Unit.objects.filter(responsibilities__in=answering).distinct():
        reporter, head = holder(unit, Role.REPORTER, day), holder(unit, Role.HEAD, day)
        reviewer = person("Alonso Bedoya" if unit.acronym == "GPV" else "Bruno Salas")
        report = Submission.objects.filter(unit=unit, period=period).first()
        report = report or start(unit=unit, period=period, by=reporter)
        if report.state in (Submission.State.DRAFT, Submission.State.RETURNED):
            complete(plan, unit, report, reporter)
            report = take(report, "hand_to_head", by=reporter)
        if report.state == Submission.State.AWAITING_SIGNOFF:
            report = take(report, "sign_off", by=head)
        if report.state == Submission.State.SUBMITTED:
            for observation in report.observations.filter(resolved_at=None):
                resolve(observation=observation, by=reviewer)
            take(report, "validate", by=reviewer)
    assert set(period.submissions.values_list("state", flat=True)) == {Submission.State.VALIDATED}


def complete(plan: Plan, unit: Unit, report: Submission, by: User) -> None:
    for observation in report.observations.filter(resolved_at=None):
        reply(observation=observation, text="Se adjunta lo pedido.", by=by)
    for card in load_form_page(plan, unit, report.period, by).cards:
        if card.form.asked.due and card.filled != Filled.DONE:
            seen = dict(card.filed.entry)
            typed = {key: "" for key, text in seen.items() if text} | {"not_available_reason": NOT_THERE}
            record(submission=report, indicator=card.indicator, typed=typed, seen=seen, by=by)


@pytest.fixture
def visit(browser: Browser, live_server):
    contexts = []

    def opened(email: str, screen: dict[str, int] = DESK, **more) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=screen, locale="es-PE", **more)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, email)
        page.wait_for_url("**/escritorio/")
        return page

    yield opened
    for context in contexts:
        context.close()


def section(page: Page, slug: str) -> None:
    page.goto(f"{DRAFT}/textos/{slug}/")


def write(page: Page, text: str) -> None:
    """Goes on at the end, as one types, and waits until it is saved."""
    type_more(page, text)
    saved(page)


def type_more(page: Page, text: str) -> None:
    box = page.get_by_label("Texto de la sección")
    box.focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Guardado", timeout=10_000)


def stored(slug: str) -> str:
    kinds = {"conclusiones": "conclusions", "contexto": "context"}
    return Evaluation.objects.get(year=2024).sections.get(kind=kinds[slug]).text


def test_two_write_the_evaluation_of_2024_at_once_and_close_it(plan, visit):
    bruno, lucia = visit("bruno.salas@pmh.example"), visit("lucia.paredes@pmh.example")
    bruno.goto("/planes/PMH-2022-2024/evaluaciones/")
    bruno.get_by_role("link", name="Seguir escribiendo").click()
    expect(bruno.get_by_role("heading", level=1)).to_have_text("Resumen ejecutivo")

    # Each in a section of their own: nobody stands in anybody's way.
    section(lucia, "analisis")
    expect(lucia.get_by_label("Cifras y datos para esta sección")).to_contain_text("Ferias de empleo inclusivas")
    write(lucia, TEXTS["analisis"])
    expect(lucia.locator("[data-side=analisis]")).to_contain_text("palabras")
    for slug in ("factores", "recomendaciones", "resumen"):
        section(bruno, slug)
        write(bruno, TEXTS[slug])

    both_write_in_the_same_section(bruno, lucia)
    the_line_breaks_and_nothing_is_lost(lucia)
    a_finding_with_its_evidence(lucia)
    the_check_list_leads_to_the_semester(bruno)

    # Both are about to close. One does; the other is told.
    lucia.goto(f"{DRAFT}/cerrar/")
    for page in (bruno, lucia):
        page.get_by_label("Revisé el documento").check()
    bruno.get_by_role("button", name="Cerrar la evaluación 2024").click()
    expect(bruno.get_by_role("main")).to_contain_text("Cerrada la evaluación 2024, versión 1")
    lucia.get_by_role("button", name="Cerrar la evaluación 2024").click()
    expect(lucia.get_by_role("main")).to_contain_text("Bruno Salas ya cerró la evaluación 2024.")
    what_was_written_is_what_was_closed(bruno)


def both_write_in_the_same_section(bruno: Page, lucia: Page) -> None:
    section(bruno, "conclusiones")
    section(lucia, "conclusiones")
    write(bruno, "El plan llega a su término con la mayoría de sus actividades en marcha.")
    # Lucía had read the empty section.
    type_more(lucia, "La rotación de enlaces explica la mitad de los retrasos.")
    conflict = lucia.locator(".writing-conflict")
    expect(conflict).to_contain_text("Bruno Salas escribió en esta sección", timeout=10_000)
    expect(lucia.get_by_label("Texto de la sección")).to_have_value(
        "La rotación de enlaces explica la mitad de los retrasos."
    )
    assert "rotación" not in stored("conclusiones")
    lucia.get_by_role("button", name="Juntar los dos").click()
    expect(conflict).to_have_count(0)
    both = (
        "El plan llega a su término con la mayoría de sus actividades en marcha.\n\n"
        "La rotación de enlaces explica la mitad de los retrasos."
    )
    expect(lucia.get_by_label("Texto de la sección")).to_have_value(both)
    # Bruno has typed nothing since: he sees hers as soon as his page asks again.
    bruno.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(bruno.get_by_label("Texto de la sección")).to_have_value(both)
    write(bruno, "\n\nLa cobertura de reporte es lo primero que hay que sostener.")
    bruno.get_by_role("link", name="Historia").click()
    history = bruno.locator(".writing-history > li")
    expect(history).to_have_count(4)  # begun empty, Bruno, Lucía, Bruno
    expect(history.nth(1)).to_contain_text("Lucía Paredes")
    expect(history.nth(0).locator("ins")).to_contain_text("La cobertura de reporte")


def the_line_breaks_and_nothing_is_lost(lucia: Page) -> None:
    section(lucia, "contexto")
    lucia.context.set_offline(True)
    type_more(lucia, " Se escribió sin conexión.")
    expect(lucia.locator("[data-status]")).to_contain_text("Sin conexión", timeout=10_000)
    lucia.context.set_offline(False)
    saved(lucia)
    assert stored("contexto").endswith("Se escribió sin conexión.")
    # Closed before it was saved: it is there when the page is opened again.
    lucia.context.set_offline(True)
    type_more(lucia, " Y se cerró la página.")
    lucia.wait_for_timeout(100)
    lucia.goto("about:blank")
    lucia.context.set_offline(False)
    section(lucia, "contexto")
    # It may have left with the page as it closed, and is then told as saved by nobody; what counts is that it is there.
    expect(lucia.get_by_label("Texto de la sección")).to_have_value(re.compile(r"Y se cerró la página\.$"))
    for _attempt in range(100):
        if stored("contexto").endswith("Y se cerró la página."):
            break
        lucia.wait_for_timeout(100)
    assert stored("contexto").endswith("Y se cerró la página.")


def a_finding_with_its_evidence(lucia: Page) -> None:
    lucia.goto(f"{DRAFT}/hallazgos/")
    lucia.get_by_role("link", name="Añadir un hallazgo").click()
    lucia.get_by_label("Qué se halló").fill("Las campañas informativas cumplieron su meta en los dos semestres.")
    lucia.get_by_label("Sobre qué parte del plan").select_option("activity:ACT.01.01.01")
    lucia.get_by_role("button", name="Ver sus medios de verificación").click()
    expect(lucia.get_by_label("Qué se halló")).to_have_value(
        "Las campañas informativas cumplieron su meta en los dos semestres."
    )
    lucia.locator(".finding-evidence details[open] input").first.check()
    lucia.get_by_role("button", name="Añadir el hallazgo").click()
    expect(lucia.locator(".findings_list")).to_contain_text("Actividad ACT.01.01.01")
    expect(lucia.locator(".findings_list-evidence li")).to_have_count(1)


def the_check_list_leads_to_the_semester(bruno: Page) -> None:
    """On a telephone, between two meetings."""
    bruno.set_viewport_size(PHONE)
    bruno.goto(f"{DRAFT}/cerrar/")
    main = bruno.get_by_role("main")
    expect(main).to_contain_text("Hay semestres sin cerrar hasta la fecha de corte: 2024-2.")
    expect(main).not_to_contain_text("secciones sin texto")
    assert not bruno.evaluate("document.documentElement.scrollWidth > innerWidth")
    bruno.get_by_role("link", name="Cerrar 2024-2").click()
    bruno.get_by_role("button", name="Cerrar el semestre").click()
    bruno.set_viewport_size(DESK)
    bruno.goto(f"{DRAFT}/cerrar/")
    expect(bruno.get_by_role("main")).to_contain_text("Nada: los semestres están cerrados")


def what_was_written_is_what_was_closed(bruno: Page) -> None:
    evaluation = Evaluation.objects.get(year=2024)
    assert evaluation.state == "closed"
    assert verify_evaluation(evaluation).intact
    assert verify_evaluation(evaluation).differences == ()
    sections = evaluation.frozen["sections"]
    kinds = {"analisis": "analysis", "factores": "factors", "recomendaciones": "recommendations", "resumen": "summary"}
    assert {slug: sections[kind] for slug, kind in kinds.items()} == TEXTS
    for words in ("El plan llega a su término", "La rotación de enlaces", "La cobertura de reporte"):
        assert words in sections["conclusions"]
        expect(bruno.get_by_role("main")).to_contain_text(words)
    assert all(row["late"] in (True, False) for row in evaluation.frozen["submissions"])
    finding = evaluation.frozen["findings"][0]
    assert finding["about"]["code"] == "ACT.01.01.01"
    assert len(finding["evidence"]) == 1
    bruno.get_by_role("link", name="Comparar con la anterior").click()
    expect(bruno.get_by_role("heading", level=1)).to_have_text("2024 frente a 2023")
    expect(bruno.locator(".compared").first).to_contain_text("puntos")
