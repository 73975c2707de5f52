"""The control of versions: which versions there were and why, what this file is, and where it is signed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.showing import MISSING
from reports.documents.source import Source, long_date, short_date


@dataclass(frozen=True, slots=True)
class VersionRow:
    """`fingerprint`: the whole SHA-256 in groups of eight; of a draft, and of what was never closed, there is none."""

    version: int
    reason: str
    opened_on: str
    closed_on: str
    fingerprint: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Versions:
    rows: tuple[VersionRow, ...]
    facts: tuple[tuple[str, str], ...]
    is_draft: bool


def versions(source: Source) -> Versions:
    """From the record's `versions`; a record of the first schema knows of its own alone."""
    rows = source.record.get("versions") or [{**source.record["evaluation"], "opened_on": None}]
    return Versions(
        rows=tuple(_row(source, row) for row in rows),
        facts=tuple((name, text) for name, text in _facts(source) if text),
        is_draft=source.closed_on is None,
    )


def _row(source: Source, row: dict) -> VersionRow:
    is_this = row["version"] == source.record["evaluation"]["version"]
    first = _("Primera versión.") if row["version"] == 1 else MISSING
    return VersionRow(
        version=row["version"],
        reason=row["reason"] or first,
        opened_on=short_date(row["opened_on"]) if row["opened_on"] else MISSING,
        closed_on=short_date(row["closed_on"]) if row["closed_on"] else _("en elaboración"),
        fingerprint=" ".join(re.findall("." * 8, source.sha256 if is_this else row.get("sha256", ""))),
        is_this=is_this,
    )


def _facts(source: Source) -> list[tuple[str, str]]:
    plan = source.record["plan"]
    return [
        (_("Plan"), f"{plan['name']} ({plan['code']})"),
        (_("Aprobado por"), plan["instrument"]),
        (_("Gobierno local"), plan["government"]),
        (_("Elaborado por"), plan["coordination"]),
        (_("Fecha de corte"), long_date(source.cutoff)),
        (_("Cerrada el"), long_date(source.closed_on) if source.closed_on else ""),
    ]
