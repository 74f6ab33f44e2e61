"""A process that is killed in the middle of marking paid: the payment is wholly paid or not at all, on both databases."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import LedgerEntry, Payment
from khuyencong.finance.tests.steps import ACCOUNTANT, approved_payment, mark_paid
from khuyencong.testing import build_world, make_project

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PATIENCE = 60


@pytest.fixture
def world(transactional_db):
    return build_world()


def address():
    """The test database as a child finds it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@pytest.fixture
def child(world, tmp_path):
    """`child(mode, payments)`: a process that marks them paid, its output as lines."""
    started = []
    accountant = world.actor(*ACCOUNTANT)

    def start(mode, payments):
        command = [sys.executable, "-m", "khuyencong.finance.tests.paying_child", accountant.user.pk,
                   accountant.agency.pk, mode, *(one.pk for one in payments)]  # fmt: skip
        process = subprocess.Popen(  # noqa: S603  # our own program
            [str(part) for part in command],
            env={**os.environ, "DATABASE_URL": address(), "KHUYENCONG_VAR": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(PATIENCE) == -signal.SIGKILL


def is_whole(payment):
    """Whether it is paid with everything that belongs to it (True) or not at all (False); anything between fails."""
    found = Payment.objects.get(pk=payment.pk)
    signs = [
        found.state == "paid",
        found.voucher_number == f"KILL-{payment.pk}",
        LedgerEntry.objects.filter(payment=payment).exists(),
        AuditEvent.objects.filter(action="payment.pay", thread=found.project.thread).exists(),
    ]
    assert len(set(signs)) == 1, signs
    return signs[0]


def assert_all_is_well():
    assert list(broken_rows()) == []
    assert verify_chain() is None


def test_killed_between_the_ledger_row_and_the_end_nothing_is_there(world, child):
    payment = approved_payment(world, make_project(world, state="in_progress"))
    process = child("mid", [payment])
    assert process.stdout.readline() == f"mid {payment.pk}\n"
    kill(process)
    assert is_whole(payment) is False
    assert_all_is_well()
    mark_paid(world, payment, number=f"KILL-{payment.pk}")
    assert is_whole(payment) is True
    assert_all_is_well()


def test_killed_after_the_end_everything_is_there(world, child):
    first, second = (approved_payment(world, make_project(world, state="in_progress")) for _ in range(2))
    process = child("run", [first, second])
    assert process.stdout.readline() == f"done {first.pk}\n"
    kill(process)
    assert is_whole(first) is True
    is_whole(second)
    assert_all_is_well()


def test_killed_at_any_moment_each_payment_is_whole_or_not_there(world, child):
    moments = random.Random(6)  # noqa: S311  # moments, no secrets
    payments = [approved_payment(world, make_project(world, state="in_progress")) for _ in range(8)]
    left = list(payments)
    for _ in range(3):
        process = child("run", left)
        process.stdout.readline()  # it has begun
        time.sleep(moments.uniform(0, 0.05))
        kill(process)
        left = [one for one in left if not is_whole(one)]
        assert_all_is_well()
        if not left:
            break
    for one in left:
        mark_paid(world, one, number=f"KILL-{one.pk}")
    assert all(is_whole(one) for one in payments)
    assert_all_is_well()
