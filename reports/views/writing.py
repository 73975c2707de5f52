"""Writing a draft: the page of one section, what its script asks for, and the history of the section."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution import clock
from institution.permissions import is_coordinator
from monitoring.evaluation import WritingRefused, Written, restore_section, write_section
from monitoring.models import Evaluation, EvaluationSection
from monitoring.permissions import may_write_evaluation
from monitoring.wording import abridged, both, word_changes
from plans.views import READ_OR_SEND, plan_or_404
from reports.views.scope import draft_or_404, guidance_or_404, seen_revision, written_draft_or_404
from reports.workspace.guidance import Guidance
from reports.workspace.writing import load_history, load_side, load_writing, section_of

MINE, THEIRS, BOTH = "mine", "theirs", "both"


@require_safe
def evaluation_write(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Leads to the first section that nobody has written, or else to the first."""
    draft = draft_or_404(request, plan, year)
    lines = load_side(draft, request.user).lines
    line = next((each for each in lines if not each.is_written), lines[0])
    return redirect("reports:evaluation_section", plan, year, line.guidance.slug)


@login_not_required  # only so that what was typed outlives the session; nothing is shown to whoever is not signed in
@require_http_methods(READ_OR_SEND)
def evaluation_section(request: HttpRequest, plan: str, year: int, section: str) -> HttpResponse:
    """One section with its figures. A POST writes it; what cannot be written is shown as it was typed."""
    if not request.user.is_authenticated:
        return _sign_in_first(request)
    guidance = guidance_or_404(section)
    if request.method != "POST":
        return _page(request, draft_or_404(request, plan, year), guidance)
    if closed := _closed_meanwhile(request, plan, year):
        return _too_late(request, closed, guidance, status=409)
    draft = written_draft_or_404(request, plan, year)
    if _is_of_another(request):
        return _page(request, draft, guidance, typed=request.POST.get("text", ""), refused=_not_yours(), status=403)
    return _written(request, draft, guidance)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Gives what was typed back to whoever sent it once their session had ended: nothing else is known of them."""
    if request.method != "POST":
        return redirect_to_login(request.path)
    context = {"typed": request.POST.get("text", ""), "next": request.path}
    return render(request, "reports/evaluation_section_late.html", context, status=403)


def _written(request: HttpRequest, draft: Evaluation, guidance: Guidance) -> HttpResponse:
    """Writes what was sent, or what was decided about two texts (`keep`), whose other one was seen (`decided`)."""
    typed, seen = request.POST.get("text", ""), seen_revision(request)
    here = redirect("reports:evaluation_section", draft.plan.code, draft.year, guidance.slug)
    keep = request.POST.get("keep", "")
    if keep == THEIRS:
        messages.info(request, _("Quedó el texto de la otra persona."))
        return here
    if keep in (MINE, BOTH):
        seen = seen_revision(request, "decided")
        typed = both(section_of(draft, guidance.kind).text, typed) if keep == BOTH else typed
    try:
        written = write_section(evaluation=draft, kind=guidance.kind, text=typed, seen=seen, by=request.user)
    except WritingRefused as refused:
        return _page(request, draft, guidance, typed=typed, refused=str(refused), status=422)
    if written.conflict:
        return _page(request, draft, guidance, typed=typed, conflict=written.section, status=409)
    messages.success(request, _("Guardado %s.") % formats.time_format(clock.now(), "H:i"))
    return here


def _page(
    request: HttpRequest,
    draft: Evaluation,
    guidance: Guidance,
    *,
    typed: str | None = None,
    refused: str = "",
    conflict: EvaluationSection | None = None,
    status: int = 200,
) -> HttpResponse:
    page = load_writing(draft, guidance.kind, request.user)
    context = {"plan": draft.plan, "page": page, "report": page.report, "refused": refused}
    context["text"] = page.section.text if typed is None else typed
    context["conflict"] = _told(conflict, typed or "") if conflict else None
    return render(request, "reports/evaluation_section.html", context, status=status)


def _told(section: EvaluationSection, typed: str) -> dict[str, object]:
    """What the conflict shows: who wrote meanwhile, and how their text differs from what was typed."""
    return {"section": section, "pieces": abridged(word_changes(section.text, typed))}


def _closed_meanwhile(request: HttpRequest, plan: str, year: int) -> Evaluation | None:
    """The version that was closed while the person wrote: their text must not go with the page."""
    plan = plan_or_404(request, plan)
    rows = Evaluation.objects.filter(plan=plan, year=year)
    if not is_coordinator(request.user, plan.government) or rows.filter(state=Evaluation.State.DRAFT).exists():
        return None
    closed = rows.closed().select_related("closed_by").first()
    if closed is not None:
        closed.plan = plan
    return closed


def _too_late(request: HttpRequest, closed: Evaluation, guidance: Guidance, status: int) -> HttpResponse:
    context = {"plan": closed.plan, "evaluation": closed, "guidance": guidance, "typed": request.POST.get("text", "")}
    return render(request, "reports/evaluation_section_late.html", context, status=status)


@require_http_methods(["GET", "POST"])
def evaluation_section_entry(request: HttpRequest, plan: str, year: int, section: str) -> JsonResponse:
    """The section as data, for the script of the page: a POST writes what was typed, both tell how it stands."""
    guidance = guidance_or_404(section)
    if closed := _closed_meanwhile(request, plan, year):
        text = _("%(who)s cerró la evaluación: su texto ya no cambia.") % {"who": closed.closed_by}
        return JsonResponse({"locked": text}, status=409)
    if request.method == "GET":
        draft = draft_or_404(request, plan, year)
        return _state(
            request, Written(section_of(draft, guidance.kind)), may_write=may_write_evaluation(request.user, draft)
        )
    draft = written_draft_or_404(request, plan, year)
    typed, seen = request.POST.get("text", ""), seen_revision(request)
    if _is_of_another(request):
        return JsonResponse({"locked": _not_yours()}, status=409)
    try:
        written = write_section(evaluation=draft, kind=guidance.kind, text=typed, seen=seen, by=request.user)
    except WritingRefused as refused:
        return JsonResponse({"refused": str(refused)}, status=422)
    return _state(request, written, typed)


def _state(request: HttpRequest, written: Written, typed: str = "", *, may_write: bool = True) -> JsonResponse:
    section = written.section
    state = {
        "csrf": get_token(request),
        "saved": formats.time_format(clock.now(), "H:i"),
        "revision": section.revision,
        "text": section.text,
        "by": str(section.written_by or ""),
        "at": formats.time_format(timezone.localtime(section.written_at), "H:i") if section.written_at else "",
        "conflict": "",
        "locked": "" if may_write else _("Ya no puede escribir en esta evaluación: cambió su designación."),
    }
    if written.conflict:
        context = {"conflict": _told(section, typed)}
        state["conflict"] = render_to_string("reports/_writing_conflict.html", context)
    return JsonResponse(state)


def _is_of_another(request: HttpRequest) -> bool:
    """Whether the page was opened by somebody else, and this person signed in beside it: it is not theirs to sign."""
    return request.POST.get("of", str(request.user.pk)) != str(request.user.pk)


def _not_yours() -> str:
    return _("Esta página la abrió otra persona, que ya no está en este navegador.")


@require_safe
def evaluation_section_history(request: HttpRequest, plan: str, year: int, section: str) -> HttpResponse:
    """Who wrote what and when in a section, newest first."""
    draft = draft_or_404(request, plan, year)
    history = load_history(draft, guidance_or_404(section).kind, request.user)
    return render(request, "reports/evaluation_section_history.html", {"plan": draft.plan, "history": history})


@require_POST
def evaluation_section_restore(request: HttpRequest, plan: str, year: int, section: str, version: int) -> HttpResponse:
    """Puts an earlier text in its place again; the one that stood there stays in the history."""
    draft = written_draft_or_404(request, plan, year)
    guidance = guidance_or_404(section)
    row = section_of(draft, guidance.kind)
    row.evaluation = draft
    try:
        seen = seen_revision(request)
        written = restore_section(section=row, version=version, seen=seen, by=request.user)
    except LookupError as error:
        raise Http404(_("Ese texto no está en la historia de la sección.")) from error
    except WritingRefused as refused:
        messages.error(request, str(refused))
        return redirect("reports:evaluation_list", plan)
    if written.conflict:
        text = _("%(who)s escribió mientras usted miraba la historia: no se cambió nada. Mire cómo quedó.")
        messages.warning(request, text % {"who": written.section.written_by})
        return redirect("reports:evaluation_section_history", plan, year, section)
    messages.success(request, _("El texto anterior está de nuevo en su lugar; el que había quedó en la historia."))
    return redirect("reports:evaluation_section", plan, year, section)
