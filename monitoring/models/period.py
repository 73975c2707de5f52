"""The semester of a plan: planned, open for reports until a deadline, closed; and the extensions granted to a unit."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.models import Unit, User
from plans.measures import days_of, year_of
from plans.models import Plan
from plans.models.fields import PeriodCodeField, is_period_code

REPORTING_WORKING_DAYS = 15


class PeriodQuerySet(models.QuerySet["Period"]):
    def closed(self) -> PeriodQuerySet:
        return self.filter(state=Period.State.CLOSED)

    def up_to(self, code: str) -> PeriodQuerySet:
        return self.filter(code__lte=code)


class Period(models.Model):
    """One semester of one plan."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Por abrir")
        OPEN = "open", _("En curso")
        CLOSED = "closed", _("Cerrado")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="periods")
    code = PeriodCodeField(_("semestre"))
    state = models.CharField(_("estado"), max_length=8, choices=State.choices, default=State.PLANNED)
    # The day after which a report is late: 15 working days after the semester, unless the coordinator says otherwise.
    due_on = models.DateField(_("vence el"))
    opened_on = models.DateField(_("abierto el"), null=True, blank=True)
    closed_on = models.DateField(_("cerrado el"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("semestre")
        verbose_name_plural = _("semestres")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="period_once_per_plan"),
            models.CheckConstraint(condition=is_period_code("code"), name="period_code_is_period"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="period_closed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="planned") | Q(opened_on__isnull=False), name="period_open_has_date"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def year(self) -> int:
        return year_of(self.code)

    @property
    def starts_on(self) -> dt.date:
        return days_of(self.code)[0]

    @property
    def ends_on(self) -> dt.date:
        return days_of(self.code)[1]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    def default_due_on(self, days_off: frozenset[dt.date] = frozenset()) -> dt.date:
        """15 working days after the semester ends, over Peru's holidays and the government's own `days_off`."""
        return clock.add_working_days(self.ends_on, REPORTING_WORKING_DAYS, days_off)

    def clean(self) -> None:
        if self.due_on and self.due_on <= self.ends_on:
            raise ValidationError({"due_on": _("El plazo vence después de que termina el semestre.")})


class PeriodEvent(models.Model):
    """The semester was opened, closed or opened again: by whom, when, until when, and why. Only ever added."""

    class Act(models.TextChoices):
        OPENED = "opened", _("Abierto")
        CLOSED = "closed", _("Cerrado")
        REOPENED = "reopened", _("Reabierto")

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="events")
    act = models.CharField(_("acto"), max_length=8, choices=Act.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("fecha"))
    due_on = models.DateField(_("vencía el"))
    # Why it was opened again; of a closing, what was still open.
    note = models.TextField(_("motivo"), blank=True)

    class Meta:
        verbose_name = _("acto sobre el semestre")
        verbose_name_plural = _("actos sobre el semestre")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(act="reopened") | ~Q(note=""), name="period_reopened_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.period.code}: {self.get_act_display()}"


class Extension(models.Model):
    """A later deadline granted to one unit in one semester, with its reason. The latest one granted counts."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="extensions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="extensions")
    due_on = models.DateField(_("nuevo plazo"))
    reason = models.TextField(_("motivo"))
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_on = models.DateField(_("otorgada el"))

    class Meta:
        verbose_name = _("ampliación de plazo")
        verbose_name_plural = _("ampliaciones de plazo")
        ordering = ["granted_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("granted_on")), name="extension_lies_ahead"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.unit.acronym} {self.period.code}: {self.due_on}"
