"""Amending a signed contract by an annex, and another advance ratio by a decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance import contract_rules as rules
from khuyencong.finance import contract_states, ledger
from khuyencong.finance.contract_door import lock_contract
from khuyencong.finance.days import check_day
from khuyencong.finance.models import (
    AdvanceDecision,
    Annex,
    AnnexPart,
    BankAccount,
    Contract,
    ContractPart,
    EntryKind,
    part_of,
)
from khuyencong.finance.models.annex import WHOLE
from khuyencong.finance.years import spread_contract
from khuyencong.law.advances import advance_ceiling_on
from khuyencong.law.values import percent_text
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

BY_ANNEX = "TT 36/2013 Đ11.2.b"


@transaction.atomic
def amend_contract(
    *,
    contract_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    number: str,
    signed_on: date,
    reason: str,
    ends_on: date | None,
    values: Mapping[int, int],
    unit_account: BankAccount | None = None,
) -> Annex:
    """Sign an annex: a new term or account of the payee (None: as before), new values in đồng by key of the đề án.

    The difference of each đề án is posted as contracted, and its advance ceiling reckoned anew. The same `creation_key`
    twice gives the first annex back. Raises NotAllowed, Stale, Refused.
    """
    earlier = Annex.objects.filter(creation_key=creation_key, signed_by=by.user, contract=contract_id).first()
    if earlier is not None:
        return earlier
    contract, projects = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_SIGN, version=version)
    if Annex.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    contract_states.check_step(contract, "amend")
    parts = {part.project_id: part for part in contract.parts.all()}
    if set(values) - set(parts):
        raise Refused("Có đề án không thuộc hợp đồng này.")
    changed = {key: value for key, value in values.items() if value != parts[key].value}
    term = ends_on if ends_on and ends_on != contract.ends_on else None
    last = contract.annexes.order_by("-ordinal").first()
    _check_annex(contract, last, number, signed_on, reason)
    account = unit_account if unit_account is not None and unit_account.pk != contract.unit_account_id else None
    if not changed and term is None and account is None:
        raise Refused("Phụ lục chưa thay đổi gì: hãy ghi thời hạn, giá trị hoặc tài khoản mới.")
    rules.check_account(account, contract.unit, signed_on, what="Tài khoản bên nhận")
    rules.refuse_open_payment(projects.values() if account else [projects[key] for key in changed])
    if term is not None:
        rules.check_new_term(list(projects.values()), term, signed_on)
    annex = Annex.objects.create(
        contract=contract,
        ordinal=last.ordinal + 1 if last else 1,
        number=number.strip(),
        signed_on=signed_on,
        reason=reason.strip(),
        ends_before=contract.ends_on,
        ends_after=term or contract.ends_on,
        account_before=contract.unit_account if account else None,
        account_after=account,
        signed_by=by.user,
        signed_as=by.signature,
        creation_key=creation_key,
    )
    moved = [_revalue(annex, parts[key], projects[key], changed[key], by) for key in sorted(changed)]
    ledger.enforce(projects=[projects[key] for key in changed])
    contract.ends_on = annex.ends_after
    contract.unit_account = account or contract.unit_account
    contract_states.move(contract, "amend")
    for project in projects.values():  # the term is that of all of them
        touch(project)
    for change in moved:
        _record_change(annex, change, projects[change.part.project_id], by)
    record(
        action="contract.amend",
        by=by,
        subject=contract,
        thread=contract.thread,
        before={"thời hạn": _day(annex.ends_before)} | _told_account(annex.account_before),
        after={"thời hạn": _day(annex.ends_after), "phụ lục": annex.number, "ngày": signed_on.isoformat()}
        | _told_account(annex.account_after),
        note=annex.reason,
    )
    return annex


def _told_account(account: BankAccount | None) -> dict[str, str]:
    return {"tài khoản nhận": account.masked} if account else {}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _check_annex(contract: Contract, last: Annex | None, number: str, signed_on: date, reason: str) -> None:
    if not number.strip() or not reason.strip():
        raise Refused("Hãy ghi số phụ lục và lý do sửa đổi hợp đồng.", article="TT 36/2013 Đ11.2.b")
    if contract.annexes.filter(number=number.strip()).exists():
        raise Refused(f"Phụ lục {number.strip()} đã có.")
    after = {"ngày ký hợp đồng": contract.signed_on, "phụ lục trước": last.signed_on if last else None}
    check_day(signed_on, what="Ngày ký phụ lục", after=after, article=BY_ANNEX)


def _revalue(annex: Annex, part: ContractPart, project: Project, value: int, by: Actor) -> AnnexPart:
    """Give one đề án its new value: judged, kept before and after, posted."""
    if project.state != ProjectState.IN_PROGRESS:
        raise Refused(f"{project.code} ở trạng thái «{project.get_state_display()}», giá trị không sửa được nữa.")
    balance = ledger.balance_of(project)
    rules.check_new_value(project, part, value, balance)
    if value > part.value:
        approved_on = rules.last_approved_on(project)
        after = {f"quyết định duyệt {project.code}": approved_on}
        check_day(annex.signed_on, what="Ngày ký phụ lục", after=after, article=BY_ANNEX)
    part.contract = annex.contract
    sources = rules.sources_of(project, value)
    change = AnnexPart.objects.create(
        annex=annex,
        part=part,
        value_before=part.value,
        value_after=value,
        counterpart_after=sources.counterpart,
        other_after=sources.other,
        ceiling_before=part.advance_ceiling,
        ceiling_after=rules.new_ceiling(project, value, rules.share_now(project, part), balance.advanced),
    )
    for envelope, amount in spread_contract(project, change.difference):
        ledger.post(
            kind=EntryKind.CONTRACTED,
            amount=amount,
            envelope=envelope,
            project=project,
            by=by,
            on=annex.signed_on,
            document=f"Phụ lục {annex.number}",
            note=f"Sửa đổi {annex.contract.title}",
        )
    part.value, part.counterpart, part.other = value, sources.counterpart, sources.other
    part.advance_ceiling = change.ceiling_after
    part.save()
    return change


def _record_change(annex: Annex, change: AnnexPart, project: Project, by: Actor) -> None:
    record(
        action="project.amend",
        by=by,
        subject=project,
        thread=project.thread,
        before={"giá trị": change.value_before, "tạm ứng tối đa": change.ceiling_before},
        after={"giá trị": change.value_after, "tạm ứng tối đa": change.ceiling_after, "phụ lục": annex.number},
        note=annex.reason,
    )


@transaction.atomic
def decide_advance(
    *,
    project_id: int,
    by: Actor,
    version: int,
    percent: Decimal,
    document: str,
    decided_on: date,
    decided_by: str,
    condition: str = "",
) -> AdvanceDecision:
    """Record the decision that another share of the support may be advanced (TT 36/2013 Đ16).

    Of national money the head of the Cục decides, of local money whoever is competent in the province. `percent`: of the
    contract's value. Raises NotAllowed, Stale, and Refused above the overall ceiling, below what was advanced, or where it
    is dated before the contract or in the future.
    """
    project = lock_project(project_id, by=by, permission=Permission.ADVANCE_DECIDE, version=version)
    part = part_of(project)
    if part is None or project.state != ProjectState.IN_PROGRESS:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không đổi tỷ lệ tạm ứng được.")
    if not document.strip() or not decided_by.strip():
        raise Refused("Hãy ghi số quyết định và người quyết định.", article="TT 36/2013 Đ16")
    if not 0 <= percent <= WHOLE:
        raise Refused("Tỷ lệ tạm ứng phải từ 0 đến 100%.", article="TT 36/2013 Đ16")
    if part.advance_decisions.filter(document=document.strip()).exists():
        raise Refused(f"Quyết định {document.strip()} đã được ghi.")
    last = part.advance_decisions.order_by("-pk").first()
    after = {"ngày ký hợp đồng": part.contract.signed_on, "quyết định trước": last.decided_on if last else None}
    check_day(decided_on, what="Ngày quyết định", after=after, article="TT 36/2013 Đ16")
    rules.refuse_open_payment([project])
    share = Fraction(percent) / 100
    most = advance_ceiling_on(decided_on)
    if most is not None and share > most.share:
        raise Refused(f"Mức tạm ứng không được quá {percent_text(most.share)} kinh phí hỗ trợ.", article=most.article)
    ceiling = rules.new_ceiling(project, part.value, share, ledger.balance_of(project).advanced)
    decision = AdvanceDecision.objects.create(
        part=part,
        percent=percent,
        document=document.strip(),
        decided_on=decided_on,
        decided_by=decided_by.strip(),
        condition=condition.strip(),
        ceiling_before=part.advance_ceiling,
        ceiling_after=ceiling,
        by=by.user,
    )
    part.advance_ceiling, part.advance_condition = ceiling, decision.condition
    part.advance_basis = f"{decision.document}; TT 36/2013 Đ16"
    part.save()
    ledger.enforce(projects=[project])
    touch(project)
    record(
        action="project.advance_decision",
        by=by,
        subject=project,
        thread=project.thread,
        before={"tạm ứng tối đa": decision.ceiling_before},
        after={"tạm ứng tối đa": ceiling, "quyết định": decision.document, "ngày": decided_on.isoformat()},
        note=f"{decision.decided_by}: {percent_text(share)}, tối đa {format_dong(ceiling)} đồng",
    )
    return decision
