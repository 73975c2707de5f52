"""What the two pages for machines answer, whatever is the matter."""

import logging
import shutil
from collections import namedtuple

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from institution import clock
from institution.models import Job, User
from pmh import health

READY = "/salud/lista/"
Usage = namedtuple("Usage", "total used free")


def test_alive_asks_nothing_of_anything_else(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/salud/vive/")
    assert answer.json() == {"status": "ok"}
    assert answer["Cache-Control"] == "no-store"


def test_ready_says_what_is_there_and_how_long_work_waits(client, db, django_assert_num_queries):
    # A query of nothing; is there a table of migrations, and what stands in it; the oldest job.
    client.get(READY)
    with django_assert_num_queries(4):
        told = client.get(READY).json()
    assert told == {"status": "ok", "database": "ok", "migrations": "ok", "files": "ok", "queue_seconds": 0}


def test_a_queue_that_nobody_works_off_is_told_and_pages_are_served(client, db):
    since = clock.real_now() - clock.dt.timedelta(minutes=10)
    Job.objects.create(kind="document", key="x", asked_by=User.objects.system(), next_attempt_at=since)
    answer = client.get(READY)
    assert answer.status_code == 200
    assert 599 <= answer.json()["queue_seconds"] <= 630


@pytest.fixture
def database_away(monkeypatch):
    def refuse():
        raise OperationalError("could not connect to server: host=10.0.0.7")

    monkeypatch.setitem(health.CHECKS, "database", refuse)


@pytest.fixture
def migrations_missing(db):
    MigrationRecorder(connection).record_unapplied("monitoring", "0011_releases")
    MigrationRecorder(connection).migration_qs.filter(app="monitoring").delete()


@pytest.fixture
def disk_full(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(100, 99, 1))


@pytest.mark.parametrize(
    ("trouble", "failing"),
    [("database_away", "database"), ("migrations_missing", "migrations"), ("disk_full", "files")],
)
def test_trouble_is_told_by_name_and_explained_in_the_log_only(client, db, request, caplog, trouble, failing):
    request.getfixturevalue(trouble)
    with caplog.at_level(logging.ERROR):
        answer = client.get(READY)
    assert answer.status_code == 503
    told = answer.json()
    assert [name for name, word in told.items() if word == "failing"] == ["status", failing]
    assert "10.0.0.7" not in answer.text
    assert f"not ready: {failing}" in caplog.text
    assert client.get("/salud/vive/").status_code == 200


@override_settings(SECURE_SSL_REDIRECT=True)
def test_they_are_asked_beside_the_proxy_that_ends_https(client, db):
    assert client.get("/salud/vive/").status_code == 200
    assert client.get("/cuenta/login/").status_code == 301
