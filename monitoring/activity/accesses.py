"""The audit log as a source: who came in, what was read and taken away, by persons and by agencies' keys.

Of the plan, and of no plan where it was one of its government's people or keys. Told only where it is asked for: there
is far more of it than of acts.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from institution.models import AuditEntry, Designation, User
from monitoring.activity.choice import Choice
from monitoring.activity.entry import Kind, Told
from monitoring.activity.source import Source, one_by_one
from plans.models import Plan


@dataclass(frozen=True)
class AccessSource(Source):
    """The entries name units by their acronym."""

    def _asks_for(self, choice: Choice) -> bool:
        return choice.kind == self.kind

    def _of_unit(self, plan: Plan, acronym: str) -> Q:
        return Q(unit=acronym)


def _rows(plan: Plan) -> QuerySet:
    posts = Designation.objects.filter(unit__government=plan.government_id).order_by()
    theirs = Q(user__in=posts.values("user")) | Q(key__agency__government=plan.government_id)
    theirs |= Q(typed__in=User.objects.filter(pk__in=posts.values("user")).order_by().values("email"))
    rows = AuditEntry.objects.filter(Q(plan=plan.code) | Q(theirs, plan=""))
    return rows.select_related("key__agency")


def _tell(plan: Plan, row: AuditEntry) -> Told:
    # Only files of this plan are led to: where its address is opened again, that is a reading of its own.
    url = row.path if row.plan == plan.code and row.user_id else ""
    return Told(
        act=str(row.get_act_display()),
        subject=f"{row.path}?{row.subject}".rstrip("?") if row.key else row.subject,
        url=url,
        unit=row.unit,
        why=f"IP {row.address}" if row.address else "",
        who=str(row.key) if row.key else row.typed,
    )


SOURCES = (AccessSource(Kind.ACCESS, _rows, one_by_one(_tell), "at", by="user", unit="unit"),)
