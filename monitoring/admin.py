"""What the technical administrator reads of what happened. All of it is written by the acts of the flow."""

from __future__ import annotations

from django.contrib import admin

from institution.admin import ReadOnlyAdmin
from monitoring import models


@admin.register(
    models.Breakdown,
    models.Commitment,
    models.CommitmentFollowUp,
    models.Evaluation,
    models.EvaluationSection,
    models.Extension,
    models.Finding,
    models.Observation,
    models.ObservationReply,
    models.Period,
    models.PeriodEvent,
    models.ReleaseBook,
    models.ReleasedResult,
    models.Reminder,
    models.Result,
    models.Submission,
    models.SubmissionEvent,
)
class FlowAdmin(ReadOnlyAdmin):
    pass


@admin.register(models.Evidence, models.OfflineUpload)
class FileAdmin(ReadOnlyAdmin):
    """What is known of a file; the file itself leaves through the page that asks who may see it."""

    exclude = ["file"]
