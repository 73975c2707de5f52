"""Who changed what in the technical administration itself."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from institution.admin import ReadOnlyAdmin


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag"]
