"""The open data of a plan: every file as it is declared, with the figures of its record."""

import csv
import hashlib
import io
import json
import re
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse

from monitoring.disclosure import PublishedPeople
from monitoring.record import plan_record
from monitoring.scorecard import Level
from plans.measures import Horizon, Reading
from plans.models import Activity
from reports.documents.source import Source
from reports.opendata.package import DESCRIPTION, description, package_files, package_zip
from reports.opendata.rows import ROWS, Gathered, rows_of
from reports.opendata.tables import TABLES
from reports.showcase import load_shelf
from tests.factories import make_people
from tests.reports.every_kind import AWKWARD, FORMULA, publish_every_kind
from tests.reports.publishing import publish_record
from tests.reports.table_schema import broken_references, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    publish_every_kind(make_people().bruno)
    return load_shelf("PMH-T")


@pytest.fixture
def source(shelf):
    return shelf.source()


@pytest.fixture
def gathered(shelf):
    source, evaluation = shelf.told()
    return Gathered(source, "1501", shelf.documents, shelf.in_force, evaluation)


@pytest.fixture
def files(gathered):
    return package_files(gathered)


def opened(files):
    """The description, and the rows of each table by its name."""
    package = json.loads(files[DESCRIPTION])
    return package, {each["name"]: read(files[each["path"]], each["schema"]) for each in package["resources"]}


@pytest.fixture
def tables(files):
    return opened(files)[1]


def get(client, name, *more, **headers):
    return client.get(reverse(f"reports:{name}", args=["PMH-T", *more]), headers=headers)


class TestDeclared:
    def test_every_table_has_rows_and_every_column_its_names(self):
        assert [table.name for table in TABLES] == list(ROWS)
        for table in TABLES:
            assert str(table.title)
            assert str(table.about)
            assert table.description
            assert len(set(table.names)) == len(table.columns)
            assert set(table.key) <= set(table.names)
            for column in table.columns:
                assert re.fullmatch("[a-z][a-z0-9_]*", column.name)
                assert str(column.title)
                assert column.description.endswith(".")

    def test_what_identifies_a_row_is_required(self):
        for table in TABLES:
            for column in table.columns:
                assert column.required or column.name not in table.key or column.type in ("integer", "date")

    def test_references_lead_to_keys(self):
        keys = {table.name: table.key for table in TABLES}
        for table in TABLES:
            for each in table.references:
                assert set(each.columns) <= set(table.names)
                assert each.key == keys[each.table]

    def test_no_row_says_more_than_is_declared(self, gathered):
        """What the record holds beyond the columns stays out, except what is told on purpose elsewhere."""
        told = {"targets_and_results": {"due", "reported", "coverage"}, "commitments": {"year", "follow_ups"}}
        told["nodes"] = set()
        for table in TABLES:
            for row in rows_of(table.name, gathered):
                assert set(row) - set(table.names) <= told.get(table.name, set()), table.name


class TestFiles:
    def test_every_file_is_as_its_schema_says(self, files):
        package, tables = opened(files)
        assert set(files) == {DESCRIPTION, *(each["path"] for each in package["resources"])}
        assert broken_references(package, tables) == []
        assert all(rows for name, rows in tables.items() if name != "commitment-follow-ups")

    def test_the_check_sees_what_is_wrong(self, files):
        package, tables = opened(files)
        schema = next(each["schema"] for each in package["resources"] if each["name"] == "breakdowns")
        whole = files["breakdowns.csv"]
        first = whole.split(b"\r\n")[1]
        for spoilt in (first[:-1] + b"x", first[: first.rindex(b",") + 1], first.replace(b"2022", b"22"), first + b","):
            with pytest.raises(ValueError, match=r"count|period|cells"):
                read(whole.replace(first, spoilt), schema)
        with pytest.raises(ValueError, match="keys"):
            read(whole + first + b"\r\n", schema)
        tables["units"].pop()
        assert broken_references(package, tables)

    def test_the_description_says_what_each_file_is(self, files, gathered):
        package = json.loads(files[DESCRIPTION])
        assert package["profile"] == "tabular-data-package"
        assert package["licenses"][0]["name"] == "CC-BY-4.0"
        assert package["version"] == "2023.2.1"
        assert package["sources"][0]["path"].endswith(f"{gathered.in_force.code}.json")
        for each in package["resources"]:
            content = files[each["path"]]
            assert each["bytes"] == len(content)
            assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"

    def test_the_same_record_gives_the_same_bytes(self, shelf, gathered):
        again = load_shelf("PMH-T")
        source, evaluation = again.told()
        first = package_zip(gathered)
        assert first == package_zip(Gathered(source, "1501", again.documents, again.in_force, evaluation))
        with zipfile.ZipFile(io.BytesIO(first)) as package:
            assert package.testzip() is None
            assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            content = {name.partition("/")[2]: package.read(name) for name in package.namelist()}
        assert content == package_files(gathered)

    def test_formulas_are_text_and_awkward_texts_come_through(self, files, tables):
        nodes = {row["code"]: row for row in tables["nodes"]}
        assert nodes["ACT.01.01.01"]["name"] == f"'{FORMULA}"
        assert tables["plan"][0]["description"] == AWKWARD
        results = {(row["indicator"], row["period"]): row for row in tables["targets-and-results"]}
        assert results["DAYS", "2023-1"]["not_available_reason"] == f"'{FORMULA}"
        assert sum(row["not_available_reason"] is not None for row in results.values()) == 1
        for name, content in files.items():
            if name != DESCRIPTION:
                cells = (cell for line in csv.reader(io.StringIO(content.decode(), newline="")) for cell in line)
                assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]

    def test_a_live_record_gives_the_same_figures(self, shelf, gathered):
        live = Gathered(Source.of(plan_record(shelf.plan, "2023-2")), "1501")
        package, tables = opened(package_files(live))
        assert broken_references(package, tables) == []
        assert "sources" not in description(live, package_files(live))
        for name in ("targets_and_results", "node_progress", "breakdowns"):
            assert list(rows_of(name, live)) == list(rows_of(name, gathered))

    def test_records_of_the_first_schema(self, gathered):
        """They have no sheets, no counts of people, no links."""
        old = {key: value for key, value in gathered.record.items() if key not in ("sheets", "people", "links")}
        package, tables = opened(package_files(Gathered(Source.of(old), "1501")))
        assert broken_references(package, tables) == []
        assert tables["breakdowns"] == tables["attentions"] == []


class TestFigures:
    def test_targets_and_results_are_the_scorecards(self, tables, source):
        rows = {(row["indicator"], row["period"]): row for row in tables["targets-and-results"]}
        assert len(rows) == len(source.card.indicators) * 6
        for indicator in source.outline.indicators:
            for entry in indicator.series.entries:
                row = rows[indicator.code, entry.period]
                assert row["target"] == entry.target
                card = source.semesters.get(entry.period)
                figure = card and card.indicator(indicator.code)[Horizon.SEMESTER]
                assert row["value"] == (figure and figure.value)
                assert row["status"] == (figure and figure.status.value)
                assert row["progress_programmed"] == (figure and figure.progress.programmed)
                assert row["progress_reported"] == (figure and figure.progress.reported)

    def test_what_is_missing_is_empty_and_a_zero_is_a_zero(self, files):
        cells = [line.split(",") for line in files["targets_and_results.csv"].decode().split()]
        lines = {(line[0], line[1]): line for line in cells}
        assert lines["DAYS", "2022-2"][3] == "0"
        assert lines["DAYS", "2023-1"][3] == ""
        assert lines["DAYS", "2023-1"][6] == "true"
        assert lines["LATER", "2022-1"][2] == ""

    def test_indicators_in_every_window(self, tables, source):
        rows = {(row["indicator"], row["horizon"]): row for row in tables["indicator-progress"]}
        assert len(rows) == len(source.card.indicators) * len(Horizon)
        for indicator in source.card.indicators:
            for horizon in Horizon:
                row, figure = rows[indicator.code, horizon.value], indicator[horizon]
                assert (row["target"], row["value"]) == (figure.target, figure.value)
                assert row["status"] == figure.status.value
                self.assert_same(row, figure)

    @pytest.mark.parametrize(("name", "column"), [("node-progress", "node"), ("unit-progress", "unit")])
    def test_nodes_and_units(self, tables, source, name, column):
        rows = {(row[column], row["upto"], row["horizon"]): row for row in tables[name]}
        wanted = 0
        for card in {**source.semesters, source.card.upto: source.card}.values():
            for node in card.nodes:
                if (node.level == Level.UNIT) == (column == "unit"):
                    for horizon, figure in node.figures.items():
                        row = rows[node.code, card.upto, horizon.value]
                        self.assert_same(row, figure)
                        for status, count in figure.counts.items():
                            assert row[f"indicators_{status.value}"] == count
                        wanted += 1
        assert wanted == len(rows) > 8

    @staticmethod
    def assert_same(row, figure):
        for reading in Reading:
            assert row[f"progress_{reading.value}"] == figure.progress.by(reading)
        assert row["light"] == (figure.light and figure.light.value)
        assert (row["due"], row["reported"], row["coverage"]) == (figure.due, figure.reported, figure.coverage)


class TestPeople:
    def test_the_cells_are_those_that_are_published(self, tables, source):
        people = PublishedPeople.of(source.record["people"])
        told = {
            (result.indicator, result.period, table, category or "all", sex): count
            for result in people.results
            for table, each in result.tables.items()
            for (category, sex), count in each.cells.items()
        }
        names = ("indicator", "period", "table", "category", "sex")
        assert {tuple(row[name] for name in names): row["count"] for row in tables["breakdowns"]} == told
        levels = {(row["indicator"], row["period"], row["table"]): row["level"] for row in tables["breakdown-tables"]}
        assert {levels["PEOPLE", period, "sex_age"] for period in ("2022-1", "2022-2", "2023-1")} == {
            "full",
            "total",
            "sex",
        }

    def test_no_small_cell(self, tables):
        assert all(row["count"] == 0 or row["count"] > 4 for row in tables["breakdowns"])

    def test_attentions(self, tables, source):
        window = PublishedPeople.of(source.record["people"]).plan
        rows = {row["node"]: row for row in tables["attentions"] if row["horizon"] == "plan"}
        assert rows["PMH-T"]["total"] == window.attentions.total == 174
        assert rows["PMH-T"]["not_broken_down"] == window.attentions.not_broken_down
        assert set(rows) == {"PMH-T", *window.nodes}
        for code, tally in window.nodes.items():
            assert rows[code]["woman"] == tally.by_sex.get("woman")


class TestWhatIsToldOfIt:
    def test_who_leads_and_what_it_contributes_to(self, tables):
        row = next(row for row in tables["nodes"] if row["code"] == "ACT.01.01.01")
        assert (row["lead_unit"], row["supporting_units"]) == ("GMU", "GDE")
        assert (row["gcm_objectives"], row["sdg_targets"], row["igm_dimension"]) == ("3;15", "5.2;5.c;10.7", 2)
        assert row["gender_focus"] is True

    def test_reprogrammings(self, tables):
        told = [(row["indicator"], row["period"], row["old"], row["new"]) for row in tables["target-revisions"]]
        assert told == [("MOVED", "2023-1", Decimal(10), Decimal(25)), ("MOVED", "2023-2", Decimal(10), None)]

    def test_commitments_and_documents(self, tables, shelf):
        (commitment,) = tables["commitments"]
        assert (commitment["unit"], commitment["recommendation"]) == ("GCU", AWKWARD)
        assert {row["code"] for row in tables["documents"]} == {row.code for row in shelf.documents}
        (evaluation,) = tables["evaluations"]
        assert (evaluation["year"], evaluation["version"], evaluation["superseded"]) == (2023, 1, False)


class TestSite:
    def test_what_is_downloaded_is_what_is_made(self, gathered, files, client):
        assert get(client, "public_data_package").content == package_zip(gathered)
        for name, content in files.items():
            answer = get(client, "public_data_file", name)
            assert answer.content == content
            assert name in answer["Content-Disposition"]
        assert get(client, "public_data_file", "plan.csv")["Content-Type"] == "text/csv; charset=utf-8"

    def test_every_file_and_column_is_on_the_page(self, shelf, client):
        page = get(client, "public_data").content.decode()
        for table in TABLES:
            assert reverse("reports:public_data_file", args=["PMH-T", table.path]) in page
            for column in table.columns:
                assert f"<code>{column.name}</code>" in page
        assert "creativecommons.org/licenses/by/4.0" in page

    @pytest.mark.parametrize("name", ["public_data_package", "public_iati", "plan.csv", "datapackage.json"])
    def test_a_repeat_is_304_and_any_site_may_read_it(self, shelf, client, name, django_assert_num_queries):
        address = (name,) if name.startswith("public_") else ("public_data_file", name)
        with django_assert_num_queries(2):  # what is published, and its record
            answer = get(client, *address)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Cookie" not in answer.get("Vary", "")
        with django_assert_num_queries(1):
            again = get(client, *address, **{"if-none-match": answer["ETag"]})
        assert again.status_code == 304
        assert again["Access-Control-Allow-Origin"] == "*"

    def test_live_rows_change_nothing(self, shelf, client):
        before = get(client, "public_data_package").content
        Activity.objects.update(name="Otro nombre")
        assert get(client, "public_data_package").content == before

    def test_what_is_not_there(self, shelf, client):
        assert get(client, "public_data_file", "nada.csv").status_code == 404
        for name in ("public_data", "public_data_package", "public_iati"):
            assert client.get(reverse(f"reports:{name}", args=["PMH-X"])).status_code == 404

    def test_a_plan_without_figures_has_none(self, client):
        people = make_people()
        plan = publish_every_kind(people.bruno)
        plan.documents.update(published_on=None, published_by=None)
        publish_record(plan, "road_map", {"steps": []}, people.bruno)
        assert client.get(reverse("reports:public_documents", args=["PMH-T"])).status_code == 200
        for name in ("public_data", "public_data_package", "public_iati"):
            assert get(client, name).status_code == 404
        assert "datos/" not in client.get(reverse("reports:public_documents", args=["PMH-T"])).content.decode()
