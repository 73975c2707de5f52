"""The manual as pages: the Markdown files of `docs/manual/`, made into HTML that holds nothing but what they say.

No raw HTML passes. Links between the files become addresses of the help, links to other files of the repository
(which a reader does not have) become plain text, and pictures of `docs/images/` are static files of ours.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, slugify_unicode
from markdown.treeprocessors import Treeprocessor

FOLDER: Path = settings.BASE_DIR / "docs" / "manual"
IMAGES: Path = settings.BASE_DIR / "docs" / "images"
# Where STATICFILES_DIRS puts those pictures.
STATIC_IMAGES = "manual"
INDEX = "README"
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
LINK_TO_PART = re.compile(r"\]\(([a-z0-9-]+)\.md\)")


class NoSuchPage(LookupError):
    """The manual has no part of that name."""


@dataclass(frozen=True)
class Heading:
    anchor: str
    text: str


@dataclass(frozen=True)
class ManualPage:
    """One file. `slug` is empty for the index; `contents` are its sections, `anchors` its headings of every level.

    The title stands apart: `body` is what follows it.
    """

    slug: str
    title: str
    body: SafeString
    contents: tuple[Heading, ...]
    anchors: frozenset[str]


def page(slug: str = "") -> ManualPage:
    """The index, or the part of that name. Raises NoSuchPage."""
    name = slug or INDEX
    path = FOLDER / f"{name}.md"
    if (slug and not NAME.fullmatch(slug)) or not path.is_file():
        raise NoSuchPage(slug)
    return _rendered(slug, path, path.stat().st_mtime_ns)


def parts() -> list[ManualPage]:
    """The parts in the order in which the index names them."""
    slugs = dict.fromkeys(LINK_TO_PART.findall((FOLDER / f"{INDEX}.md").read_text(encoding="utf-8")))
    return [page(slug) for slug in slugs]


@lru_cache(maxsize=64)
def _rendered(slug: str, path: Path, written: int) -> ManualPage:
    """Made once per process and version of the file."""
    markdown = Markdown(
        extensions=["tables", "sane_lists", TocExtension(slugify=slugify_unicode), OurPages()], output_format="html"
    )
    body = markdown.convert(path.read_text(encoding="utf-8"))
    # The files are ours and no HTML of theirs passes (OurPages).
    safe = mark_safe(body.partition("</h1>")[2])  # noqa: S308  (our own manual, from this repository)
    top = markdown.toc_tokens[0]
    contents = tuple(Heading(token["id"], unescape(token["name"])) for token in top["children"])
    return ManualPage(slug, unescape(top["name"]), safe, contents, frozenset(_anchors(top["children"])))


def _anchors(tokens: list[dict]) -> set[str]:
    return {token["id"] for token in tokens}.union(*(_anchors(token["children"]) for token in tokens))


# --- What differs from plain Markdown


class OurPages(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # After the inline patterns, which make the links, and before the tree is serialised.
        md.treeprocessors.register(OurElements(md), "ours", 15)


class OurElements(Treeprocessor):
    """Rewrites links, and dresses tables and pictures as the rest of the site does."""

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                if change := CHANGES.get(child.tag):
                    parent[place] = change(child)
                    parent[place].tail = child.tail


def _link(link: Element) -> Element:
    """To the help, to a place on this page, to another site; anything else is told and leads nowhere."""
    href = urlsplit(link.get("href", ""))
    path = Path(href.path)
    anchor = f"#{href.fragment}" if href.fragment else ""
    if href.scheme in ("http", "https"):
        link.set("rel", "noopener noreferrer external")
    elif not href.scheme and not href.netloc and not href.path:
        pass
    elif not href.scheme and path.suffix == ".md" and path.parent == Path() and (FOLDER / path).is_file():
        link.set("href", address_of("" if path.stem == INDEX else path.stem) + anchor)
    else:
        link.tag = "span"
        link.attrib.clear()
    return link


def _table(table: Element) -> Element:
    """Wider than a phone it scrolls by itself, and by keyboard too."""
    table.set("class", "table")
    for cell in table.iter("th"):
        cell.set("scope", "col")
    frame = Element(
        "div", {"class": "panel scroll", "tabindex": "0", "role": "region", "aria-label": _table_name(table)}
    )
    frame.append(table)
    return frame


def _table_name(table: Element) -> str:
    return _("Tabla: %(columns)s") % {"columns": ", ".join("".join(cell.itertext()) for cell in table.iter("th"))}


def _paragraph(paragraph: Element) -> Element:
    """A picture that stands alone is a figure: what it shows below it, and a click makes it large."""
    pictures = paragraph.findall("img")
    if len(pictures) != 1 or len(paragraph) != 1 or (paragraph.text or "").strip() or (pictures[0].tail or "").strip():
        return paragraph
    image = pictures[0]
    path = IMAGES / Path(image.get("src", "")).name
    shown, caption = image.get("alt", ""), image.get("title") or image.get("alt", "")
    figure = Element("figure")
    if path.suffix == ".png" and path.is_file():
        source = static(f"{STATIC_IMAGES}/{path.name}")
        width, height = png_size(path)
        link = SubElement(figure, "a", {"href": source})
        told = _("Ampliar la imagen: %(shown)s") % {"shown": shown}
        size = {"class": "is-tall"} if height > width else {}
        size |= {"width": str(width), "height": str(height), "loading": "lazy"}
        SubElement(link, "img", {"src": source, "alt": told} | size)
    SubElement(figure, "figcaption").text = caption
    return figure


def _picture(image: Element) -> Element:
    """Amid a text, a picture is only told."""
    told = Element("span")
    told.text = image.get("alt", "")
    return told


CHANGES: dict[str, Callable[[Element], Element]] = {
    "a": _link,
    "table": _table,
    "p": _paragraph,
    "img": _picture,
}


def png_size(path: Path) -> tuple[int, int]:
    """Width and height from the file's first bytes, so that the page does not jump while pictures arrive."""
    with path.open("rb") as file:
        return struct.unpack(">II", file.read(24)[16:])


def address_of(slug: str) -> str:
    return reverse("help:page", args=[slug]) if slug else reverse("help:index")
