"""The folded text in which each table is searched, kept by the database itself."""

from functools import reduce

from django.db import migrations
from django.db.models import GeneratedField, TextField, Value
from django.db.models.functions import Lower, Replace

from institution.folding import Lines

# As they were when this was written: another rule is another migration.
LETTERS = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouun" * 2, strict=True))
SEARCHED = {
    "result": ("achievements", "difficulties", "measures_taken", "note", "not_available_reason", "no_evidence_reason"),
    "evidence": ("title", "file_name"),
    "observation": ("text",),
    "observationreply": ("text",),
}


def text(letter):
    return Value(letter, output_field=TextField())


def searchable(fields):
    lines = Lower(Lines(*fields, output_field=TextField()))
    expression = reduce(lambda inner, letter: Replace(inner, text(letter), text(LETTERS[letter])), LETTERS, lines)
    return GeneratedField(expression=expression, output_field=TextField(), db_persist=True)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0007_acts_on_semesters_and_reminders")]

    operations = [
        migrations.AddField(model_name=model, name="searchable", field=searchable(fields))
        for model, fields in SEARCHED.items()
    ]
