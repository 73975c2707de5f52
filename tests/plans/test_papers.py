"""The plan's papers: the road map, whose steps make room for one another, and the library, which forgets nothing."""

import datetime as dt
import io
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command

from institution.keeping import discard, keep
from institution.models import Role
from institution.uploads import accept, storing
from plans.draft import mark_of
from plans.models import ApprovalStep, LibraryItem, PlanUpload
from plans.papers import PapersRefused, remove_step, restore_item, withdraw_item, write_item, write_step
from tests.factories import make_designation, make_people, make_plan, make_unit, make_user
from tests.uploaded import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima")


def names(plan):
    return [(step.order, step.name) for step in plan.approval_steps.all()]


def test_a_step_in_a_place_that_is_taken_pushes_the_later_ones_on(plan, people):
    for name in ("Uno", "Dos", "Tres"):
        write_step(plan=plan, name=name, by=people.bruno)
    write_step(plan=plan, name="Entre", order=2, by=people.bruno)
    assert names(plan) == [(1, "Uno"), (2, "Entre"), (3, "Dos"), (4, "Tres")]


def test_a_gap_takes_up_what_is_pushed(plan, people):
    for order, name in ((1, "Uno"), (3, "Tres")):
        write_step(plan=plan, name=name, order=order, by=people.bruno)
    write_step(plan=plan, name="Antes", order=1, by=people.bruno)
    assert names(plan) == [(1, "Antes"), (2, "Uno"), (3, "Tres")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (1, [(1, "Tres"), (2, "Uno"), (3, "Dos"), (4, "Cuatro")]),
        (2, [(1, "Uno"), (2, "Tres"), (3, "Dos"), (4, "Cuatro")]),
        (4, [(1, "Uno"), (2, "Dos"), (4, "Tres"), (5, "Cuatro")]),
        (9, [(1, "Uno"), (2, "Dos"), (4, "Cuatro"), (9, "Tres")]),
    ],
)
def test_a_step_moves_up_and_down_among_the_others(plan, people, order, expected):
    steps = {name: write_step(plan=plan, name=name, by=people.bruno) for name in ("Uno", "Dos", "Tres", "Cuatro")}
    write_step(plan=plan, step=steps["Tres"], order=order, by=people.bruno)
    assert names(plan) == expected
    assert steps["Tres"].history.count() == 2


def test_two_at_once_never_overwrite_each_other_silently(plan, people):
    step = write_step(plan=plan, name="Opinión legal", by=people.bruno)
    item = write_item(plan=plan, title="Acta", kind="minutes", url="https://example.org/a", by=people.bruno)
    seen = mark_of(step), mark_of(item)
    write_step(plan=plan, step=step, name="Opinión", seen=seen[0], by=people.bruno)
    write_item(plan=plan, item=item, title="Acta 1", seen=seen[1], by=people.bruno)
    with pytest.raises(PapersRefused, match="Otra persona cambió este paso"):
        write_step(plan=plan, step=step, name="Otra", seen=seen[0], by=people.bruno)
    with pytest.raises(PapersRefused, match="Otra persona cambió este documento"):
        write_item(plan=plan, item=item, title="Otra", seen=seen[1], by=people.bruno)
    assert (plan.approval_steps.get().name, plan.library.get().title) == ("Opinión", "Acta 1")


def test_every_change_of_a_step_stays_in_its_history_with_who(plan, people):
    step = write_step(plan=plan, name="Opinión legal", by=people.bruno)
    write_step(plan=plan, step=step, done_on=dt.date(2022, 4, 12), document="Informe 012", by=people.bruno)
    remove_step(step=step, by=people.bruno)
    rows = ApprovalStep.history.filter(name="Opinión legal")
    assert [(row.history_type, row.history_user) for row in rows] == [(kind, people.bruno) for kind in "-~+"]


def test_a_step_is_not_done_in_the_future(plan, people, settings):
    settings.PMH_TODAY = "2022-04-11"
    with pytest.raises(PapersRefused, match="posterior a hoy"):
        write_step(plan=plan, name="Opinión legal", done_on=dt.date(2022, 4, 12), by=people.bruno)


@pytest.mark.parametrize(
    ("planned", "done", "late"),
    [
        (None, None, 0),
        (dt.date(2022, 4, 1), None, 10),
        (dt.date(2022, 4, 11), None, 0),
        (dt.date(2022, 4, 1), dt.date(2022, 4, 4), 3),
        (dt.date(2022, 4, 1), dt.date(2022, 3, 30), 0),
    ],
)
def test_how_late_a_step_is(planned, done, late):
    step = ApprovalStep(order=1, name="Paso", planned_on=planned, done_on=done)
    assert step.days_late(dt.date(2022, 4, 11)) == late


def test_coordination_and_planning_keep_the_papers_and_nobody_else(plan, people):
    planner = make_user()
    make_designation(planner, make_unit("GP"), Role.PLANNER)
    assert write_step(plan=plan, name="Formato", by=planner)
    for stranger in (people.alicia, people.carla):
        with pytest.raises(PapersRefused, match="Planificación"):
            write_step(plan=plan, name="Otro", by=stranger)
        with pytest.raises(PapersRefused):
            write_item(plan=plan, title="Nota", kind="other", url="https://example.org/", by=stranger)


def test_a_file_takes_the_place_of_a_link_and_the_history_knows_both(plan, people):
    item = write_item(plan=plan, title="Ordenanza", kind="ordinance", url="https://example.org/o", by=people.bruno)
    accepted = accept(io.BytesIO(pdf()), name="Ordenanza 2208.pdf")
    item = write_item(plan=plan, item=item, title="Ordenanza", accepted=accepted, by=people.bruno)
    assert (item.url, item.file_name) == ("", "Ordenanza 2208.pdf")
    assert item.file.name.startswith("library/")
    assert [row.url for row in item.history.all()] == ["", "https://example.org/o"]


def test_a_document_is_one_of_the_two(plan, people):
    with pytest.raises(ValidationError, match="archivo o un enlace"):
        write_item(plan=plan, title="Nada", kind="other", by=people.bruno)
    assert not LibraryItem.objects.exists()


def test_what_is_withdrawn_is_kept_and_comes_back(plan, people):
    item = write_item(plan=plan, title="Acta", kind="minutes", url="https://example.org/a", by=people.bruno)
    withdraw_item(item=item, by=people.bruno)
    assert not plan.library.in_use().exists()
    assert plan.library.get().withdrawn_on is not None
    restore_item(item=item, by=people.bruno)
    assert plan.library.in_use().exists()


def test_what_the_library_ever_held_is_never_swept_away_and_what_was_discarded_is(plan, people, monkeypatch):
    monkeypatch.setattr(storing, "ORPHAN_AFTER", dt.timedelta(0))
    first, second = (accept(io.BytesIO(pdf(pages=pages)), name="acta.pdf") for pages in (1, 2))
    item = write_item(plan=plan, title="Acta", kind="minutes", accepted=first, by=people.bruno)
    earlier = item.file.name
    item = write_item(plan=plan, item=item, title="Acta", accepted=second, by=people.bruno)
    kept = [
        keep(PlanUpload, about=partial(dict, plan=plan, kind=kind), accepted=first, by=people.bruno)
        for kind in ("plan", "targets")
    ]
    discard(upload=kept[0], by=people.bruno)
    call_command("sweep_uploads")
    stored = {name: default_storage.exists(name) for name in (earlier, item.file.name, *(u.file.name for u in kept))}
    assert list(stored.values()) == [True, True, False, True]
