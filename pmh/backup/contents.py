"""What a backup holds: every table of every app but two, and the files that their rows name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

# Whoever was signed in signs in again; counters of requests live for a minute.
LEFT_OUT = frozenset({"sessions.session", "institution.requestwindow"})
# What `migrate` writes by itself: an installation that holds nothing else is empty.
WRITTEN_BY_MIGRATE = (
    "auth.permission",
    "contenttypes.contenttype",
    "institution.district",
    "institution.gcmobjective",
    "institution.igmdimension",
    "institution.sdgtarget",
)
BATCH = 500

Row = list[Any]


class BackupError(Exception):
    """Why a backup was not written, is not sound or was not restored, in the operator's words."""


@dataclass(frozen=True)
class Table:
    """A model's table, those of many-to-many relations and of histories included."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @cached_property
    def fields(self) -> tuple[Any, ...]:
        """Its columns, without those that the database computes."""
        return tuple(field for field in self.model._meta.local_concrete_fields if not field.generated)

    @property
    def columns(self) -> list[str]:
        return [field.column for field in self.fields]

    @cached_property
    def file_columns(self) -> tuple[int, ...]:
        """Where names of files stand. A history keeps them as text: what was replaced stays for its readers."""
        told = getattr(self.model, "instance_type", self.model)
        names = {field.name for field in told._meta.local_concrete_fields if isinstance(field, models.FileField)}
        return tuple(at for at, field in enumerate(self.fields) if field.name in names)

    @cached_property
    def discarded_column(self) -> int | None:
        """Where an upload says that it was dropped: its file is swept, and nobody misses it."""
        return next((at for at, field in enumerate(self.fields) if field.name == "discarded_at"), None)

    def rows(self) -> Iterator[Row]:
        """All of them as JSON carries them, in the order of their key, a few at a time in memory."""
        for row in self.model._base_manager.order_by("pk").iterator(chunk_size=BATCH):
            yield [_told(field, row) for field in self.fields]

    def count(self) -> int:
        return self.model._base_manager.count()

    def instance(self, row: Row) -> models.Model:
        """The row as the model reads it. Raises ValueError where it is none."""
        if len(row) != len(self.fields):
            raise ValueError(f"{len(row)} values for {len(self.fields)} columns")
        return self.model(**{field.attname: _read(field, value) for field, value in zip(self.fields, row, strict=True)})

    def insert(self, rows: list[models.Model]) -> None:
        """Writes rows as they are: no signal (a history would grow), no moment of today put in by the field itself."""
        room = connection.ops.bulk_batch_size(list(self.fields), rows)
        for start in range(0, len(rows), room):
            query = models.sql.InsertQuery(self.model)
            query.insert_values(self.fields, rows[start : start + room], raw=True)
            query.get_compiler(connection=connection).execute_sql()


def tables() -> list[Table]:
    """What is copied, by name."""
    kept = (
        Table(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    )
    return sorted(kept, key=lambda table: table.name)


def files_named(table: Table, row: Row) -> Iterator[str]:
    if table.discarded_column is None or row[table.discarded_column] is None:
        yield from (row[at] for at in table.file_columns if row[at])


def applied_migrations() -> list[str]:
    """`app.name`, sorted: only equal lists have equal tables."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _told(field: Any, row: models.Model) -> Any:
    """JSON's own kinds as they are; all else as the text that the field itself reads back exactly."""
    value = field.value_from_object(row)
    if value is None or isinstance(value, bool | int | str) or isinstance(field, models.JSONField):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return field.value_to_string(row)


def _read(field: Any, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        # The null of JSON, where the column does not take the one of SQL.
        return models.Value(None, models.JSONField()) if value is None and not field.null else value
    try:
        return field.to_python(value)
    except ValidationError as error:
        raise ValueError(f"{field.column}: {error.messages}") from error
