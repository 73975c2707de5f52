"""Loading the demonstration, all of it or nothing."""

from __future__ import annotations

from django.db import transaction

from plans.models import Plan
from plans.workbook import read_plan
from pmh.demo.plan import WORKBOOK
from pmh.demo.story import tell


@transaction.atomic
def load_demo() -> bool:
    """Tells the story unless its plan is there already; says whether it did."""
    workbook = read_plan(WORKBOOK)
    if Plan.objects.filter(code=workbook.plan.code).exists():
        return False
    tell(workbook)
    return True
