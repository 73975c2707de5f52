"""The form on which a unit files its semester, and what keeps the report from being sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from institution.models import Unit, User
from monitoring import workflow
from monitoring.completeness import Filled
from monitoring.filing.cards import Card, figure_of, lack_ident, previous_of, text_of
from monitoring.models import Observation, Period, Submission, SubmissionEvent
from monitoring.periods import deadline
from monitoring.queries import Filing, load_filing, parameters_of
from monitoring.workflow import Step, open_steps
from plans.models import Plan


@dataclass(frozen=True)
class Missing:
    """One thing that keeps the report from being sent: where it is closed, of what, in words."""

    ident: str
    card_ident: str
    name: str
    text: str


def missing_in(filing: Filing) -> list[Missing]:
    """Everything that keeps the report from being sent, in the order of the form."""
    found = [
        Missing(
            lack_ident(row.indicator.pk, lack),
            f"i{row.indicator.pk}",
            row.indicator.name,
            text_of(row.form, lack),
        )
        for row, lack in filing.lacking
    ]
    unanswered = str(_("Observación sin responder"))
    found += [
        Missing(f"o{thread.pk}", f"o{thread.pk}", unanswered, Truncator(thread.text).chars(90))
        for thread in filing.unanswered
    ]
    return found


@dataclass(frozen=True)
class FormPage:
    """The whole form of a unit's semester."""

    filing: Filing
    cards: tuple[Card, ...]
    due_on: dt.date
    steps: tuple[Step, ...]
    threads: tuple[Observation, ...]  # on the report as a whole
    comment: SubmissionEvent | None  # why it came back, where that was said in words and it is still here

    @property
    def submission(self) -> Submission:
        return self.filing.submission

    @property
    def done(self) -> int:
        """How many of the due indicators are done, as the page shows them."""
        return sum(card.filled == Filled.DONE for card in self.cards if card.form.asked.due)

    @property
    def has_errors(self) -> bool:
        return any(card.errors for card in self.cards)

    @property
    def missing(self) -> list[Missing]:
        return missing_in(self.filing)

    @property
    def open_threads(self) -> int:
        return sum(len(card.open_threads) for card in self.cards) + sum(thread.is_open for thread in self.threads)


def load_form_page(plan: Plan, unit: Unit, period: Period, user: User) -> FormPage:
    """Everything on the form. A constant number of queries, whatever the number of indicators."""
    filing = load_filing(unit, period)
    before = previous_of([row.indicator for row in filing.indicators], period, parameters_of(plan))
    cards = tuple(
        Card(
            row,
            figure_of(row, period, parameters_of(plan)),
            before.get(row.indicator.pk),
            threads=filing.threads_of(row.indicator.pk),
        )
        for row in filing.indicators
    )
    return FormPage(
        filing,
        cards,
        deadline(unit=unit, period=period),
        tuple(open_steps(filing.submission, user)) if filing.submission else (),
        filing.threads_of(None),
        _why_it_came_back(filing.submission),
    )


def _why_it_came_back(submission: Submission | None) -> SubmissionEvent | None:
    """The head's comment or the reason for reopening, until the report is handed on again."""
    if submission is None or submission.state not in workflow.EDITABLE:
        return None
    last = submission.events.select_related("by").last()
    return last if last is not None and last.comment else None


def with_typed(page: FormPage, cards: Mapping[int, Card]) -> FormPage:
    """The page with some of its cards as they were typed, where that could not be written."""

    def told(card: Card) -> Card:
        typed = cards.get(card.indicator.pk)
        if typed is None:
            return card
        return replace(card, typed=typed.typed, errors=typed.errors, conflicts=typed.conflicts, told=typed.told)

    return replace(page, cards=tuple(map(told, page.cards)))
