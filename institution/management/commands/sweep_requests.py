"""manage.py sweep_requests"""

from django.core.management.base import BaseCommand

from institution.agencies import forget_old_uses, forget_old_windows


class Command(BaseCommand):
    help = "Borra las cuentas de consultas a la API de hace más de un día, y el uso de claves de hace más de 400."

    def handle(self, *args, **options):
        self.stdout.write(f"Cuentas de consultas borradas: {forget_old_windows()}.")
        self.stdout.write(f"Horas de uso de claves borradas: {forget_old_uses()}.")
