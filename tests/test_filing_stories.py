"""The desk of a gerencia in a real browser: from the invitation to the receipt, and what goes wrong between."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from institution import clock
from institution.code_lists import load_code_lists
from institution.demo_accounts import DEMO_PASSWORD
from institution.invitations import invite
from institution.models import Role, User
from monitoring.models import Result, Submission
from monitoring.observing import observe
from monitoring.recording import record
from monitoring.workflow import start, take
from plans.models import Indicator, Plan
from tests.factories import (
    PASSWORD,
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)
from tests.monitoring.workbooks import filled
from tests.test_accessibility import RULES
from tests.uploaded import pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
State = Submission.State
SAVED = re.compile(r"Guardado \d\d:\d\d$")


@dataclass
class Visitor:
    """Somebody at a browser. Counts clicks and keys; typing figures and texts is not counted."""

    context: BrowserContext
    page: Page
    interactions: int = 0
    visits: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self.page.goto(address)

    def press(self, name: str, role: str = "button", within: Locator | None = None) -> None:
        self.interactions += 1
        (within or self.page.get_by_role("main")).get_by_role(role, name=name, exact=True).first.click()

    def give(self, card: Locator, file: Path) -> None:
        self.interactions += 1
        card.locator("input[type=file]").set_input_files(file)

    def sign_in(self, email: str, password: str = PASSWORD, address: str = "/") -> None:
        self.open(address)
        self.page.get_by_label("Correo electrónico").fill(email)
        self.page.get_by_label("Contraseña").fill(password)
        self.page.get_by_role("button", name="Ingresar", exact=True).click()

    def card(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    def type(self, card: Locator, key: str, text: str) -> None:
        card.locator(f'[data-field="{key}"]').fill(text)

    def is_saved(self) -> None:
        expect(self.page.locator("[data-status]")).to_have_text(SAVED, timeout=15_000)


@pytest.fixture
def visit(browser: Browser, live_server):
    """Opens a browser of one's own, on a screen of that size."""
    contexts = []

    def opened(size: str = "desk", **more) -> Visitor:
        context = browser.new_context(base_url=live_server.url, viewport=SIZES[size], locale="es-PE", **more)
        contexts.append(context)
        visitor = Visitor(context, context.new_page())
        visitor.page.on("framenavigated", lambda frame: visitor.visits.append(frame.url))
        return visitor

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def paper(tmp_path) -> Path:
    file = tmp_path / "acta.pdf"
    file.write_bytes(pdf())
    return file


@dataclass
class World:
    plan: Plan
    people: object
    head: User
    counted: Indicator
    pooled: Indicator

    @property
    def unit(self):
        return self.people.alicia.designations.get().unit

    @property
    def period(self):
        return self.plan.periods.get(code="2022-1")

    @property
    def submission(self) -> Submission:
        return Submission.objects.get(unit=self.unit, period=self.period)

    def address(self, name: str) -> str:
        return reverse(f"monitoring:{name}", args=["lima", "2022-1", "GMU"])

    def begun(self, *, whole: bool = False) -> Submission:
        submission = start(unit=self.unit, period=self.period, by=self.people.alicia)
        if whole:
            reason = {"no_evidence_reason": "Se perdió en la mudanza"}
            self.record(self.counted, {"value": "8", "sex::woman": "5", "sex::man": "3"} | reason)
            self.record(self.pooled, {"numerator": "6", "denominator": "8"} | reason)
        return submission

    def record(self, indicator: Indicator, typed: dict[str, str]) -> None:
        record(submission=self.submission, indicator=indicator, typed=typed, seen={}, by=self.people.alicia)


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    plan = make_plan(code="lima", closed_up_to="2021-2", open_period="2022-1", requires_signoff=True)
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    people = make_people(unit)
    tree = make_tree(plan, lead_unit=unit)
    counted = make_indicator(
        tree.activity, unit=unit, targets={"2022-1": 10}, tables=("sex",), counts="people", name="Mujeres formadas"
    )
    pooled = make_indicator(
        tree.activity,
        unit=unit,
        targets={"2022-1": 80},
        accumulation="pooled",
        counts="percentage",
        name="Casos con seguimiento",
    )
    head = make_user("Inés Ríos", "ines@example.org")
    make_designation(head, unit, Role.HEAD)
    return World(plan, people, head, counted, pooled)


@pytest.mark.parametrize("size", SIZES)
def test_a_newcomer_goes_from_the_invitation_to_the_receipt(world, visit, paper, size):
    issued = invite(
        unit=world.unit,
        role=Role.REPORTER,
        full_name="Renzo Talledo",
        email="renzo@example.org",
        starts_on=clock.today(),
        by=world.people.bruno,
        link_of=lambda token: reverse("institution:invitation_accept", args=[token]),
    )
    renzo = visit(size)
    renzo.open(issued.link)
    renzo.page.locator("input[type=password]").first.fill("Una-clave-nueva-2022")
    if renzo.page.locator("input[type=password]").count() > 1:
        renzo.page.locator("input[type=password]").nth(1).fill("Una-clave-nueva-2022")
    renzo.page.get_by_role("main").locator("button[type=submit]").first.click()

    # The first visit: what the semester is, what the unit answers for, and the one next step.
    expect(renzo.page.get_by_role("heading", level=1)).to_have_text("Escritorio de Renzo Talledo")
    expect(renzo.page.get_by_role("main")).to_contain_text("Mujeres formadas")
    renzo.press("Empezar el reporte")
    counted, pooled = renzo.card("Mujeres formadas"), renzo.card("Casos con seguimiento")
    for key, text in {"value": "8", "sex::woman": "5", "sex::man": "3", "achievements": "Egresaron ocho."}.items():
        renzo.type(counted, key, text)
    renzo.give(counted, paper)
    expect(counted).to_contain_text("acta", timeout=15_000)
    renzo.press("Siguiente indicador")
    renzo.type(pooled, "numerator", "6")
    renzo.type(pooled, "denominator", "8")
    renzo.give(pooled, paper)
    expect(pooled).to_contain_text("75.00 %", timeout=15_000)
    renzo.is_saved()
    expect(renzo.page.locator("#envio")).to_contain_text("No falta ningún dato")
    renzo.press("Pasar al gerente")
    expect(renzo.page.get_by_role("main")).to_contain_text("pasó a su gerente")

    ines = visit(size)
    ines.sign_in("ines@example.org")
    ines.press("Revisar y dar visto bueno", "link")
    expect(ines.page.get_by_role("main")).to_contain_text("Está completo")
    ines.page.get_by_label("Memorando o expediente").fill("0012-2022-GMU")
    ines.page.get_by_label("Fecha del memorando").fill("2022-07-08")
    ines.press("Dar visto bueno y enviar")
    expect(ines.page.get_by_role("heading", level=1)).to_have_text("Cargo de recepción")
    expect(ines.page.get_by_role("main")).to_contain_text("2022-1/GMU/1")
    expect(ines.page.get_by_role("main")).to_contain_text("0012-2022-GMU")
    assert world.submission.state == State.SUBMITTED
    renzo.open(world.address("submission_receipt"))
    expect(renzo.page.get_by_role("main")).to_contain_text("Cargo de recepción")


@pytest.mark.parametrize("size", SIZES)
def test_the_semester_of_the_demonstration_takes_few_interactions(
    transactional_db, settings, tmp_path, visit, paper, size
):
    """GMU files 2024-2: at most 3 clicks or keys for each indicator beyond typing figures, one visit of the form."""
    settings.PMH_DEMO, settings.PMH_TODAY = True, "2025-01-13"
    settings.MEDIA_ROOT = tmp_path / "media"
    load_code_lists()
    call_command("demo")
    alicia = visit(size)
    alicia.sign_in("alicia.rojas@pmh.example", DEMO_PASSWORD)
    expect(alicia.page.get_by_role("heading", level=1)).to_have_text("Escritorio de Alicia Rojas")
    alicia.press("Seguir llenando", "link")
    alicia.interactions = 0
    told = {
        "Número de mujeres lideresas formadas": {
            "sex_age:18-59:woman": "77",
            "sex_age:60+:woman": "4",
            "sex_district:150132:woman": "50",
            "sex_district:150110:woman": "31",
        },
        "Número de personas atendidas por violencia basada en género": {
            "value": "126",
            "sex_population:migrant:woman": "90",
            "sex_population:host:woman": "30",
            "sex_population:host:man": "6",
            "sex_age:18-59:woman": "120",
            "sex_age:18-59:man": "6",
            "sex_district:150132:woman": "120",
            "sex_district:150132:man": "6",
        },
    }
    used = {}
    for name, figures in told.items():
        before = alicia.interactions
        card = alicia.card(name)
        for key, text in figures.items():
            alicia.type(card, key, text)
        alicia.give(card, paper)
        expect(alicia.page.locator("[data-side]").filter(has_text=name)).to_contain_text("listo", timeout=15_000)
        alicia.press("Siguiente indicador" if name != list(told)[-1] else "Ir al final")
        used[name] = alicia.interactions - before
    alicia.is_saved()
    alicia.press("Pasar al gerente")
    expect(alicia.page.get_by_role("main")).to_contain_text("pasó a su gerente")
    visits = [address for address in alicia.visits if "/llenar/" in address.partition("#")[0]]
    print(f"\ninteractions per indicator on the {size}: {list(used.values())}; visits of the form: {len(visits)}")
    assert max(used.values()) <= 3
    assert len(visits) == 1


@pytest.mark.parametrize("size", SIZES)
def test_the_same_by_workbook(world, visit, paper, tmp_path, size):
    alicia = visit(size)
    alicia.sign_in("alicia@example.org")
    alicia.press("Empezar el reporte")
    alicia.press("Llenar en Excel", "link")
    with alicia.page.expect_download() as download:
        alicia.press("Descargar el libro (.xlsx)", "link")
    typed = {
        world.counted.code: {"value": 8, "sex::woman": 5, "sex::man": 3, "achievements": "Egresaron ocho."},
        world.pooled.code: {"numerator": 6, "denominator": 8, "no_evidence_reason": "Está en el sistema judicial."},
    }
    content = Path(download.value.path()).read_bytes()
    file = tmp_path / "reporte.xlsx"
    file.write_bytes(filled(content, **{code.replace(".", "_"): cells for code, cells in typed.items()}).getvalue())
    alicia.page.get_by_label("Libro que llenó").set_input_files(file)
    alicia.press("Subir y revisar")
    expect(alicia.page.get_by_role("main")).to_contain_text("Egresaron ocho.")
    assert not Result.objects.exists()
    alicia.page.get_by_role("main").get_by_role("button", name=re.compile("^Confirmar")).click()
    expect(alicia.page.get_by_role("main")).to_contain_text("Guardado lo que llenó en Excel")
    alicia.give(alicia.card("Mujeres formadas"), paper)
    expect(alicia.card("Mujeres formadas")).to_contain_text("acta", timeout=15_000)
    alicia.press("Pasar al gerente")
    expect(alicia.page.get_by_role("main")).to_contain_text("pasó a su gerente")
    take(world.submission, "sign_off", by=world.head)
    alicia.open(world.address("submission_receipt"))
    expect(alicia.page.get_by_role("main")).to_contain_text("Cargo de recepción")
    assert Result.objects.get(indicator=world.pooled).numerator == 6


@pytest.mark.parametrize("size", SIZES)
def test_the_head_gives_it_back_and_then_signs(world, visit, size):
    take(world.begun(whole=True), "hand_to_head", by=world.people.alicia)
    ines = visit(size)
    ines.sign_in("ines@example.org")
    ines.press("Revisar y dar visto bueno", "link")
    ines.page.get_by_label("Qué debe corregir su enlace").fill("Eran nueve, no ocho")
    ines.press("Regresar al enlace")
    expect(ines.page.get_by_role("main")).to_contain_text("Eran nueve, no ocho")
    alicia = visit(size)
    alicia.sign_in("alicia@example.org")
    alicia.press("Revisar y pasar al gerente", "link")
    counted = alicia.card("Mujeres formadas")
    alicia.type(counted, "value", "9")
    alicia.type(counted, "sex::woman", "6")
    alicia.is_saved()
    alicia.press("Pasar al gerente")
    expect(alicia.page.get_by_role("main")).to_contain_text("pasó a su gerente")
    ines.open(world.address("submission_detail"))
    ines.press("Dar visto bueno y enviar")
    expect(ines.page.get_by_role("main")).to_contain_text("Cargo de recepción")
    assert Result.objects.get(indicator=world.counted).value == 9


@pytest.mark.parametrize("size", SIZES)
def test_a_returned_report_is_answered_and_the_reviewer_sees_what_changed(world, visit, size):
    submission = world.begun(whole=True)
    take(submission, "hand_to_head", by=world.people.alicia)
    take(submission, "sign_off", by=world.head)
    bruno = visit(size)
    bruno.sign_in("bruno@example.org")
    bruno.press("Gerencia de la Mujer", "link")
    line = bruno.card("Mujeres formadas")
    line.get_by_text("Observar este resultado").click()
    line.get_by_label("Qué debe corregir o aclarar la unidad").fill("¿Ocho o nueve?")
    bruno.press("Anotar observación", within=line)
    bruno.press("Devolver con observaciones")

    alicia = visit(size)
    alicia.sign_in("alicia@example.org")
    alicia.press("Responder las observaciones", "link")
    expect(alicia.page.locator(".thread")).to_be_in_viewport()
    card = alicia.card("Mujeres formadas")
    alicia.type(card, "value", "9")
    alicia.type(card, "sex::man", "4")
    card.get_by_label("Su respuesta").fill("Eran nueve; se corrige.")
    alicia.is_saved()
    alicia.press("Pasar al gerente")
    expect(alicia.page.get_by_role("main")).to_contain_text("pasó a su gerente")
    take(world.submission, "sign_off", by=world.head)

    bruno.open(world.address("submission_review"))
    line = bruno.card("Mujeres formadas")
    expect(line.locator(".report_changes")).to_contain_text("Valor obtenido: 8 → 9")
    expect(line).to_contain_text("Eran nueve; se corrige.")
    bruno.press("Dar por resuelta", within=line)
    bruno.press("Dar conformidad")
    expect(bruno.page.get_by_role("heading", level=1)).to_contain_text("Conforme")


@pytest.mark.parametrize("size", SIZES)
def test_two_people_at_once_see_each_other_and_decide(world, visit, size):
    world.begun()
    alicia, ines = visit(size), visit(size)
    for who, email in ((alicia, "alicia@example.org"), (ines, "ines@example.org")):
        who.sign_in(email)
        who.open(world.address("submission_form"))
    alicia.type(alicia.card("Mujeres formadas"), "value", "8")
    alicia.is_saved()
    # In another field nobody is in the way, and what the other wrote appears.
    ines.type(ines.card("Mujeres formadas"), "sex::woman", "5")
    ines.is_saved()
    expect(ines.card("Mujeres formadas").locator('[data-field="value"]')).to_have_value("8")
    # In the same field nothing is overwritten: both are shown, and the person decides.
    alicia.type(alicia.card("Mujeres formadas"), "sex::woman", "7")
    notice = alicia.card("Mujeres formadas").get_by_role("alert")
    expect(notice).to_contain_text("Inés Ríos escribió «5»", timeout=15_000)
    assert world.submission.results.get().breakdown.get().count == 5
    # Typing on decides nothing, there or elsewhere: only the button does.
    alicia.type(alicia.card("Mujeres formadas"), "sex::woman", "7")
    alicia.type(alicia.card("Mujeres formadas"), "achievements", "Egresaron siete.\n\nFalta una ")
    expect(notice).to_be_visible()
    for _ in range(75):
        if world.submission.results.get().achievements:
            break
        alicia.page.wait_for_timeout(200)
    assert world.submission.results.get().achievements == "Egresaron siete.\n\nFalta una"
    assert world.submission.results.get().breakdown.get().count == 5
    # What is saved while one types leaves the text as it is being typed, the trailing blank too.
    expect(alicia.card("Mujeres formadas").locator('[data-field="achievements"]')).to_have_value(
        "Egresaron siete.\n\nFalta una "
    )
    alicia.press("Poner lo mío", within=notice)
    alicia.is_saved()
    assert world.submission.results.get().breakdown.get().count == 7
    ines.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(ines.card("Mujeres formadas").locator('[data-field="sex::woman"]')).to_have_value("7")
    expect(ines.page.locator("[data-status]")).to_contain_text("Alicia Rojas cambió")


@pytest.mark.parametrize("size", SIZES)
def test_a_lost_connection_a_closed_tab_and_an_ended_session_lose_nothing(world, visit, size):
    world.begun()
    alicia = visit(size)
    alicia.sign_in("alicia@example.org")
    alicia.open(world.address("submission_form"))
    alicia.context.set_offline(True)
    alicia.type(alicia.card("Mujeres formadas"), "value", "8")
    expect(alicia.page.locator("[data-status]")).to_contain_text("Sin conexión", timeout=15_000)
    alicia.press("Pasar al gerente")
    expect(alicia.page.locator("[data-status]")).to_contain_text("Sin conexión")
    alicia.context.set_offline(False)
    alicia.is_saved()
    assert Result.objects.get().value == 8

    alicia.context.set_offline(True)
    alicia.type(alicia.card("Mujeres formadas"), "achievements", "Egresaron ocho.")
    alicia.page.close()
    alicia.context.set_offline(False)
    alicia.page = alicia.context.new_page()
    alicia.open(world.address("submission_form"))
    expect(alicia.card("Mujeres formadas").locator('[data-field="achievements"]')).to_have_value("Egresaron ocho.")
    # Nothing stays unsent: it was recovered and saved, or had still come through.
    expect(alicia.page.locator("[data-status]")).to_have_text(re.compile("^(Guardado|Se guarda)"), timeout=15_000)
    assert Result.objects.get().achievements == "Egresaron ocho."

    alicia.context.clear_cookies()
    alicia.type(alicia.card("Casos con seguimiento"), "numerator", "6")
    expect(alicia.page.locator("[data-status]")).to_contain_text("Su sesión terminó", timeout=15_000)
    alicia.page.locator("[data-status]").get_by_role("link").click()
    alicia.page.get_by_label("Correo electrónico").fill("alicia@example.org")
    alicia.page.get_by_label("Contraseña").fill(PASSWORD)
    alicia.page.get_by_role("button", name="Ingresar", exact=True).click()
    expect(alicia.card("Casos con seguimiento").locator('[data-field="numerator"]')).to_have_value("6")
    alicia.is_saved()
    assert Result.objects.get(indicator=world.pooled).numerator == 6


def test_what_is_typed_before_the_scripts_arrive_is_saved_and_never_overwritten(world, visit):
    """On a slow line the form is there long before what saves it."""
    world.begun()
    alicia = visit()
    alicia.sign_in("alicia@example.org")
    late = []

    def hold(route):
        late.append(route)

    alicia.page.route("**/filing*.js", hold)
    alicia.page.goto(world.address("submission_form"), wait_until="commit")
    alicia.type(alicia.card("Mujeres formadas"), "value", "8")
    alicia.page.wait_for_timeout(300)
    (script,) = late
    script.continue_()
    alicia.is_saved()
    assert Result.objects.get().value == 8
    alicia.type(alicia.card("Mujeres formadas"), "achievements", "Egresaron ocho.")
    alicia.is_saved()
    expect(alicia.card("Mujeres formadas").locator('[data-field="value"]')).to_have_value("8")


def test_a_block_of_a_spreadsheet_is_pasted_into_the_table(world, visit):
    world.begun()
    alicia = visit()
    alicia.sign_in("alicia@example.org")
    alicia.open(world.address("submission_form"))
    card = alicia.card("Mujeres formadas")
    alicia.type(card, "value", "8")
    card.locator('[data-field="sex::woman"]').evaluate(
        """cell => {
            const data = new DataTransfer();
            data.setData("text", "5\\t3\\t0\\t0");
            cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    alicia.is_saved()
    expect(card.locator("[data-sum]")).to_have_text("8")
    assert sorted(Result.objects.get().breakdown.values_list("count", flat=True)) == [0, 0, 3, 5]


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts_the_whole_report_is_filed(world, visit, paper, size):
    alicia = visit(size, java_script_enabled=False)
    alicia.sign_in("alicia@example.org")
    alicia.press("Empezar el reporte")
    counted, pooled = alicia.card("Mujeres formadas"), alicia.card("Casos con seguimiento")
    for key, text in {"value": "8", "sex::woman": "5", "sex::man": "tres"}.items():
        alicia.type(counted, key, text)
    alicia.give(counted, paper)
    alicia.type(pooled, "numerator", "0")
    alicia.type(pooled, "denominator", "0")
    alicia.press("Pasar al gerente")
    expect(alicia.page.get_by_role("alert").first).to_contain_text("«tres» no es un número")
    alicia.type(counted, "sex::man", "3")
    alicia.press("Pasar al gerente")
    expect(alicia.page.get_by_role("main")).to_contain_text("pasó a su gerente")
    assert Result.objects.get(indicator=world.counted).evidence.count() == 1


# --- Accessibility --------------------------------------------------------------------------------------------------

# Every page of this desk by its address, and how it is seen with errors shown.
PAGES = ("desk", "submission_list", "submission_detail", "submission_review", "submission_form", "submission_receipt")


def test_every_page_of_the_desk_is_looked_at():
    from monitoring.urls import report  # noqa: PLC0415  # beside the list it is held against

    # workbook_upload and workbook_preview are looked at beside the others, in tests/test_accessibility.py
    shown = {
        "submission_detail",
        "submission_review",
        "submission_form",
        "submission_receipt",
        "workbook_upload",
        "workbook_preview",
    }
    acts = {
        "submission_start",
        "submission_pulse",
        "result_entry",
        "evidence_attach",
        "evidence_withdraw",
        "evidence_restore",
        "submission_step",
        "observation_create",
        "observation_reply",
        "observation_resolve",
        "extension_grant",
        "submission_workbook",
        "workbook_confirm",
        "workbook_discard",
    }
    assert {pattern.name for pattern in report} - acts == shown
    assert shown - {"workbook_upload", "workbook_preview"} < set(PAGES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_of_the_desk_violates_the_guidelines(world, visit, size, scheme):
    found = {}
    make_result(world.counted, "2022-2", 3)
    alicia = visit(size, color_scheme=scheme, bypass_csp=True)
    ines = visit(size, color_scheme=scheme, bypass_csp=True)
    bruno = visit(size, color_scheme=scheme, bypass_csp=True)

    def check(who: Visitor, what: str, address: str = "") -> None:
        if address:
            who.open(address)
        violations = Axe().run(who.page, options=RULES).response["violations"]
        here = [(each["id"], each["nodes"][0]["target"]) for each in violations]
        if who.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            here.append("wider than the screen")
        if here:
            found[what] = here

    desk, listed = "/planes/lima/escritorio/", "/planes/lima/reportes/"
    form, detail = world.address("submission_form"), world.address("submission_detail")
    for who, email in ((alicia, "alicia@example.org"), (ines, "ines@example.org"), (bruno, "bruno@example.org")):
        who.sign_in(email)
        expect(who.page.get_by_role("heading", level=1)).to_contain_text("Escritorio")
    check(alicia, "desk before the report", desk)
    check(alicia, "report that nobody has begun", detail)
    world.begun()
    check(alicia, "desk of a draft", desk)
    check(alicia, "empty form", form)
    alicia.type(alicia.card("Mujeres formadas"), "value", "ocho")
    alicia.type(alicia.card("Mujeres formadas"), "sex::woman", "x")
    expect(alicia.page.locator("[data-status]")).to_contain_text("marcado en rojo", timeout=15_000)
    check(alicia, "form with errors while typing")
    alicia.press("Pasar al gerente")
    expect(alicia.page.locator("#faltas")).to_be_visible()
    check(alicia, "form with errors after sending")
    Result.objects.all().delete()
    world.begun(whole=True)
    take(world.submission, "hand_to_head", by=world.people.alicia)
    check(ines, "desk of the head", desk)
    check(ines, "signing off", detail)
    take(world.submission, "sign_off", by=world.head)
    check(bruno, "desk of the coordination", desk)
    bruno.open(world.address("submission_review"))
    bruno.press("Devolver con observaciones")
    check(bruno, "review with an error")
    thread = observe(submission=world.submission, text="¿Ocho?", by=world.people.bruno, result=Result.objects.first())
    observe(submission=world.submission, text="¿Y el resto?", by=world.people.bruno)
    check(bruno, "review with observations", world.address("submission_review"))
    take(world.submission, "return", by=world.people.bruno)
    assert thread.is_open
    check(alicia, "desk of a returned report", desk)
    check(alicia, "form with observations", form)
    check(alicia, "reports", listed)
    check(alicia, "receipt", world.address("submission_receipt"))
    assert found == {}
