"""The picture that stands beside a shared address: the same bytes for the same words.

1200 x 630, the size that social networks and messengers ask for. Letters are those of the design where the machine
has them (Inter comes with the packages that print documents), else the one that Pillow carries.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from monitoring.progress import Light

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
FONTS = Path("/usr/share/fonts/opentype/inter")
INK, SOFT, BRAND, PAPER, LINE = "#1b2430", "#4f5a68", "#0b4f6c", "#ffffff", "#dfe3e8"
# Text and wash of each light, as in static/css/tokens.css.
LIGHTS = {
    Light.GREEN: ("#17663f", "#e4f3ea"),
    Light.AMBER: ("#8a5300", "#fdf1d8"),
    Light.RED: ("#a3261d", "#fce8e6"),
    Light.GREY: ("#5b6470", "#f1f2f4"),
}
NAME_LINES, CAPTION_LINES = 3, 2


@dataclass(frozen=True, slots=True)
class Preview:
    """`figure`: `83.7 %` or a sign; `word`: the light in words; `caption`: what the figure is of."""

    place: str
    name: str
    figure: str
    caption: str
    light: Light | None = None
    word: str = ""
    foot: str = ""


@lru_cache(maxsize=32)
def draw_preview(preview: Preview) -> bytes:
    """The preview as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 16, HEIGHT), fill=BRAND)
    canvas.text((MARGIN, 60), preview.place, font=_font(30, bold=True), fill=BRAND)
    y = 122
    for line in _wrapped(preview.name, _font(44, bold=True), WIDTH - 2 * MARGIN, NAME_LINES):
        canvas.text((MARGIN, y), line, font=_font(44, bold=True), fill=INK)
        y += 56
    _figure(canvas, preview)
    canvas.line((MARGIN, 556, WIDTH - MARGIN, 556), fill=LINE, width=2)
    canvas.text((MARGIN, 572), preview.foot, font=_font(24), fill=SOFT)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _figure(canvas: ImageDraw.ImageDraw, preview: Preview) -> None:
    """The figure, its light as colour, shape and word, and what it is of."""
    big = _font(132, bold=True)
    canvas.text((MARGIN, 330), preview.figure, font=big, fill=INK)
    x = MARGIN + int(canvas.textlength(preview.figure, font=big)) + 48
    y = 352
    if preview.light is not None and preview.word:
        _pill(canvas, (x, y), preview.light, preview.word)
        y += 68
    small = _font(30)
    for line in _wrapped(preview.caption, small, WIDTH - MARGIN - x, CAPTION_LINES):
        canvas.text((x, y), line, font=small, fill=SOFT)
        y += 40


def _pill(canvas: ImageDraw.ImageDraw, at: tuple[int, int], light: Light, word: str) -> None:
    (x, y), (ink, wash), font = at, LIGHTS[light], _font(30, bold=True)
    width = int(canvas.textlength(word, font=font)) + 82
    canvas.rounded_rectangle((x, y, x + width, y + 54), radius=12, fill=wash)
    left, middle = x + 20, y + 27
    if light == Light.GREEN:
        canvas.line([(left, middle), (left + 9, middle + 10), (left + 26, middle - 12)], fill=ink, width=6)
    elif light == Light.AMBER:
        canvas.polygon([(left, middle + 12), (left + 13, middle - 12), (left + 26, middle + 12)], fill=ink)
    elif light == Light.RED:
        canvas.polygon([(left, middle - 12), (left + 26, middle - 12), (left + 13, middle + 12)], fill=ink)
    else:
        canvas.ellipse((left + 3, middle - 10, left + 23, middle + 10), outline=ink, width=4)
    canvas.text((x + 60, middle), word, font=font, fill=ink, anchor="lm")


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """The text in lines no wider than that; what is more than `most` lines ends in dots."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            while lines[-1] and font.getlength(f"{lines[-1]} …") > width:
                lines[-1] = lines[-1].rpartition(" ")[0]
            lines[-1] += " …"
            break
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=16)
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    file = FONTS / ("Inter-SemiBold.otf" if bold else "Inter-Regular.otf")
    if file.is_file():
        return ImageFont.truetype(str(file), size)
    return ImageFont.load_default(size)
