"""What is told of a public page where its address is shared: title, description with the figure in words, picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from monitoring.showing import LEVEL_NAMES, READING_NAMES, short_code
from plans.measures import Horizon
from reports.documents.figures import Cell, node_cell
from reports.documents.source import Source
from reports.documents.summary import summary
from reports.showcase.figures import NodePage, node_page, unit_page
from reports.showcase.indicators import IndicatorPage, indicator_page
from reports.showcase.preview import Preview
from reports.showcase.shelf import Shelf

# What networks show of a description, and of an image's alternative text.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Share:
    """`address` and `image` are paths; the layout puts the site before them. `image` may be empty."""

    address: str
    title: str
    description: str
    image: str = ""


def share(address: str, title: str, text: str, shelf: Shelf | None = None, code: str = "") -> Share:
    told = f"{title} · {shelf.name}, {shelf.place} {shelf.years}" if shelf else title
    has_image = shelf is not None and shelf.in_force is not None
    image = reverse("reports:public_preview", args=[shelf.plan.code, code or shelf.plan.code]) if has_image else ""
    return Share(address, told, Truncator(text).chars(LONGEST), image)


def share_of_plan(address: str, shelf: Shelf, source: Source | None) -> Share:
    title = f"{shelf.name} · {shelf.place} {shelf.years}"
    if source is None:
        return Share(address, title, _("Los documentos que el plan ha publicado."))
    text = f"{summary(source).sentence} {summary(source).second}"
    return Share(address, title, Truncator(text).chars(LONGEST), share(address, title, text, shelf).image)


def share_of_node(address: str, shelf: Shelf, page: NodePage) -> Share:
    return share(address, f"{page.row.word} {page.row.short}: {page.row.name}", page.sentence, shelf, page.row.code)


def share_of_indicator(address: str, shelf: Shelf, page: IndicatorPage) -> Share:
    return share(address, page.line.name, page.sentence, shelf, page.line.code)


def preview_of(shelf: Shelf, source: Source, code: str) -> Preview:
    """The picture of the plan (by its own code), a node, an indicator or a unit. Raises KeyError."""
    if code == shelf.plan.code:
        name = f"{shelf.name} {shelf.years}"
        return _preview(shelf, source, name, node_cell(source.card.whole[source.lead], source.official))
    if code in source.outline.by_indicator:
        page = indicator_page(source, code)
        return _preview(shelf, source, page.line.name, page.line.lines[0].official)
    try:
        row = node_page(source, code).row
    except KeyError:
        row = unit_page(source, code).row
    name = f"{LEVEL_NAMES[row.level]} {short_code(row.code)}: {row.name}"
    return _preview(shelf, source, name, row.lines[0].official)


def _preview(shelf: Shelf, source: Source, name: str, cell: Cell) -> Preview:
    when = {"name": source.lead_name, "reading": str(READING_NAMES[source.official])}
    scope = _("%(name)s, avance %(reading)s") if source.lead != Horizon.PLAN else _("Avance %(reading)s")
    return Preview(
        place=f"{shelf.place} · PMH {shelf.years}",
        name=name,
        figure=cell.percent,
        caption=scope % when,
        light=cell.light,
        word=cell.word,
        foot=f"{shelf.in_force.title} · {_('código')} {shelf.in_force.code}",
    )
