"""Ink, measures and the few shapes that every chart is drawn with."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

ZERO, HUNDRED = Decimal(0), Decimal(100)
FONT = 'font-family="Inter, sans-serif"'
INK, INK_2, INK_3, LINE, WASH, BRAND = "#1b2430", "#55606e", "#687382", "#dfe3e8", "#f1f2f4", "#0b4f6c"
Box = tuple[Decimal, Decimal, Decimal, Decimal]  # x, y, width, height; or, for a line, its two ends


def svg(
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
        return mark_safe(f'{head} aria-hidden="true" focusable="false">{"".join(parts)}</svg>')  # noqa: S308  (every text in it was escaped as it was drawn)
    if not ident:
        return mark_safe(f'{head} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>')  # noqa: S308  (every text in it was escaped as it was drawn)
    ident = escape(ident)  # it may come from an indicator's code, which is anybody's text
    names = f"{ident}-t {ident}-d" if desc else f"{ident}-t"
    label = f'<title id="{ident}-t">{escape(title)}</title>'
    label += f'<desc id="{ident}-d">{escape(desc)}</desc>' if desc else ""
    return mark_safe(f'{head} role="img" aria-labelledby="{names}">{label}{"".join(parts)}</svg>')  # noqa: S308  (every text in it was escaped as it was drawn)


def at(value: Decimal | int) -> str:
    """A coordinate with one decimal at most: short, and the same on every machine."""
    rounded = Decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{rounded.normalize():f}"


def rect(box: Box, css: str, fill: str, radius: int = 0) -> str:
    x, y, width, height = box
    corner = f' rx="{radius}"' if radius else ""
    place = f'x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}"'
    return f'<rect class="c-{css}" {place}{corner} fill="{fill}"/>'


def text(
    x: Decimal,
    y: Decimal,
    words: str,
    css: str,
    fill: str,
    *,
    size: int = 12,
    anchor: str = "middle",
    weight: int = 400,
) -> str:
    return (
        f'<text class="c-{css}" x="{at(x)}" y="{at(y)}" text-anchor="{anchor}" {FONT} font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
    )


def line(ends: Box, css: str, stroke: str, width: str = "1") -> str:
    x1, y1, x2, y2 = ends
    return (
        f'<line class="c-{css}" x1="{at(x1)}" y1="{at(y1)}" x2="{at(x2)}" y2="{at(y2)}" '
        f'stroke="{stroke}" stroke-width="{width}"/>'
    )
