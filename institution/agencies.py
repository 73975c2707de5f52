"""Agencies and their keys: made, rotated with an overlap, revoked. The coordination does it, for its government."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import GENERATOR, Agency, AgencyKey, Government, KeyUse, RequestWindow, User
from institution.permissions import coordinates

LONGEST_LIFE = dt.timedelta(days=2 * 365)
LONGEST_OVERLAP = dt.timedelta(days=30)
# How long it is kept how much a key was used.
USE_KEPT = dt.timedelta(days=400)
# A window lasts a minute; a day is kept for whoever wants to see where the requests came from.
WINDOW_KEPT = dt.timedelta(days=1)


class AgencyRefused(Exception):
    """An agency or a key cannot be written so; the message says why, in the words of the user."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its text, which is nowhere else and is never told again."""

    key: AgencyKey
    text: str


@transaction.atomic
def keep_agency(*, agency: Agency, by: User) -> Agency:
    """Writes a new agency, or what was changed of one. Raises AgencyRefused with the reason."""
    _only_coordination(by, agency.government)
    try:
        agency.full_clean()
    except ValidationError as error:
        raise AgencyRefused(" ".join(error.messages)) from error
    agency.save()
    return agency


@transaction.atomic
def make_key(
    *,
    agency: Agency,
    name: str,
    scopes: Collection[str],
    expires_at: dt.datetime,
    by: User,
    every_plan: bool = True,
) -> NewKey:
    """A key of the agency. Raises AgencyRefused: no name, no known scope, an end that has passed or is too far."""
    _only_coordination(by, agency.government)
    now = clock.real_now()
    if expires_at <= now:
        raise AgencyRefused(_("La clave vencería antes de empezar: elija una fecha por venir."))
    if expires_at > now + LONGEST_LIFE + dt.timedelta(days=1):
        raise AgencyRefused(_("Una clave vale a lo más dos años: elija una fecha más cercana."))
    text, prefix, hashed = GENERATOR.generate()
    key = AgencyKey(
        agency=agency,
        name=name.strip(),
        prefix=prefix,
        hashed_key=hashed,
        scopes=list(scopes),
        every_plan=every_plan,
        made_by=by,
        made_at=now,
        expires_at=expires_at,
    )
    try:
        key.full_clean()
    except ValidationError as error:
        raise AgencyRefused(" ".join(error.messages)) from error
    key.save()
    return NewKey(key, text)


@transaction.atomic
def rotate(*, key: AgencyKey, overlap: dt.timedelta, by: User) -> NewKey:
    """A new key with the same rights and a life as long; the old one still holds for `overlap`.

    Raises AgencyRefused for a key that does not hold any more, one that was rotated, and an overlap over 30 days.
    """
    key = AgencyKey.objects.select_for_update(of=("self",)).select_related("agency__government").get(pk=key.pk)
    _only_coordination(by, key.agency.government)
    now = clock.real_now()
    if not key.is_valid_now:
        raise AgencyRefused(_("La clave ya no vale: haga una nueva."))
    if key.succeeded_by_id:
        raise AgencyRefused(_("La clave ya fue renovada: renueve la que la reemplaza."))
    if not dt.timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise AgencyRefused(_("Las dos claves pueden valer juntas a lo más 30 días."))
    new = make_key(
        agency=key.agency,
        name=key.name,
        scopes=key.scopes,
        expires_at=now + (key.expires_at - key.made_at),
        every_plan=key.every_plan,
        by=by,
    )
    key.succeeded_by = new.key
    key.expires_at = min(key.expires_at, max(now + overlap, key.made_at + dt.timedelta(seconds=1)))
    key.save(update_fields=["succeeded_by", "expires_at"])
    return new


@transaction.atomic
def revoke(*, key: AgencyKey, why: str, by: User) -> AgencyKey:
    """The key opens nothing from now on. Raises AgencyRefused without a reason, and for one that was revoked."""
    key = AgencyKey.objects.select_for_update(of=("self",)).select_related("agency__government").get(pk=key.pk)
    _only_coordination(by, key.agency.government)
    if key.revoked_at is not None:
        raise AgencyRefused(_("La clave ya está revocada."))
    if not why.strip():
        raise AgencyRefused(_("Escriba por qué se revoca la clave."))
    key.revoked_at, key.revoked_by, key.revoked_why = clock.real_now(), by, why.strip()[:300]
    key.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    return key


def forget_old_uses() -> int:
    """Drops the counts of use that are older than is kept, and says how many."""
    return KeyUse.objects.filter(hour__lt=clock.real_now() - USE_KEPT).delete()[0]


def forget_old_windows() -> int:
    """Drops the windows of keys and addresses that went, and says how many."""
    return RequestWindow.objects.filter(starts_at__lt=clock.real_now() - WINDOW_KEPT).delete()[0]


def _only_coordination(by: User, government: Government) -> None:
    if not coordinates(by, government):
        raise AgencyRefused(_("Solo la coordinación del plan da claves a las agencias."))
