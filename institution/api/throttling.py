"""How many requests a key, or an address without one, may make in a minute; and how much each key is used.

Counted in the database, so that a limit holds across processes. A row is held for the moment of counting.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from institution import clock
from institution.api import problems
from institution.models import AgencyKey, KeyUse, RequestWindow

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How somebody stands in the minute that began at `start`, with this request."""

    most: int
    made: int
    start: datetime
    seconds: float  # until it ends

    @property
    def is_passed(self) -> bool:
        return self.made > self.most

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(max(0, self.most - self.made)),
            "RateLimit-Reset": str(max(1, round(self.seconds))),
        }


class KeyThrottle(BaseThrottle):
    """Of a key, of a person, or of an address without a key."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = request.auth if isinstance(request.auth, AgencyKey) else None
        most = settings.API_PER_MINUTE if key else settings.API_PER_MINUTE_WITHOUT_KEY
        self.limit = _counted(request._request, f"key:{key.prefix}" if key else _who(request), most)
        if key:
            _note_use(key, self.limit.start.replace(minute=0), refused=self.limit.is_passed)
        return not self.limit.is_passed

    def wait(self) -> float:
        return self.limit.seconds


def refuse_guessing(request: HttpRequest) -> None:
    """Before a key is looked at. One query.

    Raises Throttled where that address has sent too many wrong ones in this minute: then a right one is refused too,
    so that going on with guessing tells nothing.
    """
    start, seconds = _minute()
    window = RequestWindow.objects.filter(who=_guesser(request), starts_at=start)
    made = window.values_list("requests", flat=True).first() or 0
    if made >= settings.API_PER_MINUTE_WITHOUT_KEY:
        request.api_limit = Limit(settings.API_PER_MINUTE_WITHOUT_KEY, made, start, seconds)
        raise Throttled(seconds)


def count_wrong_key(request: HttpRequest) -> None:
    """A key that is unknown, expired or revoked. Raises Throttled for one too many from that address."""
    limit = _counted(request, _guesser(request), settings.API_PER_MINUTE_WITHOUT_KEY)
    if limit.is_passed:
        raise Throttled(limit.seconds)


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the API that is open to everybody and no resource, under the same limit for each address."""

    @functools.wraps(view)
    def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        limit = _counted(request, _address(request), settings.API_PER_MINUTE_WITHOUT_KEY)
        if limit.is_passed:
            response: HttpResponse = problems.response_of(problems.too_many_requests(limit.seconds))
        else:
            response = view(request, *args, **kwargs)
        for name, value in limit.headers.items():
            response[name] = value
        return response

    return counted


def limit_headers(request: Request) -> dict[str, str]:
    """What every answer says of the limit; nothing where the request was refused before it was counted."""
    limit: Limit | None = getattr(request._request, "api_limit", None)
    return limit.headers if limit else {}


def _who(request: Request) -> str:
    if request.user and request.user.is_authenticated:
        return f"person:{request.user.pk}"
    return _address(request._request)


def _address(request: HttpRequest) -> str:
    return f"address:{BaseThrottle().get_ident(request)}"[:80]


def _guesser(request: HttpRequest) -> str:
    """Apart from what is open, so that who reads code lists takes nothing from who sends a key."""
    return f"wrong:{BaseThrottle().get_ident(request)}"[:80]


def _minute() -> tuple[datetime, float]:
    """When the minute under way began, and in how many seconds it ends."""
    now = clock.real_now()
    start = now.replace(second=0, microsecond=0)
    return start, (start + MINUTE - now).total_seconds()


def _counted(request: HttpRequest, who: str, most: int) -> Limit:
    """The limit with this request counted, which the answer tells."""
    start, seconds = _minute()
    request.api_limit = Limit(most, count_one(who, start), start, seconds)
    return request.api_limit


def count_one(who: str, start: datetime) -> int:
    """How many requests that makes in the minute that began then."""
    window = RequestWindow.objects.filter(who=who)
    counted = Case(When(starts_at=start, then=F("requests") + 1), default=Value(1))
    with transaction.atomic():
        # The row stays held until the end, so what is read is what was just written.
        if not window.update(requests=counted, starts_at=start):
            try:
                with transaction.atomic():
                    RequestWindow.objects.create(who=who, starts_at=start, requests=1)
                return 1
            except IntegrityError:
                window.update(requests=counted, starts_at=start)
        return window.values_list("requests", flat=True).get()


def _note_use(key: AgencyKey, hour: datetime, *, refused: bool) -> None:
    more = {"refused": F("refused") + 1} if refused else {"requests": F("requests") + 1}
    rows = KeyUse.objects.filter(key=key, hour=hour)
    if rows.update(**more):
        return
    try:
        with transaction.atomic():
            KeyUse.objects.create(key=key, hour=hour, requests=int(not refused), refused=int(refused))
    except IntegrityError:
        rows.update(**more)
