"""What comes next: the things that wait for whoever takes over, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution.models import Role
from monitoring.frozen import JSON
from monitoring.models import Submission
from reports.documents.paper import day_of


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, until when (empty: no day was set), and whether that day has passed."""

    text: str
    due: str = ""
    is_late: bool = False


def tasks(record: JSON) -> Iterator[Task]:
    """In this order: reports, observations, commitments, budget, posts that nobody holds, and what lies ahead."""
    today = record["document"]["issued_on"]
    yield from _reports(record, today)
    yield from _observations(record)
    for row in record["commitments"]:
        if row["open"]:
            text = _("Cumplir el compromiso de la evaluación %(year)s: %(action)s") % {
                "year": row["year"],
                "action": row["action"] or row["recommendation"],
            }
            yield Task(text, day_of(row["due_on"]), row["overdue"])
    yield from _budget(record, today)
    yield from _vacant(record, today)
    yield from _ahead(record)


def _reports(record: JSON, today: str) -> Iterator[Task]:
    texts = {
        Submission.State.RETURNED: _("Corregir y volver a enviar el reporte %s, que fue devuelto"),
        Submission.State.AWAITING_SIGNOFF: _("Dar el visto bueno al reporte %s, que lo espera"),
        Submission.State.DRAFT: _("Terminar y enviar el reporte %s, que está en borrador"),
        None: _("Empezar y enviar el reporte %s"),
    }
    for row in record["due"]:
        yield Task(texts[row["state"]] % row["period"], day_of(row["due_on"]), row["due_on"] < today)


def _observations(record: JSON) -> Iterator[Task]:
    waiting: dict[str, int] = {}
    for row in record["observations"]:
        if row["state"] == "open":
            waiting[row["period"]] = waiting.get(row["period"], 0) + 1
    for period, count in waiting.items():
        text = ngettext(
            "Responder %(count)s observación del reporte %(period)s",
            "Responder %(count)s observaciones del reporte %(period)s",
            count,
        )
        yield Task(text % {"count": count, "period": period})


def _budget(record: JSON, today: str) -> Iterator[Task]:
    due_on = record["budget"]["due_on"]
    waiting = [row["code"] for row in record["budget"]["activities"] if row["needs"] is None]
    if due_on and waiting:
        text = ngettext(
            "Decir si %(count)s actividad necesita presupuesto adicional: %(codes)s",
            "Decir si %(count)s actividades necesitan presupuesto adicional: %(codes)s",
            len(waiting),
        )
        told = text % {"count": len(waiting), "codes": ", ".join(waiting)}
        yield Task(told, day_of(due_on), due_on < today)


def _vacant(record: JSON, today: str) -> Iterator[Task]:
    """The posts without which nobody files, signs, or answers about money."""
    unit = record["unit"]
    if unit["valid_until"] and unit["valid_until"] < today:
        return
    held = {
        row["role"] for row in record["people"] if row["from"] <= today and (not row["until"] or row["until"] >= today)
    }
    answers = any(each["until"] is None for row in record["indicators"] for each in row["tenures"])
    needed = {
        Role.REPORTER: answers,
        Role.HEAD: answers,
        Role.BUDGET_LIAISON: bool(record["budget"]["activities"]),
    }
    for role, needs in needed.items():
        if needs and role not in held:
            yield Task(_("Designar a quien falta en el puesto: %s") % str(role.label).lower())


def _ahead(record: JSON) -> Iterator[Task]:
    """The next semester that is still to be opened and in which the unit has targets."""
    states = {row["code"]: row for row in record["periods"]}
    with_targets = {
        each["period"]
        for row in record["indicators"]
        for each in row["semesters"]
        if each["answers"] and each["target"] is not None
    }
    for code in sorted(with_targets):
        period = states.get(code)
        if period and period["state"] == "planned":
            yield Task(_("Preparar el reporte %s, que aún no se abre") % code, day_of(period["due_on"]))
            return
