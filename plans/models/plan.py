"""The plan itself: its years, the parameters of its figures, its life and the instrument that approved it."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution import clock
from institution.models import AgencyKey, Designation, Government, User
from plans.measures import Reading, periods_between

# Longer plans do not exist, and each year adds two columns to the workbook.
LONGEST_PLAN = 20


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """The plans of the governments where the person holds a post today."""
        posts = Designation.objects.in_force(clock.today()).filter(user=user)
        return self.filter(government__in=posts.values("unit__government"))

    def held(self, pk: int) -> Plan:
        """The plan with its government, as it stands now and until the end of the transaction."""
        return self.select_for_update(of=("self",)).select_related("government").get(pk=pk)


class Plan(models.Model):
    """A Plan de Movilidad Humana of one government for some years, reported by semesters."""

    class State(models.TextChoices):
        DRAFT = "draft", _("En elaboración")
        IN_FORCE = "in_force", _("Vigente")
        CLOSED = "closed", _("Cerrado")

    class Instrument(models.TextChoices):
        ORDINANCE = "ordinance", _("Ordenanza")
        DECREE = "decree", _("Decreto de alcaldía")
        RESOLUTION = "resolution", _("Resolución de alcaldía")
        AGREEMENT = "agreement", _("Acuerdo de concejo")

    class OfficialReading(models.TextChoices):
        PROGRAMMED = Reading.PROGRAMMED.value, _("sobre lo programado")
        REPORTED = Reading.REPORTED.value, _("sobre lo reportado")

    government = models.ForeignKey(
        Government, on_delete=models.PROTECT, related_name="plans", verbose_name=_("gobierno local")
    )
    code = models.SlugField(_("código"), max_length=40, unique=True)
    name = models.CharField(_("nombre"), max_length=250)
    description = models.TextField(_("misión"), blank=True)
    first_year = models.PositiveSmallIntegerField(
        _("primer año"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    last_year = models.PositiveSmallIntegerField(
        _("último año"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DRAFT)
    is_reference = models.BooleanField(_("texto de referencia"), default=False)

    cap = models.DecimalField(
        _("tope del avance en promedios"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(100),
        help_text=_("En porcentaje. Vacío: sin tope."),
    )
    green_from = models.DecimalField(_("verde desde"), max_digits=5, decimal_places=2, default=Decimal(95))
    amber_from = models.DecimalField(_("ámbar desde"), max_digits=5, decimal_places=2, default=Decimal(75))
    official_reading = models.CharField(
        _("lectura oficial"),
        max_length=10,
        choices=OfficialReading.choices,
        default=OfficialReading.PROGRAMMED,
    )
    requires_signoff = models.BooleanField(_("la gerencia da su visto bueno"), default=True)

    instrument_kind = models.CharField(_("instrumento"), max_length=12, choices=Instrument.choices, blank=True)
    instrument_number = models.CharField(_("número"), max_length=80, blank=True)
    instrument_date = models.DateField(_("fecha"), null=True, blank=True)
    # Not in the plan's workbook: the coordination moves it while the plan is in force, and a workbook may not.
    extra_budget_due_on = models.DateField(
        _("plazo para decir si falta presupuesto"),
        null=True,
        blank=True,
        help_text=_("Hasta cuándo responden los enlaces presupuestales. Vacío: sin plazo."),
    )

    # The keys that read this plan without reading every plan of its government.
    keys = models.ManyToManyField(AgencyKey, blank=True, related_name="plans", editable=False)

    objects = PlanQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("planes")
        ordering = ["-first_year", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="plan_ends_after_it_begins",
                violation_error_message=_("El último año es anterior al primero."),
            ),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(cap__gt=0),
                name="plan_cap_above_zero",
                violation_error_message=_("El tope del avance es mayor que 0, o queda vacío."),
            ),
            models.CheckConstraint(
                condition=Q(amber_from__gte=0) & Q(green_from__gte=F("amber_from")),
                name="plan_thresholds_in_order",
                violation_error_message=_("El umbral verde no puede ser menor que el ámbar."),
            ),
            models.CheckConstraint(
                condition=Q(instrument_kind="", instrument_number="", instrument_date__isnull=True)
                | (~Q(instrument_kind="") & ~Q(instrument_number="") & Q(instrument_date__isnull=False)),
                name="plan_instrument_whole_or_absent",
                violation_error_message=_("El instrumento de aprobación lleva tipo, número y fecha, o ninguno."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def period_codes(self) -> tuple[str, ...]:
        """The plan's semesters in order."""
        return periods_between(self.first_year, self.last_year)

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def instrument(self) -> str:
        """The approving instrument in words: "Ordenanza N.º 2500-2022", or empty."""
        if not self.instrument_kind:
            return ""
        return f"{self.get_instrument_kind_display()} N.º {self.instrument_number}"
