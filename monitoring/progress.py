"""PURE. The rules of the figures: series, windows, accumulation, progress, roll-up, light (`docs/rules.md`, 1 to 7).

Values in, values out: no model, no clock, no formatting. Standard library and `plans.measures` only. Arithmetic is
`Decimal` with 50 digits; averages are taken of unquantised figures, and everything that leaves is quantised to 10
decimals, half up. Progress and coverage are in percent. `None` is "no figure", never 0.

    measure(series, upto, horizon, parameters)  one indicator in one window      -> IndicatorFigure
    share_of(leaf, figures, parameters)         what an activity brings upwards  -> Share
    average(shares, horizon, parameters)        any node or unit over activities -> NodeFigure

`monitoring.scorecard` applies them to a whole plan.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import ParamSpec, TypeVar

from plans.measures import Accumulation, Direction, Formula, Horizon, Reading, lies_beyond, year_of

FORMULA_VERSION = "pmh-1"

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
REVIEW_ABOVE = Decimal(120)
_STEP = Decimal("1e-10")
_ARITHMETIC = Context(prec=50, rounding=ROUND_HALF_UP)

P = ParamSpec("P")
R = TypeVar("R")


def exactly(function: Callable[P, R]) -> Callable[P, R]:
    """Runs the function in our own decimal context, whatever the caller's is."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(_ARITHMETIC):
            return function(*args, **kwargs)

    return wrapped


def quantised(value: Decimal | None) -> Decimal | None:
    """The figure as it leaves the core: 10 decimals, half up (away from zero)."""
    return None if value is None else value.quantize(_STEP, ROUND_HALF_UP, _ARITHMETIC)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Rounding for showing (section 7): 0.125 -> 0.13, -33.335 -> -33.34."""
    with localcontext(_ARITHMETIC):
        return value.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)


# --- What comes in ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One semester of a series: what was programmed and what was reported, either of which may be missing."""

    period: str
    target: Decimal | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_available: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator as the rules see it. `entries`: one per semester of the plan, in order of time."""

    code: str
    entries: tuple[Entry, ...]
    accumulation: Accumulation = Accumulation.SUM
    direction: Direction = Direction.INCREASING
    formula: Formula = Formula.RATIO
    baseline: Decimal | None = None
    weight: Decimal = ONE

    def is_reported(self, entry: Entry) -> bool:
        """A pooled percentage needs both its parts; 0/0 ("sin casos") is a report like any other."""
        if self.accumulation == Accumulation.POOLED:
            return entry.numerator is not None and entry.denominator is not None
        return entry.value is not None


@dataclass(frozen=True, slots=True)
class Parameters:
    """What belongs to the plan: the cap of raw figures in averages (None: no cap), thresholds, official reading."""

    cap: Decimal | None = HUNDRED
    green: Decimal = Decimal(95)
    amber: Decimal = Decimal(75)
    reading: Reading = Reading.PROGRAMMED


# --- What comes out ---------------------------------------------------------------------------------------------


class Status(StrEnum):
    """Section 5; the first that applies."""

    COMPUTED = "computed"
    NOT_REPORTED = "not_reported"
    NOT_AVAILABLE = "not_available"
    NOT_PROGRAMMED = "not_programmed"
    NOT_COMPUTABLE = "not_computable"


# Asked for with every figure, and a class of codes takes its time to list them.
READINGS, STATUSES = tuple(Reading), tuple(Status)

SIGNS = {
    Status.NOT_PROGRAMMED: "S.P.",
    Status.NOT_REPORTED: "S.I.",
    Status.NOT_AVAILABLE: "ND",
    Status.NOT_COMPUTABLE: "(*)",
}


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Progress:
    """The two readings, in percent."""

    programmed: Decimal | None = None
    reported: Decimal | None = None

    def by(self, reading: Reading) -> Decimal | None:
        return self.programmed if reading == Reading.PROGRAMMED else self.reported


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """One indicator in one horizon. `progress` is raw: neither bounded nor rounded beyond 10 decimals."""

    target: Decimal | None
    value: Decimal | None
    status: Status
    progress: Progress
    light: Light | None
    due: int  # programmed semesters not later than P, inside the window
    reported: int  # of those, how many have a value
    exact: Progress = field(default_factory=Progress, repr=False, compare=False)  # unquantised, for averages only

    @property
    def coverage(self) -> Decimal | None:
        return _coverage(self.reported, self.due)

    @property
    def sign(self) -> str:
        """S.P., S.I., ND or (*) where there is no figure, else empty.

        Computed and yet without a figure in both readings: the targets of what was reported are not computable.
        """
        if self.status == Status.COMPUTED and self.progress == Progress():
            return SIGNS[Status.NOT_COMPUTABLE]
        return SIGNS.get(self.status, "")

    @property
    def not_due_yet(self) -> bool:
        return self.status == Status.NOT_REPORTED and self.due == 0

    @property
    def needs_review(self) -> bool:
        """Above 120 %: was the target well set?"""
        return any(
            figure is not None and figure > REVIEW_ABOVE
            for figure in (self.progress.programmed, self.progress.reported)
        )


@dataclass(frozen=True, slots=True)
class NodeFigure:
    """A node or a unit in one horizon: the mean of the bounded figures, with its counts and its coverage."""

    progress: Progress
    counts: Mapping[Status, int]
    light: Light | None
    due: int
    reported: int

    @property
    def coverage(self) -> Decimal | None:
        return _coverage(self.reported, self.due)

    @property
    def sign(self) -> str:
        """The sign of a node none of whose indicators has a value; the most telling of theirs."""
        if self.counts[Status.COMPUTED]:
            return SIGNS[Status.NOT_COMPUTABLE] if self.progress == Progress() else ""
        for status in (Status.NOT_REPORTED, Status.NOT_AVAILABLE, Status.NOT_COMPUTABLE):
            if self.counts[status]:
                return SIGNS[status]
        return SIGNS[Status.NOT_PROGRAMMED]

    @property
    def not_due_yet(self) -> bool:
        return self.sign == SIGNS[Status.NOT_REPORTED] and self.due == 0


@functools.lru_cache(maxsize=1024)  # asked of every node in every horizon, and most have the same small numbers
@exactly
def _coverage(reported: int, due: int) -> Decimal | None:
    return quantised(HUNDRED * reported / due) if due else None


# --- One indicator ----------------------------------------------------------------------------------------------


def progress_of(
    value: Decimal, target: Decimal, direction: Direction, formula: Formula, baseline: Decimal | None
) -> Decimal | None:
    """One value against one target in percent (section 4), unquantised; None is `(*)`, not computable."""
    if not is_computable(target, direction, formula, baseline):
        return None
    if formula == Formula.BASELINE:
        assert baseline is not None  # noqa: S101  (is_computable said so)
        return (value - baseline) / (target - baseline) * HUNDRED
    if direction == Direction.INCREASING:
        return value / target * HUNDRED
    return target / value * HUNDRED if value else HUNDRED


def is_computable(target: Decimal, direction: Direction, formula: Formula, baseline: Decimal | None) -> bool:
    """Whether a target can be held against a value: not 0 (Tipo I), or beyond the baseline (Tipo II)."""
    if formula == Formula.BASELINE:
        return baseline is not None and lies_beyond(baseline, target, direction)
    return target != 0


@dataclass(frozen=True, slots=True)
class _Window:
    """A series seen through a horizon at P, sorted out once; every list is in order of time."""

    series: Series
    programmed: list[Entry]  # semesters of targets with a target
    due: list[Entry]  # of those, not later than P
    reported: list[Entry]  # semesters of values with a report, programmed or not
    reported_due: list[Entry]  # semesters both due and reported

    @classmethod
    def of(cls, series: Series, upto: str, horizon: Horizon) -> _Window:
        passed = [entry for entry in series.entries if in_window(entry.period, upto, horizon)]
        due = [entry for entry in passed if entry.target is not None]
        reported = [entry for entry in passed if series.is_reported(entry)]
        return cls(
            series,
            programmed=[e for e in series.entries if e.target is not None] if horizon == Horizon.WHOLE else due,
            due=due,
            reported=reported,
            reported_due=[entry for entry in reported if entry.target is not None],
        )

    @property
    def counted(self) -> list[Entry]:
        """The reports a mean or a pooled percentage is taken over: the programmed ones; all, if none is programmed."""
        return self.reported_due if self.programmed else self.reported

    def target(self) -> Decimal | None:
        """The programmed target (section 3)."""
        if not self.programmed:
            return None
        match self.series.accumulation:
            case Accumulation.SUM:
                return sum((_target(entry) for entry in self.programmed), ZERO)
            case Accumulation.AVERAGE:
                return _mean([(ONE, _target(entry)) for entry in self.programmed])
            case Accumulation.POOLED:
                weighted = self.reported_target()
                return _target(self.programmed[-1]) if weighted is None else weighted
            case Accumulation.LAST:
                return _target(self.programmed[-1])

    def value(self) -> Decimal | None:
        match self.series.accumulation:
            case Accumulation.SUM:
                return sum((_value(entry) for entry in self.reported), ZERO) if self.reported else None
            case Accumulation.LAST:
                return _value(self.reported[-1]) if self.reported else None
            case Accumulation.AVERAGE:
                return _mean([(ONE, _value(entry)) for entry in self.counted])
            case Accumulation.POOLED:
                denominators = sum((_denominator(entry) for entry in self.counted), ZERO)
                numerators = sum((entry.numerator or ZERO for entry in self.counted), ZERO)
                return numerators / denominators * HUNDRED if denominators else None

    def reported_target(self) -> Decimal | None:
        """The target that the reported reading holds the value against (section 5); None: it has none."""
        match self.series.accumulation:
            case Accumulation.SUM:
                return sum((_target(entry) for entry in self.reported_due), ZERO) if self.reported_due else None
            case Accumulation.LAST:
                reached = [entry for entry in self.programmed if entry.period <= self.reported[-1].period]
                return _target(reached[-1]) if reached else None
            case Accumulation.AVERAGE:
                return _mean([(ONE, _target(entry)) for entry in self.reported_due])
            case Accumulation.POOLED:
                return _mean([(_denominator(entry), _target(entry)) for entry in self.reported_due])

    def status(self, target: Decimal | None, value: Decimal | None) -> Status:
        series = self.series
        if target is None:
            return Status.NOT_PROGRAMMED
        no_cases = series.accumulation == Accumulation.POOLED and value is None and bool(self.counted)
        if no_cases or not is_computable(target, series.direction, series.formula, series.baseline):
            return Status.NOT_COMPUTABLE
        if value is not None:
            return Status.COMPUTED
        if self.due and all(entry.not_available for entry in self.due):
            return Status.NOT_AVAILABLE
        return Status.NOT_REPORTED

    def progress(self, target: Decimal, value: Decimal, horizon: Horizon) -> Progress:
        """Both readings of a computed indicator (section 5), unquantised."""

        def against(goal: Decimal | None) -> Decimal | None:
            series = self.series
            if goal is None:
                return None
            return progress_of(value, goal, series.direction, series.formula, series.baseline)

        reported = against(self.reported_target())
        if self.series.accumulation in (Accumulation.SUM, Accumulation.LAST):
            programmed = against(target)
        else:
            share = Decimal(len(self.reported_due)) / len(self.programmed)
            programmed = None if reported is None else reported * share
        return Progress(programmed, programmed if horizon == Horizon.WHOLE else reported)


@functools.cache  # asked of every entry of every series, and there are few semesters
def in_window(period: str, upto: str, horizon: Horizon) -> bool:
    """Whether the value of that semester lies inside the window (section 2)."""
    if horizon == Horizon.SEMESTER:
        return period == upto
    return period <= upto and (horizon != Horizon.YEAR or year_of(period) == year_of(upto))


def _target(entry: Entry) -> Decimal:
    return entry.target if entry.target is not None else ZERO


def _value(entry: Entry) -> Decimal:
    return entry.value if entry.value is not None else ZERO


def _denominator(entry: Entry) -> Decimal:
    return entry.denominator if entry.denominator is not None else ZERO


def _mean(weighted: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The mean of (weight, value) pairs, weights renormalised over what enters; None where nothing does."""
    total = added = ZERO
    for weight, value in weighted:
        total += weight
        added += weight * value
    return added / total if total else None


@exactly
def measure(series: Series, upto: str, horizon: Horizon, parameters: Parameters = Parameters()) -> IndicatorFigure:
    """The figure of one indicator at semester `upto` (`2022-2`) through one horizon (sections 2 to 5, 7)."""
    window = _Window.of(series, upto, horizon)
    target, value = window.target(), window.value()
    status = window.status(target, value)
    exact = Progress()
    if status == Status.COMPUTED:
        assert target is not None and value is not None  # noqa: S101, PT018  (computed says so)
        exact = window.progress(target, value, horizon)
    progress = Progress(quantised(exact.programmed), quantised(exact.reported))
    return IndicatorFigure(
        target=quantised(target),
        value=quantised(value),
        status=status,
        progress=progress,
        light=_light(progress, horizon, parameters),
        due=len(window.due),
        reported=len(window.reported_due),
        exact=exact,
    )


def _light(progress: Progress, horizon: Horizon, parameters: Parameters) -> Light | None:
    """The traffic light of the official reading; none in `whole`, where a plan on schedule is still far from 100."""
    if horizon == Horizon.WHOLE:
        return None
    figure = progress.by(parameters.reading)
    if figure is None:
        return Light.GREY
    if figure >= parameters.green:
        return Light.GREEN
    return Light.AMBER if figure >= parameters.amber else Light.RED


# --- Going up ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaf:
    """An activity with those of its indicators that count here (all of them; for a unit, its own)."""

    code: str
    indicators: tuple[Series, ...]
    weight: Decimal = ONE


def _entering(figure: IndicatorFigure, reading: Reading, cap: Decimal | None) -> Decimal | None:
    """What an indicator brings into an average: its raw figure bounded to 0..cap; 0 where a due result is missing."""
    if figure.status == Status.COMPUTED:
        raw = figure.exact.by(reading)
        return None if raw is None else max(ZERO, raw if cap is None else min(raw, cap))
    unreported = figure.status in (Status.NOT_REPORTED, Status.NOT_AVAILABLE)
    return ZERO if unreported and reading == Reading.PROGRAMMED else None


@dataclass(frozen=True, slots=True)
class Share:
    """What one activity brings into every average above it, in one horizon: its mean in each reading, unquantised."""

    weight: Decimal
    means: tuple[Decimal | None, ...]
    statuses: tuple[Status, ...]  # one of each indicator
    due: int
    reported: int


@exactly
def share_of(leaf: Leaf, figures: Mapping[str, IndicatorFigure], parameters: Parameters) -> Share:
    """`figures`: the figure of each indicator by code, in that horizon. Raises KeyError if one is missing."""
    own = [(series.weight, figures[series.code]) for series in leaf.indicators]
    return Share(
        leaf.weight,
        tuple(
            _mean(
                [
                    (weight, value)
                    for weight, figure in own
                    if (value := _entering(figure, reading, parameters.cap)) is not None
                ]
            )
            for reading in READINGS
        ),
        tuple([figure.status for _weight, figure in own]),
        sum([figure.due for _weight, figure in own]),
        sum([figure.reported for _weight, figure in own]),
    )


@exactly
def average(shares: Sequence[Share], horizon: Horizon, parameters: Parameters) -> NodeFigure:
    """The figure of a node or unit: the mean over its activities, never a mean of means above them (section 6)."""
    counts = dict.fromkeys(STATUSES, 0)
    due = reported = 0
    for share in shares:
        for status in share.statuses:
            counts[status] += 1
        due += share.due
        reported += share.reported
    means = [
        _mean([(share.weight, mean) for share in shares if (mean := share.means[place]) is not None])
        for place in range(len(READINGS))
    ]
    progress = Progress(*map(quantised, means))
    light = _light(progress, horizon, parameters)
    if light is not None and not counts[Status.COMPUTED]:
        light = Light.GREY  # a sign is shown instead of the figure
    return NodeFigure(progress, counts, light, due, reported)
