"""The server is killed at seeded moments, while somebody types, uploads and confirms workbooks.

What was answered "guardado" is there afterwards, and nothing is ever half there. 8 kills a run, 50 in the long one.
"""

from __future__ import annotations

import json
import os
import re
import threading
import uuid
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests.factories import PASSWORD
from tests.killing import Server
from tests.monitoring.workbooks import filled
from tests.soak.persons import NoAnswer, Visitor
from tests.uploaded import pdf

KILLS = 50 if os.environ.get("PMH_LONG") == "1" else 8
REPORT = "/planes/lima/reportes/2022-1/GMU"
CODES = ("IND.01", "IND.02", "IND.03")


class Alicia(Visitor):
    """She knows what was acknowledged, and what was in the air."""

    def __init__(self, address: str, prepared: dict) -> None:
        super().__init__(address)
        self.indicators = prepared["indicators"]
        self.recorded = dict.fromkeys(CODES, "")  # the value acknowledged last
        self.in_the_air: dict[str, str] = {}  # values sent and not answered: all of them may be there, or none
        self.files: set[str] = set()  # those acknowledged
        self.sign_in(prepared["email"], PASSWORD)
        self.renew()

    def renew(self) -> None:
        self.token = json.loads(self.get(f"{REPORT}/llenar/pulso/").text)["csrf"]

    def entry(self, code: str) -> dict[str, str]:
        return json.loads(self.get(f"{REPORT}/llenar/{self.indicators[code]}/").text)["entry"]

    # --- What she does; each is acknowledged as a whole, or not at all

    def types(self, chance: Random) -> str:
        code, value = chance.choice(CODES), str(chance.randint(1, 999))
        number = self.indicators[code]
        self.in_the_air = {code: value}
        data = {f"{number}-value": value, f"{number}-sex::woman": value, f"{number}-seen": json.dumps(self.entry(code))}
        state = json.loads(self.send(f"{REPORT}/llenar/{number}/", data).text)
        assert not state["conflicts"]
        self.acknowledged()
        return "autosaves"

    def uploads(self, chance: Random) -> str:
        number = self.indicators[chance.choice(CODES)]
        file = pdf(lambda document: document.docinfo.__setitem__("/Title", uuid.uuid4().hex))
        path = f"{REPORT}/llenar/{number}/medios/"
        state = json.loads(self.send(path, {}, {f"{number}-files": (f"{uuid.uuid4()}.pdf", file)}).text)
        if not state["refused"]:  # a result takes 20
            self.files.add(re.findall(r"([0-9a-f-]{36})", state["evidence"])[-1])
        return "uploads"

    def confirms(self, chance: Random) -> str:
        """The same value into all three indicators, by workbook: all of them or none."""
        book = self.download(f"{REPORT}/excel/libro/")
        value = chance.randint(1, 999)
        typed = {"value": value, "sex::woman": value}
        content = filled(book, **{code.replace(".", "_"): typed for code in CODES}).getvalue()
        preview = self.send(f"{REPORT}/excel/", {}, {"file": ("reporte.xlsx", content)}).text
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


def test_killing_the_server_loses_nothing_that_was_acknowledged(server, counted):
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
        except NoAnswer:
            pass
        timer.join()
        server.start()
        alicia.renew()
        alicia.finds_everything()
        done["kills"] += 1
    server.kill()
    found = json.loads(server.run("-m", "tests.killing", "found"))
    counted(f"killed on {connection.vendor}: {dict(done)}; {len(found['files'])} files found whole")
    assert done["kills"] == KILLS
    assert found["submissions"] == 1
    assert found["states"] == ["draft"]
    assert all(found["files"].values())
    assert all(found["workbooks"].values())
    assert len(found["files"]) >= len(alicia.files)
