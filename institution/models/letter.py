"""Letters on their way: each is written once, and kept with what became of it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, moment: dt.datetime) -> LetterQuerySet:
        return self.filter(next_attempt_at__lte=moment).order_by("next_attempt_at", "id")


class Letter(models.Model):
    """An e-mail: plain text, short, one link. The key says what it is about, so that it is written once."""

    class State(models.TextChoices):
        SENT = "sent", _("enviada")
        WAITING = "waiting", _("por enviar")
        GIVEN_UP = "given_up", _("no se pudo enviar")

    to = models.EmailField(_("para"), max_length=254)
    subject = models.CharField(_("asunto"), max_length=200)
    body = models.TextField(_("texto"), blank=True)
    kind = models.CharField(_("clase"), max_length=40)
    key = models.CharField(_("clave"), max_length=160, unique=True)
    is_secret = models.BooleanField(_("lleva un enlace que abre algo"), default=False)
    created_at = models.DateTimeField(_("escrita"), auto_now_add=True)
    sent_at = models.DateTimeField(_("enviada"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("intentos"), default=0)
    last_error = models.CharField(_("último error"), max_length=300, blank=True)
    next_attempt_at = models.DateTimeField(_("próximo intento"), null=True, blank=True, db_index=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("carta")
        verbose_name_plural = _("cartas")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(next_attempt_at__isnull=True), name="letter_sent_is_not_due"
            ),
            # What a sent letter opened must not be read from a copy of the database.
            models.CheckConstraint(
                condition=Q(is_secret=False) | Q(next_attempt_at__isnull=False) | Q(body=""),
                name="letter_secret_is_forgotten_once_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"

    @property
    def state(self) -> State:
        if self.sent_at:
            return self.State.SENT
        return self.State.WAITING if self.next_attempt_at else self.State.GIVEN_UP
