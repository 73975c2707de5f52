"""Two answers for whoever watches over the processes: is this one alive, and may it be sent visitors.

For machines, so in JSON, without sign-in, and without a word that would help an attacker: what is wrong stands in the
log. Alive asks nothing of anything else: a process is not restarted because the database is away.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from institution import clock
from institution.models import Job

log = logging.getLogger(__name__)


class NotReady(Exception):
    """Why this process should not be sent visitors now, for the log."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@functools.cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as this version of the software has them on its disk."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _migrations() -> None:
    """A newer database is no obstacle: during an upgrade the old processes serve until they are replaced."""
    if missing := _known_migrations() - set(MigrationRecorder(connection).applied_migrations()):
        raise NotReady(f"migrations not applied: {sorted(missing)}")


def _files() -> None:
    """Room for the largest form of evidence, and leave to write. A store elsewhere says by itself when it refuses."""
    if not isinstance(storages["default"], FileSystemStorage):
        return
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():  # made with the first file
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < settings.UPLOAD_MAX_REQUEST_BYTES:
        raise NotReady(f"{free} bytes free in {folder}")
    if not os.access(folder, os.W_OK):
        raise NotReady(f"{folder} may not be written")


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "migrations": _migrations, "files": _files}


@login_not_required
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """This process answers. No query."""
    return _answer({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether database, migrations and files are there, else 503; how many seconds the oldest job waits. 4 queries."""
    found = {name: _passes(name, check) for name, check in CHECKS.items()}
    told: dict[str, object] = {"status": "ok" if all(found.values()) else "failing"}
    told |= {name: "ok" if passes else "failing" for name, passes in found.items()}
    if found["database"] and found["migrations"]:
        told["queue_seconds"] = _waiting()
    return _answer(told, status=200 if all(found.values()) else 503)


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever it is, the answer is that the process is not ready
        log.exception("not ready: %s", name)
        return False
    return True


def _waiting() -> int:
    """A queue that grows is for people to look at; pages are served all the same."""
    now = clock.real_now()
    first = Job.objects.due(now).values_list("next_attempt_at", flat=True).first()
    return max(0, round((now - first).total_seconds())) if first else 0


def _answer(told: dict[str, object], *, status: int = 200) -> JsonResponse:
    return JsonResponse(told, status=status, headers={"Cache-Control": "no-store"})


urlpatterns = [
    path("vive/", alive, name="alive"),
    path("lista/", ready, name="ready"),
]
