"""The tree of the plan: guideline, strategic objective, strategic action, activity.

Each node carries its plan, so that the database itself keeps a code from standing twice in one plan; `clean()` keeps
it the plan of its parent.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution.folding import SEARCHABLE, searchable
from institution.models import GCMObjective, IGMDimension, SDGTarget, Unit, User
from plans.models.plan import Plan


def code_once_per_plan(model: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["plan", "code"],
        name=f"{model}_code_once_per_plan",
        violation_error_message=_("Este código ya existe en el plan."),
    )


def weight_above_zero(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(weight__isnull=True) | Q(weight__gt=0),
        name=f"{model}_weight_above_zero",
        violation_error_message=_("El peso es mayor que 0, o queda vacío."),
    )


class WeightField(models.DecimalField):
    """The weight in averages; empty means equal weights (1). Weights are renormalised over what enters."""

    def __init__(self, *args, **kwargs):
        kwargs.update(max_digits=9, decimal_places=4, null=True, blank=True)
        super().__init__(_("peso"), *args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("verbose_name", None)
        return name, path, args, kwargs


class Node(models.Model):
    """What the four levels share."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="%(class)ss", editable=False)
    code = models.CharField(_("código"), max_length=40)
    name = models.CharField(_("nombre"), max_length=300)
    description = models.TextField(_("descripción"), blank=True)
    order = models.PositiveIntegerField(_("orden"), default=0, validators=[MinValueValidator(0)])

    searchable = searchable("code", "name", "description")

    parent_field: str | None = None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        if self.parent_field and getattr(self, self.parent_field).plan_id != self.plan_id:
            raise ValidationError({self.parent_field: _("El nodo superior es de otro plan.")})
        # Figures and addresses find a node by its code alone, and four tables cannot share a unique constraint.
        for level in Node.__subclasses__():
            if level is not type(self) and level.objects.filter(plan=self.plan_id, code=self.code).exists():
                raise ValidationError({"code": _("Otro nivel del plan ya usa este código.")})
        if self.code == self.plan.code:
            raise ValidationError({"code": _("Este es el código del plan.")})


class Guideline(Node):
    history = HistoricalRecords(excluded_fields=[SEARCHABLE])

    class Meta:
        verbose_name = _("lineamiento")
        verbose_name_plural = _("lineamientos")
        ordering = ["order", "code"]
        constraints = [code_once_per_plan("guideline")]


class Objective(Node):
    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="objectives")
    parent_field = "guideline"
    history = HistoricalRecords(excluded_fields=[SEARCHABLE])

    class Meta:
        verbose_name = _("objetivo estratégico")
        verbose_name_plural = _("objetivos estratégicos")
        ordering = ["order", "code"]
        constraints = [code_once_per_plan("objective")]


class StrategicAction(Node):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="actions", editable=False)
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="actions")
    parent_field = "objective"
    history = HistoricalRecords(excluded_fields=[SEARCHABLE])

    class Meta:
        verbose_name = _("acción estratégica")
        verbose_name_plural = _("acciones estratégicas")
        ordering = ["order", "code"]
        constraints = [code_once_per_plan("action")]


class ActivityQuerySet(models.QuerySet["Activity"]):
    def led_by(self, units: models.QuerySet[Unit] | Collection[int]) -> ActivityQuerySet:
        return self.filter(lead_unit__in=units)

    def unanswered(self) -> ActivityQuerySet:
        """Those of which nobody has said whether they need money beyond the approved budget."""
        return self.filter(needs_extra_budget__isnull=True)


class Activity(Node):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="activities", editable=False)
    action = models.ForeignKey(StrategicAction, on_delete=models.CASCADE, related_name="activities")
    lead_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="led_activities", verbose_name=_("unidad que conduce")
    )
    supporting_units = models.ManyToManyField(
        Unit, blank=True, related_name="supported_activities", verbose_name=_("unidades que apoyan")
    )
    weight = WeightField()
    gender_focus = models.BooleanField(_("enfoque de género"), default=False)
    gcm_objectives = models.ManyToManyField(GCMObjective, blank=True, verbose_name=_("objetivos del Pacto Mundial"))
    sdg_targets = models.ManyToManyField(SDGTarget, blank=True, verbose_name=_("metas de los ODS"))
    igm_dimension = models.ForeignKey(
        IGMDimension, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("dimensión de los IGM")
    )
    pdlc_alignment = models.CharField(_("alineamiento con el PDLC"), max_length=300, blank=True)
    # None: the budget liaison has not answered yet.
    needs_extra_budget = models.BooleanField(_("necesita presupuesto adicional"), null=True, blank=True)
    extra_budget_reason = models.TextField(_("para qué"), blank=True)
    extra_budget_answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("respondió")
    )
    extra_budget_answered_on = models.DateField(_("respondió el"), null=True, blank=True)
    # Late stays late, though the coordination may move the deadline afterwards.
    extra_budget_was_late = models.BooleanField(_("respondió fuera de plazo"), default=False)

    parent_field = "action"
    objects = ActivityQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[SEARCHABLE], m2m_fields=[supporting_units, gcm_objectives, sdg_targets]
    )

    class Meta:
        verbose_name = _("actividad")
        verbose_name_plural = _("actividades")
        ordering = ["order", "code"]
        constraints = [
            code_once_per_plan("activity"),
            weight_above_zero("activity"),
            models.CheckConstraint(
                condition=~Q(needs_extra_budget=True) | ~Q(extra_budget_reason=""),
                name="activity_extra_budget_has_its_reason",
                violation_error_message=_("Si necesita presupuesto adicional, diga para qué."),
            ),
            models.CheckConstraint(
                condition=Q(needs_extra_budget__isnull=True) | Q(extra_budget_answered_on__isnull=False),
                name="activity_extra_budget_answer_has_its_date",
                violation_error_message=_("Una respuesta lleva su fecha."),
            ),
        ]


# The four levels from the top down, each by the name that figures and pages use for it.
NODE_MODELS: dict[str, type[Node]] = {
    "guideline": Guideline,
    "objective": Objective,
    "action": StrategicAction,
    "activity": Activity,
}
# What an activity is linked with.
ACTIVITY_LINKS = ("supporting_units", "gcm_objectives", "sdg_targets")
