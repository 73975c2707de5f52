"""What the technical administrator reads of the archive. Its rows are written by issuing, and by nothing else."""

from __future__ import annotations

from django.contrib import admin

from institution.admin import ReadOnlyAdmin
from reports.models import Document, SignedCopy


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """The record may tell of persons (a handover does); like the file, it leaves through the pages that ask who may."""

    list_display = ["code", "kind", "title", "asked_on", "issued_at", "published_on"]
    list_filter = ["kind"]
    exclude = ["file", "record"]


@admin.register(SignedCopy)
class SignedCopyAdmin(ReadOnlyAdmin):
    exclude = ["file"]
