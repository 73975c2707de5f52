"""A report that was filled in in Excel and sent back: kept until its author confirms or discards it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.models import User
from monitoring.models.submission import Submission


class OfflineUploadQuerySet(models.QuerySet["OfflineUpload"]):
    def pending(self) -> OfflineUploadQuerySet:
        """Neither confirmed nor discarded."""
        return self.filter(confirmed_at=None, discarded_at=None)


class OfflineUpload(models.Model):
    """A workbook as it came. Nothing of it is in the report before it is confirmed; a confirmed one is kept."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="offline_uploads")
    file = models.FileField(_("archivo"), upload_to="workbooks/")
    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"))
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("subido"))
    confirmed_at = models.DateTimeField(_("confirmado"), null=True, blank=True)
    discarded_at = models.DateTimeField(_("descartado"), null=True, blank=True)

    objects = OfflineUploadQuerySet.as_manager()

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

    @property
    def is_pending(self) -> bool:
        return self.confirmed_at is None and self.discarded_at is None
