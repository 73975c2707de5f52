"""A PostgreSQL of the tests' own: `python -m pytest -p tests.postgres`.

Starts an empty server in a temporary folder, reachable through a socket in that folder only, points
DATABASE_URL to it, and removes everything at the end. It has to be loaded with `-p`: a conftest comes
after Django has read its settings, and the tests would silently run on SQLite.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

INSTALL = "as root: apt-get update && apt-get install --no-install-recommends postgresql"

CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
"""
# Nobody will miss these data after a crash, so nothing waits for the disk.
CARELESS = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def find_programs() -> Path:
    """The folder of initdb and pg_ctl. Debian keeps them, by version, out of the PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if not found:
        raise pytest.UsageError(f"PostgreSQL is not installed; {INSTALL}")
    return Path(found).resolve().parent


class Server:
    """`careful`: keeps what it has answered for, as a server in production does, even if it is killed."""

    def __init__(self, *, careful: bool = False) -> None:
        self.careful = careful
        self.programs = find_programs()
        # PostgreSQL refuses to run as root.
        self.owner = "postgres" if os.geteuid() == 0 else None
        # Not $TMPDIR: the path of a socket may not be longer than about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pmh-postgres-", dir="/tmp"))
        self.data = self.folder / "data"
        self.running = False

    @property
    def url(self) -> str:
        return f"postgres://postgres@/{self.folder}/pmh"

    def run(self, program: str, *arguments: str | Path) -> None:
        identity = {"user": self.owner, "group": self.owner, "extra_groups": []} if self.owner else {}
        subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            **identity,
        )

    def start(self) -> None:
        if self.owner:
            shutil.chown(self.folder, self.owner, self.owner)
        # Sorting by code point, as SQLite does, so that both engines list in the same order.
        self.run(
            "initdb",
            *("--pgdata", self.data, "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        )
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=self.folder) + ("" if self.careful else CARELESS))
        self.begin()
        self.run("createdb", "--host", self.folder, "--username=postgres", "pmh")

    def begin(self) -> None:
        self.running = True
        self.run("pg_ctl", "start", "--wait", "--pgdata", self.data, "--log", self.folder / "log")

    def crash(self) -> None:
        """All its processes end at once; `begin` then recovers what was committed."""
        self.run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", self.data)

    def stop(self) -> None:
        """Stops the server and removes its folder; calling it again does no harm."""
        if self.running:
            self.running = False
            # It may never have started, or be gone already.
            with contextlib.suppress(subprocess.SubprocessError):
                self.run("pg_ctl", "stop", "--mode=immediate", "--pgdata", self.data)
        shutil.rmtree(self.folder, ignore_errors=True)


server: Server | None = None


# A wrapper runs before every plain hook, and so before pytest-django's, which reads the settings.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    global server  # noqa: PLW0603  # pytest's hooks share nothing else this early
    server = Server()
    atexit.register(server.stop)
    # A time limit ends the tests with SIGTERM: take it as Ctrl-C, so that the server is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.start()
    except (OSError, LookupError, subprocess.SubprocessError) as error:
        output = getattr(error, "output", None) or ""
        log = server.folder / "log"
        output += log.read_text(errors="replace") if log.exists() else ""
        raise pytest.UsageError(f"PostgreSQL did not start: {error}\n{output}") from error
    os.environ["DATABASE_URL"] = server.url
    os.environ["PMH_TEST_ENGINE"] = "postgresql"
    return (yield)


def pytest_unconfigure() -> None:
    if server:
        server.stop()
