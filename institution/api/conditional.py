"""Whether the reader already has the answer: tags made of the content, 304 in reply to the same tag."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def tag_of(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the reader names that tag, else nothing."""
    response = get_conditional_response(request, etag=etag)
    if response is not None:
        response["ETag"] = etag
    return response


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag, or 304 with the same headers and no body."""
    if not response.has_header("ETag"):
        response["ETag"] = tag_of(response.content)
    same = get_conditional_response(request, etag=response["ETag"], response=response)
    if same is not response:
        for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin"):
            if response.has_header(name):
                same[name] = response[name]
    return same
