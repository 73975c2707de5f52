"""`manage.py import_plan FILE.xlsx [--coordinator EMAIL NAME] [--dry-run]`: a plan workbook into the database.

All or nothing: the government and its units where they are new, the plan, its semesters and, where it is named, the
invitation of whoever begins to coordinate it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution import outbox
from institution.invitations import InvitationRefused, Issued, invite_first_coordinator
from institution.models import Government
from monitoring.periods import create_periods
from plans.models import Plan
from plans.workbook import Change, ChangeKind, PlanIsFixed, WorkbookProblems, apply_plan, read_plan


class Command(BaseCommand):
    help = _(
        "Importa el libro de un plan: su gobierno local y sus unidades si son nuevos, el plan y sus semestres. Informa "
        "todos los errores juntos, por hoja y celda; con uno solo, no cambia nada. De un plan en elaboración muestra "
        "qué cambia."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("el libro (.xlsx)"))
        parser.add_argument(
            "--coordinator",
            nargs=2,
            metavar=("CORREO", "NOMBRE"),
            help=_("invita a quien empieza a coordinar el plan y muestra su enlace"),
        )
        parser.add_argument("--dry-run", action="store_true", help=_("revisa y muestra los cambios, sin guardar"))

    def handle(
        self, *args: Any, file: Path, dry_run: bool, coordinator: tuple[str, str] | None, **options: Any
    ) -> None:
        if not file.is_file():
            raise CommandError(_("No se encuentra el archivo %(file)s.") % {"file": file})
        try:
            # The government, the plan, its semesters, the invitation: all of them, or none.
            with transaction.atomic():
                government = self._import(file, dry_run=dry_run, detailed=options["verbosity"] > 1)
                issued = self._invite(government, *coordinator) if coordinator else None
                transaction.set_rollback(dry_run)
        except WorkbookProblems as error:
            self._write_each(error.problems)
            raise CommandError(str(error)) from error
        except PlanIsFixed as error:
            self._write_each(error.changes)
            raise CommandError(str(error)) from error
        except (InvitationRefused, ValidationError) as error:
            told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(_("%(reason)s No se cambió nada.") % {"reason": told}) from error
        if issued:
            self._tell(issued, dry_run=dry_run)

    def _write_each(self, lines: Iterable[object]) -> None:
        for line in lines:
            self.stderr.write(str(line))

    def _import(self, file: Path, *, dry_run: bool, detailed: bool) -> Government:
        workbook = read_plan(file)
        for warning in workbook.warnings:
            self.stdout.write(self.style.WARNING(_("Aviso: %(warning)s") % {"warning": warning}))
        is_new = not Plan.objects.filter(code=workbook.plan.code).exists()
        changes = apply_plan(workbook)
        plan = Plan.objects.select_related("government").get(code=workbook.plan.code)
        periods = create_periods(plan=plan)
        if is_new and not detailed:
            self._summarise(changes)
        else:
            for change in changes:
                self.stdout.write(str(change))
        if periods:
            codes = ", ".join(period.code for period in periods)
            self.stdout.write(_("Semestres que se crean: %(codes)s") % {"codes": codes})
        self._conclude(workbook.plan.code, len(changes) + len(periods), dry_run=dry_run)
        return plan.government

    def _invite(self, government: Government, email: str, name: str) -> Issued:
        return invite_first_coordinator(
            government=government,
            full_name=name,
            email=email,
            link_of=lambda token: outbox.link(reverse("institution:invitation_accept", args=[token])),
        )

    def _tell(self, issued: Issued, *, dry_run: bool) -> None:
        """The link, once it opens something."""
        invitation = issued.invitation
        told = {"name": invitation.full_name, "unit": invitation.unit.acronym}
        if dry_run:
            self.stdout.write(_("Se invitaría a %(name)s a coordinar desde %(unit)s.") % told)
            return
        told["day"] = formats.date_format(invitation.expires_at)
        text = _("%(name)s queda con invitación a coordinar desde %(unit)s. El enlace vence el %(day)s y no se repite:")
        self.stdout.write(text % told)
        self.stdout.write(issued.link)

    def _summarise(self, changes: list[Change]) -> None:
        """A new plan is all additions: how many of each says enough."""
        counts = Counter(change.sheet for change in changes if change.kind == ChangeKind.ADDED)
        for sheet, count in counts.items():
            text = ngettext("%(count)s se agrega", "%(count)s se agregan", count) % {"count": count}
            self.stdout.write(f"{sheet}: {text}")
        for change in changes:
            if change.kind != ChangeKind.ADDED:
                self.stdout.write(str(change))

    def _conclude(self, code: str, count: int, *, dry_run: bool) -> None:
        if not count:
            message = _("%(code)s: sin cambios; el libro dice lo mismo que la base de datos.")
        elif dry_run:
            message = _("%(code)s: revisado, no se guardó nada.")
        else:
            message = _("%(code)s: importado.")
        self.stdout.write(self.style.SUCCESS(message % {"code": code}))
