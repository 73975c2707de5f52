"""A workbook or table about the plan that was sent in the browser: kept until its author confirms or discards it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.models import User
from plans.models.plan import Plan


class PlanUploadQuerySet(models.QuerySet["PlanUpload"]):
    def pending(self) -> PlanUploadQuerySet:
        """Neither confirmed nor discarded."""
        return self.filter(confirmed_at=None, discarded_at=None)


class PlanUpload(models.Model):
    """A file as it came. Nothing of it is in the plan before it is confirmed; a confirmed one is kept."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("Libro del plan")
        TARGETS = "targets", _("Libro de metas")
        RESULTS = "results", _("Resultados de semestres anteriores")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(_("qué es"), max_length=8, choices=Kind.choices)
    file = models.FileField(_("archivo"), upload_to="plan-uploads/")
    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"))
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("subido"))
    confirmed_at = models.DateTimeField(_("confirmado"), null=True, blank=True)
    discarded_at = models.DateTimeField(_("descartado"), null=True, blank=True)

    objects = PlanUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("archivo enviado")
        verbose_name_plural = _("archivos enviados")
        ordering = ["plan", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(discarded_at__isnull=True),
                name="plan_upload_confirmed_or_discarded",
                violation_error_message=_("Un archivo se confirma o se descarta, no ambos."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.code}: {self.file_name}"

    @property
    def is_pending(self) -> bool:
        return self.confirmed_at is None and self.discarded_at is None
