"""manage.py scorecard PLAN [--upto 2022-2] [--format table|json] [--working]"""

import json

from django.core.management.base import BaseCommand, CommandError

from monitoring.frozen import scorecard_json
from monitoring.management.lookup import plan_named
from monitoring.progress import NodeFigure
from monitoring.queries import scorecard
from monitoring.scorecard import Level, Scorecard
from monitoring.showing import AVERAGE_PLACES, figure_text
from plans.measures import Horizon, Reading

HEADINGS = {
    Horizon.SEMESTER: "semestre",
    Horizon.YEAR: "año",
    Horizon.PLAN: "plan",
    Horizon.WHOLE: "todo el plan",
}
INDENT = {
    Level.PLAN: 0,
    Level.GUIDELINE: 0,
    Level.OBJECTIVE: 1,
    Level.ACTION: 2,
    Level.ACTIVITY: 3,
    Level.UNIT: 0,
}


class Command(BaseCommand):
    help = "Muestra el tablero de avance de un plan."

    def add_arguments(self, parser):
        parser.add_argument("plan", help="código del plan")
        parser.add_argument("--upto", help="semestre, por ejemplo 2022-2; si falta, el último cerrado")
        parser.add_argument("--format", choices=["table", "json"], default="table", dest="form")
        parser.add_argument("--working", action="store_true", help="incluye reportes en revisión")

    def handle(self, *args, **options):
        plan = plan_named(options["plan"])
        if (upto := options["upto"]) and upto not in plan.period_codes:
            periods = ", ".join(plan.period_codes)
            raise CommandError(f"El plan {plan.code} no tiene el semestre {upto}. Tiene: {periods}.")
        card = scorecard(plan, upto, working=options["working"])
        if options["form"] == "json":
            self.stdout.write(json.dumps(scorecard_json(card), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(as_table(card))


def as_table(card: Scorecard) -> str:
    """The official reading of every node in the four horizons, one line each."""
    reading = card.parameters.reading
    official = "oficiales" if card.figures == "official" else "de trabajo"
    lines = [
        f"{card.plan} al cierre de {card.upto} · cifras {official} · fórmula {card.formula}",
        f"{'':<56}" + "".join(f"{HEADINGS[horizon]:>14}" for horizon in Horizon) + f"{'cobertura':>12}",
    ]
    for row in card.nodes:
        label = f"{'  ' * INDENT[row.level]}{row.code} {row.name}"
        cells = "".join(f"{_cell(row[horizon], reading):>14}" for horizon in Horizon)
        coverage = row[Horizon.PLAN].coverage
        lines.append(f"{label[:55]:<56}{cells}{figure_text(coverage, AVERAGE_PLACES):>12}")
    return "\n".join(lines)


def _cell(figure: NodeFigure, reading: Reading) -> str:
    value = figure.progress.by(reading)
    return figure.sign or figure_text(value, AVERAGE_PLACES)
