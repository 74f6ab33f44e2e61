"""How much of the rent the State pays, by the law of one day, and what the booths of a fair come to in đồng.

One establishment's rent is taken together and rounded once, then divided over its booths: their sum is what the law
allows to the đồng. Where the norm is for the whole fair (organising one) all booths are taken together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Sum

from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong, share_down, split
from khuyencong.fairs.models import COUNTED, Booth, Fair
from khuyencong.finance.ledger import Balance
from khuyencong.law.catalogue import activity
from khuyencong.law.values import Norm, percent_text
from khuyencong.normbook.book import current_book
from khuyencong.projects.models import Project
from khuyencong.projects.support import declared_norm

# Activities whose norm speaks of booths; a show beside a competition has none of its own.
FAIR_ACTIVITIES = ("fair_domestic_organise", "fair_domestic_join", "fair_abroad")
ABROAD = "fair_abroad"


@dataclass(frozen=True)
class RentShare:
    """The share of the rent on a day: `rate` None where no norm says any; `cap` đồng per establishment or fair."""

    on: date
    rate: Fraction | None
    cap: int | None
    citation: str
    per_establishment: bool
    findings: tuple[Finding, ...] = ()

    @property
    def percent(self) -> str:
        return percent_text(self.rate) if self.rate is not None else ""

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What a person must have looked at before the list is confirmed."""
        return tuple(one for one in self.findings if isinstance(one, NeedsApproval))


def law_day(project: Project) -> date:
    """The day whose norm counts: that of the decision on the plan, else today. Expects `plan` loaded."""
    decided = project.plan.decision_on if project.plan else None
    return decided or today()


def share_of(project: Project) -> RentShare:
    """The share by the book of the day, else by the norm that the đề án names with its document; one query of the book."""
    on = law_day(project)
    known = activity(project.activity)
    per_establishment = known is not None and known.per_beneficiary

    def answer(rate: Fraction | None, cap: int | None, citation: str, *findings: Finding) -> RentShare:
        return RentShare(on, rate, cap, citation, per_establishment, findings)

    if project.activity not in FAIR_ACTIVITIES:
        name = known.name if known else project.activity
        return answer(
            None,
            None,
            "",
            Warning_("no_rent_norm", f"«{name}» không có định mức thuê gian hàng: cơ sở trả trọn giá thuê."),
        )
    found = current_book().norm_on(
        project.activity, source=project.source, province_keys=project.norm_province_keys, on=on
    )
    if isinstance(found, Norm) and found.rate is not None:
        return answer(found.rate, found.cap, found.citation, *_doubts(found))
    declared = declared_norm(project)
    if declared is not None and declared.rate is not None and not declared.problems():
        citation = declared.as_norm(project.activity).citation
        doubt = NeedsApproval(
            "norm_declared",
            "Tỷ lệ do người lập đề án nêu kèm văn bản, chưa được nhập vào «Văn bản và định mức».",
            citation,
        )
        return answer(declared.rate, declared.cap, citation, doubt)
    reason = "định mức không nêu tỷ lệ thuê gian hàng" if isinstance(found, Norm) else found.reason
    sentence = (
        f"{reason[:1].upper()}{reason[1:]} Chưa tính được phần hỗ trợ ngày {format_date(on)}: nêu văn bản định mức ở đề án, "
        "hoặc nhập văn bản ở «Văn bản và định mức»."
    )
    return answer(None, None, "", Blocker("no_norm", sentence))


def _doubts(norm: Norm) -> list[Finding]:
    found: list[Finding] = []
    if not norm.verified:
        found.append(
            NeedsApproval(
                "norm_unverified",
                f"Tỷ lệ {percent_text(norm.rate or Fraction(0))} chờ xác minh trong văn bản.",
                norm.citation,
            )
        )
    if norm.pending:
        found.append(NeedsApproval("norm_pending", f"Định mức chờ xác minh: {norm.pending}.", norm.citation))
    if norm.by_price:
        found.append(
            NeedsApproval(
                "by_price", "Giá thuê theo giá đấu thầu hoặc giá được cấp có thẩm quyền duyệt.", norm.citation
            )
        )
    return found


def reckon(booths: Sequence[Booth], share: RentShare) -> list[int]:
    """What the State pays of each booth, in đồng and in their order; 0 where none is supported or no norm is known.

    Expects `participant__establishment` loaded.
    """
    groups: dict[object, list[int]] = defaultdict(list)
    for place, booth in enumerate(booths):
        if booth.supported and share.rate is not None:
            key: object = "fair"
            if share.per_establishment:
                # By identity: of two entries that were merged afterwards the cap counts once.
                who = booth.participant
                key = who.establishment.identity_id if who is not None else ("booth", place)
            groups[key].append(place)
    found = [0] * len(booths)
    for places in groups.values():
        prices = [booths[place].price for place in places]
        total = share_down(share.rate or Fraction(0), sum(prices))
        if share.cap is not None:
            total = min(total, share.cap)
        for place, amount in zip(places, split(total, prices), strict=True):
            found[place] = amount
    return found


def write_support(fair: Fair) -> RentShare:
    """Reckon every booth of a locked fair again and keep what has changed. Two queries besides that of the book."""
    share = share_of(fair.project)
    booths = list(fair.booths.select_related("participant__establishment").order_by("pk"))
    changed = []
    for booth, amount in zip(booths, reckon(booths, share), strict=True):
        if booth.support != amount:
            booth.support = amount
            changed.append(booth)
    Booth.objects.bulk_update(changed, ["support"])
    return share


@dataclass(frozen=True)
class RentSums:
    """The booths of a fair in đồng, and how many stand where."""

    booths: int
    taken: int
    supported: int
    price: int
    support: int

    @property
    def own(self) -> int:
        return self.price - self.support


def sums_of(booths: Iterable[Booth]) -> RentSums:
    """Added up; no query."""
    rows = list(booths)
    return RentSums(
        booths=len(rows),
        taken=sum(1 for one in rows if one.participant_id or one.holder),
        supported=sum(1 for one in rows if one.supported),
        price=sum(one.price for one in rows),
        support=sum(one.support for one in rows),
    )


def supported_elsewhere(fair: Fair) -> int:
    """What the confirmed booths of other fairs take of the same đề án, in đồng; one query."""
    others = Booth.objects.filter(fair__project=fair.project_id, fair__state__in=COUNTED).exclude(fair=fair.pk)
    return others.aggregate(sum=Sum("support"))["sum"] or 0


def against_the_project(sums: RentSums, balance: Balance, elsewhere: int) -> list[Finding]:
    """Where the booths and the money of the đề án differ: the đề án pays, so its amounts are the ones that count.

    `elsewhere`: what its other fairs take (`supported_elsewhere`).
    """
    found: list[Finding] = []
    approved, support = balance.approved_now, sums.support + elsewhere
    told = f"Hỗ trợ gian hàng {format_dong(sums.support)} đồng"
    if elsewhere:
        told += f", cùng hội chợ khác của đề án {format_dong(elsewhere)} đồng"
    if not approved:
        found.append(Warning_("not_approved", "Đề án chưa có kinh phí được duyệt: chưa xác nhận danh sách được."))
    elif support > approved:
        found.append(
            Blocker(
                "above_approved",
                f"{told}, nhiều hơn kinh phí được duyệt của đề án {format_dong(approved)} đồng: "
                f"{format_dong(support - approved)} đồng vượt.",
            )
        )
    elif support < approved:
        found.append(
            Warning_(
                "below_approved",
                f"{told}, ít hơn kinh phí được duyệt của đề án {format_dong(approved)} đồng: "
                f"còn {format_dong(approved - support)} đồng cho việc khác của đề án.",
            )
        )
    if balance.accepted and balance.accepted < support:
        found.append(
            Warning_(
                "below_accepted",
                f"Đã nghiệm thu {format_dong(balance.accepted)} đồng, ít hơn hỗ trợ gian hàng {format_dong(support)} đồng.",
            )
        )
    return found
