"""PURE. What differs between two texts, paragraph by paragraph and word by word; and how two are put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECES = re.compile(r"\s+|[^\s]+")
_PARAGRAPHS = re.compile(r"\n\s*\n")
# Of a long stretch that did not change, so many words are shown on each side of what did.
NEAR = 12


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"
    LEFT_OUT = "left_out"  # stands for words that did not change


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, line breaks included, and what became of them."""

    change: Change
    text: str


def word_changes(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts as one: what stayed, what went and what came, in reading order.

    What is not gone, put together, is the new text; what is not new, the old one. Paragraphs are matched first, so
    that a text of many pages takes no longer than its changed paragraphs.
    """
    before, after = _lines(old), _lines(new)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, came = "".join(before[a:b]), "".join(after[c:d])
        found += [Piece(Change.SAME, gone)] if tag == "equal" else _words(gone, came)
    return tuple(_joined(found))


def abridged(pieces: tuple[Piece, ...], near: int = NEAR) -> tuple[Piece, ...]:
    """The same, with long stretches that did not change cut to the words beside the changes."""
    last = len(pieces) - 1
    return tuple(part for at, piece in enumerate(pieces) for part in _cut(piece, near, at == 0, at == last))


def differ(old: str, new: str) -> bool:
    """Whether the two say something else; blanks at either end and kinds of line ends do not count."""
    return tidy(old) != tidy(new)


def tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def both(theirs: str, mine: str) -> str:
    """Their text, and after it those paragraphs of mine that it does not hold: no word of either is lost."""
    there = {" ".join(each.split()) for each in _PARAGRAPHS.split(tidy(theirs))}
    more = [each.strip() for each in _PARAGRAPHS.split(tidy(mine)) if " ".join(each.split()) not in there]
    return "\n\n".join(part for part in (tidy(theirs), *more) if part)


def count_words(text: str) -> int:
    return len(text.split())


def _lines(text: str) -> list[str]:
    return tidy(text).splitlines(keepends=True)


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(before[a:b]))
            continue
        if b > a:
            yield Piece(Change.GONE, "".join(before[a:b]))
        if d > c:
            yield Piece(Change.NEW, "".join(after[c:d]))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; a mere blank between two changes goes with them."""
    kept: list[Piece] = []
    for piece in pieces:
        if kept and kept[-1].change == piece.change:
            kept[-1] = Piece(piece.change, kept[-1].text + piece.text)
        elif piece.text:
            kept.append(piece)
    yield from kept


def _cut(piece: Piece, near: int, is_first: bool, is_last: bool) -> Iterator[Piece]:
    words = _PIECES.findall(piece.text)
    if piece.change != Change.SAME or len(words) <= 4 * near:
        yield piece
        return
    if not is_first:
        yield Piece(Change.SAME, "".join(words[: 2 * near]))
    yield Piece(Change.LEFT_OUT, "".join(words[0 if is_first else 2 * near : len(words) if is_last else -2 * near]))
    if not is_last:
        yield Piece(Change.SAME, "".join(words[-2 * near :]))
