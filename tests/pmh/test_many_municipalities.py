"""Two municipalities in one installation, each made from its workbook by one command: neither sees the other.

Both have units, codes and semesters of the same names, so that only their government tells them apart; whatever a
workbook names carries its municipality's mark.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

import plans
from institution import clock
from institution.models import Government, Invitation, Unit, User
from monitoring.evaluation import add_commitment, add_finding, close_evaluation, open_evaluation
from monitoring.models import Result
from plans.models import LibraryItem, Plan
from tests.api.test_resources import IN_PLAN
from tests.api.world import API, give_key, make_agency
from tests.factories import PASSWORD, make_evidence, make_submission
from tests.permissions.table import TABLE
from tests.permissions.world import CODE
from tests.reports.archived import make_issued
from tests.reports.publishing import publish_evaluation

pytestmark = pytest.mark.django_db
REFERENCE = Path(plans.__file__).parent / "data" / "reference_plan.xlsx"
RESULTS = Path(plans.__file__).parents[1] / "monitoring" / "data" / "reference_results_2022.csv"
# Pages that are nobody's: signing in, the help, the state of the process, what is published.
OPEN = re.compile(r"account_|mfa_|help:|health:|reports:(public_|robots|sitemap|verify)")
INDICATOR = "IND.01.OE.01"
DISTRICT = {"Plan!B5": "Municipalidad distrital"}


@dataclass
class Municipality:
    mark: str
    plan: Plan
    coordinator: Client
    ids: dict[str, Any]
    key: str

    def address(self, name: str, arguments: dict[str, Any], ids: dict[str, Any] | None = None) -> str:
        ids = self.ids if ids is None else ids
        known = ids | {"PMH-T": self.plan.code, "IND": INDICATOR}
        return reverse(name, kwargs={key: known.get(value, value) for key, value in arguments.items()})


@pytest.fixture
def workbook(tmp_path) -> Callable[..., Path]:
    """The reference plan as another municipality's own workbook."""

    def write(mark: str, ubigeo: str, code: str, cells: dict[str, Any] | None = None) -> Path:
        book = openpyxl.load_workbook(REFERENCE)
        for place, value in {"B2": ubigeo, "B3": f"Municipalidad {mark}", "B4": f"Ámbito {mark}", "B6": code}.items():
            book["Plan"][place] = value
        for title in ("Unidades", "Lineamientos", "Objetivos", "Acciones", "Actividades", "Indicadores"):
            [column] = [cell.column for cell in book[title][1] if cell.value == "Nombre"]
            for row in range(2, book[title].max_row + 1):
                if book[title].cell(row, column).value:
                    book[title].cell(row, column).value += f" {mark}"
        for place, value in (cells or {}).items():
            title, cell = place.split("!")
            book[title][cell] = value
        path = tmp_path / f"{code}.xlsx"
        book.save(path)
        return path

    return write


def link_in(said: str) -> str:
    return re.search(r"^https?://[^/]+(/invitacion/\S+)$", said, re.MULTILINE).group(1)


def begun(book: Path, mark: str, capsys) -> Client:
    """The one command, and whoever coordinates comes in by the link that it prints."""
    capsys.readouterr()
    call_command("import_plan", str(book), "--coordinator", f"{mark.lower()}@example.org", f"Coordina {mark}")
    client = Client()
    accepted = {"full_name": f"Coordina {mark}", "password": PASSWORD, "again": PASSWORD}
    client.post(link_in(capsys.readouterr().out), accepted)
    client.force_login(User.objects.get(email=f"{mark.lower()}@example.org"))
    return client


def filled(mark: str, code: str, client: Client, document: str) -> Municipality:
    """Results of 2022, a closed evaluation that is published, one being written, files, an agency with its key."""
    plan = Plan.objects.get(code=code)
    call_command("import_results", code, str(RESULTS), verbosity=0)
    by = User.objects.get(email=f"{mark.lower()}@example.org")
    unit = plan.government.units.get(acronym="GMU")
    promise = {"recommendation": f"Atender {mark}.", "action": "Medir.", "unit": unit, "by": by}
    first = open_evaluation(plan=plan, year=2022, by=by)
    commitment = add_commitment(evaluation=first, due_on=dt.date(2023, 6, 30), **promise)
    evaluation = close_evaluation(first, by=by, texts_may_be_empty=True)
    draft = open_evaluation(plan=plan, year=2023, by=by)
    promised = add_commitment(evaluation=draft, due_on=dt.date(2024, 6, 30), **promise)
    agency = make_agency(plan.government)
    key, text = give_key(agency, by)
    indicator = plan.indicators.get(code=INDICATOR)
    make_submission(unit, plan.periods.get(code="2022-1"), by=by)
    evidence = make_evidence(Result.objects.filter(indicator=indicator).first(), title=f"Acta {mark}")
    make_issued(plan, document)
    post = by.designations.get()
    ids = {
        CODE: document,
        "agency": agency.pk,
        "commitment": commitment.pk,
        "promised": promised.pk,
        "observation": 0,
        "key": key.prefix,
        "evidence": evidence.pk,
        "finding": add_finding(evaluation=draft, text=f"Hallazgo {mark}", by=by).pk,
        "indicator": indicator.pk,
        "invitation": Invitation.objects.get(email=by.email).pk,
        "person": post.user_id,
        "published": publish_evaluation(evaluation, by).code,
        "post": post.pk,
        "guideline": plan.guidelines.first().pk,
        "step": plan.approval_steps.first().pk,
        "item": LibraryItem.objects.create(plan=plan, kind="other", title=f"Nota {mark}", url="https://a.example").pk,
    }
    return Municipality(mark, plan, client, ids, text)


@pytest.fixture
def both(workbook, capsys) -> tuple[Municipality, Municipality]:
    # Each is made while the other one is there, or will be.
    made = [
        ("LORO", "PMH-LORO", begun(workbook("LORO", "0701", "PMH-LORO"), "LORO", capsys), "7Q4M-0HXN-2KDB"),
        (
            "GALLO",
            "PMH-GALLO",
            begun(workbook("GALLO", "150101", "PMH-GALLO", DISTRICT), "GALLO", capsys),
            "8" + CODE[1:],
        ),
    ]
    one, other = (filled(*each) for each in made)
    return one, other


@pytest.fixture(params=["LORO", "GALLO"])
def mine_and_theirs(request, both) -> tuple[Municipality, Municipality]:
    return both if request.param == "LORO" else both[::-1]


def answers(client: Client, address: str) -> int:
    """How a page answers; what only takes a POST is sent one."""
    answer = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return client.post(address).status_code if answer.status_code == 405 else answer.status_code


def private() -> Iterator[tuple[str, dict]]:
    return ((name, row.arguments) for name, row in TABLE.items() if row.arguments and not OPEN.match(name))


def test_nothing_of_the_other_is_there(mine_and_theirs):
    mine, theirs = mine_and_theirs
    walked = {name: answers(mine.coordinator, theirs.address(name, arguments)) for name, arguments in private()}
    assert len(walked) > 100
    assert {name: status for name, status in walked.items() if status != 404} == {}


def test_a_row_of_the_other_is_in_no_page_of_ones_own(mine_and_theirs):
    mine, theirs = mine_and_theirs
    walked = {
        name: answers(mine.coordinator, mine.address(name, arguments, theirs.ids))
        for name, arguments in private()
        if set(arguments.values()) & set(theirs.ids)
    }
    assert len(walked) > 20
    assert {name: status for name, status in walked.items() if status != 404} == {}


def test_what_one_is_shown_names_nothing_of_the_other(mine_and_theirs):
    """Pages, lists, files, the search, the public pages of the plan: everything that answers, read whole."""
    mine, theirs = mine_and_theirs
    told = {}
    for name, row in TABLE.items():
        if name in ("reports:public_home", "reports:sitemap"):  # the installation's: they name every plan in public
            continue
        answer = mine.coordinator.get(mine.address(name, row.arguments))
        if answer.status_code == 200:
            told[name] = text_of(answer)
    for words in (mine.mark, theirs.mark, "Gerencia"):
        told[f"search {words}"] = text_of(mine.coordinator.get(f"/planes/{mine.plan.code}/buscar/?q={words}"))
    told["desk"] = text_of(mine.coordinator.get("/", follow=True))
    naming = [name for name, text in told.items() if mine.mark in text]
    assert len(naming) > 50
    found = told.pop(f"search {theirs.mark}")
    assert theirs.mark not in found.replace(f"«{theirs.mark}»", "").replace(f'"{theirs.mark}"', "")
    assert [name for name, text in told.items() if theirs.mark in text] == []


def text_of(answer: Any) -> str:
    """What an answer says, unpacked where it is a workbook or a package."""
    content = answer.getvalue() if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode(errors="replace")


def test_the_api_tells_ones_own(mine_and_theirs):
    mine, theirs = mine_and_theirs
    key = Client(headers={"Authorization": f"Api-Key {mine.key}"})
    for reader in (key, mine.coordinator):
        assert [row["code"] for row in reader.get(f"{API}/plans/").json()["results"]] == [mine.plan.code]
        governments = [row["ubigeo"] for row in reader.get(f"{API}/governments/").json()["results"]]
        assert governments == [mine.plan.government.ubigeo]
        for path in IN_PLAN:
            own = reader.get(f"{API}/plans/{mine.plan.code}/{path}")
            assert own.status_code == 200, path
            assert theirs.mark not in text_of(own), path
            assert reader.get(f"{API}/plans/{theirs.plan.code}/{path}").status_code == 404, path


# --- The one command -------------------------------------------------------------------------------------------------


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Government, Unit, Plan, Invitation))


def test_a_dry_run_says_whom_it_would_invite_and_leaves_nothing(workbook, capsys, mailoutbox):
    book = workbook("LORO", "0701", "PMH-LORO")
    call_command("import_plan", str(book), "--coordinator", "ana@example.org", "Ana Torres", "--dry-run")
    said = capsys.readouterr().out
    assert "Se invitaría a Ana Torres a coordinar desde GPV." in said
    assert "http" not in said
    assert (rows(), mailoutbox) == ((0, 0, 0, 0), [])


@pytest.mark.parametrize(
    ("coordinator", "cells", "told"),
    [
        (("ana", "Ana Torres"), {}, "correo"),
        (("ana@example.org", " "), {}, "campo"),
        (("ana@example.org", "Ana"), {"Unidades!C10": "Responsable de actividades"}, "Ninguna unidad"),
    ],
)
def test_nobody_to_coordinate_means_nothing_at_all(workbook, coordinator, cells, told):
    units = openpyxl.load_workbook(REFERENCE)["Unidades"]
    [coordinating] = [cell.row for cell in units["C"] if cell.value == Unit.Function.COORDINATION.label]
    cells = {place.replace("C10", f"C{coordinating}"): value for place, value in cells.items()}
    book = workbook("LORO", "0701", "PMH-LORO", cells)
    with pytest.raises(CommandError, match=rf"(?s){told}.*No se cambió nada"):
        call_command("import_plan", str(book), "--coordinator", *coordinator, verbosity=0)
    assert rows() == (0, 0, 0, 0)


def test_the_same_command_again_gives_a_new_link_until_somebody_coordinates(workbook, capsys, client):
    book = workbook("LORO", "0701", "PMH-LORO")
    links = []
    for _ in range(2):
        call_command("import_plan", str(book), "--coordinator", "ana@example.org", "Ana Torres")
        links.append(link_in(capsys.readouterr().out))
    assert rows()[3] == 1
    assert [client.get(link).status_code for link in links] == [404, 200]
    client.post(links[1], {"full_name": "Ana Torres", "password": PASSWORD, "again": PASSWORD})
    assert User.objects.get(email="ana@example.org").designations.get().starts_on == clock.today()
    with pytest.raises(CommandError, match="Ana Torres ya coordina"):
        call_command("import_plan", str(book), "--coordinator", "otra@example.org", "Otra")
    assert rows()[3] == 1


def test_a_workbook_with_the_code_of_another_is_refused(workbook, capsys):
    call_command("import_plan", str(workbook("LORO", "0701", "PMH-LORO")), verbosity=0)
    before = rows()
    with pytest.raises(CommandError):
        call_command("import_plan", str(workbook("GALLO", "1501", "PMH-LORO")), "--coordinator", "a@example.org", "A")
    assert "el plan PMH-LORO ya existe y es de Municipalidad LORO" in capsys.readouterr().err
    assert rows() == before
