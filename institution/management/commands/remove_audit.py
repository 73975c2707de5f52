"""manage.py remove_audit --before YYYY-MM-DD --by NAME --why TEXT"""

import datetime as dt

from django.core.management.base import BaseCommand, CommandError

from institution.audit import RemovalRefused, remove


class Command(BaseCommand):
    help = "Retira las líneas de auditoría cuyo plazo de conservación venció; sus sellos quedan."

    def add_arguments(self, parser):
        parser.add_argument("--before", required=True, type=dt.date.fromisoformat, metavar="AAAA-MM-DD")
        parser.add_argument("--by", required=True, help="quién lo decide")
        parser.add_argument("--why", required=True, help="por qué: la norma o el acuerdo")

    def handle(self, *args, **options):
        try:
            count = remove(before=options["before"], by=options["by"], why=options["why"])
        except RemovalRefused as error:
            raise CommandError(f"{error} No se retiró nada.") from error
        self.stdout.write(f"Líneas retiradas: {count}.")
