"""What WeasyPrint's PDF/A-3a still lacks, done while the file is still a tree of objects.

One file is to be PDF/A-3a (ISO 19005-3, it can be read in fifty years) and PDF/UA-1 (ISO 14289-1, it can be read
aloud). WeasyPrint names one of the two, so the metadata are written here: both names, and the description of the
second's schema, which the first demands. What stands in the margins of each page is marked as no part of the text:
running titles, page numbers and the marks of drafts are not read aloud in the middle of a sentence.

Done on WeasyPrint's own objects before they are written: opening the finished file again would cost more and give the
same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reports.documents.kinds import Attachment

RECORD_NAME = "registro.json"
# The alternative text of a drawing that says nothing by itself.
DECORATION = "decoration"


def finish(document: Any, pdf: Any, *, attached: Sequence[Attachment]) -> None:
    """Metadata of both standards, margins as artifacts, attachments with their types. Called by `write_pdf`."""
    _write_metadata(pdf, document.metadata)
    _unread_margins(pdf)
    _say_what_headers_head(pdf)
    _type_attachments(pdf, {file.name: file.media_type for file in attached})
    pdf.catalog["ViewerPreferences"]["DisplayDocTitle"] = "true"


# --- Metadata ---------------------------------------------------------------------------------------------------

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">\
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
{properties}
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 the document follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def _write_metadata(pdf: Any, metadata: Any) -> None:
    """Replaces the packet: it has to agree with what the file says of itself elsewhere."""
    stream = _object(pdf, pdf.catalog["Metadata"])
    stream.stream = [_PACKET.format(properties="\n".join(_properties(metadata, pdf.info["Producer"]))).encode()]
    stream.compress = False  # so that anybody can read it


def _properties(metadata: Any, producer: Any) -> Iterator[str]:
    def alternatives(name: str, text: str) -> str:
        return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{name}>'

    def listed(name: str, kind: str, texts: Sequence[str]) -> str:
        items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
        return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"

    yield f"<pdf:Producer>{escape(producer.string)}</pdf:Producer>"
    if metadata.title:
        yield alternatives("dc:title", metadata.title)
    if metadata.description:
        yield alternatives("dc:description", metadata.description)
    if metadata.authors:
        # A single text in the file's other place: one item here.
        yield listed("dc:creator", "Seq", [", ".join(metadata.authors)])
    if metadata.lang:
        yield listed("dc:language", "Bag", [metadata.lang])
    if metadata.created:
        yield f"<xmp:CreateDate>{escape(metadata.created)}</xmp:CreateDate>"
    if metadata.modified:
        yield f"<xmp:ModifyDate>{escape(metadata.modified)}</xmp:ModifyDate>"


# --- Margins ----------------------------------------------------------------------------------------------------


def _unread_margins(pdf: Any) -> None:
    """Marks as artifacts what the tree of tags does not reach: WeasyPrint tags margins but hangs them nowhere.

    And what only decorates, which is taken out of the tree on the way.
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    reached = set(_reached(pdf, _object(pdf, root["K"][0])))
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    contents = {page["StructParents"]: page["Contents"] for page in _pages(pdf)}
    for index in range(0, len(numbers), 2):
        key, parents = numbers[index], numbers[index + 1]
        if not isinstance(parents, list):
            continue  # an annotation's
        loose = {place for place, reference in enumerate(parents) if _number(reference) not in reached}
        if not loose:
            continue
        for place in loose:
            element = _object(pdf, parents[place])
            element.clear()
            parents[place] = "null"
        _mark_as_artifacts(_object(pdf, contents[key]).stream, loose)


def _reached(pdf: Any, element: Any) -> Iterator[int]:
    """The numbers of all elements under one, itself too; decoration is dropped."""
    todo = [element]
    while todo:
        current = todo.pop()
        yield current.number
        kids = current.get("K", ())
        dropped = []
        for kid in kids:
            if isinstance(kid, bytes):
                child = _object(pdf, kid)
                if child.get("Type") != "/StructElem":
                    continue
                if "Alt" in child and child["Alt"].string == DECORATION:
                    dropped.append(kid)
                else:
                    todo.append(child)
        for kid in dropped:
            kids.remove(kid)


def _mark_as_artifacts(stream: list, loose: set[int]) -> None:
    """`/P <</MCID 4>> BDC` becomes `/Artifact <</Type /Pagination>> BDC`."""
    for index, part in enumerate(stream):
        if isinstance(part, dict) and part.get("MCID") in loose:
            stream[index - 1] = "/Artifact"
            part.clear()
            part["Type"] = "/Pagination"


# --- Tables ---------------------------------------------------------------------------------------------


def _say_what_headers_head(pdf: Any) -> None:
    """Header cells in the head of a table stand above a column, all others before a row."""
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            group = _object(pdf, _object(pdf, element["P"])["P"])
            element["A"]["Scope"] = "/Column" if group.get("S") == "/THead" else "/Row"


# --- Attachments ------------------------------------------------------------------------------------------------


def weasy_attachments(attached: Sequence[Attachment], day: dt.date) -> list:
    """The files as WeasyPrint wants them, all of one day, in the order of their names that PDF demands."""
    from weasyprint import Attachment  # noqa: PLC0415

    moment = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    return [
        Attachment(
            string=file.content,
            name=file.name,
            description=file.description,
            created=moment,
            modified=moment,
            relationship=file.relationship,
        )
        for file in sorted(attached, key=lambda file: file.name)
    ]


def _type_attachments(pdf: Any, media_types: dict[str, str]) -> None:
    """What each file is, as we know it: WeasyPrint asks the machine. And each listed once."""
    for specification in pdf.objects:
        if isinstance(specification, dict) and specification.get("Type") == "/Filespec":
            media_type = media_types[specification["UF"].string]
            _object(pdf, specification["EF"]["F"]).extra["Subtype"] = "/" + media_type.replace("/", "#2f")
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


# --- Objects ----------------------------------------------------------------------------------------------------


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[_number(reference)]


def _pages(pdf: Any) -> Iterator[Any]:
    return (_object(pdf, reference) for reference in pdf.page_references)
