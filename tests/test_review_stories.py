"""The desk of whoever reviews, in a real browser: a whole review by keyboard alone, and what axe finds on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from institution.models import Role
from monitoring.models import Result, Submission
from monitoring.observing import observe, reply
from monitoring.recording import record
from monitoring.workflow import start, take
from plans.models import Indicator, Plan
from tests.factories import (
    PASSWORD,
    make_activity,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)
from tests.test_accessibility import DESK, PHONE, problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = "2023-1"
REASON = {"no_evidence_reason": "Se perdió en la mudanza"}


@dataclass
class World:
    """Two reports wait for Bruno: that of GMU, with a slip in it, and that of GDE."""

    plan: Plan
    people: object
    women: Indicator
    fairs: Indicator

    @property
    def submission(self) -> Submission:
        return Submission.objects.get(unit__acronym="GMU", period__code=NOW)

    def address(self, acronym: str = "GMU") -> str:
        return reverse("monitoring:submission_review", args=["lima", NOW, acronym])

    def correct(self) -> None:
        """What the unit does with the report that was returned."""
        alicia, thread = self.people.alicia, self.submission.observations.get()
        reply(observation=thread, text="Eran 95: se coló un cero.", by=alicia)
        record(
            submission=self.submission, indicator=self.women, typed={"value": "95"}, seen={"value": "950"}, by=alicia
        )
        take(self.submission, "submit", by=alicia)


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PMH_TODAY = "2023-07-10"
    plan = make_plan(code="lima", closed_up_to="2022-2", open_period=NOW, requires_signoff=False)
    women_unit, trade = make_unit("GMU", name="Gerencia de la Mujer"), make_unit("GDE", name="Gerencia de Desarrollo")
    people = make_people(women_unit)
    tree = make_tree(plan, lead_unit=women_unit)
    women = make_indicator(
        tree.activity, unit=women_unit, targets={"2022-1": 80, "2022-2": 90, NOW: 100}, name="Mujeres formadas"
    )
    fairs = make_indicator(make_activity(tree.actions[0], lead_unit=trade), targets={NOW: 1}, name="Ferias de empleo")
    for period, value in (("2022-1", 70), ("2022-2", 90)):
        make_evidence(make_result(women, period, value, achievements="Se hizo."), content=period.encode())
    sofia = make_user("Sofía Núñez")
    make_designation(sofia, trade, Role.REPORTER)
    for unit, indicator, value, by in ((women_unit, women, "950", people.alicia), (trade, fairs, "1", sofia)):
        submission = start(unit=unit, period=plan.periods.get(code=NOW), by=by)
        typed = {"value": value, "achievements": "Se formó a 95 mujeres."} | REASON
        record(submission=submission, indicator=indicator, typed=typed, seen={}, by=by)
        take(submission, "submit", by=by)
    return World(plan, people, women, fairs)


@dataclass
class Keyboard:
    """Somebody without a mouse: goes from one thing to the next by Tab, and sees where they are."""

    page: Page

    @property
    def here(self) -> str:
        """What has the focus, as it is called."""
        return self.page.evaluate(
            """() => {
                const at = document.activeElement, label = at.labels?.[0]?.textContent;
                return (at.ariaLabel || label || at.textContent || "").replace(/\\s+/g, " ").trim();
            }"""
        )

    def go_to(self, name: str) -> None:
        """On by Tab until the thing of that name has the focus, which shows. `name`: a regular expression."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if re.fullmatch(name, self.here):
                assert self.is_shown(), f"the focus on {name} is not to be seen"
                return
        raise AssertionError(f"{name} is not reached by Tab")

    def is_shown(self) -> bool:
        return self.page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
                const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
                return outlined && box.bottom > 0 && box.top < innerHeight;
            }"""
        )

    def press(self, name: str) -> None:
        self.go_to(name)
        self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        self.go_to(name)
        self.page.keyboard.type(text)


def sign_in(context: BrowserContext, email: str) -> Page:
    page = context.new_page()
    page.goto("/cuenta/login/")
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/escritorio/")
    return page


def test_a_whole_review_by_keyboard_alone(world, page: Page, browser: Browser):
    page.goto("/cuenta/login/")
    hands = Keyboard(page)
    hands.type("Correo electrónico", "bruno@example.org")
    hands.type("Contraseña", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/escritorio/")
    expect(page.get_by_text("2 reportes esperan su revisión")).to_be_visible()

    # Opens the report, goes to the result that the list marks, reads why.
    hands.press("Gerencia de la Mujer")
    page.wait_for_url(f"**{world.address()}")
    hands.go_to("Ir al contenido")
    page.keyboard.press("Enter")
    hands.press("Mujeres formadas.*2 advertencias")
    result = page.get_by_role("region", name="Mujeres formadas", exact=True)
    expect(result).to_be_in_viewport()
    expect(result).to_contain_text(
        "950 es diez veces lo usual o más: la mediana de lo reportado antes (2 semestres) es 80."
    )

    # Observes it on the spot, and returns the report.
    hands.press("Observar este resultado")
    hands.type("Qué debe corregir o aclarar la unidad", "El texto dice 95. ¿Sobra un cero?")
    hands.press("Anotar observación")
    expect(result.locator(".thread")).to_contain_text("¿Sobra un cero?")
    hands.press("Devolver con observaciones")
    expect(page.get_by_role("status")).to_contain_text("El reporte volvió a la unidad")
    expect(page.get_by_text("1 reporte espera su revisión.")).to_be_visible()

    # The unit corrects; the report comes back, with what changed.
    world.correct()
    page.reload()
    expect(result.locator(".report_changes")).to_contain_text("950 → 95")
    expect(result).not_to_contain_text("advertencia")
    hands.press("Dar por resuelta")
    expect(result.locator(".thread")).to_contain_text("resuelta")
    hands.press("Dar conformidad")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conforme")

    # And on to the next unit.
    hands.press("Revisar GDE")
    page.wait_for_url(f"**{world.address('GDE')}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gerencia de Desarrollo")
    hands.press("Dar conformidad")
    expect(page.get_by_text("Ningún reporte más espera su revisión.")).to_be_visible()
    assert set(Submission.objects.filter(period__code=NOW).values_list("state", flat=True)) == {"validated"}


def test_two_reviewers_at_once(world, browser: Browser, live_server):
    """Lucía validates while Bruno is writing: he is told so, and his text is there to be copied."""
    make_designation(make_user("Lucía Paredes", "lucia@example.org"), make_unit("GPV"), Role.COORDINATOR)
    here, there = (browser.new_context(base_url=live_server.url, locale="es-PE") for _ in range(2))
    bruno, lucia = sign_in(here, "bruno@example.org"), sign_in(there, "lucia@example.org")
    for page in (bruno, lucia):
        page.goto(world.address())
    bruno.get_by_text("Observar este resultado").click()
    bruno.get_by_label("Qué debe corregir o aclarar la unidad").first.fill("¿Sobra un cero?")
    lucia.get_by_role("button", name="Dar conformidad").click()
    expect(lucia.get_by_role("heading", level=1)).to_contain_text("Conforme")
    bruno.get_by_role("button", name="Anotar observación").first.click()
    told = re.compile(r"Lucía Paredes dio conformidad al reporte el 10 jul\. 2023 a las \d\d:\d\d\.")
    expect(bruno.get_by_role("status")).to_contain_text(told)
    expect(bruno.get_by_label("Su texto")).to_have_value("¿Sobra un cero?")
    here.close()
    there.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_no_state_of_the_review_violates_the_guidelines(world, browser: Browser, live_server, scheme, screen):
    context = browser.new_context(
        base_url=live_server.url, viewport=screen, color_scheme=scheme, locale="es-PE", bypass_csp=True
    )
    page, found, bruno = sign_in(context, "bruno@example.org"), {}, world.people.bruno

    def check(what: str, address: str = "") -> None:
        if address:
            page.goto(address)
        if here := problems(page):
            found[what] = here

    check("waiting, with warnings", world.address())
    check("the page for everybody", reverse("monitoring:submission_detail", args=["lima", NOW, "GMU"]))
    page.goto(world.address())
    page.get_by_text("Observar este resultado").click()
    page.get_by_role("button", name="Devolver con observaciones").click()
    page.get_by_text("Anote al menos una observación").wait_for()
    check("refused")
    observe(submission=world.submission, text="¿950?", by=bruno, result=Result.objects.get(value=950))
    observe(submission=world.submission, text="¿Y el resto?", by=bruno)
    check("with observations", world.address())
    page.get_by_text("Observar este resultado").click()
    page.get_by_label("Qué debe corregir o aclarar la unidad").first.fill("Otra")
    take(world.submission, "return", by=bruno)
    page.get_by_role("button", name="Anotar observación").first.click()
    page.get_by_label("Su texto").wait_for()
    check("returned meanwhile, with what was written")
    gde = Submission.objects.get(unit__acronym="GDE", period__code=NOW)
    gde.contributors.add(bruno)
    check("one's own", world.address("GDE"))
    gde.contributors.clear()
    take(gde, "validate", by=bruno)
    check("validated", world.address("GDE"))
    context.close()
    assert found == {}
