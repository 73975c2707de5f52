"""PURE. What a report must hold before it leaves the unit (rules, section 9): values in, gaps out.

Standard library only. The words for each gap are in `monitoring/showing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

__all__ = ["Asked", "Filled", "Gap", "Given", "Lack", "filled", "lacks"]


class Gap(StrEnum):
    """What can be missing of one indicator."""

    VALUE = "value"  # neither a value nor a reason why there is none
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    ABOVE = "above"  # the numerator exceeds the denominator
    TABLE = "table"  # a declared breakdown table is empty
    SUM = "sum"  # a breakdown table does not add up to the value
    EVIDENCE = "evidence"  # neither means of verification nor a reason why there are none


class Filled(StrEnum):
    """How far one indicator is, as the list beside the form shows it."""

    DONE = "done"
    PARTIAL = "partial"
    EMPTY = "empty"
    OPTIONAL = "optional"  # nothing is programmed in the semester, and nothing was entered


@dataclass(frozen=True, slots=True)
class Asked:
    """What one indicator asks of the unit in one semester. `due`: a target is programmed (0 is one)."""

    due: bool
    pooled: bool = False
    numerator_may_exceed: bool = False
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What the unit has entered. `sums`: by breakdown table, the sum of its cells; a table without cells is absent."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_available_reason: str = ""
    no_evidence_reason: str = ""
    sums: Mapping[str, int] = field(default_factory=dict)
    evidence: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether no figure, no reason, no table and no evidence was entered. Narrative alone is no report."""
        numbers = (self.value, self.numerator, self.denominator)
        return all(number is None for number in numbers) and not (
            self.not_available_reason or self.no_evidence_reason or self.sums or self.evidence
        )


@dataclass(frozen=True, slots=True)
class Lack:
    """One gap, beside the field where it is closed; `expected` and `found` where two numbers disagree."""

    gap: Gap
    field: str
    expected: Decimal | None = None
    found: Decimal | None = None


def lacks(asked: Asked, given: Given) -> tuple[Lack, ...]:
    """Everything that keeps the report from being sent, in the order of the form; empty when it is whole.

    An indicator without a target in the semester may be left empty; once something is entered it has to be whole.
    A percentage of pooled cases carries no tables: they add up to a value, and it has none of its own.
    """
    if not asked.due and given.is_nothing:
        return ()
    if given.not_available_reason:
        return ()
    if asked.pooled:
        found = [*_parts(asked, given)]
        backs = given.numerator
    else:
        found = [Lack(Gap.VALUE, "value")] if given.value is None else [*_tables(asked, given, given.value)]
        backs = given.value
    if backs and not given.evidence and not given.no_evidence_reason:
        found.append(Lack(Gap.EVIDENCE, "evidence"))
    return tuple(found)


def _parts(asked: Asked, given: Given) -> list[Lack]:
    numerator, denominator = given.numerator, given.denominator
    if numerator is None and denominator is None:
        return [Lack(Gap.VALUE, "numerator")]
    if numerator is None:
        return [Lack(Gap.NUMERATOR, "numerator")]
    if denominator is None:
        return [Lack(Gap.DENOMINATOR, "denominator")]
    if numerator > denominator and not asked.numerator_may_exceed:
        return [Lack(Gap.ABOVE, "numerator", expected=denominator, found=numerator)]
    return []


def _tables(asked: Asked, given: Given, value: Decimal) -> list[Lack]:
    """A value of 0 needs no table: there is nobody to break down. A table that was filled in has to agree with it."""
    found = []
    for table in asked.tables:
        total = given.sums.get(table)
        if total is None:
            if value:
                found.append(Lack(Gap.TABLE, table, expected=value))
        elif total != value:
            found.append(Lack(Gap.SUM, table, expected=value, found=Decimal(total)))
    return found


def filled(asked: Asked, given: Given) -> Filled:
    """How far the indicator is."""
    if given.is_nothing:
        return Filled.EMPTY if asked.due else Filled.OPTIONAL
    return Filled.PARTIAL if lacks(asked, given) else Filled.DONE
