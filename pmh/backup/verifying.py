"""Whether a backup is whole, and if not, in which way. Believes nothing that the archive says of itself."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from django.utils.translation import gettext as _

from pmh.backup.manifest import LARGEST_MANIFEST, MANIFEST, MANIFEST_SHA256, Manifest, Part

CHUNK = 1024 * 1024
# What Python says of a part that is damaged, packed in an unknown way, or encrypted.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
END_OF_ZIP, LENGTH_OF_END = b"PK\x05\x06", 22


class Kind(Enum):
    TRUNCATED = "truncated"
    NOT_A_BACKUP = "not_a_backup"
    UNSAFE = "unsafe"
    TAMPERED = "tampered"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True)
class Problem:
    kind: Kind
    where: str = ""

    def __str__(self) -> str:
        sentence = {
            Kind.TRUNCATED: _("Truncado: al archivo le falta su final, o no es un respaldo."),
            Kind.NOT_A_BACKUP: _("No es un respaldo que esta versión sepa leer: %(where)s."),
            Kind.UNSAFE: _("Nombre peligroso (absoluto, con «..», enlace o repetido): %(where)s."),
            Kind.TAMPERED: _("Alterado: %(where)s no es lo que se guardó."),
            Kind.MISSING: _("Falta: %(where)s."),
            Kind.EXTRA: _("Sobra: %(where)s no pertenece al respaldo."),
        }[self.kind]
        return sentence % {"where": self.where}


@dataclass
class Checked:
    """What was found. `manifest` is None where it could not be read."""

    manifest: Manifest | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return self.manifest is not None and not self.problems


def check_file(path: Path) -> Checked:
    """Reads all of it once. Raises OSError where the file itself cannot be read."""
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return check(archive)
        except (zipfile.BadZipFile, EOFError, NotImplementedError):
            return Checked(problems=[unreadable(path)])


def unreadable(path: Path) -> Problem:
    """What is wrong with a file that is no ZIP: its end, where the list of parts stands, says which."""
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(max(0, file.seek(0, os.SEEK_END) - LENGTH_OF_END))
        end = file.read(4)
    if start != b"PK":
        return Problem(Kind.NOT_A_BACKUP, path.name)
    return Problem(Kind.TAMPERED, path.name) if end == END_OF_ZIP else Problem(Kind.TRUNCATED)


def check(archive: zipfile.ZipFile) -> Checked:
    """Names first: nothing is read of an archive whose names play tricks."""
    infos = archive.infolist()
    times = Counter(info.orig_filename for info in infos)
    if unsafe := [info.orig_filename for info in infos if _is_unsafe(info) or times[info.orig_filename] > 1]:
        return Checked(problems=[Problem(Kind.UNSAFE, repr(name)) for name in dict.fromkeys(unsafe)])
    manifest, problems = _manifest_of(archive, times)
    if manifest is None:
        return Checked(problems=problems)
    problems += [problem for part in manifest.parts for problem in _problems_of(archive, part, times)]
    expected = {MANIFEST, MANIFEST_SHA256} | {part.path for part in manifest.parts}
    problems += [Problem(Kind.EXTRA, name) for name in times if name not in expected]
    if _has_more_around(archive):
        problems.append(Problem(Kind.EXTRA, _("lo que rodea al archivo ZIP")))
    return Checked(manifest, problems)


def _manifest_of(archive: zipfile.ZipFile, times: Counter[str]) -> tuple[Manifest | None, list[Problem]]:
    if absent := [name for name in (MANIFEST, MANIFEST_SHA256) if name not in times]:
        return None, [Problem(Kind.MISSING, name) for name in absent]
    try:
        content, told = _small(archive, MANIFEST), _small(archive, MANIFEST_SHA256)
    except UNREADABLE:
        return None, [Problem(Kind.TAMPERED, MANIFEST)]
    if hashlib.sha256(content).hexdigest().encode() != told:
        return None, [Problem(Kind.TAMPERED, MANIFEST)]
    try:
        manifest = Manifest.from_bytes(content)
    except ValueError as error:
        return None, [Problem(Kind.NOT_A_BACKUP, str(error))]
    twice = [path for path, n in Counter(part.path for part in manifest.parts).items() if n > 1]
    return (None if twice else manifest), [Problem(Kind.UNSAFE, path) for path in twice]


def _is_unsafe(info: zipfile.ZipInfo) -> bool:
    name, mode = info.orig_filename, info.external_attr >> 16
    return (
        name.startswith("/")
        or any(sign in name for sign in ("\\", ":", "\0"))
        or any(step in ("", ".", "..") for step in name.split("/"))
        or (stat.S_IFMT(mode) not in (0, stat.S_IFREG))
    )


def _problems_of(archive: zipfile.ZipFile, part: Part, times: Counter[str]) -> Iterator[Problem]:
    if part.path not in times:
        yield Problem(Kind.MISSING, part.path)
        return
    size, lines, sha256 = 0, 0, hashlib.sha256()
    try:
        with archive.open(part.path) as file:
            # No more than was announced: what swells while it is unpacked is not ours.
            while size <= part.size and (chunk := file.read(CHUNK)):
                size, lines = size + len(chunk), lines + chunk.count(b"\n")
                sha256.update(chunk)
    except UNREADABLE:
        yield Problem(Kind.TAMPERED, part.path)
        return
    if size != part.size or sha256.hexdigest() != part.sha256 or (part.is_table and lines != part.rows):
        yield Problem(Kind.TAMPERED, part.path)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(LARGEST_MANIFEST + 1)
    if len(content) > LARGEST_MANIFEST:
        raise zipfile.BadZipFile(name)
    return content


def _has_more_around(archive: zipfile.ZipFile) -> bool:
    """Python reads a ZIP with bytes before and after it; a backup has none."""
    file = archive.fp
    assert file is not None  # noqa: S101  # it is open
    file.seek(-LENGTH_OF_END, os.SEEK_END)
    starts = min((info.header_offset for info in archive.infolist()), default=0)
    return file.read(4) != END_OF_ZIP or starts != 0
