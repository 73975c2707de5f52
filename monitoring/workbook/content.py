"""What a workbook brings: what would change in the report, what is wrong with it, what is worth knowing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from institution.models import User
from monitoring.completeness import Filled
from monitoring.entries import Form, field_label
from monitoring.queries import FiledIndicator, Filing
from monitoring.recording import Typing
from plans.models import Indicator
from plans.workbook.content import Problem


@dataclass(frozen=True)
class LastReported:
    """What was reported on an indicator the last time; no value means that it was said not to be available."""

    period: str
    value: Decimal | None


@dataclass(frozen=True)
class Change:
    """One field that would say something else. In a conflict a colleague has changed it too, to something else."""

    sheet: str
    cell: str
    form: Form
    key: str
    seen: str
    old: str
    new: str
    conflict: bool = False
    by: User | None = None
    at: dt.datetime | None = None

    @property
    def indicator(self) -> Indicator:
        return self.form.indicator

    @property
    def name(self) -> str:
        """How a page sends the choice: "17:value"."""
        return f"{self.indicator.pk}:{self.key}"

    @property
    def label(self) -> str:
        return field_label(self.form, self.key)


@dataclass(frozen=True)
class Comparison:
    """The workbook beside the report as it stands. Nothing may be confirmed while there are problems."""

    filing: Filing
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()  # what else has changed since the download
    downloaded_at: dt.datetime | None = None
    downloaded_by: str = ""

    @property
    def conflicts(self) -> list[Change]:
        return [change for change in self.changes if change.conflict]

    @property
    def plain(self) -> list[Change]:
        return [change for change in self.changes if not change.conflict]

    @property
    def may_confirm(self) -> bool:
        return bool(self.changes) and not self.problems

    @property
    def digest(self) -> str:
        """Of what a person decides upon: it differs as soon as the preview would say something else."""
        told = [[each.name, each.old, each.new, each.conflict] for each in self.changes]
        told.append([str(problem) for problem in self.problems])
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def typings(self, mine: Collection[str] = ()) -> list[Typing]:
        """What is to be written: every change without conflict, and of the conflicts those named in `mine`."""
        chosen: dict[int, list[Change]] = {}
        for change in self.changes:
            if not change.conflict or change.name in mine:
                chosen.setdefault(change.indicator.pk, []).append(change)
        # Whoever chose has seen what is recorded now.
        return [
            Typing(rows[0].indicator, {row.key: row.new for row in rows}, {row.key: row.old for row in rows})
            for rows in chosen.values()
        ]

    def after(self, mine: Collection[str] = ()) -> Filing:
        """The report as it would stand."""
        typed = {each.indicator.pk: each.typed for each in self.typings(mine)}
        rows = (_with(row, typed.get(row.indicator.pk, {})) for row in self.filing.indicators)
        return replace(self.filing, indicators=tuple(rows))

    @property
    def done_after(self) -> int:
        return sum(row.filled == Filled.DONE for row in self.after().due)


def _with(row: FiledIndicator, typed: Mapping[str, str]) -> FiledIndicator:
    return replace(row, entry={key: text for key, text in (row.entry | typed).items() if text})


@dataclass
class Findings:
    """Problems as they are met."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, sheet: str, cell: str, wrong: str, expected: str) -> None:
        self.problems.append(Problem(sheet, cell, str(wrong), str(expected)))
