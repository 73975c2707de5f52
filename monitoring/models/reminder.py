"""That a person was reminded of something that waits for them: of what, on which day, by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.models import Letter, Unit, User
from monitoring.models.period import Period
from plans.models import Plan


class Reminder(models.Model):
    """One reminder to one person. The letter that carried it is in the outbox. Only ever added."""

    class Matter(models.TextChoices):
        REPORT = "report", _("Reporte por enviar")
        REVIEW = "review", _("Reportes por revisar")
        BUDGET = "budget", _("Presupuesto por responder")

    matter = models.CharField(_("asunto"), max_length=8, choices=Matter.choices)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    # Of a report: whose, and of which semester. Reviews are of a semester; the budget is the plan's.
    period = models.ForeignKey(Period, on_delete=models.CASCADE, null=True, blank=True, related_name="reminders")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(_("fecha"))
    # The coordinator who pressed the button; empty when the daily command did it.
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("recordatorio")
        verbose_name_plural = _("recordatorios")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(matter="report", period__isnull=False, unit__isnull=False)
                | Q(matter="review", period__isnull=False, unit__isnull=True)
                | Q(matter="budget", period__isnull=True, unit__isnull=True),
                name="reminder_says_of_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_matter_display()} ({self.on})"
