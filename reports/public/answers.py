"""How every public page is answered: no sign-in, no cookies, kept for a while, and 304 when nothing changed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from institution import clock
from reports.showcase import Shelf, load_shelf

# Under which entry of the navigation each page stands.
SECTIONS = {
    "public_home": "home",
    "public_plan": "progress",
    "public_node": "progress",
    "public_indicator": "progress",
    "public_units": "progress",
    "public_unit": "progress",
    "public_people": "people",
    "public_documents": "documents",
    "public_library": "library",
    "public_data": "data",
    "public_rules": "rules",
    "public_accessibility": "accessibility",
}
CACHE_CONTROL = "public, max-age=300"
View = Callable[..., HttpResponse]
# What makes a page of a record: when the code changes, so does what browsers have kept.
HERE = Path(__file__).resolve().parent
MADE_OF = (
    (HERE, "*.py"),
    (HERE.parent / "showcase", "*.py"),
    (HERE.parent / "documents", "*.py"),
    (HERE.parent / "iati", "*.py"),
    (HERE.parent / "opendata", "**/*.py"),
    (settings.BASE_DIR / "institution", "delimited.py"),
    (settings.BASE_DIR / "templates" / "reports", "*public*.html"),
    (settings.BASE_DIR / "templates" / "layouts", "public.html"),
    (settings.BASE_DIR / "static" / "css", "*.css"),
)


def open_page(view: View) -> View:
    """OPEN TO EVERYBODY. What is not there is said on a public page, never by a demand to sign in."""

    @login_not_required
    @require_safe
    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return not_found()

    return answered


def shelf_or_404(code: str) -> Shelf:
    """What the plan has published. One query."""
    if (shelf := load_shelf(code)) is None:
        raise Http404(_("Ese plan no tiene nada publicado."))
    return shelf


def answer(
    request: HttpRequest, template: str, mark: str, load: Callable[[], dict], shelf: Shelf | None = None
) -> HttpResponse:
    """The page, or 304 where the reader already has it; only then is `load` not called.

    `mark`: everything of the database that the page tells. The address is part of it.
    """
    etag = etag_of(request.path, mark)
    return unchanged(request, etag) or dressed(_page(template, load(), shelf), etag, shelf)


def _page(template: str, context: dict, shelf: Shelf | None) -> HttpResponse:
    section = SECTIONS.get(template.removeprefix("reports/").removesuffix(".html"), "")
    return HttpResponse(get_template(template).render(surroundings(shelf) | {"section": section} | context))


def surroundings(shelf: Shelf | None) -> dict[str, Any]:
    """What the layout needs. No request goes into the template, so nothing of it can come out."""
    return {
        "shelf": shelf,
        "site_url": settings.SITE_URL.rstrip("/"),
        "set_date": clock.today() if clock.is_set() else None,
    }


def etag_of(*parts: str) -> str:
    day = clock.today().isoformat() if clock.is_set() else ""
    text = "\n".join((_release(), settings.SITE_URL, day, *parts))
    return quote_etag(hashlib.sha256(text.encode()).hexdigest()[:32])


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the reader has that very page; by the tag alone, since days of publication are too coarse."""
    response = get_conditional_response(request, etag=etag)
    return dressed(response, etag) if response is not None else None


def dressed(response: HttpResponse, etag: str, shelf: Shelf | None = None) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    if shelf is not None:
        response["Last-Modified"] = http_date(shelf.changed_at.timestamp())
    return response


def not_found() -> HttpResponse:
    response = _page("reports/public_404.html", {}, None)
    response.status_code = 404
    response["Cache-Control"] = "public, max-age=60"
    return response


@functools.cache
def _release() -> str:
    """The hash of what the pages are made of: templates, styles and the code that fills them."""
    digest = hashlib.sha256()
    for folder, pattern in MADE_OF:
        for file in sorted(folder.glob(pattern)):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
