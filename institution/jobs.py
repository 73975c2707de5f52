"""Background work: asked for once, done by whichever process is free, tried again, and never silently lost.

`enqueue` inside a transaction leaves nothing behind if that is undone. A worker holds a job by a lease that it renews
while it works; whoever dies loses it, and another takes the job up. So a job may begin more than once, and what it
does has to be the same when done twice. The app that owns a kind of work registers it with `handler` in a module that
its `AppConfig.ready` loads.

`PMH_WORKERS` says who works: `embedded` (a thread of each process that serves pages, the default), `external`
(processes of `manage.py work`, any number of them), `inline` (whoever asks, at once: for tests).
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from institution import clock
from institution.models import Job, User

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
HEARTBEAT_SECONDS = 15
# After this long a job hangs: its lease is not renewed any more, and another worker takes it up.
LONGEST = dt.timedelta(minutes=15)
# How long a worker that has nothing to do waits before it looks again.
PAUSE_SECONDS = 5
# How long to wait after a failure that may pass by itself.
WAITS = (dt.timedelta(seconds=10), dt.timedelta(minutes=2))
MAX_ATTEMPTS = len(WAITS) + 1


class JobFailed(Exception):
    """The work cannot be done, and trying again by itself would not help; the message tells the user why."""


class Running:
    """The job at hand, as its handler sees it: what to do, and how to say how far it has come."""

    def __init__(self, job: Job) -> None:
        self.job, self.attempt = job, job.attempts

    @property
    def payload(self) -> dict[str, Any]:
        return self.job.payload

    def tell(self, percent: int, step: str) -> None:
        """Says how far the work has come, and renews the lease."""
        _mine(self).update(progress=percent, step=step[:120], next_attempt_at=clock.real_now() + LEASE)


Handler = Callable[[Running], None]
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Registers a function as what does the work of that kind."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


@transaction.atomic
def enqueue(*, kind: str, key: str, payload: dict[str, Any], by: User) -> Job:
    """The job of that key: the one that is there, whatever became of it, or a new one. It begins after the commit.

    Raises KeyError for a kind that nobody does.
    """
    _handlers[kind]
    fields = {"kind": kind, "payload": payload, "asked_by": by, "next_attempt_at": clock.real_now()}
    job, is_new = Job.objects.get_or_create(key=key, defaults=fields)
    if is_new:
        transaction.on_commit(lambda: _begin(job))
    return job


@transaction.atomic
def retry(*, job: Job) -> Job:
    """A job that was given up is done again; any other is left as it is."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == Job.State.FAILED:
        job.state, job.attempts, job.progress, job.step, job.error = Job.State.WAITING, 0, 0, "", ""
        job.ended_at, job.next_attempt_at = None, clock.real_now()
        job.save()
        transaction.on_commit(lambda: _begin(job))
    return job


def work_off() -> int:
    """Does every job that is due, one after the other, and says how many. What any number of workers call."""
    done = 0
    while (job := _next()) is not None:
        run(job)
        done += 1
    return done


def run(job: Job) -> None:
    """One attempt at a job, if it is due and nobody else is at it. What came of it stands in the job."""
    if not _claim(job):
        return
    running = Running(job)
    stop = threading.Event()
    beat = threading.Thread(target=_keep_lease, args=(running, stop), daemon=True)
    # SQLite's tests share one connection, and an open transaction of another thread would hold the file.
    if settings.PMH_WORKERS != "inline":
        beat.start()
    try:
        with override("es-pe"):
            _handlers[job.kind](running)
    except JobFailed as failure:
        _end(running, Job.State.FAILED, error=str(failure))
    except Exception:  # whatever it was, the job must not stay as if somebody were at it
        log.exception("job %s failed (attempt %s)", job.pk, job.attempts)
        if job.attempts >= MAX_ATTEMPTS:
            _end(running, Job.State.FAILED, error=_("Ocurrió un error inesperado. Quedó anotado para el soporte."))
        else:
            again = clock.real_now() + WAITS[job.attempts - 1]
            _mine(running).update(state=Job.State.WAITING, progress=0, step="", next_attempt_at=again)
    else:
        _end(running, Job.State.DONE)
    finally:
        stop.set()
        if beat.is_alive():
            beat.join()


def work(stop: threading.Event, asked: threading.Event | None = None) -> None:
    """Does what is due until told to stop; between times it waits for `stop` or, where given, for `asked`.

    A database that is away, or not made yet, ends no worker: it looks again until there is one.
    """
    while not stop.is_set():
        if asked is not None:
            asked.clear()
        try:
            close_old_connections()
            work_off()
        except Exception:
            log.exception("the background worker could not look for work")
        (asked or stop).wait(PAUSE_SECONDS)


def serve() -> None:
    """Called by a process that serves pages: from now on a thread of it does what is due, if the setting says so."""
    if settings.PMH_WORKERS == "embedded":
        arguments = (threading.Event(), _asked)
        threading.Thread(target=work, args=arguments, name="pmh-jobs", daemon=True).start()


# Set where something is asked for in this process; what other processes ask for is looked for now and then.
_asked = threading.Event()


def _begin(job: Job) -> None:
    if settings.PMH_WORKERS == "inline":
        run(job)
    else:
        _asked.set()


def _next() -> Job | None:
    return Job.objects.due(clock.real_now()).filter(kind__in=_handlers).first()


def _claim(job: Job) -> bool:
    """Takes the job before it is begun, so that two workers are never both at it.

    One whose worker died as often as it may be tried is given up: it would take the next worker with it.
    """
    now = clock.real_now()
    due = Job.objects.due(now).filter(pk=job.pk, attempts=job.attempts)
    if job.attempts >= MAX_ATTEMPTS:
        error = _("Se interrumpió varias veces sin terminar.")
        due.update(state=Job.State.FAILED, error=error, ended_at=now, next_attempt_at=None)
        return False
    attempts = job.attempts + 1
    if not due.update(state=Job.State.RUNNING, attempts=attempts, error="", next_attempt_at=now + LEASE):
        return False
    job.refresh_from_db()
    return True


def _mine(running: Running):
    """The row, as long as no other worker has taken it up since."""
    return Job.objects.filter(pk=running.job.pk, attempts=running.attempt, state=Job.State.RUNNING)


def _end(running: Running, state: Job.State, *, error: str = "") -> None:
    done = state == Job.State.DONE
    told = {"progress": 100, "step": ""} if done else {}
    _mine(running).update(state=state, error=error[:500], ended_at=clock.real_now(), next_attempt_at=None, **told)


def _keep_lease(running: Running, stop: threading.Event) -> None:
    """Renews the lease while the work lasts. A database that does not answer once costs one renewal, not the job."""
    until = clock.real_now() + LONGEST
    try:
        while not stop.wait(HEARTBEAT_SECONDS) and clock.real_now() < until:
            try:
                _mine(running).update(next_attempt_at=clock.real_now() + LEASE)
            except DatabaseError:
                log.warning("the lease of job %s could not be renewed", running.job.pk, exc_info=True)
                close_old_connections()
    finally:
        connection.close()
