"""Which form the minutes of an acceptance follow, and why: Mẫu 5a, 5b or 5c of Phụ lục 1 TT 36/2013.

The circular names 5a «cho từng địa điểm» and 5c «đối với đề án Cục Công nghiệp địa phương nghiệm thu»; 5b has no title in
what could be read. Where a form is asked for in a dossier (Đ13.3.b, Đ15.1, Đ19) that is taken; what is put together from
several articles says so (`inferred`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, Warning_
from khuyencong.delivery.models import MinutesForm, ParticipantRole
from khuyencong.people.actors import Actor
from khuyencong.people.relations import Relation
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project

FOUNDING, RELOCATION = "enterprise_founding", "relocation_interest"
UNREAD = "suy ra từ các điều khoản đã đọc, chờ xác minh"
NOT_GOVERNED = "nguồn địa phương: vận dụng, theo quy chế của tỉnh"


@dataclass(frozen=True)
class Minutes:
    """The form, the sentence that says why, and the article."""

    form: MinutesForm
    reason: str
    article: str
    inferred: bool = False

    @property
    def label(self) -> str:
        return self.form.label


def minutes_of(project: Project, *, unit_invoices: bool) -> Minutes:
    """The form for this đề án; `unit_invoices`: the implementing unit issues a financial invoice for the money. No query."""
    found = _chosen(project, unit_invoices=unit_invoices)
    notes = [UNREAD] if found.inferred else []
    if project.source != FundingSource.NATIONAL:
        notes.append(NOT_GOVERNED)
    reason = f"{found.reason} ({'; '.join(notes)})" if notes else found.reason
    return Minutes(found.form, f"{reason}.", found.article, found.inferred)


def _chosen(project: Project, *, unit_invoices: bool) -> Minutes:
    if project.related_agency_id(Relation.DEPARTMENT) is None:
        reason = "Đề án không qua Sở Công Thương của một tỉnh nên Cục nghiệm thu"
        return Minutes(MinutesForm.NATIONAL, reason, "TT 36/2013 Đ14, Đ20.2", inferred=True)
    if project.activity == FOUNDING:
        return Minutes(MinutesForm.WHOLE, "Hỗ trợ thành lập doanh nghiệp: hồ sơ ghi Mẫu số 5b", "TT 36/2013 Đ13.3.b")
    if project.activity == RELOCATION:
        return Minutes(MinutesForm.SITE, "Hỗ trợ lãi suất khi di dời: hồ sơ ghi Mẫu số 5a", "TT 36/2013 Đ15.1")
    if unit_invoices:
        reason = "Đơn vị thực hiện xuất hóa đơn tài chính cho bên giao: một biên bản cho cả đề án"
        return Minutes(MinutesForm.WHOLE, reason, "TT 36/2013 Đ19.2.a", inferred=True)
    reason = "Đơn vị thực hiện không xuất hóa đơn tài chính cho bên giao: mỗi địa điểm một biên bản"
    return Minutes(MinutesForm.SITE, reason, "TT 36/2013 Đ14, Đ19.1.a, Đ21.1")


@dataclass(frozen=True)
class ParticipantInput:
    """Somebody who takes part, as the recorder writes them down."""

    role: ParticipantRole
    name: str
    title: str = ""
    organisation: str = ""
    present: bool = True
    opinion: str = ""


def present_or_recorder(participants: Sequence[ParticipantInput], by: Actor) -> tuple[ParticipantInput, ...]:
    """Those who take part; where nobody is named the recorder presides for the own agency.

    Refused unless there is just one chair and the chair is there.
    """
    if not participants:
        organisation = by.agency.name
        return (ParticipantInput(ParticipantRole.CHAIR, str(by.user), by.role.label, organisation),)
    chairs = [one for one in participants if one.role == ParticipantRole.CHAIR]
    if len(chairs) != 1:
        raise Refused("Biên bản phải có một người chủ trì nghiệm thu.", article="TT 36/2013 Đ21.1")
    if not chairs[0].present:
        raise Refused("Người chủ trì phải có mặt khi nghiệm thu.", article="TT 36/2013 Đ21.1")
    for one in participants:
        if not one.name.strip():
            raise Refused("Hãy ghi họ tên từng người tham gia.")
    return tuple(participants)


def absent(participants: Sequence[ParticipantInput], *, has_beneficiary: bool, partly: bool) -> list[Finding]:
    """Who is missing from minutes that name people: it is told, since no article read names the whole list."""
    there = {one.role for one in participants if one.present}
    found: list[Finding] = []
    if ParticipantRole.UNIT not in there:
        found.append(Warning_("unit_absent", "Đơn vị thực hiện không có người dự nghiệm thu.", "TT 36/2013 Đ23"))
    if has_beneficiary and ParticipantRole.BENEFICIARY not in there:
        found.append(Warning_("beneficiary_absent", "Đơn vị thụ hưởng không có người dự nghiệm thu."))
    if partly and ParticipantRole.COMMUNE not in there:
        sentence = (
            "Có phần không thực hiện: khi không hoàn thành vì bất khả kháng, biên bản cần Sở Công Thương và UBND nơi"
            " thực hiện xác nhận khối lượng đã làm."
        )
        found.append(Warning_("commune_absent", sentence, "TT 36/2013 Đ18.4"))
    return found
