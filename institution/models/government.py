"""Governments and their units, from one organisation rule to the next."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution import clock
from institution.models.codes import District


class Government(models.Model):
    """A local government: the Municipalidad Metropolitana de Lima, or any of Peru's 1,891 municipalities."""

    class Kind(models.TextChoices):
        REGIONAL = "regional", _("Gobierno regional")
        PROVINCIAL = "provincial", _("Municipalidad provincial")
        DISTRICT = "district", _("Municipalidad distrital")

    UBIGEO_LENGTH = {Kind.REGIONAL: 2, Kind.PROVINCIAL: 4, Kind.DISTRICT: 6}

    name = models.CharField(_("nombre"), max_length=200)
    place = models.CharField(_("ámbito"), max_length=120, help_text=_("Como se lee en títulos: Lima Metropolitana."))
    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices)
    ubigeo = models.CharField(
        _("ubigeo"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{2}(\d{2}(\d{2})?)?$", _("El ubigeo del INEI tiene 2, 4 o 6 dígitos."))],
    )

    class Meta:
        verbose_name = _("gobierno local")
        verbose_name_plural = _("gobiernos locales")
        ordering = ["ubigeo"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind and len(self.ubigeo) != self.UBIGEO_LENGTH[self.Kind(self.kind)]:
            raise ValidationError({"ubigeo": _("El ubigeo no corresponde al tipo de gobierno.")})

    def own_days_off(self) -> frozenset[dt.date]:
        """The days that are no working days here, beyond Peru's holidays."""
        return frozenset(self.days_off.values_list("day", flat=True))

    def districts(self) -> models.QuerySet[District]:
        """The districts inside the government's territory: INEI codes nest, so the prefix decides."""
        return District.objects.filter(ubigeo__startswith=self.ubigeo)


class DayOff(models.Model):
    """A day on which the municipality does not work beyond the national holidays: an anniversary, a day granted."""

    government = models.ForeignKey(Government, on_delete=models.CASCADE, related_name="days_off")
    day = models.DateField(_("día no laborable"))
    reason = models.CharField(_("motivo"), max_length=160, help_text=_("La norma o la ocasión que lo declara."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("día no laborable")
        verbose_name_plural = _("días no laborables")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["government", "day"],
                name="day_off_once_per_government",
                violation_error_message=_("Ese día ya está en la lista."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="day_off_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid_on(self, day: dt.date) -> UnitQuerySet:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)

    def held(self, *keys: int) -> list[Unit]:
        """Those units, until the end of the transaction: what they answer for stays with them meanwhile.

        Whoever passes something on holds them, and so does whoever begins a report, adds to it or sends it.
        """
        return list(self.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))

    def acted_for(self, posts: models.QuerySet, day: dt.date) -> UnitQuerySet:
        """The units for which those posts act: their own, and those over by that day whose place their own took.

        `permissions.acting_for` reads the same line of succession from its other end. The ORM knows no recursion.
        """
        own, parameters = posts.order_by().values("unit").query.sql_with_params()
        line = f"""
            WITH RECURSIVE line(unit_id) AS (
                {own}
                UNION
                SELECT before.id FROM institution_unit before JOIN line ON before.successor_id = line.unit_id
                WHERE before.valid_until < %s
            ) SELECT unit_id FROM line"""  # noqa: S608 -- a query of Django's own, whose values travel as parameters
        return self.filter(pk__in=RawSQL(line, (*parameters, day)))  # noqa: S611  (values travel as parameters)


class Unit(models.Model):
    """A gerencia or subgerencia. It lives from one organisation rule to the next and may have a successor.

    Its acronym is never used again by another unit of the same government: figures of old evaluations name it.
    """

    class Function(models.TextChoices):
        RESPONSIBLE = "responsible", _("Responsable de actividades")
        COORDINATION = "coordination", _("Coordina el plan")
        PLANNING = "planning", _("Planificación: guarda el formato y el método")

    government = models.ForeignKey(Government, on_delete=models.PROTECT, related_name="units")
    acronym = models.CharField(_("siglas"), max_length=20)
    name = models.CharField(_("nombre"), max_length=200)
    function = models.CharField(_("función"), max_length=12, choices=Function.choices, default=Function.RESPONSIBLE)
    valid_from = models.DateField(_("vigente desde"))
    valid_until = models.DateField(_("vigente hasta"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("sucesora"),
    )

    history = HistoricalRecords()
    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unidad orgánica")
        verbose_name_plural = _("unidades orgánicas")
        ordering = ["acronym"]
        constraints = [
            models.UniqueConstraint(
                fields=["government", "acronym"],
                name="unit_acronym_once_per_government",
                violation_error_message=_("Ya existe una unidad con estas siglas; las siglas no se reutilizan."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="unit_ends_after_it_begins",
                violation_error_message=_("La vigencia de la unidad termina antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_until__isnull=False),
                name="unit_with_successor_has_ended",
                violation_error_message=_("Una unidad con sucesora necesita fecha de término."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="unit_does_not_succeed_itself",
                violation_error_message=_("Una unidad no se sucede a sí misma."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acronym} · {self.name}"

    def is_over(self, day: dt.date | None = None) -> bool:
        """Whether its last day has passed."""
        return self.valid_until is not None and self.valid_until < (day or clock.today())
