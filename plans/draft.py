"""A plan as it is being written: its tree with its indicators in reading order, and what it still lacks to be whole."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model, Prefetch
from django.utils.translation import gettext as _

from plans.models import NODE_MODELS, Indicator, Plan, Responsibility
from plans.models.tree import Node

# The four levels from the top down, each by the word that addresses use.
WORDS = ("lineamientos", "objetivos", "acciones", "actividades")
LEVELS: dict[str, type[Node]] = dict(zip(WORDS, NODE_MODELS.values(), strict=True))


@dataclass(frozen=True)
class DraftNode:
    """One node: its level as a word, how deep it stands, its indicators, and how many nodes hang on it."""

    level: str
    row: Node
    indicators: tuple[Indicator, ...]
    below: tuple[DraftNode, ...] = field(repr=False)

    @property
    def depth(self) -> int:
        return WORDS.index(self.level)

    @property
    def level_name(self) -> str:
        return str(self.row._meta.verbose_name)

    @property
    def next_level(self) -> str:
        """The level of what hangs on it; empty for an activity."""
        return WORDS[self.depth + 1] if self.depth + 1 < len(WORDS) else ""

    @property
    def next_name(self) -> str:
        return str(LEVELS[self.next_level]._meta.verbose_name) if self.next_level else ""

    @property
    def takes_indicators(self) -> bool:
        return self.depth > 0


@dataclass(frozen=True)
class Draft:
    """The whole tree. `nodes` in reading order, each followed by what hangs on it."""

    plan: Plan
    tops: tuple[DraftNode, ...]

    @cached_property
    def nodes(self) -> list[DraftNode]:
        def walk(nodes: tuple[DraftNode, ...]) -> Iterator[DraftNode]:
            for node in nodes:
                yield node
                yield from walk(node.below)

        return list(walk(self.tops))

    @cached_property
    def lacks(self) -> list[str]:
        """What keeps the plan from being put in force, each in a sentence; empty when it is whole."""
        return list(_lacks(self))


def load_draft(plan: Plan) -> Draft:
    """The tree with its indicators. 8 queries, whatever its size.

    Guidelines, objectives, actions, activities with their leading unit (4); indicators with their targets, tables,
    responsibilities with their units (4).
    """
    indicators: dict[tuple[str, int], list[Indicator]] = defaultdict(list)
    for row in _indicators_of(plan):
        level, pk = _measures(row)
        indicators[level, pk].append(row)
    rows = {
        "lineamientos": list(plan.guidelines.all()),
        "objetivos": list(plan.objectives.all()),
        "acciones": list(plan.actions.all()),
        "actividades": list(plan.activities.select_related("lead_unit")),
    }

    def nodes(depth: int, parent: int | None) -> tuple[DraftNode, ...]:
        if depth == len(WORDS):
            return ()
        level = WORDS[depth]
        own = [row for row in rows[level] if depth == 0 or getattr(row, f"{row.parent_field}_id") == parent]
        return tuple(DraftNode(level, row, tuple(indicators[level, row.pk]), nodes(depth + 1, row.pk)) for row in own)

    return Draft(plan, nodes(0, None))


def _indicators_of(plan: Plan) -> list[Indicator]:
    tenures = Responsibility.objects.select_related("unit").order_by("from_period")
    rows = plan.indicators.prefetch_related("targets", "declared_tables", Prefetch("responsibilities", tenures))
    return list(rows)


def _measures(row: Indicator) -> tuple[str, int]:
    if row.activity_id:
        return "actividades", row.activity_id
    return ("acciones", row.action_id) if row.action_id else ("objetivos", row.objective_id)


def _lacks(draft: Draft) -> Iterator[str]:
    if not draft.tops:
        yield _("El plan no tiene ningún lineamiento.")
    for node in draft.nodes:
        told = {"code": node.row.code, "below": node.next_name}
        if node.next_level and not node.below:
            yield _("%(code)s no tiene nada debajo: le falta al menos un elemento del nivel «%(below)s».") % told
        if not node.next_level and not node.indicators:
            yield _("%(code)s no tiene ningún indicador que la mida.") % told
        for indicator in node.indicators:
            yield from _lacks_of(indicator)


def _lacks_of(indicator: Indicator) -> Iterator[str]:
    code = indicator.code
    targets = sorted(target.period for target in indicator.targets.all())
    if not targets:
        yield _("%(code)s no tiene ninguna meta.") % {"code": code}
    tenures = list(indicator.responsibilities.all())
    if missing := [period for period in targets if not any(tenure.covers(period) for tenure in tenures)]:
        yield _("Nadie responde por %(code)s en %(periods)s.") % {"code": code, "periods": ", ".join(missing)}
    if indicator.counts == Indicator.Counts.PEOPLE and not indicator.declared_tables.all():
        yield _("%(code)s cuenta personas y no pide ninguna tabla de desagregación.") % {"code": code}


# --- Two persons who write at once


def mark_of(row: Model | None) -> str:
    """A short mark of a row as it stands with all that is edited with it, to notice a change meanwhile."""
    if row is None or row.pk is None:
        return ""
    told: list[Any] = [(field.attname, getattr(row, field.attname)) for field in row._meta.concrete_fields]
    told += [
        (field.name, sorted(getattr(row, field.name).values_list("pk", flat=True))) for field in row._meta.many_to_many
    ]
    if isinstance(row, Indicator):
        told += [list(getattr(row, name).order_by("pk").values_list()) for name in ("targets", "declared_tables")]
        told.append(list(row.responsibilities.order_by("pk").values_list()))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def changed_meanwhile(row: Model, seen: str, name: str) -> str:
    """What is said to whoever saw another row than the one that stands now; empty when nobody changed it."""
    if not seen or seen == mark_of(row):
        return ""
    told = _("Otra persona cambió %(name)s mientras usted escribía. Lo suyo sigue aquí: revise y guarde otra vez.")
    return told % {"name": name}
