"""manage.py reset_second_factor EMAIL"""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from institution.models import User


class Command(BaseCommand):
    help = "Quita la verificación en dos pasos de una persona que perdió su teléfono y sus códigos de recuperación."

    def add_arguments(self, parser):
        parser.add_argument("email", help="correo con el que ingresa")

    def handle(self, *args, **options):
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"No hay ninguna cuenta con el correo {options['email']}.")
        removed, _by_model = Authenticator.objects.filter(user=user).delete()
        if removed:
            self.stdout.write(f"{user} ingresa desde ahora solo con su contraseña, y puede activarla de nuevo.")
        else:
            self.stdout.write(f"{user} no tenía verificación en dos pasos. Nada cambió.")
