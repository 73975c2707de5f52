"""What partner agencies were last told of each validated result, and in which order it was told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.period import Period
from plans.models import Indicator, Plan


class ReleaseBook(models.Model):
    """The number of the last release of a plan. Its row is held while one is written.

    So releases become visible in the order of their numbers, and a reader who has seen a number misses nothing below.
    """

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, primary_key=True, related_name="release_book")
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("libro de entregas")
        verbose_name_plural = _("libros de entregas")

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.last_number}"


class ReleasedResultQuerySet(models.QuerySet["ReleasedResult"]):
    def in_force(self) -> ReleasedResultQuerySet:
        """What still holds: all but the withdrawn."""
        return self.filter(withdrawn=False)

    def after(self, number: int) -> ReleasedResultQuerySet:
        """What was told since that release, in the order in which it was told."""
        return self.filter(number__gt=number).order_by("number")


class ReleasedResult(models.Model):
    """One result as agencies know it, written by `monitoring.releasing` only.

    A row is never deleted: of what was withdrawn a tombstone stays, and how finely its tables were told before.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="released_results")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()
    withdrawn = models.BooleanField(default=False)
    # `releasing.told_of`: value, parts, unit and tables as they may be told (rules, section 12).
    told = models.JSONField(default=dict)
    # The coarsest level at which each table was ever told: it is never told finer again.
    levels = models.JSONField(default=dict)
    released_at = models.DateTimeField()

    objects = ReleasedResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("resultado entregado")
        verbose_name_plural = _("resultados entregados")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period"], name="release_once_per_indicator_and_period"),
            models.UniqueConstraint(fields=["plan", "number"], name="release_number_once_per_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id} #{self.number}"
