"""The record of a plan opened for workbooks, and what all of them say of it (`monitoring.record`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring import showing
from monitoring.disclosure import PublishedPeople
from monitoring.exports.book import Note, Percent, Sign, Written, cap_text, light_notes
from monitoring.frozen import JSON, outline_from_json, scorecard_from_json, sha256_of
from monitoring.progress import IndicatorFigure, NodeFigure
from monitoring.scorecard import Figures, PlanOutline, Scorecard
from plans.measures import Reading

NOTHING_PROGRAMMED = "S.P."


@dataclass(frozen=True)
class Parts:
    """`semesters`: the scorecard of each semester up to the last, in order. `people`: None in records without any."""

    record: JSON
    card: Scorecard
    outline: PlanOutline
    semesters: Mapping[str, Scorecard]
    people: PublishedPeople | None

    @classmethod
    def of(cls, record: JSON) -> Parts:
        return cls(
            record,
            scorecard_from_json(record["scorecard"]),
            outline_from_json(record["outline"]),
            {period: scorecard_from_json(card) for period, card in sorted(record["semesters"].items())},
            PublishedPeople.of(record.get("people")),
        )

    @property
    def official(self) -> Reading:
        return self.card.parameters.reading

    @property
    def readings(self) -> tuple[Reading, Reading]:
        """The official one first: the light is its."""
        return (self.official, next(reading for reading in Reading if reading != self.official))

    @property
    def year(self) -> str:
        return self.card.upto[:4]

    @property
    def evaluation(self) -> JSON | None:
        return self.record.get("evaluation")

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Of every node of the tree, by code."""
        return {node.code: node.name for node in self.outline.nodes}

    @property
    def headline(self) -> str:
        """Whose figures, of when, and whether they are official."""
        plan = self.record["plan"]
        told = [plan["government"], plan["name"], _("al cierre de %s") % self.card.upto, self.figures_name]
        return " · ".join(told)

    @property
    def figures_name(self) -> str:
        if self.evaluation and not self.evaluation["closed_on"]:
            return _("borrador, cifras preliminares")
        if self.card.figures == Figures.OFFICIAL:
            return _("cifras oficiales")
        return _("semestre sin cerrar, cifras no oficiales")

    def progress(self, figure: IndicatorFigure | NodeFigure, reading: Reading, places: int) -> Written:
        """A figure of progress as it stands in a cell; the light is that of the official reading."""
        value = figure.progress.by(reading)
        if figure.sign or value is None:
            return Sign(str(showing.NOT_DUE_YET) if figure.not_due_yet else figure.sign or showing.MISSING)
        return Percent(value, figure.light if reading == self.official else None, places)

    def coverage(self, figure: NodeFigure) -> Written:
        return Sign(showing.MISSING) if figure.coverage is None else Percent(figure.coverage, None, 1)


def notes_of(parts: Parts) -> Iterator[Note]:
    """How to read any of these workbooks: whose figures they are, by which rules, and what the signs mean."""
    plan, rules = parts.record["plan"], parts.card.parameters
    yield _("Plan"), f"{plan['name']} ({plan['government']})"
    if plan["is_reference"]:
        yield _("Texto de referencia"), _("Los nombres de acciones, actividades y metas no son los del anexo aprobado.")
    yield from _of_evaluation(parts)
    yield _("Semestre"), parts.card.upto
    yield _("Cifras"), parts.figures_name
    yield _("Lectura oficial del plan"), str(showing.READING_NAMES[parts.official])
    yield (
        _("Sobre lo programado"),
        _("Toda meta vencida cuenta, también la que no se reportó. Es el avance frente a lo prometido."),
    )
    yield _("Sobre lo reportado"), _("Cuenta solo lo que se reportó. Léalo siempre con su cobertura.")
    yield (
        _("Porcentajes"),
        _("Son números con todos sus decimales: 0.9333 se ve 93.33 %. Redondee solo al mostrar."),
    )
    yield (
        _("Promedios"),
        _("De las actividades, nunca de otros promedios. Cada indicador entra con 0 % como mínimo; como máximo:")
        + f" {cap_text(rules)}.",
    )
    yield from light_notes(rules)
    yield _("Regla de las cifras"), parts.card.formula


def _of_evaluation(parts: Parts) -> Iterator[Note]:
    evaluation = parts.evaluation
    if not evaluation:
        return
    text = _("Evaluación %(year)s, versión %(version)s") % evaluation
    if evaluation["closed_on"]:
        yield (
            _("Evaluación"),
            f"{text}. {_('Cerrada el')} {date_format(dt.date.fromisoformat(evaluation['closed_on']))}.",
        )
        yield _("Huella de los datos"), f"SHA-256 {sha256_of(parts.record)}"
    else:
        yield _("Evaluación"), f"{text}. {_('Borrador: puede cambiar hasta que se cierre.')}"


def notes_of_people() -> Iterator[Note]:
    """How to read the published counts of people (rules, section 12)."""
    yield (
        _("Personas"),
        _(
            "Para que nadie pueda ser reconocido, la tabla de un resultado que tiene una celda de 1 a 4 se publica "
            "solo por sexo; si aun así queda un 1 a 4, solo su total. El total de un indicador se publica siempre."
        ),
    )
    yield (
        _("Atenciones"),
        _(
            "La suma de varios resultados cuenta atenciones, no personas: quien fue atendido dos veces cuenta dos "
            "veces. Se suma solo lo publicado; lo demás está en «sin desagregar»."
        ),
    )
    yield (
        _("Saldos y personal"),
        _("Los saldos van aparte, a su último valor, y el personal municipal capacitado también: no se suman."),
    )
