"""What the public site shows: only what published documents say, read from the records they were made of.

No table of results is read here. The figures are those of the record in force: anybody can verify them in a document.
"""

from reports.showcase.shelf import PublishedDocument, Shelf, load_shelf, load_shelves

__all__ = ["PublishedDocument", "Shelf", "load_shelf", "load_shelves"]
