"""What the reader chose in the address of a page: the semester, official or working figures, and the reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from monitoring.models import Period
from plans.measures import Reading
from plans.models import Plan

WORKING = "trabajo"
READINGS = {"programado": Reading.PROGRAMMED, "reportado": Reading.REPORTED}
READING_KEYS = {reading: key for key, reading in READINGS.items()}


class UnknownPeriod(LookupError):
    """The address names a semester that the plan does not have."""


class UnknownReading(LookupError):
    """The address names a reading of progress that there is not."""


@dataclass(frozen=True)
class Chosen:
    """The semester P of a page, among those of the plan; whether results under review enter too; which reading."""

    period: Period
    periods: tuple[Period, ...]  # the plan's semesters in order, those without a row as planned ones
    working: bool = False
    default: str = ""
    may_see_working: bool = False
    reading: Reading = Reading.PROGRAMMED
    official_reading: Reading = Reading.PROGRAMMED

    @classmethod
    def of(cls, plan: Plan, params: Mapping[str, str], *, may_see_working: bool) -> Chosen:
        """Reads `semestre`, `lectura`, and `cifras`, the last only for those who may see figures under review.

        One query. Raises UnknownPeriod, UnknownReading.
        """
        known = {period.code: period for period in Period.objects.filter(plan=plan)}
        periods = tuple(known.get(code) or Period(plan=plan, code=code) for code in plan.period_codes)
        default = next((period for period in reversed(periods) if period.is_closed), periods[0])
        code = params.get("semestre") or default.code
        chosen = next((period for period in periods if period.code == code), None)
        if chosen is None:
            raise UnknownPeriod(code)
        working = may_see_working and params.get("cifras") == WORKING
        official = Reading(plan.official_reading)
        asked = params.get("lectura")
        if asked and asked not in READINGS:
            raise UnknownReading(asked)
        reading = READINGS[asked] if asked else official
        return cls(chosen, periods, working, default.code, may_see_working, reading, official)

    @property
    def code(self) -> str:
        return self.period.code

    @property
    def is_official(self) -> bool:
        return self.period.is_closed and not self.working

    @property
    def reads_officially(self) -> bool:
        """Whether the reading shown is the plan's official one, on which alone the traffic light stands (section 7)."""
        return self.reading == self.official_reading

    @property
    def begun(self) -> list[Period]:
        """The semesters that may be chosen: closed or open, and the chosen one whatever it is."""
        return [p for p in self.periods if p.is_closed or p.is_open or p.code == self.code]

    @property
    def query(self) -> str:
        """What a link to another page carries, so that the choice goes along: "?semestre=2023-1&cifras=trabajo"."""
        return self.query_at(self.code)

    def query_at(self, period: str) -> str:
        chosen = {"semestre": period}
        if self.working:
            chosen["cifras"] = WORKING
        if not self.reads_officially:
            chosen["lectura"] = READING_KEYS[self.reading]
        return f"?{urlencode(chosen)}"

    @property
    def carried(self) -> str:
        """The same for links where the usual semester and figures need not be said."""
        usual = self.code == self.default and not self.working and self.reads_officially
        return "" if usual else self.query
