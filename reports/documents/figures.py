"""How a document shows one figure: text, light as shape, word and colour, and the notes of the rules that bite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.charts import LIGHT_CLASS, light_mark, progress_bar, sparkline
from monitoring.progress import REVIEW_ABOVE, ZERO, IndicatorFigure, Light, NodeFigure, Parameters, round_half_up
from monitoring.scorecard import IndicatorRow, Level, NodeRow
from monitoring.showing import (
    AVERAGE_PLACES,
    INDICATOR_PLACES,
    LIGHT_WORDS,
    MISSING,
    SIGN_EXPLANATIONS,
    figure_text,
    quantity_text,
)
from plans.measures import Reading
from reports.documents.source import Source


@dataclass(frozen=True, slots=True)
class Cell:
    """A percentage as shown. `light` only where the reading is the official one; `notes` are letters."""

    text: str
    light: Light | None = None
    is_sign: bool = False
    notes: str = ""

    @property
    def word(self) -> str:
        return str(LIGHT_WORDS[self.light]) if self.light else ""

    @property
    def css(self) -> str:
        return LIGHT_CLASS[self.light]

    @property
    def mark(self) -> SafeString:
        return light_mark(self.light)

    @property
    def percent(self) -> str:
        """With its unit, where it stands in a sentence; a sign has none."""
        return self.text if self.is_sign or self.text == MISSING else f"{self.text} %"


@dataclass(frozen=True, slots=True)
class Line:
    """One horizon of a node or an indicator. Nodes have no target nor value of their own."""

    horizon: str
    target: str
    value: str
    official: Cell
    other: Cell
    coverage: str
    target_notes: str = ""
    value_notes: str = ""

    @property
    def notes(self) -> str:
        return f"{self.target_notes} {self.value_notes} {self.official.notes}"


@dataclass(frozen=True, slots=True)
class Note:
    """A rule that bites in a table, by the letter that stands beside the figure."""

    mark: str
    text: str


CAPPED, REVIEW, NEGATIVE, OWN_REVIEW, REPEATS, REPROGRAMMED = "a", "b", "c", "d", "e", "f"


def note_texts(parameters: Parameters) -> dict[str, str]:
    return {
        CAPPED: _("supera el tope: en los promedios entra como %s %%") % quantity_text(parameters.cap),
        REVIEW: _("supera 120 %: corresponde revisar si la meta estuvo bien puesta"),
        NEGATIVE: _("es negativo: en los promedios entra como 0"),
        OWN_REVIEW: _("incluye un reporte de la unidad coordinadora con conformidad dada en la misma unidad"),
        REPEATS: _("una misma persona puede estar contada más de una vez"),
        REPROGRAMMED: _("meta reprogramada: vea Reprogramaciones"),
        **{sign: str(text).rstrip(".").lower() for sign, text in SIGN_EXPLANATIONS.items()},
    }


def notes_for(source: Source, marks: Iterable[str]) -> tuple[Note, ...]:
    """The notes of the letters used, each once, in the order of the catalogue."""
    used = {mark for text in marks for mark in text.split()}
    return tuple(Note(mark, text) for mark, text in note_texts(source.card.parameters).items() if mark in used)


def node_cell(figure: NodeFigure, reading: Reading, *, lit: bool = True) -> Cell:
    """The figure of a node or unit in one reading; its sign where none of its indicators has a value."""
    if figure.sign:
        return Cell(figure.sign, Light.GREY if lit else None, is_sign=True)
    value = figure.progress.by(reading)
    return Cell(figure_text(value, AVERAGE_PLACES), figure.light if lit else None)


def indicator_cell(
    figure: IndicatorFigure,
    reading: Reading,
    parameters: Parameters,
    *,
    lit: bool = True,
    enters: bool = True,
    more: str = "",
) -> Cell:
    """The raw figure of an indicator in one reading, with the letters of the rules that bite.

    `enters`: whether it measures an activity, and so enters averages at all.
    """
    if figure.sign:
        return Cell(figure.sign, Light.GREY if lit else None, is_sign=True, notes=figure.sign)
    value = figure.progress.by(reading)
    bites = {
        CAPPED: enters and value is not None and parameters.cap is not None and value > parameters.cap,
        REVIEW: value is not None and value > REVIEW_ABOVE,
        NEGATIVE: enters and value is not None and value < ZERO,
    }
    marks = " ".join([*(mark for mark, bite in bites.items() if bite), *([more] if more else [])])
    return Cell(figure_text(value, INDICATOR_PLACES), figure.light if lit else None, notes=marks if lit else "")


def shown_points(
    before: NodeFigure | None, now: NodeFigure, reading_before: Reading, reading: Reading
) -> Decimal | None:
    """By how many points a node's figure differs from an earlier one: of both as they are shown, so that anybody can
    subtract them again. None where one of the two has no figure."""
    then, here = shown_value(before, reading_before), shown_value(now, reading)
    return None if then is None or here is None else here - then


def shown_value(figure: NodeFigure | None, reading: Reading) -> Decimal | None:
    """The figure as it is shown; None where a sign or nothing stands in its place."""
    value = None if figure is None or figure.sign else figure.progress.by(reading)
    return None if value is None else round_half_up(value, AVERAGE_PLACES)


def coverage_text(figure: IndicatorFigure | NodeFigure) -> str:
    return figure_text(figure.coverage, AVERAGE_PLACES)


def node_lines(source: Source, row: NodeRow) -> tuple[Line, ...]:
    return tuple(
        Line(
            name,
            "",
            "",
            node_cell(row[horizon], source.official),
            node_cell(row[horizon], source.other, lit=False),
            coverage_text(row[horizon]),
        )
        for horizon, name in source.horizons
    )


def indicator_lines(source: Source, row: IndicatorRow) -> tuple[Line, ...]:
    parameters = source.card.parameters
    return tuple(
        Line(
            name,
            quantity_text(figure.target),
            quantity_text(figure.value),
            indicator_cell(
                figure,
                source.official,
                parameters,
                enters=row.measures_level == Level.ACTIVITY,
                more=OWN_REVIEW if reviewed_itself(source, row, horizon) else "",
            ),
            indicator_cell(figure, source.other, parameters, lit=False),
            coverage_text(figure),
            target_notes=REPROGRAMMED if was_reprogrammed(source, row.code) else "",
            value_notes=REPEATS if may_repeat(source, row.code) and figure.value is not None else "",
        )
        for horizon, name in source.horizons
        for figure in [row[horizon]]
    )


def may_repeat(source: Source, code: str) -> bool:
    """Whether the indicator's sheet says that it may count a person twice."""
    return bool(source.record.get("sheets", {}).get(code, {}).get("people_may_repeat"))


def was_reprogrammed(source: Source, code: str) -> bool:
    """Whether a target of the indicator changed that falls due until the cut-off."""
    return any(row["indicator"] == code and row["period"] <= source.card.upto for row in source.record["revisions"])


def reviewed_itself(source: Source, row: IndicatorRow, horizon: str) -> bool:
    """Whether a value in the window comes from a report that the coordinating unit validated for itself."""
    first = {"semester": source.card.upto, "year": f"{source.year}-1"}.get(horizon, "")
    unit_at = source.outline.by_indicator[row.code].unit_at
    return any(
        used["validated_by_same_unit"] and first <= used["period"] and unit_at(used["period"]) == used["unit"]
        for used in source.record["submissions"]
    )


def node_spark(source: Source, node: NodeRow) -> SafeString:
    """The official reading of a node semester by semester; a sign leaves a gap."""
    return sparkline(source.official_by_semester(node))


def indicator_spark(source: Source, code: str) -> SafeString:
    return sparkline([figure.progress.by(source.official) for figure in source.indicator_by_semester(code)])


def bar(figure: NodeFigure, source: Source, *, width: int) -> SafeString:
    """The official reading of a node as a bar; empty where a sign is shown."""
    value = None if figure.sign else figure.progress.by(source.official)
    return progress_bar(value, figure.light, width=width)
