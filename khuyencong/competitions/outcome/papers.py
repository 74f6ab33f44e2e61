"""Papers about results: the minutes of the council, and the letter with the list for the level above.

The layouts of Phụ lục 5 and of the minutes could not be read: both say «mẫu tạm».
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from khuyencong.competitions.judging.arithmetic import mean_shown
from khuyencong.competitions.judging.results import EntryResult, pass_mark, results_of
from khuyencong.competitions.models import Certificate, CouncilChoice, Member, Round, SeatRole
from khuyencong.competitions.outcome.recognition import group_counts
from khuyencong.core.dates import format_date
from khuyencong.documents import pdf
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.establishments.models import CertificateLevel
from khuyencong.law import competition
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
BLANK = "……………"
SIGN = "Ký, ghi rõ họ tên"
MINUTES_COLUMNS = (
    ("TT", 5),
    ("Mã số", 9),
    ("Sản phẩm", 30),
    ("Cơ sở", 26),
    ("Nhóm", 18),
    ("Điểm", 9),
    ("Hội đồng", 12),
)
LIST_COLUMNS = (
    Column("TT", "int", 6),
    Column("Sản phẩm", width=34),
    Column("Nhóm sản phẩm", width=24),
    Column("Cơ sở", width=34),
    Column("Địa chỉ", width=40),
    Column("Số giấy chứng nhận", width=20),
    Column("Ngày cấp", "date", 12),
    Column("Có giá trị đến", "date", 12),
)


def level_above(level: str) -> str:
    """The level to which products of this one go up; "" from the highest."""
    return next((above for above, below in competition.BELOW.items() if level in below), "")


def minutes_pdf(round_: Round, on: date) -> bytes:
    """The minutes of the council from what was written down, to be signed; `on`: the day that the paper bears."""
    results = results_of(round_)
    choices = {one.entry_id: one for one in CouncilChoice.objects.filter(entry__round=round_)}
    chosen = {key for key, one in choices.items() if one.chosen}
    mark = pass_mark(round_)
    counts = group_counts(results, chosen)
    seats = list(Member.objects.filter(round=round_).council().standing_on(on))
    reasons = list(dict.fromkeys(one.reason for one in choices.values() if one.reason))
    return _render(
        round_,
        on,
        title="Biên bản họp Hội đồng bình chọn",
        subject=round_.name,
        facts=[("Địa bàn", round_.place), ("Năm", str(round_.year)), ("Cách chấm", round_.get_scoring_mode_display())],
        before=[
            "Thành phần: " + ("; ".join(f"{one.full_name} ({one.get_role_display()})" for one in seats) or BLANK),
            (
                f"Ban Giám khảo chấm {counts[-1].scored} sản phẩm; {counts[-1].passed} sản phẩm có điểm bình quân từ {mark} "
                f"điểm trở lên. Hội đồng đề nghị công nhận {counts[-1].chosen} sản phẩm (TT 26/2014 Đ17.1)."
            ),
        ],
        columns=MINUTES_COLUMNS,
        rows=[_minutes_row(place, one, chosen, mark) for place, one in enumerate(results, start=1)],
        notes=[
            f"{one.label}: được chấm {one.scored}, đạt {one.passed}, đề nghị công nhận {one.chosen}." for one in counts
        ]
        + [f"Lý do của Hội đồng: {one}" for one in reasons]
        + [f"Khi bằng điểm: {round_.get_tie_rule_display()}."],
        signatures=[
            {"role": "Thư ký", "hint": SIGN, "name": ""},
            {"role": SeatRole.CHAIR.label, "hint": SIGN, "name": _chair(seats)},
        ],
    )


def _minutes_row(place: int, one: EntryResult, chosen: set[int], mark: Any) -> list[str]:
    entry = one.entry
    said = "Đề nghị" if entry.pk in chosen else "Không" if one.passed else "Chưa đạt"
    mean = mean_shown(one.mean, passes_from=mark) if one.sheets else "–"
    return [str(place), entry.code, entry.product, entry.establishment.name, entry.get_group_display(), mean, said]


def _chair(seats: Sequence[Member]) -> str:
    return next((one.full_name for one in seats if one.role == SeatRole.CHAIR), "")


def proposal_pdf(round_: Round, certificates: Sequence[Certificate], on: date) -> bytes:
    """The letter that lays products before the council of the level above, with the list (Đ12.2.c, Đ12.3.c, Đ12.4.c)."""
    above = CertificateLevel(level_above(round_.level)).label.lower()
    rows = list_rows(certificates)
    return _render(
        round_,
        on,
        title="Văn bản đề nghị tham gia bình chọn",
        subject=f"sản phẩm công nghiệp nông thôn tiêu biểu {above}",
        facts=[("Kính gửi", f"Hội đồng bình chọn sản phẩm công nghiệp nông thôn tiêu biểu {above}")],
        before=[
            (
                f"Đề nghị cho {len(rows)} sản phẩm có giấy chứng nhận {round_.get_level_display().lower()} còn giá trị đến ngày "
                f"{format_date(on)} được đăng ký tham gia bình chọn {above}. Danh sách trích ngang:"
            )
        ],
        columns=[(one.title, int(one.width)) for one in LIST_COLUMNS],
        rows=[[format_date(one) if isinstance(one, date) else str(one) for one in row] for row in rows],
        notes=["Hồ sơ của từng sản phẩm kèm theo (TT 26/2014 Đ12)."],
        signatures=[{"role": "Thủ trưởng cơ quan", "hint": "Ký tên, đóng dấu", "name": ""}],
    )


def proposal_xlsx(round_: Round, certificates: Sequence[Certificate], on: date) -> bytes:
    """The same list as an Excel file."""
    title = f"Danh sách sản phẩm đề nghị bình chọn {CertificateLevel(level_above(round_.level)).label.lower()}"
    lines = (f"({MARK})", f"Từ: {round_.name}, {round_.place}", f"Lập ngày {format_date(on)}")
    return workbook([Sheet("Danh sách", title, LIST_COLUMNS, list_rows(certificates), lines)], made_on=on)


def list_rows(certificates: Sequence[Certificate]) -> list[tuple[Any, ...]]:
    """One row for each, as LIST_COLUMNS names them; expects `with_all`."""
    return [
        (
            place,
            one.entry.product,
            one.entry.get_group_display(),
            one.entry.establishment.name,
            address_of(one),
            one.number,
            one.issued_on,
            one.valid_until,
        )
        for place, one in enumerate(certificates, start=1)
    ]


def address_of(certificate: Certificate) -> str:
    """Where the establishment is: commune and province; a street is nobody's business on a list."""
    establishment = certificate.entry.establishment
    return ", ".join(str(part) for part in (establishment.commune, establishment.province) if part)


def _render(
    round_: Round,
    on: date,
    *,
    title: str,
    subject: str,
    facts: Sequence[tuple[str, str]],
    before: Sequence[str],
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    signatures: Sequence[dict[str, str]],
) -> bytes:
    agency = round_.agency
    place = agency.province.short_name if agency.province else "Hà Nội"
    return pdf.render(
        "money_table",
        {
            "paper": {
                "title": title,
                "subject": subject,
                "organ_above": agency.parent.name_on(on) if agency.parent else "",
                "organ": agency.name_on(on),
                "number": BLANK,
                "place_and_date": f"{place}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": MARK,
                "stamp": "",
                "foot": f"{title} – {subject} – {MARK}",
                "signatures": list(signatures),
            },
            "facts": [{"label": label, "value": value} for label, value in facts],
            "before": list(before),
            "columns": [{"title": name, "share": share, "number": name in {"TT", "Điểm"}} for name, share in columns],
            "rows": [list(row) for row in rows],
            "totals": [],
            "notes": list(notes),
        },
    )
