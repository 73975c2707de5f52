"""Files that people send: received within limits, really opened before they are believed, cleaned, and kept safely.

`accept` is the gate and knows no model: whoever keeps a file asks it first, then `store`. The modules `pictures`,
`papers` and `office` run in a process of their own (`child`) and import neither Django nor anything of ours.
"""

from institution.uploads.acceptance import Accepted, accept, accept_table, read_whole
from institution.uploads.kinds import EXTENSIONS
from institution.uploads.reasons import UploadRefused
from institution.uploads.receiving import NoRoomFile, TooLargeFile
from institution.uploads.storing import discard, new_accepted, new_file, store

__all__ = [
    "EXTENSIONS",
    "Accepted",
    "NoRoomFile",
    "TooLargeFile",
    "UploadRefused",
    "accept",
    "accept_table",
    "discard",
    "new_accepted",
    "new_file",
    "read_whole",
    "store",
]
