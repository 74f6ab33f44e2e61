"""What comes after a made-up round was judged: some products recognised, told, prizes owed, a complaint that waits."""

from __future__ import annotations

from uuid import uuid4

from khuyencong.competitions.judging.results import results_of
from khuyencong.competitions.models import Round
from khuyencong.competitions.outcome.actions import certificates, complaints, prizes, recognising
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World

SO = "dong-thap"


def recognise_and_after(world: World, judged: Round) -> None:
    """Of those that reached the mark the best, and that of the owner who can sign in; by the real actions."""
    round_ = Round.objects.with_all().get(pk=judged.pk)
    officer, leader, on = world.actor(SO, "officer"), world.actor(SO, "leader"), today()
    results = results_of(round_)
    passed = [one.entry for one in results if one.passed]
    best = [passed[0], *(one for one in passed[1:] if one.establishment.account_id is not None)]
    recognising.record_choice(
        round_id=round_.pk,
        by=officer,
        version=_version(round_),
        chosen=[one.pk for one in best],
        reason="Cơ cấu theo nhóm sản phẩm của địa phương (ví dụ).",
    )
    decision = recognising.recognise(
        round_id=round_.pk,
        by=leader,
        version=_version(round_),
        number="00/QĐ-UBND-VIDU",
        decided_on=on,
        signed_by="Ông Chủ Tịch Ví Dụ (không có thật)",
        minutes_number="00/BB-HĐBC-VIDU",
        minutes_on=on,
        issued_on=on,
        suffix=f"/{on.year}/GCN-VIDU",
    )
    recognising.announce(round_id=round_.pk, by=officer, version=_version(round_), on=on)
    complaints.file_complaint(
        round_id=round_.pk,
        by=officer,
        creation_key=uuid4(),
        fields={
            "entry": results[-1].entry,
            "complainant": "Ông Khiếu Nại Ví Dụ (không có thật)",
            "text": "Đề nghị xem lại điểm của sản phẩm (ví dụ).",
            "received_on": on,
        },
    )
    prizes.award_prizes(
        round_id=round_.pk,
        by=leader,
        version=_version(round_),
        amount=2 * MILLION,
        basis="Nghị quyết về mức thưởng, ví dụ (không có thật)",
    )
    fields = {
        "year": on.year,
        "production": "Sản xuất ổn định, thêm hai lao động (ví dụ).",
        "support": "",
        "revenue": 900 * MILLION,
        "workers": 12,
    }
    held = decision.certificates.earliest("pk")
    certificates.report_holding(certificate_id=held.pk, by=officer, creation_key=uuid4(), fields=fields)


def _version(round_: Round) -> int:
    return Round.objects.values_list("version", flat=True).get(pk=round_.pk)
