"""What is typed into a report, on a page or in a workbook, written field by field (rules, section 9).

Two people at work on the same indicator never overwrite each other silently: each field is written only if it still
says what its author saw. What somebody else has changed meanwhile is given back beside what was typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Unit, User
from monitoring import workflow
from monitoring.entries import NUMBERS, Typed, entry_of, is_cell
from monitoring.models import Breakdown, Result, Submission
from monitoring.workflow import Memo
from plans.models import Indicator


class RecordingRefused(Exception):
    """Nothing may be typed into the report now; the message says why, in the words of the user."""


class NotWhole(Exception):
    """Something of what was to be written together could not be; nothing of it was. `refused`: by indicator."""

    def __init__(self, refused: Mapping[int, Recorded]) -> None:
        super().__init__(_("Algo cambió mientras tanto o no se pudo guardar; no se cambió nada."))
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Typing:
    """What was typed for one indicator, and what stood there when its author began to type."""

    indicator: Indicator
    typed: Typed
    seen: Typed


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that somebody else changed since its author began to type. Nothing of it was written."""

    key: str
    typed: str
    theirs: str
    by: User
    at: dt.datetime


@dataclass(frozen=True)
class Recorded:
    """What came of writing. `entry` is what is recorded now; `problems` by key, what the whole does not allow."""

    result: Result | None
    entry: dict[str, str]
    written: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


def held_for(submission: Submission, by: User, *, on: dt.date | None = None) -> Submission:
    """The submission, held until the end of the transaction. Raises RecordingRefused when nothing may be typed."""
    # Not the semester: all units' typing would queue on its row.
    held = Submission.objects.select_for_update(of=("self",))
    submission = held.select_related("unit", "period__plan").get(pk=submission.pk)
    if reason := workflow.why_locked(submission, by, on=on):
        raise RecordingRefused(reason)
    return submission


def result_of(*, submission: Submission, indicator: Indicator, by: User, at: dt.datetime | None = None) -> Result:
    """The result that the report has for the indicator, begun now if there is none. The submission is held.

    Raises RecordingRefused when another unit answers for the indicator by now.
    """
    made = {"period": submission.period, "entered_by": by, "entered_at": at or clock.now()}
    result = Result.objects.filter(submission=submission, indicator=indicator).first()
    if result is None:
        Unit.objects.held(submission.unit_id)
        if not indicator.responsibilities.at(submission.period.code).filter(unit=submission.unit_id).exists():
            reason = _("La unidad ya no responde por %(indicator)s en %(period)s.")
            raise RecordingRefused(reason % {"indicator": indicator.code, "period": submission.period.code})
        result = Result(submission=submission, indicator=indicator, **made)
        save(result)
    submission.contributors.add(by)
    return result


def touched(*, result: Result, by: User) -> None:
    """Says that something beside the result's own fields changed, so that whoever has it open looks again."""
    Result.objects.filter(pk=result.pk).update(revision=F("revision") + 1)
    result.submission.contributors.add(by)


@transaction.atomic
def record_memo(*, submission: Submission, memo: Memo, seen: Memo, by: User, on: dt.date | None = None) -> Memo | None:
    """Notes the document with which the report is sent. Returns what somebody else noted meanwhile, and writes nothing.

    Raises RecordingRefused when nothing may be typed into the report.
    """
    submission = held_for(submission, by, on=on)
    now = Memo(submission.memo_number, submission.memo_date)
    if memo in (seen, now):
        return None
    if now != seen:
        return now
    submission.memo_number, submission.memo_date = memo.number, memo.day
    submission.save(update_fields=["memo_number", "memo_date"])
    submission.contributors.add(by)
    return None


def save(result: Result) -> None:
    """Before the first submission a report is a draft and leaves no history; afterwards every change does."""
    if result.submission.submitted_on is None:
        result.skip_history_when_saving = True
    result.save()


@transaction.atomic
def record(
    *,
    submission: Submission,
    indicator: Indicator,
    typed: Typed,
    seen: Typed,
    by: User,
    on: dt.date | None = None,
) -> Recorded:
    """Writes the fields of `typed` that differ from `seen`, what stood there when their author began to type.

    Both hold canonical texts by key (`monitoring.entries`); "" empties a field. Raises RecordingRefused when nothing
    may be typed. A value beside a reason why there is none is refused as a problem of the reason.
    """
    submission = held_for(submission, by, on=on)
    current = Result.objects.filter(submission=submission, indicator=indicator).select_related("entered_by").first()
    entry = entry_of(current, current.breakdown.all() if current else ())
    changes, conflicts = merged(typed, seen, entry, current, by)
    new = {key: text for key, text in (entry | changes).items() if text}
    if new.get("not_available_reason") and any(key in new for key in NUMBERS):
        both = _("Hay un valor y también un motivo de no disponible: borre uno de los dos.")
        return Recorded(current, entry, conflicts=conflicts, problems={"not_available_reason": both})
    if not changes:
        return Recorded(current, entry, conflicts=conflicts)
    result = current or result_of(submission=submission, indicator=indicator, by=by)
    _write(result, changes, by)
    submission.contributors.add(by)
    return Recorded(result, new, tuple(changes), conflicts)


@transaction.atomic
def record_all(
    *, submission: Submission, typings: Iterable[Typing], by: User, on: dt.date | None = None
) -> list[Recorded]:
    """Writes several indicators together, by the rules of `record`: all of it, or nothing.

    Raises NotWhole when a field has changed meanwhile or is not allowed, RecordingRefused when nothing may be typed.
    """
    done = {
        each.indicator.pk: record(
            submission=submission, indicator=each.indicator, typed=each.typed, seen=each.seen, by=by, on=on
        )
        for each in typings
    }
    if refused := {pk: each for pk, each in done.items() if each.conflicts or each.problems}:
        raise NotWhole(refused)
    return list(done.values())


def merged(
    typed: Typed, seen: Typed, entry: Typed, current: Result | None, by: User | None = None
) -> tuple[dict[str, str], tuple[Conflict, ...]]:
    """What is to be written, and what somebody else has changed to something else meanwhile. Page and workbook alike.

    What `by` wrote last themselves is nobody else's: on a page the answer to it may have been lost on the way. A
    workbook names nobody, since its author may have typed on the page after downloading it.
    """
    changes: dict[str, str] = {}
    found: dict[str, tuple[int, dt.datetime]] = {}
    for key, text in typed.items():
        before, now = seen.get(key, ""), entry.get(key, "")
        if text in (before, now):
            continue
        author = author_of(current, key)
        if now != before and author is not None and (by is None or author[0] != by.pk):
            found[key] = author
        else:
            changes[key] = text
    people = User.objects.in_bulk({pk for pk, _at in found.values()}) if found else {}
    conflicts = tuple(Conflict(key, typed[key], entry.get(key, ""), people[pk], at) for key, (pk, at) in found.items())
    return changes, conflicts


def author_of(result: Result | None, key: str) -> tuple[int, dt.datetime] | None:
    """Who wrote the field last, and when: (user, moment). Written before this was noted, whoever wrote the result."""
    if result is None:
        return None
    pk, at = result.authors.get(key, (None, ""))
    return (pk, dt.datetime.fromisoformat(at)) if pk else (result.entered_by_id, result.entered_at)


def _write(result: Result, changes: Typed, by: User) -> None:
    cells = {key: text for key, text in changes.items() if is_cell(key)}
    for key, text in changes.items():
        if key not in cells:
            setattr(result, key, (Decimal(text) if text else None) if key in NUMBERS else text)
    result.entered_by, result.entered_at = by, clock.now()
    result.revision += 1
    result.authors |= {key: [by.pk, result.entered_at.isoformat()] for key in changes}
    save(result)
    present = {(cell.table, cell.category, cell.sex): cell for cell in result.breakdown.all()} if cells else {}
    for key, text in cells.items():
        place = table, category, sex = tuple(key.split(":"))
        cell = present.get(place)
        if not text:
            if cell:
                cell.delete()
        elif cell:
            cell.count = int(text)
            cell.save(update_fields=["count"])
        else:
            Breakdown.objects.create(result=result, table=table, category=category, sex=sex, count=int(text))
