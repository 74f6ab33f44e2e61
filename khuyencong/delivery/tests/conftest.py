from contextlib import contextmanager

import pytest
from django.db import transaction

from khuyencong.audit.middleware import REFUSED
from khuyencong.audit.models import AuditEvent
from khuyencong.finance.models import LedgerEntry
from khuyencong.projects.models import Project


@pytest.fixture
def everything():
    """`everything()`: what a step could change; equal before and after where nothing happened."""

    def look():
        return (
            list(Project.objects.order_by("pk").values_list("pk", "state", "version")),
            LedgerEntry.objects.count(),
            AuditEvent.objects.exclude(action__startswith="auth.").exclude(action=REFUSED).count(),
        )

    return look


@pytest.fixture
def transactional_savepoint():
    """`with transactional_savepoint(): …`: whatever happens inside is taken back."""

    @contextmanager
    def inside():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return inside
