"""What stands against an adjustment: order and money of the đề án, and the law of the day for what changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from khuyencong.adjustments.money import gains_of, held_by
from khuyencong.adjustments.proposal import Changed
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.delivery.models import Acceptance
from khuyencong.finance import ledger
from khuyencong.finance.models import part_of
from khuyencong.law.support import group_sheet
from khuyencong.people.actors import Actor
from khuyencong.projects.actions.content import provinces_of
from khuyencong.projects.eligibility import BeneficiaryAnswers, eligibility_of
from khuyencong.projects.models import ProjectKind
from khuyencong.projects.models.project import MOST_BENEFICIARIES
from khuyencong.projects.rules import same_twice
from khuyencong.projects.sheets import of_the_whole
from khuyencong.projects.states import RUNNING
from khuyencong.projects.support import BeneficiarySheet, counts_by_beneficiary, sheet_findings, sheets_for
from khuyencong.projects.years import years_of

AMEND_FIRST = "hãy sửa đổi hợp đồng trước"


@dataclass(frozen=True)
class Judged:
    """What the law says of the parts that change, and everything that was found."""

    sheets: tuple[BeneficiarySheet, ...]
    eligibility: tuple[BeneficiaryAnswers, ...]
    findings: tuple[Finding, ...]


def judge(changed: Changed, *, on: date, seen_by: Actor) -> Judged:
    """Everything found about the adjustment by the law of the day; a fixed number of queries.

    Parts that do not change keep the calculation that was frozen for them, whatever the law says today.
    """
    found: list[Finding] = [*_order(changed), *_people(changed), *_estimate(changed), *_accepted(changed)]
    found += _money(changed)
    if not changed.touches_money:
        return Judged((), (), tuple(found))
    sheets, answers, of_the_law = _law(changed, on, seen_by)
    return Judged(sheets, answers, tuple(dict.fromkeys([*found, *of_the_law])))


def _order(changed: Changed) -> Iterator[Finding]:
    project, after = changed.before.project, changed.after.project
    if project.state not in RUNNING:
        sentence = f"Đề án ở trạng thái «{project.get_state_display()}» không điều chỉnh được."
        yield Blocker("not_running", sentence, "TT 36/2013 Đ11")
    if changed.proposal.is_empty or (not changed.touches_money and not _description_changed(changed)):
        yield Blocker("nothing_changes", "Đề nghị chưa có thay đổi nào so với đề án đã phê duyệt.", "TT 36/2013 Đ11.1")
    if after.starts_on and after.ends_on and after.ends_on < after.starts_on:
        yield Blocker("ends_before_start", "Ngày kết thúc không được trước ngày bắt đầu.")
    part = part_of(project)
    contract = part.contract if part else None
    ends = after.ends_on if after.ends_on != project.ends_on else None
    if ends and contract and contract.ends_on and ends > contract.ends_on:
        sentence = (
            f"Thời hạn hợp đồng vẫn đến {format_date(contract.ends_on)}: sau khi quyết định, hai bên sửa hợp đồng."
        )
        yield Warning_("contract_ends_earlier", sentence, "TT 36/2013 Đ11.2.b")


def _description_changed(changed: Changed) -> bool:
    return bool(changed.proposal.fields) or changed.proposal.substance or changed.before.lines != changed.after.lines


def _people(changed: Changed) -> Iterator[Finding]:
    project, people = changed.after.project, changed.after.beneficiaries
    provinces = provinces_of(changed.before.project) if changed.comes_in else set()
    for one in people:
        if one.establishment_id not in changed.comes_in:
            continue
        if one.establishment.merged_into_id is not None:
            yield Blocker("merged", f"{one.establishment}: hồ sơ đã được gộp, hãy chọn hồ sơ còn dùng.")
        if (one.establishment.province.current_id or one.establishment.province_id) not in provinces:
            yield Blocker("elsewhere", f"{one.establishment}: cơ sở phải ở trong tỉnh, thành phố thực hiện đề án.")
    yield from same_twice(people)
    if project.kind == ProjectKind.SINGLE and len(people) > 1:
        yield Blocker("several_in_single", "Đề án đơn chỉ có một cơ sở thụ hưởng.", "TT 36/2013 Đ10")
    planned = project.planned_beneficiaries
    if project.kind == ProjectKind.GROUP and planned is not None and len(people) > planned:
        sentence = f"Đề án nhóm được phê duyệt với {planned} cơ sở; đề nghị nêu {len(people)} cơ sở."
        yield Blocker("more_than_planned", sentence, "TT 36/2013 Đ23.3")
    if len(people) > MOST_BENEFICIARIES:
        yield Blocker("too_many", f"Một đề án có tối đa {MOST_BENEFICIARIES} cơ sở thụ hưởng.")
    if counts_by_beneficiary(project) and project.kind != ProjectKind.TASK and not people and not project.unnamed(0):
        yield Blocker("missing_beneficiary", "Sau điều chỉnh đề án không còn cơ sở thụ hưởng.", "TT 36/2013 Đ5.1")


def _estimate(changed: Changed) -> Iterator[Finding]:
    for number, line in enumerate(changed.after.lines, start=1):
        parts = line.support + line.counterpart + line.other
        if min(line.total, line.support, line.counterpart, line.other) < 0 or line.total != parts:
            yield Blocker("does_not_add_up", f"Dòng {number} của dự toán: tổng khác tổng các nguồn.", "Mẫu số 1")
    years = years_of(changed.after.project)
    for year in sorted(changed.after.years - set(years)):
        sentence = f"Dự toán có kinh phí của năm {year}, nhưng đề án thực hiện từ năm {years[0]} đến năm {years[-1]}."
        yield Blocker("other_year", sentence, "TT 36/2013 Đ2.3")
    yield from _combined(changed)
    if not changed.after.support:
        sentence = "Sau điều chỉnh đề án không còn kinh phí hỗ trợ: hãy ngừng đề án thay vì điều chỉnh."
        yield Blocker("no_support", sentence, "TT 36/2013 Đ11.2.a")
    if counts_by_beneficiary(changed.after.project):
        for one in changed.after.beneficiaries:
            if not changed.after.part(one.establishment_id):
                yield Blocker(
                    "beneficiary_without_estimate", f"{one.establishment} chưa có dòng dự toán nào.", "Mẫu số 1"
                )


def _combined(changed: Changed) -> Iterator[Finding]:
    """What other programmes paid is a part of «nguồn khác» of its year (room `combining`) and stays so."""
    rows = changed.before.project.combinations.filter(withdrawn_because="", amount__gt=0).order_by()
    plan_year = changed.after.project.year
    for year, amount in sorted(rows.values_list("year").annotate(sum=Sum("amount"))):
        other = sum(line.other for line in changed.after.lines if (line.year or plan_year) == year)
        if amount > other:
            sentence = (
                f"Năm {year}: đã ghi {format_dong(amount)} đồng lồng ghép theo chương trình khác, sau điều chỉnh dự toán chỉ"
                f" còn {format_dong(other)} đồng nguồn khác."
            )
            yield Blocker("combined_beyond_other", sentence, "Mẫu số 1, cột «nguồn khác»")


def _accepted(changed: Changed) -> Iterator[Finding]:
    """What was accepted is not changed any more, nor is anybody taken out for whom it was."""
    done = Acceptance.objects.filter(project=changed.before.project).values_list("beneficiary_id", flat=True)
    keys = set(done)
    moved = changed.changed_parts | changed.leaves
    whole = None in keys and not counts_by_beneficiary(changed.before.project)
    if whole and moved:
        yield Blocker("accepted", "Đề án đã nghiệm thu, dự toán không điều chỉnh được nữa.", "TT 36/2013 Đ11")
    for one in changed.before.beneficiaries:
        if one.pk in keys and one.establishment_id in moved:
            yield Blocker(
                "accepted", f"{one.establishment} đã nghiệm thu, không điều chỉnh được nữa.", "TT 36/2013 Đ11"
            )


def _money(changed: Changed) -> Iterator[Finding]:
    """What stands approved afterwards against contract, payments and what each envelope still has."""
    project = changed.before.project
    if not changed.touches_money:
        return
    gains = [one for one in gains_of(changed, held_by(project)) if one.approved]
    if not gains:
        return
    balance = ledger.balance_of(project)
    support = balance.approved_now + sum(one.amount for one in gains)
    if support <= 0 < changed.after.support:
        yield Blocker(
            "no_money_this_year",
            "Sau điều chỉnh, đề án không còn đồng nào trong kế hoạch đã phê duyệt: kinh phí chưa chi hết năm được chuyển nguồn"
            " sang năm sau, không phải điều chỉnh.",
            "NĐ 45/2012 Đ14",
        )
    if balance.contracted > support:
        yield Blocker(
            "contracted_beyond",
            f"Hợp đồng {format_dong(balance.contracted)} đồng lớn hơn kinh phí sau điều chỉnh {format_dong(support)} đồng:"
            f" {AMEND_FIRST}.",
            "TT 36/2013 Đ12.2",
        )
    held = max(balance.accepted, balance.paid_out)
    if held > support:
        yield Blocker(
            "paid_beyond",
            f"Đã chi hoặc nghiệm thu {format_dong(held)} đồng, nhiều hơn kinh phí sau điều chỉnh {format_dong(support)} đồng.",
            "TT 36/2013 Đ12.6",
        )
    for envelope in {one.envelope.pk: one.envelope for one in gains}.values():
        more = sum(one.amount for one in gains if one.envelope.pk == envelope.pk)
        free = ledger.balance_of_envelope(envelope).free if more > 0 else 0
        if more > free:
            yield Blocker(
                "no_free_money",
                f"Cần thêm {format_dong(more)} đồng nhưng hạn mức năm {envelope.year} chỉ còn {format_dong(max(0, free))}"
                " đồng.",
                "NĐ 45/2012 Đ14",
            )


def _law(
    changed: Changed, on: date, seen_by: Actor
) -> tuple[tuple[BeneficiarySheet, ...], tuple[BeneficiaryAnswers, ...], list[Finding]]:
    after, rows = changed.after, changed.after.estimate()
    project = after.project
    keys = changed.changed_parts | changed.comes_in
    moved = [one for one in after.beneficiaries if one.establishment_id in keys]
    new = [one for one in moved if one.establishment_id in changed.comes_in]
    stay = [one for one in moved if one.establishment_id not in changed.comes_in]
    answers = [
        *eligibility_of(project, stay, on=on, lines=rows, seen_by=seen_by),
        *eligibility_of(project, new, on=on, lines=rows, seen_by=seen_by, as_new=True),
    ]
    each = counts_by_beneficiary(project)
    sheets = [
        one
        for one in sheets_for(project, after.beneficiaries, rows, on=on)
        if not each or (one.share.beneficiary.establishment_id if one.share.beneficiary else None) in keys
    ]
    found = [finding for one in answers for finding in one.findings]
    found += sheet_findings(project, sheets, unnamed=project.unnamed(len(after.beneficiaries)))
    if len(sheets) > 1:
        found += of_the_whole(group_sheet([one.sheet for one in sheets]))
    return tuple(sheets), tuple(answers), found
