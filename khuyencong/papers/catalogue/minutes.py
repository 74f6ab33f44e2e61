"""The minutes of an acceptance, Mẫu số 5a, 5b and 5c (TT 36/2013 Đ14, Đ18.4, Đ21.1), and of a handing over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from khuyencong.core.errors import Refused
from khuyencong.delivery.models import Acceptance, Handover, MinutesForm
from khuyencong.delivery.paper import OF_FORM, acceptance_data, acceptance_paper, handover_data
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.shape import DRAFT_FORM, amount, named, project_fields
from khuyencong.papers.catalogue.subjects import ACCEPTANCE, HANDOVER
from khuyencong.papers.form import Data, Form
from khuyencong.people.actors import Actor

ITEMS = ("name", "quantity", "price", "cost")
HANDED = ("name", "serial", "quantity", "minutes")


def accepted(form: MinutesForm) -> Callable[[Acceptance, Actor], Data]:
    """The data of the minutes in that form; Refused for an acceptance that was recorded in another one."""

    def data_of(acceptance: Acceptance, _actor: Actor) -> Data:
        if acceptance.form != form:
            recorded = MinutesForm(acceptance.form)
            raise Refused(f"Biên bản {acceptance.number} được ghi theo {recorded.label}: hãy lập {recorded.label}.")
        project = acceptance.project
        paper = acceptance_paper(project, acceptance)
        data = acceptance_data(paper)
        return {
            "paper": data["paper"],
            "project": project_fields(project, acceptance.accepted_on),
            "facts": data["facts"],
            "people": data["people"],
            "parts": [{**one, "table": named(one["table"], ITEMS)} for one in data["parts"]],
            "payable": amount(sum(part.acceptance.payable for part in paper.parts)),
        }

    return data_of


def handed_over(handover: Handover, _actor: Actor) -> Data:
    """The same as the PDF."""
    data = handover_data(handover.project, handover)
    return {**data, "items": named(data["items"], HANDED)}


_TITLE = "Biên bản nghiệm thu cơ sở"
_SAMPLE: dict[str, Any] = {
    "project": samples.PROJECT,
    "facts": samples.FACTS,
    "people": ["Người Thử Một – Chủ trì: có mặt"],
    "parts": [
        {
            "title": samples.SHOP,
            "table": [
                {
                    "name": "Máy thử; số máy THU-0001",
                    "quantity": "1",
                    "price": samples.MILLIONS_300,
                    "cost": samples.MILLIONS_300,
                }
            ],
            "invoices": ["Hóa đơn thử số 1"],
            "trials": ["Máy thử: đạt"],
            "differences": ["Máy thử: khác ký hiệu"],
            "findings": ["Lưu ý: câu thử"],
            "explanation": "Giải trình thử.",
            "undelivered": "Không có.",
            "steps": ["Mức tối đa: 100.000.000 đồng (Điều thử)"],
            "conclusion": f"Lần 1. Được thanh toán {samples.MILLIONS_100} đồng ({samples.WORDS_100}). Lần cuối của phần này.",
            "comment": "Nhận xét thử.",
        }
    ],
    "payable": samples.AMOUNT,
}
_SIGNING = ("Chủ trì", "Đơn vị thực hiện", "Đơn vị thụ hưởng")


def _form(form: MinutesForm) -> Form:
    return Form(
        code=f"mau-{form.value}",
        number=form.label,
        title=f"{_TITLE} {OF_FORM[form]}",
        article="TT 36/2013 Đ14, Đ18.4, Đ19, Đ21.1",
        subject=ACCEPTANCE,
        official_layout=False,
        data=accepted(form),
        sample={
            "paper": samples.paper(
                _TITLE,
                *_SIGNING,
                number="01/BBNT",
                mark=f"{form.label} {OF_FORM[form]}, Phụ lục 1 TT 36/2013; {DRAFT_FORM}",
            ),
            **_SAMPLE,
        },
    )


FORMS = (
    *(_form(one) for one in MinutesForm),
    Form(
        code="bien-ban-ban-giao",
        number="",
        title="Biên bản bàn giao",
        article="chưa thấy điều nào nêu mẫu",
        subject=HANDOVER,
        official_layout=False,
        data=handed_over,
        sample={
            "paper": samples.paper("Biên bản bàn giao", "Bên nhận", "Bên giao", number="01/BBBG"),
            "facts": samples.FACTS,
            "items": [{"name": "Máy thử", "serial": "THU-0001", "quantity": "1", "minutes": "01/BBNT"}],
            "papers": ["Phiếu bảo hành"],
            "remark": "Máy chạy tốt.",
        },
    ),
)
