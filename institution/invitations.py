"""How somebody new comes in: the coordination invites to a post, whoever has the link accepts it.

The link is a random token, shown once and sent by mail; only its hash is kept. Accepting it makes the account, if the
address has none, and the designation. The link expires by the real time, not by the clock of the demonstration.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import gettext as _

from institution import clock, outbox
from institution.models import Designation, Government, Invitation, Role, Unit, User
from institution.permissions import coordinates

VALID_FOR = dt.timedelta(days=14)
KIND = "invitation"


class InvitationRefused(Exception):
    """It cannot be invited, renewed, revoked or accepted; the message says why, in the words of the user."""


@dataclass(frozen=True)
class Issued:
    """An invitation with its link, which cannot be read again from anywhere."""

    invitation: Invitation
    link: str


def hash_of(token: str) -> str:
    """The token is as random as a key of 256 bits: a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of(token: str) -> Invitation | None:
    """The invitation that the link belongs to, whatever its state."""
    rows = Invitation.objects.select_related("unit__government", "invited_by", "accepted_by")
    return rows.filter(token_hash=hash_of(token)).first()


@transaction.atomic
def invite(
    *,
    unit: Unit,
    role: str,
    full_name: str,
    email: str,
    starts_on: dt.date,
    by: User,
    link_of: Callable[[str], str],
    ends_on: dt.date | None = None,
    document: str = "",
    document_date: dt.date | None = None,
) -> Issued:
    """Invites the person to the post and sends the link; `link_of` makes an address of a token.

    Raises InvitationRefused with the reason, or ValidationError for what is not written well.
    """
    # Whoever invites holds the unit: two invitations to one post do not pass each other.
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    invitation = Invitation(
        unit=unit,
        role=role,
        full_name=full_name.strip(),
        email=email.strip().lower(),
        starts_on=starts_on,
        ends_on=ends_on,
        document=document,
        document_date=document_date,
        invited_by=by,
    )
    if refused := next(_refusals_to_invite(invitation, by), ""):
        raise InvitationRefused(refused)
    return _issue(invitation, link_of)


@transaction.atomic
def invite_first_coordinator(
    *, government: Government, full_name: str, email: str, link_of: Callable[[str], str]
) -> Issued:
    """Invites whoever begins to coordinate a government's plan, in the name of the system; they invite all others.

    An invitation of the same person that nobody accepted gets a new link: there is no one else who could renew it.
    Raises InvitationRefused with the reason, or ValidationError for what is not written well.
    """
    # Whoever begins holds the government: of two commands at once the second finds what the first one did.
    government = Government.objects.select_for_update().get(pk=government.pk)
    by, unit = User.objects.system(), _coordinating_unit(government)
    posts = Designation.objects.in_force().filter(role=Role.COORDINATOR, unit__government=government)
    if post := posts.select_related("user").first():
        raise InvitationRefused(
            _("%(name)s ya coordina el plan de %(government)s: a las demás personas las invita desde el sitio.")
            % {"name": post.user.full_name, "government": government}
        )
    unanswered = Invitation.objects.unanswered().filter(unit=unit, role=Role.COORDINATOR)
    if waiting := unanswered.filter(email__iexact=email.strip()).first():
        return renew(invitation=waiting, by=by, link_of=link_of)
    return invite(
        unit=unit,
        role=Role.COORDINATOR,
        full_name=full_name,
        email=email,
        starts_on=clock.today(),
        by=by,
        link_of=link_of,
    )


def _coordinating_unit(government: Government) -> Unit:
    function = Unit.Function.COORDINATION
    units = list(government.units.filter(function=function).valid_on(clock.today()))
    if len(units) == 1:
        return units[0]
    told = {"government": government, "function": function.label, "units": ", ".join(map(str, units))}
    if units:
        raise InvitationRefused(
            _("Hoy coordinan varias unidades de %(government)s (%(units)s): deje a una sola con esa función.") % told
        )
    raise InvitationRefused(
        _("Ninguna unidad de %(government)s vigente hoy tiene la función «%(function)s»: póngala en la hoja Unidades.")
        % told
    )


@transaction.atomic
def renew(*, invitation: Invitation, by: User, link_of: Callable[[str], str]) -> Issued:
    """A new link with a new term; the one before opens nothing any more."""
    invitation = _locked(invitation)
    if refused := next(_refusals_to_change(invitation, by), ""):
        raise InvitationRefused(refused)
    if refused := next(_refusals_of_post(invitation), ""):
        raise InvitationRefused(refused)
    _withdraw_letter(invitation)
    return _issue(invitation, link_of)


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> Invitation:
    """The link opens nothing any more, and the invitation stays on record."""
    invitation = _locked(invitation)
    if refused := next(_refusals_to_change(invitation, by), ""):
        raise InvitationRefused(refused)
    _withdraw_letter(invitation)
    invitation.revoked_by, invitation.revoked_at = by, clock.real_now()
    invitation.save()
    return invitation


@transaction.atomic
def accept(*, token: str, by: User | None = None, full_name: str = "", password: str = "") -> Designation:
    """The post begins today, or on its later date. Who is signed in accepts as `by`; else the account is made.

    Raises InvitationRefused with the reason, or ValidationError for a name or password that will not do.
    """
    invitation = invitation_of(token)
    if invitation is None:
        raise InvitationRefused(_("El enlace no corresponde a ninguna invitación."))
    invitation = _locked(invitation)
    if invitation.token_hash != hash_of(token):
        raise InvitationRefused(_("Este enlace fue reemplazado por otro más reciente."))
    if refused := why_not_accept(invitation, by):
        raise InvitationRefused(refused)
    person = _new_account(invitation, full_name, password) if by is None else by
    designation = Designation(
        user=person,
        unit=invitation.unit,
        role=invitation.role,
        starts_on=invitation.post_begins_on(clock.today()),
        ends_on=invitation.ends_on,
        document=invitation.document,
        document_date=invitation.document_date,
    )
    designation.full_clean()
    designation._history_user = person
    designation.save()
    invitation.accepted_by, invitation.accepted_at = person, clock.real_now()
    invitation.save()
    return designation


def why_not_accept(invitation: Invitation, by: User | None) -> str:
    """Why the person (nobody: somebody without an account) cannot accept it; empty if they can."""
    return next(_refusals_to_accept(invitation, by), "")


def why_not_begin(invitation: Invitation) -> str:
    """Why the post itself cannot begin, whoever accepts; empty if it can."""
    return next(_refusals_of_post(invitation), "")


# --- Why not --------------------------------------------------------------------------------------------------------


def _refusals_to_invite(invitation: Invitation, by: User) -> Iterator[str]:
    yield from _refusals_of_inviter(invitation, by)
    yield from _refusals_of_post(invitation)
    same = Invitation.objects.unanswered().filter(
        unit=invitation.unit, role=invitation.role, email__iexact=invitation.email
    )
    if same.exists():
        yield _("%(email)s ya tiene una invitación a este puesto sin aceptar: renuévela o anúlela.") % {
            "email": invitation.email
        }


def _refusals_to_change(invitation: Invitation, by: User) -> Iterator[str]:
    yield from _refusals_of_inviter(invitation, by)
    if invitation.accepted_at:
        yield _("%(name)s ya aceptó esta invitación.") % {"name": invitation.full_name}
    if invitation.revoked_at:
        yield _("Esta invitación ya está anulada.")


def _refusals_to_accept(invitation: Invitation, by: User | None) -> Iterator[str]:
    if invitation.state == Invitation.State.ACCEPTED:
        yield _("Esta invitación ya se usó.")
    if invitation.state == Invitation.State.REVOKED:
        yield _("Esta invitación fue anulada.")
    if invitation.state == Invitation.State.EXPIRED:
        yield _("Esta invitación venció.")
    account = invitation.account()
    if by is not None and by != account:
        yield _("La invitación es para %(email)s, y usted ingresó como %(mine)s.") % {
            "email": invitation.email,
            "mine": by.email,
        }
    yield from _refusals_of_post(invitation)
    if by is None and account is not None:
        yield _has_an_account(invitation)


def _refusals_of_inviter(invitation: Invitation, by: User) -> Iterator[str]:
    government = invitation.unit.government
    if not coordinates(by, government):
        yield _("Solo la coordinación del plan de %(government)s invita a personas.") % {"government": government}


def _refusals_of_post(invitation: Invitation) -> Iterator[str]:
    """What keeps the post itself from beginning, today or on its date."""
    unit, begins_on = invitation.unit, invitation.post_begins_on(clock.today())
    if unit.valid_until and unit.valid_until < begins_on:
        yield _("%(unit)s termina el %(day)s, antes de que empiece la designación.") % {
            "unit": unit.acronym,
            "day": formats.date_format(unit.valid_until),
        }
    if unit.valid_from > begins_on:
        yield _("%(unit)s recién empieza el %(day)s.") % {
            "unit": unit.acronym,
            "day": formats.date_format(unit.valid_from),
        }
    if invitation.ends_on and invitation.ends_on < begins_on:
        yield _("La designación terminaría antes de empezar: empieza el %(begins)s y termina el %(ends)s.") % {
            "begins": formats.date_format(begins_on),
            "ends": formats.date_format(invitation.ends_on),
        }
    account = invitation.account()
    if account is None:
        return
    if not account.is_active:
        yield _("La cuenta de %(email)s está desactivada.") % {"email": invitation.email}
    held = Designation.objects.filter(user=account, unit=unit, role=invitation.role)
    for post in held.overlapping(begins_on, invitation.ends_on)[:1]:
        yield _("%(name)s ya tiene esta designación desde el %(day)s.") % {
            "name": account.full_name,
            "day": formats.date_format(post.starts_on),
        }


# --- How ------------------------------------------------------------------------------------------------------------


def _locked(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    # Every invitation to a unit is decided under its lock: one person does not take the same post twice at once.
    row.unit = Unit.objects.select_for_update().get(pk=row.unit_id)
    return row


def _issue(invitation: Invitation, link_of: Callable[[str], str]) -> Issued:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_of(token)
    invitation.expires_at = clock.real_now() + VALID_FOR
    invitation.full_clean()
    invitation.save()
    link = link_of(token)
    invitation.letter = outbox.post(
        to=invitation.email,
        subject=_("Invitación a %(unit)s") % {"unit": invitation.unit.acronym},
        body=render_to_string("institution/email/invitation.txt", {"invitation": invitation, "link": link}),
        kind=KIND,
        key=f"{KIND}:{invitation.pk}:{invitation.token_hash[:16]}",
        is_secret=True,
    )
    invitation.save(update_fields=["letter"])
    return Issued(invitation, link)


def _withdraw_letter(invitation: Invitation) -> None:
    if invitation.letter and outbox.withdraw(letter=invitation.letter):
        invitation.letter = None


def _new_account(invitation: Invitation, full_name: str, password: str) -> User:
    name = full_name.strip()
    validate_password(password, User(email=invitation.email, full_name=name))
    try:
        with transaction.atomic():
            return User.objects.create_user(invitation.email, name, password)
    except (IntegrityError, ValidationError) as error:
        # The same person has accepted an invitation to another unit in this moment: nothing that both hold is locked.
        # The model says so where the other account is there when it looks, the database where it comes after that.
        if not User.objects.filter(email=invitation.email).exists():
            raise
        raise InvitationRefused(_has_an_account(invitation)) from error


def _has_an_account(invitation: Invitation) -> str:
    return _("%(email)s ya tiene una cuenta: ingrese con ella y acepte.") % {"email": invitation.email}
