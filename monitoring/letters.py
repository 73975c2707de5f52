"""What the product writes to people about their reports: plain, short, one link each. All leave through the outbox.

They are left to `deliver_mail`: a page that returns a report must not wait for a mail server.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution import outbox
from institution.models import Designation, Letter, MailFrequency, Role, Unit, User
from institution.permissions import acting_for
from monitoring.models import Period, Submission, SubmissionEvent
from plans.models import Plan

State = Submission.State


@dataclass(frozen=True, slots=True)
class Notice:
    """What is written when a step has been taken. `must`: also to whoever wants no mail, since a term runs from it."""

    template: str
    subject: Promise | str
    to: tuple[Role, ...]
    must: bool = False


RETURNED = Notice(
    "returned", gettext_lazy("Devolvieron el reporte %(code)s de %(unit)s"), (Role.REPORTER, Role.HEAD), must=True
)
NOTICES = {
    "return": RETURNED,
    "reopen": RETURNED,
    "validate": Notice(
        "validated", gettext_lazy("El reporte %(code)s de %(unit)s tiene conformidad"), (Role.REPORTER, Role.HEAD)
    ),
    "hand_to_head": Notice(
        "handed", gettext_lazy("El reporte %(code)s de %(unit)s espera su visto bueno"), (Role.HEAD,)
    ),
    "give_back": Notice("given_back", gettext_lazy("Su gerencia regresó el reporte %(code)s"), (Role.REPORTER,)),
}


def tell(event: SubmissionEvent, *, on: dt.date | None = None) -> list[Letter]:
    """Writes to those whom a step concerns, in the transaction that took it. A step without a notice tells nobody."""
    notice, submission = NOTICES.get(event.step), event.submission
    if notice is None:
        return []
    units = acting_for([submission.unit], on)[submission.unit_id]
    posts = Designation.objects.in_force(on).filter(unit__in=units, role__in=notice.to).exclude(user=event.by)
    people = {post.user_id: post.user for post in posts.select_related("user").order_by("id")}
    told = {"code": submission.period.code, "unit": submission.unit.acronym}
    context = {
        "event": event,
        "submission": submission,
        "unit": submission.unit,
        "open_threads": submission.observations.filter(resolved_at=None).count(),
        "link": report_link(submission.period, submission.unit),
    }
    return [
        _post(person, str(notice.subject) % told, notice.template, context, key=notice_key(event, person))
        for person in people.values()
        if notice.must or person.mail_frequency != MailFrequency.NONE
    ]


def notice_key(event: SubmissionEvent, person: User) -> str:
    """By which the letter that tells the person of the step is known."""
    return f"notice:{event.step}:{event.pk}:{person.pk}"


def report_link(period: Period, unit: Unit) -> str:
    arguments = [period.plan.code, period.code, unit.acronym]
    return outbox.link(reverse("monitoring:submission_detail", args=arguments))


# --- Reminders ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """A letter before it is written: what a dry run shows."""

    subject: str
    template: str
    context: dict

    def body(self, person: User) -> str:
        return render_to_string(f"monitoring/email/{self.template}.txt", self.context | {"person": person})


def of_report(unit: Unit, period: Period, state: str | None, deadline: dt.date, day: dt.date) -> Draft:
    """That the unit's report waits: to be sent, to be corrected, or for the head's sign-off."""
    told = {"code": period.code, "unit": unit.acronym, "day": date_format(deadline)}
    if state == State.RETURNED:
        subject = _("El reporte %(code)s de %(unit)s espera sus correcciones")
    elif state == State.AWAITING_SIGNOFF:
        subject = _("El reporte %(code)s de %(unit)s espera su visto bueno")
    elif day > deadline:
        subject = _("El reporte %(code)s de %(unit)s venció el %(day)s")
    elif day == deadline:
        subject = _("El reporte %(code)s de %(unit)s vence hoy")
    else:
        subject = _("El reporte %(code)s de %(unit)s vence el %(day)s")
    context = {
        "unit": unit,
        "period": period,
        "state": state,
        "deadline": deadline,
        "days": (deadline - day).days,
        "late": (day - deadline).days,
        "link": report_link(period, unit),
    }
    return Draft(subject % told, "reminder_report", context)


def of_reviews(period: Period, units: Iterable[Unit]) -> Draft:
    """That reports wait for the person's review."""
    units = list(units)
    link = outbox.link(reverse("monitoring:reporting_board", args=[period.plan.code]) + f"?semestre={period.code}")
    subject = _("Reportes %(code)s por revisar: %(count)s") % {"code": period.code, "count": len(units)}
    return Draft(subject, "reminder_review", {"units": units, "period": period, "link": link})


def of_budget(plan: Plan, waiting: int, day: dt.date) -> Draft:
    """That activities wait for the budget liaison's answer."""
    due = plan.extra_budget_due_on
    late, ahead = _("Presupuesto adicional: el plazo venció el %s"), _("Presupuesto adicional: responda hasta el %s")
    link = outbox.link(reverse("plans:budget_answers", args=[plan.code]))
    context = {"plan": plan, "waiting": waiting, "deadline": due, "is_late": day > due, "link": link}
    return Draft((late if day > due else ahead) % date_format(due), "reminder_budget", context)


def post_reminder(person: User, draft: Draft, *, key: str) -> Letter:
    return outbox.post(
        to=person.email,
        subject=draft.subject,
        body=draft.body(person),
        kind="reminder",
        key=f"reminder:{key}",
        at_once=False,
    )


def _post(person: User, subject: str, template: str, context: dict, *, key: str) -> Letter:
    body = render_to_string(f"monitoring/email/{template}.txt", context | {"person": person})
    return outbox.post(to=person.email, subject=subject, body=body, kind="notice", key=key, at_once=False)
