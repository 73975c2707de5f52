"""Documents that leave the house: asked for, made in the background, archived, published, withdrawn, signed."""

from __future__ import annotations

import hashlib
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from institution import clock, jobs, uploads
from institution.models import Job, User
from institution.permissions import coordinates
from monitoring.disclosure import told_too_finely
from monitoring.frozen import sha256_of
from monitoring.models import Evaluation
from monitoring.suppression import Where
from reports.documents.asked import Asked
from reports.documents.kinds import KINDS
from reports.documents.stamp import code_of, stamp_of
from reports.models import Document, SignedCopy
from reports.pdf import PdfUnavailable, print_document

WORK = "document"
FOLDER = "documents"
# Of what hinders a publication, so many places are named: the first ones are enough to understand it.
MOST_NAMED = 5


class IssuingRefused(Exception):
    """The document cannot be published, withdrawn or signed; the message says why, in the words of the user."""


@transaction.atomic
def issue(asked: Asked, *, by: User) -> Document:
    """The document made of that record: the one that is there, or a new one, which the next free worker prints."""
    kind, record = KINDS[asked.kind], asked.record
    code = code_of(kind.name, record)
    with override("es-pe"):
        content = kind.content(record)
    about = (asked.evaluation and str(asked.evaluation.year), asked.period and asked.period.code)
    document, _is_new = Document.objects.get_or_create(
        code=code,
        defaults={
            "plan": asked.plan,
            "kind": kind.name,
            "title": content.title[:300],
            "record": record,
            "record_sha256": sha256_of(record),
            "evaluation": asked.evaluation,
            "period": asked.period,
            "unit": asked.unit,
            "subject": " ".join(filter(None, (*about, asked.unit and asked.unit.acronym, asked.about)))[:160],
            "file_name": content.file_name,
            "asked_by": by,
            "asked_on": clock.today(),
        },
    )
    jobs.enqueue(kind=WORK, key=document.job_key, payload={"code": code}, by=by)
    return document


def issue_evaluation(*, evaluation: Evaluation, by: User) -> Document:
    """The report of a closed version, made of its frozen record."""
    return issue(Asked("evaluation", evaluation.frozen, evaluation.plan, evaluation=evaluation), by=by)


def issue_evaluation_here(*, evaluation: Evaluation, by: User) -> Document:
    """The same, printed and archived before it returns, for whoever cannot wait for a worker. Raises PdfUnavailable."""
    document = issue_evaluation(evaluation=evaluation, by=by)
    if not document.is_issued:
        _archive(document, _printed(document))
        document.refresh_from_db()
    return document


def archived(evaluation: Evaluation) -> Document | None:
    """The issued report of a closed version, if there is one: its bytes are the promise, and printing again is not."""
    if not evaluation.is_frozen:
        return None
    return Document.objects.issued().filter(kind="evaluation", evaluation=evaluation).first()


def content_of(document: Document) -> bytes:
    """The archived bytes."""
    with document.file.open("rb") as file:
        return file.read()


@jobs.handler(WORK)
def make(running: jobs.Running) -> None:
    """Prints and archives the document of a job. Once its bytes are there nothing is printed again."""
    document = Document.objects.get(code=running.payload["code"])
    if document.is_issued:
        return
    running.tell(10, _("Componiendo las páginas"))
    try:
        content = _printed(document)
    except PdfUnavailable as error:
        raise jobs.JobFailed(str(error)) from error
    running.tell(90, _("Guardando en el archivo"))
    try:
        _archive(document, content)
    except uploads.UploadRefused as full:  # it does not pass by itself: somebody has to make room
        raise jobs.JobFailed(
            _("El servidor no tiene espacio para el documento. Avise a quien administra el sistema y reintente.")
        ) from full


def _printed(document: Document) -> bytes:
    return print_document(KINDS[document.kind], document.record, stamp_of(document.kind, document.record))


def _archive(document: Document, content: bytes) -> None:
    """The file first and then the row that names it; whoever comes second keeps what the first one wrote."""
    with uploads.new_file(content, folder=FOLDER, extension="pdf") as stored:
        with transaction.atomic():
            row = Document.objects.select_for_update().get(pk=document.pk)
            if row.is_issued:
                return
            row.file, row.sha256, row.size = stored.name, hashlib.sha256(content).hexdigest(), len(content)
            row.issued_at = clock.now()
            row.save()
            _supersede(row)
        stored.keep()


def _supersede(document: Document) -> None:
    """What was asked for earlier about the same is no longer the current word. A receipt is of one sending for ever."""
    if document.kind == Document.Kind.RECEIPT:
        return
    same = Document.objects.filter(plan=document.plan_id, kind=document.kind, subject=document.subject)
    same.filter(pk__lt=document.pk, superseded_by=None).update(superseded_by=document)


def job_of(document: Document) -> Job | None:
    return Job.objects.filter(key=document.job_key).first()


def retry(*, document: Document) -> None:
    """A document that could not be made is tried again."""
    if (job := job_of(document)) is not None:
        jobs.retry(job=job)


# --- For everybody ----------------------------------------------------------------------------------------------


@transaction.atomic
def publish(*, document: Document, by: User) -> Document:
    """Everybody may read it from now on.

    Raises IssuingRefused for an internal kind or an older word, for counts of people that may no longer be told as
    finely as it tells them (rules, section 12), and for strangers.
    """
    document = _held(document, by)
    if not document.may_be_published:
        raise IssuingRefused(_("Este tipo de documento es interno y no se publica."))
    if document.is_superseded and not document.published_on:
        raise IssuingRefused(_("Hay un documento posterior sobre lo mismo: publique ese."))
    if not document.is_published:
        if finer := told_too_finely(document.plan, document.record.get("people")):
            raise IssuingRefused(_finer_words(document, finer))
        document.published_on, document.published_by = clock.today(), by
        document.withdrawn_on, document.withdrawn_why = None, ""
        document.save()
    return document


def _finer_words(document: Document, finer: list[Where]) -> str:
    places = list(dict.fromkeys(f"{where.indicator} ({where.period})" for where in finer))
    named = ", ".join(places[:MOST_NAMED]) + ("…" if len(places) > MOST_NAMED else "")
    what = _(
        "Los datos cambiaron después de emitir este documento, o un semestre está abierto otra vez: muestra cuentas de "
        "personas con más detalle del que hoy puede publicarse. Ocurre en: %(places)s. No se publicó nada."
    )
    again = (
        _("Cierre una nueva versión de la evaluación y publique su documento.")
        if document.kind == Document.Kind.EVALUATION
        else _("Cuando el semestre esté cerrado, pida el documento de nuevo y publique ese.")
    )
    return f"{what % {'places': named}} {again}"


@transaction.atomic
def withdraw(*, document: Document, why: str, by: User) -> Document:
    """It is no longer on the public site; whoever has it can still verify it, and reads why it was withdrawn.

    Raises IssuingRefused without a reason, for what is not published, and for strangers.
    """
    document = _held(document, by)
    if not why.strip():
        raise IssuingRefused(_("Escriba por qué se retira: quien tenga el documento lo leerá al verificarlo."))
    if document.published_on is None or document.withdrawn_on is not None:
        raise IssuingRefused(_("El documento no está publicado."))
    document.withdrawn_on, document.withdrawn_why = clock.today(), why.strip()[:300]
    document.save()
    return document


def _held(document: Document, by: User) -> Document:
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("plan__government", "evaluation")
        .get(pk=document.pk)
    )
    if not coordinates(by, document.plan.government):
        raise IssuingRefused(_("Solo la coordinación del plan publica documentos y archiva copias firmadas."))
    return document


# --- Signed outside ---------------------------------------------------------------------------------------------


def file_signed(*, document: Document, file: IO[bytes], name: str, by: User) -> SignedCopy:
    """Keeps a copy with a digital signature: the archived bytes, and what signing added after them.

    The signature itself is not checked: that needs the certificates of the RENIEC. Raises IssuingRefused where the
    file does not begin with the bytes of the document or adds nothing, UploadRefused where it is no sound PDF.
    """
    if not coordinates(by, document.plan.government):
        raise IssuingRefused(_("Solo la coordinación del plan publica documentos y archiva copias firmadas."))
    if not document.is_issued:
        raise IssuingRefused(_("El documento todavía no está hecho: no puede haber copia firmada."))
    content = uploads.read_whole(file, name)
    if content[: document.size] != content_of(document):
        raise IssuingRefused(
            _(
                "Esta no es una copia firmada de este documento: no empieza con los mismos bytes. Firme el PDF "
                "descargado de aquí sin imprimirlo ni volver a guardarlo con otro programa. No se guardó nada."
            )
        )
    if len(content) == document.size:
        raise IssuingRefused(_("Es el documento tal como se emitió, sin firma. No se guardó nada."))
    accepted = uploads.accept(file, name=name, is_ours=True)
    sha256 = hashlib.sha256(content).hexdigest()
    if already := SignedCopy.objects.filter(sha256=sha256).first():
        return already
    # As it came, not as the gate would keep it: one byte changed, and the signature would not hold.
    with uploads.new_file(content, folder=FOLDER, extension="pdf") as stored:
        copy = SignedCopy.objects.create(
            document=document,
            file=stored.name,
            file_name=accepted.file_name,
            sha256=sha256,
            size=len(content),
            filed_by=by,
            filed_at=clock.now(),
        )
        stored.keep()
    return copy
