"""Saves rows so that the history gets exactly one record for each that changed, in the name of whoever imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from institution.models import User
from plans.workbook.text import clean

M = TypeVar("M", bound=Model)
BATCH = 500


class Saver:
    """Writes in the name of one person. Everything happens inside the caller's transaction."""

    def __init__(self, by: User, reason: str = "") -> None:
        self.by = by
        self.reason = reason or _("Libro del plan")

    def create(self, rows: Sequence[M], links: Mapping[str, Sequence[Iterable[Any]]] | None = None) -> Sequence[M]:
        """Inserts rows of one model. `links` gives, by many-to-many field, the keys that each row points at."""
        if not rows:
            return rows
        model = type(rows[0])
        model.objects.bulk_create(rows, batch_size=BATCH)
        linked = {name: self._link(rows, name, keys) for name, keys in (links or {}).items()}
        if hasattr(model, "history"):
            records = model.history.bulk_history_create(
                rows, batch_size=BATCH, default_user=self.by, default_change_reason=self.reason
            )
            for name, through_rows in linked.items():
                self._record_links(rows, records, name, through_rows)
        return rows

    def update(self, row: Model, *, links: Mapping[str, Iterable[Any]] | None = None, **values: Any) -> bool:
        """Saves the row if any value or link differs from what it has; says whether it did."""
        different = {name: value for name, value in values.items() if _differs(getattr(row, name), value)}
        relinked = {name: set(keys) for name, keys in (links or {}).items() if set(keys) != _linked_keys(row, name)}
        if not different and not relinked:
            return False
        for name, value in different.items():
            setattr(row, name, value)
        self._sign(row)
        # The history takes its picture of the links when the row is saved: they come first, and in silence.
        row.skip_history_when_saving = True
        for name, keys in relinked.items():
            getattr(row, name).set(keys)
        del row.skip_history_when_saving
        row.save()
        return True

    def delete(self, row: Model) -> None:
        """Raises ProtectedError when what was reported or recorded hangs on the row."""
        self._sign(row)
        row.delete()

    def _sign(self, row: Model) -> None:
        row._history_user = self.by
        row._change_reason = self.reason

    @staticmethod
    def _link(rows: Sequence[Model], name: str, keys: Sequence[Iterable[Any]]) -> list[Model]:
        field = type(rows[0])._meta.get_field(name)
        through = field.remote_field.through
        ours = through._meta.get_field(field.m2m_field_name()).attname
        theirs = through._meta.get_field(field.m2m_reverse_field_name()).attname
        links = [through(**{ours: row.pk, theirs: key}) for row, own in zip(rows, keys, strict=True) for key in own]
        return through.objects.bulk_create(links, batch_size=BATCH)

    @staticmethod
    def _record_links(
        rows: Sequence[Model], records: Sequence[Model], name: str, through_rows: Sequence[Model]
    ) -> None:
        """The history's own picture of the links, which its bulk creation leaves out."""
        by_row = {row.pk: record for row, record in zip(rows, records, strict=True)}
        ours = type(rows[0])._meta.get_field(name).m2m_field_name()
        picture = getattr(type(records[0]), name).model
        picture.objects.bulk_create(
            [
                picture(
                    history=by_row[getattr(link, f"{ours}_id")],
                    **{field.attname: getattr(link, field.attname) for field in link._meta.fields},
                )
                for link in through_rows
            ],
            batch_size=BATCH,
        )


def _differs(stored: Any, wanted: Any) -> bool:
    """Texts are compared as a workbook carries them, so that a stored trailing blank is no difference."""
    return (clean(stored) if isinstance(stored, str) else stored) != wanted


def _linked_keys(row: Model, name: str) -> set[Any]:
    return {linked.pk for linked in getattr(row, name).all()}
