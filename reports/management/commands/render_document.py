"""manage.py render_document evaluation PLAN YEAR --output FILE.pdf"""

import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from institution.models import User
from institution.uploads import UploadRefused
from monitoring.management.lookup import closed_evaluation, plan_named
from reports.issuing import content_of, issue_evaluation_here
from reports.pdf import PdfUnavailable


class Command(BaseCommand):
    help = "Escribe en un archivo el documento archivado de una evaluación cerrada; si aún no se emitió, lo emite."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=["evaluation"], help="tipo de documento")
        parser.add_argument("plan", help="código del plan")
        parser.add_argument("year", type=int, help="año de corte: 2022, 2023 o 2024")
        parser.add_argument("--output", required=True, help="archivo PDF que se escribe; si existe, se reemplaza")

    def handle(self, *args, **options):
        target = Path(options["output"])
        if target.is_dir() or not target.parent.is_dir():
            raise CommandError(
                f"No se puede escribir en {target}: indique un archivo dentro de una carpeta que exista."
            )
        evaluation = closed_evaluation(plan_named(options["plan"]), options["year"])
        try:
            document = issue_evaluation_here(evaluation=evaluation, by=User.objects.system())
        except (PdfUnavailable, UploadRefused) as error:
            raise CommandError(str(error)) from error
        content = content_of(document)
        try:
            write_whole(target, content)
        except OSError as error:
            raise CommandError(
                f"No se pudo escribir {target}: {error.strerror}. Revise los permisos y el espacio. Nada quedó escrito."
            ) from error
        self.stdout.write(
            f"{target}: evaluación {evaluation.year} de {evaluation.plan.code}, versión {evaluation.version}, "
            f"código {document.code}, {len(content) // 1024} KiB.\nHuella SHA-256 del registro: {evaluation.sha256}"
        )


def write_whole(target: Path, content: bytes) -> None:
    """All of the file or nothing: it is written beside its place and moved there in one step. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
