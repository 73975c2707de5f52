"""What the shorter documents share: the head of their first page, and the data of the plan that it is made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from monitoring.frozen import JSON, decimal_from
from monitoring.showing import MISSING, quantity_text
from reports.documents.source import short_date

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a document without a cover: who made it, what it is, of what, and the facts beneath."""

    government: str
    origin: str
    kind: str
    title: str
    lead: str
    facts: Facts
    is_reference: bool
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """What the layout of every printed document asks for. `is_draft`: none of these is one."""

    head: Head
    running: str
    file_name: str
    dated: dt.date
    is_draft: bool = False

    @property
    def title(self) -> str:
        """How the document is called in lists and where it is verified: no person is named."""
        return f"{self.head.kind}. {self.head.title}"

    @property
    def is_reference(self) -> bool:
        return self.head.is_reference


def head_of(
    record: JSON,
    *,
    kind: str,
    title: str,
    lead: str = "",
    facts: Iterable[tuple[str, str]] = (),
    is_internal: bool = False,
) -> Head:
    """The head, from a record with `plan`; facts without a text are left out.

    `is_internal`: the document names officials or holds what must not be published, and says so.
    """
    plan = record["plan"]
    return Head(
        government=plan["government"],
        origin=plan["name"],
        kind=kind,
        title=title,
        lead=lead,
        facts=tuple((label, text) for label, text in facts if text),
        is_reference=plan["is_reference"],
        is_internal=is_internal,
    )


def dated(record: JSON) -> dt.date:
    return dt.date.fromisoformat(record["document"]["issued_on"])


def running_of(record: JSON, what: str) -> str:
    """The line in the foot of every page: plan, place, document."""
    return f"{record['plan']['code']} · {record['plan']['place']} · {what}"


# --- Texts of a record as they are read ------------------------------------------------------------------------


def quantity_of(text: str | None) -> str:
    """A number of the record as Peru writes it; a dash where there is none."""
    return quantity_text(decimal_from(text)) if text else MISSING


def day_of(text: str | None) -> str:
    """`13 ene. 2025`; a dash where there is none."""
    return short_date(text) if text else MISSING


def moment_of(text: str) -> str:
    """`13 ene. 2025, 10:42`, in the time of Lima."""
    return date_format(localtime(parse_datetime(text)), "DATETIME_FORMAT")


def moment_text(moment: dt.datetime) -> str:
    """A moment as a record keeps it: ISO with its offset, in the time of Lima, to the second."""
    return localtime(moment).replace(microsecond=0).isoformat()


def size_of(size: int | None) -> str:
    """`1.2 MB`, `340 kB`; empty for a link."""
    if not size:
        return ""
    if size >= 1_000_000:
        return _("%s MB") % quantity_text(round(size / 100_000) / 10)
    return _("%s kB") % quantity_text(max(1, round(size / 1000)))


def hash_lines(sha256: str) -> str:
    """The whole SHA-256 in groups of eight digits, which a line may break between."""
    return " ".join(sha256[place : place + 8] for place in range(0, len(sha256), 8))
