"""The last day for reports: officers of many units at once, each a browser without a screen in a thread of its own.

Each opens the desk, begins the report, opens the form, types into every card (saved as one types), corrects it,
attaches a file, sends the report and opens its receipt, with pauses in between. An act is an error unless it was
answered as it should, and what was typed has to be there at the end.
"""

from __future__ import annotations

import http.client
import io
import json
import random
import threading
import time
import urllib.parse
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TOKEN = "x" * 32
SAVING = ("save", "attach", "submit")


@dataclass
class Day:
    """What happened: how long each act took, in seconds, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    # What the last save of each indicator was told to be.
    saved: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0

    def of(self, *acts: str) -> list[float]:
        return sorted(each for act in acts or self.times for each in self.times[act])

    @property
    def requests(self) -> int:
        return sum(map(len, self.times.values()))


def share(times: list[float], percent: int) -> float:
    """The time within which so many percent were answered; `times` sorted."""
    return times[min(len(times) - 1, len(times) * percent // 100)]


class Officer:
    """One unit's officer, signed in already."""

    def __init__(self, port: int, officer: dict[str, Any], file: bytes, day: Day, pause: float) -> None:
        self.port, self.officer, self.file, self.day, self.pause = port, officer, file, day, pause
        self.chance = random.Random(officer["report"])  # noqa: S311  (a lot, no secret)

    def reports(self) -> None:
        """The whole report, act by act; the first that fails ends it."""
        try:
            for act in self.acts():
                self.day.times[act[0]].append(act[1])
                time.sleep(self.pause * self.chance.uniform(0.5, 1.5))
        except Exception as error:  # whatever it is, it is what is counted
            self.day.errors.append(f"{self.officer['report']}: {type(error).__name__}: {error}")

    def acts(self) -> Iterator[tuple[str, float]]:
        report = self.officer["report"]
        yield "desk", self.request("GET", self.officer["desk"])[0]
        yield "begin", self.request("POST", f"{report}/empezar/", {}, expected=302)[0]
        yield "form", self.request("GET", f"{report}/llenar/")[0]
        entries: dict[int, dict[str, str]] = {}
        for indicator in self.officer["indicators"]:
            number, entry = indicator["pk"], {}
            for _correction in range(2):
                typed = self.typed(indicator)
                took, body = self.request("POST", f"{report}/llenar/{number}/", fields(number, typed, entry))
                state = json.loads(body)
                if state["conflicts"] or state["problems"]:
                    raise ValueError(f"not saved: {state['conflicts']} {state['problems']}")
                entry = entries[number] = state["entry"]
                yield "save", took
            self.day.saved[number] = typed["numerator" if indicator["pooled"] else "value"]
            files = {f"{number}-files": ("acta.pdf", self.file)}
            took, body = self.request("POST", f"{report}/llenar/{number}/medios/", {}, files)
            if json.loads(body)["refused"]:
                raise ValueError(f"not attached: {json.loads(body)['refused']}")
            yield "attach", took
        whole = {"step": "submit"}
        for number, entry in entries.items():
            whole |= fields(number, entry, entry)
        yield "submit", self.request("POST", f"{report}/llenar/", whole, expected=302)[0]
        yield "receipt", self.request("GET", f"{report}/cargo/")[0]

    def typed(self, indicator: dict[str, Any]) -> dict[str, str]:
        value = str(self.chance.randint(1, 99))
        if indicator["pooled"]:
            return {"numerator": value, "denominator": "100"}
        return {"value": value} | ({"sex::woman": value} if indicator["people"] else {})

    def request(
        self,
        method: str,
        path: str,
        data: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        expected: int = 200,
    ) -> tuple[float, bytes]:
        """How long it took to be answered, and the answer. Raises ValueError where it is not as expected."""
        headers = {"Cookie": f"sessionid={self.officer['session']}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        body = b""
        if files:
            body, headers["Content-Type"] = encoded(files)
        elif data is not None:
            body, headers["Content-Type"] = urllib.parse.urlencode(data).encode(), "application/x-www-form-urlencoded"
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, urllib.parse.quote(path), body, headers)
        answer = connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - start
        connection.close()
        if answer.status != expected:
            raise ValueError(f"{method} {path}: {answer.status}")
        return took, content


def fields(number: int, typed: dict[str, str], seen: dict[str, str]) -> dict[str, str]:
    return {f"{number}-{key}": text for key, text in typed.items()} | {f"{number}-seen": json.dumps(seen)}


def encoded(files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A form with files, as a browser sends it."""
    edge, body = uuid.uuid4().hex, io.BytesIO()
    for name, (file_name, content) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        body.write(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    body.write(f"--{edge}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={edge}"


def live_through(port: int, officers: list[dict[str, Any]], file: bytes, pause: float, *, at_once: bool = True) -> Day:
    """All of them at once, begun over one pause; or one after the other."""
    day = Day()
    start = time.perf_counter()
    threads = [threading.Thread(target=Officer(port, each, file, day, pause).reports) for each in officers]
    for thread in threads:
        thread.start()
        if at_once:
            time.sleep(pause / len(threads))
        else:
            thread.join()
    for thread in threads:
        thread.join()
    day.seconds = time.perf_counter() - start
    return day
