"""How figures are said (rules, section 7): numbers as Peru writes them; signs, lights and levels in words.

Text only, no model: pages, charts, documents, mails and workbooks say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from monitoring.completeness import Filled, Gap, Lack
from monitoring.plausibility import Caution, Rule
from monitoring.progress import REVIEW_ABOVE, SIGNS, Light, Status, round_half_up
from monitoring.projection import Outcome, Projection, Why
from monitoring.scorecard import Level
from plans.measures import Accumulation, Horizon, Reading

MISSING = "–"
INDICATOR_PLACES = 2
AVERAGE_PLACES = 1

LIGHT_WORDS = {
    Light.GREEN: _("en meta"),
    Light.AMBER: _("cerca de la meta"),
    Light.RED: _("lejos de la meta"),
    Light.GREY: _("sin cifra"),
}
STATUS_WORDS = {
    Status.COMPUTED: _("Con cifra"),
    Status.NOT_REPORTED: _("Sin información"),
    Status.NOT_AVAILABLE: _("No disponible"),
    Status.NOT_PROGRAMMED: _("Sin programación"),
    Status.NOT_COMPUTABLE: _("No calculable"),
}
SIGN_EXPLANATIONS = {
    SIGNS[Status.NOT_PROGRAMMED]: _("Sin programación: no había meta en este tiempo."),
    SIGNS[Status.NOT_REPORTED]: _("Sin información: había meta y no hay resultado con conformidad."),
    SIGNS[Status.NOT_AVAILABLE]: _("No disponible: la unidad declaró que no tiene el dato, con su motivo."),
    SIGNS[Status.NOT_COMPUTABLE]: _("No calculable: la meta es 0, falta la línea de base o no hubo casos."),
}
NOT_DUE_YET = _("aún no vence")
LEVEL_NAMES = {
    Level.PLAN: _("Plan"),
    Level.GUIDELINE: _("Lineamiento"),
    Level.OBJECTIVE: _("Objetivo estratégico"),
    Level.ACTION: _("Acción estratégica"),
    Level.ACTIVITY: _("Actividad"),
    Level.UNIT: _("Unidad orgánica"),
}
HORIZON_NAMES = {
    Horizon.SEMESTER: _("Semestre"),
    Horizon.YEAR: _("Año"),
    Horizon.PLAN: _("Plan a la fecha"),
    Horizon.WHOLE: _("Todo el plan"),
}
READING_NAMES = {
    Reading.PROGRAMMED: _("sobre lo programado"),
    Reading.REPORTED: _("sobre lo reportado"),
}
OUTCOME_NAMES = {
    Outcome.MISSED: _("No llegarían a su meta si nada cambia"),
    Outcome.NEAR: _("Se quedarían cerca de su meta"),
    Outcome.UNKNOWN: _("No se puede proyectar"),
    Outcome.REACHED: _("Llegarían a su meta"),
}
OUTCOME_SHORT_NAMES = {
    Outcome.MISSED: _("no llegarían"),
    Outcome.NEAR: _("se quedarían cerca"),
    Outcome.UNKNOWN: _("sin proyección"),
    Outcome.REACHED: _("llegarían"),
}
WHY_TEXTS = {
    Why.NOTHING_PROGRAMMED: _("No tiene metas programadas."),
    Why.NOT_COMPUTABLE: _("Su avance no es calculable: la meta es 0, falta la línea de base o no hubo casos."),
    Why.NOT_REPORTED: _("Todavía no hay ningún resultado con el que proyectar."),
    Why.TOO_FEW: _("Hay un solo semestre reportado; se necesitan dos."),
}
PACE_TEXTS = {
    Accumulation.SUM: _("%(value)s por semestre"),
    Accumulation.LAST: _("%(value)s por semestre"),
    Accumulation.AVERAGE: _("%(value)s en cada semestre"),
    Accumulation.POOLED: _("%(value)s %% en cada semestre"),
}
FILLED_WORDS = {
    Filled.DONE: _("listo"),
    Filled.PARTIAL: _("a medias"),
    Filled.EMPTY: _("por llenar"),
    Filled.OPTIONAL: _("sin meta este semestre"),
}
LACK_TEXTS = {
    Gap.VALUE: _("Falta el resultado: un número, o el motivo por el que no está disponible."),
    Gap.NUMERATOR: _("Falta el numerador."),
    Gap.DENOMINATOR: _("Falta el denominador."),
    Gap.ABOVE: _("El numerador (%(found)s) es mayor que el denominador (%(expected)s)."),
    Gap.TABLE: _("Falta la tabla «%(table)s»: debe sumar %(expected)s."),
    Gap.SUM: _("La tabla «%(table)s» suma %(found)s y debe sumar %(expected)s."),
    Gap.EVIDENCE: _("Falta un medio de verificación, o el motivo por el que no lo hay."),
}

CAUTION_TEXTS = {
    Rule.ABOVE: _(
        "El avance del semestre es %(progress)s %%, más de %(most)s %%: %(value)s de una meta de %(against)s. "
        "¿Está bien el valor, estaba bien puesta la meta?"
    ),
    Rule.TEN_TIMES: _(
        "%(value)s es diez veces lo usual o más: la mediana de lo reportado antes (%(semesters)s) es %(against)s. "
        "¿Sobra un dígito?"
    ),
    Rule.A_TENTH: _(
        "%(value)s es la décima parte de lo usual o menos: la mediana de lo reportado antes (%(semesters)s) es "
        "%(against)s. ¿Falta un dígito?"
    ),
    Rule.SAME: _("%(value)s es exactamente lo que se reportó en %(period)s. ¿Es de este semestre o se copió?"),
    Rule.FALLS: _(
        "Es un acumulado y baja: %(value)s, cuando en %(period)s eran %(against)s. ¿Qué se perdió, o qué se contó mal?"
    ),
    Rule.NOT_INFORMED: _(
        "En la tabla «%(table)s» las %(people)s personas figuran como «no informado» en %(dimension)s: "
        "no desagrega nada."
    ),
    Rule.DISAGREE: _(
        "Las tablas «%(table)s» (%(sexes)s) y «%(other_table)s» (%(other_sexes)s) no dicen lo mismo por sexo. "
        "¿Cuál está bien?"
    ),
    Rule.USED_BEFORE: _(
        "El %(what)s «%(title)s» es el mismo que respalda «%(indicator)s» en %(period)s (%(unit)s). "
        "¿Es el de este resultado?"
    ),
    Rule.NO_ACHIEVEMENTS: _("Se reporta %(value)s y no se cuenta qué se logró."),
    Rule.NO_DIFFICULTIES: _(
        "El avance es %(progress)s %%, menos de %(against)s %%, y no se cuenta qué dificultad hubo."
    ),
}
# What each breakdown table says beside the sex, by the table's code.
DIMENSIONS = {
    "sex_population": _("población"),
    "sex_age": _("edad"),
    "sex_district": _("distrito"),
    "sex_disability": _("discapacidad"),
}
# So many of each sex, by its code, in the order in which they are told.
SEX_COUNTS = {
    "woman": ngettext_lazy("%s mujer", "%s mujeres"),
    "man": ngettext_lazy("%s hombre", "%s hombres"),
    "other": ngettext_lazy("%s otro", "%s otros"),
    "not_informed": ngettext_lazy("%s no informado", "%s no informados"),
}


def caution_text(caution: Caution, *, percent: bool = False, tables: tuple[str, str] = ("", "")) -> str:
    """Why a result asks for a second look, in a sentence with its numbers.

    `percent`: whether the indicator is a percentage; `tables`: the names of the breakdown table that it is about and of
    the one that this is held against.
    """
    unit = " %" if percent else ""

    def measured(value: Decimal | None) -> str:
        return f"{quantity_text(value)}{unit}"

    value = measured(caution.value)
    if caution.parts:
        numerator, denominator = map(quantity_text, caution.parts)
        value = f"{numerator} / {denominator} ({value})"
    held_against_threshold = caution.rule == Rule.NO_DIFFICULTIES
    return str(CAUTION_TEXTS[caution.rule]) % {
        "value": value,
        "against": quantity_text(caution.against) if held_against_threshold else measured(caution.against),
        "progress": figure_text(caution.progress),
        "most": quantity_text(REVIEW_ABOVE),
        "period": caution.use.period if caution.use else caution.period,
        "semesters": ngettext("%s semestre", "%s semestres", caution.semesters) % caution.semesters,
        "people": quantity_text(caution.people),
        "table": tables[0],
        "sexes": sexes_text(caution.sexes),
        "other_table": tables[1],
        "other_sexes": sexes_text(caution.other_sexes),
        "dimension": _("sexo") if caution.by_sex else DIMENSIONS.get(caution.table, ""),
        "what": _("enlace") if caution.use and caution.use.is_link else _("archivo"),
        "title": caution.use.title if caution.use else "",
        "indicator": caution.use.indicator if caution.use else "",
        "unit": caution.use.unit if caution.use else "",
    }


def sexes_text(counts: Mapping[str, int]) -> str:
    """So many of each sex: "80 mujeres, 1 hombre"."""
    told = (SEX_COUNTS[sex] % counts[sex] for sex in SEX_COUNTS if counts.get(sex))
    return ", ".join(told)


def lack_text(lack: Lack, table: str = "") -> str:
    """What is missing, in a sentence. `table`: the name of the breakdown table that the gap is about."""
    numbers = {"expected": quantity_text(lack.expected), "found": quantity_text(lack.found)}
    return str(LACK_TEXTS[lack.gap]) % {**numbers, "table": table}


def figure_text(value: Decimal | None, places: int = INDICATOR_PLACES) -> str:
    """A percentage rounded half up: 1234.565 -> "1,234.57". Missing is a dash, never 0."""
    if value is None:
        return MISSING
    return number_format(round_half_up(value, places), decimal_pos=places, force_grouping=True)


def quantity_text(value: Decimal | int | None) -> str:
    """A value or a target without idle zeros: 1200.5000 -> "1,200.5"; a computed one to 2 decimals."""
    if value is None:
        return MISSING
    plain = Decimal(value).normalize()
    if -int(plain.as_tuple().exponent) > 4:
        plain = round_half_up(plain, INDICATOR_PLACES).normalize()
    return number_format(format(plain, "f"), force_grouping=True)


def pace_text(projection: Projection) -> str:
    """What a semester has brought so far, in words: "120 por semestre"; a stock's change with its sign."""
    return _per_semester(projection.pace, projection.accumulation)


def _per_semester(pace: Decimal | None, accumulation: Accumulation) -> str:
    if pace is None:
        return MISSING
    text = quantity_text(pace)
    if accumulation == Accumulation.LAST and pace > 0:
        text = f"+{text}"
    return str(PACE_TEXTS[accumulation]) % {"value": text}


def needed_text(projection: Projection) -> str:
    """What each remaining semester has to bring, in words; that it is too late, or that nothing more is needed."""
    if projection.is_over:
        return str(_("no quedan semestres"))
    if not projection.is_within_reach:
        return str(_("ya no es alcanzable"))
    if projection.needed == 0 and projection.accumulation in (Accumulation.SUM, Accumulation.LAST):
        return str(_("nada más"))
    return _per_semester(projection.needed, projection.accumulation)


def short_code(code: str) -> str:
    """A node's code without its level: "ACT.01.01.02" -> "01.01.02"; the level is said beside it."""
    head, dot, tail = code.partition(".")
    return tail if dot and head.isalpha() else code
