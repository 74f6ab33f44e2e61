"""Whether contracts add up: annexes follow each other, decisions and contracts with establishments stay within them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from khuyencong.core.money import format_dong
from khuyencong.finance.models import AdvanceDecision, AnnexPart, Contract, ContractPart, ContractState, SupportContract

CHUNK = 500


def broken_contracts() -> Iterator[str]:
    """One Vietnamese sentence for each contract that contradicts itself, in a fixed order; nothing where all is well."""
    yield from _without_parts()
    yield from _strangers()
    yield from _annexes()
    yield from _support()


def _without_parts() -> Iterator[str]:
    rows = Contract.objects.annotate(count=Count("parts"))
    odd = rows.filter(Q(state=ContractState.DRAFT, count__gt=0) | (~Q(state=ContractState.DRAFT) & Q(count=0)))
    for one in odd.order_by("pk").iterator(CHUNK):
        yield f"{one.title} (số {one.pk}) ở trạng thái «{one.get_state_display()}» có {vars(one)['count']} đề án."


def _strangers() -> Iterator[str]:
    """Every đề án of a contract has its unit, its source and its payer."""
    unit = Q(project__implementing_unit=F("contract__unit"))
    payer = Q(project__payer=F("contract__payer")) | Q(project__payer=F("contract__payer__successor"))
    own = unit & payer & Q(project__source=F("contract__source"))
    rows = ContractPart.objects.exclude(own).select_related("contract", "project").order_by("pk")
    for one in rows.iterator(CHUNK):
        yield f"{one.contract.title}: đề án {one.project.code} khác đơn vị chi, đơn vị thực hiện hoặc nguồn."


def _annexes() -> Iterator[str]:
    """Value and ceiling are those of the last annex or decision."""
    last = AnnexPart.objects.filter(part=OuterRef("pk")).order_by("-annex__ordinal")
    rows = ContractPart.objects.annotate(written=Subquery(last.values("value_after")[:1]))
    for one in (
        rows.exclude(written=F("value")).exclude(written=None).select_related("contract", "project").order_by("pk")
    ):
        yield (
            f"{one.contract.title}, đề án {one.project.code}: giá trị {format_dong(one.value)} đồng khác phụ lục cuối cùng."
        )
    above = AdvanceDecision.objects.filter(ceiling_after__gt=F("part__value"), part__changes=None)
    for decision in above.select_related("part__project").order_by("pk"):
        yield f"Quyết định {decision.document} của {decision.part.project.code} cho tạm ứng vượt giá trị hợp đồng."


def _support() -> Iterator[str]:
    sums = SupportContract.objects.filter(project=OuterRef("project")).order_by().values("project")
    rows = ContractPart.objects.annotate(signed=Subquery(sums.annotate(sum=Sum("support")).values("sum")))
    for one in rows.filter(signed__gt=F("value")).select_related("contract", "project").order_by("pk"):
        signed = format_dong(vars(one)["signed"])
        yield f"{one.contract.title}, đề án {one.project.code}: các hợp đồng hỗ trợ cộng {signed} đồng, vượt giá trị."
