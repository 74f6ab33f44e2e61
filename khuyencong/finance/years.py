"""On the money of which budget year something of a đề án comes to lie: cash, accepted work, the value of its contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance import ledger
from khuyencong.finance.models import LedgerEntry
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Project


def envelope_for_cash(project: Project, amount: int, *, on: date) -> Envelope:
    """The envelope out of which `amount` đồng leave the Treasury on a day: the earliest year that still has so much.

    A budget year pays nothing before it begins. Raises Refused where no year has the whole amount. Two queries.
    """
    held = ledger.balances_by_year([project]).get(project.pk, {})
    envelopes = [one for one in ledger.envelopes_of(project) if one.year <= on.year]
    for one in envelopes:
        if held[one.pk].unspent >= amount:
            return one
    left = [f"năm {one.year} còn {format_dong(max(0, held[one.pk].unspent))} đồng" for one in envelopes]
    raise Refused(
        f"Không chi được {format_dong(amount)} đồng từ kinh phí của một năm ngân sách đến ngày {format_date(on)}"
        f" ({'; '.join(left) or 'chưa có kinh phí được phê duyệt'}): hãy chia khoản chi theo năm, hoặc chuyển nguồn sang"
        " năm sau trước.",
        article=ledger.BY_YEAR,
    )


def envelope_for_work(project: Project, amount: int) -> Envelope:
    """The year to which accepted work of `amount` đồng belongs; two queries.

    The earliest one whose approved money it still fits into, the latest where it fits into none.
    """
    held = ledger.balances_by_year([project]).get(project.pk, {})
    envelopes = ledger.envelopes_of(project) or (ledger.envelope_of(project),)
    fitting = (one for one in envelopes if one.pk in held and held[one.pk].committed - held[one.pk].accepted >= amount)
    return next(fitting, envelopes[-1])


def spread_contract(project: Project, difference: int) -> list[tuple[Envelope, int]]:
    """On which envelopes `difference` đồng of contract value come to lie; two queries.

    More goes where approved money is not contracted yet, the earliest year first: so the later year of a đề án of
    several lands in that year's envelope. Less is taken first where more is contracted than stands approved (what was
    carried into the next year), then from the latest year.
    """
    envelopes = list(ledger.envelopes_of(project)) or [ledger.envelope_of(project)]
    sums = ledger.balances(LedgerEntry.objects.filter(project=project), "envelope_id")
    held = {one.pk: sums.get(one.pk, ledger.Balance()) for one in envelopes}
    found: dict[int, int] = {}

    def take(order: Sequence[Envelope], room: Mapping[int, int]) -> None:
        left = abs(difference) - sum(found.values())
        for one in order:
            share = min(left, max(0, room[one.pk] - found.get(one.pk, 0)))
            if share:
                found[one.pk] = found.get(one.pk, 0) + share
                left -= share

    if difference > 0:
        take(envelopes, {pk: one.committed - one.contracted for pk, one in held.items()})
        take(envelopes[-1:], {envelopes[-1].pk: difference})
    else:
        take(envelopes, {pk: min(one.contracted, one.contracted - one.committed) for pk, one in held.items()})
        take(envelopes[::-1], {pk: one.contracted for pk, one in held.items()})
    sign = 1 if difference > 0 else -1
    return [(one, sign * found[one.pk]) for one in envelopes if found.get(one.pk)]
