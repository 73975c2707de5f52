"""The days of a semester, and the semester of a day."""

import datetime as dt
from itertools import pairwise

import pytest

from plans.measures import days_of, period_of, periods_between


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2022-1", dt.date(2022, 1, 1), dt.date(2022, 6, 30)),
        ("2022-2", dt.date(2022, 7, 1), dt.date(2022, 12, 31)),
    ],
)
def test_a_semester_knows_its_days_and_a_day_its_semester(period, first, last):
    assert days_of(period) == (first, last)
    assert period_of(first) == period_of(last) == period


def test_no_day_lies_between_two_semesters():
    days = [days_of(period) for period in periods_between(2022, 2024)]
    for (_first, last), (following, _last) in pairwise(days):
        assert following - last == dt.timedelta(1)
