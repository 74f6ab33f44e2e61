"""Which office of khuyến công an owner turns to, and who answers questions of the portal."""

from __future__ import annotations

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.places.models import Province

# The centre looks after establishments, the department decides.
NEAR = (AgencyKind.CENTRE, AgencyKind.DEPARTMENT)


def offices_of(province: Province) -> list[Agency]:
    """The centre and the department of a province of today, the centre first; one query."""
    found = Agency.objects.active_on(today()).filter(kind__in=NEAR, province=province.current_id or province.pk)
    return sorted(found, key=lambda one: (NEAR.index(AgencyKind(one.kind)), one.sort_key))


def who_answers(province: Province | None) -> Agency:
    """The centre of the province, else its department, else the national agency. Refused where there is none at all."""
    if province is not None and (near := offices_of(province)):
        return near[0]
    national = Agency.objects.active_on(today()).filter(kind=AgencyKind.NATIONAL).first()
    if national is None:
        raise Refused("Chưa có cơ quan nào nhận câu hỏi qua cổng thông tin.")
    return national
