"""The form on which a unit files its semester, as the server answers it: with scripts and without."""

import json
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role, User
from monitoring.models import Evidence, Result, Submission
from monitoring.observing import observe
from monitoring.recording import RecordingRefused, record, record_memo
from monitoring.workflow import Memo, start, take
from plans.models import Indicator
from tests.factories import (
    PASSWORD,
    make_activity,
    make_designation,
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)
from tests.uploaded import pdf

pytestmark = pytest.mark.django_db
State = Submission.State


@dataclass
class World:
    people: object
    submission: Submission
    people_counted: Indicator
    pooled: Indicator
    head: User

    @property
    def args(self):
        return ["lima", "2022-1", "GMU"]

    def address(self, name, *more):
        return reverse(f"monitoring:{name}", args=[*self.args, *more])

    def key(self, name, indicator=None):
        return f"{(indicator or self.people_counted).pk}-{name}"

    def whole(self):
        """Everything that the report needs to be sent."""
        return {
            self.key("value"): "8",
            self.key("sex::woman"): "5",
            self.key("sex::man"): "3",
            self.key("no_evidence_reason"): "Se perdió en la mudanza",
            self.key("numerator", self.pooled): "0",
            self.key("denominator", self.pooled): "0",
        }


@pytest.fixture
def world():
    plan = make_plan(code="lima", open_period="2022-1", requires_signoff=False)
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    people = make_people(unit)
    tree = make_tree(plan, lead_unit=unit)
    counted = make_indicator(
        tree.activity, unit=unit, targets={"2022-1": 10}, tables=("sex",), counts="people", name="Mujeres formadas"
    )
    pooled = make_indicator(
        tree.activity, unit=unit, targets={"2022-1": 80}, accumulation="pooled", counts="percentage"
    )
    head = make_user("Inés Ríos")
    make_designation(head, unit, Role.HEAD)
    submission = start(unit=unit, period=plan.periods.get(code="2022-1"), by=people.alicia)
    return World(people, submission, counted, pooled, head)


@pytest.fixture
def alicia(world):
    return signed_in(world.people.alicia)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, world, data, **more):
    return client.post(world.address("submission_form"), data | more)


class TestForm:
    def test_shows_what_is_asked_and_what_was_reported_before(self, world, alicia):
        page = alicia.get(world.address("submission_form")).content.decode()
        for text in ("Mujeres formadas", "Meta del semestre", "Sin datos personales", "Enviar el reporte"):
            assert text in page

    def test_saves_everything_that_can_be_saved_and_says_the_rest(self, world, alicia):
        answer = send(alicia, world, world.whole() | {world.key("sex::woman"): "cinco"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "«cinco» no es un número" in page
        assert 'value="cinco"' in page
        assert Result.objects.get(indicator=world.people_counted).value == 8

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("N/A", "«N/A» no es un número"),
            ("ver informe", "«ver informe» no es un número"),
            ("1.234,5", "los decimales van con punto"),
            ("-3", "es negativo"),
            ("3.5", "no es un número entero"),
        ],
    )
    def test_bad_numbers_stay_as_they_were_typed(self, world, alicia, typed, says):
        page = send(alicia, world, {world.key("value"): typed}).content.decode()
        assert says in page
        assert f'value="{typed}"' in page

    def test_a_unit_with_thousands_of_cells_sends_them_all(self, world, alicia):
        """Nine tables of districts for thirty indicators: Django's own limit, 1,000 fields, would answer 400."""
        cells = {f"{world.people_counted.pk}-sex_district:{place}:woman": "" for place in range(6_000)}
        assert send(alicia, world, cells | {world.key("value"): "8"}).status_code == 302
        assert Result.objects.get().value == 8

    def test_a_share_of_a_whole_stops_at_100(self, world, alicia):
        Indicator.objects.filter(pk=world.people_counted.pk).update(counts="percentage")
        page = send(alicia, world, {world.key("value"): "150"}).content.decode()
        assert "«150» pasa de 100 %" in page
        Indicator.objects.filter(pk=world.people_counted.pk).update(numerator_may_exceed=True)
        assert send(alicia, world, {world.key("value"): "150"}).status_code == 302

    def test_what_is_wrong_is_not_done_whatever_was_saved_before(self, world, alicia):
        assert send(alicia, world, world.whole()).status_code == 302
        assert "2</span> de 2 indicadores listos" in alicia.get(world.address("submission_form")).content.decode()
        page = send(alicia, world, {world.key("value"): "N/A"}, step="submit").content.decode()
        assert "1</span> de 2 indicadores listos" in page
        assert "por corregir" in page
        assert "El reporte no salió" in page
        assert world.submission.events.filter(step="submit").count() == 0

    def test_a_report_not_begun_leads_to_where_it_is_begun(self, world, alicia):
        Submission.objects.all().delete()
        answer = alicia.get(world.address("submission_form"))
        assert (answer.status_code, answer["Location"]) == (302, world.address("submission_detail"))

    def test_thousands_are_understood(self, world, alicia):
        assert send(alicia, world, {world.key("value"): "1,234"}).status_code == 302
        assert Result.objects.get().value == 1234

    def test_sending_says_exactly_what_is_missing_each_a_link_to_its_field(self, world, alicia):
        answer = send(alicia, world, {world.key("value"): "8", world.key("sex::woman"): "5"}, step="submit")
        page = answer.content.decode()
        assert answer.status_code == 422
        for ident, text in (
            (f"r{world.people_counted.pk}-sex", "suma 5 y debe sumar 8"),
            (f"r{world.people_counted.pk}-evidence", "Falta un medio de verificación"),
            (f"r{world.pooled.pk}-numerator", "Falta el resultado"),
        ):
            assert f'href="#{ident}"' in page
            assert f'id="{ident}"' in page
            assert text in page
        world.submission.refresh_from_db()
        assert world.submission.state == State.DRAFT

    def test_the_numerator_above_the_denominator_keeps_it_from_being_sent(self, world, alicia):
        parts = {world.key("numerator", world.pooled): "5", world.key("denominator", world.pooled): "4"}
        page = send(alicia, world, world.whole() | parts, step="submit").content.decode()
        assert "El numerador (5) es mayor que el denominador (4)" in page

    def test_a_whole_report_is_sent_and_gets_its_receipt(self, world, alicia):
        memo = {"memo_number": "0012-2022", "memo_date": "2022-01-03"}
        answer = alicia.post(world.address("submission_form"), world.whole() | memo | {"step": "submit"}, follow=True)
        page = answer.content.decode()
        assert answer.redirect_chain[-1][0] == world.address("submission_receipt")
        assert "2022-1/GMU/1" in page
        assert "0012-2022" in page
        world.submission.refresh_from_db()
        assert world.submission.state == State.SUBMITTED

    def test_a_memorandum_of_tomorrow_is_refused_beside_its_field(self, world, alicia, settings):
        settings.PMH_TODAY = "2022-07-10"
        memo = {"memo_number": "0012-2022", "memo_date": "2022-07-11"}
        answer = send(alicia, world, world.whole() | memo, step="submit")
        assert answer.status_code == 422
        assert "posterior a hoy" in answer.content.decode()
        assert Submission.objects.get().state == State.DRAFT

    def test_sending_twice_sends_once(self, world, alicia):
        send(alicia, world, world.whole(), step="submit")
        again = send(alicia, world, world.whole(), step="submit")
        assert again.status_code == 409
        assert "está en revisión" in again.content.decode()
        assert Submission.objects.get().events.filter(step="submit").count() == 1

    def test_after_closing_nothing_is_written_and_everything_typed_is_shown(self, world, alicia):
        make_period(world.submission.period.plan, "2022-1", "closed")
        answer = send(alicia, world, {world.key("value"): "8", world.key("achievements"): "Se hizo mucho"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "El semestre está cerrado" in page
        assert "Se hizo mucho" in page
        assert not Result.objects.exists()

    def test_a_file_is_kept_although_a_number_is_wrong(self, world, alicia):
        file = SimpleUploadedFile("acta.pdf", pdf(), content_type="application/pdf")
        answer = send(alicia, world, {world.key("value"): "N/A", world.key("files"): file})
        assert answer.status_code == 422
        assert Evidence.objects.get().result.indicator == world.people_counted

    def test_a_file_that_is_not_what_it_says_is_refused_beside_it_and_the_number_is_kept(self, world, alicia):
        file = SimpleUploadedFile("acta.pdf", b"MZ\x90\x00" + b"\x00" * 200)
        answer = send(alicia, world, {world.key("value"): "8", world.key("files"): file})
        assert answer.status_code == 422
        assert not Evidence.objects.exists()
        assert Result.objects.get().value == 8

    def test_a_link_to_inside_is_refused(self, world, alicia):
        page = send(alicia, world, {world.key("link"): "http://localhost/x"}).content.decode()
        assert "su propia red" in page

    def test_withdrawing_and_bringing_back_without_scripts(self, world, alicia):
        send(alicia, world, {world.key("link"): "https://example.pe/acta"})
        evidence = Evidence.objects.get()
        send(alicia, world, {}, withdraw=evidence.pk)
        evidence.refresh_from_db()
        assert evidence.withdrawn_at
        send(alicia, world, {}, restore=evidence.pk)
        evidence.refresh_from_db()
        assert evidence.withdrawn_at is None

    def test_two_people_see_each_other_without_scripts(self, world, alicia):
        seen = json.dumps({})
        other = signed_in(world.head)
        send(other, world, {world.key("value"): "7", world.key("seen"): seen})
        answer = send(alicia, world, {world.key("value"): "8", world.key("seen"): seen})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Inés Ríos escribió «7»" in page
        assert Result.objects.get().value == 7
        # The page that said so carries what stands there now: saved again, it is the person's own decision.
        send(alicia, world, {world.key("value"): "8", world.key("seen"): json.dumps({"value": "7"})})
        assert Result.objects.get().value == 8

    def test_observations_are_answered_where_they_stand(self, world, alicia):
        send(alicia, world, world.whole(), step="submit")
        thread = observe(submission=world.submission, text="¿Y el acta?", by=world.people.bruno)
        take(world.submission, "return", by=world.people.bruno)
        page = alicia.get(world.address("submission_form")).content.decode()
        assert "¿Y el acta?" in page
        answer = send(alicia, world, {f"reply-{thread.pk}": "Se adjunta"}, step="submit")
        assert answer.status_code == 302
        assert thread.replies.get().text == "Se adjunta"
        assert Submission.objects.get().state == State.SUBMITTED


class TestSessionThatEnded:
    def test_what_was_sent_is_there_after_signing_in_again(self, world):
        client = Client()
        address = world.address("submission_form")
        data = {world.key("value"): "8", world.key("achievements"): "Se hizo mucho", "of": world.people.alicia.pk}
        answer = client.post(address, data)
        assert answer.status_code == 302
        sign_in = {"login": world.people.alicia.email, "password": PASSWORD}
        answer = client.post(answer["Location"], sign_in, follow=True)
        page = answer.content.decode()
        assert "Su sesión terminó antes de guardar" in page
        assert "Se hizo mucho" in page
        assert 'value="8"' in page
        assert not Result.objects.exists()
        # Shown once: afterwards the page is the recorded one again.
        assert "Se hizo mucho" not in client.get(address).content.decode()

    def signed_in_again(self, client, world, sent):
        sign_in = {"login": world.people.alicia.email, "password": PASSWORD}
        return client.post(sent["Location"], sign_in, follow=True).content.decode()

    def test_what_was_too_much_is_said(self, world):
        client = Client()
        data = {world.key("note"): "a" * 400_000, "of": world.people.alicia.pk}
        page = self.signed_in_again(client, world, client.post(world.address("submission_form"), data))
        assert "los textos muy largos no se conservaron" in page

    def test_it_is_given_to_nobody_else(self, world):
        client = Client()
        data = {world.key("achievements"): "Se hizo mucho", "of": world.head.pk}
        page = self.signed_in_again(client, world, client.post(world.address("submission_form"), data))
        assert "Se hizo mucho" not in page

    def test_nothing_is_kept_for_addresses_that_are_no_report(self, world):
        client = Client()
        client.post("/planes/lima/reportes/2022-1/NADA/llenar/", {"x": "a"})
        assert "form_kept_for_after_sign_in" not in client.session

    def test_what_a_colleague_wrote_meanwhile_is_not_overwritten(self, world):
        """Only what the person changed is shown again; where somebody else changed the same, both are shown."""
        client = Client()
        record_as(world.people.alicia, world, {"value": "3", "achievements": "Antes"})
        seen = json.dumps({"value": "3", "achievements": "Antes"})
        sent = {world.key("value"): "8", world.key("achievements"): "Antes", world.key("seen"): seen}
        answer = client.post(world.address("submission_form"), sent | {"of": world.people.alicia.pk})
        record_as(world.head, world, {"value": "5", "achievements": "De Inés"}, json.loads(seen))
        page = self.signed_in_again(client, world, answer)
        assert "Inés Ríos escribió «5»" in page
        assert "De Inés" in page
        assert ">Antes</textarea>" not in page


def record_as(user, world, typed, seen=None):
    record(submission=world.submission, indicator=world.people_counted, typed=typed, seen=seen or {}, by=user)


class TestMemorandum:
    def test_a_colleague_s_is_not_overwritten_silently(self, world, alicia):
        send(signed_in(world.head), world, {"memo_number": "M-77", "memo_date": "2022-01-03"})
        blank = {"memo_number": "", "memo_date": "", "initial-memo_number": "", "initial-memo_date": ""}
        send(alicia, world, blank)
        assert Submission.objects.get().memo_number == "M-77"
        other = blank | {"memo_number": "M-78", "memo_date": "2022-01-04"}
        page = send(alicia, world, other).content.decode()
        assert "«M-77»" in page
        assert Submission.objects.get().memo_number == "M-77"
        send(alicia, world, other | {"initial-memo_number": "M-77", "initial-memo_date": "2022-01-03"})
        assert Submission.objects.get().memo_number == "M-78"

    def test_a_slow_form_does_not_bring_a_sent_report_back(self, world):
        """The head sends while Alicia's form is on its way: the state stays."""
        stale = Submission.objects.get()
        for indicator, typed in ((world.people_counted, {"value": "0"}), (world.pooled, {"numerator": "0"})):
            parts = typed | ({"denominator": "0"} if indicator == world.pooled else {})
            record(submission=stale, indicator=indicator, typed=parts, seen={}, by=world.people.alicia)
        take(Submission.objects.get(), "submit", by=world.head)
        with pytest.raises(RecordingRefused):
            record_memo(submission=stale, memo=Memo("M-1", None), seen=Memo("", None), by=world.people.alicia)
        assert Submission.objects.get().state == State.SUBMITTED


class TestWhileSomebodyTypes:
    def entry(self, client, world, typed, seen=None):
        data = {world.key(name): text for name, text in typed.items()} | {world.key("seen"): json.dumps(seen or {})}
        return client.post(world.address("result_entry", world.people_counted.pk), data)

    def test_a_card_is_saved_and_tells_how_it_stands(self, world, alicia):
        state = self.entry(alicia, world, {"value": "8", "sex::woman": "5", "sex::man": "tres"}).json()
        assert state["entry"] == {"value": "8", "sex::woman": "5"}
        assert "no es un número" in state["problems"]["sex::man"]
        assert (state["filled"], state["summary"], state["revision"]) == ("partial", "por corregir", 1)
        assert "80.00" in state["figure"]
        assert "suma 5 y debe sumar 8" in state["missing"]

    def test_what_a_colleague_changed_is_told(self, world, alicia):
        self.entry(signed_in(world.head), world, {"value": "7"})
        state = self.entry(alicia, world, {"value": "8"}).json()
        told = state["conflicts"][0]
        assert (told["key"], told["typed"], told["theirs"], told["by"]) == ("value", "8", "7", "Inés Ríos")
        assert told["label"] == "Valor obtenido"

    def test_a_locked_report_says_why(self, world, alicia):
        send(alicia, world, world.whole(), step="submit")
        answer = self.entry(alicia, world, {"value": "9"})
        assert answer.status_code == 409
        assert "en revisión" in answer.json()["locked"]

    def test_an_ended_session_is_sent_to_sign_in(self, world):
        answer = self.entry(Client(), world, {"value": "9"})
        assert answer.status_code == 302

    def test_the_pulse_tells_revisions_and_a_fresh_token(self, world, alicia):
        self.entry(alicia, world, {"value": "8"})
        state = alicia.get(world.address("submission_pulse")).json()
        assert state["revisions"] == {str(world.people_counted.pk): 1}
        assert state["csrf"]
        assert state["locked"] == ""

    def test_files_come_one_by_one(self, world, alicia):
        file = SimpleUploadedFile("acta.pdf", pdf())
        answer = alicia.post(
            world.address("evidence_attach", world.people_counted.pk), {world.key("files"): file}
        ).json()
        assert answer["refused"] == ""
        assert "acta" in answer["evidence"]
        evidence = Evidence.objects.get()
        gone = alicia.post(world.address("evidence_withdraw", evidence.pk)).json()
        assert "Restituir" in gone["evidence"]

    def test_only_the_unit_s_own_indicators(self, world, alicia):
        other = make_indicator(make_tree(world.submission.period.plan).activity, targets={"2022-1": 1})
        assert alicia.get(world.address("result_entry", other.pk)).status_code == 404


def test_strangers_and_other_units_know_nothing_of_a_draft(world):
    elsewhere = make_user()
    make_designation(elsewhere, make_unit("GDE"))
    for user in (world.people.carla, elsewhere):
        for name in ("submission_detail", "submission_form", "submission_pulse"):
            assert signed_in(user).get(world.address(name)).status_code == 404


def test_the_form_takes_as_many_queries_for_twenty_indicators_as_for_two(world, alicia):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert alicia.get(world.address("submission_form")).status_code == 200
        return len(captured)

    make_result(world.people_counted, "2022-1", 3)
    queries()
    before = queries()
    action = world.people_counted.activity.action
    for _ in range(18):
        indicator = make_indicator(
            make_activity(action, lead_unit=world.submission.unit),
            unit=world.submission.unit,
            targets={"2022-1": 5},
            tables=("sex", "sex_age"),
            counts="people",
        )
        make_result(indicator, "2022-1", 3)
    assert queries() == before
