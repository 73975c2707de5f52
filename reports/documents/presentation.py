"""The presentation: what the plan is, who evaluates it, what is measured, how the report is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.scorecard import Level
from reports.documents.source import Source, long_date
from reports.documents.text import Block, blocks_of


@dataclass(frozen=True, slots=True)
class Presented:
    """One question that a reader has before reading, and its answer."""

    title: str
    blocks: tuple[Block, ...]


def presentation(source: Source) -> tuple[Presented, ...]:
    return tuple(Presented(title, blocks_of("\n\n".join(texts))) for title, texts in _answers(source))


def _answers(source: Source) -> Iterator[tuple[str, list[str]]]:
    plan = source.record["plan"]
    about = _("%(name)s es el plan de %(government)s para %(first)s a %(last)s.") % {
        "name": plan["name"],
        "government": plan["government"],
        "first": plan["first_year"],
        "last": plan["last_year"],
    }
    approved = _("Lo aprobó %s.") % plan["instrument"] if plan["instrument"] else ""
    yield _("Qué es el plan"), [" ".join(filter(None, [about, approved])), plan["description"]]
    yield _("Quién evalúa"), [_who(source)]
    yield _("Qué se mide"), [_measured(source)]
    yield (
        _("Cómo se lee"),
        [
            _(
                "La primera página de cifras, «En una página», basta para saber cómo va el plan. Los resultados van "
                "del lineamiento a la actividad; las letras pequeñas junto a una cifra remiten a la nota al pie de su "
                "cuadro. El anexo reúne, indicador por indicador, línea de base, metas, logros y avance."
            )
        ],
    )


def _who(source: Source) -> str:
    plan = source.record["plan"]
    coordination = plan["coordination"] or _("la unidad que coordina el plan")
    text = _(
        "La evaluación está a cargo de %(unit)s, que coordina el plan y da conformidad a los reportes de las unidades "
        "responsables. Corta al %(cutoff)s y usa los %(reports)s reportes que hasta esa fecha recibieron conformidad."
    ) % {"unit": coordination, "cutoff": long_date(source.cutoff), "reports": len(source.record["submissions"])}
    inside = sum(used["validated_by_same_unit"] for used in source.record["submissions"])
    if inside:
        text += " " + ngettext(
            "Un reporte de la propia unidad coordinadora recibió conformidad en la misma unidad: se señala donde "
            "entra.",
            "%(count)s reportes de la propia unidad coordinadora recibieron conformidad en la misma unidad: se señala "
            "donde entran.",
            inside,
        ) % {"count": inside}
    return text


def _measured(source: Source) -> str:
    def count(level: Level) -> int:
        return len(source.card.at_level(level))

    above = sum(row.measures_level != Level.ACTIVITY for row in source.card.indicators)
    text = _(
        "Las metas físicas de %(activities)s actividades, ordenadas en %(guidelines)s lineamientos, %(objectives)s "
        "objetivos estratégicos y %(actions)s acciones estratégicas, con %(indicators)s indicadores por los que "
        "responden %(units)s unidades. No se mide el gasto."
    ) % {
        "activities": count(Level.ACTIVITY),
        "guidelines": count(Level.GUIDELINE),
        "objectives": count(Level.OBJECTIVE),
        "actions": count(Level.ACTION),
        "indicators": len(source.card.indicators),
        "units": count(Level.UNIT),
    }
    if above:
        text += " " + ngettext(
            "Un indicador mide un objetivo o una acción: se muestra junto a él y no entra en ningún promedio.",
            "%(count)s indicadores miden objetivos o acciones: se muestran junto a ellos y no entran en ningún "
            "promedio.",
            above,
        ) % {"count": above}
    return text
