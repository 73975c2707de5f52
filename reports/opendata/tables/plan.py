"""What was promised: the plan, its semesters, units, tree and indicators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from monitoring.showing import READING_NAMES
from plans.models import BreakdownTable, Indicator
from reports.opendata.columns import (
    Column,
    Table,
    coded,
    date,
    number,
    period,
    several,
    text,
    to,
    year,
    yes_or_no,
)
from reports.opendata.tables.parts import (
    FIGURES_NAMES,
    TO_INDICATOR,
    TO_UNIT,
    TREE,
    choices,
    code,
    indicator,
    names,
    sheet,
)

PLAN = Table(
    "plan",
    _("El plan y sus reglas"),
    _("Una sola fila: de quién es, qué años cubre y con qué parámetros se calcula."),
    "The plan, the parameters of its figures, and the document whose record these files tell. One row.",
    (
        code(_("Código del plan"), "Identifies the plan."),
        text("name", _("Nombre"), "Name of the plan.", required=True),
        text("government", _("Gobierno local"), "Name of the local government.", required=True),
        text("ubigeo", _("Ubigeo del INEI"), "INEI code of the government's territory.", required=True),
        text("place", _("Ámbito"), "Territory, as it stands in titles.", required=True),
        text("description", _("Misión"), "Mission of the plan."),
        text("instrument", _("Norma que lo aprueba"), "The norm that approved it; empty while there is none."),
        year("first_year", _("Primer año"), "First year of the plan."),
        year("last_year", _("Último año"), "Last year of the plan."),
        yes_or_no(
            "is_reference",
            _("Es un texto de referencia"),
            "Whether the wording is a reference and not the approved annex.",
        ),
        period("upto", _("Semestre hasta el que informan estos datos"), "The semester as of which everything stands."),
        coded("figures", _("Cifras"), "Official: of closed semesters, validated.", names(FIGURES_NAMES)),
        text("formula", _("Versión de la regla de cálculo"), "Version of the rules of the figures.", required=True),
        coded("reading", _("Lectura oficial"), "Which reading of progress is official.", names(READING_NAMES)),
        number("cap", _("Tope en los promedios, en %"), "Bound of raw progress in averages; empty: none."),
        number("green_from", _("Verde desde, en %"), "Progress from which a light is green."),
        number("amber_from", _("Ámbar desde, en %"), "Progress from which a light is amber."),
        text("document", _("Código del documento"), "Code of the published document that tells these figures."),
    ),
    ("code",),
)

PERIODS = Table(
    "periods",
    _("Semestres"),
    _("Los semestres del plan y cuáles están cerrados."),
    "The semesters of the plan.",
    (
        Column("code", "string", _("Código del semestre"), "Identifies the semester.", True, pattern="[0-9]{4}-[12]"),
        date("starts_on", _("Primer día"), "First day."),
        date("ends_on", _("Último día"), "Last day."),
        yes_or_no("closed", _("Está cerrado"), "Whether it is closed, so that its figures are official."),
    ),
    ("code",),
)

UNITS = Table(
    "units",
    _("Unidades orgánicas"),
    _("Las gerencias que conducen, apoyan o responden."),
    "The units that lead, support or answer for something.",
    (
        text("acronym", _("Siglas"), "Identifies the unit.", required=True),
        text("name", _("Nombre"), "Name of the unit; its acronym where the record does not tell it.", required=True),
    ),
    ("acronym",),
)

NODES = Table(
    "nodes",
    _("Elementos del plan"),
    _("El plan y, debajo, lineamientos, objetivos, acciones y actividades."),
    "The tree: the plan, its guidelines, objectives, strategic actions and activities, in reading order.",
    (
        code(_("Código"), "Identifies the node."),
        coded("level", _("Nivel"), "Level in the tree.", names(TREE)),
        text("parent", _("Elemento que está encima"), "Code of the node above; empty of the plan itself."),
        text("name", _("Nombre"), "Name of the node.", required=True),
        number("weight", _("Peso en los promedios (solo actividades)"), "Weight in averages; of activities only."),
        text("lead_unit", _("Unidad que conduce"), "Acronym of the unit that leads an activity."),
        several("supporting_units", _("Unidades que apoyan"), "Acronyms of the units that support an activity."),
        several(
            "gcm_objectives",
            _("Objetivos del Pacto Mundial para la Migración"),
            "Numbers of objectives of the Global Compact for Migration.",
        ),
        several("sdg_targets", _("Metas de los ODS"), "Codes of targets of the Sustainable Development Goals."),
        Column(
            "igm_dimension",
            "integer",
            _("Dimensión de los indicadores de gobernanza de la migración"),
            "Dimension of the Migration Governance Indicators.",
            minimum=1,
        ),
        yes_or_no("gender_focus", _("Tiene enfoque de género"), "Whether it has a gender focus.", required=False),
    ),
    ("code",),
    (to("nodes", "parent"), to("units", "lead_unit", key=("acronym",))),
)

INDICATORS = Table(
    "indicators",
    _("Indicadores y sus fichas"),
    _("Qué mide cada indicador, cómo se calcula, de dónde parte y quién responde."),
    "The indicators with their technical sheets.",
    (
        code(_("Código"), "Identifies the indicator."),
        text("name", _("Nombre"), "Name of the indicator.", required=True),
        text("measures", _("Elemento que mide"), "Code of the node that it measures.", required=True),
        text("unit_of_measure", _("Unidad de medida"), "What is counted, in words.", required=True),
        coded("counts", _("Qué clase de cosa cuenta"), "What it counts.", choices(Indicator.Counts), required=False),
        coded(
            "accumulation",
            _("Cómo se juntan los semestres"),
            "How values of several semesters become one.",
            choices(Indicator.AccumulationChoice),
        ),
        coded("direction", _("Sentido"), "Whether more is better.", choices(Indicator.DirectionChoice)),
        coded(
            "formula",
            _("Fórmula del avance"),
            "Against what a value is held (CEPLAN type I and II).",
            choices(Indicator.FormulaChoice),
        ),
        number("weight", _("Peso en su actividad"), "Weight among the indicators of its activity."),
        number("baseline", _("Línea de base"), "Value before the plan; empty: none is known (ND)."),
        year("baseline_year", _("Año de la línea de base"), "Year of that value.", required=False),
        text("unit", _("Unidad que responde"), "Acronym of the unit that answers for it at `upto`."),
        yes_or_no(
            "people_may_repeat",
            _("Una persona puede repetirse"),
            "Whether one person may be counted twice.",
            required=False,
        ),
        several(
            "tables",
            _("Tablas de desagregación que pide"),
            "Breakdown tables that it asks for.",
            choices(BreakdownTable),
        ),
        *sheet(),
    ),
    ("code",),
    (to("nodes", "measures"), TO_UNIT),
)

RESPONSIBILITIES = Table(
    "responsibilities",
    _("Quién responde por cada indicador"),
    _("Desde qué semestre y hasta cuál."),
    "Which unit answers for an indicator, since when.",
    (
        indicator(),
        period("from_period", _("Desde"), "First semester in which the unit answers."),
        period("until_period", _("Hasta"), "Last one; empty: it still does.", required=False),
        text("unit", _("Unidad"), "Acronym of the unit.", required=True),
    ),
    ("indicator", "from_period"),
    (TO_INDICATOR, to("periods", "from_period"), to("periods", "until_period"), TO_UNIT),
)
