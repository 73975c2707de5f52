"""The results behind one number, with what proves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from institution.models import User
from monitoring.attentions import NOT_BROKEN_DOWN, Counted
from monitoring.dossier.series import evidence_of
from monitoring.models import Breakdown, Evidence, Result
from monitoring.people.scope import SEXES, TABLES, TITLES, Scope
from monitoring.queries import results_that_count
from monitoring.scorecard import IndicatorOutline
from plans.models import BreakdownTable

# What the address says of a cell that holds what is not broken down.
REST = "sin-desagregar"


@dataclass(frozen=True)
class Part:
    """One cell of a sum, as the address names it: `tabla`, `categoria`, `sexo`; empty where it is not narrowed."""

    table: str = ""
    category: str = ""
    sex: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Part:
        """Raises LookupError for a table or a sex that there is not."""
        part = cls(params.get("tabla", ""), params.get("categoria", ""), params.get("sexo", ""))
        if (part.table and part.table not in TABLES) or (part.sex and part.sex not in {*SEXES, REST}):
            raise LookupError(part)
        return part

    def count(self, result: Counted) -> Decimal:
        """How many of the result's people stand in it."""
        table = TABLES[self.table].value if self.table else ""
        category = NOT_BROKEN_DOWN if self.category == REST else self.category
        sex = SEXES[self.sex].value if self.sex in SEXES else NOT_BROKEN_DOWN if self.sex else ""
        return result.part(table, category, sex)


@dataclass(frozen=True)
class ResultLine:
    """One result, how many of its people stand in the cell, and what proves it."""

    indicator: IndicatorOutline
    period: str
    value: Decimal
    count: Decimal
    unit: str
    query: str  # of the indicator's page in that semester
    evidence: list[Evidence] = field(default_factory=list)
    no_evidence_reason: str = ""


def results_behind(scope: Scope, part: Part) -> list[tuple[Counted, Decimal]]:
    """The results of attentions of which somebody stands in that cell, the latest semester first, with how many."""
    counted = ((result, part.count(result)) for result in reversed(scope.people.attentions))
    return [(result, count) for result, count in counted if count]


def lines_of(scope: Scope, behind: Iterable[tuple[Counted, Decimal]], user: User) -> list[ResultLine]:
    """Those results as they are listed. Two queries: results with their units; evidence that the person may see."""
    wanted = {(result.fact.code, result.period): (result, count) for result, count in behind}
    rows = results_that_count(scope.plan, working=scope.chosen.working).filter(
        indicator__code__in={code for code, _period in wanted}, period__code__in={period for _code, period in wanted}
    )
    found: dict[tuple[str, str], Result] = {
        (row.indicator.code, row.period.code): row
        for row in rows.select_related("indicator", "period", "submission__unit")
    }
    evidence = evidence_of([found[key] for key in wanted], user)
    return [
        ResultLine(
            indicator=scope.indicator(code),
            period=period,
            value=result.value,
            count=count,
            unit=found[code, period].submission.unit.acronym,
            query=scope.chosen.query_at(period),
            evidence=evidence[found[code, period].pk],
            no_evidence_reason=found[code, period].no_evidence_reason,
        )
        for (code, period), (result, count) in wanted.items()
    ]


def words_of(scope: Scope, part: Part) -> list[str]:
    """What a cell is, piece by piece: "Mujer", "Comas". One query where it is a district."""
    words = []
    if part.sex:
        words.append(str(SEXES[part.sex].label) if part.sex in SEXES else _("Sin desagregar por sexo"))
    if part.table and part.category == REST:
        words.append(_("Sin desagregar: %(table)s") % {"table": str(TITLES[part.table]).lower()})
    elif part.table and part.category:
        words.append(_category_name(scope, part))
    return words


def _category_name(scope: Scope, part: Part) -> str:
    table = TABLES[part.table]
    labels = dict(Breakdown.CATEGORIES[table].choices)
    if table == BreakdownTable.SEX_DISTRICT and part.category not in labels:
        districts = scope.plan.government.districts().filter(pk=part.category)
        return districts.values_list("name", flat=True).first() or part.category
    return str(labels.get(part.category, part.category))
