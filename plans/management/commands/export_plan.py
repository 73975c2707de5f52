"""`manage.py export_plan CODE FILE.xlsx`: writes a plan as the workbook that `import_plan` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from plans.models import Plan
from plans.workbook import write_plan
from plans.workbook.text import one_of


class Command(BaseCommand):
    help = _("Escribe un plan como libro de Excel. Volver a importarlo no cambia nada.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help=_("el código del plan, como PMH-2022-2024"))
        parser.add_argument("file", type=Path, help=_("el libro que se escribe (.xlsx); si existe, se reemplaza"))

    def handle(self, *args: Any, code: str, file: Path, **options: Any) -> None:
        plan = Plan.objects.select_related("government").filter(code=code).first()
        if plan is None:
            codes = one_of(Plan.objects.values_list("code", flat=True), code)
            raise CommandError(_("No hay un plan %(code)s. Se espera %(codes)s") % {"code": code, "codes": codes})
        try:
            write_plan(plan, file)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(_("%(code)s: escrito en %(file)s.") % {"code": code, "file": file}))
