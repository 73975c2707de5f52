"""What the reader chose to see of the log, as the address says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from institution.models import Unit, User
from monitoring.activity.entry import Key, Kind
from monitoring.scorecard import Level
from plans.models import NODE_MODELS, Indicator, Plan

# From each table, the ways up to the code of a node.
UPWARDS = {
    Level.GUIDELINE: ("code",),
    Level.OBJECTIVE: ("code", "guideline__code"),
    Level.ACTION: ("code", "objective__code", "objective__guideline__code"),
    Level.ACTIVITY: ("code", "action__code", "action__objective__code", "action__objective__guideline__code"),
}
MEASURED_AT = {"objective": Level.OBJECTIVE, "action": Level.ACTION, "activity": Level.ACTIVITY}


@dataclass(frozen=True)
class Choice:
    """Everything where nothing was chosen."""

    person: int | None = None
    unit: str = ""
    kind: str = ""
    code: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: Key | None = None

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Choice:
        """What cannot be read is as if it had not been chosen."""
        person = params.get("persona", "")
        kind = params.get("tipo", "")
        return cls(
            person=int(person) if person.isascii() and person.isdigit() and len(person) < 10 else None,
            unit=params.get("gerencia", "").strip(),
            kind=kind if kind in Kind.values else "",
            code=params.get("codigo", "").strip(),
            since=_day(params.get("desde", "")),
            until=_day(params.get("hasta", "")),
            before=Key.read(params.get("antes", "")),
        )

    @property
    def address(self) -> str:
        """The same as an address, without the place in the pages: "?tipo=metas&gerencia=GMU"."""
        chosen = {
            "persona": self.person,
            "gerencia": self.unit,
            "tipo": self.kind,
            "codigo": self.code,
            "desde": self.since,
            "hasta": self.until,
        }
        said = {name: value for name, value in chosen.items() if value}
        return f"?{urlencode(said)}" if said else ""

    def __bool__(self) -> bool:
        return bool(self.address)

    def from_key(self, key: Key | None) -> Choice:
        return replace(self, before=key)

    def indicators(self, plan: Plan) -> QuerySet[Indicator]:
        """Those measured at the node or under it, or the one that has the code. For use inside another query."""
        here = Q(code=self.code)
        for field, level in MEASURED_AT.items():
            for path in UPWARDS[level]:
                here |= Q(**{f"{field}__{path}": self.code})
        return Indicator.objects.filter(here, plan=plan).order_by()

    def nodes(self, plan: Plan, level: Level) -> QuerySet:
        """The nodes of the level that have the code, or stand under the one that has."""
        here = Q()
        for path in UPWARDS[level]:
            here |= Q(**{path: self.code})
        return NODE_MODELS[level].objects.filter(here, plan=plan).order_by()


@dataclass(frozen=True)
class Choices:
    """What there is to choose from."""

    people: list[User]
    units: list[Unit]
    codes: list[tuple[str, str]]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
