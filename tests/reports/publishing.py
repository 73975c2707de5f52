"""Documents as they stand once they are printed and published, without printing them."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from institution import clock
from monitoring.frozen import sha256_of
from monitoring.models import Evaluation, Period
from reports.documents.follow_up import record_of_follow_up
from reports.documents.stamp import code_of
from reports.models import Document


def publish_record(plan, kind, record, by, *, published=True, **subject):
    """The document made of that record; its file is a stand-in."""
    code = code_of(kind, record)
    content = b"%PDF-1.7 " + code.encode()
    return Document.objects.create(
        plan=plan,
        kind=kind,
        code=code,
        title=f"{kind} {code}",
        record=record,
        record_sha256=sha256_of(record),
        asked_by=by,
        asked_on=clock.today(),
        file=default_storage.save(f"documents/{code}.pdf", ContentFile(content)),
        file_name=f"{kind}-{plan.code.lower()}.pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        issued_at=clock.real_now(),
        published_on=clock.today() if published else None,
        published_by=by if published else None,
        **subject,
    )


def publish_evaluation(evaluation: Evaluation, by, **more):
    return publish_record(evaluation.plan, "evaluation", evaluation.frozen, by, evaluation=evaluation, **more)


def publish_follow_up(period: Period, by, **more):
    record = record_of_follow_up(period.plan, period)
    return publish_record(period.plan, "follow_up", record, by, period=period, **more)
