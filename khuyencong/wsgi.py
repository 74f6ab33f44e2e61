"""What the application server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
_django = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  # as below

from khuyencong.core import tracing  # noqa: E402  # as below
from khuyencong.portal.kept import KeptPages  # noqa: E402  # after Django has read the settings

tracing.begin()
application = KeptPages(_django)
# Every page is loaded now, so that nobody's first one waits for all of them.
get_resolver().url_patterns  # noqa: B018  # asking loads them
# What was loaded stays until the end: the collector need not look through it again in the middle of somebody's page.
gc.collect()
gc.freeze()
