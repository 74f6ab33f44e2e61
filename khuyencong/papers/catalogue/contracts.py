"""Papers about a contract: the contract itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404

from khuyencong.core.errors import NotAllowed
from khuyencong.finance.contract_paper import TITLES, contract_data
from khuyencong.finance.contract_queries import contract_view
from khuyencong.finance.contract_web import LARGEST_KEY, contract_or_404
from khuyencong.finance.models import Contract, ContractKind
from khuyencong.papers.form import Form, Gathering, Subject
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan


def find(actor: Actor, key: str) -> Contract:
    """The contract in the actor's scope, all of whose đề án the actor may see. Raises Http404, NotAllowed."""
    if not key.isascii() or not key.isdigit() or int(key) > LARGEST_KEY:
        raise Http404
    found = contract_or_404(actor, int(key))
    if not contract_view(actor, found).whole:
        raise NotAllowed("Hợp đồng có đề án ngoài phạm vi của bạn nên không in được cả hợp đồng.")
    return found


def data(contract: Contract, actor: Actor) -> dict[str, Any]:
    """What `finance.contract_paper` says of the contract."""
    return contract_data(contract_view(actor, contract))


def _plans(actor: Actor) -> Sequence[tuple[str, str]]:
    """The plans whose đề án stand in a contract of the actor's agency."""
    mine = Q(projects__contract_part__contract__payer__in=actor.agency_ids)
    mine |= Q(projects__draft_part__contract__payer__in=actor.agency_ids)
    rows = AnnualPlan.objects.filter(mine).distinct().order_by("-year", "source", "round")
    return [(str(one.pk), one.title) for one in rows]


def _of_plan(actor: Actor, plan: str) -> Sequence[tuple[str, str]]:
    """The contracts of the actor's agency about a đề án of that plan."""
    if not plan.isascii() or not plan.isdigit() or int(plan) > LARGEST_KEY:
        return []
    about = Q(parts__project__plan=int(plan)) | Q(draft_parts__project__plan=int(plan))
    rows = Contract.objects.filter(about, payer__in=actor.agency_ids).distinct().order_by("signed_on", "pk")
    return [(str(one.pk), f"{one.title} – {one.party}") for one in rows]


CONTRACT = Subject(
    name="hop-dong",
    label="Hợp đồng",
    find=find,
    thread=lambda contract: contract.thread,
    named=lambda contract: f"{contract.title} – {contract.party}",
    gathered=Gathering("Kế hoạch", _plans, _of_plan),
)
SAMPLE: Mapping[str, Any] = {
    "paper": {
        "title": TITLES[ContractKind.CONTRACT],
        "subject": "",
        "organ_above": "Ủy ban nhân dân tỉnh Mẫu",
        "organ": "Sở Công Thương tỉnh Mẫu",
        "number": "01/2026/HĐ-MẪU",
        "place_and_date": "Tỉnh Mẫu, ngày 05 tháng 3 năm 2026",
        "date": [2026, 3, 5],
        "mark": "mẫu tạm: bố cục của mẫu chính thức chờ xác minh",
        "stamp": "",
        "foot": "Hợp đồng 01/2026/HĐ-MẪU",
        "signatures": [
            {"role": "Đại diện bên nhận", "hint": "Ký tên, đóng dấu", "name": ""},
            {"role": "Đại diện bên giao", "hint": "Ký tên, đóng dấu", "name": "Nguyễn Văn Mẫu"},
        ],
    },
    "grounds": ["Quyết định 01/QĐ-MẪU ngày 02/03/2026 phê duyệt kế hoạch mẫu"],
    "parties": [
        {"role": "Bên giao (Bên A)", "name": "Sở Công Thương tỉnh Mẫu", "account": "……………"},
        {"role": "Bên nhận (Bên B)", "name": "Trung tâm Khuyến công Mẫu", "account": "0000 0000 0000"},
    ],
    "term": "30/11/2026",
    "parts": [
        {"name": "MAU-2026-01 Đề án mẫu", "amounts": ["200.000.000", "300.000.000", "0", "500.000.000"]},
    ],
    "totals": ["200.000.000", "300.000.000", "0", "500.000.000"],
    "value": {"figures": "200.000.000", "words": "Hai trăm triệu đồng"},
    "advances": ["MAU-2026-01: tạm ứng tối đa 60.000.000 đồng (TT 36/2013 Đ13)."],
    "milestones": [["30/06/2026", "Lắp đặt máy (MAU-2026-01)", "200.000.000"]],
    "guarantees": ["Ngân hàng Mẫu, thư số 01: 20.000.000 đồng, hiệu lực từ 05/03/2026 đến 30/11/2026."],
    "annexes": ["Phụ lục 01, ngày 01/07/2026: kéo dài thời hạn"],
}
FORMS = (
    Form(
        code="hop-dong",
        number="",
        title="Hợp đồng thực hiện đề án khuyến công",
        article="TT 36/2013 Đ12.1, Đ12.2",
        subject=CONTRACT,
        official_layout=False,
        data=data,
        sample=SAMPLE,
    ),
)
