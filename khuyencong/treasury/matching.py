"""Which payment a line of a statement is: by amount, account, words of the line, and days. Proposed, never decided here.

A line that fits one payment is proposed; one that fits two, or a payment that two lines fit, is left to a person, with a
sentence that says why.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.utils.timezone import localdate

from khuyencong.core.text import fold
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.finance.payment_rules import account_key, voucher_key
from khuyencong.treasury.models import StatementLine

# Our own, not law: how long after its approval a payment is looked for.
WITHIN: Final = timedelta(days=90)
_SIGNS = re.compile(r"[^a-z0-9]+")
_NAMED: Final = 4


@dataclass(frozen=True)
class Match:
    """What is proposed for a line; without `payment` the sentence says why nothing is."""

    line: StatementLine
    payment: Payment | None = None
    sentence: str = ""
    candidates: tuple[Payment, ...] = ()

    @property
    def is_paid_already(self) -> bool:
        """The payment was marked paid by hand with this voucher: the line only confirms it."""
        return self.payment is not None and self.payment.state == PaymentState.PAID

    @property
    def is_ready(self) -> bool:
        """Whether it can be confirmed with others at one click: a voucher number is needed to mark as paid."""
        return self.payment is not None and (self.is_paid_already or bool(voucher_key(self.line.reference)))


def propose(lines: Iterable[StatementLine], payments: Iterable[Payment]) -> dict[int, Match]:
    """The proposal for each line by its key. `payments` are open or paid ones without a line, `project` and `listed` loaded.

    Pure: no query. Its time grows with the lines and with the payments of the same amount.
    """
    by_amount: dict[int, list[Payment]] = defaultdict(list)
    for payment in payments:
        by_amount[payment.amount].append(payment)
    found = {line.pk: _for(line, by_amount.get(line.amount, ())) for line in lines}
    return _each_once(found)


def _for(line: StatementLine, same_amount: Sequence[Payment]) -> Match:
    paid = [one for one in same_amount if one.state == PaymentState.PAID and _same_voucher(line, one)]
    if len(paid) == 1:
        return Match(line, paid[0], "Đã ghi chi bằng chứng từ này: chỉ đối chiếu.", tuple(paid))
    waiting = [one for one in same_amount if one.state != PaymentState.PAID and _in_time(line, one)]
    if not waiting:
        return Match(line, sentence="Không có khoản chi nào chờ chi với số tiền này trong thời gian này.")
    words = _words(line)
    named = [one for one in waiting if _is_named(one, words)]
    fitting = [one for one in named or waiting if not contradicts(line, one)]
    if not fitting:
        one = (named or waiting)[0]
        return Match(
            line,
            sentence=(
                f"Chuyển vào tài khoản {line.account}, khác tài khoản của hợp đồng ({one.account}) của {one.project.code}:"
                " không khớp."
            ),
            candidates=tuple(waiting),
        )
    sure = fitting if named else [one for one in fitting if _same_account(line, one)]
    if not sure:
        return Match(
            line,
            sentence="Chỉ trùng số tiền, không có tài khoản, mã đề án hay số bảng kê để đối chiếu: hãy chọn.",
            candidates=tuple(fitting),
        )
    if len(sure) > 1:
        codes = ", ".join(one.project.code for one in sure[:_NAMED])
        more = "…" if len(sure) > _NAMED else ""
        return Match(line, sentence=f"Khớp {len(sure)} khoản chi ({codes}{more}): hãy chọn.", candidates=tuple(sure))
    told = "" if voucher_key(line.reference) else "Dòng không có số chứng từ: hãy mở dòng để ghi."
    return Match(line, sure[0], told, tuple(sure))


def _each_once(found: dict[int, Match]) -> dict[int, Match]:
    """A payment that two lines fit is neither's."""
    lines_of: dict[int, list[StatementLine]] = defaultdict(list)
    for match in found.values():
        if match.payment is not None:
            lines_of[match.payment.pk].append(match.line)
    for lines in lines_of.values():
        if len(lines) < 2:  # noqa: PLR2004  # two
            continue
        numbers = ", ".join(str(line.number) for line in sorted(lines, key=lambda one: one.number)[:_NAMED])
        for line in lines:
            match = found[line.pk]
            code = match.payment.project.code if match.payment else ""
            sentence = f"Các dòng {numbers} cùng khớp một khoản chi của {code}: mỗi khoản chỉ khớp một dòng, hãy chọn."
            found[line.pk] = replace(match, payment=None, sentence=sentence)
    return found


def contradicts(line: StatementLine, payment: Payment) -> bool:
    """Whether the line went to another account than the payment was to go to; what one of them does not name is open."""
    mine, its = account_key(line.account), account_key(payment.account)
    return bool(mine and its and mine != its)


def digest(matches: Iterable[Match]) -> str:
    """A short word for what is proposed, so that a form can tell whether it still is what its page showed."""
    pairs = sorted((match.line.pk, match.payment.pk) for match in matches if match.payment is not None)
    return hashlib.sha256(repr(pairs).encode()).hexdigest()[:16]


def ready(matches: Mapping[int, Match], lines: Iterable[StatementLine]) -> list[Match]:
    """Those of the lines that can be confirmed at one click, in the order of the file."""
    return [matches[line.pk] for line in lines if line.pk in matches and matches[line.pk].is_ready]


def _same_account(line: StatementLine, payment: Payment) -> bool:
    mine = account_key(line.account)
    return bool(mine) and mine == account_key(payment.account)


def _same_voucher(line: StatementLine, payment: Payment) -> bool:
    key = voucher_key(line.reference)
    return bool(key) and key == payment.voucher_key and line.on is not None and line.on.year == payment.voucher_year


def _in_time(line: StatementLine, payment: Payment) -> bool:
    since = _since(payment)
    return line.on is not None and since is not None and since <= line.on <= since + WITHIN


def _since(payment: Payment) -> date | None:
    return payment.sent_on or (localdate(payment.approved_at) if payment.approved_at else None)


def _words(line: StatementLine) -> str:
    return f"-{_SIGNS.sub('-', fold(f'{line.text} {line.reference} {line.holder}'))}-"


def _is_named(payment: Payment, words: str) -> bool:
    listed = getattr(payment, "listed", None)
    names = [payment.project.code, *([listed.of.code] if listed is not None else [])]
    return any(f"-{_SIGNS.sub('-', fold(name)).strip('-')}-" in words for name in names)
