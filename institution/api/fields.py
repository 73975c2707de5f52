"""How values are told: numbers as decimal text, without loss and without trailing zeros."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["93.3333333333"]})
class Quantity(serializers.Field):
    """A number as text: `93.3333333333`, `100`, `0`. Never a float, so nothing is rounded on the way."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize():f}" if value else "0"


@extend_schema_field({"type": "string"})
class Codes(serializers.SlugRelatedField):
    """Codes of related rows, in their order."""

    def __init__(self, slug_field: str, **kwargs: Any) -> None:
        super().__init__(slug_field=slug_field, read_only=True, **kwargs)

    def to_representation(self, obj: Any) -> str:
        return str(super().to_representation(obj))


def yes_or_no(field_name: str, help_text: str) -> filters.TypedChoiceFilter:
    """`true` or `false`; anything else is refused."""
    return filters.TypedChoiceFilter(
        field_name=field_name,
        choices=[("true", "true"), ("false", "false")],
        coerce=lambda text: text == "true",
        help_text=help_text,
    )
