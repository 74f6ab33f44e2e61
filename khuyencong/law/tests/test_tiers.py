"""Norms in tiers: by charter capital, by name, and what happens where nobody knows."""

from dataclasses import replace
from datetime import date

import pytest

from khuyencong.core.findings import Blocker, NeedsApproval
from khuyencong.law.norms import NormBook, Tier
from khuyencong.law.support import support_for
from khuyencong.law.tests.cases import TR, codes, local_query, norm, query

BILLION = 1000 * TR
LOW = Tier("vốn điều lệ đến 10 tỷ đồng", None, 5 * TR, up_to=10 * BILLION)
HIGH = Tier("vốn điều lệ trên 10 tỷ đồng", None, 10 * TR, above=10 * BILLION)
BY_CAPITAL = norm(
    activity="enterprise_founding",
    rate=None,
    cap=None,
    unit="doanh nghiệp",
    tier_by="charter_capital",
    tiers=(LOW, HIGH),
)


def founding(book_norm=BY_CAPITAL, **changes):
    """Founding an enterprise for 40 triệu, asking one."""
    case = local_query(activity="enterprise_founding", eligible_cost=40 * TR, total_cost=40 * TR, asked=TR)
    return support_for(replace(case, **changes), book=NormBook([book_norm]))


@pytest.mark.parametrize(
    ("capital", "tier", "allowed"),
    [
        (0, LOW, 5),
        (10 * BILLION - 1, LOW, 5),
        (10 * BILLION, LOW, 5),
        (10 * BILLION + 1, HIGH, 10),
        (900 * BILLION, HIGH, 10),
    ],
)
def test_capital_chooses_the_tier(capital, tier, allowed):
    sheet = founding(charter_capital=capital)
    assert (sheet.tier, sheet.allowed) == (tier.name, allowed * TR)
    assert sheet.findings == ()
    step = sheet.steps[0]
    assert (step.label, step.article) == ("Bậc định mức", BY_CAPITAL.citation)
    assert tier.name in step.formula


def test_capital_unknown_takes_the_lowest_known_tier_for_someone_to_confirm():
    sheet = founding()
    assert (sheet.tier, sheet.allowed) == (LOW.name, 5 * TR)
    (finding,) = sheet.findings
    assert isinstance(finding, NeedsApproval)
    assert "Chưa ghi vốn điều lệ" in finding.sentence


def test_capital_unknown_but_tier_named_must_be_confirmed():
    sheet = founding(tier=HIGH.name)
    assert sheet.allowed == 10 * TR
    assert codes(sheet) == {"tier_without_capital"}


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({"charter_capital": -1}, "tier_none", "không thuộc bậc nào"),
        ({"charter_capital": TR, "tier": HIGH.name}, "tier_mismatch", f"bậc đúng là «{LOW.name}»"),
        ({"tier": "bậc khác"}, "tier_none", "không có bậc «bậc khác»"),
    ],
)
def test_tier_that_cannot_be_gives_a_sentence_and_no_number(changes, code, part):
    sheet = founding(**changes)
    assert sheet.allowed is None
    (finding,) = sheet.findings
    assert (type(finding), finding.code, finding.article) == (Blocker, code, BY_CAPITAL.citation)
    assert part in finding.sentence


def test_tier_named_and_fitting_the_capital_is_taken():
    assert founding(charter_capital=TR, tier=LOW.name).allowed == 5 * TR


def test_gap_between_tiers_blocks():
    far = replace(HIGH, above=20 * BILLION)
    assert codes(founding(replace(BY_CAPITAL, tiers=(LOW, far)), charter_capital=15 * BILLION)) == {"tier_none"}


def test_tiers_that_overlap_take_the_lower_for_someone_to_confirm():
    wide = replace(HIGH, above=None)
    sheet = founding(replace(BY_CAPITAL, tiers=(wide, LOW)), charter_capital=TR)
    assert sheet.allowed == 5 * TR
    assert codes(sheet) == {"tier_not_chosen"}


@pytest.mark.parametrize("changes", [{}, {"charter_capital": TR}, {"tier": LOW.name}])
def test_tiers_nobody_has_read_block(changes):
    unread = tuple(replace(tier, cap=None) for tier in (LOW, HIGH))
    sheet = founding(replace(BY_CAPITAL, tiers=unread), **changes)
    assert sheet.allowed is None
    assert "tier_unknown" in codes(sheet)
    assert not sheet.is_admissible


def test_rate_of_the_norm_is_no_number_of_an_unread_tier():
    """A rate beside unread tiers must not become a support without a cap."""
    unread = replace(BY_CAPITAL, rate=norm().rate, tiers=(replace(LOW, cap=None), HIGH))
    assert founding(unread, charter_capital=TR).allowed is None


@pytest.mark.parametrize(("tier", "allowed"), [("", 70), ("cấp vùng", 70), ("cấp quốc gia", 100)])
def test_tier_by_name_counts_else_the_lowest(tier, allowed):
    sheet = support_for(query(activity="association", on=date(2016, 1, 1), tier=tier, asked=70 * TR))
    assert sheet.allowed == allowed * TR
    assert ("tier_not_chosen" in codes(sheet)) is (tier == "")


@pytest.mark.parametrize(
    ("capital", "allowed", "code"),
    [
        (20 * BILLION + 1, 10, None),
        (20 * BILLION, 5, None),
        (10 * BILLION, 5, None),
        (10 * BILLION - 1, None, "tier_unknown"),
        (None, 5, "tier_not_chosen"),
    ],
)
def test_dong_thap_founding_by_charter_capital(capital, allowed, code):
    """Quyết định 29/2014/QĐ-UBND: above 20 tỷ 10 triệu, from 10 to 20 tỷ 5 triệu, below 10 tỷ was not readable."""
    case = query(
        activity="enterprise_founding",
        source="local",
        on=date(2016, 1, 1),
        province_keys=("82", "87@2025"),
        charter_capital=capital,
        asked=5 * TR,
    )
    sheet = support_for(case)
    assert sheet.allowed == (None if allowed is None else allowed * TR)
    assert codes(sheet) - {"norm_pending"} == ({code} if code else set())
    assert sheet.is_admissible is (allowed is not None)
