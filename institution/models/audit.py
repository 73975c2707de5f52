"""Who came in, what was read and what was taken away: rows that are written once, sealed in batches, never changed.

The database itself refuses to change or delete them (migration 0010); `institution.audit` writes and seals them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from institution.models.agency import AgencyKey
from institution.models.person import User


class Act(models.TextChoices):
    """What was done. The texts follow a person's name, as in the activity log."""

    SIGNED_IN = "signed_in", _("Ingresó")
    SIGN_IN_FAILED = "sign_in_failed", _("Intentó ingresar y no pudo")
    SIGNED_OUT = "signed_out", _("Salió")
    PASSWORD_CHANGED = "password_changed", _("Cambió su contraseña")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Activó la verificación en dos pasos")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Quitó la verificación en dos pasos")
    ACCOUNT_CLOSED = "account_closed", _("Desactivó la cuenta de una persona")
    ACCOUNT_OPENED = "account_opened", _("Volvió a activar la cuenta de una persona")
    TECHNICAL_CHANGED = "technical_changed", _("Cambió quién administra la instalación")
    EVIDENCE_READ = "evidence_read", _("Abrió un medio de verificación")
    DOWNLOADED = "downloaded", _("Descargó un archivo")
    KEY_USED = "key_used", _("Consultó por la API")
    ENTRIES_REMOVED = "entries_removed", _("Retiró líneas vencidas de la auditoría")


class AuditEntry(models.Model):
    """One act. Who: a person, an agency's key, or the address typed by somebody who could not come in."""

    at = models.DateTimeField(_("cuándo"))
    act = models.CharField(_("qué hizo"), max_length=24, choices=Act.choices)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("persona")
    )
    key = models.ForeignKey(
        AgencyKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("clave")
    )
    typed = models.CharField(_("correo escrito"), max_length=254, blank=True)
    # By their codes, since plans are no matter of this app; both may be empty.
    plan = models.CharField(_("plan"), max_length=50, blank=True)
    unit = models.CharField(_("unidad"), max_length=20, blank=True)
    subject = models.CharField(_("sobre qué"), max_length=300, blank=True)
    path = models.CharField(_("dirección de la página"), max_length=500, blank=True)
    address = models.GenericIPAddressField(_("desde qué dirección IP"), null=True, blank=True)
    request = models.CharField(_("número de la consulta"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("línea de auditoría")
        verbose_name_plural = _("líneas de auditoría")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["plan", "-at"], name="audit_of_a_plan"),
            models.Index(fields=["user", "-at"], name="audit_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.act}"


class AuditSeal(models.Model):
    """A batch of entries and the hash that binds it to all batches before it.

    It covers what comes after the last entry of the seal before it, up to its own; `sha256` is taken of everything
    that stands here, the `previous` hash included (`institution.audit.sealing`).
    """

    number = models.PositiveIntegerField(_("número"), primary_key=True)
    last_entry = models.BigIntegerField(_("hasta la línea"), unique=True)
    entries = models.PositiveIntegerField(_("líneas"))
    entries_sha256 = models.CharField(_("huella de las líneas"), max_length=64)
    previous = models.CharField(_("huella del sello anterior"), max_length=64, unique=True, blank=True)
    sealed_at = models.DateTimeField(_("sellado"))
    sha256 = models.CharField(_("huella"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("sello de la auditoría")
        verbose_name_plural = _("sellos de la auditoría")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0, entries__gt=0), name="audit_seal_holds_something"),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | (Q(number__gt=1) & ~Q(previous="")),
                name="audit_seal_follows_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.sha256[:12]}"


class AuditRemoval(models.Model):
    """That sealed entries whose time was over were taken out: which, by whom and why. Their seals stay."""

    first_entry = models.BigIntegerField(_("desde la línea"))
    last_entry = models.BigIntegerField(_("hasta la línea"))
    at = models.DateTimeField(_("cuándo"))
    by = models.CharField(_("quién"), max_length=200)
    why = models.CharField(_("motivo"), max_length=300)

    class Meta:
        verbose_name = _("retiro de la auditoría")
        verbose_name_plural = _("retiros de la auditoría")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(first_entry__lte=F("last_entry")), name="audit_removal_of_a_range"),
            models.CheckConstraint(condition=~Q(why="") & ~Q(by=""), name="audit_removal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.first_entry}-{self.last_entry}"
