"""Takes a backup while the application is in use: the tables as of one moment, then the files that they name."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

import pmh
from institution import clock
from pmh.backup.contents import LEFT_OUT, BackupError, Table, applied_migrations, files_named, tables
from pmh.backup.manifest import FILES, MANIFEST, MANIFEST_SHA256, TABLES, Manifest, Part

CHUNK = 1024 * 1024


def take_backup(path: Path) -> Manifest:
    """Writes the archive, readable by its owner alone; under its name only when it is whole and on the disk.

    In memory are the names of the files, and some hundred rows. Raises BackupError where the path is taken.
    """
    if path.exists():
        raise BackupError(_("Ya existe %(path)s: no se reemplaza un respaldo.") % {"path": path})
    partial = path.with_name(path.name + ".partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        raise BackupError(
            _("Otro respaldo se está escribiendo en %(path)s, o quedó a medias: en ese caso, bórrelo.")
            % {"path": partial}
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            manifest = _write(file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(file: IO[bytes]) -> Manifest:
    named: set[str] = set()
    with zipfile.ZipFile(file, "w") as archive:
        with _one_moment():
            migrations = applied_migrations()
            taken_at = clock.real_now().isoformat()
            parts = [_write_table(archive, table, named) for table in tables()]
        missing = []
        for name in sorted(named):
            part = _write_file(archive, name)
            if part is None:
                missing.append(name)
            else:
                parts.append(part)
        manifest = Manifest(pmh.__version__, connection.vendor, taken_at, migrations, sorted(LEFT_OUT), parts, missing)
        content = manifest.to_bytes()
        _write_part(archive, MANIFEST, [content], zipfile.ZIP_DEFLATED)
        _write_part(archive, MANIFEST_SHA256, [hashlib.sha256(content).hexdigest().encode()], zipfile.ZIP_STORED)
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees what was committed when it began, and keeps nobody from writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not atomic(): the settings make it IMMEDIATE, which would keep every writer waiting for the whole backup.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write_table(archive: zipfile.ZipFile, table: Table, named: set[str]) -> Part:
    rows = 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        for row in table.rows():
            rows += 1
            named.update(files_named(table, row))
            yield json.dumps(row, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode() + b"\n"

    size, sha256 = _write_part(archive, f"{TABLES}{table.name}.jsonl", lines(), zipfile.ZIP_DEFLATED)
    return Part(f"{TABLES}{table.name}.jsonl", size, sha256, rows, table.columns)


def _write_file(archive: zipfile.ZipFile, name: str) -> Part | None:
    """Files are written once, before their row, and never changed: none is newer than the tables. None: it is gone."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        return None
    with file:
        # PDFs and pictures are compressed already.
        size, sha256 = _write_part(archive, FILES + name, file.chunks(CHUNK), zipfile.ZIP_STORED)
    return Part(FILES + name, size, sha256)


def _write_part(archive: zipfile.ZipFile, path: str, chunks: Iterable[bytes], how: int) -> tuple[int, str]:
    info = zipfile.ZipInfo(path)
    info.compress_type = how
    info.external_attr = (stat.S_IFREG | stat.S_IRUSR | stat.S_IWUSR) << 16
    size, sha256 = 0, hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
            sha256.update(chunk)
            size += len(chunk)
    return size, sha256.hexdigest()
