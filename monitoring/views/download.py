"""Files that are made for a person when they ask for them; no copy of them stays on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    """The file under that name."""
    return HttpResponse(content, content_type=content_type, headers=_headers(name))


def download_lines(lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    """The same of a text that is never whole in memory."""
    return StreamingHttpResponse(lines, content_type=content_type, headers=_headers(name))


def download_file(file: IO[bytes], name: str, content_type: str = XLSX) -> FileResponse:
    """The same of a file on the disk; the answer closes it."""
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=_headers(name))


def opened(file: FieldFile) -> IO[bytes]:
    """A file that was entrusted to the system. Raises Http404 where the store has lost it."""
    try:
        return file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("El archivo ya no está en el almacén.")) from error


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
