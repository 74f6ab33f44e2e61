"""Payments, lists and statements for tests, by the real actions."""

import csv
import io
from uuid import uuid4

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.demo.paying import account_of
from khuyencong.documents.lists import FilledList, ListColumn, list_workbook
from khuyencong.finance import actions as money
from khuyencong.finance.models import Contract, Payment, PaymentKind
from khuyencong.projects.models import Project
from khuyencong.testing import make_project
from khuyencong.treasury import actions
from khuyencong.treasury.models import PaymentList

ACCOUNTANT, LEADER, OFFICER = ("dong-thap", "accountant"), ("dong-thap", "leader"), ("dong-thap", "officer")
HEADINGS = ("Ngày giao dịch", "Số chứng từ", "Nội dung", "Tài khoản nhận", "Ghi nợ", "Ghi có")
ACCOUNT = "0071 000 123456"


def approved(world, *, amount=50 * MILLION, account=ACCOUNT, project=None, beneficiary=None):
    """An advance of a new đề án (or of `project`) that the leader approved; the contract names `account`."""
    project = project or make_project(world, state="in_progress")
    named = account_of(world, project, "".join(account.split()))
    Contract.objects.filter(parts__project=project).update(unit_account=named)
    payment = money.prepare_payment(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, creation_key=uuid4(),
        kind=PaymentKind.ADVANCE, amount=amount, condition_document="BC-01", beneficiary_id=beneficiary,
    )  # fmt: skip
    project.refresh_from_db()
    if payment.needs_check:
        money.check_payment(payment_id=payment.pk, by=world.actor(*OFFICER), version=project.version)
        project.refresh_from_db()
    money.approve_payment(payment_id=payment.pk, by=world.actor(*LEADER), version=project.version)
    payment.refresh_from_db()
    return payment


def listed(world, *payments):
    """A list of these payments, not sent yet."""
    first = payments[0]
    return actions.make_list(
        by=world.actor(*ACCOUNTANT), creation_key=uuid4(), source=first.project.source, year=first.year,
        payment_ids=[one.pk for one in payments],
    )  # fmt: skip


def sent(world, *payments):
    """A list of these payments that went to the Treasury today."""
    found = listed(world, *payments)
    actions.send_list(list_id=found.pk, by=world.actor(*ACCOUNTANT), version=found.version, on=today())
    for one in payments:
        one.refresh_from_db()
    return PaymentList.objects.get(pk=found.pk)


def line(payment=None, **values):
    """A row of a statement that fits the payment, with some of it changed."""
    fields = {
        "on": format_date(today()),
        "reference": f"UNC-{payment.pk}" if payment else "UNC-X",
        "text": f"Chi de an {payment.project.code}" if payment else "Chi khac",
        "account": payment.account if payment else "",
        "debit": str(payment.amount) if payment else "1000000",
        "credit": "",
    }
    return tuple((fields | values).values())


def xlsx(*rows, headings=HEADINGS):
    """The rows as an Excel file, all cells texts."""
    return list_workbook(FilledList("Sao kê", [ListColumn((one,)) for one in headings], rows))


def table(*rows, headings=HEADINGS, sign=";", encoding="utf-8"):
    """The rows as plain text."""
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def bring(world, *rows, content=None, name="sao-ke.xlsx", who=ACCOUNTANT):
    """A statement with these rows."""
    return actions.start_statement(
        by=world.actor(*who), creation_key=uuid4(), file_name=name, content=content or xlsx(*rows)
    )


def paid_now(payment):
    """Whether the payment is paid, and the sum that its đề án was paid."""
    found = Payment.objects.get(pk=payment.pk)
    project = Project.objects.get(pk=found.project_id)
    return found.state == "paid", sum(project.entries.filter(payment=found).values_list("amount", flat=True))
