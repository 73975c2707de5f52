"""Columns that several tables have, and the words of their codes."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from monitoring.progress import Light
from monitoring.scorecard import Figures, Level
from monitoring.showing import HORIZON_NAMES, LEVEL_NAMES, LIGHT_WORDS, STATUS_WORDS
from reports.opendata.columns import (
    Codes,
    Column,
    Text,
    coded,
    count,
    number,
    period,
    text,
    to,
)

# What stands for the second dimension in a table that is told by sex alone.
EVERY_CATEGORY = "all"
FIGURES_NAMES = {Figures.OFFICIAL: _("oficiales"), Figures.WORKING: _("preliminares")}
SHEET_TITLES = {
    "what_counts": (_("Qué cuenta"), "What counts towards the indicator."),
    "what_does_not": (_("Qué no cuenta"), "What does not count towards it."),
    "method": (_("Método de cálculo"), "How it is computed."),
    "source": (_("Fuente"), "Where its data come from."),
    "justification": (_("Justificación"), "Why it was chosen."),
    "relevance": (_("Relevancia"), "What it is good for."),
    "limitations": (_("Limitaciones"), "What it does not tell."),
    "assumptions": (_("Supuestos"), "What is assumed."),
}


def names(of: dict) -> Codes:
    return lambda: [(each.value, name) for each, name in of.items()]


def choices(of: type) -> Codes:
    return lambda: of.choices


TREE = {level: name for level, name in LEVEL_NAMES.items() if level != Level.UNIT}
LIGHTS = {light: LIGHT_WORDS[light] for light in Light if light in LIGHT_WORDS}


def figure(*, in_node: bool) -> tuple[Column, ...]:
    """The columns of any figure of progress, in one window, as of one semester."""
    whose = "Bounded mean of the activities below" if in_node else "Raw, neither bounded nor rounded"
    return (
        number(
            "progress_programmed",
            _("Avance sobre lo programado, en %"),
            f"Progress on what was programmed, in percent. {whose}.",
        ),
        number(
            "progress_reported",
            _("Avance sobre lo reportado, en %"),
            f"Progress on what was reported, in percent. {whose}.",
        ),
        coded(
            "light",
            _("Semáforo de la lectura oficial"),
            "Light of the official reading, by the plan's thresholds.",
            names(LIGHTS),
            required=False,
        ),
        count("due", _("Semestres que vencían"), "Programmed semesters not later than `upto`, inside the window."),
        count("reported", _("De ellos, con resultado"), "Of those, how many have a result."),
        number("coverage", _("Cobertura, en %"), "Share of due semesters with a result, in percent."),
    )


def moment(whose: Column) -> tuple[Column, ...]:
    return (
        whose,
        period("upto", _("Semestre hasta el que se mide"), "The semester as of which the figure stands."),
        coded("horizon", _("Ventana de tiempo"), "The window onto the series.", names(HORIZON_NAMES)),
    )


def counts() -> tuple[Column, ...]:
    return tuple(
        count(
            f"indicators_{status.value}",
            format_lazy("{}: {}", _("Indicadores"), word),
            f"How many indicators below have the status `{status.value}`.",
        )
        for status, word in STATUS_WORDS.items()
    )


def code(title: Text, description: str) -> Column:
    return text("code", title, description, required=True)


def node() -> Column:
    return text("node", _("Código del elemento del plan"), "Code of a node, or of the plan as a whole.", required=True)


def indicator() -> Column:
    return text("indicator", _("Código del indicador"), "Code of the indicator.", required=True)


def sheet() -> tuple[Column, ...]:
    return tuple(text(name, title, description) for name, (title, description) in SHEET_TITLES.items())


TO_INDICATOR, TO_PERIOD = to("indicators", "indicator"), to("periods", "period")
TO_UNIT = to("units", "unit", key=("acronym",))
