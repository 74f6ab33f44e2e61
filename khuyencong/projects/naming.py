"""Naming an establishment as beneficiary, with the commitments it has given."""

from __future__ import annotations

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.projects.actions.commitments import commitments_of, in_words
from khuyencong.projects.actions.content import provinces_of
from khuyencong.projects.door import touch
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.models.project import MOST_BENEFICIARIES


def name_beneficiary(
    project: Project,
    *,
    by: Actor,
    establishment: Establishment,
    place_text: str = "",
    commits_own_capital: bool = False,
    declares_no_other_support: bool = False,
) -> Beneficiary:
    """Name an establishment in a đề án that the calling action has made or locked. Raises Refused."""
    if (establishment.province.current_id or establishment.province_id) not in provinces_of(project):
        raise Refused("Cơ sở thụ hưởng phải ở trong tỉnh, thành phố thực hiện đề án.", article="TT 36/2013 Đ5.1")
    if establishment.merged_into_id is not None:
        raise Refused("Hồ sơ này đã được gộp vào một hồ sơ khác: hãy chọn hồ sơ ấy.")
    taken = list(project.beneficiaries.values_list("establishment", "establishment__merged_into"))
    if any(establishment.pk in keys for keys in taken):
        raise Refused("Cơ sở này đã có trong đề án.")
    if project.kind == "single" and taken:
        raise Refused("Đề án đơn chỉ có một cơ sở thụ hưởng; nhiều cơ sở thì chọn loại «Đề án nhóm».")
    if len(taken) >= MOST_BENEFICIARIES:
        raise Refused(f"Một đề án có tối đa {MOST_BENEFICIARIES} cơ sở thụ hưởng.")
    beneficiary: Beneficiary = Beneficiary.objects.create(
        project=project,
        establishment=establishment,
        place_text=place_text or establishment.place_text,
        commits_own_capital=commits_own_capital,
        declares_no_other_support=declares_no_other_support,
    )
    touch(project)
    record(
        action="project.add_beneficiary",
        by=by,
        subject=project,
        thread=project.thread,
        after={
            "cơ sở": establishment.name,
            "mã": establishment.pk,
            "cam kết": in_words(commitments_of(beneficiary)),
        },
    )
    return beneficiary
