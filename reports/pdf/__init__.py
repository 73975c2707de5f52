"""From a record to a file that lasts: PDF/A-3a and PDF/UA-1 at once, with the record inside.

`printing` lays out and asks WeasyPrint, `lasting` finishes what WeasyPrint made. Same input, same bytes.
"""

from reports.pdf.printing import (
    AddressRefused,
    PdfUnavailable,
    evaluation_pdf,
    file_name_of,
    own_file,
    print_document,
    render_pdf,
)

__all__ = [
    "AddressRefused",
    "PdfUnavailable",
    "evaluation_pdf",
    "file_name_of",
    "own_file",
    "print_document",
    "render_pdf",
]
