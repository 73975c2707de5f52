"""manage.py sweep_uploads [--dry-run]"""

from django.core.management.base import BaseCommand, CommandError

from institution import uploads
from institution.uploads.storing import older_files
from monitoring.evidencing import FOLDER
from monitoring.models import Evidence, OfflineUpload
from plans.models import LibraryItem, PlanUpload
from plans.papers import FOLDER as LIBRARY
from reports.issuing import FOLDER as ARCHIVE
from reports.models import Document, SignedCopy


def _is_in_the_library(name):
    """Now or once: what another file replaced stays for whoever looks into the history."""
    return LibraryItem.objects.filter(file=name).exists() or LibraryItem.history.filter(file=name).exists()


def _is_archived(name):
    """Two workers may print one document: the archive keeps the first file, and the other belongs to nothing."""
    return any(model.objects.filter(file=name).exists() for model in (Document, SignedCopy))


class Command(BaseCommand):
    help = "Borra los archivos de más de un día que ya no pertenecen a nada: sin registro o descartados."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="solo dice qué borraría")

    def handle(self, *args, **options):
        orphans = [name for name in older_files(FOLDER) if not Evidence.objects.filter(file=name).exists()]
        orphans += [name for name in older_files(LIBRARY) if not _is_in_the_library(name)]
        orphans += [name for name in older_files(ARCHIVE) if not _is_archived(name)]
        kept = {model: model.objects.filter(discarded_at=None) for model in (OfflineUpload, PlanUpload)}
        for model, rows in kept.items():
            orphans += [name for name in older_files(model.FOLDER) if not rows.filter(file=name).exists()]
        for name in orphans:
            self.stdout.write(name)
            if not options["dry_run"]:
                uploads.discard(name)
        verb = "se borrarían" if options["dry_run"] else "borrados"
        self.stdout.write(f"Archivos sin registro: {len(orphans)} {verb}.")
        files = [
            *Evidence.objects.exclude(file=""),
            *LibraryItem.objects.exclude(file=""),
            *Document.objects.issued().only("file"),
            *SignedCopy.objects.only("file"),
            *(row for rows in kept.values() for row in rows),
        ]
        if missing := [row.file.name for row in files if not row.file.storage.exists(row.file.name)]:
            names = ", ".join(missing[:20])
            raise CommandError(f"Registros cuyo archivo falta: {len(missing)} ({names}). Recupérelos de un respaldo.")
