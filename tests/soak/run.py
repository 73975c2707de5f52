"""Many people at work, accidents at seeded moments, and what was lost: `bin/soak [--minutes 10] [--seed 2022]`."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.soak.cluster import Cluster
from tests.soak.faults import Faults
from tests.soak.persons import Coordinator, Heads, NoAnswer, Person, Reader, Reporter, Said

# The plan's first semester has just ended, so that its reports are due.
SETTINGS = {"PMH_TODAY": "2022-07-10"}


@dataclass(frozen=True)
class Outcome:
    """`findings`: what is lost, doubled or half there. `failures`: answers of failure that no accident explains."""

    acts: Counter
    faults: Counter
    findings: list[str]
    failures: list[str]
    away: Counter  # requests without an answer that an accident explains, by what it was
    found: dict[str, Any]

    @property
    def is_clean(self) -> bool:
        return not self.findings and not self.failures

    def __str__(self) -> str:
        lines = [
            f"acts answered: {self.acts.total()}  {dict(sorted(self.acts.items()))}",
            f"faults injected: {self.faults.total()}  {dict(sorted(self.faults.items()))}",
            f"without an answer while something was away: {dict(sorted(self.away.items()))}",
            f"there at the end: {self.found}",
            f"lost, doubled or half there: {len(self.findings)}",
            *(f"  {finding}" for finding in self.findings),
            f"failures that no accident explains: {len(self.failures)}",
            *(f"  {failure}" for failure in self.failures),
        ]
        return "\n".join(lines)


def soak(*, seconds: float, faults: int, seed: int, units: int = 6, nginx: bool = True) -> Outcome:
    """Works for so long and at least until so many accidents have happened, spread over that time."""
    with Cluster(nginx=nginx, settings=SETTINGS) as cluster:
        prepared = json.loads(cluster.run("-m", "tests.soak.office", "prepare", str(units)))
        said, stop = Said(), threading.Event()
        accidents = Faults(cluster, Random(seed), stop)  # noqa: S311  (a lot, no secret)
        people = _people(prepared, cluster.address, said, stop, seed)
        for person in people:
            person.start()
        began = time.monotonic()
        for number in range(faults):
            due = began + (number + accidents.chance.random()) * seconds / faults
            time.sleep(max(0.0, due - time.monotonic()))
            accidents.one()
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        stop.set()
        for person in people:
            person.join(120)
        _look_a_last_time(people, said)
        found = _found(cluster, said)
        findings = found.pop("findings") + said.problems
        failures, away = _explained(said.no_answers, accidents)
        return Outcome(said.acts, accidents.counted, findings, failures, away, found)


def _people(prepared: dict, address: str, said: Said, stop: threading.Event, seed: int) -> list[Person]:
    units = prepared["units"]
    return [
        *(Reporter(unit, facts, address, said, stop, f"{seed} {unit}") for unit, facts in units.items()),
        Heads(units, address, said, stop, f"{seed} heads"),
        Coordinator(prepared["coordinator"], units, address, said, stop, f"{seed} coordinator"),
        Reader(prepared["coordinator"], prepared["key"], address, said, stop, f"{seed} reader"),
    ]


def _look_a_last_time(people: list[Person], said: Said) -> None:
    """Whoever still waits for an answer looks what became of it; documents that failed are asked for again."""
    for person in people:
        if isinstance(person, Reporter) and person.in_the_air:
            person.looks()
        if isinstance(person, Coordinator) and person.is_in:
            for code in dict.fromkeys(said.documents):
                path = f"/planes/lima/documentos/{code}/"
                page = person.visitor.get(path)
                if f"{path}reintentar/" in page.text:
                    person.visitor.take_token(page)
                    person.visitor.send(f"{path}reintentar/", {})


def _found(cluster: Cluster, said: Said) -> dict[str, Any]:
    """Once everything has been worked off: what the database holds against what the people were answered."""
    cluster.run("-m", "tests.soak.office", "settle")
    cluster.mail(works=False)
    told = {**said.told(), "letters": (received := cluster.received)}
    found = json.loads(cluster.run("-m", "tests.soak.office", "found", stdin=json.dumps(told)))
    found["letters that came twice, with one Message-ID"] = len(received) - len(set(received))
    return found


def _explained(none: list[NoAnswer], accidents: Faults) -> tuple[list[str], Counter]:
    """Answers of failure by what explains them: the database was away; the process that should answer was killed."""
    failures, away = [], Counter()
    for each in none:
        if any(window.covers(each.began, each.ended) for window in accidents.database_away):
            away[f"database away, {each.status or 'cut'}"] += 1
        elif each.status in (None, 502, 504) and any(
            window.covers(each.began, each.ended) for window in accidents.application_away
        ):
            away[f"its process was killed, {each.status or 'cut'}"] += 1
        else:
            failures.append(str(each))
    return failures, away


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--faults", type=int, default=110)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--units", type=int, default=6)
    asked = parser.parse_args()
    print(f"soak: {asked.minutes:g} minutes, {asked.faults} faults, seed {asked.seed}", flush=True)
    outcome = soak(seconds=asked.minutes * 60, faults=asked.faults, seed=asked.seed, units=asked.units)
    print(outcome)
    sys.exit(not outcome.is_clean)
