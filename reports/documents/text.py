"""The written sections of an evaluation as paragraphs and lists: all that a plain text box can say."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.frozen import JSON
from monitoring.models import EvaluationSection


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one line) or a list (its items)."""

    lines: tuple[str, ...]
    is_list: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the evaluation's text; `empty` says in its place that there was none."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    empty: str


BULLETS = ("- ", "• ", "* ")


def blocks_of(text: str) -> tuple[Block, ...]:
    """Paragraphs are parted by an empty line; lines that begin with a hyphen make a list."""
    blocks: list[Block] = []
    for line in [*(line.strip() for line in text.splitlines()), ""]:
        if not line:
            blocks.append(Block(()))
            continue
        is_list = line.startswith(BULLETS)
        item = line[2:].strip() if is_list else line
        if blocks and blocks[-1].lines and blocks[-1].is_list == is_list:
            blocks[-1] = Block((*blocks[-1].lines, item), is_list)
        else:
            blocks.append(Block((item,), is_list))
    return tuple(block for block in blocks if block.lines)


def sections_of(record: JSON) -> dict[str, Section]:
    """Every section of the text by its kind, those that nobody wrote too."""
    draft = record["evaluation"]["closed_on"] is None
    empty = _("Sección por escribir.") if draft else _("Sección sin texto al cierre.")
    return {
        kind.value: Section(kind.value, str(kind.label), blocks_of(record["sections"].get(kind.value, "")), empty)
        for kind in EvaluationSection.Kind
    }
