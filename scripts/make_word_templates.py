"""Write the shipped Word templates of official papers into `khuyencong/papers/word/`: scripts/make_word_templates.py"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import word_competitions
import word_letters
import word_money
from docx.document import Document as Word
from word_style import BOTH, each, grid, heading, letterhead, new_document, paragraph, save, signatures, tag, title

WORD = Path(__file__).resolve().parent.parent / "khuyencong" / "papers" / "word"


def contract() -> Word:
    """`hop-dong`: the data of `finance.contract_paper`."""
    doc = new_document("Hợp đồng thực hiện đề án khuyến công")
    letterhead(doc)
    title(doc)
    each(doc, "one in grounds", "Căn cứ {{ one }};")
    tag(doc, "{%p for one in parties %}")
    paragraph(doc, "{{ one.role }}: {{ one.name }}", bold=True, align=BOTH)
    paragraph(doc, "Tài khoản: {{ one.account }}")
    tag(doc, "{%p endfor %}")
    heading(doc, "Điều 1. Đề án và giá trị")
    grid(
        doc,
        ["TT", "Đề án", "Khuyến công (đồng)", "Đóng góp (đồng)", "Nguồn khác (đồng)", "Tổng (đồng)"],
        [10, 55, 26, 26, 22, 26],
        "one in parts",
        ["{{ loop.index }}", "{{ one.name }}", *(f"{{{{ one.amounts[{at}] }}}}" for at in range(4))],
        right=(2, 3, 4, 5),
        totals=["", "Cộng", *(f"{{{{ totals[{at}] }}}}" for at in range(4))],
    )
    paragraph(
        doc, "Kinh phí khuyến công của hợp đồng: {{ value.figures }} đồng (Bằng chữ: {{ value.words }}).", indent=True
    )
    tag(doc, "{%p if term %}")
    paragraph(doc, "Thời hạn thực hiện: đến hết ngày {{ term }}.", indent=True)
    tag(doc, "{%p endif %}")
    heading(doc, "Điều 2. Tạm ứng, thanh toán")
    each(doc, "one in advances", "- {{ one }}", empty="Mức tạm ứng được tính theo quy định của ngày ký.")
    paragraph(
        doc,
        "Số còn lại được thanh toán sau nghiệm thu cơ sở (Điều 14 Thông tư số 36/2013/TT-BCT).",
        indent=True,
    )
    heading(doc, "Điều 3. Lịch thực hiện")
    each(doc, "one in milestones", "- {{ one[0] }}: {{ one[1] }}, {{ one[2] }} đồng", empty="Chưa ghi lịch thực hiện.")
    heading(doc, "Điều 4. Bảo lãnh")
    each(doc, "one in guarantees", "- {{ one }}", empty="Không có bảo lãnh.")
    tag(doc, "{%p if annexes %}")
    heading(doc, "Điều 5. Các phụ lục đã ký")
    each(doc, "one in annexes", "- {{ one }}")
    tag(doc, "{%p endif %}")
    signatures(doc, 2)
    return doc


TEMPLATES: dict[str, Callable[[], Word]] = {
    "hop-dong": contract,
    **word_money.TEMPLATES,
    **word_letters.TEMPLATES,
    **word_competitions.TEMPLATES,
}


def main() -> None:
    WORD.mkdir(exist_ok=True)
    for code, make in TEMPLATES.items():
        save(make(), WORD / f"{code}.docx")
        print(f"{code}.docx")


if __name__ == "__main__":
    main()
