"""PURE. Looking ahead: what an indicator needs in what is left of the plan, and where its present pace would lead it.

`docs/rules.md`, "Looking ahead". A projection is no figure of the plan: it enters no average, no light and no
evaluation. Standard library, `plans.measures` and `monitoring.progress` only.

    project(series, upto, parameters, ceiling)  one indicator as of a semester -> Projection

The expected final figure is what sections 3 to 5 would give in the horizon `whole` if each remaining semester were
reported at the present pace: the semesters are filled in, and measured like any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from monitoring.progress import HUNDRED, ZERO, Entry, Parameters, Series, Status, exactly, measure, quantised
from plans.measures import Accumulation, Direction, Horizon, Reading

# Nothing is extrapolated from a single report.
LEAST_REPORTS = 2
DEFAULTS = Parameters()


class Outcome(StrEnum):
    """What is to be expected of the final target if nothing changes. Near: green by the plan's threshold, below 100."""

    MISSED = "missed"
    NEAR = "near"
    REACHED = "reached"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why nothing is expected; the first that applies."""

    NOTHING_PROGRAMMED = "nothing_programmed"
    NOT_COMPUTABLE = "not_computable"  # `(*)`: the final target is 0, the baseline is missing, all cases are 0
    NOT_REPORTED = "not_reported"
    TOO_FEW = "too_few"  # fewer than two reports, and semesters still to come


@dataclass(frozen=True, slots=True)
class Projection:
    """Quantities have 10 decimals; `progress` is raw, in percent, of the whole plan.

    `pace`, `needed`: per semester under `sum`; the change per semester under `last`; the level of each semester under
    `average` and `pooled`.
    """

    target: Decimal | None  # the final one
    value: Decimal | None  # to date
    remaining: int  # semesters that are left to reach it
    outcome: Outcome
    accumulation: Accumulation
    why: Why | None = None
    pace: Decimal | None = None
    needed: Decimal | None = None  # None where nothing remains, or nothing is known
    is_within_reach: bool = True  # no value that can be reported would be enough
    expected: Decimal | None = None
    progress: Decimal | None = None

    @property
    def is_over(self) -> bool:
        """Nothing is left to be done: the final figure is what it is."""
        return self.remaining == 0 and self.target is not None


@exactly
def project(series: Series, upto: str, parameters: Parameters = DEFAULTS, ceiling: Decimal | None = None) -> Projection:
    """The indicator as of semester `upto`. `ceiling`: no value can be above it (100 for a share of something)."""
    ahead = _Ahead.of(series, upto, ceiling)
    whole = measure(series, upto, Horizon.WHOLE, parameters)
    start = Projection(
        target=whole.target,
        value=measure(series, upto, Horizon.PLAN, parameters).value,
        remaining=ahead.remaining,
        outcome=Outcome.UNKNOWN,
        accumulation=series.accumulation,
    )
    if why := ahead.why(whole.status):
        needed = ahead.needed(whole.target) if why in (Why.NOT_REPORTED, Why.TOO_FEW) else None
        return _quantised(replace(start, why=why, needed=needed, is_within_reach=ahead.is_possible(needed)))
    pace = ahead.pace()
    last = max(entry.period for entry in series.entries)
    figure = measure(ahead.filled(pace), last, Horizon.WHOLE, parameters)
    progress = figure.progress.by(Reading.PROGRAMMED)
    if figure.status != Status.COMPUTED or progress is None:
        return _quantised(replace(start, why=Why.NOT_COMPUTABLE))
    needed = ahead.needed(figure.target)
    return _quantised(
        replace(
            start,
            target=figure.target,
            outcome=_outcome(progress, parameters),
            pace=pace,
            needed=needed,
            is_within_reach=ahead.is_possible(needed),
            expected=figure.value,
            progress=progress,
        )
    )


def _outcome(progress: Decimal, parameters: Parameters) -> Outcome:
    if progress >= HUNDRED:
        return Outcome.REACHED
    return Outcome.NEAR if progress >= parameters.green else Outcome.MISSED


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A series seen from P: what was reported, and which semesters are left."""

    series: Series
    upto: str
    ceiling: Decimal | None
    reported: Sequence[Entry]  # not later than P, those that the mean of section 3 is taken over
    to_come: Sequence[Entry]  # programmed, later than P
    remaining: int

    @classmethod
    def of(cls, series: Series, upto: str, ceiling: Decimal | None) -> _Ahead:
        reported = [entry for entry in series.entries if entry.period <= upto and series.is_reported(entry)]
        if series.accumulation in (Accumulation.AVERAGE, Accumulation.POOLED):
            reported = [entry for entry in reported if entry.target is not None]
        to_come = [entry for entry in series.entries if entry.period > upto and entry.target is not None]
        remaining = len(to_come)
        if series.accumulation == Accumulation.LAST and to_come:
            # A stock moves in every semester up to its last target, programmed or not.
            remaining = sum(upto < entry.period <= to_come[-1].period for entry in series.entries)
        return cls(series, upto, ceiling, reported, to_come, remaining)

    def why(self, status: Status) -> Why | None:
        if status == Status.NOT_PROGRAMMED:
            return Why.NOTHING_PROGRAMMED
        if status == Status.NOT_COMPUTABLE:
            return Why.NOT_COMPUTABLE
        if not self.reported:
            return Why.NOT_REPORTED
        return Why.TOO_FEW if self.remaining and len(self.reported) < LEAST_REPORTS else None

    @property
    def _values(self) -> list[Decimal]:
        return [entry.value or ZERO for entry in self.reported]

    @property
    def _numerators(self) -> Decimal:
        return sum((entry.numerator or ZERO for entry in self.reported), ZERO)

    @property
    def _denominators(self) -> Decimal:
        return sum((entry.denominator or ZERO for entry in self.reported), ZERO)

    def pace(self) -> Decimal:
        """What a semester has brought so far; nothing where one report has to do, at the end of the plan."""
        match self.series.accumulation:
            case Accumulation.SUM | Accumulation.AVERAGE:
                return sum(self._values, ZERO) / len(self.reported)
            case Accumulation.POOLED:
                return self._numerators / self._denominators * HUNDRED
            case Accumulation.LAST:
                periods = [entry.period for entry in self.series.entries]
                first, last = self.reported[0], self.reported[-1]
                apart = periods.index(last.period) - periods.index(first.period)
                return (self._values[-1] - self._values[0]) / apart if apart else ZERO

    def filled(self, pace: Decimal) -> Series:
        """The series with each semester that is still to come reported at that pace."""
        blind = (e if e.period <= self.upto else Entry(e.period, e.target) for e in self.series.entries)
        coming = {entry.period for entry in self.to_come}
        entries = tuple(self._filled(entry, pace) if entry.period in coming else entry for entry in blind)
        return replace(self.series, entries=entries)

    def _filled(self, entry: Entry, pace: Decimal) -> Entry:
        if self.series.accumulation == Accumulation.POOLED:
            cases = self._denominators / len(self.reported)
            return replace(entry, numerator=cases * pace / HUNDRED, denominator=cases)
        if self.series.accumulation == Accumulation.LAST:
            steps = sum(self.upto < each.period <= entry.period for each in self.series.entries)
            return replace(entry, value=self._bounded(self._values[-1] + pace * steps))
        return replace(entry, value=pace)

    def _bounded(self, value: Decimal) -> Decimal:
        """A value is never negative. One that is above the ceiling already stays where it is."""
        if self.ceiling is not None:
            value = min(value, max(self.ceiling, self._values[-1]))
        return max(value, ZERO)

    def needed(self, target: Decimal | None) -> Decimal | None:
        """What each semester that is left has to bring so that the final target is met."""
        unknown = not self.reported and self.series.accumulation in (Accumulation.LAST, Accumulation.POOLED)
        if not self.remaining or target is None or unknown:
            return None
        rest = Decimal(self.remaining)
        match self.series.accumulation:
            case Accumulation.SUM:
                return max(ZERO, (target - sum(self._values, ZERO)) / rest)
            case Accumulation.LAST:
                return self._at_least_nothing((target - self._values[-1]) / rest)
            case Accumulation.AVERAGE:
                semesters = len(self.reported) + rest
                return self._floored((target * semesters - sum(self._values, ZERO)) / rest)
            case Accumulation.POOLED:
                cases = self._denominators / len(self.reported)
                found = target * (self._denominators + rest * cases) - HUNDRED * self._numerators
                return self._floored(found / (rest * cases))

    def _at_least_nothing(self, change: Decimal) -> Decimal:
        """A stock that is where it should be, or beyond, needs no change."""
        increasing = self.series.direction == Direction.INCREASING
        return max(ZERO, change) if increasing else min(ZERO, change)

    def _floored(self, level: Decimal) -> Decimal:
        """Where more is better, less than nothing is nothing; where less is better it is out of reach, and stays."""
        return max(ZERO, level) if self.series.direction == Direction.INCREASING else level

    def is_possible(self, needed: Decimal | None) -> bool:
        """Whether what is needed can be reported at all: not below 0, not above the ceiling."""
        if needed is None:
            return True
        if self.series.accumulation == Accumulation.LAST:
            needed = self._values[-1] + needed * self.remaining
        elif needed < 0:
            return False
        elif self.series.accumulation == Accumulation.SUM:
            return True
        return self.ceiling is None or needed <= self.ceiling


def _quantised(projection: Projection) -> Projection:
    return replace(
        projection,
        pace=quantised(projection.pace),
        needed=quantised(projection.needed),
        expected=quantised(projection.expected),
        progress=quantised(projection.progress),
    )
