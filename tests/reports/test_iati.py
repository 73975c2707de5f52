"""The IATI activity of a plan: valid, and with the figures of its record."""

import copy
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from lxml import etree

from institution.models import GCMObjective, SDGTarget, Unit
from monitoring.disclosure import PublishedPeople, cells_told
from monitoring.frozen import decimal_text
from monitoring.record import plan_record
from monitoring.scorecard import Level
from plans.measures import Horizon, days_of
from plans.models import Plan
from reports.documents.source import Source
from reports.iati import activity_file
from reports.opendata.rows import Gathered, rows_of
from reports.showcase import load_shelf
from tests.factories import make_indicator, make_people, make_result
from tests.reports.every_kind import AWKWARD, FORMULA, publish_every_kind
from tests.reports.iati_shape import XML_LANG, assert_is_iati, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    publish_every_kind(make_people().bruno)
    return load_shelf("PMH-T")


@pytest.fixture
def source(shelf):
    return shelf.source()


@pytest.fixture
def activity(shelf, source):
    return assert_is_iati(activity_file(source, "1501", shelf.documents))[0]


def indicator_of(activity, code):
    return activity.xpath("result/indicator[reference/@code=$code]", code=code)[0]


def period_of(activity, code, semester):
    first = days_of(semester)[0].isoformat()
    found = indicator_of(activity, code).xpath("period[period-start/@iso-date=$first]", first=first)
    return found[0] if found else None


def told(element):
    return " ".join(element.xpath("comment/narrative/text()"))


class TestFile:
    def test_the_public_file_is_that_of_its_record(self, shelf, source, client):
        answer = client.get(reverse("reports:public_iati", args=["PMH-T"]))
        assert answer["Content-Type"] == "application/xml; charset=utf-8"
        assert answer.content == activity_file(source, "1501", shelf.documents)

    def test_live_rows_change_nothing(self, shelf, client):
        """Names, tags, who implements and the status are those of the record."""
        address = reverse("reports:public_iati", args=["PMH-T"])
        before = client.get(address).content
        for activity in shelf.plan.activities.all():
            activity.gcm_objectives.set([1])
            activity.sdg_targets.set(["1.1"])
        shelf.plan.activities.update(name="Otro nombre", gender_focus=False)
        shelf.plan.indicators.update(name="Otro nombre", counts="percentage")
        Plan.objects.update(name="Otro nombre", description="Otra misión")
        Unit.objects.update(name="Otro nombre")
        GCMObjective.objects.update(name="Otro nombre")
        SDGTarget.objects.update(name="Otro nombre")
        assert client.get(address).content == before

    def test_a_live_record_gives_the_same_figures(self, source, shelf):
        live = Source.of(plan_record(shelf.plan, "2023-2"))
        root = assert_is_iati(activity_file(live, "1501"))
        frozen = assert_is_iati(activity_file(source, "1501", shelf.documents))
        assert list(map(etree.tostring, root.iter("result"))) == list(map(etree.tostring, frozen.iter("result")))

    def test_the_same_input_gives_the_same_bytes_and_what_xml_cannot_hold_is_left_out(self, source):
        record = copy.deepcopy(source.record)
        record["plan"]["name"] = "Plan \x0b<&>\ufffe de todos"
        first = activity_file(Source.of(record), "1501")
        assert first == activity_file(Source.of(copy.deepcopy(record)), "1501")
        title = assert_is_iati(first)[0].findtext("title/narrative")
        assert title == "Plan <&> de todos, Lima Metropolitana"

    def test_the_reference_plan(self):
        call_command("import_plan", "plans/data/reference_plan.xlsx", verbosity=0)
        call_command("import_results", "PMH-2022-2024", "monitoring/data/reference_results_2022.csv", verbosity=0)
        plan = Plan.objects.get(code="PMH-2022-2024")
        root = assert_is_iati(activity_file(Source.of(plan_record(plan, "2022-2")), "1501"))
        assert len(list(root.iter("indicator"))) == plan.indicators.count()
        tags = {(each.get("vocabulary"), each.get("code")) for each in root.iter("tag")}
        linked = plan.activities.order_by()
        assert {code for vocabulary, code in tags if vocabulary == "99"} == {
            str(number) for number in linked.values_list("gcm_objectives", flat=True) if number
        }
        assert {code for vocabulary, code in tags if vocabulary == "3"} == {
            code for code in linked.values_list("sdg_targets", flat=True) if code
        }

    def test_records_of_the_first_schema(self, source):
        """They have no sheets, no counts of people, no links."""
        old = {key: value for key, value in source.record.items() if key not in ("sheets", "people", "links")}
        activity = assert_is_iati(activity_file(Source.of(old), "1501"))[0]
        assert activity.findtext("iati-identifier") == "PE-UBIGEO-1501-PMH-T"
        assert not activity.findall("tag")
        assert indicator_of(activity, "SHARE").get("measure") == "2"

    def test_the_check_of_our_own_sees_what_is_wrong(self, activity):
        root = activity.getparent()
        assert list(problems(root)) == []
        for spoil in (
            lambda root: root[0].remove(root[0].find("title")),
            lambda root: root[0].append(root[0].find("title")),
            lambda root: root[0].append(copy.deepcopy(root[0].find("activity-status"))),
            lambda root: root.find(".//target").set("value", ""),
            lambda root: root.find(".//actual").set("unit", "x"),
            lambda root: root.find(".//period").insert(0, root.find(".//period/target")),
            lambda root: root.find(".//indicator").attrib.pop("measure"),
            lambda root: root.find(".//sector").set("percentage", "50"),
        ):
            spoiled = copy.deepcopy(root)
            spoil(spoiled)
            assert list(problems(spoiled)) != []


class TestActivity:
    def test_who_where_and_since_when(self, activity):
        assert activity.findtext("iati-identifier") == "PE-UBIGEO-1501-PMH-T"
        assert activity.find("reporting-org").get("ref") == "PE-UBIGEO-1501"
        names = activity.xpath("participating-org[@role='4']/narrative/text()")
        assert names == [
            f"Municipalidad Metropolitana de Lima: Gerencia {unit} ({unit})" for unit in ("GDE", "GMU")
        ] or ({"GDE", "GMU"} <= {name.rpartition("(")[2].rstrip(")") for name in names})
        assert activity.find("recipient-country").get("code") == "PE"
        assert activity.find("activity-scope").get("code") == "7"
        dates = {each.get("type"): each.get("iso-date") for each in activity.findall("activity-date")}
        assert dates == {"1": "2022-01-01", "2": "2022-01-01", "3": "2024-12-31"}
        assert activity.find("activity-status").get("code") == "2"
        assert activity.find("sector").get("code") == "15190"

    def test_what_it_contributes_to(self, activity):
        tags = [(each.get("vocabulary"), each.get("code")) for each in activity.findall("tag")]
        assert tags == [("2", "5"), ("2", "10"), ("3", "5.2"), ("3", "5.c"), ("3", "10.7"), ("99", "3"), ("99", "15")]
        assert activity.find("policy-marker").get("code") == "1"

    def test_the_published_documents(self, activity, shelf, settings):
        links = {each.get("url"): each.find("category").get("code") for each in activity.findall("document-link")}
        site = settings.SITE_URL.rstrip("/")
        wanted = {f"{site}{reverse('reports:public_plan', args=['PMH-T'])}": "A12"}
        for row in shelf.documents:
            path = reverse("reports:public_document_file", args=["PMH-T", row.code, "pdf"])
            wanted[f"{site}{path}"] = "A07" if row.is_evaluation else "A08"
        assert links == wanted

    @pytest.mark.parametrize(("closed", "status"), [(True, "4"), (False, "3")])
    def test_the_end(self, source, closed, status):
        record = copy.deepcopy(source.record)
        record["outline"]["periods"] = record["outline"]["periods"][:4]
        record["evaluation"]["closed_on"] = "2024-02-01" if closed else None
        activity = assert_is_iati(activity_file(Source.of(record), "1501"))[0]
        assert activity.find("activity-status").get("code") == status
        ends = [each.get("iso-date") for each in activity.findall("activity-date") if each.get("type") == "4"]
        assert ends == (["2023-12-31"] if closed else [])


class TestResults:
    def test_one_for_each_node_with_indicators(self, activity, source):
        nodes = [node for node in source.outline.nodes if source.card.indicators_of(node.code)]
        titles = activity.xpath("result/title/narrative/text()")
        assert [title.partition(":")[0].split()[-1] for title in titles] == [node.code for node in nodes]
        kinds = [each.get("type") for each in activity.findall("result")]
        assert kinds == ["1" if node.level == Level.ACTIVITY else "2" for node in nodes]
        codes = activity.xpath("result/indicator/reference/@code")
        assert sorted(codes) == sorted(row.code for row in source.card.indicators)

    @pytest.mark.parametrize(
        ("code", "measure", "ascending", "adds_up"),
        [
            ("PEOPLE", "1", "1", "1"),
            ("STOCK", "1", "1", "0"),
            ("DAYS", "1", "0", "0"),
            ("SHARE", "2", "1", "0"),
        ],
    )
    def test_how_it_is_measured(self, activity, code, measure, ascending, adds_up):
        found = indicator_of(activity, code)
        told = (found.get("measure"), found.get("ascending"), found.get("aggregation-status"))
        assert told == (measure, ascending, adds_up)

    def test_every_target_and_value_is_the_scorecards(self, activity, source):
        seen = 0
        for row in source.card.indicators:
            for entry in source.outline.by_indicator[row.code].series.entries:
                card = source.semesters.get(entry.period)
                value = card and card.indicator(row.code)[Horizon.SEMESTER].value
                period = period_of(activity, row.code, entry.period)
                if entry.target is None and value is None:
                    assert period is None
                    continue
                assert period.xpath("target/@value") == ([] if entry.target is None else [decimal_text(entry.target)])
                whole = period.xpath("actual[not(dimension)]/@value")
                assert whole == ([] if value is None else [decimal_text(value)])
                seen += len(whole)
        assert seen == 14

    def test_the_figure_of_the_card_follows_from_them(self, activity, source):
        def total(name):
            found = indicator_of(activity, "PEOPLE").xpath(f"period[position() <= 4]/{name}[not(dimension)]/@value")
            return sum(map(Decimal, found))

        figure = source.card.indicator("PEOPLE")[Horizon.PLAN]
        assert (total("target"), total("actual")) == (figure.target, figure.value)

    def test_baselines(self, activity):
        assert dict(indicator_of(activity, "STOCK").find("baseline").attrib) == {"year": "2021", "value": "4"}
        for code, words in (("DAYS", "Línea de base: 30, sin año informado."), ("PEOPLE", "Línea de base: ND.")):
            assert indicator_of(activity, code).find("baseline") is None
            assert words in indicator_of(activity, code).findtext("description/narrative")

    def test_why_there_is_no_value(self, activity):
        assert told(period_of(activity, "DAYS", "2023-1").find("target")).endswith(f"Motivo: {FORMULA}")
        assert told(period_of(activity, "STOCK", "2022-2").find("target")).startswith("S.I. ")
        assert told(period_of(activity, "SHARE", "2023-1").find("target")).startswith("(*) ")
        assert told(period_of(activity, "DAYS", "2023-2").find("actual")).startswith("S.P. ")
        assert not told(period_of(activity, "LATER", "2024-2").find("target"))
        assert period_of(activity, "DAYS", "2022-2").find("actual").get("value") == "0"

    def test_a_semester_declared_nd_of_which_nothing_was_programmed_has_no_period(self, shelf):
        """There is neither a target nor a value that could carry the reason; the open data tell it."""
        unasked = make_indicator(shelf.plan.activities.first(), code="UNASKED", targets={"2022-1": 5})
        make_result(unasked, "2022-2", not_available_reason="No hay sistema.")
        live = Source.of(plan_record(shelf.plan, "2023-2"))
        activity = assert_is_iati(activity_file(live, "1501"))[0]
        assert period_of(activity, "UNASKED", "2022-1") is not None
        assert period_of(activity, "UNASKED", "2022-2") is None
        (row,) = (
            row
            for row in rows_of("targets_and_results", Gathered(live, "1501"))
            if (row["indicator"], row["period"]) == ("UNASKED", "2022-2")
        )
        assert (row["target"], row["value"], row["status"]) == (None, None, "not_programmed")
        assert (row["not_available"], row["not_available_reason"]) == (True, "No hay sistema.")

    def test_what_was_reprogrammed(self, activity):
        revised = "Meta reprogramada: de 10 a {}, por Memorando 001-2024 del 1 feb. 2024."
        assert revised.format(25) in told(period_of(activity, "MOVED", "2023-1").find("target"))
        assert revised.format("–") in told(period_of(activity, "MOVED", "2023-2").find("actual"))

    def test_parts_of_a_percentage(self, activity):
        assert "Numerador 4, denominador 6." in told(period_of(activity, "SHARE", "2022-1").find("actual"))

    def test_comments_are_in_spanish_whatever_the_file_is_in(self, activity):
        assert set(activity.xpath("//comment/narrative/@xml:lang", namespaces={})) == {"es"}
        assert activity.get(XML_LANG) == "es"

    def test_awkward_texts_come_through(self, activity):
        assert activity.findtext("description/narrative") == AWKWARD


class TestPeople:
    def test_the_cells_are_those_that_may_be_told(self, activity, source):
        people = PublishedPeople.of(source.record["people"])
        seen = 0
        for result in people.results:
            period = period_of(activity, result.indicator, result.period)
            found = sorted(
                (
                    each.find("dimension").get("value"),
                    len(each.findall("dimension")),
                    each.get("value"),
                )
                for each in period.xpath("actual[dimension]")
            )
            wanted = cells_told(result, result.tables)
            assert found == sorted((cell.sex, 2 if cell.category else 1, str(cell.number)) for cell in wanted)
            seen += len(found)
        assert seen > 5

    def test_no_small_cell_and_it_is_said(self, activity):
        values = [int(value) for value in activity.xpath("//actual[dimension]/@value")]
        assert all(value == 0 or value > 4 for value in values)
        assert "«Sexo y edad»: se publica solo el total." in told(
            period_of(activity, "PEOPLE", "2022-2").find("actual")
        )
        assert "«Sexo y edad»: se publica solo por sexo." in told(
            period_of(activity, "PEOPLE", "2023-1").find("actual")
        )

    def test_the_names_of_the_dimensions(self, activity):
        period = period_of(activity, "PEOPLE", "2022-1")
        assert {"sex", "age", "district"} == set(period.xpath("actual/dimension/@name"))
        assert "outside" in period.xpath("actual/dimension[@name='district']/@value")
        assert set(period_of(activity, "STAFF", "2022-1").xpath("actual/dimension/@name")) == {"sex"}
