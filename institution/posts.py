"""The posts that persons hold: ended, passed on to somebody new, set right; and persons put out and let in again.

A designation is never deleted. Nobody can leave a government without a coordinator: only another one could mend it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from institution import clock
from institution.audit import note
from institution.invitations import Issued, invite
from institution.models import Act, Designation, Government, User
from institution.permissions import coordinates, day_without_coordination

A_DAY = dt.timedelta(days=1)


class PostRefused(Exception):
    """The post or the person cannot be changed so; the message says why, in the words of the user."""


@transaction.atomic
def end_post(
    *, designation: Designation, ends_on: dt.date, reason: str, by: User, on: dt.date | None = None
) -> Designation:
    """The person acts for the unit until that day, inclusive. Raises PostRefused with the reason."""
    on = on or clock.today()
    post = _locked(designation)
    refusals = [*_refusals_of_author(post.unit.government, by, on), *_refusals_to_end(post, ends_on, reason, on)]
    if refusals:
        raise PostRefused(refusals[0])
    post.ends_on, post.end_reason, post._history_user = ends_on, reason.strip(), by
    post.save(update_fields=["ends_on", "end_reason"])
    return post


@transaction.atomic
def replace_post(
    *,
    designation: Designation,
    full_name: str,
    email: str,
    starts_on: dt.date,
    document: str,
    document_date: dt.date | None,
    by: User,
    link_of: Callable[[str], str],
    on: dt.date | None = None,
) -> Issued:
    """Ends the post on the day before `starts_on` and invites whoever comes after, in one act; both or neither.

    Raises PostRefused or InvitationRefused with the reason, or ValidationError for what is not written well.
    """
    reason = _("Reemplazo: %(document)s") % {"document": document} if document.strip() else _("Reemplazo")
    post = end_post(designation=designation, ends_on=starts_on - A_DAY, reason=reason, by=by, on=on)
    return invite(
        unit=post.unit,
        role=post.role,
        full_name=full_name,
        email=email,
        starts_on=starts_on,
        document=document,
        document_date=document_date,
        by=by,
        link_of=link_of,
    )


@transaction.atomic
def correct_document(
    *, designation: Designation, document: str, document_date: dt.date | None, by: User, on: dt.date | None = None
) -> Designation:
    """The document by which the person was designated, written right; what stood there stays in the row's history."""
    post = _locked(designation)
    if refused := next(_refusals_of_author(post.unit.government, by, on or clock.today()), ""):
        raise PostRefused(refused)
    if not document.strip():
        raise PostRefused(_("Escriba el documento que designa a la persona."))
    post.document, post.document_date, post._history_user = document.strip(), document_date, by
    post.save(update_fields=["document", "document_date"])
    return post


@transaction.atomic
def deactivate(*, person: User, government: Government, by: User, on: dt.date | None = None) -> User:
    """The person enters no more; what they did, and the posts they held, stay in their name."""
    on = on or clock.today()
    government = Government.objects.select_for_update().get(pk=government.pk)
    person = User.objects.select_for_update().get(pk=person.pk)
    if refused := next(_refusals_to_deactivate(person, government, by, on), ""):
        raise PostRefused(refused)
    person.deactivate()
    note(Act.ACCOUNT_CLOSED, user=by, subject=str(person))
    return person


@transaction.atomic
def reactivate(*, person: User, government: Government, by: User, on: dt.date | None = None) -> User:
    """The person enters again, with the posts that are still in force."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if refused := next(_refusals_of_person(person, government, by, on or clock.today()), ""):
        raise PostRefused(refused)
    if person.is_active:
        raise PostRefused(_("%(name)s ya está activa.") % {"name": person})
    person.is_active = True
    person.save(update_fields=["is_active"])
    note(Act.ACCOUNT_OPENED, user=by, subject=str(person))
    return person


# --- Why not --------------------------------------------------------------------------------------------------------


def _refusals_of_author(government: Government, by: User, on: dt.date) -> Iterator[str]:
    if not coordinates(by, government, on):
        yield _("Solo la coordinación del plan cambia los puestos de %(government)s.") % {"government": government}


def _refusals_to_end(post: Designation, ends_on: dt.date, reason: str, on: dt.date) -> Iterator[str]:
    told = {"name": post.user.full_name, "starts": formats.date_format(post.starts_on)}
    if post.ends_on and post.ends_on < on:
        yield _("Esta designación ya terminó el %(day)s.") % {"day": formats.date_format(post.ends_on)}
    if ends_on < post.starts_on:
        yield _("%(name)s tiene este puesto desde el %(starts)s: no puede terminar antes.") % told
    if not reason.strip():
        yield _("Escriba el motivo o el documento con que termina la designación.")
    if post.ends_on and ends_on > post.ends_on:
        yield _("La designación termina el %(day)s y no se alarga: invite otra vez a %(name)s.") % {
            **told,
            "day": formats.date_format(post.ends_on),
        }
    if post.unit.valid_until and ends_on > post.unit.valid_until:
        yield _("%(unit)s termina el %(day)s: la designación no dura más.") % {
            "unit": post.unit.acronym,
            "day": formats.date_format(post.unit.valid_until),
        }
    if day := day_without_coordination(post.unit.government, [post], max(ends_on + A_DAY, on)):
        yield _(
            "Desde el %(day)s nadie coordinaría el plan, y nadie podría remediarlo: primero invite a otra persona a la "
            "coordinación y espere a que acepte."
        ) % {"day": formats.date_format(day)}


def _refusals_of_person(person: User, government: Government, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(government, by, on)
    if person.is_system or not person.designations.filter(unit__government=government).exists():
        yield _("Esta persona no es de %(government)s.") % {"government": government}
    if person.is_staff:
        yield _("%(name)s administra la instalación: pida el cambio a quien la opera.") % {"name": person}
    elsewhere = person.designations.exclude(unit__government=government)
    if elsewhere.overlapping(on, None).exists():
        yield _("%(name)s actúa también fuera de su plan, y su cuenta es una sola: termine sus designaciones aquí.") % {
            "name": person
        }


def _refusals_to_deactivate(person: User, government: Government, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_person(person, government, by, on)
    if person == by:
        yield _("No puede desactivarse a sí misma: pídalo a otra persona que coordine.")
    if not person.is_active:
        yield _("%(name)s ya está desactivada.") % {"name": person}
    held = person.designations.filter(unit__government=government).overlapping(on, None).select_related("user")
    if day_without_coordination(government, held, on):
        yield _("%(name)s es la única persona que coordina el plan: primero designe a otra.") % {"name": person}


def _locked(designation: Designation) -> Designation:
    """The post, held with its government until the end: two coordinators do not put each other out at once."""
    government = Government.objects.select_for_update().get(units=designation.unit_id)
    post = Designation.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=designation.pk)
    post.unit.government = government
    return post
