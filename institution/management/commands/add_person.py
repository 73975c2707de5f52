"""manage.py add_person EMAIL NAME --unit GPV --role coordinator [--government 1501]"""

import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from institution import clock
from institution.models import Designation, Role, Unit, User

SHOWN = 30


class Command(BaseCommand):
    help = "Da de alta a una persona con su designación: así empieza la primera coordinación de una municipalidad."

    def add_arguments(self, parser):
        parser.add_argument("email", help="correo institucional: con él ingresa")
        parser.add_argument("name", help="nombres y apellidos")
        parser.add_argument("--unit", required=True, help="siglas de la unidad")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--government", help="ubigeo, si hay unidades con las mismas siglas en varios gobiernos")
        parser.add_argument("--document", default="", help="documento de designación")
        parser.add_argument("--password", help="si falta, se pide por teclado")

    def handle(self, *args, **options):
        unit = _unit(options["unit"], options["government"])
        password = options["password"] or getpass.getpass("Contraseña: ")
        email, name = options["email"], options["name"]
        try:
            with transaction.atomic():
                user = User.objects.filter(email__iexact=email).first()
                if user is None:
                    validate_password(password, User(email=email, full_name=name))
                    user = User.objects.create_user(email, name, password)
                designation = Designation(
                    user=user,
                    unit=unit,
                    role=options["role"],
                    starts_on=clock.today(),
                    document=options["document"],
                )
                designation.full_clean()
                designation.save()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages) + " Nada cambió.") from error
        self.stdout.write(f"{designation}, desde {designation.starts_on:%d/%m/%Y}. Ingresa con {user.email}.")


def _unit(acronym: str, ubigeo: str | None) -> Unit:
    units = Unit.objects.filter(acronym=acronym).select_related("government")
    if ubigeo:
        units = units.filter(government__ubigeo=ubigeo)
    found = list(units[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"Hay varias unidades {acronym}: indique el gobierno con --government UBIGEO.")
    # A country's municipalities have thousands of units, and most of their acronyms in common.
    acronyms = Unit.objects.order_by("acronym").values_list("acronym", flat=True).distinct()
    if ubigeo:
        acronyms = acronyms.filter(government__ubigeo=ubigeo)
    known = ", ".join(acronyms[:SHOWN]) or "ninguna (cargue un plan con import_plan)"
    raise CommandError(f"No hay una unidad {acronym}. Unidades: {known}.")
