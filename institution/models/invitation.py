"""An invitation to a post: the way in for somebody who is new in it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.models.government import Unit
from institution.models.letter import Letter
from institution.models.person import Designation, Role, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> InvitationQuerySet:
        """Those to posts in the governments that the person coordinates today."""
        return self.filter(unit__government__in=Designation.objects.coordinating(user).values("unit__government"))

    def unanswered(self) -> InvitationQuerySet:
        """Neither accepted nor revoked, whether or not the link has expired meanwhile."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """Who is invited to which post, by whom, until when. Of the link only a hash is kept. Never deleted."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pendiente")
        EXPIRED = "expired", _("Vencida")
        ACCEPTED = "accepted", _("Aceptada")
        REVOKED = "revoked", _("Anulada")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("unidad"))
    role = models.CharField(_("rol"), max_length=16, choices=Role.choices)
    full_name = models.CharField(_("nombres y apellidos"), max_length=160)
    email = models.EmailField(_("correo electrónico"), max_length=254)
    starts_on = models.DateField(_("designación desde"))
    ends_on = models.DateField(_("designación hasta"), null=True, blank=True)
    document = models.CharField(_("documento de designación"), max_length=120, blank=True)
    document_date = models.DateField(_("fecha del documento"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("el enlace vence"))
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invita"))
    created_at = models.DateTimeField(_("invitada"), auto_now_add=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("aceptada"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("anulada"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitación")
        verbose_name_plural = _("invitaciones")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "unit",
                "role",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_unanswered_once",
                violation_error_message=_("Ya hay una invitación para esta persona, unidad y rol: renuévela."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="invitation_post_ends_after_it_begins",
                violation_error_message=_("La designación termina antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="invitation_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} · {self.unit.acronym} · {self.get_role_display()}"

    @property
    def state(self) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.PENDING if self.expires_at > clock.real_now() else self.State.EXPIRED

    @property
    def task(self) -> str:
        return Role(self.role).task

    def post_begins_on(self, today: dt.date) -> dt.date:
        """A post never begins before it was accepted: nobody acted in it until then."""
        return max(today, self.starts_on)

    def account(self) -> User | None:
        """The account that the address already has."""
        return User.objects.filter(email__iexact=self.email).first()
