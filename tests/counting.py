"""What tests counted (cases, cells, races, faults), told at the end of a run."""

import pytest

COUNTS = pytest.StashKey[list[str]]()


def count(config: pytest.Config, line: str) -> None:
    config.stash.setdefault(COUNTS, []).append(line)
