"""The activity log: what each record tells, who reads it, its pages without gaps or doubles, its files."""

import csv
import datetime as dt
import io
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from institution import clock
from institution.audit import note
from institution.delimited import guarded
from institution.invitations import accept, revoke
from institution.models import Act, Designation, Role
from institution.posts import end_post
from monitoring import evidencing, observing, workflow
from monitoring.activity import Choice, Kind, all_entries, load_log
from monitoring.activity.entry import Key
from monitoring.activity.log import SOURCES
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.exports.log import BYTE_ORDER_MARK
from monitoring.models import Commitment, Submission
from monitoring.periods import add_day_off, close_period, drop_day_off, extend, left_open, reopen_period
from monitoring.recording import record
from monitoring.reprogramming import reprogram
from plans.models import Activity, ApprovalStep, Indicator, LibraryItem, Target
from tests.factories import (
    PASSWORD,
    make_activity,
    make_designation,
    make_evidence,
    make_indicator,
    make_invitation,
    make_people,
    make_plan,
    make_result,
    make_revision,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
ROOT = "/planes/lima"


@pytest.fixture
def world():
    plan = make_plan(code="lima", closed_up_to="2022-1", open_period="2022-2", requires_signoff=False)
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    people = make_people(unit)
    tree = make_tree(plan, lead_unit=unit)
    indicator = make_indicator(
        tree.activity, code="IND.01", name="Talleres", unit=unit, targets={"2022-1": 4, "2022-2": 4}
    )
    return SimpleNamespace(plan=plan, unit=unit, people=people, tree=tree, indicator=indicator)


def log(world, **chosen) -> list:
    return list(
        all_entries(world.plan, world.people.bruno, Choice.of({name: str(value) for name, value in chosen.items()}))
    )


def last(world, kind: Kind):
    """The newest line of a kind as who, in which capacity, act, subject, where, what changed."""
    entry = log(world, tipo=kind)[0]
    changed = [(each.label, each.old, each.new) for each in entry.told.differences]
    return str(entry.by or ""), entry.capacity, entry.told.act, entry.told.subject, entry.told.url, changed


def sign(row, user):
    row._history_user = user
    row.save()


ALICIA, BRUNO = ("Alicia Rojas", "Enlace técnico GMU"), ("Bruno Salas", "Coordinación GPV")


def sent(world):
    """A report that Alicia filled in and sent."""
    alicia = world.people.alicia
    submission = workflow.start(unit=world.unit, period=world.plan.periods.get(code="2022-2"), by=alicia)
    typed = {"value": "3", "no_evidence_reason": "Se perdió."}
    record(submission=submission, indicator=world.indicator, typed=typed, seen={}, by=alicia)
    return workflow.take(submission, "submit", by=alicia)


# --- What each record tells -------------------------------------------------------------------------------------------


def test_the_steps_of_a_report(world):
    report = f"{ROOT}/reportes/2022-2/GMU/"
    sent(world)
    change = [("Estado", "Borrador", "Enviado")]
    assert last(world, Kind.REPORTS) == (*ALICIA, "Enviar el reporte", "GMU 2022-2", report, change)
    # What was sent first is told by that event, not once more for each result.
    assert log(world, tipo=Kind.RESULTS) == []


def test_a_corrected_result(world):
    submission = sent(world)
    observing.observe(submission=submission, text="¿Tres?", by=world.people.bruno)
    workflow.take(submission, "return", by=world.people.bruno)
    typed, seen = {"value": "1234.5", "note": "Eran más."}, {"value": "3"}
    record(submission=submission, indicator=world.indicator, typed=typed, seen=seen, by=world.people.alicia)
    entry = log(world, tipo=Kind.RESULTS)[0]
    assert entry.told.url == f"{ROOT}/reportes/2022-2/GMU/#i{world.indicator.pk}"
    assert entry.told.subject == "GMU 2022-2 · IND.01"
    assert [(each.label, each.old, each.new) for each in entry.told.differences] == [
        ("Valor obtenido", "3", "1,234.5"),
        ("Nota", "–", "Eran más."),
    ]


def test_observations_answers_and_their_end(world):
    submission = sent(world)
    thread = observing.observe(submission=submission, text="¿Tres?", by=world.people.bruno)
    place = f"{ROOT}/reportes/2022-2/GMU/#o{thread.pk}"
    assert last(world, Kind.OBSERVATIONS) == (*BRUNO, "Observó", "GMU 2022-2", place, [])
    workflow.take(submission, "return", by=world.people.bruno)
    observing.reply(observation=thread, text="Sí.", by=world.people.alicia)
    assert last(world, Kind.OBSERVATIONS)[:3] == (*ALICIA, "Respondió una observación")
    workflow.take(submission, "submit", by=world.people.alicia)
    observing.resolve(observation=thread, by=world.people.bruno)
    told = last(world, Kind.OBSERVATIONS)
    assert told[:3] == (*BRUNO, "Dio por resuelta una observación")
    assert told[5] == [("Estado", "abierta", "resuelta")]
    assert [entry.told.why for entry in log(world, tipo=Kind.OBSERVATIONS)] == ["¿Tres?", "Sí.", "¿Tres?"]


def test_evidence_attached_and_withdrawn(world):
    result = make_result(world.indicator, "2022-2", 3, state=Submission.State.DRAFT, by=world.people.alicia)
    evidence = make_evidence(result, "Padrón", file_name="padron.pdf")
    place = f"{ROOT}/reportes/2022-2/GMU/#i{world.indicator.pk}"
    change = [("Medio de verificación", "–", "Padrón (padron.pdf)")]
    told = (*ALICIA, "Adjuntó un medio de verificación", "GMU 2022-2 · IND.01", place, change)
    assert last(world, Kind.EVIDENCE) == told
    evidencing.withdraw(evidence=evidence, by=world.people.alicia)
    told = last(world, Kind.EVIDENCE)
    assert told[:3] == (*ALICIA, "Retiró un medio de verificación")
    assert told[5] == [("Medio de verificación", "Padrón (padron.pdf)", "–")]


def test_semesters_and_extensions(world):
    bruno, where = world.people.bruno, f"{ROOT}/semestres/"
    period = reopen_period(period=world.plan.periods.get(code="2022-1"), reason="Llegó un acta", by=bruno)
    told = ("Reabrió el semestre", "2022-1", where, [("Estado", "Cerrado", "En curso")])
    assert last(world, Kind.DEADLINES) == (*BRUNO, *told)
    assert log(world, tipo=Kind.DEADLINES)[0].told.why == "Llegó un acta"
    close_period(period=period, by=bruno, seen=left_open(period).mark)
    told = ("Cerró el semestre", "2022-1", where, [("Estado", "En curso", "Cerrado")])
    assert last(world, Kind.DEADLINES) == (*BRUNO, *told)
    period = world.plan.periods.get(code="2022-2")
    first, second = clock.today() + dt.timedelta(days=5), clock.today() + dt.timedelta(days=9)
    for day in (first, second):
        extend(unit=world.unit, period=period, due_on=day, reason="Cambio de sistema", by=world.people.bruno)
    newest, before = log(world, tipo=Kind.DEADLINES)[:2]
    day = "%d/%m/%Y"
    assert newest.told.act == "Amplió el plazo"
    assert newest.told.why == "Cambio de sistema"
    assert newest.told.differences[0].old == before.told.differences[0].new != f"{period.due_on:{day}}"
    assert (str(newest.by), newest.capacity, newest.told.unit) == (*BRUNO, "GMU")


def test_a_reprogramming_is_told_once(world):
    reprogram(
        indicator=world.indicator,
        period="2022-2",
        value=6,
        reason="correction",
        document_kind="Memorando",
        document_number="7",
        document_date=clock.today(),
        by=world.people.bruno,
    )
    lines = [entry for entry in log(world, tipo=Kind.TARGETS) if entry.by == world.people.bruno]
    assert [entry.told.act for entry in lines] == ["Reprogramó la meta"]
    (change,) = lines[0].told.differences
    assert (change.label, change.old, change.new) == ("Meta de 2022-2", "4", "6")
    assert lines[0].told.why == "Corrección. Memorando 7"
    assert lines[0].told.url == f"{ROOT}/indicadores/IND.01/"


def test_a_target_changed_outside_a_reprogramming_is_told_by_its_history(world):
    target = Target.objects.get(indicator=world.indicator, period="2022-1")
    target.value = 9
    sign(target, world.people.bruno)
    told = last(world, Kind.TARGETS)
    assert told[:4] == (*BRUNO, "Cambio de meta física", "IND.01 · 2022-1")
    assert told[5] == [("Meta", "4", "9")]
    target._history_user = world.people.bruno
    target.delete()
    assert last(world, Kind.TARGETS)[2:] == (
        "Eliminación de meta física",
        "IND.01 · 2022-1",
        "",
        [("Meta física", "9", "–")],
    )


def test_plan_nodes_and_indicators(world):
    activity, bruno = world.tree.activity, world.people.bruno
    activity.lead_unit, activity.gender_focus = make_unit("GDE"), True
    sign(activity, bruno)
    assert last(world, Kind.PLAN) == (
        *BRUNO,
        "Cambio de actividad",
        "ACT.01.01.01 Actividad ACT.01.01.01",
        f"{ROOT}/nodos/ACT.01.01.01/",
        [("Enfoque de género", "no", "sí"), ("Unidad que conduce", "GMU · Gerencia de la Mujer", "GDE · Gerencia GDE")],
    )
    activity.supporting_units.add(world.unit)
    assert last(world, Kind.PLAN)[5] == [("Unidades que apoyan", "–", "GMU · Gerencia de la Mujer")]
    indicator = Indicator.objects.get(pk=world.indicator.pk)
    indicator.accumulation, indicator.baseline = "last", 2
    sign(indicator, bruno)
    assert last(world, Kind.PLAN)[5] == [("Acumulación", "Se suma", "Último valor"), ("Línea de base", "ND", "2")]
    world.plan.requires_signoff = True
    sign(world.plan, bruno)
    assert last(world, Kind.PLAN)[3:] == (
        "Plan de Movilidad Humana",
        f"{ROOT}/",
        [("La gerencia da su visto bueno", "no", "sí")],
    )
    other = make_activity(world.tree.actions[0], "ACT.X")
    Activity.objects.get(pk=other.pk).delete()
    assert last(world, Kind.PLAN)[2:5] == ("Eliminación de actividad", "ACT.X Actividad ACT.X", "")


def test_who_answers(world):
    tenure = world.indicator.responsibilities.get()
    assert last(world, Kind.RESPONSIBILITIES)[2:] == (
        "Creación de responsabilidad",
        "IND.01",
        f"{ROOT}/indicadores/IND.01/",
        [("Responsabilidad", "–", "GMU desde 2022-1")],
    )
    tenure.until_period = "2022-2"
    sign(tenure, world.people.bruno)
    assert last(world, Kind.RESPONSIBILITIES)[5] == [("Hasta", "–", "2022-2")]


def test_evaluations_and_commitments(world):
    world.plan.periods.filter(code="2022-2").update(state="closed", closed_on=clock.today())
    evaluation = open_evaluation(plan=world.plan, year=2022, by=world.people.bruno)
    close_evaluation(evaluation, by=world.people.bruno, texts_may_be_empty=True)
    acts = {entry.told.act: entry for entry in log(world, tipo=Kind.EVALUATIONS)}
    assert {"Abrió la evaluación", "Cerró la evaluación", "Creación de sección"} <= set(acts)
    assert acts["Cerró la evaluación"].told.subject == "Evaluación 2022, versión 1"
    assert acts["Cerró la evaluación"].told.evaluation == 2022
    assert str(acts["Cerró la evaluación"].by) == "Bruno Salas"
    commitment = Commitment.objects.create(
        evaluation=evaluation, recommendation="Reservar", responsible_unit=world.unit, due_on=clock.today()
    )
    commitment.state = Commitment.State.DONE
    sign(commitment, world.people.bruno)
    assert last(world, Kind.EVALUATIONS)[2:6] == (
        "Cambio de compromiso de mejora",
        "Reservar",
        "",
        [("Estado", "Pendiente", "Cumplido")],
    )


def test_invitations_and_posts(world):
    def acts() -> list[tuple[str, str]]:
        return [(entry.told.act, str(entry.by or "")) for entry in log(world, tipo=Kind.PEOPLE)]

    issued, other = make_invitation(by=world.people.bruno), make_invitation("x@example.org", by=world.people.bruno)
    accept(token=issued.link, full_name="Nora Díaz", password=PASSWORD)
    revoke(invitation=other.invitation, by=world.people.bruno)
    told = acts()
    assert told.count(("Invitó", "Bruno Salas")) == 2
    assert ("Aceptó la invitación", "Nora Díaz") in told
    assert ("Anuló la invitación", "Bruno Salas") in told
    assert ("Empezó la designación", "Nora Díaz") in told
    Designation.objects.filter(user__full_name="Nora Díaz").update(ends_on=clock.today() + dt.timedelta(days=1))
    assert ("Terminó la designación", "") not in acts()
    Designation.objects.filter(user__full_name="Alicia Rojas").update(ends_on=clock.today())
    assert ("Terminó la designación", "") in acts()


def test_who_began_and_ended_a_post(world):
    def told(person) -> list[tuple[str, str, str]]:
        lines = log(world, tipo=Kind.PEOPLE, persona=person.pk)
        return [
            (entry.told.act, entry.told.subject, entry.told.why) for entry in lines if "ó la desi" in entry.told.act
        ]

    bruno, boss = world.people.bruno, make_user("Ema Quispe")
    make_designation(boss, make_unit("GPV"), Role.COORDINATOR)
    post = make_designation(make_user("Nora Díaz"), world.unit, Role.VIEWER, document="RA 1")
    post.history.update(history_user=bruno)
    # Another day was written in between.
    for by, days in ((bruno, 2), (bruno, 1), (boss, 0)):
        end_post(designation=post, ends_on=clock.today() + dt.timedelta(days=days), reason="RA 2", by=by)
    subject = "Nora Díaz · Lectura GMU"
    assert told(boss) == [("Terminó la designación", subject, "RA 2")]
    assert told(bruno) == [("Empezó la designación", subject, "RA 1")]
    # What has no history was written by nobody that is known.
    Designation.history.all().delete()
    assert told(boss) == told(bruno) == []
    assert ("Empezó la designación", None) in [(entry.told.act, entry.by) for entry in log(world, tipo=Kind.PEOPLE)]


def test_days_off(world):
    bruno, day = world.people.bruno, dt.date(2025, 1, 17)
    row = add_day_off(government=world.plan.government, day=day, reason="Aniversario", by=bruno)
    where = f"{ROOT}/semestres/"
    told = ("día no laborable", "17 ene. 2025: Aniversario")
    assert last(world, Kind.DEADLINES) == (*BRUNO, f"Creación de {told[0]}", told[1], where, [])
    drop_day_off(day_off=row, by=bruno)
    assert last(world, Kind.DEADLINES) == (*BRUNO, f"Eliminación de {told[0]}", told[1], "", [])
    assert len(log(world, tipo=Kind.DEADLINES, persona=bruno.pk)) == 2


def test_a_link_leads_to_what_the_thing_is_called_today(world):
    """A line tells the code of then, and opens the page of now; what is gone has no page."""
    gone = make_activity(world.tree.actions[0], "ACT.X", world.unit)
    for row, name in ((world.tree.activity, "code"), (world.indicator, "code"), (world.unit, "acronym")):
        setattr(row, name, "NUEVO")
        sign(row, world.people.bruno)
    Activity.objects.get(pk=gone.pk).delete()
    lines = {(entry.told.act, entry.told.subject): entry.told.url for entry in log(world)}
    assert lines["Creación de actividad", "ACT.01.01.01 Actividad ACT.01.01.01"] == f"{ROOT}/nodos/NUEVO/"
    assert lines["Creación de indicador", "IND.01 Talleres"] == f"{ROOT}/indicadores/NUEVO/"
    assert lines["Creación de unidad orgánica", "GMU · Gerencia de la Mujer"] == f"{ROOT}/gerencias/NUEVO/"
    assert lines["Creación de actividad", "ACT.X Actividad ACT.X"] == ""


def test_what_kind_of_document_it_is_may_change(world):
    item = LibraryItem.objects.create(plan=world.plan, kind="other", title="Nota", url="https://example.org/n")
    item.kind = "minutes"
    sign(item, world.people.bruno)
    assert last(world, Kind.PLAN)[2:] == (
        "Cambio de documento de la biblioteca",
        "Nota",
        f"{ROOT}/biblioteca/",
        [("Tipo", "Otro", "Acta")],
    )


def test_in_which_capacity_is_that_of_the_day(world):
    bruno = world.people.bruno
    bruno.designations.update(ends_on=dt.date(2023, 1, 31))
    make_designation(bruno, make_unit("GDE"), Role.VIEWER, starts_on=dt.date(2024, 1, 1))
    make_revision(world.indicator, "2022-2", 4, 5, by=bruno, entered_on=dt.date(2022, 6, 1))
    make_revision(world.indicator, "2022-2", 5, 6, by=bruno, entered_on=dt.date(2023, 6, 1))
    make_revision(world.indicator, "2022-2", 6, 7, by=bruno, entered_on=dt.date(2024, 6, 1))
    assert [entry.capacity for entry in log(world, tipo=Kind.TARGETS, persona=bruno.pk)] == [
        "Lectura GDE",
        "",
        "Coordinación GPV",
    ]


# --- What was chosen --------------------------------------------------------------------------------------------------


def test_by_person_unit_code_and_days(world):
    other = make_indicator(make_activity(world.tree.actions[0], "ACT.02", make_unit("GDE")), code="IND.02")
    make_revision(world.indicator, "2022-2", 4, 5, by=world.people.bruno, entered_on=dt.date(2024, 2, 2))
    make_revision(other, "2022-2", None, 5, by=world.people.alicia, entered_on=dt.date(2024, 3, 3))

    def revised(**chosen) -> list[str]:
        acts = [entry for entry in log(world, tipo=Kind.TARGETS, **chosen) if entry.told.act == "Reprogramó la meta"]
        return [entry.told.subject[:6] for entry in acts]

    assert revised() == ["IND.02", "IND.01"]
    assert revised(persona=world.people.bruno.pk) == ["IND.01"]
    assert revised(gerencia="GMU") == ["IND.01"]
    assert revised(gerencia="NADA") == []
    assert revised(codigo="IND.02") == ["IND.02"]
    assert revised(codigo="ACT.01.01.01") == ["IND.01"]
    assert revised(codigo="AE.01.01") == revised(codigo="L.01") == ["IND.02", "IND.01"]
    assert revised(desde="2024-02-03") == revised(desde="2024-03-03") == ["IND.02"]
    assert revised(hasta="2024-02-02") == revised(desde="2024-02-02", hasta="2024-03-02") == ["IND.01"]
    assert {entry.told.subject[:6] for entry in log(world, tipo=Kind.PLAN, codigo="ACT.02")} == {"ACT.02", "IND.02"}


def test_days_are_those_of_lima(world):
    """Seven in the evening in Lima is the next day in Greenwich."""
    late = timezone.make_aware(dt.datetime(2024, 5, 5, 23, 30))
    make_evidence(make_result(world.indicator, "2022-1", 3), uploaded_at=late)
    assert len(log(world, tipo=Kind.EVIDENCE, desde="2024-05-05", hasta="2024-05-05")) == 1
    assert (
        log(world, tipo=Kind.EVIDENCE, desde="2024-05-06") == log(world, tipo=Kind.EVIDENCE, hasta="2024-05-04") == []
    )


@pytest.mark.parametrize(
    "address",
    [
        {"antes": "x"},
        {"antes": "99999999T000000.0-1-1"},
        {"antes": "00010101T000000.0-1-1"},
        {"antes": f"20240101T000000.0-1-{'9' * 30}"},
        {"desde": "0001-01-01", "hasta": "9999-12-31"},
        {"desde": "ayer", "persona": "yo", "tipo": "otro"},
        {"persona": "9" * 40},
    ],
)
def test_any_address_is_answered(world, address):
    client = Client()
    client.force_login(world.people.bruno)
    assert client.get(f"{ROOT}/bitacora/", address).status_code == 200


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_place_in_the_pages_is_read_as_it_was_written():
    key = Key(timezone.make_aware(dt.datetime(2024, 5, 5, 23, 30, 1, 7)), 3, 44)
    assert Key.read(str(key)) == key


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    days=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 0, 12])), min_size=1, max_size=8),
    size=st.integers(1, 7),
)
def test_pages_have_no_gaps_and_no_doubles(world, days, size):
    """Whatever falls on the same moment, on midnight or on the same day, from whatever record."""
    result = (
        make_result(world.indicator, "2022-1", 3, unit=world.unit) if not world.indicator.results.exists() else None
    )
    result = result or world.indicator.results.get()
    result.evidence.all().delete()
    world.indicator.revisions.all().delete()
    for day, hour in days:
        moment = timezone.make_aware(dt.datetime(2024, 5, 5 + day, hour))
        make_evidence(result, url="https://example.org/", uploaded_at=moment)
        make_revision(world.indicator, "2022-2", 1 + hour, 2 + hour, entered_on=moment.date(), by=world.people.bruno)
    whole = load_log(world.plan, world.people.bruno, Choice(), limit=1000)
    assert whole.older is None
    keys = [entry.key for entry in whole.entries]
    assert keys == sorted(set(keys), reverse=True)
    assert [entry.key for entry in all_entries(world.plan, world.people.bruno, Choice(), piece=size)] == keys


class TestAccesses:
    """Who came in, what was read and taken away: only where it is asked for."""

    def test_of_this_plan_and_of_its_governments_people(self, world):
        note(Act.SIGNED_IN, user=world.people.alicia)
        note(Act.SIGN_IN_FAILED, typed=world.people.alicia.email)
        note(Act.DOWNLOADED, user=world.people.alicia, plan="lima", subject="plan.xlsx")
        note(Act.SIGNED_IN, user=make_user("Ana de Otro Lugar", "ana@example.org"))
        note(Act.SIGN_IN_FAILED, typed="nadie@example.org")
        note(Act.DOWNLOADED, user=world.people.alicia, plan="otro", subject="plan.xlsx")
        told = [(str(each.by or ""), each.told.act, each.told.subject, each.told.who) for each in accesses(world)]
        assert told == [
            ("Alicia Rojas", "Descargó un archivo", "plan.xlsx", ""),
            ("", "Intentó ingresar y no pudo", "", "alicia@example.org"),
            ("Alicia Rojas", "Ingresó", "", ""),
        ]

    def test_is_left_out_where_it_is_not_asked_for(self, world):
        note(Act.DOWNLOADED, user=world.people.alicia, plan="lima", subject="plan.xlsx")
        assert Kind.ACCESS not in {entry.kind for entry in log(world)}
        assert Kind.ACCESS not in {entry.kind for entry in log(world, persona=world.people.alicia.pk)}

    def test_is_found_by_person_and_unit(self, world):
        note(Act.DOWNLOADED, user=world.people.alicia, plan="lima", unit="GMU", subject="uno")
        note(Act.DOWNLOADED, user=world.people.bruno, plan="lima", subject="dos")
        assert [each.told.subject for each in accesses(world, gerencia="GMU")] == ["uno"]
        assert [each.told.subject for each in accesses(world, persona=world.people.bruno.pk)] == ["dos"]
        assert accesses(world, codigo="IND.01") == []

    def test_queries_do_not_grow(self, world):
        note(Act.DOWNLOADED, user=world.people.alicia, plan="lima", subject="uno")
        few = queries(world, tipo=Kind.ACCESS)
        for _ in range(20):
            note(Act.DOWNLOADED, user=world.people.alicia, plan="lima", subject="otro")
        assert queries(world, tipo=Kind.ACCESS) == few


def accesses(world, **chosen) -> list:
    return log(world, tipo=Kind.ACCESS, **chosen)


def queries(world, **chosen) -> int:
    client = Client()
    client.force_login(world.people.bruno)
    client.get(f"{ROOT}/bitacora/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{ROOT}/bitacora/", chosen).status_code == 200
    return len(captured)


def test_queries_do_not_grow(world):
    result = make_result(world.indicator, "2022-1", 3, by=world.people.alicia)

    def add(count: int) -> None:
        for _ in range(count):
            make_evidence(result, url="https://example.org/")
            indicator = make_indicator(world.tree.activity, unit=world.unit, targets={"2022-1": 3})
            indicator.name = "Otro"
            sign(indicator, world.people.bruno)

    add(1)
    few = {kind: queries(world, tipo=kind) for kind in (Kind.EVIDENCE, Kind.PLAN, Kind.TARGETS)}
    add(20)
    assert few == {kind: queries(world, tipo=kind) for kind in few}
    # Session, person, plan, whether it may be read, and the drafts too, posts for the header; persons, units and codes
    # to choose from; evidence attached and withdrawn; those who acted and their posts.
    assert few[Kind.EVIDENCE] == 6 + 3 + 2 + 2
    # Of all kinds, one for each source; then, of what stands on the page only, what the rows said before, where they
    # are seen today, and links.
    assert queries(world) <= 6 + 3 + len(SOURCES) + 3 * 11 + 3 + 2


# --- Who reads it, and the files --------------------------------------------------------------------------------------


def test_it_is_for_coordination_and_planning(world):
    planner, viewer = make_user(), make_user()
    make_designation(planner, make_unit("GP"), Role.PLANNER)
    make_designation(viewer, make_unit("GP"), Role.VIEWER)
    people = world.people
    for user, status in ((people.bruno, 200), (planner, 200), (people.alicia, 404), (viewer, 404), (people.carla, 404)):
        client = Client()
        client.force_login(user)
        for page in ("", "csv/", "xlsx/"):
            answer = client.get(f"{ROOT}/bitacora/{page}")
            assert answer.status_code == status
            if answer.streaming:
                answer.getvalue()
    client.force_login(people.bruno)
    assert client.get(f"{ROOT}/bitacora/pdf/").status_code == 404


def test_a_draft_of_an_evaluation_is_read_by_coordination_and_planning(world):
    """As on the pages of the evaluations: planning checks the method while it is written."""
    bruno, planner = world.people.bruno, make_user()
    make_designation(planner, make_unit("GP"), Role.PLANNER)
    world.plan.periods.filter(code="2022-2").update(state="closed", closed_on=clock.today())

    def read(user) -> list[str]:
        """What the page and both files say."""
        client = Client()
        client.force_login(user)
        chosen = {"tipo": "evaluaciones"}
        sheet = load_workbook(io.BytesIO(client.get(f"{ROOT}/bitacora/xlsx/", chosen).getvalue())).active
        return [
            client.get(f"{ROOT}/bitacora/", chosen).content.decode(),
            client.get(f"{ROOT}/bitacora/csv/", chosen).getvalue().decode(),
            str(list(sheet.values)),
        ]

    closed = open_evaluation(plan=world.plan, year=2022, by=bruno)
    close_evaluation(closed, by=bruno, texts_may_be_empty=True)
    draft = open_evaluation(plan=world.plan, year=2022, by=bruno, reason="Motivo por revisar")
    section = draft.sections.first()
    section.text = "Texto por revisar"
    sign(section, bruno)
    Commitment.objects.create(
        evaluation=draft, recommendation="Compromiso por revisar", responsible_unit=world.unit, due_on=clock.today()
    )
    secrets = ("versión 2", "Motivo por revisar", "Texto por revisar", "Compromiso por revisar")
    for text in read(bruno):
        assert all(secret in text for secret in secrets)
    for text in read(planner):
        assert all(secret in text for secret in secrets)
        assert "Cerró la evaluación" in text


def test_activity_log_page_shows_what_was_chosen(world):
    make_revision(world.indicator, "2022-2", 4, 5, by=world.people.bruno)
    client = Client()
    client.force_login(world.people.bruno)
    page = client.get(f"{ROOT}/bitacora/", {"tipo": "metas", "gerencia": "GMU"}).content.decode()
    assert "<del>4</del> → <ins>5</ins>" in page
    assert "Coordinación GPV" in page
    assert f'href="{ROOT}/bitacora/csv/?gerencia=GMU&amp;tipo=metas"' in page
    assert "Nada coincide" in client.get(f"{ROOT}/bitacora/", {"gerencia": "NADA"}).content.decode()


def download(world, form: str, **chosen) -> bytes:
    client = Client()
    client.force_login(world.people.bruno)
    return client.get(f"{ROOT}/bitacora/{form}/", chosen).getvalue()


def as_table(entries) -> list[list[str]]:
    """What the page says, one row for each field that changed."""
    return [
        [
            f"{entry.at:%Y-%m-%d}",
            "" if entry.is_day else f"{entry.at:%H:%M}",
            str(entry.by or ""),
            entry.capacity,
            str(entry.kind.label),
            entry.told.act,
            entry.told.subject,
            entry.told.unit,
            *changed,
            entry.told.why,
        ]
        for entry in entries
        for changed in [[each.label, each.old, each.new] for each in entry.told.differences] or [["", "", ""]]
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_copy_of_a_file_stays_on_the_way(world, form):
    client = Client()
    client.force_login(world.people.bruno)
    answer = client.get(f"{ROOT}/bitacora/{form}/")
    answer.getvalue()
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == f'attachment; filename="bitacora-lima-{clock.today()}.{form}"'


@pytest.mark.parametrize("chosen", [{}, {"tipo": "metas"}, {"gerencia": "GMU"}])
def test_the_files_say_what_the_page_says(world, chosen):
    sent(world)
    make_revision(world.indicator, "2022-2", 4, 1234, by=world.people.bruno)
    expected = as_table(load_log(world.plan, world.people.bruno, Choice.of(chosen), limit=1000).entries)
    assert expected
    text = download(world, "csv", **chosen).decode()
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(io.StringIO(text[1:])))[1:] == expected
    sheet = load_workbook(io.BytesIO(download(world, "xlsx", **chosen))).active
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [[f"{day:%Y-%m-%d}", *rest] for day, *rest in rows] == expected


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_a_formula_is_text_in_both_files(world, text):
    assert guarded(text) == f"'{text}"
    assert guarded(f"a{text}") == f"a{text}"
    make_revision(world.indicator, "2022-2", 4, 5, by=world.people.bruno)
    extend(
        unit=world.unit,
        period=world.plan.periods.get(code="2022-2"),
        due_on=clock.today() + dt.timedelta(days=5),
        reason="Motivo",
        by=world.people.bruno,
    )
    world.plan.periods.get(code="2022-2").extensions.update(reason=text)
    lines = list(csv.reader(io.StringIO(download(world, "csv", tipo="plazos").decode()[1:])))
    assert lines[1][-1] == f"'{text}"
    sheet = load_workbook(io.BytesIO(download(world, "xlsx", tipo="plazos"))).active
    assert sheet.cell(2, 12).data_type == "s"


def test_a_step_of_the_road_map_is_told_by_its_place_and_name(world):
    step = ApprovalStep.objects.create(plan=world.plan, order=1, name="Opinión legal")
    step.name = "Opinión técnica"
    step.save()
    assert {entry.told.subject for entry in log(world, tipo=Kind.PLAN)} >= {"1. Opinión legal", "1. Opinión técnica"}
