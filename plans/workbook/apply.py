"""Brings a workbook into the database: all of it or nothing, and only what differs."""

from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils.translation import gettext as _

from institution.models import Government, Unit, User
from plans.measures import periods_between
from plans.models import Indicator, Plan
from plans.workbook.compare import Change, compare
from plans.workbook.content import PlanWorkbook, Problem, UnitRow, WorkbookProblems
from plans.workbook.layout import TITLES, CodeLists
from plans.workbook.saving import Saver
from plans.workbook.sheets import layout_for
from plans.workbook.stored import government_row, stored_plan, stored_units
from plans.workbook.tree import save_tree


class PlanIsFixed(Exception):
    """The plan is no longer a draft, and the workbook says something else than what is stored."""

    def __init__(self, plan: Plan, changes: list[Change]) -> None:
        self.changes = tuple(changes)
        text = _(
            "El plan %(code)s ya no está en elaboración (estado: %(state)s). Sus metas cambian por reprogramación, con "
            "motivo y documento, y quién responde, por sucesión; un libro no lo modifica. No se cambió nada."
        )
        super().__init__(text % {"code": plan.code, "state": plan.get_state_display()})


def apply_plan(workbook: PlanWorkbook, *, by: User | None = None, dry_run: bool = False) -> list[Change]:
    """Makes the database say what the workbook says, and returns what that changed: an empty list when nothing.

    A plan that does not exist is created; a draft is replaced; a plan in force or closed is only compared. `by` None
    means that nobody is named, and the system's own person answers. `dry_run` undoes everything at the end.
    Raises PlanIsFixed, or WorkbookProblems where removing something would lose what was reported of it.
    """
    with transaction.atomic():
        changes = _apply(workbook, by)
        if dry_run:
            transaction.set_rollback(True)
    return changes


def _apply(workbook: PlanWorkbook, by: User | None) -> list[Change]:
    plan = Plan.objects.select_for_update().filter(code=workbook.plan.code).first()
    changes = planned_changes(workbook, plan)
    if plan and changes and not plan.is_draft:
        raise PlanIsFixed(plan, changes)
    if changes:
        _save(workbook, plan, Saver(by or User.objects.system()))
    return changes


def planned_changes(workbook: PlanWorkbook, plan: Plan | None) -> list[Change]:
    """What the workbook would change of the stored plan (None: there is none yet)."""
    periods = periods_between(workbook.plan.first_year, workbook.plan.last_year)
    before = stored_plan(plan) if plan else _stored_government(workbook)
    return compare(before, workbook, layout_for(periods, CodeLists.load()))


def kept_by_records(workbook: PlanWorkbook, plan: Plan) -> list[Problem]:
    """The indicators that the workbook no longer has although something was reported of them, renamed ones too.

    Reads only, for a preview; applying the workbook would refuse the same.
    """
    problems = []
    for indicator in plan.indicators.exclude(code__in=[row.code for row in workbook.indicators]):
        try:
            Collector(using=router.db_for_write(Indicator), origin=indicator).collect([indicator])
        except ProtectedError:
            problems.append(_kept("indicators", indicator.code))
    return problems


def _kept(part: str, code: str) -> Problem:
    wrong = _("falta «%(code)s», que tiene resultados u otros registros") % {"code": code}
    return Problem(TITLES[part], "", wrong, _("la fila con ese código"))


def _stored_government(workbook: PlanWorkbook) -> PlanWorkbook:
    """A plan's surroundings before there is a plan: its government with its units, if known."""
    government = Government.objects.filter(ubigeo=workbook.government.ubigeo).first()
    if government is None:
        return PlanWorkbook(government=None, plan=None)
    return PlanWorkbook(government=government_row(government), plan=None, units=stored_units(government))


def _save(workbook: PlanWorkbook, plan: Plan | None, saver: Saver) -> None:
    government = _save_government(workbook, saver)
    units = _save_units(government, workbook.units, saver)
    values = vars(workbook.plan)
    if plan is None:
        plan = saver.create([Plan(government=government, **values)])[0]
    else:
        saver.update(plan, **values)
    gone = save_tree(workbook, plan, units, saver)
    _save_steps(workbook, plan, units, saver)
    _remove(gone, saver)


def _save_government(workbook: PlanWorkbook, saver: Saver) -> Government:
    row = workbook.government
    values = {"name": row.government_name, "place": row.government_place, "kind": row.government_kind}
    government = Government.objects.filter(ubigeo=row.ubigeo).first()
    if government is None:
        return Government.objects.create(ubigeo=row.ubigeo, **values)
    saver.update(government, **values)
    return government


def _save_units(government: Government, rows: tuple[UnitRow, ...], saver: Saver) -> dict[str, Unit]:
    """The government's units by acronym. Successors are set last, when all units exist."""
    units = {unit.acronym: unit for unit in government.units.select_related("successor")}
    new = []
    for row in rows:
        values = {name: getattr(row, name) for name in ("name", "function", "valid_from", "valid_until")}
        unit = units.get(row.acronym)
        if unit is None:
            new.append(Unit(government=government, acronym=row.acronym, **values))
        else:
            # A unit that goes on existing cannot keep a successor even for a moment: the database forbids it.
            keeps = unit.successor and unit.successor.acronym == row.successor
            saver.update(unit, **values, successor=unit.successor if keeps else None)
    units |= {unit.acronym: unit for unit in saver.create(new)}
    for row in rows:
        if row.successor:
            saver.update(units[row.acronym], successor=units[row.successor])
    return units


def _save_steps(workbook: PlanWorkbook, plan: Plan, units: dict[str, Unit], saver: Saver) -> None:
    steps = {step.order: step for step in plan.approval_steps.all()}
    new = []
    for row in workbook.steps:
        unit = units.get(row.responsible_unit)
        values = vars(row) | {"responsible_unit_id": unit.pk if unit else None}
        del values["responsible_unit"]
        step = steps.pop(row.order, None)
        if step is None:
            new.append(plan.approval_steps.model(plan=plan, **values))
        else:
            saver.update(step, **values)
    saver.create(new)
    for step in steps.values():
        saver.delete(step)


def _remove(gone: list[tuple[str, Any]], saver: Saver) -> None:
    """Deletes what the workbook no longer has, leaves first. Raises WorkbookProblems for all that has to stay."""
    problems = []
    for part, row in gone:
        try:
            saver.delete(row)
        except ProtectedError:
            problems.append(_kept(part, row.code))
    if problems:
        raise WorkbookProblems(problems)
