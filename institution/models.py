"""Who: governments, their units, the persons and the posts they hold; and the code lists all plans share."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from institution import clock

__all__ = [
    "Designation",
    "District",
    "GCMObjective",
    "Government",
    "IGMDimension",
    "PersonsAreKept",
    "Role",
    "SDGTarget",
    "Unit",
    "User",
]


class Government(models.Model):
    """A local government: the Municipalidad Metropolitana de Lima, or any of Peru's 1,891 municipalities."""

    class Kind(models.TextChoices):
        REGIONAL = "regional", _("Gobierno regional")
        PROVINCIAL = "provincial", _("Municipalidad provincial")
        DISTRICT = "district", _("Municipalidad distrital")

    UBIGEO_LENGTH = {Kind.REGIONAL: 2, Kind.PROVINCIAL: 4, Kind.DISTRICT: 6}

    name = models.CharField(_("nombre"), max_length=200)
    place = models.CharField(_("ámbito"), max_length=120, help_text=_("Como se lee en títulos: Lima Metropolitana."))
    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices)
    ubigeo = models.CharField(
        _("ubigeo"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{2}(\d{2}(\d{2})?)?$", _("El ubigeo del INEI tiene 2, 4 o 6 dígitos."))],
    )

    class Meta:
        verbose_name = _("gobierno local")
        verbose_name_plural = _("gobiernos locales")
        ordering = ["ubigeo"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind and len(self.ubigeo) != self.UBIGEO_LENGTH[self.Kind(self.kind)]:
            raise ValidationError({"ubigeo": _("El ubigeo no corresponde al tipo de gobierno.")})

    def districts(self) -> models.QuerySet[District]:
        """The districts inside the government's territory: INEI codes nest, so the prefix decides."""
        return District.objects.filter(ubigeo__startswith=self.ubigeo)


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid_on(self, day: dt.date) -> UnitQuerySet:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class Unit(models.Model):
    """A gerencia or subgerencia. It lives from one organisation rule to the next and may have a successor.

    Its acronym is never used again by another unit of the same government: figures of old evaluations name it.
    """

    class Function(models.TextChoices):
        RESPONSIBLE = "responsible", _("Responsable de actividades")
        COORDINATION = "coordination", _("Coordina el plan")
        PLANNING = "planning", _("Planificación: guarda el formato y el método")

    government = models.ForeignKey(Government, on_delete=models.PROTECT, related_name="units")
    acronym = models.CharField(_("siglas"), max_length=20)
    name = models.CharField(_("nombre"), max_length=200)
    function = models.CharField(_("función"), max_length=12, choices=Function.choices, default=Function.RESPONSIBLE)
    valid_from = models.DateField(_("vigente desde"))
    valid_until = models.DateField(_("vigente hasta"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("sucesora"),
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unidad orgánica")
        verbose_name_plural = _("unidades orgánicas")
        ordering = ["acronym"]
        constraints = [
            models.UniqueConstraint(
                fields=["government", "acronym"],
                name="unit_acronym_once_per_government",
                violation_error_message=_("Ya existe una unidad con estas siglas; las siglas no se reutilizan."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="unit_ends_after_it_begins",
                violation_error_message=_("La vigencia de la unidad termina antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_until__isnull=False),
                name="unit_with_successor_has_ended",
                violation_error_message=_("Una unidad con sucesora necesita fecha de término."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="unit_does_not_succeed_itself",
                violation_error_message=_("Una unidad no se sucede a sí misma."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acronym} · {self.name}"


class PersonsAreKept(models.ProtectedError):
    """Raised where somebody tries to delete a person: deactivate them, what they did stays theirs."""

    def __init__(self, persons: set[User]) -> None:
        super().__init__(_("Las personas no se eliminan: se desactivan, y lo que hicieron queda a su nombre."), persons)


class UserQuerySet(models.QuerySet["User"]):
    def delete(self):
        raise PersonsAreKept(set(self))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False

    def create_user(self, email: str, full_name: str, password: str | None = None, **fields) -> User:
        user = self.model(email=self.normalize_email(email).lower(), full_name=full_name, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def system(self) -> User:
        """The protected person in whose name commands act when nobody is named. It can never sign in."""
        user, _created = self.get_or_create(
            email=User.SYSTEM_EMAIL,
            defaults={"full_name": "Sistema PMH", "is_system": True, "is_active": False},
        )
        return user

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person, known by an e-mail address. What a person may do follows from designations, never from flags here."""

    SYSTEM_EMAIL = "sistema@pmh.invalid"

    email = models.EmailField(_("correo electrónico"), max_length=254, unique=True)
    full_name = models.CharField(_("nombres y apellidos"), max_length=160)
    is_active = models.BooleanField(_("activa"), default=True)
    is_system = models.BooleanField(_("persona del sistema"), default=False, editable=False)
    date_joined = models.DateTimeField(_("alta"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Ya existe una persona con este correo."),
            ),
            models.CheckConstraint(
                condition=Q(is_system=False) | Q(is_active=False), name="system_person_never_signs_in"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def delete(self, *args, **kwargs):
        raise PersonsAreKept({self})

    def deactivate(self) -> None:
        """Ends what the person may do from now on; what they did is neither lost nor reassigned."""
        self.is_active = False
        self.save(update_fields=["is_active"])


class Role(models.TextChoices):
    """In which capacity a person acts for a unit (rules, section 9)."""

    REPORTER = "reporter", _("Enlace técnico")
    HEAD = "head", _("Gerente")
    BUDGET_LIAISON = "budget_liaison", _("Enlace presupuestal")
    COORDINATOR = "coordinator", _("Coordinación")
    PLANNER = "planner", _("Planificación")
    VIEWER = "viewer", _("Lectura")


class DesignationQuerySet(models.QuerySet["Designation"]):
    def in_force(self, day: dt.date | None = None) -> DesignationQuerySet:
        day = day or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True)


class Designation(models.Model):
    """Who acts for a unit, in which role, from when and until when, by which document. Never deleted, only ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="designations", verbose_name=_("persona"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="designations", verbose_name=_("unidad"))
    role = models.CharField(_("rol"), max_length=16, choices=Role.choices)
    starts_on = models.DateField(_("desde"))
    ends_on = models.DateField(_("hasta"), null=True, blank=True)
    document = models.CharField(_("documento de designación"), max_length=120, blank=True)
    document_date = models.DateField(_("fecha del documento"), null=True, blank=True)

    objects = DesignationQuerySet.as_manager()

    class Meta:
        verbose_name = _("designación")
        verbose_name_plural = _("designaciones")
        ordering = ["unit", "role", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "starts_on"],
                name="designation_once",
                violation_error_message=_("Esta designación ya está registrada."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="designation_ends_after_it_begins",
                violation_error_message=_("La designación termina antes de empezar."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit.acronym} · {self.get_role_display()}"


class District(models.Model):
    """A district of Peru by its INEI code; the rows of the breakdown by district."""

    ubigeo = models.CharField(_("ubigeo"), max_length=6, primary_key=True)
    name = models.CharField(_("distrito"), max_length=120)

    class Meta:
        verbose_name = _("distrito")
        verbose_name_plural = _("distritos")
        ordering = ["ubigeo"]

    def __str__(self) -> str:
        return self.name


class GCMObjective(models.Model):
    """One of the 23 objectives of the Global Compact for Safe, Orderly and Regular Migration."""

    number = models.PositiveSmallIntegerField(_("número"), primary_key=True)
    name = models.CharField(_("objetivo"), max_length=250)

    class Meta:
        verbose_name = _("objetivo del Pacto Mundial para la Migración")
        verbose_name_plural = _("objetivos del Pacto Mundial para la Migración")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class SDGTarget(models.Model):
    """One of the 169 targets of the Sustainable Development Goals, by its code (`10.7`, `17.18`, `5.c`)."""

    code = models.CharField(_("código"), max_length=5, primary_key=True)
    name = models.CharField(_("meta"), max_length=250)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("meta de los ODS")
        verbose_name_plural = _("metas de los ODS")
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IGMDimension(models.Model):
    """One of the six dimensions of the Migration Governance Indicators."""

    number = models.PositiveSmallIntegerField(_("número"), primary_key=True)
    name = models.CharField(_("dimensión"), max_length=160)

    class Meta:
        verbose_name = _("dimensión de los IGM")
        verbose_name_plural = _("dimensiones de los IGM")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
