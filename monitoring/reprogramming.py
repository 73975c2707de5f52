"""Changing targets in the open (reprogramación; rules, section 10).

The old value, the reason and the approving document stay readable in a `TargetRevision`; the target's own history
keeps the row. Figures of a closed evaluation never move: a semester that one covers waits for its superseding draft.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import User
from institution.permissions import coordinates
from monitoring.models import Evaluation
from plans.measures import Accumulation, Direction, Formula, measure_problems
from plans.models import Indicator, Plan, Target, TargetRevision
from plans.models.indicator import MEASURE_PROBLEM_TEXTS

Targets = dict[tuple[int, str], Target]


class ReprogrammingRefused(Exception):
    """The target cannot be changed; the message says why, in the words of the user."""


@dataclass(frozen=True, kw_only=True)
class Reprogramming:
    """What is asked: another target (None: nothing is programmed any more) for one semester, why, by which document.

    `seen` is the `mark_of` the target that the person had before their eyes (None: nobody says what it was).
    """

    indicator: Indicator
    period: str
    value: Decimal | None
    reason: str
    document_kind: str
    document_number: str
    document_date: dt.date
    explanation: str = ""
    seen: str | None = None


@transaction.atomic
def reprogram(
    *,
    indicator: Indicator,
    period: str,
    value: Decimal | None,
    reason: str,
    document_kind: str,
    document_number: str,
    document_date: dt.date,
    explanation: str = "",
    seen: str | None = None,
    by: User,
    on: dt.date | None = None,
) -> TargetRevision:
    """Sets the target of one semester to `value` (None: nothing is programmed any more) and records why.

    Raises ReprogrammingRefused with the reason; nothing is changed then.
    """
    asked = Reprogramming(
        indicator=indicator,
        period=period,
        value=value,
        reason=reason,
        document_kind=document_kind,
        document_number=document_number,
        document_date=document_date,
        explanation=explanation,
        seen=seen,
    )
    return reprogram_all(plan=indicator.plan, asked=[asked], by=by, on=on)[0]


@transaction.atomic
def reprogram_all(
    *, plan: Plan, asked: Sequence[Reprogramming], by: User, on: dt.date | None = None
) -> list[TargetRevision]:
    """All of them or none. Raises ReprogrammingRefused with the first reason; nothing is changed then."""
    on = on or clock.today()
    # Closing an evaluation locks the plan's row too: neither can happen in the middle of the other.
    plan = Plan.objects.held(plan.pk)
    if refused := why_not(plan, by, on):
        raise ReprogrammingRefused(refused)
    revisions = as_revisions(asked, by, on)
    for one, revision in zip(asked, revisions, strict=True):
        if one.seen is not None and one.seen != mark_of(revision.old_value):
            raise ReprogrammingRefused(
                _("La meta de %(indicator)s en %(period)s cambió desde que usted la vio. Revise y decida de nuevo.")
                % {"indicator": one.indicator.code, "period": one.period}
            )
    for _place, refused in refusals(revisions, plan):
        raise ReprogrammingRefused(refused)
    targets = _targets_of(revisions)
    for revision in revisions:
        revision.save()
        _write(revision, targets.get((revision.indicator_id, revision.period)))
    return revisions


def why_impossible(asked: Reprogramming, by: User, on: dt.date | None = None) -> str:
    """Why this one cannot be made, before anybody confirms it; empty when it can."""
    revisions = as_revisions([asked], by, on or clock.today())
    return next((refused for _place, refused in refusals(revisions, asked.indicator.plan)), "")


def as_revisions(asked: Sequence[Reprogramming], by: User, on: dt.date) -> list[TargetRevision]:
    """What would be recorded, not saved: each with the target that holds now as its old value. One query."""
    targets = _targets_of(asked)

    def revision(one: Reprogramming) -> TargetRevision:
        target = targets.get((one.indicator.pk, one.period))
        return TargetRevision(
            indicator=one.indicator,
            period=one.period,
            old_value=target and target.value,
            new_value=one.value,
            reason=one.reason,
            explanation=one.explanation.strip(),
            document_kind=one.document_kind.strip(),
            document_number=one.document_number.strip(),
            document_date=one.document_date,
            entered_by=by,
            entered_on=on,
        )

    return [revision(one) for one in asked]


def mark_of(target: Decimal | None) -> str:
    """A target as a short text, to notice that somebody changed it meanwhile."""
    return "" if target is None else f"{target.normalize():f}"


def why_not(plan: Plan, by: User, on: dt.date | None = None) -> str:
    """Why the person may not reprogram anything in this plan; empty when they may."""
    if not coordinates(by, plan.government, on):
        return _("Solo la coordinación del plan registra reprogramaciones.")
    if plan.state != Plan.State.IN_FORCE:
        state = plan.get_state_display()
        return _("Solo se reprograman las metas de un plan vigente; este está «%(state)s».") % {"state": state}
    return ""


def refusals(revisions: Sequence[TargetRevision], plan: Plan) -> Iterator[tuple[int, str]]:
    """Everything that keeps the revisions from being made together: the place of each in the list, and why.

    Two queries, however many they are.
    """
    locked = Evaluation.objects.why_each_locked(plan)
    for place, revision in enumerate(revisions):
        for refused in _refusals(revision, plan, locked):
            yield place, refused
    yield from _refusals_of_measure(revisions)


def _refusals(revision: TargetRevision, plan: Plan, locked: dict[str, str]) -> Iterator[str]:
    period, value = revision.period, revision.new_value
    if period not in plan.period_codes:
        yield _("%(plan)s no tiene el semestre %(period)s.") % {"plan": plan.code, "period": period}
    if period in locked:
        yield locked[period]
    if not (revision.document_kind and revision.document_number):
        yield _("Indique el documento que aprueba la reprogramación: tipo, número y fecha.")
    if revision.document_date > revision.entered_on:
        yield _("El documento que aprueba la reprogramación tiene fecha posterior a su registro.")
    if value == revision.old_value:
        yield _("La meta nueva es igual a la anterior.")
    if value is not None and value < 0:
        yield _("La meta no puede ser negativa.")


def _refusals_of_measure(revisions: Sequence[TargetRevision]) -> Iterator[tuple[int, str]]:
    """The targets of an indicator are judged as they will be after all of its revisions."""
    places: dict[Indicator, list[int]] = defaultdict(list)
    for place, revision in enumerate(revisions):
        places[revision.indicator].append(place)
    targets: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
    for pk, period, value in Target.objects.filter(indicator__in=places).values_list("indicator_id", "period", "value"):
        targets[pk][period] = value
    for indicator, own in places.items():
        after = targets[indicator.pk] | {revisions[place].period: revisions[place].new_value for place in own}
        programmed = [after[period] for period in sorted(after) if after[period] is not None]
        for problem in measure_problems(
            Accumulation(indicator.accumulation),
            Direction(indicator.direction),
            Formula(indicator.formula),
            indicator.baseline,
            programmed[0] if programmed else None,
        ):
            yield own[0], str(MEASURE_PROBLEM_TEXTS[problem])


def _targets_of(changes: Sequence[Reprogramming | TargetRevision]) -> Targets:
    rows = Target.objects.filter(indicator__in={change.indicator.pk for change in changes})
    return {(row.indicator_id, row.period): row for row in rows}


def _write(revision: TargetRevision, target: Target | None) -> None:
    if target is None:
        target = Target(indicator=revision.indicator, period=revision.period)
    target._history_user = revision.entered_by
    if revision.new_value is None:
        target.delete()
        return
    target.value = revision.new_value
    target.save()
