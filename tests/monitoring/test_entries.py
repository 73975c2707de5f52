"""A result as it is typed: reading what people write, and giving it back."""

from decimal import Decimal

import pytest

from monitoring.entries import Form, entry_of, given_of, layouts, read
from plans.models import Indicator
from plans.workbook.kinds import Cell
from tests.factories import make_breakdown, make_indicator, make_plan, make_result, make_tree

DISTRICTS = [("150101", "Lima"), ("150132", "San Juan de Lurigancho")]


def form(counts=Indicator.Counts.PEOPLE, accumulation="sum", tables=("sex_age", "sex_district")):
    return Form(Indicator(counts=counts, accumulation=accumulation), layouts(tables, DISTRICTS), Decimal(10))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("81", "81"), (" 1,234 ", "1234"), ("0", "0"), ("", ""), ("0081", "81"), ("81.0", "81")],
)
def test_numbers_of_people(typed, expected):
    assert read(form(), {"value": typed}).entry == {"value": expected}


def test_a_number_as_peru_writes_it():
    assert read(form(Indicator.Counts.THINGS), {"value": "1,234.5"}).entry == {"value": "1234.5"}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("N/A", "«N/A» no es un número"),
        ("ver informe", "«ver informe» no es un número"),
        ("1.234,5", "los decimales van con punto y los miles con coma"),
        ("12,5", "los decimales van con punto"),
        ("1.234", "no es un número entero"),
        ("12.5", "no es un número entero"),
        ("-3", "es negativo"),
        ("1e400", "no es un número"),
        ("٣", "no es un número"),
        ("9" * 30, "demasiado grande"),
        ("=1+1", "no es un número"),
        ("∞", "no es un número"),
    ],
)
def test_what_is_no_number_of_people_is_told(typed, says):
    found = read(form(), {"value": typed})
    assert found.entry == {}
    assert says in found.problems["value"]
    assert found.problems["value"][0].isupper() or found.problems["value"][0] == "«"


def test_cells_are_whole_and_fit_the_database():
    found = read(
        form(), {"sex_age:18-59:woman": "3", "sex_age:60+:man": "2.5", "sex_district:150101:man": "3000000000"}
    )
    assert found.entry == {"sex_age:18-59:woman": "3"}
    assert set(found.problems) == {"sex_age:60+:man", "sex_district:150101:man"}


def test_only_what_the_form_has_is_read():
    pooled = form(Indicator.Counts.PERCENTAGE, "pooled", ())
    typed = {"value": "3", "numerator": "1", "sex_age:18-59:woman": "1", "sex_district:150999:man": "1", "state": "x"}
    assert read(pooled, typed).entry == {"numerator": "1"}
    assert read(form(), {"sex_district:150999:man": "1", "sex_age:18-59:nadie": "1"}).entry == {}


def test_texts_lose_what_no_database_carries_and_have_a_limit():
    found = read(form(), {"achievements": "  Uno\r\ndos\x00 ", "note": "a" * 4001})
    assert found.entry == {"achievements": "Uno\ndos"}
    assert "4,001 caracteres" in found.problems["note"]


def test_cells_of_a_workbook_read_the_same():
    found = read(
        form(), {"value": Cell(81.0), "sex_age:18-59:woman": Cell(3), "note": Cell("", trouble="es una fórmula")}
    )
    assert found.entry == {"value": "81", "sex_age:18-59:woman": "3"}
    assert "fórmula" in found.problems["note"].lower()


@pytest.mark.django_db
def test_what_is_recorded_comes_back_as_it_would_be_typed():
    plan = make_plan(open_period="2022-1")
    indicator = make_indicator(make_tree(plan).activity, tables=("sex_age",), counts="people")
    result = make_result(indicator, "2022-1", "7.5000", achievements="Bien")
    make_breakdown(result, "sex_age", {("18-59", "woman"): 5, ("60+", "man"): 2})
    entry = entry_of(result, result.breakdown.all())
    assert entry == {"value": "7.5", "achievements": "Bien", "sex_age:18-59:woman": "5", "sex_age:60+:man": "2"}
    given = given_of(entry, 1)
    assert (given.value, given.sums, given.evidence) == (Decimal("7.5"), {"sex_age": 7}, 1)
