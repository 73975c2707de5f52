"""What each resource tells, to whom, and how little it takes."""

import csv
import hashlib
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from institution.models import Scope
from monitoring.frozen import scorecard_json, sha256_of
from monitoring.models import Evaluation
from monitoring.queries import scorecard
from monitoring.releasing import release
from tests.api.world import API
from tests.factories import make_activity, make_indicator, make_result

# Every address under a plan: its path, the scope that it needs, and a row of it.
IN_PLAN = {
    "guidelines/": (Scope.PLAN, "guidelines/L.01/"),
    "objectives/": (Scope.PLAN, "objectives/OE.01/"),
    "strategic-actions/": (Scope.PLAN, "strategic-actions/AE.01.01/"),
    "activities/": (Scope.PLAN, "activities/ACT.P/"),
    "indicators/": (Scope.PLAN, "indicators/HELP/"),
    "periods/": (Scope.PLAN, "periods/2022-1/"),
    "results/": (Scope.RESULTS, "results/HELP@2022-1/"),
    "results/changes/": (Scope.RESULTS, None),
    "scorecard/": (Scope.RESULTS, None),
    "evaluations/": (Scope.EVALUATIONS, "evaluations/2022-1/"),
    "evaluations/2022-1/record/": (Scope.EVALUATIONS, None),
    "commitments/": (Scope.COMMITMENTS, None),
    "documents/": (Scope.DOCUMENTS, None),
}

FILTERED = {
    "results/?indicator=HELP": 3,
    "results/?period=2022-2": 2,
    "results/?period_from=2022-2&indicator=DONE": 2,
    "results/?period_to=2022-1": 2,
    "results/?unit=GMU": 6,
    "results/?unit=GPV": 0,
    "indicators/?measures=ACT.P": 1,
    "indicators/?unit=GMU": 2,
    "indicators/?counts=people": 1,
    "activities/?action=AE.01.01": 3,
    "activities/?gender_focus=true": 0,
    "objectives/?guideline=L.01": 1,
    "strategic-actions/?objective=OE.02": 0,
    "periods/?state=closed": 3,
    "evaluations/?year=2022": 1,
    "evaluations/?state=superseded": 0,
    "commitments/?due_before=2023-07-01": 1,
    "commitments/?state=done": 0,
    "documents/?kind=evaluation": 1,
    "documents/?published_since=2100-01-01": 0,
}


def rows(answer) -> list:
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_everything_is_told(world):
    assert [row["ubigeo"] for row in rows(world.get("/governments/"))] == ["1501"]
    assert {row["acronym"] for row in rows(world.get("/governments/1501/units/"))} >= {"GMU", "GPV"}
    assert [row["code"] for row in rows(world.get("/plans/"))] == ["lima", "vecino"]
    for path in IN_PLAN:
        answer = world.in_plan(path)
        assert answer.status_code == 200, (path, answer.content)
    [commitment] = rows(world.in_plan("commitments/"))
    assert commitment["responsible_unit"] == "GMU"
    assert world.in_plan(f"commitments/{commitment['id']}/").json() == commitment
    [document] = rows(world.in_plan("documents/"))
    assert world.in_plan(f"documents/{document['code']}/").json() == document
    assert Client().get(document["file"]).status_code == 200
    assert Client().get(document["verification"]).status_code == 200


def test_a_row_is_told_as_in_its_collection(world):
    for path in (row for _scope, row in IN_PLAN.values() if row):
        one = world.in_plan(path).json()
        assert one in rows(world.in_plan(f"{path.split('/')[0]}/")), path


def test_the_scorecard_is_that_of_every_page(world):
    for upto in ("2022-1", "2022-2", "2023-1"):
        expected = scorecard_json(scorecard(world.plan, upto), detail=True)
        assert world.in_plan(f"scorecard/?upto={upto}").json() == json.loads(json.dumps(expected))
    assert world.in_plan("scorecard/").json()["upto"] == "2023-1"
    one = world.in_plan("scorecard/?node=ACT.T&horizon=year&reading=reported").json()
    assert [row["code"] for row in one["indicators"]] == ["DONE"]
    assert set(one["nodes"][0]) == {"level", "code", "name", "parent", "year"}
    assert set(one["nodes"][0]["year"]["progress"]) == {"reported"}
    assert [row["code"] for row in world.in_plan("scorecard/?unit=GMU").json()["nodes"]] == ["GMU"]
    assert world.in_plan("scorecard/?node=NOTHING").json()["nodes"] == []
    assert world.in_plan("scorecard/?upto=2025-1").json()["code"] == "period_unknown"


def test_an_evaluation_gives_the_bytes_that_were_hashed(world):
    told = world.in_plan("evaluations/2022-1/").json()
    record = Client().get(told["record"], headers={"Authorization": f"Api-Key {world.keys['all']}"})
    assert sha256_of(record.json()) == told["sha256"] == Evaluation.objects.get().sha256
    assert hashlib.sha256(record.content).hexdigest() == told["sha256"]


class TestPersons:
    """Suppression, and who reads without it."""

    def tables(self, world, key: str, period: str):
        return world.in_plan(f"results/HELP@{period}/", key).json()["breakdowns"]

    def test_a_key_reads_what_may_be_published(self, world):
        assert self.tables(world, "all", "2022-1")[0]["level"] == "full"
        small = self.tables(world, "all", "2022-2")[0]
        assert small == {"table": "sex_population", "level": "total", "cells": []}

    def test_a_key_without_the_scope_reads_none(self, world):
        assert self.tables(world, "results", "2022-1") is None

    def test_a_person_of_the_institution_reads_the_report_whole(self, world):
        client = Client()
        client.force_login(world.people.alicia)
        told = client.get(f"{API}/plans/lima/results/HELP@2022-2/").json()
        assert {cell["count"] for cell in told["breakdowns"][0]["cells"]} == {3, 10}


def test_persons_see_the_plans_of_their_government(world):
    client = Client()
    client.force_login(world.people.carla)
    assert [row["code"] for row in rows(client.get(f"{API}/plans/"))] == ["callao"]
    client.force_login(world.people.bruno)
    assert {row["code"] for row in rows(client.get(f"{API}/plans/"))} == {"lima", "vecino", "proyecto"}


class TestCollections:
    def test_pages_follow_one_another(self, world):
        found, address = [], f"{API}/plans/lima/results/?page_size=2"
        while address:
            answer = Client().get(address, headers={"Authorization": f"Api-Key {world.keys['all']}"}).json()
            assert len(answer["results"]) <= 2
            found += [row["id"] for row in answer["results"]]
            address = answer["next"]
        assert sorted(found) == sorted(row["id"] for row in rows(world.in_plan("results/")))
        assert len(found) == 6

    @pytest.mark.parametrize("order", ["order", "-order", "code", "-code"])
    def test_pages_keep_their_order(self, world, order):
        whole = [row["code"] for row in rows(world.in_plan(f"activities/?ordering={order}"))]
        found, path = [], f"activities/?ordering={order}&page_size=1"
        while path:
            answer = world.in_plan(path).json()
            found += [row["code"] for row in answer["results"]]
            path = answer["next"] and answer["next"].partition("/lima/")[2]
        assert found == whole
        assert len(found) == 3

    def test_filters(self, world):
        assert {path: len(rows(world.in_plan(path))) for path in FILTERED} == FILTERED

    def test_only_the_fields_that_are_asked_for(self, world):
        assert rows(world.in_plan("results/?fields=id,value&period=2022-1&indicator=DONE")) == [
            {"id": "DONE@2022-1", "value": "3"}
        ]
        assert set(world.in_plan("indicators/HELP/?fields=code,targets").json()) == {"code", "targets"}

    def test_csv_has_the_same_rows(self, world):
        for path in (path for path in IN_PLAN if "record" not in path and "changes" not in path):
            self.check_csv(world, path)

    def check_csv(self, world, path):
        answer = world.in_plan(f"{path}?format=csv")
        assert answer["Content-Type"].startswith("text/csv; charset=utf-8")
        lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
        if path == "scorecard/":
            card = world.in_plan("scorecard/").json()
            assert len(lines) == 4 * (len(card["nodes"]) + len(card["indicators"]))
            return
        told = rows(world.in_plan(path))
        assert len(lines) == len(told)
        for line, row in zip(lines, told, strict=True):
            for name, text in line.items():
                if isinstance(row[name], str):
                    assert text.removeprefix("'") == row[name]

    def test_a_cell_is_never_a_formula(self, world):
        world.plan.guidelines.update(name='=HYPERLINK("x")')
        assert "'=HYPERLINK" in world.in_plan("guidelines/?format=csv").getvalue().decode()


class TestTags:
    def test_the_same_content_is_not_sent_again(self, world):
        for path in IN_PLAN:
            first = world.in_plan(path)
            again = world.in_plan(path, **{"If-None-Match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path
            assert again["ETag"] == first["ETag"], path

    def test_a_changed_result_has_another_tag(self, world):
        before = {path: world.in_plan(path)["ETag"] for path in ("results/", "scorecard/", "results/changes/")}
        result = world.plan.indicators.get(code="DONE").results.get(period__code="2023-1")
        result.value = 4
        result.save()
        release(world.plan)
        for path, etag in before.items():
            assert world.in_plan(path, **{"If-None-Match": etag}).status_code == 200, path


def test_code_lists_are_open_to_everybody(world):
    answer = Client().get(f"{API}/code-lists/")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer["Cache-Control"]
    names = {row["name"] for row in answer.json()["results"]}
    assert {"gcm-objectives", "sdg-targets", "districts", "accumulations", "sexes", "lights", "document-kinds"} <= names
    for name in names:
        codes = Client().get(f"{API}/code-lists/{name}/").json()["codes"]
        assert codes, name
        assert all(row["code"] and row["name"] for row in codes)
    assert Client().options(f"{API}/code-lists/").status_code == 204
    assert "Access-Control-Allow-Origin" not in world.get("/plans/")


def test_the_number_of_queries_does_not_grow(world):
    def counts() -> dict[str, int]:
        found = {}
        for path in IN_PLAN:
            with CaptureQueriesContext(connection) as queries:
                answer = world.in_plan(path)
            assert answer.status_code == 200, answer.content
            found[path] = len(queries)
        return found

    counts()  # the first of a key makes its window
    before = counts()
    assert max(before.values()) <= 25
    action = world.plan.actions.get()
    for number in range(12):
        indicator = make_indicator(
            make_activity(action, f"MORE.{number}"), code=f"MORE{number}", targets={"2022-1": 1, "2022-2": 2}
        )
        make_result(indicator, "2022-1", 1)
    release(world.plan)
    assert counts() == before


def test_numbers_are_text_without_loss(world):
    world.plan.indicators.filter(code="DONE").update(baseline="10.5000")
    assert world.in_plan("indicators/DONE/").json()["baseline"] == "10.5"
    assert world.in_plan("indicators/DONE/").json()["targets"][0] == {"period": "2022-1", "value": "4"}


def test_answers_are_compressed(world):
    answer = world.in_plan("scorecard/", **{"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    again = world.in_plan("scorecard/", **{"Accept-Encoding": "gzip", "If-None-Match": answer["ETag"]})
    assert again.status_code == 304
