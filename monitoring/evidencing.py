"""What backs a result: files and links are attached to it, and taken back without being lost (rules, section 9)."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock, uploads
from institution.models import User
from monitoring import recording, workflow
from monitoring.models import Evidence, Result, Submission
from plans.models import Indicator

FOLDER = "evidence"
MAX_URL = 500
MAX_TITLE = 200
# Names that only mean something inside one machine or one office.
INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "onion")


class EvidenceRefused(Exception):
    """Nothing was attached, withdrawn nor restored; the message says why, in the words of the user."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What backs the result now. `created` is false where the same one was there already, and that one was kept.

    `elsewhere`: where the same file or link backs another result, as far as the person may see it.
    """

    evidence: Evidence
    created: bool
    notes: tuple[str, ...] = ()
    elsewhere: tuple[Evidence, ...] = ()


def attach_file(
    *,
    submission: Submission,
    indicator: Indicator,
    file: IO[bytes],
    name: str,
    title: str = "",
    by: User,
    on: dt.date | None = None,
) -> Attached:
    """Keeps the file as evidence of what the unit achieved on the indicator.

    The same file twice is kept once, and a withdrawn one comes back. Raises EvidenceRefused when the report is locked
    or the result has as many as it may, UploadRefused when the file is not accepted; nothing is kept then.
    """
    # Asked before the work, and again under the lock. Opening a file takes seconds and happens outside the
    # transaction, which on SQLite keeps everybody else from writing.
    if reason := workflow.why_locked(submission, by, on=on):
        raise EvidenceRefused(reason)
    accepted = uploads.accept(file, name=name)
    with uploads.new_accepted(accepted, folder=FOLDER) as stored:
        with transaction.atomic():
            result = _held_result(submission, indicator, by, on)
            evidence, created, notes = _one(
                result,
                by,
                Evidence(
                    title=_title(title, accepted.file_name),
                    file=stored.name,
                    file_name=accepted.file_name,
                    content_type=accepted.content_type,
                    size=accepted.size,
                    sha256=accepted.sha256,
                ),
                sha256=accepted.sha256,
            )
        if created:
            stored.keep()
    elsewhere = tuple(_elsewhere(evidence, by))
    return Attached(evidence, created, (*accepted.notes, *notes, *backing(elsewhere)), elsewhere)


@transaction.atomic
def attach_link(
    *,
    submission: Submission,
    indicator: Indicator,
    url: str,
    title: str = "",
    by: User,
    on: dt.date | None = None,
) -> Attached:
    """Notes the address as evidence. We never fetch it: whoever reviews opens it.

    Raises EvidenceRefused when it is no public web address, or for the reasons of `attach_file`.
    """
    url = checked_address(url)
    result = _held_result(submission, indicator, by, on)
    new = Evidence(title=_title(title, urlsplit(url).hostname or url), url=url)
    evidence, created, notes = _one(result, by, new, url=url)
    elsewhere = tuple(_elsewhere(evidence, by))
    return Attached(evidence, created, (*notes, *backing(elsewhere)), elsewhere)


@transaction.atomic
def withdraw(*, evidence: Evidence, by: User, on: dt.date | None = None) -> Evidence:
    """Takes it back: it is kept, but no longer shown nor counted. Withdrawn again it stays as it was.

    Raises EvidenceRefused when the report is locked.
    """
    evidence = _held_evidence(evidence, by, on)
    if evidence.withdrawn_at is None:
        _mark(evidence, by, clock.now())
    return evidence


@transaction.atomic
def restore(*, evidence: Evidence, by: User, on: dt.date | None = None) -> Evidence:
    """Undoes a withdrawal. Raises EvidenceRefused when the report is locked, or the result has its full number."""
    evidence = _held_evidence(evidence, by, on)
    if evidence.withdrawn_at is not None:
        _refuse_when_full(evidence.result)
        _mark(evidence, by, None)
    return evidence


def backing(elsewhere: Iterable[Evidence]) -> list[str]:
    """Says of which other results the same file or link is evidence already. It may well be right; the page says so."""
    file = _("Este archivo ya respalda %(indicator)s de %(unit)s en %(period)s.")
    link = _("Este enlace ya respalda %(indicator)s de %(unit)s en %(period)s.")
    return [
        (link if other.url else file)
        % {
            "indicator": other.result.indicator.code,
            "unit": other.result.submission.unit.acronym,
            "period": other.result.period.code,
        }
        for other in elsewhere
    ]


def checked_address(url: str) -> str:
    """The address, if anybody could open it from anywhere. Raises EvidenceRefused with what is wrong in it."""
    url = url.strip()
    if len(url) > MAX_URL:
        raise EvidenceRefused(_("El enlace tiene más de %(most)s letras: use uno más corto.") % {"most": MAX_URL})
    if any(letter.isspace() or not letter.isprintable() for letter in url) or "\\" in url:
        raise EvidenceRefused(_("El enlace tiene espacios o signos que no van en una dirección: cópielo de nuevo."))
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise EvidenceRefused(_("El enlace no es una dirección de internet: cópielo de nuevo.")) from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise EvidenceRefused(_("El enlace empieza con http:// o https://, seguido del nombre del sitio."))
    if parts.username is not None or parts.password is not None:
        raise EvidenceRefused(_("El enlace lleva un usuario o una contraseña: quíteselos."))
    if reason := _why_no_public_host(host.rstrip(".")):
        raise EvidenceRefused(reason)
    # The scheme as the database expects it.
    return f"{parts.scheme.lower()}{url[len(parts.scheme) :]}"


def _why_no_public_host(host: str) -> str:
    inner = _("El enlace lleva a un equipo de su propia red, que quien revisa no puede abrir: suba el archivo.")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return "" if address.is_global else inner
    labels = host.split(".")
    # Browsers take numbers written in other ways for addresses too: 2130706433, 0x7f.1, 127.1.
    if labels[-1].lower() in INNER_NAMES or len(labels) == 1 or labels[-1][:1].isdigit():
        return inner
    try:
        DomainNameValidator()(host)
    except ValidationError:
        return _("El enlace no tiene un nombre de sitio válido: cópielo de nuevo.")
    return ""


def _title(title: str, otherwise: str) -> str:
    return (" ".join(title.split()) or otherwise)[:MAX_TITLE]


def _held_result(submission: Submission, indicator: Indicator, by: User, on: dt.date | None) -> Result:
    """The result to be backed, its report held so that no step is taken meanwhile and nothing is attached twice."""
    submission = _held(submission, by, on)
    answers = indicator.responsibilities.at(submission.period.code).filter(unit=submission.unit_id)
    if not answers.exists():
        raise EvidenceRefused(_("La unidad no responde por ese indicador en este semestre."))
    # The first evidence may come before the first figure.
    return recording.result_of(submission=submission, indicator=indicator, by=by)


def _held(submission: Submission, by: User, on: dt.date | None) -> Submission:
    try:
        return recording.held_for(submission, by, on=on)
    except recording.RecordingRefused as refused:
        raise EvidenceRefused(str(refused)) from refused


def _held_evidence(evidence: Evidence, by: User, on: dt.date | None) -> Evidence:
    _held(evidence.result.submission, by, on)
    return Evidence.objects.select_related("result").get(pk=evidence.pk)


def _one(result: Result, by: User, new: Evidence, **same: str) -> tuple[Evidence, bool, tuple[str, ...]]:
    """The evidence that the result has already (back, if it was withdrawn), or else the new one."""
    there = result.evidence.filter(**same)
    if found := there.in_use().first():
        return found, False, (_("Este medio de verificación ya estaba en el resultado: se conserva uno."),)
    _refuse_when_full(result)
    if found := there.first():
        _mark(found, by, None)
        return found, False, (_("Este medio de verificación estaba retirado: se volvió a poner."),)
    new.result, new.uploaded_by, new.uploaded_at = result, by, clock.now()
    new.save(force_insert=True)
    recording.touched(result=result, by=by)
    return new, True, ()


def _mark(evidence: Evidence, by: User, withdrawn_at: dt.datetime | None) -> None:
    evidence.withdrawn_at = withdrawn_at
    evidence.withdrawn_by = by if withdrawn_at else None
    evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
    recording.touched(result=evidence.result, by=by)


def _refuse_when_full(result: Result) -> None:
    most = settings.EVIDENCE_MAX_PER_RESULT
    if result.evidence.in_use().count() >= most:
        raise EvidenceRefused(
            _("El resultado ya tiene %(most)s medios de verificación: retire uno o júntelos en un PDF.")
            % {"most": most}
        )


def _elsewhere(evidence: Evidence, by: User) -> list[Evidence]:
    same = Evidence.objects.visible_to(by).in_use().filter(sha256=evidence.sha256, url=evidence.url)
    return list(
        same.exclude(result=evidence.result_id).select_related(
            "result__indicator", "result__period", "result__submission__unit"
        )
    )
