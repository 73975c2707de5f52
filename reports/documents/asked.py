"""A document that somebody asks for: found from what the page sends, allowed, and told as its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _

from institution.models import Designation, Unit, User
from monitoring.frozen import JSON
from monitoring.models import Evaluation, Period, Submission
from plans.models import Plan
from reports.documents.follow_up import record_of_follow_up
from reports.documents.handover import record_of_handover
from reports.documents.receipt import record_of_receipt
from reports.documents.road_map import record_of_road_map
from reports.documents.sheets import NoSuchNode, record_of_sheets
from reports.documents.unit_report import record_of_unit_report
from reports.permissions import may_ask


class NoSuchSubject(LookupError):
    """What the document would be about does not exist, or not for the person who asks."""


class NotAllowed(Exception):
    """The person sees what the document would be about, and may not have it."""


class AskRefused(Exception):
    """There is no such document yet; the message says why, in the words of the user."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be issued: the record, and what the archive files it under."""

    kind: str
    record: JSON
    plan: Plan
    period: Period | None = None
    unit: Unit | None = None
    evaluation: Evaluation | None = None
    # What it is about beyond these: a node of the plan, one post.
    about: str = ""


def asked_of(kind: str, plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    """The document of that kind for `user`, who sees the plan.

    `fields` by kind: evaluation `year` and `version`, of a closed one; follow_up `period`; receipt `period`, `unit` and
    perhaps `number` (of the sending); unit_report `period`, `unit`; handover `unit` and perhaps `number` (of the
    designation handed over); sheets perhaps `node` (the code of a node or indicator); road_map none. Raises
    NoSuchSubject, NotAllowed or AskRefused.
    """
    if kind not in _ASKED:
        raise NoSuchSubject(kind)
    return _ASKED[kind](plan, user, fields)


def _allowed(user: User, kind: str, subject: Model) -> None:
    if not may_ask(user, kind, subject):
        raise NotAllowed(kind)


def _period(plan: Plan, fields: Mapping[str, str]) -> Period:
    period = Period.objects.filter(plan=plan, code=fields.get("period", "")).first()
    if period is None:
        raise NoSuchSubject("period")
    period.plan = plan
    return period


def _unit(plan: Plan, fields: Mapping[str, str]) -> Unit:
    units = Unit.objects.filter(government=plan.government_id, acronym=fields.get("unit", ""))
    unit = units.select_related("government", "successor").first()
    if unit is None:
        raise NoSuchSubject("unit")
    return unit


def _submission(plan: Plan, user: User, fields: Mapping[str, str]) -> Submission:
    found = Submission.objects.filter(period=_period(plan, fields), unit=_unit(plan, fields))
    submission = found.visible_to(user).select_related("unit__government", "period__plan__government").first()
    if submission is None:
        raise NoSuchSubject("submission")
    return submission


def _number(text: str) -> int:
    """What is no number names nothing."""
    return int(text[:9]) if text.isdecimal() else 0


def _evaluation(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    year, version = (_number(fields.get(name, "")) for name in ("year", "version"))
    evaluation = Evaluation.objects.filter(plan=plan, year=year, version=version, frozen__isnull=False).first()
    if evaluation is None:
        raise NoSuchSubject("evaluation")
    evaluation.plan = plan
    _allowed(user, "evaluation", evaluation)
    return Asked("evaluation", evaluation.frozen, plan, evaluation=evaluation)


def _follow_up(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    period = _period(plan, fields)
    if not period.is_closed:
        raise AskRefused(_("El semestre %s no está cerrado: su informe se hace al cierre.") % period.code)
    _allowed(user, "follow_up", period)
    return Asked("follow_up", record_of_follow_up(plan, period), plan, period)


def _receipt(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    submission = _submission(plan, user, fields)
    _allowed(user, "receipt", submission)
    record = record_of_receipt(submission, fields.get("number", ""))
    if record is None:
        raise NoSuchSubject("sending")
    return Asked("receipt", record, plan, submission.period, submission.unit)


def _unit_report(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    submission = _submission(plan, user, fields)
    _allowed(user, "unit_report", submission)
    record = record_of_unit_report(plan, submission.unit, submission.period, user)
    return Asked("unit_report", record, plan, submission.period, submission.unit)


def _handover(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    unit = _unit(plan, fields)
    _allowed(user, "handover", unit)
    number, post = fields.get("number", ""), None
    if number:
        posts = Designation.objects.filter(unit=unit).select_related("user", "unit")
        post = posts.filter(pk=_number(number)).first()
        if post is None:
            raise NoSuchSubject("designation")
    return Asked("handover", record_of_handover(plan, unit, post=post), plan, unit=unit, about=number)


def _sheets(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    _allowed(user, "sheets", plan)
    node = fields.get("node", "")
    try:
        return Asked("sheets", record_of_sheets(plan, node), plan, about=node)
    except NoSuchNode as error:
        raise NoSuchSubject("node") from error


def _road_map(plan: Plan, user: User, fields: Mapping[str, str]) -> Asked:
    _allowed(user, "road_map", plan)
    return Asked("road_map", record_of_road_map(plan), plan)


_ASKED: dict[str, Callable[[Plan, User, Mapping[str, str]], Asked]] = {
    "evaluation": _evaluation,
    "follow_up": _follow_up,
    "receipt": _receipt,
    "unit_report": _unit_report,
    "handover": _handover,
    "sheets": _sheets,
    "road_map": _road_map,
}
