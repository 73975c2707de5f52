from django.db import migrations

from institution.code_lists import load_code_lists


class Migration(migrations.Migration):
    dependencies = [("institution", "0001_initial")]

    operations = [migrations.RunPython(lambda apps, editor: load_code_lists(apps), migrations.RunPython.noop)]
