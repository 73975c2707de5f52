"""What the pages show on which an evaluation is written, compared, checked and closed.

Figures come out of the same record and the same dataclasses as the document (`reports.documents`).
"""
