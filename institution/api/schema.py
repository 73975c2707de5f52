"""How the API describes itself (OpenAPI 3.1): what every address has in common is said here once."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from institution.api.formats import CSV, JSON
from institution.api.problems import KINDS, MEDIA_TYPE, Problem, body_of

Parameter = OpenApiParameter
DESCRIPTION = """
Validated data of municipal human mobility plans, for partner agencies. Everything is read-only.

**Keys.** Send `Authorization: Api-Key <key>`. A key belongs to one agency and one municipality and has scopes; the
municipality gives, rotates and revokes it. Code lists need none.

**Names.** Field names and codes are English and do not change within a version. What people wrote is Spanish.

**Numbers** are text (`"93.3333333333"`), never rounded. Progress and coverage are in percent.
What there is not is null.

**Persons.** Only counts. A breakdown table with a cell of 1 to 4 is told by sex alone, or not at all;
totals always are.

**Errors** are `application/problem+json` with a stable `code` and a message in English and Spanish.

**Repeating a request.** Every answer has an `ETag` made of its content: send it as `If-None-Match` and get 304.
"""


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "institution.api.authentication.KeyAuthentication"
    name = "agencyKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The key of an agency: `Api-Key <key>`.",
        }


class MessageSerializer(serializers.Serializer):
    en = serializers.CharField(help_text="In English.")
    es = serializers.CharField(help_text="In Spanish.")


class ProblemSerializer(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="`urn:pmh:problem:<code>`.")
    title = serializers.CharField(help_text="What kind of error it is.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    code = serializers.ChoiceField(choices=list(KINDS), help_text="Stable within a version: for programs.")
    detail = serializers.CharField(help_text="What happened here and what to do, in English.")
    message = MessageSerializer(help_text="The same in both languages.")
    parameter = serializers.CharField(required=False, help_text="The parameter that is wrong.")


FACTS = {
    "parameter": "year",
    "known": "format, year",
    "reason_en": "it is malformed.",
    "reason_es": "está mal escrito.",
    "limit": 2000,
    "scope": "results",
    "formats": "application/json",
    "seconds": 17,
    "period": "2025-1",
}
WHEN = {
    400: "The query is not valid; nothing was read.",
    401: "No key, or one that does not hold.",
    403: "The key lacks the scope.",
    404: "There is nothing here that the reader may read.",
    406: "It is not given in that format.",
    429: "Too many requests; `Retry-After` tells when to go on.",
    503: "The database does not answer; `Retry-After` tells when to ask again.",
}


def _problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer,
            description=WHEN[status],
            examples=[
                OpenApiExample(
                    kind.code,
                    value=body_of(Problem(kind.code, **FACTS)),
                    media_type=MEDIA_TYPE,
                    status_codes=[str(status)],
                )
                for kind in KINDS.values()
                if kind.status == status
            ],
        )
        for status in statuses
    }


@functools.cache
def examples() -> dict[str, Any]:
    """By the name of its schema: a row of each collection, and what else is answered. Real answers, some shortened."""
    return json.loads(Path(settings.API_EXAMPLES).read_text(encoding="utf-8"))


class Described(AutoSchema):
    """Adds the parameters, headers and errors that every address has."""

    def get_tags(self) -> list[str]:
        parts = self.path.strip("/").split("/")
        return [next(part for part in reversed(parts) if not part.startswith("{") and "}" not in part)]

    def get_operation_id(self) -> str:
        """`indicators_list`, `results_changes_read`: by the address, without its prefix."""
        parts = [part for part in self.path.strip("/").split("/")[2:] if "{" not in part]
        nested = parts[1:] if len(parts) > 1 and parts[0] in ("plans", "governments") else parts
        action = "list" if getattr(self.view, "action", "") == "list" else "read"
        one = "one" if self.path.rstrip("/").endswith("}") else action
        return "_".join([*nested, one]).replace("-", "_")

    def get_override_parameters(self) -> list[OpenApiParameter]:
        found = [Parameter(each.name, each.schema(), description=each.description) for each in self.view.described()]
        found += [
            Parameter("ETag", str, "header", response=["200"], description="Made of the content."),
            Parameter("WWW-Authenticate", str, "header", response=["401"], description="`Api-Key`."),
            Parameter("Retry-After", str, "header", response=["429", "503"], description="Seconds to wait."),
            Parameter("RateLimit-Limit", str, "header", response=True, description="Requests of the window."),
            Parameter("RateLimit-Remaining", str, "header", response=True, description="Left in it."),
            Parameter("RateLimit-Reset", str, "header", response=True, description="Seconds until it ends."),
        ]
        return found

    def get_response_serializers(self) -> Any:
        statuses = [400, 404, 406, 429, 503]
        if self.view.scope is not None:
            statuses += [401, 403]
        return {**self._answers(), **_problems(*sorted(statuses))}

    def _answers(self) -> dict[tuple[int, str], OpenApiResponse]:
        """The answer in each format in which it is given, with the same example in all of them."""
        serializer = super().get_response_serializers()
        example = examples()[self.view.serializer_class.__name__.removesuffix("Serializer")]
        told = {JSON: (serializer, example)}
        if CSV in map(type, self.view.get_renderers()):
            rows = [example] if getattr(self.view, "action", "") == "list" else example
            told[CSV] = (OpenApiTypes.STR, "".join(self.view.as_csv(rows)))
        return {
            (200, renderer.media_type): OpenApiResponse(what, examples=[OpenApiExample("example", value=value)])
            for renderer, (what, value) in told.items()
        }


def without_labels(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """The Spanish labels of our models are for forms: descriptions say the same in English."""
    for schema in result.get("components", {}).get("schemas", {}).values():
        for field in schema.get("properties", {}).values():
            field.pop("title", None)
    for path in result["paths"].values():
        if any(each["name"] == "fields" for each in path["get"].get("parameters", ())):
            _may_be_sparse(result, path["get"]["responses"]["200"])
    result["info"]["description"] = DESCRIPTION.strip()
    return result


def _may_be_sparse(result: dict[str, Any], answer: dict[str, Any]) -> None:
    """Of rows whose fields may be chosen none is required."""
    schemas = result["components"]["schemas"]
    row = answer["content"]["application/json"]["schema"]
    while "results" in (of := schemas[row["$ref"].rpartition("/")[2]]).get("properties", {}):
        row = of["properties"]["results"]["items"]
    of.pop("required", None)
