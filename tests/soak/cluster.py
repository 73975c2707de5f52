"""PostgreSQL, two application processes, two workers, the clock that sends mail, and nginx before them.

As `docs/operations.md` describes it, on this machine alone and with nothing installed by hand but Debian's packages.
Every process can be killed, the database restarted, the disk filled and the mail server taken away while it works.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import socketserver
import string
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from email.parser import HeaderParser
from pathlib import Path

from tests.postgres import Server

ROOT = Path(__file__).parents[2]
NGINX_CONFIGURATION = ROOT / "docs" / "operations" / "nginx.conf"
INSTALL_NGINX = "nginx is not installed; as root: apt-get update && apt-get install --no-install-recommends nginx-light"
APPLICATIONS, WORKERS = ("app-1", "app-2"), ("worker-1", "worker-2")
SECONDS_TO_START = 60


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Process:
    """One process of the installation, in a group of its own, which writes its log into the cluster's folder."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = folder / f"{name}.log"
        self.popen: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """As a power cut would: it and whatever it has begun, at once."""
        if self.popen is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()
            self.popen = None

    def members(self) -> list[int]:
        """It and its children."""
        if self.popen is None:
            return []
        children = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children")
        return [self.popen.pid, *(map(int, children.read_text().split()) if children.exists() else [])]

    def may_write(self, *, anything: bool) -> None:
        """Takes from it, or gives back, leave to make any file longer: what a full disk does to it."""
        for pid in self.members():
            with contextlib.suppress(ProcessLookupError):
                hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if anything else 0, hard))


class Postman(socketserver.ThreadingTCPServer):
    """A mail server that keeps of each letter its Message-ID, in the order of arrival."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int) -> None:
        self.received: list[str] = []
        super().__init__(("127.0.0.1", port), _Counter)

    def handle_error(self, *_request: object) -> None:
        """Whoever was sending was killed; the letter is counted only where it came whole."""


class _Counter(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 soak")
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append(HeaderParser().parsestr(letter.decode())["Message-ID"])
            self.say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Cluster:
    """`with Cluster(...) as cluster:` starts everything; `cluster.address` is where visitors come in."""

    def __init__(self, *, nginx: bool = True, settings: dict[str, str] | None = None, port: int = 0) -> None:
        self.nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if nginx and not self.nginx:
            raise SystemExit(INSTALL_NGINX)
        self.folder = Path(tempfile.mkdtemp(prefix="pmh-cluster-"))
        self.folder.chmod(0o755)  # nginx reads it in another name
        self.database = Server(careful=True)
        self.ports = {name: free_port() for name in APPLICATIONS}
        port = port or free_port()
        self.mail_port = free_port()
        self.postman: Postman | None = None
        self.received: list[str] = []
        direct = f"http://127.0.0.1:{self.ports[APPLICATIONS[0]]}"
        self.address = f"http://127.0.0.1:{port}" if nginx else direct
        self.environment = self._environment(settings or {})
        self.processes = {name: self._process(name) for name in (*APPLICATIONS, *WORKERS, "clock")}
        if nginx:
            self.processes["nginx"] = self._nginx(port)

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        # The caller's own settings stay outside: this is an installation of its own.
        inherited = {key: text for key, text in os.environ.items() if not key.startswith(("PMH_", "PYTEST", "DJANGO"))}
        return inherited | {
            "DATABASE_URL": self.database.url,
            "DJANGO_SETTINGS_MODULE": "pmh.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "PMH_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PMH_BEHIND_PROXY": "1",
            "PMH_DEBUG": "0",
            "PMH_DEMO": "0",
            "PMH_HTTPS": "0",
            "PMH_LOG_FORMAT": "json",
            "PMH_LOG_REQUESTS": "1",
            "PMH_MEDIA": str(self.folder / "media"),
            # Its own: other tests may be serving from the checkout's.
            "PMH_STATIC": str(self.folder / "static"),
            "PMH_SECRET_KEY": "of-an-example-on-this-machine-only",
            "PMH_WORKERS": "external",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }

    def _process(self, name: str) -> Process:
        python = sys.executable
        if name in APPLICATIONS:
            bind = f"127.0.0.1:{self.ports[name]}"
            arguments = ["-m", "gunicorn", "pmh.wsgi", "--bind", bind, "--workers", "1", "--threads", "4"]
        elif name in WORKERS:
            arguments = ["manage.py", "work"]
        else:  # what cron does every five minutes, every second
            arguments = ["-m", "tests.soak.clock"]
        return Process(name, [python, *arguments], self.environment, self.folder)

    def _nginx(self, port: int) -> Process:
        first, second = (f"127.0.0.1:{port}" for port in self.ports.values())
        text = string.Template(NGINX_CONFIGURATION.read_text()).safe_substitute(
            folder=self.folder,
            first=first,
            second=second,
            listen=f"127.0.0.1:{port}",
            user="user root;" if os.geteuid() == 0 else "",
        )
        file = self.folder / "nginx.conf"
        file.write_text(text)
        command = [self.nginx, "-p", str(self.folder), "-e", str(self.folder / "nginx-error.log"), "-c", str(file)]
        return Process("nginx", command, self.environment, self.folder)

    # --- Its life

    def __enter__(self) -> Cluster:
        try:
            self.database.start()
            self.manage("migrate", "--noinput", "--verbosity", "0")
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
            self.mail(works=True)
            for process in self.processes.values():
                process.start()
            for name in APPLICATIONS:
                self.wait_for(name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self.processes.values():
            process.kill()
        self.mail(works=False)
        self.database.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments: str, stdin: str = "", timeout: int = 600) -> str:
        """What a command of the installation prints. Raises CalledProcessError with its errors."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stderr[-3000:]}")
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.run("manage.py", *arguments)

    def wait_for(self, name: str) -> None:
        """Until that application process says that it is ready for visitors."""
        until = time.monotonic() + SECONDS_TO_START
        address = f"http://127.0.0.1:{self.ports[name]}/salud/lista/"
        while time.monotonic() < until:
            with contextlib.suppress(OSError, urllib.error.URLError):
                urllib.request.urlopen(address, timeout=5).close()
                return
            time.sleep(0.05)
        raise AssertionError(f"{name} is not ready\n{self.processes[name].log.read_text()[-3000:]}")

    def mail(self, *, works: bool) -> None:
        """Takes the mail server away, or brings it back."""
        if works and self.postman is None:
            self.postman = Postman(self.mail_port)
            threading.Thread(target=self.postman.serve_forever, args=(0.05,), daemon=True).start()
        elif not works and self.postman is not None:
            self.postman.shutdown()
            self.postman.server_close()
            self.received += self.postman.received
            self.postman = None


def main() -> None:
    """The example for people: the demonstration in it, until Ctrl-C."""
    settings = {"PMH_DEMO": "1", "PMH_TODAY": "2025-01-13"}
    with Cluster(settings=settings, port=int(os.environ.get("PMH_PORT", "8000"))) as cluster:
        cluster.manage("demo")
        print(f"Open {cluster.address}/ (Ctrl-C stops). Logs and files: {cluster.folder}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
