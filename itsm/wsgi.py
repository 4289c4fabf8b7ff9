"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
django_application = get_wsgi_application()

from itsm.uploads import with_length  # noqa: E402 -- it needs the settings

application = with_length(django_application)
