"""The code lists that all plans share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class District(models.Model):
    """A district of Peru by its INEI code; the rows of the breakdown by district."""

    ubigeo = models.CharField(_("ubigeo"), max_length=6, primary_key=True)
    name = models.CharField(_("distrito"), max_length=120)

    class Meta:
        verbose_name = _("distrito")
        verbose_name_plural = _("distritos")
        ordering = ["ubigeo"]

    def __str__(self) -> str:
        return self.name


class GCMObjective(models.Model):
    """One of the 23 objectives of the Global Compact for Safe, Orderly and Regular Migration."""

    number = models.PositiveSmallIntegerField(_("número"), primary_key=True)
    name = models.CharField(_("objetivo"), max_length=250)

    class Meta:
        verbose_name = _("objetivo del Pacto Mundial para la Migración")
        verbose_name_plural = _("objetivos del Pacto Mundial para la Migración")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class SDGTarget(models.Model):
    """One of the 169 targets of the Sustainable Development Goals, by its code (`10.7`, `17.18`, `5.c`)."""

    code = models.CharField(_("código"), max_length=5, primary_key=True)
    name = models.CharField(_("meta"), max_length=250)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("meta de los ODS")
        verbose_name_plural = _("metas de los ODS")
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IGMDimension(models.Model):
    """One of the six dimensions of the Migration Governance Indicators."""

    number = models.PositiveSmallIntegerField(_("número"), primary_key=True)
    name = models.CharField(_("dimensión"), max_length=160)

    class Meta:
        verbose_name = _("dimensión de los IGM")
        verbose_name_plural = _("dimensiones de los IGM")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
