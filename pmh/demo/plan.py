"""The plan of the demonstration: the reference workbook, with the library and the answers of the budget liaisons."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from institution.models import Role, User
from plans.budget import answer, ask
from plans.models import Activity, LibraryItem, Plan
from plans.workbook import PlanWorkbook, apply_plan
from pmh.demo.dates import written_on
from pmh.demo.evidence import page, stored
from pmh.demo.people import holder

WORKBOOK = Path(settings.BASE_DIR) / "plans" / "data" / "reference_plan.xlsx"
LOADED = dt.date(2022, 6, 21)  # the day after the ordinance was published
BUDGET_ANSWERED = dt.date(2022, 6, 24)
BUDGET_DUE = dt.date(2022, 7, 15)
# Two liaisons let the first deadline pass; the coordination asks again before the last semester is reported.
BUDGET_ASKED_AGAIN = dt.date(2025, 1, 6)
BUDGET_DUE_AGAIN = dt.date(2025, 1, 31)
# Which activities need money of their own, and for what; None: nobody has answered yet.
EXTRA_BUDGET: dict[str, str | None] = {
    "ACT.02.02.02": "Una tercera edición del curso de venta digital por año: docentes y alquiler de equipos, unos "
    "S/ 24,000.",
    "ACT.03.01.02": "Una abogada más para la atención de casos, por locación de servicios: unos S/ 54,000 al año.",
    "ACT.02.01.02": None,
    "ACT.02.02.04": None,
}
K = LibraryItem.Kind
LIBRARY = (
    (
        K.CHARACTERISATION,
        "Caracterización de la población refugiada y migrante en Lima",
        2021,
        9,
        30,
        "caracterizacion-2021",
    ),
    (K.DIAGNOSIS, "Diagnóstico de oportunidades para la integración socioeconómica", 2021, 11, 15, "diagnostico-2021"),
    (K.DIAGNOSIS, "Indicadores de Gobernanza de la Migración: perfil local", 2021, 12, 10, "igm-2021"),
    (K.OTHER, "Guía breve para el primer reporte semestral", 2022, 6, 30, "guia-reporte"),
)
MINUTES = "Acta de instalación de la comisión especial"
MINUTES_DAY = dt.date(2022, 4, 22)


def load_plan(workbook: PlanWorkbook) -> Plan:
    """The reference plan, as the import writes it. Its history begins on the day of the story, not today.

    Its answers about the budget are left out: here the liaisons give them themselves.
    """
    asked = tuple(replace(row, needs_extra_budget=None, extra_budget_reason="") for row in workbook.activities)
    workbook = replace(workbook, activities=asked)
    edited = [
        model
        for label in ("institution", "plans")
        for model in apps.get_app_config(label).get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    ]
    histories = [get_history_model_for_model(model) for model in edited]
    earlier = {model: model.objects.aggregate(last=Max("history_id"))["last"] or 0 for model in histories}
    apply_plan(workbook, by=User.objects.system())
    plan = Plan.objects.get(code=workbook.plan.code)
    fill_library(plan)
    at = timezone.make_aware(dt.datetime.combine(LOADED, dt.time(9)))
    for model, last in earlier.items():
        model.objects.filter(history_id__gt=last).update(history_date=at)
    return plan


def fill_library(plan: Plan) -> None:
    for kind, title, year, month, day, address in LIBRARY:
        LibraryItem.objects.create(
            plan=plan,
            kind=kind,
            title=title,
            dated_on=dt.date(year, month, day),
            description="Documento de referencia de la demostración.",
            url=f"https://ejemplo.pe/pmh/{address}",
        )
    paper = page(MINUTES, plan.government.name, "Acta de referencia N.º 002-2022", "", f"Lima, {MINUTES_DAY:%d/%m/%Y}")
    LibraryItem.objects.create(
        plan=plan,
        kind=K.MINUTES,
        title=MINUTES,
        number="002-2022",
        dated_on=MINUTES_DAY,
        file=stored("library/demo-acta-comision-especial.pdf", paper),
    )


def answer_extra_budget(plan: Plan, coordinator: User) -> None:
    """The coordination asks, and the budget liaison of each leading unit says what it knew then."""
    with written_on(LOADED, coordinator):
        ask(plan=plan, due_on=BUDGET_DUE, by=coordinator, on=LOADED)
    for activity in Activity.objects.filter(plan=plan).select_related("lead_unit"):
        reason = EXTRA_BUDGET.get(activity.code, "")
        if reason is not None:
            liaison = holder(activity.lead_unit, Role.BUDGET_LIAISON, BUDGET_ANSWERED)
            with written_on(BUDGET_ANSWERED, liaison):
                answer(activity=activity, needs=bool(reason), reason=reason, by=liaison, on=BUDGET_ANSWERED)


def ask_again(plan: Plan, coordinator: User) -> None:
    """A new deadline for those who have not answered."""
    with written_on(BUDGET_ASKED_AGAIN, coordinator):
        ask(plan=plan, due_on=BUDGET_DUE_AGAIN, by=coordinator, on=BUDGET_ASKED_AGAIN)
