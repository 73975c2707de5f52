"""What was sent about a plan in the browser: kept, confirmed once, or discarded.

Nobody confirms what they have not seen: `keep` stores the file, a preview says what it would change, and only then
does one of the verbs write it, in the same transaction in which it is marked as confirmed.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock, uploads
from institution.models import User
from plans.models import Plan, PlanUpload

FOLDER = "plan-uploads"


class KeepingRefused(Exception):
    """The file cannot be kept or confirmed; the message says why, in the words of the user."""


class PreviewChanged(KeepingRefused):
    """Something changed since the preview was shown. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(_("Algo cambió desde que vio esta página; no se guardó nada. Revise de nuevo y confirme."))


def keep(*, plan: Plan, kind: PlanUpload.Kind, accepted: uploads.Accepted, by: User) -> PlanUpload:
    """Keeps the file until it is confirmed; what the person sent before and did not confirm is discarded."""
    stored = uploads.store(accepted.content, folder=f"{FOLDER}/{clock.today().year}", extension=accepted.extension)
    kept = False
    try:
        with transaction.atomic():
            now = clock.now()
            PlanUpload.objects.pending().filter(plan=plan, kind=kind, uploaded_by=by).update(discarded_at=now)
            upload = PlanUpload.objects.create(
                plan=plan,
                kind=kind,
                file=stored,
                file_name=accepted.file_name,
                sha256=accepted.sha256,
                size=accepted.size,
                uploaded_by=by,
                uploaded_at=now,
            )
        kept = True
    finally:
        # A file without its row does no harm, a row without its file would.
        if not kept:
            uploads.discard(stored)
    return upload


def held(upload: PlanUpload) -> PlanUpload:
    """The upload, held until the end of the transaction. Raises KeepingRefused when it was discarded meanwhile."""
    upload = PlanUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.discarded_at is not None:
        raise KeepingRefused(_("Este archivo se descartó: súbalo otra vez."))
    return upload


def confirmed(upload: PlanUpload) -> None:
    """Marks as confirmed what has just been written."""
    upload.confirmed_at = clock.now()
    upload.save(update_fields=["confirmed_at"])


@transaction.atomic
def discard(*, upload: PlanUpload, by: User) -> PlanUpload:
    """Gives it up; nothing of it was written. Once confirmed it stays so."""
    upload = PlanUpload.objects.select_for_update().get(pk=upload.pk, uploaded_by=by)
    if upload.is_pending:
        upload.discarded_at = clock.now()
        upload.save(update_fields=["discarded_at"])
    return upload
