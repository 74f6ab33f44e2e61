import threading

import pytest
from django.db import connection

from khuyencong.core.snapshot import one_moment
from khuyencong.people.models import User

PATIENCE = 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_what_others_write_meanwhile_is_not_seen():
    User.objects.create(username="truoc", full_name="Trước")

    def write():
        User.objects.create(username="sau", full_name="Sau")
        connection.close()

    with one_moment():
        before = User.objects.count()
        other = threading.Thread(target=write)
        other.start()
        other.join(PATIENCE)
        assert not other.is_alive()
        assert User.objects.count() == before

    assert User.objects.count() == before + 1
