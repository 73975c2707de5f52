"""What a unit achieved on one indicator in one semester, its breakdown and its evidence."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution.folding import SEARCHABLE, searchable
from institution.models import User
from monitoring.models.period import Period
from monitoring.models.submission import Submission
from plans.models import BreakdownTable, Indicator
from plans.models.fields import QuantityField, is_web_address

# What the unit tells of a result, in words.
STORY_TEXTS = (
    "achievements",
    "difficulties",
    "measures_taken",
    "note",
    "not_available_reason",
    "no_evidence_reason",
)


class Result(models.Model):
    """The value obtained. A recorded 0 is a value; a missing one carries its reason.

    A pooled percentage is kept as numerator and denominator alone: its value is computed, never stored.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="results")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="results")
    # The submission's own semester, here too: the database keeps a second unit from reporting the same indicator twice.
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="results")
    value = QuantityField(_("valor obtenido"), null=True, blank=True)
    numerator = QuantityField(_("numerador"), null=True, blank=True)
    denominator = QuantityField(_("denominador"), null=True, blank=True)
    not_available_reason = models.TextField(_("motivo por el que no está disponible"), blank=True)
    no_evidence_reason = models.TextField(_("motivo por el que no hay medio de verificación"), blank=True)
    achievements = models.TextField(_("logros"), blank=True)
    difficulties = models.TextField(_("dificultades"), blank=True)
    measures_taken = models.TextField(_("medidas tomadas"), blank=True)
    note = models.TextField(_("nota"), blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("registrado"))
    # Counts the times it was written: how a page or a workbook knows that somebody else has typed since.
    revision = models.PositiveIntegerField(default=0, editable=False)

    # Who wrote each field last and when, by the keys of `monitoring.entries`: {key: [user, ISO moment]}. A draft has no
    # row history, and two people at work at once have to be told whose text stands in the way.
    authors = models.JSONField(default=dict, editable=False)

    searchable = searchable(*STORY_TEXTS)

    history = HistoricalRecords(excluded_fields=["authors", SEARCHABLE])

    class Meta:
        verbose_name = _("resultado")
        verbose_name_plural = _("resultados")
        ordering = ["submission", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period"],
                name="result_once_per_indicator_and_period",
                violation_error_message=_("El indicador ya tiene resultado en este semestre."),
            ),
            models.CheckConstraint(
                condition=(Q(value__isnull=True) | Q(value__gte=0))
                & (Q(numerator__isnull=True) | Q(numerator__gte=0))
                & (Q(denominator__isnull=True) | Q(denominator__gte=0)),
                name="result_not_negative",
                violation_error_message=_("Un resultado no puede ser negativo."),
            ),
            models.CheckConstraint(
                condition=Q(not_available_reason="")
                | Q(value__isnull=True, numerator__isnull=True, denominator__isnull=True),
                name="result_is_value_or_not_available",
                violation_error_message=_("Un resultado tiene valor o un motivo de no disponible, no ambos."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.period.code}"


class Breakdown(models.Model):
    """One cell of a breakdown table: how many, by sex and by the table's second dimension (rules, section 12)."""

    class Sex(models.TextChoices):
        WOMAN = "woman", _("Mujer")
        MAN = "man", _("Hombre")
        OTHER = "other", _("Otro")
        NOT_INFORMED = "not_informed", _("No informado")

    class Population(models.TextChoices):
        REFUGEE = "refugee", _("Refugiada o solicitante")
        MIGRANT = "migrant", _("Migrante")
        RETURNEE = "returnee", _("Retornada")
        HOST = "host", _("De acogida")
        NOT_INFORMED = "not_informed", _("No informado")

    class Age(models.TextChoices):
        FROM_0 = "0-4", _("0 a 4")
        FROM_5 = "5-11", _("5 a 11")
        FROM_12 = "12-17", _("12 a 17")
        FROM_18 = "18-59", _("18 a 59")
        FROM_60 = "60+", _("60 a más")
        NOT_INFORMED = "not_informed", _("No informado")

    class Disability(models.TextChoices):
        YES = "yes", _("Con discapacidad")
        NO = "no", _("Sin discapacidad")
        NOT_INFORMED = "not_informed", _("No informado")

    class OutsideDistricts(models.TextChoices):
        """The rows of the table by district beside the government's own districts."""

        OUTSIDE = "outside", _("Fuera de la provincia")
        NOT_INFORMED = "not_informed", _("No informado")

    # The second dimension of each table; the one by district begins with the districts of the government.
    CATEGORIES = {
        BreakdownTable.SEX_POPULATION: Population,
        BreakdownTable.SEX_AGE: Age,
        BreakdownTable.SEX_DISABILITY: Disability,
        BreakdownTable.SEX_DISTRICT: OutsideDistricts,
    }

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="breakdown")
    table = models.CharField(_("tabla"), max_length=16, choices=BreakdownTable.choices)
    # The second dimension: a code of Population, Age or Disability, a district's ubigeo, or empty in the table by sex.
    category = models.CharField(_("categoría"), max_length=16, blank=True)
    sex = models.CharField(_("sexo"), max_length=12, choices=Sex.choices)
    count = models.PositiveIntegerField(_("personas"))

    class Meta:
        verbose_name = _("desagregación")
        verbose_name_plural = _("desagregaciones")
        ordering = ["result", "table", "id"]
        constraints = [
            models.UniqueConstraint(fields=["result", "table", "category", "sex"], name="breakdown_cell_once"),
            models.CheckConstraint(
                condition=Q(table="sex", category="") | (~Q(table="sex") & ~Q(category="")),
                name="breakdown_category_fits_table",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result}: {self.table} {self.category} {self.sex} {self.count}"


PDF = "application/pdf"
PICTURES = {"image/png", "image/jpeg", "image/webp"}


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Evidence is seen by whoever sees the report that it belongs to.

        What was withdrawn stays with the unit and with those who review, whatever the report's state, so that nothing
        that a reviewer once saw is lost.
        """
        # Asked row by row: joined, PostgreSQL would begin with the reports of the whole country.
        own = Submission.objects.filter(pk=OuterRef("result__submission"))
        return self.filter(Q(Exists(own.visible_to(user)), withdrawn_at__isnull=True) | Exists(own.at_work_for(user)))

    def of_reports(self, seen: Collection[int], *, inside: Collection[int]) -> EvidenceQuerySet:
        """The same where the reports that the person sees, and is inside of, are known by their keys."""
        return self.filter(result__submission__in=seen).filter(
            Q(withdrawn_at__isnull=True) | Q(result__submission__in=inside)
        )

    def in_use(self) -> EvidenceQuerySet:
        """What backs a result now: all but the withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Evidence(models.Model):
    """A means of verification: a file that was really opened before it was accepted, or a link."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(_("título"), max_length=200)
    file = models.FileField(_("archivo"), upload_to="evidence/%Y/", blank=True)
    file_name = models.CharField(_("nombre del archivo"), max_length=200, blank=True)
    content_type = models.CharField(_("tipo"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    url = models.URLField(_("enlace"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("subido"))
    # Taken back by the unit: kept, no longer shown nor counted.
    withdrawn_at = models.DateTimeField(_("retirado"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    searchable = searchable("title", "file_name")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("medio de verificación")
        verbose_name_plural = _("medios de verificación")
        ordering = ["result", "id"]
        indexes = [models.Index(fields=["url"], condition=~Q(url=""), name="evidence_by_link")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(url="")) | (~Q(file="") & Q(url="") & ~Q(sha256="") & Q(size__isnull=False)),
                name="evidence_is_file_or_link",
                violation_error_message=_("Un medio de verificación es un archivo o un enlace."),
            ),
            models.CheckConstraint(
                condition=is_web_address("url"),
                name="evidence_link_is_web_address",
                violation_error_message=_("El enlace empieza con http:// o https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it in an `<img>`."""
        return bool(self.file) and self.content_type in PICTURES

    @property
    def is_pdf(self) -> bool:
        """Whether a page may show it in a frame."""
        return bool(self.file) and self.content_type == PDF
