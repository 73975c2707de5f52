"""System checks: says at start-up when this machine cannot print documents as they are designed."""

from __future__ import annotations

import ctypes.util
import shutil
import subprocess

from django.core.checks import CheckMessage, Warning, register

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter"
INSTALL = f"apt-get install --no-install-recommends {PACKAGES}"


@register("documents")
def printing_parts(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Warnings, not errors: all but the PDFs works without Pango, and without Inter they only look different."""
    found: list[CheckMessage] = []
    if not has_pango():
        found.append(
            Warning("Falta Pango: este equipo no puede hacer documentos PDF.", hint=INSTALL, id="reports.W001")
        )
    elif not has_inter():
        found.append(
            Warning(
                "Falta la fuente Inter: los documentos PDF saldrán con otra letra y otros saltos de página.",
                hint=INSTALL,
                id="reports.W002",
            )
        )
    return found


def has_pango() -> bool:
    return bool(ctypes.util.find_library("pango-1.0") and ctypes.util.find_library("pangoft2-1.0"))


def has_inter() -> bool:
    """Asks fontconfig which font it would take; where it cannot be asked nothing is held against the machine."""
    program = shutil.which("fc-match")
    if program is None:
        return True
    answer = subprocess.run(  # noqa: S603  (a fixed command)
        [program, "--format=%{family}", "Inter"], capture_output=True, text=True, timeout=10, check=False
    )
    return answer.returncode != 0 or answer.stdout.startswith("Inter")
