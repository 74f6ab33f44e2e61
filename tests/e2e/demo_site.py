"""The demo on a server, for the tests that look at many of its pages and change none of them."""

from contextlib import contextmanager
from itertools import count

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from khuyencong.demo import walk
from khuyencong.demo.management.commands.load_demo import load_demo
from khuyencong.people.models import User


@contextmanager
def demo_site(django_db_blocker):
    """Load the demo once into the empty test database, yield the address of a server on it, and empty it again."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_numbers", count(1))  # the same names whatever this process has walked before
        assert not User.objects.exists()  # an empty test database, never one in use
        call_command("load_places", verbosity=0)
        load_demo()
        server = LiveServer("127.0.0.1:0")
        server._live_server_modified_settings.enable()
        yield server.url
        server._live_server_modified_settings.disable()
        server.stop()
        call_command("flush", interactive=False, verbosity=0)
