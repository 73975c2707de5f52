"""What each section of an evaluation should say, in our own words, after the guides that CEPLAN has published.

The names of the guides are told so that whoever writes can look further; nothing is quoted from them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.models import EvaluationSection

Kind = EvaluationSection.Kind

FOLLOW_UP_GUIDE = _("Guía para el seguimiento y evaluación de políticas nacionales y planes del Sinaplan, de CEPLAN")


@dataclass(frozen=True, slots=True)
class Guidance:
    """`slug` stands in the address. `asks`: what a reader should find answered. `least`: words below which the section
    is probably not finished; only a warning."""

    kind: str
    slug: str
    purpose: str | Promise
    asks: tuple[str | Promise, ...]
    least: int
    guide: str | Promise = FOLLOW_UP_GUIDE

    @property
    def title(self) -> str:
        return str(Kind(self.kind).label)


GUIDANCE: tuple[Guidance, ...] = (
    Guidance(
        Kind.SUMMARY,
        "resumen",
        _("Lo que debe saber quien solo leerá una página: la alcaldía, el concejo, un periodista."),
        (
            _("Cuánto avanzó el plan en el año y desde su inicio, en qué lectura y con qué cobertura de reporte."),
            _("Los dos o tres logros y los dos o tres retrasos que más pesan, con su cifra."),
            _("La causa principal de lo que no se alcanzó y la decisión que se pide."),
            _("Escríbalo al final, cuando las demás secciones ya no cambien."),
        ),
        60,
    ),
    Guidance(
        Kind.CONTEXT,
        "contexto",
        _("En qué condiciones se ejecutó el plan este año y qué cambió respecto del anterior."),
        (
            _("Cambios del entorno: normas, flujos migratorios, emergencias, autoridades."),
            _("Cambios dentro de la municipalidad: gerencias que cambiaron, equipos, recursos disponibles."),
            _("Qué tan completos y oportunos fueron los reportes de los que salen las cifras."),
        ),
        40,
    ),
    Guidance(
        Kind.ANALYSIS,
        "analisis",
        _("Qué se alcanzó y qué no, de arriba hacia abajo: lineamiento, objetivo, acción y actividad."),
        (
            _("Compare cada cifra con su meta y con el año anterior; diga la lectura y la cobertura que tiene."),
            _("Separe lo que no se cumplió de lo que no se reportó: S.I. no es 0 %."),
            _("Explique los avances por encima de 120 %: ¿se hizo más, o la meta quedó corta?"),
            _("No repita la tabla: interprétela, y apoye cada afirmación en un medio de verificación."),
        ),
        120,
    ),
    Guidance(
        Kind.REVISIONS,
        "reprogramaciones",
        _("Qué metas cambiaron, por qué y con qué documento, para que nadie crea que se ajustaron al resultado."),
        (
            _("Cada meta cambiada: valor anterior y nuevo, motivo del catálogo y documento que la aprobó."),
            _("Si el cambio llegó antes o después de conocerse el resultado."),
            _("Qué habría sido del avance con la meta anterior, cuando la diferencia importa."),
            _("Si ninguna cambió, dígalo: también es información."),
        ),
        15,
    ),
    Guidance(
        Kind.FACTORS,
        "factores",
        _("Qué ayudó y qué dificultó, dentro y fuera de la municipalidad, y qué se hizo al respecto."),
        (
            _("Agrupe lo que contaron las gerencias por causa, no por gerencia."),
            _("Distinga lo que la municipalidad controla de lo que no."),
            _("Por cada dificultad, la medida que se tomó y si funcionó."),
        ),
        50,
    ),
    Guidance(
        Kind.CONCLUSIONS,
        "conclusiones",
        _("Lo que la evaluación demuestra. Cada conclusión sale de un hallazgo, y ninguna trae un dato nuevo."),
        (
            _("Una conclusión por párrafo o por línea que empiece con guion."),
            _("Diga si el plan va camino de sus objetivos y en qué parte no."),
            _("Qué quedó de las conclusiones de la evaluación anterior."),
        ),
        40,
    ),
    Guidance(
        Kind.RECOMMENDATIONS,
        "recomendaciones",
        _("Qué hacer, quién y para cuándo. Cada recomendación responde a una conclusión."),
        (
            _("Empiece cada una con un verbo y dígala a una sola unidad."),
            _("Que se pueda comprobar: qué se verá hecho, y en qué plazo."),
            _("Conviértala en un compromiso de mejora, con responsable y fecha."),
            _("Diga qué fue de las recomendaciones anteriores: cumplidas, en proceso o sin efecto."),
        ),
        40,
    ),
)
BY_KIND = {each.kind: each for each in GUIDANCE}
BY_SLUG = {each.slug: each for each in GUIDANCE}
