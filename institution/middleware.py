"""What every request gets: a number by which its lines in the log are found; what no page has to answer; the door."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from institution.audit import note_answer
from institution.logs import hide_links, request_id

access = logging.getLogger("pmh.access")
# What a proxy may give as the number of a request: nothing that would break a line or a header.
NUMBER = re.compile(r"[0-9A-Za-z-]{8,64}")


class Traced:
    """Numbers the request, tells the number in the answer (`X-Request-ID`) and leaves one line about it in the log.

    Behind a proxy the number is the one that the proxy gave, so that both logs name the same. The address is written
    without what follows `?`, which may name persons.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
        number = given if NUMBER.fullmatch(given) else uuid.uuid4().hex
        # It stands until the next request of this thread: Django writes its own line once the answer is made.
        request_id.set(number)
        began = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = number
        self._tell(request, response, time.perf_counter() - began)
        return response

    @staticmethod
    def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        if not access.isEnabledFor(logging.INFO):
            return
        facts = {
            "method": request.method,
            "path": hide_links(request.path),
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
            # Only where the page asked who it is: nobody is looked up for the log.
            "user": getattr(request.__dict__.get("_cached_user"), "pk", None),
        }
        access.info("%(method)s %(path)s %(status)s %(milliseconds)s ms", facts, extra=facts)


class PermissionsRefused:
    """No page of ours asks for the camera, the place or anything else of the device, so that no script may either."""

    POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = self.POLICY
        return response


class NullRefused:
    """An address with a zero byte, which no text has and PostgreSQL refuses: it is said here once for all pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "\0" in query or "%00" in query:
            raise BadRequest("A zero byte in the address.")
        return self.get_response(request)


class Audited:
    """Every file that a person receives, and every answer to an agency's key, leaves its line in the audit log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        note_answer(request, response)
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Django's rule that every page asks for sign-in unless it says otherwise, asking the page before the person.

    Django asks for the person first, so that even a public page reads the cookie, says so (`Vary: Cookie`), and could
    not be kept by any cache on the way.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse], view_args: tuple, view_kwargs: dict
    ) -> HttpResponse | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
