"""Small marks that stand beside a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.charts.drawing import (
    BRAND,
    HUNDRED,
    INK,
    INK_3,
    LINE,
    ZERO,
    at,
    line,
    rect,
    svg,
)
from monitoring.charts.frame import runs
from monitoring.progress import Light, Status
from monitoring.showing import STATUS_WORDS

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
    return svg(10, 10, f"mark mark--{name}", [_SHAPES[light].format(ink=MARK_INK[name])])


def over_mark() -> SafeString:
    """The mark of a figure above 120 %, for the reviewer: a double chevron. Words stand beside it."""
    return svg(10, 10, "mark mark--over", [_OVER])


def progress_bar(
    figure: Decimal | None, light: Light | None = None, mark: int = 100, *, width: int = 160, label: str = ""
) -> SafeString:
    """A percentage as a bar from 0 to 120, with a mark at the goal. Without `label` it is decoration."""
    top = Decimal(mark) * Decimal("1.2")
    shown = min(max(figure, ZERO), top) if figure is not None else None
    name = LIGHT_CLASS[light]
    parts = [rect((ZERO, Decimal(2), Decimal(width), Decimal(8)), "track", "#e9ecef", radius=2)]
    if shown is not None:
        parts.append(
            rect((ZERO, Decimal(2), max(Decimal(width) * shown / top, Decimal(1)), Decimal(8)), name, FILL[name], 2)
        )
    goal = Decimal(width) * mark / top
    parts.append(line((goal, ZERO, goal, Decimal(12)), "mark", INK, "1.5"))
    return svg(width, 12, "chart--bar", parts, title=label)


def sparkline(values: Sequence[Decimal | None], *, width: int = 76, height: int = 24) -> SafeString:
    """Progress over the semesters, 40 to 100 %, a hairline at 100; missing ones leave a gap. Decoration."""
    floor, top, pad = Decimal(40), HUNDRED, Decimal(3)
    room = (Decimal(width) - 2 * pad) / max(1, len(values) - 1)

    def place(index: int, value: Decimal) -> tuple[str, str]:
        share = (min(max(value, floor), top) - floor) / (top - floor)
        return at(pad + room * index), at(Decimal(height) - pad - (Decimal(height) - 2 * pad) * share)

    goal = Decimal(place(0, HUNDRED)[1])
    parts = [line((ZERO, goal, Decimal(width), goal), "grid", LINE)]
    last: tuple[str, str] | None = None
    for run in runs(values):
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
    return svg(width, height, "chart--spark", parts)


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
        parts.append(rect((x, ZERO, max(share - 1, Decimal(1)), Decimal(8)), name, fill))
        x += share
    told = ", ".join(f"{STATUS_WORDS[status]}: {counts[status]}" for status in STATUS_CLASS if counts.get(status))
    return svg(width, 8, "chart--status", parts, title=_("Indicadores por estado: %s") % told)
