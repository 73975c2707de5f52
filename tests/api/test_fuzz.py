"""Schemathesis against the API's own description: generated requests, right and wrong, and every check that it has.

Few cases here, thousands under `bin/test --long`; the number of cases is printed.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import pairwise, product
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from institution.models import Scope
from tests.api.world import World, make_world

LONG = os.environ.get("PMH_LONG") == "1"
# Of each operation, for each kind of request, of path and of reader.
EXAMPLES = 16 if LONG else 1
KEYS = ("all", Scope.RESULTS.value, "foreign")


@pytest.fixture
def filled(transactional_db, settings) -> World:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_WITHOUT_KEY = 10_000_000
    settings.ALLOWED_HOSTS = ["localhost"]
    return make_world()


def rows_of(world: World, path: str) -> dict[str, Any]:
    """Names of rows that there are, so that not every generated address ends in 404."""
    lookup = {
        "guidelines": "L.01",
        "objectives": "OE.01",
        "strategic-actions": "AE.01.01",
        "activities": "ACT.P",
        "indicators": "HELP",
        "periods": "2022-1",
        "results": "HELP@2022-1",
        "evaluations": "2022-1",
        "documents": world.plan.documents.get().code,
        "commitments": str(world.plan.evaluations.get().commitments.get().pk),
        "plans": "lima",
        "governments": "1501",
        "units": "GMU",
        "code-lists": "lights",
    }
    parts = path.strip("/").split("/")
    found: dict[str, Any] = {}
    for before, part in pairwise(parts):
        for name in (each.strip("{}") for each in part.split("-") if each.startswith("{")):
            found[name] = {"year": 2022, "version": 1}.get(name) or lookup[before]
    return found


def hammer(strategy: SearchStrategy, key: str, cases: Counter[str]) -> None:
    """Sends what the strategy draws and lets every check look at the answer."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def send(case: schemathesis.Case) -> None:
        cases[case.operation.label] += 1
        # The transport does not unpack what it asks to have compressed.
        headers = {"Authorization": f"Api-Key {key}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers)

    send()


def test_nothing_is_found(filled, counted):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    cases: Counter[str] = Counter()
    found: dict[str, str] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        known = rows_of(filled, operation.path)
        for mode, path, key in product(GenerationMode, ({}, {"path_parameters": known}) if known else ({},), KEYS):
            try:
                hammer(operation.as_strategy(generation_mode=mode, **path), filled.keys[key], cases)
            except (Exception, BaseExceptionGroup) as failure:
                found[f"{operation.label} {mode.value} {key}"] = str(failure)
    counted(f"schemathesis: {cases.total()} cases over {len(cases)} operations, {len(found)} findings")
    if found:
        pytest.fail("\n\n".join(f"{where}\n{what}" for where, what in found.items()), pytrace=False)
    assert len(cases) == len(list(schema.get_all_operations()))
    assert cases.total() >= (5_000 if LONG else 300)
