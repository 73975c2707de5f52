"""The database refuses to change what the audit log holds, whoever asks: an application that errs, or a hand.

On SQLite a trigger goes when its table is made anew, which `AlterField` and the like do: a later migration of these
tables has to call `keep` once more.
"""

from django.db import migrations

ENTRY, SEAL, REMOVAL = "institution_auditentry", "institution_auditseal", "institution_auditremoval"
TABLES = (ENTRY, SEAL, REMOVAL)
# An entry may go only where the row that says who took it out, and why, is there.
IS_NOT_OVER = (
    "NOT EXISTS (SELECT 1 FROM institution_auditremoval r WHERE OLD.id BETWEEN r.first_entry AND r.last_entry)"
)
SAID = "the audit log only grows"


def conditions():
    """The table and what is refused in it: (name, table, event, condition)."""
    for table in TABLES:
        yield f"{table}_is_not_changed", table, "UPDATE", ""
        yield f"{table}_is_kept", table, "DELETE", IS_NOT_OVER if table == ENTRY else ""


def on_sqlite(editor):
    for name, table, event, condition in conditions():
        when = f"WHEN {condition}" if condition else ""
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )


def on_postgresql(editor):
    for name, table, event, condition in conditions():
        begin, end = (f"IF {condition} THEN", "END IF; RETURN OLD;") if condition else ("", "")
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {begin} RAISE EXCEPTION '{SAID}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; {end} END $$"
        )
        editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    for table in TABLES:
        name = f"{table}_is_not_changed"
        editor.execute(f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {name}()")


def keep(_apps, editor):
    on_postgresql(editor) if editor.connection.vendor == "postgresql" else on_sqlite(editor)


def leave(_apps, editor):
    for name, _table, _event, _condition in conditions():
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION {name}() CASCADE")
        else:
            editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("institution", "0009_audit")]

    operations = [migrations.RunPython(keep, leave)]
