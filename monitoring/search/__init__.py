"""Finding words in everything that a plan holds, as far as the reader may see it."""

from monitoring.search.found import Found, Group, load_search
from monitoring.search.query import MAX_LENGTH, Query

__all__ = ["MAX_LENGTH", "Found", "Group", "Query", "load_search"]
