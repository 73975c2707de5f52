"""A file about the plan on its way in: received, shown, confirmed or discarded; the same for its three kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from institution import keeping
from institution.keeping import KeepingRefused
from institution.uploads import UploadRefused, accept_table
from plans.models import Plan, PlanUpload


@dataclass(frozen=True)
class Sending:
    """One kind of file. Its pages are `monitoring:<pages>_upload`, `_preview`, `_confirm` and `_discard`.

    `explain` gives what its own upload page shows besides, and why nothing may be sent now.
    """

    kind: PlanUpload.Kind
    pages: str
    preview: Callable[[PlanUpload, Any], Any]
    explain: Callable[[HttpRequest, Plan], dict[str, Any]]
    csv: bool = False

    def address(self, page: str, plan: Plan, *more: int) -> str:
        return reverse(f"monitoring:{self.pages}_{page}", args=[plan.code, *more])

    def upload_page(self, request: HttpRequest, plan: Plan, *, error: str = "", status: int = 200) -> HttpResponse:
        sent = PlanUpload.objects.pending().filter(plan=plan, kind=self.kind, uploaded_by=request.user)
        context = {"plan": plan, "error": error, "pending": sent.last(), **self.explain(request, plan)}
        return render(request, f"monitoring/{self.pages}_upload.html", context, status=status)

    def receive(self, request: HttpRequest, plan: Plan) -> HttpResponse:
        """Keeps what was sent and leads to its preview; what is refused is told on the same page."""
        if self.explain(request, plan).get("locked"):
            return self.upload_page(request, plan, status=409)
        file = request.FILES.get("file")
        if file is None:
            return self.upload_page(request, plan, error=_("Elija el archivo."), status=422)
        try:
            accepted = accept_table(file, name=file.name, csv=self.csv)
            about = {"plan": plan, "kind": self.kind}
            upload = keeping.keep(PlanUpload, about=lambda: about, accepted=accepted, by=request.user)
        except UploadRefused as refused:
            return self.upload_page(request, plan, error=str(refused), status=422)
        return redirect(self.address("preview", plan, upload.pk))

    def upload_or_404(self, request: HttpRequest, plan: Plan, pk: int) -> PlanUpload:
        """Each sees and confirms what they sent themselves."""
        upload = get_object_or_404(PlanUpload, plan=plan, kind=self.kind, uploaded_by=request.user, pk=pk)
        upload.plan = plan
        return upload

    def preview_page(
        self, request: HttpRequest, upload: PlanUpload, *, refused: str = "", status: int = 200
    ) -> HttpResponse:
        if not upload.is_pending:
            return redirect(self.address("upload", upload.plan))
        try:
            preview = self.preview(upload, request.user)
        except KeepingRefused as gone:
            return self.upload_page(request, upload.plan, error=str(gone), status=409)
        context = {"plan": upload.plan, "upload": upload, "preview": preview, "refused": refused}
        return render(request, f"monitoring/{self.pages}_preview.html", context, status=status)

    def discard(self, request: HttpRequest, plan: Plan, pk: int) -> HttpResponse:
        keeping.discard(upload=self.upload_or_404(request, plan, pk), by=request.user)
        messages.success(request, _("Archivo descartado: no se cambió nada."))
        return redirect(self.address("upload", plan))
