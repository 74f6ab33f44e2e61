"""Two more people of Đồng Tháp, and what a test sends to an action."""

import pytest

from khuyencong.people.models import Membership, User


@pytest.fixture
def admin(world):
    return world.actor("dong-thap", "administrator")


@pytest.fixture
def hire(world):
    """`hire("dong-thap", "officer", email=…)`: a new person with that hat; without an agency nobody's."""

    def hire(agency="", role="officer", **fields):
        count = User.objects.count()
        user = User.objects.create_user(f"nguoi{count}", full_name=fields.pop("full_name", f"Người {count}"), **fields)
        if agency:
            Membership.objects.create(user=user, agency=world.agencies[agency], role=role)
        return user

    return hire


def fresh(row):
    """The row as it stands in the database now."""
    return type(row).objects.get(pk=row.pk)
