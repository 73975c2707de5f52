"""The semiannual report of one unit (reporte semestral), everything that happened to it, and what was observed on it.

`state` is changed by `monitoring.workflow` only.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.folding import searchable
from institution.models import Designation, Role, Unit, User
from monitoring.models.period import Period


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> SubmissionQuerySet:
        """Reports with conformity are for everybody with a post in the government, the others for who works on them."""
        return self._of_own_governments(user).filter(Q(state=Submission.State.VALIDATED) | self._at_work(user))

    def at_work_for(self, user: User) -> SubmissionQuerySet:
        """Those of the unit that the person acts for, and all where they review: coordination and planning."""
        return self._of_own_governments(user).filter(self._at_work(user))

    def _of_own_governments(self, user: User) -> SubmissionQuerySet:
        """Where the person holds a post. A condition of its own: through an OR, PostgreSQL reads the whole country."""
        posts = Designation.objects.in_force(clock.today()).filter(user=user)
        return self.filter(unit__government__in=posts.values("unit__government"))

    @staticmethod
    def _at_work(user: User) -> Q:
        posts = Designation.objects.in_force(clock.today()).filter(user=user)
        reviewers = posts.filter(role__in=[Role.COORDINATOR, Role.PLANNER])
        acted_for = Unit.objects.acted_for(posts.at_work(), clock.today())
        return Q(unit__in=acted_for) | Q(unit__government__in=reviewers.values("unit__government"))


class Submission(models.Model):
    """What one unit reports for one semester."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Borrador")
        AWAITING_SIGNOFF = "awaiting_signoff", _("Espera el visto bueno")
        SUBMITTED = "submitted", _("Enviado")
        RETURNED = "returned", _("Devuelto")
        VALIDATED = "validated", _("Conforme")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="submissions")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(_("estado"), max_length=16, choices=State.choices, default=State.DRAFT, editable=False)
    is_historical = models.BooleanField(_("histórico"), default=False)
    on_behalf = models.BooleanField(_("registrado en nombre de la unidad"), default=False)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Everybody who ever typed something into it: a result only remembers the last one (nobody validates their own).
    contributors = models.ManyToManyField(User, related_name="+", verbose_name=_("registraron"))
    # The first time it was submitted: late stays late.
    submitted_on = models.DateField(_("enviado el"), null=True, blank=True)
    due_on = models.DateField(_("vencía el"), null=True, blank=True)
    memo_number = models.CharField(_("memorando o expediente"), max_length=80, blank=True)
    memo_date = models.DateField(_("fecha del memorando"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporte semestral")
        verbose_name_plural = _("reportes semestrales")
        ordering = ["period", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"],
                name="submission_once_per_unit_and_period",
                violation_error_message=_("La unidad ya tiene un reporte en este semestre."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "awaiting_signoff"]) | Q(submitted_on__isnull=False),
                name="submission_sent_has_date",
            ),
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True) | Q(due_on__isnull=False),
                name="submission_sent_has_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.acronym} {self.period.code}"

    @property
    def was_late(self) -> bool:
        """Whether the first submission came after the deadline that held then. Historical results have none."""
        return bool(self.submitted_on and not self.is_historical and self.submitted_on > self.due_on)


class SubmissionEvent(models.Model):
    """One change of state: who, in which capacity, when, from, to, why. Only ever added."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(_("paso"), max_length=16)
    from_state = models.CharField(_("de"), max_length=16, choices=Submission.State.choices, blank=True)
    to_state = models.CharField(_("a"), max_length=16, choices=Submission.State.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(_("en calidad de"), max_length=16, choices=Role.choices, blank=True)
    capacity_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    on_behalf = models.BooleanField(_("en nombre de la unidad"), default=False)
    at = models.DateTimeField(_("momento"))
    comment = models.TextField(_("comentario"), blank=True)
    # Of a step that sends the report to the coordination: what was sent, as it stood. The receipt shows it, and the
    # reviewer sees what has changed since. Written once.
    sent = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("evento")
        verbose_name_plural = _("eventos")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_to_state_display()}"


class Observation(models.Model):
    """A thread that the reviewer opens on one result or on the whole submission; answered and resolved one by one."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="observations")
    result = models.ForeignKey(
        "monitoring.Result", on_delete=models.CASCADE, null=True, blank=True, related_name="observations"
    )
    text = models.TextField(_("observación"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("momento"))
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(_("resuelta"), null=True, blank=True)
    searchable = searchable("text")

    class Meta:
        verbose_name = _("observación")
        verbose_name_plural = _("observaciones")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="observation_says_something"),
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="observation_resolved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def is_answered(self) -> bool:
        """Whether the last word is the unit's; an answer that the reviewer has answered back waits for another."""
        replies = list(self.replies.all())
        return bool(replies) and replies[-1].from_unit


class ObservationReply(models.Model):
    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("respuesta"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Whether it was said for the unit, or by those who review.
    from_unit = models.BooleanField(_("de la unidad"), default=True)
    at = models.DateTimeField(_("momento"))
    searchable = searchable("text")

    class Meta:
        verbose_name = _("respuesta")
        verbose_name_plural = _("respuestas")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="observation_reply_says_something")]

    def __str__(self) -> str:
        return self.text[:80]
