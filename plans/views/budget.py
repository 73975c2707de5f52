"""The pages of the plan's extra budget."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from plans.budget import questions_of
from plans.desk import OutOfScope, load_answers
from plans.forms.budget import AnswerForm, DeadlineForm, save_answers
from plans.permissions import may_ask
from plans.views.scope import READ_OR_SEND, plan_or_404


@require_http_methods(READ_OR_SEND)
def budget_answers(request: HttpRequest, plan: str) -> HttpResponse:
    """What each activity needs beyond the approved budget: the liaison answers, the others read."""
    plan = plan_or_404(request, plan)
    refused: dict[int, AnswerForm] = {}
    if request.method == "POST":
        questions = list(questions_of(request.user).filter(plan=plan))
        if not questions:
            raise PermissionDenied
        saved, refused = save_answers(questions, request.POST, by=request.user)
        _say_what_was_kept(request, saved, bool(refused))
        if not refused:
            return redirect("plans:budget_answers", plan=plan.code)
    try:
        page = load_answers(plan, request.user, refused)
    except OutOfScope as error:
        raise Http404 from error
    return render(request, "plans/budget_answers.html", {"plan": plan, "page": page})


@require_http_methods(READ_OR_SEND)
def budget_deadline(request: HttpRequest, plan: str) -> HttpResponse:
    """Until when the liaisons answer. Only the coordination has this page."""
    plan = plan_or_404(request, plan)
    if not may_ask(request.user, plan):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = DeadlineForm(sent, initial={"due_on": plan.extra_budget_due_on})
    if request.method == "POST" and form.save(plan, by=request.user):
        day = date_format(form.cleaned_data["due_on"])
        messages.success(request, _("Los enlaces presupuestales responden hasta el %(day)s.") % {"day": day})
        return redirect("plans:budget_answers", plan=plan.code)
    context = {"plan": plan, "form": form}
    return render(request, "plans/budget_deadline.html", context, status=422 if form.errors else 200)


def _say_what_was_kept(request: HttpRequest, saved: int, some_refused: bool) -> None:
    if saved:
        kept = ngettext("Se guardó %(n)s respuesta.", "Se guardaron %(n)s respuestas.", saved) % {"n": saved}
        messages.success(request, kept)
    elif not some_refused:
        messages.info(request, _("No había nada nuevo que guardar: sus respuestas siguen como estaban."))
