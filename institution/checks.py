"""System checks: says at start-up what of the settings cannot be."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

WORKERS = ("embedded", "external", "inline")


@register("jobs")
def known_workers(app_configs=None, **kwargs) -> list[CheckMessage]:
    """A misspelt word would leave every document waiting for ever."""
    if settings.PMH_WORKERS in WORKERS:
        return []
    return [
        Error(
            f"PMH_WORKERS dice «{settings.PMH_WORKERS}»: nadie haría los trabajos en segundo plano.",
            hint=f"Puede ser: {', '.join(WORKERS)}.",
            id="institution.E001",
        )
    ]
