"""The charts: accessible, deterministic, and honest about what is missing."""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from monitoring.attentions import Tally
from monitoring.charts import (
    MapTile,
    Point,
    light_mark,
    lines_chart,
    over_mark,
    people_bar,
    progress_bar,
    series_chart,
    sparkline,
    status_bar,
    tile_map,
)
from monitoring.progress import Light, Status

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    """As a strict reader sees it; inside HTML the namespace is implied."""
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314  (our own drawing)


def points(*values: int | str | None) -> list[Point]:
    """Semesters with a target of 100; None is a missing value."""
    return [
        Point(f"20{22 + index // 2}-{index % 2 + 1}", Decimal(100), None if value is None else Decimal(value), "S.I.")
        for index, value in enumerate(values)
    ]


def test_series_chart_has_a_name_and_tells_every_figure():
    chart = parsed(series_chart(points(80, None, "1234.5"), title="Personas <atendidas>", ident="x"))
    assert chart.get("role") == "img"
    assert chart.get("aria-labelledby") == "x-t x-d"
    assert chart.findtext(f"{SVG}title") == "Personas <atendidas>"
    assert chart.findtext(f"{SVG}desc") == (
        "2022-1: meta 100, resultado 80; 2022-2: meta 100, resultado S.I.; 2023-1: meta 100, resultado 1,234.5"
    )


def test_series_chart_is_the_same_for_the_same_input():
    assert series_chart(points(1, 2), title="t", ident="x") == series_chart(points(1, 2), title="t", ident="x")


def test_a_missing_semester_is_a_gap():
    chart = parsed(series_chart(points(10, 20, None, 40, 50), title="t", ident="x", kind="line"))
    lines = chart.findall(f"{SVG}polyline")
    assert [len(line.get("points").split()) for line in lines] == [2, 2]
    assert len(chart.findall(f"{SVG}circle")) == 4
    assert "S.I." in [text.text for text in chart.findall(f"{SVG}text")]


def test_a_recorded_zero_is_drawn_and_a_missing_value_is_not():
    bars = [
        bar
        for bar in parsed(series_chart(points(0, None), title="t", ident="x")).findall(f"{SVG}rect")
        if bar.get("class") == "c-value"
    ]
    assert [bar.get("height") for bar in bars] == ["1.5"]


def test_semesters_to_come_are_shaded_and_have_no_sign():
    ahead = [Point("2024-2", Decimal(5), None, "S.I.", ahead=True)]
    chart = parsed(series_chart(ahead, title="t", ident="x"))
    assert [rect.get("class") for rect in chart.findall(f"{SVG}rect")] == ["c-ahead"]
    assert "S.I." not in [text.text for text in chart.findall(f"{SVG}text")]
    assert chart.findtext(f"{SVG}desc") == "2024-2: meta 5, resultado por venir"


@pytest.mark.parametrize("top", ["0", "0.3", "1", "7", "99.9", "100", "101", "986590", "12345678901"])
def test_every_mark_stays_inside(top):
    given = [Point("2022-1", Decimal(top), Decimal(top)), Point("2022-2", None, None)]
    chart = parsed(series_chart(given, title="t", ident="x"))
    assert all(0 <= float(line.get("y1")) <= 210 for line in chart.findall(f"{SVG}line"))
    assert all(float(rect.get("height")) >= 0 for rect in chart.findall(f"{SVG}rect"))
    grid = {line.get("y1") for line in chart.findall(f"{SVG}line") if line.get("class") in ("c-grid", "c-axis")}
    assert 2 <= len(grid) <= 5


@pytest.mark.parametrize(("value", "top"), [("40", "100"), ("100", "100"), ("100.1", "150"), ("241.7", "300")])
def test_lines_stay_below_a_round_top(value, top):
    chart = parsed(lines_chart([("L.01", [Decimal(value)])], ["2022-1"], title="t", ident="x"))
    grid = [float(line.get("y1")) for line in chart.findall(f"{SVG}line")]
    assert 3 <= len(grid) - 1 <= 5
    assert min(grid) <= float(chart.find(f"{SVG}circle").get("cy")) <= max(grid)
    assert top in [text.text for text in chart.findall(f"{SVG}text")]


def test_a_chart_of_nothing_still_draws():
    assert parsed(series_chart([], title="t", ident="x")).tag == f"{SVG}svg"
    assert parsed(sparkline([])).tag == f"{SVG}svg"
    assert status_bar({}) == ""


def test_progress_bar_is_bounded_and_empty_without_a_figure():
    widths = [
        [float(rect.get("width")) for rect in parsed(progress_bar(figure, Light.GREEN)).findall(f"{SVG}rect")]
        for figure in (Decimal(60), Decimal(500), Decimal(-5), None)
    ]
    assert widths == [[160, 80], [160, 160], [160, 1], [160]]


def test_decoration_is_hidden_and_a_label_is_said():
    assert parsed(progress_bar(Decimal(5))).get("aria-hidden") == "true"
    assert parsed(progress_bar(Decimal(5), label="5.0 %")).get("aria-label") == "5.0 %"
    assert parsed(sparkline([Decimal(5)])).get("aria-hidden") == "true"


def test_sparkline_leaves_gaps():
    thread = parsed(sparkline([Decimal(90), Decimal(80), None, Decimal(70), None, Decimal(60), Decimal(50)]))
    assert len(thread.findall(f"{SVG}polyline")) == 2
    assert [dot.get("class") for dot in thread.findall(f"{SVG}circle")] == ["c-lone", "c-value"]


def test_status_bar_tells_its_counts():
    bar = parsed(status_bar({Status.COMPUTED: 3, Status.NOT_REPORTED: 1, Status.NOT_AVAILABLE: 0}))
    assert bar.get("aria-label") == "Indicadores por estado: Con cifra: 3, Sin información: 1"
    assert len(bar.findall(f"{SVG}rect")) == 2


def test_lights_differ_in_shape():
    shapes = {parsed(light_mark(light)).find(f"{SVG}path").get("d") for light in (Light.GREEN, Light.AMBER, Light.RED)}
    assert len(shapes) == 3
    assert light_mark(Light.GREY) == ""
    assert light_mark(None) == ""
    assert over_mark()


# --- People -------------------------------------------------------------------------------------------------------


def widths(svg: str) -> dict[str, str]:
    return {part.get("class"): part.get("width") for part in parsed(svg).iter(f"{SVG}rect")}


def test_a_bar_of_people_is_as_long_as_they_are_many():
    tally = Tally({"woman": 30, "man": 10, "not_informed": 5}, Decimal(5))
    bar = people_bar(tally, Decimal(100), width=200)
    assert widths(bar) == {"c-woman": "60", "c-man": "20", "c-not-informed": "10", "c-not-broken-down": "10"}
    assert parsed(bar).get("aria-hidden") == "true"  # the numbers stand beside it
    assert widths(people_bar(tally, Decimal(60), "man", width=60)) == {"c-man": "10"}


def test_a_bar_of_nobody_is_empty():
    assert widths(people_bar(Tally({}), Decimal(0))) == {}


def tiles(*counts: int) -> list[MapTile]:
    return [MapTile(1, n, f"D{n}", f"Distrito {n}", Decimal(count)) for n, count in enumerate(counts, 1)]


def test_the_map_prints_every_number_and_tells_the_districts_largest_first():
    chart = parsed(tile_map(tiles(0, 1, 50, 1200), title="Por <distrito>", ident="m"))
    assert chart.get("role") == "img"
    assert chart.findtext(f"{SVG}title") == "Por <distrito>"
    assert chart.findtext(f"{SVG}desc") == "Distrito 4 1,200; Distrito 3 50; Distrito 2 1"
    texts = [text.text for text in chart.iter(f"{SVG}text")]
    assert texts == ["D1", "0", "D2", "1", "D3", "50", "D4", "1,200"]


@pytest.mark.parametrize(
    ("count", "shade"), [(0, "c-tile-0"), (1, "c-tile-1"), (25, "c-tile-1"), (26, "c-tile-2"), (100, "c-tile-4")]
)
def test_shades_are_quarters_of_the_largest(count, shade):
    chart = parsed(tile_map(tiles(count, 100), title="Mapa", ident="m"))
    assert next(chart.iter(f"{SVG}rect")).get("class") == shade


def test_tiles_do_not_overlap_and_stay_inside():
    chart = parsed(tile_map([*tiles(1, 2), MapTile(2, 1, "A", "A", Decimal(3))], title="Mapa", ident="m"))
    boxes = [tuple(float(rect.get(key)) for key in ("x", "y", "width", "height")) for rect in chart.iter(f"{SVG}rect")]
    assert len({(x, y) for x, y, _w, _h in boxes}) == 3
    assert max(x + w for x, _y, w, _h in boxes) == float(chart.get("width"))
    assert max(y + h for _x, y, _w, h in boxes) == float(chart.get("height"))


def test_a_map_of_nobody_says_so():
    chart = parsed(tile_map(tiles(0, 0), title="Mapa", ident="m"))
    assert chart.findtext(f"{SVG}desc") == "Ninguna en ningún distrito."
