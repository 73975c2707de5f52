"""What changed about an indicator since it was written: its targets, its results, its definition; newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.changes import Difference, differences, of_target, value_text, why_of
from monitoring.models import Result
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

    @classmethod
    def of(cls, on: dt.date, difference: Difference, *, what: str = "", why: str = "", who: str = "") -> Change:
        return cls(on, what or difference.label, difference.old, difference.new, why, who)


def changes_of(indicator: Indicator, revisions: Iterable[TargetRevision], results: list[Result]) -> list[Change]:
    """Every change that a reader may ask about. Two queries."""
    found = [_of_target(revision) for revision in revisions]
    found += _of_results(indicator, results)
    found += _of_sheet(indicator)
    return sorted(found, key=lambda change: change.on, reverse=True)


def _of_target(revision: TargetRevision) -> Change:
    told = of_target(revision.period, revision.old_value, revision.new_value)
    return Change.of(revision.entered_on, told, why=why_of(revision), who=str(revision.entered_by))


def _of_results(indicator: Indicator, results: list[Result]) -> list[Change]:
    """Corrections of values that count: the earlier value stays readable."""
    periods = {result.pk: result.period.code for result in results}
    rows = Result.history.filter(id__in=list(periods)).select_related("history_user").order_by("id", "history_date")
    found = []
    for before, after in pairwise(rows):
        old, new = value_text(before), value_text(after)
        if before.id == after.id and old != new:
            told = Difference(_("Resultado de %s") % periods[after.id], old, new)
            found.append(Change.of(_day(after), told, who=str(after.history_user or "")))
    return found


def _of_sheet(indicator: Indicator) -> list[Change]:
    rows = indicator.history.select_related("history_user").order_by("history_date")
    return [
        Change.of(_day(after), told, what=_("Ficha: %s") % told.label, who=str(after.history_user or ""))
        for before, after in pairwise(rows)
        for told in differences(before, after, SHEET)
    ]


def _day(row) -> dt.date:
    return timezone.localtime(row.history_date).date()
