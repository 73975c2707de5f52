"""The activity of a plan: who, what for, where, since when, with its published documents and its results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from monitoring.frozen import JSON
from monitoring.scorecard import Level
from plans.measures import days_of
from reports.documents.source import Source
from reports.iati import codes
from reports.iati.results import add_results
from reports.iati.writing import XML_LANG, add, tell, written
from reports.showcase.addresses import Addresses


class Published(Protocol):
    """What is told of a published document."""

    code: str
    kind: str
    title: str
    published_on: dt.date


def activity_file(source: Source, ubigeo: str, documents: tuple[Published, ...] = ()) -> bytes:
    """The IATI file of one plan as its record tells it. `ubigeo`: of its government. The same input, the same bytes."""
    moment = _moment(source, documents)
    root = Element("iati-activities", {"version": codes.VERSION, "generated-datetime": moment})
    root.append(_activity(source, ubigeo, documents, moment))
    return written(root)


def organisation_of(ubigeo: str) -> str:
    """`PE-UBIGEO-1501`: our identifier of a municipality, by its INEI code, since no list of them is registered."""
    return f"{codes.COUNTRY}-UBIGEO-{ubigeo}"


def _moment(source: Source, documents: tuple[Published, ...]) -> str:
    """The day of the last publication, or the last one that the record tells: the clock says nothing about it."""
    days = [days_of(source.card.upto)[1], *(document.published_on for document in documents)]
    return f"{max(days).isoformat()}T00:00:00Z"


def _activity(source: Source, ubigeo: str, documents: tuple[Published, ...], moment: str) -> Element:
    """In the order of the schema."""
    plan, addresses = source.record["plan"], Addresses(source.record["plan"]["code"])
    reporter = organisation_of(ubigeo)
    activity = Element("iati-activity", {"last-updated-datetime": moment, "hierarchy": "1"})
    activity.set(XML_LANG, codes.LANGUAGE)
    add(activity, "iati-identifier", f"{reporter}-{plan['code']}")
    tell(
        activity,
        "reporting-org",
        plan["government"],
        ref=reporter,
        type=codes.LOCAL_GOVERNMENT,
        secondary_reporter="0",
    )
    tell(activity, "title", f"{plan['name']}, {plan['place']}")
    tell(activity, "description", _general(plan), type=codes.GENERAL)
    tell(activity, "description", _objectives(source), type=codes.OBJECTIVES)
    _organisations(activity, source, reporter)
    add(activity, "activity-status", code=_status(source))
    for kind, day in _dates(source):
        add(activity, "activity-date", type=kind, iso_date=day.isoformat())
    _places(activity, plan["place"], ubigeo)
    add(activity, "sector", vocabulary=codes.DAC, code=codes.MIGRATION, percentage="100")
    _tags(activity, source)
    if any(link["gender_focus"] for link in _links(source).values()):
        add(activity, "policy-marker", vocabulary="1", code=codes.GENDER_EQUALITY, significance=codes.SIGNIFICANT)
    _documents(activity, documents, addresses)
    add_results(activity, source, addresses)
    return activity


def _general(plan: JSON) -> str:
    """The mission; and that the wording is not the approved one, where it is not."""
    text = plan.get("description") or plan["name"]
    if plan["is_reference"]:
        text += " " + _(
            "Texto de referencia: los nombres de acciones, actividades y metas no son los del anexo aprobado."
        )
    return text


def _objectives(source: Source) -> str:
    """What the plan sets out to reach: its objectives."""
    objectives = [node.name for node in source.card.at_level(Level.OBJECTIVE)]
    return _("Objetivos: %s") % "; ".join(objectives)


def _organisations(activity: Element, source: Source, reporter: str) -> None:
    """The municipality is accountable; the units that answer at the cut-off implement."""
    plan = source.record["plan"]
    tell(
        activity,
        "participating-org",
        plan["government"],
        ref=reporter,
        type=codes.LOCAL_GOVERNMENT,
        role=codes.ACCOUNTABLE,
    )
    for unit in sorted({row.unit for row in source.card.indicators if row.unit}):
        name = f"{plan['government']}: {source.unit_name(unit)} ({unit})"
        tell(activity, "participating-org", name, type=codes.LOCAL_GOVERNMENT, role=codes.IMPLEMENTING)


def _status(source: Source) -> str:
    """Under way until its last semester is told, then in finalisation; the evaluation of its last year closes it."""
    if source.card.upto < source.outline.periods[-1]:
        return codes.UNDER_WAY
    closed = source.record.get("evaluation", {}).get("closed_on")
    return codes.CLOSED if closed else codes.FINALISATION


def _dates(source: Source) -> Iterator[tuple[str, dt.date]]:
    first, last = days_of(source.outline.periods[0])[0], days_of(source.outline.periods[-1])[1]
    yield codes.PLANNED_START, first
    yield codes.ACTUAL_START, first
    yield codes.PLANNED_END, last
    if _status(source) == codes.CLOSED:
        yield codes.ACTUAL_END, last


def _places(activity: Element, place: str, ubigeo: str) -> None:
    add(activity, "activity-scope", code=codes.SCOPES[len(ubigeo)])
    add(activity, "recipient-country", code=codes.COUNTRY, percentage="100")
    location = add(activity, "location", ref=f"UBIGEO-{ubigeo}")
    tell(location, "name", place)
    tell(location, "description", _("Ubigeo %s del INEI.") % ubigeo)


def _links(source: Source) -> JSON:
    return source.record.get("links", {}).get("activities", {})


def _tags(activity: Element, source: Source) -> None:
    """What the plan's activities contribute to, each once: goals and targets of the SDG, objectives of the Compact."""
    links = source.record.get("links", {})
    targets = {code for link in _links(source).values() for code in link["sdg_targets"]}
    objectives = {number for link in _links(source).values() for number in link["gcm_objectives"]}
    for goal in sorted({int(code.partition(".")[0]) for code in targets}):
        add(activity, "tag", vocabulary=codes.SDG_GOALS, code=str(goal))
    for code in sorted(targets, key=_place_of_target):
        tell(activity, "tag", links["sdg_targets"][code], vocabulary=codes.SDG_TARGETS, code=code)
    for number in sorted(objectives):
        tell(
            activity,
            "tag",
            links["gcm_objectives"][str(number)],
            vocabulary=codes.OWN_TAGS,
            vocabulary_uri=codes.GCM_URI,
            code=str(number),
        )


def _place_of_target(code: str) -> tuple[int, bool, int, str]:
    """`5.2` before `5.10`, and both before `5.a`."""
    goal, _dot, target = code.partition(".")
    return int(goal), not target.isdigit(), int(target) if target.isdigit() else 0, target


def _documents(activity: Element, documents: tuple[Published, ...], addresses: Addresses) -> None:
    link = add(activity, "document-link", url=addresses.home, format="text/html")
    tell(link, "title", _("Página pública del plan"))
    add(link, "category", code=codes.WEB_PAGE)
    add(link, "language", code=codes.LANGUAGE)
    for document in documents:
        link = add(activity, "document-link", url=addresses.document(document.code, "pdf"), format="application/pdf")
        tell(link, "title", document.title)
        add(link, "category", code=codes.CATEGORIES[document.kind])
        add(link, "language", code=codes.LANGUAGE)
        add(link, "document-date", iso_date=document.published_on.isoformat())
