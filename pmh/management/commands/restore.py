"""`manage.py restore path`: a backup into an empty installation, on SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from pmh.backup.contents import BackupError
from pmh.backup.restoring import restore_backup


class Command(BaseCommand):
    help = _("Restaura un respaldo en una instalación vacía (después de migrate): todo o nada.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help=_("archivo del respaldo"))

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            manifest = restore_backup(path)
        except (BackupError, OSError) as error:
            raise CommandError(_("No se restauró: %(error)s") % {"error": error}) from error
        self.stdout.write(
            _("Restaurado: %(tables)s tablas, %(rows)s filas, %(files)s archivos.")
            % {"tables": len(manifest.tables), "rows": manifest.rows, "files": len(manifest.files)}
        )
        if manifest.missing_files:
            self.stdout.write(
                _("Ya faltaban al hacer el respaldo: %(names)s") % {"names": ", ".join(manifest.missing_files[:20])}
            )
