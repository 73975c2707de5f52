"""Any plan that can be stored comes back from its workbook as it went in."""

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.workbook import read_plan, write_workbook
from plans.workbook.kinds import Cell, QuantityOrND
from plans.workbook.tenures import Tenure, parse_tenures, previous_period, write_tenures
from plans.workbook.text import clean
from tests.plans.conftest import REFERENCE

PERIODS = tuple(f"{year}-{half}" for year in (2022, 2023, 2024) for half in (1, 2))

# "_x" begins what Excel takes for an escaped character.
texts = st.text(max_size=60).map(clean).filter(lambda text: "_x" not in text)
names = texts.filter(bool)
quantities = st.decimals(0, Decimal("99999999999.9999"), places=4)
days = st.dates(dt.date(1900, 3, 1), dt.date(2200, 12, 31))


@st.composite
def tenure_lists(draw):
    starts = sorted(draw(st.sets(st.sampled_from(PERIODS), min_size=1, max_size=3)))
    tenures = []
    for place, since in enumerate(starts):
        last = previous_period(starts[place + 1]) if place + 1 < len(starts) else PERIODS[-1]
        until = draw(st.sampled_from([period for period in PERIODS if since <= period <= last]))
        is_open = place + 1 == len(starts) and draw(st.booleans())
        tenures.append(Tenure(draw(st.sampled_from(["GPV", "GC", "GDS"])), since, None if is_open else until))
    return tuple(tenures)


@given(tenure_lists())
def test_tenures_come_back(tenures):
    assert parse_tenures(write_tenures(tenures, PERIODS[0]), PERIODS) == tenures


@given(st.none() | quantities)
def test_quantities_come_back_through_a_float(value):
    kind = QuantityOrND()
    written = kind.write(value)
    assert kind.read(Cell(written if isinstance(written, str) else float(written))) == value


@pytest.fixture(scope="module")
def base(django_db_setup, django_db_blocker):
    """One row of each sheet of the reference plan, but for the units."""
    with django_db_blocker.unblock():
        whole = read_plan(REFERENCE)
    first = {part: getattr(whole, part)[:1] for part in ("guidelines", "objectives", "actions", "activities", "steps")}
    indicator = next(row for row in whole.indicators if row.parent == whole.activities[0].code)
    return replace(whole, **first, indicators=(indicator,))


@pytest.mark.django_db
@given(data=st.data())
def test_a_workbook_comes_back(base, data):
    draw = data.draw
    plan = replace(
        base.plan, name=draw(names), description=draw(texts), cap=draw(st.none() | st.just(Decimal("120.5")))
    )
    needs = draw(st.none() | st.booleans())
    activity = replace(
        base.activities[0],
        name=draw(names),
        description=draw(texts),
        weight=draw(st.none() | st.decimals(Decimal("0.0001"), Decimal("99999.9999"), places=4)),
        needs_extra_budget=needs,
        extra_budget_reason=draw(texts.filter(bool) if needs else texts),
        supporting_units=tuple(sorted(draw(st.sets(st.sampled_from(["GC", "GDE", "GPV"]))))),
        igm_dimension=draw(st.none() | st.integers(1, 6)),
    )
    indicator = replace(
        base.indicators[0],
        method=draw(texts),
        baseline=draw(st.none() | quantities),
        targets=draw(st.dictionaries(st.sampled_from(PERIODS), quantities)),
        responsible=draw(tenure_lists()),
    )
    step = replace(base.steps[0], name=draw(names), planned_on=draw(st.none() | days))
    workbook = replace(base, plan=plan, activities=(activity,), indicators=(indicator,), steps=(step,))
    file = io.BytesIO()
    write_workbook(workbook, file)
    assert read_plan(file) == workbook
