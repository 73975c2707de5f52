"""Partner agencies and their keys, for the coordination. To others these pages do not exist."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.agencies import AgencyRefused, NewKey, keep_agency, revoke
from institution.models import Agency, AgencyKey
from institution.permissions import is_coordinator
from plans.forms.keys import AgencyForm, KeyForm, RenewForm
from plans.key_board import load_agencies, load_key
from plans.keys import give_key, renew_key
from plans.models import Plan
from plans.views.scope import READ_OR_SEND, plan_or_404


def _coordinated(request: HttpRequest, code: str) -> Plan:
    plan = plan_or_404(request, code)
    if not is_coordinator(request.user, plan.government):
        raise Http404
    return plan


@require_http_methods(READ_OR_SEND)
def agency_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Every agency with its keys, and the form for a new one."""
    plan = _coordinated(request, plan)
    form = AgencyForm(request.POST or None, instance=Agency(government=plan.government))
    if request.method == "POST" and form.is_valid():
        try:
            agency = keep_agency(agency=form.instance, by=request.user)
        except AgencyRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%s puede recibir claves.") % agency.acronym)
            return redirect("plans:agency_key_create", plan.code, agency.pk)
    context = {"plan": plan, "agencies": load_agencies(plan), "form": form}
    return render(request, "plans/agency_list.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(READ_OR_SEND)
def agency_key_create(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """A new key of the agency; it is shown in the answer and never again."""
    plan = _coordinated(request, plan)
    agency = get_object_or_404(Agency, government=plan.government, pk=pk)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = give_key(
                agency=agency,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at,
                plans=[plan] if form.cleaned_data["plans"] == KeyForm.THIS else None,
                by=request.user,
            )
        except AgencyRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _shown(request, plan, new)
    context = {"plan": plan, "agency": agency, "form": form}
    return render(request, "plans/agency_key_create.html", context, status=422 if form.errors else 200)


@require_safe
def agency_key(request: HttpRequest, plan: str, prefix: str) -> HttpResponse:
    """One key: what it reads, how much it is used, and what can be done with it."""
    plan = _coordinated(request, plan)
    return _page(request, plan, _key(plan, prefix))


@never_cache
@require_POST
def agency_key_renew(request: HttpRequest, plan: str, prefix: str) -> HttpResponse:
    plan = _coordinated(request, plan)
    key = _key(plan, prefix)
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, key, form=form, status=422)
    try:
        new = renew_key(key=key, overlap=dt.timedelta(days=form.cleaned_data["days"]), by=request.user)
    except AgencyRefused as refused:
        return _page(request, plan, key, refused=str(refused), status=422)
    return _shown(request, plan, new)


@require_POST
def agency_key_revoke(request: HttpRequest, plan: str, prefix: str) -> HttpResponse:
    plan = _coordinated(request, plan)
    key = _key(plan, prefix)
    try:
        revoke(key=key, why=request.POST.get("why", ""), by=request.user)
    except AgencyRefused as refused:
        return _page(request, plan, key, refused=str(refused), status=422)
    messages.success(request, _("La clave %s quedó revocada: ya no abre nada.") % key.prefix)
    return redirect("plans:agency_list", plan.code)


def _key(plan: Plan, prefix: str) -> AgencyKey:
    keys = AgencyKey.objects.select_related("agency__government", "made_by", "revoked_by", "succeeded_by")
    return get_object_or_404(keys, agency__government=plan.government, prefix=prefix)


def _page(
    request: HttpRequest,
    plan: Plan,
    key: AgencyKey,
    *,
    form: RenewForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"plan": plan, "page": load_key(key), "form": form or RenewForm(), "refused": refused}
    return render(request, "plans/agency_key.html", context, status=status)


def _shown(request: HttpRequest, plan: Plan, new: NewKey) -> HttpResponse:
    """The only page that ever shows the key."""
    return render(request, "plans/agency_key_shown.html", {"plan": plan, "key": new.key, "text": new.text})
