"""manage.py verify_evaluation PLAN YEAR"""

from django.core.management.base import BaseCommand, CommandError

from monitoring.evaluation import verify_evaluation
from monitoring.management.lookup import closed_evaluation, plan_named

SHOWN = 20


class Command(BaseCommand):
    help = "Recalcula la huella de una evaluación cerrada y dice si los datos vivos dan las mismas cifras."

    def add_arguments(self, parser):
        parser.add_argument("plan", help="código del plan")
        parser.add_argument("year", type=int, help="año de corte")

    def handle(self, *args, **options):
        evaluation = closed_evaluation(plan_named(options["plan"]), options["year"])
        found = verify_evaluation(evaluation)
        name = f"Evaluación {evaluation.year} de {evaluation.plan.code}, versión {evaluation.version}"
        if not found.intact:
            raise CommandError(
                f"{name}: la huella NO coincide.\nRegistrada {evaluation.sha256}\nCalculada  {found.sha256}\n"
                "El registro congelado fue alterado fuera del sistema: recupérelo de un respaldo."
            )
        self.stdout.write(f"{name}: la huella coincide.\nSHA-256 {found.sha256}")
        if not found.differences:
            self.stdout.write("Los datos vivos dan las mismas cifras.")
            return
        self.stdout.write(f"Los datos vivos dan otras cifras ({len(found.differences)}); las congeladas no cambian:")
        if all(" whole " in row.where for row in found.differences):
            self.stdout.write("Todas son del horizonte «todo el plan» (whole): las mueven metas reprogramadas después.")
        for row in found.differences[:SHOWN]:
            self.stdout.write(f"  {row.where}: {row.frozen or '-'} -> {row.live or '-'}")
        if len(found.differences) > SHOWN:
            self.stdout.write(f"  … y {len(found.differences) - SHOWN} más.")
