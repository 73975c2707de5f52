"""Verification in two steps: on and off, the codes, signing in with it, and losing it."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.factories import PASSWORD, make_user, second_factor_code

pytestmark = pytest.mark.django_db
EMAIL = "ana@example.org"


@pytest.fixture(autouse=True)
def _attempts():
    cache.clear()


@pytest.fixture
def ana(client):
    make_user("Ana Torres", EMAIL)
    sign_in(client)
    return client


def sign_in(client) -> None:
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})


def confirm(client, to: str):
    """Follows to the page that asks again who it is, and answers."""
    asked = client.get(reverse(to), follow=True)
    assert "Confirme que es usted" in asked.text
    return client.post(asked.request["PATH_INFO"], {"password": PASSWORD, "next": reverse(to)}, follow=True)


def turn_on(client) -> str:
    secret = confirm(client, "mfa_activate_totp").context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": second_factor_code(secret)})
    return secret


def test_the_code_to_scan_is_drawn_into_the_page(ana):
    page = confirm(ana, "mfa_activate_totp")
    assert 'class="qr"' in page.text
    assert "data:image" not in page.text
    assert "style=" not in page.text
    assert page.context["form"].secret in page.text
    assert "otpauth://totp/ana%40example.org" in page.text
    assert "issuer=PMH" in page.context["totp_url"]


def test_turning_it_on_gives_ten_recovery_codes(ana):
    secret = confirm(ana, "mfa_activate_totp").context["form"].secret
    wrong = ana.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "Revise lo siguiente" in wrong.text
    answer = ana.post(reverse("mfa_activate_totp"), {"code": second_factor_code(secret)}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("mfa_view_recovery_codes")
    codes = answer.context["unused_codes"]
    assert len(codes) == 10
    assert all(code in answer.text for code in codes)
    told = ana.get(reverse("mfa_download_recovery_codes"))
    assert told["Content-Type"].startswith("text/plain")
    assert all(code in told.text for code in codes)
    assert EMAIL in told.text
    index = ana.get(reverse("mfa_index")).text
    assert "Activada." in index
    assert "Le quedan 10 códigos" in index


def test_signing_in_asks_for_the_code(ana):
    secret = turn_on(ana)
    ana.post(reverse("account_logout"))
    sign_in(ana)
    asked = ana.get(reverse("mfa_authenticate"))
    assert "Código de verificación" in asked.text
    assert ana.get(reverse("monitoring:plan_list")).status_code == 302
    wrong = ana.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Revise lo siguiente" in wrong.text
    assert ana.post(reverse("mfa_authenticate"), {"code": second_factor_code(secret)}).status_code == 302
    assert ana.get(reverse("monitoring:plan_list")).status_code == 200


def test_a_recovery_code_serves_once(ana):
    turn_on(ana)
    code, *_rest = ana.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    for expected in (302, 200):
        ana.post(reverse("account_logout"))
        sign_in(ana)
        assert ana.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_new_codes_replace_the_ones_before(ana):
    turn_on(ana)
    before = ana.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert "Los 10 códigos que le quedan dejarán de valer" in ana.get(reverse("mfa_generate_recovery_codes")).text
    ana.post(reverse("mfa_generate_recovery_codes"))
    after = ana.get(reverse("mfa_view_recovery_codes"))
    assert not set(before) & set(after.context["unused_codes"])


def test_turning_it_off(ana):
    turn_on(ana)
    assert "bastará su contraseña" in ana.get(reverse("mfa_deactivate_totp")).text
    ana.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert "Necesita una aplicación de códigos" in ana.get(reverse("mfa_index")).text


def test_who_has_it_may_confirm_by_either(ana):
    secret = turn_on(ana)
    ana.post(reverse("account_logout"))
    sign_in(ana)
    ana.post(reverse("mfa_authenticate"), {"code": second_factor_code(secret, steps=1)})
    asked = ana.get(reverse("mfa_deactivate_totp"), follow=True)
    assert "Usar un código del teléfono" in asked.text
    other = ana.get(f"{reverse('mfa_reauthenticate')}?next=/planes/")
    assert "Usar mi contraseña" in other.text
    assert 'name="next" value="/planes/"' in other.text


def test_a_security_key_is_not_offered(ana):
    assert "webauthn" not in ana.get(reverse("mfa_index")).text.lower()


def reset(email: str) -> str:
    out = StringIO()
    call_command("reset_second_factor", email, stdout=out)
    return out.getvalue()


def test_who_lost_it_is_let_in_by_the_operator(ana):
    turn_on(ana)
    assert "Ana Torres ingresa desde ahora solo con su contraseña" in reset("ANA@example.org")
    assert not Authenticator.objects.exists()
    ana.post(reverse("account_logout"))
    sign_in(ana)
    assert ana.get(reverse("monitoring:plan_list")).status_code == 200
    assert "Nada cambió" in reset(EMAIL)
    with pytest.raises(CommandError, match="nadie@"):
        reset("nadie@example.org")
