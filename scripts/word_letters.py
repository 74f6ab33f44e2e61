"""Templates of decisions, letters, sheets and minutes: plans, appraisals, councils, acceptances, the calculation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from docx.document import Document as Word
from docx.shared import Pt
from word_parts import MONEY, Column, begin, facts, grounds, money, said, signer, signers, table, told
from word_style import CENTER, RIGHT, SMALL, each, heading, paragraph, tag

NUMBER = Column("TT", 10, "number")
PROJECTS = [
    NUMBER,
    Column("Đề án", 44, "name"),
    Column("Đơn vị thực hiện", 30, "unit"),
    Column("Tổng kinh phí", 21, "total", number=True),
    Column("Khuyến công", 20, "support", number=True),
    Column("Đóng góp", 20, "counterpart", number=True),
    Column("Nguồn khác", 20, "other", number=True),
]


def _projects(doc: Word) -> None:
    paragraph(doc, "Đơn vị tính: đồng", italic=True, align=RIGHT, size=SMALL)
    table(doc, PROJECTS, "one in rows", totals="totals", total_label="Cộng {{ count }} đề án", size=Pt(9))


def decision() -> Word:
    """The decision that approves a plan."""
    doc = begin("Quyết định phê duyệt kế hoạch khuyến công")
    paragraph(doc, "{{ paper.organ|upper }}", bold=True, align=CENTER)
    grounds(doc)
    paragraph(doc, "Theo đề nghị của {{ proposer }}.", italic=True, indent=True)
    paragraph(doc, "QUYẾT ĐỊNH:", bold=True, align=CENTER)
    paragraph(
        doc,
        "Điều 1. Phê duyệt {{ plan.title }} gồm {{ count }} đề án, nhiệm vụ; kinh phí {{ plan.source }} năm {{ plan.year }}:"
        " {{ support.figures }} đồng (Bằng chữ: {{ support.words }}), chi tiết tại Phụ lục kèm theo.",
        indent=True,
    )
    paragraph(doc, "Điều 2. Tổ chức thực hiện", indent=True)
    each(doc, "one in tasks", "- {{ one }}")
    paragraph(
        doc,
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng {{ proposer }}, các cơ quan, đơn vị có liên quan và"
        " các đơn vị thực hiện đề án chịu trách nhiệm thi hành Quyết định này.",
        indent=True,
    )
    signer(doc, ["Như Điều 3;", "Kho bạc Nhà nước nơi giao dịch;", "Lưu: VT."])
    annex = paragraph(doc, "PHỤ LỤC", bold=True, align=CENTER)
    annex.paragraph_format.page_break_before = True
    paragraph(doc, "Các đề án, nhiệm vụ của {{ plan.title }}", bold=True, align=CENTER)
    paragraph(
        doc,
        "(Kèm theo Quyết định số {{ paper.number }} ngày {{ plan.decision_on }} của {{ paper.organ }})",
        italic=True,
        align=CENTER,
    )
    _projects(doc)
    return doc


def letter() -> Word:
    """The submission letter of a plan."""
    doc = begin("Tờ trình đề nghị phê duyệt kế hoạch khuyến công")
    paragraph(doc, "Kính gửi: {{ to }}.", align=CENTER)
    grounds(doc)
    paragraph(
        doc,
        "Sau khi thẩm định các đề án, {{ paper.organ }} kính trình {{ to }} xem xét, phê duyệt {{ plan.title }}"
        " với các nội dung sau:",
        indent=True,
    )
    heading(doc, "1. Số đề án, kinh phí")
    paragraph(doc, "Kế hoạch gồm {{ count }} đề án, nhiệm vụ. Kinh phí của từng đề án:", indent=True)
    _projects(doc)
    money(doc, "Kinh phí khuyến công đề nghị phê duyệt", "support")
    heading(doc, "2. Hạn mức kinh phí")
    money(doc, "Dự toán được giao của nguồn {{ plan.source }} năm {{ plan.year }}", "given")
    money(doc, "Hạn mức còn lại, chưa phê duyệt cho đề án nào", "free")
    heading(doc, "3. Hồ sơ kèm theo")
    each(doc, "one in dossier", "- {{ one }}")
    paragraph(doc, "{{ paper.organ }} kính trình {{ to }} xem xét, quyết định./.", indent=True)
    signer(doc, ["Như trên;", "Lưu: VT."])
    return doc


def appraisal(name: str) -> Word:
    """Mẫu số 4a, 4b and the sheet of the central level: the five points of TT 36/2013 Đ9."""
    doc = begin(name)
    heading(doc, "I. Thông tin chung")
    facts(doc)
    heading(doc, "II. Năm nội dung thẩm định (TT 36/2013 Đ9)")
    table(
        doc,
        [
            Column("Nội dung", 72, "title"),
            Column("Điều khoản", 32, "article"),
            Column("Kết luận", 22, "met"),
            Column("Nhận xét", 39, "comment"),
        ],
        "one in points",
    )
    heading(doc, "III. Kết quả đối chiếu quy định")
    each(doc, "one in findings", "- {{ one }}", empty="Không có điểm nào cần lưu ý.")
    heading(doc, "IV. Kết luận")
    paragraph(doc, "{{ conclusion }}.", bold=True, indent=True)
    said(doc, "votes", "Biểu quyết: ")
    said(doc, "comment")
    told(doc, "one in conditions", "Điều kiện phải đáp ứng trước khi phê duyệt:")
    told(doc, "one in completion", "Các điểm phải hoàn thiện:")
    signers(doc)
    return doc


def council_minutes(name: str) -> Word:
    """Minutes of a council, of a whole meeting or of one đề án."""
    doc = begin(name)
    heading(doc, "I. Phiên họp")
    facts(doc)
    heading(doc, "II. Thành phần")
    each(doc, "one in attendance", "- {{ one }}", empty="Chưa ghi thành phần.")
    heading(doc, "III. Nội dung và kết quả")
    tag(doc, "{%p for item in items %}")
    heading(doc, "{{ item.title }}")
    told(doc, "one in item.declared", "Xung đột lợi ích, không bỏ phiếu:")
    tag(doc, "{%p if item.votes %}")
    table(
        doc,
        [
            Column("Thành viên", 42, "member"),
            Column("Đề nghị", 38, "proposal"),
            Column("Mức hỗ trợ (đồng)", 30, "amount", number=True),
            Column("Nhận xét", 55, "comment"),
        ],
        "one in item.votes",
    )
    tag(doc, "{%p endif %}")
    told(doc, "one in item.points", "Năm nội dung (TT 36/2013 Đ9):")
    told(doc, "one in item.findings", "Kết quả đối chiếu quy định:")
    paragraph(doc, "Kết luận: {{ item.result }}", bold=True, indent=True)
    said(doc, "item.comment")
    told(doc, "one in item.conditions", "Điều kiện phải đáp ứng trước khi phê duyệt:")
    tag(doc, "{%p endfor %}")
    signers(doc)
    return doc


def invitation() -> Word:
    """The invitation to a meeting of a council."""
    doc = begin("Giấy mời họp Hội đồng thẩm định")
    paragraph(doc, "{{ paper.organ }} trân trọng kính mời:", indent=True)
    tag(doc, "{%p for one in members %}")
    paragraph(doc, "- {{ one.name }}{% if one.position %}, {{ one.position }}{% endif %} – {{ one.role }}", indent=True)
    tag(doc, "{%p endfor %}")
    paragraph(doc, "Dự họp {{ council }} ({{ basis }}).", indent=True)
    paragraph(doc, "Thời gian: ngày {{ held_on }}.", indent=True)
    paragraph(doc, "Địa điểm: {{ place }}.", indent=True)
    paragraph(doc, "Nội dung: thẩm định các đề án sau:", indent=True)
    table(
        doc,
        [NUMBER, Column("Mã", 38, "code"), Column("Đề án", 72, "name"), Column("Đơn vị thực hiện", 45, "unit")],
        "one in agenda",
    )
    said(doc, "secretary", "Liên hệ: ", " (Thư ký Hội đồng).")
    signer(doc, ["Như trên;", "Lưu: VT."])
    return doc


def notice() -> Word:
    """The letter with the result of an appraisal."""
    doc = begin("Thông báo kết quả thẩm định")
    paragraph(doc, "Kính gửi: {{ to }}.", align=CENTER)
    paragraph(
        doc,
        "Căn cứ {{ basis }}, {{ paper.organ }} thông báo kết quả thẩm định {{ level }} đề án {{ project.code }}"
        " «{{ project.name }}», {{ project.source }} năm {{ project.year }}:",
        indent=True,
    )
    paragraph(doc, "Kết quả: {{ conclusion }}.", bold=True, indent=True)
    said(doc, "comment", "Nhận xét: ")
    tag(doc, "{%p for one in points %}")
    paragraph(doc, "- {{ one.title }} ({{ one.met }}): {{ one.comment }}", indent=True)
    tag(doc, "{%p endfor %}")
    told(doc, "one in conditions", "Điều kiện phải đáp ứng:")
    told(doc, "one in completion", "Các điểm phải hoàn thiện:")
    paragraph(doc, "{{ next }}", indent=True)
    paragraph(doc, "{{ paper.organ }} thông báo để đơn vị biết, thực hiện./.", indent=True)
    signer(doc, ["Như trên;", "Lưu: VT."])
    return doc


def acceptance(name: str) -> Word:
    """Mẫu số 5a, 5b and 5c."""
    doc = begin(name)
    heading(doc, "I. Thông tin chung")
    facts(doc)
    heading(doc, "II. Thành phần tham gia")
    each(doc, "one in people", "- {{ one }}", empty="Chưa ghi thành phần.")
    heading(doc, "III. Kết quả nghiệm thu")
    tag(doc, "{%p for part in parts %}")
    heading(doc, "{{ part.title }}")
    table(
        doc,
        [
            Column("Hạng mục", 81, "name"),
            Column("Số lượng", 20, "quantity", number=True),
            Column("Đơn giá (đồng)", 32, "price", number=True),
            Column("Nghiệm thu (đồng)", 32, "cost", number=True),
        ],
        "one in part.table",
    )
    for field, lead in (
        ("invoices", "Hóa đơn, chứng từ:"),
        ("trials", "Chạy thử:"),
        ("differences", "Khác danh mục được duyệt:"),
        ("findings", "Kết quả đối chiếu quy định:"),
    ):
        told(doc, f"one in part.{field}", lead)
    said(doc, "part.explanation", "Giải trình: ")
    said(doc, "part.undelivered", "Phần không thực hiện: ")
    told(doc, "one in part.steps", "Cách tính số tiền được thanh toán:")
    paragraph(doc, "Kết luận: {{ part.conclusion }}", bold=True, indent=True)
    said(doc, "part.comment")
    tag(doc, "{%p endfor %}")
    money(doc, "Tổng số được thanh toán theo biên bản này", "payable")
    signers(doc)
    return doc


def handover() -> Word:
    """The minutes by which accepted items are handed over."""
    doc = begin("Biên bản bàn giao")
    heading(doc, "I. Hai bên")
    facts(doc)
    heading(doc, "II. Hạng mục bàn giao")
    table(
        doc,
        [
            Column("Hạng mục", 75, "name"),
            Column("Số máy", 35, "serial"),
            Column("Số lượng", 20, "quantity", number=True),
            Column("Biên bản nghiệm thu", 35, "minutes"),
        ],
        "one in items",
    )
    told(doc, "one in papers", "Giấy tờ kèm theo:")
    said(doc, "remark", "Tình trạng khi bàn giao: ")
    paragraph(
        doc,
        "Hai bên thống nhất nội dung trên. Biên bản lập thành các bản như nhau, mỗi bên giữ một bản.",
        indent=True,
    )
    signers(doc)
    return doc


def calculation() -> Word:
    """The calculation of support, step by step with its articles."""
    doc = begin("Bảng tính mức hỗ trợ kinh phí khuyến công")
    heading(doc, "I. Thông tin chung")
    facts(doc)
    tag(doc, "{%p if sums.rows %}")
    heading(doc, "II. Tổng hợp theo đơn vị thụ hưởng")
    table(
        doc,
        [
            Column("Đơn vị thụ hưởng", 57, "name"),
            *(
                Column(head, 27, f"amounts[{at}]", number=True)
                for at, head in enumerate(
                    (
                        "Tổng kinh phí (đồng)",
                        "Chi phí làm căn cứ (đồng)",
                        "Được hỗ trợ tối đa (đồng)",
                        "Đề nghị hỗ trợ (đồng)",
                    )
                )
            ),
        ],
        "one in sums.rows",
        size=MONEY,
    )
    tag(doc, "{%p endif %}")
    tag(doc, "{%p for sheet in sheets %}")
    heading(doc, "Tính mức hỗ trợ: {{ sheet.name }}")
    table(
        doc,
        [
            Column("Nội dung", 48, "what"),
            Column("Cách tính", 44, "how"),
            Column("Căn cứ", 43, "article"),
            Column("Số tiền (đồng)", 30, "amount", number=True),
        ],
        "one in sheet.rows",
    )
    told(doc, "one in sheet.findings", "Kết quả đối chiếu quy định:")
    tag(doc, "{%p endfor %}")
    heading(doc, "Kết quả")
    told(doc, "one in total.findings", "Kết quả đối chiếu quy định:")
    tag(doc, "{%p if total.none_allowed %}")
    paragraph(doc, "{{ total.none_allowed }}", indent=True)
    tag(doc, "{%p else %}")
    money(doc, "Mức hỗ trợ tối đa", "total.allowed")
    tag(doc, "{%p endif %}")
    money(doc, "Mức đề nghị hỗ trợ", "total.asked")
    paragraph(doc, "{{ paper.foot }}", italic=True, size=SMALL)
    signers(doc)
    return doc


def _named(make: Callable[[str], Word], names: Sequence[tuple[str, str]]) -> dict[str, Callable[[], Word]]:
    return {code: partial(make, name) for code, name in names}


TEMPLATES: dict[str, Callable[[], Word]] = {
    "quyet-dinh-ke-hoach": decision,
    "to-trinh-ke-hoach": letter,
    "giay-moi-hoi-dong": invitation,
    "thong-bao-ket-qua": notice,
    "bien-ban-ban-giao": handover,
    "bang-tinh": calculation,
    **_named(
        appraisal,
        (
            ("mau-4a", "Phiếu thẩm định cấp cơ sở, đề án theo nhóm"),
            ("mau-4b", "Phiếu thẩm định cấp cơ sở, theo đối tượng cụ thể"),
            ("phieu-tham-dinh-cap-bo", "Phiếu thẩm định cấp Bộ"),
        ),
    ),
    **_named(
        council_minutes,
        (
            ("bien-ban-tham-dinh", "Biên bản thẩm định đề án khuyến công"),
            ("bien-ban-hoi-dong", "Biên bản họp Hội đồng thẩm định"),
        ),
    ),
    **_named(
        acceptance,
        (
            ("mau-5a", "Biên bản nghiệm thu cơ sở, Mẫu số 5a"),
            ("mau-5b", "Biên bản nghiệm thu cơ sở, Mẫu số 5b"),
            ("mau-5c", "Biên bản nghiệm thu cơ sở, Mẫu số 5c"),
        ),
    ),
}
