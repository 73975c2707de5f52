"""The results of a plan for IATI: what each node set out to reach, its indicators, their targets and actual values.

Figures are those of the record's scorecards, semester by semester; counts of people are those that may be published.
IATI wants a number in every target and actual value, so what is missing has no element: the sign and its reason stand
in the comment of the target that was not met, or of the value that nobody programmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from monitoring.attentions import SEX
from monitoring.disclosure import PublishedPeople, PublishedResult, cells_told
from monitoring.exports.results import LEVEL_WORDS
from monitoring.frozen import JSON, decimal_text
from monitoring.progress import Entry, IndicatorFigure
from monitoring.scorecard import IndicatorRow, Level
from monitoring.showing import LEVEL_NAMES, MISSING, SIGN_EXPLANATIONS
from monitoring.suppression import Level as HowMuch
from plans.measures import Accumulation, Direction, Horizon, days_of
from plans.models import BreakdownTable, Indicator
from reports.documents.source import Source, short_date
from reports.iati import codes
from reports.iati.writing import add, tell
from reports.showcase.addresses import Addresses

RESULT_TYPES = {Level.ACTIVITY: codes.OUTPUT, Level.ACTION: codes.OUTCOME, Level.OBJECTIVE: codes.OUTCOME}
# What the second dimension of each table is called.
DIMENSIONS = {
    BreakdownTable.SEX_POPULATION.value: "population",
    BreakdownTable.SEX_AGE.value: "age",
    BreakdownTable.SEX_DISTRICT.value: "district",
    BreakdownTable.SEX_DISABILITY.value: "disability",
}
Where = tuple[str, str]  # indicator and semester


@dataclass(frozen=True)
class _Told:
    """The record, with what it tells of single results at hand."""

    source: Source

    @cached_property
    def people(self) -> PublishedPeople | None:
        return PublishedPeople.of(self.source.record.get("people"))

    @cached_property
    def broken_down(self) -> Mapping[Where, PublishedResult]:
        return {(row.indicator, row.period): row for row in self.people.results} if self.people else {}

    @cached_property
    def reasons(self) -> Mapping[Where, str]:
        return {(row["indicator"], row["period"]): row["not_available"] for row in self.source.record["notes"]}

    @cached_property
    def revisions(self) -> Mapping[Where, list[JSON]]:
        found: dict[Where, list[JSON]] = {}
        for row in self.source.record["revisions"]:
            found.setdefault((row["indicator"], row["period"]), []).append(row)
        return found

    def sheet(self, code: str) -> JSON:
        """The technical sheet; empty in records that have none."""
        return self.source.record.get("sheets", {}).get(code, {})

    def figure(self, code: str, period: str) -> IndicatorFigure | None:
        """The figure of one semester; None after the last one that the record tells."""
        card = self.source.semesters.get(period)
        return card.indicator(code)[Horizon.SEMESTER] if card else None


def add_results(activity: Element, source: Source, addresses: Addresses) -> None:
    """A result for each node that has indicators, in the order of the tree."""
    told = _Told(source)
    for node in source.outline.nodes:
        rows = source.card.indicators_of(node.code)
        if not rows:
            continue
        result = add(activity, "result", type=RESULT_TYPES[node.level])
        tell(result, "title", f"{LEVEL_NAMES[node.level]} {node.code}: {node.name}")
        for row in rows:
            _indicator(result, told, row, addresses)


def _indicator(result: Element, told: _Told, row: IndicatorRow, addresses: Addresses) -> None:
    series, sheet = told.source.outline.by_indicator[row.code].series, told.sheet(row.code)
    pooled = series.accumulation == Accumulation.POOLED
    adds_up = series.accumulation == Accumulation.SUM and not sheet.get("people_may_repeat")
    indicator = add(
        result,
        "indicator",
        measure=codes.MEASURES.get(sheet.get("counts", ""), codes.PERCENTAGE if pooled else codes.UNIT),
        ascending="1" if series.direction == Direction.INCREASING else "0",
        aggregation_status="1" if adds_up else "0",
    )
    tell(indicator, "title", row.name)
    tell(indicator, "description", " ".join(_description(told, row)))
    add(
        indicator,
        "reference",
        vocabulary=codes.OWN_INDICATORS,
        code=row.code,
        indicator_uri=addresses.indicator(row.code),
    )
    baseline = told.source.record["baselines"][row.code]
    if baseline["value"] is not None and baseline["year"] is not None:
        add(indicator, "baseline", year=str(baseline["year"]), value=baseline["value"])
    for entry in series.entries:
        _period(indicator, told, row.code, entry)


def _description(told: _Told, row: IndicatorRow) -> Iterator[str]:
    """What is counted, how semesters become one, and a baseline that IATI could not hold."""
    series, sheet = told.source.outline.by_indicator[row.code].series, told.sheet(row.code)
    yield _("Unidad de medida: %s.") % row.unit_of_measure
    if sheet.get("what_counts"):
        yield sheet["what_counts"]
    yield _("Acumulación: %s.") % Indicator.AccumulationChoice(series.accumulation.value).label
    baseline = told.source.record["baselines"][row.code]
    if baseline["value"] is None:
        yield _("Línea de base: ND.")
    elif baseline["year"] is None:
        yield _("Línea de base: %s, sin año informado.") % baseline["value"]


def _period(indicator: Element, told: _Told, code: str, entry: Entry) -> None:
    """A semester with a target or a value; one with neither has nothing to tell."""
    figure = told.figure(code, entry.period)
    value = decimal_text(figure.value) if figure else None
    if entry.target is None and value is None:
        return
    first, last = days_of(entry.period)
    period = add(indicator, "period")
    add(period, "period-start", iso_date=first.isoformat())
    add(period, "period-end", iso_date=last.isoformat())
    revised = list(_revisions(told, code, entry.period))
    if entry.target is not None:
        target = add(period, "target", value=decimal_text(entry.target))
        missing = [_missing(told, code, entry, figure)] if figure and value is None else []
        _comment(target, [*revised, *missing])
    if value is not None:
        actual = add(period, "actual", value=value)
        _comment(actual, [*_remarks(told, code, entry), *(revised if entry.target is None else ())])
        _cells(period, told, code, entry.period)


def _comment(element: Element, sentences: list[str]) -> None:
    """In Spanish, whatever the language of the file."""
    if sentences:
        tell(element, "comment", " ".join(sentences), codes.LANGUAGE)


def _missing(told: _Told, code: str, entry: Entry, figure: IndicatorFigure) -> str:
    """The sign of a semester without a value, and what it means."""
    text = f"{figure.sign} {SIGN_EXPLANATIONS[figure.sign]}"
    if reason := told.reasons.get((code, entry.period)):
        text += f" {_('Motivo: %s') % reason}"
    return text


def _remarks(told: _Told, code: str, entry: Entry) -> Iterator[str]:
    if entry.target is None:
        yield f"S.P. {SIGN_EXPLANATIONS['S.P.']}"
    if entry.denominator is not None:
        parts = {"numerator": decimal_text(entry.numerator), "denominator": decimal_text(entry.denominator)}
        yield _("Numerador %(numerator)s, denominador %(denominator)s.") % parts
    result = told.broken_down.get((code, entry.period))
    for table, each in result.tables.items() if result else ():
        if each.level != HowMuch.FULL:
            yield _("«%(table)s»: se publica %(how)s.") % {
                "table": BreakdownTable(table).label,
                "how": LEVEL_WORDS[each.level],
            }


def _revisions(told: _Told, code: str, period: str) -> Iterator[str]:
    for row in told.revisions.get((code, period), ()):
        yield _("Meta reprogramada: de %(old)s a %(new)s, por %(document)s del %(day)s.") % {
            "old": row["old"] or MISSING,
            "new": row["new"] or MISSING,
            "document": row["document"],
            "day": short_date(row["document_date"]),
        }


def _cells(period: Element, told: _Told, code: str, semester: str) -> None:
    """The value again for each part of the people that may be told, by codes that the open data and the API share."""
    result = told.broken_down.get((code, semester))
    if result is None:
        return
    for cell in cells_told(result, result.tables):
        actual = add(period, "actual", value=str(cell.number))
        add(actual, "dimension", name=SEX, value=cell.sex)
        if cell.category:
            add(actual, "dimension", name=DIMENSIONS[cell.table], value=cell.category)
