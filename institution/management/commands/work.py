"""manage.py work [--once]: does the background work; run as many as the machine bears (`PMH_WORKERS=external`)."""

import signal
import threading

from django.core.management.base import BaseCommand

from institution import jobs


class Command(BaseCommand):
    help = "Hace los trabajos en cola: documentos PDF y otros. Puede haber varios a la vez."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="termina cuando no queda nada en cola")

    def handle(self, *args, **options):
        if options["once"]:
            self.stdout.write(f"Trabajos hechos: {jobs.work_off()}.")
            return
        stop = threading.Event()

        # The job at hand is finished; a second signal ends the process at once, and its lease brings the job back.
        def finish(number, _frame):
            stop.set()
            signal.signal(number, signal.SIG_DFL)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, finish)
        jobs.work(stop)
