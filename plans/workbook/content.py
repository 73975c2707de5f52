"""What a plan workbook says, free of cells and of database rows; and how its mistakes are told.

The same dataclasses hold what was read from a file and what is stored: comparing the two is comparing values, and
whatever is written can be read back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.workbook.tenures import Tenure


@dataclass(frozen=True, kw_only=True)
class GovernmentRow:
    government_name: str
    government_place: str
    government_kind: str
    ubigeo: str


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    code: str
    name: str
    description: str
    first_year: int
    last_year: int
    state: str
    is_reference: bool
    cap: Decimal | None
    green_from: Decimal
    amber_from: Decimal
    official_reading: str
    requires_signoff: bool
    instrument_kind: str
    instrument_number: str
    instrument_date: dt.date | None


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    acronym: str
    name: str
    function: str
    valid_from: dt.date
    valid_until: dt.date | None
    successor: str


@dataclass(frozen=True, kw_only=True)
class NodeRow:
    """A guideline, objective or strategic action; `parent` is the code of the node above, empty for a guideline."""

    code: str
    parent: str = ""
    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class ActivityRow(NodeRow):
    lead_unit: str
    supporting_units: tuple[str, ...]
    weight: Decimal | None
    gender_focus: bool
    gcm_objectives: tuple[int, ...]
    sdg_targets: tuple[str, ...]
    igm_dimension: int | None
    pdlc_alignment: str
    needs_extra_budget: bool | None
    extra_budget_reason: str


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """An indicator with its technical sheet; `parent` is the code of the node that it measures."""

    code: str
    parent: str
    name: str
    justification: str
    relevance: str
    limitations: str
    method: str
    what_counts: str
    what_does_not: str
    assumptions: str
    source: str
    unit_of_measure: str
    counts: str
    breakdown_tables: tuple[str, ...]
    accumulation: str
    direction: str
    formula: str
    baseline: Decimal | None
    baseline_year: int | None
    people_may_repeat: bool
    numerator_may_exceed: bool
    weight: Decimal | None
    responsible: tuple[Tenure, ...]
    targets: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StepRow:
    order: int
    name: str
    responsible_unit: str
    planned_on: dt.date | None
    done_on: dt.date | None
    document: str
    notes: str


@dataclass(frozen=True)
class Problem:
    """A mistake in a workbook: where it is, what is wrong and what is expected there.

    `cell` is empty where the mistake is something that the sheet no longer has.
    """

    sheet: str
    cell: str
    wrong: str
    expected: str

    def __str__(self) -> str:
        return f"{self.sheet} · {self.cell or '—'} · {self.wrong} · {_('se espera')}: {self.expected}"


class WorkbookProblems(Exception):
    """The workbook has mistakes: all of them, in the order of its sheets. Nothing was saved."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(problems)
        super().__init__(
            ngettext(
                "El libro tiene %(count)s error; no se cambió nada.",
                "El libro tiene %(count)s errores; no se cambió nada.",
                count,
            )
            % {"count": count}
        )


@dataclass(frozen=True, kw_only=True)
class PlanWorkbook:
    """A whole plan. `government` and `plan` are None only in the picture of a database that lacks them."""

    government: GovernmentRow | None
    plan: PlanRow | None
    units: tuple[UnitRow, ...] = ()
    guidelines: tuple[NodeRow, ...] = ()
    objectives: tuple[NodeRow, ...] = ()
    actions: tuple[NodeRow, ...] = ()
    activities: tuple[ActivityRow, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    steps: tuple[StepRow, ...] = ()
    # Worth a look, but no reason to refuse the workbook.
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
