"""The main job from an empty database, by the commands that an operator types: plan, results, figures, PDF."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from monitoring.models import Evaluation, Period
from monitoring.progress import round_half_up
from monitoring.scorecard import Level
from plans.models import Activity, Indicator, Plan

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
PLAN = "PMH-2022-2024"
WORKBOOK = ROOT / "plans" / "data" / "reference_plan.xlsx"
RESULTS = ROOT / "monitoring" / "data" / "reference_results_2022.csv"


def printed(capsys, *args, **options) -> str:
    call_command(*args, **options)
    return capsys.readouterr().out


def test_from_an_empty_database_to_the_pdf(tmp_path, capsys):
    call_command("import_plan", str(WORKBOOK))
    plan = Plan.objects.get(code=PLAN)
    assert plan.is_reference
    assert (plan.guidelines.count(), plan.actions.count(), Activity.objects.count()) == (3, 5, 21)
    assert Indicator.objects.count() == 26
    assert Period.objects.count() == 6

    call_command("import_results", PLAN, str(RESULTS))
    capsys.readouterr()

    record = json.loads(printed(capsys, "scorecard", PLAN, "--format", "json"))
    assert (record["upto"], record["figures"]) == ("2022-2", "official")
    levels = [row["level"] for row in record["nodes"]]
    expected = {"guideline": 3, "objective": 3, "action": 5, "activity": 21, "plan": 1, "unit": 11}
    assert {level.value: levels.count(level) for level in Level} == expected

    call_command("close_evaluation", PLAN, "2022")
    assert "coincide" in printed(capsys, "verify_evaluation", PLAN, "2022")
    pdf = tmp_path / "evaluacion.pdf"
    call_command("render_document", "evaluation", PLAN, "2022", "--output", str(pdf))

    text = "\n".join(page.extract_text() for page in PdfReader(pdf).pages)
    whole = next(row for row in record["nodes"] if row["level"] == "plan")
    for horizon in ("year", "plan"):
        assert f"{round_half_up(_number(whole[horizon]['progress']['programmed']), 1)}" in text
    assert Evaluation.objects.get().sha256[:8] in text.replace("\n", "")


def _number(text: str) -> Decimal:
    return Decimal(text)


def test_export_and_import_again_changes_nothing(tmp_path, capsys):
    call_command("import_plan", str(WORKBOOK))
    before = {model: list(model.history.values_list("history_id", flat=True)) for model in (Plan, Activity, Indicator)}
    copy = tmp_path / "copia.xlsx"
    call_command("export_plan", PLAN, str(copy))
    call_command("import_plan", str(copy))
    assert before == {model: list(model.history.values_list("history_id", flat=True)) for model in before}
