"""The plan's papers: the steps of its approval road map, and the documents of its library.

Both may be kept up at any time, whatever the state of the plan: they are the memory of the institution. Every change
stays in the history of its row.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock, uploads
from institution.models import User
from plans.draft import changed_meanwhile
from plans.models import ApprovalStep, LibraryItem, Plan
from plans.permissions import may_edit

FOLDER = "library"


class PapersRefused(Exception):
    """The step or document cannot be kept so; the message says why, in the words of the user."""


# --- The road map


@transaction.atomic
def write_step(
    *, plan: Plan, step: ApprovalStep | None = None, seen: str = "", by: User, **values: Any
) -> ApprovalStep:
    """Adds a step to the road map, or changes one. Where its place is taken, the later ones make room.

    `seen` is the `mark_of` the step that the person had before them. Raises PapersRefused for whoever may not, where
    a step was done in the future, or where somebody changed it meanwhile.
    """
    plan = _held(plan, by)
    step = _unmoved(plan.approval_steps, step, seen, _("este paso")) if step else ApprovalStep(plan=plan)
    done = values.get("done_on")
    if done and done > clock.today():
        raise PapersRefused(_("Un paso se cumple hoy o antes: la fecha es posterior a hoy."))
    order = values.pop("order", None) or step.order or _last_order(plan) + 1
    if order != step.order:
        _make_room(plan, step, order, by)
    step.order = order
    for name, value in values.items():
        setattr(step, name, value)
    step._history_user = by
    step.full_clean()
    step.save()
    return step


@transaction.atomic
def remove_step(*, step: ApprovalStep, by: User) -> None:
    """Takes the step out of the road map; its history stays."""
    _held(step.plan, by)
    step._history_user = by
    step.delete()


def _last_order(plan: Plan) -> int:
    last = plan.approval_steps.order_by("order").last()
    return last.order if last else 0


def _make_room(plan: Plan, step: ApprovalStep, order: int, by: User) -> None:
    """Moves those that follow one place on, as far as they stand without a gap, the last one first."""
    # The step's own place counts as a gap, so it waits where nobody is pushed to. A place in passing is no history.
    plan.approval_steps.filter(pk=step.pk).update(order=_last_order(plan) + 2)
    others = {row.order: row for row in plan.approval_steps.exclude(pk=step.pk)}
    pushed = []
    while order in others:
        pushed.append(others[order])
        order += 1
    for row in reversed(pushed):
        row.order += 1
        row._history_user = by
        row.save()


# --- The library


@transaction.atomic
def write_item(
    *,
    plan: Plan,
    item: LibraryItem | None = None,
    accepted: uploads.Accepted | None = None,
    seen: str = "",
    by: User,
    **values: Any,
) -> LibraryItem:
    """Adds a document to the library, or changes what is told of one.

    `accepted` is a file that the gate has opened; it takes the place of the link or of the earlier file, which stays
    in the store for whoever looks into the history. `seen` is the `mark_of` the document that the person had before
    them. Raises PapersRefused, or ValidationError by field.
    """
    plan = _held(plan, by)
    item = _unmoved(plan.library, item, seen, _("este documento")) if item else LibraryItem(plan=plan)
    for name, value in values.items():
        setattr(item, name, value)
    if accepted is not None:
        item.url = ""
    elif item.url:
        item.file, item.file_name = "", ""
    if accepted is None:
        return _saved(item, by)
    with uploads.new_accepted(accepted, folder=FOLDER) as stored:
        item.file, item.file_name = stored.name, accepted.file_name
        item = _saved(item, by)
        stored.keep()
    return item


@transaction.atomic
def withdraw_item(*, item: LibraryItem, by: User) -> LibraryItem:
    """Takes the document out of sight; it is kept, and can come back."""
    return _marked(item, by, withdrawn=True)


@transaction.atomic
def restore_item(*, item: LibraryItem, by: User) -> LibraryItem:
    """Undoes a withdrawal."""
    return _marked(item, by, withdrawn=False)


def _marked(item: LibraryItem, by: User, *, withdrawn: bool) -> LibraryItem:
    _held(item.plan, by)
    item = LibraryItem.objects.select_for_update().get(pk=item.pk)
    if (item.withdrawn_on is not None) != withdrawn:
        item.withdrawn_on = clock.today() if withdrawn else None
        item._history_user = by
        item.save()
    return item


def _saved(item: LibraryItem, by: User) -> LibraryItem:
    item._history_user = by
    item.full_clean()
    item.save()
    return item


def _held(plan: Plan, by: User) -> Plan:
    """The plan, held until the end of the transaction, if the person keeps its papers."""
    plan = Plan.objects.held(plan.pk)
    if not may_edit(by, plan):
        raise PapersRefused(_("Solo la coordinación del plan y Planificación llevan su hoja de ruta y su biblioteca."))
    return plan


def _unmoved(rows: Any, row: Any, seen: str, name: str) -> Any:
    """The row as it stands now. Raises PapersRefused when it is no longer what the person saw."""
    row = rows.select_for_update().get(pk=row.pk)
    if moved := changed_meanwhile(row, seen, name):
        raise PapersRefused(moved)
    return row
