"""The indicator with its technical sheet, the breakdown tables it declares, and who answers for it since when."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution.folding import SEARCHABLE, searchable
from institution.models import Unit
from plans.measures import Accumulation, Direction, Formula, MeasureProblem, measure_problems
from plans.models.fields import PeriodCodeField, QuantityField, is_period_code
from plans.models.plan import Plan
from plans.models.tree import (
    Activity,
    Objective,
    StrategicAction,
    WeightField,
    code_once_per_plan,
    weight_above_zero,
)

MEASURE_PROBLEM_TEXTS = {
    MeasureProblem.DECREASING_SUM: _("Un indicador que se suma no puede ser decreciente."),
    MeasureProblem.BASELINE_ACCUMULATION: _(
        "La fórmula con línea de base no se usa con valores que se suman ni con porcentajes agrupados."
    ),
    MeasureProblem.BASELINE_MISSING: _("La fórmula con línea de base necesita el valor de la línea de base."),
    MeasureProblem.TARGET_NOT_BEYOND_BASELINE: _(
        "La primera meta no va más allá de la línea de base en el sentido declarado."
    ),
}


# What the sheet says in words.
SHEET_TEXTS = (
    "what_counts",
    "what_does_not",
    "method",
    "source",
    "justification",
    "relevance",
    "limitations",
    "assumptions",
    "unit_of_measure",
)


class Indicator(models.Model):
    """What is measured, of exactly one node: an activity, a strategic action or an objective.

    Those above activity are shown beside their node and never enter an average (rules, section 1).
    """

    class AccumulationChoice(models.TextChoices):
        SUM = Accumulation.SUM.value, _("Se suma")
        LAST = Accumulation.LAST.value, _("Último valor")
        AVERAGE = Accumulation.AVERAGE.value, _("Promedio")
        POOLED = Accumulation.POOLED.value, _("Porcentaje agrupado (numerador y denominador)")

    class DirectionChoice(models.TextChoices):
        INCREASING = Direction.INCREASING.value, _("Creciente")
        DECREASING = Direction.DECREASING.value, _("Decreciente")

    class FormulaChoice(models.TextChoices):
        RATIO = Formula.RATIO.value, _("Valor entre meta (Tipo I)")
        BASELINE = Formula.BASELINE.value, _("Con línea de base (Tipo II)")

    class Counts(models.TextChoices):
        PEOPLE = "people", _("Personas")
        THINGS = "things", _("Bienes, servicios o hechos")
        PERCENTAGE = "percentage", _("Porcentaje")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="indicators", editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, blank=True, related_name="indicators")
    action = models.ForeignKey(
        StrategicAction, on_delete=models.CASCADE, null=True, blank=True, related_name="indicators"
    )
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, null=True, blank=True, related_name="indicators")
    code = models.CharField(_("código"), max_length=40)
    name = models.CharField(_("nombre"), max_length=300)
    order = models.PositiveIntegerField(_("orden"), default=0)
    weight = WeightField()

    justification = models.TextField(_("justificación"), blank=True)
    relevance = models.TextField(_("relevancia"), blank=True)
    limitations = models.TextField(_("limitaciones"), blank=True)
    method = models.TextField(_("método de cálculo"), blank=True)
    assumptions = models.TextField(_("supuestos"), blank=True)
    source = models.TextField(_("fuente"), blank=True)
    what_counts = models.TextField(_("qué cuenta"), blank=True)
    what_does_not = models.TextField(_("qué no cuenta"), blank=True)
    unit_of_measure = models.CharField(_("unidad de medida"), max_length=60)
    counts = models.CharField(_("cuenta"), max_length=10, choices=Counts.choices, default=Counts.THINGS)
    direction = models.CharField(
        _("sentido"), max_length=10, choices=DirectionChoice.choices, default=DirectionChoice.INCREASING
    )
    accumulation = models.CharField(_("acumulación"), max_length=8, choices=AccumulationChoice.choices)
    formula = models.CharField(_("fórmula"), max_length=8, choices=FormulaChoice.choices, default=FormulaChoice.RATIO)
    # None is ND: there is no baseline.
    baseline = QuantityField(_("línea de base"), null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(_("año de la línea de base"), null=True, blank=True)
    people_may_repeat = models.BooleanField(_("una persona puede repetirse"), default=False)
    numerator_may_exceed = models.BooleanField(_("el numerador puede superar al denominador"), default=False)
    searchable = searchable("code", "name", *SHEET_TEXTS)

    history = HistoricalRecords(excluded_fields=[SEARCHABLE])

    class Meta:
        verbose_name = _("indicador")
        verbose_name_plural = _("indicadores")
        ordering = ["order", "code"]
        constraints = [
            code_once_per_plan("indicator"),
            weight_above_zero("indicator"),
            models.CheckConstraint(
                condition=Q(activity__isnull=False, action__isnull=True, objective__isnull=True)
                | Q(activity__isnull=True, action__isnull=False, objective__isnull=True)
                | Q(activity__isnull=True, action__isnull=True, objective__isnull=False),
                name="indicator_measures_exactly_one_node",
                violation_error_message=_("Un indicador mide exactamente un nodo: actividad, acción u objetivo."),
            ),
            models.CheckConstraint(
                condition=~Q(direction=Direction.DECREASING.value, accumulation=Accumulation.SUM.value),
                name="indicator_sum_is_not_decreasing",
                violation_error_message=MEASURE_PROBLEM_TEXTS[MeasureProblem.DECREASING_SUM],
            ),
            models.CheckConstraint(
                condition=~Q(
                    formula=Formula.BASELINE.value,
                    accumulation__in=[Accumulation.SUM.value, Accumulation.POOLED.value],
                ),
                name="indicator_baseline_formula_fits_accumulation",
                violation_error_message=MEASURE_PROBLEM_TEXTS[MeasureProblem.BASELINE_ACCUMULATION],
            ),
            models.CheckConstraint(
                condition=~Q(formula=Formula.BASELINE.value) | Q(baseline__isnull=False),
                name="indicator_baseline_formula_has_baseline",
                violation_error_message=MEASURE_PROBLEM_TEXTS[MeasureProblem.BASELINE_MISSING],
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True) | Q(baseline__gte=0),
                name="indicator_baseline_not_negative",
                violation_error_message=_("La línea de base no puede ser negativa."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def node(self) -> Activity | StrategicAction | Objective:
        """The node that the indicator measures."""
        return self.activity or self.action or self.objective

    @property
    def measured_at(self) -> tuple[str, int, str]:
        """Its place in a list that follows the tree: by the code of its node, then its own order."""
        return self.node.code, self.order, self.code

    @property
    def is_pooled(self) -> bool:
        return self.accumulation == Accumulation.POOLED

    def clean(self) -> None:
        if (node := self.node) and node.plan_id != self.plan_id:
            raise ValidationError(_("El nodo que mide este indicador es de otro plan."))
        first = self.targets.order_by("period").first() if self.pk else None
        problems = measure_problems(
            Accumulation(self.accumulation),
            Direction(self.direction),
            Formula(self.formula),
            self.baseline,
            first.value if first else None,
        )
        if problems:
            raise ValidationError([MEASURE_PROBLEM_TEXTS[problem] for problem in problems])


class BreakdownTable(models.TextChoices):
    """The breakdown tables (rules, section 12): sex crossed with a second dimension, or sex alone."""

    SEX_POPULATION = "sex_population", _("Sexo y población")
    SEX_AGE = "sex_age", _("Sexo y edad")
    SEX_DISTRICT = "sex_district", _("Sexo y distrito")
    SEX = "sex", _("Sexo")
    SEX_DISABILITY = "sex_disability", _("Sexo y discapacidad")


class DeclaredTable(models.Model):
    """A breakdown table that an indicator asks for; rows instead of a list, so that both engines can filter by it."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="declared_tables")
    table = models.CharField(_("tabla"), max_length=16, choices=BreakdownTable.choices)

    class Meta:
        verbose_name = _("tabla de desagregación")
        verbose_name_plural = _("tablas de desagregación")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["indicator", "table"], name="declared_table_once")]

    def __str__(self) -> str:
        return self.get_table_display()


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def at(self, period: str) -> ResponsibilityQuerySet:
        """Those in force in that semester."""
        return self.filter(Q(until_period__isnull=True) | Q(until_period__gte=period), from_period__lte=period)


class Responsibility(models.Model):
    """Which unit answers for an indicator, from which semester and until which (inclusive). Never overwritten."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="responsibilities")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="responsibilities", verbose_name=_("unidad"))
    from_period = PeriodCodeField(_("desde"))
    until_period = PeriodCodeField(_("hasta"), null=True, blank=True)

    objects = ResponsibilityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("responsabilidad")
        verbose_name_plural = _("responsabilidades")
        ordering = ["indicator", "from_period"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "from_period"],
                name="responsibility_once_per_start",
                violation_error_message=_("Ya hay quien responda por el indicador desde ese semestre."),
            ),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(until_period__isnull=True),
                name="responsibility_one_open_per_indicator",
                violation_error_message=_("El indicador ya tiene una unidad responsable sin fecha de término."),
            ),
            models.CheckConstraint(
                condition=Q(until_period__isnull=True) | Q(until_period__gte=F("from_period")),
                name="responsibility_ends_after_it_begins",
                violation_error_message=_("La responsabilidad termina antes de empezar."),
            ),
            models.CheckConstraint(condition=is_period_code("from_period"), name="responsibility_from_is_period"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code}: {self.unit.acronym} {self.from_period}–{self.until_period or ''}"

    def covers(self, period: str) -> bool:
        """Whether the unit answers in that semester."""
        return self.from_period <= period and (self.until_period is None or period <= self.until_period)

    def clean(self) -> None:
        """Refuses overlaps: SQLite has no exclusion constraints, so writers hold a lock on the indicator meanwhile."""
        others = Responsibility.objects.filter(indicator=self.indicator).exclude(pk=self.pk)
        overlapping = others.filter(Q(until_period__isnull=True) | Q(until_period__gte=self.from_period))
        if self.until_period:
            overlapping = overlapping.filter(from_period__lte=self.until_period)
        if overlapping.exists():
            raise ValidationError(_("Otra unidad ya responde por el indicador en ese tiempo."))
