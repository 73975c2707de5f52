"""What may stand in the query of an address of the API: everything else is refused by name, never ignored.

One `Parameter` both refuses and documents, so that the description of the API and what it does cannot differ.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from rest_framework.request import Request

from institution.api.problems import Problem, invalid, one_of

LONGEST_QUERY = 4_000
# Of a code or an acronym.
LONGEST_TEXT = 40
MALFORMED = ("it is malformed.", "está mal escrito.")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter. It is one of `choices`, a whole number in `range`, a date, or text that fits `pattern`."""

    name: str
    description: str
    choices: tuple[str, ...] = ()
    range: tuple[int, int] | None = None
    is_date: bool = False
    pattern: str = r"[^\x00]*"
    longest: int = LONGEST_TEXT
    default: Any = None

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        found: dict[str, Any] = {"type": "string", "maxLength": self.longest, "pattern": f"^{self.pattern}$"}
        if self.choices:
            found = {"type": "string", "enum": list(self.choices)}
        elif self.range:
            found = {"type": "integer", "minimum": self.range[0], "maximum": self.range[1]}
        elif self.is_date:
            found = {"type": "string", "format": "date"}
        return found if self.default is None else {**found, "default": self.default}

    def check(self, value: str) -> None:
        """Raises Problem for a value that it cannot have."""
        if self.choices:
            if value not in self.choices:
                raise one_of(self.name, self.choices)
        elif self.range:
            least, most = self.range
            if not re.fullmatch("[0-9]{1,9}", value, re.ASCII) or not least <= int(value) <= most:
                raise invalid(
                    self.name, f"a whole number from {least} to {most}.", f"un número entero de {least} a {most}."
                )
        elif self.is_date:
            _check_date(self.name, value)
        elif len(value) > self.longest:
            raise invalid(self.name, "it is too long.", "es demasiado largo.")
        elif not re.fullmatch(self.pattern, value):
            raise invalid(self.name, *MALFORMED)


def _check_date(name: str, value: str) -> None:
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
            raise ValueError(value)
        dt.date.fromisoformat(value)
    except ValueError as error:
        raise invalid(name, "it has to be a day: YYYY-MM-DD.", "tiene que ser un día: AAAA-MM-DD.") from error


def of_filter(name: str, given: django_filters.Filter) -> Parameter:
    """The parameter that a filter of django-filter reads."""
    text = given.extra.get("help_text", "")
    match given:
        case django_filters.ChoiceFilter() | django_filters.TypedChoiceFilter():
            return Parameter(name, text, choices=tuple(str(code) for code, _label in given.extra["choices"]))
        case django_filters.NumberFilter():
            return Parameter(name, text, range=(given.extra["min_value"], given.extra["max_value"]))
        case django_filters.DateFilter():
            return Parameter(name, text, is_date=True)
    return Parameter(name, text)


def checked(request: Request, known: Iterable[Parameter]) -> Mapping[str, str]:
    """The parameters of the request, each at most once. Raises Problem for any other, and for what cannot be."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        raise Problem("query_too_long", limit=LONGEST_QUERY)
    by_name = {each.name: each for each in known}
    found = {}
    for name, values in request.query_params.lists():
        if name not in by_name:
            raise Problem("parameter_unknown", parameter=name[:40], known=", ".join(sorted(by_name)))
        if len(values) > 1:
            raise Problem("parameter_repeated", parameter=name)
        by_name[name].check(values[0])
        found[name] = values[0]
    return found
