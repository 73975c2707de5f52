"""What a visitor and a program read where the server fails, or the database is away."""

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.test import Client

PUBLIC, API = "/publico/", "/api/v1/plans/"


@pytest.fixture
def failing(monkeypatch):
    """Every page fails with that error, as it would where a view meets it."""

    def install(error):
        def broken(*args, **kwargs):
            raise error

        monkeypatch.setattr("institution.middleware.SignInRequired.process_view", broken)

    return install


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, DatabaseError])
def test_the_database_away_is_503_and_says_what_to_do(failing, visitor, db, kind):
    failing(kind("server closed the connection unexpectedly"))
    answer = visitor.get(PUBLIC)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")
    assert "La base de datos no responde" in answer.text
    assert "no se guardó" in answer.text
    assert answer["X-Request-ID"] in answer.text
    assert "unexpectedly" not in answer.text


def test_to_a_program_too(failing, visitor, db):
    failing(OperationalError("away"))
    answer = visitor.get(API)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "5")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", [ValueError, IntegrityError])
def test_a_mistake_of_ours_stays_500_and_names_its_request(failing, visitor, db, kind):
    failing(kind("mistake"))
    answer = visitor.get(PUBLIC)
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.text
    assert "mistake" not in answer.text
    assert visitor.get(API).json()["code"] == "server_error"
