"""The demonstration, loaded once for the whole module: what it contains, the rules it keeps, that it is repeatable."""

import datetime as dt
import hashlib
import io
from collections import Counter
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Max, Sum
from PIL import Image

from institution import clock
from institution.demo_accounts import DEMO_PASSWORD, demo_accounts
from institution.models import Designation, Government, Job, Role, Unit, User
from monitoring.evaluation import empty_sections, verify_evaluation
from monitoring.models import (
    Breakdown,
    Commitment,
    Evaluation,
    Evidence,
    Extension,
    Finding,
    Observation,
    Period,
    Result,
    Submission,
    SubmissionEvent,
)
from monitoring.progress import Light, Status
from monitoring.queries import scorecard
from monitoring.reviewing import load_review
from monitoring.scorecard import Level
from plans.models import Activity, LibraryItem, Plan, Responsibility, Target, TargetRevision
from pmh.demo.people import email_of
from pmh.demo.story import TODAY
from reports.models import Document
from tests.pmh.conftest import fingerprint

State = Submission.State
CLOSED = ["2022-1", "2022-2", "2023-1", "2023-2", "2024-1"]


def submission(unit, period):
    return Submission.objects.get(unit__acronym=unit, period__code=period)


def result(indicator, period):
    return Result.objects.get(indicator__code=indicator, period__code=period)


def steps(unit, period):
    return list(submission(unit, period).events.values_list("step", flat=True))


class TestCommand:
    def test_twice_is_once_and_says_so(self, demo):
        before, said = fingerprint(), io.StringIO()
        call_command("demo", stdout=said)
        assert "ya estaba cargada: nada cambió" in said.getvalue()
        assert fingerprint() == before

    def test_prints_the_main_accounts_and_the_password(self, demo):
        said = io.StringIO()
        call_command("demo", "--if-empty", stdout=said)
        assert "alicia.rojas@pmh.example" in said.getvalue()
        assert DEMO_PASSWORD in said.getvalue()
        assert "cargada" not in said.getvalue()

    def test_is_refused_outside_the_demonstration(self, demo, settings):
        settings.PMH_DEMO = False
        said = io.StringIO()
        with pytest.raises(CommandError, match="PMH_DEMO=1"):
            call_command("demo", stdout=said)
        call_command("demo", "--if-empty", stdout=said)
        assert said.getvalue() == ""

    def test_two_empty_databases_end_up_the_same(self, demo):
        assert fingerprint() == demo.fingerprint


class TestPersons:
    def test_all_sign_in_with_the_same_password(self, demo):
        for name in ("Alicia Rojas", "Bruno Salas", "Carla Quispe"):
            assert User.objects.get(email=email_of(name)).check_password(DEMO_PASSWORD)

    def test_every_role_is_held(self, demo):
        assert set(Designation.objects.in_force(TODAY).values_list("role", flat=True)) == set(Role)

    def test_every_unit_has_reporter_head_and_budget_liaison_on_every_day_of_the_plan(self, demo):
        units = Unit.objects.filter(government=demo.plan.government)
        for day in (dt.date(2022, 7, 1), dt.date(2023, 7, 14), TODAY):
            for unit in units.valid_on(day):
                held = set(Designation.objects.in_force(day).filter(unit=unit).values_list("role", flat=True))
                gone = {
                    ("GDE", dt.date(2022, 7, 1)): {Role.HEAD},  # deactivated since
                    ("GDS", TODAY): {Role.BUDGET_LIAISON},  # left in December: what the organisation's page says
                }.get((unit.acronym, day), set())
                assert {Role.REPORTER, Role.HEAD, Role.BUDGET_LIAISON} - gone <= held, (unit.acronym, day)

    def test_every_designation_has_its_document(self, demo):
        assert not Designation.objects.filter(document="").exists()
        assert not Designation.objects.filter(document_date=None).exists()

    def test_a_head_changed_and_left_and_what_he_signed_stays_his(self, demo):
        post = Designation.objects.get(unit__acronym="GDE", role=Role.HEAD, ends_on=dt.date(2023, 6, 30))
        assert not post.user.is_active
        assert SubmissionEvent.objects.filter(by=post.user, step="sign_off").exists()

    def test_a_reporter_was_followed_by_another(self, demo):
        posts = Designation.objects.filter(unit__acronym="GDS", role=Role.REPORTER).order_by("starts_on")
        assert [post.ends_on for post in posts] == [dt.date(2024, 10, 11), None]

    def test_the_sign_in_page_offers_alicia_and_bruno_first(self, demo):
        typical = [account.name for account in demo_accounts().typical]
        assert typical[0] == "Alicia Rojas"
        assert "Bruno Salas" in typical

    def test_carla_belongs_to_another_government_and_sees_no_plan(self, demo):
        carla = User.objects.get(email=email_of("Carla Quispe"))
        assert carla.designations.get().unit.government != demo.plan.government
        assert not Plan.objects.visible_to(carla).exists()
        assert Government.objects.count() == 2


class TestStory:
    def test_semesters_are_closed_up_to_2024_1_and_2024_2_is_open(self, demo):
        assert list(demo.plan.periods.closed().values_list("code", flat=True)) == CLOSED
        last = Period.objects.get(plan=demo.plan, code="2024-2")
        assert last.is_open
        assert TODAY < last.due_on == dt.date(2025, 1, 22)

    def test_2024_2_has_units_in_every_state(self, demo):
        present = set(Submission.objects.filter(period__code="2024-2").values_list("state", flat=True))
        assert present == set(State)
        assert not Submission.objects.filter(period__code="2024-2", unit__acronym__in=["GDS", "GGRD"]).exists()

    def test_the_draft_of_2024_2_is_filled_in_part(self, demo):
        draft = submission("GMU", "2024-2")
        assert draft.state == State.DRAFT
        (typed,) = draft.results.all()
        assert set(typed.breakdown.values_list("table", flat=True)) == {"sex_population"}
        assert not typed.evidence.exists()

    def test_the_returned_report_has_an_open_observation(self, demo):
        observation = submission("GC", "2024-2").observations.get()
        assert observation.resolved_at is None
        assert not observation.replies.exists()

    def test_two_places_went_beyond_120_percent(self, demo):
        cards = [scorecard(demo.plan, code) for code in CLOSED]
        above = {(row.code, card.upto) for card in cards for row in card.indicators if row["semester"].needs_review}
        assert {("IND.01.ACT.01.01.02", "2022-2"), ("IND.01.ACT.01.01.01", "2023-2")} <= above

    def test_a_zero_is_a_value(self, demo):
        assert result("IND.01.ACT.01.02.01", "2023-1").value == 0
        row = scorecard(demo.plan, "2023-1").indicator("IND.01.ACT.01.02.01")["semester"]
        assert (row.status, row.progress.programmed) == (Status.COMPUTED, 0)

    def test_a_value_is_not_available_with_its_reason(self, demo):
        missing = result("IND.01.ACT.02.01.02", "2022-1")
        assert missing.value is None
        assert missing.not_available_reason
        row = scorecard(demo.plan, "2022-1").indicator("IND.01.ACT.02.01.02")["semester"]
        assert row.status == Status.NOT_AVAILABLE

    def test_a_percentage_had_no_cases(self, demo):
        none = result("IND.02.ACT.03.01.02", "2022-1")
        assert (none.numerator, none.denominator) == (0, 0)
        row = scorecard(demo.plan, "2022-1").indicator("IND.02.ACT.03.01.02")["semester"]
        assert (row.status, row.reported) == (Status.NOT_COMPUTABLE, 1)

    def test_reports_came_late_and_late_stays_late(self, demo):
        assert submission("GC", "2022-2").was_late
        assert sum(row.was_late for row in Submission.objects.all()) == 2

    def test_an_extension_was_granted_and_kept(self, demo):
        extension = Extension.objects.get()
        extended = submission("GED", "2023-2")
        assert extension.period.due_on < extended.submitted_on <= extended.due_on == extension.due_on
        assert not extended.was_late

    def test_a_returned_report_was_corrected_and_the_earlier_value_stays_readable(self, demo):
        assert steps("GDE", "2022-2")[3:] == ["return", "hand_to_head", "sign_off", "validate"]
        corrected = result("IND.01.ACT.02.02.01", "2022-2")
        assert list(corrected.history.values_list("value", flat=True)) == [88, 96]
        observation = corrected.observations.get()
        assert observation.replies.count() == 1
        assert observation.resolved_by.full_name == "Bruno Salas"
        assert corrected.evidence.exclude(withdrawn_at=None).count() == 1

    def test_a_unit_is_missing_in_a_closed_semester(self, demo):
        assert not Submission.objects.filter(unit__acronym="GDC", period__code="2023-1").exists()
        card = scorecard(demo.plan, "2023-1")
        assert card.indicator("IND.01.ACT.01.01.04")["semester"].sign == "S.I."

    def test_work_was_done_before_it_was_programmed(self, demo):
        early = result("IND.01.ACT.01.02.02", "2022-1")
        assert early.value > 0
        assert not Target.objects.filter(indicator=early.indicator, period="2022-1").exists()

    def test_a_report_was_typed_in_by_the_coordination_and_validated_by_somebody_else(self, demo):
        report = submission("GGRD", "2023-1")
        assert report.on_behalf
        assert report.started_by != report.events.get(step="validate").by

    def test_a_validated_report_was_reopened_and_a_head_gave_one_back(self, demo):
        assert submission("GED", "2024-1").events.get(step="reopen").comment
        assert submission("GMU", "2023-2").events.get(step="give_back").comment

    def test_planning_validates_the_coordination_s_own_reports(self, demo):
        validated = SubmissionEvent.objects.filter(submission__unit__acronym="GPV", step="validate")
        assert validated.count() == len(CLOSED)
        assert set(validated.values_list("capacity", flat=True)) == {Role.PLANNER}

    def test_targets_were_reprogrammed(self, demo):
        revisions = TargetRevision.objects.values_list("indicator__code", "period", "old_value", "new_value")
        assert list(revisions) == [
            ("IND.01.ACT.02.02.02", "2023-2", 60, 45),
            ("IND.01.ACT.03.01.01", "2024-1", 80, 90),
        ]

    def test_a_unit_was_succeeded_by_another_in_2023(self, demo):
        unit = Unit.objects.get(government=demo.plan.government, acronym="GSGC")
        assert (unit.valid_until, unit.successor.acronym) == (dt.date(2023, 4, 30), "GSCV")
        assert "referencia" in unit.successor.name
        rows = Responsibility.objects.filter(indicator__code="IND.02.ACT.03.01.02").order_by("from_period")
        assert [(row.unit.acronym, row.until_period) for row in rows] == [("GSGC", "2022-2"), ("GSCV", None)]

    def test_a_budget_liaison_answered_and_one_has_not(self, demo):
        assert Activity.objects.filter(needs_extra_budget=True).exclude(extra_budget_reason="").exists()
        assert Activity.objects.filter(needs_extra_budget=None).exists()

    def test_the_library_holds_the_papers_that_the_plan_rests_on(self, demo):
        assert LibraryItem.objects.filter(plan=demo.plan).count() == 5

    def test_the_plan_stands_where_a_living_plan_would(self, demo):
        for code in CLOSED:
            assert 75 < scorecard(demo.plan, code).whole["plan"].progress.programmed < 95
        card = scorecard(demo.plan, "2022-2")
        lights = Counter(row["semester"].light for row in card.at_level(Level.ACTIVITY))
        assert min(lights[light] for light in (Light.GREEN, Light.AMBER, Light.RED)) >= 3


class TestRules:
    """What the flow demands of a report that was sent (rules, section 9), checked here on its own."""

    def test_every_due_indicator_has_a_value_or_a_reason(self, demo):
        for report in Submission.objects.exclude(state=State.DRAFT).select_related("unit", "period"):
            due = Target.objects.filter(
                period=report.period.code,
                indicator__responsibilities__in=report.unit.responsibilities.at(report.period.code),
            )
            told = {row.indicator_id: row for row in report.results.all()}
            for target in due.select_related("indicator"):
                row = told[target.indicator_id]
                value = row.numerator if target.indicator.is_pooled else row.value
                assert value is not None or row.not_available_reason, row

    def test_every_declared_table_adds_up_to_the_value(self, demo):
        for row in Result.objects.exclude(submission__state=State.DRAFT).select_related("indicator"):
            declared = set(row.indicator.declared_tables.values_list("table", flat=True))
            sums = dict(row.breakdown.values_list("table").annotate(Sum("count")).order_by())
            assert sums == dict.fromkeys(declared if row.value else (), row.value), row

    def test_all_dimensions_have_their_not_informed_and_some_cells_are_small(self, demo):
        assert Breakdown.objects.filter(sex="not_informed").exists()
        tables = Breakdown.objects.filter(category="not_informed").values_list("table", flat=True)
        assert set(tables) == {"sex_population", "sex_age", "sex_district"}
        assert Breakdown.objects.filter(count__range=(1, 4)).exists()

    def test_percentages_do_not_exceed_the_whole(self, demo):
        pooled = Result.objects.exclude(numerator=None)
        assert all(row.numerator <= row.denominator and row.value is None for row in pooled)

    def test_every_value_above_zero_has_evidence(self, demo):
        for row in Result.objects.exclude(submission__state=State.DRAFT):
            if row.value or row.numerator:
                assert row.evidence.filter(withdrawn_at=None).exists(), row

    def test_nobody_validates_what_they_typed_sent_or_signed(self, demo):
        for event in SubmissionEvent.objects.filter(step="validate").select_related("submission"):
            hands = event.submission.events.exclude(step__in=["validate", "return", "reopen"]).values_list(
                "by", flat=True
            )
            assert event.by_id not in set(hands)
            assert not event.submission.results.filter(entered_by=event.by).exists()

    def test_events_follow_each_other_in_time_and_none_lies_ahead(self, demo):
        for report in Submission.objects.prefetch_related("events"):
            written = [event.at for event in sorted(report.events.all(), key=lambda event: event.id)]
            assert written == sorted(written), report
            assert written[-1].date() <= TODAY

    def test_reports_are_typed_in_while_their_semester_is_open(self, demo):
        for row in Result.objects.select_related("period"):
            day = row.entered_at.date()
            assert row.period.opened_on <= day <= (row.period.closed_on or TODAY)
            assert clock.is_working_day(day)

    def test_the_history_bears_the_dates_of_the_story(self, demo):
        for model in (Result, Target, Activity, Responsibility, Plan, Commitment):
            assert model.history.aggregate(last=Max("history_date"))["last"].date() <= TODAY
            assert not model.history.filter(history_user=None).exists()

    def test_texts_are_told_and_not_repeated(self, demo):
        rows = Result.objects.exclude(submission__state=State.DRAFT).exclude(value=None, numerator=None)
        silent = [str(row) for row in rows.filter(achievements="") if row.value]
        assert silent == ["IND.01.ACT.03.01.05 2024-2"]  # the reviewer is told, see TestReview
        told = [row.achievements for row in rows if row.value and row.achievements]
        assert len(set(told)) == len(told)


class TestEvidence:
    def test_files_are_small_real_and_as_recorded(self, demo):
        total = 0
        for row in Evidence.objects.exclude(file=""):
            with default_storage.open(row.file.name) as file:
                content = file.read()
            assert hashlib.sha256(content).hexdigest() == row.sha256
            assert len(content) == row.size
            total += row.size
            opens(row.file_name.rpartition(".")[2], content)
        assert total < 5_000_000

    def test_there_are_links_and_three_kinds_of_file(self, demo):
        assert Evidence.objects.exclude(url="").exists()
        assert Evidence.objects.exclude(file="").values("content_type").distinct().count() == 3

    def test_one_paper_backs_two_results(self, demo):
        hashes = Counter(Evidence.objects.exclude(sha256="").values_list("sha256", flat=True))
        assert sorted(count for count in hashes.values() if count > 1) == [2, 2]


class TestReview:
    """What waits for its reviewer on 13 January 2025 has something to look at twice, of every kind but one."""

    def test_warnings_show_in_two_reports_and_the_third_is_clean(self, demo):
        found = {}
        for acronym, reviewer in (("GDE", "Bruno Salas"), ("GSCV", "Bruno Salas"), ("GPV", "Alonso Bedoya")):
            sent = submission(acronym, "2024-2")
            review = load_review(demo.plan, sent.unit, sent.period, User.objects.get(email=email_of(reviewer)))
            assert review.may_observe
            found[acronym] = [text for line in review.lines for text in line.cautions]
        assert [text[:34] for text in found["GDE"]] == [
            "1 es exactamente lo que se reportó",
            "El archivo «Informe de la feria de",
            "Es un acumulado y baja: 8, cuando ",
            "El avance es 60.00 %, menos de 75 ",
            "El avance del semestre es 975.00 %",
            "1,170 es diez veces lo usual o más",
        ]
        assert [text[:34] for text in found["GPV"]] == [
            "En la tabla «Sexo» las 52 personas",
            "3 es exactamente lo que se reportó",
            "Se reporta 22 y no se cuenta qué s",
        ]
        assert found["GSCV"] == []


def opens(extension, content):
    if extension == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(content)).active.max_row > 5
    elif extension == "png":
        assert Image.open(io.BytesIO(content)).size == (640, 400)
    else:
        assert content.startswith(b"%PDF-1.4")
        assert content.endswith(b"%%EOF\n")


class TestEvaluations:
    def test_2022_and_2023_are_closed_and_intact_and_2024_is_being_written(self, demo):
        states = dict(Evaluation.objects.values_list("year", "state"))
        assert states == {2022: "closed", 2023: "closed", 2024: "draft"}
        for evaluation in Evaluation.objects.closed():
            assert verify_evaluation(evaluation).intact

    def test_only_later_reprogrammings_tell_frozen_and_live_figures_apart(self, demo):
        """In `whole` the targets are all of the plan's; nothing else moved after closing."""
        for evaluation in Evaluation.objects.closed():
            assert all(" whole " in row.where for row in verify_evaluation(evaluation).differences)

    def test_every_section_is_written_and_no_figure_is_left_to_ask_for(self, demo):
        for evaluation in Evaluation.objects.closed():
            assert not empty_sections(evaluation)
            assert evaluation.frozen["evaluation"]["empty_sections"] == []
            texts = [*evaluation.frozen["sections"].values(), *evaluation.frozen["findings"]]
            assert not any("{" in text for text in texts)

    def test_the_text_quotes_the_frozen_figures(self, demo):
        evaluation = Evaluation.objects.get(year=2022)
        plan = next(row for row in evaluation.frozen["scorecard"]["nodes"] if row["code"] == demo.plan.code)
        figure = Decimal(plan["year"]["progress"]["programmed"])
        assert f"alcanza {figure:.1f} %" in evaluation.frozen["sections"]["summary"]

    def test_findings_have_subjects_and_evidence(self, demo):
        assert Finding.objects.count() == 10
        assert Finding.objects.exclude(evidence=None).exists()
        for subject in ("indicator", "activity", "unit"):
            assert Finding.objects.exclude(**{subject: None}).exists()

    def test_recommendations_became_commitments_that_are_followed_up(self, demo):
        assert set(Commitment.objects.values_list("state", flat=True)) == {"done", "in_progress", "dropped"}
        for commitment in Commitment.objects.prefetch_related("follow_ups"):
            assert commitment.state == list(commitment.follow_ups.all())[-1].state
        passed = Commitment.objects.get(responsible_unit__acronym="GSCV")
        assert "GSGC" in {row["unit"] for row in passed.evaluation.frozen["commitments"]}

    def test_each_evaluation_was_closed_before_the_next_semester_was_reported(self, demo):
        for evaluation in Evaluation.objects.closed():
            later = SubmissionEvent.objects.filter(submission__period__code__gt=evaluation.upto)
            assert evaluation.closed_on < later.earliest("at").at.date()

    def test_observations_say_who_resolved_them(self, demo):
        assert Observation.objects.exclude(resolved_by=None).count() == 2


class TestDocuments:
    def test_closed_evaluations_and_semesters_are_issued_and_published(self, demo):
        told = list(Document.objects.order_by("asked_on", "id").values_list("kind", "subject", "published_on"))
        assert [row[:2] for row in told] == [
            ("follow_up", "2022-1"),
            ("follow_up", "2022-2"),
            ("evaluation", "2022"),
            ("follow_up", "2023-1"),
            ("follow_up", "2023-2"),
            ("evaluation", "2023"),
            ("follow_up", "2024-1"),
        ]
        assert all(day is not None and day < TODAY for _kind, _subject, day in told)

    def test_they_are_made_after_it_is_loaded(self, demo):
        """Loading stays fast: printing is left to whoever works in the background."""
        assert not Document.objects.issued().exists()
        assert set(Job.objects.values_list("state", flat=True)) == {Job.State.WAITING}
        assert set(Job.objects.values_list("key", flat=True)) == {row.job_key for row in Document.objects.all()}

    def test_each_tells_its_semester_as_it_stood_then(self, demo):
        first = Document.objects.get(kind="follow_up", subject="2022-1")
        assert first.record["document"]["issued_on"] == "2022-08-19"
        assert list(first.record["semesters"]) == ["2022-1"]
