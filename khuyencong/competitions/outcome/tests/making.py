"""Rounds that tests of results start from: scored without the work of a jury, everything after by the real actions."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils.timezone import now

from khuyencong.competitions.judging.results import results_of
from khuyencong.competitions.models import Certificate, Entry, Member, Round, SeatRole, Sheet, SheetState
from khuyencong.competitions.outcome.actions import certificates, complaints, prizes, recognising
from khuyencong.core.dates import today
from khuyencong.testing import make_establishment

SO = "dong-thap"
GROUPS = ("craft", "food", "machine", "others")


def officer(world):
    return world.actor(SO, "officer")


def leader(world):
    return world.actor(SO, "leader")


def fresh(record):
    return type(record).objects.with_all().get(pk=record.pk)


def make_scored(world, means=("90", "80", "69.99"), *, level="province", groups=GROUPS, establishments=None, **fields):
    """A round of Đồng Tháp (or the region, the nation) with one product for each mean, each signed by one judge."""
    by = world.actor("national", "officer") if level in {"region", "nation"} else officer(world)
    province = None if level in {"region", "nation"} else world.agencies[SO].province
    defaults = {
        "year": today().year, "name": f"Kỳ bình chọn thử {uuid4().hex[:6]}", "state": "scored", "call_number": "1/KH",
        "call_on": today() - timedelta(days=60), "entries_from": today() - timedelta(days=50),
        "entries_until": today() - timedelta(days=30), "region": "south" if level == "region" else "",
    }  # fmt: skip
    round_ = Round.objects.create(
        agency=by.agency, level=level, province=province, place_key=f"{level}:thu", created_by=by.user,
        **{**defaults, **fields},
    )  # fmt: skip
    judge = Member.objects.create(
        round=round_, role=SeatRole.JUDGE, full_name="Giám khảo Thử", decision_number="2/QĐ", decision_on=today(),
        from_on=today() - timedelta(days=20), added_by=by.user,
    )  # fmt: skip
    Member.objects.create(
        round=round_, role=SeatRole.CHAIR, full_name="Chủ tịch Thử", decision_number="2/QĐ", decision_on=today(),
        from_on=today() - timedelta(days=20), added_by=by.user,
    )  # fmt: skip
    makers = establishments or [make_establishment(world, name=f"Cơ sở Dự Thi {uuid4().hex[:6]}")] * len(means)
    entries = [
        Entry(
            round=round_, establishment=maker, product=f"Sản phẩm {place}", group=groups[place % len(groups)],
            number=place, code=f"M{place:03d}", state="accepted", consents=True, written_by=by.user,
            written_for=by.agency, submitted_at=now(),
        )
        for place, maker in enumerate(makers, start=1)
    ]  # fmt: skip
    Entry.objects.bulk_create(entries)
    Sheet.objects.bulk_create(
        Sheet(
            member=judge,
            entry=entry,
            state=SheetState.SIGNED,
            total=Decimal(mean),
            signed_at=now(),
            market_points=Decimal(mean),
            impact_points=0,
            beauty_points=0,
            other_points=0,
        )
        for entry, mean in zip(entries, means, strict=True)
        if mean is not None
    )
    return fresh(round_)


def passed(round_):
    return [one.entry.pk for one in results_of(round_) if one.passed]


def choose(world, round_, chosen=None, *, by=None, version=None, reason="Theo cơ cấu nhóm."):
    recognising.record_choice(
        round_id=round_.pk, by=by or organiser(world, round_, "officer"), version=version or fresh(round_).version,
        chosen=passed(round_) if chosen is None else chosen, reason=reason,
    )  # fmt: skip
    return fresh(round_)


def organiser(world, round_, role):
    return world.actor("national" if round_.province_id is None else SO, role)


def decision_fields(**changed):
    return {
        "number": "100/QĐ-UBND", "decided_on": today(), "signed_by": "Người Ký Thử", "minutes_number": "5/BB",
        "minutes_on": today(), "issued_on": today(), "suffix": "/GCN-THU", **changed,
    }  # fmt: skip


def recognise(world, round_, *, by=None, version=None, **changed):
    if Certificate.objects.exists():  # numbers of one organ and year differ
        changed = {"suffix": f"/GCN-THU-{round_.pk}", **changed}
    recognising.recognise(
        round_id=round_.pk, by=by or organiser(world, round_, "leader"), version=version or fresh(round_).version,
        **decision_fields(**changed),
    )  # fmt: skip
    return fresh(round_)


def announced(world, round_, on=None):
    recognising.announce(
        round_id=round_.pk, by=organiser(world, round_, "officer"), version=fresh(round_).version, on=on or today()
    )
    return fresh(round_)


def decided(world, means=("90", "80"), *, told=True, **fields):
    """A round with certificates for all that have passed, its makers told today."""
    round_ = recognise(world, choose(world, make_scored(world, means, **fields)))
    return announced(world, round_) if told else round_


def certificates_of(round_):
    return list(Certificate.objects.filter(decision__round=round_).with_all().order_by("pk"))


def revoke(world, certificate, *, on=None, by=None, version=None, reason="Vi phạm chất lượng."):
    certificates.revoke_certificate(
        certificate_id=certificate.pk, by=by or leader(world), version=version or fresh(certificate).version,
        number="9/QĐ-TH", on=on or today(), reason=reason,
    )  # fmt: skip
    return fresh(certificate)


def complaint(world, round_, *, entry=None, key=None, received_on=None, **changed):
    fields = {
        "entry": entry, "complainant": "Ông Khiếu Nại Thử", "text": "Điểm chưa đúng.",
        "received_on": received_on or today(), **changed,
    }  # fmt: skip
    return complaints.file_complaint(round_id=round_.pk, by=officer(world), creation_key=key or uuid4(), fields=fields)


def answered(world, found, result="dismissed", *, on=None):
    found.refresh_from_db()
    return complaints.answer_complaint(
        complaint_id=found.pk, by=officer(world), version=found.version, result=result, on=on or today(), number="7/TL",
        answer="Đã xem lại.",
    )  # fmt: skip


def award(world, round_, amount=5_000_000, basis="Nghị quyết thử"):
    prizes.award_prizes(round_id=round_.pk, by=leader(world), version=fresh(round_).version, amount=amount, basis=basis)
    return fresh(round_)
