"""Parts of the evaluation report: versions, presentation, the year before, people reached, notes of the annex."""

import copy

import pytest

from monitoring.frozen import sha256_of
from reports.documents import evaluation_report
from tests.reports.records import make_record


def previous_of(record):
    """The year before as the record of the year after keeps it."""
    card = record["scorecard"]
    nodes = {row["code"]: {"year": row["year"], "plan": row["plan"]} for row in card["nodes"]}
    return {
        "year": record["evaluation"]["year"],
        "version": 1,
        "sha256": sha256_of(record),
        "closed_on": record["evaluation"]["closed_on"],
        "formula": card["formula"],
        "parameters": card["parameters"],
        "whole": nodes[card["plan"]],
        "nodes": nodes,
    }


@pytest.fixture
def later():
    record = make_record()
    record["previous"] = previous_of(make_record(2022, "2023-02-28"))
    return record


class TestVersions:
    def test_this_one_bears_the_hash_of_its_record(self, record):
        (row,) = evaluation_report(record).versions.rows
        assert row.is_this
        assert row.reason == "Primera versión."
        assert row.fingerprint.replace(" ", "") == sha256_of(record)

    def test_earlier_ones_keep_theirs_and_say_why_they_were_replaced(self, record):
        record["evaluation"] |= {"version": 2, "reason": "Se corrigió un resultado."}
        record["versions"][0]["sha256"] = "ab" * 32
        record["versions"].append(
            {"version": 2, "reason": "Se corrigió un resultado.", "opened_on": "2024-05-02", "closed_on": "2024-05-09",
             "sha256": ""}
        )  # fmt: skip
        first, second = evaluation_report(record).versions.rows
        assert first.fingerprint.replace(" ", "") == "ab" * 32
        assert not first.is_this
        assert (second.reason, second.is_this) == ("Se corrigió un resultado.", True)

    def test_a_record_of_the_first_schema_knows_of_its_own(self, record):
        del record["versions"]
        (row,) = evaluation_report(record).versions.rows
        assert (row.version, row.opened_on) == (1, "–")

    def test_a_draft_has_none_of_it(self):
        (row,) = evaluation_report(make_record(closed_on=None)).versions.rows
        assert (row.fingerprint, row.closed_on) == ("", "en elaboración")


class TestPresentation:
    def test_counts_what_is_measured(self, record):
        texts = {part.title: " ".join(block.text for block in part.blocks) for part in
                 evaluation_report(record).presentation}  # fmt: skip
        assert "Gerencia de Participación Vecinal" in texts["Quién evalúa"]
        assert "3 actividades" in texts["Qué se mide"]
        assert "6 indicadores" in texts["Qué se mide"]
        assert "Un indicador mide un objetivo" in texts["Qué se mide"]


class TestTheYearBefore:
    def test_the_first_evaluation_has_none(self, record):
        assert evaluation_report(record).before is None

    def test_both_years_as_they_were_frozen(self, later):
        report = evaluation_report(later)
        whole = report.before.nodes[0]
        assert whole.name == "Todo el plan"
        assert whole.now.percent == report.summary.numbers[0].text
        before = evaluation_report(make_record(2022, "2023-02-28")).summary.numbers[0].text
        assert f"{whole.before} %" == before

    def test_the_difference_is_that_of_what_is_shown(self, later):
        for row in evaluation_report(later).before.nodes:
            if row.way:
                points = round(float(row.now.text) - float(row.before), 1)
                assert float(row.points.replace("−", "-")) == points

    def test_a_sign_has_no_difference(self, later):
        code = later["previous"]["nodes"]["ACT.01.01.01"]
        code["year"]["counts"] = dict.fromkeys(code["year"]["counts"], 0) | {"not_reported": 1}
        moved = [row.code for row in (*evaluation_report(later).before.up, *evaluation_report(later).before.down)]
        assert "01.01.01" not in moved

    def test_says_when_the_two_are_not_alike(self, later):
        changed = copy.deepcopy(later)
        changed["previous"]["parameters"]["cap"] = None
        assert evaluation_report(later).before.cautions == ()
        assert len(evaluation_report(changed).before.cautions) == 1


class TestPeople:
    def test_nobody_where_the_record_has_none(self, record):
        assert evaluation_report(record).reached is None


class TestNotesOfTheAnnex:
    def test_each_row_names_its_rules_and_the_foot_explains_them(self, record):
        annex = evaluation_report(record).annex
        rows = {row.code: row.notes for group in annex.groups for row in group.rows}
        assert rows["IND.B"] == "a b e"
        assert rows["IND.E"] == "c f"
        assert "d" in rows["IND.A"].split()
        assert [note.mark for note in annex.notes if note.mark in "abcdef"] == list("abcdef")
        assert {"S.P.", "S.I.", "ND", "(*)"} <= {note.mark for note in annex.notes}


class TestEarlierCommitments:
    def test_what_became_of_them(self, record):
        row = {
            "recommendation": "Medir tiempos.",
            "action": "Copiar el registro.",
            "unit": "GMU",
            "due_on": "2023-06-30",
            "state": "in_progress",
            "year": 2022,
            "follow_ups": [
                {"period": "2023-1", "state": "pending", "text": "Sin avance.", "on": "2023-07-14"},
                {"period": "2023-2", "state": "in_progress", "text": "Se hace cada mes.", "on": "2024-01-18"},
            ],
        }
        record["earlier_commitments"] = [row]
        (earlier,) = evaluation_report(record).earlier
        assert (earlier.year, earlier.state, earlier.told) == (2022, "En proceso", "2023-2: Se hace cada mes.")

    def test_none_in_a_record_that_knows_of_none(self, record):
        assert evaluation_report(record).earlier == ()


def people_of(*, by_sex, rest):
    """The `people` of a record: attentions of one activity in both windows, one stock, nobody of the staff."""
    tally = {"total": str(sum(by_sex.values()) + rest), "by_sex": by_sex, "not_broken_down": str(rest)}
    tables = {"sex_age": {"rows": {"18-59": by_sex}, "not_broken_down": str(rest)}}
    window = {
        "periods": ["2023-1", "2023-2"],
        "attentions": {**tally, "tables": tables, "nodes": {"ACT.01.01.02": tally, "L.01": tally}, "indicators": {}},
        "staff": [],
        "stocks": [{"indicator": "IND.E", "period": "2023-2", "total": "3", "by_sex": {}, "not_broken_down": "3"}],
    }
    return {
        "upto": "2023-2",
        "districts": {"150101": "Lima"},
        "indicators": {"IND.B": "attention", "IND.E": "stock"},
        "results": [],
        "year": window,
        "plan": window,
    }


class TestPeopleReached:
    @pytest.fixture
    def reached(self, record):
        record["people"] = people_of(by_sex={"woman": 30, "man": 12}, rest=14)
        return evaluation_report(record).reached

    def test_are_attentions_and_never_persons(self, reached):
        assert reached.numbers[0] == ("56", "atenciones en 2023")
        assert "no personas" in reached.notes[0]

    def test_a_line_adds_up_with_what_has_no_sex(self, reached):
        line = next(row for row in reached.by_node.rows if row.code == "01.01.02")
        assert (line.by_sex, line.rest, line.total) == (("30", "12", "0", "0"), "14", "56")

    def test_what_nobody_broke_down_is_a_dash_and_not_0(self, reached):
        (stock,) = reached.stocks
        assert stock.counts.by_sex == ("–", "–", "–", "–")
        assert (stock.counts.total, stock.period) == ("3", "2023-2")

    def test_tables_with_their_rest_and_those_that_nobody_filled_in(self, reached):
        (table,) = reached.tables
        assert [row.name for row in table.rows] == ["18 a 59", "Sin este cuadro", "Total"]
        assert reached.silent == ("población", "discapacidad", "distrito")
