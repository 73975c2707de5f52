"""The examples of docs/api.md do what they say, and its tables are those of the code."""

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.test import Client

from institution.api.problems import KINDS
from institution.models import Scope
from tests.api.world import World

TEXT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "http://testserver"


def examples(language: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL))


def get(world: World, address: str, **headers: str):
    headers = {"Authorization": f"Api-Key {world.keys['all']}"} | headers
    answer = Client().get(address.removeprefix(SITE), headers=headers)
    assert answer.status_code == 200, answer.content
    return answer


def test_the_python_examples_run(world):
    names = {"SITE": SITE, "PLAN": "lima", "get": lambda address: json.loads(get(world, address).content)}
    exec(examples("python"), names)  # noqa: S102  (our own documentation)
    assert len(names["codes"]) == 3
    assert len(names["copy"]) == 6


def test_the_curl_examples_run(world):
    variables = {"$KEY": world.keys["all"], "$SITE": SITE, "$PLAN": "lima"}
    lines = examples("sh").strip().splitlines()
    assert len(lines) == 5
    for line in lines:
        for name, value in variables.items():
            line = line.replace(name, value)  # noqa: PLW2901
        program, *words = shlex.split(line)
        assert program == "curl"
        headers = dict(word.split(": ", 1) for before, word in pairwise(words) if before == "-H")
        answer = get(world, words[-1], **headers)
        assert ("text/csv" in answer["Content-Type"]) == ("text/csv" in line)


def test_every_scope_and_code_is_told():
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == set(Scope.values)
    told = dict(re.findall(r"^\| ([\d, ]+) \| (`.*`) \|$", TEXT, re.MULTILINE))
    found = {code for codes in told.values() for code in re.findall(r"`(\w+)`", codes)}
    assert found == set(KINDS)
