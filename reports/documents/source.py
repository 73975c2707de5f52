"""The record of an evaluation opened once: its figures as frozen, at the cut-off and semester by semester."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring.frozen import JSON, outline_from_json, scorecard_from_json, sha256_of
from monitoring.progress import IndicatorFigure, NodeFigure
from monitoring.scorecard import Figures, IndicatorRow, NodeRow, PlanOutline, Scorecard
from plans.measures import Horizon, Reading


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
    def year(self) -> int:
        return self.record["evaluation"]["year"]

    @property
    def is_first_year(self) -> bool:
        """In its first year the plan to date is the year itself."""
        return self.year == self.record["plan"]["first_year"]

    @property
    def cutoff(self) -> dt.date:
        return dt.date.fromisoformat(self.record["evaluation"]["cutoff"])

    @property
    def closed_on(self) -> dt.date | None:
        """None while the evaluation is a draft."""
        text = self.record["evaluation"]["closed_on"]
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
    def horizons(self) -> tuple[tuple[Horizon, str], ...]:
        """The horizons of an evaluation and what the reader sees them called; one where both are the same."""
        if self.is_first_year:
            return ((Horizon.YEAR, _("Año y plan")),)
        return ((Horizon.YEAR, _("Año %s") % self.year), (Horizon.PLAN, _("Plan")))

    def unit_name(self, acronym: str) -> str:
        return self.outline.unit_names.get(acronym, acronym)

    def nodes_by_semester(self, code: str) -> list[NodeFigure]:
        return [card.node(code)[Horizon.SEMESTER] for card in self.semesters.values()]

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
