"""What an evaluation report contains, from a record alone: no database is touched here."""

import copy
import dataclasses

import pytest

from plans.measures import Reading
from reports.documents import evaluation_report
from reports.documents.text import blocks_of
from tests.reports.records import make_record


def all_indicators(report):
    for guideline in report.guidelines:
        for objective in guideline.objectives:
            yield from objective.own
            for action in objective.actions:
                yield from action.indicators


def indicator(report, code):
    return next(row for row in all_indicators(report) if row.code == code)


def texts(part):
    """Every text inside a document, whatever its depth."""
    if isinstance(part, str):
        yield str(part)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from texts(getattr(part, field.name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from texts(value)


class TestCover:
    def test_says_which_evaluation(self, record):
        cover = evaluation_report(record).cover
        assert cover.title == "Evaluación 2023 del Plan de Movilidad Humana"
        assert cover.place == "Lima Metropolitana, 2022-2024"
        assert cover.cutoff == "Metas físicas con cierre al 31 de diciembre de 2023."
        assert cover.ordinal == "Segunda de tres evaluaciones."
        assert cover.version == "Versión 1 · cerrada el 28 feb. 2024"
        assert not cover.is_reference
        assert not cover.is_draft

    def test_first_digits_of_the_hash(self, record):
        report = evaluation_report(record)
        assert len(report.sha256) == 64
        assert report.cover.fingerprint.replace(" ", "") == report.sha256[:16]

    def test_a_draft_has_no_hash_and_says_so(self):
        report = evaluation_report(make_record(closed_on=None))
        assert report.cover.is_draft
        assert report.sha256 == report.cover.fingerprint == ""
        assert report.file_name == "evaluacion-2023-pmh-t-v1-borrador.pdf"

    @pytest.mark.parametrize(("name", "title"), [
        ("Plan de Movilidad Humana 2022-2024", "Evaluación 2023 del Plan de Movilidad Humana"),
        ("Movilidad para todos", "Evaluación 2023: Movilidad para todos"),
    ])  # fmt: skip
    def test_title_of_any_plan(self, record, name, title):
        record["plan"]["name"] = name
        assert evaluation_report(record).cover.title == title

    def test_more_evaluations_than_words_for_them(self, record):
        record["plan"]["last_year"] = 2029
        assert evaluation_report(record).cover.ordinal == "Evaluación 2 de 8."


class TestFigures:
    def test_are_those_of_the_record_and_not_computed_again(self, record):
        changed = copy.deepcopy(record)
        row = next(row for row in changed["scorecard"]["indicators"] if row["code"] == "IND.A")
        row["year"]["progress"]["programmed"] = "12.345"
        assert indicator(evaluation_report(changed), "IND.A").lines[0].official.text == "12.35"

    def test_so_are_those_of_each_semester(self, record):
        row = next(row for row in record["semesters"]["2022-1"]["indicators"] if row["code"] == "IND.A")
        row["semester"]["value"] = "77"
        report = evaluation_report(record)
        rows = {row.code: row for group in report.annex.groups for row in group.rows}
        assert rows["IND.A"].semesters[0].value == "77"
        assert "2022-1: meta 512, resultado 77" in indicator(report, "IND.A").chart

    def test_a_zero_is_a_value_and_a_gap_is_not_a_zero(self, record):
        rows = {row.code: row for group in evaluation_report(record).annex.groups for row in group.rows}
        assert [cell.value for cell in rows["IND.A"].semesters] == ["301", "984", "0", "S.I."]
        assert [cell.value for cell in rows["IND.B"].semesters] == ["S.I.", "ND", "26", "30"]
        assert [cell.target for cell in rows["IND.D"].semesters] == ["–", "–", "0", "0"]
        assert [cell.value for cell in rows["IND.D"].semesters] == ["S.P.", "S.P.", "3", "4"]
        assert rows["IND.A"].semesters[2].is_sign is False

    def test_pooled_percentages_show_their_value(self, record):
        rows = {row.code: row for group in evaluation_report(record).annex.groups for row in group.rows}
        assert [cell.value for cell in rows["IND.C"].semesters] == ["66.67", "50", "75", "ND"]

    def test_signs_stand_for_figures(self, record):
        line = indicator(evaluation_report(record), "IND.D").lines[0]
        assert line.official.text == line.other.text == "(*)"
        assert line.official.word == "sin cifra"

    def test_letters_of_the_rules_that_bite(self, record):
        report = evaluation_report(record)
        assert indicator(report, "IND.B").lines[0].official.notes == "a b"  # 56 of 40: capped, and above 120 %
        assert indicator(report, "IND.E").lines[0].official.notes == "c"  # below its baseline
        assert "d" in indicator(report, "IND.A").lines[0].official.notes  # GPV validated its own report
        assert indicator(report, "IND.B").lines[0].value_notes == "e"  # a person may be counted twice
        assert indicator(report, "IND.E").lines[0].target_notes == "f"  # its target was changed
        first = report.guidelines[0].objectives[0].actions[0]
        assert [note.mark for note in first.notes] == ["a", "b", "d", "e"]

    def test_an_indicator_above_activity_enters_nothing_so_nothing_is_capped(self, record):
        objective = evaluation_report(record).guidelines[0].objectives[0]
        assert [row.code for row in objective.own] == ["IND.O"]
        assert "a" not in objective.own[0].lines[0].official.notes.split()
        assert "b" in objective.own[0].lines[0].official.notes.split()  # 150 %

    def test_lights_have_a_word_and_a_shape(self, record):
        cells = [line.official for row in all_indicators(evaluation_report(record)) for line in row.lines]
        assert all(cell.word for cell in cells)
        assert all("<path" in cell.mark for cell in cells if not cell.is_sign)

    def test_only_the_official_reading_carries_the_light(self, record):
        official = evaluation_report(record)
        other = evaluation_report(make_record(reading=Reading.REPORTED))
        assert (official.official, official.other) == ("Sobre lo programado", "Sobre lo reportado")
        assert (other.official, other.other) == ("Sobre lo reportado", "Sobre lo programado")
        assert all(line.other.light is None for row in all_indicators(other) for line in row.lines)

    def test_in_the_first_year_the_plan_to_date_is_the_year(self, record):
        first = evaluation_report(make_record(2022, "2023-02-28"))
        assert [line.horizon for line in first.units[0].lines] == ["Año y plan"]
        later = evaluation_report(record)
        assert [line.horizon for line in later.units[0].lines] == ["Año 2023", "Plan"]

    def test_units_from_high_to_low(self, record):
        units = evaluation_report(record).units
        shown = [unit.lines[0].official.text for unit in units]
        assert shown == sorted(shown, key=float, reverse=True)
        assert {unit.code for unit in units} == {"GPV", "GMU", "GDE"}

    def test_nothing_after_the_cut_off_is_told(self):
        report = evaluation_report(make_record(2022, "2023-02-28"))
        assert report.annex.periods == ("2022-1", "2022-2")
        assert not any("984" in text and "2023-1" in text for text in texts(report.annex))


class TestSummary:
    def test_a_sentence_and_three_numbers(self, record):
        summary = evaluation_report(record).summary
        whole = next(row for row in record["scorecard"]["nodes"] if row["level"] == "plan")
        assert summary.sentence.startswith("En 2023 el plan alcanzó el ")
        assert len(summary.numbers) == 3
        assert float(summary.numbers[0].text.removesuffix(" %")) == pytest.approx(
            float(whole["year"]["progress"]["programmed"]), abs=0.051
        )
        assert "metas semestrales" in summary.second

    def test_only_a_closed_evaluation_of_closed_semesters_has_official_figures(self, record):
        working = make_record()
        working["scorecard"]["figures"] = "working"
        cases = (
            (record, "cifra oficial", "oficiales"),
            (make_record(closed_on=None), "cifra preliminar", "preliminares: la evaluación no está cerrada"),
            (working, "cifra preliminar", "de trabajo: hay semestres sin cerrar"),
        )
        for given, caption, standing in cases:
            report = evaluation_report(given)
            assert caption in report.summary.numbers[0].caption
            assert dict(report.method.parameters)["Cifras"] == standing

    def test_in_the_first_year_the_plan_is_not_told_again(self):
        captions = [number.caption for number in evaluation_report(make_record(2022, "2023-02-28")).summary.numbers]
        assert [caption.split()[0] for caption in captions] == ["avance", "cobertura"]

    def test_only_lights_that_there_are_get_counted(self, record):
        counted = evaluation_report(record).summary.second.partition(": ")[2]
        assert "0 " not in counted.replace("10 ", "").replace("20 ", "")
        assert counted.endswith(".")

    def test_nothing_reported_at_all(self):
        record = make_record()
        for row in record["scorecard"]["nodes"]:
            counts = row["year"]["counts"]
            counts["not_reported"], counts["computed"] = sum(counts.values()), 0
            counts["not_available"] = counts["not_computable"] = counts["not_programmed"] = 0
        summary = evaluation_report(record).summary
        assert summary.sentence == "En 2023 el plan no tiene resultados con conformidad."
        assert summary.numbers[0].text == "S.I."

    def test_best_and_worst_do_not_overlap(self, record):
        summary = evaluation_report(record).summary
        assert len(summary.best) == len(summary.worst) == 1
        assert summary.best[0].code != summary.worst[0].code

    def test_the_chart_leaves_gaps_and_tells_itself_in_words(self, record):
        chart = evaluation_report(record).summary.chart
        assert "<title" in chart
        assert "L.02: 2022-1" in chart


class TestMethod:
    def test_parameters(self, record):
        parameters = dict(evaluation_report(record).method.parameters)
        assert parameters["Fórmula"] == "pmh-1"
        assert parameters["Tope en promedios"] == "100 %"
        assert parameters["Semestres"] == "2022-1 a 2023-2"

    def test_says_when_there_is_no_cap(self):
        report = evaluation_report(make_record(cap=None))
        assert dict(report.method.parameters)["Tope en promedios"] == "sin tope"
        assert any("sin tope" in line for rule in report.method.rules for line in rule.lines)
        assert indicator(report, "IND.B").lines[0].official.notes == "b"

    def test_reports_used_and_what_to_know_of_them(self, record):
        method = evaluation_report(record).method
        rows = {row.acronym: row.cells for row in method.reports}
        assert [cell.text for cell in rows["GMU"]] == ["histórico", "–", "–", "19 ene. 2024"]
        assert rows["GMU"][3].marks == "T N"
        assert rows["GPV"][2].marks == "C"
        assert [mark for mark, _text in method.report_marks] == ["T", "N", "C"]


class TestTexts:
    def test_paragraphs_and_lists(self):
        blocks = blocks_of("Uno\nsigue.\n\nDos:\n- a;\n- b.\nFin.")
        assert [(block.is_list, block.lines) for block in blocks] == [
            (False, ("Uno", "sigue.")),
            (False, ("Dos:",)),
            (True, ("a;", "b.")),
            (False, ("Fin.",)),
        ]

    def test_an_empty_section_says_so(self, record):
        sections = evaluation_report(record).sections
        assert next(iter(sections)) == "summary"
        assert len(sections) == 7
        assert sections["context"].blocks == ()
        assert sections["context"].empty == "Sección sin texto al cierre."

    def test_what_followed(self, record):
        report = evaluation_report(record)
        assert (report.revisions[0].old, report.revisions[0].new) == ("S.P.", "9")
        assert report.revisions[0].document == "Informe 041-2023, 12 jun. 2023"
        assert report.remarks[0].lines == (("No disponible", "Se perdió el registro."),)
        assert report.commitments[0].due_on == "28 jun. 2024"


class TestFindings:
    def test_of_the_first_schema_they_are_texts(self):
        (finding,) = evaluation_report(make_record()).findings
        assert (finding.text, finding.about, finding.evidence) == ("Un hallazgo.", "", ())

    def test_with_what_they_are_about_and_what_shows_it(self):
        record = make_record()
        file = {"title": "Acta", "sha256": "ab" * 32, "url": "", "period": "2023-1", "indicator": "IND.A"}
        link = {"title": "Nota", "sha256": "", "url": "https://example.org", "period": "2023-2", "indicator": "IND.A"}
        about = {"level": "activity", "code": "ACT.01", "name": "Talleres"}
        record["findings"] = [{"text": "Cumple.", "about": about, "evidence": [file, link]}]
        (finding,) = evaluation_report(record).findings
        assert finding.about == "Actividad ACT.01, Talleres"
        assert [each.where for each in finding.evidence] == ["huella abababababab…", "https://example.org"]

    @pytest.mark.parametrize(("level", "word"), [("indicator", "Indicador"), ("unit", "Unidad orgánica")])
    def test_every_level_has_its_word(self, level, word):
        record = make_record()
        record["findings"] = [{"text": "x", "about": {"level": level, "code": "C", "name": "N"}, "evidence": []}]
        assert evaluation_report(record).findings[0].about == f"{word} C, N"
