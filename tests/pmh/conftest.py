"""The demonstration, loaded once for a whole module and undone after it."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import override_settings

from institution.code_lists import load_code_lists
from institution.models import Designation, User
from monitoring.frozen import scorecard_json, sha256_of
from monitoring.models import Breakdown, CommitmentFollowUp, Evaluation, Evidence, Result, SubmissionEvent
from monitoring.queries import scorecard
from plans.models import Plan, Target
from pmh.demo.load import load_demo
from pmh.demo.story import TODAY
from reports.models import Document


@dataclass(frozen=True)
class Loaded:
    plan: Plan
    fingerprint: str  # of a first loading that was undone


def fingerprint():
    """Everything that a reader can see, without the database's own numbers."""
    plan = Plan.objects.get(code="PMH-2022-2024")
    rows = {
        "events": SubmissionEvent.objects.order_by(
            "submission__period__code", "submission__unit__acronym", "id"
        ).values_list("submission__unit__acronym", "step", "by__email", "at", "comment"),
        "results": Result.objects.order_by("indicator__code", "period__code").values_list(
            "indicator__code", "period__code", "value", "numerator", "denominator", "achievements", "entered_at"
        ),
        "history": Result.history.order_by("history_id").values_list("value", "history_date", "history_user__email"),
        "cells": Breakdown.objects.order_by("id").values_list("table", "category", "sex", "count"),
        "evidence": Evidence.objects.order_by("id").values_list("file", "sha256", "url", "uploaded_at"),
        "people": User.objects.order_by("email")
        .exclude(is_system=True)
        .values_list("email", "date_joined", "is_active"),
        "posts": Designation.objects.order_by("id").values_list("document", "starts_on", "ends_on", "document_date"),
        "evaluations": Evaluation.objects.order_by("year").values_list("year", "sha256"),
        "documents": Document.objects.order_by("code").values_list("code", "title", "asked_on", "published_on"),
        "follow-ups": CommitmentFollowUp.objects.order_by("id").values_list("text", "state", "on", "by__email"),
        "targets": Target.history.order_by("history_id").values_list("value", "history_date"),
    }
    told = {name: [[str(cell) for cell in row] for row in listed] for name, listed in rows.items()}
    told["scorecards"] = [scorecard_json(scorecard(plan, code, working=True)) for code in plan.period_codes]
    return sha256_of(told)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    media = tmp_path_factory.mktemp("media")
    demonstration = override_settings(PMH_DEMO=True, PMH_TODAY=TODAY.isoformat(), MEDIA_ROOT=str(media))
    with django_db_blocker.unblock(), demonstration, transaction.atomic():
        load_code_lists()  # a test that needed real transactions may have flushed them away
        with transaction.atomic():
            assert load_demo()
            first = fingerprint()
            transaction.set_rollback(True)
        assert load_demo()
        yield Loaded(Plan.objects.get(code="PMH-2022-2024"), first)
        transaction.set_rollback(True)
