"""The JSON of a scorecard, there and back."""

import json
from decimal import Decimal

import pytest

from monitoring.frozen import (
    canonical,
    decimal_text,
    outline_from_json,
    outline_json,
    scorecard_from_json,
    scorecard_json,
    sha256_of,
)
from monitoring.queries import load_outline
from monitoring.scorecard import score
from plans.measures import Horizon
from tests.factories import make_indicator, make_plan, make_results, make_tree


@pytest.fixture
def outline(db):
    plan = make_plan(closed_up_to="2022-2", cap=None)
    tree = make_tree(plan, activities=2)
    make_results(make_indicator(tree.activities[0], targets={"2022-1": 3, "2022-2": 3}), {"2022-1": 1, "2023-1": 9})
    pooled = make_indicator(tree.activities[1], targets={"2022-2": 80}, accumulation="pooled", baseline=Decimal("8.5"))
    make_results(pooled, {"2022-2": 0}, numerator=2, denominator=3)
    return load_outline(plan)


@pytest.mark.parametrize(
    ("number", "text"),
    [("100.0000000000", "100"), ("93.3333333333", "93.3333333333"), ("0E-10", "0"), ("1E+3", "1000"), ("-0.0", "0")],
)
def test_decimals_are_plain_text(number, text):
    assert decimal_text(Decimal(number)) == text


def test_the_public_form(outline):
    record = scorecard_json(score(outline, "2022-2"))
    assert list(record) == ["plan", "upto", "formula", "figures", "parameters", "indicators", "nodes"]
    assert record["parameters"] == {"cap": None, "green": "95", "amber": "75", "reading": "programmed"}
    horizons = [horizon.value for horizon in Horizon]
    assert list(record["indicators"][0]) == ["code", "measures", "unit", *horizons]
    assert list(record["indicators"][0]["year"]) == ["target", "value", "status", "progress", "light"]
    assert record["indicators"][0]["year"]["progress"] == {"programmed": "16.6666666667", "reported": "33.3333333333"}
    assert list(record["nodes"][0]) == ["level", "code", *horizons]
    assert list(record["nodes"][0]["plan"]) == ["progress", "coverage", "counts", "light"]
    assert list(record["nodes"][0]["plan"]["counts"]) == [
        "computed",
        "not_reported",
        "not_available",
        "not_programmed",
        "not_computable",
    ]
    assert record["nodes"][0]["whole"]["light"] is None
    json.dumps(record)


def test_a_scorecard_comes_back_as_it_was(outline):
    card = score(outline, "2022-2")
    assert scorecard_from_json(json.loads(canonical(scorecard_json(card, detail=True)))) == card


def test_an_outline_comes_back_and_gives_the_same_figures(outline):
    back = outline_from_json(json.loads(canonical(outline_json(outline))))
    assert back == outline
    assert score(back, "2022-2") == score(outline, "2022-2")


def test_as_of_forgets_what_was_reported_later(outline):
    known = outline.as_of("2022-2")
    assert [e.value for e in known.indicators[0].series.entries] == [Decimal(1), None, None, None, None, None]
    assert score(known, "2022-2") == score(outline, "2022-2")
    assert score(known, "2023-1") != score(outline, "2023-1")


def test_the_hash_does_not_depend_on_the_order_of_keys():
    assert sha256_of({"a": 1, "b": {"c": "ñ", "d": None}}) == sha256_of({"b": {"d": None, "c": "ñ"}, "a": 1})
    assert sha256_of({"a": 1}) != sha256_of({"a": 2})
