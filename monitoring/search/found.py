"""What was found, by kind: a few of each, or all of one kind by pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from institution.models import User
from monitoring.search.kinds import KINDS, Hit, Kind
from monitoring.search.query import Query
from plans.models import Plan

AT_FIRST = 5
PER_PAGE = 20


@dataclass(frozen=True)
class Group:
    kind: Kind
    count: int
    hits: tuple[Hit, ...] = ()

    @property
    def has_more(self) -> bool:
        return self.count > len(self.hits)


@dataclass(frozen=True)
class Found:
    """`groups`: every kind with its count, the empty ones too; `chosen`: the one kind that is shown by pages."""

    query: Query
    groups: tuple[Group, ...] = ()
    chosen: Group | None = None
    page: Page | None = None

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def filled(self) -> list[Group]:
        return [group for group in self.groups if group.count]


def load_search(plan: Plan, user: User, query: Query, kind: str = "", page: str = "") -> Found:
    """What the reader may find. No query where nothing is asked; else one for whether the reader keeps the library, and
    two for each of the six kinds (how many, which), or with a `kind` chosen six counts and one page. An unknown kind
    is none."""
    if not query.is_asked:
        return Found(query)
    chosen = next((each for each in KINDS if each.slug == kind), None)
    rows = {each.slug: each.rows(plan, user, query) for each in KINDS}
    counted = {slug: found.count() for slug, found in rows.items()}
    if chosen is None:
        groups = (_group(plan, query, each, counted[each.slug], rows[each.slug][:AT_FIRST]) for each in KINDS)
        return Found(query, tuple(groups))
    shown = _Counted(rows[chosen.slug], counted[chosen.slug]).get_page(page)
    group = _group(plan, query, chosen, counted[chosen.slug], shown.object_list)
    return Found(query, tuple(Group(each, counted[each.slug]) for each in KINDS), group, shown)


class _Counted(Paginator):
    """Pages of rows that were counted already."""

    def __init__(self, rows: object, count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.count = count


def _group(plan: Plan, query: Query, kind: Kind, count: int, rows: object) -> Group:
    return Group(kind, count, tuple(kind.tell(plan, row, query) for row in rows))
