"""The people of a soak, each with a browser without a screen, and what they were answered.

What is answered counts: it must be there at the end, once. What got no answer, because a process died or the database
was away, may be there or not; the person looks, as people do, and goes on.
"""

from __future__ import annotations

import hashlib
import http.client
import http.cookiejar
import io
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.monitoring.workbooks import filled
from tests.soak.office import PERIOD, PLAN
from tests.uploaded import pdf

REPORTS = f"/planes/{PLAN}/reportes/{PERIOD}"
STATE = re.compile(r'<h1>.*?class="tag tag--(\w+)"', re.DOTALL)
EDITABLE = ("draft", "returned")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class NoAnswer(Exception):
    """The server gave none, or one of its own failure: whether the act was done has to be looked up."""

    def __init__(self, status: int | None, began: float, path: str) -> None:
        super().__init__(f"{status or 'cut'} {path}")
        self.status, self.began, self.ended, self.path = status, began, time.monotonic(), path


class Busy(Exception):
    """Asked to come back later."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    address: str


@dataclass
class Said:
    """What all of them were answered. Each method is called from several threads."""

    steps: dict[str, dict[str, Counter]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Counter)))
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    acts: Counter = field(default_factory=Counter)
    no_answers: list[NoAnswer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def did(self, what: str) -> None:
        with self.lock:
            self.acts[what] += 1

    def step(self, unit: str, name: str, *, answered: bool) -> None:
        with self.lock:
            self.steps[unit][name]["answered" if answered else "unknown"] += 1

    def told(self) -> dict[str, Any]:
        """As `office.found` reads it, but for the letters."""
        steps = {
            unit: {name: {"answered": of["answered"], "unknown": of["unknown"]} for name, of in by_name.items()}
            for unit, by_name in self.steps.items()
        }
        texts = {"answered": self.texts}
        return {
            "steps": steps,
            "values": self.values,
            "texts": texts,
            "files": self.files,
            "documents": self.documents,
            "downloads": self.acts["files given"],
        }


class Visitor:
    """A browser without a screen: cookies and the token of the forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.token = ""
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(urllib.request.Request(f"{self.address}{path}", headers=headers))  # noqa: S310  (our own server)

    def send(self, path: str, data: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None) -> Answer:
        body, kind = encoded(data, files or {})
        headers = {"Content-Type": kind, "X-CSRFToken": self.token, "Referer": self.address}
        return self._ask(urllib.request.Request(f"{self.address}{path}", body, headers))  # noqa: S310  (our own server)

    def download(self, path: str) -> bytes:
        began = time.monotonic()
        try:
            with self.browser.open(f"{self.address}{path}", timeout=60) as answer:
                return answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(getattr(error, "code", None), began, path) from error

    def _ask(self, request: urllib.request.Request) -> Answer:
        began = time.monotonic()
        path = request.selector
        try:
            with self.browser.open(request, timeout=90) as answer:
                return Answer(answer.status, answer.read().decode(errors="replace"), answer.geturl())
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise NoAnswer(error.code, began, path) from error
            return Answer(error.code, error.read().decode(errors="replace"), error.geturl() or "")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(None, began, path) from error

    def sign_in(self, email: str, password: str) -> None:
        self.token = token_in(self.get("/cuenta/login/").text)
        answer = self.send("/cuenta/login/", {"login": email, "password": password})
        if answer.status == 429:  # many from one address; the limit is per minute
            time.sleep(10)
            raise Busy(email)
        assert "/cuenta/login/" not in answer.address, f"{email} could not sign in: {answer.status}"

    def take_token(self, page: Answer) -> None:
        """The token of the form on the page that is before the person."""
        if found := TOKEN.search(page.text):
            self.token = found.group(1)


def token_in(page: str) -> str:
    return TOKEN.search(page).group(1)


def encoded(data: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A form as a browser sends it."""
    edge = uuid.uuid4().hex
    body = io.BytesIO()
    for name, text in data.items():
        body.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode())
    for name, (file_name, content) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        body.write(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    body.write(f"--{edge}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={edge}"


class Person(threading.Thread):
    """Acts again and again until told to stop; an act without an answer is looked into and never held against it."""

    pause = 0.2

    def __init__(self, name: str, address: str, said: Said, stop: threading.Event, seed: str) -> None:
        super().__init__(name=name, daemon=True)
        self.visitor, self.said, self.stopped = Visitor(address), said, stop
        self.chance = Random(seed)  # noqa: S311  (a lot, no secret)

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.act()
            except NoAnswer as none:
                with self.said.lock:
                    self.said.no_answers.append(none)
                self.stopped.wait(0.3)
            except Exception as error:
                with self.said.lock:
                    self.said.problems.append(f"{self.name}: {type(error).__name__}: {error}"[:600])
                self.stopped.wait(0.5)
            self.stopped.wait(self.chance.uniform(0, 2 * self.pause))

    def act(self) -> None:
        raise NotImplementedError

    # --- What several of them do

    def state(self, unit: str) -> tuple[str, Answer]:
        page = self.visitor.get(f"{REPORTS}/{unit}/")
        found = STATE.search(page.text)
        assert found, f"{page.status} on the page of {unit}: {page.text[:300]}"
        self.visitor.take_token(page)
        return found.group(1), page

    def step(self, unit: str, name: str, **fields: str) -> None:
        try:
            answer = self.visitor.send(f"{REPORTS}/{unit}/pasos/{name}/", fields)
        except NoAnswer:
            self.said.step(unit, name, answered=False)
            raise
        if answer.status == 200:
            self.said.step(unit, name, answered=True)
            self.said.did(name)
        else:
            assert answer.status in (403, 409, 422), f"{answer.status} to {name} of {unit}"
            self.said.did(f"{name} refused")

    def writes(self, path: str, text: str, **fields: str) -> Answer:
        """A text of its own, to be found once at the end."""
        answer = self.visitor.send(path, {"text": text, **fields})
        if answer.status == 200:
            with self.said.lock:
                self.said.texts.append(text)
        return answer


class Reporter(Person):
    """Types, uploads and fills workbooks while the report is open, answers what was observed, and hands it over."""

    def __init__(self, unit: str, facts: dict, *rest: Any) -> None:
        super().__init__(f"reporter of {unit}", *rest)
        self.unit, self.account, self.indicators = unit, facts["reporter"], facts["indicators"]
        self.recorded = dict.fromkeys(self.indicators, "")  # the value acknowledged last
        self.in_the_air: dict[str, str] = {}  # sent and not answered: all of them may be there, or none
        self.uploaded: Counter = Counter()
        self.is_in = False

    def act(self) -> None:
        if not self.is_in:
            self.visitor.sign_in(*self.account)
            self.is_in = True
        if self.in_the_air:
            self.looks()
        state, page = self.state(self.unit)
        if state not in EDITABLE:
            self.stopped.wait(0.5)
            return
        for _time in range(self.chance.randint(1, 3)):
            self.chance.choice([self.types, self.types, self.uploads, self.fills])()
        if (
            self.chance.random() < 0.6
            and all(self.recorded.values())
            and all(self.uploaded[c] for c in self.indicators)
        ):
            for pk in sorted(set(re.findall(rf"{REPORTS}/{self.unit}/observaciones/(\d+)/responder/", page.text))):
                self.writes(f"{REPORTS}/{self.unit}/observaciones/{pk}/responder/", f"respuesta {uuid.uuid4()}")
            self.step(self.unit, "hand_to_head")

    def entry(self, code: str) -> dict[str, str]:
        answer = self.visitor.get(f"{REPORTS}/{self.unit}/llenar/{self.indicators[code]}/")
        assert answer.status == 200, f"{answer.status} for {code}: {answer.text[:200]}"
        return json.loads(answer.text)["entry"]

    def looks(self) -> None:
        """Of what was in the air all is there, or nothing."""
        there = {code: self.entry(code) for code in self.indicators}
        values = {code: entry.get("value", "") for code, entry in there.items()}
        cells = {code: entry.get("sex::woman", "") for code, entry in there.items()}
        if cells != values or values not in (self.recorded, self.recorded | self.in_the_air):
            self.said.problems.append(f"{self.unit}: {values} with {cells}, was {self.recorded} and {self.in_the_air}")
        self.recorded, self.in_the_air = values, {}
        self.said.values.update(values)

    def acknowledged(self, what: str) -> None:
        self.recorded |= self.in_the_air
        self.said.values.update(self.in_the_air)
        self.in_the_air = {}
        self.said.did(what)

    def types(self) -> None:
        code, value = self.chance.choice(sorted(self.indicators)), str(self.chance.randint(10, 999))
        number, seen = self.indicators[code], self.entry(code)
        data = {f"{number}-value": value, f"{number}-sex::woman": value, f"{number}-seen": json.dumps(seen)}
        self.in_the_air = {code: value}
        answer = self.visitor.send(f"{REPORTS}/{self.unit}/llenar/{number}/", data)
        if answer.status == 200 and not json.loads(answer.text)["conflicts"]:
            self.acknowledged("autosaves")
        else:
            assert answer.status == 409, f"{answer.status} to typing: {answer.text[:300]}"
            self.in_the_air = {}

    def uploads(self) -> None:
        code = self.chance.choice(sorted(self.indicators))
        number = self.indicators[code]
        if self.uploaded[code] > 15:  # a result takes 20
            return
        file = pdf(lambda document: document.docinfo.__setitem__("/Title", uuid.uuid4().hex))
        path = f"{REPORTS}/{self.unit}/llenar/{number}/medios/"
        answer = self.visitor.send(path, {}, {f"{number}-files": (f"{uuid.uuid4()}.pdf", file)})
        assert answer.status in (200, 409), f"{answer.status} to a file: {answer.text[:300]}"
        if answer.status == 200 and not json.loads(answer.text)["refused"]:
            self.uploaded[code] += 1
            with self.said.lock:
                self.said.files.append(hashlib.sha256(file).hexdigest())
            self.said.did("uploads")
        else:
            self.said.did("uploads refused")

    def fills(self) -> None:
        """The same value into every indicator, by workbook: all of them or none."""
        book = self.visitor.download(f"{REPORTS}/{self.unit}/excel/libro/")
        self.said.did("files given")
        value = self.chance.randint(10, 999)
        typed = {"value": value, "sex::woman": value}
        content = filled(book, **{code.replace(".", "_"): typed for code in self.indicators}).getvalue()
        preview = self.visitor.send(f"{REPORTS}/{self.unit}/excel/", {}, {"file": ("reporte.xlsx", content)})
        shown = re.search(r'name="shown" value="([^"]*)"', preview.text)
        confirm = re.search(r'action="([^"]*/confirmar/)"', preview.text)
        if not shown or not confirm:
            assert preview.status in (200, 409, 422), f"{preview.status} to a workbook"
            self.said.did("workbooks refused")
            return
        self.in_the_air = dict.fromkeys(self.indicators, str(value))
        answer = self.visitor.send(confirm.group(1), {"shown": shown.group(1)})
        if answer.status == 200:
            self.acknowledged("workbooks")
        else:
            assert answer.status in (409, 422), f"{answer.status} to confirming"
            self.in_the_air = {}


class Heads(Person):
    """The heads of all units: each signs off what its unit hands over, or gives it back."""

    pause = 0.3

    def __init__(self, units: dict[str, dict], address: str, *rest: Any) -> None:
        super().__init__("heads", address, *rest)
        self.units, self.browsers = units, {}

    def act(self) -> None:
        for unit, facts in self.units.items():
            if unit not in self.browsers:
                visitor = Visitor(self.visitor.address)
                visitor.sign_in(*facts["head"])
                self.browsers[unit] = visitor
            self.visitor = self.browsers[unit]
            if self.state(unit)[0] == "awaiting_signoff":
                name = "sign_off" if self.chance.random() < 0.85 else "give_back"
                self.step(unit, name, comment=f"comentario {uuid.uuid4()}")


class Coordinator(Person):
    """Reviews, observes, returns, gives conformity, reopens; asks for documents and looks after those that failed."""

    def __init__(self, account: list[str], units: dict[str, dict], *rest: Any) -> None:
        super().__init__("coordinator", *rest)
        self.account, self.units, self.is_in = account, units, False

    def act(self) -> None:
        if not self.is_in:
            self.visitor.sign_in(*self.account)
            self.is_in = True
        for unit in self.units:
            state, _page = self.state(unit)
            if state == "submitted":
                self.reviews(unit)
            elif state == "validated" and self.chance.random() < 0.5:
                self.step(unit, "reopen", comment=f"comentario {uuid.uuid4()}")
            if state in ("submitted", "validated") and self.chance.random() < 0.3:
                self.asks("receipt" if self.chance.random() < 0.7 else "unit_report", unit)
        self.retries()

    def reviews(self, unit: str) -> None:
        page = self.visitor.get(f"{REPORTS}/{unit}/revisar/")
        self.visitor.take_token(page)
        for pk in sorted(set(re.findall(rf"{REPORTS}/{unit}/observaciones/(\d+)/resolver/", page.text))):
            self.visitor.send(f"{REPORTS}/{unit}/observaciones/{pk}/resolver/", {})
        if self.chance.random() < 0.5:
            self.step(unit, "validate")
            return
        self.writes(f"{REPORTS}/{unit}/observaciones/", f"observación {uuid.uuid4()}")
        self.step(unit, "return")

    def asks(self, kind: str, unit: str) -> None:
        answer = self.visitor.send(f"/planes/{PLAN}/documentos/pedir/{kind}/", {"period": PERIOD, "unit": unit})
        assert answer.status in (200, 404), f"{answer.status} to a document"
        if found := re.search(r"/documentos/([0-9A-Z-]{14})/", answer.address):
            with self.said.lock:
                self.said.documents.append(found.group(1))
            self.said.did("documents asked")

    def retries(self) -> None:
        """A document that could not be made says why and offers to be tried again."""
        for code in self.said.documents[-5:]:
            path = f"/planes/{PLAN}/documentos/{code}/"
            page = self.visitor.get(path)
            if f"{path}reintentar/" in page.text:
                self.visitor.take_token(page)
                self.visitor.send(f"{path}reintentar/", {})
                self.said.did("documents retried")


class Reader(Person):
    """Everybody who only looks: the scorecard, the public pages, an agency's program."""

    def __init__(self, account: list[str], key: str, *rest: Any) -> None:
        super().__init__("reader", *rest)
        self.account, self.key, self.is_in = account, key, False

    def act(self) -> None:
        if not self.is_in:
            self.visitor.sign_in(*self.account)
            self.is_in = True
        own, public, api = f"/planes/{PLAN}", f"/publico/{PLAN}", f"/api/v1/plans/{PLAN}"
        path = self.chance.choice(
            [f"{own}/tablero/", f"{own}/reportes/", f"{own}/bitacora/", f"{public}/", "/publico/"]
        )
        assert self.visitor.get(path).status in (200, 404), path
        answer = self.visitor.get(f"{api}/scorecard/", Authorization=f"Api-Key {self.key}")
        assert answer.status in (200, 429), f"{answer.status} from the API"
        self.said.did("pages read")
