"""Two versions of one evaluation side by side: the figures that differ, the texts, the findings, the commitments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from monitoring.evaluation import standing_record
from monitoring.frozen import JSON
from monitoring.models import Evaluation, EvaluationSection
from monitoring.scorecard import IndicatorRow, Level, NodeRow
from monitoring.showing import LEVEL_NAMES, quantity_text
from monitoring.wording import Piece, abridged, differ, word_changes
from plans.measures import Horizon, Reading
from reports.documents.evaluation import FindingRow, finding_rows
from reports.documents.figures import coverage_text, indicator_cell, node_cell
from reports.documents.source import Source, short_date


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that the two versions do not share."""

    horizon: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowChanges:
    """A node, a unit or an indicator, with those of its figures that differ."""

    level: str
    code: str
    name: str
    figures: tuple[FigureChange, ...]


@dataclass(frozen=True, slots=True)
class TextChange:
    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class VersionsCompared:
    old: Evaluation
    new: Evaluation
    versions: tuple[Evaluation, ...]
    rules: tuple[tuple[str, str, str], ...]
    rows: tuple[RowChanges, ...]
    reports: tuple[tuple[str, str], ...]
    texts: tuple[TextChange, ...]
    findings_gone: tuple[FindingRow, ...]
    findings_new: tuple[FindingRow, ...]
    commitments_gone: tuple[str, ...]
    commitments_new: tuple[str, ...]

    @property
    def says_the_same(self) -> bool:
        found = (self.rules, self.rows, self.reports, self.texts, self.findings_gone, self.findings_new)
        return not any((*found, self.commitments_gone, self.commitments_new))


def load_versions(old: Evaluation, new: Evaluation, versions: tuple[Evaluation, ...]) -> VersionsCompared:
    """From frozen records alone; of a draft, from its record as of now."""
    before, after = map(standing_record, (old, new))
    then, now = Source.of(before), Source.of(after)
    gone, came = _only_in(finding_rows(before), finding_rows(after), key=lambda row: row.key)
    dropped, added = _only_in(_commitments(before), _commitments(after), key=str)
    return VersionsCompared(
        old,
        new,
        versions,
        rules=tuple(_rules(before["scorecard"], after["scorecard"])),
        rows=tuple(_rows(then, now)),
        reports=tuple(_reports(before, after)),
        texts=tuple(_texts(before, after)),
        findings_gone=gone,
        findings_new=came,
        commitments_gone=dropped,
        commitments_new=added,
    )


def _only_in(old: Iterable, new: Iterable, *, key: Callable[[Any], str]) -> tuple[tuple, tuple]:
    """What only the one has, and what only the other. Their keys decide: evidence that was added makes no other."""
    before, after = ({key(row): row for row in rows} for rows in (old, new))
    gone = tuple(row for mark, row in before.items() if mark not in after)
    return gone, tuple(row for mark, row in after.items() if mark not in before)


def _rules(old: JSON, new: JSON) -> Iterator[tuple[str, str, str]]:
    names = {"cap": _("Tope"), "green": _("En meta desde"), "amber": _("Cerca desde"), "reading": _("Lectura oficial")}
    words = {"programmed": _("sobre lo programado"), "reported": _("sobre lo reportado"), None: _("sin tope")}
    for key, value in new["parameters"].items():
        before = old["parameters"].get(key)
        if before != value:
            yield names.get(key, key), words.get(before, before), words.get(value, value)
    if old["formula"] != new["formula"]:
        yield _("Fórmula"), old["formula"], new["formula"]


def _rows(then: Source, now: Source) -> Iterator[RowChanges]:
    """The plan first, the tree in reading order, units, then indicators."""
    known = {(row.level, row.code): row for row in then.card.nodes}
    nodes = sorted(now.card.nodes, key=lambda row: (row.level == Level.UNIT, row.level != Level.PLAN))
    here = {(row.level, row.code) for row in nodes}
    nodes += [row for key, row in known.items() if key not in here]
    current = {(row.level, row.code): row for row in now.card.nodes}
    for row in nodes:
        key = (row.level, row.code)
        if found := tuple(_node_changes(then, now, known.get(key), current.get(key))):
            yield RowChanges(str(LEVEL_NAMES[row.level]), row.code, row.name, found)
    earlier = {row.code: row for row in then.card.indicators}
    for row in now.card.indicators:
        if found := tuple(_indicator_changes(then, now, earlier.get(row.code), row)):
            yield RowChanges(_("Indicador"), row.code, row.name, found)


def _node_changes(then: Source, now: Source, old: NodeRow | None, new: NodeRow | None) -> Iterator[FigureChange]:
    def told(source: Source, row: NodeRow | None, horizon: Horizon) -> dict[str, str]:
        if row is None:
            return {}
        readings = {name: node_cell(row[horizon], reading).percent for reading, name in _readings()}
        return readings | {_("cobertura"): coverage_text(row[horizon])}

    for horizon, name in now.horizons:
        yield from _differing(name, told(then, old, horizon), told(now, new, horizon))


def _indicator_changes(
    then: Source, now: Source, old: IndicatorRow | None, new: IndicatorRow | None
) -> Iterator[FigureChange]:
    def told(source: Source, row: IndicatorRow | None, horizon: Horizon) -> dict[str, str]:
        if row is None:
            return {}
        figure = row[horizon]
        figures = {_("meta"): quantity_text(figure.target), _("logro"): quantity_text(figure.value)}
        for reading, name in _readings():
            figures[name] = indicator_cell(figure, reading, source.card.parameters).percent
        return figures

    for horizon, name in now.horizons:
        yield from _differing(name, told(then, old, horizon), told(now, new, horizon))


def _readings() -> tuple[tuple[Reading, str], ...]:
    return (Reading.PROGRAMMED, _("sobre lo programado")), (Reading.REPORTED, _("sobre lo reportado"))


def _differing(horizon: str, old: dict[str, str], new: dict[str, str]) -> Iterator[FigureChange]:
    for what in dict.fromkeys((*old, *new)):
        before, after = old.get(what, "–"), new.get(what, "–")
        if before != after:
            yield FigureChange(horizon, what, before, after)


def _reports(old: JSON, new: JSON) -> Iterator[tuple[str, str]]:
    """The reports that only one of the two used, or that came again since."""
    before, after = ({(row["period"], row["unit"]): row for row in each["submissions"]} for each in (old, new))
    for key in sorted({*before, *after}):
        name = f"{key[1]} {key[0]}"
        if key not in after:
            yield name, _("ya no se usa")
        elif key not in before:
            yield name, _("se usa ahora")
        elif before[key]["submitted_on"] != after[key]["submitted_on"]:
            yield name, _("enviado de nuevo el %s") % short_date(after[key]["submitted_on"])


def _texts(old: JSON, new: JSON) -> Iterator[TextChange]:
    for kind in EvaluationSection.Kind:
        before, after = (each["sections"].get(kind.value, "") for each in (old, new))
        if differ(before, after):
            yield TextChange(str(kind.label), abridged(word_changes(before, after)))


def _commitments(record: JSON) -> tuple[str, ...]:
    return tuple(
        f"{row.get('action') or row['recommendation']} ({row['unit']}, {short_date(row['due_on'])})"
        for row in record["commitments"]
    )
