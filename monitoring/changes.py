"""How a change is told: which field, what it said, what it says now; on an indicator's page and in the log alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring.showing import MISSING, quantity_text
from plans.models import TargetRevision


@dataclass(frozen=True)
class Difference:
    """One field that says something else than before."""

    label: str
    old: str
    new: str


def differences(before: Model, after: Model, names: Iterable[str]) -> list[Difference]:
    """The fields that differ between two states of a row. Relations among them have to be loaded."""
    texts = ((name, text_of(before, name), text_of(after, name)) for name in names)
    return [Difference(label_of(after, name), old, new) for name, old, new in texts if old != new]


def label_of(row: Model, name: str) -> str:
    """A field's name as the pages write it; a relation without one of its own is called after what it leads to."""
    field: Field = row._meta.get_field(name)
    label = str(field.verbose_name)
    if isinstance(field, ForeignKey) and label == name.replace("_", " "):
        label = str(field.related_model._meta.verbose_name)
    return label[:1].upper() + label[1:]


def text_of(row: Model, name: str) -> str:
    """A field as a page shows it: choices by their name, quantities as quantities; what is missing as such."""
    value: Any = getattr(row, name)
    if value is None:
        return _("ND") if name == "baseline" else MISSING
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, Decimal):
        return quantity_text(value)
    if isinstance(value, dt.date):
        return date_format(value)
    return str(getattr(row, f"get_{name}_display", lambda: value)()) or MISSING


def value_text(row: Any) -> str:
    """The value of a result, or of an earlier state of it."""
    if row.numerator is not None or row.denominator is not None:
        return f"{quantity_text(row.numerator)} / {quantity_text(row.denominator)}"
    return _("ND") if row.not_available_reason else quantity_text(row.value)


def of_target(period: str, old: Decimal | None, new: Decimal | None) -> Difference:
    return Difference(_("Meta de %s") % period, quantity_text(old), quantity_text(new))


def why_of(revision: TargetRevision) -> str:
    """Why a target was reprogrammed, and by which document."""
    document = f"{revision.document_kind} {revision.document_number}"
    return ". ".join(filter(None, [revision.get_reason_display(), revision.explanation.rstrip("."), document]))
