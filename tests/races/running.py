"""Several people act at the same moment, each in a thread with a database connection of their own.

The chance of a race is seeded by its name and number: the pauses before each question to the database are drawn again
as they were, though the machine still decides who is first.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import connection, connections

from institution.invitations import InvitationRefused
from institution.keeping import KeepingRefused
from monitoring.evaluation import EvaluationRefused
from monitoring.observing import ObservationRefused
from monitoring.periods import PeriodRefused
from monitoring.recording import NotWhole, RecordingRefused
from monitoring.succession import SuccessionRefused
from monitoring.workflow import StepRefused

# Of each kind of race: over 200 in the long run.
TIMES = 20 if os.environ.get("PMH_LONG") == "1" else 4
# The errors that say in the user's words why nothing was done. Whatever else is raised is a failure.
REFUSALS = (
    EvaluationRefused,
    InvitationRefused,
    KeepingRefused,
    NotWhole,
    ObservationRefused,
    PeriodRefused,
    RecordingRefused,
    StepRefused,
    SuccessionRefused,
)
LONGEST_PAUSE = 0.004
run: Counter[str] = Counter()
refused: Counter[str] = Counter()

Act = Callable[[], Any]


@dataclass(frozen=True)
class Outcome:
    """What came of one act: what it returned, or the reason for which it was refused."""

    value: Any = None
    why: str = ""

    @property
    def done(self) -> bool:
        return not self.why


def repeated(name: str) -> Callable[[Callable[[int, Random], None]], Callable[[], None]]:
    """Makes a test of one race run again and again, each time with its number and a chance of its own."""

    def repeating(once: Callable[[int, Random], None]) -> Callable[[], None]:
        def test() -> None:
            for number in range(TIMES):
                run[name] += 1
                once(number, Random(f"{name} {number}"))  # noqa: S311  (a test that can be run again)

        test.__name__, test.__doc__ = once.__name__, once.__doc__
        return test

    return repeating


def race(chance: Random, *acts: Act) -> list[Outcome]:
    """All acts at once. Raises what none of them may raise: an error that is no refusal in words."""
    outcomes: list[Outcome] = [Outcome(why="never ended")] * len(acts)
    failed: list[BaseException] = []
    line = threading.Barrier(len(acts))

    def take_part(place: int, act: Act, own: Random) -> None:
        def hesitant(execute: Callable, *question: Any) -> Any:
            if own.random() < 0.3:
                time.sleep(own.uniform(0, LONGEST_PAUSE))
            return execute(*question)

        try:
            connection.ensure_connection()
            line.wait(30)
            time.sleep(own.choice((0, own.uniform(0, 0.03))))
            with connection.execute_wrapper(hesitant):
                outcomes[place] = Outcome(act())
        except REFUSALS as error:
            outcomes[place] = Outcome(why=str(error))
            refused[type(error).__name__] += 1
            if not str(error).strip():
                failed.append(error)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    people = [
        threading.Thread(target=take_part, args=(place, act, Random(chance.random())))  # noqa: S311  (a lot, no secret)
        for place, act in enumerate(acts)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    if failed:
        raise failed[0]
    assert not any(person.is_alive() for person in people)
    return outcomes
