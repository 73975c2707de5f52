"""One indicator of a report: what is asked, what is entered, what is wrong or missing, what was reported before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from institution.models import User
from monitoring import showing
from monitoring.completeness import Filled, Gap, Lack
from monitoring.entries import NARRATIVE, Form, TableLayout, cell_key, field_label, sums_of
from monitoring.models import Evidence, Observation, Period, Result, Submission
from monitoring.progress import Entry, IndicatorFigure, Parameters, measure
from monitoring.queries import FiledIndicator, Filing, parameters_of, series_of
from monitoring.recording import Conflict
from plans.measures import Horizon
from plans.models import BreakdownTable, Indicator

SENT = (Submission.State.SUBMITTED, Submission.State.VALIDATED)


@dataclass(frozen=True)
class Previous:
    """What was last reported on an indicator, by whom."""

    period: str
    unit: str
    by: User
    figure: IndicatorFigure

    @property
    def value(self) -> Decimal | None:
        return self.figure.value


@dataclass(frozen=True)
class Field:
    """One field of the form: its key, its name on the page, what stands in it, what is wrong with it."""

    key: str
    name: str
    label: str
    text: str
    error: str = ""

    @property
    def ident(self) -> str:
        return f"r{self.name}"


@dataclass(frozen=True)
class GridRow:
    label: str
    fields: tuple[Field, ...]
    total: int


@dataclass(frozen=True)
class Grid:
    """A breakdown table to be filled in, with its sums as they stand."""

    layout: TableLayout
    rows: tuple[GridRow, ...]
    totals: tuple[int, ...]
    total: int | None  # None: nothing was typed into it yet
    expected: Decimal | None

    @property
    def agrees(self) -> bool:
        return self.total is not None and self.total == self.expected

    @property
    def is_long(self) -> bool:
        return self.layout.table == BreakdownTable.SEX_DISTRICT

    @property
    def errors(self) -> list[Field]:
        return [cell for row in self.rows for cell in row.fields if cell.error]


@dataclass(frozen=True)
class Card:
    """One indicator of the form."""

    filed: FiledIndicator
    figure: IndicatorFigure
    previous: Previous | None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    threads: tuple[Observation, ...] = ()
    told: tuple[str, ...] = ()  # what came of the files and links just given

    @property
    def indicator(self) -> Indicator:
        return self.filed.indicator

    @property
    def form(self) -> Form:
        return self.filed.form

    @property
    def ident(self) -> str:
        return f"i{self.indicator.pk}"

    @property
    def seen(self) -> str:
        """What stands in the form, for whoever types: sent back beside it, so that no change of others is lost."""
        return json.dumps(self.filed.entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @property
    def filled(self) -> Filled:
        """How far it is; what is wrong on the page or waits for an answer is not done, whatever has been saved."""
        return Filled.PARTIAL if self.errors or self.is_asked else self.filed.filled

    @property
    def is_asked(self) -> bool:
        """Whether an observation on it waits for the unit's answer."""
        return any(thread.is_open and not thread.is_answered for thread in self.threads)

    @property
    def has_wrong_figure(self) -> bool:
        """Whether what was typed as its figure could not be read: what was saved before says nothing then."""
        return any(key in self.errors for key in self.form.numbers)

    @property
    def filled_words(self) -> str:
        return str(showing.FILLED_WORDS[self.filled])

    @property
    def summary(self) -> str:
        """The line under the indicator's name in the list: what is there, or what is wrong or missing first."""
        if self.errors:
            return str(_("por corregir"))
        lacks = self.lacks
        if self.is_asked and not lacks:
            return str(_("por responder"))
        if self.filled == Filled.DONE or not lacks:
            return self.filled_words
        return lacks[0][1] if self.filled == Filled.PARTIAL else self.filled_words

    @property
    def lacks(self) -> list[tuple[str, str]]:
        """(id of the field, what is missing there)."""
        return [(lack_ident(self.indicator.pk, lack), text_of(self.form, lack)) for lack in self.filed.lacks]

    def _field(self, key: str) -> Field:
        text = self.typed.get(key, self.filed.entry.get(key, ""))
        label = field_label(self.form, key)
        return Field(key, f"{self.indicator.pk}-{key}", label, text, self.errors.get(key, ""))

    @property
    def numbers(self) -> list[Field]:
        return [self._field(key) for key in self.form.numbers]

    @property
    def not_available(self) -> Field:
        return self._field("not_available_reason")

    @property
    def no_evidence(self) -> Field:
        return self._field("no_evidence_reason")

    @property
    def narrative(self) -> list[Field]:
        return [self._field(key) for key in NARRATIVE]

    @property
    def grids(self) -> list[Grid]:
        sums = sums_of(self.filed.entry)
        return [self._grid(layout, sums.get(layout.table)) for layout in self.form.tables]

    def _grid(self, layout: TableLayout, total: int | None) -> Grid:
        count = {key: int(self.filed.entry.get(key) or 0) for key in layout.cell_keys()}

        def row(category: str, label: str) -> GridRow:
            keys = [cell_key(layout.table, category, sex) for sex, _name in layout.sexes]
            return GridRow(label, tuple(map(self._field, keys)), sum(count[key] for key in keys))

        totals = tuple(
            sum(count[cell_key(layout.table, category, sex)] for category, _label in layout.rows)
            for sex, _name in layout.sexes
        )
        return Grid(layout, tuple(row(*line) for line in layout.rows), totals, total, self.filed.given.value)

    @property
    def open_threads(self) -> list[Observation]:
        return [thread for thread in self.threads if thread.is_open]

    @property
    def withdrawn(self) -> tuple[Evidence, ...]:
        return self.filed.withdrawn

    @property
    def error_list(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, what is wrong with it)."""
        return [(f"r{self.indicator.pk}-{key}", self._label(key), text) for key, text in self.errors.items()]

    @property
    def conflict_list(self) -> list[dict[str, object]]:
        return [
            {
                "ident": f"r{self.indicator.pk}-{each.key}",
                "label": self._label(each.key),
                "by": each.by,
                "at": timezone.localtime(each.at),
                "theirs": each.theirs,
                "typed": each.typed,
            }
            for each in self.conflicts
        ]

    def _label(self, key: str) -> str:
        return str(_("Medios de verificación")) if key == "evidence" else field_label(self.form, key)


def lack_ident(indicator_id: int, lack: Lack) -> str:
    """The id on the page of the field where the gap is closed."""
    return f"r{indicator_id}-{lack.field}"


def text_of(form: Form, lack: Lack) -> str:
    name = next((layout.name for layout in form.tables if layout.table == lack.field), "")
    return showing.lack_text(lack, name if lack.gap in (Gap.TABLE, Gap.SUM) else "")


def load_card(filing: Filing, indicator_id: int) -> Card | None:
    """One card as it stands, without what was reported before; None where the unit does not answer for it."""
    row = filing.of(indicator_id)
    if row is None:
        return None
    figure = figure_of(row, filing.period, parameters_of(filing.period.plan))
    return Card(row, figure, None, threads=filing.threads_of(indicator_id))


def figure_of(row: FiledIndicator, period: Period, parameters: Parameters) -> IndicatorFigure:
    """The semester's figure with what is entered so far, whatever the state of the report."""
    given = row.given
    entry = Entry(
        period.code,
        row.form.target,
        given.value,
        given.numerator,
        given.denominator,
        not_available=bool(given.not_available_reason),
    )
    return measure(series_of(row.indicator, (entry,)), period.code, Horizon.SEMESTER, parameters)


def previous_of(indicators: Iterable[Indicator], period: Period, parameters: Parameters) -> dict[int, Previous]:
    """What was last sent on each indicator before the semester, by whoever answered then. One query."""
    known = {indicator.pk: indicator for indicator in indicators}
    rows = (
        Result.objects.filter(indicator__in=known, period__code__lt=period.code, submission__state__in=SENT)
        .select_related("period", "submission__unit", "entered_by")
        .order_by("period__code")
    )
    found = {}
    for row in rows:
        entry = Entry(
            row.period.code,
            None,
            row.value,
            row.numerator,
            row.denominator,
            not_available=bool(row.not_available_reason),
        )
        figure = measure(series_of(known[row.indicator_id], (entry,)), row.period.code, Horizon.SEMESTER, parameters)
        found[row.indicator_id] = Previous(row.period.code, row.submission.unit.acronym, row.entered_by, figure)
    return found
