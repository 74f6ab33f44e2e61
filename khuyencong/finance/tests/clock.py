"""Living on another day: months must pass before a period can be closed."""

from contextlib import contextmanager
from datetime import UTC, datetime, time
from unittest.mock import patch


@contextmanager
def on_day(day):
    """Every question for today is answered with `day`; the database's own clock goes on as it is."""
    noon = datetime.combine(day, time(5), tzinfo=UTC)  # at noon in Vietnam
    with patch("django.utils.timezone.now", lambda: noon):
        yield day
