"""manage.py technical_admin EMAIL [--withdraw]"""

from django.core.management.base import BaseCommand, CommandError

from institution.audit import note
from institution.models import Act, User


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
        person.save(update_fields=["is_staff"])
        told = f"{person}: administración técnica {'abierta' if person.is_staff else 'cerrada'}."
        note(Act.TECHNICAL_CHANGED, user=User.objects.system(), subject=told)
        self.stdout.write(told)
