"""What Django answers by itself: to readers of the API as a problem, to everybody else as a page."""

from __future__ import annotations

import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

from institution.api.problems import Problem, response_of
from institution.logs import request_id

API = "/api/"
RETRY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return response_of(Problem("request_malformed"))
    return defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return response_of(Problem("not_found"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; or 503 where the database is away or too busy, which passes, and nothing was written."""
    error = sys.exception()
    # psycopg2 has no class of its own for a connection that ended within an answer: it raises the plain DatabaseError.
    is_away = isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError
    code, status = ("unavailable", 503) if is_away else ("server_error", 500)
    if request.path.startswith(API):
        response = response_of(Problem(code))
    else:
        content = loader.get_template(f"{status}.html").render({"number": request_id.get()})
        response = HttpResponse(content, status=status)
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
    return response
