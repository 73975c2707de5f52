"""What changes between two pictures of a plan, told as the workbook's sheets and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from plans.workbook.content import PlanWorkbook
from plans.workbook.kinds import shown
from plans.workbook.layout import Layout, Sheet

ORDERED_PARTS = ("guidelines", "objectives", "actions", "activities", "indicators")


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One thing that an import does: a row added or removed, or one field of it from `old` to `new`.

    `code` is what identifies the row; `part` is the attribute of PlanWorkbook where it stands.
    """

    kind: ChangeKind
    part: str
    sheet: str
    code: str
    field: str = ""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        place = f"{self.sheet} · {self.code}"
        if self.kind == ChangeKind.ADDED:
            return f"{place} · " + _("se agrega: %(name)s") % {"name": self.new}
        if self.kind == ChangeKind.REMOVED:
            return f"{place} · " + _("se retira: %(name)s") % {"name": self.old}
        return f"{place} · {self.field}: {self.old} → {self.new}"


def compare(before: PlanWorkbook, after: PlanWorkbook, layout: Layout) -> list[Change]:
    """Every difference. Units that `after` does not name stay as they are and are none."""
    changes: list[Change] = []
    for sheet in (layout.government, layout.plan):
        changes += _compare_rows(sheet, _single(before, sheet), _single(after, sheet))
    for sheet in layout.tables:
        changes += _compare_rows(sheet, _by_identity(before, sheet), _by_identity(after, sheet))
        if sheet.part in ORDERED_PARTS:
            changes += _compare_order(sheet, getattr(before, sheet.part), getattr(after, sheet.part))
    return changes


def _single(workbook: PlanWorkbook, sheet: Sheet) -> dict[str, Any]:
    row = getattr(workbook, sheet.part)
    return {} if row is None else {sheet.identity.value_of(row): row}


def _by_identity(workbook: PlanWorkbook, sheet: Sheet) -> dict[Any, Any]:
    return {sheet.identity.value_of(row): row for row in getattr(workbook, sheet.part)}


def _compare_rows(sheet: Sheet, before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[Change]:
    for code, row in after.items():
        if code not in before:
            yield Change(ChangeKind.ADDED, sheet.part, sheet.title, str(code), new=_name(row))
        elif row != before[code]:
            yield from _compare_fields(sheet, str(code), before[code], row)
    if sheet.part != "units":
        for code in (code for code in before if code not in after):
            yield Change(ChangeKind.REMOVED, sheet.part, sheet.title, str(code), old=_name(before[code]))


def _name(row: Any) -> str:
    return getattr(row, "name", "") or getattr(row, "government_name", "")


def _compare_fields(sheet: Sheet, code: str, before: Any, after: Any) -> Iterator[Change]:
    for column in sheet.columns:
        old, new = column.value_of(before), column.value_of(after)
        if old != new:
            yield Change(
                ChangeKind.CHANGED,
                sheet.part,
                sheet.title,
                code,
                column.title,
                shown(column.kind.write(old)),
                shown(column.kind.write(new)),
            )


def _compare_order(sheet: Sheet, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    """Rows that both have under the same parent, in another order: one change for all siblings."""
    old, new = _siblings(before), _siblings(after)
    for parent, codes in new.items():
        common = set(codes) & set(old[parent])
        was = [code for code in old[parent] if code in common]
        now = [code for code in codes if code in common]
        if was != now:
            place = parent or _("(todos)")
            yield Change(ChangeKind.CHANGED, sheet.part, sheet.title, place, _("orden"), ", ".join(was), ", ".join(now))


def _siblings(rows: tuple[Any, ...]) -> dict[str, list[str]]:
    siblings = defaultdict(list)
    for row in rows:
        siblings[row.parent].append(row.code)
    return siblings
