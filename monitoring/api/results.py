"""Validated results as they were released: the whole, and what changed since a reader last asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institution.api.code_lists import register
from institution.api.paging import SIZE_PARAMETER, decoded, encoded, size_of
from institution.api.parameters import Parameter
from institution.api.problems import Problem
from institution.api.resources import Collection, Endpoint, fields_parameter, keep_fields, key_of
from institution.models import Scope
from monitoring.models import Breakdown, ReleaseBook, ReleasedResult
from monitoring.suppression import Level
from plans.api import InPlan

register("sexes", "Sex in breakdown tables", lambda: Breakdown.Sex.choices)
for name, choices in (
    ("populations", Breakdown.Population),
    ("ages", Breakdown.Age),
    ("disabilities", Breakdown.Disability),
):
    register(name, f"Second dimension of breakdown tables: {name}", lambda choices=choices: choices.choices)
register(
    "outside-districts",
    "Rows of the table by district beside the districts",
    lambda: Breakdown.OutsideDistricts.choices,
)
register(
    "disclosure-levels",
    "How much of a breakdown table is told",
    lambda: [(Level.FULL, "completa"), (Level.SEX, "solo por sexo"), (Level.TOTAL, "solo el total")],
)

SINCE = "since"


class CellSerializer(serializers.Serializer):
    category = serializers.CharField(
        help_text="Code of the second dimension; empty where a table is told by sex alone."
    )
    sex = serializers.CharField(help_text="Code of the list `sexes`.")
    count = serializers.IntegerField(help_text="Persons.")


class BreakdownSerializer(serializers.Serializer):
    table = serializers.CharField(help_text="Code of the list `breakdown-tables`.")
    level = serializers.CharField(help_text="How much of it is told: code of the list `disclosure-levels`.")
    cells = CellSerializer(many=True)


class ResultSerializer(serializers.Serializer):
    """One result. Numbers are text, so that nothing is rounded on the way."""

    id = serializers.CharField(help_text="Identifies the result for ever: `<indicator>@<period>`.")
    indicator = serializers.CharField(help_text="Code of the indicator.")
    period = serializers.CharField(help_text="Semester: `2023-1`.")
    status = serializers.ChoiceField(choices=["validated", "withdrawn"], help_text="Whether it still counts.")
    unit = serializers.CharField(allow_null=True, help_text="Acronym of the unit that reported it.")
    value = serializers.CharField(
        allow_null=True, help_text="Value obtained; of a pooled percentage the share, in percent."
    )
    numerator = serializers.CharField(allow_null=True, help_text="Of a pooled percentage.")
    denominator = serializers.CharField(allow_null=True, help_text="Of a pooled percentage.")
    not_available = serializers.BooleanField(help_text="The unit reported that there is no value, and why.")
    historical = serializers.BooleanField(help_text="Loaded from before this system.")
    released_at = serializers.DateTimeField(help_text="When it was told like this.")
    breakdowns = BreakdownSerializer(
        many=True,
        allow_null=True,
        help_text="Tables of persons of closed semesters; null without the scope `people`. A table with a cell of 1 to "
        "4 is told by sex alone, or not at all.",
    )


COLUMNS = ("unit", "value", "numerator", "denominator")


def _result_json(row: ReleasedResult, breakdowns: list | None) -> dict[str, Any]:
    told = row.told
    return {
        "id": f"{row.indicator.code}@{row.period.code}",
        "indicator": row.indicator.code,
        "period": row.period.code,
        "status": "withdrawn" if row.withdrawn else "validated",
        **{name: told.get(name) for name in COLUMNS},
        "not_available": told.get("not_available", False),
        "historical": told.get("historical", False),
        "released_at": row.released_at.isoformat(),
        "breakdowns": breakdowns,
    }


def _breakdowns_json(tables: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "table": name,
            "level": table["level"],
            "cells": [{"category": category, "sex": sex, "count": count} for category, sex, count in table["cells"]],
        }
        for name, table in tables.items()
    ]


def told_to(request: Request, rows: list[ReleasedResult]) -> list[dict[str, Any]]:
    """The rows as this reader may know them. A person sees the tables of a report whole: one query for all rows."""
    key = key_of(request)
    if key is None:
        whole = _whole_tables(rows)
        return [_result_json(row, _breakdowns_json(whole[row.indicator_id, row.period_id])) for row in rows]
    if not key.allows(Scope.PEOPLE):
        return [_result_json(row, None) for row in rows]
    return [_result_json(row, _breakdowns_json(row.told.get("tables", {}))) for row in rows]


def _whole_tables(rows: Iterable[ReleasedResult]) -> dict[tuple[int, int], dict[str, Any]]:
    standing = [row for row in rows if not row.withdrawn]
    cells = Breakdown.objects.filter(
        result__indicator__in={row.indicator_id for row in standing},
        result__period__in={row.period_id for row in standing},
    ).order_by("result", "id")
    tables: dict[tuple[int, int], dict[str, Any]] = defaultdict(dict)
    columns = ("result__indicator_id", "result__period_id", "table", "category", "sex", "count")
    for indicator, period, table, *cell in cells.values_list(*columns):
        found = tables[indicator, period].setdefault(table, {"level": Level.FULL.value, "cells": []})
        found["cells"].append(cell)
    return tables


class ResultFilter(filters.FilterSet):
    indicator = filters.CharFilter(field_name="indicator__code", help_text="Code of the indicator.")
    period = filters.CharFilter(field_name="period__code", help_text="Semester: `2023-1`.")
    period_from = filters.CharFilter(field_name="period__code", lookup_expr="gte", help_text="From that semester on.")
    period_to = filters.CharFilter(field_name="period__code", lookup_expr="lte", help_text="Up to that semester.")
    unit = filters.CharFilter(field_name="told__unit", help_text="Acronym of the unit that reported it.")

    class Meta:
        model = ReleasedResult
        fields: list[str] = []


class Results(InPlan, Collection):
    """Validated results of a plan, as they stand now."""

    scope = Scope.RESULTS
    serializer_class = ResultSerializer
    queryset = ReleasedResult.objects.none()
    filterset_class = ResultFilter
    lookup_field = "id"
    lookup_value_regex = "[^/]{1,80}@[^/]{1,10}"
    orders = {"released": "number"}

    def rows(self) -> QuerySet[ReleasedResult]:
        return _released(self).in_force()

    def get_object(self) -> ReleasedResult:
        indicator, _at, period = self.kwargs["id"].rpartition("@")
        return get_object_or_404(self.get_queryset(), indicator__code=indicator, period__code=period)

    def told(self, rows: list) -> list:
        return _kept(self, told_to(self.request, rows))


def _released(view: InPlan) -> QuerySet[ReleasedResult]:
    rows = ReleasedResult.objects.filter(plan=view.plan).select_related("indicator", "period")
    return rows.only("told", "withdrawn", "number", "released_at", "plan_id", "indicator__code", "period__code")


def _kept(view: Endpoint, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Only the fields that the address names."""
    serializer = ResultSerializer()
    keep_fields(serializer, view.request)
    names = set(serializer.fields)
    return (
        rows
        if len(names) == len(ResultSerializer().fields)
        else [{name: value for name, value in row.items() if name in names} for row in rows]
    )


class ResultChangesSerializer(serializers.Serializer):
    results = ResultSerializer(many=True, help_text="In the order in which they were released.")
    cursor = serializers.CharField(help_text="Keep it: what to send as `since` the next time.")
    more = serializers.BooleanField(help_text="Whether there is more to read now.")


class ResultChanges(InPlan, Endpoint):
    """What changed among the results of a plan since a cursor, in the order in which it was released.

    Without `since`: a whole snapshot. Read until `more` is false and keep `cursor` for the next time. A result may come
    more than once: what came last holds. A withdrawn one has the status `withdrawn`: drop it.
    """

    scope = Scope.RESULTS
    serializer_class = ResultChangesSerializer
    parameters = (
        Parameter(SINCE, "The `cursor` of an earlier answer. Without it: everything that stands now.", longest=500),
        SIZE_PARAMETER,
        fields_parameter(ResultSerializer),
    )

    def get(self, request: Request, plan: str) -> Response:
        size, mark = size_of(request), f"changes {self.plan.code}"
        number = self._number(self.query.get(SINCE), mark)
        rows = _released(self).after(number)
        if SINCE not in self.query:
            rows = rows.in_force()
        found = list(rows[: size + 1])
        last = found[:size][-1].number if found else number
        return Response(
            {
                "results": _kept(self, told_to(request, found[:size])),
                "cursor": encoded(mark, str(last)),
                "more": len(found) > size,
            }
        )

    def _number(self, cursor: str | None, mark: str) -> int:
        """After which release to go on. Raises Problem for a cursor that was not given for this plan."""
        last = ReleaseBook.objects.filter(plan=self.plan).values_list("last_number", flat=True).first() or 0
        if cursor is None:
            return 0
        text = decoded(cursor, mark, 1)[0]
        if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= last):
            raise Problem("cursor_invalid")
        return int(text)
