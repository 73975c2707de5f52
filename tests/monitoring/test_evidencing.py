"""Evidence is attached, found again, withdrawn and restored; file and row never disagree."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from institution import uploads
from institution.models import Role
from institution.uploads import UploadRefused
from monitoring import evidencing
from monitoring.evidencing import EvidenceRefused, attach_file, attach_link, checked_address, restore, withdraw
from monitoring.models import Evidence, Result, Submission
from tests.factories import (
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_submission,
    make_tree,
    make_unit,
    make_user,
)
from tests.uploaded import pdf, picture

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def world():
    class World:
        plan = make_plan(code="lima", open_period="2023-1")
        unit = make_unit("GMU")
        people = make_people(unit)
        tree = make_tree(plan, lead_unit=unit)
        indicator = make_indicator(tree.activity, code="IND.01", unit=unit, targets={"2023-1": 50})
        second = make_indicator(tree.activity, code="IND.02", unit=unit, targets={"2023-1": 50})
        submission = make_submission(unit, plan.periods.get(code="2023-1"), Submission.State.DRAFT)

        def attach(self, content=None, name="acta.pdf", indicator=None, by=None, **kw):
            return attach_file(
                submission=self.submission,
                indicator=indicator or self.indicator,
                file=io.BytesIO(pdf() if content is None else content),
                name=name,
                by=by or self.people.alicia,
                **kw,
            )

        def link(self, url="https://example.org/acta", **kw):
            fields = {"submission": self.submission, "indicator": self.indicator, "by": self.people.alicia} | kw
            return attach_link(url=url, **fields)

    return World()


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


# --- Files ----------------------------------------------------------------------------------------------------


def test_the_first_evidence_may_come_before_the_first_figure(world, store):
    attached = world.attach(pdf(), "Acta de la feria.pdf")
    evidence = Evidence.objects.get()
    assert attached == evidencing.Attached(evidence, True)
    result = Result.objects.get()
    assert (result.value, result.entered_by, result.period.code) == (None, world.people.alicia, "2023-1")
    assert (evidence.title, evidence.file_name) == ("Acta de la feria.pdf", "Acta de la feria.pdf")
    assert evidence.file.name.startswith("evidence/")
    assert "feria" not in evidence.file.name
    assert [path.read_bytes() for path in files(store)] == [pdf()]
    world.attach(pdf(pages=2), "Otra.pdf", title="  Acta   dos ")
    assert Result.objects.count() == 1
    assert Evidence.objects.last().title == "Acta dos"


def test_a_photograph_is_kept_without_its_place(world):
    attached = world.attach(picture(), "feria.jpg")
    assert "lugar donde fue tomada" in attached.notes[0]
    assert b"Exif" not in attached.evidence.file.read()


def test_the_same_file_in_the_same_result_is_kept_once(world, store):
    first = world.attach()
    again = world.attach(name="otra vez.pdf")
    assert again.evidence == first.evidence
    assert not again.created
    assert "ya estaba" in again.notes[0]
    assert len(files(store)) == Evidence.objects.count() == 1


def test_the_same_file_comes_back_when_it_was_withdrawn(world, store):
    first = world.attach().evidence
    withdraw(evidence=first, by=world.people.alicia)
    again = world.attach()
    assert again.evidence == first
    assert again.evidence.withdrawn_at is None
    assert "se volvió a poner" in again.notes[0]
    assert len(files(store)) == 1


def test_the_same_file_elsewhere_is_accepted_and_said(world):
    first = world.attach().evidence
    second = world.attach(indicator=world.second)
    assert second.created
    assert second.elsewhere == (first,)
    assert second.notes == ("Este archivo ya respalda IND.01 de GMU en 2023-1.",)


def test_the_same_link_elsewhere_is_said_too(world):
    first = world.link(url="https://example.org/album").evidence
    second = world.link(url="https://example.org/album", indicator=world.second)
    assert (second.created, second.elsewhere) == (True, (first,))
    assert second.notes == ("Este enlace ya respalda IND.01 de GMU en 2023-1.",)
    assert world.link(url="https://example.org/otro", indicator=world.second).elsewhere == ()


def test_what_another_government_keeps_is_not_told(world):
    world.attach()
    others = make_plan(make_unit("GDS").government, open_period="2023-1")
    stranger = make_user()
    unit = make_unit("GXX")
    make_designation(stranger, unit)
    indicator = make_indicator(make_tree(others, lead_unit=unit).activity, unit=unit)
    submission = make_submission(unit, others.periods.get(code="2023-1"), Submission.State.DRAFT)
    attached = attach_file(
        submission=submission, indicator=indicator, file=io.BytesIO(pdf()), name="a.pdf", by=stranger
    )
    assert attached.created
    assert attached.elsewhere == ()


def test_a_refused_file_leaves_nothing(world, store):
    with pytest.raises(UploadRefused):
        world.attach(b"MZ")
    assert not files(store)
    assert not Result.objects.exists()


def test_a_result_has_so_many_and_no_more(world, settings, store):
    settings.EVIDENCE_MAX_PER_RESULT = 2
    first = world.attach().evidence
    world.link()
    with pytest.raises(EvidenceRefused, match="ya tiene 2"):
        world.attach(pdf(pages=2))
    assert len(files(store)) == 1
    withdraw(evidence=first, by=world.people.alicia)
    world.attach(pdf(pages=2))
    with pytest.raises(EvidenceRefused, match="ya tiene 2"):
        restore(evidence=first, by=world.people.alicia)


# --- Who may --------------------------------------------------------------------------------------------------


def test_only_the_unit_writes_and_only_while_the_report_is_open(world, store):
    for person in (world.people.bruno, world.people.carla):
        with pytest.raises(EvidenceRefused, match="designación"):
            world.attach(by=person)
        with pytest.raises(EvidenceRefused, match="designación"):
            world.link(by=person)
    head = make_user()
    make_designation(head, world.unit, Role.HEAD)
    evidence = world.attach(by=head).evidence
    Submission.objects.update(state=Submission.State.AWAITING_SIGNOFF)
    world.submission.refresh_from_db()
    for act in (
        lambda: world.attach(pdf(pages=2)),
        world.link,
        lambda: withdraw(evidence=evidence, by=head),
        lambda: restore(evidence=evidence, by=head),
    ):
        with pytest.raises(EvidenceRefused, match=r"espera (su|el) visto bueno"):
            act()
    assert len(files(store)) == 1


def test_a_report_that_was_sent_meanwhile_takes_no_more(world, store, monkeypatch):
    """The file is being opened while somebody else sends the report."""
    accept = uploads.accept

    def slowly(*args, **kw):
        Submission.objects.update(state=Submission.State.AWAITING_SIGNOFF)
        return accept(*args, **kw)

    monkeypatch.setattr(uploads, "accept", slowly)
    with pytest.raises(EvidenceRefused):
        world.attach()
    assert not files(store)


def test_an_indicator_of_another_unit_is_not_backed(world, store):
    other = make_indicator(world.tree.activity, unit=make_unit("GXX"))
    with pytest.raises(EvidenceRefused, match="no responde"):
        world.attach(indicator=other)
    assert not files(store)


# --- File and row ---------------------------------------------------------------------------------------------


def test_a_row_is_only_written_when_its_file_is_on_the_disk(world, monkeypatch):
    def full(*_args, **_kw):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        world.attach()
    assert not Evidence.objects.exists()


def test_a_row_that_fails_takes_its_file_along(world, store, monkeypatch):
    def fail(*_args, **_kw):
        raise DatabaseError

    monkeypatch.setattr(Evidence, "save", fail)
    with pytest.raises(DatabaseError), transaction.atomic():
        world.attach()
    assert not files(store)


def test_sweeping_removes_old_orphans_only(world, store, capsys):
    evidence = world.attach().evidence
    fresh = uploads.store(b"a", folder="evidence/2025", extension="pdf")
    orphan = uploads.store(b"b", folder="evidence/2025", extension="pdf")
    elsewhere = uploads.store(b"c", folder="otra/2025", extension="pdf")
    yesterday = time.time() - DAY - 60
    for name in (evidence.file.name, orphan, elsewhere):
        os.utime(default_storage.path(name), (yesterday, yesterday))
    call_command("sweep_uploads", dry_run=True)
    assert "1 se borrarían" in capsys.readouterr().out
    assert default_storage.exists(orphan)
    call_command("sweep_uploads")
    assert orphan in capsys.readouterr().out
    assert not default_storage.exists(orphan)
    for name in (evidence.file.name, fresh, elsewhere):
        assert default_storage.exists(name)


def test_sweeping_says_when_a_file_is_missing(world):
    call_command("sweep_uploads")
    evidence = world.attach().evidence
    default_storage.delete(evidence.file.name)
    with pytest.raises(CommandError, match=rf"falta: 1 \({evidence.file.name}\)"):
        call_command("sweep_uploads")


# --- Taking back ----------------------------------------------------------------------------------------------


def test_withdrawn_evidence_is_kept_and_comes_back(world, store):
    evidence = world.attach().evidence
    at = withdraw(evidence=evidence, by=world.people.alicia).withdrawn_at
    assert at is not None
    assert withdraw(evidence=evidence, by=world.people.alicia).withdrawn_at == at
    assert len(files(store)) == 1
    assert restore(evidence=evidence, by=world.people.alicia).withdrawn_at is None
    assert restore(evidence=evidence, by=world.people.alicia).withdrawn_at is None


# --- Links ----------------------------------------------------------------------------------------------------


def test_a_link_is_noted_once(world):
    first = world.link("HTTPS://example.org/Acta", title="El acta")
    assert (first.evidence.url, first.evidence.title) == ("https://example.org/Acta", "El acta")
    assert world.link("https://example.org/Acta").evidence == first.evidence
    assert world.link("https://example.org/otra").evidence.title == "example.org"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.munlima.gob.pe/actas?n=1&m=2#p",
        "http://1.1.1.1/a",
        "https://españa.example:8443/%C3%A1",
        "https://drive.google.com/file/d/1-a_B/view",
        "https://[2606:4700::1111]/",
    ],
)
def test_addresses_that_anybody_can_open(url):
    assert checked_address(f" {url} ") == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "empieza con http"),
        ("www.munlima.gob.pe", "empieza con http"),
        ("javascript:alert(1)", "empieza con http"),
        ("javascript://example.org/%0aalert(1)", "empieza con http"),
        ("data:text/html,x", "empieza con http"),
        ("ftp://example.org/a", "empieza con http"),
        ("file:///C:/acta.pdf", "empieza con http"),
        ("https://", "empieza con http"),
        ("https:///a", "empieza con http"),
        ("https://ana:clave@example.org/", "usuario o una contraseña"),
        ("https://example.org@mal.example/", "usuario o una contraseña"),
        ("https://exam ple.org/", "espacios"),
        ("https://example.org\\@mal.example/", "espacios"),
        ("https://example.org/\u202egnp", "espacios"),
        ("https://[::1", "no es una dirección"),
        ("https://example.org:puerto/", "no es una dirección"),
        ("https://-a.example/", "nombre de sitio válido"),
        ("https://a..example/", "nombre de sitio válido"),
        ("https://example.org/" + "a" * 500, "más de 500"),
        *(
            (f"http://{host}/a", "su propia red")
            for host in (
                "localhost",
                "localhost.",
                "servidor",
                "archivos.local",
                "intranet.munlima.internal",
                "127.0.0.1",
                "127.1",
                "2130706433",
                "0x7f.1",
                "10.0.0.5",
                "192.168.1.10:8080",
                "172.16.0.1",
                "169.254.169.254",
                "0.0.0.0",  # noqa: S104  # an address to be refused
                "[::1]",
                "[fe80::1]",
                "[fd00::1]",
                "[::ffff:127.0.0.1]",
            )
        ),
    ],
)
def test_addresses_that_are_refused(url, said):
    with pytest.raises(EvidenceRefused, match=said):
        checked_address(url)
