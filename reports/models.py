"""The archive: documents as they left the house, and the signed copies that came back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.models import Designation, Role, Unit, User
from monitoring.models import Evaluation, Period
from plans.models import Plan


class DocumentQuerySet(models.QuerySet["Document"]):
    def issued(self) -> DocumentQuerySet:
        """Those whose file is made."""
        return self.exclude(file="")

    def light(self) -> DocumentQuerySet:
        """Without the records, of the size of a whole plan, that lists and pages of documents do not read."""
        return self.select_related("evaluation", "period", "unit", "superseded_by").defer(
            "record", "evaluation__frozen", "superseded_by__record"
        )

    def published(self) -> DocumentQuerySet:
        """What everybody may read: published, not withdrawn since, and made: it may be published before it is."""
        return self.issued().filter(published_on__isnull=False, withdrawn_on__isnull=True)

    def visible_to(self, user: User) -> DocumentQuerySet:
        """Of the plans that the person sees: what may be published; what they asked for; what is their unit's.

        Coordination and planning see all of them.
        """
        posts = Designation.objects.in_force(clock.today()).filter(user=user)
        reviewed = posts.filter(role__in=[Role.COORDINATOR, Role.PLANNER]).values("unit__government")
        own = Unit.objects.acted_for(posts.at_work(), clock.today())
        return self.filter(plan__in=Plan.objects.visible_to(user)).filter(
            Q(kind__in=Document.PUBLIC_KINDS)
            | Q(asked_by=user)
            | Q(plan__government__in=reviewed)
            | Q(unit__in=own.values("pk"))
        )


class Document(models.Model):
    """A document that left the house: its bytes are the promise, and never change once they are written.

    It is made of one record. The code is derived from the record, so the same record is the same document.
    """

    class Kind(models.TextChoices):
        EVALUATION = "evaluation", _("Informe de evaluación")
        FOLLOW_UP = "follow_up", _("Informe de seguimiento semestral")
        UNIT_REPORT = "unit_report", _("Reporte semestral de una unidad")
        RECEIPT = "receipt", _("Cargo de recepción")
        SHEETS = "sheets", _("Fichas técnicas")
        HANDOVER = "handover", _("Entrega de cargo")
        ROAD_MAP = "road_map", _("Hoja de ruta de aprobación")

    # The kinds that may be published: the others name officials or hold counts that must not be.
    PUBLIC_KINDS = (Kind.EVALUATION, Kind.FOLLOW_UP, Kind.SHEETS, Kind.ROAD_MAP)

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("código"), max_length=14, unique=True)
    title = models.CharField(_("título"), max_length=300)
    record = models.JSONField(editable=False)
    record_sha256 = models.CharField(max_length=64, editable=False)
    # What it is about, as a key: a later document of the same kind about the same supersedes it.
    subject = models.CharField(max_length=160, blank=True, editable=False)
    # The same for the database, where it is not the plan as a whole.
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("lo pidió"))
    asked_on = models.DateField(_("pedido el"))

    # Written once, all together, by whoever printed it.
    file = models.FileField(_("archivo"), upload_to="documents/", blank=True, editable=False)
    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"), null=True, blank=True, editable=False)
    issued_at = models.DateTimeField(_("emitido"), null=True, blank=True, editable=False)

    published_on = models.DateField(_("publicado el"), null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField(_("retirado el"), null=True, blank=True)
    withdrawn_why = models.CharField(_("motivo del retiro"), max_length=300, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("reemplazado por"),
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("documento emitido")
        verbose_name_plural = _("documentos emitidos")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="", sha256="", size__isnull=True, issued_at__isnull=True)
                | (~Q(file="") & ~Q(sha256="") & Q(size__isnull=False, size__gt=0, issued_at__isnull=False)),
                name="document_file_is_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True, published_by__isnull=True)
                | Q(published_on__isnull=False, published_by__isnull=False),
                name="document_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_why="")
                | (Q(withdrawn_on__isnull=False, published_on__isnull=False) & ~Q(withdrawn_why="")),
                name="document_withdrawn_says_why",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                name="document_does_not_supersede_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    @property
    def is_issued(self) -> bool:
        return bool(self.file)

    @property
    def is_published(self) -> bool:
        return self.is_issued and self.published_on is not None and self.withdrawn_on is None

    @property
    def may_be_published(self) -> bool:
        return self.kind in self.PUBLIC_KINDS

    @property
    def is_superseded(self) -> bool:
        """By a later document, or because its evaluation has a later version, whose document may not be made yet."""
        replaced = self.evaluation is not None and self.evaluation.state == Evaluation.State.SUPERSEDED
        return replaced or self.superseded_by_id is not None

    @property
    def job_key(self) -> str:
        return f"document:{self.code}"


class SignedCopy(models.Model):
    """The document with a digital signature that the municipality put on it outside: its bytes, and more after them."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signed_copies")
    file = models.FileField(_("archivo"), upload_to="documents/")
    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"))
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("lo archivó"))
    filed_at = models.DateTimeField(_("archivado"))

    class Meta:
        verbose_name = _("copia firmada")
        verbose_name_plural = _("copias firmadas")
        ordering = ["filed_at", "id"]

    def __str__(self) -> str:
        return f"{self.document.code}: {self.file_name}"
