"""A table of people that one document told coarser stays so in every later one, whatever is corrected (section 12).

Nor may a document that was made before be published beside it. Everything here goes through the acts that a plan's
life has: nothing is released by hand.
"""

import pytest
from django.urls import reverse

from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Evaluation, Period, Submission
from monitoring.periods import close_period, left_open, reopen_period
from monitoring.suppression import Level
from monitoring.workflow import take
from plans.models import BreakdownTable
from reports import issuing
from reports.issuing import IssuingRefused
from tests.factories import (
    make_activity,
    make_breakdown,
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
)
from tests.reports.publishing import publish_evaluation, publish_follow_up

pytestmark = pytest.mark.django_db
TABLE = BreakdownTable.SEX_POPULATION
FEW = {("migrant", "woman"): 20, ("host", "woman"): 3}
ENOUGH = {("migrant", "woman"): 20, ("host", "woman"): 6}


class World:
    """2022-1 is closed and empty; in 2022-2 one report of GMU waits for conformity."""

    def __init__(self):
        self.people = make_people()
        self.plan = make_plan(code="lima", closed_up_to="2022-1", open_period="2022-2", requires_signoff=False)
        self.action = make_tree(self.plan).actions[0]
        self.rows = {}

    @property
    def period(self):
        return Period.objects.get(plan=self.plan, code="2022-2")

    def report(self, code, cells, measures=None):
        indicator = make_indicator(
            measures or make_activity(self.action),
            code=code,
            counts="people",
            tables=(TABLE,),
            unit=make_unit("GMU"),
            targets={"2022-2": 30},
        )
        state, value = Submission.State.SUBMITTED, sum(cells.values())
        result = make_result(indicator, "2022-2", value, state=state, by=self.people.alicia)
        make_breakdown(result, TABLE, cells)
        make_evidence(result)
        self.rows[code] = result

    def count_and_close(self):
        submission = Submission.objects.get(period=self.period)
        take(submission, "validate", by=self.people.bruno)
        close_period(period=self.period, by=self.people.bruno, seen=left_open(self.period).mark)

    def correct(self, code, cells):
        """The semester and the report are opened again, and the report says something else when both are closed."""
        reopen_period(period=self.period, reason="Llegaron dos actas.", by=self.people.bruno)
        submission = Submission.objects.get(period=self.period)
        take(submission, "reopen", by=self.people.bruno, comment="Faltan dos actas.")
        result = self.rows[code]
        for (category, sex), count in cells.items():
            result.breakdown.filter(category=category, sex=sex).update(count=count)
        result.value = sum(cells.values())
        result.save()
        take(submission, "submit", by=self.people.alicia)
        self.count_and_close()

    def evaluation(self):
        draft = open_evaluation(plan=self.plan, year=2022, by=self.people.bruno)
        return close_evaluation(draft, by=self.people.bruno, texts_may_be_empty=True).frozen

    def follow_up(self, **more):
        return publish_follow_up(self.period, self.people.bruno, **more)

    def publish(self, document):
        return issuing.publish(document=document, by=self.people.bruno)


@pytest.fixture
def world():
    return World()


def level(record, code="P"):
    (result,) = [row for row in record["people"]["results"] if row["indicator"] == code]
    return result["tables"][TABLE]["level"]


def test_the_table_alone_would_be_told_whole(world):
    world.report("P", ENOUGH)
    world.count_and_close()
    assert level(world.evaluation()) == Level.FULL


def test_what_a_follow_up_report_told_coarser_an_evaluation_does_not_tell_finer(world):
    world.report("P", FEW)
    world.count_and_close()
    assert level(world.follow_up().record) == Level.SEX
    world.correct("P", ENOUGH)
    told = world.evaluation()
    assert level(told) == Level.SEX
    assert told["people"]["results"][0]["value"] == "26"


def test_nor_a_later_report_once_the_first_is_withdrawn(world):
    world.report("P", FEW)
    world.count_and_close()
    first = world.follow_up()
    issuing.withdraw(document=first, why="Faltaban dos actas.", by=world.people.bruno)
    world.correct("P", ENOUGH)
    assert level(world.follow_up().record) == Level.SEX


def test_nor_an_objective_above_it(world):
    world.report("A", FEW)
    world.report("O", {("migrant", "woman"): 60, ("host", "woman"): 6}, measures=world.action)
    world.count_and_close()
    assert level(world.follow_up().record, "O") == Level.SEX
    world.correct("A", ENOUGH)
    assert level(world.evaluation(), "O") == Level.SEX


class TestPublishingWhatWasIssuedBefore:
    """The record of a document keeps how finely it could tell when it was issued."""

    @pytest.fixture
    def whole(self, world):
        """A follow-up report with the table whole, issued and not published."""
        world.report("P", ENOUGH)
        world.count_and_close()
        document = world.follow_up(published=False)
        assert level(document.record) == Level.FULL
        return document

    def test_while_nothing_changed_it_is_published(self, world, whole):
        assert world.publish(whole).is_published

    def test_not_once_agencies_and_the_evaluation_were_told_coarser(self, world, whole):
        world.correct("P", FEW)
        assert level(world.evaluation()) == Level.SEX
        with pytest.raises(IssuingRefused, match=r"más detalle.*P \(2022-2\).*pida el documento de nuevo"):
            world.publish(whole)
        whole.refresh_from_db()
        assert not whole.is_published
        assert world.publish(world.follow_up(published=False)).is_published

    def test_nor_again_after_it_was_withdrawn(self, world, whole):
        world.publish(whole)
        issuing.withdraw(document=whole, why="Faltaban dos actas.", by=world.people.bruno)
        world.correct("P", FEW)
        with pytest.raises(IssuingRefused, match="más detalle"):
            world.publish(whole)
        whole.refresh_from_db()
        assert whole.withdrawn_why == "Faltaban dos actas."

    def test_nor_while_its_semester_is_open_again(self, world, whole):
        reopen_period(period=world.period, reason="Llegaron dos actas.", by=world.people.bruno)
        with pytest.raises(IssuingRefused, match="abierto otra vez"):
            world.publish(whole)

    def test_nor_what_stands_above_a_part_that_turned_coarse(self, world):
        world.report("A", ENOUGH)
        world.report("O", {("migrant", "woman"): 60, ("host", "woman"): 6}, measures=world.action)
        world.count_and_close()
        document = world.follow_up(published=False)
        assert level(document.record, "O") == Level.FULL
        world.correct("A", FEW)
        with pytest.raises(IssuingRefused, match=r"O \(2022-2\), A \(2022-2\)"):
            world.publish(document)

    def test_an_evaluation_asks_for_a_later_version(self, world):
        world.report("P", ENOUGH)
        world.count_and_close()
        world.evaluation()
        document = publish_evaluation(Evaluation.objects.get(), world.people.bruno, published=False)
        open_evaluation(plan=world.plan, year=2022, by=world.people.bruno, reason="Llegaron dos actas.")
        world.correct("P", FEW)
        with pytest.raises(IssuingRefused, match="nueva versión de la evaluación"):
            world.publish(document)

    def test_the_page_says_why(self, world, whole, client):
        world.correct("P", FEW)
        client.force_login(world.people.bruno)
        answer = client.post(reverse("reports:document_publish", args=["lima", whole.code]))
        assert (answer.status_code, "No se publicó nada." in answer.text) == (422, True)
