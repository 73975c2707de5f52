"""Presentation only: how figures, marks, charts and the navigation look in a template. Loaded in every template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution import clock
from institution.models import Role
from monitoring import charts, showing
from monitoring.attentions import Tally
from monitoring.models import SubmissionEvent
from monitoring.progress import FORMULA_VERSION, Light, Status
from monitoring.projection import Outcome, Projection, Why
from monitoring.scorecard import Level
from monitoring.workflow import BEGINNINGS, STEPS
from plans.measures import Reading
from pmh.help import topics

register = template.Library()


# --- Numbers and words ----------------------------------------------------------------------------------------------


@register.filter
def figure(value: Decimal | None, places: int = showing.INDICATOR_PLACES) -> str:
    """A percentage without its sign, half up: `{{ f|figure }}` 2 decimals (indicators), `{{ f|figure:1 }}` averages."""
    return showing.figure_text(value, int(places))


@register.filter
def quantity(value: Decimal | None) -> str:
    """A value or target without idle zeros, comma for thousands; missing is a dash."""
    return showing.quantity_text(value)


@register.filter
def sign_explanation(sign: str) -> str:
    return str(showing.SIGN_EXPLANATIONS.get(sign, ""))


@register.filter
def level_name(level: Level) -> str:
    return str(showing.LEVEL_NAMES[level])


@register.filter
def horizon_name(horizon: str) -> str:
    return str(showing.HORIZON_NAMES[horizon])


@register.filter
def reading_name(reading: str) -> str:
    return str(showing.READING_NAMES[Reading(reading)])


@register.filter
def outcome_name(outcome: Outcome, kind: str = "") -> str:
    """What is expected of a final target: as a heading, or `{{ o|outcome_name:"short" }}`."""
    return str((showing.OUTCOME_SHORT_NAMES if kind == "short" else showing.OUTCOME_NAMES)[outcome])


@register.filter
def why_text(why: Why) -> str:
    return str(showing.WHY_TEXTS[why])


@register.filter
def pace_so_far(projection: Projection) -> str:
    return showing.pace_text(projection)


@register.filter
def pace_needed(projection: Projection) -> str:
    return showing.needed_text(projection)


@register.filter
def short_code(code: str) -> str:
    """`ACT.01.01.02` as `01.01.02`, where the level is said beside it."""
    return showing.short_code(code)


@register.simple_tag
def formula_version() -> str:
    return FORMULA_VERSION


# --- Marks and charts -----------------------------------------------------------------------------------------------


@register.simple_tag
def light_mark(light: Light | None) -> SafeString:
    """The shape of a light, to stand beside a figure; decoration, so say the word as well."""
    return charts.light_mark(light)


@register.simple_tag
def over_mark() -> SafeString:
    return charts.over_mark()


@register.simple_tag
def light(figure: Any, reading: str = Reading.PROGRAMMED, places: int = 1) -> SafeString:
    """A figure (indicator or node) as a pill: colour, shape, number or sign, and the word for a screen reader."""
    value = figure.progress.by(Reading(reading))
    sign = figure.sign
    if sign:
        not_due = figure.not_due_yet
        text = str(showing.NOT_DUE_YET) if not_due else sign
        told = "" if not_due else showing.SIGN_EXPLANATIONS[sign]
        return format_html('<span class="pill pill--none" title="{}">{}</span>', told, text)
    shape = charts.light_mark(figure.light)
    word = format_html('<span class="sr">, {}</span>', showing.LIGHT_WORDS[figure.light]) if figure.light else ""
    name = charts.LIGHT_CLASS[figure.light] if figure.light else "plain"
    number = f"{showing.figure_text(value, places)} %" if value is not None else showing.MISSING
    return format_html('<span class="pill pill--{}">{}{}{}</span>', name, shape, number, word)


@register.simple_tag
def series_chart(points: Sequence[charts.Point], title: str, ident: str, kind: str = "bars") -> SafeString:
    return charts.series_chart(points, title=title, ident=ident, kind="line" if kind == "line" else "bars")


@register.simple_tag
def progress_bar(value: Decimal | None, light: Light | None = None, label: str = "") -> SafeString:
    return charts.progress_bar(value, light, label=label)


@register.simple_tag
def sparkline(values: Sequence[Decimal | None]) -> SafeString:
    return charts.sparkline(values)


@register.simple_tag
def status_bar(counts: Mapping[Status, int]) -> SafeString:
    return charts.status_bar(counts)


@register.simple_tag
def people_bar(tally: Tally, top: Decimal, sex: str = "") -> SafeString:
    return charts.people_bar(tally, top, sex)


@register.simple_tag
def tile_map(tiles: Sequence[charts.MapTile], title: str, ident: str) -> SafeString:
    return charts.tile_map(tiles, title=title, ident=ident)


@register.simple_tag
def status_counts(counts: Mapping[Status, int]) -> list[tuple[str, str, int]]:
    """The counts by status that are not zero, as (class, word, count), in the order of the bar."""
    return [
        (name, str(showing.STATUS_WORDS[status]), counts[status])
        for status, (name, _fill) in charts.STATUS_CLASS.items()
        if counts.get(status)
    ]


# --- Slots ------------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def notice(content: str, tone: str = "info") -> SafeString:
    """A message that stays on the page: `{% notice "warning" %}…{% endnotice %}` (info, warning, good, poor)."""
    return format_html('<div class="notice notice--{}" role="note">{}</div>', tone, content)


@register.simple_block_tag
def empty(content: str, title: str = "") -> SafeString:
    """What stands where there is nothing to list, and what to do about it."""
    return format_html('<div class="empty"><p class="empty-title">{}</p>{}</div>', title, content)


@register.simple_block_tag
def fact(content: str, label: str = "") -> SafeString:
    """One line of a list of facts; left out where the content is empty."""
    text = content.strip()
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, SafeString(text)) if text else SafeString("")


# --- The flow of a report -------------------------------------------------------------------------------------------


@register.filter
def event_words(event: SubmissionEvent) -> str:
    """What happened, in the words of the step that was taken."""
    step = STEPS.get(event.step)
    return str(step.label if step else BEGINNINGS.get(event.step, event.get_to_state_display()))


@register.filter
def sending_number(event: SubmissionEvent, sendings: Sequence[SubmissionEvent]) -> int:
    """The how manieth sending of the report an event is, from 1."""
    return sendings.index(event) + 1


# --- Time ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def days_until(day: dt.date) -> int:
    """Calendar days from today, by the institution's clock; negative once it has passed."""
    return (day - clock.today()).days


# --- Navigation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    current: str  # the value of aria-current: "page", "true" for a page under it, or empty


@dataclass(frozen=True)
class Section:
    """A place in the navigation: its page, the pages under it, whom it is for (everybody when empty), its tabs."""

    label: Promise
    view: str
    under: tuple[str, ...] = ()
    shown_to: tuple[Role, ...] = ()
    tabs: tuple[Section, ...] = ()

    def holds(self, here: str) -> bool:
        """Whether the page called `here` belongs to it."""
        return here == self.view or here.startswith(self.under) or any(tab.holds(here) for tab in self.tabs)


REVIEWERS = (Role.COORDINATOR, Role.PLANNER)
# A view that the project does not have is left out, and so is a tab that would stand alone.
SECTIONS = (
    Section(gettext_lazy("Escritorio"), "monitoring:desk"),
    Section(
        gettext_lazy("Reportes"),
        "monitoring:submission_list",
        ("monitoring:submission_", "monitoring:workbook_"),
        tabs=(
            Section(gettext_lazy("Quién falta"), "monitoring:reporting_board", ("monitoring:reporting_",), REVIEWERS),
            Section(gettext_lazy("Todos los reportes"), "monitoring:submission_list", ("monitoring:submission_",)),
            Section(gettext_lazy("Semestres"), "monitoring:period_list", ("monitoring:period_",)),
            Section(gettext_lazy("Cumplimiento de plazos"), "monitoring:punctuality"),
        ),
    ),
    Section(
        gettext_lazy("Tablero"),
        "monitoring:scorecard",
        ("monitoring:node_detail", "monitoring:indicator_detail"),
        tabs=(
            Section(gettext_lazy("Matriz"), "monitoring:scorecard"),
            Section(gettext_lazy("Atenciones"), "monitoring:people_reached", ("monitoring:people_reached",)),
            Section(gettext_lazy("Proyección"), "monitoring:outlook"),
            Section(gettext_lazy("Comparar gerencias"), "monitoring:unit_comparison"),
        ),
    ),
    Section(
        gettext_lazy("Gerencias"),
        "monitoring:unit_list",
        ("monitoring:unit_detail",),
        tabs=(
            Section(gettext_lazy("Avance"), "monitoring:unit_list", ("monitoring:unit_detail",)),
            Section(gettext_lazy("Organización"), "monitoring:organisation", ("monitoring:organisation_",), REVIEWERS),
            Section(gettext_lazy("Personas"), "monitoring:person_list", ("monitoring:person_",), REVIEWERS),
        ),
    ),
    Section(
        gettext_lazy("Evaluaciones"),
        "reports:evaluation_list",
        ("reports:",),
        tabs=(
            Section(gettext_lazy("Evaluaciones"), "reports:evaluation_list", ("reports:evaluation_",)),
            Section(gettext_lazy("Compromisos"), "monitoring:commitment_list", ("monitoring:commitment_",)),
            Section(gettext_lazy("Documentos"), "reports:document_list", ("reports:document_",)),
        ),
    ),
    Section(
        gettext_lazy("Plan"),
        "monitoring:plan_detail",
        tabs=(
            Section(gettext_lazy("El plan"), "monitoring:plan_detail", ("monitoring:plan_copy",)),
            Section(gettext_lazy("Editar"), "monitoring:plan_edit", ("monitoring:plan_edit",), REVIEWERS),
            Section(gettext_lazy("Reprogramaciones"), "monitoring:revision_list", ("monitoring:revision_",)),
            Section(gettext_lazy("Hoja de ruta"), "plans:approval_list", ("plans:approval_",)),
            Section(gettext_lazy("Biblioteca"), "plans:library", ("plans:library",)),
            Section(
                gettext_lazy("Semestres anteriores"),
                "monitoring:historical_upload",
                ("monitoring:historical_",),
                REVIEWERS,
            ),
            Section(gettext_lazy("Agencias"), "plans:agency_list", ("plans:agency_",), (Role.COORDINATOR,)),
            Section(gettext_lazy("Bitácora"), "monitoring:activity_log", ("monitoring:activity_log",), REVIEWERS),
        ),
    ),
    Section(
        gettext_lazy("Presupuesto"),
        "plans:budget_answers",
        ("plans:budget_",),
        (Role.BUDGET_LIAISON, Role.COORDINATOR, Role.PLANNER),
    ),
)


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context, plan: Any) -> list[NavItem]:
    """The sections of a plan, with the one that the page belongs to."""
    return _items(context, plan, SECTIONS)


@register.simple_tag(takes_context=True)
def tab_items(context: template.Context, plan: Any) -> list[NavItem]:
    """The tabs of the section that the page belongs to; none where there is but one to choose."""
    section = next((each for each in SECTIONS if each.holds(_here(context))), None)
    items = _items(context, plan, section.tabs) if section else []
    return items if len(items) > 1 else []


def _here(context: template.Context) -> str:
    match = getattr(context.get("request"), "resolver_match", None)
    return match.view_name if match else ""


def _items(context: template.Context, plan: Any, sections: Sequence[Section]) -> list[NavItem]:
    here = _here(context)
    roles = {post.role for post in context.get("posts", ()) if post.unit.government_id == plan.government_id}
    items = []
    for section in sections:
        if section.shown_to and not roles & set(section.shown_to):
            continue
        try:
            url = reverse(section.view, args=[plan.code])
        except NoReverseMatch:
            continue
        current = "page" if here == section.view else "true" if section.holds(here) else ""
        items.append(NavItem(str(section.label), url, current))
    return items


@register.simple_tag(takes_context=True)
def people_address(context: template.Context, plan: Any) -> str:
    """Where a coordinator looks after people: the plan's persons, or the invitations where the page has no plan."""
    governments = {post.unit.government_id for post in context.get("posts", ()) if post.role == Role.COORDINATOR}
    if plan and plan.government_id in governments:
        return reverse("monitoring:person_list", args=[plan.code])
    return reverse("institution:invitations") if governments else ""


@register.simple_tag(takes_context=True)
def help_address(context: template.Context) -> str:
    """Where the manual speaks of this page."""
    return topics.help_address(context.get("request"))


@register.filter
def in_words(flag: bool | None) -> str:
    return _("sin respuesta") if flag is None else _("sí") if flag else _("no")
