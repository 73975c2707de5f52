"""The sheet of the indicators: technical sheet, who answers, and one target per semester."""

from __future__ import annotations

from django.utils.translation import gettext as _

from plans.models import BreakdownTable, Indicator
from plans.workbook.content import IndicatorRow
from plans.workbook.kinds import Quantity, QuantityOrND, Tenures, Text, Whole, YesNo
from plans.workbook.layout import INDICATORS, UNITS, WIDE, Column, Sheet, code_of, text_of
from plans.workbook.lists import Choice, Choices


def indicator_sheet(periods: tuple[str, ...]) -> Sheet:
    weight = Quantity(9, 4, above_zero=True)
    return Sheet(
        INDICATORS,
        "indicators",
        IndicatorRow,
        _("La ficha técnica de cada indicador, quién responde por él y su meta física en cada semestre."),
        (
            Column("code", "Código", code_of(Indicator), _("Único entre los indicadores."), True, 20),
            Column(
                "parent",
                "Mide",
                Text(40),
                _("Código de una actividad, una acción estratégica o un objetivo."),
                True,
                16,
            ),
            Column("name", "Nombre", text_of(Indicator, "name"), _("Número, porcentaje o tiempo de…"), True, 40),
            Column("justification", "Justificación", Text(), _("Por qué se mide."), False, WIDE),
            Column("relevance", "Relevancia", Text(), _("Qué muestra."), False, WIDE),
            Column("limitations", "Limitaciones", Text(), _("Qué no muestra."), False, WIDE),
            Column("method", "Método de cálculo", Text(), _("Cómo se obtiene el valor."), False, WIDE),
            Column("what_counts", "Qué cuenta", Text(), _("Lo que quien reporta debe contar."), False, WIDE),
            Column("what_does_not", "Qué no cuenta", Text(), _("Lo que no debe contar."), False, WIDE),
            Column("assumptions", "Supuestos", Text(), _("Qué se da por cierto."), False, WIDE),
            Column("source", "Fuente", Text(), _("De qué registro sale y quién lo lleva."), False, WIDE),
            Column(
                "unit_of_measure",
                "Unidad de medida",
                text_of(Indicator, "unit_of_measure"),
                _("En singular: persona, feria, porcentaje."),
                True,
                16,
            ),
            *_measure_columns(),
            Column("weight", "Peso", weight, _("En los promedios. Vacío: todos pesan igual."), False, 9),
            Column(
                "responsible",
                "Unidad responsable",
                Tenures(periods),
                _("Siglas de quien responde desde el inicio. Si cambia en el camino: GSC;GSGC:2023-2."),
                True,
                16,
                refers_to=UNITS,
            ),
            *(
                Column(
                    f"target:{period}",
                    f"Meta {period}",
                    Quantity(),
                    _("Vacío: nada programado."),
                    False,
                    11,
                    "",
                    period,
                )
                for period in periods
            ),
        ),
    )


def _measure_columns() -> tuple[Column, ...]:
    return (
        Column("counts", "Cuenta", Choice(Indicator.Counts), _("Qué clase de cosa se cuenta."), True, 18),
        Column(
            "breakdown_tables",
            "Tablas de desagregación",
            Choices(_("tablas de la hoja Listas separadas por «;»"), BreakdownTable),
            _("Solo si cuenta personas."),
            False,
            26,
        ),
        Column(
            "accumulation",
            "Acumulación",
            Choice(Indicator.AccumulationChoice),
            _("Cómo se juntan los semestres: los flujos se suman, los saldos toman el último valor."),
            True,
            20,
        ),
        Column("direction", "Sentido", Choice(Indicator.DirectionChoice), _("Si más es mejor o menos."), True, 13),
        Column(
            "formula",
            "Fórmula",
            Choice(Indicator.FormulaChoice),
            _("Contra qué se mide el avance."),
            True,
            20,
        ),
        Column("baseline", "Línea de base", QuantityOrND(), _("El valor antes del plan, o ND."), True, 10),
        Column("baseline_year", "Año de la línea de base", Whole(1900, 2100), _("De qué año es."), False, 10),
        Column(
            "people_may_repeat",
            "Una persona puede repetirse",
            YesNo(),
            _("Si la misma persona puede contarse en dos semestres."),
            True,
            12,
        ),
        Column(
            "numerator_may_exceed",
            "El numerador puede superar al denominador",
            YesNo(),
            _("Solo para porcentajes agrupados; en general, No."),
            True,
            14,
        ),
    )
