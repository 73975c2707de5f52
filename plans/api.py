"""What was promised, as the API tells it: plans, their tree, indicators with sheets, responsibilities and targets."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from institution.api.code_lists import register
from institution.api.fields import Codes, Quantity, yes_or_no
from institution.api.resources import Collection, key_of
from institution.models import Scope
from plans.models import (
    SHEET_TEXTS,
    Activity,
    BreakdownTable,
    Guideline,
    Indicator,
    Objective,
    Plan,
    Responsibility,
    StrategicAction,
    Target,
)

register("plan-states", "States of a plan", lambda: Plan.State.choices)
register("accumulations", "How values of several semesters become one", lambda: Indicator.AccumulationChoice.choices)
register("directions", "Whether more is better", lambda: Indicator.DirectionChoice.choices)
register("formulas", "Against what a value is held (CEPLAN type I and II)", lambda: Indicator.FormulaChoice.choices)
register("counted", "What an indicator counts", lambda: Indicator.Counts.choices)
register("breakdown-tables", "Breakdown tables", lambda: BreakdownTable.choices)


def plans_open_to(request: Request) -> QuerySet[Plan]:
    """A key's plans, once they are in force; of a person, those of the governments where they hold a post."""
    key = key_of(request)
    if key is None:
        return Plan.objects.visible_to(request.user)
    plans = Plan.objects.filter(government=key.agency.government_id).exclude(state=Plan.State.DRAFT)
    return plans if key.every_plan else plans.filter(keys=key)


class InPlan:
    """What belongs to the plan that the address names."""

    @cached_property
    def plan(self) -> Plan:
        """Raises Http404 for a plan that there is not, or not for this reader: one query either way."""
        return get_object_or_404(plans_open_to(self.request).select_related("government"), code=self.kwargs["plan"])


class PlanSerializer(serializers.ModelSerializer):
    government = serializers.CharField(source="government.ubigeo", help_text="INEI code of the government.")
    cap = Quantity(allow_null=True, help_text="Bound of raw progress in averages, in percent; null: none.")
    green_from = Quantity(help_text="Progress from which a light is green, in percent.")
    amber_from = Quantity(help_text="Progress from which a light is amber, in percent.")
    periods = serializers.ListField(
        source="period_codes", child=serializers.CharField(), help_text="The plan's semesters in order: `2022-1`, …"
    )
    instrument = serializers.CharField(
        help_text="The norm that approved the plan, in Spanish; empty while there is none."
    )

    class Meta:
        model = Plan
        fields = [
            "code",
            "government",
            "name",
            "description",
            "state",
            "first_year",
            "last_year",
            "periods",
            "cap",
            "green_from",
            "amber_from",
            "official_reading",
            "instrument",
            "instrument_date",
            "is_reference",
        ]
        extra_kwargs = {
            "code": {"help_text": "Identifies the plan."},
            "state": {"help_text": "`draft`, `in_force` or `closed`."},
            "official_reading": {"help_text": "Which of the two readings of progress is the official one."},
            "is_reference": {"help_text": "The text is a reference, not the one that was approved."},
        }


class PlanFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=Plan.State.choices, help_text="State of the plan.")
    government = filters.CharFilter(field_name="government__ubigeo", help_text="INEI code of the government.")

    class Meta:
        model = Plan
        fields: list[str] = []


class Plans(Collection):
    """The plans that the reader may read."""

    scope = Scope.PLAN
    serializer_class = PlanSerializer
    queryset = Plan.objects.none()
    filterset_class = PlanFilter
    lookup_field = "code"
    orders = {"code": "code", "first_year": "first_year"}

    def rows(self) -> QuerySet[Plan]:
        return plans_open_to(self.request).select_related("government")


# --- The tree ---------------------------------------------------------------------------------------------------

NODE_FIELDS = ["code", "name", "description", "order"]
NODE_HELP = {
    "code": {"help_text": "Identifies the node in its plan."},
    "name": {"help_text": "In Spanish."},
    "order": {"help_text": "Place among those of the same parent."},
}


class GuidelineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Guideline
        fields = NODE_FIELDS
        extra_kwargs = NODE_HELP


class ObjectiveSerializer(serializers.ModelSerializer):
    guideline = serializers.CharField(source="guideline.code", help_text="Code of the guideline above it.")

    class Meta:
        model = Objective
        fields = [*NODE_FIELDS, "guideline"]
        extra_kwargs = NODE_HELP


class StrategicActionSerializer(serializers.ModelSerializer):
    objective = serializers.CharField(source="objective.code", help_text="Code of the objective above it.")

    class Meta:
        model = StrategicAction
        fields = [*NODE_FIELDS, "objective"]
        extra_kwargs = NODE_HELP


class ActivitySerializer(serializers.ModelSerializer):
    action = serializers.CharField(source="action.code", help_text="Code of the strategic action above it.")
    lead_unit = serializers.CharField(source="lead_unit.acronym", help_text="Acronym of the unit that leads it today.")
    supporting_units = Codes("acronym", many=True, help_text="Acronyms of the units that support it.")
    weight = Quantity(allow_null=True, help_text="Weight in averages; null: equal weights.")
    gcm_objectives = Codes("number", many=True, help_text="Objectives of the Global Compact for Migration.")
    sdg_targets = Codes("code", many=True, help_text="Targets of the Sustainable Development Goals.")
    igm_dimension = serializers.CharField(
        source="igm_dimension_id", allow_null=True, help_text="Dimension of the Migration Governance Indicators."
    )

    class Meta:
        model = Activity
        fields = [
            *NODE_FIELDS,
            "action",
            "lead_unit",
            "supporting_units",
            "weight",
            "gender_focus",
            "gcm_objectives",
            "sdg_targets",
            "igm_dimension",
            "pdlc_alignment",
        ]
        extra_kwargs = NODE_HELP


class Nodes(InPlan, Collection):
    scope = Scope.PLAN
    lookup_field = "code"
    orders = {"order": "order", "code": "code"}

    def rows(self) -> QuerySet:
        return self.queryset.model.objects.filter(plan=self.plan)


class Guidelines(Nodes):
    """The guidelines (lineamientos) of a plan."""

    serializer_class = GuidelineSerializer
    queryset = Guideline.objects.none()


class ObjectiveFilter(filters.FilterSet):
    guideline = filters.CharFilter(field_name="guideline__code", help_text="Code of the guideline above.")

    class Meta:
        model = Objective
        fields: list[str] = []


class Objectives(Nodes):
    """The strategic objectives of a plan."""

    serializer_class = ObjectiveSerializer
    queryset = Objective.objects.none()
    filterset_class = ObjectiveFilter

    def rows(self) -> QuerySet[Objective]:
        return super().rows().select_related("guideline")


class StrategicActionFilter(filters.FilterSet):
    objective = filters.CharFilter(field_name="objective__code", help_text="Code of the objective above.")

    class Meta:
        model = StrategicAction
        fields: list[str] = []


class StrategicActions(Nodes):
    """The strategic actions of a plan."""

    serializer_class = StrategicActionSerializer
    queryset = StrategicAction.objects.none()
    filterset_class = StrategicActionFilter

    def rows(self) -> QuerySet[StrategicAction]:
        return super().rows().select_related("objective")


class ActivityFilter(filters.FilterSet):
    action = filters.CharFilter(field_name="action__code", help_text="Code of the strategic action above.")
    lead_unit = filters.CharFilter(field_name="lead_unit__acronym", help_text="Acronym of the unit that leads.")
    gcm_objective = filters.NumberFilter(
        field_name="gcm_objectives",
        lookup_expr="number",
        min_value=1,
        max_value=23,
        help_text="Linked with that objective of the Global Compact for Migration.",
    )
    sdg_target = filters.CharFilter(field_name="sdg_targets__code", help_text="Linked with that SDG target.")
    igm_dimension = filters.NumberFilter(
        field_name="igm_dimension",
        lookup_expr="number",
        min_value=1,
        max_value=6,
        help_text="In that dimension of the Migration Governance Indicators.",
    )
    gender_focus = yes_or_no("gender_focus", "Whether it has a gender focus.")

    class Meta:
        model = Activity
        fields: list[str] = []


class Activities(Nodes):
    """The activities of a plan, with who leads them and what they contribute to."""

    serializer_class = ActivitySerializer
    queryset = Activity.objects.none()
    filterset_class = ActivityFilter

    def rows(self) -> QuerySet[Activity]:
        rows = super().rows().select_related("action", "lead_unit")
        return rows.prefetch_related("supporting_units", "gcm_objectives", "sdg_targets")


# --- Indicators -------------------------------------------------------------------------------------------------


class SheetSerializer(serializers.ModelSerializer):
    """The technical sheet, in Spanish."""

    class Meta:
        model = Indicator
        fields = [name for name in SHEET_TEXTS if name != "unit_of_measure"]


class ResponsibilitySerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.acronym", help_text="Acronym of the unit that answers.")

    class Meta:
        model = Responsibility
        fields = ["unit", "from_period", "until_period"]


class TargetSerializer(serializers.ModelSerializer):
    value = Quantity(help_text="What was programmed. A semester without a target is not programmed (S.P.).")

    class Meta:
        model = Target
        fields = ["period", "value"]


class IndicatorSerializer(serializers.ModelSerializer):
    level = serializers.SerializerMethodField(help_text="Level of the node that it measures.")
    measures = serializers.CharField(source="node.code", help_text="Code of the node that it measures.")
    weight = Quantity(allow_null=True, help_text="Weight in averages; null: equal weights.")
    baseline = Quantity(allow_null=True, help_text="Value of the baseline; null: none is known.")
    sheet = SheetSerializer(source="*", help_text="Its technical sheet.")
    tables = serializers.SlugRelatedField(
        source="declared_tables",
        slug_field="table",
        many=True,
        read_only=True,
        help_text="The breakdown tables that it asks for.",
    )
    responsibilities = ResponsibilitySerializer(many=True, help_text="Who answers for it, since when.")
    targets = TargetSerializer(many=True, help_text="Physical targets by semester.")

    class Meta:
        model = Indicator
        fields = [
            "code",
            "name",
            "level",
            "measures",
            "order",
            "weight",
            "unit_of_measure",
            "counts",
            "accumulation",
            "direction",
            "formula",
            "baseline",
            "baseline_year",
            "people_may_repeat",
            "tables",
            "sheet",
            "responsibilities",
            "targets",
        ]
        extra_kwargs = {"code": {"help_text": "Identifies the indicator in its plan."}}

    @extend_schema_field({"type": "string", "enum": ["activity", "action", "objective"]})
    def get_level(self, row: Indicator) -> str:
        return "activity" if row.activity_id else "action" if row.action_id else "objective"


class IndicatorFilter(filters.FilterSet):
    measures = filters.CharFilter(method="_measures", help_text="Code of the node that it measures.")
    unit = filters.CharFilter(method="_unit", help_text="Acronym of a unit that answers for it, now or before.")
    counts = filters.ChoiceFilter(choices=Indicator.Counts.choices, help_text="What it counts.")
    accumulation = filters.ChoiceFilter(
        choices=Indicator.AccumulationChoice.choices, help_text="How its values of several semesters become one."
    )

    class Meta:
        model = Indicator
        fields: list[str] = []

    def _measures(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(activity__code=value) | Q(action__code=value) | Q(objective__code=value))

    def _unit(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        answered = Responsibility.objects.filter(
            unit__acronym=value, indicator__plan=self.request.parser_context["view"].plan
        )
        return queryset.filter(pk__in=answered.values("indicator"))


class Indicators(InPlan, Collection):
    """The indicators of a plan, each with its technical sheet, who answers for it, and its targets."""

    scope = Scope.PLAN
    serializer_class = IndicatorSerializer
    queryset = Indicator.objects.none()
    filterset_class = IndicatorFilter
    lookup_field = "code"
    orders = {"order": "order", "code": "code"}

    def rows(self) -> QuerySet[Indicator]:
        rows = Indicator.objects.filter(plan=self.plan).select_related("activity", "action", "objective")
        return rows.prefetch_related("declared_tables", "responsibilities__unit", "targets")
