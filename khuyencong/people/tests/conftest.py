import pytest
from django.db import transaction

from khuyencong.people.actions import load_agencies
from khuyencong.people.actors import actor_for
from khuyencong.people.models import Agency, Membership, User
from khuyencong.places.actions import load_places


@pytest.fixture(scope="module")
def agencies(django_db_setup, django_db_blocker):
    """Places and agencies, loaded once for the tests of a module, each of which still rolls back to here."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        load_places()
        load_agencies()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture
def hire(db, agencies):
    """`hire("officer", "ttkc-25")`: the membership of a new user without password; `user=` gives an old one another hat."""

    def hire(role, agency, user=None):
        if user is None:
            count = User.objects.count() + 1
            user = User.objects.create_user(f"u{count}", full_name=f"Người Thứ {count}")
        return Membership.objects.create(user=user, agency=Agency.objects.get(code=agency), role=role)

    return hire


@pytest.fixture
def actor(hire):
    """`actor("officer", "ttkc-25")`: somebody in that role at that agency."""
    return lambda role, agency: actor_for(hire(role, agency).user, origin="test")
