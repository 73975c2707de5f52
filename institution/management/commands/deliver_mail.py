"""manage.py deliver_mail"""

from django.core.management.base import BaseCommand

from institution import outbox
from institution.models import Letter


class Command(BaseCommand):
    help = "Envía los correos pendientes. Prográmelo cada cinco minutos; repetirlo no envía nada dos veces."

    def handle(self, *args, **options):
        letters = outbox.deliver_due()
        of = {state: [letter for letter in letters if letter.state == state] for state in Letter.State}
        self.stdout.write(
            f"Enviados: {len(of['sent'])}. Por reintentar: {len(of['waiting'])}. Abandonados: {len(of['given_up'])}."
        )
        for letter in of["waiting"]:
            self.stdout.write(f"  {letter}: {letter.last_error or 'otro proceso lo está enviando'}")
        for letter in of["given_up"]:
            self.stderr.write(
                f"No se pudo enviar después de {letter.attempts} intentos: {letter}. Último error: {letter.last_error}"
            )
