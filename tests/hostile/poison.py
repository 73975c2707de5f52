"""One text put into everything that a person may write, past every form: what is shown afterwards must bear it."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import DatabaseError, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from monitoring.evaluation import close_evaluation, open_evaluation
from tests.permissions.world import COORDINATOR, World
from tests.reports.publishing import publish_evaluation

APPS = ("institution", "plans", "monitoring", "reports")
# Codes stand in addresses and are checked where they are written; hashes, tokens and names of files are our own.
NOT_WRITTEN = (
    models.SlugField,
    models.EmailField,
    models.URLField,
    models.FileField,
    models.GeneratedField,
    models.GenericIPAddressField,
)
OUR_OWN = {
    "acronym", "act", "code", "content_type", "capacity", "entries_sha256", "error", "external_code", "hashed_key",
    "history_type", "key", "kind", "last_error", "locator", "password", "path", "period", "person", "plan", "prefix",
    "previous", "record_sha256", "request", "review", "rules", "section", "sha256", "sha256_received", "state", "step",
    "subject", "table", "to", "token_hash", "typed", "ubigeo", "who",
}  # fmt: skip


def written(model: type[models.Model]) -> list[models.Field]:
    """The columns of the model that hold what somebody wrote."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, NOT_WRITTEN)
        and not field.choices
        and not field.primary_key
        and field.name not in OUR_OWN
        and not any(isinstance(each, RegexValidator) for each in field.validators)
    ]


def poison(text: Callable[[int], str]) -> set[str]:
    """Writes it into every row; `text` makes it of at most so many letters. Which columns took it."""
    took = set()
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in written(model):
                longest = field.max_length or 2000
                value = text(longest - 8)
                told = Concat(Value(value), F("pk"), output_field=models.TextField()) if field.unique else Value(value)
                try:
                    with transaction.atomic():
                        if model._base_manager.exclude(**{field.name: ""}).update(**{field.name: told}):
                            took.add(f"{model._meta.label}.{field.name}")
                except DatabaseError:  # a rule of the table: two of them may not be alike
                    continue
    return took


def poisoned(world: World, text: Callable[[int], str]) -> set[str]:
    """The same of the live world and of what is frozen and published of it."""
    took = poison(text)
    coordinator = world.people[COORDINATOR]
    draft = open_evaluation(plan=world.plan, year=2022, by=coordinator, reason=text(200))
    poison(text)
    evaluation = close_evaluation(draft, by=coordinator, texts_may_be_empty=True)
    world.names["published"] = publish_evaluation(evaluation, coordinator).code
    return took | poison(text)
