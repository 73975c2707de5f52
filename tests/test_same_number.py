"""One indicator, one semester: page, JSON, record, public site, open data, IATI, API and PDF show the same figure."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from pypdf import PdfReader

from institution import jobs
from monitoring.evaluation import close_evaluation, frozen_scorecard, open_evaluation
from monitoring.progress import round_half_up
from monitoring.queries import scorecard
from plans.measures import Horizon
from reports.documents.follow_up import record_of_follow_up
from reports.documents.kinds import KINDS
from reports.issuing import issue_evaluation, publish
from reports.pdf import print_document
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree

pytestmark = pytest.mark.django_db

# 1,285 of 1,536: 83.659 %, which truncating, rounding early or a float's last digit would show as something else.
SHOWN_INDICATOR, SHOWN_AVERAGE = "83.66", "83.7"


@pytest.fixture
def plan():
    plan = make_plan(code="PMH-T", closed_up_to="2022-2")
    indicator = make_indicator(
        make_tree(plan).activity, code="IND", targets={"2022-1": 512, "2022-2": 1024}, name="Número de atenciones"
    )
    make_results(indicator, {"2022-1": 301, "2022-2": 984})
    return plan


def sheet_of(answer, name: str) -> list[tuple]:
    """Heads and rows of one sheet of a workbook with a title above its tables."""
    return list(openpyxl.load_workbook(io.BytesIO(answer.content))[name].iter_rows(min_row=4, values_only=True))


def as_share(percent):
    """93.33 as 0.9333."""
    return pytest.approx(float(percent) / 100, abs=1e-12)


def for_other_programs(page, client, exact: Decimal) -> None:
    """The data package with the figure and its inputs, IATI, and the API."""
    with zipfile.ZipFile(io.BytesIO(page("reports:public_data_package").content)) as package:

        def rows(name, **where):
            told = csv.DictReader(io.StringIO(package.read(f"PMH-T/{name}.csv").decode()))
            return [row for row in told if all(row[key] == value for key, value in where.items())]

        (indicator,) = rows("indicator_progress", horizon="year")
        (whole,) = rows("node_progress", node="PMH-T", upto="2022-2", horizon="year")
        results = rows("targets_and_results", status="computed")
    assert Decimal(indicator["progress_programmed"]) == Decimal(whole["progress_programmed"]) == exact
    assert (indicator["value"], indicator["target"]) == ("1285", "1536")
    assert [sum(int(row[name]) for row in results) for name in ("value", "target")] == [1285, 1536]
    xml = ElementTree.fromstring(page("reports:public_iati").content)  # noqa: S314  (our own file)
    assert [sum(Decimal(each.get("value")) for each in xml.iter(name)) for name in ("actual", "target")] == [1285, 1536]
    told = client.get("/api/v1/plans/PMH-T/scorecard/?upto=2022-2&node=PMH-T").json()
    assert told["nodes"][0]["year"]["progress"]["programmed"] == f"{exact:f}"


def test_everywhere_the_same(plan, client, capsys):
    bruno = make_people().bruno
    client.force_login(bruno)

    card = scorecard(plan)
    exact = card.indicator("IND")[Horizon.YEAR].progress.programmed
    assert str(round_half_up(exact, 2)) == SHOWN_INDICATOR
    assert str(round_half_up(card.whole[Horizon.YEAR].progress.programmed, 1)) == SHOWN_AVERAGE

    call_command("scorecard", "PMH-T", "--format", "json")
    record = json.loads(capsys.readouterr().out)
    assert record["indicators"][0]["year"]["progress"]["programmed"] == f"{exact:f}"

    evaluation = close_evaluation(open_evaluation(plan=plan, year=2022, by=bruno), by=bruno, texts_may_be_empty=True)
    assert frozen_scorecard(evaluation).indicator("IND")[Horizon.YEAR].progress.programmed == exact

    def page(name, **arguments):
        return client.get(reverse(name, kwargs={"plan": "PMH-T", **arguments}))

    assert SHOWN_AVERAGE in page("monitoring:scorecard").content.decode()
    assert SHOWN_AVERAGE in page("monitoring:unit_comparison").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(page("monitoring:scorecard_workbook").content))
    heads, *rows = book["Tablero"].iter_rows(min_row=4, values_only=True)
    assert rows[-1][heads.index("Año 2022")] == pytest.approx(float(exact) / 100, abs=1e-12)
    # The workbooks made of records: plain numbers, with all the decimals that there are.
    heads, *rows = sheet_of(page("monitoring:annex_workbook"), "Anexo")
    assert rows[0][heads.index("Año 2022 · Avance sobre lo programado")] == as_share(exact)
    heads, *rows = sheet_of(page("monitoring:results_workbook"), "Resultados")
    assert sum(row[heads.index("Valor")] for row in rows if row[heads.index("Semestre")] <= "2022-2") == 1285
    attached = page("reports:evaluation_workbook", year=2022)
    heads, *rows = sheet_of(attached, "Tablero")
    whole = next(row for row in rows if row[0] == "Plan")
    assert whole[heads.index("Año 2022 sobre lo programado")] == as_share(exact)
    assert whole[heads.index("Plan a la fecha sobre lo programado")] == as_share(exact)
    heads, *rows = sheet_of(attached, "Anexo")
    assert rows[0][heads.index("Plan a la fecha · Avance sobre lo programado")] == as_share(exact)
    assert SHOWN_AVERAGE in page("monitoring:node_detail", code="ACT.01.01.01").content.decode()
    assert SHOWN_INDICATOR in page("monitoring:indicator_detail", code="IND").content.decode()
    assert SHOWN_AVERAGE in page("reports:evaluation_detail", year=2022).content.decode()

    published = publish(document=issue_evaluation(evaluation=evaluation, by=bruno), by=bruno)
    jobs.work_off()
    issued = client.get(page("reports:evaluation_pdf", year=2022)["Location"])
    pdf = PdfReader(io.BytesIO(issued.getvalue()))
    text = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    assert SHOWN_INDICATOR in text
    assert SHOWN_AVERAGE in text

    assert f"{SHOWN_AVERAGE} %" in page("reports:public_plan").content.decode()
    assert f"{SHOWN_AVERAGE} %" in page("reports:public_node", code="ACT.01.01.01").content.decode()
    assert f"{SHOWN_INDICATOR} %" in page("reports:public_indicator", code="IND").content.decode()
    told = json.loads(page("reports:public_document_file", code=published.code, form="json").content)["scorecard"]
    assert told["indicators"][0]["year"]["progress"]["programmed"] == f"{exact:f}"
    for_other_programs(page, client, exact)
    # Inside the document: the record it was made from, and the workbook that the page gives.
    inside = {name: contents[0] for name, contents in pdf.attachments.items()}
    assert json.loads(inside["registro.json"])["scorecard"] == evaluation.frozen["scorecard"]
    assert inside["evaluacion-2022-pmh-t-v1.xlsx"] == attached.content

    # Every figure of the record that the document shows, as the document shows it.
    for row in frozen_scorecard(evaluation).nodes:
        assert f"{round_half_up(row[Horizon.YEAR].progress.programmed, 1):f}" in text
    for row in frozen_scorecard(evaluation).indicators:
        assert f"{round_half_up(row[Horizon.PLAN].progress.programmed, 2):f}" in text


def test_the_follow_up_report_says_the_same(plan):
    """Of its second semester: the plan to date, on paper, in the record and in the workbook inside."""
    figure = scorecard(plan).indicator("IND")[Horizon.PLAN].progress.programmed
    record = record_of_follow_up(plan, plan.periods.get(code="2022-2"))
    row = record["scorecard"]["indicators"][0]
    assert row["plan"]["progress"]["programmed"] == f"{figure:f}"
    content = print_document(KINDS["follow_up"], record)
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)
    assert SHOWN_INDICATOR in text
    assert SHOWN_AVERAGE in text
    (book,) = KINDS["follow_up"].attachments(record)
    heads, *rows = sheet_of(book, "Anexo")
    assert rows[0][heads.index("Plan a la fecha · Avance sobre lo programado")] == as_share(figure)
