"""What the sheets of a plan workbook may not say together: codes, references, dates and what the database knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from institution.models import Government, Unit
from plans.models import Plan
from plans.models.plan import LONGEST_PLAN
from plans.workbook.indicator_checks import check_indicators
from plans.workbook.layout import TITLES, UNITS
from plans.workbook.references import check_reference, identities, overlaps, units_by_acronym
from plans.workbook.rows import Findings, Row, Rows
from plans.workbook.text import one_of, shortened


def check(rows: Rows, findings: Findings) -> None:
    """Every rule that looks at more than one cell. What could not be read has been reported and is passed over."""
    _check_years(rows.fields, findings)
    _check_parameters(rows.fields, findings)
    _check_against_stored(rows.fields, findings)
    _check_codes(rows, findings)
    _check_parents(rows, findings)
    _check_units(rows, findings)
    _check_references_to_units(rows, findings)
    _check_extra_budget(rows.activities, findings)
    check_indicators(rows, findings)


# --- The plan


def _check_years(fields: Row, findings: Findings) -> None:
    first, last = fields.get("first_year"), fields.get("last_year")
    if first and last and last < first:
        wrong = _("%(last)s es anterior al primer año") % {"last": last}
        findings.at(fields, "last_year", wrong, _("%(first)s o un año posterior") % {"first": first})
    elif first and last and last - first >= LONGEST_PLAN:
        wrong = _("el plan duraría %(years)s años") % {"years": last - first + 1}
        findings.at(fields, "last_year", wrong, _("%(years)s años como máximo") % {"years": LONGEST_PLAN})


def _check_parameters(fields: Row, findings: Findings) -> None:
    green, amber = fields.get("green_from"), fields.get("amber_from")
    if green is not None and amber is not None and green < amber:
        wrong = _("%(green)s es menor que el umbral ámbar") % {"green": green}
        findings.at(fields, "green_from", wrong, _("%(amber)s o más") % {"amber": amber})
    instrument = ("instrument_kind", "instrument_number", "instrument_date")
    if fields.has(*instrument) and any(map(fields.get, instrument)):
        for key in instrument:
            if not fields.get(key):
                wrong = _("el instrumento de aprobación está incompleto")
                findings.at(fields, key, wrong, _("tipo, número y fecha, o los tres vacíos"))
    kind, ubigeo = fields.get("government_kind"), fields.get("ubigeo")
    if kind and ubigeo and len(ubigeo) != (length := Government.UBIGEO_LENGTH[Government.Kind(kind)]):
        wrong = _("«%(ubigeo)s» no corresponde al tipo de gobierno") % {"ubigeo": ubigeo}
        findings.at(fields, "ubigeo", wrong, _("%(length)s dígitos") % {"length": length})


def _check_against_stored(fields: Row, findings: Findings) -> None:
    """A code belongs to one government for ever, and nobody closes a plan by a workbook."""
    code, ubigeo, state = fields.get("code"), fields.get("ubigeo"), fields.get("state")
    stored = Plan.objects.select_related("government").filter(code=code).first() if code else None
    if stored and ubigeo and stored.government.ubigeo != ubigeo:
        wrong = _("el plan %(code)s ya existe y es de %(name)s") % {
            "code": code,
            "name": stored.government.name,
        }
        expected = _("un código de plan que nadie use, o el ubigeo %(ubigeo)s") % {"ubigeo": stored.government.ubigeo}
        findings.at(fields, "ubigeo", wrong, expected)
    _check_government(fields, stored, findings)
    if state == Plan.State.CLOSED and (stored is None or stored.is_draft):
        wrong = _("un plan no se cierra con un libro")
        expected = one_of([str(Plan.State.DRAFT.label), str(Plan.State.IN_FORCE.label)])
        findings.at(fields, "state", wrong, expected)


def _check_government(fields: Row, plan: Plan | None, findings: Findings) -> None:
    """A workbook made from another municipality's must not rename that municipality."""
    ubigeo, name = fields.get("ubigeo"), fields.get("government_name")
    government = Government.objects.filter(ubigeo=ubigeo).first() if ubigeo else None
    if government is None or not name or name == government.name:
        return
    if government.plans.exclude(pk=plan.pk if plan else None).exists():
        wrong = _("el ubigeo %(ubigeo)s es de %(name)s, que tiene otro plan") % {
            "ubigeo": ubigeo,
            "name": government.name,
        }
        findings.at(fields, "ubigeo", wrong, _("el ubigeo de su gobierno local, o ese mismo nombre"))


# --- Codes and the tree


def _check_codes(rows: Rows, findings: Findings) -> None:
    first_uses: dict[str, str] = {}
    if code := rows.fields.get("code"):
        first_uses[code.casefold()] = f"{rows.fields.sheet} {rows.fields.cells['code']}"
    # One code, one node: a page, a file and a person name a node by its code alone, whatever its level.
    _check_once(rows.nodes, "code", findings, first_uses)
    _check_once(rows.units, "acronym", findings)
    _check_once(rows.indicators, "code", findings)
    _check_once(rows.steps, "order", findings)


def _check_once(rows: Iterable[Row], key: str, findings: Findings, first_uses: dict[str, str] | None = None) -> None:
    first_uses = {} if first_uses is None else first_uses
    for row in rows:
        if (value := row.get(key)) is None:
            continue
        place = f"{row.sheet} {row.cells[key]}"
        first = first_uses.setdefault(str(value).casefold(), place)
        if first != place:
            wrong = _("«%(value)s» está repetido") % {"value": shortened(str(value))}
            findings.at(row, key, wrong, _("un valor que no esté en %(place)s") % {"place": first})


def _check_parents(rows: Rows, findings: Findings) -> None:
    levels = (("guidelines", "objectives"), ("objectives", "actions"), ("actions", "activities"))
    for above, below in levels:
        known = identities(rows, above)
        for row in getattr(rows, below):
            check_reference(row, "parent", known, TITLES[above], findings)


# --- Units


def _check_units(rows: Rows, findings: Findings) -> None:
    known = identities(rows, "units", key="acronym")
    for unit in rows.units:
        check_reference(unit, "successor", known, UNITS, findings)
        since, until = unit.get("valid_from"), unit.get("valid_until")
        if since and until and until < since:
            wrong = _("la vigencia termina antes de empezar")
            findings.at(unit, "valid_until", wrong, _("una fecha desde %(since)s") % {"since": f"{since:%d/%m/%Y}"})
        if unit.get("successor") and unit.has("valid_until") and not until:
            wrong = _("una unidad con sucesora necesita fecha de término")
            findings.at(unit, "valid_until", wrong, _("la fecha hasta la que estuvo vigente"))
    _check_succession(rows.units, findings)
    functions = [unit.get("function") for unit in rows.units]
    if rows.units and all(functions) and Unit.Function.COORDINATION not in functions:
        wrong = _("ninguna unidad coordina el plan")
        findings.warn(
            rows.units[0], "function", wrong, _("una con la función «%(f)s»") % {"f": Unit.Function.COORDINATION.label}
        )


def _check_succession(units: list[Row], findings: Findings) -> None:
    """Somebody who follows successors has to arrive."""
    successors = {unit.get("acronym"): unit.get("successor") for unit in units if unit.get("acronym")}
    reported: set[str] = set()
    for unit in units:
        path: list[str] = []
        acronym = unit.get("acronym")
        while acronym and acronym not in path:
            path.append(acronym)
            acronym = successors.get(acronym)
        if acronym and acronym == unit.get("acronym") and acronym not in reported:
            reported |= set(path)
            wrong = _("las sucesoras forman un círculo: %(path)s") % {"path": " → ".join([*path, acronym])}
            findings.at(unit, "successor", wrong, _("una unidad posterior, o nada"))


def _check_references_to_units(rows: Rows, findings: Findings) -> None:
    known = identities(rows, "units", key="acronym")
    for activity in rows.activities:
        check_reference(activity, "lead_unit", known, UNITS, findings)
        check_reference(activity, "supporting_units", known, UNITS, findings)
    for step in rows.steps:
        check_reference(step, "responsible_unit", known, UNITS, findings)
    first, last = rows.fields.get("first_year"), rows.fields.get("last_year")
    if not first or not last:
        return
    units = units_by_acronym(rows)
    for activity in rows.activities:
        unit = units.get(activity.get("lead_unit") or "")
        if unit and not overlaps(unit, dt.date(first, 1, 1), dt.date(last, 12, 31)):
            wrong = _("%(unit)s no está vigente en los años del plan") % {"unit": activity.get("lead_unit")}
            expected = _("una unidad vigente entre %(first)s y %(last)s") % {"first": first, "last": last}
            findings.at(activity, "lead_unit", wrong, expected)


# --- Extra budget


def _check_extra_budget(activities: list[Row], findings: Findings) -> None:
    for activity in activities:
        unexplained = activity.has("extra_budget_reason") and not activity.get("extra_budget_reason")
        if unexplained and activity.get("needs_extra_budget"):
            wrong = _("necesita presupuesto adicional y no dice para qué")
            findings.at(activity, "extra_budget_reason", wrong, _("para qué y cuánto, más o menos"))
