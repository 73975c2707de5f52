"""The front page of the public site: the plans that have published something, a page of them at a time."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from institution.folding import fold, folded
from plans.models import Plan
from reports.showcase.shelf import Shelf, shelves_of, shown

PER_PAGE = 24
LONGEST = 80


@dataclass(frozen=True)
class Home:
    """`asked`: the words by which plans were looked for; `count`: of all that have them; `number`, `pages`: from 1."""

    asked: str
    count: int
    number: int
    pages: int
    shelves: tuple[Shelf, ...]

    @property
    def is_searched(self) -> bool:
        """Whether there is more than one looks through: with few plans nobody needs a field to find one."""
        return bool(self.asked) or self.pages > 1

    @property
    def earlier(self) -> str:
        return self._page(self.number - 1)

    @property
    def later(self) -> str:
        return self._page(self.number + 1)

    @property
    def mark(self) -> str:
        """Changes with everything that the page shows."""
        told = (self.asked, self.count, self.number, self.pages)
        return "\n".join((repr(told), *(shelf.mark for shelf in self.shelves)))

    def _page(self, number: int) -> str:
        """The address of that page, empty where there is none."""
        if not 1 <= number <= self.pages:
            return ""
        return f"?{urlencode({'q': self.asked, 'pagina': number} if self.asked else {'pagina': number})}"


def load_home(asked: str = "", number: str = "") -> Home:
    """The plans whose government has all those words in its name or place, or whose ubigeo begins so. Three queries.

    A number that is no page is the nearest one.
    """
    asked = " ".join(asked[:LONGEST].split())
    rows = _published().order_by(folded("government__place"), "-first_year", "code")
    for word in fold(asked).split():
        rows = rows.filter(Q(sought__contains=word) | Q(government__ubigeo__startswith=word))
    page = Paginator(rows.values_list("pk", flat=True), PER_PAGE).get_page(number or 1)
    shelves = shelves_of(list(page.object_list))
    return Home(asked, page.paginator.count, page.number, page.paginator.num_pages, tuple(shelves))


def _published() -> QuerySet[Plan]:
    sought = folded("government__name", "government__place")
    return Plan.objects.filter(Exists(shown().filter(plan=OuterRef("pk")))).annotate(sought=sought)
