"""What looks doubtful, and what does not."""

from decimal import Decimal

import pytest

from khuyencong.appraisal.spread import Spread
from khuyencong.effects.plausible import ENOUGH_PEERS, Beside, Peers, beside_of, doubts
from khuyencong.effects.tests.asking import confirmed, sheet_of
from khuyencong.establishments.models import Establishment

# Published of Công ty TNHH cơ khí đúc Thành Phương: 36 jobs, 8 triệu đồng a month (press_cases.yaml, thanh-phuong).
THANH_PHUONG = {"workers": 36, "income": 8_000_000}


def figures(**values):
    return {code: None if one is None else Decimal(one) for code, one in values.items()}


def codes(now, beside=None):
    return [one.code for one in doubts(figures(**now), beside or Beside())]


def before(**values):
    return Beside(figures(**values), "trước đề án")


def test_published_figures_raise_no_doubt():
    assert codes(THANH_PHUONG) == []
    assert codes(THANH_PHUONG, before(income=5_000_000, workers=20)) == []


@pytest.mark.parametrize(
    ("now", "earlier", "found"),
    [
        ({"workers": 10, "jobs_new": 11}, {}, ["jobs_new_beyond_workers"]),
        ({"workers": 10, "jobs_women": 11}, {}, ["jobs_women_beyond_workers"]),
        ({"workers": 10, "jobs_minority": 11}, {}, ["jobs_minority_beyond_workers"]),
        ({"workers": 10, "jobs_new": 10, "jobs_women": 10}, {}, []),
        ({"jobs_new": 11}, {}, []),  # without a total nobody can tell
        ({"income": 8_000}, {}, ["income_out_of_range"]),  # nghìn instead of đồng
        ({"income": 8_000_000_000}, {"income": 8_000_000}, ["income_out_of_range", "income_jump", "income_thousandfold"]),
        ({"income": 12_000_001}, {"income": 6_000_000}, ["income_jump"]),
        ({"income": 12_000_000}, {"income": 6_000_000}, []),
        ({"income": 6_000_000}, {"income": None}, []),
        ({"revenue": 4_000_000, "workers": 20}, {}, ["revenue_per_worker"]),
        ({"revenue": 500_000_000_000_000, "workers": 20}, {}, ["revenue_per_worker"]),
        ({"revenue": 0, "workers": 20}, {}, []),
        ({"revenue": 4_000_000_000, "workers": 0}, {}, []),
        ({"energy": 120, "output": 90}, {"energy": 100, "output": 100}, ["energy_up_output_down"]),
        ({"energy": 120, "output": 110}, {"energy": 100, "output": 100}, []),
        ({"energy": 90_000}, {"energy": 90_000_000}, ["energy_thousandfold"]),
        ({"revenue": 3_000}, {"revenue": 3_000_000_000}, ["revenue_thousandfold"]),
        ({}, {"income": 6_000_000}, []),
    ],
)  # fmt: skip
def test_doubts(now, earlier, found):
    assert codes(now, before(**earlier)) == found


def test_income_far_from_the_median_of_others():
    peers = Peers(Spread(ENOUGH_PEERS, 5_000_000, 6_000_000, 9_000_000), "cùng xã")
    assert codes({"income": 18_000_001}, Beside(peers=peers)) == ["income_off_median"]
    assert codes({"income": 1_900_000}, Beside(peers=peers)) == ["income_off_median"]
    assert codes({"income": 18_000_000}, Beside(peers=peers)) == []
    said = doubts(figures(income=19_000_000), Beside(peers=peers))[0].sentence
    assert "6.000.000" in said
    assert "5 cơ sở cùng xã" in said


def test_others_are_compared_only_where_there_are_enough(world):
    mine = sheet_of(world)
    for _ in range(ENOUGH_PEERS - 1):
        confirmed(world)
    assert beside_of(mine).peers is None
    confirmed(world)
    peers = beside_of(mine).peers
    assert peers is not None
    assert (peers.spread.median, peers.spread.count) == (8_000_000, ENOUGH_PEERS)


def test_the_commune_comes_before_the_trade(world):
    mine = sheet_of(world)
    for _ in range(ENOUGH_PEERS):
        confirmed(world)
    Establishment.objects.update(commune=world.agencies["dong-thap-commune"].commune)
    mine.beneficiary.establishment.refresh_from_db()
    assert beside_of(mine).peers.where == "cùng xã"
