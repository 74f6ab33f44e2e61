"""Papers and conditions of the circulars, by activity, stage and day."""

from datetime import date

import pytest

from khuyencong.law.catalogue import catalogue
from khuyencong.law.papers import Applies, Stage, conditions_for, other_supports_for, papers_for
from khuyencong.law.regulations import regulations

DAY = date(2017, 6, 1)
LATER = date(2024, 6, 1)
# TT 36/2013 Đ14: the clause of every dossier after acceptance; 2 is told apart by its points.
CLAUSES = {
    "vocational_training": "khoản 1",
    "consulting": "điểm a khoản 2",
    "conference": "điểm c khoản 2",
    "demonstration_model": "khoản 3",
    "replication_model": "khoản 3",
    "technology_transfer": "khoản 4",
    "machinery": "khoản 5",
    "cleaner_production_assessment": "khoản 6",
    "trademark": "khoản 7",
    "information": "khoản 8",
    "database_website": "khoản 8",
    "association": "khoản 9",
    "fair_domestic_organise": "khoản 10",
    "fair_domestic_join": "khoản 11",
    "linkage_cluster": "khoản 12",
    "cluster_planning": "khoản 13",
    "cluster_infrastructure": "khoản 14",
    "pollution_cluster": "khoản 14",
    "pollution_establishment": "khoản 14",
    "contest": "khoản 15",
}


def own(activity, stage, on=DAY):
    """The papers of this activity alone, without those of every activity."""
    return [paper for paper in papers_for(activity, stage, on) if paper.activities]


def texts(papers):
    return " | ".join(paper.text for paper in papers)


@pytest.mark.parametrize(("activity", "clause"), CLAUSES.items())
def test_remainder_papers_are_of_their_clause(activity, clause):
    papers = own(activity, Stage.REMAINDER)
    assert papers
    assert {paper.article for paper in papers} == {f"{clause} Điều 14"}
    assert all(paper.verified and paper.document == "Thông tư 36/2013/TT-BCT" for paper in papers)


def test_all_fifteen_clauses_of_the_remainder_are_there():
    found = {
        paper.article.removeprefix("điểm ").split("khoản ")[-1].split()[0]
        for paper in regulations().papers
        if paper.article.endswith("Điều 14") and paper.activities
    }
    assert found == {str(number) for number in range(1, 16)}


def test_papers_of_every_activity_come_first():
    papers = papers_for("machinery", Stage.REMAINDER, DAY)
    assert [bool(paper.activities) for paper in papers] == [False] * 3 + [True] * 2
    assert "Mẫu số 5a, 5b hoặc 5c" in papers[0].text


def test_training_courses_and_workshops_are_alternatives():
    papers = own("management_training", Stage.REMAINDER)
    assert {paper.alternative for paper in papers} == {"đối với lớp đào tạo", "đối với lớp tập huấn"}


@pytest.mark.parametrize(
    ("activity", "part"),
    [
        ("cluster_infrastructure", "trên 50 % khối lượng"),
        ("machinery", "trên 70 % tổng vốn đầu tư"),
        ("enterprise_founding", "giấy chứng nhận đăng ký kinh doanh"),
        ("vocational_training", "Mẫu số 11"),
        ("relocation_interest", "Chứng từ đã trả lãi vay"),
    ],
)
def test_advance_papers(activity, part):
    papers = papers_for(activity, Stage.ADVANCE, DAY)
    assert papers[0].text == "Hợp đồng thực hiện đề án"
    assert part in texts(papers)


def test_progress_report_of_an_advance_is_confirmed_by_the_department():
    (paper,) = own("machinery", Stage.ADVANCE)
    assert "xác nhận của Sở Công Thương" in paper.text
    assert "khoản 4 Điều 21" in paper.citation


def test_papers_of_a_technology_line_are_unverified_and_only_since_it_exists():
    assert not own("technology_line", Stage.ADVANCE, date(2018, 5, 10))
    papers = own("technology_line", Stage.ADVANCE, date(2018, 5, 11)) + own("technology_line", Stage.REMAINDER, LATER)
    assert len(papers) == 3
    assert not any(paper.verified for paper in papers)


def test_registration_is_three_sets_then_two():
    assert [
        regulations().parameter("registration_sets", day).value for day in (date(2018, 8, 23), date(2018, 8, 24))
    ] == [3, 2]
    before, after = (papers_for("machinery", Stage.REGISTRATION, day) for day in (date(2018, 8, 23), date(2018, 8, 24)))
    assert {paper.document for paper in before} == {"Thông tư 36/2013/TT-BCT"}
    assert {paper.document for paper in after} == {"Thông tư 17/2018/TT-BCT"}
    assert "03 bộ" in before[0].note
    assert [paper.verified for paper in after] == [True] * 5 + [False]
    assert all("bước" in paper.when for paper in after)


def test_support_request_only_when_the_unit_is_not_the_beneficiary():
    (paper,) = [one for one in papers_for("machinery", Stage.REGISTRATION, DAY) if "đề nghị hỗ trợ" in one.text]
    assert paper.when == "đơn vị thực hiện không đồng thời là đơn vị thụ hưởng"


def test_settlement_has_a_set_for_each_kind_of_unit():
    papers = papers_for("machinery", Stage.SETTLEMENT, LATER)
    sets = {paper.alternative: [one.text for one in papers if one.alternative == paper.alternative] for paper in papers}
    assert len(sets) == 5
    (late,) = (texts for case, texts in sets.items() if case.startswith("lập hồ sơ quyết toán chậm"))
    assert late == ["Biên bản nghiệm thu cơ sở", "Biểu đề nghị thanh toán kinh phí thực hiện đề án theo Mẫu số 9"]
    assert any("8b" in text for text in sets["đơn vị thực hiện không lập hóa đơn tài chính cho Cục"])
    assert "Hóa đơn tài chính" in sets["đơn vị thực hiện có lập hóa đơn tài chính xuất cho Cục"]
    assert any("Mẫu số 10" in text for text in sets[""])


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_papers_and_a_label(stage):
    assert stage.label
    assert any(paper.stage is stage for paper in regulations().papers)


def test_no_papers_before_the_circular():
    assert papers_for("machinery", Stage.ADVANCE, date(2014, 2, 9)) == ()


def test_certificate_of_the_level_below_changes_in_july_2025():
    before, after = (
        texts(papers_for("competition_province", Stage.COMPETITION, day))
        for day in (date(2025, 6, 30), date(2025, 7, 1))
    )
    assert "cấp huyện" in before
    assert "cấp xã" in after
    assert "cấp tỉnh còn giá trị" in texts(papers_for("competition_region", Stage.COMPETITION, LATER))


def test_dossier_of_a_commune_is_that_of_a_district_and_unverified():
    commune, district = (
        papers_for(f"competition_{level}", Stage.COMPETITION, day)
        for level, day in (("commune", date(2025, 7, 1)), ("district", date(2025, 6, 30)))
    )
    assert texts(commune) == texts(district)
    assert not any(paper.verified for paper in commune)
    assert {paper.document for paper in commune} == {"Thông tư 38/2025/TT-BCT"}
    assert all(paper.verified for paper in district)


def test_list_of_products_is_always_asked_for():
    (paper,) = [one for one in own("information", Stage.REMAINDER) if one.text.startswith("Danh sách các sản phẩm")]
    assert (paper.when, paper.text.endswith("(nếu có)")) == ("", True)


def test_first_advance_of_several_years_rests_on_the_two_first_clauses():
    first = papers_for("machinery", Stage.NEXT_ADVANCE, DAY)[0]
    assert "khoản 1, khoản 2 Điều 13" in first.text


@pytest.mark.parametrize(("day", "verified"), [(date(2018, 5, 10), True), (date(2018, 5, 11), False)])
def test_four_conditions_hold_for_every_project(day, verified):
    found = [one for one in conditions_for("machinery", day) if not one.activities]
    assert [one.code for one in found] == ["content_and_trade", "approved", "own_capital", "not_supported_before"]
    assert {one.verified for one in found} == {verified}
    assert [one.article for one in found] == (
        [f"khoản {number} Điều 7" for number in range(1, 5)] if verified else ["Điều 5"] * 4
    )


@pytest.mark.parametrize(
    ("activity", "codes"),
    [
        ("machinery", {"machine_or_group", "new_machine", "better_than_used"}),
        ("demonstration_model", {"new_in_district", "new_by_province_rule", "superior_technology"}),
        ("replication_model", {"outstanding_establishment"}),
        ("technology_transfer", {"advanced_technology", "technology_listed", "transfer_procedure"}),
        ("cleaner_production_model", {"cleaner_production_result", "pilot_establishment"}),
        ("fair_abroad", {"fair_abroad_twice", "tender"}),
        ("enterprise_founding", {"founding_difficult_area"}),
        ("relocation_interest", {"relocation_decided", "relocation_loan"}),
    ],
)
def test_conditions_of_an_activity(activity, codes):
    assert {one.code for one in conditions_for(activity, DAY) if one.activities} == codes


def test_conditions_of_one_money_are_left_out_of_the_other():
    national, local = (
        {one.code for one in conditions_for("demonstration_model", DAY, source=source)}
        for source in ("national", "local")
    )
    assert national - local == {"new_in_district"}
    assert local - national == {"new_by_province_rule"}


@pytest.mark.parametrize(
    ("activity", "code"),
    [("enterprise_founding", "founding_difficult_area"), ("relocation_interest", "relocation_loan")],
)
@pytest.mark.parametrize("day", [DAY, LATER])
def test_conditions_of_the_national_amounts_are_not_asked_of_local_money(activity, code, day):
    national, local = (
        {one.code for one in conditions_for(activity, day, source=source)} for source in ("national", "local")
    )
    assert code in national - local


def test_machine_may_save_fuel():
    (found,) = [one for one in conditions_for("machinery", DAY) if one.code == "better_than_used"]
    assert "nguyên liệu, nhiên liệu" in found.text


def test_district_condition_is_unverified_without_districts():
    found = [one for one in conditions_for("demonstration_model", date(2025, 7, 1)) if one.code == "new_in_district"]
    assert [one.verified for one in found] == [False]


@pytest.mark.parametrize(("sector", "code"), [("building_materials", "no_brick_kiln"), ("minerals", "minerals_place")])
def test_condition_of_a_trade_comes_only_with_it(sector, code):
    assert code not in {one.code for one in conditions_for("machinery", DAY)}
    assert code in {one.code for one in conditions_for("machinery", DAY, sector=sector)}


def test_other_programmes_are_no_norms():
    (found,) = other_supports_for("cleaner_production_assessment", LATER)
    assert (found.rate * 100, found.cap, found.unit) == (50, 50_000_000, "cơ sở")
    assert other_supports_for("cleaner_production_assessment", date(2012, 12, 23)) == ()
    assert {one.document for one in regulations().other_supports} == {
        "Nghị định 32/2024/NĐ-CP",
        "Thông tư 29/2018/TT-BTC",
        "Thông tư liên tịch 221/2012/TTLT-BTC-BCT",
    }
    assert {one.document for one in regulations().other_supports}.isdisjoint(
        {norm.document for norm in regulations().norms}
    )


def test_every_advance_rule_has_its_papers():
    for rule in regulations().advances:
        for activity in rule.activities:
            assert papers_for(activity, Stage.ADVANCE, LATER), activity
    assert catalogue().activities


@pytest.mark.parametrize("on", [DAY, LATER, date(2026, 3, 1)])
def test_paper_has_one_code_within_the_stage_of_an_activity(on):
    for activity in catalogue().activities:
        for stage in Stage:
            keys = [paper.key for paper in papers_for(activity, stage, on)]
            assert len(keys) == len(set(keys)), (activity, stage)


def test_same_paper_keeps_its_code_in_the_next_circular():
    before, after = ({paper.key for paper in papers_for("machinery", Stage.REGISTRATION, on)} for on in (DAY, LATER))
    assert {"registration.request_letter", "registration.project_document"} <= before & after


def test_case_that_a_program_cannot_see_is_left_to_people():
    found = {paper.key: paper.applies for paper in papers_for("machinery", Stage.ADVANCE, LATER)}
    assert found["advance.implementation_plan"] == Applies.GROUP
    assert found["advance.contract"] == Applies.ALWAYS
    settled = {paper.key: paper.applies for paper in papers_for("machinery", Stage.SETTLEMENT, LATER)}
    assert settled["settlement.reconciliation_sheet"] == Applies.IN_CASE
