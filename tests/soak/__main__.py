"""`python -m tests.soak`: the people fill in workbooks by the layout of the application, so Django is set up first."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmh.settings")
django.setup()

from tests.soak.run import main  # noqa: E402

main()
