"""Who pays how much of the rent: exact đồng, by the norm of the day, against the money of the đề án."""

from dataclasses import replace
from fractions import Fraction

import pytest

from khuyencong.core.errors import Refused
from khuyencong.core.money import share_down
from khuyencong.establishments.models import Establishment
from khuyencong.fairs import actions
from khuyencong.fairs.figures import counted
from khuyencong.fairs.importing import read_booths
from khuyencong.fairs.models import Booth
from khuyencong.fairs.queries import booths_of, coming_to, results_of
from khuyencong.fairs.rent import against_the_project, reckon, share_of, sums_of
from khuyencong.fairs.rules import confirming_findings
from khuyencong.fairs.tests.making import (
    MILLION,
    OFFICER,
    accepted,
    called,
    changed_booth,
    confirmed,
    fair_of,
    fair_project,
    fresh,
    laid,
    registered,
    workbook,
)
from khuyencong.finance.ledger import balance_of
from khuyencong.law.support import SupportQuery, support_for
from khuyencong.testing import make_establishment, make_project

PRICE = 8_500_000
BOOTHS, ESTABLISHMENTS = 300, 30


def test_three_hundred_booths_at_eighty_percent_come_to_the_dong(world):
    """A fair of 300 standard booths: 2,55 tỷ of rent, 2,04 tỷ of it paid by khuyến công, booth by booth from Excel."""
    rent = BOOTHS * PRICE
    allowed = rent * 80 // 100
    project = fair_project(world, support=allowed, total=rent)
    fair = called(world, fair_of(world, project))
    places = [make_establishment(world) for _ in range(ESTABLISHMENTS)]
    for place in places:
        accepted(world, fair, place)
    rows = [
        (f"G{number + 1:03}", number // 20 + 1, number % 20 + 1, PRICE, "Có", places[number % ESTABLISHMENTS].name)
        for number in range(BOOTHS)
    ]
    read = read_booths(workbook(*rows), coming_to(fair))
    assert (len(read.rows), read.errors) == (BOOTHS, [])
    actions.write_booths(
        fair_id=fair.pk, by=world.actor(*OFFICER), version=fresh(fair).version, rows=read.rows, source="gian.xlsx"
    )

    sums = sums_of(booths_of(fair))
    assert (sums.booths, sums.price, sums.support, sums.own) == (BOOTHS, 2_550_000_000, 2_040_000_000, 510_000_000)
    # What the law room reckons for the whole, and for each establishment, is what its booths come to.
    query = SupportQuery(
        activity=project.activity, source="national", on=share_of(project).on, province_keys=(), beneficiary_name="",
        eligible_cost=rent,
        total_cost=rent, asked=allowed,
    )  # fmt: skip
    assert support_for(query).allowed == sums.support
    fair = confirmed(world, fair)
    for one in results_of(fair):
        assert (one.rent.booths, one.rent.support) == (10, share_down(Fraction(4, 5), 10 * PRICE))
    # And what the ledger of the đề án holds.
    assert balance_of(project).approved_now == sums.support
    assert against_the_project(sums, balance_of(project), 0) == []
    assert (fair.rate_percent, "điểm" in fair.rate_basis or "khoản" in fair.rate_basis) == (80, True)
    told = counted(actor=world.actor(*OFFICER), year=fair.starts_on.year, until=fair.ends_on)
    assert (told["booths"], told["establishments"], told["rent"], told["support"]) == (
        BOOTHS, ESTABLISHMENTS, rent, allowed,
    )  # fmt: skip


def test_the_rent_of_one_establishment_is_rounded_once(world):
    """Three booths at 8.333.333: four fifths of 24.999.999 is 19.999.999,2; booth by booth it would be three đồng less or so."""
    fair = called(world)
    one, other = accepted(world, fair), registered(world, fair)
    fair = laid(world, fair, rows=1, columns=4, price=8_333_333)
    for number, who in (("A1", one), ("A2", one), ("A3", one), ("A4", other)):
        booth = fair.booths.get(number=number)
        fair = changed_booth(world, fair, booth, participant_id=who.pk)
    support = dict(fair.booths.values_list("number", "support"))
    assert sum(support[number] for number in ("A1", "A2", "A3")) == 19_999_999
    assert support["A4"] == 6_666_666
    assert all(one.support <= one.price for one in fair.booths.all())
    # Not supported: pays alone.
    fair = changed_booth(world, fair, fair.booths.get(number="A4"), participant_id=other.pk, supported=False)
    assert fair.booths.get(number="A4").support == 0
    # Two entries that turn out to be one establishment have its cap once, and are confirmed once.
    twin = accepted(world, fair)
    fair = changed_booth(world, fair, fair.booths.get(number="A4"), participant_id=twin.pk)
    Establishment.objects.filter(pk=twin.establishment_id).update(merged_into=one.establishment_id)
    capped = replace(share_of(fair.project), cap=10 * MILLION, per_establishment=True)
    assert sum(reckon(booths_of(fair), capped)) == 10 * MILLION
    assert "one_establishment_twice" in {one.code for one in confirming_findings(fair, booths_of(fair), capped)}


@pytest.mark.parametrize(
    ("province", "rate", "asks", "codes"),
    [
        ("82", None, False, {"no_norm"}),  # nothing was read for this province
        ("25", Fraction(1, 2), True, {"norm_declared"}),  # the đề án names its document
    ],
)
def test_an_unknown_norm_is_said_and_a_declared_one_taken_with_its_document(world, province, rate, asks, codes):
    unit = {"82": "dong-thap-centre", "25": "phu-tho-centre"}[province]
    project = make_project(world, province=province, activity="fair_domestic_join")
    share = share_of(project)
    assert (share.rate, bool(share.questions)) == (rate, asks)
    assert {one.code for one in share.findings} == codes
    fair = fair_of(world, project, who=(unit, "officer"))
    actions.lay_grid(
        fair_id=fair.pk, by=world.actor(unit, "officer"), version=fair.version, rows=1, columns=2, price=700 * MILLION
    )
    # The declared norm has a cap of 300 triệu for each establishment; nobody stands there yet, so each booth has its own.
    assert list(fair.booths.values_list("support", flat=True)) == ([300 * MILLION] * 2 if rate else [0, 0])


def test_an_unverified_norm_is_taken_when_somebody_has_looked(world):
    share = share_of(fair_project(world, state="draft"))
    assert (share.percent, share.cap, {one.code for one in share.questions}) == ("80 %", None, {"norm_unverified"})
    fair = called(world)
    accepted(world, fair)
    fair = fresh(fair)
    with pytest.raises(Refused, match="chờ xác minh"):
        actions.confirm_list(
            fair_id=fair.pk, by=world.actor("dong-thap", "leader"), version=fair.version, number="1/XN",
            on=fair.starts_on,
        )  # fmt: skip


def test_organising_pays_the_whole_rent_of_whoever_stands_there(world):
    """TT 28/2018 Đ8.5: all booths together; a department's own stand is among them (TT 36/2013 Đ14.10)."""
    project = fair_project(world, activity="fair_domestic_organise", support=60 * MILLION, total=60 * MILLION)
    fair = called(world, fair_of(world, project))
    participant = accepted(world, fair)
    fair = laid(world, fair, rows=1, columns=3)
    for number, values in (
        ("A1", {"participant_id": participant.pk}),
        ("A2", {"holder": "Sở Công Thương Thử"}),
        ("A3", {"holder": "Nhà tài trợ", "supported": False}),
    ):
        fair = changed_booth(world, fair, fair.booths.get(number=number), **values)
    sums = sums_of(booths_of(fair))
    assert (sums.price, sums.support, sums.own) == (30 * MILLION, 20 * MILLION, 10 * MILLION)
    told = against_the_project(sums, balance_of(project), 0)
    assert [one.code for one in told] == ["below_approved"]
    assert "40.000.000 đồng cho việc khác" in told[0].sentence
    assert confirmed(world, fair).state == "confirmed"
    assert Booth.objects.filter(fair=fair).count() == 3
