"""What happened: what the database itself keeps from ever being false."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from monitoring.evaluation import open_evaluation
from monitoring.models import Breakdown, Evidence, Finding, Period, Result, Submission
from tests.constraints import refused
from tests.factories import (
    make_breakdown,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_submission,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def result():
    plan = make_plan(closed_up_to="2022-1")
    return make_result(make_indicator(make_tree(plan).activity, targets={"2022-1": 4}), "2022-1", 4)


class TestPeriods:
    def test_dates(self):
        first, second = Period(code="2024-1"), Period(code="2024-2")
        assert (first.starts_on, first.ends_on) == (dt.date(2024, 1, 1), dt.date(2024, 6, 30))
        assert (second.starts_on, second.ends_on) == (dt.date(2024, 7, 1), dt.date(2024, 12, 31))
        assert second.default_due_on() == dt.date(2025, 1, 22)

    @pytest.mark.parametrize("wrong", [{"state": "closed"}, {"state": "open"}, {"code": "2022-9"}])
    def test_constraints(self, wrong):
        plan = make_plan()
        refused(lambda: plan.periods.filter(code="2022-1").update(**wrong))


class TestResults:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"value": -1},
            {"numerator": -1},
            {"denominator": Decimal("-0.5")},
            {"not_available_reason": "Sin registro"},
        ],
    )
    def test_constraints(self, result, wrong):
        refused(lambda: Result.objects.filter(pk=result.pk).update(**wrong))

    def test_once_per_indicator_and_semester_whoever_reports(self, result):
        other = make_submission(make_unit("OTRA"), result.period)
        refused(lambda: make_result(result.indicator, "2022-1", 4, unit=other.unit))

    def test_zero_is_a_value(self, result):
        Result.objects.filter(pk=result.pk).update(value=0)
        result.refresh_from_db()
        assert result.value == 0

    def test_keeps_its_indicator_and_its_person(self, result):
        with pytest.raises(ProtectedError):
            result.indicator.delete()

    def test_a_correction_keeps_the_earlier_value(self, result):
        result.value = 5
        result.save()
        assert [row.value for row in result.history.order_by("history_id")] == [4, 5]


class TestSubmissions:
    def test_once_per_unit_and_semester(self, result):
        submission = result.submission
        refused(
            lambda: Submission.objects.create(
                unit=submission.unit, period=submission.period, started_by=submission.started_by
            )
        )

    @pytest.mark.parametrize("wrong", [{"submitted_on": None}, {"due_on": None}])
    def test_what_was_sent_has_its_dates(self, result, wrong):
        refused(lambda: Submission.objects.update(**wrong))


class TestEvidence:
    def test_is_a_file_or_a_link(self, result):
        evidence = make_evidence(result)
        refused(lambda: Evidence.objects.filter(pk=evidence.pk).update(url="https://example.org"))
        refused(lambda: Evidence.objects.filter(pk=evidence.pk).update(file=""))
        refused(lambda: Evidence.objects.filter(pk=evidence.pk).update(sha256=""))
        refused(lambda: make_evidence(result, url="javascript:alert(1)"))

    def test_who_may_see_it(self, result):
        people = make_people(result.submission.unit)
        elsewhere = make_people_of_another_unit()
        evidence = make_evidence(result)

        def seers():
            persons = {"alicia": people.alicia, "bruno": people.bruno, "carla": people.carla, "other": elsewhere}
            return {name for name, user in persons.items() if evidence in Evidence.objects.visible_to(user)}

        assert seers() == {"alicia", "bruno", "other"}
        Submission.objects.update(state=Submission.State.RETURNED)
        assert seers() == {"alicia", "bruno"}


def make_people_of_another_unit():
    user = make_user("Dora")
    make_designation(user, make_unit("GED"))
    return user


class TestBreakdown:
    def test_the_category_fits_the_table(self, result):
        refused(lambda: make_breakdown(result, "sex", {("migrant", "woman"): 1}))
        refused(lambda: make_breakdown(result, "sex_population", {("", "woman"): 1}))
        make_breakdown(result, "sex", {("", "woman"): 1})

    def test_a_cell_once_and_never_negative(self, result):
        make_breakdown(result, "sex", {("", "woman"): 1})
        refused(lambda: make_breakdown(result, "sex", {("", "woman"): 2}))
        refused(lambda: Breakdown.objects.update(count=-1))


def test_a_finding_is_about_one_thing_at_most(result):
    people = make_people(result.submission.unit)
    plan = result.indicator.plan
    evaluation = open_evaluation(plan=plan, year=2022, by=people.bruno)
    Finding.objects.create(evaluation=evaluation, text="De todo el plan")
    Finding.objects.create(evaluation=evaluation, text="De uno", indicator=result.indicator)
    refused(
        lambda: Finding.objects.create(
            evaluation=evaluation, text="De dos", indicator=result.indicator, unit=result.submission.unit
        )
    )
