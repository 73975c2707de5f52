"""The figures of a plan: every indicator, node and unit, in every horizon and both readings, as of a semester."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.encoding import iri_to_uri
from rest_framework import serializers
from rest_framework.request import Request

from institution.api.code_lists import register
from institution.api.conditional import tag_of, unchanged
from institution.api.fields import Quantity
from institution.api.formats import CSV, CSV_TYPE, JSON
from institution.api.parameters import Parameter
from institution.api.problems import Problem
from institution.api.resources import Endpoint
from institution.delimited import rows_as_csv
from institution.models import Scope, Unit
from monitoring.frozen import scorecard_json
from monitoring.models import PeriodEvent, ReleaseBook
from monitoring.progress import Light, Status
from monitoring.queries import load_outline
from monitoring.scorecard import Figures, Level, score
from monitoring.showing import HORIZON_NAMES, STATUS_WORDS
from plans.api import InPlan
from plans.measures import Horizon, Reading
from plans.models import NODE_MODELS, Indicator, Plan, Responsibility, TargetRevision

register("horizons", "The four windows onto a series", lambda: [(each.value, HORIZON_NAMES[each]) for each in Horizon])
register("readings", "The two readings of progress", lambda: Plan.OfficialReading.choices)
register(
    "figure-statuses", "Why there is a figure, or none", lambda: [(each.value, STATUS_WORDS[each]) for each in Status]
)
register("lights", "Lights", lambda: [(each.value, LIGHT_WORDS[each]) for each in Light])

LIGHT_WORDS = {Light.GREEN: "verde", Light.AMBER: "ámbar", Light.RED: "rojo", Light.GREY: "gris"}
UPTO, HORIZON, READING, NODE, UNIT, LEVEL = "upto", "horizon", "reading", "node", "unit", "level"
A_DAY = 60 * 60 * 24


class ProgressSerializer(serializers.Serializer):
    """Both readings, or the one that was asked for."""

    programmed = serializers.CharField(required=False, allow_null=True, help_text="On what was programmed.")
    reported = serializers.CharField(required=False, allow_null=True, help_text="On what was reported.")


class FigureSerializer(serializers.Serializer):
    progress = ProgressSerializer(help_text="In percent, raw for an indicator, bounded in the averages of a node.")
    light = serializers.ChoiceField(choices=list(Light), allow_null=True, help_text="By the plan's thresholds.")
    due = serializers.IntegerField(help_text="Programmed semesters not later than `upto`, inside the window.")
    reported = serializers.IntegerField(help_text="Of those, how many have a result.")


class IndicatorFigureSerializer(FigureSerializer):
    target = Quantity(allow_null=True, help_text="Target of the window.")
    value = Quantity(allow_null=True, help_text="Value of the window.")
    status = serializers.ChoiceField(choices=list(Status), help_text="Why there is a figure, or none.")


class NodeFigureSerializer(FigureSerializer):
    coverage = Quantity(allow_null=True, help_text="Share of due semesters with a result, in percent.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Indicators by status.")


class IndicatorRowSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Code of the indicator.")
    name = serializers.CharField(help_text="In Spanish.")
    unit_of_measure = serializers.CharField(help_text="In Spanish.")
    measures = serializers.CharField(help_text="Code of the node that it measures.")
    level = serializers.ChoiceField(choices=list(Level), help_text="Level of that node.")
    unit = serializers.CharField(allow_null=True, help_text="Acronym of the unit that answers at `upto`.")
    semester = IndicatorFigureSerializer(required=False, help_text="The semester alone.")
    year = IndicatorFigureSerializer(required=False, help_text="The year up to it.")
    plan = IndicatorFigureSerializer(required=False, help_text="The plan up to it.")
    whole = IndicatorFigureSerializer(required=False, help_text="Against what was programmed for the whole plan.")


class NodeRowSerializer(serializers.Serializer):
    level = serializers.ChoiceField(choices=list(Level), help_text="Level in the tree, or `unit`.")
    code = serializers.CharField(help_text="Code of the node; acronym of a unit.")
    name = serializers.CharField(help_text="In Spanish.")
    parent = serializers.CharField(allow_null=True, help_text="Code of the node above.")
    semester = NodeFigureSerializer(required=False, help_text="The semester alone.")
    year = NodeFigureSerializer(required=False, help_text="The year up to it.")
    plan = NodeFigureSerializer(required=False, help_text="The plan up to it.")
    whole = NodeFigureSerializer(required=False, help_text="Against what was programmed for the whole plan.")


class ScorecardSerializer(serializers.Serializer):
    """How `scorecard_json` reads; it is not what writes it."""

    plan = serializers.CharField(help_text="Code of the plan.")
    upto = serializers.CharField(help_text="The semester as of which it stands.")
    formula = serializers.CharField(help_text="Version of the formula.")
    figures = serializers.ChoiceField(choices=list(Figures), help_text="`official` where the semester is closed.")
    parameters = serializers.DictField(help_text="Cap, thresholds and official reading of the plan.")
    indicators = IndicatorRowSerializer(many=True, help_text="In the order of the plan.")
    nodes = NodeRowSerializer(many=True, help_text="The tree in reading order, the plan, then the units.")


class Scorecards(InPlan, Endpoint):
    """The scorecard of a plan, computed from validated results only.

    `figures` tells whether it is official (the semester is closed) or working. Progress and coverage are in percent,
    never rounded; a figure that there is not is null, and `status` says why.
    """

    scope = Scope.RESULTS
    serializer_class = ScorecardSerializer
    renderer_classes = [JSON, CSV]
    parameters = (
        Parameter(UPTO, "As of that semester. Without it: the last closed one.", pattern="[0-9]{4}-[12]"),
        Parameter(HORIZON, "Only that window.", choices=tuple(Horizon)),
        Parameter(READING, "Only that reading of progress.", choices=tuple(Reading)),
        Parameter(LEVEL, "Only nodes of that level.", choices=tuple(Level)),
        Parameter(NODE, "Only the node of that code (the plan's own code: the plan as a whole), with its indicators."),
        Parameter(UNIT, "Only the unit of that acronym, with the indicators for which it answers."),
    )

    def get(self, request: Request, plan: str) -> HttpResponse:
        mark = None
        if not self.plan.is_draft and request.accepted_renderer.format == JSON.format:
            mark = f"scorecard:{revision_of(self.plan)}:{_digest(request)}"
            etag = cache.get(mark)
            if etag and (same := unchanged(request, etag)) is not None:
                return same
        card = self._chosen(request)
        if request.accepted_renderer.format == CSV.format:
            return StreamingHttpResponse(self.as_csv(card), content_type=f"{CSV_TYPE}; charset=utf-8")
        content = json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()
        response = HttpResponse(content, content_type="application/json")
        response["ETag"] = tag_of(content)
        if mark:
            cache.set(mark, response["ETag"], A_DAY)
        return response

    def as_csv(self, card: dict[str, Any]) -> Iterator[str]:
        """A line for each row of the scorecard and each horizon."""
        return rows_as_csv(COLUMNS, _rows(card))

    def _chosen(self, request: Request) -> dict[str, Any]:
        """The scorecard with what the address asks for. 9 queries."""
        outline = load_outline(self.plan)
        upto = self.query.get(UPTO, outline.default_upto)
        if upto not in outline.periods:
            raise Problem("period_unknown", period=upto, known=", ".join(outline.periods))
        horizons = [Horizon(self.query[HORIZON])] if HORIZON in self.query else list(Horizon)
        card = scorecard_json(score(outline, upto, horizons), detail=True)
        if READING in self.query:
            _only_reading(card, self.query[READING])
        if LEVEL in self.query:
            card["nodes"] = [row for row in card["nodes"] if row["level"] == self.query[LEVEL]]
        if NODE in self.query:
            card["nodes"] = [r for r in card["nodes"] if r["code"] == self.query[NODE] and r["level"] != Level.UNIT]
            card["indicators"] = [row for row in card["indicators"] if row["measures"] == self.query[NODE]]
        if UNIT in self.query:
            card["nodes"] = [r for r in card["nodes"] if r["code"] == self.query[UNIT] and r["level"] == Level.UNIT]
            card["indicators"] = [row for row in card["indicators"] if row["unit"] == self.query[UNIT]]
        return card


def _only_reading(card: dict[str, Any], reading: str) -> None:
    for row in (*card["indicators"], *card["nodes"]):
        for horizon in Horizon:
            if horizon.value in row:
                row[horizon.value]["progress"] = {reading: row[horizon.value]["progress"][reading]}


COLUMNS = (
    "kind",
    "level",
    "code",
    "name",
    "unit",
    "horizon",
    "target",
    "value",
    "status",
    "progress_programmed",
    "progress_reported",
    "coverage",
    "light",
    "due",
    "reported",
)


def _rows(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind, rows in (("indicator", card["indicators"]), ("node", card["nodes"])):
        for row in rows:
            for horizon in Horizon:
                if (figure := row.get(horizon.value)) is None:
                    continue
                progress = figure["progress"]
                yield {
                    **{name: row.get(name) for name in ("level", "code", "name", "unit")},
                    **{
                        name: figure.get(name)
                        for name in ("target", "value", "status", "coverage", "light", "due", "reported")
                    },
                    "kind": kind,
                    "horizon": horizon.value,
                    "progress_programmed": progress.get(Reading.PROGRAMMED.value),
                    "progress_reported": progress.get(Reading.REPORTED.value),
                }


def _digest(request: Request) -> str:
    """What of the request changes the answer, beside the plan."""
    return hashlib.sha256(iri_to_uri(request.get_full_path()).encode()).hexdigest()[:32]


def revision_of(plan: Plan) -> str:
    """Changes whenever anything changes that the scorecard of a plan in force is made of. One query.

    Results and the state of semesters by the releases and the acts on semesters, everything else by the number of rows
    that its history has: only what is appended is counted, so two changes at once never make the same number. Targets
    of a plan in force move by reprogramming alone, and responsibilities by splitting one.
    """
    sql, parameters = _revision_query()
    with connection.cursor() as cursor:
        cursor.execute(sql, [plan.pk if each == PLACE else each for each in parameters])
        return ".".join(str(each or 0) for each in (plan.pk, *cursor.fetchone()))


PLACE = -1  # where the plan's key goes


@functools.cache
def _revision_query() -> tuple[str, tuple]:
    """The query as the ORM writes it, once: writing it takes longer than answering it."""

    def count(rows: QuerySet, by: str, of: str = "pk") -> Subquery:
        counted = rows.filter(**{by: OuterRef(of)}).order_by().values(by).annotate(n=Count("pk")).values("n")
        return Subquery(counted, output_field=IntegerField())

    counts = {
        "plan": count(Plan.history.all(), "id"),
        **{level: count(model.history.all(), "plan_id") for level, model in NODE_MODELS.items()},
        "indicators": count(Indicator.history.all(), "plan_id"),
        "revisions": count(TargetRevision.objects.all(), "indicator__plan"),
        "responsibilities": count(Responsibility.objects.all(), "indicator__plan"),
        "semesters": count(PeriodEvent.objects.all(), "period__plan"),
        "units": count(Unit.history.all(), "government_id", "government_id"),
        "releases": Subquery(ReleaseBook.objects.filter(plan=OuterRef("pk")).values("last_number")),
    }
    rows = Plan.objects.filter(pk=PLACE).order_by().annotate(**{f"n_{name}": each for name, each in counts.items()})
    return rows.values_list(*(f"n_{name}" for name in counts)).query.sql_with_params()
