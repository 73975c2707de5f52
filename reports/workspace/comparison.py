"""One evaluation beside the one before: the year against the year, the plan to date against the plan to date."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from institution.models import User
from monitoring.evaluation import standing_record
from monitoring.models import Evaluation
from monitoring.progress import NodeFigure
from monitoring.scorecard import Level, NodeRow
from monitoring.showing import AVERAGE_PLACES, MISSING, figure_text, short_code
from plans.measures import Horizon, Reading
from reports.documents.figures import Cell, coverage_text, node_cell, shown_value
from reports.documents.source import Source
from reports.workspace.writing import previous_of


class Way(StrEnum):
    """What became of a figure since the evaluation before, as shown to one decimal."""

    ROSE = "rose"
    FELL = "fell"
    SAME = "same"
    NEW = "new"  # it had no figure
    LOST = "lost"  # it has none any more
    NONE = "none"  # neither has


@dataclass(frozen=True, slots=True)
class Step:
    """A figure then and now. `points`: the difference of the figures as shown."""

    before: Cell
    now: Cell
    way: Way
    points: str
    coverage_before: str
    coverage_now: str

    @property
    def words(self) -> str:
        texts = {
            Way.ROSE: _("subió %s puntos"),
            Way.FELL: _("bajó %s puntos"),
            Way.SAME: _("igual"),
            Way.NEW: _("antes sin cifra"),
            Way.LOST: _("ahora sin cifra"),
            Way.NONE: _("sin cifra"),
        }
        text = texts[self.way]
        return text % self.points if "%s" in text else text


@dataclass(frozen=True, slots=True)
class ComparedNode:
    level: Level
    code: str
    name: str
    year: Step
    plan: Step


@dataclass(frozen=True)
class Comparison:
    """`counts`: how many activities rose, fell and stayed in the year's figure."""

    evaluation: Evaluation
    previous: Evaluation
    reading: Reading
    official: Reading
    nodes: tuple[ComparedNode, ...]
    units: tuple[ComparedNode, ...]
    gone: tuple[str, ...]
    counts: tuple[tuple[Way, str, int], ...]
    # Whether the two were computed under different rules: then a difference says less.
    rules_differ: bool

    @property
    def reads_officially(self) -> bool:
        return self.reading == self.official


def load_comparison(evaluation: Evaluation, user: User, reading: str = "") -> Comparison | None:
    """None where no earlier evaluation is closed. From frozen records; of a draft, from its record as of now."""
    previous = previous_of(evaluation)
    if previous is None:
        return None
    now, before = Source.of(standing_record(evaluation)), Source.of(previous.frozen)
    chosen = Reading(reading) if reading in set(Reading) else now.official
    known = {(row.level, row.code): row for row in before.card.nodes}

    def compared(row: NodeRow) -> ComparedNode:
        earlier = known.get((row.level, row.code))
        return ComparedNode(
            row.level,
            short_code(row.code) if row.level in (Level.ACTION, Level.ACTIVITY) else row.code,
            row.name,
            *(_step(earlier, row, horizon, chosen, now.official) for horizon in (Horizon.YEAR, Horizon.PLAN)),
        )

    whole = compared(now.card.whole)
    tree = [compared(row) for row in now.card.nodes if row.level not in (Level.UNIT, Level.PLAN)]
    here = {(row.level, row.code) for row in now.card.nodes}
    gone = tuple(f"{row.code} · {row.name}" for key, row in known.items() if key not in here)
    return Comparison(
        evaluation,
        previous,
        chosen,
        now.official,
        (whole, *tree),
        tuple(compared(row) for row in now.card.at_level(Level.UNIT)),
        gone,
        _counts(tree),
        (before.card.parameters, before.card.formula) != (now.card.parameters, now.card.formula),
    )


def _step(earlier: NodeRow | None, row: NodeRow, horizon: Horizon, reading: Reading, official: Reading) -> Step:
    lit = reading == official
    now = row[horizon]
    cell = node_cell(now, reading, lit=lit)
    if earlier is None:
        return Step(Cell(MISSING), cell, Way.NONE if now.sign else Way.NEW, "", "", coverage_text(now))
    before = earlier[horizon]
    way, points = _way(before, now, reading)
    return Step(node_cell(before, reading, lit=lit), cell, way, points, coverage_text(before), coverage_text(now))


def _way(before: NodeFigure, now: NodeFigure, reading: Reading) -> tuple[Way, str]:
    then, here = shown_value(before, reading), shown_value(now, reading)
    if then is None or here is None:
        return (Way.NONE if then == here else Way.NEW if then is None else Way.LOST), ""
    points = here - then
    way = Way.ROSE if points > 0 else Way.FELL if points < 0 else Way.SAME
    return way, figure_text(abs(points), AVERAGE_PLACES)


def _counts(nodes: list[ComparedNode]) -> tuple[tuple[Way, str, int], ...]:
    words = {
        Way.ROSE: _("subieron"),
        Way.FELL: _("bajaron"),
        Way.SAME: _("siguen igual"),
        Way.NEW: _("antes sin cifra"),
        Way.LOST: _("ahora sin cifra"),
        Way.NONE: _("sin cifra en ninguna"),
    }
    found = Counter(node.year.way for node in nodes if node.level == Level.ACTIVITY)
    return tuple((way, word, found[way]) for way, word in words.items() if found[way])
