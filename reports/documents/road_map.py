"""The approval road map of a plan: who does what by when, what was done, and what is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution import clock
from monitoring.frozen import JSON
from monitoring.record import plan_facts
from monitoring.showing import MISSING
from plans.models import Plan
from reports.documents.paper import Head, Paper, dated, day_of, head_of, running_of

SCHEMA = "pmh-road-map-1"


def record_of_road_map(plan: Plan, *, on: dt.date | None = None) -> JSON:
    """The steps of the road map and how late each is on that day. 2 queries, whatever the number of steps."""
    on = on or clock.today()
    return {
        "schema": SCHEMA,
        "plan": plan_facts(plan) | {"instrument_date": plan.instrument_date and plan.instrument_date.isoformat()},
        "document": {"kind": "road_map", "period": None, "issued_on": on.isoformat()},
        "steps": [
            {
                "order": step.order,
                "name": step.name,
                "unit": step.responsible_unit
                and {"acronym": step.responsible_unit.acronym, "name": step.responsible_unit.name},
                "planned_on": step.planned_on and step.planned_on.isoformat(),
                "done_on": step.done_on and step.done_on.isoformat(),
                "document": step.document,
                "notes": step.notes,
                "days_late": step.days_late(on),
            }
            for step in plan.approval_steps.select_related("responsible_unit")
        ],
    }


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: `state` is done, late or open, which also chooses its mark."""

    order: int
    name: str
    notes: str
    unit: str
    planned: str
    done: str
    lateness: str
    document: str
    state: str


@dataclass(frozen=True, slots=True)
class RoadMap(Paper):
    steps: tuple[StepRow, ...] = ()
    units: tuple[tuple[str, str], ...] = ()


def road_map(record: JSON) -> RoadMap:
    """The document of the road map."""
    code = record["plan"]["code"].lower()
    units = {row["unit"]["acronym"]: row["unit"]["name"] for row in record["steps"] if row["unit"]}
    return RoadMap(
        head=_head(record),
        running=running_of(record, _("Hoja de ruta de aprobación")),
        file_name=f"hoja-de-ruta-{code}-{record['document']['issued_on']}.pdf",
        dated=dated(record),
        steps=tuple(_step(row) for row in record["steps"]),
        units=tuple(sorted(units.items())),
    )


def _head(record: JSON) -> Head:
    plan, steps = record["plan"], record["steps"]
    done = sum(row["done_on"] is not None for row in steps)
    late = sum(_state(row) == "late" for row in steps)
    lead = (
        _("Ningún paso registrado.")
        if not steps
        else _("%(done)s de %(all)s pasos cumplidos")
        % {
            "done": done,
            "all": len(steps),
        }
    )
    if late:
        lead += "; " + ngettext("%s atrasado", "%s atrasados", late) % late
    approved = f"{plan['instrument']}, {day_of(plan['instrument_date'])}" if plan["instrument"] else ""
    return head_of(
        record,
        kind=_("Hoja de ruta de aprobación"),
        title=plan["name"],
        lead=f"{lead}." if steps else lead,
        facts=[
            (_("Situación al"), day_of(record["document"]["issued_on"])),
            (_("Aprobado por"), approved or _("aún sin instrumento de aprobación")),
            (_("Coordina"), plan["coordination"]),
        ],
    )


def _state(row: JSON) -> str:
    if row["done_on"]:
        return "done"
    return "late" if row["days_late"] else "open"


def _step(row: JSON) -> StepRow:
    days = row["days_late"]
    after = ngettext("%s día después", "%s días después", days) % days
    behind = ngettext("%s día de atraso", "%s días de atraso", days) % days
    state = _state(row)
    return StepRow(
        order=row["order"],
        name=row["name"],
        notes=row["notes"],
        unit=row["unit"]["acronym"] if row["unit"] else MISSING,
        planned=day_of(row["planned_on"]),
        done=day_of(row["done_on"]) if row["done_on"] else _("pendiente"),
        lateness="" if not days else behind if state == "late" else after,
        document=row["document"] or MISSING,
        state=state,
    )
