"""Physical targets, and the open record of every change to them (reprogramación; rules, section 10)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution.models import User
from plans.models.fields import PeriodCodeField, QuantityField, is_period_code
from plans.models.indicator import Indicator


class Target(models.Model):
    """What was programmed for one semester. No row: nothing programmed (S.P.). A 0 is a target."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    period = PeriodCodeField(_("semestre"))
    value = QuantityField(_("meta"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("meta física")
        verbose_name_plural = _("metas físicas")
        ordering = ["indicator", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period"],
                name="target_once_per_period",
                violation_error_message=_("El indicador ya tiene meta en ese semestre."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="target_not_negative",
                violation_error_message=_("La meta no puede ser negativa."),
            ),
            models.CheckConstraint(condition=is_period_code("period"), name="target_period_is_period"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.period}: {self.value}"


class TargetRevision(models.Model):
    """A reprogramming of one target: old and new value, why, by which document, who entered it. Only ever added."""

    class Reason(models.TextChoices):
        PRIORITY = "priority", _("Priorización")
        NEW_ACTIVITY = "new_activity", _("Actividad nueva por contexto o norma")
        HIGHER_PLAN = "higher_plan", _("Cambio de un plan superior")
        CORRECTION = "correction", _("Corrección")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="revisions")
    period = PeriodCodeField(_("semestre"))
    # None on either side: nothing was, or is no longer, programmed.
    old_value = QuantityField(_("meta anterior"), null=True, blank=True)
    new_value = QuantityField(_("meta nueva"), null=True, blank=True)
    reason = models.CharField(_("motivo"), max_length=14, choices=Reason.choices)
    explanation = models.TextField(_("explicación"), blank=True)
    document_kind = models.CharField(_("tipo de documento"), max_length=60)
    document_number = models.CharField(_("número"), max_length=80)
    document_date = models.DateField(_("fecha del documento"))
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("registró"))
    entered_on = models.DateField(_("registrada el"))

    class Meta:
        verbose_name = _("reprogramación")
        verbose_name_plural = _("reprogramaciones")
        ordering = ["entered_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(new_value__isnull=True) | Q(new_value__gte=0),
                name="revision_not_negative",
                violation_error_message=_("La meta no puede ser negativa."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(old_value__isnull=True, new_value__isnull=False)
                    | Q(old_value__isnull=False, new_value__isnull=True)
                    | (Q(old_value__isnull=False, new_value__isnull=False) & ~Q(old_value=F("new_value")))
                ),
                name="revision_changes_something",
                violation_error_message=_("La meta nueva es igual a la anterior."),
            ),
            models.CheckConstraint(
                condition=~Q(document_kind="") & ~Q(document_number=""), name="revision_has_its_document"
            ),
            models.CheckConstraint(condition=is_period_code("period"), name="revision_period_is_period"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.period}: {self.old_value} -> {self.new_value}"
