"""A workbook or table about the plan that was sent in the browser: kept until its author confirms or discards it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.models import KeptUpload
from plans.models.plan import Plan


class PlanUpload(KeptUpload):
    """A file as it came. Nothing of it is in the plan before it is confirmed; a confirmed one is kept."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("Libro del plan")
        TARGETS = "targets", _("Libro de metas")
        RESULTS = "results", _("Resultados de semestres anteriores")

    FOLDER = "plan-uploads"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(_("qué es"), max_length=8, choices=Kind.choices)
    file = models.FileField(_("archivo"), upload_to=f"{FOLDER}/")

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
