"""Sheets as they are stored, and as they were stored before fields were added."""

import json
from datetime import date
from fractions import Fraction

import pytest

from khuyencong.law.differences import differences
from khuyencong.law.norms import NormBook, Tier
from khuyencong.law.support import payable_at_acceptance, sheet_from_dict, support_for
from khuyencong.law.tests.cases import TR, declared, local_query, norm, query

PRIORITY = {"priority_multiplier": Fraction(3, 2), "priority_approved": True, "priority_basis": "Huyện nghèo"}
TIERED = norm(
    rate=None,
    cap=None,
    tier_by="charter_capital",
    tiers=(Tier("nhỏ", None, TR, up_to=10), Tier("lớn", Fraction(1, 2), 2 * TR, above=10)),
    document_id="e12",
)


@pytest.mark.parametrize(
    "case",
    [
        query(),
        query(source="local", province_keys=("48",), declared=declared(30, 500), **PRIORITY),
        query(source="local", province_keys=("48",)),
        query(activity="information"),
        query(activity="association"),
        query(source="local", province_keys=("93@2025",)),
        query(activity="association", on=date(2016, 1, 1), tier="cấp vùng", charter_capital=5, asked=70 * TR),
    ],
)
def test_sheet_survives_json(case):
    sheet = support_for(case)
    stored = json.dumps(sheet.as_dict(), ensure_ascii=False, sort_keys=True)
    assert sheet_from_dict(json.loads(stored)) == sheet
    assert "." not in str(sheet.as_dict()["multiplier"])


def wrong_data():
    """What no release has ever written: keys that are missing, and values of another kind."""
    yield from ({}, {"version": 99}, {"version": 1, "query": {}}, {"version": 1, "query": None})
    good = json.loads(json.dumps(support_for(query()).as_dict()))
    for part, key, value in (
        ("", "multiplier", [1, 0]),
        ("", "multiplier", "x"),
        ("", "steps", [{}]),
        ("", "findings", [{"kind": "x"}]),
        ("", "findings", 5),
        ("query", "on", "hôm nay"),
        ("query", "priority_multiplier", [1, 0]),
        ("query", "declared", "x"),
        ("norm", "rate", [1, 0]),
        ("norm", "valid_from", "20300101x"),
        ("norm", "tiers", ["x"]),
    ):
        yield {**good, **({part: {**good[part], key: value}} if part else {key: value})}


@pytest.mark.parametrize("data", list(wrong_data()))
def test_sheet_from_wrong_data_gives_a_sentence(data):
    with pytest.raises(ValueError, match="Bảng tính"):
        sheet_from_dict(data)


@pytest.mark.parametrize("capital", [None, 5, 15])
def test_sheet_of_a_tiered_norm_survives_json(capital):
    sheet = support_for(local_query(charter_capital=capital), book=NormBook([TIERED]))
    assert sheet_from_dict(json.loads(json.dumps(sheet.as_dict()))) == sheet


# As `as_dict` wrote it before sheets knew of tiers by capital, of the id of a document and of what a priority rests on.
OLDER = {
    "version": 1,
    "query": {
        "activity": "association",
        "source": "national",
        "on": "2016-01-01",
        "province_keys": ["25"],
        "beneficiary_name": "Hội A",
        "eligible_cost": 500_000_000,
        "total_cost": 500_000_000,
        "asked": 70_000_000,
        "priority_multiplier": [1, 1],
        "priority_approved": False,
        "declared": None,
        "tier": "cấp vùng",
    },
    "norm": {
        "activity": "association",
        "rate": [3, 10],
        "cap": 70_000_000,
        "unit": "hội, hiệp hội",
        "document": "Thông tư liên tịch 26/2014/TTLT-BTC-BCT",
        "article": "điểm l khoản 2 Điều 6",
        "verified": True,
        "cost_base": "Chi phí thành lập",
        "source": "national",
        "scope": None,
        "valid_from": "2014-04-08",
        "valid_to": "2018-05-10",
        "recoverable": False,
        "note": "",
        "pending": "",
        "by_price": False,
        "common": False,
        "tiers": [{"name": "cũ", "rate": None, "cap": 1}],
        "basis_ended_on": None,
    },
    "no_norm": "",
    "multiplier": [1, 1],
    "steps": [{"label": "Mức trần", "formula": "70.000.000 đồng", "amount": 70_000_000, "article": "điểm l"}],
    "allowed": 70_000_000,
    "asked": 70_000_000,
    "findings": [],
}


def test_older_sheet_is_read_with_defaults():
    sheet = sheet_from_dict(OLDER)
    assert (sheet.allowed, sheet.tier, sheet.asked) == (70 * TR, "cấp vùng", 70 * TR)
    assert (sheet.query.charter_capital, sheet.query.priority_basis) == (None, "")
    assert (sheet.norm.tier_by, sheet.norm.document_id) == ("", "")
    assert sheet.norm.tiers == (Tier("cũ", None, 1),)
    assert sheet_from_dict(sheet.as_dict()) == sheet


def test_older_sheet_still_pays_and_compares():
    sheet = sheet_from_dict(OLDER)
    assert payable_at_acceptance(sheet=sheet, approved=70 * TR, accepted_cost=100 * TR, already=0).amount == 30 * TR
    today = support_for(sheet.query)
    assert {one.label for one in differences(sheet, today)} == {"Các bậc"}
