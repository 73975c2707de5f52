"""Target and value of one indicator over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.charts.drawing import (
    BRAND,
    INK,
    INK_3,
    at,
    line,
    rect,
    svg,
    text,
)
from monitoring.charts.frame import Frame, Point, axis, grid, runs, steps_to
from monitoring.showing import quantity_text


def series_chart(
    points: Sequence[Point],
    *,
    title: str,
    ident: str,
    kind: Literal["bars", "line"] = "bars",
    width: int = 440,
    height: int = 210,
) -> SafeString:
    """Target and value per semester: bars for flows, a line for stocks, rates and percentages.

    The target is a mark across the slot. A semester without a value leaves a gap with its sign.
    """
    known = [number for point in points for number in (point.target, point.value) if number is not None]
    step, lines = steps_to(max(known, default=Decimal(1)))
    frame = Frame(width, height, step * lines, max(1, len(points)))
    parts = [*grid(frame, step, lines), *axis(frame, points)]
    parts += _bars(frame, points) if kind == "bars" else _polyline(frame, points)
    parts += _targets(frame, points)
    parts += _labels(frame, points)
    return svg(width, height, "chart--series", parts, title=title, desc=_described(points), ident=ident)


def _described(points: Sequence[Point]) -> str:
    def told(point: Point) -> str:
        target = quantity_text(point.target) if point.target is not None else _("sin meta")
        if point.value is not None:
            value = quantity_text(point.value)
        else:
            value = _("por venir") if point.ahead else point.sign or _("sin resultado")
        return _("%(period)s: meta %(target)s, resultado %(value)s") % {
            "period": point.period,
            "target": target,
            "value": value,
        }

    return "; ".join(told(point) for point in points)


def _bars(frame: Frame, points: Sequence[Point]) -> Iterator[str]:
    width = min(Decimal(30), frame.slot * Decimal("0.52"))
    for index, point in enumerate(points):
        if point.value is not None:
            y = frame.y(point.value)
            # A recorded 0 is a value: it stays visible as a hairline.
            height = max(frame.base - y, Decimal("1.5"))
            yield rect((frame.x(index) - width / 2, frame.base - height, width, height), "value", BRAND, radius=2)


def _polyline(frame: Frame, points: Sequence[Point]) -> Iterator[str]:
    for run in runs([point.value for point in points]):
        if len(run) > 1:
            path = " ".join(f"{at(frame.x(index))},{at(frame.y(value))}" for index, value in run)
            yield f'<polyline class="c-stroke" points="{path}" fill="none" stroke="{BRAND}" stroke-width="2"/>'
    for index, point in enumerate(points):
        if point.value is not None:
            x, y = at(frame.x(index)), at(frame.y(point.value))
            yield f'<circle class="c-value" cx="{x}" cy="{y}" r="4" fill="{BRAND}"/>'


def _targets(frame: Frame, points: Sequence[Point]) -> Iterator[str]:
    half = min(Decimal(23), frame.slot * Decimal("0.42"))
    for index, point in enumerate(points):
        if point.target is not None:
            x, y = frame.x(index), frame.y(point.target)
            # A light rim keeps the mark readable where it crosses the bar.
            yield line((x - half, y, x + half, y), "rim", "#ffffff", "4")
            yield line((x - half, y, x + half, y), "target", INK, "2")


def _labels(frame: Frame, points: Sequence[Point]) -> Iterator[str]:
    for index, point in enumerate(points):
        if point.value is None:
            if point.sign and not point.ahead:
                yield text(frame.x(index), frame.base - 6, point.sign, "soft", INK_3)
            continue
        y = frame.y(point.value)
        if point.target is not None and 0 <= y - frame.y(point.target) < 17:
            y = frame.y(point.target)
        yield text(frame.x(index), y - 7, quantity_text(point.value), "ink", INK, weight=600)
