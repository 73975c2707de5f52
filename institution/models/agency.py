"""Partner agencies, the keys by which they read, and how much each key is used."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.crypto import KeyGenerator

from institution import clock
from institution.models.government import Government
from institution.models.person import User


class Scope(models.TextChoices):
    """What a key may read."""

    PLAN = "plan", _("Plan: lineamientos, actividades, indicadores, metas, unidades")
    RESULTS = "results", _("Resultados con conformidad y avance")
    PEOPLE = "people", _("Personas por sexo, edad, población, distrito y discapacidad")
    EVALUATIONS = "evaluations", _("Evaluaciones cerradas")
    COMMITMENTS = "commitments", _("Compromisos de mejora")
    DOCUMENTS = "documents", _("Documentos publicados")


class Agency(models.Model):
    """An organisation that reads the data of one government: PNUD, OIM, OIT, ACNUR, MIGRACIONES."""

    government = models.ForeignKey(Government, on_delete=models.PROTECT, related_name="agencies")
    acronym = models.CharField(_("siglas"), max_length=20)
    name = models.CharField(_("nombre"), max_length=200)
    contact_email = models.EmailField(_("correo de contacto"), blank=True)

    class Meta:
        verbose_name = _("agencia")
        verbose_name_plural = _("agencias")
        ordering = ["acronym"]
        constraints = [
            models.UniqueConstraint(
                fields=["government", "acronym"],
                name="agency_acronym_once_per_government",
                violation_error_message=_("Ya hay una agencia con estas siglas."),
            ),
            models.CheckConstraint(condition=~Q(acronym="") & ~Q(name=""), name="agency_has_its_name"),
        ]

    def __str__(self) -> str:
        return f"{self.acronym} · {self.name}"


def check_scopes(value: object) -> None:
    if not isinstance(value, list) or not value or set(value) - set(Scope.values) or len(set(value)) < len(value):
        raise ValidationError(_("Elija al menos un alcance de la lista."))


GENERATOR = KeyGenerator()


class AgencyKey(models.Model):
    """A key of an agency. Only its hash is kept: the key itself is shown once, to whoever makes it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(_("para qué"), max_length=80)
    # What the key begins with, by which it is found and named.
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    hashed_key = models.CharField(max_length=150, editable=False)
    scopes = models.JSONField(_("alcances"), validators=[check_scopes])
    # Else those that `plans` says (Plan.keys).
    every_plan = models.BooleanField(_("todos los planes del gobierno"), default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("hecha"))
    expires_at = models.DateTimeField(_("vence"))
    succeeded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="succeeds", editable=False
    )
    revoked_at = models.DateTimeField(_("revocada"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_why = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("clave de agencia")
        verbose_name_plural = _("claves de agencias")
        ordering = ["-made_at", "prefix"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_why="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_why="")),
                name="agency_key_revoked_says_why",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="agency_key_lives_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return f"{self.agency.acronym} {self.prefix}"

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def is_valid_now(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.real_now()


class KeyUse(models.Model):
    """How often a key was used in one hour, by the real clock. Counted by whoever lets a request pass."""

    key = models.ForeignKey(AgencyKey, on_delete=models.CASCADE, related_name="uses")
    hour = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("uso de una clave")
        verbose_name_plural = _("usos de claves")
        ordering = ["-hour"]
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="key_use_once_per_hour")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.hour:%Y-%m-%d %H}: {self.requests}"


class RequestWindow(models.Model):
    """How many requests somebody has made in the minute under way: one row for each key or address, held as it counts.

    In the database, so that the limit holds however many processes serve.
    """

    who = models.CharField(max_length=80, primary_key=True)
    starts_at = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("ventana de consultas")
        verbose_name_plural = _("ventanas de consultas")

    def __str__(self) -> str:
        return f"{self.who}: {self.requests}"
