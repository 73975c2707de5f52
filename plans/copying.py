"""A plan as a template for another period, or for another government (one workbook's worth, without the file).

The copy is a draft: its tree, its indicators and their sheets come along, its targets do not, for they belong to other
years. Who answers comes along as far as units still exist: a unit that ended is followed to its successor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from institution.models import Government, Unit, User
from plans.models import Plan
from plans.permissions import may_edit
from plans.workbook import apply_plan, stored_plan
from plans.workbook.content import ActivityRow, IndicatorRow, StepRow
from plans.workbook.stored import government_row
from plans.workbook.tenures import Tenure


class CopyRefused(Exception):
    """The plan cannot be copied so; the message says why, in the words of the user."""


@dataclass(frozen=True)
class Copied:
    """The draft that was made. `replaced`: units of the model that do not exist there, and who stands in for each."""

    plan: Plan
    replaced: Mapping[str, str]


@transaction.atomic
def copy_plan(
    *, plan: Plan, government: Government, code: str, name: str, first_year: int, last_year: int, by: User
) -> Copied:
    """A new draft of `government` modelled on the plan. Raises CopyRefused."""
    target = Plan(government=government)
    if not may_edit(by, target):
        raise CopyRefused(_("Un plan nuevo lo empieza la coordinación o Planificación de su gobierno local."))
    if Plan.objects.filter(code=code).exists():
        raise CopyRefused(_("Ya hay un plan con el código %(code)s.") % {"code": code})
    model = stored_plan(plan)
    units = _Units.of(government, dt.date(first_year, 1, 1))
    first = f"{first_year}-1"
    row = replace(
        model.plan,
        code=code,
        name=name,
        first_year=first_year,
        last_year=last_year,
        state=Plan.State.DRAFT,
        instrument_kind="",
        instrument_number="",
        instrument_date=None,
    )
    copy = replace(
        model,
        government=government_row(government),
        plan=row,
        units=(),
        activities=tuple(_activity(activity, units) for activity in model.activities),
        indicators=tuple(_indicator(indicator, units, first) for indicator in model.indicators),
        steps=tuple(_step(step, units) for step in model.steps),
    )
    apply_plan(copy, by=by)
    return Copied(Plan.objects.get(code=code), units.replaced)


@dataclass
class _Units:
    """Which unit of the new plan's government stands for one of the model's."""

    by_acronym: dict[str, Unit]
    day: dt.date
    fallback: str
    replaced: dict[str, str]

    @classmethod
    def of(cls, government: Government, day: dt.date) -> _Units:
        units = {unit.acronym: unit for unit in government.units.select_related("successor")}
        alive = [unit for unit in units.values() if unit.valid_until is None or unit.valid_until >= day]
        leading = [unit for unit in alive if unit.function == Unit.Function.COORDINATION] or alive
        if not leading:
            raise CopyRefused(
                _("%(name)s no tiene unidades vigentes: regístrelas primero.") % {"name": government.name}
            )
        return cls(units, day, leading[-1].acronym, {})

    def stand_in(self, acronym: str) -> str:
        """The same unit where it still exists, else whoever followed it, else the coordination."""
        unit = self.by_acronym.get(acronym)
        seen: set[int] = set()
        while unit and unit.valid_until and unit.valid_until < self.day and unit.pk not in seen:
            seen.add(unit.pk)
            unit = self.by_acronym.get(unit.successor.acronym) if unit.successor else None
        found = unit.acronym if unit and unit.pk not in seen else self.fallback
        if found != acronym:
            self.replaced[acronym] = found
        return found


def _activity(row: ActivityRow, units: _Units) -> ActivityRow:
    lead = units.stand_in(row.lead_unit)
    supporting = {units.stand_in(acronym) for acronym in row.supporting_units} - {lead}
    return replace(
        row,
        lead_unit=lead,
        supporting_units=tuple(sorted(supporting)),
        needs_extra_budget=None,
        extra_budget_reason="",
    )


def _indicator(row: IndicatorRow, units: _Units, first: str) -> IndicatorRow:
    """Whoever answered last answers from the first semester on."""
    last = row.responsible[-1:]
    return replace(row, targets={}, responsible=tuple(Tenure(units.stand_in(tenure.unit), first) for tenure in last))


def _step(row: StepRow, units: _Units) -> StepRow:
    """The way to approval is the same; when it is walked is not known yet."""
    unit = units.stand_in(row.responsible_unit) if row.responsible_unit else ""
    return replace(row, responsible_unit=unit, planned_on=None, done_on=None, document="")
