"""The report as its head, the coordination and everybody else read it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institution.models import Unit, User
from monitoring import workflow
from monitoring.breakdowns import BreakdownSummary, summarise
from monitoring.entries import field_label
from monitoring.filing.cards import Card
from monitoring.filing.form import FormPage, load_form_page
from monitoring.models import Evidence, Period, Submission, SubmissionEvent
from monitoring.observing import reviews
from monitoring.permissions import reviews_reports
from monitoring.queries import Filing
from monitoring.workflow import Step
from plans.models import BreakdownTable, Plan

State = Submission.State
WAITS_FOR: dict[str, Promise] = {
    State.DRAFT: _("La unidad lo está llenando."),
    State.AWAITING_SIGNOFF: _("Espera el visto bueno de la gerencia."),
    State.RETURNED: _("Espera que la unidad responda y corrija."),
    State.SUBMITTED: _("Lo revisa otra persona."),
    State.VALIDATED: _("Tiene conformidad. Si algo debe corregirse, se reabre."),
}
CLOSED_WITHOUT_CONFORMITY = _("El semestre se cerró sin su conformidad; para revisarlo, hay que reabrirlo.")


@dataclass(frozen=True)
class Changed:
    """One field that says something else than when the report was first sent."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ReportLine:
    """One indicator of the report: what goes out, beside its target and what was reported before."""

    card: Card
    tables: list[BreakdownSummary]
    changes: list[Changed]

    @property
    def difference(self) -> Decimal | None:
        """Value less the last one reported; a percentage point where both are percentages."""
        before, now = self.card.previous, self.card.figure.value
        return None if before is None or before.value is None or now is None else now - before.value


@dataclass(frozen=True)
class ReportPage:
    """A unit's semester as its head, the coordination and everybody else read it."""

    plan: Plan
    form: FormPage
    lines: tuple[ReportLine, ...]
    events: tuple[SubmissionEvent, ...]
    locked: str  # why the reader may not type into it; empty where they may
    may_fill: bool
    may_review: bool
    sees_review: bool  # whether the page on which reports are reviewed is open to the reader
    may_start: bool

    @property
    def filing(self) -> Filing:
        return self.form.filing

    @property
    def submission(self) -> Submission | None:
        return self.form.filing.submission

    @property
    def waits_for_reader(self) -> bool:
        """Whether the reader reviews the report, and it is under review now."""
        under_review = self.submission is not None and self.submission.state == State.SUBMITTED
        return self.may_review and under_review and not self.is_closed_unreviewed

    @property
    def is_closed_unreviewed(self) -> bool:
        """Whether its semester was closed before the report had its conformity: nobody does anything about it now."""
        return bool(self.submission and self.submission.period.is_closed and self.submission.state != State.VALIDATED)

    @property
    def waits_for(self) -> Promise | str:
        """What the report waits for, to whoever reviews and can do nothing about it now."""
        return CLOSED_WITHOUT_CONFORMITY if self.is_closed_unreviewed else WAITS_FOR[self.submission.state]

    @property
    def here(self) -> tuple[Step, ...]:
        """The steps taken on the page that everybody reads: it is filled in and sent from the form, and reviewed on
        a page of its own."""
        elsewhere = workflow.FROM_FORM
        return tuple(step for step in self.form.steps if step.name not in elsewhere and not step.is_review)

    @property
    def reviews(self) -> tuple[Step, ...]:
        """The steps taken on the page on which it is reviewed."""
        return tuple(step for step in self.form.steps if step.is_review)

    @property
    def sendings(self) -> list[SubmissionEvent]:
        return [event for event in self.events if event.sent is not None]


def load_report_page(plan: Plan, unit: Unit, period: Period, user: User) -> ReportPage:
    """The report, sent or not. A constant number of queries, whatever the number of indicators."""
    form = load_form_page(plan, unit, period, user)
    submission = form.filing.submission
    events = tuple(submission.events.select_related("by", "capacity_unit")) if submission else ()
    first = next((event.sent for event in events if event.sent is not None), None)
    locked = workflow.why_locked(submission, user) if submission else ""
    return ReportPage(
        plan=plan,
        form=form,
        lines=tuple(_line(card, first) for card in form.cards),
        events=events,
        locked=locked,
        may_fill=bool(submission and not locked),
        may_review=bool(submission and reviews(submission, user)),
        sees_review=bool(submission and submission.submitted_on) and reviews_reports(user, plan),
        may_start=submission is None and workflow.may_start(unit, period, user),
    )


def _line(card: Card, first: dict | None) -> ReportLine:
    cells = list(card.filed.result.breakdown.all()) if card.filed.result else []
    districts = {
        code: name
        for layout in card.form.tables
        if layout.table == BreakdownTable.SEX_DISTRICT
        for code, name in layout.rows
    }
    return ReportLine(card, summarise(cells, districts), _changes(card, first) if first else [])


def _changes(card: Card, first: dict) -> list[Changed]:
    """What was corrected since the report was first sent: numbers, tables, texts, and means of verification."""
    then = next((row for row in first["indicators"] if row["code"] == card.indicator.code), None)
    if then is None:
        return []
    before, now = then["entry"], card.filed.entry
    keys = [key for key in card.form.keys if before.get(key, "") != now.get(key, "")]
    found = [Changed(field_label(card.form, key), before.get(key, ""), now.get(key, "")) for key in keys]
    label = str(Evidence._meta.verbose_name).capitalize()
    files_before = {each["sha256"] or each["url"]: each["title"] for each in then["evidence"]}
    files_now = {each.sha256 or each.url: each.title for each in card.filed.evidence}
    found += [Changed(label, title, "") for key, title in files_before.items() if key not in files_now]
    found += [Changed(label, "", title) for key, title in files_now.items() if key not in files_before]
    return found
