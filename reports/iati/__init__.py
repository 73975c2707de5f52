"""A plan as an activity of the International Aid Transparency Initiative (IATI 2.03).

Made of a record, like documents, so that the public site and whoever else has a record get the same file from
`activity_file`. Which of our words became which of theirs, and why: `docs/open-data.md`.
"""

from reports.iati.activity import Published, activity_file

__all__ = ["Published", "activity_file"]
