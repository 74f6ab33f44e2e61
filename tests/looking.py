"""What stands in the database, so that a test can say that nothing changed."""

from functools import cache

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from khuyencong.audit.middleware import REFUSED
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.finance.models import LedgerEntry
from khuyencong.projects.models import Project
from khuyencong.signin.models import UserSession

BACKEND = "django.contrib.auth.backends.ModelBackend"


def whole_database():
    """Every row of every table of ours, as it stands: two of these are equal where nothing at all was written.

    That somebody was turned away is written down and is no change of any record: those events, and the head that
    moves with them, are left out. So are sessions, which say every few minutes that they are in use.
    """
    rows = {}
    # By hand, not by the ORM: hundreds of tables are read thousands of times in one run of all tests.
    with connection.cursor() as cursor:
        for label, sql, values in _reads():
            cursor.execute(sql, values)
            rows[label] = cursor.fetchall()
    return rows


@cache
def _reads():
    """Each model of ours, the SELECT that reads its table, and the values of that SELECT."""
    reads = []
    for model in apps.get_models():
        if model.__module__.startswith("khuyencong.") and model not in {AuditHead, UserSession}:
            table, kept = model._meta.db_table, "WHERE action <> %s" if model is AuditEvent else ""
            reads.append((model._meta.label, f'SELECT * FROM "{table}" {kept} ORDER BY 1', [REFUSED] if kept else []))  # noqa: S608 - names of our own tables
    return reads


def glance(project):
    """The project's row, the length of the ledger and the end of the audit chain, in three queries."""
    return (
        Project.objects.filter(pk=project.pk).values_list().get(),
        LedgerEntry.objects.count(),
        AuditHead.objects.values_list("seq", "hash").first(),
    )


def signed_in(actor):
    """A browser in which `actor` is signed in."""
    client = Client()
    client.force_login(actor.user, backend=BACKEND)
    return client


def actions_since(seq):
    """What the audit trail says was done after the event number `seq`."""
    return list(AuditEvent.objects.filter(seq__gt=seq).order_by("seq").values_list("action", flat=True))


def a_third_on_both(names):
    """These as parameters of a test that is much the same for each: PostgreSQL is asked every third, SQLite all."""
    marks = {0: (), 1: pytest.mark.one_database, 2: pytest.mark.one_database}
    return [pytest.param(name, marks=marks[number % 3]) for number, name in enumerate(names)]
