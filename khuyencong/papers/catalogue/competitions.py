"""Papers of competitions of products: the registration, the list of products, the letter to the level above (TT 26/2014 Đ12).

The layouts of Phụ lục 1, 2 and 5 could not be read. In a blind round whoever judges finds neither the products nor these
papers, so both subjects are private and are named without a product or a maker.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from khuyencong.competitions.judging.seats import is_covered
from khuyencong.competitions.models import Certificate, Entry, Round
from khuyencong.competitions.models.entries import IN_PLAY
from khuyencong.competitions.outcome.papers import address_of, level_above
from khuyencong.competitions.paper import MARK as REGISTRATION_MARK
from khuyencong.competitions.paper import registration_data
from khuyencong.competitions.queries import entries_of
from khuyencong.competitions.web import entry_or_404, round_or_404
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.money import NOTHING
from khuyencong.establishments.models import CertificateLevel
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.shape import SEAL, day, figures, frame, of_agency, signed
from khuyencong.papers.catalogue.subjects import pk_of
from khuyencong.papers.form import Data, Form, Subject
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

RUNS = (Permission.COMPETITION_MANAGE, Permission.COMPETITION_DECIDE)
LIST_MARK = "Phụ lục 5 TT 26/2014; mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
LETTER_MARK = "mẫu tạm: văn bản đọc được không quy định mẫu"


def _entry(actor: Actor, key: str) -> Entry:
    found = entry_or_404(actor, pk_of(key))
    if not any(allowed(actor, one, found) for one in (*RUNS, Permission.COMPETITION_ENTER)):
        raise NotAllowed("Giấy tờ của sản phẩm dành cho cơ sở, người làm giúp và cơ quan tổ chức bình chọn.")
    return found


def _round(actor: Actor, key: str) -> Round:
    found = round_or_404(actor, pk_of(key))
    if is_covered(found, actor):
        raise NotAllowed("Giám khảo của kỳ chấm kín không xem danh sách sản phẩm trước khi công nhận.")
    if not any(allowed(actor, one, found) for one in RUNS) and not allowed(actor, Permission.COMPETITION_ENTER):
        raise NotAllowed("Danh sách dành cho cơ quan tổ chức và người đăng ký sản phẩm cho cơ sở.")
    return found


ENTRY = Subject(
    "san-pham-binh-chon",
    "Sản phẩm bình chọn",
    _entry,
    thread=lambda one: str(one.thread),
    named=lambda one: f"{one.round.name} – hồ sơ {one.number or 'đang soạn'}",
    private=True,
)
ROUND = Subject("ky-binh-chon", "Kỳ bình chọn", _round, thread=lambda one: str(one.thread), private=True)


def registration(entry: Entry, _actor: Actor) -> Data:
    """Phụ lục 1 with the description of Phụ lục 2; the same as the PDF."""
    return registration_data(entry)


def list_of_products(round_: Round, actor: Actor) -> Data:
    """Phụ lục 5: the products that take part, as far as the actor may know of them. Refused where there is none."""
    on = today()
    rows = entries_of(round_, actor).filter(state__in=IN_PLAY)
    found = list(rows.select_related("establishment__province", "establishment__commune", "lower", "lower_record"))
    if not found:
        raise Refused("Kỳ bình chọn chưa có sản phẩm nào trong phạm vi của bạn để lập danh sách.")
    return {
        "paper": frame(
            **of_agency(actor.agency, on),
            on=on,
            title="Danh sách trích ngang sản phẩm đăng ký tham gia bình chọn",
            subject=round_.name,
            mark=LIST_MARK,
            signatures=[signed("Người lập"), signed("Thủ trưởng đơn vị", hint=SEAL)],
        ),
        "round": _round_fields(round_),
        "rows": [_product(place, one) for place, one in enumerate(found, start=1)],
        "count": str(len(found)),
    }


def _round_fields(round_: Round) -> dict[str, str]:
    return {
        "name": round_.name,
        "level": round_.get_level_display().lower(),
        "place": round_.place,
        "year": str(round_.year),
    }


def _product(place: int, one: Entry) -> dict[str, str]:
    maker = one.establishment
    lower = one.lower.number if one.lower else one.lower_record.number if one.lower_record else ""
    letter = f"{one.letter_number} ngày {format_date(one.letter_on)}" if one.letter_on else one.letter_number
    return {
        "number": str(place),
        "product": f"{one.product} (bộ sản phẩm)" if one.is_set else one.product,
        "group": one.get_group_display(),
        "maker": maker.name,
        "address": ", ".join(str(part) for part in (maker.place_text, maker.commune, maker.province) if part),
        "features": one.features or NOTHING,
        "price": figures(one.price),
        "revenue": figures(one.revenue),
        "workers": NOTHING if one.workers is None else str(one.workers),
        "basis": "; ".join(part for part in (lower, letter) if part) or NOTHING,
    }


def letter(round_: Round, actor: Actor) -> Data:
    """The letter that lays the products whose certificates hold today before the level above, with their list (Đ12.2.c–4.c).

    Refused from the highest level and where no certificate holds.
    """
    if not any(allowed(actor, one, round_) for one in RUNS):
        raise NotAllowed("Văn bản đề nghị lên cấp trên do cơ quan tổ chức kỳ bình chọn lập.")
    above, on = level_above(round_.level), today()
    if not above:
        raise Refused("Không có cấp bình chọn cao hơn.")
    rows = list(Certificate.objects.filter(decision__round=round_).valid_on(on).with_all().order_by("pk"))
    if not rows:
        raise Refused("Kỳ bình chọn không có giấy chứng nhận nào còn giá trị hôm nay.")
    label = CertificateLevel(above).label.lower()
    return {
        "paper": frame(
            **of_agency(actor.agency, on),
            on=on,
            title="Văn bản đề nghị tham gia bình chọn",
            subject=f"Sản phẩm công nghiệp nông thôn tiêu biểu {label}",
            mark=LETTER_MARK,
            signatures=[signed("Thủ trưởng cơ quan", hint=SEAL)],
        ),
        "round": _round_fields(round_),
        "to": f"Hội đồng bình chọn sản phẩm công nghiệp nông thôn tiêu biểu {label}",
        "above": label,
        "on": format_date(on),
        "rows": [_certified(place, one) for place, one in enumerate(rows, start=1)],
        "count": str(len(rows)),
    }


def _certified(place: int, one: Certificate) -> dict[str, str]:
    return {
        "number": str(place),
        "product": one.entry.product,
        "group": one.entry.get_group_display(),
        "maker": one.entry.establishment.name,
        "address": address_of(one),
        "certificate": one.number,
        "issued_on": day(one.issued_on),
        "valid_until": day(one.valid_until),
    }


_NAME = "Bình chọn sản phẩm thử cấp tỉnh năm 2026"
_ROUND = {"name": _NAME, "level": "cấp tỉnh", "place": samples.PLACE, "year": "2026"}
_PRODUCT = {
    "number": "1",
    "product": "Ấm chén men tro thử",
    "group": "Thủ công mỹ nghệ",
    "maker": samples.SHOP,
    "address": f"Xã Thử, {samples.PLACE}",
}


def _sample(title: str, subject: str, mark: str, *signs: str) -> dict[str, Any]:
    return {"paper": samples.paper(title, *signs, subject=subject, mark=mark)}


_UNTIL = date(2028, 12, 31)

FORMS = (
    Form(
        code="phu-luc-1",
        number="Phụ lục 1",
        title="Phiếu đăng ký tham gia bình chọn, kèm thuyết minh sản phẩm",
        article="TT 26/2014 Đ12.1",
        subject=ENTRY,
        official_layout=False,
        data=registration,
        sample={
            **_sample(
                "Phiếu đăng ký tham gia bình chọn",
                "Sản phẩm công nghiệp nông thôn tiêu biểu cấp tỉnh năm 2026",
                REGISTRATION_MARK,
                "Đại diện cơ sở",
            ),
            "sections": [{"title": "Sản phẩm", "facts": [{"label": "Cơ sở", "value": samples.SHOP}]}],
            "closing": ["Cơ sở tự nguyện tham gia bình chọn."],
        },
    ),
    Form(
        code="phu-luc-5",
        number="Phụ lục 5",
        title="Danh sách trích ngang sản phẩm đăng ký tham gia bình chọn",
        article="TT 26/2014 Đ12.2.c, Đ12.3.c, Đ12.4.c",
        subject=ROUND,
        official_layout=False,
        data=list_of_products,
        sample={
            **_sample(
                "Danh sách trích ngang sản phẩm đăng ký tham gia bình chọn",
                _NAME,
                LIST_MARK,
                "Người lập",
                "Thủ trưởng đơn vị",
            ),
            "round": _ROUND,
            "rows": [
                {
                    **_PRODUCT,
                    "features": "Gốm nung củi.",
                    "price": "450.000",
                    "revenue": samples.MILLIONS_100,
                    "workers": "12",
                    "basis": "01/GCN-THU; 7/UBND ngày 01/08/2026",
                }
            ],
            "count": "1",
        },
    ),
    Form(
        code="de-nghi-binh-chon",
        number="",
        title="Văn bản đề nghị tham gia bình chọn cấp trên, kèm danh sách",
        article="TT 26/2014 Đ10.2, Đ12.2.c, Đ12.3.c, Đ12.4.c",
        subject=ROUND,
        official_layout=False,
        data=letter,
        sample={
            **_sample(
                "Văn bản đề nghị tham gia bình chọn",
                "Sản phẩm công nghiệp nông thôn tiêu biểu cấp khu vực",
                LETTER_MARK,
                "Thủ trưởng cơ quan",
            ),
            "round": _ROUND,
            "to": "Hội đồng bình chọn sản phẩm công nghiệp nông thôn tiêu biểu cấp khu vực",
            "above": "cấp khu vực",
            "on": format_date(samples.ON),
            "rows": [
                {
                    **_PRODUCT,
                    "certificate": "01/GCN-THU",
                    "issued_on": format_date(samples.ON),
                    "valid_until": format_date(_UNTIL),
                }
            ],
            "count": "1",
        },
    ),
)
