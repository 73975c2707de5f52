"""People by sex as bars, and by district as a map of equal tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.attentions import NOT_BROKEN_DOWN, Tally
from monitoring.charts.drawing import BRAND, INK, INK_2, ZERO, rect, svg, text
from monitoring.showing import quantity_text

# In which order a bar is filled, and with what. The numbers stand beside it: it is decoration.
SEX_FILLS = {
    "woman": BRAND,
    "man": "#7fb0c4",
    "other": "#3f3a9c",
    "not_informed": "#9aa3ae",
    NOT_BROKEN_DOWN: "#dfe3e8",
}
TILE_WIDTH, TILE_HEIGHT, GAP = 72, 46, 3
# From nobody to most; ink on the light ones, paper on the dark ones.
STEPS = ("#f1f2f4", "#d5e3ea", "#a9c7d4", "#487b91", "#0b4f6c")
LAST_LIGHT = 2


def people_bar(tally: Tally, top: Decimal, sex: str = "", *, width: int = 200) -> SafeString:
    """How many of each sex, one after the other, on a line that is `top` people long; of one sex where it is named."""
    parts, x = [], ZERO
    for name, fill in SEX_FILLS.items():
        count = tally.not_broken_down if name == NOT_BROKEN_DOWN else tally.of(name)
        if not top or not count or sex not in ("", name):
            continue
        length = Decimal(width) * count / top
        parts.append(rect((x, ZERO, length, Decimal(10)), name.replace("_", "-"), fill))
        x += length
    return svg(width, 10, "chart--people", parts)


@dataclass(frozen=True, slots=True)
class MapTile:
    """A district on the map: its place from 1, its name short and in full, and how many."""

    row: int
    column: int
    label: str
    name: str
    count: Decimal


def tile_map(tiles: Sequence[MapTile], *, title: str, ident: str) -> SafeString:
    """Equal tiles near where the districts lie, north above, each with its number; stronger where there are more."""
    top = max((tile.count for tile in tiles), default=ZERO)
    parts = []
    for tile in tiles:
        x = Decimal((tile.column - 1) * (TILE_WIDTH + GAP))
        y = Decimal((tile.row - 1) * (TILE_HEIGHT + GAP))
        step = _step(tile.count, top)
        middle = x + Decimal(TILE_WIDTH) / 2
        is_light = step <= LAST_LIGHT
        side = "light" if is_light else "dark"
        parts += [
            rect((x, y, Decimal(TILE_WIDTH), Decimal(TILE_HEIGHT)), f"tile-{step}", STEPS[step], 4),
            text(middle, y + 17, tile.label, f"tile-name-{side}", INK_2 if is_light else "#ffffff", size=10),
            text(
                middle,
                y + 36,
                quantity_text(tile.count),
                f"tile-number-{side}",
                INK if is_light else "#ffffff",
                size=15,
                weight=650,
            ),
        ]
    width = max(tile.column for tile in tiles) * (TILE_WIDTH + GAP) - GAP
    height = max(tile.row for tile in tiles) * (TILE_HEIGHT + GAP) - GAP
    told = sorted((tile for tile in tiles if tile.count), key=lambda tile: (-tile.count, tile.name))
    desc = "; ".join(f"{tile.name} {quantity_text(tile.count)}" for tile in told) or _("Ninguna en ningún distrito.")
    return svg(width, height, "chart--tiles", parts, title=title, desc=desc, ident=ident)


def _step(count: Decimal, top: Decimal) -> int:
    """Which of the shades: none for nobody, then quarters of the largest."""
    if not count:
        return 0
    return int((count * (len(STEPS) - 1) / top).to_integral_value(rounding=ROUND_CEILING))
