"""The calculation sheet: limits, multiplier, findings, storage and what an acceptance makes payable."""

from datetime import date
from fractions import Fraction

import pytest

from khuyencong.core.findings import Blocker, NeedsApproval
from khuyencong.core.money import MAX_DONG
from khuyencong.law import support
from khuyencong.law.norms import NormBook
from khuyencong.law.support import payable_at_acceptance, support_for
from khuyencong.law.tests.cases import TR, codes, declared, local_query, national, norm, query

PRIORITY = {
    "priority_multiplier": Fraction(3, 2),
    "priority_approved": True,
    "priority_basis": "Huyện nghèo; Quyết định 12/QĐ-BCT",
}


@pytest.mark.parametrize(("cost", "allowed"), [(500, 250), (600, 300), (900, 300)])
def test_support_is_the_smaller_of_rate_and_cap(cost, allowed):
    sheet = support_for(query(eligible_cost=cost * TR, total_cost=cost * TR))
    assert sheet.allowed == allowed * TR
    assert sheet.findings == ()
    assert sheet.is_admissible
    assert [step.label for step in sheet.steps] == ["Theo tỷ lệ", "Mức trần", "Mức hỗ trợ tối đa", "Đề nghị"]
    assert {step.article for step in sheet.steps} == {"khoản 4 Điều 8 Thông tư 28/2018/TT-BTC"}


def test_support_asked_above_allowed_names_both_amounts_and_the_article():
    sheet = support_for(query(asked=300 * TR))
    (finding,) = sheet.findings
    assert isinstance(finding, Blocker)
    assert "300.000.000" in finding.sentence
    assert "250.000.000" in finding.sentence
    assert finding.article == "khoản 4 Điều 8 Thông tư 28/2018/TT-BTC"


def test_support_of_a_share_that_is_no_whole_dong_is_rounded_down():
    cost = 333_333_333
    assert support_for(query(eligible_cost=cost, total_cost=cost, asked=1)).allowed == 166_666_666


def test_support_with_a_cap_only_never_exceeds_the_cost():
    few = query(activity="enterprise_founding", eligible_cost=4 * TR, total_cost=4 * TR, asked=4 * TR)
    assert support_for(few).allowed == 4 * TR
    many = query(activity="enterprise_founding", eligible_cost=40 * TR, total_cost=40 * TR, asked=10 * TR)
    assert support_for(many).allowed == 10 * TR


def test_support_with_a_rate_only_has_no_cap():
    sheet = support_for(query(activity="fair_abroad", asked=500 * TR))
    assert sheet.allowed == 500 * TR
    assert codes(sheet) == {"by_price"}


def test_support_by_contract_has_no_number():
    sheet = support_for(query(activity="information", on=date(2016, 1, 1)))
    assert sheet.allowed is None
    (finding,) = sheet.findings
    assert isinstance(finding, NeedsApproval)
    assert "theo hợp đồng/đơn giá được phê duyệt" in finding.sentence
    assert finding.article == "điểm k khoản 2 Điều 6 Thông tư liên tịch 26/2014/TTLT-BTC-BCT"


def test_support_under_an_unverified_norm_needs_approval():
    sheet = support_for(query(activity="trademark", asked=35 * TR))
    assert codes(sheet) == {"norm_unverified"}
    assert sheet.is_admissible


def test_support_without_a_norm_asks_for_the_document():
    sheet = support_for(query(source="local", province_keys=("48",)))
    assert (sheet.allowed, sheet.norm, sheet.is_admissible) == (None, None, False)
    assert "Nêu văn bản" in sheet.findings[0].sentence
    assert sheet.no_norm


def test_support_declared_norm_is_ignored_where_one_is_known():
    sheet = support_for(query(declared=declared(100, 900)))
    assert sheet.allowed == 250 * TR
    assert codes(sheet) == {"declared_not_used"}


def test_support_declared_norm_does_not_help_national_money():
    sheet = support_for(query(activity="showroom", declared=declared(50, 50)))
    assert codes(sheet) == {"no_norm"}


def test_support_declared_norm_incomplete_is_refused():
    sheet = support_for(query(source="local", province_keys=(), declared=declared()))
    assert codes(sheet) == {"declared_norm_wrong"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"eligible_cost": 0}, {"eligible_not_positive"}),
        ({"eligible_cost": -1}, {"eligible_not_positive"}),
        ({"eligible_cost": 600 * TR}, {"eligible_above_total"}),
        ({"total_cost": 0}, {"total_not_positive"}),
        ({"asked": 0}, {"asked_not_positive"}),
        ({"asked": 501 * TR}, {"asked_above_total", "asked_above_allowed"}),
        ({"eligible_cost": MAX_DONG + 1, "total_cost": MAX_DONG + 1}, {"eligible_too_large", "total_too_large"}),
        ({"activity": "nothing"}, {"no_norm"}),
        ({"source": "nothing"}, {"no_norm"}),
        ({"on": date(1990, 1, 1)}, {"no_norm"}),
        ({"source": "local", "province_keys": ("zz",)}, {"no_norm", "unknown_province"}),
        ({"province_keys": ("25", "Hòa Bình")}, {"unknown_province"}),
    ],
)
def test_support_bad_input_gives_sentences(changes, expected):
    sheet = support_for(query(**changes))
    assert codes(sheet) == expected
    assert not sheet.is_admissible
    for finding in sheet.findings:
        assert finding.sentence.endswith(".")
        assert finding.sentence[0].isupper()


def test_two_norms_in_force_at_once_get_a_sentence_not_a_choice():
    both = [norm(), norm(document="Quyết định 2/2026/QĐ-UBND", cap=400 * TR)]
    sheet = support_for(local_query(declared=declared(50, 300)), book=NormBook(both, strict=False))
    (finding,) = sheet.findings
    assert (type(finding), finding.code, sheet.allowed) == (Blocker, "two_norms", None)
    assert all(one.document in finding.sentence for one in both)


def test_day_before_the_first_norm_says_which_came_first():
    (finding,) = support_for(query(on=date(2014, 4, 7))).findings
    assert "định mức đầu tiên có từ 08/04/2014 (Thông tư liên tịch 26/2014/TTLT-BTC-BCT)" in finding.sentence


def test_recoverable_support_has_a_step_and_a_warning():
    sheet = support_for(local_query(), book=NormBook([norm(recoverable=True)]))
    assert [step.label for step in sheet.steps][-2:] == ["Thu hồi", "Đề nghị"]
    (finding,) = sheet.findings
    assert (finding.code, finding.article) == ("recoverable", "Điều 3 Nghị quyết 1/2026/NQ-HĐND")


def test_sheet_names_its_norm_and_version():
    sheet = support_for(query())
    assert sheet.norm.document_id == "tt-28-2018"
    assert sheet.norm_version == "khoản 4 Điều 8 Thông tư 28/2018/TT-BTC, từ 11/05/2018"
    old = support_for(query(on=date(2017, 6, 1)))
    assert old.norm_version.endswith(", 08/04/2014 – 10/05/2018")
    stated = support_for(local_query(declared=declared(50, 300)))
    assert stated.norm_version == "Điều 5 Quyết định 12/2024/QĐ-UBND, do người lập đề án nêu"
    assert support_for(local_query()).norm_version == ""


def test_multiplier_raises_the_cap_not_the_rate():
    big = support_for(query(on=date(2017, 6, 1), eligible_cost=2000 * TR, total_cost=2000 * TR, **PRIORITY))
    assert big.allowed == 300 * TR
    assert big.findings == ()
    small = support_for(query(on=date(2017, 6, 1), eligible_cost=300 * TR, total_cost=300 * TR, asked=1, **PRIORITY))
    assert small.allowed == 150 * TR


def test_multiplier_after_2018_is_unverified():
    sheet = support_for(query(eligible_cost=2000 * TR, total_cost=2000 * TR, **PRIORITY))
    assert sheet.allowed == 450 * TR
    assert codes(sheet) == {"priority_unverified"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"priority_approved": False}, "priority_not_approved"),
        ({"priority_multiplier": Fraction(2)}, "multiplier_too_high"),
        ({"priority_multiplier": Fraction(1, 2)}, "multiplier_below_one"),
        ({"on": date(2014, 4, 7)}, "multiplier_without_rule"),
        ({"activity": "fair_domestic_join"}, "multiplier_without_cap"),
    ],
)
def test_multiplier_that_does_not_count_is_one(changes, code):
    sheet = support_for(query(**(PRIORITY | changes)))
    assert sheet.multiplier == 1
    assert code in codes(sheet)


def test_line_and_priority_do_not_stack():
    assert support.STACK_LINE_AND_PRIORITY is False
    sheet = support_for(query(activity="technology_line", eligible_cost=2000 * TR, total_cost=2000 * TR, **PRIORITY))
    assert sheet.allowed == 450 * TR
    (told,) = [finding.sentence for finding in sheet.findings if finding.code == "line_and_priority"]
    assert told.startswith("Chưa đọc được văn bản nào cho cộng dồn")


def test_line_and_priority_stack_when_the_setting_says_so(monkeypatch):
    monkeypatch.setattr(support, "STACK_LINE_AND_PRIORITY", True)
    sheet = support_for(query(activity="technology_line", eligible_cost=2000 * TR, total_cost=2000 * TR, **PRIORITY))
    assert sheet.allowed == 675 * TR
    assert "line_and_priority_stacked" in codes(sheet)
    assert "line_and_priority" not in codes(sheet)


def test_multiplier_is_told_in_a_step_with_what_it_rests_on():
    sheet = support_for(query(on=date(2017, 6, 1), **PRIORITY))
    (step,) = [step for step in sheet.steps if step.label == "Hệ số ưu tiên"]
    assert step.formula == "1,5 (tối đa 1,5 lần), đã được phê duyệt; căn cứ: Huyện nghèo; Quyết định 12/QĐ-BCT"
    assert step.article == "điểm t khoản 2 Điều 6 Thông tư liên tịch 26/2014/TTLT-BTC-BCT"


def test_multiplier_that_is_not_approved_is_told_too():
    sheet = support_for(query(on=date(2017, 6, 1), **(PRIORITY | {"priority_approved": False})))
    (step,) = [step for step in sheet.steps if step.label == "Hệ số ưu tiên"]
    assert step.formula == "đề nghị 1,5; không áp dụng, tính theo hệ số 1"
    assert "Bộ Công Thương" in sheet.findings[0].sentence


def test_multiplier_without_its_basis_needs_approval():
    sheet = support_for(query(on=date(2017, 6, 1), **(PRIORITY | {"priority_basis": " "})))
    assert sheet.multiplier == Fraction(3, 2)
    assert codes(sheet) == {"priority_without_basis"}


@pytest.mark.parametrize(
    ("approved", "accepted", "already", "amount"),
    [
        (250, 500, 0, 250),
        (250, 400, 0, 200),
        (250, 900, 0, 250),
        (250, 400, 100, 150),
        (250, 500, 300, 0),
        (0, 5, 0, 0),
    ],
)
def test_payable_is_the_smallest_limit(approved, accepted, already, amount):
    payable = payable_at_acceptance(
        sheet=support_for(query()), approved=approved * TR, accepted_cost=accepted * TR, already=already * TR
    )
    assert payable.amount == amount * TR
    assert payable.steps[-1].amount == amount * TR


def test_payable_with_a_norm_and_its_multiplier():
    norm = national("machinery", 2017, 6, 1)
    given = {"norm": norm, "approved": 900 * TR, "accepted_cost": 2000 * TR, "already": 0}
    assert payable_at_acceptance(**given).amount == 200 * TR
    assert payable_at_acceptance(**given, multiplier=Fraction(3, 2)).amount == 300 * TR


def test_payable_by_contract_is_bound_by_approval_and_accepted_cost():
    sheet = support_for(query(activity="information", asked=80 * TR))
    assert payable_at_acceptance(sheet=sheet, approved=80 * TR, accepted_cost=75 * TR, already=0).amount == 75 * TR


def test_payable_of_nonsense_is_zero():
    assert payable_at_acceptance(approved=-1, accepted_cost=-1, already=-1).amount == 0
