"""The server is killed at seeded moments, while somebody types, uploads and confirms workbooks.

What was answered "guardado" is there afterwards, and nothing is ever half there. 8 kills a run, 50 in the long one.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import io
import json
import os
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests.factories import PASSWORD
from tests.killing import Server
from tests.monitoring.workbooks import filled
from tests.uploaded import pdf

KILLS = 50 if os.environ.get("PMH_LONG") == "1" else 8
REPORT = "/planes/lima/reportes/2022-1/GMU"
CODES = ("IND.01", "IND.02", "IND.03")


class Alicia:
    """A browser without a screen: cookies, the token of the forms, what was acknowledged and what was in the air."""

    def __init__(self, address: str, prepared: dict) -> None:
        self.address, self.indicators = address, prepared["indicators"]
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.recorded = dict.fromkeys(CODES, "")  # the value acknowledged last
        self.in_the_air: dict[str, str] = {}  # values sent and not answered: all of them may be there, or none
        self.files: set[str] = set()  # those acknowledged
        self.token = ""
        page = self.get("/cuenta/login/")
        data = {"login": prepared["email"], "password": PASSWORD, "csrfmiddlewaretoken": token_in(page)}
        self.send("/cuenta/login/", data)
        self.renew()

    def get(self, path: str) -> str:
        with self.browser.open(f"{self.address}{path}", timeout=30) as answer:
            return answer.read().decode()

    def send(self, path: str, data: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None) -> str:
        body, kind = encoded(data, files or {})
        headers = {"Content-Type": kind, "X-CSRFToken": self.token, "Referer": self.address}
        request = urllib.request.Request(f"{self.address}{path}", body, headers)  # noqa: S310  (our own server)
        with self.browser.open(request, timeout=60) as answer:
            return answer.read().decode()

    def renew(self) -> None:
        self.token = json.loads(self.get(f"{REPORT}/llenar/pulso/"))["csrf"]

    def entry(self, code: str) -> dict[str, str]:
        return json.loads(self.get(f"{REPORT}/llenar/{self.indicators[code]}/"))["entry"]

    # --- What she does; each is acknowledged as a whole, or not at all

    def types(self, chance: Random) -> str:
        code, value = chance.choice(CODES), str(chance.randint(1, 999))
        number = self.indicators[code]
        self.in_the_air = {code: value}
        data = {f"{number}-value": value, f"{number}-sex::woman": value, f"{number}-seen": json.dumps(self.entry(code))}
        state = json.loads(self.send(f"{REPORT}/llenar/{number}/", data))
        assert not state["conflicts"]
        self.acknowledged()
        return "autosaves"

    def uploads(self, chance: Random) -> str:
        number = self.indicators[chance.choice(CODES)]
        file = pdf(lambda document: document.docinfo.__setitem__("/Title", uuid.uuid4().hex))
        path = f"{REPORT}/llenar/{number}/medios/"
        state = json.loads(self.send(path, {}, {f"{number}-files": (f"{uuid.uuid4()}.pdf", file)}))
        if not state["refused"]:  # a result takes 20
            self.files.add(re.findall(r"([0-9a-f-]{36})", state["evidence"])[-1])
        return "uploads"

    def confirms(self, chance: Random) -> str:
        """The same value into all three indicators, by workbook: all of them or none."""
        with self.browser.open(f"{self.address}{REPORT}/excel/libro/", timeout=30) as answer:
            book = answer.read()
        value = chance.randint(1, 999)
        typed = {"value": value, "sex::woman": value}
        content = filled(book, **{code.replace(".", "_"): typed for code in CODES}).getvalue()
        preview = self.send(f"{REPORT}/excel/", {}, {"file": ("reporte.xlsx", content)})
        shown = re.search(r'name="shown" value="([^"]*)"', preview).group(1)
        confirm = re.search(r'action="([^"]*/confirmar/)"', preview).group(1)
        self.in_the_air = dict.fromkeys(CODES, str(value))
        self.send(confirm, {"shown": shown})
        self.acknowledged()
        return "workbooks"

    def acknowledged(self) -> None:
        self.recorded |= self.in_the_air
        self.in_the_air = {}

    def finds_everything(self) -> None:
        """After a kill: what was acknowledged, and of what was in the air all or nothing."""
        there = {code: self.entry(code) for code in CODES}
        values = {code: entry.get("value", "") for code, entry in there.items()}
        cells = {code: entry.get("sex::woman", "") for code, entry in there.items()}
        assert cells == values, "half an indicator"
        assert values in (self.recorded, self.recorded | self.in_the_air), (values, self.recorded, self.in_the_air)
        self.recorded, self.in_the_air = values, {}


def token_in(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)


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


@pytest.fixture
def server(tmp_path: Path):
    # On PostgreSQL the tests' cluster has an empty database beside the one that pytest-django made.
    database = (
        os.environ["DATABASE_URL"] if connection.vendor == "postgresql" else f"sqlite:///{tmp_path / 'own.sqlite3'}"
    )
    server = Server(tmp_path, database)
    server.run("manage.py", "migrate", "--noinput", "-v", "0")
    yield server
    server.kill()


def test_killing_the_server_loses_nothing_that_was_acknowledged(server):
    prepared = json.loads(server.run("-m", "tests.killing", "prepare"))
    chance, done = Random(2022), Counter()  # noqa: S311  (a lot, no secret)
    server.start()
    alicia = Alicia(server.address, prepared)
    for _ in range(KILLS):
        timer = threading.Timer(chance.uniform(0.05, 3), server.kill)
        timer.start()
        try:
            while timer.is_alive() or server.process:
                act = chance.choice([alicia.types, alicia.types, alicia.uploads, alicia.confirms])
                done[act(chance)] += 1
        except (OSError, urllib.error.URLError, http.client.HTTPException):
            pass
        timer.join()
        server.start()
        alicia.renew()
        alicia.finds_everything()
        done["kills"] += 1
    server.kill()
    found = json.loads(server.run("-m", "tests.killing", "found"))
    print(f"\nkilled on {connection.vendor}: {dict(done)}; {len(found['files'])} files found whole")
    assert done["kills"] == KILLS
    assert found["submissions"] == 1
    assert found["states"] == ["draft"]
    assert all(found["files"].values())
    assert all(found["workbooks"].values())
    assert len(found["files"]) >= len(alicia.files)
