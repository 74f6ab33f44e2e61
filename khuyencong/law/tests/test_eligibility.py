from datetime import date

import pytest

from khuyencong.core.findings import Blocker, NeedsApproval, Warning_
from khuyencong.law.eligibility import establishment_eligible
from khuyencong.law.tests.cases import codes

BEFORE, SINCE = date(2025, 10, 14), date(2025, 10, 15)


@pytest.mark.parametrize(
    ("is_city", "commune", "craft_village", "eligible"),
    [
        (False, "phường", False, True),
        (False, "xã", False, True),
        (False, "đặc khu", False, True),
        (True, "xã", False, True),
        (True, "đặc khu", False, True),
        (True, "phường", False, False),
        (True, "phường", True, True),
    ],
)
def test_place_since_the_new_decree(is_city, commune, craft_village, eligible):
    found = establishment_eligible("sme", is_city, commune, SINCE, "machinery", in_craft_village=craft_village)
    assert codes(found) == (set() if eligible else {"ward_of_city"})
    assert all(isinstance(finding, Blocker) and finding.article for finding in found)


@pytest.mark.parametrize("commune", ["xã", "phường", "thị trấn"])
def test_place_before_the_new_decree_is_checked_by_hand(commune):
    (found,) = establishment_eligible("household", True, commune, BEFORE, "machinery")
    assert isinstance(found, Warning_)
    assert found.article.startswith("điểm a khoản 2 Điều 1 Nghị định 45/2012")


@pytest.mark.parametrize("on", [BEFORE, SINCE])
@pytest.mark.parametrize("kind", ["sme", "industrial"])
def test_cleaner_production_has_no_limit_of_place(on, kind):
    assert establishment_eligible(kind, True, "phường", on, "cleaner_production_model") == []


@pytest.mark.parametrize("on", [BEFORE, SINCE])
def test_industrial_establishment_is_for_cleaner_production_only(on):
    (found,) = establishment_eligible("industrial", False, "xã", on, "machinery")
    assert isinstance(found, Blocker)


def test_kind_named_by_the_new_decree_needs_approval_before_it():
    found = establishment_eligible("cooperative_union", False, "xã", BEFORE, "machinery")
    assert any(isinstance(finding, NeedsApproval) for finding in found)
    assert establishment_eligible("cooperative_union", False, "xã", SINCE, "machinery") == []


def test_artisan_is_not_bound_to_a_place_but_must_be_checked():
    assert codes(establishment_eligible("artisan", True, "phường", SINCE, "trademark")) == {"kind_conditions_unread"}


@pytest.mark.parametrize(("kind", "commune", "code"), [("?", "xã", "kind_unknown"), ("sme", "", "place_unknown")])
def test_unknown_facts_are_warned_about(kind, commune, code):
    assert codes(establishment_eligible(kind, False, commune, SINCE, "machinery")) == {code}
