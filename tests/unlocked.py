"""Tests that commit are cleaned up by emptying every table; the database lets nobody empty the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AUDIT_TABLES = ("institution_auditentry", "institution_auditseal", "institution_auditremoval")


def let_tests_clean_up(connection: Any) -> None:
    """From now on a flush, which only tests call, lifts what keeps the audit log for its duration.

    Of the engine, not of this connection: under Playwright's event loop Django opens another one.
    """
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_all(self: Any, statements: list[str]) -> None:
        with unlocked(self.connection):
            flush(self, statements)

    operations.execute_sql_flush = flush_all


@contextmanager
def unlocked(connection: Any) -> Iterator[None]:
    """Without the triggers of the audit log, as somebody would be who owns the database."""
    lift, put_back = _on_postgresql() if connection.vendor == "postgresql" else _on_sqlite(connection)
    with connection.cursor() as cursor:
        for statement in lift:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in put_back:
                cursor.execute(statement)


def _on_postgresql() -> tuple[list[str], list[str]]:
    return ["SET session_replication_role = replica"], ["SET session_replication_role = DEFAULT"]


def _on_sqlite(connection: Any) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        found = [(name, sql) for name, sql, table in cursor.fetchall() if table in AUDIT_TABLES]
    return [f"DROP TRIGGER {name}" for name, _sql in found], [sql for _name, sql in found]
