"""The pages on which an evaluation is written, compared, checked and closed."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role
from monitoring.evaluation import (
    add_finding,
    change_finding,
    close_evaluation,
    open_evaluation,
    subject_from,
    write_section,
)
from monitoring.models import Evaluation, EvaluationSection, Result, Submission
from reports.workspace.closing import load_closing
from reports.workspace.comparison import Way, load_comparison
from reports.workspace.findings import load_finding_form, load_findings
from reports.workspace.guidance import GUIDANCE
from reports.workspace.versions import load_versions
from reports.workspace.writing import load_history, load_writing
from tests.factories import (
    make_activity,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_results,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

KINDS = EvaluationSection.Kind


class World:
    def __init__(self, activities=2):
        self.plan = make_plan(code="PMH-T", closed_up_to="2023-2")
        self.people = make_people()
        self.bruno = self.people.bruno
        self.berta, self.pia = make_user("Berta Díaz"), make_user("Pía Luna")
        make_designation(self.berta, make_unit("GPV"), Role.COORDINATOR)
        make_designation(self.pia, make_unit("GP"), Role.PLANNER)
        self.tree = make_tree(self.plan, activities=activities)
        for number, activity in enumerate(self.tree.activities):
            codes = ("2022-1", "2022-2", "2023-1", "2023-2")
            indicator = make_indicator(activity, code=f"IND.{number:02}", targets=dict.fromkeys(codes, 10))
            values = [5, 5, 8, 8] if number % 2 == 0 else [10, 10, 9, None]
            results = make_results(indicator, dict(zip(codes, values, strict=True)), difficulties="Llovió.")
            make_evidence(results[0], f"Acta {number}")

    def draft(self, year=2023, reason=""):
        return open_evaluation(plan=self.plan, year=year, by=self.bruno, reason=reason)

    def closed(self, year, reason=""):
        draft = self.draft(year, reason)
        return close_evaluation(draft, by=self.bruno, texts_may_be_empty=True)

    def write(self, draft, kind=KINDS.CONTEXT, text="Un año difícil.", by=None):
        seen = draft.sections.get(kind=kind).revision
        return write_section(evaluation=draft, kind=kind, text=text, seen=seen, by=by or self.bruno)

    def write_all(self, draft):
        for kind in KINDS:
            self.write(draft, kind, f"Texto de {kind.label}.")


@pytest.fixture
def world():
    return World()


def address(name, *more, year=2023):
    return reverse(f"reports:evaluation_{name}", args=["PMH-T", year, *more])


@pytest.fixture
def get(client):
    def getter(user, name, *more, year=2023, query="", status=200):
        client.force_login(user)
        answer = client.get(address(name, *more, year=year) + query)
        assert answer.status_code == status
        return answer.content.decode()

    return getter


@pytest.fixture
def post(client):
    def poster(user, name, *more, year=2023, **data):
        client.force_login(user)
        return client.post(address(name, *more, year=year), data)

    return poster


class TestOpening:
    def test_the_list_offers_the_first_version_to_the_coordination(self, world, client):
        page = reverse("reports:evaluation_list", args=["PMH-T"])
        client.force_login(world.bruno)
        assert address("open") in client.get(page).content.decode()
        client.force_login(world.people.alicia)
        assert address("open") not in client.get(page).content.decode()

    def test_opening_leads_to_the_first_empty_section(self, world, post, client):
        answer = post(world.bruno, "open")
        assert Evaluation.objects.get().state == "draft"
        assert answer["Location"] == address("write")
        world.write(Evaluation.objects.get(), KINDS.SUMMARY)
        assert client.get(address("write"))["Location"] == address("section", "contexto")

    def test_opening_is_the_coordinations(self, world, post):
        assert post(world.pia, "open").status_code == 403
        assert post(world.bruno, "open", year=2031).status_code == 404
        assert not Evaluation.objects.exists()


class TestSection:
    @pytest.mark.parametrize("guidance", GUIDANCE, ids=lambda each: each.slug)
    def test_every_section_has_its_guidance_and_figures(self, world, get, guidance):
        world.closed(2022)
        draft = world.draft()
        page = get(world.bruno, "section", guidance.slug)
        assert str(guidance.purpose) in page
        assert "CEPLAN" in page
        assert "En la evaluación 2022" in page
        assert f'data-entry="{address("section_entry", guidance.slug)}"' in page
        assert f"<b>{draft.year}</b>" not in page

    def test_the_figures_are_those_of_the_document(self, world, get):
        world.draft()
        page = get(world.bruno, "section", "analisis")
        detail = get(world.bruno, "detail")
        for figure in ("62.5 %", "85.0 %", "75.0"):  # the year's readings and coverage
            assert figure in page
            assert figure in detail
        assert "Llovió." in get(world.bruno, "section", "factores")

    def test_an_unknown_section(self, world, get):
        world.draft()
        get(world.bruno, "section", "otra", status=404)

    def test_planning_reads_and_does_not_write(self, world, get, post):
        world.write(world.draft())
        page = get(world.pia, "section", "contexto")
        assert "Un año difícil." in page
        assert "data-writing" not in page
        assert post(world.pia, "section", "contexto", text="No.", seen=1).status_code == 403
        assert post(world.people.alicia, "section", "contexto", text="No.", seen=1).status_code == 404

    def test_without_a_script_a_button_saves(self, world, post):
        draft = world.draft()
        assert post(world.bruno, "section", "contexto", text="Escrito.", seen=0).status_code == 302
        assert draft.sections.get(kind=KINDS.CONTEXT).text == "Escrito."

    def test_a_conflict_shows_both_and_keeps_what_was_typed(self, world, post):
        draft = world.draft()
        world.write(draft, text="Lo de Berta.", by=world.berta)
        answer = post(world.bruno, "section", "contexto", text="Lo de Bruno.", seen=0)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Berta Díaz escribió en esta sección" in page
        assert "Lo de Berta." in page
        assert ">Lo de Bruno.</textarea>" in page
        assert 'name="decided" value="1"' in page

    @pytest.mark.parametrize(
        ("keep", "text"),
        [("mine", "Lo de Bruno."), ("theirs", "Lo de Berta."), ("both", "Lo de Berta.\n\nLo de Bruno.")],
    )
    def test_the_person_decides(self, world, post, keep, text):
        draft = world.draft()
        world.write(draft, text="Lo de Berta.", by=world.berta)
        answer = post(world.bruno, "section", "contexto", text="Lo de Bruno.", seen=1, decided=1, keep=keep)
        assert answer.status_code == 302
        assert draft.sections.get(kind=KINDS.CONTEXT).text == text

    def test_a_decision_about_a_text_that_has_changed_again_is_asked_anew(self, world, post):
        draft = world.draft()
        world.write(draft, text="Uno.", by=world.berta)
        world.write(draft, text="Dos.", by=world.berta)
        answer = post(world.bruno, "section", "contexto", text="Mío.", seen=0, decided=1, keep="both")
        assert answer.status_code == 409
        assert draft.sections.get(kind=KINDS.CONTEXT).text == "Dos."

    def test_what_was_typed_while_it_was_closed_is_given_back(self, world, post):
        world.closed(2023)
        answer = post(world.bruno, "section", "contexto", text="A última hora.", seen=0)
        assert answer.status_code == 409
        assert "A última hora." in answer.content.decode()
        entry = post(world.bruno, "section_entry", "contexto", text="A última hora.", seen=0)
        assert (entry.status_code, "cerró" in entry.json()["locked"]) == (409, True)

    def test_what_was_typed_after_the_session_ended_is_given_back(self, world, client):
        draft = world.draft()
        answer = client.post(address("section", "contexto"), {"text": "Costó una hora.", "seen": 0})
        assert (answer.status_code, "Costó una hora." in answer.content.decode()) == (403, True)
        assert "PMH-T" not in answer.content.decode().replace(address("section", "contexto"), "")
        assert draft.sections.get(kind=KINDS.CONTEXT).text == ""

    def test_nobody_else_learns_that_it_was_closed(self, world, post):
        world.closed(2023)
        assert post(world.people.alicia, "section", "contexto", text="x", seen=0).status_code == 404
        assert post(world.people.carla, "section_entry", "contexto", text="x", seen=0).status_code == 404


class TestEntry:
    def test_the_script_saves_and_is_told_how_it_stands(self, world, post, client):
        world.draft()
        state = post(world.bruno, "section_entry", "contexto", text="Uno.", seen=0).json()
        assert (state["revision"], state["text"], state["conflict"], state["by"]) == (1, "Uno.", "", "Bruno Salas")
        assert client.get(address("section_entry", "contexto")).json()["revision"] == 1

    def test_a_conflict_brings_what_the_page_shows(self, world, post):
        world.write(world.draft(), text="Lo de Berta.", by=world.berta)
        state = post(world.bruno, "section_entry", "contexto", text="Mío.", seen=0).json()
        assert "Juntar los dos" in state["conflict"]
        assert state["text"] == "Lo de Berta."

    @pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 40])
    def test_a_revision_that_makes_no_sense_overwrites_nothing(self, world, post, seen):
        world.write(world.draft(), text="Está.")
        assert post(world.bruno, "section_entry", "contexto", text="Otro.", seen=seen).json()["conflict"]

    def test_what_one_person_typed_is_not_signed_by_another(self, world, post):
        draft = world.draft()
        of = world.berta.pk
        assert post(world.bruno, "section_entry", "contexto", text="De Berta.", seen=0, of=of).json()["locked"]
        page = post(world.bruno, "section", "contexto", text="De Berta.", seen=0, of=of)
        assert (page.status_code, ">De Berta.</textarea>" in page.content.decode()) == (403, True)
        assert draft.sections.get(kind=KINDS.CONTEXT).text == ""

    def test_what_is_not_fit_is_said(self, world, post):
        world.draft()
        answer = post(world.bruno, "section_entry", "contexto", text="a" * 60_001, seen=0)
        assert (answer.status_code, "60,000" in answer.json()["refused"]) == (422, True)

    def test_planning_sees_and_is_refused(self, world, post, client):
        world.draft()
        assert post(world.pia, "section_entry", "contexto", text="No.", seen=0).status_code == 403
        assert json.loads(client.get(address("section_entry", "contexto")).content)["locked"]


class TestHistory:
    def test_who_wrote_what_and_how_it_is_restored(self, world, get, post):
        draft = world.draft()
        world.write(draft, text="Un año difícil.")
        world.write(draft, text="Un año muy difícil.", by=world.berta)
        page = get(world.bruno, "section_history", "contexto")
        assert "Berta Díaz" in page
        assert "<ins>" in page
        assert page.index("Berta Díaz") < page.index("La sección empezó vacía.")
        row = draft.sections.get(kind=KINDS.CONTEXT).history.get(text="Un año difícil.")
        assert post(world.bruno, "section_restore", "contexto", row.history_id, seen=1).status_code == 302
        assert draft.sections.get(kind=KINDS.CONTEXT).text == "Un año muy difícil."
        post(world.bruno, "section_restore", "contexto", row.history_id, seen=2)
        assert draft.sections.get(kind=KINDS.CONTEXT).text == "Un año difícil."
        assert post(world.bruno, "section_restore", "contexto", 10**9, seen=3).status_code == 404

    def test_planning_reads_it(self, world, get):
        world.draft()
        assert "Restituir este texto" not in get(world.pia, "section_history", "contexto")


class TestFindings:
    def test_added_with_its_evidence_changed_and_removed(self, world, get, post):
        draft = world.draft()
        about = f"activity:{world.tree.activity.code}"
        form = get(world.bruno, "finding_create", query=f"?sobre={about}")
        assert "Acta 0" in form
        assert "Acta 1" not in form
        evidence = world.plan.indicators.get(code="IND.00").results.first().evidence.get()
        post(world.bruno, "finding_create", text="Se cumplió.", subject=about, evidence=[evidence.pk])
        finding = draft.findings.get()
        page = get(world.pia, "findings")
        assert "Se cumplió." in page
        assert "Acta 0" in page
        assert address("finding_remove", finding.pk) not in page
        post(world.bruno, "finding", finding.pk, text="Se cumplió todo.", subject="", seen=1)
        finding.refresh_from_db()
        assert (finding.text, finding.subject) == ("Se cumplió todo.", None)
        post(world.bruno, "finding_remove", finding.pk, seen=2)
        assert not draft.findings.exists()

    def test_looking_at_evidence_saves_nothing_and_keeps_what_was_typed(self, world, post):
        draft = world.draft()
        answer = post(world.bruno, "finding_create", text="A medias", subject="indicator:IND.01", look=1)
        page = answer.content.decode()
        assert "Acta 1" in page
        assert "A medias" in page
        assert not draft.findings.exists()

    def test_what_somebody_else_wrote_is_shown_beside_what_was_typed(self, world, post):
        finding = add_finding(evaluation=world.draft(), text="A", by=world.bruno)
        change_finding(finding=finding, text="De Berta", subject=None, evidence=[], seen=1, by=world.berta)
        answer = post(world.bruno, "finding", finding.pk, text="De Bruno", subject="", seen=1)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Berta Díaz cambió este hallazgo" in page
        assert ">De Bruno</textarea>" in page
        assert 'name="seen" value="2"' in page

    def test_an_empty_one_is_refused(self, world, post):
        world.draft()
        assert post(world.bruno, "finding_create", text=" ", subject="").status_code == 422
        assert post(world.bruno, "finding_create", text="x", subject="planet:X").status_code == 404


class TestComparison:
    def test_each_figure_beside_the_one_of_the_year_before(self, world, get):
        world.closed(2022)
        draft = world.draft()
        found = load_comparison(draft, world.bruno)
        ways = {node.code: (node.year.way, node.year.points) for node in found.nodes}
        assert ways["01.01.01"] == (Way.ROSE, "30.0")
        assert ways["01.01.02"] == (Way.FELL, "55.0")
        assert {way: count for way, _word, count in found.counts} == {Way.ROSE: 1, Way.FELL: 1}
        page = get(world.bruno, "comparison")
        assert "subió 30.0 puntos" in page
        assert "bajó 55.0 puntos" in page
        assert "bajó 10.0 puntos" in get(world.bruno, "comparison", query="?lectura=reportado")

    def test_a_figure_that_was_not_there_neither_rose_nor_fell(self, world):
        rows = Result.objects.filter(period__code__startswith="2022")
        rows.update(value=None, not_available_reason="Sin registro.")
        world.closed(2022)
        assert {node.year.way for node in load_comparison(world.draft(), world.bruno).nodes} == {Way.NEW}

    def test_it_comes_from_what_was_frozen(self, world):
        world.closed(2022)
        evaluation = world.closed(2023)
        before = load_comparison(evaluation, world.bruno)
        Result.objects.update(value=1)
        assert load_comparison(evaluation, world.bruno) == before

    def test_the_first_one_has_nothing_before(self, world, get):
        world.closed(2022)
        assert "No hay evaluación anterior cerrada" in get(world.people.alicia, "comparison", year=2022)


class TestVersions:
    def test_figures_texts_and_findings_that_differ(self, world, get):
        first = world.draft()
        world.write(first, text="El plan avanza.")
        about = subject_from(world.plan, "indicator:IND.00")
        add_finding(evaluation=first, text="Queda.", subject=about, by=world.bruno)
        add_finding(evaluation=first, text="Se quita.", by=world.bruno)
        old = close_evaluation(first, by=world.bruno, texts_may_be_empty=True)
        new = world.draft(reason="Una corrección.")
        world.write(new, text="El plan no avanza.")
        new.findings.get(text="Se quita.").delete()
        add_finding(evaluation=new, text="Es nuevo.", by=world.bruno)
        Result.objects.filter(period__code="2023-1", indicator__code="IND.00").update(value=10)
        found = load_versions(old, new, (old, new))
        changed = {(row.code, figure.horizon, figure.what): (figure.old, figure.new)
                   for row in found.rows for figure in row.figures}  # fmt: skip
        assert changed["IND.00", "Año 2023", "logro"] == ("16", "18")
        assert changed["PMH-T", "Año 2023", "sobre lo programado"] == ("62.5 %", "67.5 %")
        assert not any(code == "IND.01" for code, _horizon, _what in changed)
        assert [text.title for text in found.texts] == ["Contexto"]
        assert [row.text for row in found.findings_gone] == ["Se quita."]
        assert [row.text for row in found.findings_new] == ["Es nuevo."]
        page = get(world.bruno, "versions")
        assert "no </ins>" in page
        assert "67.5 %" in page

    def test_a_draft_is_not_shown_to_readers(self, world, get):
        world.closed(2023)
        world.draft(reason="Secreto.")
        page = get(world.people.alicia, "versions")
        assert "Secreto." not in page
        assert "Hay una sola versión" in page

    def test_two_that_say_the_same(self, world):
        old = world.closed(2023)
        new = world.closed(2023, reason="Otra vez.")
        assert load_versions(old, new, (old, new)).says_the_same


class TestClosing:
    def test_what_is_missing_leads_to_where_it_is_mended(self, world, get):
        world.plan.periods.filter(code="2023-2").update(state="open", closed_on=None)
        world.draft()
        page = get(world.bruno, "closing")
        assert reverse("monitoring:period_close", args=["PMH-T", "2023-2"]) in page
        assert address("section", "conclusiones") in page
        assert "Cerrar la evaluación 2023</button>" not in page

    def test_what_to_look_at_twice(self, world):
        draft = world.draft()
        world.write(draft)
        make_indicator(world.tree.activity, unit=make_unit("GED"), targets={"2023-1": 1})
        reports = Submission.objects.filter(period__code="2023-1")
        reports.update(submitted_on="2023-12-01")
        Submission.objects.filter(period__code="2023-2").update(state=Submission.State.RETURNED)
        told = " ".join(check.text for check in load_closing(draft, world.bruno).warnings)
        for words in (
            "1 reporte del año nunca empezó",
            "1 reporte del año no tiene conformidad",
            "1 reporte del año llegó fuera de plazo (GPV 2023-1)",
            "más cortas de lo usual",
            "No hay ningún hallazgo",
            "Ninguna recomendación",
        ):
            assert words in told

    def close(self, world, post, **more):
        page = load_closing(Evaluation.objects.get(year=2023, state="draft"), world.bruno)
        return post(world.bruno, "closing", **{"seen": page.mark, "confirmed": "1"} | more)

    def test_what_was_confirmed_is_closed(self, world, get, post):
        draft = world.draft()
        world.write_all(draft)
        add_finding(evaluation=draft, text="Sin medio.", by=world.bruno)
        page = get(world.bruno, "closing")
        assert "No se puede deshacer." in page
        assert "1 hallazgo no tiene medio de verificación." in page
        answer = self.close(world, post)
        assert answer["Location"] == address("detail")
        draft.refresh_from_db()
        assert (draft.state, draft.closed_by) == ("closed", world.bruno)

    def test_not_without_the_tick(self, world, post):
        draft = world.draft()
        world.write_all(draft)
        assert self.close(world, post, confirmed="").status_code == 422
        draft.refresh_from_db()
        assert not draft.is_frozen

    def test_not_when_somebody_wrote_meanwhile(self, world, post):
        draft = world.draft()
        world.write_all(draft)
        mark = load_closing(draft, world.bruno).mark
        world.write(draft, text="A última hora.", by=world.berta)
        answer = self.close(world, post, seen=mark)
        assert "Alguien escribió" in answer.content.decode()
        draft.refresh_from_db()
        assert not draft.is_frozen

    def test_not_over_an_obstacle(self, world, post):
        draft = world.draft()
        answer = self.close(world, post)
        assert (answer.status_code, "sin texto" in answer.content.decode()) == (422, True)
        draft.refresh_from_db()
        assert not draft.is_frozen

    def test_the_second_of_two_is_told_who_was_first(self, world, post, client):
        draft = world.draft()
        world.write_all(draft)
        mark = load_closing(draft, world.bruno).mark
        close_evaluation(draft, by=world.berta)
        post(world.bruno, "closing", seen=mark, confirmed="1")
        assert "Berta Díaz ya cerró la evaluación 2023." in client.get(address("detail")).content.decode()

    def test_planning_looks_and_does_not_close(self, world, get, post):
        world.write_all(world.draft())
        assert "La cierra la coordinación." in get(world.pia, "closing")
        assert post(world.pia, "closing", confirmed="1").status_code == 403


def counted(world, draft):
    """How many queries each loader needs."""
    draft = Evaluation.objects.select_related("plan__government", "opened_by").get(pk=draft.pk)
    loaders = {
        "writing": lambda: load_writing(draft, KINDS.ANALYSIS, world.bruno),
        "history": lambda: load_history(draft, KINDS.CONTEXT, world.bruno),
        "findings": lambda: load_findings(draft, world.bruno),
        "form": lambda: load_finding_form(draft, world.bruno),
        "comparison": lambda: load_comparison(draft, world.bruno),
        "closing": lambda: load_closing(draft, world.bruno),
    }
    found = {}
    for name, load in loaders.items():
        with CaptureQueriesContext(connection) as captured:
            load()
        found[name] = len(captured)
    return found


def test_no_loader_grows_with_what_it_shows(world):
    world.closed(2022)
    draft = world.draft()
    about = subject_from(world.plan, f"activity:{world.tree.activity.code}")
    evidence = [row.pk for row in world.plan.indicators.get(code="IND.00").results.first().evidence.all()]

    def add(number):
        add_finding(evaluation=draft, text=f"H{number}", subject=about, evidence=evidence, by=world.bruno)
        world.write(draft, text=f"Texto {number}.", by=world.bruno if number % 2 else world.berta)

    add(0)
    before = counted(world, draft)
    for number in range(1, 7):
        add(number)
        activity = make_activity(world.tree.actions[0], order=10 + number)
        indicator = make_indicator(activity, targets={"2022-1": 10, "2023-1": 10})
        for result in make_results(indicator, {"2022-1": 5, "2023-1": 7}, difficulties="Llovió."):
            make_evidence(result)
    assert counted(world, draft) == before


def test_pages_of_a_draft_leave_closed_records_unread(world):
    """Such a record is of the size of a whole plan; the side and the check list tell only that it is there."""
    world.closed(2022)
    world.closed(2023)
    draft = world.draft(reason="Una corrección.")
    with CaptureQueriesContext(connection) as captured:
        page = load_closing(draft, world.bruno)
    assert (page.in_force.version, page.side.previous.year) == (1, 2022)
    read = [query["sql"] for query in captured if '"monitoring_evaluation"."frozen"' in query["sql"].split(" FROM ")[0]]
    assert read == []
