"""A record of an evaluation made by hand, without a database: what `monitoring.evaluation.record_of` gives."""

from decimal import Decimal

from monitoring.frozen import outline_json, scorecard_json
from monitoring.progress import Entry, Leaf, Parameters, Series
from monitoring.scorecard import IndicatorOutline, Level, NodeOutline, PlanOutline, Tenure, score
from plans.measures import Accumulation, Formula, Horizon

PERIODS = ("2022-1", "2022-2", "2023-1", "2023-2", "2024-1", "2024-2")


def series(code, targets, values, **kw):
    """A series from texts, one per semester: "" nothing, "ND" declared not available, "4/6" a pooled percentage."""

    def number(text):
        return Decimal(text) if text else None

    def entry(period, target, text):
        if text == "ND":
            return Entry(period, number(target), not_available=True)
        if "/" in text:
            numerator, denominator = text.split("/")
            return Entry(period, number(target), None, Decimal(numerator), Decimal(denominator))
        return Entry(period, number(target), number(text))

    padded = values + [""] * (len(PERIODS) - len(values))
    return Series(code, tuple(map(entry, PERIODS, targets, padded)), **kw)


def indicator(code, measures, unit, targets, values, level=Level.ACTIVITY, **kw):
    return IndicatorOutline(
        series=series(code, targets, values, **kw),
        name=f"Número de cosas de {code}",
        unit_of_measure="cosa",
        measures=measures,
        measures_level=level,
        tenures=(Tenure(unit, "2022-1"),),
    )


def make_outline(**parameters):
    """Two guidelines, three activities; between them a zero, a gap, an ND, an excess, and an (*)."""
    indicators = (
        indicator("IND.A", "ACT.01.01.01", "GPV", ["512", "1024", "10", "10", "10", "10"], ["301", "984", "0", ""]),
        indicator("IND.B", "ACT.01.01.02", "GMU", ["10", "10", "20", "20", "20", "20"], ["", "ND", "26", "30"]),
        indicator(
            "IND.C",
            "ACT.02.01.01",
            "GMU",
            ["80", "80", "80", "80", "80", "80"],
            ["4/6", "2/4", "30/40", "ND"],
            accumulation=Accumulation.POOLED,
        ),
        indicator("IND.D", "ACT.02.01.01", "GDE", ["", "", "0", "0", "5", "5"], ["", "", "3", "4"]),
        indicator(
            "IND.E",
            "ACT.02.01.01",
            "GDE",
            ["6", "7", "8", "9", "10", "11"],
            ["5", "6", "2", "3"],
            accumulation=Accumulation.LAST,
            formula=Formula.BASELINE,
            baseline=Decimal(4),
        ),
        indicator("IND.O", "OE.01", "GPV", ["40", "40", "40", "40", "40", "40"], ["60", "60", "60", "60"],
                  level=Level.OBJECTIVE, accumulation=Accumulation.AVERAGE),
    )  # fmt: skip
    nodes = []
    for number, leaves in (("01", ("ACT.01.01.01", "ACT.01.01.02")), ("02", ("ACT.02.01.01",))):
        nodes += [
            NodeOutline(Level.GUIDELINE, f"L.{number}", f"Lineamiento número {number}", None, leaves),
            NodeOutline(Level.OBJECTIVE, f"OE.{number}", f"Objetivo número {number}", f"L.{number}", leaves),
            NodeOutline(Level.ACTION, f"AE.{number}.01", f"Acción número {number}", f"OE.{number}", leaves),
            *(NodeOutline(Level.ACTIVITY, leaf, f"Actividad {leaf}", f"AE.{number}.01", (leaf,)) for leaf in leaves),
        ]
    own = {node.code: [] for node in nodes if node.level == Level.ACTIVITY}
    for row in indicators:
        if row.measures_level == Level.ACTIVITY:
            own[row.measures].append(row.series)
    return PlanOutline(
        code="PMH-T",
        name="Plan de Movilidad Humana 2022-2024",
        parameters=Parameters(**parameters),
        periods=PERIODS,
        closed_periods=frozenset(PERIODS[:4]),
        indicators=indicators,
        nodes=tuple(nodes),
        activities={code: Leaf(code, tuple(found)) for code, found in own.items()},
        unit_names={"GPV": "Gerencia de Participación Vecinal", "GMU": "Gerencia de la Mujer", "GDE": "Gerencia D. E."},
    )


def used(unit, period, **kw):
    return {
        "unit": unit,
        "period": period,
        "submitted_on": "2024-01-19",
        "due_on": "2024-01-22",
        "late": False,
        "historical": False,
        "on_behalf": False,
        "validated_by_same_unit": False,
    } | kw


def make_record(year=2023, closed_on="2024-02-28", **parameters):
    """What `monitoring.evaluation.record_of` would give."""
    outline = make_outline(**parameters).as_of(f"{year}-2")
    record = {
        "schema": "pmh-evaluation-2",
        "plan": {
            "code": "PMH-T",
            "name": outline.name,
            "government": "Municipalidad Metropolitana de Lima",
            "place": "Lima Metropolitana",
            "coordination": "Gerencia de Participación Vecinal",
            "first_year": 2022,
            "last_year": 2024,
            "instrument": "",
            "is_reference": False,
            "description": "",
        },
        "evaluation": {
            "year": year,
            "version": 1,
            "reason": "",
            "cutoff": f"{year}-12-31",
            "closed_on": closed_on,
            "empty_sections": ["context"],
        },
        "sections": {"summary": "Primero.\n\nSegundo:\n- uno;\n- dos.", "context": "", "analysis": "<b>No es HTML</b>"},
        "versions": [
            {"version": 1, "reason": "", "opened_on": "2024-02-19", "closed_on": closed_on, "sha256": ""},
        ],
        "previous": None,
        "people": {},
        "sheets": {row.code: {"people_may_repeat": row.code == "IND.B"} for row in outline.indicators},
        "findings": [{"text": "Un hallazgo.", "about": None, "evidence": []}],
        "commitments": [
            {
                "recommendation": "Revisar metas.",
                "action": "Proponer.",
                "unit": "GDE",
                "due_on": "2024-06-28",
                "state": "pending",
            }
        ],
        "scorecard": scorecard_json(score(outline, f"{year}-2"), detail=True),
        "semesters": {
            period: scorecard_json(score(outline, period, [Horizon.SEMESTER]), detail=True)
            for period in PERIODS
            if period <= f"{year}-2"
        },
        "outline": outline_json(outline),
        "baselines": {row.code: {"value": None, "year": 2021} for row in outline.indicators},
        "submissions": [
            used("GPV", "2023-1", validated_by_same_unit=True),
            used("GMU", "2022-1", historical=True),
            used("GMU", "2023-2", late=True, on_behalf=True),
        ],
        "revisions": [
            {
                "indicator": "IND.E",
                "period": "2023-2",
                "old": None,
                "new": "9",
                "reason": "priority",
                "explanation": "Cambió la demanda.",
                "document": "Informe 041-2023",
                "document_date": "2023-06-12",
                "entered_on": "2023-06-15",
            }
        ],
        "notes": [
            {
                "indicator": "IND.C",
                "period": "2023-2",
                "unit": "GMU",
                "not_available": "Se perdió el registro.",
                "difficulties": "",
                "measures": "",
                "note": "",
            }
        ],
    }
    return record
