"""manage.py open_evaluation PLAN YEAR [--reason TEXT] [--by EMAIL]"""

from django.core.management.base import BaseCommand, CommandError

from monitoring.evaluation import EvaluationRefused, open_evaluation
from monitoring.management.lookup import person_named, plan_named


class Command(BaseCommand):
    help = (
        "Abre el borrador de la evaluación de un año. Si ya está cerrada, abre una nueva versión, con su motivo: "
        "mientras esté abierta puede corregirse lo que la evaluación cubre; la versión cerrada sigue siendo la oficial."
    )

    def add_arguments(self, parser):
        parser.add_argument("plan", help="código del plan")
        parser.add_argument("year", type=int, help="año de corte, uno de los del plan")
        parser.add_argument("--reason", default="", help="motivo de la nueva versión")
        parser.add_argument("--by", help="correo de quien abre; si falta, el sistema")

    def handle(self, *args, **options):
        plan, by = plan_named(options["plan"]), person_named(options["by"])
        try:
            draft = open_evaluation(plan=plan, year=options["year"], by=by, reason=options["reason"])
        except EvaluationRefused as refused:
            raise CommandError(f"{refused} Nada cambió.") from refused
        self.stdout.write(f"Evaluación {draft.year} de {plan.code}, versión {draft.version}: borrador abierto.")
