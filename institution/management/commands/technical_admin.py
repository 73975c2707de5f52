"""manage.py technical_admin EMAIL [--withdraw]"""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from institution.audit import note_technical
from institution.models import User


class Command(BaseCommand):
    help = (
        "Abre a una persona la administración técnica (/tecnica/), o se la cierra. No le da ningún puesto en un plan."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="correo con el que ya ingresa")
        parser.add_argument("--withdraw", action="store_true", help="se la cierra")

    def handle(self, *args, **options):
        person = User.objects.filter(email__iexact=options["email"], is_system=False).first()
        if person is None:
            raise CommandError(f"Nadie ingresa con {options['email']}: primero invítela, o use add_person.")
        person.is_staff = not options["withdraw"]
        with transaction.atomic():
            person.save(update_fields=["is_staff"])
            told = note_technical(person, by=User.objects.system())
        self.stdout.write(told)
