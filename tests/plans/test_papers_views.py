"""The pages of the road map and the library: what they say, what they keep when something is wrong."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans.models import ApprovalStep, LibraryItem
from tests.factories import make_people, make_plan, make_unit
from tests.uploaded import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima")


@pytest.fixture
def bruno(plan, people, client):
    client.force_login(people.bruno)
    return client


def page(client, name, *more):
    return client.get(reverse(f"plans:{name}", args=["lima", *more])).content.decode()


def send(client, name, data, *more):
    return client.post(reverse(f"plans:{name}", args=["lima", *more]), data, follow=True)


def test_what_is_late_is_said_by_the_institutions_clock(plan, bruno, settings):
    settings.PMH_TODAY = "2022-04-11"
    ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal", planned_on=dt.date(2022, 4, 1))
    ApprovalStep.objects.create(
        plan=plan, order=2, name="Acuerdo", planned_on=dt.date(2022, 4, 1), done_on=dt.date(2022, 4, 2)
    )
    text = page(bruno, "approval_list")
    assert "10 días de atraso" in text
    assert "1 día después" in text
    assert "1 paso cumplido de 2" in text
    assert "1 atrasado" in text


def test_a_step_is_added_changed_and_removed(plan, bruno):
    send(bruno, "approval_create", {"name": "Opinión legal", "order": 1})
    step = plan.approval_steps.get()
    done = send(bruno, "approval_edit", {"name": "Opinión legal", "order": 1, "done_on": "2022-04-12"}, step.pk)
    assert "12 abr. 2022" in done.content.decode()
    send(bruno, "approval_remove", {}, step.pk)
    assert not plan.approval_steps.exists()


def test_a_step_moves_up(plan, bruno):
    for order, name in enumerate(("Uno", "Dos"), 1):
        ApprovalStep.objects.create(plan=plan, order=order, name=name)
    answer = send(bruno, "approval_edit", {"name": "Dos", "order": 1}, plan.approval_steps.get(name="Dos").pk)
    assert answer.status_code == 200
    assert [step.name for step in plan.approval_steps.all()] == ["Dos", "Uno"]


def test_a_step_has_a_place_from_one_on_and_a_unit_that_ends_later(plan, bruno):
    unit = make_unit("GTV", valid_until=dt.date(2023, 6, 30))
    gone = make_unit("VIEJA", valid_from=dt.date(2010, 1, 1), valid_until=dt.date(2021, 6, 30))
    refused = send(bruno, "approval_create", {"name": "Uno", "order": 0})
    assert "order" in refused.context["form"].errors
    choices = refused.context["form"].fields["responsible_unit"].queryset
    assert unit in choices
    assert gone not in choices
    send(bruno, "approval_create", {"name": "Uno", "order": 1, "responsible_unit": unit.pk})
    assert plan.approval_steps.get().responsible_unit == unit


@pytest.mark.parametrize("page_name", ["approval_edit", "library_edit"])
def test_two_at_once_are_told(plan, bruno, page_name):
    if page_name == "approval_edit":
        row = ApprovalStep.objects.create(plan=plan, order=1, name="Uno")
        first, second = {"name": "Dos", "order": 1}, {"name": "Tres", "order": 1}
    else:
        row = LibraryItem.objects.create(plan=plan, kind="other", title="Uno", url="https://example.org/")
        plain = {"kind": "other", "url": "https://example.org/"}
        first, second = {"title": "Dos", **plain}, {"title": "Tres", **plain}
    seen = bruno.get(reverse(f"plans:{page_name}", args=["lima", row.pk])).context["form"]["seen"].value()
    send(bruno, page_name, {**first, "seen": seen}, row.pk)
    late = send(bruno, page_name, {**second, "seen": seen}, row.pk)
    assert late.status_code == 422
    assert "Otra persona cambió" in late.content.decode()
    assert send(bruno, page_name, {**second, "seen": late.context["form"]["seen"].value()}, row.pk).status_code == 200
    row.refresh_from_db()
    assert "Tres" in str(row)


def test_a_refused_step_keeps_what_was_typed_beside_its_error(plan, bruno, settings):
    settings.PMH_TODAY = "2022-04-11"
    answer = send(bruno, "approval_create", {"name": "Opinión legal", "order": 1, "done_on": "2022-04-12"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "posterior a hoy" in text
    assert 'value="Opinión legal"' in text
    assert not plan.approval_steps.exists()


def test_a_document_goes_in_and_opens_as_data(plan, bruno):
    file = SimpleUploadedFile("Ordenanza 2208.pdf", pdf())
    answer = send(bruno, "library_create", {"title": "Ordenanza", "kind": "ordinance", "upload": file})
    assert "Documento guardado" in answer.content.decode()
    given = bruno.get(reverse("monitoring:library_file", args=["lima", plan.library.get().pk]))
    assert "Ordenanza 2208.pdf" in given["Content-Disposition"]
    assert b"".join(given.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "Elija el archivo, o escriba el enlace"),
        ({"upload": SimpleUploadedFile("x.exe", b"MZ" + b"\0" * 60)}, "un programa"),
        ({"url": "javascript:alert(1)"}, "URL"),
    ],
)
def test_what_is_no_document_is_refused_in_words(plan, bruno, more, says):
    answer = send(bruno, "library_create", {"title": "Nota", "kind": "other", **more})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not LibraryItem.objects.exists()


def test_what_was_withdrawn_is_seen_by_those_who_keep_it_only(plan, people, bruno):
    file = SimpleUploadedFile("acta.pdf", pdf())
    send(bruno, "library_create", {"title": "Acta de marzo", "kind": "minutes", "upload": file})
    item = plan.library.get()
    assert "1 documento retirado" in send(bruno, "library_withdraw", {}, item.pk).content.decode()
    address = reverse("monitoring:library_file", args=["lima", item.pk])
    opened = bruno.get(address)
    assert opened.status_code == 200
    opened.getvalue()
    bruno.force_login(people.alicia)
    assert "Acta de marzo" not in page(bruno, "library")
    assert bruno.get(address).status_code == 404
    bruno.force_login(people.bruno)
    send(bruno, "library_restore", {}, item.pk)
    bruno.force_login(people.alicia)
    assert "Acta de marzo" in page(bruno, "library")


def test_readers_are_offered_no_change(plan, people, client):
    ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal")
    client.force_login(people.alicia)
    assert "Editar" not in page(client, "approval_list").partition("<main")[2]
    assert "Agregar" not in page(client, "library").partition("<main")[2]
    for name in ("approval_create", "library_create"):
        assert client.post(reverse(f"plans:{name}", args=["lima"]), {"title": "x"}).status_code == 404


def test_as_many_queries_for_twenty_rows_as_for_one(plan, bruno):
    def count(name):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(bruno, name)
        return len(queries)

    LibraryItem.objects.create(plan=plan, kind="other", title="Nota 0", url="https://example.org/")
    ApprovalStep.objects.create(plan=plan, order=1, name="Paso")
    counts = {name: count(name) for name in ("approval_list", "library")}
    for order in range(2, 21):
        LibraryItem.objects.create(plan=plan, kind="other", title=f"Nota {order}", url="https://example.org/")
        ApprovalStep.objects.create(plan=plan, order=order, name=f"Paso {order}")
    assert {name: count(name) for name in counts} == counts
