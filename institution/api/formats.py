"""JSON and CSV as the API gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

CSV_TYPE = "text/csv"


class JSON(JSONRenderer):
    """Compact UTF-8, whatever the Accept header says about indentation."""

    charset = "utf-8"

    def get_indent(self, accepted_media_type: str, renderer_context: Mapping) -> None:
        return None


class CSV(BaseRenderer):
    """Only negotiated: collections stream their rows themselves (`institution.delimited`)."""

    media_type = CSV_TYPE
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping | None = None) -> str:
        raise NotImplementedError("collections stream their rows")
