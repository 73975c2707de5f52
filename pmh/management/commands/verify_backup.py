"""`manage.py verify_backup path`: whether a backup is whole; if not, what is wrong with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from pmh.backup.verifying import check_file

SHOWN = 20


class Command(BaseCommand):
    help = _("Lee un respaldo completo y dice si está íntegro: lo alterado, truncado, faltante o añadido.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help=_("archivo del respaldo"))

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            checked = check_file(path)
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise CommandError(_("No se pudo leer el respaldo: %(error)s") % {"error": error}) from error
        if checked.manifest is None or checked.problems:
            told = [str(problem) for problem in checked.problems[:SHOWN]]
            if len(checked.problems) > SHOWN:
                told.append(_("… y %(count)s más.") % {"count": len(checked.problems) - SHOWN})
            raise CommandError(_("El respaldo NO está íntegro.") + "\n" + "\n".join(told))
        manifest = checked.manifest
        self.stdout.write(
            _(
                "El respaldo está íntegro: %(tables)s tablas, %(rows)s filas, %(files)s archivos. Versión %(version)s, "
                "%(engine)s, %(taken_at)s.\nSHA-256 %(sha256)s"
            )
            % {
                "tables": len(manifest.tables),
                "rows": manifest.rows,
                "files": len(manifest.files),
                "version": manifest.application,
                "engine": manifest.engine,
                "taken_at": manifest.taken_at,
                "sha256": sha256,
            }
        )
        if missing := manifest.missing_files:
            self.stdout.write(_("Ya faltaban al hacerlo: %(names)s") % {"names": ", ".join(missing[:SHOWN])})
