"""Answers that a workbook brought had no date, and a "yes" could come without its reason."""

from django.db import migrations, models
from django.utils import timezone

UNTOLD = "Sin detalle en el libro del plan."


def complete(apps, schema_editor):
    """An answer without a date gets that of the first record that has it; its reason, the admission that none came."""
    activities = apps.get_model("plans", "Activity").objects
    records = apps.get_model("plans", "HistoricalActivity").objects
    for activity in activities.filter(needs_extra_budget__isnull=False, extra_budget_answered_on__isnull=True):
        same = records.filter(id=activity.pk, needs_extra_budget=activity.needs_extra_budget)
        first = same.order_by("history_date", "history_id").first()
        activity.extra_budget_answered_on = timezone.localdate(first.history_date if first else None)
        activity.save(update_fields=["extra_budget_answered_on"])
    activities.filter(needs_extra_budget=True, extra_budget_reason="").update(extra_budget_reason=UNTOLD)


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0003_extra_budget_deadline"),
    ]

    operations = [
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("needs_extra_budget", True), _negated=True)
                | models.Q(("extra_budget_reason", ""), _negated=True),
                name="activity_extra_budget_has_its_reason",
                violation_error_message="Si necesita presupuesto adicional, diga para qué.",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_extra_budget__isnull", True),
                    ("extra_budget_answered_on__isnull", False),
                    _connector="OR",
                ),
                name="activity_extra_budget_answer_has_its_date",
                violation_error_message="Una respuesta lleva su fecha.",
            ),
        ),
    ]
