"""The agency's own rule: from which amount a payment is checked by another person before it is approved."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.finance.models import PaymentRule
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require


@transaction.atomic
def set_payment_rule(
    *, by: Actor, creation_key: UUID, from_amount: int | None, starts_on: date, document: str = ""
) -> PaymentRule:
    """From a day on, payments of at least `from_amount` đồng are checked; None: none is. Payments already prepared stay.

    The same `creation_key` twice gives the first one back. Raises NotAllowed, and Refused for a past day or a negative
    amount.
    """
    earlier = PaymentRule.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.set_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    rule = PaymentRule(
        agency=Agency.objects.select_for_update(no_key=True).get(pk=by.agency.pk),
        creation_key=creation_key,
        from_amount=from_amount,
        starts_on=starts_on,
        document=document.strip(),
        set_by=by.user,
    )
    require(by, Permission.PAYMENT_RULE, rule)
    if from_amount is not None and from_amount < 0:
        raise Refused("Số tiền không được âm.")
    if starts_on < today():
        raise Refused("Ngày áp dụng không được ở quá khứ: các khoản đã lập giữ nguyên các bước của chúng.")
    rule.save()
    record(
        action="payment.rule",
        by=by,
        subject=rule,
        thread=rule.thread,
        after={"từ số tiền": from_amount, "từ ngày": format_date(starts_on), "văn bản": rule.document},
    )
    return rule
