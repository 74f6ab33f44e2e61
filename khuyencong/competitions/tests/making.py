"""Rounds and products on the way that tests and examples start from, through the real actions."""

import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from khuyencong.competitions import actions
from khuyencong.competitions.actions import CriterionInput
from khuyencong.competitions.models import Entry, Part, Round, SeatRole
from khuyencong.core.dates import today
from khuyencong.establishments.models import Establishment
from khuyencong.testing import PDF, owned_establishment

SO = "dong-thap"
OFFICER, LEADER, OWNER = (SO, "officer"), (SO, "leader"), ("owner", "owner")
COUNCIL = (SeatRole.CHAIR, SeatRole.STANDING_DEPUTY, *[SeatRole.COUNCIL_MEMBER] * 5)
JURY = (
    (SeatRole.JURY_HEAD, (SO, "appraiser")),
    (SeatRole.JURY_DEPUTY, (SO, "accountant")),
    (SeatRole.JUDGE, ("dong-thap-centre", "officer")),
)
SCALE = (
    (Part.MARKET, "Khả năng tiêu thụ", 25), (Part.MARKET, "Khả năng mở rộng sản xuất", 15),
    (Part.IMPACT, "Công nghệ, chất lượng", 25), (Part.IMPACT, "Việc làm, môi trường", 15),
    (Part.BEAUTY, "Kiểu dáng, bản sắc", 10), (Part.OTHER, "Hồ sơ, giải thưởng", 10),
)  # fmt: skip
TOLD = {
    "product": "Bộ ấm chén men tro Thử", "group": "craft", "is_set": False, "set_parts": "",
    "features": "Gốm nung củi, men tro.", "materials": "Đất sét tại chỗ.", "technology": "Lò gas.",
    "market": "Trong tỉnh.", "impact": "Mười lao động.", "own_production": True, "mass_production": True,
    "not_copied": True, "lawful": True, "consents": True, "may_keep": False, "no_lower_round": True,
    "letter_number": "7/UBND", "letter_on": today(), "letter_issuer": "UBND Xã Thử Nghiệm",
}  # fmt: skip
SETTINGS = {
    "scoring_mode": "blind", "score_step": "0.5", "tie_rule": "parts", "quorum": "two_thirds", "where": "Phòng Thử",
}  # fmt: skip


def fresh(record):
    return type(record).objects.with_all().get(pk=record.pk)


def picture(seed=1, *, name="anh.jpg", size=64):
    """A photo that differs by its seed: a coarse pattern that survives shrinking."""
    image = Image.new("L", (8, 8))
    value = seed * 2654435761 % 2**32
    for place in range(64):
        value = (value * 1103515245 + 12345) % 2**31
        image.putpixel((place % 8, place // 8), 255 if value >> 16 & 1 else 0)
    stream = io.BytesIO()
    image.resize((size, size), Image.Resampling.NEAREST).convert("RGB").save(stream, "JPEG", quality=90)
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/jpeg")


def scan(name="giay.pdf", mark=b""):
    return SimpleUploadedFile(name, PDF + mark, content_type="application/pdf")


def round_of(world, *, who=OFFICER, previous=None, key=None, **changed):
    fields = {
        "level": "province", "year": today().year, "name": f"Kỳ bình chọn thử {today().year}",
        "entries_from": today() - timedelta(days=10), "entries_until": today() + timedelta(days=10),
        "scoring_until": None, **SETTINGS, **changed,
    }  # fmt: skip
    by = world.actor(*who)
    return fresh(actions.make_round(by=by, creation_key=key or uuid4(), fields=fields, previous=previous))


def seat(world, round_, role, *, user=None, name="", who=OFFICER, **changed):
    round_.refresh_from_db()
    fields = {
        "role": role, "full_name": name or f"Người Thử {role} {round_.members.count() + 1}", "position": "Đơn vị Thử",
        "user": user, "decision_number": "1/QĐ-UBND", "decision_on": today() - timedelta(days=20),
        "from_on": today() - timedelta(days=20), **changed,
    }  # fmt: skip
    return actions.add_member(round_id=round_.pk, by=world.actor(*who), version=round_.version, fields=fields)


def seated(world, round_, *, council=COUNCIL, jury=JURY, who=OFFICER):
    for role in council:
        seat(world, round_, role, who=who)
    for role, judge in jury:
        seat(world, round_, role, user=world.actor(*judge).user, who=who)
    return fresh(round_)


def called(world, round_=None, *, who=LEADER, **changed):
    round_ = fresh(round_) if round_ else round_of(world, **changed)
    if not round_.members.exists():
        round_ = seated(world, round_)
    actions.call_round(
        round_id=round_.pk, by=world.actor(*who), version=round_.version, number="9/TB-SCT", on=today(), on_portal=True
    )
    return fresh(round_)


def scaled(world, round_, *, rows=SCALE, who=OFFICER, chief=LEADER):
    """The scale proposed and decided."""
    lines = [CriterionInput(part, text, Decimal(points)) for part, text, points in rows]
    round_ = fresh(round_)
    actions.propose_scale(round_id=round_.pk, by=world.actor(*who), version=round_.version, rows=lines)
    round_ = fresh(round_)
    actions.approve_scale(
        round_id=round_.pk, by=world.actor(*chief), version=round_.version, document="2/QĐ-HĐBC ngày hôm nay"
    )
    return fresh(round_)


def begun(world, round_, establishment=None, *, who=OWNER, earlier=None, key=None, **changed):
    """A dossier that has only its text."""
    mine = Establishment.objects.filter(account=world.agencies["owner"])
    establishment = establishment or mine.first() or owned_establishment(world)
    return fresh(
        actions.begin_entry(
            by=world.actor(*who), creation_key=key or uuid4(), round_=fresh(round_), establishment=establishment,
            fields={**TOLD, **changed}, earlier=earlier,
        )
    )  # fmt: skip


def completed(world, entry, *, seed=1, who=OWNER):
    """The dossier with its photos and papers."""
    by = world.actor(*who)
    for number, angle in enumerate(("front", "side", "top")):
        entry = fresh(entry)
        uploads = [picture(seed * 10 + number, name=f"{angle}.jpg")]
        actions.add_photos(entry_id=entry.pk, by=by, version=entry.version, angle=angle, uploads=uploads)
    entry = fresh(entry)
    actions.add_papers(entry_id=entry.pk, by=by, version=entry.version, kind="registration", uploads=[scan()])
    return fresh(entry)


def submitted(world, round_, establishment=None, *, seed=1, who=OWNER, **changed):
    entry = completed(world, begun(world, round_, establishment, who=who, **changed), seed=seed, who=who)
    actions.submit_entry(entry_id=entry.pk, by=world.actor(*who), version=entry.version)
    return fresh(entry)


def accepted(world, round_, establishment=None, *, seed=1, who=OWNER, by=OFFICER, looked_at="", **changed):
    entry = submitted(world, round_, establishment, seed=seed, who=who, **changed)
    actions.accept_entry(entry_id=entry.pk, by=world.actor(*by), version=entry.version, looked_at=looked_at)
    return fresh(entry)


def opened(world, round_, *, who=OFFICER):
    """The scoring is open; the last day of receiving is put behind us."""
    Round.objects.filter(pk=round_.pk).update(entries_until=today() - timedelta(days=1))
    round_ = fresh(round_)
    actions.open_scoring(round_id=round_.pk, by=world.actor(*who), version=round_.version)
    return fresh(round_)


def counts():
    return Round.objects.count(), Entry.objects.count()
