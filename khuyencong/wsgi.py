"""What the application server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
application = get_wsgi_application()
# What was loaded stays until the end: the collector need not look through it again in the middle of somebody's page.
gc.collect()
gc.freeze()
