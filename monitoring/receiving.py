"""What was sent in the browser about a plan: what each file would change, and writing it once it was confirmed.

Three kinds of file go the same way (`institution.keeping`): kept, previewed, confirmed as a whole or discarded.
Nothing is written by a preview; confirming reads the file again under the plan's lock, and writes only what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock, keeping
from institution.keeping import KeepingRefused, PreviewChanged
from institution.models import User
from monitoring.historical import (
    Difference,
    Effect,
    HistoricalResult,
    differences,
    load_historical,
    locked_periods,
)
from monitoring.models import Period
from monitoring.periods import PeriodRefused, fit_periods
from monitoring.reprogramming import reprogram_all
from monitoring.results_file import read_results
from monitoring.targets_book import TargetsComparison, compare_targets
from plans.editing import why_fixed
from plans.models import Plan, PlanUpload
from plans.workbook import (
    Change,
    PlanIsFixed,
    PlanWorkbook,
    Problem,
    WorkbookProblems,
    apply_plan,
    kept_by_records,
    planned_changes,
    read_plan,
)
from plans.workbook.book import open_book
from plans.workbook.layout import PLAN, TITLES
from plans.workbook.text import clean

# A page that lists ten thousand lines helps nobody; all of them are confirmed all the same.
SHOWN = 300


def _digest(told: Iterable[Any]) -> str:
    return hashlib.sha256(repr(list(told)).encode()).hexdigest()


def _opened(upload: PlanUpload) -> IO[bytes]:
    try:
        return upload.file.open("rb")
    except FileNotFoundError as error:
        raise KeepingRefused(_("El archivo ya no está en el almacén: súbalo otra vez.")) from error


def _with_mistakes() -> KeepingRefused:
    return KeepingRefused(_("El archivo tiene errores: corríjalos y súbalo otra vez. No se guardó nada."))


# --- Targets ---------------------------------------------------------------------------------------------------------


def preview_targets(upload: PlanUpload, by: User) -> TargetsComparison:
    """Which targets the workbook would reprogram, and everything that is wrong with it."""
    with _opened(upload) as file:
        try:
            grids = open_book(file)
        except WorkbookProblems as refused:
            return TargetsComparison(problems=refused.problems)
    return compare_targets(grids, upload.plan, by=by, on=clock.today())


@transaction.atomic
def confirm_targets(*, upload: PlanUpload, shown: str, by: User) -> int:
    """Reprograms everything that was shown, or nothing; returns how many targets. Confirmed again, it stays so.

    Raises KeepingRefused (PreviewChanged where the preview would say something else by now), or ReprogrammingRefused.
    """
    plan = Plan.objects.held(upload.plan_id)
    upload = keeping.held(upload)
    if upload.confirmed_at:
        return 0
    upload.plan = plan
    comparison = preview_targets(upload, by)
    if comparison.digest != shown:
        raise PreviewChanged
    if not comparison.may_confirm:
        raise _with_mistakes()
    revisions = reprogram_all(plan=plan, asked=[change.asked for change in comparison.changes], by=by)
    keeping.confirmed(upload)
    return len(revisions)


# --- Results of earlier semesters ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ResultsPreview:
    """What a table of earlier results would do. `closing`: the semesters that it would close, for all units."""

    lines: tuple[Difference, ...] = ()
    closing: tuple[str, ...] = ()
    without_data: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def changes(self) -> list[Difference]:
        return [line for line in self.lines if line.effect != Effect.UNCHANGED]

    @property
    def shown(self) -> list[Difference]:
        return self.changes[:SHOWN]

    @property
    def added(self) -> int:
        return sum(line.effect == Effect.ADDED for line in self.lines)

    @property
    def changed(self) -> int:
        return sum(line.effect == Effect.CHANGED for line in self.lines)

    @property
    def unchanged(self) -> int:
        return len(self.lines) - len(self.changes)

    @property
    def may_confirm(self) -> bool:
        return not self.problems and bool(self.changes or self.closing)

    @property
    def digest(self) -> str:
        told = [(_told(line.row), line.effect, _told(line.present)) for line in self.lines]
        return _digest([told, self.closing, self.problems])


def _told(row: HistoricalResult | Any | None) -> tuple[Any, ...]:
    """A result as values that say the same whether they come from the file or from the database."""
    if row is None:
        return ()
    numbers = (row.value, row.numerator, row.denominator)
    plain = tuple(None if number is None else f"{Decimal(number).normalize():f}" for number in numbers)
    indicator = row.indicator_id if hasattr(row, "indicator_id") else row.indicator.pk
    return (indicator, *plain, row.not_available_reason, row.note)


def preview_results(upload: PlanUpload) -> ResultsPreview:
    """What the table would do to what is recorded, and everything that is wrong with it."""
    plan = upload.plan
    with _opened(upload) as file:
        try:
            found = read_results(file, plan, name=upload.file_name)
        except WorkbookProblems as refused:
            return ResultsPreview(problems=refused.problems)
    waiting = {row.period.code for row in found.rows if row.period.state != Period.State.CLOSED}
    return ResultsPreview(tuple(differences(plan, found.rows)), tuple(sorted(waiting)), found.without_data)


@transaction.atomic
def confirm_results(*, upload: PlanUpload, shown: str, by: User) -> ResultsPreview:
    """Writes everything that was shown, or nothing. Raises KeepingRefused or HistoricalRefused."""
    plan = Plan.objects.held(upload.plan_id)
    upload = keeping.held(upload)
    upload.plan = plan
    preview = preview_results(upload)
    if upload.confirmed_at:
        return preview
    if preview.digest != shown:
        raise PreviewChanged
    if not preview.may_confirm:
        raise _with_mistakes()
    load_historical(plan=plan, rows=[line.row for line in preview.lines], by=by)
    keeping.confirmed(upload)
    return preview


@dataclass(frozen=True)
class Loadable:
    """A semester of the plan: whether earlier results may enter it, and why not."""

    period: Period
    locked: str


def loadable_periods(plan: Plan) -> list[Loadable]:
    """Every semester of the plan. Four queries."""
    locked = locked_periods(plan)
    return [Loadable(period, locked.get(period.code, "")) for period in plan.periods.all()]


# --- The plan's own workbook -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanPreview:
    """What a plan workbook would change of the draft."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def shown(self) -> tuple[Change, ...]:
        return self.changes[:SHOWN]

    @property
    def may_confirm(self) -> bool:
        return bool(self.changes) and not self.problems

    @property
    def digest(self) -> str:
        return _digest([self.changes, self.problems])


def preview_plan(upload: PlanUpload) -> PlanPreview:
    """What the workbook would change, and everything that is wrong with it. Reads only."""
    _workbook, preview = _read_plan(upload)
    return preview


def _read_plan(upload: PlanUpload) -> tuple[PlanWorkbook | None, PlanPreview]:
    with _opened(upload) as file:
        try:
            workbook = read_plan(file)
        except WorkbookProblems as refused:
            return None, PlanPreview(problems=refused.problems)
    problems = list(_refusals(workbook, upload.plan))
    if problems:
        return workbook, PlanPreview(problems=tuple(problems), warnings=workbook.warnings)
    changes = planned_changes(workbook, upload.plan)
    problems = [
        *_outside_the_plan(changes),
        *_answers_of_others(workbook, upload.plan),
        *kept_by_records(workbook, upload.plan),
    ]
    return workbook, PlanPreview(tuple(changes), tuple(problems), workbook.warnings)


def _refusals(workbook: PlanWorkbook, plan: Plan) -> Iterable[Problem]:
    if workbook.plan.code != plan.code:
        wrong = _("es el libro del plan %(code)s") % {"code": workbook.plan.code}
        yield Problem(PLAN, "", wrong, _("el libro del plan %(code)s") % {"code": plan.code})
    elif workbook.plan.state != Plan.State.DRAFT:
        wrong = _("el libro pone el plan en otro estado")
        yield Problem(PLAN, "", wrong, _("«En elaboración»: el plan se pone en vigencia en su propia página"))


def _outside_the_plan(changes: Iterable[Change]) -> Iterable[Problem]:
    """The government and its units belong to every plan and have pages and rules of their own."""
    kept = {
        "government": _("lo que está registrado: el gobierno local no cambia con el libro de un plan"),
        "units": _("lo que está registrado: las unidades cambian en «Organización»"),
    }
    # A unit with several fields changed is one mistake.
    for part, sheet, code in dict.fromkeys((each.part, each.sheet, each.code) for each in changes):
        if part in kept:
            yield Problem(sheet, "", _("cambia «%(code)s»") % {"code": code}, kept[part])


def _answers_of_others(workbook: PlanWorkbook, plan: Plan) -> Iterable[Problem]:
    """Whoever sends the workbook does not answer in the name of the budget liaison."""
    answers = plan.activities.values_list("code", "needs_extra_budget", "extra_budget_reason")
    stored = {code: (needs, clean(reason)) for code, needs, reason in answers}
    for row in workbook.activities:
        if (row.needs_extra_budget, row.extra_budget_reason) != stored.get(row.code, (None, "")):
            wrong = _("cambia si «%(code)s» necesita presupuesto adicional") % {"code": row.code}
            expected = _("lo que está registrado: lo responde el enlace presupuestal")
            yield Problem(TITLES["activities"], "", wrong, expected)


@transaction.atomic
def confirm_plan(*, upload: PlanUpload, shown: str, by: User) -> int:
    """Makes the draft say what the workbook says, or changes nothing; returns how many changes.

    Raises KeepingRefused, whatever it is that keeps the workbook from being written.
    """
    plan = Plan.objects.held(upload.plan_id)
    upload = keeping.held(upload)
    if upload.confirmed_at:
        return 0
    if refused := why_fixed(plan, by):
        raise KeepingRefused(refused)
    upload.plan = plan
    workbook, preview = _read_plan(upload)
    if preview.digest != shown:
        raise PreviewChanged
    if workbook is None or not preview.may_confirm:
        raise _with_mistakes()
    try:
        changes = apply_plan(workbook, by=by)
        fit_periods(plan=Plan.objects.get(pk=plan.pk))
    except (PlanIsFixed, PeriodRefused) as refused:
        raise KeepingRefused(str(refused)) from refused
    except WorkbookProblems as refused:
        raise KeepingRefused(" ".join(str(problem) for problem in refused.problems)) from refused
    keeping.confirmed(upload)
    return len(changes)
