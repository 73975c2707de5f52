"""Verifying a closed evaluation: whether its record is whole, and which of its figures live data would change."""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.frozen import JSON, scorecard_json, sha256_of
from monitoring.models import Evaluation
from monitoring.queries import load_outline
from monitoring.scorecard import score


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that the live data no longer give: which one, as frozen, as it would be today."""

    where: str
    frozen: str | None
    live: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """`intact`: the record still has its hash. `differences`: figures that today's data would change."""

    intact: bool
    sha256: str
    differences: tuple[Difference, ...]


def verify_evaluation(evaluation: Evaluation) -> Verification:
    """Computes the hash again, and scores the live data at the same cut-off. The record itself never changes."""
    found = sha256_of(evaluation.frozen)
    live = scorecard_json(score(load_outline(evaluation.plan), evaluation.upto), detail=True)
    before, after = _flat(evaluation.frozen["scorecard"]), _flat(live)
    differences = tuple(
        Difference(where, before.get(where), after.get(where))
        for where in [*before, *(key for key in after if key not in before)]
        if before.get(where) != after.get(where)
    )
    return Verification(found == evaluation.sha256, found, differences)


def _flat(scorecard: JSON) -> dict[str, str | None]:
    """Every number and status of a scorecard by a path that a person can read."""
    flat: dict[str, str | None] = {f"parameters {key}": value for key, value in scorecard["parameters"].items()}
    flat["formula"] = scorecard["formula"]

    def walk(path: str, part: JSON) -> None:
        for key, value in part.items():
            if isinstance(value, dict):
                walk(f"{path} {key}", value)
            elif key not in ("name", "parent", "unit_of_measure", "code", "level"):
                flat[f"{path} {key}"] = value if value is None else str(value)

    for row in scorecard["indicators"]:
        walk(f"indicator {row['code']}", row)
    for row in scorecard["nodes"]:
        walk(f"{row['level']} {row['code']}", row)
    return flat
