"""A file that was sent to be looked at first: kept, confirmed once, or discarded.

Nobody confirms what they have not seen: `keep` stores the file, a preview says what it would change, and only then
does one of the verbs write it, in the same transaction in which it is marked as confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock, uploads
from institution.models import KeptUpload, User

Kept = TypeVar("Kept", bound=KeptUpload)


class KeepingRefused(Exception):
    """The file cannot be kept or confirmed; the message says why, in the words of the user."""


class PreviewChanged(KeepingRefused):
    """Something changed since the preview was shown, or is not allowed as a whole. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(_("Algo cambió desde que vio esta página; no se guardó nada. Revise de nuevo y confirme."))


def keep(model: type[Kept], *, about: Callable[[], Mapping[str, Any]], accepted: uploads.Accepted, by: User) -> Kept:
    """Keeps the file until it is confirmed; what the person sent before about the same is discarded.

    `about` gives what the file is about, by field; it is asked inside the transaction, and may refuse.
    """
    with uploads.new_accepted(accepted, folder=model.FOLDER) as stored:
        with transaction.atomic():
            now, of = clock.now(), about()
            model.objects.pending().filter(uploaded_by=by, **of).update(discarded_at=now)
            upload = model.objects.create(
                **of,
                file=stored.name,
                file_name=accepted.file_name,
                sha256=accepted.sha256,
                size=accepted.size,
                uploaded_by=by,
                uploaded_at=now,
            )
        stored.keep()
    return upload


def held(upload: Kept) -> Kept:
    """The upload, held until the end of the transaction. Raises KeepingRefused when it was discarded meanwhile."""
    upload = type(upload).objects.select_for_update().get(pk=upload.pk)
    if upload.discarded_at is not None:
        raise KeepingRefused(_("Este archivo se descartó: súbalo otra vez."))
    return upload


def confirmed(upload: KeptUpload) -> None:
    """Marks as confirmed what has just been written."""
    upload.confirmed_at = clock.now()
    upload.save(update_fields=["confirmed_at"])


@transaction.atomic
def discard(*, upload: Kept, by: User) -> Kept:
    """Gives it up; nothing of it was written. Once confirmed it stays so."""
    upload = type(upload).objects.select_for_update().get(pk=upload.pk, uploaded_by=by)
    if upload.is_pending:
        upload.discarded_at = clock.now()
        upload.save(update_fields=["discarded_at"])
    return upload
