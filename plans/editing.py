"""Writing a plan while it is a draft, and putting it in force.

Once in force its targets change by reprogramming and who answers by succession; whatever is tried here is refused then,
with what to do instead. Every row that changes gets one record in its history, as when a workbook is imported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Unit, User
from plans.draft import LEVELS, changed_meanwhile, load_draft
from plans.measures import Accumulation, Direction, Formula, MeasureProblem, days_of, measure_problems
from plans.models import NODE_MODELS, Indicator, Plan, Responsibility, Target
from plans.models.indicator import MEASURE_PROBLEM_TEXTS
from plans.models.plan import LONGEST_PLAN
from plans.models.tree import Node
from plans.permissions import may_approve, may_edit
from plans.workbook.indicator_checks import OLDEST_BASELINE
from plans.workbook.saving import Saver
from plans.workbook.stored import in_order
from plans.workbook.tenures import Tenure
from plans.workbook.text import clean
from plans.workbook.tree import declared_of, measured, tenures_of, update_children

# What may still be changed of a plan in force: neither touches a figure.
CHANGED_IN_FORCE = ("requires_signoff", "is_reference")
# The field of the sheet at which a forbidden measure is told.
MEASURE_FIELDS = {
    MeasureProblem.DECREASING_SUM: "direction",
    MeasureProblem.BASELINE_ACCUMULATION: "formula",
    MeasureProblem.BASELINE_MISSING: "baseline",
    MeasureProblem.TARGET_NOT_BEYOND_BASELINE: "baseline",
}


class EditingRefused(Exception):
    """The plan cannot be written so; the message says why and what to do, in the words of the user."""


def why_fixed(plan: Plan, by: User | None = None) -> str:
    """Why the plan cannot be edited, whoever asks or by this person; empty when it can."""
    if by is not None and not may_edit(by, plan):
        return _("Solo la coordinación del plan y Planificación editan un plan en elaboración.")
    if plan.is_closed:
        return _("El plan está cerrado y ya no cambia. Para un periodo nuevo, cópielo como plantilla.")
    if not plan.is_draft:
        return _(
            "El plan está vigente: sus metas cambian por reprogramación, con motivo y documento, y quién responde, por "
            "sucesión de unidades."
        )
    return ""


# --- Nodes -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_node(
    *,
    plan: Plan,
    level: str,
    node: Node | None = None,
    values: Mapping[str, Any],
    links: Mapping[str, Sequence[int]] | None = None,
    seen: str = "",
    by: User,
) -> Node:
    """Adds a node of a level of `draft.LEVELS`, or changes one; with another parent it moves under that one.

    Raises EditingRefused, or ValidationError by field.
    """
    plan, links, values = _held(plan, by), links or {}, _clean(values)
    model = LEVELS[level]
    if node is None:
        new = model(plan=plan, order=_last_order(plan, model) + 1, **values)
        new.full_clean()
        _check_node_code(new)
        return _saver(by).create([new], {name: [keys] for name, keys in links.items()})[0]
    stored = _unmoved(model.objects.select_for_update().get(plan=plan, pk=node.pk), seen)
    candidate = model.objects.get(pk=node.pk)
    for name, value in values.items():
        setattr(candidate, name, value)
    candidate.full_clean()
    _check_node_code(candidate)
    _saver(by).update(stored, links=links, **values)
    return stored


@transaction.atomic
def move(*, row: Node | Indicator, up: bool, by: User) -> None:
    """Changes the row's place with that of the sibling before (`up`) or after it; the first and the last stay."""
    _held(row.plan, by)
    siblings = in_order(_siblings(row))
    place = [sibling.pk for sibling in siblings].index(row.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(siblings):
        return
    siblings[place], siblings[other] = siblings[other], siblings[place]
    saver = _saver(by)
    for order, sibling in enumerate(siblings, 1):
        saver.update(sibling, order=order)


@transaction.atomic
def remove(*, row: Node | Indicator, by: User) -> None:
    """Takes a node on which nothing hangs, or an indicator, out of the plan.

    Raises EditingRefused where something hangs on it, or something was reported or recorded of it.
    """
    _held(row.plan, by)
    told = {"code": row.code}
    if isinstance(row, Node) and _has_anything_below(row):
        raise EditingRefused(_("%(code)s tiene elementos debajo: muévalos o retírelos primero.") % told)
    try:
        _saver(by).delete(row)
    except ProtectedError as error:
        raise EditingRefused(
            _("%(code)s tiene resultados u otros registros: no se retira, porque se perdería su historia.") % told
        ) from error


def _check_node_code(node: Node) -> None:
    """One code, one node, whatever its level."""
    codes = [node.plan.code]
    for model in NODE_MODELS.values():
        others = model.objects.filter(plan=node.plan_id)
        codes += (others.exclude(pk=node.pk) if model is type(node) else others).values_list("code", flat=True)
    _check_code(node.code, codes)


def _check_code(code: str, taken: Iterable[str]) -> None:
    """What a workbook would refuse of a code that the database takes."""
    if "/" in code:
        raise ValidationError({"code": _("Un código no lleva «/», que separa las partes de una dirección.")})
    for other in taken:
        if other.casefold() == code.casefold():
            told = {"other": other}
            raise ValidationError({"code": _("Ya existe «%(other)s»: las mayúsculas no distinguen un código.") % told})


def _siblings(row: Node | Indicator) -> Sequence[Any]:
    if isinstance(row, Indicator):
        return list(Indicator.objects.filter(plan=row.plan_id, **measured(row.node)))
    parent = {f"{row.parent_field}_id": getattr(row, f"{row.parent_field}_id")} if row.parent_field else {}
    return list(type(row).objects.filter(plan=row.plan_id, **parent))


def _has_anything_below(node: Node) -> bool:
    below = ("objectives", "actions", "activities", "indicators")
    return any(getattr(node, name).exists() for name in below if hasattr(node, name))


def _last_order(plan: Plan, model: type[Node] | type[Indicator]) -> int:
    return max(model.objects.filter(plan=plan).values_list("order", flat=True), default=0)


# --- Indicators ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parts:
    """What hangs on an indicator: its breakdown tables, who answers since when, its targets by semester."""

    breakdown_tables: tuple[str, ...]
    responsible: tuple[Tenure, ...]
    targets: Mapping[str, Decimal]


@transaction.atomic
def write_indicator(
    *,
    plan: Plan,
    indicator: Indicator | None = None,
    node: Node,
    values: Mapping[str, Any],
    parts: Parts,
    seen: str = "",
    by: User,
) -> Indicator:
    """Adds an indicator of a node, or changes one. Raises EditingRefused, or ValidationError by field."""
    plan = _held(plan, by)
    units = {unit.acronym: unit for unit in Unit.objects.filter(government=plan.government_id)}
    values = {**_clean(values), **measured(node)}
    candidate = Indicator.objects.get(pk=indicator.pk) if indicator else Indicator(plan=plan)
    for name, value in values.items():
        setattr(candidate, name, value)
    _check_sheet(candidate, parts)
    _check_code(candidate.code, plan.indicators.exclude(pk=candidate.pk).values_list("code", flat=True))
    _check_tenures(plan, parts.responsible, units)
    saver = _saver(by)
    if indicator is not None:
        stored = _unmoved(Indicator.objects.select_for_update().get(plan=plan, pk=indicator.pk), seen)
        saver.update(stored, **values)
        update_children(parts, stored, units, saver)
        return stored
    candidate.order = _last_order(plan, Indicator) + 1
    saver.create([candidate])
    saver.create(declared_of(parts, candidate))
    saver.create(tenures_of(parts, candidate, units))
    saver.create([Target(indicator=candidate, period=p, value=v) for p, v in parts.targets.items()])
    return candidate


def _check_sheet(candidate: Indicator, parts: Parts) -> None:
    """The rules of the model, with the targets as they will be."""
    programmed = [parts.targets[period] for period in sorted(parts.targets)]
    problems = measure_problems(
        Accumulation(candidate.accumulation),
        Direction(candidate.direction),
        Formula(candidate.formula),
        candidate.baseline,
        programmed[0] if programmed else None,
    )
    if problems:
        raise ValidationError({MEASURE_FIELDS[each]: [MEASURE_PROBLEM_TEXTS[each]] for each in problems})
    if parts.breakdown_tables and candidate.counts != Indicator.Counts.PEOPLE:
        raise ValidationError({"tables": _("Solo un indicador que cuenta personas lleva tablas de desagregación.")})
    year, last = candidate.baseline_year, candidate.plan.last_year
    if year is not None and not OLDEST_BASELINE <= year <= last:
        told = {"oldest": OLDEST_BASELINE, "last": last}
        raise ValidationError({"baseline_year": _("Un año de %(oldest)s a %(last)s.") % told})
    candidate.clean_fields()
    candidate.validate_unique()
    candidate.validate_constraints()


def _check_tenures(plan: Plan, tenures: Sequence[Tenure], units: Mapping[str, Unit]) -> None:
    """Somebody answers, every unit exists when it begins to, and no two answer at once."""
    if not tenures:
        raise EditingRefused(_("Nadie responde por el indicador: elija al menos una unidad, y desde cuándo."))
    for tenure in tenures:
        told = {"unit": tenure.unit, "since": tenure.since, "until": tenure.until or ""}
        if tenure.unit not in units:
            raise EditingRefused(_("%(unit)s no es una unidad de este gobierno local.") % told)
        if tenure.until and tenure.until < tenure.since:
            raise EditingRefused(_("%(unit)s dejaría de responder en %(until)s, antes de empezar.") % told)
        if not _exists_in(units[tenure.unit], tenure.since):
            raise EditingRefused(_("%(unit)s no está vigente en %(since)s.") % told)
    for before, after in pairwise(sorted(tenures, key=lambda tenure: tenure.since)):
        if before.until is None or before.until >= after.since:
            raise EditingRefused(
                _("%(before)s y %(after)s responderían a la vez en %(since)s: termine antes la primera.")
                % {"before": before.unit, "after": after.unit, "since": after.since}
            )


def _exists_in(unit: Unit, period: str) -> bool:
    start, end = days_of(period)
    return unit.valid_from <= end and (unit.valid_until is None or unit.valid_until >= start)


# --- The plan itself -------------------------------------------------------------------------------------------------


@transaction.atomic
def change_settings(*, plan: Plan, values: Mapping[str, Any], seen: str = "", by: User) -> Plan:
    """Changes what the plan says of itself: all of it in a draft, and in force what touches no figure.

    Raises EditingRefused, or ValidationError by field.
    """
    plan, values = _locked(plan), _clean(values)
    if not may_edit(by, plan):
        raise EditingRefused(why_fixed(plan, by))
    stored = _unmoved(Plan.objects.get(pk=plan.pk), seen)
    changed = [name for name, value in values.items() if getattr(stored, name) != value]
    if not plan.is_draft and set(changed) - set(CHANGED_IN_FORCE):
        raise EditingRefused(why_fixed(plan))
    if plan.is_closed and changed:
        raise EditingRefused(why_fixed(plan))
    for name, value in values.items():
        setattr(plan, name, value)
    plan.full_clean()
    _refuse_years_that_cut(plan)
    _saver(by).update(stored, **values)
    return stored


def _refuse_years_that_cut(plan: Plan) -> None:
    """A plan is as long as a workbook takes it, and nothing programmed or answered for falls outside its years."""
    if plan.last_year - plan.first_year >= LONGEST_PLAN:
        raise ValidationError({"last_year": _("Un plan dura %(years)s años como máximo.") % {"years": LONGEST_PLAN}})
    codes = plan.period_codes
    targets = Target.objects.filter(indicator__plan=plan).exclude(period__in=codes)
    begun = Responsibility.objects.filter(indicator__plan=plan).exclude(from_period__in=codes)
    ended = Responsibility.objects.filter(indicator__plan=plan, until_period__isnull=False)
    for period in (
        targets.values_list("period", flat=True).first(),
        begun.values_list("from_period", flat=True).first(),
        ended.exclude(until_period__in=codes).values_list("until_period", flat=True).first(),
    ):
        if period:
            raise EditingRefused(
                _("El plan tiene metas o responsabilidades en %(period)s: retírelas antes de cambiar sus años.")
                % {"period": period}
            )


@transaction.atomic
def put_in_force(
    *, plan: Plan, instrument_kind: str, instrument_number: str, instrument_date: dt.date, by: User
) -> Plan:
    """The draft becomes the plan in force, by the instrument that approves it. Raises EditingRefused."""
    plan = _locked(plan)
    if not may_approve(by, plan):
        raise EditingRefused(_("Solo la coordinación del plan lo pone en vigencia."))
    if not plan.is_draft:
        raise EditingRefused(_("El plan ya no está en elaboración."))
    if lacks := load_draft(plan).lacks:
        raise EditingRefused(_("El plan no está completo: %(first)s") % {"first": lacks[0]})
    if instrument_date > clock.today():
        raise EditingRefused(_("El instrumento de aprobación tiene fecha posterior a hoy."))
    _saver(by).update(
        plan,
        state=Plan.State.IN_FORCE,
        instrument_kind=instrument_kind,
        instrument_number=instrument_number.strip(),
        instrument_date=instrument_date,
    )
    return plan


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as a workbook carries them: a browser ends its lines as Windows does, and that is no change."""
    return {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}


def _saver(by: User) -> Saver:
    return Saver(by, _("Edición del plan"))


def _locked(plan: Plan) -> Plan:
    return Plan.objects.held(plan.pk)


def _held(plan: Plan, by: User) -> Plan:
    """The draft, held until the end of the transaction. Raises EditingRefused when it may not be written."""
    plan = _locked(plan)
    if refused := why_fixed(plan, by):
        raise EditingRefused(refused)
    return plan


def _unmoved(row: Any, seen: str) -> Any:
    if moved := changed_meanwhile(row, seen, row.code):
        raise EditingRefused(moved)
    return row
