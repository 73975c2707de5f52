"""Commitments: promised in a draft, in force once it is closed, followed up by their unit, across versions too."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role
from monitoring.activity import Choice, load_log
from monitoring.commitment_matrix import load_commitments
from monitoring.commitments import FollowUpRefused, follow_up, telling_period
from monitoring.evaluation import (
    CommitmentChanged,
    WritingRefused,
    add_commitment,
    change_commitment,
    close_evaluation,
    open_evaluation,
    remove_commitment,
)
from monitoring.models import Commitment, CommitmentFollowUp
from monitoring.succession import succeed
from tests.factories import (
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_results,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
DUE = dt.date(2023, 6, 30)
LATER = dt.date(2023, 7, 15)
State = Commitment.State


class World:
    def __init__(self):
        self.unit = make_unit("GMU")
        self.people = make_people(self.unit)
        self.alicia, self.bruno, self.carla = self.people.alicia, self.people.bruno, self.people.carla
        self.plan = make_plan(code="lima", closed_up_to="2022-2", open_period="2023-1")
        indicator = make_indicator(make_tree(self.plan).activity, unit=self.unit, targets={"2022-1": 4, "2022-2": 4})
        make_results(indicator, {"2022-1": 4, "2022-2": 2})
        self.draft = open_evaluation(plan=self.plan, year=2022, by=self.bruno)

    def promise(self, action="Medir los tiempos.", **given):
        fields = {"recommendation": "Atender antes.", "action": action, "unit": self.unit, "due_on": DUE}
        return add_commitment(evaluation=self.draft, by=self.bruno, **fields | given)

    def close(self):
        self.draft = close_evaluation(self.draft, by=self.bruno, texts_may_be_empty=True)

    def supersede(self):
        self.draft = open_evaluation(plan=self.plan, year=2022, by=self.bruno, reason="Un dato cambió.")
        return self.draft.commitments.get()

    def get(self, client, user, name, query="", **more):
        client.force_login(user)
        return client.get(reverse(f"monitoring:{name}", kwargs={"plan": "lima", **more}) + query)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def promised(world):
    commitment = world.promise()
    world.close()
    return Commitment.objects.get(pk=commitment.pk)


class TestInADraft:
    def test_it_is_promised_changed_and_removed(self, world):
        commitment = world.promise()
        told = {"recommendation": "Atender antes.", "action": "Medir y publicar.", "unit": world.unit, "due_on": DUE}
        changed = change_commitment(commitment=commitment, seen=commitment.revision, by=world.bruno, **told)
        assert (changed.action_to_take, changed.revision) == ("Medir y publicar.", 2)
        remove_commitment(commitment=changed, seen=2, by=world.bruno)
        assert not world.draft.commitments.exists()

    def test_who_has_not_read_the_last_revision_overwrites_nothing(self, world):
        commitment = world.promise()
        told = {"recommendation": "Otra.", "action": "Otra cosa.", "unit": world.unit, "due_on": DUE}
        with pytest.raises(CommitmentChanged) as changed:
            change_commitment(commitment=commitment, seen=0, by=world.bruno, **told)
        assert changed.value.now.action_to_take == "Medir los tiempos."
        with pytest.raises(CommitmentChanged):
            remove_commitment(commitment=commitment, seen=0, by=world.bruno)
        assert world.draft.commitments.get().action_to_take == "Medir los tiempos."

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"action": "  "}, "Escriba a qué se compromete"),
            ({"recommendation": ""}, "Escriba la recomendación"),
            ({"due_on": dt.date(2022, 12, 31)}, "posterior a la fecha de corte"),
        ],
    )
    def test_what_is_not_fit_is_refused(self, world, given, why):
        with pytest.raises(WritingRefused, match=why):
            world.promise(**given)
        assert not Commitment.objects.exists()

    def test_a_unit_of_another_government_or_one_that_ends_before_is_refused(self, world):
        with pytest.raises(WritingRefused, match="otro gobierno"):
            world.promise(unit=world.carla.designations.get().unit)
        with pytest.raises(WritingRefused, match="deja de existir"):
            world.promise(unit=make_unit("GX", valid_until=dt.date(2023, 3, 1)))

    def test_only_the_coordination_promises_and_only_in_a_draft(self, world, promised):
        with pytest.raises(WritingRefused, match="cerró esta evaluación"):
            world.promise()
        world.supersede()
        with pytest.raises(WritingRefused, match="Solo la coordinación"):
            add_commitment(
                evaluation=world.draft, recommendation="R", action="A", unit=world.unit, due_on=DUE, by=world.alicia
            )


class TestFollowUp:
    def test_the_unit_tells_and_the_commitment_bears_the_state(self, world, promised):
        told = follow_up(commitment=promised, state=State.DONE, text="Se publicó.", by=world.alicia, on=DUE)
        promised.refresh_from_db()
        assert (promised.state, told.on_behalf, told.period.code) == (State.DONE, False, "2023-1")
        assert promised.history.first().history_user == world.alicia

    def test_the_coordination_tells_in_the_name_of_the_unit(self, world, promised):
        assert follow_up(commitment=promised, state=State.IN_PROGRESS, text="Avanza.", by=world.bruno).on_behalf

    def test_only_the_coordination_says_that_it_lost_its_purpose(self, world, promised):
        with pytest.raises(FollowUpRefused, match="solo la coordinación"):
            follow_up(commitment=promised, state=State.DROPPED, text="Ya no hace falta.", by=world.alicia)
        follow_up(commitment=promised, state=State.DROPPED, text="Ya no hace falta.", by=world.bruno)
        promised.refresh_from_db()
        assert promised.state == State.DROPPED

    def test_strangers_and_readers_tell_nothing(self, world, promised):
        reader = make_user("Rita Luna", "rita@example.org")
        make_designation(reader, world.unit, Role.VIEWER)
        for person in (world.carla, reader):
            with pytest.raises(FollowUpRefused, match="unidad responsable"):
                follow_up(commitment=promised, state=State.DONE, text="Se hizo.", by=person)
        assert not CommitmentFollowUp.objects.exists()

    def test_nothing_said_is_nothing_told(self, world, promised):
        with pytest.raises(FollowUpRefused, match="Escriba qué se hizo"):
            follow_up(commitment=promised, state=State.DONE, text=" ", by=world.alicia)

    def test_a_draft_is_not_in_force_yet(self, world):
        with pytest.raises(FollowUpRefused, match="no está cerrada"):
            follow_up(commitment=world.promise(), state=State.DONE, text="Se hizo.", by=world.alicia)

    def test_the_successors_people_tell_what_the_unit_owed(self, world, promised):
        successor = make_unit("GSC", valid_from=dt.date(2023, 5, 1))
        succeed(unit=world.unit, successor=successor, from_period="2023-1", by=world.bruno, on=dt.date(2023, 5, 2))
        nora = make_user("Nora Díaz", "nora@example.org")
        make_designation(nora, successor, starts_on=dt.date(2023, 5, 1))
        promised.refresh_from_db()
        assert promised.responsible_unit == successor
        told = follow_up(commitment=promised, state=State.IN_PROGRESS, text="Seguimos.", by=nora, on=LATER)
        assert not told.on_behalf

    def test_it_belongs_to_the_open_semester_or_else_to_the_last_closed_one(self, world):
        assert telling_period(world.plan).code == "2023-1"
        world.plan.periods.filter(code="2023-1").update(state="closed", closed_on=LATER)
        assert telling_period(world.plan).code == "2023-1"


class TestAcrossVersions:
    def test_the_new_version_begins_with_what_was_promised(self, world, promised):
        copy = world.supersede()
        assert (copy.continues, copy.action_to_take, copy.due_on) == (promised, "Medir los tiempos.", DUE)

    def test_until_it_closes_the_old_one_is_told_and_then_the_new_one(self, world, promised):
        copy = world.supersede()
        follow_up(commitment=promised, state=State.IN_PROGRESS, text="A la mitad.", by=world.alicia, on=DUE)
        world.close()
        copy.refresh_from_db()
        assert copy.state == State.IN_PROGRESS
        with pytest.raises(FollowUpRefused, match="fue reemplazada"):
            follow_up(commitment=promised, state=State.DONE, text="Listo.", by=world.alicia)
        follow_up(commitment=copy, state=State.DONE, text="Listo.", by=world.alicia, on=LATER)
        (line,) = load_commitments(world.plan, world.alicia)
        assert line.commitment == copy
        assert [each.text for each in line.follow_ups] == ["A la mitad.", "Listo."]

    def test_the_record_tells_it_once_with_everything_told(self, world, promised):
        follow_up(commitment=promised, state=State.IN_PROGRESS, text="A la mitad.", by=world.alicia, on=DUE)
        world.supersede()
        world.close()
        (row,) = world.draft.frozen["commitments"]
        assert (row["unit"], row["state"], row["due_on"]) == ("GMU", "in_progress", "2023-06-30")
        assert row["follow_ups"] == [
            {"period": "2023-1", "state": "in_progress", "text": "A la mitad.", "on": "2023-06-30"}
        ]


class TestPages:
    def test_the_list_tells_state_and_last_word(self, world, promised, client):
        follow_up(commitment=promised, state=State.IN_PROGRESS, text="A la mitad.", by=world.alicia)
        page = world.get(client, world.alicia, "commitment_list").content.decode()
        for told in ("Medir los tiempos.", "En proceso", "vencido", "A la mitad.", "GMU"):
            assert told in page

    def test_it_is_narrowed_and_what_is_not_known_is_said(self, world, client):
        other = make_unit("GDE")
        world.promise(), world.promise("Abrir ferias.", unit=other)
        world.close()
        page = world.get(client, world.alicia, "commitment_list", "?gerencia=GDE").content.decode()
        assert "Abrir ferias." in page
        assert "Medir los tiempos." not in page
        assert "1 de 2" in page
        page = world.get(client, world.alicia, "commitment_list", "?estado=perdido").content.decode()
        assert "Ningún compromiso está en el estado «perdido»" in page

    def test_the_unit_tells_on_its_page(self, world, promised, client):
        client.force_login(world.alicia)
        address = reverse("monitoring:commitment_detail", args=["lima", promised.pk])
        assert "Contar en qué va, semestre 2023-1" in client.get(address).content.decode()
        answer = client.post(address, {"state": "in_progress", "text": ""})
        assert answer.status_code == 422
        answer = client.post(address, {"state": "in_progress", "text": "A la mitad."})
        assert answer.status_code == 302
        assert promised.follow_ups.get().text == "A la mitad."

    def test_whoever_only_reads_gets_no_form_and_may_not_tell(self, world, promised, client):
        reader = make_user("Rita Luna", "rita@example.org")
        make_designation(reader, world.bruno.designations.get().unit, Role.VIEWER)
        answer = world.get(client, reader, "commitment_detail", pk=promised.pk)
        assert "Contar en qué va" not in answer.content.decode()
        told = {"state": "done", "text": "Se hizo."}
        assert client.post(reverse("monitoring:commitment_detail", args=["lima", promised.pk]), told).status_code == 403
        assert world.get(client, world.carla, "commitment_detail", pk=promised.pk).status_code == 404

    def test_the_desks_say_what_waits(self, world, promised, client):
        page = world.get(client, world.alicia, "desk").content.decode()
        assert "Compromisos de mejora de su gerencia" in page
        assert "1 compromiso de mejora está vencido" in world.get(client, world.bruno, "desk").content.decode()
        follow_up(commitment=promised, state=State.DONE, text="Listo.", by=world.alicia)
        assert (
            "Compromisos de mejora"
            not in world.get(client, world.alicia, "desk").content.decode().partition("<main")[2]
        )

    def test_the_log_tells_it(self, world, promised):
        follow_up(commitment=promised, state=State.DONE, text="Se publicó.", by=world.alicia)
        log = load_log(world.plan, world.bruno, Choice(kind="evaluaciones"))
        told = next(entry for entry in log.entries if entry.told.why == "Se publicó.")
        assert (told.by, told.told.unit) == (world.alicia, "GMU")
        assert told.told.url.endswith(f"/compromisos/{promised.pk}/")

    def test_the_workbook_has_dates_and_no_formulas(self, world, client):
        world.promise("=1+1")
        world.close()
        follow_up(commitment=Commitment.objects.get(), state=State.DONE, text="Listo.", by=world.alicia, on=DUE)
        answer = world.get(client, world.alicia, "commitment_workbook")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        heads, row = book["Compromisos"].iter_rows(min_row=4, values_only=True)
        told = dict(zip(heads, row, strict=True))
        assert told["Compromiso"] == "=1+1"
        assert told["Plazo"].date() == DUE
        assert told["Último avance"].date() == DUE
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}

    def test_queries_do_not_grow(self, world, client):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert world.get(client, world.alicia, "commitment_list").status_code == 200
            return len(captured)

        world.promise()
        world.close()
        queries()
        few = queries()
        for number in range(20):
            unit = make_unit(f"G{number}")
            row = Commitment.objects.create(
                evaluation=world.draft, recommendation="R", action_to_take="A", responsible_unit=unit, due_on=DUE
            )
            follow_up(commitment=row, state=State.IN_PROGRESS, text="Avanza.", by=world.bruno)
        assert queries() == few

    def test_the_list_takes_five_queries_and_six_where_a_unit_has_given_way(self, world, django_assert_num_queries):
        world.promise()
        world.close()
        for count in (1, 12):
            for number in range(count):
                unit = make_unit(f"H{count}{number}")
                row = Commitment.objects.create(
                    evaluation=world.draft, recommendation="R", action_to_take="A", responsible_unit=unit, due_on=DUE
                )
                follow_up(commitment=row, state=State.IN_PROGRESS, text="Avanza.", by=world.bruno)
            # Commitments; those they continue; follow-ups; semesters; posts.
            with django_assert_num_queries(5):
                assert len(load_commitments(world.plan, world.alicia)) > count
        unit.successor, unit.valid_until = make_unit("HH"), LATER
        unit.save()
        with django_assert_num_queries(6):  # and the line of succession
            load_commitments(world.plan, world.alicia)
