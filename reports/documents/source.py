"""A record opened once, an evaluation's or a follow-up report's: its figures as frozen, at the end and by semester."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.frozen import JSON, outline_from_json, scorecard_from_json, sha256_of
from monitoring.progress import IndicatorFigure
from monitoring.scorecard import Figures, IndicatorRow, NodeRow, PlanOutline, Scorecard
from plans.measures import Horizon, Reading

READING_HEADS = {
    Reading.PROGRAMMED: gettext_lazy("Sobre lo programado"),
    Reading.REPORTED: gettext_lazy("Sobre lo reportado"),
}


@dataclass(frozen=True)
class Source:
    """What every part of the document is built from."""

    record: JSON
    card: Scorecard
    outline: PlanOutline
    # The horizon `semester` of each semester up to the cut-off, in order: what the charts over time draw.
    semesters: Mapping[str, Scorecard]

    @classmethod
    def of(cls, record: JSON) -> Source:
        semesters = {period: scorecard_from_json(card) for period, card in sorted(record["semesters"].items())}
        return cls(record, scorecard_from_json(record["scorecard"]), outline_from_json(record["outline"]), semesters)

    @property
    def is_follow_up(self) -> bool:
        """Whether the record is that of one semester's follow-up report, which has no text of an evaluation."""
        return "evaluation" not in self.record

    @property
    def about(self) -> JSON:
        """What the record says of the document itself: year, cut-off, when it was closed."""
        return self.record["document"] if self.is_follow_up else self.record["evaluation"]

    @property
    def year(self) -> int:
        return self.about["year"]

    @property
    def lead(self) -> Horizon:
        """The horizon that the document is about: lights, order and bars are taken from it."""
        return Horizon.SEMESTER if self.is_follow_up else Horizon.YEAR

    @property
    def lead_name(self) -> str:
        return _("Semestre %s") % self.card.upto if self.is_follow_up else _("Año %s") % self.year

    @property
    def is_first_year(self) -> bool:
        """In its first year the plan to date is the year itself."""
        return self.year == self.record["plan"]["first_year"]

    @property
    def cutoff(self) -> dt.date:
        return dt.date.fromisoformat(self.about["cutoff"])

    @property
    def closed_on(self) -> dt.date | None:
        """None while the evaluation is a draft; of a follow-up report the day on which its semester was closed."""
        text = self.about["closed_on"]
        return dt.date.fromisoformat(text) if text else None

    @property
    def sha256(self) -> str:
        """The hash of the record; empty for a draft, whose record still changes."""
        return sha256_of(self.record) if self.closed_on else ""

    @property
    def is_official(self) -> bool:
        """A closed evaluation of closed semesters; until then its figures are preliminary."""
        return self.closed_on is not None and self.card.figures == Figures.OFFICIAL

    @property
    def official(self) -> Reading:
        return self.card.parameters.reading

    @property
    def other(self) -> Reading:
        return Reading.REPORTED if self.official == Reading.PROGRAMMED else Reading.PROGRAMMED

    @property
    def official_head(self) -> str:
        """The official reading as the head of a column."""
        return str(READING_HEADS[self.official])

    @property
    def other_head(self) -> str:
        return str(READING_HEADS[self.other])

    @property
    def horizons(self) -> tuple[tuple[Horizon, str], ...]:
        """The horizons of the document and what the reader sees them called; those that are the same stand as one."""
        if self.is_follow_up:
            return self._horizons_of_semester()
        if self.is_first_year:
            return ((Horizon.YEAR, _("Año y plan")),)
        return ((Horizon.YEAR, _("Año %s") % self.year), (Horizon.PLAN, _("Plan")))

    def _horizons_of_semester(self) -> tuple[tuple[Horizon, str], ...]:
        plan, is_first_half = (Horizon.PLAN, _("Plan")), self.card.upto.endswith("-1")
        if self.card.upto == self.outline.periods[0]:
            return ((Horizon.SEMESTER, _("Sem. y plan")),)
        if is_first_half:
            return ((Horizon.SEMESTER, _("Sem. y año")), plan)
        semester = (Horizon.SEMESTER, _("Semestre"))
        if self.is_first_year:
            return (semester, (Horizon.YEAR, _("Año y plan")))
        return (semester, (Horizon.YEAR, _("Año %s") % self.year), plan)

    def unit_name(self, acronym: str) -> str:
        return self.outline.unit_names.get(acronym, acronym)

    def official_by_semester(self, node: NodeRow) -> list[Decimal | None]:
        """The official reading of a node semester by semester; a sign leaves a gap."""
        figures = [card.node(node.code)[Horizon.SEMESTER] for card in self.semesters.values()]
        return [None if figure.sign else figure.progress.by(self.official) for figure in figures]

    def indicator_by_semester(self, code: str) -> list[IndicatorFigure]:
        return [card.indicator(code)[Horizon.SEMESTER] for card in self.semesters.values()]

    def children_of(self, node: NodeRow | None) -> list[NodeRow]:
        """The nodes right under one; of None, the guidelines."""
        codes = [row.code for row in self.outline.nodes if row.parent == (node.code if node else None)]
        return [self.card.node(code) for code in codes]

    def own_indicators(self, node: NodeRow) -> list[IndicatorRow]:
        return self.card.indicators_of(node.code)


def long_date(day: dt.date) -> str:
    """`31 de diciembre de 2023`."""
    return date_format(day, r"j \d\e F \d\e Y")


def short_date(day: dt.date | str) -> str:
    """`28 feb. 2024`; takes the ISO text of a record too."""
    return date_format(dt.date.fromisoformat(day) if isinstance(day, str) else day, "DATE_FORMAT")
