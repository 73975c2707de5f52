"""Verifying a document, for everybody. ALL OF THESE PAGES ARE PUBLIC, and none of them keeps anything of a file.

A verdict is never an address: whoever alters a document could print into it a QR that leads to the verdict of the
genuine one. So a file, or the hashes of one, come by a form of ours (with its CSRF token) and not in a link.
Nothing limits how often somebody asks: a code has 60 bits, and a hash says nothing to whoever has no file.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from institution.uploads import TooLargeFile
from plans.views.scope import READ_OR_SEND
from reports import verification
from reports.verification import Answer, Fingerprints


@login_not_required
@require_http_methods(READ_OR_SEND)
def verify(request: HttpRequest) -> HttpResponse:
    """A code is typed, or a file chosen."""
    if typed := request.GET.get("codigo", "").strip():
        code = verification.code_from(typed)
        return redirect("reports:verify_code", code) if code else _unknown(request, typed)
    return _asked(request) or _page(request)


@login_not_required
@require_http_methods(READ_OR_SEND)
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the document of that code is, and whether a file is that document."""
    document = verification.document_of(code)
    if document is None:
        return _unknown(request, code)
    return _asked(request, code) or _page(request, code=document.code, answer=Answer(document))


def _asked(request: HttpRequest, code: str = "") -> HttpResponse | None:
    """The answer about a file: from the hashes that the browser made of it, or from the file where it has no script."""
    if request.method != "POST":
        return None
    sent = request.POST
    prints = Fingerprints.of_hashes(sent.get("sha256", ""), sent.getlist("inicio"), is_signed="firma" in sent)
    if prints is None:
        file = request.FILES.get("file")
        if file is None:
            return _page(request, code=code, error=_("Elija el archivo que quiere verificar."), status=422)
        if isinstance(file, TooLargeFile):
            error = _("El archivo es más grande que cualquiera de los documentos emitidos. No se guardó nada.")
            return _page(request, code=code, error=error, status=422)
        file.seek(0)
        prints = Fingerprints.of_bytes(file.read())
    return _page(request, code=code, answer=verification.verify(prints, code), file_sha256=prints.sha256)


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code=code, unknown_code=True, status=404)


def _page(request: HttpRequest, *, status: int = 200, **context) -> HttpResponse:
    response = render(request, "reports/verify.html", {"section": "verify", **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response
