"""Searching: what is compared, what is found, who finds it, where it leads, how many queries it takes."""

import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from institution import clock
from institution.folding import LETTERS, fold, folded
from institution.models import Role
from monitoring.models import Observation, ObservationReply, Submission
from monitoring.search import MAX_LENGTH, Query, load_search
from monitoring.search.excerpts import LENGTH, excerpt, marked
from plans.models import LibraryItem
from tests.factories import (
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

SPANISH = "El pingüino Ñato ÁÉÍÓÚÜ áéíóúüñ comió 3 % de _maíz_ \\ en Ancón"
TEXT = st.text(alphabet="abcáÁéñÑüÜ <>&\"'%_\\\n0", max_size=40)


# --- What is compared -------------------------------------------------------------------------------------------------


def test_case_and_accents_do_not_matter():
    assert fold("¿Niñez, PINGÜINO y Atención?") == "¿ninez, pinguino y atencion?"
    assert fold("ÁÉÍÓÚÜÑ") == fold("áéíóúüñ") == "aeiouun"


@given(st.text(max_size=50))
def test_a_folded_text_is_as_long_as_it_was(text):
    assert len(fold(text)) == len(text)


@pytest.mark.django_db
@pytest.mark.parametrize("text", [SPANISH, *LETTERS])
def test_python_and_the_database_fold_alike(text):
    unit = make_unit(name=text)
    found = type(unit).objects.annotate(plain=folded("name", "acronym")).get(pk=unit.pk).plain
    assert found == f"{fold(text)}\n{fold(unit.acronym)}"


# --- What was typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("  Atención   Niñez ", ("atencion", "ninez")),
        ('la "mesa de  Trabajo" local', ("la", "mesa de trabajo", "local")),
        ("«mesa de trabajo»", ("mesa de trabajo",)),
        ('una "frase sin cerrar', ("una", "frase", "sin", "cerrar")),
        ('""', ()),
        ("niño nino", ("nino",)),
        ("IND.01", ("ind.01",)),
    ],
)
def test_words_and_phrases(typed, terms):
    assert Query.of(typed).terms == terms


def test_a_query_has_a_limit_and_one_letter_is_too_little():
    assert Query.of("a" * MAX_LENGTH).is_asked
    assert Query.of("a" * (MAX_LENGTH + 1)).is_too_long
    assert Query.of("uno dos tres cuatro cinco seis siete ocho nueve").is_too_long
    assert Query.of("ñ").is_too_short
    assert not Query.of("y a").is_asked
    assert Query.of(" ").is_empty


# --- The excerpt ------------------------------------------------------------------------------------------------------


def test_what_was_found_is_marked_and_the_text_escaped():
    assert marked("<b>Atención & Niñez</b>", ("ninez", "atencion")) == (
        "&lt;b&gt;<mark>Atención</mark> &amp; <mark>Niñez</mark>&lt;/b&gt;"
    )


def test_an_excerpt_is_cut_between_words_around_the_place():
    text = "antes " * 60 + "la atención " + "después " * 60
    piece = excerpt(text, ["atencion"])
    assert re.fullmatch(r"… (antes )+la <mark>atención</mark>( después)+ …", piece)
    assert len(piece) < LENGTH + 20


@given(TEXT, st.lists(TEXT.map(fold).filter(str.strip), max_size=3))
def test_marks_add_nothing_but_marks(text, terms):
    plain = re.sub("</?mark>", "", marked(text, terms))
    assert plain == marked(text, ())
    assert not re.search("<(?!/?mark>)", marked(text, terms))


# --- What is found ----------------------------------------------------------------------------------------------------


@pytest.fixture
def world(db):
    plan = make_plan(code="lima", closed_up_to="2022-1", open_period="2022-2")
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    people = make_people(unit)
    tree = make_tree(plan, lead_unit=unit)
    type(tree.activity).objects.filter(pk=tree.activity.pk).update(
        name="Capacitación en Migración", description="Taller para la niñez."
    )
    indicator = make_indicator(
        tree.activity,
        code="IND.01",
        name="Número de talleres",
        unit=unit,
        targets={"2022-1": 4, "2022-2": 4},
        what_counts="Cada taller de <migración> con lista firmada.",
    )
    return SimpleNamespace(plan=plan, unit=unit, people=people, tree=tree, indicator=indicator)


def found(world, text: str, user=None, kind: str = "") -> dict[str, list]:
    groups = load_search(world.plan, user or world.people.alicia, Query.of(text), kind).groups
    return {group.kind.slug: list(group.hits) for group in groups if group.count}


def draft(world, **story):
    return make_result(world.indicator, "2022-2", 3, state=Submission.State.DRAFT, by=world.people.alicia, **story)


def colleague(world):
    """Somebody of another unit of the same government."""
    user = make_user("Olga Colega")
    make_designation(user, make_unit("GDE"), Role.REPORTER)
    return user


def test_levels_activities_and_codes_of_the_plan(world):
    hits = found(world, "MIGRACION")
    assert [(hit.title, hit.where) for hit in hits["plan"]] == [
        ("Capacitación en <mark>Migración</mark>", "Actividad ACT.01.01.01")
    ]
    assert hits["plan"][0].url == "/planes/lima/nodos/ACT.01.01.01/"
    assert found(world, "ninez")["plan"][0].excerpt == "Taller para la <mark>niñez</mark>."
    assert [hit.where for hit in found(world, "01.01")["plan"]] == [
        "Acción estratégica AE.01.01",
        "Actividad ACT.01.01.01",
    ]
    assert found(world, "lineamiento")["plan"][0].where == "Lineamiento L.01"
    assert found(world, "objetivo")["plan"][0].where == "Objetivo estratégico OE.01"


def test_the_sheet_of_an_indicator(world):
    (hit,) = found(world, "lista firmada")["indicadores"]
    assert (hit.label, hit.url) == ("Qué cuenta", "/planes/lima/indicadores/IND.01/#ficha")
    assert hit.excerpt == "Cada taller de &lt;migración&gt; con <mark>lista</mark> <mark>firmada</mark>."
    assert found(world, "ind.01")["indicadores"][0].url == "/planes/lima/indicadores/IND.01/"


def test_all_words_are_asked_for_and_a_phrase_as_it_stands(world):
    assert "indicadores" in found(world, "firmada taller")
    assert found(world, "firmada elefante") == {}
    assert found(world, '"firmada lista"') == {}
    assert "indicadores" in found(world, '"lista firmada"')


@pytest.mark.parametrize("sign", ["%%", "__", "\\\\"])
def test_signs_of_the_database_are_letters_like_any_other(world, sign):
    assert found(world, sign) == {}
    make_indicator(world.tree.activity, name=f"Con {sign} dentro")
    assert len(found(world, sign)["indicadores"]) == 1


@pytest.mark.parametrize("field", ["achievements", "difficulties", "measures_taken", "note"])
def test_what_the_units_told(world, field):
    result = make_result(world.indicator, "2022-1", 4, **{field: "Se coordinó con el refugio."})
    (hit,) = found(world, "coordino REFUGIO")["resultados"]
    assert hit.url == f"/planes/lima/reportes/2022-1/GMU/#i{world.indicator.pk}"
    assert (hit.where, hit.tag) == ("GMU 2022-1 · IND.01", "Conforme")
    assert hit.excerpt == "Se <mark>coordinó</mark> con el <mark>refugio</mark>."
    page = Client()
    page.force_login(world.people.alicia)
    assert f'id="i{result.indicator_id}"' in page.get(hit.url).content.decode()


def test_observations_and_their_answers(world):
    result = make_result(world.indicator, "2022-1", 4)
    thread = Observation.objects.create(
        submission=result.submission, result=result, text="Falta el acta.", by=world.people.bruno, at=clock.now()
    )
    ObservationReply.objects.create(
        observation=thread, text="El acta va firmada.", by=world.people.alicia, at=clock.now()
    )
    reply, observation = found(world, "acta")["observaciones"]
    assert (reply.title, observation.title) == ("Respuesta de Alicia Rojas", "Observación de Bruno Salas")
    assert reply.url == observation.url == f"/planes/lima/reportes/2022-1/GMU/#o{thread.pk}"
    assert observation.where == "GMU 2022-1 · Número de talleres"


def test_evidence_by_title_and_by_name_of_file(world):
    result = make_result(world.indicator, "2022-1", 4)
    make_evidence(result, "Padrón de asistentes", file_name="padron-2022.pdf")
    assert found(world, "padron asistentes")["medios"][0].title == "<mark>Padrón</mark> de <mark>asistentes</mark>"
    (hit,) = found(world, "padron-2022.pdf")["medios"]
    assert hit.excerpt == "<mark>padron-2022.pdf</mark>"
    assert hit.url == f"/planes/lima/reportes/2022-1/GMU/#i{world.indicator.pk}"


def test_the_library(world):
    item = LibraryItem.objects.create(
        plan=world.plan,
        kind="diagnosis",
        title="Diagnóstico de oportunidades",
        number="12",
        url="https://example.org/d",
    )
    (hit,) = found(world, "diagnostico")["biblioteca"]
    assert (hit.url, hit.where) == (item.url, "Diagnóstico · 12")


def test_other_plans_stay_out(world):
    other = make_plan(code="otro")
    make_indicator(make_tree(other).activity, name="Número de talleres")
    assert [hit.url for hit in found(world, "talleres")["indicadores"]] == ["/planes/lima/indicadores/IND.01/"]


# --- Who finds what ---------------------------------------------------------------------------------------------------


def test_a_draft_is_found_by_its_unit_and_by_those_who_review_only(world):
    result = draft(world, achievements="Secreto en borrador")
    make_evidence(result, "Secreto adjunto")
    Observation.objects.create(
        submission=result.submission, text="Secreto observado", by=world.people.bruno, at=clock.now()
    )
    everything = {"resultados", "medios", "observaciones"}
    assert set(found(world, "secreto")) == everything
    assert set(found(world, "secreto", world.people.bruno)) == everything
    assert found(world, "secreto", colleague(world)) == {}
    Submission.objects.update(state=Submission.State.VALIDATED, submitted_on=clock.today(), due_on=clock.today())
    assert set(found(world, "secreto", colleague(world))) == everything


def test_what_was_withdrawn_is_found_where_it_may_be_opened(world):
    evidence = make_evidence(
        make_result(world.indicator, "2022-1", 4),
        "Retirado a tiempo",
        withdrawn_at=clock.now(),
        withdrawn_by=world.people.alicia,
    )
    (hit,) = found(world, "retirado a tiempo")["medios"]
    assert (hit.tag, hit.url) == ("retirado", f"/medios/{evidence.pk}/")
    assert found(world, "retirado a tiempo", world.people.bruno) == {"medios": [hit]}
    assert found(world, "retirado a tiempo", colleague(world)) == {}


def test_a_document_withdrawn_from_the_library_is_found_by_those_who_keep_it_only(world):
    LibraryItem.objects.create(
        plan=world.plan, kind="other", title="Nota reservada", url="https://example.org/n", withdrawn_on=clock.today()
    )
    planner = make_user()
    make_designation(planner, make_unit("GP"), Role.PLANNER)
    for keeper in (world.people.bruno, planner):
        (hit,) = found(world, "reservada", keeper)["biblioteca"]
        assert hit.tag == "retirado"
    assert found(world, "reservada") == {}
    LibraryItem.objects.update(withdrawn_on=None)
    assert [hit.tag for hit in found(world, "reservada")["biblioteca"]] == [""]


def test_every_hit_opens_for_whoever_found_it(world):
    """For each person, everything that the search shows leads to a page that exists for them."""
    draft(world, achievements="Algo común")
    result = make_result(world.indicator, "2022-1", 4, achievements="Algo común")
    make_evidence(result, "Algo común")
    make_evidence(result, "Algo común", withdrawn_at=clock.now(), withdrawn_by=world.people.alicia)
    make_indicator(world.tree.activity, name="Algo común")
    for user in (world.people.alicia, world.people.bruno, colleague(world)):
        client = Client()
        client.force_login(user)
        for hits in found(world, "algo comun", user).values():
            for hit in hits:
                answer = client.get(hit.url)
                assert answer.status_code == 200, hit.url
                if answer.streaming:
                    answer.getvalue()  # a file stays open until it has been read


# --- The page ---------------------------------------------------------------------------------------------------------


def page(user, query: str = "", **params) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("monitoring:search", args=["lima"]), {"q": query, **params})
    assert answer.status_code == 200
    return answer.content.decode()


def test_search_page_counts_limits_and_leads_to_all_of_a_kind(world):
    for n in range(24):
        make_indicator(world.tree.activity, code=f"X.{n:02}", name=f"Número de cursos {n}")
    first = page(world.people.alicia, "cursos")
    assert "<b>24 resultados</b> para «cursos»" in first
    assert first.count("<mark>cursos</mark>") == 5
    assert "?q=cursos&amp;tipo=indicadores" in first
    second = page(world.people.alicia, "cursos", tipo="indicadores", pagina=2)
    assert second.count("<mark>cursos</mark>") == 4
    assert "Página 2 de 2" in second
    assert "<mark>" not in page(world.people.alicia, "cursos", tipo="medios")


def test_search_page_says_what_to_do_where_nothing_is_shown(world):
    alicia = world.people.alicia
    assert "Qué se puede buscar" in page(alicia)
    assert "contiene «zzz yyy»" in page(alicia, "zzz yyy")
    assert 'href="?q=yyy"' in page(alicia, "zzz yyy")
    assert "hasta ocho palabras, o 120 letras" in page(alicia, "x" * 5000)
    assert "al menos dos letras" in page(alicia, "x")


def test_search_page_escapes_what_was_typed(world):
    assert "<script>alert" not in page(world.people.alicia, "<script>alert(1)</script>")


def test_every_page_of_a_plan_has_the_field(world):
    client = Client()
    client.force_login(world.people.alicia)
    html = client.get("/planes/lima/tablero/").content.decode()
    assert html.count('action="/planes/lima/buscar/"') == 2  # in the header, and in the menu of a phone
    assert "buscar/" not in client.get("/planes/").content.decode()


def queries(world, **params) -> int:
    client = Client()
    client.force_login(world.people.alicia)
    client.get("/planes/lima/buscar/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/planes/lima/buscar/", {"q": "comun", **params})
    return len(captured)


@pytest.mark.parametrize("kind", ["", "indicadores", "resultados", "medios"])
def test_queries_do_not_grow(world, kind):
    def add(count: int) -> None:
        for _ in range(count):
            indicator = make_indicator(world.tree.activity, name="Común", unit=world.unit)
            result = make_result(indicator, "2022-1", 1, achievements="Común")
            make_evidence(result, "Común", url="https://example.org/")
            Observation.objects.create(
                submission=result.submission, result=result, text="Común", by=world.people.bruno, at=clock.now()
            )

    add(1)
    few = queries(world, tipo=kind)
    add(20)
    # Session, person, plan, posts for the header; whether the reader keeps the library; which reports they see, which
    # they are inside of; for each of six kinds a count, and its rows (of a chosen kind only).
    assert few == queries(world, tipo=kind) == 4 + 1 + 2 + 6 + (1 if kind else 6)
