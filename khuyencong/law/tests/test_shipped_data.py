"""The shipped values beside norms: dates of the documents, parameters, targets, what exists but could not be read."""

from datetime import date
from fractions import Fraction

import pytest

from khuyencong.law.catalogue import catalogue
from khuyencong.law.norms import NoNorm
from khuyencong.law.regulations import regulations
from khuyencong.law.tests.cases import TR, local, national

UNREAD_IN_TT_28 = {
    "replication_model", "cleaner_production_model", "fair_domestic_organise", "fair_domestic_join", "competition_prize",
    "trademark", "consulting", "information", "association", "linkage_cluster", "relocation_interest",
    "pollution_establishment", "pollution_cluster", "cluster_planning", "vocational_training", "management_training",
    "conference", "international_cooperation", "system_capacity", "training_materials",
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "valid_from", "valid_to"),
    [
        ("nd-45-2012", "2012-07-05", None),
        ("tt-46-2012", "2013-02-10", None),
        ("tt-36-2013", "2014-02-10", None),
        ("ttlt-26-2014", "2014-04-08", "2018-05-10"),
        ("tt-28-2018", "2018-05-11", None),
        ("tt-26-2014", "2014-10-21", None),
        ("tt-14-2018", "2018-08-16", None),
        ("tt-38-2025", "2025-07-01", None),
        ("nd-235-2025", "2025-10-15", None),
        ("qd-2646-2025", "2025-09-23", None),
        ("tt-20-2012", "2012-09-05", "2017-02-14"),
        ("tt-41-2016", "2017-02-15", "2023-02-03"),
        ("tt-64-2024", None, None),
        ("tt-20-2017", None, None),
    ],
)
def test_document_is_in_force_as_long_as_was_read(key, valid_from, valid_to):
    found = regulations().documents[key]
    assert [day and day.isoformat() for day in (found.valid_from, found.valid_to)] == [valid_from, valid_to]


def test_only_unread_norms_of_circular_28_are_unverified():
    norms = regulations().documents["tt-28-2018"].norms
    assert {norm.activity for norm in norms if not norm.verified} == UNREAD_IN_TT_28
    assert {norm.activity for norm in norms if norm.pending} == {"technology_line", "cluster_infrastructure"}


def test_joint_circular_has_every_clause_of_its_article_6():
    document = regulations().documents["ttlt-26-2014"]
    told = " ".join(f"{one.article} {one.note}" for one in (*document.norms, *document.parameters))
    for point in "abcdđeghiklmnopqrst":
        assert f"điểm {point} khoản 2 Điều 6" in told, point
    for point in "abcdđegh":
        assert f"điểm {point} khoản 1 Điều 6" in told, point
    assert all(value.verified for value in (*document.norms, *document.parameters, *document.conditions))


@pytest.mark.parametrize(
    ("code", "day", "value", "verified"),
    [
        ("management_agency", "2016-01-01", Fraction(15, 1000), True),
        ("management_unit", "2016-01-01", Fraction(25, 1000), True),
        ("management_agency", "2019-01-01", Fraction(15, 1000), False),
        ("management_unit", "2019-01-01", Fraction(3, 100), False),
        ("management_unit_difficult", "2019-01-01", Fraction(4, 100), False),
        ("priority_multiplier", "2018-05-10", Fraction(3, 2), True),
        ("priority_multiplier", "2018-05-11", Fraction(3, 2), False),
        ("competition_pass", "2023-10-01", 70, True),
        ("score_market", "2023-10-01", 40, True),
        ("score_other", "2023-10-01", 10, True),
        ("certificate_years", "2018-08-15", 3, True),
        ("certificate_years", "2018-08-16", 3, False),
        ("council_nation_high", "2024-01-01", 13, True),
        ("council_commune_low", "2025-07-01", 5, False),
        ("many_workers", "2020-01-01", 50, True),
        ("local_material_share", "2020-01-01", Fraction(1, 2), True),
        ("ward_from_commune_years", "2025-10-14", 5, True),
    ],
)
def test_parameter_on_day(code, day, value, verified):
    found = regulations().parameter(code, date.fromisoformat(day))
    assert (found.value, found.verified) == (value, verified)


@pytest.mark.parametrize(
    ("code", "day"),
    [("council_district_low", "2025-07-01"), ("ward_from_commune_years", "2025-10-15"), ("nothing", "2020-01-01")],
)
def test_parameter_that_has_ended_is_none(code, day):
    assert regulations().parameter(code, date.fromisoformat(day)) is None


def test_score_sheet_adds_up():
    day = date(2024, 1, 1)
    parts = [regulations().parameter(f"score_{code}", day).value for code in ("market", "impact", "beauty", "other")]
    assert sum(parts) == regulations().parameter("score_total", day).value == 100


def test_targets_of_the_programme_until_2025():
    targets = {target.code: target for target in regulations().documents["qd-1881-2020"].targets}
    assert {code: target.low for code, target in targets.items()} == {
        "demonstration_model": 340,
        "machinery": 1600,
        "technology_line": 300,
        "cleaner_production_assessment": 300,
        "cleaner_production_model": 100,
        "pollution_establishment": 50,
        "trademark": 350,
        "cluster_planning": 50,
        "pollution_cluster": 60,
        "fair_domestic_organise": 15,
        "fair_abroad": 5,
        "vocational_training": 10_000,
    }
    assert set(targets) <= set(catalogue().activities)
    assert all(target.verified and "http" in target.note for target in targets.values())


def test_targets_of_the_programme_until_2020_follow_each_other():
    found = [
        target for target in regulations().documents["qd-1288-2014"].targets if target.code == "vocational_training"
    ]
    assert [(target.low, target.valid_to.year) for target in found] == [(40_000, 2015), (60_000, 2020)]


def test_targets_of_the_programme_until_2030_are_not_known():
    found = regulations().documents["qd-2646-2025"]
    assert found.targets == ()
    assert "chưa đọc được" in found.note


@pytest.mark.parametrize(
    ("key", "scope", "activity", "cap"),
    [("ha-tinh-2021", "42", "competition_prize", 5), ("binh-phuoc-1878-2014", "70@2025", "competition_prize", 1)],
)
def test_prize_of_a_province_is_shown_but_not_applied(key, scope, activity, cap):
    (norm,) = regulations().documents[key].norms
    assert (norm.scope, norm.cap) == (scope, cap * TR)
    found = local(activity, [scope], 2022, 1, 1)
    assert isinstance(found, NoNorm)
    assert "chưa áp dụng" in found.reason


def test_money_to_be_recovered_of_lam_dong():
    day = date(2019, 6, 1)
    codes = ("recoverable_support", "non_recoverable_support")
    assert [regulations().parameter(code, day, scope="68@2025").value // TR for code in codes] == [7_000, 2_000]
    assert regulations().parameter("recoverable_support", day) is None


@pytest.mark.parametrize(
    "scope", ["64@2025", "27@2025", "14", "31@2025", "48@2025", "02@2025", "25@2025", "45@2025", "38"]
)
def test_resolution_without_readable_numbers_gives_no_norm_but_its_name(scope):
    (document,) = regulations().of_scope(scope)
    assert document.norms == ()
    found = local("machinery", [scope], 2022, 1, 1)
    assert isinstance(found, NoNorm)
    assert found.document == document.name


def test_documents_only_heard_of_say_so():
    unread = {key for key, found in regulations().documents.items() if not found.verified}
    assert unread == {"gia-lai-09-2021", "son-la-20-2014", "ha-giang-12-2015"}


@pytest.mark.parametrize(
    ("key", "source"),
    [
        ("dong-thap-29-2014", "https://scp.gov.vn/News/Print/1261"),
        ("qd-1288-2014", "https://www.talkvietnam.org/2021/10/"),
        ("qd-1881-2020", "https://cbamekong.org/"),
        ("tt-14-2018", "https://baothainguyen.vn/"),
        ("tt-17-2018", "https://nganhangphapluat.thukyluat.vn/"),
        ("tt-28-2018", "https://thuvienphapluat.vn/chinh-sach-phap-luat-moi/"),
        ("nd-235-2025", "https://baogialai.com.vn/"),
    ],
)
def test_document_names_the_other_pages_it_was_read_on(key, source):
    assert source in regulations().documents[key].note


def test_local_material_is_counted_against_all_material():
    found = regulations().parameter("local_material_share", date(2020, 1, 1))
    assert found.unit == "tổng giá trị nguyên liệu, vật liệu"
    (part,) = [one for one in catalogue().priority_trades["certified_key_export_local"].parts if "tại chỗ" in one.text]
    assert found.unit in part.text


def test_document_of_lam_dong_has_no_invented_kind():
    assert regulations().documents["lam-dong-2019"].kind == "Văn bản"


def test_norms_know_their_document():
    for key, document in regulations().documents.items():
        assert {norm.document_id for norm in document.norms} <= {key}
        assert document.corrects == ""


def test_norms_of_dong_thap_are_chosen_by_charter_capital():
    norm = local("enterprise_founding", ["87@2025"], 2016, 1, 1)
    assert norm.tier_by == "charter_capital"
    bn = 1_000 * TR
    assert [(tier.above, tier.up_to) for tier in norm.tiers] == [
        (20 * bn, None),
        (10 * bn - 1, 20 * bn),
        (None, 10 * bn - 1),
    ]


@pytest.mark.parametrize(
    "activity", ["contest", "training_materials", "database_website", "cluster_investment_promotion"]
)
def test_common_references_of_the_joint_circular(activity):
    norm = national(activity, 2016, 1, 1)
    assert norm.common
    assert not norm.has_numbers
    assert local(activity, ["01"], 2016, 1, 1) == norm
