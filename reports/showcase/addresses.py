"""The whole addresses of what a plan has published, for files that are read far from this site."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of one plan, by its code."""

    plan: str

    @property
    def home(self) -> str:
        return self._whole("public_plan")

    @property
    def data(self) -> str:
        """The page of the open data, under which its files stand."""
        return self._whole("public_data")

    def indicator(self, code: str) -> str:
        return self._whole("public_indicator", code)

    def document(self, code: str, form: str) -> str:
        """A published document as `pdf`, `xlsx` or `json`."""
        return self._whole("public_document_file", code, form)

    def _whole(self, name: str, *arguments: str) -> str:
        return f"{settings.SITE_URL.rstrip('/')}{reverse(f'reports:{name}', args=[self.plan, *arguments])}"
