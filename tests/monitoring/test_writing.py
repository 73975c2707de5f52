"""Writing a draft: who may, what happens when two write, what the history keeps; its findings, and what is frozen."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from institution.models import Role
from monitoring.evaluation import (
    EvaluationRefused,
    FindingChanged,
    Subject,
    WritingRefused,
    add_finding,
    change_finding,
    close_evaluation,
    evidence_for,
    obstacles,
    open_evaluation,
    remove_finding,
    restore_section,
    subject_from,
    subject_of,
    write_section,
)
from monitoring.models import Evaluation, EvaluationSection, Finding, Submission
from monitoring.permissions import may_see_evaluation
from tests.factories import (
    make_activity,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

KIND = EvaluationSection.Kind.CONTEXT


class World:
    def __init__(self):
        self.plan = make_plan(closed_up_to="2022-2")
        self.unit = make_unit("GMU")
        self.people = make_people(self.unit)
        self.bruno = self.people.bruno
        self.berta = make_user("Berta Díaz")
        make_designation(self.berta, make_unit("GPV"), Role.COORDINATOR)
        self.pia = make_user("Pía Luna")
        make_designation(self.pia, make_unit("GP"), Role.PLANNER)
        self.tree = make_tree(self.plan)
        self.other = make_activity(self.tree.actions[0], order=2)
        self.mine = make_indicator(self.tree.activity, code="IND.A", unit=self.unit, targets={"2022-1": 4, "2022-2": 4})
        self.theirs = make_indicator(self.other, code="IND.B", targets={"2022-1": 4, "2023-1": 4})
        self.draft = open_evaluation(plan=self.plan, year=2022, by=self.bruno)

    def write(self, text, by=None, seen=None):
        section = self.section
        seen = section.revision if seen is None else seen
        return write_section(evaluation=self.draft, kind=KIND, text=text, seen=seen, by=by or self.bruno)

    @property
    def section(self):
        return self.draft.sections.get(kind=KIND)

    def close(self):
        return close_evaluation(self.draft, by=self.bruno, texts_may_be_empty=True)


@pytest.fixture
def world():
    return World()


class TestSections:
    def test_what_is_written_stands_there_with_its_author(self, world):
        written = world.write("Un año difícil.\r\n").section
        assert (written.text, written.revision, written.written_by) == ("Un año difícil.", 1, world.bruno)
        assert world.section.text == "Un año difícil."

    def test_somebody_elses_text_is_never_overwritten_silently(self, world):
        world.write("De Berta.", by=world.berta)
        late = world.write("De Bruno.", seen=0)
        assert late.conflict
        assert (late.section.text, late.section.written_by) == ("De Berta.", world.berta)
        assert world.section.text == "De Berta."

    def test_not_even_by_oneself_in_another_window(self, world):
        world.write("Primera ventana.")
        assert world.write("Segunda ventana.", seen=0).conflict

    def test_a_decision_names_the_text_that_was_seen(self, world):
        world.write("De Berta.", by=world.berta)
        seen = world.write("De Bruno.", seen=0).section.revision
        world.write("De Berta, otra vez.", by=world.berta)
        assert world.write("De Bruno.", seen=seen).conflict
        assert not world.write("De Bruno.", seen=seen + 1).conflict

    def test_writing_the_same_is_no_conflict_and_no_edit(self, world):
        world.write("Lo mismo.")
        again = world.write(" Lo mismo. ", seen=0, by=world.berta)
        assert (again.conflict, again.section.revision) == (False, 1)

    def test_sections_are_written_apart(self, world):
        world.write("Contexto.")
        other = write_section(evaluation=world.draft, kind="summary", text="Resumen.", seen=0, by=world.berta)
        assert not other.conflict

    @pytest.mark.parametrize("who", ["pia", "alicia", "carla"])
    def test_only_the_coordination_writes(self, world, who):
        person = world.pia if who == "pia" else getattr(world.people, who)
        with pytest.raises(WritingRefused, match="coordinación"):
            world.write("No.", by=person)

    def test_a_closed_one_is_written_no_more(self, world):
        world.write("Antes.")
        world.close()
        with pytest.raises(WritingRefused, match="Bruno Salas cerró"):
            world.write("Después.", by=world.berta)
        assert world.section.text == "Antes."

    def test_a_text_without_end_is_refused(self, world):
        with pytest.raises(WritingRefused, match="60,000"):
            world.write("a" * 60_001)

    def test_planning_reads_the_draft_and_nobody_else_does(self, world):
        seen = {who: may_see_evaluation(who, world.draft) for who in (world.pia, world.bruno, world.people.alicia)}
        assert list(seen.values()) == [True, True, False]


class TestHistory:
    def texts(self, world):
        return list(world.section.history.order_by("history_id").values_list("text", flat=True))

    def test_a_stretch_of_writing_is_one_entry(self, world):
        for text in ("U", "Un año", "Un año difícil."):
            world.write(text)
        assert self.texts(world) == ["", "Un año difícil."]
        assert world.section.history.latest().history_user == world.bruno
        assert world.section.history.latest().written_at == world.section.written_at

    def test_another_author_and_another_time_begin_another(self, world):
        world.write("Uno.")
        world.write("Uno. Dos.", by=world.berta)
        world.write("Uno. Dos. Tres.")
        row = world.section.history.latest()
        row.history_date -= dt.timedelta(minutes=11)
        row.save()
        world.write("Uno. Dos. Tres. Cuatro.")
        assert self.texts(world) == ["", "Uno.", "Uno. Dos.", "Uno. Dos. Tres.", "Uno. Dos. Tres. Cuatro."]

    def test_what_was_mostly_deleted_stays_readable(self, world):
        world.write("Un párrafo entero que costó trabajo.")
        world.write("Un")
        assert self.texts(world) == ["", "Un párrafo entero que costó trabajo.", "Un"]

    def test_restoring_is_a_new_edit(self, world):
        world.write("Bueno.")
        world.write("Malo.", by=world.berta)
        good = world.section.history.get(text="Bueno.")
        section = world.section
        restored = restore_section(section=section, version=good.history_id, seen=section.revision, by=world.bruno)
        assert (restored.section.text, restored.section.revision) == ("Bueno.", 3)
        assert self.texts(world) == ["", "Bueno.", "Malo.", "Bueno."]

    def test_restoring_over_what_was_not_seen_is_a_conflict(self, world):
        world.write("Bueno.")
        section, version = world.section, world.section.history.latest().history_id
        world.write("Nuevo de Berta.", by=world.berta)
        assert restore_section(section=section, version=version, seen=1, by=world.bruno).conflict

    def test_only_its_own_history(self, world):
        other = world.draft.sections.get(kind="summary").history.latest().history_id
        with pytest.raises(LookupError):
            restore_section(section=world.section, version=other, seen=0, by=world.bruno)


class TestFindings:
    @pytest.fixture
    def evidence(self, world):
        """By name: what counts for the activity, and what does not."""
        counts = make_result(world.mine, "2022-1", 4)
        other = make_result(world.theirs, "2022-1", 4)
        later = make_result(world.theirs, "2023-1", 4)
        unsent = make_result(world.mine, "2022-2", 4, state=Submission.State.DRAFT)
        return {
            "mine": make_evidence(counts, "Mía"),
            "link": make_evidence(counts, "Nota", url="https://example.org/nota"),
            "withdrawn": make_evidence(counts, "Retirada", withdrawn_at=counts.entered_at),
            "other": make_evidence(other, "De otra"),
            "later": make_evidence(later, "Después"),
            "unsent": make_evidence(unsent, "Sin enviar"),
        }

    def offered(self, world, key):
        rows = evidence_for(world.draft, subject_from(world.plan, key))
        return {row.title for row in rows}

    def test_evidence_of_what_counts_for_the_subject_in_the_covered_semesters(self, world, evidence):
        assert self.offered(world, f"activity:{world.tree.activity.code}") == {"Mía", "Nota"}
        assert self.offered(world, "indicator:IND.A") == {"Mía", "Nota"}
        assert self.offered(world, "unit:GMU") == {"Mía", "Nota"}
        assert self.offered(world, f"guideline:{world.tree.guidelines[0].code}") == {"Mía", "Nota", "De otra"}
        assert self.offered(world, f"action:{world.tree.actions[0].code}") == {"Mía", "Nota", "De otra"}
        assert self.offered(world, "") == {"Mía", "Nota", "De otra"}

    @pytest.mark.parametrize("key", ["activity:NADA", "planet:X", "indicator", "unit:"])
    def test_an_unknown_subject(self, world, key):
        with pytest.raises(LookupError):
            subject_from(world.plan, key)

    def test_evidence_of_another_part_is_left_out(self, world, evidence):
        about = subject_from(world.plan, "indicator:IND.A")
        both = [evidence["mine"].pk, evidence["other"].pk, evidence["withdrawn"].pk]
        finding = add_finding(evaluation=world.draft, text="Se cumplió.", subject=about, evidence=both, by=world.bruno)
        assert list(finding.evidence.all()) == [evidence["mine"]]
        assert subject_of(finding) == Subject("indicator", world.mine)

    def test_changing_moves_it_to_another_subject(self, world):
        finding = add_finding(
            evaluation=world.draft, text="A", subject=subject_from(world.plan, "unit:GMU"), by=world.bruno
        )
        about = subject_from(world.plan, f"activity:{world.tree.activity.code}")
        change_finding(finding=finding, text="B", subject=about, evidence=[], seen=1, by=world.berta)
        now = Finding.objects.get()
        assert (now.text, now.unit, now.activity, now.written_by) == ("B", None, world.tree.activity, world.berta)

    def test_what_somebody_else_changed_is_not_overwritten_nor_removed(self, world):
        finding = add_finding(evaluation=world.draft, text="A", by=world.bruno)
        change_finding(finding=finding, text="B", subject=None, evidence=[], seen=1, by=world.berta)
        with pytest.raises(FindingChanged) as changed:
            change_finding(finding=finding, text="C", subject=None, evidence=[], seen=1, by=world.bruno)
        assert changed.value.now.text == "B"
        with pytest.raises(FindingChanged):
            remove_finding(finding=finding, seen=1, by=world.bruno)
        remove_finding(finding=finding, seen=2, by=world.bruno)
        assert not world.draft.findings.exists()

    def test_an_empty_one_is_refused(self, world):
        with pytest.raises(WritingRefused, match="Escriba"):
            add_finding(evaluation=world.draft, text=" ", by=world.bruno)

    def test_only_the_coordination_and_only_in_a_draft(self, world):
        with pytest.raises(WritingRefused, match="coordinación"):
            add_finding(evaluation=world.draft, text="No.", by=world.pia)
        finding = add_finding(evaluation=world.draft, text="Sí.", by=world.bruno)
        world.close()
        with pytest.raises(WritingRefused, match="cerró"):
            remove_finding(finding=finding, seen=1, by=world.bruno)

    def test_the_record_says_about_what_and_by_which_evidence(self, world, evidence):
        about = subject_from(world.plan, "unit:GMU")
        chosen = [evidence["mine"].pk, evidence["link"].pk]
        add_finding(evaluation=world.draft, text="Cumple.", subject=about, evidence=chosen, by=world.bruno)
        add_finding(evaluation=world.draft, text="En todo el plan.", by=world.bruno)
        first, second = world.close().frozen["findings"]
        assert first["about"] == {"level": "unit", "code": "GMU", "name": world.unit.name}
        assert [(each["title"], each["url"], each["period"], each["indicator"]) for each in first["evidence"]] == [
            ("Mía", "", "2022-1", "IND.A"),
            ("Nota", "https://example.org/nota", "2022-1", "IND.A"),
        ]
        assert first["evidence"][0]["sha256"] == evidence["mine"].sha256
        assert second == {"text": "En todo el plan.", "about": None, "evidence": []}

    def test_a_new_version_begins_with_them_and_leaves_the_old_ones_alone(self, world, evidence):
        about = subject_from(world.plan, "indicator:IND.A")
        add_finding(evaluation=world.draft, text="A", subject=about, evidence=[evidence["mine"].pk], by=world.bruno)
        world.write("Contexto.")
        closed = world.close()
        draft = open_evaluation(plan=world.plan, year=2022, by=world.bruno, reason="Una corrección.")
        taken = draft.findings.get()
        assert (taken.text, taken.indicator, list(taken.evidence.all())) == ("A", world.mine, [evidence["mine"]])
        assert draft.sections.get(kind=KIND).text == "Contexto."
        change_finding(finding=taken, text="B", subject=about, evidence=[], seen=0, by=world.bruno)
        assert closed.findings.get().text == "A"
        assert closed.findings.get().evidence.count() == 1


class TestClosing:
    def test_each_obstacle_says_where_it_is_mended(self, world):
        world.plan.periods.filter(code="2022-2").update(state="open", closed_on=None)
        world.write("Contexto.")
        found = {each.about: each.items for each in obstacles(world.draft)}
        assert found["periods"] == ("2022-2",)
        assert "summary" in found["sections"]
        assert KIND not in found["sections"]

    def test_of_two_who_close_one_wins_and_the_other_is_told(self, world):
        stale = Evaluation.objects.get(pk=world.draft.pk)
        closed = world.close()
        with pytest.raises(EvaluationRefused, match="la cerró Bruno Salas"):
            close_evaluation(stale, by=world.berta, texts_may_be_empty=True)
        closed.refresh_from_db()
        assert closed.closed_by == world.bruno


@pytest.mark.django_db(transaction=True)
def test_of_two_texts_in_the_same_instant_none_is_lost(world):
    def press(author) -> bool:
        try:
            return world.write(f"De {author}.", by=author, seen=0).conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        conflicts = list(both.map(press, [world.bruno, world.berta]))
    assert sorted(conflicts) == [False, True]
    winner = world.bruno if conflicts[1] else world.berta
    assert (world.section.text, world.section.revision) == (f"De {winner}.", 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_closings_in_the_same_instant_one_counts_and_the_other_is_told(world):
    def press(coordinator) -> str:
        try:
            close_evaluation(world.draft, by=coordinator, texts_may_be_empty=True)
        except EvaluationRefused as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(press, [world.bruno, world.berta]))
    world.draft.refresh_from_db()
    (told,) = [answer for answer in answers if answer]
    assert f"la cerró {world.draft.closed_by}" in told


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_it_closes_is_in_the_record_or_refused(world):
    def write() -> str:
        try:
            world.write("A última hora.", by=world.berta, seen=0)
        except WritingRefused:
            return ""
        finally:
            connection.close()
        return "A última hora."

    def close() -> str:
        try:
            return world.close().frozen["sections"][KIND]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        written, frozen = both.submit(write), both.submit(close)
        assert written.result() == frozen.result() == world.section.text
