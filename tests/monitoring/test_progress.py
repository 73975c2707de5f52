"""The rules of the figures, without a database: worked cases of docs/rules.md, CEPLAN's official cases, edges."""

import csv
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from monitoring.progress import (
    Entry,
    IndicatorFigure,
    Leaf,
    Light,
    Parameters,
    Progress,
    Series,
    Status,
    average,
    measure,
    progress_of,
    quantised,
    round_half_up,
    share_of,
)
from plans.measures import (
    Accumulation,
    Direction,
    Formula,
    Horizon,
    MeasureProblem,
    Reading,
    measure_problems,
)

SEMESTER, YEAR, PLAN, WHOLE = Horizon
PERIODS = ("2022-1", "2022-2", "2023-1", "2023-2", "2024-1", "2024-2")
OFFICIAL_CASES = Path(__file__).parents[1] / "data" / "official_progress_cases.csv"


def number(value) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def series(accumulation="sum", targets=(), values=(), *, code="I", **measures) -> Series:
    """A series from its first semester on. A value may be a number, None, "ND" or a pair (numerator, denominator)."""

    def entry(place: int) -> Entry:
        target = number(targets[place]) if place < len(targets) else None
        value = values[place] if place < len(values) else None
        if value == "ND":
            return Entry(PERIODS[place], target, not_available=True)
        if isinstance(value, tuple):
            return Entry(PERIODS[place], target, None, number(value[0]), number(value[1]))
        return Entry(PERIODS[place], target, number(value))

    return Series(
        code=code,
        entries=tuple(entry(place) for place in range(len(PERIODS))),
        accumulation=Accumulation(accumulation),
        direction=Direction(measures.get("direction", "increasing")),
        formula=Formula(measures.get("formula", "ratio")),
        baseline=number(measures.get("base")),
        weight=number(measures.get("weight", 1)),
    )


def figures(one: Series, upto: str, horizon: Horizon) -> tuple:
    """(programmed, reported) as they are shown: two decimals, half up."""
    progress = measure(one, upto, horizon).progress
    return tuple(
        None if raw is None else float(round_half_up(raw, 2)) for raw in (progress.programmed, progress.reported)
    )


def programmed(one: Series, upto: str, horizon: Horizon):
    return figures(one, upto, horizon)[0]


def node(leaves: list[Leaf], *, upto="2022-1", horizon=SEMESTER, cap=100, **parameters):
    chosen = Parameters(cap=number(cap), **parameters)
    found = {s.code: measure(s, upto, horizon, chosen) for leaf in leaves for s in leaf.indicators}
    return average([share_of(leaf, found, chosen) for leaf in leaves], horizon, chosen)


def leaf_at(code: str, *raws) -> Leaf:
    """An activity whose indicators stand at those raw figures in 2022-1."""
    return Leaf(code, tuple(series("sum", [100], [raw], code=f"{code}.{n}") for n, raw in enumerate(raws)))


class TestWorkedCases:
    """The table of section 8, by its numbers."""

    def test_01_sum(self):
        one = series("sum", [100, 100, 100], [80, 110, 90])
        assert [programmed(one, period, SEMESTER) for period in PERIODS[:3]] == [80, 110, 90]
        assert programmed(one, "2023-1", PLAN) == 93.33

    def test_02_above_target_is_bounded_in_averages_only(self):
        one = series("sum", [32], [35])
        assert programmed(one, "2022-1", SEMESTER) == 109.38
        assert node([Leaf("A", (one,))]).progress.programmed == 100

    def test_03_ratio_takes_no_baseline(self):
        assert programmed(series("sum", [6], [2], base=1), "2022-1", SEMESTER) == 33.33

    def test_04_baseline_formula(self):
        assert programmed(series("last", [6], [2], base=1, formula="baseline"), "2022-1", SEMESTER) == 20

    def test_05_decreasing_ratio(self):
        one = series("last", [20], [35], base=50, direction="decreasing")
        assert programmed(one, "2022-1", SEMESTER) == 57.14

    def test_06_decreasing_baseline_may_be_negative(self):
        measures = {"base": 50, "direction": "decreasing", "formula": "baseline"}
        assert programmed(series("last", [20], [35], **measures), "2022-1", SEMESTER) == 50
        worse = series("last", [20], [60], **measures)
        assert programmed(worse, "2022-1", SEMESTER) == -33.33
        assert node([Leaf("A", (worse,))]).progress.programmed == 0

    def test_07_last(self):
        one = series("last", [10, 20, 50], [8, 25, 45])
        assert [programmed(one, period, SEMESTER) for period in PERIODS[:3]] == [80, 125, 90]
        assert programmed(one, "2023-1", PLAN) == 90

    def test_08_two_readings_and_coverage(self):
        one = series("sum", [50, 50], [50])
        assert figures(one, "2022-2", YEAR) == (50, 100)
        assert measure(one, "2022-2", YEAR).coverage == 50

    def test_09_zero_is_a_value(self):
        found = measure(series("sum", [30], [0]), "2022-1", SEMESTER)
        assert (found.progress.programmed, found.status, found.reported) == (0, Status.COMPUTED, 1)

    def test_10_target_zero(self):
        found = measure(series("sum", [0], [5]), "2022-1", SEMESTER)
        assert (found.sign, found.progress) == ("(*)", Progress())

    def test_11_pooled(self):
        found = measure(series("pooled", [80, 80], [(4, 6), (2, 4)]), "2022-2", PLAN)
        assert (found.value, found.target, found.progress.programmed) == (60, 80, 75)

    def test_12_pooled_weights_its_targets(self):
        found = measure(series("pooled", [60, 85], [(60, 100), (85, 100)]), "2022-2", PLAN)
        assert (found.value, found.target, found.progress.programmed) == (
            Decimal("72.5"),
            Decimal("72.5"),
            100,
        )

    def test_13_average(self):
        assert figures(series("average", [50, 100], [None, 100]), "2022-2", YEAR) == (50, 100)

    def test_14_average_in_whole(self):
        one = series("average", [25, 22, 20, 18, 15, 12], [25, 22], direction="decreasing")
        assert figures(one, "2022-2", WHOLE) == (33.33, 33.33)

    def test_15_work_done_early_counts(self):
        one = series("sum", [None, 80], [20, 60])
        assert programmed(one, "2022-2", SEMESTER) == 75
        assert programmed(one, "2022-2", YEAR) == 100

    def test_16_a_stock_of_2022_is_no_value_of_2023(self):
        one = series("last", [None, 10, 20], [None, 10])
        assert measure(one, "2023-1", YEAR).sign == "S.I."
        assert figures(one, "2023-1", PLAN) == (50, 100)

    def test_17_mean_of_activities(self):
        leaves = [leaf_at(f"A{n}", 100 if n < 14 else 50) for n in range(17)]
        assert round_half_up(node(leaves).progress.programmed, 2) == Decimal("91.18")

    def test_18_the_plan_is_no_mean_of_means(self):
        leaves = [leaf_at(f"A{n}", 100 if n < 14 else 50) for n in range(17)] + [leaf_at("B", 100)]
        assert round_half_up(node(leaves).progress.programmed, 2) == Decimal("91.67")

    def test_19_cap(self):
        leaves = [leaf_at("A", 150), leaf_at("B", 50)]
        assert node(leaves).progress.programmed == 75
        assert node(leaves, cap=None).progress.programmed == 100

    @pytest.mark.parametrize(("raw", "shown"), [("0.125", "0.13"), ("2.675", "2.68"), ("-33.335", "-33.34")])
    def test_20_half_up(self, raw, shown):
        assert str(round_half_up(Decimal(raw), 2)) == shown


def official_cases() -> list[dict[str, str]]:
    with OFFICIAL_CASES.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_there_are_fifty_official_cases():
    assert len(official_cases()) == 50


@pytest.mark.parametrize("case", official_cases(), ids=lambda case: f"{case['indicator_code']}-{case['year']}")
def test_official_case(case):
    """CEPLAN's reports 2020-2021: equal once rounded half up to 2 decimals and truncated at 100."""
    base = None if case["baseline"] == "ND" else Decimal(case["baseline"])
    one = series("last", [case["target"]], [case["actual"]], base=base)
    shown = min(round_half_up(measure(one, "2022-1", SEMESTER).progress.programmed, 2), Decimal(100))
    assert shown == Decimal(case["reported_progress_percent"])


class TestAccumulation:
    def test_sum_takes_unprogrammed_values_but_reported_reading_needs_a_programmed_one(self):
        assert figures(series("sum", [None, 80], [20]), "2022-2", YEAR) == (25, None)

    def test_last_is_the_latest_value_though_an_earlier_one_is_corrected(self):
        before, after = series("last", [10, 20], [8, 18]), series("last", [10, 20], [9, 18])
        assert measure(before, "2022-2", PLAN) == measure(after, "2022-2", PLAN)

    def test_last_takes_an_unprogrammed_value(self):
        assert figures(series("last", [10, None], [8, 9]), "2022-2", PLAN) == (90, 90)

    def test_last_reported_before_anything_was_programmed_has_no_reported_reading(self):
        assert figures(series("last", [None, 20], [10]), "2022-2", PLAN) == (50, None)

    def test_average_ignores_unprogrammed_values(self):
        assert measure(series("average", [10, None, 20], [10, 99, 20]), "2023-1", PLAN).value == 15

    @pytest.mark.parametrize(
        ("accumulation", "values", "value"),
        [
            ("sum", [3, 4], 7),
            ("last", [3, 4], 4),
            ("average", [3, 4], "3.5"),
            ("pooled", [(1, 2), (1, 2)], 50),
        ],
    )
    def test_without_targets_the_value_is_given_for_information(self, accumulation, values, value):
        found = measure(series(accumulation, [], values), "2022-2", PLAN)
        assert (found.status, found.value) == (Status.NOT_PROGRAMMED, number(value))
        assert found.progress == Progress()

    def test_pooled_target_while_nothing_is_reported_is_the_last_one(self):
        assert measure(series("pooled", [60, 85]), "2022-2", PLAN).target == 85

    def test_pooled_without_cases_is_reported_and_not_computable(self):
        found = measure(series("pooled", [60, 85], [(0, 0), (0, 0)]), "2022-2", PLAN)
        assert (found.status, found.value, found.target, found.coverage) == (
            Status.NOT_COMPUTABLE,
            None,
            85,
            100,
        )

    def test_pooled_semester_without_cases_takes_no_part_in_the_value(self):
        found = measure(series("pooled", [60, 80], [(0, 0), (4, 10)]), "2022-2", PLAN)
        assert (found.value, found.target, found.progress.programmed) == (40, 80, 50)

    def test_pooled_numerator_alone_is_no_report(self):
        half = Series("I", (Entry("2022-1", Decimal(80), None, Decimal(4), None),), Accumulation.POOLED)
        assert measure(half, "2022-1", SEMESTER).status == Status.NOT_REPORTED

    def test_pooled_whole_shares_by_all_programmed_semesters(self):
        one = series("pooled", [80, 80, 80, 80], [(4, 6), (2, 4)])
        assert figures(one, "2022-2", WHOLE) == (37.5, 37.5)
        assert measure(one, "2022-2", WHOLE).target == 80

    def test_decreasing_value_zero_is_100(self):
        assert programmed(series("last", [5], [0], direction="decreasing"), "2022-1", SEMESTER) == 100

    def test_average_whose_reported_targets_are_zero_has_no_figure_in_either_reading(self):
        found = measure(series("average", [0, 100], [5, None]), "2022-2", YEAR)
        assert (found.status, found.progress, found.sign) == (Status.COMPUTED, Progress(), "(*)")


class TestStatus:
    @pytest.mark.parametrize(
        ("one", "status", "sign"),
        [
            (series("sum", [None], [None]), Status.NOT_PROGRAMMED, "S.P."),
            (series("sum", [5], [None]), Status.NOT_REPORTED, "S.I."),
            (series("sum", [5], ["ND"]), Status.NOT_AVAILABLE, "ND"),
            (series("sum", [0], [None]), Status.NOT_COMPUTABLE, "(*)"),
            (series("last", [5], [4], base=7, formula="baseline"), Status.NOT_COMPUTABLE, "(*)"),
            (series("last", [5], [4], formula="baseline"), Status.NOT_COMPUTABLE, "(*)"),
            (series("sum", [5], [4]), Status.COMPUTED, ""),
        ],
    )
    def test_in_a_semester(self, one, status, sign):
        found = measure(one, "2022-1", SEMESTER)
        assert (found.status, found.sign) == (status, sign)

    def test_a_baseline_formula_takes_a_target_of_zero(self):
        one = series("last", [0], [5], base=10, direction="decreasing", formula="baseline")
        assert programmed(one, "2022-1", SEMESTER) == 50

    def test_one_semester_not_reported_is_not_all_not_available(self):
        assert measure(series("sum", [5, 5], ["ND", None]), "2022-2", YEAR).status == Status.NOT_REPORTED

    def test_in_whole_nothing_due_yet_is_said_so(self):
        found = measure(series("sum", [None, None, 30]), "2022-2", WHOLE)
        assert (found.status, found.not_due_yet, found.coverage) == (Status.NOT_REPORTED, True, None)

    def test_whole_coverage_is_that_of_the_plan_to_date(self):
        one = series("sum", [5, 5, 5, 5], [5, None])
        assert measure(one, "2022-2", WHOLE).coverage == measure(one, "2022-2", PLAN).coverage == 50

    @pytest.mark.parametrize(("value", "marked"), [(120, False), ("120.0001", True)])
    def test_above_120_is_marked_for_review(self, value, marked):
        assert measure(series("sum", [100], [value]), "2022-1", SEMESTER).needs_review is marked


class TestGoingUp:
    def test_missing_counts_zero_in_programmed_and_stays_out_of_reported(self):
        leaves = [
            Leaf("A", (series("sum", [10], [10], code="a"),)),
            Leaf("B", (series("sum", [10], code="b"),)),
        ]
        assert node(leaves).progress == Progress(Decimal(50), Decimal(100))

    def test_not_available_counts_zero_too(self):
        leaves = [leaf_at("A", 100), Leaf("B", (series("sum", [10], ["ND"], code="b"),))]
        assert node(leaves).progress == Progress(Decimal(50), Decimal(100))

    def test_only_unreported_gives_zero_programmed_none_reported_and_a_sign(self):
        found = node([Leaf("A", (series("sum", [10], code="a"),))])
        assert (found.progress, found.sign, found.light) == (Progress(Decimal(0), None), "S.I.", Light.GREY)

    def test_nothing_enters(self):
        found = node([Leaf("A", (series("sum", code="a"), series("sum", [0], [1], code="b")))])
        assert (found.progress, found.sign) == (Progress(), "(*)")

    def test_a_node_of_figures_that_cannot_be_computed_shows_so(self):
        found = node([Leaf("A", (series("average", [0, 100], [5, None]),))], upto="2022-2", horizon=YEAR)
        assert (found.progress, found.sign, found.light) == (Progress(), "(*)", Light.GREY)

    def test_counts_hold_all_five_and_coverage_counts_semesters(self):
        leaf = Leaf("A", (series("sum", [1, 1], [1, 1], code="a"), series("sum", [1, None], [None, 1], code="b")))
        found = node([leaf], upto="2022-2", horizon=YEAR)
        assert found.counts == {s: 2 if s == Status.COMPUTED else 0 for s in Status}
        assert round_half_up(found.coverage, 2) == Decimal("66.67")

    def test_weights_are_renormalised_over_what_enters(self):
        heavy = Leaf("A", (series("sum", [100], [100], code="a"),), weight=Decimal(3))
        light = Leaf("B", (series("sum", [100], [50], code="b"),))
        absent = Leaf("C", (series("sum", code="c"),), weight=Decimal(96))
        assert node([heavy, light, absent]).progress.programmed == Decimal("87.5")

    def test_weights_of_indicators(self):
        one = Leaf("A", (series("sum", [100], [80], code="a", weight=3), series("sum", [100], [40], code="b")))
        assert node([one]).progress.programmed == 70

    def test_averages_are_taken_of_unquantised_figures(self):
        leaves = [Leaf(n, (series("sum", [3], [1], code=n),)) for n in "abc"]
        third = quantised(Decimal(100) / 3)
        assert node(leaves).progress.programmed == third

    def test_share_comes_before_bounding(self):
        """An average at 300 % over half of its semesters is 150 raw, and 100 once bounded: never 100 x 1/2."""
        one = series("average", [10, 10], [30, None], code="a")
        assert programmed(one, "2022-2", YEAR) == 150
        assert node([Leaf("A", (one,))], upto="2022-2", horizon=YEAR).progress.programmed == 100

    @pytest.mark.parametrize(("raw", "light"), [(95, "green"), ("94.9999", "amber"), (75, "amber"), ("74.9", "red")])
    def test_light(self, raw, light):
        assert node([leaf_at("A", raw)]).light == light

    def test_light_follows_the_official_reading(self):
        leaves = [leaf_at("A", 100), Leaf("B", (series("sum", [10], code="b"),))]
        assert node(leaves).light == Light.RED
        assert node(leaves, reading=Reading.REPORTED).light == Light.GREEN

    def test_no_light_in_whole(self):
        assert node([leaf_at("A", 100)], horizon=WHOLE).light is None


class TestMeasures:
    @pytest.mark.parametrize(
        ("measure_of", "problems"),
        [
            (("sum", "decreasing", "ratio", None, 5), [MeasureProblem.DECREASING_SUM]),
            (("sum", "increasing", "baseline", 1, 5), [MeasureProblem.BASELINE_ACCUMULATION]),
            (("pooled", "increasing", "baseline", 1, 5), [MeasureProblem.BASELINE_ACCUMULATION]),
            (("last", "increasing", "baseline", None, 5), [MeasureProblem.BASELINE_MISSING]),
            (("last", "increasing", "baseline", 5, 5), [MeasureProblem.TARGET_NOT_BEYOND_BASELINE]),
            (("last", "decreasing", "baseline", 5, 6), [MeasureProblem.TARGET_NOT_BEYOND_BASELINE]),
            (("last", "decreasing", "baseline", 5, 4), []),
            (("average", "decreasing", "ratio", None, 0), []),
        ],
    )
    def test_combinations(self, measure_of, problems):
        accumulation, direction, formula, base, target = measure_of
        found = measure_problems(
            Accumulation(accumulation), Direction(direction), Formula(formula), number(base), number(target)
        )
        assert found == problems


def test_the_callers_decimal_context_changes_nothing():
    one = series("sum", [3], [1])
    with localcontext() as rough:
        rough.prec = 4
        found = measure(one, "2022-1", SEMESTER)
    assert found == measure(one, "2022-1", SEMESTER)
    assert isinstance(found, IndicatorFigure)
    assert found.progress.programmed == Decimal("33.3333333333")


def test_progress_of_is_the_formula_alone():
    assert progress_of(Decimal(3), Decimal(4), Direction.INCREASING, Formula.RATIO, None) == 75
