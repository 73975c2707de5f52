"""How long entries are kept, and how those whose time is over are taken out: whole batches, in the open."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from institution import clock
from institution.audit.noting import note
from institution.models import Act, AuditEntry, AuditRemoval, AuditSeal


class RemovalRefused(Exception):
    """Nothing may be taken out so; the message says why, in the words of whoever runs the installation."""


def kept_since() -> dt.date:
    """Entries from this day on are kept (`PMH_AUDIT_YEARS`, by the real clock)."""
    today = timezone.localdate(clock.real_now())
    year = today.year - settings.AUDIT_YEARS
    return today.replace(year=year, day=28) if (today.month, today.day) == (2, 29) else today.replace(year=year)


@transaction.atomic
def remove(*, before: dt.date, by: str, why: str) -> int:
    """Takes out the oldest sealed batches that lie wholly before that day, and says how many entries went.

    Their seals stay, so that the chain can still be walked; the removal is a row of its own, and an entry. Raises
    RemovalRefused for a day whose entries are still to be kept, and without a name or a reason.
    """
    if before > kept_since():
        told = {"years": settings.AUDIT_YEARS, "day": kept_since()}
        raise RemovalRefused(_("Las líneas se guardan %(years)s años: elija una fecha no posterior al %(day)s.") % told)
    if not by.strip() or not why.strip():
        raise RemovalRefused(_("Diga quién lo retira y por qué."))
    first, last = _range(timezone.make_aware(dt.datetime.combine(before, dt.time())))
    going = AuditEntry.objects.filter(id__gte=first, id__lte=last)
    if not (count := going.count()):
        return 0
    AuditRemoval.objects.create(
        first_entry=first, last_entry=last, at=clock.real_now(), by=by.strip()[:200], why=why.strip()[:300]
    )
    going.delete()
    note(Act.ENTRIES_REMOVED, subject=f"{first}-{last} · {by.strip()} · {why.strip()}"[:300])
    return count


def _range(moment: dt.datetime) -> tuple[int, int]:
    """The entries of the seals from the oldest that is still there up to the last that lies wholly before."""
    first = (AuditRemoval.objects.aggregate(last=Max("last_entry"))["last"] or 0) + 1
    kept = AuditEntry.objects.filter(id__gte=first, at__gte=moment).aggregate(first=Min("id"))["first"]
    seals = AuditSeal.objects.filter(last_entry__gte=first)
    if kept is not None:
        seals = seals.filter(last_entry__lt=kept)
    return first, seals.aggregate(last=Max("last_entry"))["last"] or first - 1
