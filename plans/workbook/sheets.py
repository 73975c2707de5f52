"""The sheets of a plan workbook: what every column is called, holds and means."""

from __future__ import annotations

from django.utils.translation import gettext as _

from institution.models import Government, Unit
from plans.models import Activity, ApprovalStep, Guideline, Plan
from plans.workbook.content import ActivityRow, GovernmentRow, NodeRow, PlanRow, StepRow, UnitRow
from plans.workbook.indicator_sheet import indicator_sheet
from plans.workbook.kinds import Day, Quantity, Text, Whole, YesNo
from plans.workbook.layout import (
    ACTIONS,
    ACTIVITIES,
    GUIDELINES,
    OBJECTIVES,
    PLAN,
    ROAD_MAP,
    UNITS,
    WIDE,
    CodeLists,
    Column,
    Layout,
    Sheet,
    code_of,
    text_of,
)
from plans.workbook.lists import Choice, Codes, Listed, ListedOne

# `;` and `:` separate units and semesters where several stand in one cell; `/` separates the parts of a page's address.
ACRONYM_PATTERN = r"[^;:/\n]+"
PARENT_TITLES = {GUIDELINES: "Lineamiento", OBJECTIVES: "Objetivo", ACTIONS: "Acción estratégica"}
YEARS = (2000, 2100)


def layout_for(periods: tuple[str, ...], lists: CodeLists) -> Layout:
    """The sheets of a plan of those semesters."""
    return Layout(
        _government(),
        _plan(),
        (
            _units(),
            _nodes(GUIDELINES, "guidelines", "", _("Los lineamientos del plan, en su orden.")),
            _nodes(OBJECTIVES, "objectives", GUIDELINES, _("Los objetivos estratégicos de cada lineamiento.")),
            _nodes(ACTIONS, "actions", OBJECTIVES, _("Las acciones estratégicas de cada objetivo.")),
            _activities(lists),
            indicator_sheet(periods),
            _road_map(),
        ),
    )


def _government() -> Sheet:
    ubigeo = Text(6, pattern=r"[0-9]{2}([0-9]{2}([0-9]{2})?)?", hint=_("el código del INEI, de 2, 4 o 6 dígitos"))
    return Sheet(
        PLAN,
        "government",
        GovernmentRow,
        _("El gobierno local y los datos del plan, un campo por fila: se llena la columna Valor."),
        (
            Column(
                "ubigeo",
                "Ubigeo",
                ubigeo,
                _("Código del INEI: región 2, provincia 4, distrito 6 dígitos."),
                True,
            ),
            Column("government_name", "Gobierno local", text_of(Government, "name"), _("Nombre oficial."), True),
            Column(
                "government_place",
                "Ámbito",
                text_of(Government, "place"),
                _("Como se lee en los títulos."),
                True,
            ),
            Column("government_kind", "Tipo de gobierno", Choice(Government.Kind), _("De la lista."), True),
        ),
    )


def _plan() -> Sheet:
    code = text_of(Plan, "code", pattern=r"[-a-zA-Z0-9_]+", hint=_("letras sin tilde, cifras y guiones, sin espacios"))
    percent = Quantity(5, 2, maximum=100)
    return Sheet(
        PLAN,
        "plan",
        PlanRow,
        "",
        (
            Column("code", "Código del plan", code, _("Identifica el plan para siempre: PMH-2022-2024."), True),
            Column("name", "Nombre del plan", text_of(Plan, "name"), _("Como figura en su portada."), True),
            Column("description", "Misión", Text(), _("Qué se propone el plan.")),
            Column("first_year", "Primer año", Whole(*YEARS), _("El plan empieza en enero de este año."), True),
            Column("last_year", "Último año", Whole(*YEARS), _("El plan termina en diciembre de este año."), True),
            Column(
                "state",
                "Estado",
                Choice(Plan.State),
                _("Un plan nuevo entra «En elaboración» o «Vigente»; ya vigente, sus metas solo se reprograman."),
                True,
            ),
            Column(
                "is_reference",
                "Texto de referencia",
                YesNo(),
                _("Sí: el texto no es el del anexo aprobado y las páginas lo advierten."),
                True,
            ),
            Column(
                "cap",
                "Tope del avance en promedios (%)",
                Quantity(7, 2, above_zero=True),
                _("Cuánto vale como máximo un indicador en un promedio. Vacío: sin tope."),
            ),
            Column("green_from", "Verde desde (%)", percent, _("Umbral del semáforo."), True),
            Column("amber_from", "Ámbar desde (%)", percent, _("Umbral del semáforo; debajo es rojo."), True),
            Column(
                "official_reading",
                "Lectura oficial",
                Choice(Plan.OfficialReading),
                _("Sobre lo programado: lo no reportado cuenta 0. Sobre lo reportado: no entra."),
                True,
            ),
            Column(
                "requires_signoff",
                "Requiere visto bueno",
                YesNo(),
                _("Sí: la gerencia da su visto bueno antes de que un reporte se envíe."),
                True,
            ),
            Column(
                "instrument_kind",
                "Instrumento: tipo",
                Choice(Plan.Instrument),
                _("La norma que aprueba el plan: tipo, número y fecha, o los tres vacíos."),
            ),
            Column(
                "instrument_number",
                "Instrumento: número",
                text_of(Plan, "instrument_number"),
                _("Solo el número: 2500-2022."),
            ),
            Column("instrument_date", "Instrumento: fecha", Day(), _("La de su aprobación.")),
        ),
    )


def _units() -> Sheet:
    acronym = text_of(Unit, "acronym", pattern=ACRONYM_PATTERN, hint=_("hasta 20 caracteres, sin «;», «:» ni «/»"))
    return Sheet(
        UNITS,
        "units",
        UnitRow,
        _("Las unidades orgánicas que toman parte. Las que no están aquí no se tocan."),
        (
            Column("acronym", "Siglas", acronym, _("Identifican la unidad; no se reutilizan."), True, 12),
            Column("name", "Nombre", text_of(Unit, "name"), _("Nombre completo."), True, WIDE),
            Column("function", "Función", Choice(Unit.Function), _("Qué hace en el plan."), True, 34),
            Column("valid_from", "Vigente desde", Day(), _("Desde cuándo existe."), True, 14),
            Column("valid_until", "Vigente hasta", Day(), _("Vacío: sigue existiendo."), False, 14),
            Column(
                "successor",
                "Sucesora",
                Text(20),
                _("Siglas de la unidad que sigue a la que termina."),
                False,
                12,
                refers_to=UNITS,
            ),
        ),
    )


def _node_columns(parent_sheet: str) -> tuple[Column, ...]:
    parent = ()
    if parent_sheet:
        explanation = _("Código de la hoja %(sheet)s.") % {"sheet": parent_sheet}
        title = PARENT_TITLES[parent_sheet]
        parent = (Column("parent", title, Text(40), explanation, True, 16, refers_to=parent_sheet),)
    return (
        Column("code", "Código", code_of(Guideline), _("Único en todo el plan."), True, 16),
        *parent,
        Column("name", "Nombre", text_of(Guideline, "name"), _("Como se lee en el plan."), True, WIDE),
        Column("description", "Descripción", Text(), _("En qué consiste."), False, WIDE),
    )


def _nodes(title: str, part: str, parent_sheet: str, explanation: str) -> Sheet:
    return Sheet(title, part, NodeRow, explanation, _node_columns(parent_sheet))


def _activities(lists: CodeLists) -> Sheet:
    weight = Quantity(9, 4, above_zero=True)
    many_units = Codes(_("siglas separadas por «;»"))
    return Sheet(
        ACTIVITIES,
        "activities",
        ActivityRow,
        _("Las actividades de cada acción, con quién las conduce y a qué compromisos responden."),
        (
            *_node_columns(ACTIONS),
            Column(
                "lead_unit",
                "Unidad que conduce",
                Text(20),
                _("Siglas de la hoja %(sheet)s.") % {"sheet": UNITS},
                True,
                14,
                refers_to=UNITS,
            ),
            Column(
                "supporting_units",
                "Unidades que apoyan",
                many_units,
                _("Siglas separadas por «;»."),
                False,
                18,
            ),
            Column("weight", "Peso", weight, _("En los promedios. Vacío: todas pesan igual."), False, 9),
            Column("gender_focus", "Enfoque de género", YesNo(), _("Si la actividad lo tiene."), True, 11),
            Column(
                "gcm_objectives",
                "Objetivos del Pacto Mundial",
                Listed(_("números de la hoja Listas separados por «;»"), lists.gcm),
                _("A cuáles contribuye."),
                False,
                14,
            ),
            Column(
                "sdg_targets",
                "Metas de los ODS",
                Listed(_("códigos de la hoja Listas, como 10.7, separados por «;»"), lists.sdg),
                _("A cuáles contribuye."),
                False,
                14,
            ),
            Column("igm_dimension", "Dimensión de los IGM", ListedOne(lists.igm), _("De la lista."), False, 28),
            Column(
                "pdlc_alignment",
                "Alineamiento con el PDLC",
                text_of(Activity, "pdlc_alignment"),
                _("El objetivo o la acción del PDLC a que contribuye."),
                False,
                36,
            ),
            Column(
                "needs_extra_budget",
                "¿Necesita presupuesto adicional?",
                YesNo(),
                _("Respuesta del enlace presupuestal. Vacío: aún no responde."),
                False,
                14,
            ),
            Column(
                "extra_budget_reason",
                "¿Para qué?",
                Text(),
                _("Si necesita presupuesto adicional."),
                False,
                28,
            ),
        ),
    )


def _road_map() -> Sheet:
    return Sheet(
        ROAD_MAP,
        "steps",
        StepRow,
        _("Los pasos hasta la aprobación del plan: actores y fechas, previstas y reales."),
        (
            Column("order", "Orden", Whole(1, 32_767), _("Identifica el paso: 1, 2, 3…"), True, 8),
            Column("name", "Paso", text_of(ApprovalStep, "name"), _("Qué se hace."), True, WIDE),
            Column(
                "responsible_unit",
                "Unidad responsable",
                Text(20),
                _("Siglas de la hoja %(sheet)s.") % {"sheet": UNITS},
                False,
                14,
                refers_to=UNITS,
            ),
            Column("planned_on", "Previsto para", Day(), _("Fecha prevista."), False, 14),
            Column("done_on", "Cumplido el", Day(), _("Fecha real. Vacío: pendiente."), False, 14),
            Column("document", "Documento", text_of(ApprovalStep, "document"), _("El que lo prueba."), False, 36),
            Column("notes", "Notas", Text(), _("Lo que convenga recordar."), False, WIDE),
        ),
    )
