"""manage.py verify_evaluation PLAN YEAR, or --all"""

from django.core.management.base import BaseCommand, CommandError

from monitoring.evaluation import Verification, verify_evaluation
from monitoring.management.lookup import closed_evaluation, plan_named
from monitoring.models import Evaluation

SHOWN = 20


class Command(BaseCommand):
    help = "Recalcula la huella de una evaluación cerrada y dice si los datos vivos dan las mismas cifras."

    def add_arguments(self, parser):
        parser.add_argument("plan", nargs="?", help="código del plan")
        parser.add_argument("year", nargs="?", type=int, help="año de corte")
        parser.add_argument("--all", action="store_true", help="todas las evaluaciones cerradas de todos los planes")

    def handle(self, *args, **options):
        if options["all"] == (options["year"] is not None):
            raise CommandError("Indique el plan y el año, o --all para todas las evaluaciones cerradas.")
        if options["all"]:
            self.verify_all()
            return
        evaluation = closed_evaluation(plan_named(options["plan"]), options["year"])
        found = verify_evaluation(evaluation)
        if not found.intact:
            raise CommandError(altered(evaluation, found))
        self.stdout.write(f"{name_of(evaluation)}: la huella coincide.\nSHA-256 {found.sha256}")
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

    def verify_all(self):
        """One after the other, so that a country's records are never in memory together; only what differs is told."""
        count, moved, broken = 0, 0, []
        keys = Evaluation.objects.closed().order_by("plan__code", "year").values_list("pk", flat=True)
        for pk in list(keys):
            evaluation = Evaluation.objects.select_related("plan").get(pk=pk)
            found = verify_evaluation(evaluation)
            count += 1
            if not found.intact:
                broken.append(altered(evaluation, found))
            elif found.differences:
                moved += 1
                many = len(found.differences)
                self.stdout.write(f"{name_of(evaluation)}: los datos vivos dan otras cifras ({many}).")
        self.stdout.write(
            f"Evaluaciones cerradas: {count}. Con huella que no coincide: {len(broken)}. "
            f"Con otras cifras en los datos vivos: {moved}."
        )
        if broken:
            raise CommandError("\n".join(broken))


def name_of(evaluation: Evaluation) -> str:
    return f"Evaluación {evaluation.year} de {evaluation.plan.code}, versión {evaluation.version}"


def altered(evaluation: Evaluation, found: Verification) -> str:
    return (
        f"{name_of(evaluation)}: la huella NO coincide.\nRegistrada {evaluation.sha256}\nCalculada  {found.sha256}\n"
        "El registro congelado fue alterado fuera del sistema: recupérelo de un respaldo."
    )
