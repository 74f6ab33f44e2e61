"""The file for the Treasury's program: byte by byte the recorded one."""

from datetime import date
from pathlib import Path

from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.money import MILLION
from khuyencong.projects.models import Project
from khuyencong.treasury.models import PaymentList
from khuyencong.treasury.tests.making import ACCOUNTANT, approved, sent

RECORDED = Path(__file__).parent / "recorded" / "bang-ke.csv"


def test_the_file_is_the_recorded_one(world, visit):
    payments = [approved(world, amount=50 * MILLION), approved(world, amount=20 * MILLION)]
    found = sent(world, *payments)
    PaymentList.objects.filter(pk=found.pk).update(number=7, year=2026, sent_on=date(2026, 11, 30))
    for number, payment in enumerate(payments, start=1):
        Project.objects.filter(pk=payment.project_id).update(code=f"KC-2026-{number:04}")
    browser = visit(world.actor(*ACCOUNTANT))
    answer = browser.get(reverse("payment_list_file", args=[found.pk, "tam-1"]))
    assert answer.content == RECORDED.read_bytes()
    assert 'filename="bang-ke-2026-007.csv"' in answer["Content-Disposition"]
    assert AuditEvent.objects.order_by("-seq").first().after == {"dạng": "csv"}
    assert browser.get(reverse("payment_list_file", args=[found.pk, "khac"])).status_code == 404
    assert "mẫu tạm" in browser.get(found.get_absolute_url()).content.decode()
