import pytest
from django.db import transaction

from khuyencong.places.actions import load_places


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """All places, loaded once for the tests of a module, each of which still rolls back to here."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        load_places()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
