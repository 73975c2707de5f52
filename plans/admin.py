"""What the technical administrator reads of the plans. They change by their workbook and by the acts of their pages."""

from __future__ import annotations

from django.contrib import admin

from institution.admin import ReadOnlyAdmin
from plans import models


@admin.register(
    models.Activity,
    models.ApprovalStep,
    models.DeclaredTable,
    models.Guideline,
    models.Indicator,
    models.Objective,
    models.Plan,
    models.Responsibility,
    models.StrategicAction,
    models.Target,
    models.TargetRevision,
)
class PlanAdmin(ReadOnlyAdmin):
    pass


@admin.register(models.LibraryItem, models.PlanUpload)
class FileAdmin(ReadOnlyAdmin):
    exclude = ["file"]  # files leave through the page that asks who may see them
