"""The pages of the institution: whom to invite, and the door for whoever was invited."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from institution import clock
from institution import invitations as verbs
from institution.forms import InviteForm, MailSettingsForm, NewAccountForm
from institution.invitations import InvitationRefused, Issued
from institution.models import Designation, Invitation, User
from institution.permissions import coordinated_governments
from institution.queries import load_invitations
from institution.visitors import address_of

# A link has 256 random bits: nobody guesses one. The limit keeps out whoever tries all the same, and leaves room for an
# office behind one address in which several people open a link that their mail program has cut.
WRONG_LINKS = 30
WRONG_LINKS_SECONDS = 60 * 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Who was invited to what, and the form to invite; for those who coordinate."""
    governments = coordinated_governments(request.user)
    if not governments:
        raise Http404(_("Solo la coordinación del plan invita a personas."))
    # A page that misses somebody in a post leads here with that post already chosen.
    wanted = {"unit": request.GET.get("unidad"), "role": request.GET.get("rol")}
    form = InviteForm(request.POST or None, initial=wanted, governments=governments, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            return link_shown(request, verbs.invite(**form.cleaned_data, by=request.user, link_of=link_of(request)))
        except InvitationRefused as error:
            form.add_error(None, str(error))
    return render(request, "institution/invitations.html", {"form": form, "board": load_invitations(request.user)})


@never_cache
@require_POST
def invitation_renew(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        return link_shown(request, verbs.renew(invitation=invitation, by=request.user, link_of=link_of(request)))
    except InvitationRefused as error:
        messages.error(request, str(error))
    return redirect("institution:invitations")


@require_POST
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        verbs.revoke(invitation=invitation, by=request.user)
    except InvitationRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Se anuló la invitación de %(name)s.") % {"name": invitation.full_name})
    return redirect("institution:invitations")


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    """How often the person is reminded by mail."""
    person = User.objects.get(pk=request.user.pk)
    form = MailSettingsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        person.save(update_fields=["mail_frequency"])
        messages.success(request, _("Guardado: %s.") % person.get_mail_frequency_display().lower())
        return redirect("institution:mail_settings")
    return render(request, "institution/mail_settings.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Public: whoever has the link sees the invitation, and accepts it with their account or with a new one."""
    invitation = None if _tried_too_often(request) else verbs.invitation_of(token)
    if invitation is None:
        return _no_such_link(request)
    if invitation.state != Invitation.State.PENDING:
        return _discreet(render(request, "institution/invitation_closed.html", {"invitation": invitation}, status=410))
    by = request.user if request.user.is_authenticated else None
    account = invitation.account()
    form = None
    if by is None and account is None:
        given = {"full_name": invitation.full_name}
        form = NewAccountForm(request.POST or None, email=invitation.email, initial=given)
    if request.method == "POST" and (form is None or form.is_valid()):
        typed = {key: form.cleaned_data[key] for key in ("full_name", "password")} if form else {}
        try:
            return _welcome(request, verbs.accept(token=token, by=by, **typed))
        except InvitationRefused as error:
            messages.error(request, str(error))
    context = {
        "invitation": invitation,
        "account": account,
        "form": form,
        "begins_on": invitation.post_begins_on(clock.today()),
        "is_other": by is not None and by != account,
        "refused": verbs.why_not_begin(invitation),
    }
    return _discreet(render(request, "institution/invitation_accept.html", context))


def link_of(request: HttpRequest) -> Callable[[str], str]:
    """What makes the address of an invitation out of its token."""
    return lambda token: request.build_absolute_uri(reverse("institution:invitation_accept", args=[token]))


def link_shown(request: HttpRequest, issued: Issued) -> HttpResponse:
    """The answer to the form itself, with no redirect: to show the link later it would have to be kept."""
    return render(request, "institution/invitation_link.html", {"issued": issued, "invitation": issued.invitation})


def _discreet(response: HttpResponse) -> HttpResponse:
    """The address is a key: it is not told to any other page or file, nor found by a search engine.

    (`no-referrer` would also hide where the form comes from, and Django would refuse it.)
    """
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _welcome(request: HttpRequest, designation: Designation) -> HttpResponse:
    if not request.user.is_authenticated:
        login(request, designation.user)
    told = {"role": designation.get_role_display(), "unit": designation.unit.name}
    messages.success(request, _("Aceptó su designación: %(role)s, %(unit)s.") % told)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _wrong_links_key(request: HttpRequest) -> str:
    return f"wrong-invitation-links:{address_of(request)}"


def _tried_too_often(request: HttpRequest) -> bool:
    return cache.get(_wrong_links_key(request), 0) >= WRONG_LINKS


def _no_such_link(request: HttpRequest) -> HttpResponse:
    if _tried_too_often(request):
        return _discreet(render(request, "429.html", status=429))
    key = _wrong_links_key(request)
    cache.add(key, 0, WRONG_LINKS_SECONDS)
    cache.incr(key)
    return _discreet(render(request, "institution/invitation_unknown.html", status=404))
