"""The plan's evaluations: their text, their findings and the commitments that follow; frozen once closed."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution.models import Unit, User
from monitoring.models.period import Period
from monitoring.models.result import Evidence
from plans.models import Activity, Guideline, Indicator, Objective, Plan, StrategicAction


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def closed(self) -> EvaluationQuerySet:
        """The version in force of each cut-off: closed and not superseded."""
        return self.filter(state=Evaluation.State.CLOSED)

    def covering(self, period: str) -> EvaluationQuerySet:
        """Those whose cut-off lies at or after the semester."""
        return self.filter(year__gte=int(period[:4]))

    def without_draft(self) -> EvaluationQuerySet:
        """The closed versions that no superseding draft puts under review."""
        drafts = Evaluation.objects.filter(plan=OuterRef("plan"), year=OuterRef("year"), state=Evaluation.State.DRAFT)
        return self.closed().filter(~Exists(drafts))

    def locking(self, period: str) -> EvaluationQuerySet:
        """The closed versions that keep the semester as it is: they cover it, and no superseding draft is open."""
        return self.without_draft().covering(period)

    def why_locked(self, plan: Plan, period: str) -> str:
        """Why nothing that a closed evaluation was computed from may move in the semester; empty when it may."""
        locking = self.filter(plan=plan).locking(period).order_by("year").first()
        return _why_locked(locking.year, period) if locking else ""

    def why_each_locked(self, plan: Plan) -> dict[str, str]:
        """The same for all semesters of the plan, by code, those that are locked. One query."""
        years = sorted(self.filter(plan=plan).without_draft().values_list("year", flat=True))
        covering = {code: next((y for y in years if y >= int(code[:4])), None) for code in plan.period_codes}
        return {code: _why_locked(year, code) for code, year in covering.items() if year is not None}


def _why_locked(year: int, period: str) -> str:
    text = _("La evaluación %(year)s está cerrada y cubre %(period)s: abra primero una nueva versión de ella.")
    return str(text) % {"year": year, "period": period}


class Evaluation(models.Model):
    """The evaluation of a plan at the close of one year; a later version supersedes an earlier one."""

    class State(models.TextChoices):
        DRAFT = "draft", _("En elaboración")
        CLOSED = "closed", _("Cerrada")
        SUPERSEDED = "superseded", _("Reemplazada")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="evaluations")
    year = models.PositiveSmallIntegerField(_("año de corte"))
    version = models.PositiveSmallIntegerField(_("versión"), default=1)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    reason = models.TextField(_("motivo de la nueva versión"), blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(_("abierta el"))
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(_("cerrada el"), null=True, blank=True)
    # Everything the documents need, written once at closing and never again; `sha256` is that of its canonical JSON.
    frozen = models.JSONField(null=True, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluación")
        verbose_name_plural = _("evaluaciones")
        ordering = ["plan", "year", "version"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "version"], name="evaluation_version_once"),
            models.UniqueConstraint(
                fields=["plan", "year"],
                condition=Q(state="draft"),
                name="evaluation_one_draft",
                violation_error_message=_("Ya hay un borrador de esta evaluación."),
            ),
            models.UniqueConstraint(
                fields=["plan", "year"],
                condition=Q(state="closed"),
                name="evaluation_one_closed",
                violation_error_message=_("Ya hay una versión cerrada de esta evaluación."),
            ),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="evaluation_later_version_has_reason"),
            models.CheckConstraint(
                condition=Q(state="draft", frozen__isnull=True, sha256="", closed_on__isnull=True)
                | (
                    Q(state__in=["closed", "superseded"], frozen__isnull=False)
                    & ~Q(sha256="")
                    & Q(closed_on__isnull=False, closed_by__isnull=False)
                ),
                name="evaluation_closed_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.code} {self.year} v{self.version}"

    @property
    def cutoff(self) -> dt.date:
        return dt.date(self.year, 12, 31)

    @property
    def upto(self) -> str:
        """The semester at whose close the evaluation stands."""
        return f"{self.year}-2"

    @property
    def is_frozen(self) -> bool:
        return self.state != self.State.DRAFT


class EvaluationSection(models.Model):
    """One section of the evaluation's text."""

    class Kind(models.TextChoices):
        SUMMARY = "summary", _("Resumen ejecutivo")
        CONTEXT = "context", _("Contexto")
        ANALYSIS = "analysis", _("Análisis por lineamiento, objetivo, acción y actividad")
        REVISIONS = "revisions", _("Reprogramaciones")
        FACTORS = "factors", _("Factores y medidas adoptadas")
        CONCLUSIONS = "conclusions", _("Conclusiones")
        RECOMMENDATIONS = "recommendations", _("Recomendaciones")

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(_("sección"), max_length=16, choices=Kind.choices)
    text = models.TextField(_("texto"), blank=True)
    # Counts the times it was written: how a page knows that somebody else has written since it was read.
    revision = models.PositiveIntegerField(default=0, editable=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(_("escrito"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("sección")
        verbose_name_plural = _("secciones")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "kind"], name="evaluation_section_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


SUBJECTS = ("guideline", "objective", "action", "activity", "indicator", "unit")


def _at_most_one(fields: tuple[str, ...]) -> Q:
    """All of the fields empty, or all but one."""
    condition = Q()
    for kept in fields:
        condition |= Q(**{f"{field}__isnull": True for field in fields if field != kept})
    return condition


class Finding(models.Model):
    """A finding of an evaluation, tied to at most one node, indicator or unit, with its evidence."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="findings")
    text = models.TextField(_("hallazgo"))
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.ForeignKey(StrategicAction, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="findings")
    revision = models.PositiveIntegerField(default=0, editable=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(_("escrito"), null=True, blank=True)

    class Meta:
        verbose_name = _("hallazgo")
        verbose_name_plural = _("hallazgos")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=_at_most_one(SUBJECTS),
                name="finding_has_one_subject_at_most",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def subject(self) -> tuple[str, models.Model] | None:
        """What it is about, with its level: one of SUBJECTS. None where it is about the plan as a whole."""
        return next(((level, found) for level in SUBJECTS if (found := getattr(self, level)) is not None), None)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def in_force(self) -> CommitmentQuerySet:
        """Those of the version in force of each evaluation: what units have promised, and are asked about."""
        return self.filter(evaluation__state=Evaluation.State.CLOSED)

    def unfulfilled(self) -> CommitmentQuerySet:
        return self.filter(state__in=Commitment.OPEN_STATES)


class Commitment(models.Model):
    """A commitment for improvement: a recommendation that a unit takes on until a date.

    It is written in a draft and stands once that is closed. A later version of the evaluation continues it by a row of
    its own, so that what each version said stays as it was; what became of it is told along that line.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pendiente")
        IN_PROGRESS = "in_progress", _("En proceso")
        DONE = "done", _("Cumplido")
        DROPPED = "dropped", _("Sin efecto")

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="commitments")
    recommendation = models.TextField(_("recomendación"))
    action_to_take = models.TextField(_("compromiso"), blank=True)
    responsible_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="commitments")
    due_on = models.DateField(_("plazo"))
    state = models.CharField(_("estado"), max_length=12, choices=State.choices, default=State.PENDING)
    # The same promise in the version before.
    continues = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by", editable=False
    )
    # Counts the times it was written: how a page knows that somebody else has written since it was read.
    revision = models.PositiveIntegerField(default=0, editable=False)

    OPEN_STATES = (State.PENDING, State.IN_PROGRESS)

    objects = CommitmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("compromiso de mejora")
        verbose_name_plural = _("matriz de compromisos")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recommendation=""),
                name="commitment_has_recommendation",
                violation_error_message=_("Un compromiso nace de una recomendación."),
            )
        ]

    def __str__(self) -> str:
        return self.recommendation[:80]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    def is_overdue(self, today: dt.date) -> bool:
        return self.is_open and self.due_on < today


class CommitmentFollowUp(models.Model):
    """What became of a commitment, told each semester. Only ever added."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="follow_ups")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("estado"), max_length=12, choices=Commitment.State.choices)
    text = models.TextField(_("avance"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("fecha"))
    on_behalf = models.BooleanField(_("en nombre de la unidad"), default=False)

    class Meta:
        verbose_name = _("seguimiento del compromiso")
        verbose_name_plural = _("seguimiento de compromisos")
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="commitment_follow_up_says_something")]

    def __str__(self) -> str:
        return self.text[:80]
