"""The gate: looks at what somebody sent, has it opened in a process of its own, and says what is to be kept."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings

from institution.uploads.kinds import KINDS, Kind, examiner_of, foreign
from institution.uploads.reasons import NOTES, UploadRefused
from institution.uploads.receiving import NoRoomFile, TooLargeFile

# Starting the process included; a web server gives up on a request after 30 s.
SECONDS = 20
MEGABYTE = 1024 * 1024
# As long as a name can be in `Evidence.file_name` with room to spare, and in any file system.
MAX_NAME = 150
# Control characters, and those that turn the direction of writing: «acta\u202efdp.exe» reads «actaexe.pdf».
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
UNSAFE = re.compile(r'[<>:"/\\|?*]+')

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may be kept. `sha256` and `size` are of `content`; `sha256_received` of what came, where that differs."""

    content: bytes
    file_name: str
    content_type: str
    extension: str
    size: int
    sha256: str
    sha256_received: str = ""
    notes: tuple[str, ...] = ()


def accept(file: IO[bytes], *, name: str, is_ours: bool = False) -> Accepted:
    """Opens the file and gives what is to be stored of it, without what a photograph tells of place and camera.

    Raises UploadRefused, with a sentence for the person, for whatever is not one of the accepted kinds, is larger
    than UPLOAD_MAX_BYTES, does not open, or holds something that would run, fetch or hide. `is_ours`: the caller knows
    that it begins with a document of ours, which brings a workbook.
    """
    name = safe_name(name)
    content = read_whole(file, name)
    examiner = examiner_of(content)
    if is_ours and examiner == "papers":
        examiner = "signed"
    if not examiner:
        found = foreign(content)
        code = found if found == "encrypted_office" else "foreign"
        raise UploadRefused(code, name, {"found": found})
    verdict, changed = _examined(content, examiner, name)
    kind = KINDS[verdict["kind"]]
    name, notes = _named(name, kind, verdict["notes"])
    kept = content if changed is None else changed
    received = hashlib.sha256(content).hexdigest()
    sha256 = hashlib.sha256(kept).hexdigest()
    return Accepted(
        content=kept,
        file_name=name,
        content_type=kind.content_type,
        extension=kind.extensions[0],
        size=len(kept),
        sha256=sha256,
        sha256_received="" if received == sha256 else received,
        notes=tuple(str(NOTES[note]) for note in notes),
    )


def accept_table(file: IO[bytes], *, name: str, csv: bool = False) -> Accepted:
    """The same for a table that is read cell by cell: an Excel workbook or, where `csv` says so, plain text.

    Raises UploadRefused for whatever else the gate would let through.
    """
    if csv and name.lower().endswith(".csv"):
        return _plain_table(file, safe_name(name))
    accepted = accept(file, name=name)
    if accepted.extension != "xlsx":
        raise UploadRefused("no_table", accepted.file_name)
    return accepted


def _plain_table(file: IO[bytes], name: str) -> Accepted:
    """Text runs nothing: that it is text, and no larger than a file may be, is all there is to find out."""
    content = read_whole(file, name)
    if (found := foreign(content)) != "text":
        raise UploadRefused("foreign", name, {"found": found})
    sha256 = hashlib.sha256(content).hexdigest()
    return Accepted(content, name, "text/csv", "csv", len(content), sha256)


def safe_name(name: str) -> str:
    """The name as it may be shown, stored and offered for download: no folders, nothing unseen, not too long."""
    name = UNSEEN.sub("", unicodedata.normalize("NFC", name.replace("\\", "/"))).rpartition("/")[2]
    path = PurePath(UNSAFE.sub("-", name).strip(" ."))
    stem, suffix = path.stem[: MAX_NAME - len(path.suffix[:10])].strip(), path.suffix[:10]
    return f"{stem or 'archivo'}{suffix}"


def read_whole(file: IO[bytes], name: str) -> bytes:
    """The content of a file that was sent. Raises UploadRefused: too large, empty, no room for it."""
    most = settings.UPLOAD_MAX_BYTES
    if isinstance(file, NoRoomFile):
        raise UploadRefused("no_room", name)
    if isinstance(file, TooLargeFile):
        code = "too_large" if file.size > most else "too_much_at_once"
        limit = most if file.size > most else settings.UPLOAD_MAX_REQUEST_BYTES
        raise UploadRefused(code, name, {"size": _megabytes(file.size), "most": _megabytes(limit)})
    file.seek(0)
    content = file.read(most + 1)
    if len(content) > most:
        size = file.seek(0, os.SEEK_END)
        raise UploadRefused("too_large", name, {"size": _megabytes(size), "most": _megabytes(most)})
    if not content:
        raise UploadRefused("empty", name)
    return content


def _megabytes(size: int) -> str:
    """With one decimal where the number needs it, and never rounded down to the limit itself."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths / 10:,.1f}".removesuffix(".0")


def _examined(content: bytes, examiner: str, name: str) -> tuple[dict[str, Any], bytes | None]:
    """The verdict of the process that opens the file, and the content to be kept where it had to be changed."""
    # The process sees none of the server's settings, and so none of its secrets.
    environment = {"PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), *filter(None, sys.path)])}
    command = [sys.executable, "-B", "-m", f"institution.uploads.{examiner}"]
    try:
        ended = subprocess.run(  # noqa: S603  # our own module, and nothing of the file in the command
            command, input=content, capture_output=True, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        logger.warning("Opening an upload (%s) took too long", examiner)
        raise UploadRefused("too_heavy", name) from error
    head, _line, changed = ended.stdout.partition(b"\n")
    if ended.returncode or not head:
        # Killed by one of its limits, or crashed.
        logger.warning("Opening an upload (%s) ended with %s: %s", examiner, ended.returncode, ended.stderr[-2000:])
        raise UploadRefused("too_heavy", name)
    verdict = json.loads(head)
    if code := verdict.get("refused"):
        logger.info("Upload refused: %s %s", code, verdict.get("error", ""))
        raise UploadRefused(code, name, verdict["details"])
    return verdict, changed if verdict["changed"] else None


def _named(name: str, kind: Kind, notes: list[str]) -> tuple[str, list[str]]:
    """The name with an extension that is true. Raises UploadRefused where it claims another kind."""
    extension = PurePath(name).suffix.lstrip(".").lower()
    if extension in kind.extensions:
        return name, notes
    # «Informe N. 12-2024» has no extension; it only has a point.
    if re.fullmatch(r"[a-z]\w{1,4}", extension):
        details = {"extension": extension, "kind": kind.label, "right": kind.extensions[0]}
        raise UploadRefused("contradicts", name, details)
    return f"{name}.{kind.extensions[0]}", [*notes, "named"]
