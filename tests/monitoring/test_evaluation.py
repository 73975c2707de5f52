"""Holding an evaluation: what keeps it open, what closing freezes, what verifying finds."""

import json

import pytest
from django.db import IntegrityError, transaction

from institution.models import User
from monitoring.evaluation import (
    EvaluationRefused,
    close_evaluation,
    frozen_scorecard,
    open_evaluation,
    verify_evaluation,
)
from monitoring.models import Evaluation, EvaluationSection, Result
from monitoring.queries import scorecard
from plans.measures import Horizon
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan():
    plan = make_plan(closed_up_to="2023-1")
    indicator = make_indicator(make_tree(plan).activity, targets={"2022-1": 4, "2022-2": 4, "2023-1": 4})
    make_results(indicator, {"2022-1": 4, "2022-2": 2, "2023-1": 4})
    return plan


def closed(plan, by, year=2022):
    return close_evaluation(open_evaluation(plan=plan, year=year, by=by), by=by, texts_may_be_empty=True)


def test_closing_freezes_figures_that_stay(plan, people):
    evaluation = closed(plan, people.bruno)
    frozen = frozen_scorecard(evaluation)
    assert frozen == scorecard(plan, "2022-2")
    Result.objects.filter(period__code="2022-2").update(value=4)
    evaluation.refresh_from_db()
    assert frozen_scorecard(evaluation) == frozen
    assert frozen.whole[Horizon.YEAR].progress.programmed == 75


def test_the_record_knows_nothing_after_the_cutoff(plan, people):
    entries = closed(plan, people.bruno).frozen["outline"]["indicators"][0]["entries"]
    assert [entry["value"] for entry in entries] == ["4", "2", None, None, None, None]


def test_the_record_keeps_the_figures_of_each_semester(plan, people):
    semesters = closed(plan, people.bruno).frozen["semesters"]
    assert {p: row["nodes"][0]["semester"]["progress"]["programmed"] for p, row in semesters.items()} == {
        "2022-1": "100",
        "2022-2": "50",
    }


def test_verifying(plan, people):
    evaluation = closed(plan, people.bruno)
    found = verify_evaluation(evaluation)
    assert (found.intact, found.differences) == (True, ())
    Result.objects.filter(period__code="2022-2").update(value=4)
    found = verify_evaluation(evaluation)
    assert found.intact
    assert ("50", "100") in {(row.frozen, row.live) for row in found.differences}
    assert any(row.where.startswith("plan ") for row in found.differences)


def test_a_record_altered_from_outside_is_found(plan, people):
    evaluation = closed(plan, people.bruno)
    altered = json.loads(json.dumps(evaluation.frozen).replace('"75"', '"76"'))
    assert altered != evaluation.frozen
    Evaluation.objects.update(frozen=altered)
    evaluation.refresh_from_db()
    assert not verify_evaluation(evaluation).intact


def test_the_same_data_give_the_same_hash(plan, people):
    first = closed(plan, people.bruno)
    second = Evaluation.objects.get(pk=first.pk)  # through the database's own JSON
    assert verify_evaluation(second).sha256 == first.sha256


def test_it_does_not_close_while_a_semester_is_open(plan, people):
    with pytest.raises(EvaluationRefused, match="2023-2"):
        closed(plan, people.bruno, 2023)


def test_it_does_not_close_before_its_cutoff_has_passed(plan, people, settings):
    settings.PMH_TODAY = "2022-12-31"
    with pytest.raises(EvaluationRefused, match=r"31 dic\. 2022"):
        closed(plan, people.bruno)
    settings.PMH_TODAY = "2023-01-01"
    assert closed(plan, people.bruno).is_frozen


def test_it_does_not_close_with_empty_sections_unless_told(plan, people):
    draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
    with pytest.raises(EvaluationRefused, match="Conclusiones"):
        close_evaluation(draft, by=people.bruno)
    draft.sections.update(text="Escrito.")
    assert close_evaluation(draft, by=people.bruno).frozen["evaluation"]["empty_sections"] == []


def test_the_command_line_records_the_empty_ones(plan):
    evaluation = closed(plan, User.objects.system())
    assert len(evaluation.frozen["evaluation"]["empty_sections"]) == len(EvaluationSection.Kind)


def test_only_the_coordination_closes(plan, people):
    draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
    for person in (people.alicia, people.carla):
        with pytest.raises(EvaluationRefused, match="coordinación"):
            open_evaluation(plan=plan, year=2022, by=person)
        with pytest.raises(EvaluationRefused, match="coordinación"):
            close_evaluation(draft, by=person, texts_may_be_empty=True)


def test_a_year_outside_the_plan(plan, people):
    with pytest.raises(EvaluationRefused, match="2022 a 2024"):
        open_evaluation(plan=plan, year=2025, by=people.bruno)


def test_a_later_version_needs_a_reason_and_supersedes_once_closed(plan, people):
    first = closed(plan, people.bruno)
    with pytest.raises(EvaluationRefused, match="motivo"):
        open_evaluation(plan=plan, year=2022, by=people.bruno)
    draft = open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Se corrigió un resultado")
    assert open_evaluation(plan=plan, year=2022, by=people.bruno) == draft
    first.refresh_from_db()
    assert first.state == Evaluation.State.CLOSED
    second = close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == ("superseded", "closed", 2)


def test_closing_twice_is_refused(plan, people):
    evaluation = closed(plan, people.bruno)
    with pytest.raises(EvaluationRefused, match="ya está cerrada"):
        close_evaluation(evaluation, by=people.bruno, texts_may_be_empty=True)


@pytest.mark.parametrize("damage", [{"frozen": None}, {"sha256": ""}, {"closed_on": None}, {"state": "draft"}])
def test_the_database_keeps_a_closed_evaluation_whole(plan, people, damage):
    closed(plan, people.bruno)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.update(**damage)
