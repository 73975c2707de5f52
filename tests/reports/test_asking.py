"""Asking for a document: from the fields of a button to its record, for whoever may have it."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from institution.models import Role
from reports.documents.asked import AskRefused, NoSuchSubject, NotAllowed, asked_of
from reports.documents.kinds import KINDS
from tests.factories import make_designation, make_unit, make_user
from tests.reports.papers import OPEN, make_world

pytestmark = pytest.mark.django_db
REPORT = {"period": OPEN, "unit": "GMU"}


@pytest.fixture
def world():
    return make_world()


@pytest.mark.parametrize(("kind", "fields"), [
    ("follow_up", {"period": "2022-1"}),
    ("receipt", REPORT),
    ("receipt", {**REPORT, "number": "1"}),
    ("unit_report", REPORT),
    ("handover", {"unit": "GMU"}),
    ("sheets", {}),
    ("sheets", {"node": "IND.A"}),
    ("road_map", {}),
])  # fmt: skip
def test_the_record_of_what_was_asked_for(world, kind, fields):
    asked = asked_of(kind, world.plan, world.bruno, fields)
    assert (asked.kind, asked.plan, asked.record["document"]["kind"]) == (kind, world.plan, kind)
    assert (asked.period and asked.period.code) == fields.get("period")
    assert (asked.unit and asked.unit.acronym) == fields.get("unit")
    content = KINDS[kind].content(asked.record)
    assert content.file_name.endswith(".pdf")
    assert content.title
    assert not any(name in content.title for name in ("Alicia", "Bruno"))
    assert all(isinstance(text, str) for pair in KINDS[kind].key_figures(asked.record) for text in pair)


def test_what_it_is_about_beyond_semester_and_unit(world):
    post = world.alicia.designations.get()
    about_post = asked_of("handover", world.plan, world.bruno, {"unit": "GMU", "number": str(post.pk)})
    assert about_post.record["post"]["name"] == "Alicia Rojas"
    assert about_post.about == str(post.pk)
    assert asked_of("handover", world.plan, world.bruno, {"unit": "GMU"}).about == ""
    assert asked_of("sheets", world.plan, world.bruno, {"node": "IND.A"}).about == "IND.A"


@pytest.mark.parametrize(("kind", "fields"), [
    ("otro", {}),
    ("evaluation", {}),
    ("follow_up", {}),
    ("follow_up", {"period": "2031-1"}),
    ("receipt", {"period": OPEN, "unit": "NADA"}),
    ("receipt", {**REPORT, "number": "7"}),
    ("unit_report", {"period": "2023-1", "unit": "GMU"}),
    ("handover", {"unit": ""}),
    ("handover", {"unit": "GMU", "number": "999999"}),
    ("handover", {"unit": "GMU", "number": "x"}),
    ("sheets", {"node": "NADA"}),
])  # fmt: skip
def test_what_is_not_there(world, kind, fields):
    with pytest.raises(NoSuchSubject):
        asked_of(kind, world.plan, world.bruno, fields)


def test_a_report_that_one_may_not_see_is_not_there(world):
    other = make_user()
    make_designation(other, make_unit("GDE"), Role.REPORTER)
    with pytest.raises(NoSuchSubject):
        asked_of("unit_report", world.plan, other, REPORT)


def test_one_that_is_seen_by_all_is_not_had_by_all(world):
    other = make_user()
    make_designation(other, make_unit("GDE"), Role.REPORTER)
    with pytest.raises(NotAllowed):
        asked_of("unit_report", world.plan, other, {"period": "2022-1", "unit": "GMU"})
    for kind, fields in (("handover", {"unit": "GMU"}), ("follow_up", {"period": "2022-1"})):
        with pytest.raises(NotAllowed):
            asked_of(kind, world.plan, other, fields)


def test_a_semester_still_open_has_no_follow_up_report(world):
    with pytest.raises(AskRefused, match="2022-2 no está cerrado"):
        asked_of("follow_up", world.plan, world.bruno, {"period": OPEN})


class TestTheView:
    def ask(self, client, kind, **fields) -> HttpResponse:
        return client.post(reverse("reports:document_ask", args=["lima", kind]), fields)

    def test_gives_or_promises_the_document(self, pango, client, world):
        client.force_login(world.alicia)
        assert self.ask(client, "sheets", node="IND.A").status_code in (200, 302)

    def test_404_and_403(self, client, world):
        client.force_login(world.alicia)
        assert self.ask(client, "otro").status_code == 404
        assert self.ask(client, "follow_up", period="2022-1").status_code == 403
        client.force_login(world.people.carla)
        assert self.ask(client, "sheets").status_code == 404

    def test_a_refusal_is_told_in_words(self, client, world):
        client.force_login(world.bruno)
        answer = client.post(reverse("reports:document_ask", args=["lima", "follow_up"]), {"period": OPEN}, follow=True)
        assert "El semestre 2022-2 no está cerrado" in answer.content.decode()


class TestTheButtons:
    """The button stands for those who may have the document, and for nobody else."""

    def sees(self, client, user, name, *args, kind):
        client.force_login(user)
        page = client.get(reverse(name, args=["lima", *args]))
        assert page.status_code == 200
        return f"/documentos/pedir/{kind}/" in page.content.decode()

    @pytest.mark.parametrize(("kind", "name", "args", "who"), [
        ("receipt", "monitoring:submission_receipt", (OPEN, "GMU"), "alicia bruno"),
        ("unit_report", "monitoring:submission_detail", (OPEN, "GMU"), "alicia bruno"),
        ("unit_report", "monitoring:submission_detail", ("2022-1", "GMU"), "alicia bruno"),
        ("sheets", "monitoring:plan_detail", (), "alicia bruno other"),
        ("sheets", "monitoring:indicator_detail", ("IND.A",), "alicia bruno other"),
        ("sheets", "monitoring:node_detail", ("L.01",), "alicia bruno other"),
        ("road_map", "plans:approval_list", (), "alicia bruno other"),
        ("handover", "monitoring:unit_detail", ("GMU",), "alicia bruno"),
        ("follow_up", "monitoring:period_list", (), "bruno"),
        ("follow_up", "monitoring:scorecard", (), "bruno"),
    ])  # fmt: skip
    def test_who_sees_it(self, client, world, kind, name, args, who):
        other = make_user()
        make_designation(other, make_unit("GDE"), Role.REPORTER)
        persons = {"alicia": world.alicia, "bruno": world.bruno, "other": other}
        if args == (OPEN, "GMU"):
            persons.pop("other")  # the report is not there for them
        found = {who for who, user in persons.items() if self.sees(client, user, name, *args, kind=kind)}
        assert found == set(who.split()) & set(persons)

    def test_each_post_is_handed_over(self, client, world):
        client.force_login(world.bruno)
        page = client.get(reverse("monitoring:organisation_unit", args=["lima", "GMU"])).content.decode()
        post = world.alicia.designations.get()
        assert f'name="number" value="{post.pk}"' in page
