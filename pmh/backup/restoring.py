"""Puts a backup into an empty installation, of either engine: all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _

from institution import uploads
from institution.uploads.storing import flush
from pmh.backup.contents import BATCH, WRITTEN_BY_MIGRATE, BackupError, Table, applied_migrations, tables
from pmh.backup.manifest import Manifest, Part
from pmh.backup.verifying import Checked, check, unreadable

SHOWN = 10


def restore_backup(path: Path) -> Manifest:
    """Checks all of it first. Raises BackupError with the reason, and then nothing has changed."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _sound(check(archive))
            _refuse_another_version(manifest)
            with _files_that_may_go() as placed, transaction.atomic(durable=True):
                _refuse_unless_empty()
                _load(archive, manifest)
                for part in manifest.files:
                    _place(archive, part, placed)
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise BackupError(str(unreadable(path))) from None
    except DatabaseError as error:
        raise BackupError(
            _("La base de datos no aceptó el respaldo, y nada cambió: %(error)s") % {"error": error}
        ) from error
    ContentType.objects.clear_cache()
    return manifest


def _sound(checked: Checked) -> Manifest:
    if checked.manifest is None or checked.problems:
        listed = "\n".join(str(problem) for problem in checked.problems[:SHOWN])
        raise BackupError(_("El respaldo no está íntegro, y nada cambió:\n%(problems)s") % {"problems": listed})
    return checked.manifest


def _refuse_another_version(manifest: Manifest) -> None:
    """Equal migrations have equal tables; the columns are compared too, should a package have changed its own."""
    here, there = set(applied_migrations()), set(manifest.migrations)
    if here != there:
        told = [f"  {_('solo en el respaldo')}: {name}" for name in sorted(there - here)[:SHOWN]]
        told += [f"  {_('solo aquí')}: {name}" for name in sorted(here - there)[:SHOWN]]
        raise BackupError(
            _(
                "El respaldo es de otra versión del sistema (%(version)s) y nada cambió. Instale esa versión, ejecute "
                "migrate, restaure, y actualice después.\n%(told)s"
            )
            % {"version": manifest.application, "told": "\n".join(told)}
        )
    columns_here = {table.name: table.columns for table in tables()}
    columns_there = {part.name: part.columns for part in manifest.tables}
    # The order of columns is the program's, not the database's.
    if {name: sorted(each) for name, each in columns_here.items()} != {
        name: sorted(each) for name, each in columns_there.items()
    }:
        raise BackupError(_("Las tablas del respaldo no son las de esta instalación. Nada cambió."))


def _refuse_unless_empty() -> None:
    full = [
        str(table.model._meta.verbose_name_plural)
        for table in tables()
        if table.name not in WRITTEN_BY_MIGRATE and table.model._base_manager.exists()
    ]
    if full:
        raise BackupError(
            _("La instalación no está vacía (%(tables)s): solo se restaura en una vacía. Nada cambió.")
            % {"tables": ", ".join(full[:SHOWN])}
        )


def _load(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Foreign keys, circular ones too, are checked at the end: on both engines Django defers them to the commit."""
    named = {table.name: table for table in tables()}
    for name in WRITTEN_BY_MIGRATE:
        # Its own numbers and names come with the backup.
        named[name].model._base_manager.all().delete()
    for part in manifest.tables:
        _load_table(archive, part, named[part.name])
    connection.check_constraints()
    every = [table.model for table in named.values()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), every):
            cursor.execute(statement)
    if wrong := [part.name for part in manifest.tables if named[part.name].count() != part.rows]:
        raise BackupError(_("No entraron todas las filas de %(tables)s. Nada cambió.") % {"tables": ", ".join(wrong)})


def _load_table(archive: zipfile.ZipFile, part: Part, table: Table) -> None:
    order = [part.columns.index(column) for column in table.columns]
    batch: list[models.Model] = []
    with archive.open(part.path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                batch.append(table.instance([row[at] for at in order]))
            except (ValueError, TypeError, LookupError) as error:
                raise BackupError(
                    _("%(part)s, línea %(number)s: no se entiende (%(error)s). Nada cambió.")
                    % {"part": part.path, "number": number, "error": error}
                ) from error
            if len(batch) == BATCH:
                table.insert(batch)
                batch = []
    if batch:
        table.insert(batch)


@contextmanager
def _files_that_may_go() -> Iterator[list[str]]:
    """The names of the files that were put in place: they go again unless their rows are committed."""
    placed: list[str] = []
    try:
        yield placed
    except BaseException:
        for name in placed:
            uploads.discard(name)
        raise


def _place(archive: zipfile.ZipFile, part: Part, placed: list[str]) -> None:
    """One that is there with the same content, of a restoring that was killed, is as good."""
    if default_storage.exists(part.name):
        with default_storage.open(part.name) as there:
            if hashlib.file_digest(there, "sha256").hexdigest() == part.sha256:
                return
        raise BackupError(
            _("En la carpeta de archivos ya hay otro %(name)s: vacíela, o indique otra. Nada cambió.")
            % {"name": part.name}
        )
    placed.append(part.name)
    with archive.open(part.path) as content:
        stored = default_storage.save(part.name, File(content, name=part.name))
    if stored != part.name:  # somebody else put one there meanwhile
        placed[-1] = stored
        raise BackupError(_("El archivo %(name)s no pudo guardarse con su nombre. Nada cambió.") % {"name": part.name})
    flush(stored)
