"""What happens to an installation at seeded moments, and when: nobody is blamed for what an accident took away."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.soak.cluster import APPLICATIONS, WORKERS, Cluster

# After a database has come back its clients may still hold a connection that is gone.
GRACE = 1.5


@dataclass(frozen=True)
class Window:
    """From when until when something was away (monotonic seconds)."""

    began: float
    ended: float

    def covers(self, began: float, ended: float) -> bool:
        """Whether anything between these moments fell into it."""
        return began <= self.ended + GRACE and ended >= self.began


@dataclass
class Faults:
    """Each method is one accident and what puts it right again."""

    cluster: Cluster
    chance: Random
    stop: threading.Event
    counted: Counter = field(default_factory=Counter)
    database_away: list[Window] = field(default_factory=list)
    application_away: list[Window] = field(default_factory=list)

    def one(self) -> None:
        """One of them, at random; it is over when this returns."""
        kinds = [
            self.application_dies,
            self.application_dies,
            self.worker_dies,
            self.worker_dies,
            self.clock_dies,
            self.database_crashes,
            self.disk_is_full,
            self.mail_is_away,
        ]
        kind = self.chance.choice(kinds)
        kind()
        self.counted[kind.__name__] += 1

    def application_dies(self) -> None:
        name, began = self.chance.choice(APPLICATIONS), time.monotonic()
        self.cluster.processes[name].kill()
        self.stop.wait(self.chance.uniform(0, 1.5))
        self.cluster.processes[name].start()
        self.cluster.wait_for(name)
        self.application_away.append(Window(began, time.monotonic()))

    def worker_dies(self) -> None:
        self._dies(self.chance.choice(WORKERS))

    def clock_dies(self) -> None:
        self._dies("clock")

    def _dies(self, name: str) -> None:
        self.cluster.processes[name].kill()
        self.stop.wait(self.chance.uniform(0, 1))
        self.cluster.processes[name].start()

    def database_crashes(self) -> None:
        began = time.monotonic()
        self.cluster.database.crash()
        self.stop.wait(self.chance.uniform(0, 1))
        self.cluster.database.begin()
        self.database_away.append(Window(began, time.monotonic()))

    def disk_is_full(self) -> None:
        processes = [self.cluster.processes[name] for name in (*APPLICATIONS, *WORKERS)]
        for process in processes:
            process.may_write(anything=False)
        self.stop.wait(self.chance.uniform(0.5, 2))
        for process in processes:
            process.may_write(anything=True)

    def mail_is_away(self) -> None:
        self.cluster.mail(works=False)
        self.stop.wait(self.chance.uniform(0.5, 2))
        self.cluster.mail(works=True)
