"""Errors of the API as `application/problem+json` (RFC 9457): a stable code, the same text in English and in Spanish.

Programs read `code`; it does not change within a version of the API. People read `title`, `detail` and `message.es`.
Nothing in a problem tells whether something exists outside the reader's scope.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of error. The texts may name facts of the case: `{parameter}`."""

    code: str
    status: int
    title: str
    en: str
    es: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "parameter_unknown",
            400,
            "Unknown parameter",
            "There is no parameter {parameter} here. Known: {known}. Nothing was read.",
            "Aquí no hay ningún parámetro {parameter}. Se conocen: {known}. No se leyó nada.",
        ),
        Kind(
            "parameter_invalid",
            400,
            "Invalid parameter",
            "The value of {parameter} is not valid: {reason_en}",
            "El valor de {parameter} no es válido: {reason_es}",
        ),
        Kind(
            "parameter_repeated",
            400,
            "Parameter given twice",
            "The parameter {parameter} was given more than once. Separate several values by commas.",
            "El parámetro {parameter} se dio más de una vez. Separe varios valores con comas.",
        ),
        Kind(
            "cursor_invalid",
            404,
            "Invalid cursor",
            "This cursor was not issued for this request. Start again without one: you get a whole snapshot.",
            "Este cursor no se emitió para esta consulta. Empiece de nuevo sin cursor: recibirá todo.",
        ),
        Kind(
            "period_unknown",
            404,
            "No such semester",
            "The plan has no semester {period}. Its semesters: {known}.",
            "El plan no tiene el semestre {period}. Sus semestres: {known}.",
        ),
        Kind(
            "query_too_long",
            400,
            "Query too long",
            "The query has more than {limit} characters.",
            "La consulta tiene más de {limit} caracteres.",
        ),
        Kind(
            "request_malformed",
            400,
            "Malformed request",
            "The request could not be read.",
            "No se pudo leer la petición.",
        ),
        Kind(
            "sign_in_required",
            401,
            "Key required",
            "Send your agency's key: Authorization: Api-Key <key>.",
            "Envíe la clave de su agencia: Authorization: Api-Key <clave>.",
        ),
        Kind(
            "key_unknown",
            401,
            "Unknown key",
            "This key is not known. Check that it was copied whole.",
            "Esta clave no se conoce. Revise que se haya copiado completa.",
        ),
        Kind(
            "key_expired",
            401,
            "Expired key",
            "This key has expired. Ask the municipality for a new one.",
            "Esta clave venció. Pida una nueva a la municipalidad.",
        ),
        Kind(
            "key_revoked",
            401,
            "Revoked key",
            "This key was revoked. Ask the municipality for a new one.",
            "Esta clave fue revocada. Pida una nueva a la municipalidad.",
        ),
        Kind(
            "scope_missing",
            403,
            "Outside the key's scope",
            "This needs the scope {scope}, which the key does not have.",
            "Esto necesita el alcance {scope}, que la clave no tiene.",
        ),
        Kind(
            "not_found",
            404,
            "Not found",
            "There is nothing here that you may read.",
            "Aquí no hay nada que usted pueda leer.",
        ),
        Kind(
            "method_not_allowed",
            405,
            "Method not allowed",
            "The API only reads: use GET or HEAD.",
            "La API solo lee: use GET o HEAD.",
        ),
        Kind(
            "format_not_available",
            406,
            "Format not available",
            "This is given as: {formats}.",
            "Esto se entrega como: {formats}.",
        ),
        Kind(
            "too_many_requests",
            429,
            "Too many requests",
            "The limit of requests was reached. Try again in {seconds} seconds.",
            "Se alcanzó el límite de consultas. Vuelva a intentarlo en {seconds} segundos.",
        ),
        Kind(
            "server_error",
            500,
            "Server error",
            "Something failed on our side. Nothing was changed. Try again later.",
            "Algo falló de nuestro lado. No se cambió nada. Inténtelo más tarde.",
        ),
        Kind(
            "unavailable",
            503,
            "Temporarily unavailable",
            "The database does not answer. Nothing was changed. Ask again in a few seconds (Retry-After).",
            "La base de datos no responde. No se cambió nada. Vuelva a preguntar en unos segundos (Retry-After).",
        ),
    )
}


class Problem(exceptions.APIException):
    """An error of one of the KINDS. `facts` fill its texts; `errors` names each parameter that is wrong."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        self.kind, self.facts, self.headers = KINDS[code], facts, dict(headers or {})
        self.status_code = self.kind.status
        super().__init__(self.kind.en.format(**facts), code)


def invalid(parameter: str, en: str, es: str) -> Problem:
    """A value that is not valid, with the reason in both languages."""
    return Problem("parameter_invalid", parameter=parameter, reason_en=en, reason_es=es)


def body_of(problem: Problem) -> dict[str, Any]:
    kind = problem.kind
    detail = kind.en.format(**problem.facts)
    body = {
        "type": f"urn:pmh:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": detail,
        "message": {"en": detail, "es": kind.es.format(**problem.facts)},
    }
    if parameter := problem.facts.get("parameter"):
        body["parameter"] = parameter
    return body


def response_of(problem: Problem) -> JsonResponse:
    response = JsonResponse(
        body_of(problem),
        status=problem.kind.status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
        headers=problem.headers,
    )
    response["Cache-Control"] = "no-store"
    return response


def handle(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """What the REST framework calls for an exception of a view. None: not one that a reader can do anything about."""
    problem = _problem_of(error)
    if problem is None:
        return None
    return response_of(problem)


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    found = next((make for kinds, make in _TOLD if isinstance(error, kinds)), None)
    return found(error) if found else None


def _sign_in(error: exceptions.APIException) -> Problem:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) and codes in KINDS else "key_unknown"
    return Problem(code, headers=_authenticate(error))


def _not_acceptable(error: exceptions.NotAcceptable) -> Problem:
    formats = ", ".join(each.media_type for each in error.available_renderers or ())
    return Problem("format_not_available", formats=formats or "application/json")


def too_many_requests(seconds: float) -> Problem:
    """Until the minute ends."""
    whole = max(1, math.ceil(seconds))
    return Problem("too_many_requests", seconds=whole, headers={"Retry-After": str(whole)})


def _authenticate(error: exceptions.APIException) -> dict[str, str]:
    return {"WWW-Authenticate": getattr(error, "auth_header", "") or "Api-Key"}


# How what the framework and Django raise is told.
_TOLD: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], Problem]], ...] = (
    ((exceptions.NotAuthenticated,), lambda error: Problem("sign_in_required", headers=_authenticate(error))),
    ((exceptions.AuthenticationFailed,), _sign_in),
    # That somebody may not is not told apart from that there is nothing.
    (
        (Http404, PermissionDenied, exceptions.NotFound, exceptions.PermissionDenied),
        lambda _error: Problem("not_found"),
    ),
    ((exceptions.MethodNotAllowed,), lambda _error: Problem("method_not_allowed", headers={"Allow": "GET, HEAD"})),
    ((exceptions.NotAcceptable,), _not_acceptable),
    ((exceptions.Throttled,), lambda error: too_many_requests(error.wait or 1)),
    ((exceptions.ParseError, exceptions.UnsupportedMediaType), lambda _error: Problem("request_malformed")),
)


def one_of(parameter: str, choices: Iterable[str]) -> Problem:
    """A value that is none of those that there are."""
    known = ", ".join(choices)
    return invalid(parameter, f"it may be {known}.", f"puede ser {known}.")
