"""What the hidden sheet says: for whom the workbook is, what was asked then, and what stood in its cells.

Its rows are (kind, indicator, key, text). The last one seals the others, so that a damaged sheet is not believed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from institution.models import User
from monitoring.entries import Form, number_text
from monitoring.queries import Filing
from monitoring.showing import quantity_text
from plans.models import BreakdownTable
from plans.workbook.book import Grid
from plans.workbook.text import clean

FORMAT = "reporte-1"
FORMAT_ROW, PLAN, PERIOD, UNIT = "formato", "plan", "semestre", "unidad"
AT, BY, PRINT, INDICATOR, DISTRICTS, SEEN, SEAL = (
    "descargado", "por", "huella", "indicador", "distritos", "visto", "sello",
)  # fmt: skip
Row = tuple[str, str, str, str]


class DamagedSheet(Exception):
    """The hidden sheet does not say what we wrote there."""


@dataclass(frozen=True)
class Origin:
    """The hidden sheet, read."""

    format: str
    plan: str
    period: str
    unit: str
    at: dt.datetime
    by: str
    facts: dict[str, dict[str, Any]]  # by code of the indicator
    districts: list[list[str]]
    seen: dict[str, dict[str, str]]  # by code of the indicator, by key


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def facts_of(form: Form) -> dict[str, Any]:
    """What is asked of one indicator, as far as it decides what may be typed."""
    return {
        "accumulation": str(form.indicator.accumulation),
        "counts": str(form.indicator.counts),
        "target": number_text(form.target),
        "tables": [str(layout.table) for layout in form.tables],
    }


def districts_of(filing: Filing) -> list[list[str]]:
    for row in filing.indicators:
        for layout in row.form.tables:
            if layout.table == BreakdownTable.SEX_DISTRICT:
                return [list(pair) for pair in layout.rows]
    return []


def fingerprint(facts: Mapping[str, Any], districts: list[list[str]]) -> str:
    return hashlib.sha256(canonical([facts, districts]).encode()).hexdigest()


def rows_of(filing: Filing, *, by: User, at: dt.datetime) -> Iterator[Row]:
    """What the hidden sheet holds."""
    rows = list(_rows(filing, by, at))
    yield from rows
    yield SEAL, "", "", _seal(rows)


def _rows(filing: Filing, by: User, at: dt.datetime) -> Iterator[Row]:
    facts = {row.indicator.code: facts_of(row.form) for row in filing.indicators}
    districts = districts_of(filing)
    plan = filing.period.plan
    told = [(FORMAT_ROW, FORMAT), (PLAN, plan.code), (PERIOD, filing.period.code), (UNIT, filing.unit.acronym)]
    told += [(AT, at.isoformat()), (BY, clean(str(by))), (PRINT, fingerprint(facts, districts))]
    yield from ((kind, "", "", text) for kind, text in told)
    yield from ((INDICATOR, code, "", canonical(each)) for code, each in facts.items())
    yield DISTRICTS, "", "", canonical(districts)
    for row in filing.indicators:
        for key, text in row.entry.items():
            yield SEEN, row.indicator.code, key, clean(text)


def _seal(rows: list[Row]) -> str:
    return hashlib.sha256(canonical([list(row) for row in rows]).encode()).hexdigest()


def read_origin(grid: Grid) -> Origin:
    """The hidden sheet as it was written. Raises DamagedSheet."""
    rows: list[Row] = []
    for cells in grid.rows.values():
        kind, code, key, text = (str(cells[place].value) if place in cells else "" for place in range(1, 5))
        rows.append((kind, code, key, text))
    told = {kind: text for kind, _code, _key, text in rows}
    sealed = [row for row in rows if row[0] != SEAL]
    if told.get(SEAL) != _seal(sealed):
        raise DamagedSheet
    try:
        return _origin(sealed, told)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DamagedSheet from error


def _origin(rows: list[Row], told: Mapping[str, str]) -> Origin:
    facts = {code: json.loads(text) for kind, code, _key, text in rows if kind == INDICATOR}
    districts = json.loads(told[DISTRICTS])
    seen: dict[str, dict[str, str]] = {code: {} for code in facts}
    for kind, code, key, text in rows:
        if kind == SEEN:
            seen[code][key] = text
    if told[PRINT] != fingerprint(facts, districts):
        raise DamagedSheet
    at = dt.datetime.fromisoformat(told[AT])
    return Origin(told[FORMAT_ROW], told[PLAN], told[PERIOD], told[UNIT], at, told[BY], facts, districts, seen)


def differences(origin: Origin, filing: Filing) -> list[str]:
    """What is asked otherwise than when the workbook was downloaded, in words."""
    now = {row.indicator.code: row.form for row in filing.indicators}
    found = [_("%(code)s ya no es de su unidad.") % {"code": code} for code in origin.facts if code not in now]
    for code, form in now.items():
        found += _of_one(code, origin.facts.get(code), form)
    if origin.districts and districts_of(filing) and origin.districts != districts_of(filing):
        found.append(_("La lista de distritos cambió."))
    return found


def _of_one(code: str, then: dict[str, Any] | None, form: Form) -> list[str]:
    if then is None:
        return [_("%(code)s es nuevo y no está en el libro: llénelo en la página.") % {"code": code}]
    now, found = facts_of(form), []
    if then["target"] != now["target"]:
        found.append(
            _("La meta de %(code)s era %(old)s y ahora es %(new)s.")
            % {"code": code, "old": _target(then["target"]), "new": _target(now["target"])}
        )
    if then["accumulation"] != now["accumulation"]:
        found.append(_("%(code)s se calcula ahora de otra forma.") % {"code": code})
    if then["counts"] != now["counts"]:
        found.append(_("%(code)s cuenta ahora otra cosa.") % {"code": code})
    for table in BreakdownTable:
        if (table in then["tables"]) != (table in now["tables"]):
            words = _("%(code)s ya no pide la tabla «%(table)s».") if table in then["tables"] else _(
                "%(code)s pide ahora la tabla «%(table)s»: llénela en la página."
            )  # fmt: skip
            found.append(words % {"code": code, "table": table.label})
    return found


def _target(text: str) -> str:
    return quantity_text(Decimal(text)) if text else _("ninguna")
