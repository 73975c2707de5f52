"""Why a unit is not succeeded or ended so, nor an indicator passed on; each reason in the user's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution import clock
from institution.models import Government, Unit, User
from institution.permissions import coordinates, day_without_coordination
from institution.units import why_not_create
from monitoring.models import Evaluation, Period, Result, Submission
from monitoring.succession.passing import A_DAY, ending, last_day_before, led, owed, passes_function, reaching
from plans.models import Indicator, Plan, Responsibility


def why_not_succeed(unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date | None = None) -> str:
    """Why the one cannot take the other's place from that semester on; empty when it can."""
    return next(refusals(unit, successor, from_period, by, on or clock.today()), "")


def refusals(unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(unit.government, by, on)
    yield from _refusals_of_pair(unit, successor)
    if successor._state.adding and (refused := why_not_create(successor, by, on)):
        yield refused
    yield from _refusals_of_rows(unit, from_period)
    if not successor._state.adding:
        for plan in dict.fromkeys(row.indicator.plan for row in reaching(unit, from_period)):
            yield from _refusals_of_receiver(successor, plan, from_period)
    yield from _refusals_of_time(successor, from_period)
    yield from _refusals_of_coordination(unit, last_day_before(successor, unit, on), on)


def _refusals_of_author(government: Government, by: User, on: dt.date) -> Iterator[str]:
    if not coordinates(by, government, on):
        yield _("Solo la coordinación del plan registra la sucesión de una unidad.")


def _refusals_of_pair(unit: Unit, successor: Unit) -> Iterator[str]:
    names = {"unit": unit.acronym, "successor": successor.acronym}
    if unit == successor:
        yield _("Una unidad no se sucede a sí misma.")
    if unit.government_id != successor.government_id:
        yield _("%(successor)s es de otro gobierno local.") % names
    if unit.successor:
        yield _("%(unit)s ya tiene una unidad sucesora: %(successor)s.") % {
            **names,
            "successor": unit.successor.acronym,
        }
    if unit in (line := successors_of(successor)):
        way = " → ".join(each.acronym for each in (successor, *line))
        yield _(
            "%(unit)s ya es sucesora de %(successor)s (%(way)s): una sucesión no vuelve atrás. Cree otra unidad."
        ) % {
            **names,
            "way": way,
        }
    if successor.valid_until is not None:
        yield _("%(successor)s ya no está vigente: elija otra, o cree una unidad nueva.") % names
    if successor.valid_from <= unit.valid_from:
        yield _("%(successor)s no empieza después que %(unit)s.") % names
    own = {Unit.Function.RESPONSIBLE, unit.function}
    if passes_function(unit) and successor.function not in own:
        yield _(
            "%(unit)s y %(successor)s tienen cada una su función, «%(first)s» y «%(second)s»: una unidad no lleva las "
            "dos. Elija otra."
        ) % {**names, "first": unit.get_function_display(), "second": successor.get_function_display()}


def successors_of(unit: Unit) -> list[Unit]:
    """Who came after the unit, and after that one, up to today's; a circle in old data ends where it closes."""
    line: list[Unit] = []
    while (unit := unit.successor) and unit not in line:
        line.append(unit)
    return line


def _refusals_of_rows(unit: Unit, from_period: str) -> Iterator[str]:
    rows = list(reaching(unit, from_period))
    for row in rows:
        if from_period not in row.indicator.plan.period_codes:
            yield _("El plan %(plan)s no tiene el semestre %(period)s, y %(unit)s responde por %(indicator)s.") % {
                "plan": row.indicator.plan.code,
                "period": from_period,
                "unit": unit.acronym,
                "indicator": row.indicator.code,
            }
        if row.from_period >= from_period:
            yield _("%(unit)s responde por %(indicator)s recién desde %(since)s: la sucesión debe empezar después.") % {
                "unit": unit.acronym,
                "indicator": row.indicator.code,
                "since": row.from_period,
            }
    for plan in {row.indicator.plan for row in rows}:
        if locked := Evaluation.objects.why_locked(plan, from_period):
            yield locked
        reported = Submission.objects.filter(unit=unit, period__plan=plan, period__code__gte=from_period)
        for submission in reported.select_related("period"):
            yield _(
                "%(unit)s ya tiene un reporte de %(period)s: la sucesión debe empezar en un semestre posterior."
            ) % {
                "unit": unit.acronym,
                "period": submission.period.code,
            }


def _refusals_of_receiver(unit: Unit, plan: Plan, from_period: str) -> Iterator[str]:
    """Nothing is added to a report that its unit has sent already."""
    editable = (Submission.State.DRAFT, Submission.State.RETURNED)
    sent = Submission.objects.filter(unit=unit, period__plan=plan, period__code__gte=from_period)
    if first := sent.exclude(state__in=editable).select_related("period").order_by("period__code").first():
        yield _("%(unit)s ya envió su reporte de %(since)s: elija un semestre posterior.") % {
            "unit": unit.acronym,
            "since": first.period.code,
        }


def _refusals_of_time(successor: Unit, from_period: str) -> Iterator[str]:
    """The successor begins in the semester from which it answers, or in the one before: nobody reports for nobody."""
    day = successor.valid_from
    begins = _semester(day)
    following = f"{day.year}-2" if day.month <= 6 else f"{day.year + 1}-1"
    told = {"successor": successor.acronym, "day": formats.date_format(day), "period": from_period}
    if from_period < begins:
        yield _("%(successor)s recién empieza el %(day)s, después de %(period)s: elija %(begins)s.") % {
            **told,
            "begins": begins,
        }
    if from_period > following:
        yield _(
            "Es tarde: %(successor)s empieza el %(day)s, y hasta %(period)s nadie reportaría. Elija %(begins)s o "
            "%(following)s."
        ) % {**told, "begins": begins, "following": following}


def _refusals_of_coordination(unit: Unit, last_day: dt.date, on: dt.date) -> Iterator[str]:
    leaving = list(ending(unit, last_day).select_related("user"))
    if day := day_without_coordination(unit.government, leaving, max(last_day + A_DAY, on)):
        yield _(
            "Desde el %(day)s nadie coordinaría el plan: primero invite a la coordinación a alguien de la unidad que "
            "queda, y espere a que acepte."
        ) % {"day": formats.date_format(day)}


def refusals_to_end(unit: Unit, last_day: dt.date, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(unit.government, by, on)
    if unit.is_over(on):
        day = formats.date_format(unit.valid_until)
        yield _("%(unit)s ya terminó el %(day)s.") % {"unit": unit.acronym, "day": day}
    if last_day < unit.valid_from:
        yield _("%(unit)s empezó el %(day)s: no puede terminar antes.") % {
            "unit": unit.acronym,
            "day": formats.date_format(unit.valid_from),
        }
    yield from _refusals_of_what_is_left(unit, _semester(last_day + A_DAY))
    yield from _refusals_of_coordination(unit, last_day, on)


def _refusals_of_what_is_left(unit: Unit, from_period: str) -> Iterator[str]:
    """An indicator passes on alone; who leads an activity or owes a commitment changes by a succession only."""
    indicators, activities, commitments = reaching(unit, from_period).count(), led(unit).count(), owed(unit).count()
    passes_whole = [
        ngettext("conduce %(n)s actividad", "conduce %(n)s actividades", activities) % {"n": activities},
        ngettext("debe %(n)s compromiso", "debe %(n)s compromisos", commitments) % {"n": commitments},
    ]
    for told, count in zip(passes_whole, (activities, commitments), strict=True):
        if count:
            yield _("%(unit)s aún %(what)s, y eso solo pasa a otra unidad con una sucesión: registre su sucesora.") % {
                "unit": unit.acronym,
                "what": told,
            }
    if indicators:
        yield ngettext(
            "%(unit)s aún responde por %(n)s indicador: páselo antes a otra unidad, o registre su sucesora.",
            "%(unit)s aún responde por %(n)s indicadores: páselos antes a otra unidad, o registre su sucesora.",
            indicators,
        ) % {"unit": unit.acronym, "n": indicators}


def _semester(day: dt.date) -> str:
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def refusals_to_pass(
    indicator: Indicator, holder: Responsibility | None, unit: Unit, from_period: str, by: User, on: dt.date
) -> Iterator[str]:
    plan = indicator.plan
    told = {"unit": unit.acronym, "indicator": indicator.code, "period": from_period}
    yield from _refusals_of_author(plan.government, by, on)
    if plan.is_closed:
        yield _("El plan está cerrado: quién responde ya no cambia.")
    if unit.government_id != plan.government_id:
        yield _("%(unit)s es de otro gobierno local.") % told
    if from_period not in plan.period_codes:
        yield _("%(plan)s no tiene el semestre %(period)s.") % {**told, "plan": plan.code}
    else:
        semester = Period(plan=plan, code=from_period)
        if unit.valid_from > semester.ends_on or (unit.valid_until and unit.valid_until < semester.ends_on):
            yield _("%(unit)s no está vigente al terminar %(period)s.") % told
    if holder and holder.unit_id == unit.pk:
        yield _("%(unit)s ya responde por %(indicator)s en %(period)s.") % told
    if holder and holder.from_period >= from_period:
        yield _("%(holder)s responde por %(indicator)s desde %(period)s: elija un semestre posterior.") % {
            **told,
            "holder": holder.unit.acronym,
        }
    if locked := Evaluation.objects.why_locked(plan, from_period):
        yield locked
    if result := Result.objects.filter(indicator=indicator, period__code__gte=from_period).order_by("period").first():
        yield _("%(indicator)s ya tiene un resultado de %(since)s: elija un semestre posterior.") % {
            **told,
            "since": result.period.code,
        }
    yield from _refusals_of_receiver(unit, plan, from_period)
