"""The documents that left the house in the story: asked for and published, each in its days.

Here are only rows and work to be done: whoever serves pages afterwards prints and archives them.
"""

from __future__ import annotations

import datetime as dt

from institution.models import User
from monitoring.models import Evaluation, Period
from plans.models import Plan
from pmh.demo.dates import working_day
from reports.documents.asked import Asked
from reports.documents.follow_up import record_of_follow_up
from reports.issuing import issue, issue_evaluation, publish
from reports.models import Document

# How many working days after the closing a document is published.
SOON = 2


def publish_evaluation(evaluation: Evaluation, by: User) -> None:
    _publish(issue_evaluation(evaluation=evaluation, by=by), evaluation.closed_on, by)


def publish_follow_up(plan: Plan, period: Period, by: User) -> None:
    """The semester as it stood at its closing: what happened later is told in later documents."""
    record = record_of_follow_up(plan, period, on=period.closed_on)
    _publish(issue(Asked("follow_up", record, plan, period=period), by=by), period.closed_on, by)


def _publish(document: Document, closed_on: dt.date, by: User) -> None:
    publish(document=document, by=by)
    Document.objects.filter(pk=document.pk).update(asked_on=closed_on, published_on=working_day(closed_on, SOON))
