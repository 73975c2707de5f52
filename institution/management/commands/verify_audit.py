"""manage.py verify_audit [--known HASH]"""

from django.core.management.base import BaseCommand, CommandError

from institution.audit import verify


class Command(BaseCommand):
    help = "Recalcula todos los sellos de la auditoría y dice qué no es como se selló."

    def add_arguments(self, parser):
        parser.add_argument("--known", default="", metavar="HUELLA", help="huella de un sello, anotada en otro lugar")

    def handle(self, *args, **options):
        found = verify(options["known"].strip().lower())
        self.stdout.write(
            f"Sellos: {found.seals}; líneas selladas: {found.entries}; retiradas al vencer: {found.removed}; "
            f"sin sellar todavía: {found.unsealed}."
        )
        if found.problems:
            raise CommandError("\n".join(found.problems))
        if found.head:
            self.stdout.write(f"Todo es como se selló. Último sello: {found.head}")
