"""PURE. The JSON of a scorecard and of its inputs, there and back, and the canonical bytes that are hashed.

`scorecard_json` is the form that the command line prints and the API gives: numbers are decimal strings without
trailing zeros, what is absent is null. With `detail` it also carries names and tallies, so that `scorecard_from_json`
gives back the very dataclass: this is how a closed evaluation keeps its figures, whatever becomes of the formula.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from monitoring.progress import (
    Entry,
    IndicatorFigure,
    Leaf,
    Light,
    NodeFigure,
    Parameters,
    Progress,
    Series,
    Status,
)
from monitoring.scorecard import (
    Figures,
    IndicatorOutline,
    IndicatorRow,
    Level,
    NodeOutline,
    NodeRow,
    PlanOutline,
    Scorecard,
    Tenure,
)
from plans.measures import Accumulation, Direction, Formula, Horizon, Reading

JSON = dict[str, Any]


def canonical(record: JSON) -> bytes:
    """The bytes of a record that are hashed: UTF-8, keys sorted, no spaces."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_of(record: JSON) -> str:
    return hashlib.sha256(canonical(record)).hexdigest()


def decimal_text(value: Decimal | None) -> str | None:
    """`93.3333333333`, `100`, `0`: plain notation without trailing zeros; null where there is no number."""
    if value is None:
        return None
    text = str(value)
    if "E" in text:  # of very small and very large ones; asking for plain notation takes three times as long
        text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def decimal_from(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# --- Scorecard --------------------------------------------------------------------------------------------------


def scorecard_json(scorecard: Scorecard, *, detail: bool = False) -> JSON:
    """The scorecard as JSON; `detail` adds what `scorecard_from_json` needs."""

    def tallied(record: JSON, figure: IndicatorFigure | NodeFigure) -> JSON:
        if detail:
            record["due"], record["reported"] = figure.due, figure.reported
        return record

    # A large plan has tens of thousands of these. Codes (status, light) are text as they are.
    def of_indicator(figure: IndicatorFigure) -> JSON:
        record = {
            "target": decimal_text(figure.target),
            "value": decimal_text(figure.value),
            "status": figure.status,
            "progress": _progress_json(figure.progress),
            "light": figure.light,
        }
        return tallied(record, figure)

    def of_node(figure: NodeFigure) -> JSON:
        record = {
            "progress": _progress_json(figure.progress),
            "coverage": decimal_text(figure.coverage),
            "counts": dict(figure.counts),
            "light": figure.light,
        }
        return tallied(record, figure)

    def indicator(row: IndicatorRow) -> JSON:
        names = {"name": row.name, "unit_of_measure": row.unit_of_measure, "level": row.measures_level.value}
        return {
            "code": row.code,
            "measures": row.measures,
            "unit": row.unit,
            **(names if detail else {}),
            **{horizon.value: of_indicator(figure) for horizon, figure in row.figures.items()},
        }

    def node(row: NodeRow) -> JSON:
        return {
            "level": row.level.value,
            "code": row.code,
            **({"name": row.name, "parent": row.parent} if detail else {}),
            **{horizon.value: of_node(figure) for horizon, figure in row.figures.items()},
        }

    return {
        "plan": scorecard.plan,
        "upto": scorecard.upto,
        "formula": scorecard.formula,
        "figures": scorecard.figures.value,
        "parameters": parameters_json(scorecard.parameters),
        "indicators": [indicator(row) for row in scorecard.indicators],
        "nodes": [node(row) for row in scorecard.nodes],
    }


def _progress_json(progress: Progress) -> JSON:
    return {
        Reading.PROGRAMMED: decimal_text(progress.programmed),
        Reading.REPORTED: decimal_text(progress.reported),
    }


def node_figure_from_json(record: JSON) -> NodeFigure:
    """One figure of a node or unit, written with `detail`."""
    counts = {status: record["counts"][status.value] for status in Status}
    return NodeFigure(_progress_from(record), counts, _light_from(record), record["due"], record["reported"])


def _progress_from(record: JSON) -> Progress:
    return Progress(*(decimal_from(record["progress"][reading.value]) for reading in Reading))


def _light_from(record: JSON) -> Light | None:
    return Light(record["light"]) if record["light"] else None


def scorecard_from_json(record: JSON) -> Scorecard:
    """The scorecard that was written with `detail`. Figures are taken as written, never computed again."""

    def of_indicator(record: JSON) -> IndicatorFigure:
        return IndicatorFigure(
            decimal_from(record["target"]),
            decimal_from(record["value"]),
            Status(record["status"]),
            _progress_from(record),
            _light_from(record),
            record["due"],
            record["reported"],
        )

    return Scorecard(
        plan=record["plan"],
        upto=record["upto"],
        figures=Figures(record["figures"]),
        parameters=parameters_from_json(record["parameters"]),
        formula=record["formula"],
        indicators=tuple(
            IndicatorRow(
                row["code"],
                row["name"],
                row["unit_of_measure"],
                row["measures"],
                Level(row["level"]),
                row["unit"],
                {horizon: of_indicator(row[horizon.value]) for horizon in Horizon if horizon.value in row},
            )
            for row in record["indicators"]
        ),
        nodes=tuple(
            NodeRow(
                Level(row["level"]),
                row["code"],
                row["name"],
                row["parent"],
                {horizon: node_figure_from_json(row[horizon.value]) for horizon in Horizon if horizon.value in row},
            )
            for row in record["nodes"]
        ),
    )


def parameters_json(parameters: Parameters) -> JSON:
    return {
        "cap": decimal_text(parameters.cap),
        "green": decimal_text(parameters.green),
        "amber": decimal_text(parameters.amber),
        "reading": parameters.reading.value,
    }


def parameters_from_json(record: JSON) -> Parameters:
    return Parameters(
        cap=decimal_from(record["cap"]),
        green=Decimal(record["green"]),
        amber=Decimal(record["amber"]),
        reading=Reading(record["reading"]),
    )


# --- The inputs -------------------------------------------------------------------------------------------------


def outline_json(outline: PlanOutline) -> JSON:
    """The inputs of a scorecard: tree, series, who answers. Anybody can compute the figures again from it."""
    return {
        "code": outline.code,
        "name": outline.name,
        "parameters": parameters_json(outline.parameters),
        "periods": list(outline.periods),
        "closed_periods": sorted(outline.closed_periods),
        "with_submitted": outline.with_submitted,
        "unit_names": dict(outline.unit_names),
        "nodes": [
            {
                "level": node.level.value,
                "code": node.code,
                "name": node.name,
                "parent": node.parent,
                "leaves": list(node.leaves),
            }
            for node in outline.nodes
        ],
        "weights": {leaf.code: decimal_text(leaf.weight) for leaf in outline.activities.values()},
        "indicators": [_indicator_json(indicator) for indicator in outline.indicators],
    }


def _indicator_json(indicator: IndicatorOutline) -> JSON:
    series = indicator.series
    return {
        "code": series.code,
        "name": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "measures": indicator.measures,
        "level": indicator.measures_level.value,
        "accumulation": series.accumulation.value,
        "direction": series.direction.value,
        "formula": series.formula.value,
        "baseline": decimal_text(series.baseline),
        "weight": decimal_text(series.weight),
        "tenures": [[tenure.unit, tenure.from_period, tenure.until_period] for tenure in indicator.tenures],
        "entries": [
            {
                "period": entry.period,
                "target": decimal_text(entry.target),
                "value": decimal_text(entry.value),
                "numerator": decimal_text(entry.numerator),
                "denominator": decimal_text(entry.denominator),
                "not_available": entry.not_available,
            }
            for entry in series.entries
        ],
    }


def outline_from_json(record: JSON) -> PlanOutline:
    """The inputs that `outline_json` wrote."""
    indicators = tuple(_indicator_from_json(row) for row in record["indicators"])
    of_activity: dict[str, list[Series]] = {code: [] for code in record["weights"]}
    for indicator in indicators:
        if indicator.measures_level == Level.ACTIVITY:
            of_activity[indicator.measures].append(indicator.series)
    return PlanOutline(
        code=record["code"],
        name=record["name"],
        parameters=parameters_from_json(record["parameters"]),
        periods=tuple(record["periods"]),
        closed_periods=frozenset(record["closed_periods"]),
        indicators=indicators,
        nodes=tuple(
            NodeOutline(Level(row["level"]), row["code"], row["name"], row["parent"], tuple(row["leaves"]))
            for row in record["nodes"]
        ),
        activities={
            row["code"]: Leaf(row["code"], tuple(of_activity[row["code"]]), Decimal(record["weights"][row["code"]]))
            for row in record["nodes"]
            if row["level"] == Level.ACTIVITY
        },
        unit_names=record["unit_names"],
        with_submitted=record["with_submitted"],
    )


def _indicator_from_json(record: JSON) -> IndicatorOutline:
    series = Series(
        code=record["code"],
        accumulation=Accumulation(record["accumulation"]),
        direction=Direction(record["direction"]),
        formula=Formula(record["formula"]),
        baseline=decimal_from(record["baseline"]),
        weight=Decimal(record["weight"]),
        entries=tuple(
            Entry(
                entry["period"],
                decimal_from(entry["target"]),
                decimal_from(entry["value"]),
                decimal_from(entry["numerator"]),
                decimal_from(entry["denominator"]),
                entry["not_available"],
            )
            for entry in record["entries"]
        ),
    )
    return IndicatorOutline(
        series=series,
        name=record["name"],
        unit_of_measure=record["unit_of_measure"],
        measures=record["measures"],
        measures_level=Level(record["level"]),
        tenures=tuple(Tenure(*tenure) for tenure in record["tenures"]),
    )
