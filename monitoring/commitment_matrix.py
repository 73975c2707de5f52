"""The matrix of commitments: what every unit promised, until when, and what became of it, along all versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.models import Unit, User
from institution.permissions import is_coordinator
from monitoring.commitments import open_states, telling_period, units_told_for
from monitoring.filters import UNIT, Filter, Narrowing, plain_filter
from monitoring.models import Commitment, CommitmentFollowUp, Period
from monitoring.queries import follow_ups_along
from plans.models import Plan

State = Commitment.State
# The keys of the address, beside that of the unit.
STATE, EVALUATION = "estado", "evaluacion"
STATES = {
    "pendiente": State.PENDING,
    "en-proceso": State.IN_PROGRESS,
    "cumplido": State.DONE,
    "sin-efecto": State.DROPPED,
}
OVERDUE = "vencido"


@dataclass(frozen=True)
class CommitmentLine:
    """One commitment in force, with everything told of it, the oldest first."""

    commitment: Commitment
    follow_ups: tuple[CommitmentFollowUp, ...]
    today: dt.date
    period: Period | None
    mine: bool  # whether the reader tells for the unit

    @property
    def key(self) -> str:
        return str(self.commitment.pk)

    @property
    def unit(self) -> Unit:
        return self.commitment.responsible_unit

    @property
    def year(self) -> int:
        return self.commitment.evaluation.year

    @property
    def last(self) -> CommitmentFollowUp | None:
        return self.follow_ups[-1] if self.follow_ups else None

    @property
    def is_overdue(self) -> bool:
        return self.commitment.is_overdue(self.today)

    @property
    def is_awaited(self) -> bool:
        """Whether nothing has been told of it in the semester in which it should be."""
        period = self.period
        return self.commitment.is_open and period is not None and all(e.period_id != period.pk for e in self.follow_ups)


@dataclass(frozen=True)
class Chip:
    """One value of a filter, with how many rows it leaves. `query`: what leads there, or takes it away again."""

    words: str
    count: int
    is_on: bool
    query: str


@dataclass(frozen=True)
class CommitmentMatrix:
    lines: tuple[CommitmentLine, ...]
    total: int
    filters: Narrowing
    states: tuple[Chip, ...]
    units: tuple[Chip, ...]
    years: tuple[Chip, ...]


def load_commitments(plan: Plan, user: User) -> tuple[CommitmentLine, ...]:
    """Every commitment in force of the plan, by due date. At most 6 queries, however many there are.

    Commitments with unit and evaluation; those they continue; follow-ups; semesters; posts and line of succession.
    """
    rows = Commitment.objects.in_force().filter(evaluation__plan=plan)
    commitments = list(rows.select_related("responsible_unit__government", "evaluation").defer("evaluation__frozen"))
    told = follow_ups_along(commitments)
    period, today = telling_period(plan), clock.today()
    mine = units_told_for(user, {row.responsible_unit_id: row.responsible_unit for row in commitments}.values())

    return tuple(
        CommitmentLine(row, told[row.pk], today, period, row.responsible_unit_id in mine) for row in commitments
    )


def load_matrix_of_commitments(plan: Plan, user: User, params: Mapping[str, str]) -> CommitmentMatrix:
    """The list, narrowed by `estado`, `gerencia` and `evaluacion`. At most 6 queries."""
    lines = load_commitments(plan, user)
    filters = Narrowing(_filters(lines, params), params)
    return CommitmentMatrix(
        lines=tuple(row for row in lines if filters.keeps(row.key)),
        total=len(lines),
        filters=filters,
        states=_chips(filters, lines, STATE),
        units=_chips(filters, lines, UNIT),
        years=_chips(filters, lines, EVALUATION),
    )


def _filters(lines: tuple[CommitmentLine, ...], params: Mapping[str, str]) -> tuple[Filter, ...]:
    states = {row.key: _states(row) for row in lines}
    words = {OVERDUE: _("Vencido"), **{key: state.label for key, state in STATES.items()}}
    held = {key for keys in states.values() for key in keys}
    units = {row.unit.acronym: row.unit.acronym for row in sorted(lines, key=lambda row: row.unit.acronym)}
    years = {str(year): str(year) for year in sorted({row.year for row in lines})}
    refusals = (
        _("Ningún compromiso está en el estado «%(value)s»."),
        _("Ninguna unidad con la sigla %(value)s tiene compromisos."),
        _("Ninguna evaluación del año «%(value)s» tiene compromisos."),
    )
    return (
        plain_filter(params, STATE, _("Estado"), {k: v for k, v in words.items() if k in held}, states, refusals[0]),
        plain_filter(
            params, UNIT, _("Responsable"), units, {row.key: (row.unit.acronym,) for row in lines}, refusals[1]
        ),
        plain_filter(
            params, EVALUATION, _("Evaluación"), years, {row.key: (str(row.year),) for row in lines}, refusals[2]
        ),
    )


def _states(row: CommitmentLine) -> tuple[str, ...]:
    own = next(key for key, state in STATES.items() if state == row.commitment.state)
    return (own, OVERDUE) if row.is_overdue else (own,)


def _chips(filters: Narrowing, lines: tuple[CommitmentLine, ...], key: str) -> tuple[Chip, ...]:
    chosen = filters[key]
    return tuple(
        Chip(
            str(words),
            sum(filters.keeps_with(key, value, row.key) for row in lines),
            value == chosen.value,
            chosen.without if value == chosen.value else filters.choosing(key, value),
        )
        for value, words in chosen.options.items()
    )


@dataclass(frozen=True)
class CommitmentPage:
    line: CommitmentLine
    states: tuple[tuple[str, str], ...]  # that the reader may give; empty where they may tell nothing
    on_behalf: bool

    @property
    def unit(self) -> Unit:
        return self.line.unit


def load_commitment(plan: Plan, pk: int, user: User) -> CommitmentPage:
    """One commitment in force. Raises LookupError."""
    line = next((row for row in load_commitments(plan, user) if row.commitment.pk == pk), None)
    if line is None:
        raise LookupError(pk)
    coordinating = is_coordinator(user, plan.government)
    may = line.mine or coordinating
    states = open_states(line.commitment, by_coordination=coordinating) if may else ()
    return CommitmentPage(line, tuple((state.value, str(state.label)) for state in states), may and not line.mine)
