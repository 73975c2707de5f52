"""Progress of several nodes over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.charts.drawing import (
    BRAND,
    HUNDRED,
    INK,
    INK_2,
    ZERO,
    at,
    svg,
    text,
)
from monitoring.charts.frame import Frame, Point, axis, grid, runs, steps_to
from monitoring.showing import AVERAGE_PLACES, figure_text

_SPOTS = (
    (BRAND, '<circle class="c-line-0" cx="{x}" cy="{y}" r="3.6" fill="{ink}"/>'),
    ("#2d7a99", '<path class="c-line-1" d="M{x} {y}m-4 0 4-4 4 4-4 4z" fill="{ink}"/>'),
    (INK_2, '<path class="c-line-2" d="M{x} {y}m-3.4-3.4h6.8v6.8h-6.8z" fill="{ink}"/>'),
    (INK, '<path class="c-line-3" d="M{x} {y}m-4.2 3.4 4.2-7.4 4.2 7.4z" fill="{ink}"/>'),
)


def lines_chart(
    lines: Sequence[tuple[str, Sequence[Decimal | None]]],
    periods: Sequence[str],
    *,
    title: str,
    ident: str,
    width: int = 440,
    height: int = 210,
) -> SafeString:
    """Progress in percent of several nodes (name, figure per semester), each named at its end; gaps stay gaps.

    Told apart by the shape of their marks and by their names, not by colour alone.
    """
    known = [value for _name, values in lines for value in values if value is not None]
    step, count = steps_to(max(HUNDRED, *known, ZERO))
    frame = Frame(width - 58, height, step * count, max(1, len(periods)), upper=Decimal(12))
    parts = [*grid(frame, step, count), *axis(frame, [Point(period) for period in periods])]
    names = []
    for index, (name, values) in enumerate(lines):
        ink, spot = _SPOTS[index % len(_SPOTS)]
        spots = [(i, max(ZERO, value)) for i, value in enumerate(values) if value is not None]
        for run in runs([None if value is None else max(ZERO, value) for value in values]):
            path = " ".join(f"{at(frame.x(i))},{at(frame.y(value))}" for i, value in run)
            css = f"c-line-{index % len(_SPOTS)}"
            parts.append(f'<polyline class="{css}" points="{path}" fill="none" stroke="{ink}" stroke-width="1.8"/>')
        parts += [spot.format(x=at(frame.x(i)), y=at(frame.y(value)), ink=ink) for i, value in spots]
        if spots:
            names.append((frame.y(spots[-1][1]), frame.x(spots[-1][0]), name, ink))
    parts += _end_names(names, frame.base - 2)
    told = (
        f"{name}: " + ", ".join(f"{p} {_percent(v)}" for p, v in zip(periods, values, strict=True))
        for name, values in lines
    )
    return svg(width, height, "chart--lines", parts, title=title, desc="; ".join(told), ident=ident)


def _percent(value: Decimal | None) -> str:
    return _("sin cifra") if value is None else f"{figure_text(value, AVERAGE_PLACES)} %"


def _end_names(names: Iterable[tuple[Decimal, Decimal, str, str]], lowest: Decimal) -> Iterator[str]:
    """The names of lines beside their last marks, moved apart where they would overlap, none below the axis."""
    ordered = sorted(names)
    places: list[Decimal] = []
    for y, *_rest in ordered:
        places.append(max(y + 4, places[-1] + 14 if places else ZERO))
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], lowest)
        lowest = places[index] - 14
    for place, (_y, x, name, ink) in zip(places, ordered, strict=True):
        yield text(x + 10, place, name, "ink", ink, anchor="start", weight=600)
