"""Recognised products (bình chọn) as a figure of a programme: one condition for the count and the list behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from khuyencong.competitions.models import Certificate
from khuyencong.establishments.models import CertificateLevel

if TYPE_CHECKING:
    from khuyencong.progress.counting import Asked, Scope

# Who holds the round at which level (TT 26/2014 Đ3.1): the nation those of regions and the nation, a province the rest.
OF_THE_NATION = (CertificateLevel.REGION, CertificateLevel.NATION)


def certificates_behind(scope: Scope, first_year: int, last_year: int) -> QuerySet[Certificate]:
    """Certificates issued in the years by the day, and not withdrawn by it; of a province those of its own rounds."""
    programme = scope.programme
    found = (
        Certificate.objects.filter(
            issued_on__year__gte=first_year, issued_on__year__lte=last_year, issued_on__lte=scope.on
        )
        .exclude(withdrawn_on__lte=scope.on)
        .filter(_rounds(scope))
    )
    province = programme.agency.province
    if province is not None:
        where = {"decision__round__province__current": province} if province.is_today else {
            "decision__round__province": province
        }  # fmt: skip
        found = found.filter(**where)
    return found.with_all().order_by("-issued_on", "number", "pk")


def _rounds(scope: Scope) -> Q:
    whose = Q(decision__round__level__in=OF_THE_NATION)
    if not scope.programme.is_national:
        return ~whose
    # Whoever does not see the nation sees the part of the own province.
    if scope.is_whole:
        return whose
    return whose & Q(entry__establishment__province__current=scope.actor.province_id)


def count_recognised(scope: Scope, asked: Iterable[Asked]) -> dict[Asked, int]:
    """How many products within the years of each: one recognised at two levels or twice counts once; one query."""
    wanted = list(asked)
    if not wanted:
        return {}
    years = [year for one in wanted for year in (one.first_year, one.last_year)]
    rows = set(
        certificates_behind(scope, min(years), max(years))
        .order_by()
        .values_list("entry__product_key", "issued_on__year")
    )
    return {one: len({product for product, year in rows if one.first_year <= year <= one.last_year}) for one in wanted}
