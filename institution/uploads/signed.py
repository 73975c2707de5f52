"""Opens a document of ours that comes back signed: a PDF like any other, but for the workbook that we put inside."""

from __future__ import annotations

from functools import partial

from institution.uploads import papers
from institution.uploads.child import run

if __name__ == "__main__":
    run(partial(papers.examine, is_ours=True))
