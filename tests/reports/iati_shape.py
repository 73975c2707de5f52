"""What IATI 2.03 asks of an activity file, checked with its schema where that is at hand, and by ourselves always.

The schema is looked for where `PMH_IATI_SCHEMA` says (a folder), or in `../shared/data/iati` beside the project.
`SHAPE` tells of each element that we write which attributes it must have, which it may, and its children in order.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

from django.conf import settings
from lxml import etree

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEXT = ((), (), ("narrative+",))
CODED = (("code",), (), ())
VALUED = (("value",), (), ("dimension*", "comment?"))
DATED = (("iso-date",), (), ())
# Element: attributes that it must have, attributes that it may have, children (`?` at most one, `*` any, `+` some).
SHAPE: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "iati-activities": (("version",), ("generated-datetime",), ("iati-activity+",)),
    "iati-activity": (
        (),
        ("last-updated-datetime", "hierarchy", XML_LANG),
        (
            "iati-identifier", "reporting-org", "title", "description+", "participating-org+", "activity-status",
            "activity-date+", "activity-scope?", "recipient-country*", "location*", "sector*", "tag*",
            "policy-marker*", "document-link*", "result*",
        ),
    ),
    "iati-identifier": ((), (), ()),
    "reporting-org": (("ref", "type"), ("secondary-reporter",), ("narrative+",)),
    "title": TEXT,
    "description": ((), ("type",), ("narrative+",)),
    "comment": TEXT,
    "name": TEXT,
    "narrative": ((), (XML_LANG,), ()),
    "participating-org": (("role",), ("ref", "type"), ("narrative*",)),
    "activity-status": CODED,
    "activity-date": (("type", "iso-date"), (), ()),
    "activity-scope": CODED,
    "recipient-country": (("code",), ("percentage",), ()),
    "location": ((), ("ref",), ("name?", "description?")),
    "sector": (("code",), ("vocabulary", "percentage"), ()),
    "tag": (("code", "vocabulary"), ("vocabulary-uri",), ("narrative*",)),
    "policy-marker": (("code",), ("vocabulary", "significance"), ()),
    "document-link": (("url", "format"), (), ("title", "category+", "language*", "document-date?")),
    "category": CODED,
    "language": CODED,
    "document-date": DATED,
    "result": (("type",), (), ("title", "indicator+")),
    "indicator": (
        ("measure",),
        ("ascending", "aggregation-status"),
        ("title", "description?", "reference*", "baseline*", "period*"),
    ),
    "reference": (("vocabulary", "code"), ("indicator-uri",), ()),
    "baseline": (("year", "value"), (), ()),
    "period": ((), (), ("period-start", "period-end", "target*", "actual*")),
    "period-start": DATED,
    "period-end": DATED,
    "target": VALUED,
    "actual": VALUED,
    "dimension": (("name", "value"), (), ()),
}  # fmt: skip


def schema_folder() -> Path | None:
    """Where the schema of IATI 2.03 is, if it is anywhere."""
    named = os.environ.get("PMH_IATI_SCHEMA")
    folder = Path(named) if named else Path(settings.BASE_DIR).parent / "shared" / "data" / "iati"
    return folder if (folder / "iati-activities-schema.xsd").is_file() else None


def assert_is_iati(content: bytes) -> etree._Element:
    """The file, parsed. Fails with every place where it is not what IATI 2.03 asks for."""
    root = etree.fromstring(content)
    assert list(problems(root)) == []
    if folder := schema_folder():
        schema = etree.XMLSchema(etree.parse(str(folder / "iati-activities-schema.xsd")))
        assert schema.validate(root), schema.error_log
    return root


def problems(root: Element):
    """Where the file breaks the shape, or a rule that no schema can say."""
    assert root.tag == "iati-activities"
    for element in root.iter():
        yield from _shape(element)
        yield from _values(element)
    for activity in root.iter("iati-activity"):
        kinds = {each.get("type") for each in activity.iter("activity-date")}
        if not kinds & {"1", "2"}:
            yield "an activity has no start"
        for vocabulary in {each.get("vocabulary") for each in activity.iter("sector")}:
            sectors = [each for each in activity.iter("sector") if each.get("vocabulary") == vocabulary]
            if sum(Decimal(each.get("percentage")) for each in sectors) != 100:
                yield "sectors make no whole"


def _shape(element: Element):
    must, may, children = SHAPE[element.tag]
    names = set(element.keys())
    if missing := set(must) - names:
        yield f"{element.tag} lacks {sorted(missing)}"
    if unknown := names - set(must) - set(may):
        yield f"{element.tag} has {sorted(unknown)}"
    order = [each.rstrip("?*+") for each in children]
    found = [child.tag for child in element]
    if unknown := set(found) - set(order):
        yield f"{element.tag} holds {sorted(unknown)}"
    elif found != sorted(found, key=order.index):
        yield f"{element.tag} holds {found} in that order"
    for each in children:
        name, count = each.rstrip("?*+"), found.count(each.rstrip("?*+"))
        if (each[-1] not in "?*" and not count) or (each[-1] not in "*+" and count > 1):
            yield f"{element.tag} holds {name} {count} times"


def _values(element: Element):
    for name, text in element.items():
        if not text:
            yield f"{element.tag}/@{name} is empty"
        if name == "iso-date":
            dt.date.fromisoformat(text)
        if name in ("ascending", "aggregation-status", "secondary-reporter") and text not in ("0", "1"):
            yield f"{element.tag}/@{name} is {text}"
    if element.tag in ("target", "actual", "baseline") and not NUMBER.fullmatch(element.get("value", "")):
        yield f"{element.tag}/@value is {element.get('value')!r}"
    if element.tag in ("iati-identifier", "narrative") and not (element.text or "").strip():
        yield f"{element.tag} is empty"
    if element.tag in ("iati-identifier", "reporting-org") and set("/&|?") & set(
        element.get("ref", element.text or "")
    ):
        yield f"{element.tag} has a sign that identifiers may not have"
    if element.tag == "period":
        first, last = (element.find(f"period-{name}").get("iso-date") for name in ("start", "end"))
        if first > last:
            yield "a period ends before it begins"
    if element.tag == "tag" and element.get("vocabulary") == "99" and not element.get("vocabulary-uri"):
        yield "a vocabulary of our own has no address"
