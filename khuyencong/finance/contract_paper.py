"""The contract as an official paper. How the form of the national agency is laid out could not be read: «mẫu tạm».

TT 36/2013 Đ12.1 and Đ12.2 say what a contract is the ground of; the paper has what follows from them: parties, accounts,
the đề án with their value by source, how much may be advanced, the schedule, guarantees and annexes.
"""

from __future__ import annotations

from typing import Any

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.finance.contract_queries import ContractView, PartView
from khuyencong.finance.contract_rules import sources_of
from khuyencong.finance.models import BankAccount, Contract, ContractKind, ContractPart
from khuyencong.people.models import Agency
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
DRAFT_STAMP = "Dự thảo"
TITLES = {
    ContractKind.CONTRACT: "Hợp đồng thực hiện đề án khuyến công",
    ContractKind.ASSIGNMENT: "Giao nhiệm vụ thực hiện đề án khuyến công",
}


def contract_pdf(view: ContractView) -> bytes:
    """The contract as a PDF file: equal records give equal bytes. Expects `payer__parent`, `payer__province` loaded."""
    return pdf.render("contract", contract_data(view))


def contract_data(view: ContractView) -> dict[str, Any]:
    """What the PDF and the Word paper say. Expects `payer__parent`, `payer__province` loaded."""
    contract = view.contract
    return {
        "paper": _frame(contract),
        "grounds": _grounds(view),
        "parties": [
            _party("Bên giao (Bên A)", contract.payer.name_on(contract.signed_on), contract.payer_account, ""),
            _party("Bên nhận (Bên B)", contract.party, contract.unit_account, contract.account),
        ],
        "term": format_date(contract.ends_on) if contract.ends_on else "",
        "parts": [
            {
                "name": f"{one.project.code} {one.project.name}",
                "amounts": [format_dong(amount) for amount in _amounts(one)],
            }
            for one in view.parts
        ],
        "totals": [format_dong(sum(column)) for column in zip(*_columns(view), strict=True)] if view.parts else [],
        "value": {"figures": format_dong(view.value), "words": money_in_words(view.value)},
        "advances": [_advance(one.part) for one in view.parts if one.part is not None],
        "milestones": [
            [
                format_date(one.on),
                one.content + (f" ({one.project.code})" if one.project else ""),
                format_dong(one.amount),
            ]
            for one in view.milestones
        ],
        "guarantees": [
            f"{one.issuer}, thư số {one.number}: {format_dong(one.amount)} đồng, hiệu lực từ"
            f" {format_date(one.from_on)} đến {format_date(one.to_on)}."
            for one in view.guarantees
        ],
        "annexes": [
            f"Phụ lục {one.annex.number}, ngày {format_date(one.annex.signed_on)}: {one.annex.reason}"
            for one in view.annexes
        ],
    }


def _frame(contract: Contract) -> dict[str, Any]:
    agency, on = contract.payer, contract.signed_on
    number = contract.number
    return {
        "title": TITLES[ContractKind(contract.kind)],
        "subject": "",
        "organ_above": _above(agency, contract),
        "organ": agency.name_on(on),
        "number": number,
        "place_and_date": f"{_place(agency)}, {date_in_words(on)}",
        "date": [on.year, on.month, on.day],
        "mark": MARK,
        "stamp": DRAFT_STAMP if contract.is_draft else "",
        "foot": f"{contract.title} – {MARK}",
        "signatures": [
            {"role": "Đại diện bên nhận", "hint": "Ký tên, đóng dấu", "name": ""},
            {"role": "Đại diện bên giao", "hint": "Ký tên, đóng dấu", "name": contract.signed_as},
        ],
    }


def _above(agency: Agency, contract: Contract) -> str:
    return agency.parent.name_on(contract.signed_on) if agency.parent else ""


def _place(agency: Agency) -> str:
    return agency.province.short_name if agency.province else "Hà Nội"


def _grounds(view: ContractView) -> list[str]:
    """The decisions that approved the đề án."""
    plans = {one.project.plan_id: one.project.plan for one in view.parts if one.project.plan is not None}
    decided = [
        f"Quyết định {plan.decision_number} ngày {format_date(plan.decision_on)} phê duyệt {plan.title}"
        for plan in plans.values()
        if plan.decision_on
    ]
    return [*decided, "Khoản 1, khoản 2 Điều 12 Thông tư số 36/2013/TT-BCT"]


def _party(role: str, name: str, account: BankAccount | None, number: str) -> dict[str, str]:
    if account is not None:
        where = f"{account.number}, tại {account.bank}, chủ tài khoản {account.holder_name}"
    else:
        where = number or "……………"
    return {"role": role, "name": name, "account": where}


def _amounts(one: PartView) -> tuple[int, int, int, int]:
    """Support, counterpart, other sources and their sum; of a draft as it would be signed today."""
    if one.part is not None:
        return one.part.value, one.part.counterpart, one.part.other, one.part.total
    found = sources_of(one.project, one.value)
    return found.support, found.counterpart, found.other, found.total


def _columns(view: ContractView) -> list[tuple[int, int, int, int]]:
    return [_amounts(one) for one in view.parts]


def _advance(part: ContractPart) -> str:
    condition = f" Điều kiện: {part.advance_condition.rstrip('.')}." if part.advance_condition else ""
    return f"{part.project.code}: tạm ứng tối đa {format_dong(part.advance_ceiling)} đồng ({part.advance_basis}).{condition}"
