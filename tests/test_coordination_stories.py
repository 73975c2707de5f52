"""A semester from opening to closing in a real browser: chased, extended, returned, validated, closed, reopened."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from institution.models import Letter, Role, User
from monitoring.models import Period, Submission
from monitoring.observing import reply
from monitoring.recording import record
from monitoring.workflow import start, take
from tests.factories import (
    PASSWORD,
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_tree,
    make_unit,
    make_user,
)
from tests.test_accessibility import problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
REPORTERS = {"GMU": "Alicia Rojas", "GED": "Luz Vega", "GDE": "Diego Paz", "GPV": "Marco Tello"}


@dataclass
class World:
    people: dict[str, User]  # by unit, who reports; and "bruno", "pia"

    @property
    def period(self) -> Period:
        return Period.objects.get(plan__code="lima", code="2022-1")

    def submission(self, acronym: str) -> Submission:
        return Submission.objects.get(unit__acronym=acronym, period=self.period)

    def files(self, acronym: str, *, sends: bool = True) -> None:
        """The unit fills in its report by the same verbs as the form, and sends it."""
        by = self.people[acronym]
        submission = start(unit=make_unit(acronym), period=self.period, by=by)
        indicator = make_unit(acronym).responsibilities.get().indicator
        typed = {"value": "8", "no_evidence_reason": "Se perdió en la mudanza"}
        record(submission=submission, indicator=indicator, typed=typed, seen={}, by=by)
        if sends:
            take(submission, "submit", by=by)


@pytest.fixture
def world(transactional_db) -> World:
    plan = make_plan(code="lima", requires_signoff=False)
    activity = make_tree(plan).activity
    people = make_people(make_unit("GMU", name="Gerencia de la Mujer"))
    known = {"GMU": people.alicia, "bruno": people.bruno}
    for acronym, name in REPORTERS.items():
        unit = make_unit(acronym)
        make_indicator(activity, unit=unit, targets={"2022-1": 10}, name=f"Talleres de {acronym}")
        if acronym not in known:
            known[acronym] = make_user(name, f"{acronym.lower()}@example.org")
            make_designation(known[acronym], unit)
    known["pia"] = make_user("Pía Luna", "pia@example.org")
    make_designation(known["pia"], make_unit("GP"), Role.PLANNER)
    return World(known)


@pytest.fixture
def visit(browser: Browser, live_server):
    """Opens a browser in which somebody has signed in."""
    contexts = []

    def opened(person: User, size: str = "desk", **more) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=SIZES[size], locale="es-PE", **more)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Correo electrónico").fill(person.email)
        page.get_by_label("Contraseña").fill(PASSWORD)
        page.get_by_role("button", name="Ingresar", exact=True).click()
        page.wait_for_url("**/escritorio/")
        return page

    yield opened
    for context in contexts:
        context.close()


def address(page: str, *more: str) -> str:
    return reverse(f"monitoring:{page}", args=["lima", *more])


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role("main").get_by_role(role, name=name, exact=True).first.click()


def row_of(page: Page, acronym: str) -> Locator:
    return page.get_by_role("row").filter(has_text=f"Gerencia {acronym}")


def says(page: Page, text: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(text)


@pytest.mark.parametrize("size", SIZES)
def test_a_semester_from_opening_to_closing(world, visit, settings, size):
    settings.PMH_TODAY = "2022-07-01"
    bruno = visit(world.people["bruno"], size)
    is_opened(bruno)
    world.files("GMU")
    world.files("GPV")
    # Ten days before the deadline the daily round writes to those who have not sent, once.
    settings.PMH_TODAY = "2022-07-11"
    for _twice in range(2):
        call_command("send_reminders", verbosity=0)
    reminded = Letter.objects.filter(kind="reminder", subject__contains="vence el 21 jul. 2022")
    assert set(reminded.values_list("to", flat=True)) == {"ged@example.org", "gde@example.org"}

    world.files("GDE", sends=False)
    settings.PMH_TODAY = "2022-07-18"
    two_are_chased_and_one_is_given_more_time(bruno)
    one_is_returned_answered_and_validated(bruno, world)
    the_coordination_s_own_report_is_for_planning(bruno, visit(world.people["pia"], size))

    # The one with more time sends within it; the other never does, and the semester is closed without it.
    settings.PMH_TODAY = "2022-07-28"
    world.files("GED")
    take(world.submission("GED"), "validate", by=world.people["bruno"])
    settings.PMH_TODAY = "2022-08-19"
    is_closed_by_whoever_confirms_what_is_missing(bruno, world)
    is_opened_again_with_a_reason(bruno, world)


def is_opened(bruno: Page) -> None:
    bruno.goto(address("period_list"))
    press(bruno, "Abrir 2022-1", "link")
    expect(bruno.get_by_label("Las unidades reportan hasta el")).to_have_value("2022-07-21")
    press(bruno, "Abrir el semestre")
    says(bruno, "El semestre 2022-1 está abierto; las unidades reportan hasta el 21 jul. 2022.")


def two_are_chased_and_one_is_given_more_time(bruno: Page) -> None:
    bruno.goto(address("reporting_board"))
    draft = row_of(bruno, "GDE")
    expect(draft).to_contain_text("1 de 1 indicadores, 100 %")
    expect(draft).to_contain_text("quedan 3 días")
    for acronym in ("GED", "GDE"):
        bruno.get_by_label(f"Marcar Gerencia {acronym}").check()
    press(bruno, "Recordar a las marcadas")
    says(bruno, "Se recordó a 2 personas: GDE, GED.")
    expect(row_of(bruno, "GED")).to_contain_text("se recordó a Luz Vega")
    for email in ("ged@example.org", "gde@example.org"):
        assert Letter.objects.filter(kind="reminder", to=email).count() == 2
    press(bruno, "Gerencia GED", "link")
    bruno.get_by_text("Dar otro plazo a esta unidad").click()
    bruno.get_by_label("Nuevo plazo").fill("2022-07-29")
    bruno.get_by_label("Motivo").fill("El centro certificador entrega a fin de mes")
    press(bruno, "Ampliar")
    bruno.goto(address("reporting_board"))
    expect(row_of(bruno, "GED")).to_contain_text("plazo ampliado")


def one_is_returned_answered_and_validated(bruno: Page, world: World) -> None:
    bruno.goto(address("submission_review", "2022-1", "GMU"))
    bruno.get_by_text("Observar el reporte", exact=True).click()
    bruno.get_by_label("Qué debe corregir o aclarar la unidad").last.fill("¿Ocho o nueve?")
    bruno.get_by_role("button", name="Anotar observación").last.click()
    press(bruno, "Devolver con observaciones")
    expect(bruno.get_by_role("heading", level=1)).to_contain_text("Devuelto")
    assert Letter.objects.filter(kind="notice", to="alicia@example.org", subject__contains="Devolvieron").exists()
    thread = world.submission("GMU").observations.get()
    reply(observation=thread, text="Eran ocho.", by=world.people["GMU"])
    take(world.submission("GMU"), "submit", by=world.people["GMU"])
    bruno.goto(address("submission_review", "2022-1", "GMU"))
    press(bruno, "Dar por resuelta")
    press(bruno, "Dar conformidad")
    expect(bruno.get_by_role("heading", level=1)).to_contain_text("Conforme")
    assert Letter.objects.filter(to="alicia@example.org", subject__contains="conformidad").exists()


def the_coordination_s_own_report_is_for_planning(bruno: Page, pia: Page) -> None:
    bruno.goto(address("submission_review", "2022-1", "GPV"))
    expect(bruno.get_by_role("button", name="Dar conformidad")).to_have_count(0)
    pia.goto(address("reporting_board"))
    press(pia, "Revisar GPV", "link")
    press(pia, "Dar conformidad")
    expect(pia.get_by_role("heading", level=1)).to_contain_text("Conforme")


def is_closed_by_whoever_confirms_what_is_missing(bruno: Page, world: World) -> None:
    bruno.goto(address("period_list"))
    press(bruno, "Cerrar 2022-1", "link")
    says(bruno, "En borrador o por el visto bueno")
    press(bruno, "Cerrar el semestre")
    expect(bruno.get_by_role("alert")).to_contain_text("Falta algo en 2022-1 (sin enviar: GDE)")
    assert world.period.is_open
    bruno.get_by_label("Cerrarlo así").check()
    press(bruno, "Cerrar el semestre")
    says(bruno, "El semestre 2022-1 está cerrado: sus cifras son oficiales.")
    says(bruno, "Quedó sin enviar: GDE.")
    bruno.goto(address("punctuality"))
    expect(row_of(bruno, "GDE")).to_contain_text("no reportó")
    expect(row_of(bruno, "GED")).to_contain_text("con ampliación")


def is_opened_again_with_a_reason(bruno: Page, world: World) -> None:
    bruno.goto(address("period_list"))
    press(bruno, "Reabrir 2022-1", "link")
    bruno.get_by_label("Motivo").fill("GDE entrega su reporte")
    press(bruno, "Reabrir el semestre")
    says(bruno, "GDE entrega su reporte")
    assert world.period.is_open


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_none_of_these_pages_violates_the_guidelines(world, visit, settings, size, scheme):
    settings.PMH_TODAY = "2022-07-24"
    Period.objects.filter(pk=world.period.pk).update(state="open", opened_on="2022-07-01", due_on="2022-07-21")
    world.files("GMU")
    world.files("GDE", sends=False)
    world.people["GED"].deactivate()
    page = visit(world.people["bruno"], size, color_scheme=scheme, bypass_csp=True)
    found = {}

    def check(what: str, where: str = "") -> None:
        if where:
            page.goto(where)
        if here := problems(page):
            found[what] = here

    check("board", address("reporting_board"))
    press(page, "Recordar a las 3 que faltan")
    check("board after reminding")
    check("punctuality", address("punctuality"))
    check("semesters", address("period_list"))
    page.get_by_text("Agregar un día").click()
    page.get_by_label("Motivo").fill("Aniversario")
    page.get_by_label("Día no laborable").fill("2022-07-28")
    press(page, "Agregar")
    expect(page.get_by_role("alert")).to_be_visible()
    check("a day off, refused")
    check("close", address("period_close", "2022-1"))
    press(page, "Cerrar el semestre")
    check("close, refused")
    check("open", address("period_open", "2022-2"))
    page.get_by_label("Las unidades reportan hasta el").fill("2022-07-24")
    press(page, "Abrir el semestre")
    check("open, refused")
    page.goto(address("period_close", "2022-1"))
    page.get_by_label("Cerrarlo así").check()
    press(page, "Cerrar el semestre")
    check("semesters with a closed one")
    check("board of a closed semester", address("reporting_board") + "?semestre=2022-1")
    check("reopen", address("period_reopen", "2022-1"))
    check("mail", reverse("institution:mail_settings"))
    assert found == {}
