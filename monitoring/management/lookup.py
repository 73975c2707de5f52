"""What commands are told by name: a plan, a person, an evaluation. A wrong name is answered with the right ones."""

from django.core.management.base import CommandError

from institution.models import User
from monitoring.models import Evaluation
from plans.models import Plan
from plans.workbook.text import one_of


def plan_named(code: str) -> Plan:
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        known = list(Plan.objects.values_list("code", flat=True))
        hint = f"Se espera {one_of(known, code)}" if known else "Todavía no hay ninguno: cárguelo con import_plan."
        raise CommandError(f"No hay un plan con el código {code}. {hint}")
    return plan


def person_named(email: str | None) -> User:
    """The active person with that address; nobody named is the protected system person."""
    if not email:
        return User.objects.system()
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"No hay una persona activa con el correo {email}.")
    return user


def closed_evaluation(plan: Plan, year: int) -> Evaluation:
    """The version in force of that year's evaluation."""
    evaluation = Evaluation.objects.filter(plan=plan, year=year).closed().first()
    if evaluation is None:
        raise CommandError(
            f"El plan {plan.code} no tiene una evaluación {year} cerrada. Ciérrela con close_evaluation."
        )
    return evaluation
