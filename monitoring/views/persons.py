"""The persons of the plan's government and their posts: ended, passed on, set right; persons put out and let in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from institution.forms import DocumentForm, EndPostForm, ReplaceForm
from institution.invitations import InvitationRefused
from institution.models import Designation, Invitation, User
from institution.permissions import is_coordinator
from institution.posts import PostRefused, correct_document, deactivate, end_post, reactivate, replace_post
from institution.queries import load_directory, load_person, persons_of
from institution.views import link_of, link_shown
from monitoring.views.organisation import say_why
from monitoring.views.scope import reviewed_plan_or_404
from plans.models import Plan

# Three forms on one page, whose fields have the same names.
END, REPLACE, CORRECT = "end_%s", "replace_%s", "correct_%s"
REFUSED = (PostRefused, InvitationRefused, ValidationError)


@require_safe
def person_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Who acts for which unit, who did before, and who never came in."""
    plan = reviewed_plan_or_404(request, plan)
    context = {
        "plan": plan,
        "directory": load_directory(plan.government),
        "may_change": is_coordinator(request.user, plan.government),
    }
    return render(request, "monitoring/person_list.html", context)


@require_safe
def person_detail(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """One person: the posts held and the invitations to them."""
    plan = reviewed_plan_or_404(request, plan)
    person = _person_or_404(plan, pk)
    invitations = Invitation.objects.filter(unit__government=plan.government_id, email__iexact=person.email)
    context = {
        "plan": plan,
        "line": load_person(person, plan.government),
        "invitations": list(invitations.select_related("unit", "invited_by")),
        "may_change": is_coordinator(request.user, plan.government),
    }
    return render(request, "monitoring/person_detail.html", context)


@require_POST
def person_deactivate(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    person = _person_or_404(plan, pk)
    try:
        deactivate(person=person, government=plan.government, by=request.user)
    except PostRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s ya no puede ingresar; lo que hizo queda a su nombre.") % {"name": person})
    return redirect("monitoring:person_detail", plan.code, person.pk)


@require_POST
def person_reactivate(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    person = _person_or_404(plan, pk)
    try:
        reactivate(person=person, government=plan.government, by=request.user)
    except PostRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s puede ingresar otra vez.") % {"name": person})
    return redirect("monitoring:person_detail", plan.code, person.pk)


@require_safe
def person_post(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """One post: end it, pass it on to somebody new, or set its document right."""
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    return _post_page(request, plan, _post_or_404(plan, pk))


@require_POST
def person_post_end(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    post = _post_or_404(plan, pk)
    form = EndPostForm(request.POST, auto_id=END)
    if form.is_valid():
        try:
            end_post(designation=post, **form.cleaned_data, by=request.user)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Se registró el término de la designación de %(name)s.") % {"name": post.user})
            return redirect("monitoring:person_detail", plan.code, post.user_id)
    return _post_page(request, plan, post, end=form)


@never_cache
@require_POST
def person_post_replace(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """Ends the post and invites whoever comes after, in one act; the link is shown once, as for any invitation."""
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    post = _post_or_404(plan, pk)
    form = ReplaceForm(request.POST, auto_id=REPLACE)
    if form.is_valid():
        try:
            issued = replace_post(designation=post, **form.cleaned_data, by=request.user, link_of=link_of(request))
        except REFUSED as error:
            say_why(form, error)
        else:
            return link_shown(request, issued)
    return _post_page(request, plan, post, replace=form)


@require_POST
def person_post_correct(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    post = _post_or_404(plan, pk)
    form = DocumentForm(request.POST, auto_id=CORRECT)
    if form.is_valid():
        try:
            correct_document(designation=post, **form.cleaned_data, by=request.user)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Se corrigió el documento; el anterior queda en la historia."))
            return redirect("monitoring:person_detail", plan.code, post.user_id)
    return _post_page(request, plan, post, correct=form)


def _person_or_404(plan: Plan, pk: int) -> User:
    return get_object_or_404(persons_of(plan.government), pk=pk)


def _post_or_404(plan: Plan, pk: int) -> Designation:
    posts = Designation.objects.filter(unit__government=plan.government_id).select_related("user", "unit")
    return get_object_or_404(posts, pk=pk)


def _earlier_documents(post: Designation) -> list[str]:
    """What stood where its document stands now, the latest first, each once. History is ordered: DISTINCT is not."""
    told = post.history.exclude(document__in=["", post.document]).values_list("document", flat=True)
    return list(dict.fromkeys(told))


def _post_page(request: HttpRequest, plan: Plan, post: Designation, **sent: Form) -> HttpResponse:
    """The page with its forms; `sent` is the one that was refused, shown as it was typed."""
    written = {"document": post.document, "document_date": post.document_date}
    context = {
        "plan": plan,
        "post": post,
        "end": EndPostForm(auto_id=END),
        "replace": ReplaceForm(auto_id=REPLACE),
        "correct": DocumentForm(initial=written, auto_id=CORRECT),
        "history": _earlier_documents(post),
        **sent,
    }
    return render(request, "monitoring/person_post.html", context, status=422 if sent else 200)
