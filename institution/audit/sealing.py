"""The chain of seals: written over what came since the last one, and walked from its beginning.

A seal's hash is the SHA-256 of the UTF-8 text `number|last_entry|entries|entries_sha256|previous|sealed_at`; that of
its entries is taken over one JSON array for each, in the order of their numbers, each ended by a line feed. Moments are
ISO 8601 in UTC with microseconds. So anybody can check a chain without this code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import AuditEntry, AuditRemoval, AuditSeal

# The most entries under one seal: what is hashed at once, and what retention may take out at once.
BATCH = 5_000
COLUMNS = ("id", "at", "act", "user_id", "key_id", "typed", "plan", "unit", "subject", "path", "address", "request")


def seal() -> list[AuditSeal]:
    """Seals everything that is not sealed yet, in batches, and says with which seals.

    Writers wait for it: on PostgreSQL an entry takes its number before it can be seen, and one that came to light
    below a number already sealed would look smuggled in.
    """
    written = []
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'LOCK TABLE "{AuditEntry._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
        last = AuditSeal.objects.order_by("number").last()
        while batch := list(_rows(last)[:BATCH]):
            last = _write(last, batch)
            written.append(last)
    return written


@dataclass(slots=True)
class Verified:
    """What walking the chain found. `problems` is empty where every line is as it was sealed."""

    seals: int = 0
    entries: int = 0  # those that are under a seal and there
    removed: int = 0  # those whose time was over
    unsealed: int = 0
    head: str = ""  # the hash of the newest seal
    is_known: bool = False  # whether the hash that was noted elsewhere is one of the chain
    problems: list[str] = field(default_factory=list)


def verify(known: str = "") -> Verified:
    """Recomputes every seal. `known`: the hash of a seal noted elsewhere, which finds a chain that was written anew."""
    found = Verified()
    removals = list(AuditRemoval.objects.values_list("first_entry", "last_entry"))
    previous: AuditSeal | None = None
    for each in AuditSeal.objects.order_by("number").iterator():
        found.problems += _of_the_chain(previous, each)
        count, sha256 = _hashed(_rows(previous, until=each).iterator(chunk_size=2_000))
        if any(first <= each.last_entry <= last for first, last in removals):
            found.removed += each.entries - count
            if count:
                found.problems.append(_("Sello %(n)s: se retiró, y quedan líneas suyas.") % {"n": each.number})
        elif (count, sha256) != (each.entries, each.entries_sha256):
            told = {"n": each.number, "to": each.last_entry, "there": count, "was": each.entries}
            found.problems.append(
                _("Sello %(n)s: las líneas hasta la %(to)s no son las que se sellaron (hay %(there)s de %(was)s).")
                % told
            )
        found.entries += count
        found.seals += 1
        found.is_known |= bool(known) and each.sha256 == known
        previous = each
    found.head = previous.sha256 if previous else ""
    found.unsealed = _rows(previous).count()
    if known and not found.is_known:
        found.problems.append(_("Ningún sello tiene la huella anotada: la cadena se escribió de nuevo o se cortó."))
    return found


def _of_the_chain(previous: AuditSeal | None, each: AuditSeal) -> list[str]:
    number, before = (previous.number + 1, previous.sha256) if previous else (1, "")
    if each.number != number:
        return [_("Falta el sello %(n)s.") % {"n": number}]
    if each.previous != before:
        return [_("Sello %(n)s: no sigue al anterior.") % {"n": each.number}]
    if each.sha256 != _hash_of(each):
        return [_("Sello %(n)s: su huella no es la suya.") % {"n": each.number}]
    return []


def _rows(after: AuditSeal | None, until: AuditSeal | None = None) -> Any:
    """What comes after the one seal, up to what the other covers; from the very first, to the very last."""
    rows = AuditEntry.objects.order_by("id").values_list(*COLUMNS)
    rows = rows.filter(id__gt=after.last_entry) if after else rows
    return rows.filter(id__lte=until.last_entry) if until else rows


def _write(last: AuditSeal | None, batch: list[tuple]) -> AuditSeal:
    count, sha256 = _hashed(batch)
    new = AuditSeal(
        number=last.number + 1 if last else 1,
        last_entry=batch[-1][0],
        entries=count,
        entries_sha256=sha256,
        previous=last.sha256 if last else "",
        sealed_at=clock.real_now(),
    )
    new.sha256 = _hash_of(new)
    new.save(force_insert=True)
    return new


def _hashed(rows: Iterable[tuple]) -> tuple[int, str]:
    sha256, count = hashlib.sha256(), 0
    for row in rows:
        told = [_moment(each) if isinstance(each, dt.datetime) else each for each in row]
        sha256.update(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        count += 1
    return count, sha256.hexdigest()


def _hash_of(each: AuditSeal) -> str:
    told = (each.number, each.last_entry, each.entries, each.entries_sha256, each.previous, _moment(each.sealed_at))
    return hashlib.sha256("|".join(map(str, told)).encode()).hexdigest()


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
