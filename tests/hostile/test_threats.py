"""docs/security.md names a test for each threat: each of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.conf import settings as site

ROOT = Path(site.BASE_DIR)
FOLDERS = ("institution", "plans", "monitoring", "reports", "pmh", "tests", "docs", "benchmarks")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


def defined(path: Path) -> set[str]:
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found.update(f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef))
    return found


def test_every_threat_names_a_test_that_exists():
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Threat")]
    assert rows
    assert not [row for row in rows if not NAMED.search(row)]
    assert not [f"{path}::{name}" for path, name in NAMED.findall(text) if name not in defined(ROOT / path)]


def test_no_warning_about_security_is_silenced_without_a_reason():
    bare = re.compile(r"# noqa: [\w, ]*\bS\d+[\w, ]*$", re.MULTILINE)
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    assert not [str(path) for path in paths if bare.search(path.read_text(encoding="utf-8"))]
