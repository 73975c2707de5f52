"""The table of section 9: each step, from where, to where, whose it is; and what it is called."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from institution.models import Role
from monitoring.models import Submission
from monitoring.queries import Filing

State = Submission.State

# Why a report is closed to typing, by its state, and who can open it.
LOCKED = {
    State.SUBMITTED: gettext_lazy(
        "El reporte ya se envió y está en revisión. Para corregirlo, pida a la coordinación que lo devuelva."
    ),
    State.VALIDATED: gettext_lazy(
        "El reporte tiene conformidad. Para corregirlo, pida a la coordinación que lo reabra."
    ),
}
# Who fills in a report: the unit's own people; and the coordination, in a report that it began on the unit's behalf.
TYPISTS = (Role.REPORTER, Role.HEAD)
REVIEWING = (Role.COORDINATOR, Role.PLANNER)
EDITABLE = (State.DRAFT, State.RETURNED)
# Where the report is still with the unit; None is one that nobody has begun.
WITH_THE_UNIT = (None, *EDITABLE, State.AWAITING_SIGNOFF)

# The events that no step of the table writes: how a submission came to be.
STARTED, HISTORICAL = "start", "historical"
BEGINNINGS = {STARTED: gettext_lazy("Empezar el reporte"), HISTORICAL: gettext_lazy("Carga histórica")}


# What somebody did to a report, as the beginning of a sentence: "Lucía Paredes dio conformidad al reporte".
DID: dict[str, Promise] = {
    STARTED: gettext_lazy("empezó el reporte"),
    HISTORICAL: gettext_lazy("cargó el reporte histórico"),
    "submit": gettext_lazy("envió el reporte"),
    "hand_to_head": gettext_lazy("pasó el reporte a la gerencia"),
    "sign_off": gettext_lazy("dio el visto bueno y envió el reporte"),
    "give_back": gettext_lazy("regresó el reporte al enlace"),
    "validate": gettext_lazy("dio conformidad al reporte"),
    "return": gettext_lazy("devolvió el reporte con observaciones"),
    "reopen": gettext_lazy("reabrió el reporte"),
}


class StepRefused(Exception):
    """The step cannot be taken; the message says why, in the words of the user."""


class Incomplete(StepRefused):
    """The report cannot be sent as it stands; `filing` says what is missing, each beside its field."""

    def __init__(self, filing: Filing) -> None:
        count = len(filing.lacking) + len(filing.unanswered)
        super().__init__(
            ngettext(
                "Falta %(count)s dato para enviar el reporte. Lo escrito está guardado.",
                "Faltan %(count)s datos para enviar el reporte. Lo escrito está guardado.",
                count,
            )
            % {"count": count}
        )
        self.filing = filing


@dataclass(frozen=True, slots=True)
class Memo:
    """The memorandum or file with which a unit sends its report."""

    number: str
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `signoff`: whether the plan must (True) or must not (False) ask for the head's sign-off."""

    name: str
    label: Promise | str
    done: Promise | str  # what has happened, to whoever took it
    sources: tuple[Submission.State, ...]
    target: Submission.State
    roles: tuple[Role, ...]
    signoff: bool | None = None
    needs_comment: bool = False
    needs_observation: bool = False

    @property
    def is_review(self) -> bool:
        """Whether it is taken from outside the unit, by those who review."""
        return Role.COORDINATOR in self.roles

    @property
    def sends(self) -> bool:
        """Whether the report leaves those who fill it in, and so has to be whole."""
        return self.target in (State.AWAITING_SIGNOFF, State.SUBMITTED)


# The steps that whoever fills in the report takes at the end of the form.
FROM_FORM = ("submit", "hand_to_head")

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "submit",
            gettext_lazy("Enviar el reporte"),
            gettext_lazy("Reporte enviado. Este es su cargo."),
            (State.DRAFT, State.RETURNED),
            State.SUBMITTED,
            (Role.REPORTER, Role.HEAD),
            signoff=False,
        ),
        Step(
            "hand_to_head",
            gettext_lazy("Pasar al gerente"),
            gettext_lazy("El reporte pasó a su gerente para el visto bueno."),
            (State.DRAFT, State.RETURNED),
            State.AWAITING_SIGNOFF,
            (Role.REPORTER,),
            signoff=True,
        ),
        Step(
            "sign_off",
            gettext_lazy("Dar visto bueno y enviar"),
            gettext_lazy("Reporte enviado. Este es su cargo."),
            (State.AWAITING_SIGNOFF,),
            State.SUBMITTED,
            (Role.HEAD,),
        ),
        Step(
            "give_back",
            gettext_lazy("Regresar al enlace"),
            gettext_lazy("El reporte volvió a su enlace técnico, con su comentario."),
            (State.AWAITING_SIGNOFF,),
            State.DRAFT,
            (Role.HEAD,),
            needs_comment=True,
        ),
        Step(
            "validate",
            gettext_lazy("Dar conformidad"),
            gettext_lazy("Dio conformidad al reporte."),
            (State.SUBMITTED,),
            State.VALIDATED,
            (Role.COORDINATOR, Role.PLANNER),
        ),
        Step(
            "return",
            gettext_lazy("Devolver con observaciones"),
            gettext_lazy("El reporte volvió a la unidad, con las observaciones."),
            (State.SUBMITTED,),
            State.RETURNED,
            (Role.COORDINATOR, Role.PLANNER),
            needs_observation=True,
        ),
        Step(
            "reopen",
            gettext_lazy("Reabrir"),
            gettext_lazy("Reabrió el reporte: la unidad puede corregirlo."),
            (State.VALIDATED,),
            State.RETURNED,
            (Role.COORDINATOR, Role.PLANNER),
            needs_comment=True,
        ),
    )
}
