from datetime import date
from fractions import Fraction

import pytest

from khuyencong.law.advances import advance_ceiling_on, advance_share_on
from khuyencong.law.deadlines import (
    base_registration,
    competition_answer,
    competition_complaint,
    monthly_report,
    next_monthly_report,
    regional_scoring,
    registration_to_agency,
    settlement_file,
)

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("activity", "percent", "progress", "article"),
    [
        ("cluster_infrastructure", 30, 50, "khoản 1 Điều 13"),
        ("pollution_cluster", 30, 50, "khoản 1 Điều 13"),
        ("vocational_training", 70, None, "điểm a khoản 2 Điều 13"),
        ("trademark", 70, None, "điểm b khoản 2 Điều 13"),
        ("information", 70, None, "điểm c khoản 2 Điều 13"),
        ("machinery", 70, 70, "điểm d khoản 2 Điều 13"),
        ("enterprise_founding", 100, None, "khoản 3 Điều 13"),
    ],
)
def test_advance_share_of_a_named_activity(activity, percent, progress, article):
    found = advance_share_on(activity, DAY)
    assert found.share == Fraction(percent, 100)
    assert found.min_progress == (None if progress is None else Fraction(progress, 100))
    assert found.article.startswith(article)
    assert found.verified
    assert found.condition
    assert not found.needs_decision
    assert found.after_acceptance is (activity == "enterprise_founding")


@pytest.mark.parametrize("activity", ["showroom", "fair_abroad", "cleaner_production_model", "competition_region", "x"])
def test_advance_share_of_an_unnamed_activity_needs_a_decision(activity):
    found = advance_share_on(activity, DAY)
    assert (found.share, found.needs_decision) == (0, True)
    assert found.article.startswith("khoản 2 Điều 16")


def test_advance_share_of_a_technology_line_is_unverified():
    assert not advance_share_on("technology_line", DAY).verified


def test_advance_share_before_the_first_rule_is_zero_with_a_reason():
    found = advance_share_on("machinery", date(2014, 2, 9))
    assert found.share == 0
    assert "09/02/2014" in found.condition


def test_advance_share_of_local_money_says_it_is_a_reference():
    assert "tham khảo" in advance_share_on("machinery", DAY, source="local").note
    assert advance_share_on("machinery", DAY).note == ""


def test_advance_ceiling_is_verified_only_under_the_joint_circular():
    assert advance_ceiling_on(date(2014, 4, 7)) is None
    first, second = advance_ceiling_on(date(2018, 5, 10)), advance_ceiling_on(date(2018, 5, 11))
    assert first.share == second.share == Fraction(7, 10)
    assert (first.verified, second.verified) == (True, False)


def test_base_registration_is_before_20_may():
    found = base_registration(2016)
    assert (found.on, found.verified) == (date(2015, 5, 20), True)
    assert "trước ngày 20/05/2015" in found.sentence
    assert not base_registration(2027).verified


@pytest.mark.parametrize(("plan_year", "day"), [(2015, 15), (2019, 15), (2020, 20), (2027, 20)])
def test_registration_to_agency_moved_to_20_june(plan_year, day):
    found = registration_to_agency(plan_year)
    assert found.on == date(plan_year - 1, 6, day)
    assert found.verified
    assert found.is_missed(found.on)
    assert not found.is_missed(date(plan_year - 1, 6, day - 1))


def test_monthly_report_is_before_the_25th():
    assert monthly_report(2024, 2).on == date(2024, 2, 25)
    assert next_monthly_report(date(2024, 2, 24)).on == date(2024, 2, 25)
    assert next_monthly_report(date(2024, 2, 25)).on == date(2024, 3, 25)
    assert next_monthly_report(date(2024, 12, 25)).on == date(2025, 1, 25)
    assert "Mẫu số 3a" in monthly_report(2024, 2).note


def test_settlement_file_is_15_days_after_acceptance():
    found = settlement_file(date(2024, 12, 31))
    assert found.on == date(2025, 1, 15)
    assert not found.is_missed(found.on)


def test_settlement_file_is_never_after_22_january():
    assert settlement_file(date(2025, 1, 15), budget_year=2024).on == date(2025, 1, 22)


@pytest.mark.parametrize(
    ("deadline", "event", "on", "verified"),
    [
        (competition_complaint, date(2024, 1, 25), date(2024, 2, 22), True),
        (competition_complaint, date(2024, 6, 3), date(2024, 6, 24), True),
        (competition_answer, date(2024, 4, 24), date(2024, 5, 10), True),
        (regional_scoring, date(2026, 10, 20), date(2026, 12, 2), False),
        (competition_complaint, date(2027, 2, 1), date(2027, 3, 1), False),
    ],
)
def test_working_days_leave_out_days_off_and_say_when_one_is_unverified(deadline, event, on, verified):
    found = deadline(event)
    assert (found.on, found.verified, found.inclusive) == (on, verified, True)
    assert not found.is_missed(on)
    assert "ngày làm việc sau ngày" in found.sentence


def test_working_days_of_competitions_have_articles():
    assert competition_complaint(DAY).article == "khoản 1 Điều 20 Thông tư 26/2014/TT-BCT"
    assert competition_answer(DAY).article == "khoản 2 Điều 20 Thông tư 26/2014/TT-BCT"
    assert regional_scoring(date(2025, 6, 30)) is None
    assert competition_complaint(date(2014, 10, 20)) is None


def test_deadlines_before_the_first_rule_are_none():
    assert base_registration(2014) is None
    assert registration_to_agency(2014) is None
    assert settlement_file(date(2013, 12, 1)) is None
    assert next_monthly_report(date(2013, 12, 30)) is None
