"""What every page of a draft needs first: the plan and the evaluation, if this person may see or write it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from monitoring.models import Evaluation
from monitoring.permissions import may_see_evaluation, may_write_evaluation
from plans.models import Plan
from plans.views import plan_or_404
from reports.documents.pages import NoSuchEvaluation, evaluation_of
from reports.workspace.guidance import BY_SLUG, Guidance

# Nobody closes an evaluation ten thousand times.
VERSION_DIGITS = 4


def evaluation_or_404(request: HttpRequest, plan: Plan, year: int, version: str = "") -> Evaluation:
    """The version that was asked for, or the one in force, or else the draft, for those who may see it."""
    if version and not (version.isdecimal() and len(version) <= VERSION_DIGITS):
        raise Http404(_("No hay esa versión."))
    try:
        return evaluation_of(plan, year, request.user, int(version) if version else None)
    except NoSuchEvaluation as error:
        raise Http404(_("El plan no tiene esa evaluación.")) from error


def draft_or_404(request: HttpRequest, plan: str, year: int) -> Evaluation:
    """The draft of that year for those who may see it; nobody else learns that there is one."""
    plan = plan_or_404(request, plan)
    draft = Evaluation.objects.filter(plan=plan, year=year, state=Evaluation.State.DRAFT).first()
    if draft is None:
        raise Http404(_("No hay borrador de esa evaluación."))
    draft.plan = plan
    if not may_see_evaluation(request.user, draft):
        raise Http404(_("No hay borrador de esa evaluación."))
    return draft


def written_draft_or_404(request: HttpRequest, plan: str, year: int) -> Evaluation:
    """The same for those who write it; who only sees it is refused."""
    draft = draft_or_404(request, plan, year)
    if not may_write_evaluation(request.user, draft):
        raise PermissionDenied
    return draft


def guidance_or_404(section: str) -> Guidance:
    """The section by the word that stands in the address."""
    if section not in BY_SLUG:
        raise Http404(_("La evaluación no tiene esa sección."))
    return BY_SLUG[section]


def seen_revision(request: HttpRequest, name: str = "seen") -> int:
    """The revision that a page says it had read; one that never was, where it says nothing sensible."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
