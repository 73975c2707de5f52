"""One indicator, one semester: the page, the JSON, the record and the PDF show the same figure."""

import io
import json

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from pypdf import PdfReader

from monitoring.evaluation import close_evaluation, frozen_scorecard, open_evaluation
from monitoring.progress import round_half_up
from monitoring.queries import scorecard
from plans.measures import Horizon
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
    assert SHOWN_AVERAGE in page("monitoring:node_detail", code="ACT.01.01.01").content.decode()
    assert SHOWN_INDICATOR in page("monitoring:indicator_detail", code="IND").content.decode()
    assert SHOWN_AVERAGE in page("reports:evaluation_detail", year=2022).content.decode()

    pdf = PdfReader(io.BytesIO(page("reports:evaluation_pdf", year=2022).getvalue()))
    text = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    assert SHOWN_INDICATOR in text
    assert SHOWN_AVERAGE in text
