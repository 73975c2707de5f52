"""Who is reminded of what on which day: tables, no database."""

import datetime as dt
from dataclasses import dataclass

import pytest

from institution.models import MailFrequency
from monitoring.reminders import Case, Frequency, Quiet, addressed, why_quiet

DUE = dt.date(2025, 1, 22)


def days(count: int) -> dt.date:
    """So many days after the deadline; before it when negative."""
    return DUE + dt.timedelta(days=count)


@dataclass(frozen=True)
class Somebody:
    mail_frequency: str = "every"


@pytest.mark.parametrize(
    ("day", "is_time"),
    [(-30, False), (-11, False), (-10, True), (-7, True), (-5, True), (-4, False), (-1, False), (0, True), (1, True)],
)
def test_before_a_deadline_the_last_days_are_quiet_so_that_the_day_itself_speaks(day, is_time):
    assert Case(DUE).is_time(days(day)) is is_time


@pytest.mark.parametrize(("waited", "is_time"), [(0, False), (4, False), (5, True), (40, True)])
def test_what_came_back_is_given_five_days_whatever_its_deadline(waited, is_time):
    assert Case(DUE, since=days(-60)).is_time(days(-60 + waited)) is is_time
    assert Case(since=days(3)).is_time(days(3 + waited)) is is_time


def test_what_has_neither_deadline_nor_day_is_never_asked_for():
    assert not Case().is_time(DUE)
    assert not Case().is_overdue(DUE)


@pytest.mark.parametrize(("waited", "is_overdue"), [(0, False), (4, False), (5, True), (40, True)])
def test_what_has_no_deadline_is_overdue_once_it_is_asked_for(waited, is_overdue):
    assert Case(since=DUE).is_overdue(days(waited)) is is_overdue
    assert why_quiet(Somebody("overdue"), Case(since=DUE), days(waited), None) == (
        None if is_overdue else Quiet.NOT_OVERDUE
    )


def test_what_came_back_before_its_deadline_is_not_overdue():
    assert not Case(DUE, since=days(-20)).is_overdue(DUE)


def test_the_choices_are_those_that_the_institution_keeps():
    assert {each.value for each in Frequency} == set(MailFrequency.values)


def test_a_daily_round_speaks_five_days_apart_and_on_the_day():
    """Somebody who does nothing from the beginning to 11 days after the deadline."""
    heard, last = [], None
    for day in range(-30, 12):
        if Case(DUE).is_time(days(day)) and not why_quiet(Somebody(), Case(DUE), days(day), last):
            last = days(day)
            heard.append(day)
    assert heard == [-10, -5, 0, 5, 10]


@pytest.mark.parametrize(
    ("day", "own", "above", "said"),
    [
        (-5, ["reporter"], ["head"], ["reporter"]),
        (0, ["reporter"], ["head"], ["reporter"]),  # the day itself is in time
        (1, ["reporter"], ["head"], ["reporter", "head"]),
        (1, ["both"], ["both"], ["both"]),
        (-5, [], ["head"], ["head"]),
        (-5, [], [], []),
    ],
)
def test_the_head_hears_of_it_once_it_is_overdue_or_nobody_else_is_there(day, own, above, said):
    assert addressed(Case(DUE), days(day), own, above) == said


@pytest.mark.parametrize(
    ("frequency", "day", "last", "by_hand", "quiet"),
    [
        ("every", 0, None, False, None),
        ("every", 0, -4, False, Quiet.TOO_SOON),
        ("every", 0, -5, False, None),
        ("every", 0, 0, True, Quiet.TOO_SOON),  # by hand not twice a day
        ("every", 0, -1, True, None),
        ("weekly", 0, None, False, None),
        ("weekly", 0, -6, False, Quiet.WEEKLY),
        ("weekly", 0, -6, True, Quiet.WEEKLY),  # the choice holds whoever reminds
        ("weekly", 0, -7, False, None),
        ("overdue", -5, None, False, Quiet.NOT_OVERDUE),
        ("overdue", 0, None, True, Quiet.NOT_OVERDUE),
        ("overdue", 1, None, False, None),
        ("overdue", 1, -1, False, Quiet.TOO_SOON),
        ("none", 30, None, True, Quiet.NEVER),
    ],
)
def test_what_a_person_chose_and_had_decides(frequency, day, last, by_hand, quiet):
    told = None if last is None else days(last)
    assert why_quiet(Somebody(frequency), Case(DUE), days(day), told, by_hand=by_hand) == quiet
