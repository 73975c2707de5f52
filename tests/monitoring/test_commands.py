"""The main job without a browser: scorecard, close_evaluation, verify_evaluation."""

import json

import pytest
from django.core.management import CommandError, call_command

from institution.models import User
from monitoring.models import Evaluation, Result
from plans.models import Target
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = make_plan(code="PMH-T", closed_up_to="2022-2")
    make_results(
        make_indicator(make_tree(plan).activity, code="I", targets={"2022-1": 3, "2022-2": 3}),
        {"2022-1": 1, "2022-2": 3},
    )
    return plan


def printed(capsys, *args, **options):
    call_command(*args, **options)
    return capsys.readouterr().out


class TestScorecard:
    def test_json(self, plan, capsys):
        record = json.loads(printed(capsys, "scorecard", "PMH-T", "--format", "json"))
        assert (record["plan"], record["upto"], record["figures"]) == ("PMH-T", "2022-2", "official")
        assert record["indicators"][0]["plan"]["progress"]["programmed"] == "66.6666666667"
        assert record["indicators"][0]["whole"]["target"] == "6"
        assert {row["level"] for row in record["nodes"]} == {
            "activity",
            "action",
            "objective",
            "guideline",
            "plan",
            "unit",
        }

    def test_table_shows_rounded_figures_and_signs(self, plan, capsys):
        text = printed(capsys, "scorecard", "PMH-T", "--upto", "2023-1")
        assert "66.7" in text
        assert "S.P." in text
        assert "de trabajo" in text

    def test_an_unknown_semester_is_answered_with_the_known_ones(self, plan):
        with pytest.raises(CommandError, match="2024-2"):
            call_command("scorecard", "PMH-T", "--upto", "2030-1")


class TestEvaluation:
    def test_close_by_the_system_and_verify(self, plan, capsys):
        text = printed(capsys, "close_evaluation", "PMH-T", "2022")
        evaluation = Evaluation.objects.get()
        assert evaluation.closed_by == User.objects.system()
        assert evaluation.sha256 in text
        assert "Conclusiones" in text
        text = printed(capsys, "verify_evaluation", "PMH-T", "2022")
        assert "la huella coincide" in text
        assert "las mismas cifras" in text

    def test_close_by_a_person_of_the_coordination_only(self, plan):
        people = make_people()
        with pytest.raises(CommandError, match="coordinación"):
            call_command("close_evaluation", "PMH-T", "2022", by=people.alicia.email)
        assert not Evaluation.objects.exists()
        call_command("close_evaluation", "PMH-T", "2022", by=people.bruno.email)
        assert Evaluation.objects.get().closed_by == people.bruno

    def test_close_twice_or_too_early(self, plan):
        call_command("close_evaluation", "PMH-T", "2022")
        with pytest.raises(CommandError, match="ya está cerrada"):
            call_command("close_evaluation", "PMH-T", "2022")
        with pytest.raises(CommandError, match="2023-1, 2023-2"):
            call_command("close_evaluation", "PMH-T", "2023")
        assert Evaluation.objects.count() == 1

    def test_a_later_version_is_opened_with_a_reason_and_closed(self, plan, capsys):
        call_command("close_evaluation", "PMH-T", "2022")
        with pytest.raises(CommandError, match="motivo"):
            call_command("open_evaluation", "PMH-T", "2022")
        assert "versión 2" in printed(capsys, "open_evaluation", "PMH-T", "2022", reason="Corrección")
        assert "versión 2: cerrada" in printed(capsys, "close_evaluation", "PMH-T", "2022")
        assert list(Evaluation.objects.values_list("state", flat=True)) == ["superseded", "closed"]

    def test_verify_tells_what_live_data_would_change(self, plan, capsys):
        call_command("close_evaluation", "PMH-T", "2022")
        Result.objects.filter(period__code="2022-1").update(value=3)
        assert "indicator I plan progress programmed: 66.6666666667 -> 100" in printed(
            capsys, "verify_evaluation", "PMH-T", "2022"
        )

    def test_verify_says_when_only_later_targets_moved(self, plan, capsys):
        call_command("close_evaluation", "PMH-T", "2022")
        Target.objects.create(indicator=plan.indicators.get(), period="2024-2", value=9)
        assert "Todas son del horizonte" in printed(capsys, "verify_evaluation", "PMH-T", "2022")

    def test_verify_fails_on_an_altered_record(self, plan):
        call_command("close_evaluation", "PMH-T", "2022")
        frozen = Evaluation.objects.get().frozen
        frozen["scorecard"]["indicators"][0]["plan"]["value"] = "6"
        Evaluation.objects.update(frozen=frozen)
        with pytest.raises(CommandError, match="NO coincide"):
            call_command("verify_evaluation", "PMH-T", "2022")

    def test_verify_all_tells_only_what_differs_and_fails_on_an_altered_record(self, plan, capsys):
        call_command("close_evaluation", "PMH-T", "2022")
        capsys.readouterr()
        sound = "Evaluaciones cerradas: 1. Con huella que no coincide: 0. Con otras cifras en los datos vivos: 0."
        assert printed(capsys, "verify_evaluation", "--all").strip() == sound
        Result.objects.filter(period__code="2022-1").update(value=3)
        told = printed(capsys, "verify_evaluation", "--all")
        assert "Evaluación 2022 de PMH-T, versión 1: los datos vivos dan otras cifras" in told
        Evaluation.objects.update(frozen=Evaluation.objects.get().frozen | {"upto": "2023-2"})
        with pytest.raises(CommandError, match="PMH-T, versión 1: la huella NO coincide"):
            call_command("verify_evaluation", "--all")

    @pytest.mark.parametrize("arguments", [(), ("PMH-T",), ("PMH-T", "2022", "--all")])
    def test_verify_is_told_one_or_all(self, plan, arguments):
        with pytest.raises(CommandError, match="--all para todas"):
            call_command("verify_evaluation", *arguments)

    def test_verify_without_a_closed_one(self, plan):
        with pytest.raises(CommandError, match="close_evaluation"):
            call_command("verify_evaluation", "PMH-T", "2022")
