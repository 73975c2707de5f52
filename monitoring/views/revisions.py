"""Reprogramming: what was reprogrammed, one target with a preview of what it changes, many by workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from institution import clock
from institution.keeping import KeepingRefused
from institution.permissions import is_coordinator
from monitoring import receiving
from monitoring.dossier import effects_of, load_choices, load_revisions
from monitoring.dossier.revisions import Choices, Effect
from monitoring.forms import RevisionForm
from monitoring.reprogramming import Reprogramming, ReprogrammingRefused, reprogram, why_impossible, why_not
from monitoring.targets_book import write_targets
from monitoring.views.download import download
from monitoring.views.sending import Sending
from plans.models import Indicator, Plan, PlanUpload
from plans.views import READ_OR_SEND, plan_or_404


@require_safe
def revision_list(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    found = load_revisions(plan, indicator=request.GET.get("indicador", ""), period=request.GET.get("semestre", ""))
    may = is_coordinator(request.user, plan.government)
    return render(request, "monitoring/revision_list.html", {"plan": plan, "found": found, "may_reprogram": may})


@require_http_methods(READ_OR_SEND)
def revision_create(request: HttpRequest, plan: str) -> HttpResponse:
    """One target: choose it, type the new one, see what it changes in the figures, confirm."""
    plan = _coordinated_or_404(request, plan)
    context = _chosen(request, plan)
    choices = context["choices"]
    if choices is None or choices.chosen is None or context["locked"] or choices.chosen.locked:
        return render(request, "monitoring/revision_create.html", context)
    form = RevisionForm(request.POST or None, initial={"seen": choices.chosen.mark})
    context["form"] = form
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST and _reprogrammed(request, choices, form):
            return redirect("monitoring:revision_list", plan.code)
        context["effects"] = _effects(request, choices, form)
    return render(request, "monitoring/revision_create.html", context, status=422 if form.errors else 200)


def _effects(request: HttpRequest, choices: Choices, form: RevisionForm) -> list[Effect]:
    """What the new target changes in the figures; nothing where it is refused, which the form then says."""
    if form.errors:
        return []
    told = {name: value for name, value in form.told().items() if name != "seen"}
    asked = Reprogramming(indicator=choices.indicator, period=choices.chosen.period, **told)
    if refused := why_impossible(asked, request.user):
        form.refuse(refused, choices.chosen.mark)
        return []
    plan = choices.indicator.plan
    return effects_of(plan, choices.outline, choices.indicator.code, {asked.period: asked.value})


def _chosen(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What the address names: an indicator, and one of its semesters."""
    code, period = request.GET.get("indicador", ""), request.GET.get("semestre", "")
    rows = Indicator.objects.filter(plan=plan).select_related("activity", "action", "objective")
    try:
        choices = load_choices(plan, code, period) if code else None
    except Indicator.DoesNotExist as error:
        raise Http404 from error
    return {
        "plan": plan,
        "indicators": sorted(rows, key=lambda row: row.measured_at),
        "choices": choices,
        "locked": why_not(plan, request.user),
    }


def _reprogrammed(request: HttpRequest, choices: Choices, form: RevisionForm) -> bool:
    try:
        revision = reprogram(indicator=choices.indicator, period=choices.chosen.period, by=request.user, **form.told())
    except ReprogrammingRefused as refused:
        form.refuse(str(refused), choices.chosen.mark)
        return False
    told = {"indicator": revision.indicator.code, "period": revision.period}
    messages.success(request, _("Reprogramada la meta de %(indicator)s en %(period)s.") % told)
    return True


# --- By workbook


def _explain(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    return {"locked": why_not(plan, request.user)}


TARGETS = Sending(PlanUpload.Kind.TARGETS, "revision", receiving.preview_targets, _explain)


@require_GET
def revision_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan's targets, to be filled in."""
    plan = _coordinated_or_404(request, plan)
    return download(write_targets(plan, by=request.user, at=clock.now()), f"metas-{plan.code}.xlsx")


@require_http_methods(READ_OR_SEND)
def revision_upload(request: HttpRequest, plan: str) -> HttpResponse:
    plan = _coordinated_or_404(request, plan)
    return TARGETS.receive(request, plan) if request.method == "POST" else TARGETS.upload_page(request, plan)


@require_safe
def revision_preview(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return TARGETS.preview_page(request, TARGETS.upload_or_404(request, _coordinated_or_404(request, plan), pk))


@require_POST
def revision_confirm(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """Reprograms everything that was shown, or nothing."""
    plan = _coordinated_or_404(request, plan)
    upload = TARGETS.upload_or_404(request, plan, pk)
    try:
        count = receiving.confirm_targets(upload=upload, shown=request.POST.get("shown", ""), by=request.user)
    except (KeepingRefused, ReprogrammingRefused) as refused:
        return TARGETS.preview_page(request, upload, refused=str(refused), status=409)
    if count:
        done = ngettext("Se reprogramó %(n)s meta.", "Se reprogramaron %(n)s metas.", count) % {"n": count}
        messages.success(request, done)
    return redirect("monitoring:revision_list", plan.code)


@require_POST
def revision_discard(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return TARGETS.discard(request, _coordinated_or_404(request, plan), pk)


def _coordinated_or_404(request: HttpRequest, code: str) -> Plan:
    """The plan, for whoever coordinates it; these pages do not exist for anybody else."""
    plan = plan_or_404(request, code)
    if not is_coordinator(request.user, plan.government):
        raise Http404
    return plan
