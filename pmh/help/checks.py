"""A system check: says at start-up when the manual did not come along with the code."""

from __future__ import annotations

from django.core.checks import CheckMessage, Warning, register

from pmh.help import manual


@register("help")
def manual_is_there(app_configs=None, **kwargs) -> list[CheckMessage]:
    """A warning, not an error: everything works without its help, only that nobody is told how."""
    if (manual.FOLDER / f"{manual.INDEX}.md").is_file():
        return []
    hint = f"Copie la carpeta docs/ junto a manage.py: se busca {manual.FOLDER}."
    return [Warning("Falta el manual: la ayuda estará vacía.", hint=hint, id="pmh.W001")]
