"""The clock, and that nobody else reads the date."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import timezone

from institution import clock

ROOT = Path(__file__).parents[2]


def test_today_is_the_real_day_unless_set(settings):
    settings.PMH_TODAY = ""
    assert clock.today() == timezone.localdate()
    assert not clock.is_set()
    settings.PMH_TODAY = "2025-01-13"
    assert clock.today() == dt.date(2025, 1, 13)
    assert clock.now().date() == dt.date(2025, 1, 13)
    assert clock.is_set()


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (dt.date(2024, 12, 31), 15, dt.date(2025, 1, 22)),  # 1 January is a holiday
        (dt.date(2024, 6, 30), 15, dt.date(2024, 7, 19)),  # so are none of the first three weeks of July
        (dt.date(2024, 7, 22), 5, dt.date(2024, 7, 31)),  # 23 July, 28 and 29 July
        (dt.date(2024, 3, 27), 1, dt.date(2024, 4, 1)),  # Easter
    ],
)
def test_working_days_leave_out_weekends_and_holidays(start, count, expected):
    assert clock.add_working_days(start, count) == expected


def test_the_municipality_has_days_off_of_its_own():
    off = frozenset({dt.date(2024, 7, 1)})
    assert clock.add_working_days(dt.date(2024, 6, 28), 1, off) == dt.date(2024, 7, 2)


def test_nobody_else_reads_the_date():
    """`date.today()`, `timezone.now()` and the like elsewhere are a bug (docs/rules.md, section 13)."""
    reads = re.compile(r"(date\.today|timezone\.(now|localdate|localtime)|datetime\.(now|utcnow|today)|time\.time)\(\)")
    apps = ("pmh", "reports", "monitoring", "plans", "institution")
    sources = [path for app in apps for path in (ROOT / app).rglob("*.py")]
    assert len(sources) > 30
    guilty = [path.relative_to(ROOT).as_posix() for path in sources if reads.search(path.read_text())]
    assert guilty == ["institution/clock.py"]
