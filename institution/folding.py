"""What is compared when one searches: text without case or accents. The same rule twice, in Python and in SQL.

Neither engine can be asked for it alike: SQLite lowers only A to Z and knows no accents, PostgreSQL would need an
extension. Nesting a `Replace` per letter works on both, so the letters are those of Spanish and no more (SQLite's
parser stops at some thirty levels). The database keeps the folded text itself, in a generated column: it can never
be out of date, and reading it is some ten times faster than folding thousands of texts at each search.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from django.db.models import Func, GeneratedField, TextField, Value
from django.db.models.functions import Lower, Replace

LETTERS = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouun" * 2, strict=True))
TABLE = str.maketrans(LETTERS)


def fold(text: str) -> str:
    """The text as it is compared: as long as it was, so that places in one are places in the other."""
    lowered = ((letter, letter.lower()) for letter in text.translate(TABLE))
    return "".join(low if len(low) == 1 else letter for letter, low in lowered)


class Lines(Func):
    """Columns under one another. Flat, where Django's own `Concat` nests one level for each."""

    template = "(%(expressions)s)"
    arg_joiner = " || '\n' || "


def folded(*fields: str) -> Any:
    """The same of columns, none of them null. Each is a line of its own: no phrase is found across two of them."""
    return reduce(
        lambda expression, letter: Replace(expression, _text(letter), _text(LETTERS[letter])),
        LETTERS,
        Lower(Lines(*fields, output_field=TextField())),
    )


def _text(letter: str) -> Value:
    return Value(letter, output_field=TextField())


def searchable(*fields: str) -> GeneratedField:
    """The column in which a table is searched. Row histories leave it out (`excluded_fields=[SEARCHABLE]`)."""
    return GeneratedField(expression=folded(*fields), output_field=TextField(), db_persist=True)


SEARCHABLE = "searchable"
