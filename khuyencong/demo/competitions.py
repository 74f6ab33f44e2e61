"""Made-up competitions of a province: one that takes products, with a dossier in every state, one that is being judged, and one that has been.

Everything goes through the real actions. No product, establishment or person of these exists; the pictures are drawn.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from khuyencong.competitions import actions
from khuyencong.competitions.actions import CriterionInput
from khuyencong.competitions.models import Entry, Part, Round, SeatRole
from khuyencong.core.dates import today
from khuyencong.demo.competition_results import recognise_and_after
from khuyencong.demo.handing_in import PDF
from khuyencong.demo.judging import judge_all, judge_half
from khuyencong.demo.owners import ESTABLISHMENT, ORIGIN
from khuyencong.demo.walk import World, make_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor, actor_for
from khuyencong.people.models import User

SO, UNIT = "dong-thap", "dong-thap-centre"
COUNCIL = (
    (SeatRole.CHAIR, "Bà Chủ Tịch Ví Dụ", "Phó Chủ tịch UBND tỉnh (không có thật)"),
    (SeatRole.STANDING_DEPUTY, "Ông Thường Trực Ví Dụ", "Phó Giám đốc Sở Công Thương (không có thật)"),
    (SeatRole.COUNCIL_MEMBER, "Bà Ủy Viên Ví Dụ Một", "Sở Nông nghiệp và Môi trường"),
    (SeatRole.COUNCIL_MEMBER, "Ông Ủy Viên Ví Dụ Hai", "Sở Khoa học và Công nghệ"),
    (SeatRole.COUNCIL_MEMBER, "Bà Ủy Viên Ví Dụ Ba", "Sở Văn hóa, Thể thao và Du lịch"),
    (SeatRole.COUNCIL_MEMBER, "Ông Ủy Viên Ví Dụ Bốn", "Liên minh Hợp tác xã"),
    (SeatRole.COUNCIL_MEMBER, "Bà Ủy Viên Ví Dụ Năm", "Hội Nông dân"),
)
# The judges wear hats of the demo, so that each can be tried: thamdinh, ketoan, canbo.
JURY = (
    (SeatRole.JURY_HEAD, (SO, "appraiser")),
    (SeatRole.JURY_DEPUTY, (SO, "accountant")),
    (SeatRole.JUDGE, (UNIT, "officer")),
)
SCALE = (
    (Part.MARKET, "Khả năng tiêu thụ trong và ngoài tỉnh", 20),
    (Part.MARKET, "Khả năng mở rộng sản xuất", 20),
    (Part.IMPACT, "Công nghệ, chất lượng sản phẩm", 20),
    (Part.IMPACT, "Việc làm, thu nhập, nguyên liệu tại chỗ", 12),
    (Part.IMPACT, "Bảo vệ môi trường", 8),
    (Part.BEAUTY, "Kiểu dáng, bao bì, bản sắc địa phương", 10),
    (Part.OTHER, "Hồ sơ, chứng nhận, giải thưởng", 10),
)


@dataclass(frozen=True)
class Product:
    """One made-up product: of whom, what, and how far its dossier has come."""

    name: str
    group: str
    ending: str  # draft, submitted, incomplete, refused, accepted
    features: str


FIRST = (
    Product("Bánh tráng sen Ví Dụ", "food", "accepted", "Bánh tráng phơi nắng có bột củ sen (ví dụ)."),
    Product("Bộ ấm chén men tro Ví Dụ", "craft", "accepted", "Gốm men tro trấu, nung lò gas (ví dụ)."),
    Product("Máy tách hạt sen Ví Dụ", "machine", "accepted", "Máy tách vỏ, tim hạt sen, 60 kg một giờ (ví dụ)."),
    Product("Túi lục bình Ví Dụ", "craft", "accepted", "Túi đan từ lục bình phơi khô (ví dụ)."),
)
SECOND = (
    Product("Nem chua Ví Dụ", "food", "submitted", "Nem gói lá vông (ví dụ)."),
    Product("Chiếu lác Ví Dụ", "craft", "incomplete", "Chiếu dệt khung tay (ví dụ)."),
    Product("Tượng gỗ độc bản Ví Dụ", "craft", "refused", "Tượng làm một bản (ví dụ)."),
)
THIRD = (
    Product("Khô cá lóc Ví Dụ", "food", "accepted", "Cá lóc phơi nhà lưới (ví dụ)."),
    Product("Mật ong tràm Ví Dụ", "food", "accepted", "Mật ong hoa tràm lọc lạnh (ví dụ)."),
    Product("Ghe mô hình Ví Dụ", "craft", "accepted", "Ghe gỗ thu nhỏ làm theo khuôn (ví dụ)."),
    Product("Máy đóng gạch Ví Dụ", "machine", "accepted", "Máy ép gạch không nung (ví dụ)."),
)
FOURTH = (
    Product("Bánh phồng khoai Ví Dụ", "food", "accepted", "Bánh phồng nướng than, bột khoai (ví dụ)."),
    Product("Ghế tre Ví Dụ", "craft", "accepted", "Ghế tre ghép mộng, hun khói chống mọt (ví dụ)."),
    Product("Lưới vây Ví Dụ", "others", "accepted", "Lưới dệt máy, tẩm dầu trai (ví dụ)."),
    Product("Nước mắm cá linh Ví Dụ", "food", "accepted", "Nước mắm ủ chum mười hai tháng (ví dụ)."),
)


def load_competitions(world: World) -> None:
    """Four rounds of the department: scored half, scored, recognised, and one that takes products."""
    year = today().year
    first = _round(world, f"Bình chọn cấp tỉnh năm {year}, đợt 1 (ví dụ)", mode="blind")
    makers = [
        make_establishment(world, name=f"Cơ sở Bình Chọn Ví Dụ {one} (không có thật)") for one in ("Một", "Hai", "Ba")
    ]
    for number, product in enumerate(FIRST):
        _enter(world, first, makers[number % len(makers)], product, world.actor(SO, "officer"), seed=number)
    _scale(world, first)
    _open(world, first)
    judge_half(world, first)

    third = _round(world, f"Bình chọn cấp tỉnh năm {year}, đợt đã chấm (ví dụ)", mode="on_site")
    for number, product in enumerate(THIRD, start=20):
        _enter(world, third, makers[number % len(makers)], product, world.actor(UNIT, "officer"), seed=number)
    _scale(world, third)
    _open(world, third)
    judge_all(world, third)

    fourth = _round(world, f"Bình chọn cấp tỉnh năm {year}, đợt đã công nhận (ví dụ)", mode="on_site")
    owned = Establishment.objects.filter(name=ESTABLISHMENT)
    for number, product in enumerate(FOURTH, start=30):
        maker = [*owned, *makers][number % (len(makers) + owned.count())]
        _enter(world, fourth, maker, product, world.actor(UNIT, "officer"), seed=number)
    _scale(world, fourth)
    _open(world, fourth)
    judge_all(world, fourth)
    recognise_and_after(world, fourth)

    second = _round(world, f"Bình chọn cấp tỉnh năm {year}, đợt 2 (ví dụ)", mode="on_site", previous=_fresh(first))
    for number, product in enumerate(SECOND, start=10):
        _enter(world, second, makers[number % len(makers)], product, world.actor(UNIT, "officer"), seed=number)
    _of_the_owner(second)
    _next_year(world, _fresh(second))


def _fresh(round_: Round) -> Round:
    return Round.objects.with_all().get(pk=round_.pk)


def _round(world: World, name: str, *, mode: str, previous: Round | None = None) -> Round:
    """A round with its council and jury, called."""
    officer, on = world.actor(SO, "officer"), today()
    round_ = actions.make_round(
        by=officer,
        creation_key=uuid4(),
        previous=previous,
        fields={
            "level": "province",
            "year": on.year,
            "name": name,
            "entries_from": on,
            "entries_until": on if previous is None else on + timedelta(days=30),
            "scoring_until": on + timedelta(days=45),
            "where": "Phòng Quản lý công nghiệp, Sở Công Thương (ví dụ)",
            "scoring_mode": mode,
            "score_step": "0.5",
            "tie_rule": "parts",
            "quorum": "two_thirds",
        },
    )
    basis: dict[str, Any] = {"decision_number": f"00/QĐ-VIDU-{round_.pk}", "decision_on": on, "from_on": on}
    for role, full_name, position in COUNCIL:
        fields = {"role": role, "full_name": full_name, "position": position, **basis}
        actions.add_member(round_id=round_.pk, by=officer, version=_fresh(round_).version, fields=fields)
    for role, hat in JURY:
        user = world.actor(*hat).user
        fields = {
            "role": role,
            "full_name": user.full_name,
            "position": str(world.actor(*hat).agency),
            "user": user,
            **basis,
        }
        actions.add_member(round_id=round_.pk, by=officer, version=_fresh(round_).version, fields=fields)
    actions.call_round(
        round_id=round_.pk,
        by=world.actor(SO, "leader"),
        version=_fresh(round_).version,
        number=f"00/TB-VIDU-{round_.pk}",
        on=on,
        on_portal=True,
    )
    return _fresh(round_)


def _next_year(world: World, previous: Round) -> None:
    """What an officer has begun to prepare, after the round before."""
    year = today().year + 1
    taken = {name: getattr(previous, name) for name in ("scoring_mode", "score_step", "tie_rule", "quorum", "where")}
    actions.make_round(
        by=world.actor(SO, "officer"),
        creation_key=uuid4(),
        previous=previous,
        fields={"level": "province", "year": year, "name": f"Bình chọn cấp tỉnh năm {year} (ví dụ)", **taken},
    )


def _scale(world: World, round_: Round) -> None:
    rows = [CriterionInput(part, text, Decimal(points)) for part, text, points in SCALE]
    head = world.actor(SO, "appraiser")
    actions.propose_scale(round_id=round_.pk, by=head, version=_fresh(round_).version, rows=rows)
    actions.approve_scale(
        round_id=round_.pk,
        by=world.actor(SO, "leader"),
        version=_fresh(round_).version,
        document="00/QĐ-HĐBC-VIDU (không có thật)",
    )


def _open(world: World, round_: Round) -> None:
    """The scoring opens on the last day of receiving, which was set to today."""
    officer = world.actor(SO, "officer")
    actions.open_scoring(round_id=round_.pk, by=officer, version=_fresh(round_).version, last_day=True)


def _enter(world: World, round_: Round, maker: Establishment, product: Product, by: Actor, *, seed: int) -> None:
    """One dossier, handed in and checked as far as it goes."""
    entry = actions.begin_entry(by=by, creation_key=uuid4(), round_=round_, establishment=maker, fields=_told(product))
    if product.ending == "draft":
        return
    for number, angle in enumerate(("front", "side", "top")):
        photo = SimpleUploadedFile(f"{angle}.jpg", picture(3 * seed + number), content_type="image/jpeg")
        actions.add_photos(entry_id=entry.pk, by=by, version=_again(entry).version, angle=angle, uploads=[photo])
    scan = SimpleUploadedFile("dang-ky-kinh-doanh-vi-du.pdf", PDF, content_type="application/pdf")
    actions.add_papers(entry_id=entry.pk, by=by, version=_again(entry).version, kind="registration", uploads=[scan])
    actions.submit_entry(entry_id=entry.pk, by=by, version=_again(entry).version)
    officer, version = world.actor(SO, "officer"), _again(entry).version
    match product.ending:
        case "accepted":
            looked = "Đã xem: khác sản phẩm (ví dụ)."
            actions.accept_entry(entry_id=entry.pk, by=officer, version=version, looked_at=looked)
        case "incomplete":
            asked = "Bổ sung giấy chứng nhận chất lượng (ví dụ)."
            actions.ask_to_complete(
                entry_id=entry.pk, by=officer, version=version, asked=asked, complete_by=today() + timedelta(days=7)
            )
        case "refused":
            reason = "Sản phẩm độc bản, không sản xuất hàng loạt được (ví dụ)."
            actions.refuse_entry(entry_id=entry.pk, by=officer, version=version, reason=reason)


def _of_the_owner(round_: Round) -> None:
    """A draft of the owner who can sign in."""
    establishment = Establishment.objects.select_related("account").filter(name=ESTABLISHMENT).first()
    user = User.objects.filter(username="chucoso").first()
    owner = actor_for(user, origin=ORIGIN) if user else None
    if establishment is None or owner is None:
        return
    product = Product("Bánh tráng mè Ví Dụ", "food", "draft", "Bánh tráng nướng than có mè đen (ví dụ).")
    actions.begin_entry(
        by=owner, creation_key=uuid4(), round_=round_, establishment=establishment, fields=_told(product)
    )


def _told(product: Product) -> dict[str, Any]:
    return {
        "product": product.name,
        "group": product.group,
        "is_set": False,
        "set_parts": "",
        "features": product.features,
        "materials": "Nguyên liệu tại chỗ (ví dụ).",
        "technology": "Thiết bị của cơ sở (ví dụ).",
        "market": "Trong tỉnh và các tỉnh lân cận (ví dụ).",
        "impact": "Việc làm cho mười lao động (ví dụ).",
        "culture": "Theo nghề truyền thống của địa phương (ví dụ).",
        "own_production": True,
        "mass_production": True,
        "not_copied": True,
        "lawful": True,
        "consents": True,
        "no_lower_round": True,
        "letter_number": "00/UBND-VIDU",
        "letter_on": today(),
        "letter_issuer": "UBND xã Ví Dụ (không có thật)",
    }


def _again(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def picture(seed: int, *, size: Sequence[int] = (480, 360)) -> bytes:
    """A drawing of no product: bright shapes on a plain ground, another for each seed."""
    width, height = size
    image = Image.new("RGB", (width, height), (235, 235, 228))
    draw = ImageDraw.Draw(image)
    for step in range(6):
        number = (seed + 1) * 2_654_435_761 + step * 40_503_017
        x, y = number % (width - 90), number // 7 % (height - 90)
        shade = (number // 11 % 160, number // 13 % 160, number // 17 % 160)
        (draw.ellipse if step % 2 else draw.rectangle)((x, y, x + 60 + number % 60, y + 50 + number % 70), fill=shade)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=70)
    return stream.getvalue()
