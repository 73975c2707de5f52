"""What somebody typed into the search field: words, and phrases in quotes. All of them have to be found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from institution.folding import fold

MAX_LENGTH = 120
MAX_TERMS = 8
MIN_LETTERS = 2
TERM = re.compile(r"[\"«“]([^\"«»“”]*)[\"»”]|([^\s\"«»“”]+)")


@dataclass(frozen=True)
class Query:
    """The text as it was typed, and what is looked for: folded, each once."""

    text: str
    terms: tuple[str, ...] = ()
    is_too_long: bool = False

    @classmethod
    def of(cls, typed: str) -> Query:
        text = " ".join(typed.split())
        found = (fold(" ".join((phrase or word).split())) for phrase, word in TERM.findall(text))
        terms = tuple(dict.fromkeys(term for term in found if term))
        if len(text) > MAX_LENGTH or len(terms) > MAX_TERMS:
            return cls(text[:MAX_LENGTH], is_too_long=True)
        return cls(text, terms)

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.is_too_long

    @property
    def is_too_short(self) -> bool:
        """One letter stands in every text."""
        return bool(self.terms) and max(map(len, self.terms)) < MIN_LETTERS

    @property
    def is_asked(self) -> bool:
        """Whether there is something to look for."""
        return bool(self.terms) and not self.is_too_short
