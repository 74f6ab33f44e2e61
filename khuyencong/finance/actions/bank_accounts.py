"""Accounts at a bank or at the Treasury: entered once, ended when they are not used any more, never changed."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.models import Establishment
from khuyencong.finance.bank_holders import agencies_for, establishments_for
from khuyencong.finance.models import BankAccount
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require

STALE = "Tài khoản đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy mở lại trang."
# People write numbers in groups; whatever else stands in one is a mistake.
_BETWEEN = re.compile(r"[\s.\-]+")
_NUMBER = re.compile(r"[0-9A-Za-z]{1,40}")


@transaction.atomic
def add_bank_account(
    *,
    by: Actor,
    creation_key: UUID,
    agency: Agency | None = None,
    establishment: Establishment | None = None,
    holder_name: str,
    number: str,
    bank: str,
    from_on: date,
) -> BankAccount:
    """Keep an account of one's own agency, of a unit that one pays, or of an establishment of one's đề án.

    Blanks, points and hyphens in the number are dropped. The same `creation_key` twice gives the first one back. Raises
    NotAllowed, and Refused for anything but letters and digits or an account that is there already.
    """
    earlier = BankAccount.objects.filter(creation_key=creation_key, entered_by=by.user).first()
    if earlier is not None:
        return earlier
    require(by, Permission.BANK_ACCOUNT_KEEP)
    _check_holder(by, agency, establishment)
    if BankAccount.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    plain = _BETWEEN.sub("", number)
    if not _NUMBER.fullmatch(plain):
        raise Refused("Số tài khoản chỉ gồm chữ số và chữ cái không dấu.")
    if not holder_name.strip() or not bank.strip():
        raise Refused("Hãy ghi tên chủ tài khoản như ngân hàng ghi, và ngân hàng hoặc Kho bạc Nhà nước.")
    same = BankAccount.objects.filter(agency=agency, establishment=establishment, number=plain, bank=bank.strip())
    if same.filter(to_on__isnull=True).exists():
        raise Refused("Tài khoản này đã được ghi.")
    account = BankAccount.objects.create(
        agency=agency,
        establishment=establishment,
        holder_name=holder_name.strip(),
        number=plain,
        bank=bank.strip(),
        from_on=from_on,
        kept_by=by.agency,
        entered_by=by.user,
        creation_key=creation_key,
    )
    after = {"chủ tài khoản": account.holder, "tài khoản": account.masked, "từ ngày": from_on.isoformat()}
    record(action="bank_account.add", by=by, subject=account, thread=account.thread, after=after)
    return account


def _check_holder(by: Actor, agency: Agency | None, establishment: Establishment | None) -> None:
    if (agency is None) == (establishment is None):
        raise Refused("Hãy chọn chủ tài khoản: một cơ quan hoặc một cơ sở.")
    known = agency is not None and agencies_for(by).filter(pk=agency.pk).exists()
    known |= establishment is not None and establishments_for(by).filter(pk=establishment.pk).exists()
    if not known:
        raise NotAllowed(
            "Chỉ ghi tài khoản của cơ quan mình, của đơn vị mình chi, hoặc của cơ sở trong đề án của mình."
        )


@transaction.atomic
def end_bank_account(*, account_id: int, by: Actor, version: int, to_on: date) -> BankAccount:
    """Note the last day on which an account is used: it can be named in no contract after it. Raises NotAllowed, Stale, Refused."""
    account = BankAccount.objects.select_for_update(of=("self",)).get(pk=account_id)
    require(by, Permission.BANK_ACCOUNT_KEEP, account)
    if account.version != version:
        raise Stale(f"{STALE} {last_change(account.thread)}".strip())
    if account.to_on is not None:
        raise Refused(f"Tài khoản đã ngừng dùng từ {format_date(account.to_on)}.")
    if to_on < account.from_on:
        raise Refused("Ngày ngừng dùng không được trước ngày bắt đầu.")
    account.to_on = to_on
    account.version += 1
    account.save(update_fields=["to_on", "version"])
    after = {"tài khoản": account.masked, "đến ngày": to_on.isoformat()}
    record(action="bank_account.end", by=by, subject=account, thread=account.thread, after=after)
    return account
