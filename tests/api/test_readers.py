"""Who reads what: every address by every kind of reader, and nothing told about what lies outside their scope."""

import datetime as dt
import threading
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from institution import clock
from institution.agencies import AgencyRefused, make_key, revoke
from institution.models import Act, AgencyKey, AuditEntry, KeyUse, RequestWindow, Scope
from monitoring.evaluation import open_evaluation
from plans.keys import renew_key
from tests.api.test_resources import IN_PLAN
from tests.api.world import API, make_agency, make_world

EVERYWHERE = {
    "/governments/": Scope.PLAN,
    "/governments/1501/": Scope.PLAN,
    "/governments/1501/units/": Scope.PLAN,
    "/governments/1501/units/GMU/": Scope.PLAN,
    "/plans/": Scope.PLAN,
    "/plans/lima/": Scope.PLAN,
    **{f"/plans/lima/{path}": scope for path, (scope, _row) in IN_PLAN.items()},
    **{f"/plans/lima/{row}": scope for scope, row in IN_PLAN.values() if row},
}
OPEN = ("/code-lists/", "/code-lists/lights/", "/schema/", "/docs/")
# Every address under which a row may stand: one that there is, one outside, one that is nowhere.
OUTSIDE = {
    "/governments/{}/": ("0701", "9999"),
    "/governments/{}/units/": ("0701", "9999"),
    "/governments/{}/units/GDS/": ("0701", "9999"),
    "/plans/{}/": ("callao", "nowhere"),
    **{f"/plans/{{}}/{path}": ("callao", "nowhere") for path in IN_PLAN},
    **{f"/plans/{{}}/{row}": ("callao", "nowhere") for _scope, row in IN_PLAN.values() if row},
    "/plans/{}/commitments/1/": ("callao", "nowhere"),
    "/plans/{}/documents/7Q4M-0HXN-2KDB/": ("callao", "nowhere"),
}


def names_of(patterns) -> set[str]:
    found = set()
    for each in patterns:
        if isinstance(each, URLResolver):
            found |= names_of(each.url_patterns)
        elif isinstance(each, URLPattern):
            found.add(each.name)
    return found


def test_every_address_stands_in_the_tables():
    api = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "api")
    covered = {
        *(f"{name}-{kind}" for name in ("government", "unit", "plan") for kind in ("list", "detail")),
        *("root", "schema", "docs", "code-list-list", "code-list-detail"),
        *("scorecard", "result-changes", "evaluation-record"),
    }
    for path in IN_PLAN:
        if path.count("/") == 1 and path != "scorecard/":
            name = path.rstrip("/").removesuffix("s")
            name = {"activitie": "activity"}.get(name, name)
            covered |= {f"{name}-list", f"{name}-detail"}
    assert names_of(api.url_patterns) == covered


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_needs_the_scope(world, scope):
    found = {}
    for path in EVERYWHERE:
        answer = world.get(path, scope.value)
        found[path] = answer.status_code if answer.status_code == 200 else answer.json()["code"]
    assert found == {path: 200 if scope == needed else "scope_missing" for path, needed in EVERYWHERE.items()}


def test_nobody_reads_without_a_key(world):
    for path in EVERYWHERE:
        answer = world.get(path, None)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required"), path
        assert answer["WWW-Authenticate"] == "Api-Key"
    assert {path: world.get(path, None).status_code for path in OPEN} == dict.fromkeys(OPEN, 200)
    assert world.get("/", None)["Location"] == f"{API}/docs/"


@pytest.mark.parametrize("key", ["all", "narrow", "results", "people"])
def test_what_lies_outside_is_as_what_is_not_there(world, key):
    def asked(address: str) -> tuple[int, bytes, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = world.get(address, key)
        return answer.status_code, answer.content, len(queries)

    asked("/plans/")  # the first of a key makes its window
    for path, (outside, nowhere) in OUTSIDE.items():
        exists = asked(path.format(outside))
        assert exists == asked(path.format(nowhere)), path
        assert exists[0] in (403, 404), path


def test_what_a_key_is_told_leaves_a_line_in_the_audit_log(world):
    told = world.get("/plans/lima/scorecard/", "all")
    assert world.get("/plans/lima/scorecard/", "all", **{"If-None-Match": told["ETag"]}).status_code == 304
    assert world.get("/plans/callao/", "all").status_code == 404
    assert world.get("/code-lists/", None).status_code == 200
    (entry,) = AuditEntry.objects.all()
    assert (entry.act, entry.plan, entry.path) == (Act.KEY_USED, "lima", f"{API}/plans/lima/scorecard/")
    assert entry.key.prefix == world.keys["all"][:8]


def test_a_key_for_some_plans_reads_no_other_of_its_government(world):
    for path in (f"/plans/{{}}/{path}" for path in IN_PLAN):
        assert world.get(path.format("lima"), "narrow").status_code == 200, path
        exists, draft = (world.get(path.format(code), "narrow") for code in ("vecino", "proyecto"))
        assert (exists.status_code, exists.content) == (draft.status_code, draft.content), path
        assert exists.status_code == 404, path
        assert world.get(path.format("proyecto"), "all").status_code == 404, path
        assert world.get(path.format("lima"), "foreign").status_code == 404, path


def test_a_draft_evaluation_is_as_one_that_is_not_there(world):
    open_evaluation(plan=world.plan, year=2023, by=world.people.bruno)
    assert [row["id"] for row in world.in_plan("evaluations/").json()["results"]] == ["2022-1"]
    for path in ("evaluations/{}/", "evaluations/{}/record/"):
        draft, none = world.in_plan(path.format("2023-1")), world.in_plan(path.format("2022-9"))
        assert (draft.status_code, draft.content) == (none.status_code, none.content) == (404, none.content)


def test_a_withdrawn_document_is_not_there(world):
    document = world.plan.documents.get()
    document.withdrawn_on, document.withdrawn_why = clock.today(), "Se corrige."
    document.save()
    assert world.in_plan(f"documents/{document.code}/").status_code == 404


class TestKeys:
    """Wrong, expired, revoked, rotated."""

    def test_a_wrong_key(self, world):
        for sent in ("", "x", "x.y", "é.ü", "\x00.a", "a" * 5000, "Bearer"):
            answer = Client().get(f"{API}/plans/", headers={"Authorization": f"Api-Key {sent}"})
            assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown"), sent

    def test_a_key_with_another_secret_is_unknown_even_once_it_has_expired(self, world):
        key = AgencyKey.objects.get(prefix=world.keys["all"][:8])
        AgencyKey.objects.update(made_at=clock.real_now() - dt.timedelta(days=9))
        AgencyKey.objects.update(expires_at=clock.real_now() - dt.timedelta(days=1))
        assert world.get("/plans/").json()["code"] == "key_expired"
        assert world.get("/plans/", f"{key.prefix}.{'a' * 32}").json()["code"] == "key_unknown"

    def test_it_takes_as_many_queries_whether_there_is_such_a_key_or_not(self, world):
        world.get("/plans/", "the.first")  # makes the window of the address
        for key in ("nobody.nothing", f"{world.keys['all'][:8]}.wrong"):
            with CaptureQueriesContext(connection) as queries:
                world.get("/plans/", key)
            # The window of the address; the key; the attempt counted, inside a savepoint (2), and what it makes.
            assert len(queries) == 6

    def test_a_revoked_key(self, world):
        key = AgencyKey.objects.get(prefix=world.keys["all"][:8])
        with pytest.raises(AgencyRefused):
            revoke(key=key, why=" ", by=world.people.bruno)
        revoke(key=key, why="Se filtró.", by=world.people.bruno)
        assert world.get("/plans/").json()["code"] == "key_revoked"
        with pytest.raises(AgencyRefused):
            revoke(key=key, why="Otra vez.", by=world.people.bruno)

    def test_a_rotated_key_holds_beside_its_successor_for_a_while(self, world):
        key = AgencyKey.objects.get(prefix=world.keys["narrow"][:8])
        new = renew_key(key=key, overlap=dt.timedelta(days=7), by=world.people.bruno)
        world.keys["new"] = new.text
        assert world.get("/plans/", "narrow").json() == world.get("/plans/", "new").json()
        key.refresh_from_db()
        assert key.expires_at - clock.real_now() < dt.timedelta(days=7, minutes=1)
        with pytest.raises(AgencyRefused):
            renew_key(key=key, overlap=dt.timedelta(days=7), by=world.people.bruno)
        with pytest.raises(AgencyRefused):
            renew_key(key=new.key, overlap=dt.timedelta(days=31), by=world.people.bruno)
        AgencyKey.objects.filter(pk=key.pk).update(expires_at=clock.real_now())
        assert world.get("/plans/", "narrow").status_code == 401
        assert world.get("/plans/", "new").status_code == 200

    def test_only_a_hash_is_kept(self, world):
        secret = world.keys["all"].partition(".")[2]
        assert not any(secret in str(value) for row in AgencyKey.objects.values_list() for value in row)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"scopes": []},
            {"scopes": ["all"]},
            {"scopes": ["plan", "plan"]},
            {"name": " "},
            {"days": 0},
            {"days": 900},
            {"by": "alicia"},
            {"by": "carla"},
        ],
    )
    def test_a_key_that_cannot_be(self, world, wrong):
        fields = {"name": "Tablero", "scopes": ["plan"], "days": 30, "by": "bruno"} | wrong
        by = getattr(world.people, fields.pop("by"))
        ends = clock.real_now() + dt.timedelta(days=fields.pop("days"))
        before = AgencyKey.objects.count()
        with pytest.raises(AgencyRefused):
            make_key(agency=world.agency, expires_at=ends, by=by, **fields)
        assert AgencyKey.objects.count() == before


class TestLimits:
    def test_counts_of_yesterday_are_swept_and_those_of_now_stay(self, world, capsys):
        world.get("/plans/")
        world.get("/plans/", "narrow")
        held = RequestWindow.objects.count()
        long_ago = clock.real_now() - dt.timedelta(days=2)
        RequestWindow.objects.filter(who=f"key:{world.keys['all'][:8]}").update(starts_at=long_ago)
        call_command("sweep_requests")
        assert "borradas: 1" in capsys.readouterr().out
        assert RequestWindow.objects.count() == held - 1

    def test_the_limit_is_told_and_holds(self, world, settings):
        settings.API_PER_MINUTE = 3
        left = [int(world.get("/plans/")["RateLimit-Remaining"]) for _time in range(3)]
        assert left == [2, 1, 0]
        refused = world.get("/plans/")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert refused["RateLimit-Limit"] == "3"
        assert world.get("/plans/", "narrow").status_code == 200  # each key has its own
        uses = KeyUse.objects.get(key__prefix=world.keys["all"][:8])
        assert (uses.requests, uses.refused) == (3, 1)

    def test_without_a_key_the_address_is_counted(self, world, settings):
        settings.API_PER_MINUTE_WITHOUT_KEY = 2
        answers = [world.get("/code-lists/", None).status_code for _time in range(3)]
        assert answers == [200, 200, 429]

    def test_the_description_and_its_pages_are_counted_too(self, world, settings):
        settings.API_PER_MINUTE_WITHOUT_KEY = 2
        for path in ("/schema/", "/docs/"):
            RequestWindow.objects.all().delete()
            answers = [world.get(path, None) for _time in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 429], path
            assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"], path
            assert answers[-1].json()["code"] == "too_many_requests"
            assert 1 <= int(answers[-1]["Retry-After"]) <= 60


class TestGuessing:
    """Keys that do not hold count for the address from which they come."""

    def test_wrong_keys_are_counted(self, world, settings):
        settings.API_PER_MINUTE_WITHOUT_KEY = 3
        answers = [world.get(path, "wrong.key") for path in ("/plans/", "/nowhere/", "/plans/lima/", "/governments/")]
        assert [answer.status_code for answer in answers] == [401, 404, 401, 401]
        told = [answer["RateLimit-Remaining"] for answer in answers if answer.status_code == 401]
        assert told == ["2", "1", "0"]
        assert {answer["RateLimit-Limit"] for answer in answers if answer.status_code == 401} == {"3"}

    @pytest.mark.parametrize("kind", ["unknown", "other secret", "other word", "expired", "revoked"])
    def test_whoever_goes_on_learns_nothing(self, world, settings, kind):
        settings.API_PER_MINUTE_WITHOUT_KEY = 2
        bad = AgencyKey.objects.filter(prefix=world.keys["narrow"][:8])
        if kind == "expired":
            bad.update(made_at=clock.real_now() - dt.timedelta(2), expires_at=clock.real_now() - dt.timedelta(1))
        elif kind == "revoked":
            revoke(key=bad.get(), why="Se filtró.", by=world.people.bruno)
        text = {"unknown": "nobody.nothing", "other secret": f"{world.keys['narrow'][:8]}.x"}.get(
            kind, world.keys["narrow"]
        )
        headers = {"Authorization": f"{'Bearer' if kind == 'other word' else 'Api-Key'} {text}"}
        first = [Client().get(f"{API}/plans/", headers=headers) for _time in range(2)]
        assert {answer.status_code for answer in first} == {401}
        right, wrong = world.get("/plans/", "all"), Client().get(f"{API}/plans/", headers=headers)
        for answer in (right, wrong):
            assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
            assert answer.json()["code"] == "too_many_requests"
            assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("2", "0")
            assert 1 <= int(answer["Retry-After"]) <= 60
        assert right.json().keys() == wrong.json().keys()
        # Another address is not concerned, nor is what is open to everybody, nor the minute that follows.
        elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(
            f"{API}/plans/", headers={"Authorization": f"Api-Key {world.keys['all']}"}
        )
        assert elsewhere.status_code == 200
        assert world.get("/code-lists/", None).status_code == 200
        RequestWindow.objects.update(starts_at=F("starts_at") - dt.timedelta(minutes=1))
        assert world.get("/plans/", "all").status_code == 200

    def test_right_keys_take_nothing_from_their_address(self, world, settings):
        settings.API_PER_MINUTE_WITHOUT_KEY = 1
        assert [world.get("/plans/", "all").status_code for _time in range(3)] == [200] * 3


def test_an_agency_of_another_government_is_not_given_a_key(world):
    theirs = make_agency(world.foreign.government, "PNUD")
    with pytest.raises(AgencyRefused):
        make_key(
            agency=theirs,
            name="x",
            scopes=["plan"],
            expires_at=clock.real_now() + dt.timedelta(days=1),
            by=world.people.bruno,
        )


def read_at_once(world, key: str) -> Counter[int]:
    """The statuses of forty requests with that key from eight readers, each on a connection of its own."""
    statuses: list[int] = []

    def read() -> None:
        try:
            for _time in range(5):
                statuses.append(world.get("/plans/", key).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


@pytest.fixture
def minute(transactional_db, settings, monkeypatch):
    """One that does not end meanwhile, with 20 requests."""
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_WITHOUT_KEY = 20
    moment = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: moment)
    return moment


def test_the_limit_holds_for_many_at_once(minute):
    """As many pass as may, and all are counted."""
    world = make_world()
    assert read_at_once(world, "narrow") == {200: 20, 429: 20}
    uses = KeyUse.objects.get(key__prefix=world.keys["narrow"][:8])
    assert (uses.requests, uses.refused) == (20, 20)


def test_guessing_is_limited_for_many_at_once(minute):
    """As many wrong keys are looked at as may be, however many processes look."""
    assert read_at_once(make_world(), "nobody.nothing") == {401: 20, 429: 20}
