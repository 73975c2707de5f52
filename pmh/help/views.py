"""The pages of the help. ALL OF THEM ARE PUBLIC: the manual holds no secrets, and who cannot sign in needs it most."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pmh.help import manual


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "help/index.html", {"page": manual.page()})


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found = manual.page(slug)
    except manual.NoSuchPage as error:
        raise Http404 from error
    return render(request, "help/page.html", {"page": found, "parts": manual.parts()})
