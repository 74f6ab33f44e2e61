"""Values read in the law and in the press, on the days around each change."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from khuyencong.core.errors import DomainError
from khuyencong.law.catalogue import catalogue
from khuyencong.law.norms import DeclaredNorm, NoNorm, Norm, NormBook, norm_on, shipped_norms
from khuyencong.law.regulations import regulations
from khuyencong.law.tests.cases import TR, declared, local, national

NATIONAL_2014 = (2016, 1, 1)


@pytest.mark.parametrize(
    ("activity", "day", "percent", "cap", "unit"),
    [
        ("machinery", (2017, 6, 1), 50, 200, "cơ sở"),
        ("machinery", (2019, 6, 1), 50, 300, "cơ sở"),
        ("technology_transfer", (2019, 6, 1), 50, 300, "cơ sở"),
        ("technology_line", (2018, 5, 11), 50, 450, "cơ sở"),
        ("demonstration_model", (2018, 5, 10), 30, 500, "mô hình"),
        ("demonstration_model", (2018, 5, 11), 30, 1000, "mô hình"),
        ("enterprise_founding", (2014, 4, 8), None, 10, "doanh nghiệp"),
        ("competition_region", (2018, 5, 10), None, 100, "lần"),
        ("competition_nation", (2018, 5, 11), None, 400, "lần"),
        ("cluster_infrastructure", (2018, 5, 10), None, 3000, "cụm công nghiệp"),
        ("cluster_infrastructure", (2018, 5, 11), None, 6000, "cụm công nghiệp"),
        ("fair_domestic_join", (2015, 1, 1), 80, None, "cơ sở"),
    ],
)
def test_national_norm_on_day(activity, day, percent, cap, unit):
    norm = national(activity, *day)
    assert norm.rate == (None if percent is None else Fraction(percent, 100))
    assert norm.cap == (None if cap is None else cap * TR)
    assert (norm.unit, norm.verified, norm.scope) == (unit, True, None)
    assert norm.document in norm.citation
    assert norm.article in norm.citation


@pytest.mark.parametrize("activity", ["replication_model", "cleaner_production_model", "trademark", "consulting"])
def test_national_norm_not_read_in_the_text_is_unverified(activity):
    assert not national(activity, 2020, 1, 1).verified


@pytest.mark.parametrize(
    ("activity", "on"),
    [
        ("machinery", date(2014, 4, 7)),
        ("technology_line", date(2018, 5, 10)),
        ("showroom", date(2020, 1, 1)),
        ("digital_transformation", date(2025, 10, 14)),
    ],
)
def test_national_norm_absent_gives_a_reason(activity, on):
    found = norm_on(activity, source="national", on=on)
    assert isinstance(found, NoNorm)
    assert found.reason.startswith("chưa có định mức")


@pytest.mark.parametrize(
    ("activity", "on", "part"),
    [
        ("competition_district", date(2025, 7, 1), "không còn hoạt động"),
        ("competition_commune", date(2025, 6, 30), "chưa có hoạt động"),
        ("showroom", date(2020, 1, 1), "trong các văn bản đã đọc không có định mức khuyến công quốc gia"),
    ],
)
def test_no_norm_says_whether_the_work_is_gone_to_come_or_unread(activity, on, part):
    assert part in norm_on(activity, source="national", on=on).reason


@pytest.mark.parametrize("year", [2016, 2020])
def test_opening_of_a_fair_abroad_is_paid_only_at_a_fair_of_viet_nam(year):
    assert "khai mạc nếu là hội chợ riêng của Việt Nam" in national("fair_abroad", year, 1, 1).cost_base


def test_courses_and_workshops_have_two_references():
    norm = national("management_training", 2016, 1, 1)
    assert norm.article == "điểm c, điểm e khoản 1 Điều 6"
    assert "139/2010" in norm.cost_base
    assert "97/2010" in norm.cost_base


def test_cost_base_taken_from_dak_lak_says_so():
    assert "Đắk Lắk" in national("cleaner_production_model", 2020, 1, 1).note


@pytest.mark.parametrize(
    "activity",
    [
        "enterprise_founding",
        "demonstration_model",
        "replication_model",
        "machinery",
        "pollution_establishment",
        "pollution_cluster",
        "linkage_cluster",
    ],
)
def test_hau_giang_is_half_of_the_national_caps_of_2014(activity):
    found = local(activity, ["92", "93@2025"], 2016, 1, 1)
    assert found.cap * 2 == national(activity, *NATIONAL_2014).cap


@pytest.mark.parametrize(
    "activity", ["demonstration_model", "replication_model", "pollution_establishment", "cluster_planning"]
)
def test_quang_nam_is_four_fifths_of_the_national_caps_of_2014(activity):
    (norm,) = shipped_norms().all_of(activity, "49@2025")
    assert norm.cap * 5 == national(activity, *NATIONAL_2014).cap * 4


def test_quang_nam_competition_is_four_fifths_of_a_regional_one():
    (norm,) = shipped_norms().all_of("competition_province", "49@2025")
    assert norm.cap * 5 == national("competition_region", *NATIONAL_2014).cap * 4


@pytest.mark.parametrize("keys", [["48", "49@2025"], ["49@2025"]])
def test_local_norm_without_a_known_beginning_is_not_applied(keys):
    found = local("demonstration_model", keys, 2016, 1, 1)
    assert isinstance(found, NoNorm)
    assert "chưa đọc được ngày hiệu lực" in found.reason


@pytest.mark.parametrize(("activity", "cap"), [("demonstration_model", 800), ("cleaner_production_model", 400)])
def test_dak_lak_since_its_own_resolution(activity, cap):
    assert isinstance(local(activity, ["66", "66@2025"], 2025, 7, 25), NoNorm)
    norm = local(activity, ["66", "66@2025"], 2025, 7, 26)
    assert (norm.rate, norm.cap) == (Fraction(3, 10), cap * TR)


def test_local_norm_of_the_old_province_holds_until_the_new_one_decides():
    assert local("machinery", ["82", "87@2025"], 2024, 7, 11).cap == 300 * TR
    assert local("machinery", ["82", "87@2025"], 2025, 8, 1).scope == "87@2025"
    assert isinstance(local("machinery", ["82", "82@2025"], 2025, 8, 1), NoNorm)


def test_new_province_with_its_own_document_ends_the_search():
    found = local("machinery", ["25", "87@2025"], 2026, 1, 1)
    assert isinstance(found, NoNorm)
    assert "23/2025/NQ-HĐND" in found.document


def test_da_nang_has_no_local_norm_although_the_nation_has_one():
    assert isinstance(local("cleaner_production_model", ["48"], 2024, 6, 1), NoNorm)
    assert national("cleaner_production_model", 2024, 6, 1).cap == 500 * TR


def test_local_norm_never_is_a_national_amount():
    for activity in catalogue().activities:
        for year in (2013, 2016, 2020, 2026):
            found = local(activity, ["01"], year, 1, 1)
            assert isinstance(found, NoNorm) or (found.common and not found.has_numbers)


def test_local_norm_made_under_an_ended_document_must_be_confirmed():
    before, after = (local("machinery", ["93@2025"], year, 6, 1) for year in (2016, 2020))
    assert before.verified
    assert not after.verified
    assert "10/05/2018" in after.pending


def test_dong_thap_tiers_end_in_2019():
    norm = local("enterprise_founding", ["87@2025"], 2019, 4, 12)
    assert [tier.cap for tier in norm.tiers] == [10 * TR, 5 * TR, None]
    assert isinstance(local("enterprise_founding", ["87@2025"], 2019, 4, 13), NoNorm)


@pytest.mark.parametrize(
    ("activity", "source", "part"),
    [("nothing", "national", "«nothing»"), ("machinery", "private", "«private»"), ("machinery", "local", "địa phương")],
)
def test_norm_on_bad_question_gives_a_sentence(activity, source, part):
    found = norm_on(activity, source=source, province_keys=["zz"], on=date(2020, 1, 1))
    assert isinstance(found, NoNorm)
    assert part in found.reason


def test_norm_book_refuses_two_norms_in_force_at_once():
    norm = national("machinery", 2020, 1, 1)
    with pytest.raises(DomainError, match="Hai định mức"):
        NormBook([norm, norm])


def test_norm_book_that_is_not_strict_names_the_clash_and_answers_on_the_other_days():
    old = national("machinery", 2017, 6, 1)
    book = NormBook([old, replace(old, valid_from=date(2018, 1, 1), valid_to=None, cap=1)], strict=False)
    assert len(book.clashes) == 1
    found = {day: book.norm_on("machinery", source="national", on=day) for day in (date(2017, 1, 1), date(2018, 1, 1))}
    assert isinstance(found[date(2017, 1, 1)], Norm)
    assert found[date(2018, 1, 1)].code == "two_norms"
    assert found[date(2018, 1, 1)].reason == book.clashes[0]


def test_declared_norm_is_never_verified():
    norm = declared(50, 200).as_norm("machinery", scope="48")
    assert (norm.verified, norm.note, norm.unit) == (False, "do người lập đề án nêu", "cơ sở")
    assert norm.citation == "Điều 5 Quyết định 12/2024/QĐ-UBND"


@pytest.mark.parametrize(
    ("norm", "part"),
    [
        (DeclaredNorm("", "Điều 5", Fraction(1, 2), None), "số văn bản"),
        (declared(), "tỷ lệ hoặc mức trần"),
        (declared(101), "100 %"),
        (declared(0), "lớn hơn 0"),
        (declared(cap=-1), "lớn hơn 0"),
    ],
)
def test_declared_norm_incomplete_says_what_is_missing(norm, part):
    assert any(part in sentence for sentence in norm.problems())


def test_every_norm_is_complete():
    for norm in regulations().norms:
        assert isinstance(norm, Norm)
        assert norm.article
        assert norm.unit in catalogue().units
        assert norm.scope is None or norm.source == "local"
