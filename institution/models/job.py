"""Work that nobody waits for: one row for each thing to be done, with what became of it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution.models.person import User


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, moment: dt.datetime) -> JobQuerySet:
        """Those that nobody is at: not begun, to be tried again, or left by a worker that is gone."""
        return self.filter(next_attempt_at__lte=moment).order_by("next_attempt_at", "id")


class Job(models.Model):
    """One piece of work. The key says what it makes, so that asking twice makes one.

    `next_attempt_at` is when a worker may take it: while one is at it that is the end of its lease, which it renews;
    once the job is done or given up there is none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en cola")
        RUNNING = "running", _("en curso")
        DONE = "done", _("terminado")
        FAILED = "failed", _("no se pudo")

    kind = models.CharField(_("clase"), max_length=40)
    key = models.CharField(_("clave"), max_length=160, unique=True)
    payload = models.JSONField(_("datos"), default=dict)
    state = models.CharField(_("estado"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("intentos"), default=0)
    progress = models.PositiveSmallIntegerField(_("avance, en porcentaje"), default=0)
    step = models.CharField(_("qué está haciendo"), max_length=120, blank=True)
    error = models.CharField(_("por qué no se pudo"), max_length=500, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("lo pidió"))
    created_at = models.DateTimeField(_("pedido"), auto_now_add=True)
    ended_at = models.DateTimeField(_("terminado"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("próximo intento"), null=True, blank=True, db_index=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("trabajo")
        verbose_name_plural = _("trabajos")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], next_attempt_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["done", "failed"], next_attempt_at__isnull=True, ended_at__isnull=False),
                name="job_is_due_until_it_ended",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def has_ended(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)
