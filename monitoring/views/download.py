"""Files that are made for a person when they ask for them; no copy of them stays on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

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


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
