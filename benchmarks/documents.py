"""What a document costs, as ratios within one run: `.venv/bin/python -m benchmarks.documents`.

The evaluation's document whole (record in hand: content, template, both standards, record and workbook inside) against
bare WeasyPrint of the same HTML; its pages per second; the queries of making the record, for 21 and for 210 activities.
Uses a database of its own in memory.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable

import django
from django.core.management import call_command

REPEAT = 7


def cpu_of(action: Callable[[], object]) -> float:
    """Seconds of the processor: other programs on the machine do not count."""
    start = time.process_time()
    action()
    return time.process_time() - start


def bare_pdf(html: str) -> bytes:
    """WeasyPrint as it comes: no tags, no standard, nothing inside."""
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    from reports.pdf import own_file  # noqa: PLC0415

    class OwnFiles(URLFetcher):
        def fetch(self, url, headers=None):
            return URLFetcherResponse(url, own_file(url).read_bytes(), {"Content-Type": "text/css"})

    return HTML(string=html, base_url="static:", url_fetcher=OwnFiles()).write_pdf()


def main() -> None:
    # After django.setup(): these import models.
    from django.db import connection  # noqa: PLC0415
    from django.template.loader import render_to_string  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415
    from pypdf import PdfReader  # noqa: PLC0415

    from institution.models import Role  # noqa: PLC0415
    from monitoring.evaluation import open_evaluation, record_of  # noqa: PLC0415
    from reports.documents.kinds import KINDS  # noqa: PLC0415
    from reports.documents.stamp import stamp_of  # noqa: PLC0415
    from reports.pdf import print_document  # noqa: PLC0415
    from tests.factories import make_designation, make_large_plan, make_user  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    translation.activate("es-pe")
    kind, queries, records = KINDS["evaluation"], {}, {}
    for size in (21, 210):
        plan = make_large_plan(size)
        by = make_user()
        make_designation(by, plan.government.units.get(acronym="GPV"), Role.COORDINATOR)
        evaluation = open_evaluation(plan=plan, year=2023, by=by)
        with CaptureQueriesContext(connection) as captured:
            records[size] = record_of(evaluation)
        queries[size] = len(captured)
    record = records[21]
    stamp = stamp_of(kind.name, record)
    html = render_to_string(kind.template, {"report": kind.content(record), "stamp": stamp})
    pages = len(PdfReader(io.BytesIO(print_document(kind, record, stamp))).pages)  # also warms up fonts
    bare_pdf(html)
    # One of each in turn, so that both meet the same machine.
    times = [
        (cpu_of(lambda: print_document(kind, record, stamp)), cpu_of(lambda: bare_pdf(html))) for _ in range(REPEAT)
    ]
    ours, bare = (min(each) for each in zip(*times, strict=True))
    print(f"evaluation document, whole     {ours:6.2f} s")
    print(f"bare WeasyPrint, same HTML     {bare:6.2f} s")
    print(f"ratio (at most 1.10)           {ours / bare:6.2f}")
    print(f"pages per second               {pages / ours:6.1f}  ({pages} pages)")
    print(f"queries of the record          {queries[21]:6}  for 21 activities, {queries[210]} for 210")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "pmh.settings"
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    django.setup()
    main()
