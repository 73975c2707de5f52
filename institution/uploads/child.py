"""The process in which an untrusted file is opened: little memory, little time, no way to write a file.

The libraries that read PDFs and pictures are written in C and C++; what a hostile file makes of them ends here, and
takes neither the server's process nor its secrets along. A module that examines calls `run(examine)` and is started
by `acceptance` as `python -m`; the content comes by the standard input, the verdict goes out by the standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

try:
    import resource
except ImportError:  # Windows, where only developers are: the limit of time still holds
    resource = None

# A picture of 40 megapixels that has to be turned takes about 400 MB, the largest workbooks about as much.
MEMORY = 1024**3
# Ordinary files take less than a second, a workbook of two million cells eight. The whole must end before a web server
# gives up on the request (30 s).
CPU_SECONDS = 16


class Refused(Exception):
    """The file is not accepted. `code` is a key of `reasons.REASONS`, the details go into its sentence."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found: the kind, the content to be kept if it had to be changed, and keys of `reasons.NOTES`."""

    kind: str
    content: bytes | None = None
    notes: list[str] = field(default_factory=list)


def run(examine: Callable[[bytes], Examined]) -> None:
    """Examines the standard input. Whatever goes wrong on the way is the file's fault, and its end."""
    _limit()
    output = sys.stdout.buffer
    # What libraries warn of must not mix with the verdict.
    sys.stdout = sys.stderr
    changed = None
    try:
        examined = examine(sys.stdin.buffer.read())
        verdict, changed = {"kind": examined.kind, "notes": examined.notes}, examined.content
        verdict["changed"] = changed is not None
    except Refused as refused:
        verdict = {"refused": refused.code, "details": refused.details}
    except MemoryError:
        verdict = {"refused": "too_heavy", "details": {}}
    except Exception as error:
        verdict = {"refused": "damaged", "details": {}, "error": f"{type(error).__name__}: {error}"[:300]}
    output.write(json.dumps(verdict).encode() + b"\n" + (changed or b""))
    output.flush()
    # Without tidying up: a library that a hostile file has confused may hang or crash there.
    os._exit(0)


def _limit() -> None:
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # A machine may have set a narrower one already, which is as good.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
