"""Recognised products (bình chọn) as an indicator of a report: the one figure of it that no đề án answers."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from khuyencong.competitions.models import Certificate
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.models import Agency, AgencyKind

LABEL = "Sản phẩm được công nhận ở các kỳ bình chọn"
HOW = (
    "Sản phẩm được cấp giấy chứng nhận trong kỳ, mỗi sản phẩm tính một lần, không tính giấy đã thu hồi (TT 26/2014 Đ17)"
)
OF_THE_NATION = (CertificateLevel.REGION, CertificateLevel.NATION)


def recognised_in(agency: Agency, first_on: date, last_on: date) -> int:
    """How many products were certified between the days, both included; one query. Needs `province` loaded.

    Of the national agency those of regions and nation, of a department those of the province's rounds, of anybody else
    those of its own.
    """
    rows = Certificate.objects.filter(issued_on__gte=first_on, issued_on__lte=last_on).exclude(
        withdrawn_on__lte=last_on
    )
    return rows.filter(_whose(agency)).order_by().values("entry__product_key").distinct().count()


def _whose(agency: Agency) -> Q:
    if agency.kind == AgencyKind.NATIONAL:
        return Q(decision__round__level__in=OF_THE_NATION)
    province = agency.province
    if agency.kind == AgencyKind.DEPARTMENT and province is not None:
        here = Q(decision__round__province__current=province) if province.is_today else Q(
            decision__round__province=province
        )  # fmt: skip
        return here & ~Q(decision__round__level__in=OF_THE_NATION)
    return Q(decision__round__agency=agency)
