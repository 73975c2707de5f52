"""A report that was filled in in Excel and sent back: kept until its author confirms or discards it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.models import KeptUpload
from monitoring.models.submission import Submission


class OfflineUpload(KeptUpload):
    """A workbook as it came. Nothing of it is in the report before it is confirmed; a confirmed one is kept."""

    FOLDER = "workbooks"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="offline_uploads")
    file = models.FileField(_("archivo"), upload_to=f"{FOLDER}/")

    class Meta:
        verbose_name = _("reporte en Excel")
        verbose_name_plural = _("reportes en Excel")
        ordering = ["submission", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(discarded_at__isnull=True),
                name="offline_upload_confirmed_or_discarded",
                violation_error_message=_("Un libro se confirma o se descarta, no ambos."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.file_name}"
