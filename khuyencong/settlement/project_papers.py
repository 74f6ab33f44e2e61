"""Mẫu số 7, 8a, 8b and 9 of one đề án, made of its vouchers, acceptances and ledger."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents.excel import Column, Value
from khuyencong.finance.ledger import Balance, balance_of
from khuyencong.finance.models import part_of
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.settlement.models import Settlement, VoucherItem
from khuyencong.settlement.paper import MoneyPaper, sum_of
from khuyencong.settlement.rules import differences
from khuyencong.settlement.vouchers import is_share_of_cost, items_of, sums_of

UNIT, PAYER = "Đại diện đơn vị thực hiện", "Đại diện cơ quan giữ kinh phí"


class Form(StrEnum):
    """Which form."""

    DETAIL = "mau-7"
    SUPPORT_LIST = "mau-8a"
    FULL_LIST = "mau-8b"
    REQUEST = "mau-9"

    @property
    def label(self) -> str:
        return {
            "mau-7": "Biểu chi tiết quyết toán kinh phí (Mẫu số 7)",
            "mau-8a": "Bảng kê chứng từ, kinh phí khuyến công (Mẫu số 8a)",
            "mau-8b": "Bảng kê chứng từ, mọi nguồn (Mẫu số 8b)",
            "mau-9": "Biểu đề nghị thanh toán (Mẫu số 9)",
        }[self.value]


def paper_of(project: Project, form: Form) -> MoneyPaper:
    """The paper as it stands now; about eight queries."""
    items = items_of(project)
    balance = balance_of(project)
    settlement = getattr(project, "settlement", None)
    match form:
        case Form.DETAIL:
            return _detail(project, items, balance, settlement)
        case Form.SUPPORT_LIST:
            return _list(project, items, balance, settlement, every_source=False)
        case Form.FULL_LIST:
            return _list(project, items, balance, settlement, every_source=True)
        case _:
            return _request(project, balance, settlement)


def _facts(project: Project, settlement: Settlement | None) -> list[Fact]:
    part = part_of(project)
    contract = part.contract if part else None
    rows = [
        Fact("Đề án", f"{project.code}, {project.name}"),
        Fact("Đơn vị thực hiện", project.implementing_unit.name_on(settlement.settled_on if settlement else today())),
        Fact("Hợp đồng", f"{contract.number}, ký ngày {format_date(contract.signed_on)}" if contract else ""),
        Fact("Nguồn kinh phí, năm", f"{project.get_source_display()}, {project.year}"),
    ]
    if settlement is not None:
        rows.append(Fact("Quyết toán", f"{settlement.number}, ngày {format_date(settlement.settled_on)}"))
        rows.append(Fact("Căn cứ quyết toán", settlement.get_basis_display()))
    return [one for one in rows if one.value]


def _base(project: Project, settlement: Settlement | None, form: str, title: str) -> dict[str, object]:
    return {
        "form": form,
        "title": title,
        "subject": project.name,
        "organ": project.implementing_unit,
        "on": settlement.settled_on if settlement else today(),
        "number": "",
        "facts": _facts(project, settlement),
    }


def _detail(
    project: Project, items: Iterable[VoucherItem], balance: Balance, settlement: Settlement | None
) -> MoneyPaper:
    """By content of the estimate and by source: planned, spent by vouchers, and what is settled of the whole."""
    spent: dict[int | None, list[VoucherItem]] = {}
    for one in items:
        spent.setdefault(one.line_id, []).append(one)
    lines = list(project.lines.select_related("beneficiary__establishment"))
    rows: list[list[Value]] = [_line(number, line, spent.pop(line.pk, [])) for number, line in enumerate(lines, 1)]
    rest = [one for group in spent.values() for one in group]
    if rest:
        rows.append([str(len(rows) + 1), "Nội dung không còn trong dự toán", 0, 0, *_by_source(rest)])
    to_settle = settlement.amount if settlement else balance.accepted
    titles = (
        "Dự toán, khuyến công",
        "Dự toán, tổng",
        "Đã chi, khuyến công",
        "Đã chi, đóng góp",
        "Đã chi, khác",
        "Đã chi, tổng",
    )
    sums = [sum_of(rows, at) for at in range(2, 8)]
    return MoneyPaper(
        **_base(project, settlement, "7", "Biểu chi tiết quyết toán kinh phí"),  # type: ignore[arg-type]  # each value is of its field
        columns=[
            Column("STT", width=6),
            Column("Nội dung chi", width=44),
            *(Column(one, "dong", 18) for one in titles),
        ],
        shares=[6, 34, 19, 19, 19, 19, 16, 19],
        rows=rows,
        totals=["Tổng cộng", "", *sums],
        before=[
            (
                f"Kinh phí khuyến công được nghiệm thu: {format_dong(balance.accepted)} đồng; đã tạm ứng"
                f" {format_dong(balance.advanced)} đồng, đã thanh toán {format_dong(balance.paid)} đồng, đã thu hồi"
                f" {format_dong(balance.recovered)} đồng."
            ),
            f"Số {'' if settlement else 'đề nghị '}quyết toán: {format_dong(to_settle)} đồng ({money_in_words(to_settle)}).",
        ],
        signs=((UNIT, ""), (PAYER, "")),
    )


def _line(number: int, line: EstimateLine, items: Iterable[VoucherItem]) -> list[Value]:
    content = f"{line.content} ({line.beneficiary})" if line.beneficiary else line.content
    return [str(number), content, line.support, line.total, *_by_source(items)]


def _by_source(items: Iterable[VoucherItem]) -> list[Value]:
    rows = list(items)
    return [
        sum(one.support for one in rows),
        sum(one.counterpart for one in rows),
        sum(one.other for one in rows),
        sum(one.total for one in rows),
    ]


def _list(
    project: Project,
    items: list[VoucherItem],
    balance: Balance,
    settlement: Settlement | None,
    *,
    every_source: bool,
) -> MoneyPaper:
    chosen = items if every_source else [one for one in items if one.support]
    sources = ("support", "counterpart", "other") if every_source else ("support",)
    labels = {"support": "Khuyến công", "counterpart": "Đóng góp", "other": "Nguồn khác"}
    rows: list[list[Value]] = []
    for number, one in enumerate(chosen, 1):
        amounts = [getattr(one, name) for name in sources]
        rows.append(
            [
                str(number),
                str(one.voucher),
                format_date(one.voucher.day),
                one.voucher.payee,
                one.content,
                *amounts,
                *([one.total] if every_source else []),
            ]
        )
    money = [*(labels[name] for name in sources), *(["Tổng"] if every_source else [])]
    sums = [sum_of(rows, 5 + at) for at in range(len(money))]
    to_settle = settlement.amount if settlement else balance.accepted
    totals = sums_of(project, items, to_settle=to_settle)
    share = every_source and is_share_of_cost(project)
    named = [one.sentence for one in differences(totals, share=share, lacking=Warning_)]
    asked = "đã" if settlement else "đề nghị"
    before = [f"Kinh phí khuyến công {asked} quyết toán: {format_dong(to_settle)} đồng ({money_in_words(to_settle)})."]
    if every_source:
        before.append(f"Chi phí được nghiệm thu: {format_dong(totals.accepted_cost)} đồng.")
    title = "Bảng kê chứng từ đề nghị quyết toán"
    return MoneyPaper(
        **_base(project, settlement, "8b" if every_source else "8a", title),  # type: ignore[arg-type]  # each value is of its field
        columns=[
            Column("STT", width=6),
            Column("Chứng từ", width=26),
            Column("Ngày", width=12),
            Column("Người nhận tiền", width=30),
            Column("Nội dung chi", width=36),
            *(Column(f"{one} (đồng)", "dong", 18) for one in money),
        ],
        shares=[7, 19, 16, 20, 20, *([22] * len(money))] if every_source else [7, 30, 18, 38, 40, 26],
        rows=rows,
        totals=["", "Tổng cộng", "", "", "", *sums],
        before=before,
        notes=named or ["Tổng chứng từ khớp với số quyết toán."],
        signs=(("Người lập", ""), (UNIT, "")),
    )


def _request(project: Project, balance: Balance, settlement: Settlement | None) -> MoneyPaper:
    """Mẫu số 9: what was accepted of each part, what was advanced and paid, and what is asked to be cleared."""
    rows: list[list[Value]] = []
    acceptances = (
        project.acceptances.filter(annulment__isnull=True)
        .select_related("beneficiary__establishment")
        .prefetch_related("items")
    )
    for number, one in enumerate(acceptances, 1):
        cost = sum(item.cost for item in one.items.all())
        whose = str(one.beneficiary) if one.beneficiary else "Phần chung của đề án"
        rows.append([str(number), f"{one.number}, {format_date(one.accepted_on)}", whose, cost, one.payable])
    sums = [sum_of(rows, at) for at in (3, 4)]
    return MoneyPaper(
        **_base(project, settlement, "9", "Biểu đề nghị thanh toán kinh phí thực hiện đề án"),  # type: ignore[arg-type]  # each value is of its field
        columns=[
            Column("STT", width=6),
            Column("Biên bản nghiệm thu", width=30),
            Column("Đơn vị thụ hưởng", width=40),
            Column("Chi phí nghiệm thu (đồng)", "dong", 20),
            Column("Được thanh toán (đồng)", "dong", 20),
        ],
        shares=[8, 40, 52, 30, 30],
        rows=rows,
        totals=["", "Tổng cộng", "", *sums],
        notes=[
            (
                f"Đã tạm ứng {format_dong(balance.advanced)} đồng, đã thanh toán {format_dong(balance.paid)} đồng, đã thu hồi"
                f" {format_dong(balance.recovered)} đồng; còn được thanh toán {format_dong(balance.still_payable)} đồng."
            ),
            (
                f"Đề nghị thanh toán với Kho bạc Nhà nước số đã tạm ứng: {format_dong(balance.paid_out)} đồng"
                f" ({money_in_words(balance.paid_out)})."
            ),
        ],
        signs=((UNIT, ""), (PAYER, "")),
    )
