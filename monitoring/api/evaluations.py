"""Semesters, evaluations with their frozen records, and the commitments that came of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from institution.api.code_lists import register
from institution.api.resources import Collection, Endpoint
from institution.models import Scope
from monitoring.frozen import canonical
from monitoring.models import Commitment, CommitmentFollowUp, Evaluation, Period
from monitoring.queries import follow_ups_along
from plans.api import InPlan

register("period-states", "States of a semester", lambda: Period.State.choices)
register("evaluation-states", "States of an evaluation", lambda: Evaluation.State.choices)
register("commitment-states", "States of a commitment", lambda: Commitment.State.choices)


class PeriodSerializer(serializers.ModelSerializer):
    starts_on = serializers.DateField(help_text="First day of the semester.")
    ends_on = serializers.DateField(help_text="Last day of the semester.")

    class Meta:
        model = Period
        fields = ["code", "state", "starts_on", "ends_on", "opened_on", "due_on", "closed_on"]
        extra_kwargs = {
            "code": {"help_text": "`2023-1`: the first semester of 2023."},
            "state": {"help_text": "`planned`, `open` or `closed`. Figures of a closed semester are official."},
            "due_on": {"help_text": "Until when units report."},
        }


class PeriodFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=Period.State.choices, help_text="State of the semester.")

    class Meta:
        model = Period
        fields: list[str] = []


class Periods(InPlan, Collection):
    """The semesters of a plan."""

    scope = Scope.PLAN
    serializer_class = PeriodSerializer
    queryset = Period.objects.none()
    filterset_class = PeriodFilter
    lookup_field = "code"
    orders = {"code": "code"}

    def rows(self) -> QuerySet[Period]:
        return Period.objects.filter(plan=self.plan)


class EvaluationSerializer(serializers.ModelSerializer):
    id = serializers.SerializerMethodField(help_text="`<year>-<version>`: identifies the version in its plan.")
    upto = serializers.CharField(help_text="The last semester that it covers.")
    record = serializers.SerializerMethodField(help_text="Address of the frozen record, whose SHA-256 is `sha256`.")

    class Meta:
        model = Evaluation
        fields = ["id", "year", "version", "state", "reason", "cutoff", "upto", "closed_on", "sha256", "record"]
        extra_kwargs = {
            "state": {"help_text": "`closed`, or `superseded` by a later version."},
            "reason": {"help_text": "Why there is a later version; empty in the first."},
            "cutoff": {"help_text": "Day up to which it evaluates."},
            "sha256": {"help_text": "Of the bytes at `record`."},
        }

    def get_id(self, row: Evaluation) -> str:
        return f"{row.year}-{row.version}"

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_record(self, row: Evaluation) -> str:
        view = self.context["view"]
        path = reverse("api:evaluation-record", args=[view.plan.code, row.year, row.version])
        return view.request.build_absolute_uri(path)


class EvaluationFilter(filters.FilterSet):
    year = filters.NumberFilter(min_value=2000, max_value=2100, help_text="Year that it evaluates.")
    state = filters.ChoiceFilter(
        choices=[(each.value, each.label) for each in (Evaluation.State.CLOSED, Evaluation.State.SUPERSEDED)],
        help_text="State of the version.",
    )

    class Meta:
        model = Evaluation
        fields: list[str] = []


def _closed(view: Any) -> QuerySet[Evaluation]:
    states = [Evaluation.State.CLOSED, Evaluation.State.SUPERSEDED]
    return Evaluation.objects.filter(plan=view.plan, state__in=states)


class Evaluations(InPlan, Collection):
    """The closed evaluations of a plan, every version of each: their figures never change."""

    scope = Scope.EVALUATIONS
    serializer_class = EvaluationSerializer
    queryset = Evaluation.objects.none()
    filterset_class = EvaluationFilter
    lookup_field = "id"
    lookup_value_regex = "[0-9]{4}-[0-9]{1,4}"
    orders = {"year": "year"}

    def rows(self) -> QuerySet[Evaluation]:
        return _closed(self).defer("frozen")

    def get_object(self) -> Evaluation:
        year, _dash, version = self.kwargs["id"].partition("-")
        return get_object_or_404(self.get_queryset(), year=int(year), version=int(version))


class RecordSerializer(serializers.Serializer):
    """The parts of a record that programs need most; there are more."""

    schema = serializers.CharField(help_text="Name of the form of the record.")
    plan = serializers.DictField(help_text="Names of the plan.")
    scorecard = serializers.DictField(help_text="The figures, in the form of the resource `scorecard`.")
    outline = serializers.DictField(help_text="The inputs of the figures: tree, series, weights, responsibilities.")


class EvaluationRecord(InPlan, Endpoint):
    """The frozen record of an evaluation: figures, inputs and text, byte for byte what was hashed as it closed."""

    scope = Scope.EVALUATIONS
    serializer_class = RecordSerializer

    def get(self, request: Request, plan: str, year: int, version: int) -> HttpResponse:
        row = _closed(self).filter(year=year, version=version).values_list("frozen", "sha256").first()
        if row is None:
            raise Http404
        frozen, sha256 = row
        return HttpResponse(canonical(frozen), content_type="application/json", headers={"ETag": f'"{sha256}"'})


class FollowUpSerializer(serializers.ModelSerializer):
    period = serializers.CharField(source="period.code", help_text="Semester of which it tells.")

    class Meta:
        model = CommitmentFollowUp
        fields = ["period", "state", "text", "on"]


class CommitmentSerializer(serializers.ModelSerializer):
    evaluation = serializers.SerializerMethodField(help_text="The version in which it stands: `<year>-<version>`.")
    responsible_unit = serializers.CharField(source="responsible_unit.acronym", help_text="Acronym of who took it on.")
    follow_ups = serializers.SerializerMethodField(help_text="What became of it, semester by semester.")

    class Meta:
        model = Commitment
        fields = [
            "id",
            "evaluation",
            "recommendation",
            "action_to_take",
            "responsible_unit",
            "due_on",
            "state",
            "follow_ups",
        ]
        extra_kwargs = {
            "recommendation": {"help_text": "In Spanish."},
            "action_to_take": {"help_text": "What the unit took on, in Spanish."},
            "state": {"help_text": "Code of the list `commitment-states`."},
        }

    def get_evaluation(self, row: Commitment) -> str:
        return f"{row.evaluation.year}-{row.evaluation.version}"

    @extend_schema_field(FollowUpSerializer(many=True))
    def get_follow_ups(self, row: Commitment) -> list:
        return FollowUpSerializer(self.context["follow_ups"][row.pk], many=True).data


class CommitmentFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=Commitment.State.choices, help_text="State of the commitment.")
    unit = filters.CharFilter(field_name="responsible_unit__acronym", help_text="Acronym of who took it on.")
    year = filters.NumberFilter(
        field_name="evaluation__year", min_value=2000, max_value=2100, help_text="Year of its evaluation."
    )
    due_before = filters.DateFilter(
        field_name="due_on", lookup_expr="lt", help_text="Due before that day (YYYY-MM-DD)."
    )

    class Meta:
        model = Commitment
        fields: list[str] = []


class Commitments(InPlan, Collection):
    """The commitments of the evaluations in force."""

    scope = Scope.COMMITMENTS
    serializer_class = CommitmentSerializer
    queryset = Commitment.objects.none()
    filterset_class = CommitmentFilter
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    orders = {"due_on": "due_on", "id": "id"}

    def rows(self) -> QuerySet[Commitment]:
        rows = Commitment.objects.in_force().filter(evaluation__plan=self.plan)
        return rows.select_related("responsible_unit", "evaluation").defer("evaluation__frozen")

    def told(self, rows: list) -> list:
        self.follow_ups = follow_ups_along(rows)
        return super().told(rows)

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"follow_ups": getattr(self, "follow_ups", {})}
