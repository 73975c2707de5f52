"""Charts as SVG: one string for the page and for the PDF.

Every mark carries its colour as a presentation attribute, which is what a PDF shows, and a class, with which
the page's own style can override it in the dark. A chart that says something by itself has a title and a
description (`role="img"`); one that only repeats the figure beside it is hidden from assistive technology.
The same input gives the same string: ids come from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from monitoring.progress import Light, Status
from monitoring.showing import AVERAGE_PLACES, STATUS_WORDS, figure_text, quantity_text

ZERO, HUNDRED = Decimal(0), Decimal(100)
FONT = 'font-family="Inter, sans-serif"'
INK, INK_2, INK_3, LINE, WASH, BRAND = "#1b2430", "#55606e", "#687382", "#dfe3e8", "#f1f2f4", "#0b4f6c"
LIGHT_CLASS = {Light.GREEN: "good", Light.AMBER: "fair", Light.RED: "poor", Light.GREY: "none", None: "brand"}
FILL = {"good": "#2f8f62", "fair": "#cf8a1d", "poor": "#c5443a", "none": "#9aa3ae", "brand": BRAND}
MARK_INK = {"good": "#17663f", "fair": "#8a5300", "poor": "#a3261d"}
STATUS_CLASS = {
    Status.COMPUTED: ("brand", BRAND),
    Status.NOT_REPORTED: ("poor", "#c5443a"),
    Status.NOT_AVAILABLE: ("fair", "#cf8a1d"),
    Status.NOT_COMPUTABLE: ("none", "#9aa3ae"),
    Status.NOT_PROGRAMMED: ("track", LINE),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One semester of a series chart. `sign` stands for a missing value; `ahead` semesters are shaded."""

    period: str
    target: Decimal | None = None
    value: Decimal | None = None
    sign: str = ""
    ahead: bool = False


def _svg(
    width: int,
    height: int,
    css: str,
    parts: Iterable[str],
    *,
    title: str = "",
    desc: str = "",
    ident: str = "",
) -> SafeString:
    """The parts in one svg element, with title and description, or hidden where it says nothing new."""
    stretch = ' preserveAspectRatio="none"' if css == "chart--status" else ""
    head = f'<svg class="chart {css}"{stretch} viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    if not title:
        return mark_safe(f'{head} aria-hidden="true" focusable="false">{"".join(parts)}</svg>')  # noqa: S308
    if not ident:
        return mark_safe(f'{head} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>')  # noqa: S308
    ident = escape(ident)  # it may come from an indicator's code, which is anybody's text
    names = f"{ident}-t {ident}-d" if desc else f"{ident}-t"
    label = f'<title id="{ident}-t">{escape(title)}</title>'
    label += f'<desc id="{ident}-d">{escape(desc)}</desc>' if desc else ""
    return mark_safe(f'{head} role="img" aria-labelledby="{names}">{label}{"".join(parts)}</svg>')  # noqa: S308


def _n(value: Decimal | int) -> str:
    """A coordinate with one decimal at most: short, and the same on every machine."""
    rounded = Decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{rounded.normalize():f}"


Box = tuple[Decimal, Decimal, Decimal, Decimal]  # x, y, width, height; or, for a line, its two ends


def _rect(box: Box, css: str, fill: str, radius: int = 0) -> str:
    x, y, width, height = box
    corner = f' rx="{radius}"' if radius else ""
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    return f'<rect class="c-{css}" {place}{corner} fill="{fill}"/>'


def _text(
    x: Decimal,
    y: Decimal,
    text: str,
    css: str,
    fill: str,
    *,
    size: int = 12,
    anchor: str = "middle",
    weight: int = 400,
) -> str:
    return (
        f'<text class="c-{css}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" {FONT} font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{escape(text)}</text>'
    )


def _line(ends: Box, css: str, stroke: str, width: str = "1") -> str:
    x1, y1, x2, y2 = ends
    return (
        f'<line class="c-{css}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'stroke="{stroke}" stroke-width="{width}"/>'
    )


# --- Target and value over time -----------------------------------------------------------------------------


def _step(top: Decimal) -> Decimal:
    """A round distance between grid lines, so that three to five of them reach `top`."""
    if top <= 0:
        return Decimal(1)
    magnitude = Decimal(10) ** (top / 4).log10().to_integral_value(rounding=ROUND_FLOOR)
    return next(
        m * magnitude
        for m in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if m * magnitude * 4 >= top
    )


@dataclass(frozen=True, slots=True)
class _Frame:
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
    step = _step(max(known, default=Decimal(1)))
    lines = max(1, int((max(known, default=Decimal(1)) / step).to_integral_value(rounding=ROUND_CEILING)))
    frame = _Frame(width, height, step * lines, max(1, len(points)))
    parts = [*_grid(frame, step, lines), *_axis(frame, points)]
    parts += _bars(frame, points) if kind == "bars" else _polyline(frame, points)
    parts += _targets(frame, points)
    parts += _labels(frame, points)
    return _svg(width, height, "chart--series", parts, title=title, desc=_described(points), ident=ident)


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


def _grid(frame: _Frame, step: Decimal, lines: int) -> Iterator[str]:
    right = Decimal(frame.width - 6)
    for index in range(lines + 1):
        y = frame.y(step * index)
        css, colour = ("axis", INK_3) if index == 0 else ("grid", LINE)
        yield _line((frame.left, y, right, y), css, colour)
        yield _text(frame.left - 7, y + 4, quantity_text(step * index), "soft", INK_3, size=11, anchor="end")


def _axis(frame: _Frame, points: Sequence[Point]) -> Iterator[str]:
    every = 1 if frame.slot >= 44 else 2
    for index, point in enumerate(points):
        if point.ahead:
            x = frame.x(index) - frame.slot / 2
            yield _rect((x, frame.upper - 8, frame.slot, frame.base - frame.upper + 8), "ahead", WASH)
        if index % every == 0:
            yield _text(frame.x(index), Decimal(frame.height - 8), point.period, "soft", INK_2)


def _bars(frame: _Frame, points: Sequence[Point]) -> Iterator[str]:
    width = min(Decimal(30), frame.slot * Decimal("0.52"))
    for index, point in enumerate(points):
        if point.value is not None:
            y = frame.y(point.value)
            # A recorded 0 is a value: it stays visible as a hairline.
            height = max(frame.base - y, Decimal("1.5"))
            yield _rect((frame.x(index) - width / 2, frame.base - height, width, height), "value", BRAND, radius=2)


def _polyline(frame: _Frame, points: Sequence[Point]) -> Iterator[str]:
    for run in _runs([point.value for point in points]):
        if len(run) > 1:
            path = " ".join(f"{_n(frame.x(index))},{_n(frame.y(value))}" for index, value in run)
            yield f'<polyline class="c-stroke" points="{path}" fill="none" stroke="{BRAND}" stroke-width="2"/>'
    for index, point in enumerate(points):
        if point.value is not None:
            x, y = _n(frame.x(index)), _n(frame.y(point.value))
            yield f'<circle class="c-value" cx="{x}" cy="{y}" r="4" fill="{BRAND}"/>'


def _runs(values: Sequence[Decimal | None]) -> Iterator[list[tuple[int, Decimal]]]:
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


def _targets(frame: _Frame, points: Sequence[Point]) -> Iterator[str]:
    half = min(Decimal(23), frame.slot * Decimal("0.42"))
    for index, point in enumerate(points):
        if point.target is not None:
            x, y = frame.x(index), frame.y(point.target)
            # A light rim keeps the mark readable where it crosses the bar.
            yield _line((x - half, y, x + half, y), "rim", "#ffffff", "4")
            yield _line((x - half, y, x + half, y), "target", INK, "2")


def _labels(frame: _Frame, points: Sequence[Point]) -> Iterator[str]:
    for index, point in enumerate(points):
        if point.value is None:
            if point.sign and not point.ahead:
                yield _text(frame.x(index), frame.base - 6, point.sign, "soft", INK_3)
            continue
        y = frame.y(point.value)
        if point.target is not None and 0 <= y - frame.y(point.target) < 17:
            y = frame.y(point.target)
        yield _text(frame.x(index), y - 7, quantity_text(point.value), "ink", INK, weight=600)


# --- Small marks beside a figure ----------------------------------------------------------------------------

_SHAPES = {
    Light.GREEN: '<path d="M1 5.4 3.8 8.2 9 2" fill="none" stroke="{ink}" class="c-ink-stroke" '
    'stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/>',
    Light.AMBER: '<path d="M5 1.2 9.4 8.8H.6Z" fill="{ink}" class="c-ink-fill"/>',
    Light.RED: '<path d="M5 8.8 .6 1.2h8.8Z" fill="{ink}" class="c-ink-fill"/>',
}
_OVER = (
    '<path d="M1.5 5 5 1.5 8.5 5M1.5 9 5 5.5 8.5 9" fill="none" stroke="#3f3a9c" class="c-over" stroke-width="1.7"/>'
)


def light_mark(light: Light | None) -> SafeString:
    """The shape of a light: tick, triangle up, triangle down; nothing for grey. Words stand beside it."""
    if light not in _SHAPES:
        return SafeString("")
    name = LIGHT_CLASS[light]
    return _svg(10, 10, f"mark mark--{name}", [_SHAPES[light].format(ink=MARK_INK[name])])


def over_mark() -> SafeString:
    """The mark of a figure above 120 %, for the reviewer: a double chevron. Words stand beside it."""
    return _svg(10, 10, "mark mark--over", [_OVER])


def progress_bar(
    figure: Decimal | None, light: Light | None = None, mark: int = 100, *, width: int = 160, label: str = ""
) -> SafeString:
    """A percentage as a bar from 0 to 120, with a mark at the goal. Without `label` it is decoration."""
    top = Decimal(mark) * Decimal("1.2")
    shown = min(max(figure, ZERO), top) if figure is not None else None
    name = LIGHT_CLASS[light]
    parts = [_rect((ZERO, Decimal(2), Decimal(width), Decimal(8)), "track", "#e9ecef", radius=2)]
    if shown is not None:
        parts.append(
            _rect((ZERO, Decimal(2), max(Decimal(width) * shown / top, Decimal(1)), Decimal(8)), name, FILL[name], 2)
        )
    goal = Decimal(width) * mark / top
    parts.append(_line((goal, ZERO, goal, Decimal(12)), "mark", INK, "1.5"))
    return _svg(width, 12, "chart--bar", parts, title=label)


def sparkline(values: Sequence[Decimal | None], *, width: int = 76, height: int = 24) -> SafeString:
    """Progress over the semesters, 40 to 100 %, a hairline at 100; missing ones leave a gap. Decoration."""
    floor, top, pad = Decimal(40), HUNDRED, Decimal(3)
    room = (Decimal(width) - 2 * pad) / max(1, len(values) - 1)

    def place(index: int, value: Decimal) -> tuple[str, str]:
        share = (min(max(value, floor), top) - floor) / (top - floor)
        return _n(pad + room * index), _n(Decimal(height) - pad - (Decimal(height) - 2 * pad) * share)

    goal = Decimal(place(0, HUNDRED)[1])
    parts = [_line((ZERO, goal, Decimal(width), goal), "grid", LINE)]
    last: tuple[str, str] | None = None
    for run in _runs(values):
        spots = [place(index, value) for index, value in run]
        last = spots[-1]
        if len(spots) > 1:
            path = " ".join(f"{x},{y}" for x, y in spots)
            parts.append(
                f'<polyline class="c-thread" points="{path}" fill="none" stroke="{INK_3}" stroke-width="1.5" '
                'stroke-linejoin="round" stroke-linecap="round"/>'
            )
        else:
            parts.append(f'<circle class="c-lone" cx="{last[0]}" cy="{last[1]}" r="1.5" fill="{INK_3}"/>')
    if last:
        parts.append(f'<circle class="c-value" cx="{last[0]}" cy="{last[1]}" r="2.4" fill="{BRAND}"/>')
    return _svg(width, height, "chart--spark", parts)


def status_bar(counts: Mapping[Status, int], *, width: int = 240) -> SafeString:
    """The indicators under a node by status, as one stacked bar."""
    total = sum(counts.values())
    if not total:
        return SafeString("")
    parts, x = [], ZERO
    for status, (name, fill) in STATUS_CLASS.items():
        if not counts.get(status):
            continue
        share = Decimal(width) * counts[status] / total
        parts.append(_rect((x, ZERO, max(share - 1, Decimal(1)), Decimal(8)), name, fill))
        x += share
    told = ", ".join(f"{STATUS_WORDS[status]}: {counts[status]}" for status in STATUS_CLASS if counts.get(status))
    return _svg(width, 8, "chart--status", parts, title=_("Indicadores por estado: %s") % told)


# --- Several nodes over time --------------------------------------------------------------------------------

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
    frame = _Frame(width - 58, height, max(HUNDRED, *known, ZERO), max(1, len(periods)), upper=Decimal(12))
    parts = [*_grid(frame, Decimal(25), int(frame.top / 25)), *_axis(frame, [Point(period) for period in periods])]
    names = []
    for index, (name, values) in enumerate(lines):
        ink, spot = _SPOTS[index % len(_SPOTS)]
        spots = [(i, max(ZERO, value)) for i, value in enumerate(values) if value is not None]
        for run in _runs([None if value is None else max(ZERO, value) for value in values]):
            path = " ".join(f"{_n(frame.x(i))},{_n(frame.y(value))}" for i, value in run)
            css = f"c-line-{index % len(_SPOTS)}"
            parts.append(f'<polyline class="{css}" points="{path}" fill="none" stroke="{ink}" stroke-width="1.8"/>')
        parts += [spot.format(x=_n(frame.x(i)), y=_n(frame.y(value)), ink=ink) for i, value in spots]
        if spots:
            names.append((frame.y(spots[-1][1]), frame.x(spots[-1][0]), name, ink))
    parts += _end_names(names)
    told = (
        f"{name}: " + ", ".join(f"{p} {_percent(v)}" for p, v in zip(periods, values, strict=True))
        for name, values in lines
    )
    return _svg(width, height, "chart--lines", parts, title=title, desc="; ".join(told), ident=ident)


def _percent(value: Decimal | None) -> str:
    return _("sin cifra") if value is None else f"{figure_text(value, AVERAGE_PLACES)} %"


def _end_names(names: Iterable[tuple[Decimal, Decimal, str, str]]) -> Iterator[str]:
    """The names of lines beside their last marks, moved apart where they would overlap."""
    free = ZERO
    for y, x, name, ink in sorted(names):
        free = max(y + 4, free)
        yield _text(x + 10, free, name, "ink", ink, anchor="start", weight=600)
        free += 14
