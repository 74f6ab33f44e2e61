"""Templates of the forms with tables of money: Mẫu số 1, 2, 3a, 3b, 6 to 11 of Phụ lục 1 TT 36/2013."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from docx.document import Document as Word
from docx.shared import Pt
from word_parts import MONEY, Column, begin, facts, money, said, signers, table, told
from word_style import CENTER, RIGHT, SMALL, each, heading, paragraph, tag

NUMBER = Column("STT", 11, "number")


def _dong(head: str, field: str, width: float = 26) -> Column:
    return Column(head, width, field, number=True)


def _columns(text: Column, *amounts: tuple[str, str], width: float = 26) -> list[Column]:
    return [NUMBER, text, *(_dong(head, field, width) for head, field in amounts)]


OF_CONTRACT = (
    ("Giá trị hợp đồng", "value"),
    ("Tạm ứng", "advanced"),
    ("Nghiệm thu", "accepted"),
    ("Thanh toán", "paid"),
    ("Thu hồi", "recovered"),
    ("Quyết toán", "settled"),
)
OF_YEAR = (("Theo hợp đồng", "value"), *OF_CONTRACT[1:], ("Chênh lệch", "difference"))
DETAIL = (
    ("Dự toán, khuyến công", "planned_support"),
    ("Dự toán, tổng", "planned_total"),
    ("Đã chi, khuyến công", "support"),
    ("Đã chi, đóng góp", "counterpart"),
    ("Đã chi, khác", "other"),
    ("Đã chi, tổng", "total"),
)
VOUCHER = [
    NUMBER,
    Column("Chứng từ", 34, "voucher"),
    Column("Ngày", 22, "day"),
    Column("Người nhận tiền", 44, "payee"),
    Column("Nội dung chi", 0, "content"),
]
FORMS: dict[str, tuple[str, list[Column]]] = {
    "mau-6": ("Biên bản thanh lý hợp đồng", _columns(Column("Đề án", 76, "project"), *OF_CONTRACT)),
    "mau-7": ("Biểu chi tiết quyết toán kinh phí", _columns(Column("Nội dung chi", 76, "content"), *DETAIL)),
    "mau-8a": (
        "Bảng kê chứng từ đề nghị quyết toán",
        [*VOUCHER[:4], Column("Nội dung chi", 102, "content"), _dong("Khuyến công (đồng)", "support", 34)],
    ),
    "mau-8b": (
        "Bảng kê chứng từ đề nghị quyết toán, mọi nguồn",
        [
            *VOUCHER[:4],
            Column("Nội dung chi", 32, "content"),
            _dong("Khuyến công (đồng)", "support"),
            _dong("Đóng góp (đồng)", "counterpart"),
            _dong("Nguồn khác (đồng)", "other"),
            _dong("Tổng (đồng)", "total"),
        ],
    ),
    "mau-9": (
        "Biểu đề nghị thanh toán kinh phí thực hiện đề án",
        [
            NUMBER,
            Column("Biên bản nghiệm thu", 66, "minutes"),
            Column("Đơn vị thụ hưởng", 90, "beneficiary"),
            _dong("Chi phí nghiệm thu (đồng)", "cost", 40),
            _dong("Được thanh toán (đồng)", "payable", 40),
        ],
    ),
    "mau-10": ("Bảng đối chiếu kinh phí", _columns(Column("Hợp đồng, đề án", 54, "project"), *OF_YEAR)),
}
SOURCES = (
    ("Tổng kinh phí", "total"),
    ("Kinh phí khuyến công", "support"),
    ("Đơn vị thụ hưởng đóng góp", "counterpart"),
    ("Nguồn khác", "other"),
)


def settlement(code: str) -> Word:
    """Mẫu số 6 to 10: one table of money, with what is said before and after it."""
    name, columns = FORMS[code]
    doc = begin(name, landscape=True)
    facts(doc)
    each(doc, "one in before", "{{ one }}")
    tag(doc, "{%p if rows %}")
    paragraph(doc, "Đơn vị tính: đồng", italic=True, align=RIGHT, size=SMALL)
    tag(doc, "{%p endif %}")
    table(doc, columns, "one in rows", totals="totals", total_label="Tổng cộng", size=MONEY)
    each(doc, "one in notes", "{{ one }}")
    signers(doc, landscape=True)
    return doc


def estimate() -> Word:
    """Mẫu số 1, with the columns A, B and 1 to 5 of the form."""
    doc = begin("Dự toán kinh phí thực hiện đề án", landscape=True)
    paragraph(doc, "Đơn vị thực hiện: {{ project.unit }}", indent=True)
    paragraph(doc, "Mã đề án: {{ project.code }}; nguồn: {{ project.source }}; năm {{ project.year }}", indent=True)
    paragraph(doc, "Đơn vị tính: triệu đồng", italic=True, align=RIGHT, size=SMALL)
    table(
        doc,
        [
            Column("TT", 12, "number"),
            Column("Nội dung chi", 85, "content"),
            *(_dong(head, field, 28) for head, field in SOURCES),
            Column("Ghi chú", 37, "note"),
        ],
        "one in rows",
        totals="totals",
        total_label="Cộng",
        over=(3, 6, "Trong đó"),
        marks=["A", "B", "1", "2", "3", "4", "5"],
    )
    money(doc, "Tổng kinh phí thực hiện", "total")
    money(doc, "Đề nghị hỗ trợ từ kinh phí khuyến công", "support")
    paragraph(
        doc,
        "Đơn vị thụ hưởng cam kết: (1) {{ no_other_support }}; (2) {{ own_capital }}.",
        indent=True,
    )
    told(doc, "one in not_declared", "Chưa ghi nhận cam kết (1) của:")
    told(doc, "one in not_committed", "Chưa ghi nhận cam kết (2) của:")
    signers(doc, landscape=True)
    return doc


def summary() -> Word:
    """Mẫu số 2."""
    doc = begin("Biểu tổng hợp chi tiết các đề án đăng ký kế hoạch khuyến công", landscape=True)
    paragraph(doc, "Nguồn: {{ plan.source }}, năm {{ plan.year }}, đợt {{ plan.round }}", align=CENTER)
    paragraph(doc, "Đơn vị tính: đồng", italic=True, align=RIGHT, size=SMALL)
    table(
        doc,
        [
            Column("TT", 9, "number"),
            Column("Tên đề án", 34, "name"),
            Column("Đơn vị thực hiện", 25, "unit"),
            Column("Mục tiêu và nội dung chính", 40, "aims"),
            Column("Dự kiến kết quả đạt được", 25, "results"),
            Column("Thời gian", 20, "term"),
            *(_dong(head, field, 19.5) for head, field in SOURCES),
            Column("Ghi chú", 16, "note"),
        ],
        "one in rows",
        totals="totals",
        total_label="Cộng {{ count }} đề án",
        over=(7, 10, "Trong đó"),
        size=Pt(8),
    )
    money(doc, "Kinh phí khuyến công đề nghị", "support")
    signers(doc, landscape=True)
    return doc


def implementation_plan() -> Word:
    """Mẫu số 11."""
    doc = begin("Kế hoạch thực hiện đề án khuyến công", landscape=True)
    for line in (
        "Mã đề án: {{ project.code }}; loại: {{ project.kind }}; nguồn: {{ project.source }}; năm {{ project.year }}",
        "Nội dung: {{ project.activity }}",
        "Đơn vị thực hiện: {{ project.unit }}; đơn vị phối hợp: {{ project.cooperating_unit }}",
        "Địa điểm: {{ project.place }}; thời gian: từ {{ project.starts_on }} đến {{ project.ends_on }}",
    ):
        paragraph(doc, line, indent=True)
    heading(doc, "I. Mục tiêu")
    paragraph(doc, "{{ aims }}", indent=True)
    heading(doc, "II. Cơ sở thụ hưởng và kinh phí")
    said(doc, "criteria", "Tiêu chí chọn: ")
    said(doc, "unnamed", "Còn ", " cơ sở chưa chọn.")
    paragraph(doc, "Đơn vị tính: đồng", italic=True, align=RIGHT, size=SMALL)
    table(
        doc,
        [
            NUMBER,
            Column("Cơ sở", 66, "name"),
            Column("Địa điểm", 58, "place"),
            *(_dong(head, field, 28) for head, field in SOURCES),
        ],
        "one in beneficiaries",
        totals="totals",
        total_label="Cộng",
        over=(4, 7, "Trong đó"),
    )
    money(doc, "Kinh phí khuyến công", "support")
    heading(doc, "III. Nội dung công việc và tiến độ")
    table(
        doc,
        [
            NUMBER,
            Column("Nội dung công việc", 70, "content"),
            Column("Người, đơn vị thực hiện", 50, "who"),
            Column("Từ ngày", 24, "starts_on"),
            Column("Đến ngày", 24, "ends_on"),
            Column("Kết quả", 38, "output"),
            _dong("Kinh phí (đồng)", "cost", 30),
        ],
        "one in works",
    )
    heading(doc, "IV. Tổ chức thực hiện")
    paragraph(doc, "{{ organisation }}", indent=True)
    signers(doc, landscape=True)
    return doc


def unit_month() -> Word:
    """Mẫu số 3a."""
    doc = begin("Báo cáo tiến độ thực hiện các đề án khuyến công", landscape=True)
    paragraph(doc, "Đơn vị báo cáo: {{ unit }}; tháng {{ month }}; số lũy kế", indent=True)
    table(
        doc,
        [
            NUMBER,
            Column("Đề án", 72, "project"),
            _dong("Kinh phí được duyệt (đồng)", "approved", 30),
            _dong("Khối lượng đã thực hiện", "volume", 24),
            _dong("Đã tạm ứng (đồng)", "advanced", 30),
            _dong("Đã thanh toán (đồng)", "paid", 30),
            Column("Khó khăn, vướng mắc", 50, "difficulties"),
        ],
        "one in rows",
        totals="totals",
    )
    paragraph(doc, "{{ note }}", italic=True, size=SMALL)
    signers(doc, landscape=True)
    return doc


def of_project_month() -> Word:
    """Mẫu số 3b."""
    doc = begin("Báo cáo khối lượng hoàn thành và kinh phí thực hiện")
    facts(doc)
    heading(doc, "I. Khối lượng theo đơn vị thụ hưởng")
    table(
        doc,
        [
            NUMBER,
            Column("Đơn vị thụ hưởng", 47, "beneficiary"),
            _dong("Tổng vốn đầu tư (đồng)", "total", 30),
            _dong("Giá trị đã thực hiện (đồng)", "done", 30),
            _dong("Tỷ lệ", "percent", 19),
            Column("Ghi chú", 28, "note"),
        ],
        "one in parts",
        totals="totals",
    )
    heading(doc, "II. Nội dung công việc")
    table(
        doc,
        [
            NUMBER,
            Column("Nội dung công việc", 66, "content"),
            Column("Phải xong ngày", 26, "ends_on"),
            Column("Tình trạng", 26, "state"),
            Column("Ghi chú", 36, "note"),
        ],
        "one in works",
    )
    tag(doc, "{%p for one in texts %}")
    heading(doc, "{{ one.title }}")
    paragraph(doc, "{{ one.text }}", indent=True)
    tag(doc, "{%p endfor %}")
    paragraph(doc, "{{ note }}", italic=True, size=SMALL)
    signers(doc)
    return doc


TEMPLATES: dict[str, Callable[[], Word]] = {
    "mau-1": estimate,
    "mau-2": summary,
    "mau-3a": unit_month,
    "mau-3b": of_project_month,
    "mau-11": implementation_plan,
    **{code: partial(settlement, code) for code in FORMS},
}
