"""What happened: targets and results, and the figures of progress of indicators, nodes and units."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from monitoring.showing import STATUS_WORDS
from reports.opendata.columns import (
    Table,
    coded,
    number,
    period,
    text,
    to,
    yes_or_no,
)
from reports.opendata.tables.parts import (
    TO_INDICATOR,
    TO_PERIOD,
    TO_UNIT,
    counts,
    figure,
    indicator,
    moment,
    names,
    node,
)

TARGETS_AND_RESULTS = Table(
    "targets_and_results",
    _("Metas y resultados por semestre"),
    _("Lo programado y lo logrado en cada semestre. Un 0 es un dato; una celda vacía dice que no hay ninguno."),
    "What was programmed and what was obtained, semester by semester. Empty is no value, never 0.",
    (
        indicator(),
        period("period", _("Semestre"), "Code of the semester."),
        number("target", _("Meta"), "Physical target; empty: nothing is programmed (S.P.)."),
        number("value", _("Resultado"), "Value obtained; of a pooled percentage the share, in percent."),
        number("numerator", _("Numerador"), "Of a pooled percentage."),
        number("denominator", _("Denominador"), "Of a pooled percentage."),
        yes_or_no("not_available", _("Se declaró no disponible"), "The unit declared that there is no value."),
        text("not_available_reason", _("Por qué no hay dato"), "Why the unit says there is none, in Spanish."),
        coded(
            "status",
            _("Estado"),
            "Why there is a figure or none; empty in semesters after `upto`.",
            names(STATUS_WORDS),
            required=False,
        ),
        *figure(in_node=False)[:3],
        text("unit", _("Unidad que responde"), "Acronym of the unit that answers in that semester."),
    ),
    ("indicator", "period"),
    (TO_INDICATOR, TO_PERIOD, TO_UNIT),
)

INDICATOR_PROGRESS = Table(
    "indicator_progress",
    _("Avance de los indicadores"),
    _("En el semestre, el año, el plan a la fecha y todo el plan."),
    "The figures of each indicator in the four windows.",
    (
        *moment(indicator()),
        number("target", _("Meta de la ventana"), "Target of the window."),
        number("value", _("Valor de la ventana"), "Value of the window."),
        coded("status", _("Estado"), "Why there is a figure or none.", names(STATUS_WORDS)),
        *figure(in_node=False),
    ),
    ("indicator", "upto", "horizon"),
    (TO_INDICATOR, to("periods", "upto")),
)

NODE_PROGRESS = Table(
    "node_progress",
    _("Avance del plan y de sus elementos"),
    _("En las cuatro ventanas y, además, semestre por semestre."),
    "The scorecard: the figures of the plan and of every node, and those of each semester before.",
    (*moment(node()), *figure(in_node=True), *counts()),
    ("node", "upto", "horizon"),
    (to("nodes", "node"), to("periods", "upto")),
)

UNIT_PROGRESS = Table(
    "unit_progress",
    _("Avance de las unidades"),
    _("En aquello por lo que cada una responde."),
    "The figures of each unit, over what it answers for, and those of each semester before.",
    (
        *moment(text("unit", _("Siglas de la unidad"), "Acronym of the unit.", required=True)),
        *figure(in_node=True),
        *counts(),
    ),
    ("unit", "upto", "horizon"),
    (TO_UNIT, to("periods", "upto")),
)
