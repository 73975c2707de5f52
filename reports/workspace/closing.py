"""What stands between a draft and its closing: what must be mended, and what should be looked at twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution.models import User
from monitoring.evaluation import Obstacle, obstacles
from monitoring.models import Evaluation, Submission
from plans.models import Plan, Responsibility
from reports.workspace.guidance import BY_KIND
from reports.workspace.writing import Side, load_side


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check list, with where it is looked at or mended."""

    text: str
    links: tuple[tuple[str, str], ...] = ()  # (text, address)


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """`mark` changes whenever something that would be frozen is written: what was confirmed is what is closed."""

    side: Side
    obstacles: tuple[Check, ...]
    warnings: tuple[Check, ...]
    in_force: Evaluation | None
    mark: str

    @property
    def may_close(self) -> bool:
        return not self.obstacles and self.side.may_write


def load_closing(evaluation: Evaluation, user: User) -> ClosingPage:
    """A constant number of queries, whatever the numbers of sections, findings and reports."""
    side = load_side(evaluation, user)
    found = tuple(_obstacle(evaluation, each) for each in obstacles(evaluation))
    in_force = Evaluation.objects.filter(plan=evaluation.plan_id, year=evaluation.year).closed().defer("frozen").first()
    return ClosingPage(side, found, tuple(_warnings(evaluation, side)), in_force, mark_of(evaluation))


def mark_of(evaluation: Evaluation) -> str:
    parts = [*evaluation.sections.order_by("id").values_list("id", "revision", "text")]
    parts += [*evaluation.findings.order_by("id").values_list("id", "revision")]
    parts += [*evaluation.commitments.order_by("id").values_list("id", "revision", "state")]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _obstacle(evaluation: Evaluation, each: Obstacle) -> Check:
    plan = evaluation.plan.code
    if each.about == Obstacle.About.PERIODS:
        links = [(_("Cerrar %s") % code, reverse("monitoring:period_close", args=[plan, code])) for code in each.items]
        return Check(
            each.text, tuple(links) or ((_("Ver los semestres"), reverse("monitoring:period_list", args=[plan])),)
        )
    if each.about == Obstacle.About.SECTIONS:
        return Check(each.text, tuple(_section_link(evaluation, kind) for kind in each.items))
    return Check(each.text)


def _section_link(evaluation: Evaluation, kind: str) -> tuple[str, str]:
    guidance = BY_KIND[kind]
    return guidance.title, reverse(
        "reports:evaluation_section", args=[evaluation.plan.code, evaluation.year, guidance.slug]
    )


def _warnings(evaluation: Evaluation, side: Side) -> Iterator[Check]:
    yield from _about_reports(evaluation)
    short = [line for line in side.lines if 0 < line.words < line.guidance.least]
    if short:
        text = _("Secciones más cortas de lo usual: ¿están completas?")
        yield Check(text, tuple(_section_link(evaluation, line.guidance.kind) for line in short))
    yield from _about_findings(evaluation, side.findings)


def _about_reports(evaluation: Evaluation) -> Iterator[Check]:
    """Of the year: who reported nothing, what has no conformity, what came late."""
    plan, year = evaluation.plan, str(evaluation.year)
    rows = Submission.objects.filter(period__plan=plan, period__code__startswith=year)
    rows = list(rows.select_related("unit", "period").order_by("period__code", "unit__acronym"))
    silent = _without_report(evaluation, {(row.period.code, row.unit.acronym) for row in rows})
    if silent:
        text = ngettext(
            "%d reporte del año nunca empezó: sus indicadores quedan sin información.",
            "%d reportes del año nunca empezaron: sus indicadores quedan sin información.",
            len(silent),
        )
        yield Check(text % len(silent), tuple(_report_link(plan, *each) for each in silent))
    unfinished = [row for row in rows if row.state != Submission.State.VALIDATED]
    if unfinished:
        text = ngettext(
            "%d reporte del año no tiene conformidad: lo que dice no entra en las cifras.",
            "%d reportes del año no tienen conformidad: lo que dicen no entra en las cifras.",
            len(unfinished),
        )
        links = tuple(_report_link(plan, row.period.code, row.unit.acronym) for row in unfinished)
        yield Check(text % len(unfinished), links)
    late = [row for row in rows if row.state == Submission.State.VALIDATED and row.was_late]
    if late:
        text = ngettext(
            "%(n)d reporte del año llegó fuera de plazo (%(names)s): el informe lo dice.",
            "%(n)d reportes del año llegaron fuera de plazo (%(names)s): el informe lo dice.",
            len(late),
        )
        names = ", ".join(f"{row.unit.acronym} {row.period.code}" for row in late)
        deadlines = (_("Ver los plazos"), reverse("monitoring:punctuality", args=[plan.code]))
        yield Check(text % {"n": len(late), "names": names}, (deadlines,))


def _without_report(evaluation: Evaluation, known: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Semester and unit, where something was due of the unit in the year and no report was begun. Two queries."""
    found = []
    for code in (f"{evaluation.year}-1", f"{evaluation.year}-2"):
        due = Responsibility.objects.at(code).filter(
            indicator__plan=evaluation.plan_id, indicator__targets__period=code, indicator__targets__value__isnull=False
        )
        units = due.order_by("unit__acronym").values_list("unit__acronym", flat=True).distinct()
        found += [(code, acronym) for acronym in units if (code, acronym) not in known]
    return found


def _about_findings(evaluation: Evaluation, findings: int) -> Iterator[Check]:
    """Conclusions without findings, findings without evidence, recommendations that nobody has to carry out."""
    address = reverse("reports:evaluation_findings", args=[evaluation.plan.code, evaluation.year])
    to_findings = ((_("Ir a los hallazgos"), address),)
    if not findings:
        yield Check(_("No hay ningún hallazgo: las conclusiones no tendrán de dónde salir."), to_findings)
    elif bare := evaluation.findings.filter(evidence__isnull=True).count():
        text = ngettext(
            "%d hallazgo no tiene medio de verificación.", "%d hallazgos no tienen medio de verificación.", bare
        )
        yield Check(text % bare, to_findings)
    if not evaluation.commitments.exists():
        text = _("Ninguna recomendación tiene compromiso de mejora: nadie quedará encargado de cumplirlas.")
        address = reverse("reports:evaluation_commitments", args=[evaluation.plan.code, evaluation.year])
        yield Check(text, ((_("Ir a los compromisos"), address),))


def _report_link(plan: Plan, period: str, acronym: str) -> tuple[str, str]:
    return f"{acronym} {period}", reverse("monitoring:submission_detail", args=[plan.code, period, acronym])
