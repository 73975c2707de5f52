"""What the reader chose in the address of a page: the semester, and official or working figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from monitoring.models import Period
from plans.models import Plan

WORKING = "trabajo"


class UnknownPeriod(LookupError):
    """The address names a semester that the plan does not have."""


@dataclass(frozen=True)
class Chosen:
    """The semester P of a page, among those of the plan, and whether results under review enter too."""

    period: Period
    periods: tuple[Period, ...]  # the plan's semesters in order, those without a row as planned ones
    working: bool = False
    default: str = ""
    may_see_working: bool = False

    @classmethod
    def of(cls, plan: Plan, params: Mapping[str, str], *, may_see_working: bool) -> Chosen:
        """Reads `semestre` and `cifras`, the latter only for those who may see figures under review.

        One query. Raises UnknownPeriod.
        """
        known = {period.code: period for period in Period.objects.filter(plan=plan)}
        periods = tuple(known.get(code) or Period(plan=plan, code=code) for code in plan.period_codes)
        default = next((period for period in reversed(periods) if period.is_closed), periods[0])
        code = params.get("semestre") or default.code
        chosen = next((period for period in periods if period.code == code), None)
        if chosen is None:
            raise UnknownPeriod(code)
        working = may_see_working and params.get("cifras") == WORKING
        return cls(chosen, periods, working, default.code, may_see_working)

    @property
    def code(self) -> str:
        return self.period.code

    @property
    def is_official(self) -> bool:
        return self.period.is_closed and not self.working

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
        return f"?{urlencode(chosen)}"

    @property
    def carried(self) -> str:
        """The same for links where the usual semester and figures need not be said."""
        return "" if self.code == self.default and not self.working else self.query
