"""A report: two at once begin it, type into it, send it, send it back, give it conformity, close its semester."""

from __future__ import annotations

from collections import Counter
from random import Random

from institution import clock
from institution.models import User
from monitoring.models import OfflineUpload, PeriodEvent, Result, Submission
from monitoring.observing import observe, reply, resolve
from monitoring.periods import close_period, left_open
from monitoring.queries import load_filing
from monitoring.workbook import accepted, confirm, keep, preview, write_submission
from monitoring.workflow import start, take
from tests.monitoring.workbooks import filled
from tests.races.running import race, repeated
from tests.races.world import SENT, World, assert_whole

State = Submission.State


def returned(world: World) -> Submission:
    """A report that came back with an observation, which the unit has answered."""
    report = world.sent()
    thread = observe(submission=report, text="Falta el acta.", by=world.bruno)
    report = take(report, "return", by=world.bruno)
    reply(observation=thread, text="Ya está.", by=world.alicia)
    return report


@repeated("submit against return")
def test_submit_against_return(number: int, chance: Random):
    world = World()
    report = returned(world)
    again, back = race(
        chance,
        lambda: take(report, "submit", by=world.alicia),
        lambda: take(report, "return", by=world.berta),
    )
    assert again.done
    assert world.steps()[3:] == (["submit", "return"] if back.done else ["submit"])
    assert_whole(world)


@repeated("validate against edit")
def test_validate_against_edit(number: int, chance: Random):
    """Whoever sends, sends what stands there: what is typed in the same moment is in it, or was refused."""
    world = World()
    report = world.begun()
    value = 11 + number

    def send_and_validate() -> str:
        take(report, "submit", by=world.ana)
        return take(report, "validate", by=world.bruno).state

    first, second, sent = race(
        chance,
        lambda: world.typed(report, world.indicators[0], value, "5"),
        lambda: world.typed(report, world.indicators[1], value, "5"),
        send_and_validate,
    )
    assert sent.value == State.VALIDATED
    for indicator, typed in zip(world.indicators, (first, second), strict=True):
        assert world.value(indicator) == (value if typed.done else 5)
        assert not typed.done or typed.value.written == ("value",)
    assert world.steps() == ["start", "submit", "validate"]
    assert_whole(world)


@repeated("reopen against edit")
def test_reopen_against_edit(number: int, chance: Random):
    """The other way: what is typed counts again only after the unit has sent it again."""
    world = World()
    report = take(world.sent(), "validate", by=world.bruno)
    value = 11 + number
    reopened, typed, twice = race(
        chance,
        lambda: take(report, "reopen", by=world.bruno, comment="Se corrige."),
        lambda: world.typed(report, world.indicators[0], value, "5"),
        lambda: take(report, "reopen", by=world.berta, comment="Se corrige."),
    )
    assert reopened.done != twice.done
    assert world.value(world.indicators[0]) == (value if typed.done else 5)
    assert world.steps() == ["start", "submit", "validate", "reopen"]
    assert_whole(world)


@repeated("edit against edit")
def test_edit_against_edit(number: int, chance: Random):
    """Two people in the same field: one value stands, and the other person is shown it beside their own."""
    world = World()
    report = world.begun()
    typed = race(
        chance,
        lambda: world.typed(report, world.indicators[0], 21, "5"),
        lambda: world.typed(report, world.indicators[0], 22, "5", by=world.ana),
    )
    assert all(each.done for each in typed)
    (kept,) = (each.value.entry["value"] for each in typed if each.value.written)
    (shown,) = (each.value.conflicts[0] for each in typed if each.value.conflicts)
    assert (shown.key, shown.theirs) == ("value", kept)
    assert {shown.typed, kept} == {"21", "22"}
    assert world.value(world.indicators[0]) == int(kept)
    assert_whole(world)


@repeated("two workbooks")
def test_two_imports_of_the_workbook(number: int, chance: Random):
    world = World()
    report = start(unit=world.unit, period=world.period, by=world.alicia)
    filing = load_filing(world.unit, world.period)
    book = write_submission(filing, due_on=filing.period.due_on, last={}, by=world.alicia, at=clock.now())

    def sent_in(person: User, value: int) -> OfflineUpload:
        file = filled(book, **{row.code: {"value": value, "note": person.full_name} for row in world.indicators})
        return keep(submission=report, accepted=accepted(file, name="reporte.xlsx"), by=person)

    first = sent_in(world.alicia, 31)
    # By turns somebody else's workbook, and the same one in another window.
    second, second_by = (sent_in(world.ana, 32), world.ana) if number % 2 else (first, world.alicia)
    shown = preview(first).digest, preview(second).digest

    def press(upload: OfflineUpload, seen: str, by: User) -> OfflineUpload:
        # Read again: each request has a file of its own open.
        return confirm(upload=OfflineUpload.objects.get(pk=upload.pk), mine=(), shown=seen, by=by)

    confirmed = race(
        chance,
        lambda: press(first, shown[0], world.alicia),
        lambda: press(second, shown[1], second_by),
    )
    if second is first:
        assert all(each.done for each in confirmed)
        said = {(31, "Alicia", 1)}
    else:
        assert [each.done for each in confirmed].count(True) == 1
        said = {(31, "Alicia", 1)} if confirmed[0].done else {(32, "Ana", 1)}
    rows = list(Result.objects.filter(submission=report).values_list("value", "note", "revision"))
    assert len(rows) == 2
    assert set(rows) == said
    assert_whole(world)


@repeated("double click")
def test_a_verb_twice(number: int, chance: Random):
    world = World()
    verb = ("start", "submit", "validate", "return")[number % 4]
    if verb == "start":
        begun = race(chance, *[lambda: start(unit=world.unit, period=world.period, by=world.alicia)] * 2)
        assert begun[0].done
        assert begun[0].value == begun[1].value
        assert world.steps() == ["start"]
    else:
        report = world.begun() if verb == "submit" else world.sent()
        if verb == "return":
            observe(submission=report, text="Falta el acta.", by=world.bruno)
        by = world.alicia if verb == "submit" else world.bruno
        done = race(chance, *[lambda: take(report, verb, by=by)] * 2)
        assert sorted(each.done for each in done) == [False, True]
        assert world.steps().count(verb) == 1
    assert_whole(world)


@repeated("close against submit")
def test_close_a_semester_against_submit(number: int, chance: Random):
    """Whoever closes has read what is missing: the report is sent before, and they read again, or it is locked."""
    world = World()
    report = world.begun()
    mark = left_open(world.period).mark
    closed, twice, sent = race(
        chance,
        lambda: close_period(period=world.period, by=world.bruno, seen=mark),
        lambda: close_period(period=world.period, by=world.berta, seen=mark),
        lambda: take(report, "submit", by=world.alicia),
    )
    assert Counter(each.done for each in (closed, twice, sent)) == {True: 1, False: 2}
    world.period.refresh_from_db()
    assert world.period.is_closed != sent.done
    assert PeriodEvent.objects.filter(period=world.period).count() == (0 if sent.done else 1)
    assert (world.state() in SENT) == sent.done
    assert_whole(world)


@repeated("two reviewers")
def test_two_reviewers(number: int, chance: Random):
    world = World()
    report = world.sent()
    if number % 2:
        thread = observe(submission=report, text="Falta el acta.", by=world.berta)

        def resolve_and_validate() -> None:
            resolve(observation=thread, by=world.bruno)
            take(report, "validate", by=world.bruno)

        one, other = race(chance, resolve_and_validate, lambda: take(report, "return", by=world.berta))
    else:
        one, other = race(
            chance,
            lambda: take(report, "validate", by=world.bruno),
            lambda: observe(submission=report, text="Falta el acta.", by=world.berta),
        )
    assert one.done != other.done
    # Nothing with conformity has an observation that waits.
    assert world.state() != State.VALIDATED or not report.observations.filter(resolved_at=None).exists()
    assert_whole(world)
