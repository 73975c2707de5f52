"""The piece of a text where something was found, with what was found marked. Escaped first, marked then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from institution.folding import fold

LENGTH = 220
BEFORE = 60


def marked(text: str, terms: Iterable[str]) -> SafeString:
    """The whole text, every place where a term stands in `<mark>`."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text, list(_spans(text, terms)))))


def excerpt(text: str, terms: Iterable[str]) -> SafeString:
    """Some 220 letters of the text around the first place where a term stands, cut between words."""
    text = " ".join(text.split())
    terms = tuple(terms)
    first = next(_spans(text, terms), (0, 0))[0]
    start = _cut(text, first - BEFORE) if first > BEFORE else 0
    end = len(text) if len(text) - start <= LENGTH else max(text.rfind(" ", start, start + LENGTH), start + BEFORE)
    return format_html("{}{}{}", "… " if start else "", marked(text[start:end], terms), " …" if end < len(text) else "")


def counts(text: str, terms: Iterable[str]) -> int:
    """How many of the terms stand in the text."""
    plain = fold(text)
    return sum(term in plain for term in terms)


def _cut(text: str, at: int) -> int:
    """The beginning of the first word at or after the place; the place itself inside a word that never ends."""
    blank = text.find(" ", at, at + BEFORE)
    return at if blank < 0 else blank + 1


def _spans(text: str, terms: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the terms stand, in order; places that touch or overlap are one."""
    plain = fold(text)
    places = sorted((at, at + len(term)) for term in terms for at in _places(plain, term))
    if not places:
        return
    start, end = places[0]
    for at, until in places[1:]:
        if at > end:
            yield start, end
            start, end = at, until
        end = max(end, until)
    yield start, end


def _places(plain: str, term: str) -> Iterator[int]:
    at = plain.find(term)
    while at >= 0:
        yield at
        at = plain.find(term, at + len(term))


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str | SafeString]:
    done = 0
    for start, end in spans:
        yield text[done:start]
        yield format_html("<mark>{}</mark>", text[start:end])
        done = end
    yield text[done:]
