"""The description of the API: an example of every answer and of every error, and every example is true."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from institution.api.formats import CSV_TYPE
from institution.api.problems import KINDS, MEDIA_TYPE
from tests.api.test_readers import EVERYWHERE
from tests.api.world import API

JSON_TYPE = "application/json"


@pytest.fixture
def schema(db) -> dict[str, Any]:
    return Client().get(f"{API}/schema/?format=json").json()


def answers(schema: dict) -> Iterator[tuple[str, str, str, dict]]:
    """Every operation, status and media type, with what is said of it."""
    for path, operations in schema["paths"].items():
        assert set(operations) == {"get"}, path
        for status, answer in operations["get"]["responses"].items():
            assert answer["content"], (path, status)
            for media_type, content in answer["content"].items():
                yield path, status, media_type, content


def values(content: dict) -> list[Any]:
    return [example["value"] for example in content.get("examples", {}).values()]


def fault(schema: dict, content: dict, value: Any) -> str | None:
    """What of the value is not as its schema says."""
    whole = {**content["schema"], "components": schema["components"]}
    error = next(Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value), None)
    return error and f"{error.json_path}: {error.message}"


def test_every_answer_has_an_example_that_is_valid(schema):
    seen = set()
    for path, status, media_type, content in answers(schema):
        found = values(content)
        assert found, (path, status, media_type)
        assert [fault(schema, content, value) for value in found] == [None] * len(found), (path, status, media_type)
        seen.add((path, status))
    assert {path for path, status in seen if status == "200"} == set(schema["paths"])


def test_every_error_is_shown_with_each_of_its_codes(schema):
    by_status: dict[str, set[str]] = {}
    for kind in KINDS.values():
        by_status.setdefault(str(kind.status), set()).add(kind.code)
    for path, status, media_type, content in answers(schema):
        if status == "200":
            continue
        assert media_type == MEDIA_TYPE, path
        assert {value["code"] for value in values(content)} == by_status[status], (path, status)
        assert {value["status"] for value in values(content)} == {int(status)}, (path, status)
    for path, operations in schema["paths"].items():
        told = set(operations["get"]["responses"]) - {"200"}
        needed = set() if "code-lists" in path else {"401", "403"}
        assert told == {"400", "404", "406", "429", "503"} | needed, path


def test_an_example_that_is_not_true_would_be_found(schema):
    content = schema["paths"][f"{API}/plans/{{plan}}/periods/"]["get"]["responses"]["200"]["content"][JSON_TYPE]
    [example] = values(content)
    for name, wrong in (("state", "ajar"), ("starts_on", "yesterday"), ("code", 7)):
        row = {**example["results"][0], name: wrong}
        assert fault(schema, content, {**example, "results": [row]})


def test_examples_have_the_fields_of_real_answers(world, schema):
    """Of every address that needs a key, in JSON and, where it is given, in CSV."""
    met = set()
    for address in EVERYWHERE:
        path = path_of(schema, f"{API}{address}")
        met.add(path)
        content = schema["paths"][path]["get"]["responses"]["200"]["content"]
        [told] = values(content[JSON_TYPE])
        real = fields(world.get(address).json())
        # A record has more parts than its example shows.
        assert fields(told) < real if path.endswith("/record/") else fields(told) == real, path
        if CSV_TYPE in content:
            [lines] = values(content[CSV_TYPE])
            assert head(lines) == head(world.get(f"{address}?format=csv").getvalue().decode()), path
            assert len(list(csv.reader(io.StringIO(lines)))) > 1, path
    unmet = {path for path in schema["paths"] if path not in met and "code-lists" not in path}
    assert unmet == {f"{API}/plans/{{plan}}/{name}/" for name in ("commitments/{id}", "documents/{code}")}


def fields(answer: dict) -> set[str]:
    """Of a row, or of the first row of a page."""
    return set(answer["results"][0] if answer.get("results") else answer)


def head(lines: str) -> list[str]:
    return next(csv.reader(io.StringIO(lines)))


def path_of(schema: dict, address: str) -> str:
    """The path of that address: the one that leaves least open."""
    patterns = {path: re.sub(r"\{\w+\}", "[^/]+", path) for path in schema["paths"]}
    found = [path for path, pattern in patterns.items() if re.fullmatch(pattern, address)]
    return min(found, key=lambda path: path.count("{"))
