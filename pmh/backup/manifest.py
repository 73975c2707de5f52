"""The first thing that is read of a backup: which parts it has, how large, with which SHA-256."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = "pmh-backup-1"
MANIFEST, MANIFEST_SHA256 = "manifest.json", "manifest.sha256"
TABLES, FILES = "tables/", "files/"
# Some hundred thousand files; what claims more is not one of ours.
LARGEST_MANIFEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Part:
    """A member of the archive. `rows` and `columns`: of a table."""

    path: str
    size: int
    sha256: str
    rows: int | None = None
    columns: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The table's, or the file's in the store."""
        return self.path.removeprefix(TABLES).removesuffix(".jsonl") if self.is_table else self.path.removeprefix(FILES)

    @property
    def is_table(self) -> bool:
        return self.path.startswith(TABLES)


@dataclass(frozen=True)
class Manifest:
    application: str
    engine: str
    taken_at: str
    migrations: list[str]
    left_out: list[str]
    parts: list[Part]
    # Files that rows name and the store did not have.
    missing_files: list[str]

    @property
    def tables(self) -> list[Part]:
        return [part for part in self.parts if part.is_table]

    @property
    def files(self) -> list[Part]:
        return [part for part in self.parts if not part.is_table]

    @property
    def rows(self) -> int:
        return sum(part.rows or 0 for part in self.tables)

    def to_bytes(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Raises ValueError for what is not a manifest of this format."""
        told: Any = json.loads(content)
        if not isinstance(told, dict) or told.pop("format", None) != FORMAT:
            raise ValueError(f"not {FORMAT}")
        try:
            parts = [Part(**part) for part in told.pop("parts")]
            manifest = cls(parts=parts, **told)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(str(error)) from error
        for part in parts:
            if not (isinstance(part.path, str) and type(part.size) is int and isinstance(part.sha256, str)):
                raise ValueError(f"part {part}")
            if not part.path.startswith((TABLES, FILES)) or (part.is_table and type(part.rows) is not int):
                raise ValueError(f"part {part}")
        lists = (*(part.columns for part in parts), manifest.migrations, manifest.left_out, manifest.missing_files)
        if not all(isinstance(each, list) and all(isinstance(name, str) for name in each) for each in lists):
            raise ValueError("lists of names")
        return manifest
