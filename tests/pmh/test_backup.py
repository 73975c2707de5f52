"""The drill: the demonstration is backed up, restored elsewhere, and every figure, hash and file is found again."""

import copy
import dataclasses
import hashlib
import io
import json
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend
from django.test import override_settings

from institution import audit, clock
from institution.code_lists import load_code_lists
from institution.models import Act, District, User
from monitoring.evaluation import verify_evaluation
from monitoring.frozen import scorecard_json
from monitoring.models import Evaluation, Evidence
from monitoring.queries import scorecard
from plans.models import Plan
from pmh.backup import restoring, writing
from pmh.backup.contents import files_named, tables
from pmh.backup.verifying import check_file
from pmh.demo.load import load_demo
from pmh.demo.story import TODAY
from reports import issuing
from reports.models import Document, SignedCopy
from tests import postgres
from tests.reports.archived import small_pdf

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;",
    },
}
PATIENCE = 60  # seconds, for a machine that has much else to do


@dataclasses.dataclass
class Installation:
    """A database and a folder of files of its own."""

    settings: dict
    media: Path
    allow: Callable

    @contextmanager
    def connected(self):
        """This thread's default connection leads there. Anywhere else pytest keeps the tests off the database."""
        before = connections["default"]
        mine = load_backend(self.settings["ENGINE"]).DatabaseWrapper(self.settings, "default")
        connections["default"] = mine
        ContentType.objects.clear_cache()
        try:
            with self.allow():
                yield self
        finally:
            mine.close()
            connections["default"] = before
            ContentType.objects.clear_cache()

    @contextmanager
    def inside(self):
        today = TODAY.isoformat()
        with self.connected(), override_settings(MEDIA_ROOT=str(self.media), PMH_DEMO=True, PMH_TODAY=today):
            yield self

    @property
    def is_sqlite(self):
        return self.settings["ENGINE"] == SQLITE["ENGINE"]


class Makers:
    """Installations of either engine: each a copy of a migrated one."""

    def __init__(self, folder, allow):
        self.folder, self.allow, self.count, self.templates, self.databases = folder, allow, 0, {}, []

    def _settings(self, engine):
        self.count += 1
        told = copy.deepcopy(connections["default"].settings_dict)
        if engine == "sqlite":
            return told | SQLITE | {"NAME": str(self.folder / f"{self.count}.sqlite3"), "CONN_MAX_AGE": 0}
        return told | {"NAME": f"pmh_backup_{self.count}"}

    def _create(self, settings, template=None):
        if settings["ENGINE"] == SQLITE["ENGINE"]:
            if template:
                shutil.copy(template.settings["NAME"], settings["NAME"])
            return
        copied = f' TEMPLATE "{template.settings["NAME"]}"' if template else ""
        with self.allow(), connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{settings["NAME"]}"{copied}')
        self.databases.append(settings["NAME"])

    def copy_of(self, other):
        settings = self._settings("sqlite" if other.is_sqlite else "postgresql")
        self._create(settings, other)
        media = self.folder / f"media-{self.count}"
        if other.media.exists():
            shutil.copytree(other.media, media)
        return Installation(settings, media, self.allow)

    def empty(self, engine=None):
        engine = engine or connection.vendor
        if engine not in self.templates:
            settings = self._settings(engine)
            self._create(settings)
            self.templates[engine] = made = Installation(settings, self.folder / "none", self.allow)
            with made.inside():
                migrate_at_once()
        return self.copy_of(self.templates[engine])

    def remove(self):
        if postgres.server:  # the tests' own, which goes with all that it holds; dropping each takes a second
            return
        for name in self.databases:
            with self.allow(), connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def migrate_at_once():
    """What `migrate` makes, from the models themselves: bin/lint sees to it that they agree. A tenth of the time."""
    with override_settings(MIGRATION_MODULES={config.label: None for config in apps.get_app_configs()}):
        call_command("migrate", run_syncdb=True, verbosity=0)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(app, name)
    load_code_lists()


@pytest.fixture(scope="module")
def make(django_db_blocker, tmp_path_factory):
    makers = Makers(tmp_path_factory.mktemp("installations"), django_db_blocker.unblock)
    yield makers
    makers.remove()


@pytest.fixture(scope="module")
def source(make):
    with make.empty().inside() as installation, pytest.MonkeyPatch.context() as patch:
        # Its documents are issued at once, and to print them really takes a minute.
        patch.setattr(issuing, "print_document", lambda kind, record, stamp: small_pdf(stamp.code))
        load_demo()
        assert Document.objects.issued().exists()
        Session.objects.create(session_key="k" * 32, session_data="x", expire_date=clock.real_now())
        alicia = User.objects.filter(is_active=True).first()
        for subject in ("acta.pdf", "padrón.xlsx", "«plan»\t1"):
            audit.note(Act.DOWNLOADED, user=alicia, plan="PMH-2022-2024", subject=subject)
            audit.seal()
    return installation


@pytest.fixture(scope="module")
def archive(source, tmp_path_factory):
    path = tmp_path_factory.mktemp("backups") / "pmh.zip"
    with source.inside():
        said = run("backup", path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    return path


@pytest.fixture(scope="module")
def small(make, tmp_path_factory):
    """With one account and no files, so that many of them are changed quickly."""
    path = tmp_path_factory.mktemp("small") / "small.zip"
    with make.empty().inside():
        User.objects.create(email="alicia@pmh.example", full_name="Alicia Rojas")
        run("backup", path)
    return path


def run(command, *arguments):
    said = io.StringIO()
    call_command(command, *map(str, arguments), stdout=said)
    return said.getvalue()


def figures():
    """Every scorecard, whole; whether each closed evaluation has its hash; the SHA-256 of each file, read again."""
    cards = {}
    for plan in Plan.objects.order_by("code"):
        for code in plan.period_codes:
            for working in (False, True):
                card = scorecard(plan, code, working=working)
                cards[f"{plan.code} {code} {working}"] = scorecard_json(card, detail=True)
    evaluations = {}
    for row in Evaluation.objects.exclude(frozen=None):
        found = verify_evaluation(row)
        assert found.intact
        evaluations[row.year, row.version] = found.sha256
    files = {}
    for model in (Document, SignedCopy, Evidence):
        for row in model.objects.exclude(file=""):
            with row.file.open() as file:
                files[row.file.name] = hashlib.file_digest(file, "sha256").hexdigest()
            assert files[row.file.name] == row.sha256
    assert cards
    assert evaluations
    assert files
    return cards, evaluations, files


def contents():
    """Every row of every table as Python reads it, columns that the database computes included."""
    return {table.name: list(table.model._base_manager.order_by("pk").values_list()) for table in tables()}


def stored(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestDrill:
    def test_all_is_found_again_on_every_engine(self, make, source, archive, tmp_path):
        with source.inside():
            before, figures_before = contents(), figures()
            sealed = audit.verify().head
        # On PostgreSQL also to SQLite, and from there back to PostgreSQL.
        ways = [["sqlite"]] if connection.vendor == "sqlite" else [["postgresql"], ["sqlite", "postgresql"]]
        for way in ways:
            path = archive
            for engine in way:
                with make.empty(engine).inside() as target:
                    assert connection.vendor == engine
                    assert "Restaurado" in run("restore", path)
                    assert contents() == before
                    assert not Session.objects.exists()
                    assert stored(target.media) == stored(source.media)
                    path = tmp_path / f"{'-'.join(way)}-{engine}.zip"
                    run("backup", path)
                    assert User.objects.create(email=f"new-{engine}@pmh.example").pk > max(
                        row[0] for row in before["institution.user"]
                    )
                    assert figures() == figures_before
                    chain = audit.verify(known=sealed)
                    assert (chain.seals, chain.entries, chain.problems) == (3, 3, [])

    def test_same_data_same_parts_whatever_the_engine(self, make, archive, tmp_path):
        with make.empty("sqlite").inside():
            run("restore", archive)
            run("backup", tmp_path / "again.zip")
        first, again = (check_file(path).manifest for path in (archive, tmp_path / "again.zip"))
        assert [(part.path, part.rows) for part in first.parts] == [(part.path, part.rows) for part in again.parts]
        assert first.files == again.files
        assert first.migrations == again.migrations

    def test_every_file_column_is_known(self):
        kept = {
            table.name: [table.columns[at] for at in table.file_columns] for table in tables() if table.file_columns
        }
        # A new one needs nothing; what is here must not get lost.
        assert (
            kept.items()
            >= {
                "monitoring.evidence": ["file"],
                "monitoring.offlineupload": ["file"],
                "plans.historicallibraryitem": ["file"],
                "plans.libraryitem": ["file"],
                "plans.planupload": ["file"],
                "reports.document": ["file"],
                "reports.signedcopy": ["file"],
            }.items()
        )

    def test_an_upload_that_was_discarded_needs_no_file(self):
        (table,) = (table for table in tables() if table.name == "plans.planupload")
        row = [f"value of {column}" for column in table.columns]
        assert list(files_named(table, row)) == []
        row[table.columns.index("discarded_at")] = None
        assert list(files_named(table, row)) == ["value of file"]


class TestWriting:
    def test_only_its_owner_reads_it_and_it_replaces_nothing(self, source, archive):
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        with source.inside(), pytest.raises(CommandError, match="Ya existe"):
            run("backup", archive)
        assert list(archive.parent.iterdir()) == [archive]

    def test_a_folder_gets_a_file_with_the_moment_in_its_name(self, make, tmp_path):
        with make.empty().inside():
            run("backup", tmp_path)
        (path,) = tmp_path.iterdir()
        assert path.name.startswith("pmh-20")
        assert "está íntegro" in run("verify_backup", path)

    def test_a_file_that_is_gone_is_told_and_the_rest_is_kept(self, make, source, archive, tmp_path):
        with make.copy_of(source).inside():
            name = Evidence.objects.exclude(file="").values_list("file", flat=True).first()
            default_storage.delete(name)
            with pytest.raises(CommandError, match=f"les falta su archivo: {name}"):
                run("backup", tmp_path / "b.zip")
        assert f"Ya faltaban al hacerlo: {name}" in run("verify_backup", tmp_path / "b.zip")
        assert len(check_file(tmp_path / "b.zip").manifest.files) == len(check_file(archive).manifest.files) - 1

    def test_a_full_disk_leaves_nothing(self, source, tmp_path, monkeypatch):
        def no_room(archive, name):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(writing, "_write_file", no_room)
        with source.inside(), pytest.raises(CommandError, match="No se hizo el respaldo"):
            run("backup", tmp_path / "b.zip")
        assert list(tmp_path.iterdir()) == []

    def test_one_moment_while_others_write(self, make, tmp_path, monkeypatch):
        """Each act writes a group and a district. The backup reads districts only after more acts were committed."""
        target, done, stop, failed = make.empty(), threading.Semaphore(0), threading.Event(), []

        def act(number):
            with transaction.atomic():
                Group.objects.create(name=f"act {number}")
                District.objects.create(ubigeo=f"9{number:05}", name=f"act {number}")

        def write():
            try:
                with target.connected():
                    number = 0
                    while not stop.wait(0.001):
                        act(number)
                        number += 1
                        done.release()
            except Exception as error:
                failed.append(error)

        write_table = writing._write_table

        def slowly(archive, table, named):
            part = write_table(archive, table, named)
            if table.name == "auth.group":
                while done.acquire(blocking=False):  # forget what was committed until now
                    pass
                for _ in range(3):  # a writer that had to wait for the backup would never get here
                    assert done.acquire(timeout=PATIENCE), failed
            return part

        monkeypatch.setattr(writing, "_write_table", slowly)
        writer = threading.Thread(target=write)
        with target.inside():
            listed = District.objects.count()
            writer.start()
            try:
                assert done.acquire(timeout=PATIENCE), failed
                run("backup", tmp_path / "b.zip")
            finally:
                stop.set()
                writer.join(PATIENCE)
            assert not failed
            after = Group.objects.count()
        rows = {part.name: part.rows for part in check_file(tmp_path / "b.zip").manifest.tables}
        assert 1 <= rows["auth.group"] <= after - 3
        assert rows["institution.district"] - listed == rows["auth.group"]


# --- An archive that was changed


def rewritten(archive, path, change):
    """The archive again, after `change` had its way with the list of (ZipInfo, content)."""
    with zipfile.ZipFile(archive) as old:
        members = [(info, old.read(info)) for info in old.infolist()]
    with zipfile.ZipFile(path, "w") as new:
        for info, content in change(members):
            new.writestr(info, content)
    return path


def replaced(name, edit):
    return lambda members: [(info, edit(content) if info.filename == name else content) for info, content in members]


def added(name, *, mode=0o600 | stat.S_IFREG):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return lambda members: [*members, (info, b"x")]


USERS = "tables/institution.user.jsonl"


def with_manifest(edit):
    """The manifest changed together with its hash, as by somebody who knows the format."""

    def change(members):
        told = {info.filename: content for info, content in members}
        manifest = json.loads(told["manifest.json"])
        edit(manifest)
        content = json.dumps(manifest).encode()
        return replaced("manifest.sha256", lambda _: hashlib.sha256(content).hexdigest().encode())(
            replaced("manifest.json", lambda _: content)(members)
        )

    return change


def more_rows(manifest):
    next(part for part in manifest["parts"] if part["path"] == USERS)["rows"] += 1


def climbing_part(manifest):
    manifest["parts"].append({"path": "files/../../x", "size": 1, "sha256": "0" * 64})


def another_format(manifest):
    manifest["format"] = "pmh-backup-2"


CHANGES = {
    "a letter": (replaced(USERS, lambda text: text.replace(b"Rojas", b"Rojaz")), f"Alterado: {USERS}"),
    "a row less": (replaced(USERS, lambda text: text.split(b"\n", 1)[1]), f"Alterado: {USERS}"),
    "a count": (with_manifest(more_rows), f"Alterado: {USERS}"),
    "the manifest": (
        replaced("manifest.json", lambda text: text.replace(b'"taken_at": "2', b'"taken_at": "3')),
        "Alterado: manifest.json",
    ),
    "a part less": (lambda members: [each for each in members if each[0].filename != USERS], f"Falta: {USERS}"),
    "no manifest": (
        lambda members: [each for each in members if each[0].filename != "manifest.json"],
        "Falta: manifest.json",
    ),
    "a part more": (added("files/evidence/2024/more.pdf"), "Sobra: files/evidence/2024/more.pdf"),
    "absolute": (added("/etc/cron.d/x"), "Nombre peligroso .*/etc/cron.d/x"),
    "climbing": (added("files/../../x"), r"Nombre peligroso .*files/\.\./\.\./x"),
    "backwards": (added("files\\..\\x"), "Nombre peligroso"),
    "a drive": (added("files/C:x"), "Nombre peligroso"),
    "a link": (added("files/link", mode=0o777 | stat.S_IFLNK), "Nombre peligroso .*files/link"),
    "announced": (with_manifest(climbing_part), r"Falta: files/\.\./\.\./x"),
    "another format": (with_manifest(another_format), "No es un respaldo que esta versión sepa leer"),
}


class TestVerifying:
    def test_the_demonstration_is_sound(self, archive):
        assert f"está íntegro: {len(tables())} tablas" in run("verify_backup", archive)

    @pytest.mark.parametrize("case", CHANGES)
    def test_what_was_changed_is_told(self, small, tmp_path, case):
        change, sentence = CHANGES[case]
        with pytest.raises(CommandError, match=sentence):
            run("verify_backup", rewritten(small, tmp_path / "changed.zip", change))

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_name_twice(self, small, tmp_path):
        path = rewritten(small, tmp_path / "twice.zip", lambda members: [*members, members[0]])
        with pytest.raises(CommandError, match="Nombre peligroso"):
            run("verify_backup", path)

    @pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
    def test_truncated(self, small, tmp_path, share):
        content = small.read_bytes()
        (tmp_path / "cut.zip").write_bytes(content[: int(len(content) * share)])
        with pytest.raises(CommandError, match="Truncado"):
            run("verify_backup", tmp_path / "cut.zip")

    def test_a_byte_that_flipped(self, small, tmp_path):
        content = bytearray(small.read_bytes())
        content[len(content) // 3] ^= 1
        (tmp_path / "flipped.zip").write_bytes(content)
        with pytest.raises(CommandError, match=r"Alterado|Nombre peligroso"):
            run("verify_backup", tmp_path / "flipped.zip")

    @pytest.mark.parametrize(("before", "after"), [(b"PK", b""), (b"", b"more")])
    def test_bytes_around_it(self, small, tmp_path, before, after):
        (tmp_path / "around.zip").write_bytes(before + small.read_bytes() + after)
        with pytest.raises(CommandError, match="Sobra: lo que rodea"):
            run("verify_backup", tmp_path / "around.zip")

    @pytest.mark.parametrize("content", [b"", b"something else"])
    def test_no_archive_at_all(self, tmp_path, content):
        (tmp_path / "b.zip").write_bytes(content)
        with pytest.raises(CommandError, match="No es un respaldo"):
            run("verify_backup", tmp_path / "b.zip")

    def test_no_file(self, tmp_path):
        with pytest.raises(CommandError, match="No se pudo leer"):
            run("verify_backup", tmp_path / "none.zip")


class TestRestoring:
    def refused(self, installation, path, sentence):
        """With the reason, and nothing has changed."""
        with installation.inside():
            before, files = contents(), stored(installation.media)
            with pytest.raises(CommandError, match=sentence):
                run("restore", path)
            assert contents() == before
            assert stored(installation.media) == files

    def test_what_holds_something_stays_as_it_is(self, make, archive):
        target = make.empty()
        with target.inside():
            User.objects.create(email="somebody@pmh.example")
        self.refused(target, archive, "no está vacía")

    def test_another_version_is_named(self, make, archive):
        target = make.empty()
        with target.inside():
            MigrationRecorder(connection).record_applied("plans", "9999_later")
            MigrationRecorder(connection).record_unapplied("institution", "0002_code_lists")
        self.refused(target, archive, r"(?s)solo en el respaldo: institution.0002_code_lists.*solo aquí: plans.9999")

    def test_a_changed_backup_is_refused(self, make, archive, tmp_path):
        path = rewritten(archive, tmp_path / "changed.zip", CHANGES["a letter"][0])
        self.refused(make.empty(), path, f"(?s)no está íntegro.*Alterado: {USERS}")

    def test_a_reference_into_nothing_is_refused(self, make, archive, tmp_path):
        """Whoever forges rows and hashes gets no further than the database's own rules."""

        def change(members):
            name = "tables/reports.document.jsonl"
            content = next(content for info, content in members if info.filename == name)
            rows = [json.loads(line) for line in content.splitlines()]

            def edit(manifest):
                part = next(part for part in manifest["parts"] if part["path"] == name)
                rows[0][part["columns"].index("plan_id")] = 987654
                part["size"], part["sha256"] = len(text()), hashlib.sha256(text()).hexdigest()

            def text():
                return b"".join(json.dumps(row).encode() + b"\n" for row in rows)

            members = with_manifest(edit)(members)
            return replaced(name, lambda _: text())(members)

        path = rewritten(archive, tmp_path / "forged.zip", change)
        self.refused(make.empty(), path, "La base de datos no aceptó")

    def test_files_go_again_when_it_fails_half_way(self, make, archive, monkeypatch):
        place = restoring._place

        def fails(archive, part, placed):
            place(archive, part, placed)
            if len(placed) == 3:
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(restoring, "_place", fails)
        self.refused(make.empty(), archive, "No space left")

    def test_another_file_under_that_name_is_kept(self, make, source, archive):
        target = make.empty()
        name = max(stored(source.media))
        (target.media / name).parent.mkdir(parents=True)
        (target.media / name).write_bytes(b"somebody else's")
        self.refused(target, archive, "ya hay otro")

    def test_files_of_a_restoring_that_was_killed_are_taken(self, make, source, archive):
        target = make.empty()
        shutil.copytree(source.media, target.media)
        with target.inside():
            run("restore", archive)
            assert stored(target.media) == stored(source.media)
