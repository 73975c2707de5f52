"""The dates of the story. Never the real clock: every act says when it happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.utils import timezone
from simple_history.signals import pre_create_historical_record

from institution import clock
from institution.models import User


def lot(*key: object) -> Random:
    """A source of chance of its own for each thing: adding one never moves the others."""
    return Random(" ".join(map(str, ("pmh-demo", *key))))  # noqa: S311  (a story, no secret)


def moment(day: dt.date, *key: object) -> dt.datetime:
    """Some time of that working day in Lima, always the same for the same key."""
    minutes = lot("moment", day, *key).randint(8 * 60 + 30, 16 * 60 + 45)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60)))


def working_day(start: dt.date, count: int) -> dt.date:
    """The working day `count` days after `start`, or before it when `count` is negative."""
    if count >= 0:
        return clock.add_working_days(start, count)
    day = start
    while count < 0:
        day -= dt.timedelta(days=1)
        count += clock.is_working_day(day)
    return day


@contextmanager
def written_on(day: dt.date, by: User) -> Iterator[None]:
    """Row history written inside bears that day and that person, not the day on which the demonstration is loaded."""
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))

    def date(sender: Any, history_instance: Any, **kwargs: Any) -> None:
        history_instance.history_date, history_instance.history_user = at, by

    pre_create_historical_record.connect(date, weak=False, dispatch_uid="pmh.demo")
    try:
        yield
    finally:
        pre_create_historical_record.disconnect(dispatch_uid="pmh.demo")
