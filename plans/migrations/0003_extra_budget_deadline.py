from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0002_links_are_web_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="extra_budget_was_late",
            field=models.BooleanField(default=False, verbose_name="respondió fuera de plazo"),
        ),
        migrations.AddField(
            model_name="historicalactivity",
            name="extra_budget_was_late",
            field=models.BooleanField(default=False, verbose_name="respondió fuera de plazo"),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="extra_budget_due_on",
            field=models.DateField(
                blank=True,
                help_text="Hasta cuándo responden los enlaces presupuestales. Vacío: sin plazo.",
                null=True,
                verbose_name="plazo para decir si falta presupuesto",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="extra_budget_due_on",
            field=models.DateField(
                blank=True,
                help_text="Hasta cuándo responden los enlaces presupuestales. Vacío: sin plazo.",
                null=True,
                verbose_name="plazo para decir si falta presupuesto",
            ),
        ),
    ]
