"""manage.py import_results PLAN FILE.(csv|xlsx) [--dry-run] [--by EMAIL]"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from monitoring.historical import HistoricalRefused, load_historical
from monitoring.management.lookup import person_named, plan_named
from monitoring.results_file import COLUMNS, read_results
from plans.models import Plan
from plans.workbook.content import WorkbookProblems


class Command(BaseCommand):
    help = f"Carga resultados históricos: todo o nada. Columnas: {', '.join(COLUMNS)}."

    def add_arguments(self, parser):
        parser.add_argument("plan", help="código del plan")
        parser.add_argument("file", type=Path, help="archivo .csv o .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="revisa y dice qué haría, sin guardar")
        parser.add_argument("--by", help="correo de quien carga; si falta, el sistema")

    def handle(self, *args, **options):
        plan, by, path = plan_named(options["plan"]), person_named(options["by"]), options["file"]
        try:
            # The plan's row is the lock: nothing that the reader saw changes before it is written.
            with transaction.atomic():
                Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
                found = read_results(path, plan)
                loaded = load_historical(plan=plan, rows=list(found.rows), by=by)
                transaction.set_rollback(options["dry_run"])
        except HistoricalRefused as refused:
            raise CommandError(f"{refused} Nada cambió.") from refused
        except OSError as error:
            raise CommandError(f"No se pudo leer {path}: {error.strerror}. Nada cambió.") from error
        except WorkbookProblems as problems:
            for problem in problems.problems:
                self.stderr.write(str(problem))
            count = len(problems.problems)
            said = f"{count} error" if count == 1 else f"{count} errores"
            raise CommandError(f"{path.name}: {said}. Nada cambió.") from problems
        self.stdout.write(
            f"{plan.code}: resultados nuevos {loaded.added}, corregidos {loaded.changed}, "
            f"sin cambio {loaded.unchanged}."
        )
        if found.without_data:
            self.stdout.write(f"{found.without_data} filas sin dato, que no cambian nada: sin resultado quedan S.I.")
        if loaded.closed:
            self.stdout.write(f"Semestres que se cierran, para todas las unidades: {', '.join(loaded.closed)}.")
        if options["dry_run"]:
            self.stdout.write("Revisado: no se guardó nada.")
