"""How figures, words and the navigation look in templates; and the pages that need no plan."""

from decimal import Decimal

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults
from django.views.csrf import csrf_failure

from institution.demo_accounts import DEMO_PASSWORD
from institution.models import Role
from monitoring.progress import IndicatorFigure, Light, Progress, Status
from tests.factories import PASSWORD, make_designation, make_people, make_plan, make_unit, make_user


def rendered(text: str, **context) -> str:
    return engines["django"].from_string(text).render(context)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("0.125", 2, "0.13"),
        ("2.675", 2, "2.68"),
        ("-33.335", 2, "-33.34"),
        ("1234.55", 1, "1,234.6"),
        ("100", 1, "100.0"),
        (None, 1, "–"),
    ],
)
def test_figure(value, places, shown):
    assert rendered(f"{{{{ v|figure:{places} }}}}", v=None if value is None else Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1200.5000", "1,200.5"),
        ("1000000", "1,000,000"),
        ("0", "0"),
        ("0.0001", "0.0001"),
        ("66.6666666667", "66.67"),
        (None, "–"),
    ],
)
def test_quantity(value, shown):
    assert rendered("{{ v|quantity }}", v=None if value is None else Decimal(value)) == shown


def figure_of(progress: str | None, light: Light | None, status: Status = Status.COMPUTED, due: int = 1):
    value = None if progress is None else Decimal(progress)
    return IndicatorFigure(
        target=Decimal(1), value=value, status=status, progress=Progress(value, value), light=light, due=due, reported=0
    )


def test_light_is_colour_shape_figure_and_word():
    pill = rendered("{% light f 'programmed' 2 %}", f=figure_of("94.165", Light.AMBER))
    assert "pill--fair" in pill
    assert "<path" in pill
    assert "94.17 %" in pill
    assert "cerca de la meta" in pill


def test_light_shows_a_sign_with_its_explanation_never_a_zero():
    pill = rendered("{% light f %}", f=figure_of(None, Light.GREY, Status.NOT_REPORTED))
    assert ">S.I.<" in pill
    assert "Sin información" in pill
    assert "0" not in pill


def test_light_of_the_whole_plan_has_no_colour_and_may_not_be_due():
    assert "pill--plain" in rendered("{% light f %}", f=figure_of("33.3", None))
    assert "aún no vence" in rendered("{% light f %}", f=figure_of(None, None, Status.NOT_REPORTED, due=0))


def test_slots():
    assert rendered("{% notice 'warning' %}<b>x</b>{% endnotice %}") == (
        '<div class="notice notice--warning" role="note"><b>x</b></div>'
    )
    assert "<dd>x</dd>" in rendered("{% fact 'Etiqueta' %} x {% endfact %}")
    assert rendered("{% fact 'Etiqueta' %}  {% endfact %}") == ""
    assert "&lt;b&gt;" in rendered("{% fact 'E' %}{{ v }}{% endfact %}", v="<b>")


@pytest.mark.django_db
def test_nav_marks_where_one_is():
    make_plan(code="lima", closed_up_to="2022-1")
    client = Client()
    client.force_login(make_people().alicia)
    page = client.get(reverse("monitoring:unit_detail", args=["lima", "GMU"])).content.decode()
    assert f'href="{reverse("monitoring:unit_list", args=["lima"])}" aria-current="true"' in page
    page = client.get(reverse("monitoring:scorecard", args=["lima"])).content.decode()
    assert f'href="{reverse("monitoring:scorecard", args=["lima"])}" aria-current="page"' in page
    assert "GMU · Enlace técnico" in page


# --- The door ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_login_lists_demonstration_accounts_in_the_demonstration_only(client, settings):
    people = make_people()
    others = [make_user() for _ in range(3)]
    for user in others:
        make_designation(user, make_unit("GDE"), Role.VIEWER)
    page = client.get(reverse("account_login")).content.decode()
    assert people.alicia.email not in page
    settings.PMH_DEMO = True
    page = client.get(reverse("account_login")).content.decode()
    assert DEMO_PASSWORD in page
    assert people.alicia.email in page.partition("<details")[0]
    assert others[0].email in page.partition("<details")[2]


@pytest.mark.django_db
def test_login_and_sign_up_closed(client):
    alicia = make_people().alicia
    response = client.post(reverse("account_login"), {"login": alicia.email, "password": PASSWORD})
    assert response.status_code == 302
    assert "coordinación del plan" in Client().get(reverse("account_signup")).content.decode()


@pytest.mark.django_db
def test_login_says_what_is_wrong(client):
    response = client.post(reverse("account_login"), {"login": "nadie@example.org", "password": "x"})
    page = response.content.decode()
    assert 'role="alert"' in page
    assert "Revise lo siguiente" in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_reset_password", "account_reset_password_done", "account_inactive"])
def test_account_pages_wear_the_design(client, name):
    assert "entrance-card" in client.get(reverse(name)).content.decode()


# --- When something is not as it should -------------------------------------------------------------------------


def test_error_pages_wear_the_design():
    request = RequestFactory().get("/nada/")
    pages = {
        "No encontramos esta página": defaults.page_not_found(request, Exception()),
        "No tiene permiso para esto": defaults.permission_denied(request, Exception()),
        "Algo falló de nuestro lado": defaults.server_error(request),
        "No pudimos entender esta solicitud": defaults.bad_request(request, Exception()),
        "La página venció": csrf_failure(request),
    }
    for text, response in pages.items():
        page = response.content.decode()
        assert text in page
        assert "components.css" in page


def test_templates_carry_no_inline_style_or_script(settings):
    """The content security policy would drop them silently."""
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if "reports" in path.parts:
            continue  # documents are not served to a browser
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path


def test_components_and_partials_name_their_inputs(settings):
    folder = settings.BASE_DIR / "templates"
    for path in [*folder.glob("components/*.html"), *folder.glob("monitoring/_*.html")]:
        assert path.read_text(encoding="utf-8").startswith("{#"), path
