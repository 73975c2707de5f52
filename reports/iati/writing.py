"""Elements as IATI writes them: attributes, and texts as narratives in one language."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plans.workbook.text import clean

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def add(parent: Element, name: str, text: str = "", /, **attributes: str | None) -> Element:
    """An element under another. `_` in names of attributes is `-`; attributes without a value are left out."""
    told = {key.strip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    element = SubElement(parent, name, told)
    if text:
        element.text = clean(text)
    return element


def tell(parent: Element, name: str, text: str, language: str = "", /, **attributes: str | None) -> Element:
    """An element that holds a text, in the language of the activity unless another is given."""
    element = add(parent, name, **attributes)
    narrate(element, text, language)
    return element


def narrate(element: Element, text: str, language: str = "") -> None:
    narrative = add(element, "narrative", text)
    if language:
        narrative.set(XML_LANG, language)


def written(root: Element) -> bytes:
    """The file: UTF-8, indented, with its declaration."""
    indent(root)
    return tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
