"""What units told of their results and how targets were changed, from the record."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.frozen import JSON, decimal_from
from monitoring.showing import quantity_text
from plans.models import TargetRevision
from reports.documents.source import Source, short_date


@dataclass(frozen=True, slots=True)
class Revision:
    indicator: str
    name: str
    period: str
    old: str
    new: str
    reason: str
    explanation: str
    document: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a unit told about one result: why there is none, what hindered it, what it did."""

    period: str
    unit: str
    name: str
    lines: tuple[tuple[str, str], ...]


def revision_of(source: Source, row: JSON) -> Revision:
    def target(text: str | None) -> str:
        return _("S.P.") if text is None else quantity_text(decimal_from(text))

    return Revision(
        row["indicator"],
        source.card.indicator(row["indicator"]).name,
        row["period"],
        target(row["old"]),
        target(row["new"]),
        str(TargetRevision.Reason(row["reason"]).label),
        row["explanation"],
        f"{row['document']}, {short_date(row['document_date'])}",
    )


def remark_of(source: Source, row: JSON) -> Remark:
    told = {
        _("No disponible"): row["not_available"],
        _("Dificultad"): row["difficulties"],
        _("Medida"): row["measures"],
        _("Nota"): row["note"],
    }
    name = source.card.indicator(row["indicator"]).name
    return Remark(row["period"], row["unit"], name, tuple((label, text) for label, text in told.items() if text))
