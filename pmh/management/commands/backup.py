"""`manage.py backup [path]`: all that the installation holds, in one file, while it is in use."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from institution import clock
from pmh.backup.contents import BackupError
from pmh.backup.writing import take_backup

SHOWN = 20


class Command(BaseCommand):
    help = _("Guarda la base de datos y los archivos en un respaldo, sin detener el sistema.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", help=_("archivo o carpeta; por defecto, var/backups"))

    def handle(self, *args: Any, path: str | None, **options: Any) -> None:
        name = f"pmh-{clock.real_now():%Y%m%d-%H%M%S}.zip"
        default = Path(settings.VAR_DIR) / "backups"
        target = Path(path) if path else default / name
        if target.is_dir():
            target /= name
        try:
            if not path:
                default.mkdir(mode=0o700, exist_ok=True)
            manifest = take_backup(target)
            with target.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except (BackupError, OSError) as error:
            raise CommandError(_("No se hizo el respaldo: %(error)s") % {"error": error}) from error
        self.stdout.write(
            _("Respaldo en %(path)s: %(tables)s tablas, %(rows)s filas, %(files)s archivos.\nSHA-256 %(sha256)s")
            % {
                "path": target,
                "tables": len(manifest.tables),
                "rows": manifest.rows,
                "files": len(manifest.files),
                "sha256": sha256,
            }
        )
        if missing := manifest.missing_files:
            raise CommandError(
                _("El respaldo está hecho, pero a %(count)s registros les falta su archivo: %(names)s")
                % {"count": len(missing), "names": ", ".join(missing[:SHOWN])}
            )
