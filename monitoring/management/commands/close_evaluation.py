"""manage.py close_evaluation PLAN YEAR [--by EMAIL]"""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from monitoring.evaluation import EvaluationRefused, close_evaluation, empty_sections, open_evaluation
from monitoring.management.lookup import person_named, plan_named
from monitoring.models import EvaluationSection


class Command(BaseCommand):
    help = "Cierra la evaluación de un año: congela las cifras y calcula su huella SHA-256."

    def add_arguments(self, parser):
        parser.add_argument("plan", help="código del plan")
        parser.add_argument("year", type=int, help="año de corte, uno de los del plan")
        parser.add_argument("--by", help="correo de quien cierra; si falta, el sistema")

    def handle(self, *args, **options):
        plan, by = plan_named(options["plan"]), person_named(options["by"])
        try:
            with transaction.atomic():
                draft = open_evaluation(plan=plan, year=options["year"], by=by)
                evaluation = close_evaluation(draft, by=by, texts_may_be_empty=True)
        except EvaluationRefused as refused:
            raise CommandError(f"No se cerró la evaluación {options['year']}: {refused} Nada cambió.") from refused
        self.stdout.write(
            f"Evaluación {evaluation.year} de {plan.code}, versión {evaluation.version}: cerrada.\n"
            f"SHA-256 {evaluation.sha256}"
        )
        if empty := empty_sections(evaluation):
            labels = ", ".join(str(EvaluationSection.Kind(kind).label) for kind in empty)
            self.stdout.write(f"Secciones sin texto, así registradas: {labels}.")
