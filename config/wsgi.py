"""Door of the pages: Granian serves `config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Somebody waits for a page, and a thread with them: a statement that takes longer is given up (503). Migrations and
# jobs, which do not come by this door, may take their time.
os.environ.setdefault("STATEMENT_SECONDS", "10")
application = get_wsgi_application()
