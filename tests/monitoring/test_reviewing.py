"""The page on which a report is reviewed: what it shows, who decides, what waits next, two reviewers at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role, User
from monitoring.models import Observation, Period, Submission
from monitoring.observing import ObservationRefused, observe, reply, resolve
from monitoring.queries import scorecard
from monitoring.reviewing import ReviewPage, load_review, waiting_for
from monitoring.workflow import StepRefused, start, take
from plans.measures import Horizon
from plans.models import BreakdownTable, Indicator, Plan
from tests.factories import (
    make_activity,
    make_breakdown,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_result,
    make_submission,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
State = Submission.State
NOW = "2023-1"


@dataclass
class World:
    plan: Plan
    people: object
    lucia: User
    submission: Submission
    counted: Indicator

    def address(self, name: str = "submission_review", *more: object, acronym: str = "GMU") -> str:
        return reverse(f"monitoring:{name}", args=["lima", NOW, acronym, *more])

    def review(self, user: User) -> ReviewPage:
        return load_review(self.plan, self.submission.unit, self.submission.period, user)

    def waits(self, acronym: str, **kw) -> Submission:
        """Another unit's report that waits for its review."""
        unit = make_unit(acronym)
        make_indicator(make_activity(self.counted.activity.action, lead_unit=unit), unit=unit, targets={NOW: 1})
        return make_submission(unit, self.submission.period, State.SUBMITTED, **kw)


@pytest.fixture
def world() -> World:
    plan = make_plan(code="lima", closed_up_to="2022-2", open_period=NOW)
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    people = make_people(unit)
    lucia = make_user("Lucía Paredes", "lucia@example.org")
    make_designation(lucia, make_unit("GPV"), Role.COORDINATOR)
    counted = make_indicator(
        make_tree(plan, lead_unit=unit).activity,
        unit=unit,
        targets={"2022-1": 100, "2022-2": 100, NOW: 120},
        tables=("sex",),
        name="Mujeres formadas",
    )
    for period, value in (("2022-1", 80), ("2022-2", 90)):
        make_result(counted, period, value)
    result = make_result(counted, NOW, 900, state=State.SUBMITTED, by=people.alicia)
    make_breakdown(result, BreakdownTable.SEX, {("", "not_informed"): 900})
    make_evidence(result)
    return World(plan, people, lucia, result.submission, counted)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bruno(world) -> Client:
    return signed_in(world.people.bruno)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestWhatItShows:
    def test_every_window_and_reading_as_the_working_scorecard_has_them(self, world):
        line = world.review(world.people.bruno).lines[0]
        row = scorecard(world.plan, NOW, working=True).indicator(world.counted.code)
        assert {each.horizon: each.figure for each in line.figures} == {
            window: row[window] for window in (Horizon.SEMESTER, Horizon.YEAR, Horizon.PLAN)
        }
        assert line.figures[2].figure.value == Decimal(1070)

    def test_a_returned_report_is_measured_with_what_it_says_now(self, world):
        before = world.review(world.people.bruno).lines
        observe(submission=world.submission, text="¿900?", by=world.people.bruno)
        take(world.submission, "return", by=world.people.bruno)
        after = world.review(world.people.bruno).lines
        assert [line.figures for line in after] == [line.figures for line in before]
        assert after[0].cautions == before[0].cautions

    def test_earlier_semesters_with_target_and_value(self, world):
        semesters = world.review(world.people.bruno).lines[0].semesters
        assert [(each.period, each.entry.target, each.value) for each in semesters] == [
            ("2022-1", 100, 80),
            ("2022-2", 100, 90),
            (NOW, 120, 900),
        ]

    def test_the_warnings_are_on_the_page_each_a_sentence_and_counted_in_the_list(self, world, bruno):
        page = bruno.get(world.address()).content.decode()
        assert "El avance del semestre es 750.00 %, más de 120 %: 900 de una meta de 120." in page
        assert "900 es diez veces lo usual o más: la mediana de lo reportado antes (2 semestres) es 85." in page
        assert "En la tabla «Sexo» las 900 personas figuran como «no informado» en sexo" in page
        assert "Se reporta 900 y no se cuenta qué se logró." in page
        assert page.count("4 advertencias") == 3  # of the report, in the list, at the result

    def test_a_file_used_before_is_named_wherever_it_was(self, world):
        other = make_indicator(
            make_activity(world.counted.activity.action, lead_unit=make_unit("GDE")),
            unit=make_unit("GDE"),
            name="Ferias",
        )
        here = world.submission.results.get().evidence.get()
        same = make_evidence(make_result(other, "2022-2", 3), "Lista")
        withdrawn = make_evidence(make_result(other, "2022-1", 3), "Otra lista", withdrawn_at=here.uploaded_at)
        make_evidence(make_result(other, NOW, 3, state=State.SUBMITTED), "Distinta", content=b"%PDF-1.4 x\n%%EOF\n")
        assert same.sha256 == here.sha256 == withdrawn.sha256
        found = [text for text in world.review(world.people.bruno).lines[0].cautions if text.startswith("El archivo")]
        assert found == [
            "El archivo «Acta de la actividad» es el mismo que respalda «Ferias» en 2022-2 (GDE). "
            "¿Es el de este resultado?"
        ]

    def test_a_link_used_before_is_named_too(self, world):
        result = world.submission.results.get()
        link = make_evidence(result, "Álbum", url="https://example.org/album")
        earlier = world.counted.results.get(period__code="2022-1")
        make_evidence(earlier, "Fotos", url=link.url)
        make_evidence(earlier, "Otras fotos", url="https://example.org/otro")
        found = [text for text in world.review(world.people.bruno).lines[0].cautions if "respalda" in text]
        assert found == [
            "El enlace «Álbum» es el mismo que respalda «Mujeres formadas» en 2022-1 (GMU). ¿Es el de este resultado?"
        ]

    def test_tables_that_disagree_by_sex_are_named(self, world):
        result = world.submission.results.get()
        make_breakdown(result, BreakdownTable.SEX_AGE, {("18_29", "woman"): 899, ("18_29", "man"): 1})
        make_breakdown(result, BreakdownTable.SEX_POPULATION, {("general", "woman"): 900})
        (found,) = [text for text in world.review(world.people.bruno).lines[0].cautions if "Las tablas" in text]
        ages, population = (BreakdownTable(code).label for code in ("sex_age", "sex_population"))
        assert f"«{ages}» (899 mujeres, 1 hombre)" in found
        assert f"«{population}» (900 mujeres)" in found

    def test_when_it_was_sent_with_which_document_and_in_whose_name(self, world, bruno):
        Submission.objects.filter(pk=world.submission.pk).update(
            submitted_on="2023-07-25", due_on="2023-07-21", on_behalf=True, memo_number="Memorando 12-GMU"
        )
        page = bruno.get(world.address()).content.decode()
        for text in ("25 jul. 2023", "fuera de plazo", "vencía el 21 jul. 2023", "Memorando 12-GMU"):
            assert text in page
        assert "Lo registró la coordinación en nombre de la unidad." in page


class TestWhoMay:
    def test_the_unit_is_told_that_it_is_not_for_it_and_strangers_nothing(self, world):
        assert signed_in(world.people.alicia).get(world.address()).status_code == 403
        assert signed_in(world.people.carla).get(world.address()).status_code == 404

    def test_a_report_that_was_not_sent_leads_to_its_page(self, world, bruno):
        unit = make_unit("GDE")
        make_indicator(make_activity(world.counted.activity.action, lead_unit=unit), unit=unit, targets={NOW: 1})
        make_submission(unit, world.submission.period, State.DRAFT)
        answer = bruno.get(world.address(acronym="GDE"))
        assert answer.status_code == 302
        assert answer["Location"] == world.address("submission_detail", acronym="GDE")

    def test_one_s_own_is_refused_before_one_tries(self, world, bruno):
        world.submission.contributors.add(world.people.bruno)
        page = bruno.get(world.address()).content.decode()
        assert "Usted no puede darle conformidad." in page
        assert "Nadie da conformidad a lo que registró, envió o firmó." in page
        assert world.address("submission_step", "validate") not in page
        assert world.address("submission_step", "return") in page

    def test_the_coordination_s_own_is_reviewed_by_planning_and_says_so(self, world, bruno):
        planner = make_user("Alonso Bedoya")
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        world.waits("GPV")
        page = signed_in(planner).get(world.address(acronym="GPV")).content.decode()
        assert "lo revisa Planificación, y los documentos lo dicen" in page
        assert world.address("submission_step", "validate", acronym="GPV") in page
        page = bruno.get(world.address(acronym="GPV")).content.decode()
        assert "le corresponde a Planificación" in page
        assert "Alonso Bedoya" in page
        assert world.address("submission_step", "validate", acronym="GPV") not in page
        assert world.address("observation_create", acronym="GPV") not in page

    def test_the_page_for_everybody_leads_here_and_decides_nothing(self, world, bruno):
        page = bruno.get(world.address("submission_detail")).content.decode()
        assert f'href="{world.address()}"' in page
        for name, more in (("submission_step", ["validate"]), ("observation_create", [])):
            assert world.address(name, *more) not in page
        page = signed_in(world.people.alicia).get(world.address("submission_detail")).content.decode()
        assert world.address() not in page


class TestInAClosedSemester:
    """It was closed while the report waited for its conformity (rules, section 9: a closed semester is locked)."""

    @pytest.fixture
    def thread(self, world):
        thread = observe(submission=world.submission, text="¿900?", by=world.people.bruno)
        make_period(world.plan, NOW, Period.State.CLOSED)
        return thread

    def test_nothing_is_observed_answered_nor_resolved(self, world, thread):
        for verb, more in ((observe, {"submission": world.submission}), (reply, {"observation": thread})):
            with pytest.raises(ObservationRefused, match="El semestre está cerrado"):
                verb(text="Otra", by=world.people.bruno, **more)
        with pytest.raises(ObservationRefused, match="El semestre está cerrado"):
            resolve(observation=thread, by=world.people.bruno)
        thread.refresh_from_db()
        assert thread.is_open
        assert not thread.replies.exists()
        assert Observation.objects.count() == 1

    def test_the_page_offers_none_of_it_and_says_what_to_do(self, world, thread, bruno):
        page = bruno.get(world.address()).content.decode()
        assert "El semestre se cerró sin su conformidad; para revisarlo, hay que reabrirlo." in page
        for name, more in (
            ("observation_create", []),
            ("observation_reply", [thread.pk]),
            ("observation_resolve", [thread.pk]),
            ("submission_step", ["return"]),
        ):
            assert world.address(name, *more) not in page
        assert "Para devolverlo" not in page
        assert "Puede observarlo y devolverlo" not in page

    def test_nor_does_the_page_for_everybody_say_that_somebody_reviews_it(self, world, thread, bruno):
        page = bruno.get(world.address("submission_detail")).content.decode()
        assert "para revisarlo, hay que reabrirlo" in page
        assert "Espera su revisión." not in page
        assert "Lo revisa otra persona." not in page

    def test_whoever_has_a_hand_in_it_is_not_told_that_they_may_return_it(self, world, thread, bruno):
        world.submission.contributors.add(world.people.bruno)
        assert "Puede observarlo y devolverlo" not in bruno.get(world.address()).content.decode()

    def test_a_returned_report_is_not_said_to_be_corrected(self, world, thread, bruno):
        Submission.objects.update(state=State.RETURNED)
        assert "la unidad lo corrige" not in bruno.get(world.address()).content.decode()


def test_where_somebody_else_reviews_it_the_page_for_everybody_says_so(world, bruno):
    make_designation(make_user(), make_unit("GP"), Role.PLANNER)
    world.waits("GPV")
    page = bruno.get(world.address("submission_detail", acronym="GPV")).content.decode()
    assert "Lo revisa otra persona." in page


class TestNext:
    def test_the_longest_waiting_first_and_only_what_one_reviews(self, world):
        make_designation(make_user(), make_unit("GP"), Role.PLANNER)
        world.waits("GDE", submitted_on="2023-07-01")
        world.waits("GPV")  # planning's
        make_submission(make_unit("GC"), world.submission.period, State.RETURNED)
        make_submission(make_unit("GC"), world.plan.periods.get(code="2022-1"), State.SUBMITTED)  # closed
        assert [str(each) for each in waiting_for(world.plan, world.people.bruno)] == ["GDE 2023-1", "GMU 2023-1"]
        assert waiting_for(world.plan, world.people.alicia) == []

    def test_every_one_that_waits_is_reached_in_turn(self, world):
        for acronym in ("GA", "GZ"):
            world.waits(acronym)
        seen, here = [], world.submission
        for _ in range(3):
            review = load_review(world.plan, here.unit, here.period, world.people.bruno)
            here = review.following
            assert len(review.waiting) == 2
            seen.append(here.unit.acronym)
        assert seen == ["GZ", "GA", "GMU"]

    def test_the_page_offers_it_once_this_one_is_decided(self, world, bruno):
        world.waits("GDE")
        answer = bruno.post(world.address("submission_step", "validate"), follow=True)
        assert answer.redirect_chain[-1][0] == world.address()
        page = answer.content.decode()
        assert "<dt>Dio conformidad</dt><dd>Bruno Salas <small>coordinación" in page
        assert "1 reporte espera su revisión." in page
        assert f'<a class="button" href="{world.address(acronym="GDE")}">Revisar GDE</a>' in page

    def test_says_that_nothing_more_waits(self, world, bruno):
        page = bruno.post(world.address("submission_step", "validate"), follow=True).content.decode()
        assert "Ningún reporte más espera su revisión." in page


class TestTwoAtOnce:
    """Bruno has the page open; Lucía decides meanwhile."""

    def decide(self, world: World, step: str = "validate") -> None:
        if step == "return":
            observe(submission=world.submission, text="Falta el acta.", by=world.lucia)
        take(world.submission, step, by=world.lucia)

    def test_a_second_conformity_is_told_who_gave_the_first_and_when(self, world, bruno, settings):
        settings.PMH_TODAY = "2023-07-24"
        self.decide(world)
        answer = bruno.post(world.address("submission_step", "validate"))
        assert answer.status_code == 409
        (message,) = said(answer)
        assert message.startswith("El reporte está en estado «Conforme». Lucía Paredes dio conformidad al reporte el ")
        assert world.submission.events.filter(step="validate").count() == 1

    @pytest.mark.parametrize(("step", "did"), [("validate", "dio conformidad"), ("return", "devolvió el reporte")])
    def test_an_observation_is_not_lost(self, world, bruno, step, did):
        self.decide(world, step)
        text = "El consolidado lista 90 personas,\nno 900."
        answer = bruno.post(world.address("observation_create"), {"indicator": world.counted.code, "text": text})
        assert answer.status_code == 409
        assert f"Lucía Paredes {did}" in said(answer)[0]
        page = answer.content.decode()
        assert "Lo que escribió no se guardó." in page
        assert f"readonly>{text}</textarea>" in page
        assert not Observation.objects.filter(text__startswith="El consolidado").exists()

    def test_nor_is_an_answer_to_a_thread_that_was_settled(self, world, bruno):
        thread = observe(submission=world.submission, text="Falta el acta.", by=world.lucia)
        signed_in(world.lucia).post(world.address("observation_resolve", thread.pk))
        answer = bruno.post(world.address("observation_reply", thread.pk), {"text": "¿La de junio?"})
        assert answer.status_code == 409
        assert said(answer) == ["La observación ya está resuelta."]
        assert "readonly>¿La de junio?</textarea>" in answer.content.decode()

    def test_nor_the_reason_of_a_second_reopening(self, world, bruno):
        self.decide(world)
        take(world.submission, "reopen", by=world.lucia, comment="Falta el acta.")
        answer = bruno.post(world.address("submission_step", "reopen"), {"comment": "Sobran seis."})
        assert answer.status_code == 409
        assert "Lucía Paredes reabrió el reporte" in said(answer)[0]
        assert "readonly>Sobran seis.</textarea>" in answer.content.decode()

    def test_what_is_refused_for_another_reason_stays_in_its_field(self, world, bruno):
        answer = bruno.post(world.address("observation_create"), {"indicator": world.counted.code, "text": "x" * 4_001})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "x" * 4_001 in page
        assert "Lo que escribió no se guardó." not in page

    def test_nobody_decides_on_a_report_that_went_on_while_they_read(self, world, bruno):
        """It was returned, corrected and sent again: what Bruno has before him is no longer what would be validated."""
        seen = bruno.get(world.address()).context["review"].last
        last_seen = seen.pk if seen else 0
        self.decide(world, "return")
        Submission.objects.filter(pk=world.submission.pk).update(state=State.SUBMITTED)
        world.submission.observations.update(resolved_by=world.lucia, resolved_at="2023-07-24T12:00Z")
        answer = bruno.post(world.address("submission_step", "validate"), {"last_seen": last_seen})
        assert answer.status_code == 409
        assert said(answer)[0].startswith("El reporte cambió desde que abrió la página. Lucía Paredes devolvió")
        assert Submission.objects.get(pk=world.submission.pk).state == State.SUBMITTED
        again = answer.context["review"].last.pk
        assert bruno.post(world.address("submission_step", "validate"), {"last_seen": again}).status_code == 302

    def test_the_verb_says_it_to_whoever_calls_it(self, world):
        self.decide(world)
        with pytest.raises(StepRefused, match="Lucía Paredes dio conformidad al reporte"):
            take(world.submission, "return", by=world.people.bruno)


@pytest.mark.django_db(transaction=True)
def test_of_two_conformities_in_the_same_instant_one_counts_and_the_other_is_told(world):
    def press(reviewer: User) -> str:
        try:
            take(world.submission, "validate", by=reviewer)
        except StepRefused as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    reviewers = [world.people.bruno, world.lucia]
    with ThreadPoolExecutor(2) as both:
        answers = dict(zip(reviewers, both.map(press, reviewers), strict=True))
    event = world.submission.events.get(step="validate")
    (loser,) = [reviewer for reviewer, refused in answers.items() if refused]
    assert event.by in reviewers
    assert event.by != loser
    assert f"{event.by} dio conformidad al reporte" in answers[loser]


def queries_of(world: World) -> int:
    with CaptureQueriesContext(connection) as captured:
        world.review(world.people.bruno)
    return len(captured)


def test_the_loader_takes_as_many_queries_for_twenty_indicators_and_twenty_waiting_as_for_one(world):
    """35: 11 the report with its indicators, targets, results, cells, evidence, who uploaded it, tables, districts,
    threads and replies; 1 what was reported before; 1 an extension; 5 the steps open to the reader (two posts, three
    lists of hands); 1 events; 2 whether they review it and may open the page; 9 the outline (`queries.load_outline`);
    1 its semesters; 1 the same files elsewhere; 1 who reviews; 2 what waits (who reviews, which).
    """
    observe(submission=world.submission, text="¿900?", by=world.people.bruno)
    queries_of(world)
    before = queries_of(world)
    for number in range(19):
        indicator = make_indicator(
            make_activity(world.counted.activity.action, lead_unit=world.submission.unit),
            unit=world.submission.unit,
            targets={"2022-2": 5, NOW: 5},
            tables=("sex", "sex_age"),
        )
        make_result(indicator, "2022-2", 3)
        result = make_result(indicator, NOW, 3, by=world.people.alicia)
        make_evidence(result)
        observe(submission=world.submission, result=result, text="¿Tres?", by=world.people.bruno)
        world.waits(f"U{number:02}")
    review = world.review(world.people.bruno)
    assert (len(review.lines), len(review.waiting)) == (20, 19)
    assert queries_of(world) == before == 35


def test_the_page_adds_none_that_grows(world, bruno):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert bruno.get(world.address()).status_code == 200
        return len(captured)

    queries()
    before = queries()
    for number in range(5):
        activity = make_activity(world.counted.activity.action, lead_unit=world.submission.unit)
        indicator = make_indicator(activity, targets={NOW: 5}, tables=("sex",))
        make_evidence(make_result(indicator, NOW, 3, by=world.people.alicia))
        world.waits(f"U{number}")
    assert queries() == before


def test_starting_on_behalf_keeps_its_author_from_giving_conformity(world):
    unit = make_unit("GDE")
    make_indicator(make_activity(world.counted.activity.action, lead_unit=unit), unit=unit, targets={NOW: 0})
    submission = start(unit=unit, period=world.submission.period, by=world.people.bruno)
    Submission.objects.filter(pk=submission.pk).update(
        state=State.SUBMITTED, submitted_on="2023-07-01", due_on="2023-07-21"
    )
    review = load_review(world.plan, unit, world.submission.period, world.people.bruno)
    assert [step.name for step in review.steps] == ["return"]
    assert review.cannot_validate == "Nadie da conformidad a lo que registró, envió o firmó."
    assert load_review(world.plan, unit, world.submission.period, world.lucia).cannot_validate == ""
