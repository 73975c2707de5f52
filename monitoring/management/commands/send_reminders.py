"""manage.py send_reminders [--dry-run]"""

from django.core.management.base import BaseCommand

from monitoring.chasing import due_reminders, send_due


class Command(BaseCommand):
    help = (
        "Escribe los recordatorios del día: reportes por enviar o corregir, reportes por revisar y presupuesto por "
        "responder. Prográmelo cada mañana; repetirlo no escribe nada dos veces. Los envía deliver_mail."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="muestra lo que enviaría, sin escribir nada")

    def handle(self, *args, dry_run, verbosity, **options):
        reminders = due_reminders() if dry_run else send_due()
        self.stdout.write(f"{'Se escribirían' if dry_run else 'Recordatorios escritos'}: {len(reminders)}.")
        for due in reminders:
            self.stdout.write(f"  {due.person.email}: {due.draft.subject}")
            if dry_run and verbosity > 1:
                self.stdout.write(due.draft.body(due.person))
