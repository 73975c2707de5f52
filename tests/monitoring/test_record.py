"""The record of a plan and of its evaluation: what documents are made of."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.evaluation import close_evaluation, open_evaluation, record_of, supersede_evaluation
from monitoring.frozen import canonical
from monitoring.record import plan_record
from tests.factories import make_indicator, make_large_plan, make_people, make_plan, make_results, make_tree, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bruno():
    return make_people().bruno


@pytest.fixture
def plan():
    plan = make_plan(code="PMH-T", closed_up_to="2023-2")
    targets = dict.fromkeys(plan.period_codes, 10)
    indicator = make_indicator(make_tree(plan).activity, code="IND", targets=targets, what_counts="Cosas hechas.")
    make_results(indicator, {"2022-1": 8, "2022-2": 10, "2023-1": 9, "2023-2": 9})
    return plan


def closed(plan, year, by):
    return close_evaluation(open_evaluation(plan=plan, year=year, by=by), by=by, texts_may_be_empty=True)


def test_tells_nothing_of_what_came_later(plan):
    record = plan_record(plan, "2022-2")
    assert sorted(record["semesters"]) == ["2022-1", "2022-2"]
    assert [entry["value"] for entry in record["outline"]["indicators"][0]["entries"]][:4] == ["8", "10", None, None]


def test_carries_the_technical_sheets(plan):
    sheet = plan_record(plan, "2022-2")["sheets"]["IND"]
    assert sheet["what_counts"] == "Cosas hechas."
    assert (sheet["accumulation"], sheet["direction"], sheet["people_may_repeat"]) == ("sum", "increasing", False)


def test_is_canonical(plan):
    assert canonical(plan_record(plan, "2023-2")) == canonical(plan_record(plan, "2023-2"))


def test_each_version_with_its_reason_and_the_hash_of_those_before(plan, bruno):
    first = closed(plan, 2022, bruno)
    draft = supersede_evaluation(plan=plan, year=2022, by=bruno, reason="Se corrigió un dato.")
    rows = record_of(draft)["versions"]
    assert [(row["version"], row["sha256"]) for row in rows] == [(1, first.sha256), (2, "")]
    assert rows[1]["reason"] == "Se corrigió un dato."


def test_the_year_before_as_its_evaluation_in_force_tells_it(plan, bruno):
    first = closed(plan, 2022, bruno)
    previous = record_of(open_evaluation(plan=plan, year=2023, by=bruno))["previous"]
    assert (previous["year"], previous["sha256"]) == (2022, first.sha256)
    assert previous["whole"]["year"]["progress"]["programmed"] == "90"
    assert previous["nodes"]["ACT.01.01.01"] == previous["whole"]


def test_there_is_none_before_the_first_nor_where_it_was_not_closed(plan, bruno):
    assert record_of(open_evaluation(plan=plan, year=2022, by=bruno))["previous"] is None
    assert record_of(open_evaluation(plan=plan, year=2023, by=bruno))["previous"] is None


def test_queries_do_not_grow_with_the_plan():
    def count(size):
        plan = make_large_plan(size)
        with CaptureQueriesContext(connection) as queries:
            plan_record(plan, "2023-2")
        return len(queries)

    assert count(1) == count(20)


def test_tells_who_leads_an_activity_and_what_it_contributes_to(plan):
    activity = plan.activities.get()
    activity.supporting_units.add(make_unit("GDE"), make_unit("GCU"))
    activity.gcm_objectives.add(15, 7)
    activity.sdg_targets.add("10.7", "5.c")
    activity.igm_dimension_id = 2
    activity.save()
    links = plan_record(plan, "2022-2")["links"]
    assert links["activities"]["ACT.01.01.01"] == {
        "lead_unit": "GPV",
        "supporting_units": ["GCU", "GDE"],
        "gcm_objectives": [7, 15],
        "sdg_targets": ["5.c", "10.7"],
        "igm_dimension": 2,
        "gender_focus": False,
    }
    assert set(links["units"]) == {"GPV", "GCU", "GDE"}
    assert set(links["sdg_targets"]) == {"5.c", "10.7"}
    assert (set(links["gcm_objectives"]), set(links["igm_dimensions"])) == ({"7", "15"}, {"2"})
