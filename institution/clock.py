"""The only reader of the date (rules, section 13).

Deadlines, lateness, default periods and reminders ask `today()`; the setting `PMH_TODAY` moves it for a
demonstration or a test. What expires (links, sessions) and audit times use the real time, `real_now()`.
"""

import datetime as dt
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils import timezone


def today() -> dt.date:
    """The date of today in Lima, or the one that `PMH_TODAY` (ISO) sets."""
    return dt.date.fromisoformat(settings.PMH_TODAY) if settings.PMH_TODAY else timezone.localdate()


def now() -> dt.datetime:
    """The moment that is written beside a date of `today()`: its day is always that of `today()`."""
    moment = timezone.localtime()
    return moment.replace(year=(day := today()).year, month=day.month, day=day.day) if settings.PMH_TODAY else moment


def real_now() -> dt.datetime:
    """The real moment, whatever `PMH_TODAY` says: for what expires, what is sent, and who did what when."""
    return timezone.now()


def is_set() -> bool:
    """Whether the application lives on a set date instead of the real one."""
    return bool(settings.PMH_TODAY)


@lru_cache(maxsize=64)
def _peru_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("PE", years=year))


def is_working_day(day: dt.date, days_off: frozenset[dt.date] = frozenset()) -> bool:
    """Monday to Friday, no national holiday of Peru and none of the municipality's own `days_off`."""
    return day.weekday() < 5 and day not in _peru_holidays(day.year) and day not in days_off


def add_working_days(start: dt.date, count: int, days_off: frozenset[dt.date] = frozenset()) -> dt.date:
    """The date that lies `count` working days after `start` (`start` itself is not counted)."""
    day = start
    while count > 0:
        day += dt.timedelta(days=1)
        if is_working_day(day, days_off):
            count -= 1
    return day
