"""manage.py seal_audit"""

from django.core.management.base import BaseCommand

from institution.audit import seal


class Command(BaseCommand):
    help = "Sella las líneas nuevas de la auditoría con una huella encadenada a las anteriores."

    def handle(self, *args, **options):
        seals = seal()
        if not seals:
            self.stdout.write("No hay líneas nuevas que sellar.")
            return
        self.stdout.write(f"Líneas selladas: {sum(each.entries for each in seals)}.")
        self.stdout.write(f"Sello {seals[-1].number}: {seals[-1].sha256}")
