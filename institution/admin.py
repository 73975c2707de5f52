"""What the technical administrator sees of who: everything to read, the shared code lists and one flag to change.

What the flow governs is changed by its own acts, each with its rules; here it is only read (`ReadOnlyAdmin`). What
opens something (passwords, links, second factors, sessions) is not shown at all.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from institution.audit import note_technical
from institution.models import (
    Agency,
    AgencyKey,
    AuditEntry,
    AuditRemoval,
    AuditSeal,
    DayOff,
    Designation,
    District,
    GCMObjective,
    Government,
    IGMDimension,
    Invitation,
    Job,
    KeyUse,
    Letter,
    RequestWindow,
    SDGTarget,
    Unit,
    User,
)


class NothingIsDeleted(admin.ModelAdmin):
    """Rows are kept: others name them."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(NothingIsDeleted):
    """To read only: these rows are written by the acts of the flow, and by nobody else."""

    list_select_related = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(District, GCMObjective, SDGTarget, IGMDimension)
class CodeListAdmin(NothingIsDeleted):
    """A shared code list: a new code, or a name written right. The code itself stays, since plans refer to it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [self.opts.pk.name] if obj else []


@admin.register(Government, DayOff, Unit, Designation)
class InstitutionAdmin(ReadOnlyAdmin):
    pass


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    exclude = ["token_hash"]


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Whether letters leave. What they say is not shown: a waiting one may carry a link that opens something."""

    list_display = ["subject", "to", "created_at", "sent_at", "attempts", "last_error"]
    exclude = ["body", "key"]
    ordering = ["-id"]


@admin.register(Agency, KeyUse, RequestWindow)
class AgencyAdmin(ReadOnlyAdmin):
    pass


@admin.register(AgencyKey)
class AgencyKeyAdmin(ReadOnlyAdmin):
    """Which keys there are. The coordination makes, renews and revokes them."""

    list_display = ["prefix", "agency", "name", "expires_at", "revoked_at"]
    exclude = ["hashed_key"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What is made in the background, and why something could not be made."""

    list_display = ["kind", "key", "state", "attempts", "created_at", "ended_at", "error"]
    list_filter = ["state", "kind"]
    ordering = ["-id"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who came in and what was read. `manage.py verify_audit` says whether it is as it was sealed."""

    list_display = ["at", "act", "user", "key", "typed", "plan", "subject", "address"]
    list_filter = ["act"]
    ordering = ["-id"]


@admin.register(AuditSeal, AuditRemoval)
class AuditAdmin(ReadOnlyAdmin):
    pass


@admin.register(User)
class UserAdmin(NothingIsDeleted):
    """A person with the one technical flag. Invitations bring persons in, and the coordination puts them out."""

    list_display = ["full_name", "email", "is_active", "is_staff", "last_login"]
    search_fields = ["full_name", "email"]
    fields = ["full_name", "email", "is_active", "last_login", "date_joined", "is_staff"]
    readonly_fields = ["full_name", "email", "is_active", "last_login", "date_joined"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_staff" in form.changed_data:
            note_technical(obj, by=request.user, request=request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nobody shuts themselves out, and the system never enters."""
        fixed = obj is not None and (obj == request.user or obj.is_system)
        return [*self.readonly_fields, "is_staff"] if fixed else self.readonly_fields
