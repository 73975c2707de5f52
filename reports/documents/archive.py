"""The list of a plan's documents: what there is, of which kind, how far each has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from institution.models import Job, User
from plans.models import Plan
from reports.models import Document

# More than anybody reads at once; what is older is found by its kind.
MOST_ROWS = 200


@dataclass(frozen=True)
class Row:
    document: Document
    job: Job | None  # while the file is not made
    signed: int

    @property
    def state(self) -> str:
        """A word for the template: published, withdrawn, issued, failed or waiting."""
        document = self.document
        if document.is_issued:
            return "published" if document.is_published else "withdrawn" if document.withdrawn_on else "issued"
        return "failed" if self.job is not None and self.job.state == Job.State.FAILED else "waiting"


@dataclass(frozen=True)
class Archive:
    rows: list[Row]
    kind: str
    kinds: list[tuple[str, str]]  # those that there are, to choose from
    is_cut: bool


def load_archive(plan: Plan, user: User, params: Mapping[str, str]) -> Archive:
    """The documents that the person sees, the newest first; of one kind where `tipo` names it.

    4 queries: kinds; documents; jobs of those not made; signed copies.
    """
    seen = Document.objects.visible_to(user).filter(plan=plan)
    there = set(seen.order_by().values_list("kind", flat=True).distinct())
    kind = params.get("tipo", "") if params.get("tipo", "") in there else ""
    chosen = seen.filter(kind=kind) if kind else seen
    documents = list(chosen.light().select_related("asked_by").prefetch_related("signed_copies")[: MOST_ROWS + 1])
    jobs = {job.key: job for job in Job.objects.filter(key__in=[d.job_key for d in documents if not d.is_issued])}
    return Archive(
        rows=[Row(d, jobs.get(d.job_key), len(d.signed_copies.all())) for d in documents[:MOST_ROWS]],
        kind=kind,
        kinds=[(each.value, str(each.label)) for each in Document.Kind if each.value in there],
        is_cut=len(documents) > MOST_ROWS,
    )
