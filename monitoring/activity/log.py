"""The log, read from all its sources and merged: a page of it, or all of it piece by piece."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from institution import clock
from institution.models import Designation, Unit, User
from monitoring.activity import accesses, acts, histories
from monitoring.activity.choice import Choice, Choices
from monitoring.activity.entry import Entry, Key, Told
from monitoring.permissions import reviews_reports
from plans.models import Indicator, Plan

# The rank of a source is its place here.
SOURCES = (*acts.SOURCES, *histories.SOURCES, *accesses.SOURCES)
PER_PAGE = 50
PER_PIECE = 500


@dataclass(frozen=True)
class LogPage:
    """`older`: the key behind which the next page begins; None on the last."""

    choice: Choice
    entries: tuple[Entry, ...]
    older: Key | None
    choices: Choices


def load_log(plan: Plan, user: User, choice: Choice, limit: int = PER_PAGE) -> LogPage:
    """The newest lines of what was chosen, before the place that the address names.

    One query for who reads, one for each source, of `limit` + 1 rows at most, then for what stands on the page: at
    most three for each kind of history on it and three for the links of activities, two for who acted in which
    capacity; three for what there is to choose from. Their number depends on what is on the page, never on how much
    there is.
    """
    entries, older = _read(plan, choice, limit, with_drafts=reviews_reports(user, plan))
    return LogPage(choice, entries, older, _choices(plan))


def all_entries(plan: Plan, user: User, choice: Choice, piece: int = PER_PIECE) -> Iterator[Entry]:
    """Every line of what was chosen, newest first, never more than a piece of it in memory."""
    with_drafts = reviews_reports(user, plan)
    while True:
        entries, older = _read(plan, choice, piece, with_drafts=with_drafts)
        yield from entries
        if older is None:
            return
        choice = choice.from_key(older)


def _read(plan: Plan, choice: Choice, limit: int, *, with_drafts: bool) -> tuple[tuple[Entry, ...], Key | None]:
    """`with_drafts`: of evaluations too, which are for the coordination and planning (`may_see_evaluation`)."""
    found: list[tuple[Key, Any]] = []
    for rank, source in enumerate(SOURCES):
        rows = source.found(plan, choice, rank, limit + 1, clock.today(), with_drafts=with_drafts)
        found += [(source.key(row, rank), row) for row in rows]
    found.sort(key=lambda each: each[0], reverse=True)
    shown = found[:limit]
    told = _told(plan, shown)
    who = {key: SOURCES[key.rank].person(row) for key, row in shown}
    people = User.objects.in_bulk({person for person in who.values() if person})
    posts = _posts(plan, set(people))
    entries = tuple(_entry(key, told[key], people.get(who[key]), posts) for key, _row in shown)
    return entries, shown[-1][0] if len(found) > limit else None


def _told(plan: Plan, shown: list[tuple[Key, Any]]) -> dict[Key, Told]:
    """All rows of one source are told together, so that what they need is fetched once."""
    by_source: dict[int, list[tuple[Key, Any]]] = defaultdict(list)
    for key, row in shown:
        by_source[key.rank].append((key, row))
    told: dict[Key, Told] = {}
    for rank, rows in by_source.items():
        texts = SOURCES[rank].tell(plan, [row for _key, row in rows])
        told |= dict(zip((key for key, _row in rows), texts, strict=True))
    return told


def _entry(key: Key, told: Told, by: User | None, posts: dict[int, list[Designation]]) -> Entry:
    source = SOURCES[key.rank]
    capacity = told.capacity or (_capacity(posts[by.pk], key) if by and by.pk in posts else "")
    return Entry(key, source.kind, told, by, capacity, source.is_day)


def _posts(plan: Plan, people: set[int]) -> dict[int, list[Designation]]:
    posts: dict[int, list[Designation]] = defaultdict(list)
    held = Designation.objects.filter(user__in=people, unit__government=plan.government_id)
    for post in held.select_related("unit").order_by("starts_on", "id"):
        posts[post.user_id].append(post)
    return dict(posts)


def _capacity(posts: list[Designation], key: Key) -> str:
    """The posts that the person held that day, where the record does not say in which capacity they acted."""
    day = _day(key)
    held = (post for post in posts if post.starts_on <= day and (post.ends_on is None or day <= post.ends_on))
    return ", ".join(dict.fromkeys(f"{post.get_role_display()} {post.unit.acronym}" for post in held))


def _day(key: Key) -> dt.date:
    return timezone.localtime(key.at).date()


def _choices(plan: Plan) -> Choices:
    people = User.objects.filter(designations__unit__government=plan.government_id).distinct()
    units = Unit.objects.filter(government=plan.government_id)
    codes = Indicator.objects.filter(plan=plan).order_by("code").values_list("code", "name")
    return Choices(list(people), list(units), list(codes))
