"""What changed about an indicator since it was written: its targets, its results, its definition; newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.models import Result
from monitoring.showing import quantity_text
from plans.models import Indicator, TargetRevision

SHEET = (
    "name",
    "unit_of_measure",
    "accumulation",
    "direction",
    "formula",
    "baseline",
    "method",
    "what_counts",
    "what_does_not",
    "source",
)


@dataclass(frozen=True)
class Change:
    on: dt.date
    what: str
    old: str
    new: str
    why: str = ""
    who: str = ""


def changes_of(indicator: Indicator, revisions: Iterable[TargetRevision], results: list[Result]) -> list[Change]:
    """Every change that a reader may ask about. Two queries."""
    found = [_of_target(revision) for revision in revisions]
    found += _of_results(indicator, results)
    found += _of_sheet(indicator)
    return sorted(found, key=lambda change: change.on, reverse=True)


def _of_target(revision: TargetRevision) -> Change:
    document = f"{revision.document_kind} {revision.document_number}"
    why = ". ".join(filter(None, [revision.get_reason_display(), revision.explanation.rstrip("."), document]))
    return Change(
        revision.entered_on,
        _("Meta de %s") % revision.period,
        quantity_text(revision.old_value),
        quantity_text(revision.new_value),
        why,
        str(revision.entered_by),
    )


def _of_results(indicator: Indicator, results: list[Result]) -> list[Change]:
    """Corrections of values that count: the earlier value stays readable."""
    periods = {result.pk: result.period.code for result in results}
    rows = Result.history.filter(id__in=list(periods)).select_related("history_user").order_by("id", "history_date")
    found = []
    for before, after in pairwise(rows):
        old, new = _value_text(before), _value_text(after)
        if before.id == after.id and old != new:
            when = timezone.localtime(after.history_date).date()
            what = _("Resultado de %s") % periods[after.id]
            found.append(Change(when, what, old, new, "", str(after.history_user or "")))
    return found


def _value_text(row) -> str:
    if row.numerator is not None or row.denominator is not None:
        return f"{quantity_text(row.numerator)} / {quantity_text(row.denominator)}"
    return _("ND") if row.not_available_reason else quantity_text(row.value)


def _of_sheet(indicator: Indicator) -> list[Change]:
    rows = indicator.history.select_related("history_user").order_by("history_date")
    found = []
    for before, after in pairwise(rows):
        when = timezone.localtime(after.history_date).date()
        for name in SHEET:
            old, new = _sheet_text(before, name), _sheet_text(after, name)
            if old != new:
                label = str(Indicator._meta.get_field(name).verbose_name)
                found.append(Change(when, _("Ficha: %s") % label, old, new, "", str(after.history_user or "")))
    return found


def _sheet_text(row, name: str) -> str:
    """A field of the sheet as the page shows it: choices by their name, quantities as quantities."""
    value = getattr(row, name)
    if value is None:
        return _("ND")
    if isinstance(value, Decimal):
        return quantity_text(value)
    return str(getattr(row, f"get_{name}_display", lambda: value)())
