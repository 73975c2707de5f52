"""manage.py sweep_requests"""

import datetime as dt

from django.core.management.base import BaseCommand

from institution import clock
from institution.models import RequestWindow

# A window lasts a minute; a day is kept for whoever wants to see where the requests came from.
KEPT = dt.timedelta(days=1)


class Command(BaseCommand):
    help = "Borra las cuentas de consultas a la API de hace más de un día: los límites solo miran el minuto en curso."

    def handle(self, *args, **options):
        swept, _rows = RequestWindow.objects.filter(starts_at__lt=clock.real_now() - KEPT).delete()
        self.stdout.write(f"Cuentas de consultas borradas: {swept}.")
