"""The plan's papers: the road to its approval, and the library that carries the institution's memory."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution.folding import SEARCHABLE, searchable
from institution.models import Unit
from plans.models.fields import is_web_address
from plans.models.plan import Plan


class ApprovalStep(models.Model):
    """One step of the approval road map, planned and real."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="approval_steps")
    order = models.PositiveSmallIntegerField(_("orden"))
    name = models.CharField(_("paso"), max_length=250)
    responsible_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unidad responsable"),
    )
    planned_on = models.DateField(_("previsto para"), null=True, blank=True)
    done_on = models.DateField(_("cumplido el"), null=True, blank=True)
    document = models.CharField(_("documento"), max_length=160, blank=True)
    notes = models.TextField(_("notas"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("paso de aprobación")
        verbose_name_plural = _("hoja de ruta de aprobación")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "order"],
                name="approval_step_order_once",
                violation_error_message=_("Ya hay un paso con ese número de orden."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"

    def days_late(self, today: dt.date) -> int:
        """By how many days the step was done late, or is late today; 0 while nothing is late or no day was planned."""
        if self.planned_on is None:
            return 0
        return max(((self.done_on or today) - self.planned_on).days, 0)


class LibraryItemQuerySet(models.QuerySet["LibraryItem"]):
    def in_use(self) -> LibraryItemQuerySet:
        """What was not withdrawn."""
        return self.filter(withdrawn_on=None)

    def public(self) -> LibraryItemQuerySet:
        """What the public site shows."""
        return self.in_use().filter(is_public=True)


class LibraryItem(models.Model):
    """A document that the plan rests on: ordinance, diagnosis, characterisation, minutes. A file or a link.

    What is withdrawn is kept: it may have been read and cited, and it can come back.
    """

    class Kind(models.TextChoices):
        ORDINANCE = "ordinance", _("Norma")
        DIAGNOSIS = "diagnosis", _("Diagnóstico")
        CHARACTERISATION = "characterisation", _("Caracterización")
        MINUTES = "minutes", _("Acta")
        OTHER = "other", _("Otro")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="library")
    kind = models.CharField(_("tipo"), max_length=18, choices=Kind.choices)
    title = models.CharField(_("título"), max_length=250)
    number = models.CharField(_("número"), max_length=80, blank=True)
    dated_on = models.DateField(_("fecha"), null=True, blank=True)
    description = models.TextField(_("descripción"), blank=True)
    file = models.FileField(_("archivo"), upload_to="library/", blank=True)
    # As it was called by whoever gave it; the stored one cannot be guessed.
    file_name = models.CharField(_("nombre del archivo"), max_length=200, blank=True)
    url = models.URLField(_("enlace"), max_length=500, blank=True)
    is_public = models.BooleanField(
        _("mostrar en el sitio público: cualquiera podrá leerlo sin cuenta"),
        default=False,
    )
    searchable = searchable("title", "number", "description")
    withdrawn_on = models.DateField(_("retirado el"), null=True, blank=True)

    objects = LibraryItemQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=[SEARCHABLE])

    class Meta:
        verbose_name = _("documento de la biblioteca")
        verbose_name_plural = _("biblioteca")
        ordering = ["-dated_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(url="")) | (~Q(file="") & Q(url="")),
                name="library_item_is_file_or_link",
                violation_error_message=_("Un documento es un archivo o un enlace."),
            ),
            models.CheckConstraint(
                condition=is_web_address("url"),
                name="library_item_link_is_web_address",
                violation_error_message=_("El enlace empieza con http:// o https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
