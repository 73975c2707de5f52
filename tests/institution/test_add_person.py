"""The first account of a municipality, from the command line."""

import pytest
from django.core.management import CommandError, call_command

from institution.models import Role, User
from institution.permissions import is_coordinator
from tests.factories import make_government, make_unit

pytestmark = pytest.mark.django_db
LONG = "una-clave-bastante-larga"


def add(email="ana@muni.example", unit="GPV", role="coordinator", password=LONG, **more):
    call_command("add_person", email, "Ana Torres", unit=unit, role=role, password=password, **more)


def test_the_person_can_sign_in_and_coordinate(client):
    make_unit("GPV")
    add()
    user = User.objects.get(email="ana@muni.example")
    assert is_coordinator(user, make_government())
    assert client.login(email="ana@muni.example", password=LONG)


def test_a_person_who_is_there_gets_one_more_post_and_keeps_the_password():
    make_unit("GPV")
    add()
    add(role="head", password="otra-clave-bastante-larga")
    user = User.objects.get(email="ana@muni.example")
    assert set(user.designations.values_list("role", flat=True)) == {Role.COORDINATOR, Role.HEAD}
    assert user.check_password(LONG)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"password": "corta"}, "contraseña"),
        ({"email": "no es un correo"}, "correo"),
        ({"unit": "NADA"}, "GPV"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(wrong, told):
    make_unit("GPV")
    with pytest.raises(CommandError, match=told):
        add(**wrong)
    assert not User.objects.exists()


def test_the_same_acronym_in_two_governments():
    make_unit("GPV")
    make_unit("GPV", make_government("0701"))
    with pytest.raises(CommandError, match="--government"):
        add()
    add(government="0701")
    assert is_coordinator(User.objects.get(), make_government("0701"))
