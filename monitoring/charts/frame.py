"""The frame of a chart over time: its semesters, its grid, and where things stand inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from monitoring.charts.drawing import (
    INK_2,
    INK_3,
    LINE,
    WASH,
    line,
    rect,
    text,
)
from monitoring.showing import quantity_text


@dataclass(frozen=True, slots=True)
class Point:
    """One semester of a series chart. `sign` stands for a missing value; `ahead` semesters are shaded."""

    period: str
    target: Decimal | None = None
    value: Decimal | None = None
    sign: str = ""
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things stand inside a series chart."""

    width: int
    height: int
    top: Decimal  # the value of the upper edge
    count: int
    left: Decimal = Decimal(46)
    upper: Decimal = Decimal(20)
    lower: Decimal = Decimal(26)

    @property
    def slot(self) -> Decimal:
        return (self.width - self.left - 6) / self.count

    @property
    def base(self) -> Decimal:
        return self.height - self.lower

    def x(self, index: int) -> Decimal:
        """The middle of a semester's slot."""
        return self.left + self.slot * index + self.slot / 2

    def y(self, value: Decimal) -> Decimal:
        return self.base - (self.base - self.upper) * value / self.top


def grid(frame: Frame, step: Decimal, lines: int) -> Iterator[str]:
    right = Decimal(frame.width - 6)
    for index in range(lines + 1):
        y = frame.y(step * index)
        css, colour = ("axis", INK_3) if index == 0 else ("grid", LINE)
        yield line((frame.left, y, right, y), css, colour)
        yield text(frame.left - 7, y + 4, quantity_text(step * index), "soft", INK_3, size=11, anchor="end")


def axis(frame: Frame, points: Sequence[Point]) -> Iterator[str]:
    every = 1 if frame.slot >= 44 else 2
    for index, point in enumerate(points):
        if point.ahead:
            x = frame.x(index) - frame.slot / 2
            yield rect((x, frame.upper - 8, frame.slot, frame.base - frame.upper + 8), "ahead", WASH)
        if index % every == 0:
            yield text(frame.x(index), Decimal(frame.height - 8), point.period, "soft", INK_2)


def runs(values: Sequence[Decimal | None]) -> Iterator[list[tuple[int, Decimal]]]:
    """The stretches without a gap, each as (index, value) pairs."""
    run: list[tuple[int, Decimal]] = []
    for index, value in enumerate(values):
        if value is not None:
            run.append((index, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def steps_to(top: Decimal) -> tuple[Decimal, int]:
    """A round distance between grid lines, and how many of them it takes to reach `top`: three to five."""
    if top <= 0:
        return Decimal(1), 1
    magnitude = Decimal(10) ** (top / 4).log10().to_integral_value(rounding=ROUND_FLOOR)
    rounds = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
    step = next(each * magnitude for each in rounds if each * magnitude * 4 >= top)
    return step, int((top / step).to_integral_value(rounding=ROUND_CEILING))
