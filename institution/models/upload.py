"""A file that was sent to be looked at first: kept until its author confirms or discards it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from institution.models.person import User


class KeptUploadQuerySet(models.QuerySet["KeptUpload"]):
    def pending(self) -> KeptUploadQuerySet:
        """Neither confirmed nor discarded."""
        return self.filter(confirmed_at=None, discarded_at=None)


class KeptUpload(models.Model):
    """A file as it came. Nothing of it is written before it is confirmed; a confirmed one is kept.

    Whoever keeps one adds what it is about, where the file lies (`file`, in `FOLDER`), and the constraint that it is
    not both.
    """

    FOLDER: ClassVar[str]

    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"))
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("subido"))
    confirmed_at = models.DateTimeField(_("confirmado"), null=True, blank=True)
    discarded_at = models.DateTimeField(_("descartado"), null=True, blank=True)

    objects = KeptUploadQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_pending(self) -> bool:
        return self.confirmed_at is None and self.discarded_at is None
