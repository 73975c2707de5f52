"""`manage.py demo [--if-empty]`: loads the demonstration plan, its persons and its story."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from institution import clock
from institution.demo_accounts import DEMO_PASSWORD
from plans.models import Plan
from pmh.demo.load import load_demo
from pmh.demo.people import main_accounts
from pmh.demo.story import TODAY


class Command(BaseCommand):
    help = "Carga el plan de demostración con personas, resultados y evaluaciones ficticias."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="no carga nada si ya hay algún plan")

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if not settings.PMH_DEMO:
            if if_empty:
                return
            raise CommandError(
                "La demostración mezcla personas y resultados ficticios con los de la base de datos: solo se carga "
                "con PMH_DEMO=1. Nada cambió."
            )
        if not (if_empty and Plan.objects.exists()):
            loaded = load_demo()
            self.stdout.write("Demostración cargada." if loaded else "La demostración ya estaba cargada: nada cambió.")
        self.tell_accounts()
        if clock.today() != TODAY:
            self.stdout.write(f"La demostración vive el {TODAY:%d/%m/%Y}: ponga PMH_TODAY={TODAY} en la configuración.")

    def tell_accounts(self) -> None:
        if accounts := main_accounts(TODAY):
            self.stdout.write(f"Cuentas de la demostración (contraseña de todas: {DEMO_PASSWORD}):")
            for email, roles, unit in accounts:
                self.stdout.write(f"  {email:<32}{unit:<6}{roles}")
            self.stdout.write("Las demás están en la página de ingreso.")
