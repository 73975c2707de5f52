"""What one sheet names of another."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from plans.workbook.rows import Findings, Row, Rows
from plans.workbook.text import one_of, shortened

HINTED = 50


def identities(rows: Rows, *parts: str, key: str = "code") -> list[str] | None:
    """The codes that rows may refer to; None when their sheet or its column is missing, which was reported."""
    found = []
    for part in parts:
        members: list[Row] = getattr(rows, part)
        if part in rows.missing or any(key not in member.cells for member in members):
            return None
        found += [member.get(key) for member in members if member.get(key)]
    return found


def check_reference(row: Row, key: str, known: list[str] | None, sheet: str, findings: Findings) -> None:
    """Complains when a cell names something that its sheet does not list."""
    value = row.get(key)
    for code in (value,) if isinstance(value, str) else value or ():
        if code and known is not None and code not in known:
            wrong = _("«%(code)s» no está en %(sheet)s") % {"code": shortened(code), "sheet": sheet}
            # Finding the likeliest of a thousand codes takes time, and nobody needs it for every row.
            findings.at(row, key, wrong, one_of(known, code if len(findings.problems) < HINTED else ""))


def units_by_acronym(rows: Rows) -> dict[str, Row]:
    return {unit.get("acronym"): unit for unit in rows.units if unit.get("acronym")}


def overlaps(unit: Row, start: dt.date, end: dt.date) -> bool:
    """Whether a unit exists on some day between two others; yes where its own dates could not be read."""
    if not unit.has("valid_from", "valid_until"):
        return True
    until = unit.get("valid_until")
    return unit.get("valid_from") <= end and (until is None or until >= start)
