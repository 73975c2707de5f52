"""The database of a soak: prepared before it, questioned after it. `python -m tests.soak.office prepare|settle|found`.

Runs inside the installation's environment. `found` reads from standard input what the people were answered, and says
what is lost, doubled or half there; an empty list of findings is what everybody hopes for.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter
from itertools import pairwise
from typing import Any

PLAN, PERIOD = "lima", "2022-1"
INDICATORS = 3
# A job whose worker was killed is taken up when its lease ends; one that failed waits two minutes at most.
SECONDS_TO_FINISH = 240


def prepare(units: int) -> dict[str, Any]:
    """Units with their report begun, three indicators of people each; their people, a coordinator, an agency's key."""
    from institution.code_lists import load_code_lists  # noqa: PLC0415  # Django is set up by now, not before
    from institution.models import Role  # noqa: PLC0415
    from monitoring.workflow import start  # noqa: PLC0415
    from tests import factories as make  # noqa: PLC0415
    from tests.api.world import give_key, make_agency  # noqa: PLC0415

    load_code_lists()
    plan = make.make_plan(code=PLAN, open_period=PERIOD)
    coordination = make.make_unit("GPV")
    bruno = make.make_user("Bruno Salas", "bruno@example.org")
    make.make_designation(bruno, coordination, Role.COORDINATOR)
    tree = make.make_tree(plan, activities=units)
    told = {}
    for number, activity in enumerate(tree.activities, start=1):
        unit = make.make_unit(f"G{number:02}")
        reporter = make.make_user(f"Enlace {number}", f"enlace{number}@example.org")
        head = make.make_user(f"Gerente {number}", f"gerente{number}@example.org")
        make.make_designation(reporter, unit, Role.REPORTER)
        make.make_designation(head, unit, Role.HEAD)
        indicators = [
            make.make_indicator(
                activity, code=f"IND.{number:02}{n}", unit=unit, targets={PERIOD: 10}, tables=("sex",), counts="people"
            )
            for n in range(1, INDICATORS + 1)
        ]
        start(unit=unit, period=plan.periods.get(code=PERIOD), by=reporter)
        told[unit.acronym] = {
            "reporter": [reporter.email, make.PASSWORD],
            "head": [head.email, make.PASSWORD],
            "indicators": {row.code: row.pk for row in indicators},
        }
    _key, secret = give_key(make_agency(plan.government), bruno)
    return {"coordinator": [bruno.email, make.PASSWORD], "units": told, "key": secret}


def settle() -> dict[str, Any]:
    """Waits until nothing is left to be done: the queue finishes, and time moves on for letters that wait."""
    from institution import clock, outbox  # noqa: PLC0415
    from institution.models import Job, Letter  # noqa: PLC0415

    until = time.monotonic() + SECONDS_TO_FINISH
    while Job.objects.filter(next_attempt_at__isnull=False).exists() and time.monotonic() < until:
        time.sleep(0.5)
    Letter.objects.filter(next_attempt_at__gt=clock.real_now()).update(next_attempt_at=clock.real_now())
    outbox.deliver_due()
    return {}


def found(said: dict[str, Any]) -> dict[str, Any]:
    """What is lost, doubled or half there. `said`: what the people were answered (`persons.Said`), letters received."""
    from institution.models import Job, Letter  # noqa: PLC0415
    from monitoring.models import Evidence, SubmissionEvent  # noqa: PLC0415
    from reports.models import Document  # noqa: PLC0415

    findings = [
        *_jobs(),
        *_letters(said["letters"]),
        *_steps(said["steps"]),
        *_values(said["values"]),
        *_texts(said["texts"]),
        *_evidence(said["files"]),
        *_documents(said["documents"]),
        *_figures(),
        *_audit(said["downloads"]),
    ]
    return {
        "findings": findings,
        "jobs": Job.objects.count(),
        "letters": Letter.objects.count(),
        "documents": Document.objects.count(),
        "files": Evidence.objects.count(),
        "steps": SubmissionEvent.objects.count(),
    }


def _jobs() -> list[str]:
    from institution.models import Job  # noqa: PLC0415

    return [f"job {row.key}: {row.state} {row.error}" for row in Job.objects.exclude(state=Job.State.DONE)]


def _letters(received: list[str]) -> list[str]:
    """Each letter that says it was sent has arrived; what arrived twice bears one Message-ID."""
    from institution.models import Letter  # noqa: PLC0415
    from institution.outbox import message_id  # noqa: PLC0415

    sent = {message_id(row): row for row in Letter.objects.all()}
    told = [f"letter {row}: not sent, {row.last_error}" for row in sent.values() if row.sent_at is None]
    told += [f"letter {row}: lost" for number, row in sent.items() if row.sent_at and number not in received]
    return told + [f"letter {number}: nobody wrote it" for number in set(received) - set(sent)]


def _steps(said: dict[str, dict[str, dict[str, int]]]) -> list[str]:
    """Every step that was answered is there, none that nobody took, and each begins where the one before it ended."""
    from monitoring.models import Submission  # noqa: PLC0415
    from monitoring.workflow.table import STEPS  # noqa: PLC0415

    told = []
    for report in Submission.objects.prefetch_related("events").select_related("unit"):
        events = list(report.events.order_by("id"))
        for before, after in pairwise(events):
            if before.to_state != after.from_state:
                told.append(f"{report}: {after.step} begins at {after.from_state}, but it was {before.to_state}")
        if events[-1].to_state != report.state:
            told.append(f"{report}: is {report.state}, its last event says {events[-1].to_state}")
        counted = Counter(event.step for event in events if event.step in STEPS)
        for step in {*counted, *said.get(report.unit.acronym, {})}:
            of = said.get(report.unit.acronym, {}).get(step, {"answered": 0, "unknown": 0})
            if not of["answered"] <= counted[step] <= of["answered"] + of["unknown"]:
                told.append(f"{report}: {step} {counted[step]} times, answered {of}")
    return told


def _values(said: dict[str, str]) -> list[str]:
    """By indicator, the value acknowledged last (the people have already looked into what was in the air)."""
    from monitoring.models import Result  # noqa: PLC0415

    told = []
    for code, value in said.items():
        result = Result.objects.filter(indicator__code=code).first()
        there = "" if result is None or result.value is None else str(int(result.value))
        cells = "" if result is None else "".join(str(cell.count) for cell in result.breakdown.filter(sex="woman"))
        if (there, cells) != (value, value):
            told.append(f"{code}: {there} with cell {cells}, answered {value}")
    return told


def _texts(said: dict[str, list[str]]) -> list[str]:
    """Observations and replies bear a text of their own: those answered are there, and each once."""
    from monitoring.models import Observation  # noqa: PLC0415
    from monitoring.models.submission import ObservationReply  # noqa: PLC0415

    there = Counter([*Observation.objects.values_list("text", flat=True)])
    there.update(ObservationReply.objects.values_list("text", flat=True))
    told = [f"text {text}: lost" for text in said["answered"] if not there[text]]
    return told + [f"text {text}: {times} times" for text, times in there.items() if times > 1]


def _evidence(said: list[str]) -> list[str]:
    """By SHA-256 what was answered as kept; every row has its file, whole."""
    from monitoring.models import Evidence  # noqa: PLC0415

    told, there = [], Counter()
    for row in Evidence.objects.exclude(file=""):
        there[row.sha256] += 1
        with row.file.open() as file:
            if hashlib.sha256(file.read()).hexdigest() != row.sha256:
                told.append(f"evidence {row.pk}: the file is another one")
    told += [f"evidence {sha256}: lost" for sha256 in said if not there[sha256]]
    return told + [f"evidence {sha256}: {times} times" for sha256, times in there.items() if times > 1]


def _documents(said: list[str]) -> list[str]:
    from reports.models import Document  # noqa: PLC0415

    there, told = {row.code: row for row in Document.objects.all()}, []
    for row in there.values():
        if not row.is_issued:
            told.append(f"document {row.code}: not made")
            continue
        with row.file.open() as file:
            if hashlib.sha256(file.read()).hexdigest() != row.sha256:
                told.append(f"document {row.code}: the file is another one")
    return told + [f"document {code}: lost" for code in said if code not in there]


def _audit(downloads: int) -> list[str]:
    """The chain holds however often it was cut short; every file that arrived has its line."""
    from institution.audit import seal, verify  # noqa: PLC0415
    from institution.models import Act, AuditEntry  # noqa: PLC0415

    seal()
    told = [f"audit log: {problem}" for problem in verify().problems]
    noted = AuditEntry.objects.filter(act=Act.DOWNLOADED).count()
    return told if noted >= downloads else [*told, f"audit log: {downloads} files given, {noted} noted"]


def _figures() -> list[str]:
    """What agencies were told is what counts now: telling it anew changes nothing."""
    from monitoring.releasing import release  # noqa: PLC0415
    from plans.models import Plan  # noqa: PLC0415

    return [f"plan {plan.code}: {n} releases differ" for plan in Plan.objects.all() if (n := release(plan))]


if __name__ == "__main__":
    import django

    django.setup()
    match sys.argv[1:]:
        case ["prepare", units]:
            told = prepare(int(units))
        case ["settle"]:
            told = settle()
        case _:
            told = found(json.load(sys.stdin))
    json.dump(told, sys.stdout)
