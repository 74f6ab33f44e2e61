"""Mẫu số 6 of a contract and Mẫu số 10 of a unit and year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import NOTHING, format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents.excel import Column, Value
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import Contract, ContractPart
from khuyencong.people.models import Agency
from khuyencong.settlement.models import Reconciliation
from khuyencong.settlement.paper import MoneyPaper, sum_of
from khuyencong.settlement.reconciling import ReconciledRow

MONEY_OF_CONTRACT = ("Giá trị hợp đồng", "Tạm ứng", "Nghiệm thu", "Thanh toán", "Thu hồi", "Quyết toán")
MONEY_OF_YEAR = ("given", "advanced", "accepted", "paid", "recovered", "settled", "difference")
TITLES = ("Theo hợp đồng", "Tạm ứng", "Nghiệm thu", "Thanh toán", "Thu hồi", "Quyết toán", "Chênh lệch")


def liquidation_paper(contract: Contract, parts: Sequence[tuple[ContractPart, Balance]]) -> MoneyPaper:
    """The minutes of liquidation, also while they are still to be signed; one query."""
    rows: list[list[Value]] = []
    for number, (part, balance) in enumerate(parts, 1):
        amounts = (part.value, balance.advanced, balance.accepted, balance.paid, balance.recovered, balance.settled)
        state = part.project.get_state_display().lower()
        rows.append([str(number), f"{part.project.code}, {part.project.name} ({state})", *amounts])
    sums = [sum_of(rows, at) for at in range(2, 8)]
    owed = sum(balance.unearned for _, balance in parts)
    settled = sums[-1]
    return MoneyPaper(
        form="6",
        title="Biên bản thanh lý hợp đồng",
        subject=f"{contract.get_kind_display()} {contract.number} ngày {format_date(contract.signed_on)}",
        organ=contract.payer,
        on=contract.liquidated_on or today(),
        number=contract.liquidation_number,
        facts=[
            Fact("Bên giao (Bên A)", contract.payer.name_on(contract.signed_on)),
            Fact("Bên nhận (Bên B)", contract.party),
            Fact("Hợp đồng", f"{contract.number}, ký ngày {format_date(contract.signed_on)}"),
            Fact("Tài khoản của Bên B", contract.account or NOTHING),
        ],
        before=["Hai bên cùng xác nhận kết quả thực hiện hợp đồng và kinh phí như sau:"],
        columns=[
            Column("STT", width=6),
            Column("Đề án", width=50),
            *(Column(one, "dong", 18) for one in MONEY_OF_CONTRACT),
        ],
        shares=[6, 34, 19, 19, 19, 19, 17, 19],
        rows=rows,
        totals=["Tổng cộng", "", *sums],
        notes=[
            f"Số kinh phí được quyết toán: {format_dong(settled)} đồng ({money_in_words(settled)}).",
            f"Bên B còn phải nộp trả: {format_dong(owed)} đồng.",
            "Hai bên thống nhất thanh lý hợp đồng kể từ ngày ký biên bản này.",
        ],
        signs=(("Đại diện Bên A", ""), ("Đại diện Bên B", "")),
    )


def reconciliation_paper(
    payer: Agency, unit: Agency, year: int, rows: Sequence[ReconciledRow], signed: Reconciliation | None
) -> MoneyPaper:
    """The table of a year: what both signed, or as the ledger has it today."""
    shown: list[dict[str, Any]] = signed.rows if signed else [row.as_dict() for row in rows]
    table: list[list[Value]] = [
        [
            str(number),
            f"{row['contract']}: {row['project']}, {row['name']}",
            *(int(row[name]) for name in MONEY_OF_YEAR),
        ]
        for number, row in enumerate(shown, 1)
    ]
    sums = [sum_of(table, at) for at in range(2, 9)]
    on = signed.signed_on if signed else today()
    agree = "Số liệu hai bên khớp nhau." if not sums[-1] else f"Chênh lệch {format_dong(sums[-1])} đồng, phải làm rõ."
    return MoneyPaper(
        form="10",
        title=f"Bảng đối chiếu kinh phí năm {year}",
        subject=unit.name_on(on),
        organ=payer,
        on=on,
        number=signed.number if signed else "",
        facts=[
            Fact("Cơ quan giữ kinh phí", payer.name_on(on)),
            Fact("Đơn vị thực hiện", unit.name_on(on)),
            Fact("Năm", str(year)),
        ],
        columns=[
            Column("STT", width=6),
            Column("Hợp đồng, đề án", width=50),
            *(Column(one, "dong", 18) for one in TITLES),
        ],
        shares=[6, 30, 18, 18, 18, 18, 16, 18, 16],
        rows=table,
        totals=["Tổng cộng", "", *sums],
        notes=[
            f"Tổng số quyết toán: {format_dong(sums[-2])} đồng ({money_in_words(sums[-2])}).",
            f"Chênh lệch = tạm ứng + thanh toán − thu hồi − quyết toán. {agree}",
        ],
        signs=(
            ("Cơ quan giữ kinh phí", signed.signed_for_payer if signed else ""),
            ("Đơn vị thực hiện", signed.signed_for_unit if signed else ""),
        ),
    )
