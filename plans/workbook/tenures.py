"""PURE. Who answers for an indicator over time, as the one cell of the workbook writes it.

GPV                       GPV, from the plan's first semester on
GSC;GSGC:2023-2           GSC first, GSGC from 2023-2 on
GSC:2022-2..2023-1        only in those semesters
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from plans.measures import is_period

ENTRY = re.compile(r"(?P<unit>[^:]+?)\s*(:\s*(?P<since>[^.]+?)\s*(\.\.\s*(?P<until>.+))?)?")


@dataclass(frozen=True)
class Tenure:
    """One unit, from a semester until another (inclusive), or for good."""

    unit: str
    since: str
    until: str | None = None


class TenureProblem(ValueError):
    """The text does not say who answers and when; the argument is one of the constants below."""

    ENTRY = "entry"
    PERIOD = "period"
    ORDER = "order"

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text


def previous_period(code: str) -> str:
    """The semester before: `2023-1` comes after `2022-2`."""
    year, half = int(code[:4]), code[5]
    return f"{year}-1" if half == "2" else f"{year - 1}-2"


def parse_tenures(text: str, periods: tuple[str, ...]) -> tuple[Tenure, ...]:
    """The tenures that a cell lists, each ending where the next begins. Raises TenureProblem."""
    entries = [_entry(part, place, periods) for place, part in enumerate(_parts(text))]
    if not entries:
        raise TenureProblem(TenureProblem.ENTRY, text)
    tenures = []
    for place, (unit, since, until) in enumerate(entries):
        after = entries[place + 1][1] if place + 1 < len(entries) else None
        if after is not None and after <= since:
            raise TenureProblem(TenureProblem.ORDER, f"{unit}:{since}")
        implied = previous_period(after) if after else None
        if until and (until < since or (implied and until > implied)):
            raise TenureProblem(TenureProblem.ORDER, f"{unit}:{since}..{until}")
        tenures.append(Tenure(unit, since, until or implied))
    return tuple(tenures)


def write_tenures(tenures: tuple[Tenure, ...], first_period: str) -> str:
    """The shortest text that `parse_tenures` reads back the same."""
    parts = []
    for place, tenure in enumerate(tenures):
        after = tenures[place + 1].since if place + 1 < len(tenures) else None
        implied = previous_period(after) if after else None
        ends_early = tenure.until != implied
        starts_late = tenure.since != first_period
        since = f":{tenure.since}" if starts_late or ends_early else ""
        parts.append(tenure.unit + since + (f"..{tenure.until}" if ends_early else ""))
    return ";".join(parts)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _entry(part: str, place: int, periods: tuple[str, ...]) -> tuple[str, str, str | None]:
    match = ENTRY.fullmatch(part)
    if not match or (place > 0 and not match["since"]):
        raise TenureProblem(TenureProblem.ENTRY, part)
    for period in filter(None, (match["since"], match["until"])):
        if not is_period(period) or (periods and period not in periods):
            raise TenureProblem(TenureProblem.PERIOD, period)
    first = periods[0] if periods else ""
    return match["unit"], match["since"] or first, match["until"]
