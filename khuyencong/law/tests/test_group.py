"""The sum of a group: parts and whole, and what only shows when the parts are seen together."""

import json
from datetime import date

import pytest

from khuyencong.core.findings import Blocker
from khuyencong.law.sheet import GROUP_ARTICLE
from khuyencong.law.support import group_sheet, support_for
from khuyencong.law.tests.cases import TR, codes, declared, query

MACHINE_NORM = "khoản 4 Điều 8 Thông tư 28/2018/TT-BTC"


def group(*changes, **common):
    return group_sheet([support_for(query(**(common | one))) for one in changes])


def named(*names, **common):
    return group(*({"beneficiary_name": name} for name in names), **common)


def test_group_adds_what_each_may_have_and_asks():
    found = named("Cơ sở A", "Cơ sở B", "Cơ sở C")
    assert (found.allowed, found.asked) == (750 * TR, 600 * TR)
    assert found.is_admissible
    assert found.findings == ()
    assert [step.label for step in found.steps] == ["Cộng 3 cơ sở: mức hỗ trợ tối đa", "Cộng 3 cơ sở: đề nghị"]
    assert found.steps[0].formula == "250.000.000 + 250.000.000 + 250.000.000 = 750.000.000 đồng"
    assert found.steps[0].article == f"{GROUP_ARTICLE}; {MACHINE_NORM}"
    assert found.steps[1].amount == 600 * TR


def test_group_of_one_says_the_amount():
    assert named("Cơ sở A").steps[0].formula == "250.000.000 đồng"


def test_group_of_a_hundred_is_told_in_short():
    found = named(*(f"Hộ {number}" for number in range(100)))
    assert found.steps[0].formula == ("250.000.000 + 250.000.000 + … + 250.000.000 (100 số) = 25.000.000.000 đồng")


def test_group_with_a_part_without_number_has_no_sum():
    found = group({"beneficiary_name": "Cơ sở A"}, {"beneficiary_name": "Cơ sở B", "eligible_cost": 0})
    assert (found.allowed, found.asked) == (None, 400 * TR)
    assert "1 cơ sở chưa có mức bằng số" in found.steps[0].formula
    assert codes(found) == {"eligible_not_positive"}
    assert not found.is_admissible


def test_group_without_anybody_is_told_that_they_may_come_later():
    found = group_sheet([])
    assert (found.allowed, found.asked, found.steps) == (0, 0, ())
    assert codes(found) == {"group_without_beneficiary"}
    assert found.is_admissible


def test_finding_of_all_stands_once_and_of_one_with_the_name():
    found = group(
        {"beneficiary_name": "Cơ sở A", "asked": 40 * TR},
        {"beneficiary_name": "Cơ sở B", "asked": 30 * TR, "total_cost": 1},
        {"beneficiary_name": "Cơ sở C", "asked": 30 * TR},
        activity="trademark",
    )
    sentences = {finding.code: finding.sentence for finding in found.findings}
    assert sentences["norm_unverified"].startswith("Định mức chờ xác minh")
    assert sentences["eligible_above_total"].startswith("Cơ sở B: ")
    assert sentences["asked_above_allowed"].count("Cơ sở A") == 1
    assert [finding.code for finding in found.findings].count("norm_unverified") == 1


def test_finding_of_many_names_three_and_counts_the_rest():
    some = [{"beneficiary_name": f"Cơ sở {letter}", "tier": "?"} for letter in "ABCDE"]
    found = group(*some, {"beneficiary_name": "Cơ sở Z", "tier": "cấp khu vực"}, activity="competition_prize", asked=TR)
    (finding,) = [finding for finding in found.findings if finding.code == "tier_none"]
    assert finding.sentence.startswith("Cơ sở A, Cơ sở B, Cơ sở C và 2 cơ sở khác: ")


@pytest.mark.parametrize("other", [{"on": date(2019, 6, 2)}, {"source": "local", "declared": declared(50, 150)}])
def test_group_of_several_days_or_sources_is_no_sum(other):
    found = group({"beneficiary_name": "Cơ sở A"}, {"beneficiary_name": "Cơ sở B"} | other)
    assert "group_not_alike" in codes(found)


def test_norm_of_the_whole_project_is_not_multiplied_by_its_parts():
    found = named("A", "B", activity="competition_region", asked=TR)
    (finding,) = [finding for finding in found.findings if finding.code == "norm_for_the_whole"]
    assert isinstance(finding, Blocker)


@pytest.mark.parametrize(("activity", "expected"), [("machinery", True), ("trademark", False)])
def test_same_name_twice_must_be_confirmed_where_the_norm_is_for_each_establishment(activity, expected):
    found = named("Cơ sở A", "Cơ sở A", activity=activity, asked=TR)
    assert ("beneficiary_twice" in codes(found)) is expected


def test_group_survives_json():
    found = named("Cơ sở A", "Cơ sở B")
    data = json.loads(json.dumps(found.as_dict(), ensure_ascii=False))
    assert (data["allowed"], data["asked"], len(data["sheets"])) == (500 * TR, 400 * TR, 2)
    assert data["steps"][0]["label"].startswith("Cộng 2 cơ sở")
