"""What the fairs of a year come to, for reports: one condition for each figure and the list behind it.

A fair counts in the year of its first day, from the day its list was confirmed on; money is in đồng.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from khuyencong.fairs.models import (
    COUNTED,
    Booth,
    DayResult,
    Fair,
    FairDay,
    FairQuerySet,
    Participant,
    ParticipantState,
    PartnerLink,
)
from khuyencong.people.actors import Actor
from khuyencong.projects.subjects import Count as Figure
from khuyencong.projects.subjects import Subject, number_behind, sum_behind

# Key → what it is called.
NAMES = {
    "fairs": "Hội chợ, triển lãm",
    "establishments": "Cơ sở tham gia",
    "booths": "Gian hàng",
    "rent": "Giá thuê gian hàng (đồng)",
    "support": "Khuyến công hỗ trợ gian hàng (đồng)",
    "own": "Cơ sở trả (đồng)",
    "visitors": "Lượt khách tham quan",
    "sales": "Doanh số tại hội chợ (đồng)",
    "contracts": "Hợp đồng, biên bản ghi nhớ",
    "contract_value": "Giá trị hợp đồng (đồng)",
    "links": "Kết nối nhà phân phối",
    "after": "Giá trị sau hội chợ (đồng)",
}


def counted_fairs(*, actor: Actor, year: int, until: date) -> FairQuerySet:
    """The fairs behind every figure: of the year, begun and confirmed by the day `until`."""
    return Fair.objects.visible_to(actor).filter(
        state__in=COUNTED, starts_on__year=year, starts_on__lte=until, confirmed_on__lte=until
    )


def behind(key: str, *, actor: Actor, year: int, until: date) -> QuerySet[Any]:
    """The records that the figure `key` of NAMES counts or adds up; KeyError for another key.

    An establishment that was at two fairs stands here twice and counts once.
    """
    fairs = counted_fairs(actor=actor, year=year, until=until).order_by()
    inside = Q(participant__fair__in=fairs, participant__state=ParticipantState.ACCEPTED)
    found: dict[str, QuerySet[Any]] = {
        "fairs": fairs,
        "establishments": Participant.objects.filter(fair__in=fairs, state=ParticipantState.ACCEPTED),
        "visitors": FairDay.objects.filter(fair__in=fairs, on__lte=until),
        # Booths in which somebody stands.
        **dict.fromkeys(
            ("booths", "rent", "support", "own"),
            Booth.objects.filter(fair__in=fairs).exclude(participant__isnull=True, holder=""),
        ),
        **dict.fromkeys(("sales", "contracts", "contract_value"), DayResult.objects.filter(inside, on__lte=until)),
        **dict.fromkeys(("links", "after"), PartnerLink.objects.filter(inside)),
    }
    return found[key]


def counted(*, actor: Actor, year: int, until: date) -> dict[str, int]:
    """Every figure of NAMES; six queries, however many fairs."""

    def rows(key: str) -> QuerySet[Any]:
        return behind(key, actor=actor, year=year, until=until).order_by()

    booths = rows("booths").aggregate(
        number=Count("pk"), rent=Coalesce(Sum("price"), 0), support=Coalesce(Sum("support"), 0)
    )
    # An entry merged into another is that other.
    identity = Coalesce("establishment__merged_into", "establishment")
    days = rows("sales").aggregate(
        sales=Coalesce(Sum("sales"), 0),
        contracts=Coalesce(Sum("contracts"), 0),
        worth=Coalesce(Sum("contract_value"), 0),
    )
    links = rows("links").aggregate(number=Count("pk"), worth=Coalesce(Sum("value"), 0))
    return {
        "fairs": rows("fairs").count(),
        "establishments": rows("establishments").aggregate(number=Count(identity, distinct=True))["number"],
        "booths": booths["number"],
        "rent": booths["rent"],
        "support": booths["support"],
        "own": booths["rent"] - booths["support"],
        "visitors": rows("visitors").aggregate(sum=Coalesce(Sum("visitors"), 0))["sum"],
        "sales": days["sales"],
        "contracts": days["contracts"],
        "contract_value": days["worth"],
        "links": links["number"],
        "after": links["worth"],
    }


def fairs_between(first_on: date, last_on: date) -> QuerySet[Fair]:
    """The fairs that began between the days and were confirmed by the last, with what each came to by it."""
    found = Fair.objects.filter(state__in=COUNTED, starts_on__range=(first_on, last_on), confirmed_on__lte=last_on)
    inside = Participant.objects.filter(state=ParticipantState.ACCEPTED)
    taken = Booth.objects.exclude(participant__isnull=True, holder="")
    days = DayResult.objects.filter(participant__state=ParticipantState.ACCEPTED, on__lte=last_on)
    return found.annotate(
        establishments=number_behind(inside, "fair"),
        occupied=number_behind(taken, "fair"),
        support_given=sum_behind(taken, "fair", "support"),
        visitors=sum_behind(FairDay.objects.filter(on__lte=last_on), "fair", "visitors"),
        sales=sum_behind(days, "participant__fair", "sales"),
        contracts_signed=sum_behind(days, "participant__fair", "contracts"),
        contract_value=sum_behind(days, "participant__fair", "contract_value"),
    )


SUBJECT = Subject(
    code="hoi-cho",
    title="Hội chợ, triển lãm",
    one="hội chợ",
    when="Hội chợ khai mạc trong thời gian ấy, danh sách tham gia đã xác nhận",
    counts=(
        Figure("establishments", "Cơ sở tham gia", "lượt cơ sở", "Cơ sở được nhận, tính theo từng hội chợ"),
        Figure("occupied", "Gian hàng", "gian", "Gian có người thuê"),
        Figure("support_given", "Hỗ trợ thuê gian hàng", "đồng", "Theo từng gian; tiền chi nằm trong sổ của đề án"),
        Figure("visitors", "Khách tham quan", "lượt", "Cộng từng ngày"),
        Figure("sales", "Doanh số tại hội chợ", "đồng", "Do cơ sở báo từng ngày"),
        Figure("contracts_signed", "Hợp đồng, biên bản ghi nhớ", "bản", "Ký tại hội chợ, do cơ sở báo"),
        Figure("contract_value", "Giá trị hợp đồng", "đồng", "Của các bản ký tại hội chợ"),
    ),
    rows=fairs_between,
    province="project__province",
    unit="project__implementing_unit",
)
