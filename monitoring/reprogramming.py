"""Changing a target in the open (reprogramación; rules, section 10).

The old value, the reason and the approving document stay readable in a `TargetRevision`; the target's own history
keeps the row. Figures of a closed evaluation never move: a semester that one covers waits for its superseding draft.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Role, User
from institution.permissions import holds_role
from monitoring.models import Evaluation
from plans.measures import Accumulation, Direction, Formula, measure_problems
from plans.models import Indicator, Plan, Target, TargetRevision
from plans.models.indicator import MEASURE_PROBLEM_TEXTS


class ReprogrammingRefused(Exception):
    """The target cannot be changed; the message says why, in the words of the user."""


@transaction.atomic
def reprogram(
    *,
    indicator: Indicator,
    period: str,
    value: Decimal | None,
    reason: TargetRevision.Reason,
    document_kind: str,
    document_number: str,
    document_date: dt.date,
    explanation: str = "",
    by: User,
    on: dt.date | None = None,
) -> TargetRevision:
    """Sets the target of one semester to `value` (None: nothing is programmed any more) and records why.

    Raises ReprogrammingRefused with the reason; nothing is changed then.
    """
    on = on or clock.today()
    # Closing an evaluation locks the plan's row too: neither can happen in the middle of the other.
    plan = Plan.objects.select_for_update().get(pk=indicator.plan_id)
    target = Target.objects.filter(indicator=indicator, period=period).first()
    revision = TargetRevision(
        indicator=indicator,
        period=period,
        old_value=target and target.value,
        new_value=value,
        reason=reason,
        explanation=explanation.strip(),
        document_kind=document_kind.strip(),
        document_number=document_number.strip(),
        document_date=document_date,
        entered_by=by,
        entered_on=on,
    )
    if refused := refusal(revision, plan):
        raise ReprogrammingRefused(refused)
    revision.save()
    _write(revision, target)
    return revision


def refusal(revision: TargetRevision, plan: Plan) -> str:
    """Why the revision cannot be made; empty when it can."""
    return next(_refusals(revision, plan), "")


def _refusals(revision: TargetRevision, plan: Plan) -> Iterator[str]:
    author, period, on = revision.entered_by, revision.period, revision.entered_on
    if not (author.is_system or holds_role(author, Role.COORDINATOR, government=plan.government, on=on)):
        yield _("Solo la coordinación del plan registra reprogramaciones.")
    if plan.state != Plan.State.IN_FORCE:
        state = plan.get_state_display()
        yield _("Solo se reprograman las metas de un plan vigente; este está «%(state)s».") % {"state": state}
    if period not in plan.period_codes:
        yield _("%(plan)s no tiene el semestre %(period)s.") % {"plan": plan.code, "period": period}
    if locked := Evaluation.objects.why_locked(plan, period):
        yield locked
    if not (revision.document_kind and revision.document_number):
        yield _("Indique el documento que aprueba la reprogramación: tipo, número y fecha.")
    if revision.document_date > on:
        yield _("El documento que aprueba la reprogramación tiene fecha posterior a su registro.")
    yield from _refusals_of_value(revision)


def _refusals_of_value(revision: TargetRevision) -> Iterator[str]:
    indicator, value = revision.indicator, revision.new_value
    if value == revision.old_value:
        yield _("La meta nueva es igual a la anterior.")
    if value is not None and value < 0:
        yield _("La meta no puede ser negativa.")
    targets = dict(indicator.targets.values_list("period", "value")) | {revision.period: value}
    programmed = [targets[period] for period in sorted(targets) if targets[period] is not None]
    problems = measure_problems(
        Accumulation(indicator.accumulation),
        Direction(indicator.direction),
        Formula(indicator.formula),
        indicator.baseline,
        programmed[0] if programmed else None,
    )
    yield from (str(MEASURE_PROBLEM_TEXTS[problem]) for problem in problems)


def _write(revision: TargetRevision, target: Target | None) -> None:
    if target is None:
        target = Target(indicator=revision.indicator, period=revision.period)
    target._history_user = revision.entered_by
    if revision.new_value is None:
        target.delete()
        return
    target.value = revision.new_value
    target.save()
