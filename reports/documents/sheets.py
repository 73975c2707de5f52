"""The technical sheets (fichas técnicas) of a plan's indicators: of all, of those under one node, or of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution import clock
from monitoring.frozen import JSON, decimal_text
from monitoring.record import plan_facts
from monitoring.scorecard import Level
from monitoring.showing import LEVEL_NAMES, MISSING
from plans.models import NODE_MODELS, BreakdownTable, Indicator, Plan
from plans.models.indicator import SHEET_TEXTS
from reports.documents.paper import Facts, Head, Paper, dated, day_of, head_of, quantity_of, running_of

SCHEMA = "pmh-sheets-1"
PATHS = (
    "activity__action__objective__guideline",
    "action__objective__guideline",
    "objective__guideline",
)


class NoSuchNode(LookupError):
    """The plan has no node and no indicator of that code."""


def record_of_sheets(plan: Plan, node: str = "", *, on: dt.date | None = None) -> JSON:
    """The sheets of the whole plan, or of the node or indicator with that code, in the order of the tree.

    5 queries, whatever the number of indicators. Raises NoSuchNode.
    """
    on = on or clock.today()
    rows = list(
        Indicator.objects.filter(plan=plan)
        .select_related(*PATHS)
        .prefetch_related("targets", "declared_tables", "responsibilities__unit")
    )
    rows.sort(key=lambda row: [(each.order, each.code) for each in _path(row)] + [(row.order, row.code)])
    scope = _scope(plan, node, rows)
    kept = [row for row in rows if not node or node == row.code or node in [each.code for each in _path(row)]]
    return {
        "schema": SCHEMA,
        "plan": plan_facts(plan),
        "document": {"kind": "sheets", "period": None, "issued_on": on.isoformat(), "scope": scope},
        "periods": list(plan.period_codes),
        "indicators": [_indicator_json(row) for row in kept],
    }


def _path(indicator: Indicator) -> list:
    """The nodes above the indicator and the one that it measures, from the guideline down."""
    action = indicator.action or (indicator.activity and indicator.activity.action)
    objective = indicator.objective or action.objective
    return [each for each in (objective.guideline, objective, action, indicator.activity) if each is not None]


def _scope(plan: Plan, code: str, rows: list[Indicator]) -> JSON | None:
    if not code:
        return None
    for row in rows:
        if row.code == code:
            return {"level": "indicator", "code": row.code, "name": row.name}
    for level, model in NODE_MODELS.items():
        if found := model.objects.filter(plan=plan, code=code).first():
            return {"level": level, "code": found.code, "name": found.name}
    raise NoSuchNode(code)


def _indicator_json(row: Indicator) -> JSON:
    levels = {model: level for level, model in NODE_MODELS.items()}
    return {
        "code": row.code,
        "name": row.name,
        "path": [{"level": levels[type(each)], "code": each.code, "name": each.name} for each in _path(row)],
        "texts": {key: getattr(row, key) for key in SHEET_TEXTS},
        "counts": row.counts,
        "direction": row.direction,
        "accumulation": row.accumulation,
        "formula": row.formula,
        "baseline": {"value": decimal_text(row.baseline), "year": row.baseline_year},
        "weight": decimal_text(row.weight),
        "people_may_repeat": row.people_may_repeat,
        "numerator_may_exceed": row.numerator_may_exceed,
        "targets": {each.period: decimal_text(each.value) for each in row.targets.all()},
        "tables": [each.table for each in row.declared_tables.all()],
        "responsible": [
            {
                "unit": each.unit.acronym,
                "name": each.unit.name,
                "from": each.from_period,
                "until": each.until_period,
            }
            for each in sorted(row.responsibilities.all(), key=lambda each: each.from_period)
        ],
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of one indicator: `facts` are short, `texts` are sentences."""

    code: str
    name: str
    path: Facts
    unit_of_measure: str
    facts: Facts
    texts: Facts
    targets: tuple[str, ...]
    baseline: str
    responsible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The sheets of one action, or of an objective itself."""

    code: str
    name: str
    level: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Sheets(Paper):
    periods: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def is_single(self) -> bool:
        """One sheet or none: it begins on the first page, and needs no contents."""
        return sum(len(group.sheets) for group in self.groups) < 2


def sheets(record: JSON) -> Sheets:
    """The document of the sheets."""
    scope, code = record["document"]["scope"], record["plan"]["code"]
    what = _("Fichas técnicas %s") % (scope["code"] if scope else "")
    of = f"{scope['code'].lower()}-" if scope else ""
    return Sheets(
        head=_head(record),
        running=running_of(record, what.strip()),
        file_name=f"fichas-{of}{code.lower()}-{record['document']['issued_on']}.pdf",
        dated=dated(record),
        periods=tuple(record["periods"]),
        groups=tuple(_groups(record)),
    )


def _head(record: JSON) -> Head:
    plan, scope, count = record["plan"], record["document"]["scope"], len(record["indicators"])
    names = {level.value: str(LEVEL_NAMES[level]) for level in Level}
    span = {"first": record["periods"][0], "last": record["periods"][-1]}
    of = names.get(scope["level"], _("Indicador")) if scope else _("Todo el plan")
    return head_of(
        record,
        kind=_("Fichas técnicas de indicadores"),
        title=scope["name"] if scope else plan["name"],
        lead=ngettext("%s indicador", "%s indicadores", count) % count,
        facts=[
            (_("Alcance"), f"{of} {scope['code']}" if scope else of),
            (_("Vigentes al"), day_of(record["document"]["issued_on"])),
            (
                _("Semestres"),
                _("%(first)s a %(last)s") % span,
            ),
            (_("Aprobado por"), plan["instrument"]),
        ],
    )


def _groups(record: JSON) -> Iterator[Group]:
    groups: dict[str, tuple[JSON, list[Sheet]]] = {}
    for row in record["indicators"]:
        above = next((node for node in reversed(row["path"]) if node["level"] != Level.ACTIVITY), row["path"][-1])
        groups.setdefault(above["code"], (above, []))[1].append(_sheet(record, row))
    for node, found in groups.values():
        yield Group(node["code"], node["name"], str(LEVEL_NAMES[Level(node["level"])]), tuple(found))


def _sheet(record: JSON, row: JSON) -> Sheet:
    texts, baseline = row["texts"], row["baseline"]
    base = "ND" if baseline["value"] is None else quantity_of(baseline["value"])
    return Sheet(
        code=row["code"],
        name=row["name"],
        path=tuple((str(LEVEL_NAMES[Level(node["level"])]), f"{node['code']} {node['name']}") for node in row["path"]),
        unit_of_measure=texts["unit_of_measure"],
        facts=tuple(_facts(row)),
        texts=tuple((label, texts[key] or MISSING) for key, label in _labels()),
        targets=tuple(
            quantity_of(row["targets"][period]) if period in row["targets"] else "S.P." for period in record["periods"]
        ),
        baseline=f"{base} ({baseline['year']})" if baseline["year"] else base,
        responsible=tuple(_tenure(each) for each in row["responsible"]) or (MISSING,),
    )


def _tenure(row: JSON) -> str:
    told = {"name": row["name"], "unit": row["unit"], "since": row["from"], "until": row["until"]}
    if row["until"]:
        return _("%(name)s (%(unit)s), de %(since)s a %(until)s") % told
    return _("%(name)s (%(unit)s), desde %(since)s") % told


def _labels() -> Iterator[tuple[str, str]]:
    """The texts of the sheet in the order in which CEPLAN's own puts them, each by the name of its column."""
    order = ("justification", "relevance", "limitations", "method", "assumptions", "source", "what_counts",
             "what_does_not")  # fmt: skip
    for key in order:
        name = str(Indicator._meta.get_field(key).verbose_name)
        yield key, name[:1].upper() + name[1:]


def _facts(row: JSON) -> Iterator[tuple[str, str]]:
    counts = str(Indicator.Counts(row["counts"]).label)
    yield _("Unidad de medida"), row["texts"]["unit_of_measure"]
    yield _("Cuenta"), _("%s; una persona puede repetirse") % counts if row["people_may_repeat"] else counts
    yield _("Sentido"), str(Indicator.DirectionChoice(row["direction"]).label)
    yield _("Acumulación"), str(Indicator.AccumulationChoice(row["accumulation"]).label)
    yield _("Fórmula"), str(Indicator.FormulaChoice(row["formula"]).label)
    yield _("Peso"), quantity_of(row["weight"]) if row["weight"] else _("igual a los demás")
    tables = [str(BreakdownTable(table).label) for table in row["tables"]]
    yield _("Desagregaciones"), ", ".join(tables) or _("ninguna")
    if row["numerator_may_exceed"]:
        yield _("Numerador"), _("puede superar al denominador")
