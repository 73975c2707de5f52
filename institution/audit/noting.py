"""Writing entries: of what Django and allauth say about signing in, and of every file that leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from django.contrib.auth import signals as auth
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

from institution import clock
from institution.logs import hide_links, request_id
from institution.models import Act, AuditEntry, User
from institution.visitors import address_of


@dataclass(frozen=True, slots=True)
class About:
    """What a view knows of the file that it answers with."""

    act: Act = Act.DOWNLOADED
    plan: str = ""
    unit: str = ""
    subject: str = ""


def about(request: HttpRequest, **told: Any) -> None:
    """Says what the answer gives away (`About`), where its address alone does not."""
    request.audited_about = About(**told)


def note(act: Act, request: HttpRequest | None = None, **columns: Any) -> AuditEntry:
    """One entry, by the real clock, with the address and the number of the request where there is one."""
    path, address = "", None
    if request is not None:
        path, address = hide_links(request.path)[:500], address_of(request)
    return AuditEntry.objects.create(
        act=act, at=clock.real_now(), path=path, address=address, request=request_id.get()[:64], **columns
    )


def note_technical(person: User, *, by: User, request: HttpRequest | None = None) -> str:
    """An entry that somebody's technical administration was opened or closed, and the sentence that it says."""
    state = _("abierta") if person.is_staff else _("cerrada")
    told = _("%(name)s: administración técnica %(state)s.") % {"name": person, "state": state}
    note(Act.TECHNICAL_CHANGED, request, user=by, subject=told)
    return told


def note_answer(request: HttpRequest, response: HttpResponseBase) -> None:
    """An entry where the answer is a file for a person, or anything but a refusal or "as before" for a key.

    Before the first byte leaves: where it cannot be written, nothing is given away.
    """
    if request.method != "GET" or not 200 <= response.status_code < 300:
        return
    if key := getattr(request, "agency_key", None):
        note(Act.KEY_USED, request, key=key, **_place(request), subject=request.GET.urlencode()[:300])
    elif response.has_header("Content-Disposition"):
        # Nobody is looked up for it: a page that is open to everybody does not ask who reads it.
        person = request.__dict__.get("_cached_user")
        if person is not None and person.is_authenticated:
            known: About = getattr(request, "audited_about", About())
            place = _place(request)
            plan, unit = known.plan or place["plan"], known.unit or place["unit"]
            subject = known.subject or _file_name(response)
            note(known.act, request, user=person, plan=plan, unit=unit, subject=subject[:300])


def _place(request: HttpRequest) -> dict[str, str]:
    """The plan and the unit that the address names."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    return {"plan": str(named.get("plan", ""))[:50], "unit": str(named.get("acronym", ""))[:20]}


def _file_name(response: HttpResponseBase) -> str:
    return parse_header_parameters(response["Content-Disposition"])[1].get("filename", "")


# --- Signing in -----------------------------------------------------------------------------------------------------


@receiver(auth.user_logged_in)
def _signed_in(*, request: HttpRequest, user: Any, **_kw: Any) -> None:
    note(Act.SIGNED_IN, request, user=user)


@receiver(auth.user_logged_out)
def _signed_out(*, request: HttpRequest, user: Any, **_kw: Any) -> None:
    if user is not None:
        note(Act.SIGNED_OUT, request, user=user)


@receiver(auth.user_login_failed)
def _sign_in_failed(*, credentials: dict, request: HttpRequest | None = None, **_kw: Any) -> None:
    """Whether there is such an account is not looked up: the answer would take longer for one that exists."""
    note(Act.SIGN_IN_FAILED, request, typed=_typed(credentials))


def _typed(credentials: dict) -> str:
    """What has the form of an address. Anything else may be a password in the wrong field, and is not kept."""
    text = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text[:254]


@receiver(second_factor.authentication_failed)
def _wrong_code(*, request: HttpRequest, user: Any, **_kw: Any) -> None:
    note(Act.SIGN_IN_FAILED, request, user=user)


@receiver(account.password_set)
@receiver(account.password_changed)
@receiver(account.password_reset)
def _password_changed(*, request: HttpRequest, user: Any, **_kw: Any) -> None:
    note(Act.PASSWORD_CHANGED, request, user=user)


@receiver(second_factor.authenticator_added)
def _second_factor_added(*, request: HttpRequest, user: Any, **_kw: Any) -> None:
    note(Act.SECOND_FACTOR_ADDED, request, user=user)


@receiver(second_factor.authenticator_removed)
def _second_factor_removed(*, request: HttpRequest, user: Any, **_kw: Any) -> None:
    note(Act.SECOND_FACTOR_REMOVED, request, user=user)
