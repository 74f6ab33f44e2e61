"""Payments on their way: one waits for its list, two are at the Treasury, a statement has come back for one of them."""

from __future__ import annotations

from uuid import uuid4

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World, make_project
from khuyencong.documents.lists import FilledList, ListColumn, list_workbook
from khuyencong.finance import actions as money
from khuyencong.finance.models import Payment, PaymentKind
from khuyencong.treasury import actions

AGENCY = "dong-thap"
HEADINGS = ("Ngày giao dịch", "Số chứng từ", "Nội dung", "Tài khoản nhận", "Ghi nợ", "Ghi có")


def load_treasury(world: World) -> None:
    """Three advances of local money in one list or none, and a statement with a line that fits and one that does not."""
    accountant = world.actor(AGENCY, "accountant")
    _approved(world, 30 * MILLION)
    listed, at_the_treasury = _approved(world, 40 * MILLION), _approved(world, 50 * MILLION)
    made = actions.make_list(
        by=accountant, creation_key=uuid4(), source=listed.project.source, year=listed.year,
        payment_ids=[at_the_treasury.pk],
    )  # fmt: skip
    actions.send_list(list_id=made.pk, by=accountant, version=made.version, on=today())
    actions.make_list(
        by=accountant, creation_key=uuid4(), source=listed.project.source, year=listed.year, payment_ids=[listed.pk]
    )
    day = format_date(today())
    rows = [
        (day, "UNC-VD-01", f"Chi theo bảng kê {made.code}", "", str(at_the_treasury.amount), ""),
        (day, "UNC-VD-02", "Tiền điện tháng (ví dụ)", "000 111 222", "4500000", ""),
        (day, "GBC-VD-03", "Nộp trả (ví dụ)", "", "", "1000000"),
        ("hôm qua", "UNC-VD-04", "Dòng ví dụ không có ngày", "", "2000000", ""),
    ]
    content = list_workbook(FilledList("Sao kê", [ListColumn((one,)) for one in HEADINGS], rows))
    actions.start_statement(by=accountant, creation_key=uuid4(), file_name="sao-ke-vi-du.xlsx", content=content)


def _approved(world: World, amount: int) -> Payment:
    """An advance that the leader has approved."""
    project = make_project(world, state="in_progress", support=100 * MILLION, total=300 * MILLION)
    payment = money.prepare_payment(
        project_id=project.pk, by=world.actor(AGENCY, "accountant"), version=project.version, creation_key=uuid4(),
        kind=PaymentKind.ADVANCE, amount=amount, condition_document="Báo cáo tiến độ (ví dụ)",
    )  # fmt: skip
    project.refresh_from_db()
    return money.approve_payment(payment_id=payment.pk, by=world.actor(AGENCY, "leader"), version=project.version)
