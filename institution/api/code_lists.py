"""Code lists: every code that the API uses, with its meaning. Open to everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institution.api.resources import Endpoint, Open
from institution.models import District, GCMObjective, Government, IGMDimension, SDGTarget, Unit

Codes = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CodeList:
    """`codes`: what it holds, as (code, name in Spanish), asked for anew each time."""

    name: str
    title: str
    codes: Callable[[], Codes]


CODE_LISTS: dict[str, CodeList] = {}


def register(name: str, title: str, codes: Callable[[], Codes]) -> None:
    """What an app calls for each list that its own resources use."""
    CODE_LISTS[name] = CodeList(name, title, codes)


register("districts", "Districts of Peru (INEI codes)", lambda: District.objects.values_list("pk", "name"))
register(
    "gcm-objectives",
    "Objectives of the Global Compact for Safe, Orderly and Regular Migration",
    lambda: GCMObjective.objects.values_list("pk", "name"),
)
register(
    "sdg-targets", "Targets of the Sustainable Development Goals", lambda: SDGTarget.objects.values_list("pk", "name")
)
register(
    "igm-dimensions",
    "Dimensions of the Migration Governance Indicators",
    lambda: IGMDimension.objects.values_list("pk", "name"),
)
register("government-kinds", "Kinds of government", lambda: Government.Kind.choices)
register("unit-functions", "What a unit does for the plan", lambda: Unit.Function.choices)


class CodeListSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="Identifies the list.")
    title = serializers.CharField(help_text="What the codes stand for.")


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="As it stands in other resources.")
    name = serializers.CharField(help_text="Its meaning, in Spanish.")


class CodeListDetailSerializer(CodeListSerializer):
    codes = CodeSerializer(many=True, help_text="All of them, in their usual order.")


class CodeListsSerializer(serializers.Serializer):
    results = CodeListSerializer(many=True, help_text="Every list.")


class CodeLists(Open, Endpoint):
    """The names of all code lists."""

    serializer_class = CodeListsSerializer

    def get(self, request: Request) -> Response:
        rows = [{"name": each.name, "title": each.title} for _name, each in sorted(CODE_LISTS.items())]
        return Response({"results": rows})


class CodeListDetail(Open, Endpoint):
    """One code list with all its codes."""

    serializer_class = CodeListDetailSerializer

    def get(self, request: Request, name: str) -> Response:
        if (found := CODE_LISTS.get(name)) is None:
            raise Http404
        codes = [{"code": str(code), "name": str(label)} for code, label in found.codes()]
        return Response({"name": found.name, "title": found.title, "codes": codes})
