"""What holds of the figures whatever the numbers are."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from monitoring.progress import Entry, Leaf, Parameters, Series, Status, average, measure, quantised, share_of
from plans.measures import Accumulation, Direction, Formula, Horizon, Reading

PERIODS = ("2022-1", "2022-2", "2023-1", "2023-2", "2024-1", "2024-2")
quantities = st.decimals(min_value=0, max_value=10**9, places=4)
maybe = st.none() | quantities
horizons = st.sampled_from(Horizon)
uptos = st.sampled_from(PERIODS)


@st.composite
def entries(draw, period: str) -> Entry:
    target = draw(maybe)
    if draw(st.booleans()):
        return Entry(period, target, not_available=draw(st.booleans()))
    return Entry(period, target, draw(maybe), draw(maybe), draw(maybe))


@st.composite
def all_series(draw, code: str = "I") -> Series:
    accumulation = draw(st.sampled_from(Accumulation))
    direction = Direction.INCREASING if accumulation == Accumulation.SUM else draw(st.sampled_from(Direction))
    plain = accumulation in (Accumulation.SUM, Accumulation.POOLED)
    formula = Formula.RATIO if plain else draw(st.sampled_from(Formula))
    rows = tuple(draw(entries(period)) for period in PERIODS)
    return Series(code, rows, accumulation, direction, formula, draw(maybe), draw(st.decimals(1, 9, places=2)))


@st.composite
def trees(draw) -> list[Leaf]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    return [
        Leaf(
            f"A{n}",
            tuple(draw(all_series(f"I{n}.{k}")) for k in range(size)),
            draw(st.decimals(1, 9, places=2)),
        )
        for n, size in enumerate(sizes)
    ]


def scored(leaves: list[Leaf], upto: str, horizon: Horizon, parameters: Parameters = Parameters()):  # noqa: B008
    figures = {s.code: measure(s, upto, horizon, parameters) for leaf in leaves for s in leaf.indicators}
    return average([share_of(leaf, figures, parameters) for leaf in leaves], horizon, parameters), figures


@given(trees(), uptos, horizons, st.randoms())
def test_order_of_children_is_irrelevant(leaves, upto, horizon, random):
    shuffled = random.sample(leaves, len(leaves))
    assert scored(shuffled, upto, horizon)[0] == scored(leaves, upto, horizon)[0]


@given(trees(), uptos, horizons)
def test_bounds_hold(leaves, upto, horizon):
    progress = scored(leaves, upto, horizon)[0].progress
    assert all(raw is None or 0 <= raw <= 100 for raw in (progress.programmed, progress.reported))


@given(trees(), uptos, horizons)
def test_without_cap_only_the_zero_holds(leaves, upto, horizon):
    progress = scored(leaves, upto, horizon, Parameters(cap=None))[0].progress
    assert all(raw is None or raw >= 0 for raw in (progress.programmed, progress.reported))


@given(trees(), uptos, horizons)
def test_adding_a_not_programmed_activity_changes_no_figure(leaves, upto, horizon):
    empty = Leaf("Z", (Series("Z.1", tuple(Entry(period) for period in PERIODS)),))
    assert scored([*leaves, empty], upto, horizon)[0].progress == scored(leaves, upto, horizon)[0].progress


@given(trees(), uptos, horizons)
def test_counts_add_up_and_coverage_is_a_share(leaves, upto, horizon):
    found, figures = scored(leaves, upto, horizon)
    assert sum(found.counts.values()) == len(figures)
    assert 0 <= found.reported <= found.due
    assert found.coverage is None or 0 <= found.coverage <= 100


@given(st.lists(quantities.filter(bool), min_size=1, max_size=8), uptos)
def test_all_at_100_gives_100(targets, upto):
    leaves = [
        Leaf(f"A{n}", (Series(f"I{n}", tuple(Entry(period, target, target) for period in PERIODS)),))
        for n, target in enumerate(targets)
    ]
    for horizon in (Horizon.SEMESTER, Horizon.YEAR, Horizon.PLAN):
        progress = scored(leaves, upto, horizon)[0].progress
        assert (progress.programmed, progress.reported) == (100, 100)


@given(all_series(), uptos, horizons)
def test_only_computed_indicators_have_figures(series, upto, horizon):
    found = measure(series, upto, horizon)
    if found.status != Status.COMPUTED:
        assert found.progress.programmed is None
        assert found.progress.reported is None
        assert found.sign


@given(all_series(), uptos)
def test_both_readings_agree_in_whole(series, upto):
    progress = measure(series, upto, Horizon.WHOLE).progress
    assert progress.by(Reading.PROGRAMMED) == progress.by(Reading.REPORTED)


@given(all_series(), uptos, horizons)
def test_what_comes_later_does_not_matter_to_values(series, upto, horizon):
    """Results after P never enter; targets after P only in `whole`."""
    blind = tuple(e if e.period <= upto else Entry(e.period, e.target) for e in series.entries)
    known = Series(
        series.code,
        blind,
        series.accumulation,
        series.direction,
        series.formula,
        series.baseline,
        series.weight,
    )
    assert measure(known, upto, horizon) == measure(series, upto, horizon)


@given(all_series(), uptos, horizons)
def test_everything_that_leaves_has_ten_decimals(series, upto, horizon):
    found = measure(series, upto, horizon)
    for figure in (found.value, found.target, found.progress.programmed, found.progress.reported):
        assert figure is None or figure == quantised(figure)


@given(all_series(), uptos)
def test_first_semester_of_a_year_is_the_year_to_date(series, upto):
    if upto.endswith("-1"):
        assert measure(series, upto, Horizon.YEAR) == measure(series, upto, Horizon.SEMESTER)


@given(st.decimals(min_value=-1000, max_value=1000, places=12))
def test_quantising_is_half_away_from_zero(value):
    assert quantised(-value) == -quantised(value)
    assert abs(quantised(value) - value) <= Decimal("0.5e-10")
