"""The persons and the posts they hold."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institution import clock
from institution.models.government import Unit


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


class MailFrequency(models.TextChoices):
    """How often a person wants to be reminded by mail. What a procedure demands, such as a return, always comes."""

    EVERY = "every", _("Todos los recordatorios")
    WEEKLY = "weekly", _("Como máximo uno por semana de cada asunto")
    OVERDUE = "overdue", _("Solo cuando el plazo ya venció")
    NONE = "none", _("Ningún recordatorio")


class User(AbstractBaseUser):
    """A person, known by an e-mail address. What one may do in a plan follows from designations, never from flags."""

    SYSTEM_EMAIL = "sistema@pmh.invalid"

    email = models.EmailField(_("correo electrónico"), max_length=254, unique=True)
    full_name = models.CharField(_("nombres y apellidos"), max_length=160)
    is_active = models.BooleanField(_("activa"), default=True)
    is_system = models.BooleanField(_("persona del sistema"), default=False, editable=False)
    mail_frequency = models.CharField(
        _("recordatorios por correo"),
        max_length=8,
        choices=MailFrequency.choices,
        default=MailFrequency.EVERY,
    )
    # The one flag: it opens the technical administration, and nothing of any plan.
    is_staff = models.BooleanField(_("administra la instalación"), default=False)
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

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """What the technical administration asks; each of its pages then says what may be changed there at all."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

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

    @property
    def task(self) -> str:
        """What the role does, for somebody who is new in it."""
        return str(TASKS[self])


TASKS = {
    Role.REPORTER: _("Registra cada semestre los resultados de la unidad, con sus medios de verificación."),
    Role.HEAD: _("Revisa y firma lo que la unidad reporta cada semestre."),
    Role.BUDGET_LIAISON: _("Indica a tiempo si una actividad necesita presupuesto adicional."),
    Role.COORDINATOR: _("Abre los semestres, revisa los reportes, da conformidad y lleva las evaluaciones del plan."),
    Role.PLANNER: _("Revisa el formato y el método, y da conformidad al reporte de la unidad coordinadora."),
    Role.VIEWER: _("Lee el plan, su avance y sus evaluaciones."),
}


class DesignationQuerySet(models.QuerySet["Designation"]):
    def in_force(self, day: dt.date | None = None) -> DesignationQuerySet:
        day = day or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True)

    def overlapping(self, starts_on: dt.date, ends_on: dt.date | None) -> DesignationQuerySet:
        """Those in force on some day between the two (or on some day from `starts_on` on)."""
        begun = Q() if ends_on is None else Q(starts_on__lte=ends_on)
        return self.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))

    def at_work(self) -> DesignationQuerySet:
        """Those by which one acts for the unit. A reader of a unit reads as readers of any other do."""
        return self.exclude(role=Role.VIEWER)

    def coordinating(self, user: User) -> DesignationQuerySet:
        """The posts by which the person coordinates today."""
        return self.in_force().filter(user=user, role=Role.COORDINATOR)


class Designation(models.Model):
    """Who acts for a unit, in which role, from when and until when, by which document. Never deleted, only ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="designations", verbose_name=_("persona"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="designations", verbose_name=_("unidad"))
    role = models.CharField(_("rol"), max_length=16, choices=Role.choices)
    starts_on = models.DateField(_("desde"))
    ends_on = models.DateField(_("hasta"), null=True, blank=True)
    document = models.CharField(_("documento de designación"), max_length=120, blank=True)
    document_date = models.DateField(_("fecha del documento"), null=True, blank=True)
    end_reason = models.CharField(_("motivo o documento del término"), max_length=200, blank=True)

    history = HistoricalRecords()
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

    def clean(self) -> None:
        """Nobody holds one post twice at once. Writers hold a lock on the unit meanwhile: SQLite knows no exclusion."""
        same = Designation.objects.filter(user=self.user, unit=self.unit, role=self.role).exclude(pk=self.pk)
        for post in same.overlapping(self.starts_on, self.ends_on)[:1]:
            told = {"name": self.user.full_name, "day": formats.date_format(post.starts_on)}
            raise ValidationError(gettext("%(name)s ya tiene esta designación desde el %(day)s.") % told)

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < clock.today()
