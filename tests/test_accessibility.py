"""WCAG 2.2 AA by axe on every page of the plan, in the light and in the dark, on an office screen and on a phone."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from institution import clock, views
from institution.code_lists import load_code_lists
from institution.invitations import VALID_FOR, accept
from institution.models import AgencyKey, Invitation, Role, Unit, User
from monitoring.commitments import follow_up
from monitoring.evaluation import (
    add_commitment,
    add_finding,
    close_evaluation,
    open_evaluation,
    subject_from,
    write_section,
)
from monitoring.models import Commitment, Evaluation
from monitoring.recording import record
from plans.models import Activity, ApprovalStep, BreakdownTable, Indicator, LibraryItem, Plan
from tests.api.world import give_key, make_agency
from tests.factories import (
    PASSWORD,
    make_activity,
    make_breakdown,
    make_designation,
    make_evidence,
    make_indicator,
    make_invitation,
    make_people,
    make_plan,
    make_result,
    make_revision,
    make_tree,
    make_unit,
    second_factor_code,
)
from tests.monitoring.workbooks import filled, make_world
from tests.reports.archived import make_issued
from tests.reports.publishing import publish_evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "7Q4M-0HXN-2KDB"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DOOR = ["/cuenta/login/", "/cuenta/password/reset/", "/cuenta/password/reset/done/", "/cuenta/signup/"]
DOOR += ["/ayuda/", "/ayuda/lectura/"]
PUBLIC = ["", "accesibilidad/", "nada/", "lima/", "lima/nodos/L.01/", "lima/nodos/ACT.01.01.01/"]
PUBLIC += ["lima/indicadores/IND.01/", "lima/unidades/", "lima/unidades/GMU/", "lima/atenciones/"]
PUBLIC += ["lima/documentos/", "lima/biblioteca/", "lima/datos/", "lima/calculo/"]
PAGES = [
    "/planes/",
    "/planes/lima/",
    "/planes/lima/tablero/",
    "/planes/lima/tablero/?gerencia=NADA",
    "/planes/lima/tablero/?semestre=2023-1&cifras=trabajo&orden=peor",
    "/planes/lima/tablero/?semaforo=ambar&genero=1&horizonte=todo&lectura=reportado",
    "/planes/lima/tablero/?semaforo=ambar&semaforo_en=semestre&semestre=2022-1&horizonte=todo&lectura=reportado",
    "/planes/lima/gerencias-comparadas/?orden=peor",
    "/planes/lima/gerencias-comparadas/?lectura=reportado&orden=otro",
    "/planes/lima/proyeccion/?gerencia=GMU",
    "/planes/lima/proyeccion/?gerencia=NADA",
    "/planes/lima/nodos/L.01/",
    "/planes/lima/nodos/ACT.01.01.01/?semestre=2022-1",
    "/planes/lima/indicadores/IND.01/?semestre=2022-1",
    "/planes/lima/gerencias/",
    "/planes/lima/gerencias/GMU/?semestre=2022-1",
    "/planes/lima/evaluaciones/",
    "/planes/lima/evaluaciones/2022/",
    "/planes/lima/compromisos/",
    "/planes/lima/compromisos/?estado=perdido",
    "/planes/lima/documentos/",
    f"/planes/lima/documentos/{CODE}/",
    "/verificar/",
    f"/verificar/{CODE}/",
    "/verificar/0000-0000-0000/",
    "/planes/lima/presupuesto/",
    "/planes/lima/buscar/",
    "/planes/lima/buscar/?q=actividad",
    "/planes/lima/buscar/?q=nada de nada",
    "/planes/lima/bitacora/",
    "/planes/lima/bitacora/?tipo=metas&gerencia=NADA",
    "/planes/lima/organizacion/",
    "/planes/lima/organizacion/nueva/",
    "/planes/lima/organizacion/sucesion/",
    "/planes/lima/organizacion/responsabilidades/",
    "/planes/lima/organizacion/unidades/GMU/",
    "/planes/lima/personas/",
    "/planes/lima/presupuesto/plazo/",
    "/ayuda/presupuesto/",
    "/cuenta/password/change/",
    "/cuenta/logout/",
    "/no-existe/",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def bruno():
    plan = make_plan(code="lima", closed_up_to="2022-2", open_period="2023-1", is_reference=True, description="Misión")
    unit = make_unit("GMU")
    people = make_people(unit)
    tree = make_tree(plan, lead_unit=unit)
    series = {"2022-1": 100, "2022-2": 100, "2023-1": 100, "2023-2": 120}
    indicator = make_indicator(tree.activity, code="IND.01", unit=unit, targets=series, tables=("sex",))
    result = make_result(indicator, "2022-1", 130, achievements="Se cumplió.")
    make_breakdown(result, BreakdownTable.SEX, {("", "woman"): 80, ("", "man"): 50})
    make_evidence(result)
    make_evidence(result, "Nota", url="https://example.org/nota")
    make_revision(indicator, "2022-2", 90, 100)
    for order, share in enumerate((96, 80, 20), start=2):
        activity = make_activity(tree.actions[0], lead_unit=unit, order=order)
        make_result(make_indicator(activity, unit=unit, targets=series), "2022-1", share)
    ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal")
    LibraryItem.objects.create(plan=plan, kind="other", title="Nota", url="https://example.org/nota")
    make_designation(people.bruno, unit, Role.BUDGET_LIAISON)
    make_activity(tree.actions[0], order=9)
    draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
    commitment = promise(draft, 2023, by=people.bruno)
    evaluation = close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)
    follow_up(commitment=commitment, state="in_progress", text="A la mitad.", by=people.alicia)
    publish_evaluation(evaluation, people.bruno)
    make_issued(plan, CODE)
    give_key(make_agency(plan.government), people.bruno)
    LibraryItem.objects.update(is_public=True)
    return people.bruno


def promise(draft: Evaluation, year: int, *, by: User) -> Commitment:
    return add_commitment(
        evaluation=draft,
        recommendation="Atender antes.",
        action="Medir los tiempos.",
        unit=Unit.objects.get(acronym="GMU", government=draft.plan.government),
        due_on=date(year, 6, 30),
        by=by,
    )


def pages_of_rows(user: User) -> list[str]:
    """The pages whose address holds the key of a row."""
    post = user.designations.first()
    step, item, commitment = ApprovalStep.objects.get(), LibraryItem.objects.get(), Commitment.objects.in_force().get()
    of_rows = [f"personas/{user.pk}/", f"personas/puestos/{post.pk}/"]
    key = AgencyKey.objects.get()
    of_rows += ["agencias/", f"agencias/{key.agency_id}/clave/", f"agencias/claves/{key.prefix}/"]
    of_rows += [f"hoja-de-ruta/{step.pk}/", f"biblioteca/{item.pk}/editar/", f"compromisos/{commitment.pk}/"]
    return [f"/planes/lima/{address}" for address in of_rows]


def problems(page: Page) -> list:
    """What axe finds on the page as it stands, and whether it is wider than the screen."""
    violations = Axe().run(page, options=RULES).response["violations"]
    found = [(each["id"], each["nodes"][0]["target"]) for each in violations]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the screen")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_violates_the_guidelines(bruno, browser: Browser, live_server, scheme, screen):
    # axe is injected as a script, which the content security policy would rightly refuse.
    context = browser.new_context(
        base_url=live_server.url, viewport=screen, color_scheme=scheme, locale="es-PE", bypass_csp=True
    )
    page = context.new_page()
    found = {}

    def check(address: str, wrong: str = "") -> None:
        """Also as it looks when `wrong` is ticked and sent, and what was typed is refused."""
        page.goto(address)
        if wrong:
            page.locator(wrong).first.check()
            with page.expect_navigation():
                page.locator("main form button[type=submit]").click()
            assert page.locator("main [role=alert]").is_visible()
            address = f"{address} with errors"
        if here := problems(page):
            found[address] = here

    for address in DOOR + [f"/publico/{address}" for address in PUBLIC]:
        check(address)
    page.goto("/cuenta/login/")
    page.fill("input[name=login]", bruno.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.form button[type=submit]")
    page.wait_for_url("**/escritorio/")
    for address in PAGES + pages_of_rows(bruno):
        check(address)
    check("/planes/lima/presupuesto/", wrong=".question input[value=si]")
    context.close()
    assert found == {}


@dataclass
class Walk:
    """A way through several pages; `found` tells what is wrong where."""

    page: Page
    found: dict[str, list] = field(default_factory=dict)

    def check(self, what: str, address: str = "", press: str = "") -> None:
        if address:
            self.page.goto(address)
        if press:
            # A click does not wait for its answer, and axe would run on a page that is leaving.
            with self.page.expect_navigation():
                self.page.get_by_role("main").get_by_role("button", name=press, exact=True).click()
        if here := problems(self.page):
            self.found[what] = here

    def type(self, **values: str) -> None:
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)


@pytest.fixture(params=[(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")], ids=str)
def walk(request, browser: Browser, live_server):
    screen, scheme = request.param
    cache.clear()  # attempts are counted by address and person, and these are always the same
    context = browser.new_context(
        base_url=live_server.url, viewport=screen, color_scheme=scheme, locale="es-PE", bypass_csp=True
    )
    yield Walk(context.new_page())
    context.close()


def test_invitations_violate_nothing_either(bruno, walk, monkeypatch):
    expired, new, used = (make_invitation(f"{name}@example.org", by=bruno) for name in ("elsa", "nora", "paz"))
    past = clock.real_now() - timedelta(days=1)
    Invitation.objects.filter(pk=expired.invitation.pk).update(created_at=past - VALID_FOR, expires_at=past)
    accept(token=used.link, full_name="Hernán Paz", password=PASSWORD)
    theirs = make_invitation("alicia@example.org", by=bruno, role=Role.HEAD)
    for issued, state in ((expired, "expired"), (used, "used"), (theirs, "has an account"), (new, "somebody new")):
        walk.check(state, f"/invitacion/{issued.link}/")
    walk.type(password="corta", again="otra")
    walk.check("somebody new, wrong", press="Crear cuenta y aceptar")
    walk.check("unknown", "/invitacion/no-existe/")
    with monkeypatch.context() as patch:
        patch.setattr(views, "WRONG_LINKS", 0)
        walk.check("tried too often", "/invitacion/no-existe/")
    walk.page.goto("/cuenta/login/")
    walk.type(login=bruno.email, password=PASSWORD)
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("**/escritorio/")
    walk.check("of somebody else", f"/invitacion/{theirs.link}/")
    walk.check("list", "/invitaciones/")
    walk.type(full_name="Nora Díaz", email="nora@example.org")
    walk.page.select_option("#id_unit", label="GMU · Gerencia GMU")
    walk.page.select_option("#id_role", "reporter")
    walk.check("list, refused", press="Invitar")
    walk.type(email="otra@example.org")
    walk.check("link", press="Invitar")
    assert walk.found == {}


def test_the_second_factor_violates_nothing_either(bruno, walk):
    walk.page.goto("/cuenta/login/?next=/cuenta/dos-pasos/")
    walk.type(login=bruno.email, password=PASSWORD)
    walk.check("off", press="Ingresar")
    walk.check("confirm", "/cuenta/dos-pasos/totp/activate/")
    walk.type(password="no es")
    walk.check("confirm, wrong", press="Confirmar")
    walk.type(password=PASSWORD)
    walk.check("code to scan", press="Confirmar")
    walk.type(code="000000")
    walk.check("code to scan, wrong", press="Activar")
    walk.type(code=second_factor_code(walk.page.locator("code").inner_text()))
    walk.check("recovery codes", press="Activar")
    walk.check("on", "/cuenta/dos-pasos/")
    walk.check("generate", "/cuenta/dos-pasos/recovery-codes/generate/")
    walk.check("deactivate", "/cuenta/dos-pasos/totp/deactivate/")
    walk.page.goto("/cuenta/logout/")
    walk.page.get_by_role("main").get_by_role("button", name="Salir").click()
    walk.page.goto("/cuenta/login/")
    walk.type(login=bruno.email, password=PASSWORD)
    walk.check("code", press="Ingresar")
    walk.type(code="000000")
    walk.check("code, wrong", press="Ingresar")
    assert walk.found == {}


def test_an_evaluation_at_work_violates_nothing_either(bruno, walk):
    """Written, in conflict, its history, its findings, beside others, and the list before closing."""
    plan = Plan.objects.get(code="lima")
    newer = open_evaluation(plan=plan, year=2022, by=bruno, reason="Una corrección.")
    draft = open_evaluation(plan=plan, year=2023, by=bruno)
    for text in ("Un año difícil.", "Un año muy difícil, con cambios."):
        for evaluation in (newer, draft):
            seen = evaluation.sections.get(kind="context").revision
            write_section(evaluation=evaluation, kind="context", text=text, seen=seen, by=bruno)
    about = subject_from(plan, "indicator:IND.01")
    finding = add_finding(evaluation=draft, text="Se cumplió.", subject=about, by=bruno)
    add_finding(evaluation=newer, text="Se cumplió.", subject=about, by=bruno)
    commitment = promise(draft, 2024, by=bruno)
    walk.page.goto("/cuenta/login/?next=/planes/lima/evaluaciones/2023/borrador/")
    walk.type(login=bruno.email, password=PASSWORD)
    walk.page.keyboard.press("Enter")
    walk.page.get_by_role("heading", name="Resumen ejecutivo", exact=True).wait_for()
    root = "/planes/lima/evaluaciones/"
    for slug in ("resumen", "contexto", "analisis", "reprogramaciones", "factores", "conclusiones", "recomendaciones"):
        walk.check(slug, f"{root}2023/borrador/textos/{slug}/")
    for place in ("textos/contexto/historia/", "hallazgos/", "hallazgos/nuevo/", f"hallazgos/{finding.pk}/", "cerrar/"):
        walk.check(place, f"{root}2023/borrador/{place}")
    for place in ("compromisos/", "compromisos/nuevo/", f"compromisos/{commitment.pk}/"):
        walk.check(place, f"{root}2023/borrador/{place}")
    walk.page.goto(f"{root}2023/borrador/hallazgos/")
    walk.page.locator(".ask summary").first.click()
    walk.check("asked before removing")
    walk.check("compared", f"{root}2023/comparar/")
    walk.check("compared, the other reading", f"{root}2023/comparar/?lectura=reportado")
    walk.check("nothing to compare", f"{root}2022/comparar/")
    walk.check("versions", f"{root}2022/versiones/")
    walk.check("one version", f"{root}2023/versiones/")
    walk.page.goto(f"{root}2023/borrador/textos/contexto/")
    write_section(evaluation=draft, kind="context", text="Otra cosa.", seen=2, by=bruno)
    walk.type(text="Lo mío.")
    walk.page.locator(".writing-conflict").wait_for()
    walk.check("conflict")
    assert walk.found == {}


def test_the_matrix_works_by_keyboard(bruno, page):
    page.goto("/cuenta/login/")
    page.get_by_label("Correo electrónico").fill(bruno.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/escritorio/")
    page.goto("/planes/lima/tablero/")
    cell = page.locator("tr.matrix-activity a.cell").first
    cell.focus()
    card = page.locator(f"#{cell.get_attribute('aria-describedby')}")
    expect(card).to_be_visible()
    assert "130 de 100" in card.inner_text()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").startswith("96.0")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "S.I."


def test_the_filters_of_the_matrix_work_by_keyboard(bruno, page):
    page.goto("/cuenta/login/?next=/planes/lima/tablero/")
    page.get_by_label("Correo electrónico").fill(bruno.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".matrix").wait_for()
    page.wait_for_load_state()  # its scripts listen by now
    rows = page.locator("tr.matrix-activity")
    expect(rows).to_have_count(5)

    further = page.locator("summary", has_text="Más filtros")
    further.focus()
    page.keyboard.press("Enter")
    light = page.get_by_label("Semáforo", exact=True)
    expect(light).to_be_visible()
    page.keyboard.press("Escape")
    expect(light).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent").strip() == "Más filtros"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Rojo")  # the light
    page.keyboard.press("Tab")
    page.keyboard.type("Semestre")  # at the chosen semester
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**semaforo=rojo&semaforo_en=semestre**")
    expect(rows).to_have_count(0)
    expect(page.get_by_text("Ninguna actividad coincide con lo elegido")).to_be_visible()
    page.get_by_role("link", name="Ver todas las actividades").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tablero/?")
    expect(rows).to_have_count(5)

    page.get_by_role("link", name="sobre lo reportado").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**lectura=reportado")
    assert page.get_by_role("link", name="sobre lo reportado").get_attribute("aria-current") == "true"


def test_the_open_filters_violate_nothing_either(bruno, walk):
    walk.page.goto("/cuenta/login/?next=/planes/lima/tablero/")
    walk.type(login=bruno.email, password=PASSWORD)
    walk.page.keyboard.press("Enter")
    walk.page.locator(".matrix").wait_for()
    for menu in ("Lineamiento: todos", "Gerencia: todas", "Más filtros"):
        walk.page.locator("summary", has_text=menu).click()
        walk.check(menu)
    box = walk.page.locator(".more_filters").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= walk.page.viewport_size["width"]
    assert walk.found == {}


def test_the_report_in_excel_violates_nothing_either(walk):
    world = make_world()
    record(submission=world.submission, indicator=world.things, typed={"value": "1"}, seen={}, by=world.people.alicia)
    content, by = world.workbook(), world.people.alicia
    address = "/planes/lima/reportes/2022-1/GMU/excel/"
    walk.page.goto(f"/cuenta/login/?next={address}")
    walk.type(login=by.email, password=PASSWORD)
    walk.page.keyboard.press("Enter")
    walk.page.get_by_role("heading", name="Llenar en Excel el reporte 2022-1").wait_for()
    walk.check("instructions")
    walk.page.get_by_role("button", name="Subir y revisar").click()
    walk.page.locator("main [role=alert]").wait_for()
    walk.check("no file")

    def send(heading: str, **typed) -> None:
        walk.page.goto(address)
        file = {"name": "reporte.xlsx", "mimeType": "application/octet-stream"}
        walk.page.set_input_files("[name=file]", {**file, "buffer": filled(content, **typed).getvalue()})
        walk.page.get_by_role("button", name="Subir y revisar").click()
        # Opening a workbook takes longer than a click waits for.
        walk.page.get_by_role("heading", name=heading, exact=True).wait_for()

    send("El libro tiene errores", IND_01={"value": "=1", "sex::woman": "dos", "note": "Nota"})
    walk.check("errors")
    record(submission=world.submission, indicator=world.people_helped, typed={"value": "7"}, seen={}, by=by)
    send("Revise lo que cambiará", IND_01={"value": 8, "note": "Nota", "sex::woman": 8}, IND_03={"value": None})
    assert walk.page.get_by_role("heading", name="También cambió en la página").is_visible()
    walk.check("conflict")
    walk.check("pending", address)
    assert walk.found == {}


def test_attentions_violate_nothing_either(bruno, walk):
    load_code_lists()  # the test before this one may have flushed them away
    activity = Activity.objects.get(code="ACT.01.01.01")
    plan, people = activity.plan, Indicator.Counts.PEOPLE
    flow = make_indicator(activity, code="PER.01", counts=people, tables=("sex_district",))
    cells = {("150103", "woman"): 1200, ("150110", "man"): 30, ("150101", "woman"): 400, ("outside", "other"): 2}
    result = make_result(flow, "2022-2", sum(cells.values()))
    make_breakdown(result, BreakdownTable.SEX_DISTRICT, cells)
    make_evidence(result)
    make_result(make_indicator(activity, code="PER.02", counts=people), "2022-2", 50)
    make_result(make_indicator(activity, code="PER.03", counts=people, accumulation="last"), "2022-2", 60)
    make_result(make_indicator(activity, code="PER.04", counts=people, tables=("sex",)), "2022-2", 70)
    address = f"/planes/{plan.code}/atenciones/"
    walk.page.goto(f"/cuenta/login/?next={address}")
    walk.type(login=bruno.email, password=PASSWORD)
    walk.page.keyboard.press("Enter")
    walk.page.get_by_role("img", name="Atenciones por distrito").wait_for()
    walk.check("attentions", address)
    walk.check("of women, to date, under review", f"{address}?tiempo=plan&sexo=mujer&nodo=L.01&cifras=trabajo")
    walk.page.locator("details.chip-menu > summary").first.click()
    walk.check("choosing a node")
    walk.check("nothing", f"{address}?gerencia=NADA")
    walk.check("results", f"{address}resultados/?tabla=distrito&categoria=150103&sexo=mujer")
    walk.check("no results", f"{address}resultados/?tabla=distrito&categoria=150102")
    assert walk.found == {}
