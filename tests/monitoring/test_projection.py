"""Looking ahead: the worked cases of `docs/rules.md`, section 14, and what holds whatever the numbers are."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitoring.progress import Entry, Parameters, Series, measure, quantised, round_half_up
from monitoring.projection import Outcome, Projection, Why, project
from plans.measures import Accumulation, Direction, Formula, Horizon, Reading

SUM, LAST, AVERAGE, POOLED = Accumulation
PERIODS = ("2022-1", "2022-2", "2023-1", "2023-2", "2024-1", "2024-2")
FEWER = Direction.DECREASING


def _decimal(value):
    return None if value is None else Decimal(value)


def series(rule, targets, values, direction=Direction.INCREASING, **kw) -> Series:
    """One entry per target. A value is a number, None, or (numerator, denominator)."""
    entries = []
    for number, (period, target) in enumerate(zip(PERIODS, targets, strict=False)):
        value = values[number] if number < len(values) else None
        parts = value if isinstance(value, tuple) else (None, None)
        value = None if isinstance(value, tuple) else value
        entries.append(Entry(period, *map(_decimal, (target, value, *parts))))
    return Series("I", tuple(entries), rule, direction, **kw)


def seen(projection: Projection) -> tuple:
    """Pace, need, semesters left, expected final value and progress as a page shows them, and the outcome."""

    def shown(value):
        return None if value is None else float(round_half_up(value, 2))

    numbers = (projection.pace, projection.needed, projection.remaining, projection.expected, projection.progress)
    return (*(n if isinstance(n, int) else shown(n) for n in numbers), projection.outcome)


MISSED, NEAR, REACHED, UNKNOWN = Outcome.MISSED, Outcome.NEAR, Outcome.REACHED, Outcome.UNKNOWN
CASES = {
    1: (series(SUM, [100] * 6, [80, 110, 90]), "2023-1", (93.33, 106.67, 3, 560, 93.33, MISSED)),
    2: (series(SUM, [10, 20, 30, 40], [10, 20]), "2022-2", (15, 35, 2, 60, 60, MISSED)),
    3: (series(SUM, [10] * 4, [25, 20]), "2022-2", (22.5, 0, 2, 90, 225, REACHED)),
    4: (series(LAST, [10, 20, 30, 40], [8, 14]), "2022-2", (6, 13, 2, 26, 65, MISSED)),
    5: (series(LAST, [10, 20, 30, 40], [10, None, 16]), "2023-1", (3, 24, 1, 19, 47.5, MISSED)),
    6: (series(LAST, [None, 10, None, 20], [4, 8]), "2022-2", (4, 6, 2, 16, 80, MISSED)),
    7: (series(LAST, [40, 30, 20, 10], [42, 36], FEWER), "2022-2", (-6, -13, 2, 24, 41.67, MISSED)),
    9: (
        series(AVERAGE, [25, 22, 20, 18, 15, 12], [25, 22], FEWER),
        "2022-2",
        (23.5, 16.25, 4, 23.5, 79.43, MISSED),
    ),
    10: (series(AVERAGE, [50] * 6, [50, None, 50]), "2023-1", (50, 50, 3, 50, 83.33, MISSED)),
    11: (series(AVERAGE, [10] * 3, [20, 20], FEWER), "2022-2", (20, -10, 1, 20, 50, MISSED)),
    12: (series(POOLED, [80] * 4, [(4, 6), (2, 4)]), "2022-2", (60, 100, 2, 60, 75, MISSED)),
    13: (series(SUM, [10] * 4, [12]), "2022-1", (None, 9.33, 3, None, None, UNKNOWN)),
    14: (series(SUM, [50, 50], [50]), "2022-2", (50, None, 0, 50, 50, MISSED)),
    15: (series(SUM, [25] * 4, [24, 24]), "2022-2", (24, 26, 2, 96, 96, NEAR)),
}


@pytest.mark.parametrize("number", CASES)
def test_worked_case(number):
    given_series, upto, expected = CASES[number]
    assert seen(project(given_series, upto)) == expected


def test_case_8_a_share_ends_at_its_ceiling():
    share = series(LAST, [50, 70, 90, 100], [60, 90])
    assert project(share, "2022-2").expected == 150
    bounded = project(share, "2022-2", ceiling=Decimal(100))
    assert (bounded.expected, bounded.progress, bounded.outcome) == (100, 100, REACHED)


def test_what_is_out_of_reach_is_said():
    assert not project(CASES[11][0], "2022-2").is_within_reach
    assert project(CASES[9][0], "2022-2").is_within_reach
    share = series(AVERAGE, [90] * 3, [60, 60])
    assert project(share, "2022-2").is_within_reach
    assert not project(share, "2022-2", ceiling=Decimal(100)).is_within_reach  # it would take 150 %
    pooled = series(POOLED, [90] * 3, [(6, 10), (6, 10)])
    assert not project(pooled, "2022-2", ceiling=Decimal(100)).is_within_reach
    cumulative = series(LAST, [50, 70, 110], [40, 50])
    assert not project(cumulative, "2022-2", ceiling=Decimal(100)).is_within_reach


def test_why_nothing_is_expected():
    assert project(series(SUM, [None] * 4, [5, 5]), "2022-2").why == Why.NOTHING_PROGRAMMED
    assert project(series(SUM, [0] * 4, [5, 5]), "2022-2").why == Why.NOT_COMPUTABLE
    assert project(series(POOLED, [80] * 4, [(0, 0), (0, 0)]), "2022-2").why == Why.NOT_COMPUTABLE
    assert project(series(SUM, [10] * 4, []), "2022-2").why == Why.NOT_REPORTED
    assert project(series(LAST, [10] * 4, [3]), "2022-2").why == Why.TOO_FEW
    backwards = series(LAST, [10] * 4, [3, 4], formula=Formula.BASELINE, baseline=Decimal(20))
    assert project(backwards, "2022-2").why == Why.NOT_COMPUTABLE


def test_declared_not_available_is_no_report():
    declared = series(SUM, [10] * 4, [])
    entries = tuple(replace(entry, not_available=entry.period <= "2022-2") for entry in declared.entries)
    found = project(replace(declared, entries=entries), "2022-2")
    assert (found.why, found.needed) == (Why.NOT_REPORTED, 20)


def test_a_zero_is_a_report():
    found = project(series(SUM, [10] * 4, [0, 10]), "2022-2")
    assert (found.pace, found.expected) == (5, 20)


def test_work_done_before_it_was_programmed_counts():
    found = project(series(SUM, [None, 20, 20, 20], [10, 20]), "2022-2")
    assert (found.value, found.pace, found.needed, found.expected) == (30, 15, 15, 60)
    assert found.outcome == REACHED


def test_with_the_baseline_formula():
    falling = series(LAST, [40, 30, 20, 10], [42, 36], FEWER, formula=Formula.BASELINE, baseline=Decimal(50))
    found = project(falling, "2022-2")
    assert (found.expected, found.progress) == (24, 65)


def test_a_stock_never_falls_below_nothing():
    assert project(series(LAST, [9, 9, 9, 9], [8, 2]), "2022-2").expected == 0


def test_a_stock_that_was_not_reported_stands_where_it_was_last_seen():
    found = project(series(LAST, [10, 20, 30, 40], [8, 14]), "2023-1")
    assert (found.remaining, found.needed, found.expected) == (1, 26, 20)


def test_the_line_between_near_and_missed_is_the_plans():
    nearly = CASES[15][0]
    assert project(nearly, "2022-2", Parameters(green=Decimal(97))).outcome == MISSED


# --- Whatever the numbers are ----------------------------------------------------------------------------------------

quantities = st.decimals(min_value=0, max_value=10**6, places=2)
positive = st.decimals(min_value=1, max_value=10**6, places=2)
uptos = st.sampled_from(PERIODS[1:])


@st.composite
def programmed(draw, rules=tuple(Accumulation), directions=tuple(Direction)) -> Series:
    """Every semester programmed, so that what is left does not depend on the rule; all reported."""
    rule = draw(st.sampled_from(rules))
    direction = Direction.INCREASING if rule == SUM else draw(st.sampled_from(directions))
    entries = []
    for period in PERIODS:
        target = draw(positive)
        if rule == POOLED:
            entries.append(Entry(period, target, None, draw(quantities), draw(positive)))
        else:
            entries.append(Entry(period, target, draw(quantities)))
    return Series("I", tuple(entries), rule, direction)


@given(programmed(), uptos)
def test_whoever_is_on_pace_is_expected_to_meet_the_target(one, upto):
    found = project(one, upto)
    assume(found.needed is not None)
    enough = found.pace >= found.needed if one.direction == Direction.INCREASING else found.pace <= found.needed
    if enough:
        assert found.outcome == REACHED
    elif found.needed:  # who needs nothing more may even fall back a little
        assert found.progress <= 100


@given(programmed(directions=(Direction.INCREASING,)), uptos, positive)
def test_more_in_the_latest_semester_never_worsens_the_projection(one, upto, more):
    def better(entry: Entry) -> Entry:
        if entry.period != upto:
            return entry
        if one.accumulation == POOLED:
            return replace(entry, numerator=entry.numerator + more)
        return replace(entry, value=entry.value + more)

    improved = replace(one, entries=tuple(better(entry) for entry in one.entries))
    before, after = project(one, upto), project(improved, upto)
    assert after.expected >= before.expected
    assert after.progress >= before.progress
    assert after.needed is None or after.needed <= before.needed


@given(programmed(), uptos)
def test_what_comes_later_does_not_matter(one, upto):
    blind = tuple(e if e.period <= upto else Entry(e.period, e.target) for e in one.entries)
    assert project(replace(one, entries=blind), upto) == project(one, upto)


@given(programmed())
def test_at_the_end_of_the_plan_the_projection_is_the_figure(one):
    found = project(one, PERIODS[-1])
    figure = measure(one, PERIODS[-1], Horizon.WHOLE)
    assert found.remaining == 0
    assert (found.expected, found.target) == (figure.value, figure.target)
    assert found.progress == figure.progress.by(Reading.PROGRAMMED)


@given(programmed(), uptos, st.none() | st.just(Decimal(100)))
def test_bounds_hold_and_everything_has_ten_decimals(one, upto, ceiling):
    found = project(one, upto, ceiling=ceiling)
    assert found.expected >= 0
    assert found.outcome != UNKNOWN
    for figure in (found.pace, found.needed, found.expected, found.progress, found.target, found.value):
        assert figure is None or figure == quantised(figure)
    if ceiling and one.accumulation == LAST:
        latest = next(entry.value for entry in one.entries if entry.period == upto)
        assert found.expected <= max(ceiling, latest)
