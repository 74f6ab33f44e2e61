"""Which office of khuyến công an owner turns to, and who answers questions of the portal."""

from __future__ import annotations

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.notices.actions import people_of
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.roles import Role
from khuyencong.places.models import Province

# The centre looks after establishments, the department decides.
ANSWERING = (Role.OFFICER, Role.LEADER)
NEAR = (AgencyKind.CENTRE, AgencyKind.DEPARTMENT)


def offices_of(province: Province) -> list[Agency]:
    """The centre and the department of a province of today, the centre first; one query."""
    found = Agency.objects.active_on(today()).filter(kind__in=NEAR, province=province.current_id or province.pk)
    return sorted(found, key=lambda one: (NEAR.index(AgencyKind(one.kind)), one.sort_key))


def who_answers(province: Province | None) -> Agency:
    """The first of centre, department and national agency where somebody works who may answer.

    Where nobody does anywhere it waits at the national agency. Refused where there is none at all.
    """
    national = Agency.objects.active_on(today()).filter(kind=AgencyKind.NATIONAL).first()
    for office in [*(offices_of(province) if province is not None else ()), *([national] if national else ())]:
        if people_of(office, *ANSWERING):
            return office
    if national is None:
        raise Refused("Chưa có cơ quan nào nhận câu hỏi qua cổng thông tin.")
    return national
