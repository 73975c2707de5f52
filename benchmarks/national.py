"""One installation for all of Peru's 1,891 municipalities: `.venv/bin/python -m benchmarks.national [--governments N]`.

On a PostgreSQL of its own, one database with all of them and one with two (`benchmarks.nation`), and in one run: a
plan's scorecard beside one and beside all others; the day of the deadline, through gunicorn; the verification of all
figures; the size of a plan; documents printed by one worker. Each figure stands beside its floor, measured in the same
run. Nothing waits for the disk while the databases are made; from then on everything does, as in production.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import django

from benchmarks.deadline import SAVING, TOKEN, Day, live_through, share
from benchmarks.nation import EVALUATED, UNPRINTED
from tests.killing import ROOT
from tests.killing import Server as Web
from tests.postgres import Server

GOVERNMENTS = 1891
PLAN = "PMH-1501"
# The officers of so many governments, each pausing so many seconds between two acts: some 3 requests a second, which is
# what two processors bear that open every file in a process of its own and are the officers' and PostgreSQL's too.
REPORTING, PAUSE = 4, 15.0
ALONE = 2
INSTALLATION = {
    "PMH_DEBUG": "0",
    "PMH_HTTPS": "0",
    "PMH_ALLOWED_HOSTS": "127.0.0.1,testserver",
    "PMH_SECRET_KEY": "benchmark",
    "PMH_TODAY": "2025-01-13",
    "PMH_WORKERS": "external",
    "DJANGO_SETTINGS_MODULE": "pmh.settings",
}
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def told(what: str, figure: str, floor: str = "", verdict: str = "") -> None:
    print(f"  {what:<46}{figure:>22}   {floor:<34}{verdict}", flush=True)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--governments", type=int, default=GOVERNMENTS)
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two acts of an officer")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = Server()
        stack.callback(server.stop)
        server.start()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pmh-national-")))
        _run(stack, server, folder, options.governments, options.pause)


def _run(stack: ExitStack, server: Server, folder: Path, governments: int, pause: float) -> None:
    reporting = min(REPORTING, governments - 1)
    databases = {"two": f"{server.url}_two", "all": server.url}
    server.run("createdb", "--host", server.folder, "--username=postgres", "pmh_two")
    environment = {**INSTALLATION, "PMH_MEDIA": str(folder / "media")}
    webs = {
        name: Web(folder, database, workers=1, threads=1, environment=environment)
        for name, database in databases.items()
    }
    print(f"{governments} governments, 2 processors shared with the officers and PostgreSQL", flush=True)
    known = {}
    empty = 0
    for name, web in webs.items():
        stack.callback(web.kill)
        web.run("manage.py", "migrate", "--noinput", "-v", "0")
        empty = empty or _size(databases[name])
        count = governments if name == "all" else 2
        took = seconds(lambda web=web, name=name, count=count: known.update({name: _made(web, count, reporting)}))
        print(f"built {count} governments in {took:.0f} s", flush=True)
    web.run("manage.py", "collectstatic", "--noinput", "-v", "0")
    _be_durable(databases)
    _sizes(databases["all"], empty, governments)
    _scorecards(webs, known)
    _whole_country(webs["all"], governments)
    for web in webs.values():
        web.kill()
    os.environ.update(environment, DATABASE_URL=databases["all"])
    django.setup()
    _scans(known["all"]["coordinators"][PLAN])
    _deadline(stack, folder, databases["all"], environment, known["all"]["officers"], pause)
    _verification(webs["all"], governments)
    _documents(governments)


def _made(web: Web, governments: int, reporting: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.nation", str(governments), str(reporting)]
    done = subprocess.run(command, cwd=ROOT, env=web.environment, check=True, stdout=subprocess.PIPE)  # noqa: S603  (our own)
    return json.loads(done.stdout)


def _sql(database: str, *statements: str) -> list[Any]:
    """The rows of the last of the statements, each outside any transaction."""
    import psycopg2  # noqa: PLC0415

    _, _, place = database.partition("@/")
    host, _, name = place.rpartition("/")
    connection = psycopg2.connect(host=f"/{host.strip('/')}", dbname=name, user="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def _be_durable(databases: dict[str, str]) -> None:
    """From now on every commit waits for the disk, as in production; statistics are as a vacuum leaves them."""
    first, *_others = databases.values()
    settings = [f"ALTER SYSTEM SET {name} = on" for name in DURABLE]
    _sql(first, *settings, "SELECT pg_reload_conf()")
    for database in databases.values():
        _sql(database, "VACUUM ANALYZE", "CHECKPOINT")


# --- Size ------------------------------------------------------------------------------------------------------------


def _size(database: str) -> int:
    return _sql(database, "SELECT pg_database_size(current_database())")[0][0]


def _sizes(database: str, empty: int, governments: int) -> None:
    results, rows, indexes = _sql(
        database,
        "SELECT (SELECT count(*) FROM monitoring_result), sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) "
        "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )[0]
    whole = _size(database)
    [frozen] = _sql(
        database,
        "SELECT coalesce((SELECT sum(pg_column_size(frozen)) FROM monitoring_evaluation), 0)"
        " + coalesce((SELECT sum(pg_column_size(record)) FROM reports_document), 0)",
    )[0]
    each, of_indexes = (whole - empty) / governments / 1024, float(indexes / (rows + indexes))
    print(f"\n{results:,} results; the database has {whole / 1024**2:,.0f} MB")
    told("a plan, database", f"{each:,.0f} kB", f"an empty database {empty / 1024**2:.0f} MB")
    told("  of which indexes", f"{each * of_indexes:,.0f} kB")
    told("  of which records of what was evaluated", f"{float(frozen) / governments / 1024:,.0f} kB")


# --- Pages -----------------------------------------------------------------------------------------------------------


def _page(port: int, path: str, session: str = "") -> float:
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}; csrftoken={TOKEN}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return time.perf_counter() - start


PAGES = {
    "scorecard": "tablero/",
    "an indicator": "indicadores/IND.ACT.01/",
    "who has not reported": "reportes/quien-falta/",
    "search": "buscar/?q=cosas",
    "activity log": "bitacora/",
    "units compared": "gerencias-comparadas/",
}


def _scorecards(webs: dict[str, Web], known: dict[str, Any]) -> None:
    """One of each in turn, so that both meet the same machine."""
    for web in webs.values():
        web.start()
    print(f"\nload of the machine {os.getloadavg()[0]:.1f}")
    print("a page of one plan, beside one other and beside all others (median of 60, one of each in turn)")
    for name, page in PAGES.items():
        path = f"/planes/{PLAN}/{page}"
        times: dict[str, list[float]] = {database: [] for database in webs}
        for turn in range(65):
            for database, web in webs.items():
                took = _page(web.port, path, known[database]["coordinators"][PLAN])
                if turn >= 5:  # until then it warms up
                    times[database].append(took)
        two, whole = median(times["two"]), median(times["all"])
        floor = f"beside one {two * 1000:.1f} ms"
        told(name, f"{whole * 1000:.1f} ms", floor, f"ratio {whole / two:.2f}")


def _whole_country(web: Web, governments: int) -> None:
    """The few pages that tell of every municipality."""
    print(f"\npages about all {governments}")
    for path in ("/publico/", "/sitemap.xml"):
        told(path, f"{median(_page(web.port, path) for _ in range(7)) * 1000:.0f} ms")


# Every kind of page of one plan, for its coordination; and what is published and told to agencies of it.
EVERY_PAGE = (
    "/",
    "/planes/",
    "/invitaciones/",
    *(
        f"/planes/{PLAN}/{page}"
        for page in (
            *(
                "",
                "escritorio/",
                "reportes/",
                "reportes/plazos/",
                "semestres/",
                "atenciones/",
                "atenciones/resultados/",
            ),
            *("tablero/excel/", "tablero/anexo/", "tablero/resultados/", "proyeccion/", "nodos/ACT.01/", "gerencias/"),
            *("gerencias/G01/", "organizacion/", "organizacion/unidades/G01/", "personas/", "compromisos/", "editar/"),
            *("copiar/", "reprogramaciones/", "semestres-anteriores/", "hoja-de-ruta/", "biblioteca/", "presupuesto/"),
            *("agencias/", "evaluaciones/", "documentos/", "reportes/2024-1/G01/", "reportes/2024-1/G01/revisar/"),
            *PAGES.values(),
        )
    ),
    *(f"/publico/{PLAN}/{page}" for page in ("", "indicadores/IND.ACT.01/", "unidades/", "personas/", "datos/")),
    *(
        f"/api/v1/plans/{PLAN}/{path}"
        for path in ("", "results/", "results/changes/", "scorecard/", "indicators/", "evaluations/", "documents/")
    ),
    "/api/v1/governments/1501/units/",
)
# A table that small is read whole because that is cheapest.
SMALL = 3_000


def _scans(session: str) -> None:
    """Which pages read a table from one end to the other although they tell of one plan."""
    from django.test import Client  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = session
    print("\npages of one plan that read a large table whole")
    found = 0
    for path in EVERY_PAGE:
        if client.get(path).status_code not in (200, 302):  # and warms up
            print(f"    {path}: {client.get(path).status_code}")
            continue
        before = _rows_scanned()
        client.get(path).getvalue()
        read = {table: rows - before[table] for table, rows in _rows_scanned().items() if rows - before[table] > SMALL}
        found += bool(read)
        for table, rows in read.items():
            told(path, f"{rows:,} rows", table)
    print(f"  {found} of {len(EVERY_PAGE)}")


def _rows_scanned() -> dict[str, int]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT relname, seq_tup_read FROM pg_stat_user_tables")
        return dict(cursor.fetchall())


# --- The deadline ----------------------------------------------------------------------------------------------------


def _deadline(
    stack: ExitStack,
    folder: Path,
    database: str,
    environment: dict[str, str],
    officers: list[dict[str, Any]],
    pause: float,
) -> None:
    from tests.uploaded import pdf  # noqa: PLC0415  # imports models, which need Django set up

    web = Web(folder, database, workers=2, threads=4, environment=environment)
    stack.callback(web.kill)
    web.start()
    file, load = pdf(), os.getloadavg()[0]
    alone = live_through(web.port, officers[:ALONE], file, 0.0, at_once=False)
    day = live_through(web.port, officers[ALONE:], file, pause)
    web.kill()
    wrong = _not_there(day, officers[ALONE:])
    print(f"\nthe day of the deadline: {len(officers) - ALONE} officers at once, 2 processes of 4 threads")
    print(f"load of the machine before {load:.1f}")
    errors = len(day.errors) + len(wrong) + len(alone.errors)
    rate = day.requests / day.seconds
    told("requests", f"{day.requests:,}", f"{rate:.1f} a second", f"errors {errors}")
    for error in (*alone.errors, *day.errors, *wrong)[:10]:
        print(f"    {error}")
    if not day.of(*SAVING):
        return
    for name, acts in (("saving, attaching and sending", SAVING), *((act, (act,)) for act in day.times)):
        times, floor = day.of(*acts), alone.of(*acts)
        half, most = share(times, 50), share(times, 95)
        least = f"alone {median(floor) * 1000:.0f} ms" if floor else ""
        told(name, f"p50 {half * 1000:.0f} p95 {most * 1000:.0f} ms", least, f"p95/p50 {most / half:.1f}")


def _not_there(day: Day, officers: list[dict[str, Any]]) -> list[str]:
    """What was acknowledged and is not in the database; reports that were sent and do not say so."""
    from monitoring.models import Result, Submission  # noqa: PLC0415

    wrong = []
    rows = Result.objects.filter(indicator__in=day.saved, period__code="2024-2")
    found = {row.indicator_id: row.numerator if row.value is None else row.value for row in rows}
    wrong += [f"indicator {pk}: saved {text}" for pk, text in day.saved.items() if found.get(pk) != int(text)]
    sent = Submission.objects.filter(period__state="open", state=Submission.State.SUBMITTED).count() - ALONE
    if sent != len(day.times["submit"]) or sent != len(officers):
        wrong.append(f"{sent} reports are sent, of {len(officers)}")
    return wrong


# --- At night --------------------------------------------------------------------------------------------------------

FLOOR = """
    SELECT i.code, t.period, t.value, r.value, r.numerator, r.denominator, r.not_available_reason
    FROM plans_indicator i
    LEFT JOIN plans_target t ON t.indicator_id = i.id
    LEFT JOIN monitoring_period p ON p.plan_id = i.plan_id AND p.code = t.period
    LEFT JOIN monitoring_result r ON r.indicator_id = i.id AND r.period_id = p.id
    LEFT JOIN monitoring_submission s ON s.id = r.submission_id AND s.state = 'validated'
    WHERE i.plan_id = %s ORDER BY i.code, t.period
"""


def _verification(web: Web, governments: int) -> None:
    """The command of the night, in one process; beside it, reading the same figures and hashing the same records."""
    from django.db import connection  # noqa: PLC0415

    from monitoring.frozen import sha256_of  # noqa: PLC0415
    from monitoring.models import Evaluation  # noqa: PLC0415

    print(flush=True)
    command = [sys.executable, "manage.py", "verify_evaluation", "--all"]
    whole = seconds(lambda: subprocess.run(command, cwd=ROOT, env=web.environment, check=True))  # noqa: S603  (our own)
    sample = list(Evaluation.objects.closed().order_by("pk")[:200])

    def least() -> None:
        for evaluation in sample:
            sha256_of(evaluation.frozen)
            with connection.cursor() as cursor:
                cursor.execute(FLOOR, [evaluation.plan_id])
                cursor.fetchall()

    each, floor = whole / governments, seconds(least) / len(sample)
    told("verifying every figure", f"{whole:.0f} s", "", f"one process, {EVALUATED}")
    told("  each plan", f"{each * 1000:.0f} ms", f"read and hashed {floor * 1000:.1f} ms", f"ratio {each / floor:.1f}")


# --- Documents -------------------------------------------------------------------------------------------------------


def _documents(governments: int) -> None:
    from django.template.loader import render_to_string  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    from benchmarks.documents import bare_pdf  # noqa: PLC0415
    from institution import jobs  # noqa: PLC0415
    from institution.models import User  # noqa: PLC0415
    from monitoring.models import Evaluation  # noqa: PLC0415
    from reports.documents.kinds import KINDS  # noqa: PLC0415
    from reports.documents.stamp import stamp_of  # noqa: PLC0415
    from reports.issuing import issue_evaluation  # noqa: PLC0415
    from reports.models import Document  # noqa: PLC0415

    translation.activate("es-pe")
    evaluations = list(Evaluation.objects.closed().order_by("-pk")[: min(UNPRINTED, governments)])
    issue_evaluation(evaluation=evaluations[0], by=User.objects.system())
    jobs.work_off()  # warms up fonts
    for evaluation in evaluations[1:]:
        issue_evaluation(evaluation=evaluation, by=User.objects.system())
    count = len(evaluations) - 1
    took = seconds(jobs.work_off) / count
    if Document.objects.filter(file="").exists():
        raise SystemExit("a document was not printed")
    kind, record = KINDS["evaluation"], evaluations[1].frozen
    html = render_to_string(kind.template, {"report": kind.content(record), "stamp": stamp_of(kind.name, record)})
    floor = min(seconds(lambda: bare_pdf(html)) for _ in range(3))
    print("\ndocuments: reports of an evaluation from the queue to the archive, one worker")
    told("a minute", f"{60 / took:.0f}", f"bare WeasyPrint {60 / floor:.0f}", f"ratio {took / floor:.2f}")


if __name__ == "__main__":
    main()
