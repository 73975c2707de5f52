"""The audit log: who came in, what was read and taken away. It only grows, and it shows where it was tampered with.

`about` says in a view what the file is that it answers with; `institution.middleware.Audited` writes an entry for
every file that a signed-in person receives and for every answer to an agency's key, so that no page can forget to.
`seal` binds what was written since the last time into a chain of hashes, `verify` walks it, `remove` ends what has
been kept long enough.
"""

from institution.audit.noting import about, note, note_answer, note_technical
from institution.audit.retention import RemovalRefused, kept_since, remove
from institution.audit.sealing import Verified, seal, verify

__all__ = [
    "RemovalRefused",
    "Verified",
    "about",
    "kept_since",
    "note",
    "note_answer",
    "note_technical",
    "remove",
    "seal",
    "verify",
]
