"""The forms of the end of money: Mẫu số 6 to 10 (TT 36/2013 Đ17 to Đ19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404

from khuyencong.core.errors import Refused
from khuyencong.finance.models import Contract
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.contracts import CONTRACT
from khuyencong.papers.catalogue.shape import named, project_fields, total
from khuyencong.papers.catalogue.subjects import PROJECT
from khuyencong.papers.form import Data, Form
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.settlement.contract_papers import liquidation_paper, reconciliation_paper
from khuyencong.settlement.door import Between
from khuyencong.settlement.paper import DRAFT_FORM, FORM, MoneyPaper, data_of
from khuyencong.settlement.project_papers import Form as ProjectForm
from khuyencong.settlement.project_papers import paper_of
from khuyencong.settlement.queries import parts_with_money
from khuyencong.settlement.reconciling import last_year, money_of, signed

OF_CONTRACT = ("number", "project", "value", "advanced", "accepted", "paid", "recovered", "settled")
OF_YEAR = (*OF_CONTRACT, "difference")
DETAIL = ("number", "content", "planned_support", "planned_total", "support", "counterpart", "other", "total")
SUPPORT_LIST = ("number", "voucher", "day", "payee", "content", "support")
FULL_LIST = (*SUPPORT_LIST, "counterpart", "other", "total")
REQUEST = ("number", "minutes", "beneficiary", "cost", "payable")


def _table(paper: MoneyPaper, names: Sequence[str]) -> dict[str, Any]:
    """The same as the PDF, with a name for each column."""
    data = data_of(paper)
    return {
        "paper": data["paper"],
        "facts": data["facts"],
        "before": data["before"],
        "rows": named(data["rows"], names),
        "totals": total(data["totals"], names),
        "notes": data["notes"],
    }


def liquidation(contract: Contract, actor: Actor) -> Data:
    """Mẫu số 6; Refused for a draft, which has nothing to end."""
    if contract.is_draft:
        raise Refused("Hợp đồng còn là dự thảo: chưa có gì để thanh lý.")
    return _table(liquidation_paper(contract, parts_with_money(actor, contract)), OF_CONTRACT)


def reconciliation(contract: Contract, actor: Actor) -> Data:
    """Mẫu số 10 between the two sides of this contract, of its last year of money (TT 36/2013 Đ19.3).

    Http404 for whoever may not know of every đề án between the two, since sums would tell of them.
    """
    if contract.is_draft:
        raise Refused("Hợp đồng còn là dự thảo: chưa có kinh phí để đối chiếu.")
    payer, unit = contract.payer, contract.unit
    if not Between(payer, unit).is_in_scope(actor):
        raise Http404
    year = last_year(contract)
    kept = signed(payer, unit, year)
    return {
        **_table(reconciliation_paper(payer, unit, year, money_of(payer, unit, year), kept), OF_YEAR),
        "year": str(year),
    }


def of_project(form: ProjectForm, names: Sequence[str]) -> Callable[[Project, Actor], Data]:
    """The data of Mẫu số 7, 8a, 8b or 9."""

    def data_of_form(project: Project, _actor: Actor) -> Data:
        paper = paper_of(project, form)
        return {**_table(paper, names), "project": project_fields(project, paper.on)}

    return data_of_form


_AMOUNTS: dict[str, str] = {
    "value": samples.MILLIONS_100,
    "advanced": samples.MILLIONS_100,
    "accepted": samples.MILLIONS_100,
    "paid": "0",
    "recovered": "0",
    "settled": samples.MILLIONS_100,
    "difference": "0",
    "planned_support": samples.MILLIONS_100,
    "planned_total": samples.MILLIONS_300,
    "support": samples.MILLIONS_100,
    "counterpart": samples.MILLIONS_200,
    "other": "0",
    "total": samples.MILLIONS_300,
    "cost": samples.MILLIONS_300,
    "payable": samples.MILLIONS_100,
}
_WORDS: dict[str, str] = {
    "number": "1",
    "project": samples.FACTS[0]["value"],
    "content": "Mua máy thử",
    "voucher": "UNC số 01",
    "day": "05/08/2026",
    "payee": "Công ty Bán Máy Thử",
    "minutes": "01/BBNT, 05/08/2026",
    "beneficiary": samples.SHOP,
}


def _sample(title: str, number: str, names: Sequence[str], *signs: str, subject: str) -> Mapping[str, Any]:
    row = {name: _AMOUNTS.get(name) or _WORDS[name] for name in names}
    sums = {name: row[name] if name in _AMOUNTS else "" for name in names} | {names[1]: "Tổng cộng"}
    words = f"Số kinh phí: {samples.MILLIONS_100} đồng ({samples.WORDS_100})."
    return {
        "paper": samples.paper(title, *signs, subject=subject, mark=f"{FORM.format(number)}; {DRAFT_FORM}"),
        "facts": samples.FACTS,
        "before": [words],
        "rows": [row],
        "totals": sums,
        "notes": [words],
    }


_LIST = "Bảng kê chứng từ đề nghị quyết toán"
_REQUEST = "Biểu đề nghị thanh toán kinh phí thực hiện đề án"
_UNIT, _PAYER = "Đại diện đơn vị thực hiện", "Đại diện cơ quan giữ kinh phí"


def _of_project(number: str, form: ProjectForm, names: Sequence[str], title: str, article: str, *signs: str) -> Form:
    return Form(
        code=form.value,
        number=f"Mẫu số {number}",
        title=title,
        article=article,
        subject=PROJECT,
        official_layout=False,
        data=of_project(form, names),
        sample={
            **_sample(title, number, names, *signs, subject=samples.PROJECT_NAME),
            "project": samples.PROJECT,
        },
    )


FORMS = (
    Form(
        code="mau-6",
        number="Mẫu số 6",
        title="Biên bản thanh lý hợp đồng",
        article="TT 36/2013 Đ18",
        subject=CONTRACT,
        official_layout=False,
        data=liquidation,
        sample=_sample(
            "Biên bản thanh lý hợp đồng",
            "6",
            OF_CONTRACT,
            "Đại diện Bên A",
            "Đại diện Bên B",
            subject="Hợp đồng 01/HĐ-THU ngày 01/03/2026",
        ),
    ),
    _of_project(
        "7", ProjectForm.DETAIL, DETAIL, "Biểu chi tiết quyết toán kinh phí", "TT 36/2013 Đ19.1.c", _UNIT, _PAYER
    ),
    _of_project("8a", ProjectForm.SUPPORT_LIST, SUPPORT_LIST, _LIST, "TT 36/2013 Đ19.1.d", "Người lập", _UNIT),
    _of_project("8b", ProjectForm.FULL_LIST, FULL_LIST, _LIST, "TT 36/2013 Đ19.1.d", "Người lập", _UNIT),
    _of_project("9", ProjectForm.REQUEST, REQUEST, _REQUEST, "TT 36/2013 Đ18.3, Đ19.1.b", _UNIT, _PAYER),
    Form(
        code="mau-10",
        number="Mẫu số 10",
        title="Bảng đối chiếu kinh phí",
        article="TT 36/2013 Đ19.3",
        subject=CONTRACT,
        official_layout=False,
        data=reconciliation,
        sample={
            **_sample(
                "Bảng đối chiếu kinh phí năm 2026",
                "10",
                OF_YEAR,
                "Cơ quan giữ kinh phí",
                "Đơn vị thực hiện",
                subject=samples.UNIT,
            ),
            "year": "2026",
        },
    ),
)
