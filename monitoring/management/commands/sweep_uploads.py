"""manage.py sweep_uploads [--dry-run]"""

from django.core.management.base import BaseCommand, CommandError

from institution import uploads
from institution.uploads.storing import older_files
from monitoring.evidencing import FOLDER
from monitoring.models import Evidence, OfflineUpload
from monitoring.workbook.keeping import FOLDER as WORKBOOKS


class Command(BaseCommand):
    help = "Borra los archivos de más de un día que ya no pertenecen a nada: medios sin registro, Excel descartados."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="solo dice qué borraría")

    def handle(self, *args, **options):
        orphans = [name for name in older_files(FOLDER) if not Evidence.objects.filter(file=name).exists()]
        kept = OfflineUpload.objects.filter(discarded_at=None)
        orphans += [name for name in older_files(WORKBOOKS) if not kept.filter(file=name).exists()]
        for name in orphans:
            self.stdout.write(name)
            if not options["dry_run"]:
                uploads.discard(name)
        verb = "se borrarían" if options["dry_run"] else "borrados"
        self.stdout.write(f"Archivos sin registro: {len(orphans)} {verb}.")
        files = [*Evidence.objects.exclude(file=""), *kept.exclude(file="")]
        if missing := [row.file.name for row in files if not row.file.storage.exists(row.file.name)]:
            names = ", ".join(missing[:20])
            raise CommandError(f"Registros cuyo archivo falta: {len(missing)} ({names}). Recupérelos de un respaldo.")
