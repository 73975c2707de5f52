"""The WSGI application that gunicorn serves (`gunicorn pmh.wsgi`)."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmh.settings")
if settings.SECRET_KEY_IS_EPHEMERAL and not settings.DEBUG:
    raise ImproperlyConfigured(
        "PMH_SECRET_KEY is empty. Copy .env.example to .env and give it a long random value, as bin/run does."
    )
application = get_wsgi_application()

from institution import jobs  # noqa: E402  # needs the applications that are loaded just above

jobs.serve()
