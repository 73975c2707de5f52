"""The workbook that was sent: kept, confirmed once, or discarded."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from institution import keeping, uploads
from institution.keeping import KeepingRefused, PreviewChanged
from institution.models import Unit, User
from monitoring.models import OfflineUpload, Period, Submission
from monitoring.queries import load_filing
from monitoring.recording import NotWhole, held_for, record_all
from monitoring.workbook.content import Comparison
from monitoring.workbook.read import compare, read_submission, whose
from plans.workbook.book import Grid, open_book
from plans.workbook.content import WorkbookProblems


def accepted(file: IO[bytes], *, name: str) -> uploads.Accepted:
    """Opens what somebody sent, outside of any transaction. Raises UploadRefused; KeepingRefused for another kind."""
    opened = uploads.accept(file, name=name)
    if opened.extension != "xlsx":
        raise KeepingRefused(
            _("«%(name)s» no es un libro de Excel (.xlsx). Guárdelo como .xlsx y súbalo otra vez.")
            % {"name": opened.file_name}
        )
    return opened


def refuse_others(accepted: uploads.Accepted, *, unit: Unit, period: Period) -> None:
    """Refuses the workbook of another report before anything is begun in its name. Raises KeepingRefused."""
    try:
        grids = open_book(io.BytesIO(accepted.content))
    except WorkbookProblems:
        return  # whatever is wrong with it is told in the preview, cell by cell
    if wrong := whose(grids, unit, period):
        raise KeepingRefused(wrong)


def keep(*, submission: Submission, accepted: uploads.Accepted, by: User) -> OfflineUpload:
    """Keeps the workbook until it is confirmed; what the person sent before and did not confirm is discarded.

    Raises RecordingRefused when nothing may be typed into the report.
    """
    return keeping.keep(OfflineUpload, about=lambda: {"submission": held_for(submission, by)}, accepted=accepted, by=by)


def preview(upload: OfflineUpload) -> Comparison:
    """What confirming would do now."""
    submission = upload.submission
    filing = load_filing(submission.unit, submission.period)
    try:
        with upload.file.open("rb") as file:
            return read_submission(file, filing)
    except FileNotFoundError as error:
        raise KeepingRefused(_("Este libro ya no está en el almacén: súbalo otra vez.")) from error


def confirm(*, upload: OfflineUpload, mine: Collection[str], shown: str, by: User) -> OfflineUpload:
    """Writes everything that the workbook changes, or nothing. Confirmed again, it stays as it is.

    `mine`: the conflicts (`Change.name`) in which the workbook holds; in the others what is recorded stays. `shown`:
    the digest of the preview upon which the person decided. Raises PreviewChanged when the preview would say something
    else by now, KeepingRefused when the workbook was discarded or has mistakes, RecordingRefused when the report is
    locked.
    """
    grids = _opened(upload)
    with transaction.atomic():
        submission = held_for(upload.submission, by)
        upload = keeping.held(upload)
        if upload.confirmed_at is not None:
            return upload
        comparison = compare(grids, load_filing(submission.unit, submission.period))
        if comparison.digest != shown:
            raise PreviewChanged
        if comparison.problems:
            raise KeepingRefused(_("El libro tiene errores: corríjalos y súbalo otra vez. No se guardó nada."))
        try:
            record_all(submission=submission, typings=comparison.typings(mine), by=by)
        except NotWhole as refused:
            raise _why(refused) from refused
        keeping.confirmed(upload)
    return upload


def _opened(upload: OfflineUpload) -> list[Grid]:
    """Reading takes seconds and happens outside the transaction; what is kept never changes."""
    try:
        with upload.file.open("rb") as file:
            return open_book(file)
    except FileNotFoundError as error:
        raise KeepingRefused(_("Este libro se descartó: súbalo otra vez.")) from error
    except WorkbookProblems as refused:
        raise KeepingRefused(str(refused)) from refused


def _why(refused: NotWhole) -> KeepingRefused:
    for each in refused.refused.values():
        for text in each.problems.values():
            return KeepingRefused(_("No se guardó nada. %(why)s") % {"why": text})
    return PreviewChanged()
