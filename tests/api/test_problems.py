"""Bad input: refused by name, in both languages, with what to do."""

from itertools import product

from django.test import Client

from institution.api.paging import encoded
from institution.api.problems import KINDS
from tests.api.test_resources import IN_PLAN
from tests.api.world import API

LISTS = [path for path in IN_PLAN if "record" not in path]


def test_what_is_not_known_is_refused_by_name(world):
    for path in IN_PLAN:
        for wrong in ("nothing=1", "plan=callao", "limit=5", "indicator__code=HELP", "format=xml"):
            answer = world.in_plan(f"{path}?{wrong}")
            assert answer.status_code == 400, (path, wrong)
            assert answer["Content-Type"] == "application/problem+json"
            body = answer.json()
            assert body["code"] in ("parameter_unknown", "parameter_invalid")
            assert body["parameter"] == wrong.partition("=")[0]
            assert body["detail"] == body["message"]["en"]
            assert body["message"]["es"]
            assert body["status"] == 400


WRONG = [
    ("results/?page_size=0", "page_size"),
    ("results/?page_size=1001", "page_size"),
    ("results/?page_size=-1", "page_size"),
    ("results/?page_size=١", "page_size"),
    ("results/?page_size=1e3", "page_size"),
    ("results/?fields=", "fields"),
    ("results/?fields=id,secret", "fields"),
    ("results/?ordering=id", "ordering"),
    ("indicators/?ordering=--code", "ordering"),
    ("indicators/?counts=money", "counts"),
    ("evaluations/?year=MMXXII", "year"),
    ("evaluations/?year=99999", "year"),
    ("evaluations/?state=draft", "state"),
    ("commitments/?due_before=31-12-2023", "due_before"),
    ("commitments/?due_before=2023-02-30", "due_before"),
    ("documents/?published_since=yesterday", "published_since"),
    ("activities/?gender_focus=maybe", "gender_focus"),
    ("activities/?gcm_objective=24", "gcm_objective"),
    ("scorecard/?upto=2025-3", "upto"),
    ("scorecard/?horizon=decade", "horizon"),
    ("scorecard/?reading=lucky", "reading"),
    ("scorecard/?level=street", "level"),
    (f"scorecard/?unit={'N' * 41}", "unit"),
    ("results/changes/?page_size=x", "page_size"),
]


def test_a_value_that_cannot_be(world):
    for path, parameter in WRONG:
        answer = world.in_plan(path)
        assert answer.status_code == 400, (path, answer.content)
        body = answer.json()
        assert (body["code"], body["parameter"]) == ("parameter_invalid", parameter), path


def test_a_parameter_given_twice(world):
    body = world.in_plan("results/?period=2022-1&period=2022-2").json()
    assert (body["code"], body["parameter"]) == ("parameter_repeated", "period")


def test_a_query_that_is_too_long(world):
    assert world.in_plan(f"results/?indicator={'x' * 4001}").json()["code"] == "query_too_long"


CURSORS = [
    "x",
    "!!!",
    "W10",
    encoded("order", "1", "1"),
    encoded("number", "x", "1"),
    encoded("number", "1", "x"),
    encoded("number", "1" * 30, "1"),
    encoded("number", "1"),
    "e30",
    "é",
]


def test_a_cursor_of_another_reading(world):
    for cursor in CURSORS:
        assert world.in_plan(f"results/?cursor={cursor}").json()["code"] == "cursor_invalid", cursor


SINCES = [
    "x",
    encoded("changes vecino", "1"),
    encoded("changes lima", "-1"),
    encoded("changes lima", "999999"),
    encoded("number", "1", "1"),
]


def test_a_cursor_of_changes_that_was_not_given(world):
    for cursor in SINCES:
        assert world.in_plan(f"results/changes/?since={cursor}").json()["code"] == "cursor_invalid", cursor


def test_the_api_only_reads(world):
    paths, methods = ("/plans/", "/plans/lima/results/", "/plans/lima/scorecard/"), ("post", "put", "delete", "options")
    for path, method in product(paths, methods):
        answer = getattr(Client(), method)(f"{API}{path}", headers={"Authorization": f"Api-Key {world.keys['all']}"})
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert answer["Allow"] == "GET, HEAD"


def test_a_zero_byte_is_refused_as_a_problem(world):
    for path in ("/plans/?%00=1", "/plans/%00/", "/plans/lima/results/?indicator=%00"):
        answer = world.get(path)
        assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed"), path


def test_an_address_that_there_is_not(world):
    for path in ("/nothing/", "/plans/lima/nothing/", "/plans/lima/results/HELP/"):
        answer = world.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_a_format_that_it_is_not_given_in(world):
    for path in LISTS:
        answer = world.in_plan(path, Accept="application/xml")
        assert (answer.status_code, answer.json()["code"]) == (406, "format_not_available"), path
        assert world.in_plan(path, Accept="text/html,application/json;q=0.1").status_code == 200, path


def test_every_kind_of_problem_speaks_both_languages():
    for kind in KINDS.values():
        assert kind.en
        assert kind.es
        assert kind.en != kind.es
        assert kind.status in range(400, 504)
