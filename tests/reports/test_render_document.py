"""The command that writes a document to a file: all of it or nothing."""

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from monitoring.evaluation import close_evaluation, open_evaluation
from reports import issuing
from reports.issuing import archived, content_of
from reports.management.commands import render_document
from reports.pdf import PdfUnavailable
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    plan = make_plan(code="PMH-T", closed_up_to="2022-2")
    indicator = make_indicator(make_tree(plan).activity, code="IND", targets={"2022-1": 512, "2022-2": 1024})
    make_results(indicator, {"2022-1": 301, "2022-2": 984})
    by = make_people().bruno
    return close_evaluation(open_evaluation(plan=plan, year=2022, by=by), by=by, texts_may_be_empty=True)


def test_writes_the_document(evaluation, pango, tmp_path, capsys):
    file = tmp_path / "2022.pdf"
    call_command("render_document", "evaluation", "PMH-T", "2022", "--output", str(file))
    assert "83.66" in "".join(page.extract_text() for page in PdfReader(file).pages)
    said = capsys.readouterr().out
    assert evaluation.sha256 in said
    assert [path.name for path in tmp_path.iterdir()] == ["2022.pdf"]
    document = archived(evaluation)
    assert file.read_bytes() == content_of(document)
    assert document.code in said


def test_what_was_issued_is_not_printed_again(evaluation, tmp_path, press):
    file = tmp_path / "2022.pdf"
    for _time in range(2):
        call_command("render_document", "evaluation", "PMH-T", "2022", "--output", str(file))
    assert len(press) == 1
    assert file.read_bytes() == content_of(archived(evaluation))


def test_without_a_closed_evaluation(evaluation, tmp_path):
    with pytest.raises(CommandError, match="close_evaluation"):
        call_command("render_document", "evaluation", "PMH-T", "2023", "--output", str(tmp_path / "a.pdf"))
    with pytest.raises(CommandError, match="PMH-T"):
        call_command("render_document", "evaluation", "OTRO", "2022", "--output", str(tmp_path / "a.pdf"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("output", ["", "no/existe/a.pdf"])
def test_a_place_that_is_none(evaluation, tmp_path, output):
    with pytest.raises(CommandError, match="carpeta que exista"):
        call_command("render_document", "evaluation", "PMH-T", "2022", "--output", str(tmp_path / output))


def test_never_half_a_file(evaluation, tmp_path, press, monkeypatch):
    file = tmp_path / "2022.pdf"
    file.write_bytes(b"lo anterior")

    def full(self, target):
        raise OSError(28, "No queda espacio")

    monkeypatch.setattr(render_document.Path, "replace", full)
    with pytest.raises(CommandError, match="No queda espacio"):
        call_command("render_document", "evaluation", "PMH-T", "2022", "--output", str(file))
    assert file.read_bytes() == b"lo anterior"
    assert [path.name for path in tmp_path.iterdir()] == ["2022.pdf"]


def test_a_machine_that_cannot_print(evaluation, tmp_path, monkeypatch):
    def refuse(kind, record, stamp):
        raise PdfUnavailable("Falta Pango.")

    monkeypatch.setattr(issuing, "print_document", refuse)
    with pytest.raises(CommandError, match="Falta Pango"):
        call_command("render_document", "evaluation", "PMH-T", "2022", "--output", str(tmp_path / "a.pdf"))
