"""The manual inside the application: what it lets through, and that every page has its part of it."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from django.urls import resolve, reverse

from institution.models import Role
from pmh.help import manual
from pmh.help.checks import manual_is_there
from pmh.help.topics import NO_PAGE, ON_THE_INDEX, TOPICS, help_address
from tests.factories import make_designation, make_plan, make_unit, make_user
from tests.permissions.test_table import url_names

LINK = re.compile(r'<a [^>]*href="([^"]+)"')
IMAGE = re.compile(r'<img [^>]*src="([^"]+)"')


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The page that such a file makes, beside another called `otra` and one picture."""
    monkeypatch.setattr(manual, "FOLDER", tmp_path)
    (tmp_path / "otra.md").write_text("# Otra\n\n## Aquí\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("# Manual\n\n- [Otra](otra.md)\n", encoding="utf-8")

    def write(text: str) -> str:
        (tmp_path / "una.md").write_text(f"# Una\n\n{text}\n", encoding="utf-8")
        return manual.page("una").body

    return write


class TestManual:
    def test_no_raw_html_passes(self, written):
        body = written('<script>alert(1)</script>\n\nUn <b onclick="x()">texto</b> y <img src=x onerror=y>.')
        assert "<script" not in body
        assert "<b " not in body
        assert "<img" not in body
        assert "&lt;script&gt;" in body

    @pytest.mark.parametrize(
        ("link", "made"),
        [
            ("[a](otra.md)", '<a href="/ayuda/otra/">a</a>'),
            ("[a](otra.md#aquí)", '<a href="/ayuda/otra/#aquí">a</a>'),
            ("[a](README.md)", '<a href="/ayuda/">a</a>'),
            ("[a](#aquí)", '<a href="#aquí">a</a>'),
            ("[a](https://www.gob.pe/ceplan)", 'rel="noopener noreferrer external">a</a>'),
            ("[a](../rules.md)", "<span>a</span>"),
            ("[a](nada.md)", "<span>a</span>"),
            ("[a](javascript:alert(1))", "<span>a</span>"),
            ("[a](//example.org/otra.md)", "<span>a</span>"),
            ("[a](/etc/otra.md)", "<span>a</span>"),
            ("<a@example.org>", "<span>"),
        ],
    )
    def test_links_lead_into_the_help_outside_or_nowhere(self, written, link, made):
        assert made in written(f"Vea {link}.")

    def test_a_picture_alone_is_a_figure(self, written):
        body = written('![El tablero](../images/tablero.png "Todo en una tabla")')
        assert '<figure><a href="/static/manual/tablero.png">' in body
        assert 'alt="Ampliar la imagen: El tablero"' in body
        assert 'width="1366"' in body
        assert "<figcaption>Todo en una tabla</figcaption>" in body
        assert 'class="is-tall"' in written("![El celular](../images/tablero-celular.png)")

    def test_a_picture_that_is_not_ours_is_only_told(self, written):
        for address in ("../images/no-existe.png", "https://example.org/x.png", "../images/../../secreto"):
            body = written(f"![Foto]({address})")
            assert "<img" not in body
            assert "<figcaption>Foto</figcaption>" in body
        assert "<span>Foto</span>" in written("Una ![Foto](../images/tablero.png) aquí.")

    def test_tables_have_heads_and_scroll_by_keyboard(self, written):
        body = written("| Se ve | Es |\n|---|---|\n| a | b |")
        assert '<th scope="col">Se ve</th>' in body
        assert 'tabindex="0"' in body
        assert 'aria-label="Tabla: Se ve, Es"' in body

    def test_headings_are_anchors_in_spanish_as_other_readers_of_markdown_make_them(self, written):
        written("## ¿Qué se pregunta?\n\n### Más «cosas» & demás")
        page = manual.page("una")
        assert page.title == "Una"
        assert page.contents == (manual.Heading("qué-se-pregunta", "¿Qué se pregunta?"),)
        assert page.anchors == {"qué-se-pregunta", "más-cosas-demás"}
        assert "<h1" not in page.body

    def test_a_page_is_made_again_when_its_file_changes(self, written):
        written("Antes")
        assert "Después" in written("Después")

    @pytest.mark.parametrize("slug", ["no-existe", "README", "../rules", "..", "una.md"])
    def test_nothing_else_of_the_disk_is_a_page(self, written, slug):
        with pytest.raises(manual.NoSuchPage):
            manual.page(slug)

    def test_the_machine_says_when_it_lacks_the_manual(self, tmp_path, monkeypatch):
        assert manual_is_there() == []
        monkeypatch.setattr(manual, "FOLDER", tmp_path / "nada")
        assert [found.id for found in manual_is_there()] == ["pmh.W001"]


class TestOurManual:
    @pytest.fixture
    def pages(self):
        return [manual.page(), *manual.parts()]

    def test_the_index_names_every_part(self, pages):
        files = {path.stem for path in manual.FOLDER.glob("*.md")} - {manual.INDEX}
        assert {page.slug for page in pages} - {""} == files

    def test_every_link_arrives(self, pages):
        anchors = {manual.address_of(page.slug): page.anchors for page in pages}
        for page in pages:
            for link in LINK.findall(page.body):
                path, _hash, anchor = unquote(link).partition("#")
                if path.startswith(("http", "/static/")):
                    continue
                assert (path or manual.address_of(page.slug)) in anchors, (page.slug, link)
                assert not anchor or anchor in anchors[path or manual.address_of(page.slug)], (page.slug, link)

    def test_every_picture_is_there(self, pages):
        for page in pages:
            source = (manual.FOLDER / f"{page.slug or manual.INDEX}.md").read_text(encoding="utf-8")
            pictures = IMAGE.findall(page.body)
            assert len(pictures) == source.count("![")
            for picture in pictures:
                assert finders.find(picture.removeprefix("/static/")), picture


class TestTopics:
    def test_every_address_of_the_site_has_its_help(self):
        """A new page takes a line in pmh/help/topics.py; a new file or verb, one among those that are no page."""
        assert set(url_names()) == set(TOPICS) | ON_THE_INDEX | NO_PAGE
        assert len(TOPICS) + len(ON_THE_INDEX) + len(NO_PAGE) == len(set(url_names()))

    @pytest.mark.parametrize("topic", sorted(set(TOPICS.values())))
    def test_every_topic_is_in_the_manual(self, topic):
        slug, _hash, anchor = topic.partition("#")
        page = manual.page(slug)
        assert not anchor or anchor in page.anchors

    def test_the_help_is_about_the_page(self):
        request = RequestFactory().get("/planes/lima/presupuesto/")
        request.resolver_match = resolve(request.path)
        assert help_address(request) == "/ayuda/presupuesto/"

    def test_where_nothing_is_known_it_is_the_index(self):
        assert help_address(None) == help_address(RequestFactory().get("/nada/")) == "/ayuda/"
        assert engines["django"].from_string("{% help_address %}").render({}) == "/ayuda/"


@pytest.mark.django_db
class TestPages:
    def test_index_and_page_are_public_and_say_where_they_are(self, client):
        page = client.get(reverse("help:index")).content.decode()
        assert "Manual de uso" in page
        assert 'href="/ayuda/presupuesto/"' in page
        assert "Ingresar</a>" in page
        page = client.get(reverse("help:page", args=["presupuesto"])).content.decode()
        assert '<a href="#el-plazo">El plazo</a>' in page
        assert 'href="/ayuda/presupuesto/" aria-current="page"' in page

    def test_page_that_does_not_exist(self, client):
        assert client.get("/ayuda/nada/").status_code == 404

    def test_every_layout_leads_to_the_help_of_its_page(self, client):
        plan, person = make_plan(code="lima"), make_user()
        make_designation(person, make_unit("GPV"), Role.COORDINATOR)
        page = client.get(reverse("account_login")).content.decode()
        assert '<a class="help_link" href="/ayuda/lectura/#ingresar" target="ayuda">' in page
        assert 'href="/ayuda/" target="ayuda"' in client.get("/nada/").content.decode()
        client.force_login(person)
        page = client.get(reverse("plans:budget_answers", args=[plan.code])).content.decode()
        assert page.count('<a class="help_link" href="/ayuda/presupuesto/" target="ayuda">') == 2

    def test_the_content_security_policy_stays_as_it_is(self, client):
        answer = client.get(reverse("help:page", args=["lectura"]))
        assert "style-src 'self'" in answer["Content-Security-Policy"]
        assert " style=" not in answer.content.decode()
