"""The folded text in which each table is searched, kept by the database itself."""

from functools import reduce

from django.db import migrations
from django.db.models import GeneratedField, TextField, Value
from django.db.models.functions import Lower, Replace

from institution.folding import Lines

# As they were when this was written: another rule is another migration.
LETTERS = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouun" * 2, strict=True))
SEARCHED = {
    "activity": ("code", "name", "description"),
    "guideline": ("code", "name", "description"),
    "objective": ("code", "name", "description"),
    "strategicaction": ("code", "name", "description"),
    "indicator": (
        "code",
        "name",
        "what_counts",
        "what_does_not",
        "method",
        "source",
        "justification",
        "relevance",
        "limitations",
        "assumptions",
        "unit_of_measure",
    ),
    "libraryitem": ("title", "number", "description"),
}


def text(letter):
    return Value(letter, output_field=TextField())


def searchable(fields):
    lines = Lower(Lines(*fields, output_field=TextField()))
    expression = reduce(lambda inner, letter: Replace(inner, text(letter), text(LETTERS[letter])), LETTERS, lines)
    return GeneratedField(expression=expression, output_field=TextField(), db_persist=True)


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_papers_with_history_and_uploads")]

    operations = [
        migrations.AddField(model_name=model, name="searchable", field=searchable(fields))
        for model, fields in SEARCHED.items()
    ]
