"""The story in order of time: three years of semesters, two evaluations, a succession, two reprogrammings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from institution import clock
from institution.models import Letter, Unit, User
from monitoring.chasing import remind
from monitoring.models import Period
from monitoring.periods import close_period, create_periods, left_open, open_period
from monitoring.reprogramming import reprogram
from monitoring.succession import succeed
from plans.models import Indicator, Plan, Responsibility, TargetRevision
from plans.workbook import PlanWorkbook
from pmh.demo.dates import written_on
from pmh.demo.documents import publish_evaluation, publish_follow_up
from pmh.demo.evaluations import draft_evaluation, follow_up, hold_evaluation
from pmh.demo.filings import BRUNO, file_report
from pmh.demo.people import (
    DOMAIN,
    LEFT_THE_INSTITUTION,
    SUCCESSOR_POSTS,
    enrol,
    enrol_neighbour,
    person,
    remember_visits,
)
from pmh.demo.plan import answer_extra_budget, ask_again, load_plan

TODAY = dt.date(2025, 1, 13)

# Of each semester: the day it is opened for reports, and the day it is closed.
SEMESTERS: dict[str, tuple[dt.date, dt.date | None]] = {
    "2022-1": (dt.date(2022, 6, 27), dt.date(2022, 8, 19)),
    "2022-2": (dt.date(2022, 12, 19), dt.date(2023, 2, 17)),
    "2023-1": (dt.date(2023, 6, 26), dt.date(2023, 8, 18)),
    "2023-2": (dt.date(2023, 12, 18), dt.date(2024, 2, 16)),
    "2024-1": (dt.date(2024, 6, 24), dt.date(2024, 8, 16)),
    "2024-2": (dt.date(2024, 12, 23), None),
}

# Of 2024-2: the units that the coordination reminded, and when.
REMINDED = (
    (("GDS", "GGRD"), dt.date(2025, 1, 8)),
    (("GMU",), dt.date(2025, 1, 10)),
)

ENDED, SUCCESSOR = "GSGC", "GSCV"
NEW_ORGANISATION = dt.date(2023, 5, 1)


@dataclass(frozen=True, kw_only=True)
class Reprogramming:
    indicator: str
    period: str
    value: int
    reason: TargetRevision.Reason
    explanation: str
    document: tuple[str, str, dt.date]
    on: dt.date


FEWER_CHANNELS = Reprogramming(
    indicator="IND.01.ACT.02.02.02",
    period="2023-2",
    value=45,
    reason=TargetRevision.Reason.PRIORITY,
    explanation="Sin presupuesto para otra edición del curso, se prioriza acompañar mejor a menos emprendimientos.",
    document=("Acta de sesión de la comisión especial", "006-2023", dt.date(2023, 9, 8)),
    on=dt.date(2023, 9, 15),
)
MORE_LEADERS = Reprogramming(
    indicator="IND.01.ACT.03.01.01",
    period="2024-1",
    value=90,
    reason=TargetRevision.Reason.HIGHER_PLAN,
    explanation="El plan estratégico institucional pide un cuarto grupo de la escuela de lideresas desde 2024.",
    document=("Informe", "0021-2024-MML-GP", dt.date(2024, 3, 15)),
    on=dt.date(2024, 3, 20),
)


def tell(workbook: PlanWorkbook) -> Plan:
    """Everything, from the plan's first day to 13 January 2025."""
    plan = load_plan(workbook)
    enrol(plan.government)
    enrol_neighbour()
    bruno = person(BRUNO)
    answer_extra_budget(plan, bruno)
    create_periods(plan=plan)

    tell_semester(plan, "2022-1", bruno)
    tell_semester(plan, "2022-2", bruno)
    first = hold_evaluation(plan, 2022, opened=dt.date(2023, 2, 20), closed=dt.date(2023, 2, 28), by=bruno)
    publish_evaluation(first, bruno)
    tell_succession(plan, bruno)
    tell_semester(plan, "2023-1", bruno)
    person(LEFT_THE_INSTITUTION).deactivate()
    tell_reprogramming(plan, FEWER_CHANNELS, bruno)
    tell_semester(plan, "2023-2", bruno)
    second = hold_evaluation(plan, 2023, opened=dt.date(2024, 2, 19), closed=dt.date(2024, 2, 28), by=bruno)
    publish_evaluation(second, bruno)
    tell_reprogramming(plan, MORE_LEADERS, bruno)
    tell_semester(plan, "2024-1", bruno)
    tell_semester(plan, "2024-2", bruno)
    tell_reminders(plan, bruno)
    draft_evaluation(plan, 2024, on=dt.date(2025, 1, 6), by=bruno)
    ask_again(plan, bruno)
    remember_visits(TODAY)
    return plan


def tell_semester(plan: Plan, code: str, by: User) -> None:
    """The semester is opened, each unit that answers for something reports, and it is closed if the story says so."""
    opened, closed = SEMESTERS[code]
    period = open_period(period=Period.objects.get(plan=plan, code=code), by=by, on=opened)
    answers = Responsibility.objects.at(code).filter(indicator__plan=plan)
    for unit in Unit.objects.filter(responsibilities__in=answers).distinct().order_by("acronym"):
        file_report(unit, period)
    if closed:
        period = close_period(period=period, by=by, seen=left_open(period, on=closed).mark, on=closed)
        follow_up(plan, period, closed)
        publish_follow_up(plan, period, by)


def tell_reminders(plan: Plan, by: User) -> None:
    """Whom the coordination has chased in the semester under way. What the story wrote counts as delivered."""
    period = Period.objects.get(plan=plan, code="2024-2")
    for acronyms, day in REMINDED:
        remind(period=period, units=Unit.objects.filter(acronym__in=acronyms), by=by, on=day)
    written = Letter.objects.filter(to__endswith=f"@{DOMAIN}", sent_at=None)
    written.update(sent_at=clock.real_now(), attempts=1, next_attempt_at=None)


def tell_succession(plan: Plan, by: User) -> None:
    """April 2023: the new organisation ends one unit. The successor's name is ours, and says so."""
    unit = Unit.objects.get(government=plan.government, acronym=ENDED)
    day = NEW_ORGANISATION + dt.timedelta(days=1)
    with written_on(day, by):
        successor = Unit.objects.create(
            government=plan.government,
            acronym=SUCCESSOR,
            name="Gerencia de Seguridad y Convivencia Vecinal (denominación de referencia)",
            valid_from=NEW_ORGANISATION,
        )
        succeed(unit=unit, successor=successor, from_period="2023-1", by=by, on=day)
    enrol(plan.government, SUCCESSOR_POSTS)


def tell_reprogramming(plan: Plan, told: Reprogramming, by: User) -> None:
    kind, number, date = told.document
    with written_on(told.on, by):
        reprogram(
            indicator=Indicator.objects.get(plan=plan, code=told.indicator),
            period=told.period,
            value=Decimal(told.value),
            reason=told.reason,
            explanation=told.explanation,
            document_kind=kind,
            document_number=number,
            document_date=date,
            by=by,
            on=told.on,
        )
