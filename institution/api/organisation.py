"""Governments and their units."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request

from institution import clock
from institution.api.resources import Collection, key_of
from institution.models import Designation, Government, Scope, Unit


def governments_open_to(request: Request) -> QuerySet[Government]:
    """The key's own government; of a person, those where they hold a post."""
    key = key_of(request)
    if key is not None:
        return Government.objects.filter(pk=key.agency.government_id)
    posts = Designation.objects.in_force(clock.today()).filter(user=request.user)
    return Government.objects.filter(pk__in=posts.values("unit__government"))


class GovernmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Government
        fields = ["ubigeo", "name", "place", "kind"]
        extra_kwargs = {
            "ubigeo": {"help_text": "INEI code of the territory: 2, 4 or 6 digits. Identifies the government."},
            "name": {"help_text": "Official name, in Spanish."},
            "place": {"help_text": "The territory as it is read in titles."},
            "kind": {"help_text": "`regional`, `provincial` or `district`."},
        }


class Governments(Collection):
    """The local governments whose plans the reader may read."""

    scope = Scope.PLAN
    serializer_class = GovernmentSerializer
    queryset = Government.objects.none()
    lookup_field = "ubigeo"
    orders = {"ubigeo": "ubigeo", "name": "name"}

    def rows(self) -> QuerySet[Government]:
        return governments_open_to(self.request)


class UnitSerializer(serializers.ModelSerializer):
    government = serializers.CharField(source="government.ubigeo", help_text="INEI code of the government.")
    successor = serializers.CharField(
        source="successor.acronym", default=None, allow_null=True, help_text="Acronym of the unit that took its place."
    )

    class Meta:
        model = Unit
        fields = ["acronym", "government", "name", "function", "valid_from", "valid_until", "successor"]
        extra_kwargs = {
            "acronym": {"help_text": "Identifies the unit inside its government; never used again by another."},
            "name": {"help_text": "Official name, in Spanish."},
            "function": {"help_text": "`responsible` for activities, `coordination` of the plan, or `planning`."},
            "valid_from": {"help_text": "First day of the unit."},
            "valid_until": {"help_text": "Last day; null while it exists."},
        }


class UnitFilter(filters.FilterSet):
    function = filters.ChoiceFilter(choices=Unit.Function.choices, help_text="What the unit does for the plan.")
    valid_on = filters.DateFilter(method="_valid_on", help_text="Only units that exist on that day (YYYY-MM-DD).")

    class Meta:
        model = Unit
        fields: list[str] = []

    def _valid_on(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        return queryset.valid_on(value)


class Units(Collection):
    """The units (gerencias) of a government, past ones too, each with its successor."""

    scope = Scope.PLAN
    serializer_class = UnitSerializer
    queryset = Unit.objects.none()
    filterset_class = UnitFilter
    lookup_field = "acronym"
    orders = {"acronym": "acronym", "name": "name", "valid_from": "valid_from"}

    def rows(self) -> QuerySet[Unit]:
        government = get_object_or_404(governments_open_to(self.request), ubigeo=self.kwargs["government"])
        return Unit.objects.filter(government=government).select_related("government", "successor")
