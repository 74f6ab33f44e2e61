"""Several people at once: one chain, without gap or fork."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from khuyencong.audit.actions import record_system
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.audit.verify import verify_chain

THREADS, EVENTS = 4, 10


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_threads_write_one_chain():
    def work(thread):
        try:
            for number in range(EVENTS):
                with transaction.atomic():
                    record_system(action="demo.load", origin="test", thread=f"t:{thread}", after={"n": number})
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, thread) for thread in range(THREADS)]:
            done.result()
    assert AuditEvent.objects.count() == AuditHead.objects.get().seq == THREADS * EVENTS
    for thread in range(THREADS):
        events = AuditEvent.objects.filter(thread=f"t:{thread}").order_by("seq")
        assert [event.after["n"] for event in events] == list(range(EVENTS))
    assert verify_chain() is None
