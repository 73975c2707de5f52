"""A server of one's own that may be killed at any moment, and what is found in its database afterwards.

Run as a program (`python -m tests.killing prepare|found`) inside the environment of that server.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
INDICATORS = 3


def prepare() -> dict:
    """A unit with its report begun; three indicators of people, each with a table."""
    from institution.code_lists import load_code_lists  # noqa: PLC0415  # Django is set up by now, not before
    from monitoring.workflow import start  # noqa: PLC0415
    from tests.factories import make_indicator, make_people, make_plan, make_tree, make_unit  # noqa: PLC0415

    load_code_lists()
    plan = make_plan(code="lima", open_period="2022-1")
    unit = make_unit("GMU")
    people = make_people(unit)
    tree = make_tree(plan, lead_unit=unit)
    targets = {"2022-1": 10}
    indicators = [
        make_indicator(tree.activity, code=f"IND.0{n}", unit=unit, targets=targets, tables=("sex",), counts="people")
        for n in range(1, INDICATORS + 1)
    ]
    start(unit=unit, period=plan.periods.get(code="2022-1"), by=people.alicia)
    return {"email": people.alicia.email, "indicators": {row.code: row.pk for row in indicators}}


def found() -> dict:
    """What the database and the store of files hold together at the end."""
    from monitoring.models import Breakdown, Evidence, OfflineUpload, Result, Submission  # noqa: PLC0415

    kept = {}
    for row in Evidence.objects.all():
        with row.file.open() as file:
            kept[row.sha256] = hashlib.sha256(file.read()).hexdigest() == row.sha256
    workbooks = {}
    for row in OfflineUpload.objects.exclude(file=""):
        with row.file.open() as file:
            workbooks[row.pk] = hashlib.sha256(file.read()).hexdigest() == row.sha256
    return {
        "submissions": Submission.objects.count(),
        "states": list(Submission.objects.values_list("state", flat=True)),
        "results": Result.objects.count(),
        "orphaned_cells": Breakdown.objects.filter(result=None).count(),
        "files": kept,
        "workbooks": workbooks,
    }


class Server:
    """gunicorn in a process group of its own; `environment` says more of the installation, or otherwise."""

    def __init__(
        self,
        folder: Path,
        database: str,
        *,
        workers: int = 1,
        threads: int = 2,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.size = ("--workers", str(workers), "--threads", str(threads))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        # The tests' own settings stay outside: this is an installation, on a database of its own.
        inherited = {key: text for key, text in os.environ.items() if not key.startswith(("PMH_", "PYTEST", "DJANGO"))}
        self.environment = inherited | {
            "DATABASE_URL": database,
            "PMH_MEDIA": str(folder / "media"),
            "PMH_SECRET_KEY": "only-for-the-tests-of-killing",
            "PMH_DEBUG": "1",
            "PMH_DEMO": "0",
            "PMH_HTTPS": "0",
            "DJANGO_SETTINGS_MODULE": "pmh.settings",
            **(environment or {}),
        }
        self.process: subprocess.Popen | None = None

    def run(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True, timeout=300
        )
        return done.stdout

    def start(self) -> None:
        address = f"127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "gunicorn", "pmh.wsgi", "--bind", address, *self.size]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/cuenta/login/", timeout=5).close()  # noqa: S310  (our own server)
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """As a power cut would: master, worker and whatever they have begun, at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


if __name__ == "__main__":
    import django

    django.setup()
    json.dump({"prepare": prepare, "found": found}[sys.argv[1]](), sys.stdout)
