"""Counts of people as they may be published (rules, section 12)."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from monitoring.exports.results import LEVEL_WORDS
from monitoring.models import Breakdown
from monitoring.showing import HORIZON_NAMES
from plans.measures import Horizon
from plans.models import BreakdownTable
from reports.opendata.columns import (
    Table,
    coded,
    count,
    number,
    period,
    text,
    to,
)
from reports.opendata.tables.parts import (
    TO_INDICATOR,
    TO_PERIOD,
    choices,
    indicator,
    names,
    node,
)

BREAKDOWN_TABLES = Table(
    "breakdown_tables",
    _("Tablas de desagregación"),
    _("Cuánto se publica de cada tabla de un resultado, para que nadie pueda ser reconocido."),
    "How much of each breakdown table is told: one with a cell of 1 to 4 is told by sex alone, or not at all.",
    (
        indicator(),
        period("period", _("Semestre"), "Code of the semester."),
        coded("table", _("Tabla"), "Which breakdown.", choices(BreakdownTable)),
        coded("level", _("Qué se publica"), "How much of it is told.", names(LEVEL_WORDS)),
    ),
    ("indicator", "period", "table"),
    (TO_INDICATOR, TO_PERIOD),
)

BREAKDOWNS = Table(
    "breakdowns",
    _("Personas por sexo y otra característica"),
    _("Las celdas que pueden publicarse. No sume tablas entre sí: cuentan a las mismas personas."),
    "The cells that may be told. Tables of one result count the same people: never add them up.",
    (
        indicator(),
        period("period", _("Semestre"), "Code of the semester."),
        coded("table", _("Tabla"), "Which breakdown.", choices(BreakdownTable)),
        text(
            "category",
            _("Código de la segunda característica"),
            "Age, population, disability or district (INEI code); `all` where the table is told by sex alone.",
            required=True,
        ),
        text("category_name", _("Segunda característica"), "Its name in Spanish.", required=True),
        coded("sex", _("Sexo"), "Sex.", choices(Breakdown.Sex)),
        count("count", _("Número"), "How many."),
    ),
    ("indicator", "period", "table", "category", "sex"),
    (to("breakdown_tables", "indicator", "period", "table", key=("indicator", "period", "table")),),
)

ATTENTIONS = Table(
    "attentions",
    _("Atenciones a personas"),
    _("Atenciones, no personas: quien volvió cuenta dos veces. Lo que no se desagrega va aparte."),
    "Sums of counts of people over indicators and semesters: attentions, since people repeat.",
    (
        coded(
            "horizon",
            _("Ventana de tiempo"),
            "The year, or the plan to date.",
            names({each: HORIZON_NAMES[each] for each in (Horizon.YEAR, Horizon.PLAN)}),
        ),
        node(),
        *(
            count(
                each.value,
                format_lazy("{}: {}", _("Atenciones"), each.label),
                f"Attentions to people of sex `{each.value}`.",
                required=False,
            )
            for each in Breakdown.Sex
        ),
        number("not_broken_down", _("Sin desagregar"), "What is not told by sex."),
        number("total", _("Total"), "All of them."),
    ),
    ("horizon", "node"),
    (to("nodes", "node"),),
)
