"""The entry point of the web server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from sacra.web import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sacra.web.settings")
application = get_wsgi_application()
warm.start()
