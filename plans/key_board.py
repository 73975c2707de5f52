"""The agencies of a government with their keys: which hold, for what, and how much each is used."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.models import Agency, AgencyKey, KeyUse, Scope
from plans.models import Plan

SOON = dt.timedelta(days=30)
SHOWN_DAYS = 30


class KeyState(StrEnum):
    """How a key stands, by the real time."""

    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    REVOKED = "revoked"


STATE_WORDS = {
    KeyState.HOLDS: _("Vigente"),
    KeyState.ENDS_SOON: _("Por vencer"),
    KeyState.EXPIRED: _("Vencida"),
    KeyState.REVOKED: _("Revocada"),
}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key with its use in the last 30 days. `last_hour`: the last in which it was used."""

    key: AgencyKey
    state: KeyState
    scopes: tuple[str, ...]
    plans: tuple[str, ...]  # codes; empty: every plan
    requests: int
    refused: int
    last_hour: dt.datetime | None

    @property
    def words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def holds(self) -> bool:
        return self.state in (KeyState.HOLDS, KeyState.ENDS_SOON)


@dataclass(frozen=True, slots=True)
class AgencyLine:
    agency: Agency
    keys: tuple[KeyLine, ...]


def state_of(key: AgencyKey, now: dt.datetime) -> KeyState:
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.expires_at <= now:
        return KeyState.EXPIRED
    return KeyState.ENDS_SOON if key.expires_at - now <= SOON else KeyState.HOLDS


def load_agencies(plan: Plan) -> list[AgencyLine]:
    """Every agency of the plan's government, its keys from the newest. 4 queries, however many there are."""
    agencies = list(Agency.objects.filter(government=plan.government_id))
    keys = AgencyKey.objects.filter(agency__in=agencies).select_related("agency", "made_by", "succeeded_by")
    keys = list(keys.prefetch_related("plans"))
    now = clock.real_now()
    used = _used(keys, now)
    lines: dict[int, list[KeyLine]] = defaultdict(list)
    for key in keys:
        lines[key.agency_id].append(_line(key, now, used.get(key.pk)))
    return [AgencyLine(agency, tuple(lines[agency.pk])) for agency in agencies]


def _used(keys: list[AgencyKey], now: dt.datetime) -> dict[int, dict]:
    recent = KeyUse.objects.filter(key__in=keys).order_by().values("key")
    since = now - dt.timedelta(days=SHOWN_DAYS)
    sums = recent.filter(hour__gte=since).annotate(requests=Sum("requests"), refused=Sum("refused"), last=Max("hour"))
    return {row["key"]: row for row in sums}


def _line(key: AgencyKey, now: dt.datetime, used: dict | None) -> KeyLine:
    used = used or {"requests": 0, "refused": 0, "last": None}
    return KeyLine(
        key=key,
        state=state_of(key, now),
        scopes=tuple(str(Scope(scope).label).partition(":")[0] for scope in key.scopes),
        plans=() if key.every_plan else tuple(sorted(plan.code for plan in key.plans.all())),
        requests=used["requests"],
        refused=used["refused"],
        last_hour=used["last"],
    )


@dataclass(frozen=True, slots=True)
class Day:
    day: dt.date
    requests: int
    refused: int


@dataclass(frozen=True, slots=True)
class KeyPage:
    """One key with its use, day by day, of the last 30 days; `most`: on the busiest."""

    line: KeyLine
    days: tuple[Day, ...]

    @property
    def most(self) -> int:
        return max((day.requests for day in self.days), default=0)


def load_key(key: AgencyKey) -> KeyPage:
    """3 queries: its use in sum and hour by hour, and its plans."""
    now = clock.real_now()
    line = _line(key, now, _used([key], now).get(key.pk))
    since = now - dt.timedelta(days=SHOWN_DAYS)
    days: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0])
    for hour, requests, refused in KeyUse.objects.filter(key=key, hour__gte=since).values_list(
        "hour", "requests", "refused"
    ):
        day = days[timezone.localdate(hour)]
        day[0] += requests
        day[1] += refused
    return KeyPage(line, tuple(Day(day, *days[day]) for day in sorted(days, reverse=True)))
