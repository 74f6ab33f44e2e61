import pytest
from django.test import Client

from khuyencong.audit.models import AuditEvent
from khuyencong.projects.models import Project


@pytest.fixture
def visit():
    """`visit(actor)`: a browser in which the actor is signed in."""

    def sign_in(actor):
        client = Client()
        client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def everything():
    """`everything()`: what a step could change; equal before and after where nothing happened."""

    def look():
        return (
            list(Project.objects.order_by("pk").values_list("pk", "state", "version")),
            AuditEvent.objects.exclude(action__startswith="auth.").count(),
        )

    return look
