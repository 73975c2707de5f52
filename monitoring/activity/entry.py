"""One line of the log, and its place among all lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institution.models import User
from monitoring.changes import Difference


class Kind(models.TextChoices):
    """What a line is about, as the reader chooses it."""

    REPORTS = "reportes", _("Pasos de los reportes")
    RESULTS = "resultados", _("Resultados corregidos")
    OBSERVATIONS = "observaciones", _("Observaciones")
    EVIDENCE = "medios", _("Medios de verificación")
    DEADLINES = "plazos", _("Semestres y plazos")
    TARGETS = "metas", _("Metas y reprogramaciones")
    PLAN = "plan", _("Plan, actividades e indicadores")
    RESPONSIBILITIES = "responsables", _("Quién responde")
    EVALUATIONS = "evaluaciones", _("Evaluaciones y compromisos")
    PEOPLE = "personas", _("Unidades, invitaciones y designaciones")
    ACCESS = "accesos", _("Ingresos, lecturas y descargas")


class Key(NamedTuple):
    """A line's place: newest first, then by where it was recorded, then by its row. No two lines share one."""

    at: dt.datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}-{self.rank}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> Key | None:
        """What an address says; nothing where it says nothing that can be read."""
        try:
            at, rank, pk = text.split("-")
            moment = dt.datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC)
            return cls(moment, int(rank), int(pk)) if moment.year > 1900 else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Told:
    """What a record says: the act, on what, where that is to be seen, what it changed and why."""

    act: str
    subject: str
    url: str = ""
    unit: str = ""
    differences: tuple[Difference, ...] = ()
    why: str = ""
    capacity: str = ""  # where the record itself says it
    who: str = ""  # where it was no person: an agency's key, the address typed by whoever could not come in
    evaluation: int | None = None  # of which year, where it is about one: its pages belong to the documents


@dataclass(frozen=True)
class Entry:
    key: Key
    kind: Kind
    told: Told
    by: User | None  # None where no person was recorded
    capacity: str
    is_day: bool  # whether only the day was recorded

    @property
    def at(self) -> dt.datetime:
        return timezone.localtime(self.key.at)
