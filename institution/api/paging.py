"""Pages of a collection by cursor: where the last page ended, so that rows that come or go shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from institution.api.parameters import Parameter
from institution.api.problems import Problem

PAGE_SIZE, LARGEST_PAGE = 100, 1000
LONGEST_CURSOR = 500
LARGEST_NUMBER = 2**63 - 1  # of a column
CURSOR, SIZE = "cursor", "page_size"
SIZE_PARAMETER = Parameter(SIZE, "Rows in an answer.", range=(1, LARGEST_PAGE), default=PAGE_SIZE)


class Pages(BasePagination):
    """`results` and `next`, the address of the page that follows, or null at the end."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Model]:
        size = size_of(request)
        field = view.order_field(request)
        name = field.lstrip("-")
        down = field.startswith("-")
        queryset = queryset.order_by(field, "-pk" if down else "pk")
        if text := request.query_params.get(CURSOR):
            queryset = queryset.filter(_beyond(queryset, name, down, decoded(text, field, 2)))
        rows = list(queryset[: size + 1])
        self.address = None
        if len(rows) > size:
            last = rows[size - 1]
            value = last._meta.get_field(name).value_to_string(last)
            # Built on the path alone: behind a proxy the reader knows our host better than we do.
            here = request.get_full_path()
            self.address = request.build_absolute_uri(
                replace_query_param(here, CURSOR, encoded(field, value, str(last.pk)))
            )
        return rows[:size]

    def get_paginated_response(self, data: list) -> Response:
        return Response({"results": data, "next": self.address})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the page that follows; null at the end.",
                    # An example of a row becomes one of a page.
                    "example": "https://pmh.example.org/api/v1/plans/?cursor=WyJjb2RlIiwgIlBNSCIsICIxIl0",
                },
            },
        }


def _beyond(queryset: QuerySet, name: str, down: bool, parts: list[str]) -> Q:
    """What comes after the row of the cursor in this order."""
    try:
        field = queryset.model._meta.get_field(name)
        value, key = field.to_python(parts[0]), queryset.model._meta.pk.to_python(parts[1])
        if any(isinstance(each, int) and abs(each) > LARGEST_NUMBER for each in (value, key)):
            raise ValidationError(parts[0])
    except ValidationError as error:
        raise Problem("cursor_invalid") from error
    way = "lt" if down else "gt"
    return Q(**{f"{name}__{way}": value}) | Q(**{name: value, f"pk__{way}": key})


def size_of(request: Request) -> int:
    """How many rows a page may have."""
    return int(request.query_params.get(SIZE, PAGE_SIZE))


def encoded(mark: str, *parts: str) -> str:
    """An opaque cursor. `mark`: for which kind of reading it holds."""
    return base64.urlsafe_b64encode(json.dumps([mark, *parts]).encode()).decode().rstrip("=")


def decoded(text: str, mark: str, parts: int) -> list[str]:
    """Its parts. Raises Problem for a cursor of another kind, or for none at all."""
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError(text)
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = json.loads(content)
        if not isinstance(found, list) or len(found) != parts + 1 or found[0] != mark:
            raise ValueError(text)
        if not all(isinstance(part, str) and "\0" not in part for part in found):
            raise ValueError(text)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Problem("cursor_invalid") from error
    return found[1:]
