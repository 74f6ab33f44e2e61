"""Who may be supported on a day, question by question."""

from datetime import date

import pytest

from khuyencong.core.findings import Blocker, NeedsApproval, Warning_
from khuyencong.law.eligibility import EarlierSupport, EligibilityQuery, Match, OldPlace, Verdict, eligibility
from khuyencong.law.tests.cases import answer

BEFORE, SINCE = date(2025, 10, 14), date(2025, 10, 15)
YES, NO, CHECK = Verdict.YES, Verdict.NO, Verdict.CHECK
TOPICS = ["kind", "place", "trade", "own_capital", "earlier_support"]


def test_every_question_is_answered_with_an_article():
    for on in (BEFORE, SINCE):
        answers = eligibility(EligibilityQuery(kind="sme", activity="machinery", on=on))
        assert [one.topic for one in answers] == TOPICS
        for one in answers:
            assert one.article
            assert one.sentence.endswith(".")
            assert one.verdict.label


def test_day_before_the_decree_is_for_a_person():
    (found,) = eligibility(EligibilityQuery(kind="sme", activity="machinery", on=date(2012, 7, 4)))
    assert (found.code, found.verdict) == ("before_the_decree", CHECK)


def test_answers_become_findings():
    assert answer("place").finding is None
    assert isinstance(answer("place", province_is_city=True).finding, Blocker)
    assert isinstance(answer("place", commune_kind="").finding, NeedsApproval)
    assert isinstance(answer("kind", kind="unknown").finding, Warning_)
    finding = answer("place", province_is_city=True).finding
    assert (finding.code, finding.article) == ("ward_of_city", answer("place", province_is_city=True).article)


# --- kind ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "before", "since"),
    [
        ("sme", YES, YES),
        ("cooperative", YES, YES),
        ("cooperative_group", YES, YES),
        ("household", YES, YES),
        ("cooperative_union", CHECK, YES),
        ("cluster_investor", CHECK, YES),
        ("artisan", CHECK, CHECK),
        ("industrial", NO, NO),
        ("unknown", CHECK, CHECK),
    ],
)
def test_kind_before_and_since_the_new_decree(kind, before, since):
    assert answer("kind", kind=kind, on=BEFORE).verdict is before
    assert answer("kind", kind=kind, on=SINCE).verdict is since


def test_artisan_rests_on_the_press_alone():
    found = answer("kind", kind="artisan")
    assert (found.code, found.verified) == ("kind_conditions_unread", False)
    assert isinstance(found.finding, Warning_)


@pytest.mark.parametrize("on", [BEFORE, SINCE])
@pytest.mark.parametrize("kind", ["sme", "industrial"])
def test_cleaner_production_has_no_limit_of_kind_place_or_trade(on, kind):
    facts = {"kind": kind, "on": on, "activity": "cleaner_production_model", "province_is_city": True, "sector": ""}
    for topic in ("kind", "place", "trade"):
        found = answer(topic, **facts)
        assert found.verdict is YES
        assert found.verified


def test_sustainable_production_is_read_as_far_as_the_kind():
    facts = {"activity": "sustainable_production", "kind": "industrial", "province_is_city": True}
    assert [answer(topic, **facts).verified for topic in ("kind", "place", "trade")] == [True, False, False]


# --- place since 15/10/2025 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_city", "commune", "craft_village", "verdict"),
    [
        (False, "phường", False, YES),
        (False, "xã", False, YES),
        (False, "đặc khu", False, YES),
        (True, "xã", False, YES),
        (True, "đặc khu", False, YES),
        (True, "phường", False, NO),
        (True, "phường", True, YES),
        (True, "", True, YES),
        (True, "", False, NO),
        (False, "", False, CHECK),
    ],
)
def test_place_since_the_new_decree(is_city, commune, craft_village, verdict):
    found = answer("place", province_is_city=is_city, commune_kind=commune, in_craft_village=craft_village, on=SINCE)
    assert found.verdict is verdict
    assert "235/2025" in found.article
    assert found.verified


@pytest.mark.parametrize("kind", ["artisan", "cluster_investor"])
def test_kinds_whose_place_no_text_names_are_checked(kind):
    found = answer("place", kind=kind, province_is_city=True)
    assert (found.code, found.verdict, found.verified) == ("place_not_stated", CHECK, False)


# --- place before ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("commune", ["xã", "phường", "đặc khu", ""])
def test_place_before_is_checked_by_hand_where_its_class_is_not_known(commune):
    found = answer("place", on=BEFORE, commune_kind=commune, province_is_city=True)
    assert (found.code, found.verdict) == ("place_class_by_hand", CHECK)
    assert isinstance(found.finding, Warning_)
    assert found.article.startswith("điểm a khoản 2 Điều 1 Nghị định 45/2012")


@pytest.mark.parametrize(
    ("place", "verdict", "code"),
    [
        (OldPlace("huyện"), YES, "old_place"),
        (OldPlace("thị xã"), YES, "old_place"),
        (OldPlace("thị trấn"), YES, "old_place"),
        (OldPlace("xã", city_grade=0), YES, "old_place"),
        (OldPlace("phường", city_grade=3), YES, "ward_of_small_city"),
        (OldPlace("phường", city_grade=2), YES, "ward_of_small_city"),
        (OldPlace("phường", city_grade=1), CHECK, "ward_age_unknown"),
        (OldPlace("phường", city_grade=0), NO, "ward_of_special_city"),
        (OldPlace("phường"), CHECK, "city_grade_unknown"),
        (OldPlace("khu phố"), CHECK, "old_place_unknown"),
    ],
)
def test_place_before_by_its_class(place, verdict, code):
    found = answer("place", on=date(2020, 3, 1), old_place=place, plan_year=2021)
    assert (found.verdict, found.code) == (verdict, code)


@pytest.mark.parametrize(
    ("since", "plan_year", "verdict"),
    [
        (date(2015, 12, 31), 2021, YES),
        (date(2015, 12, 30), 2021, CHECK),
        (date(2014, 12, 31), 2021, CHECK),
        (date(2014, 12, 30), 2021, NO),
        (date(2015, 12, 30), 2020, YES),
        (date(2016, 2, 29), 2022, CHECK),
        (date(2016, 2, 29), 2023, NO),
        (date(2016, 2, 29), 2021, YES),
        (date(2020, 1, 1), 2020, YES),
        (date(2016, 2, 29), None, CHECK),
    ],
)
def test_ward_of_a_first_grade_city_is_five_years_old_at_most_when_the_plan_is_drawn_up(since, plan_year, verdict):
    found = answer("place", on=date(2020, 3, 1), old_place=OldPlace("phường", 1, since), plan_year=plan_year)
    assert found.verdict is verdict
    assert "điểm đ khoản 1 Điều 3 Thông tư 46/2012" in found.article


def test_ward_whose_age_hangs_on_when_the_plan_was_drawn_up_names_both_days():
    old = OldPlace("phường", 1, date(2015, 6, 1))
    found = answer("place", on=date(2020, 3, 1), old_place=old, plan_year=2021)
    assert found.code == "ward_age_by_plan"
    assert "31/12/2019" in found.sentence
    assert "31/12/2020" in found.sentence


def test_class_of_the_old_place_says_nothing_since_the_new_decree():
    assert answer("place", on=SINCE, province_is_city=True, old_place=OldPlace("xã")).verdict is NO


# --- trade -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "verdict", "code"),
    [
        ({"sector": "handicraft"}, YES, "trade"),
        ({"sector": ""}, CHECK, "trade_unknown"),
        ({"sector": "gambling"}, NO, "trade_not_listed"),
        ({"sector": "clean_industry", "on": BEFORE}, NO, "trade_not_in_force"),
        ({"sector": "clean_industry", "on": SINCE}, YES, "trade"),
        ({"sector": "minerals", "difficult_area": True}, YES, "trade"),
        ({"sector": "minerals", "difficult_area": False}, NO, "minerals_elsewhere"),
        ({"sector": "minerals"}, CHECK, "minerals_elsewhere"),
        ({"sector": "building_materials"}, CHECK, "brick_kiln"),
        ({"sector": "building_materials", "on": date(2012, 12, 1)}, YES, "trade"),
        ({"sector": "", "activity": "pollution_cluster"}, YES, "any_trade"),
    ],
)
def test_trade(facts, verdict, code):
    found = answer("trade", **facts)
    assert (found.verdict, found.code) == (verdict, code)


def test_trades_of_the_new_decree_are_not_verified():
    assert not answer("trade", sector="clean_industry").verified
    assert answer("trade", sector="handicraft").verified


# --- own capital, earlier support ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("commits", "verdict"), [(True, YES), (False, NO), (None, CHECK)])
def test_own_capital(commits, verdict):
    assert answer("own_capital", commits_own_capital=commits).verdict is verdict


SAME, UNSURE, OTHER = (EarlierSupport(f"đề án {match}, năm 2020", match) for match in Match)


@pytest.mark.parametrize(
    ("declares", "earlier", "verdict", "code"),
    [
        (True, (), YES, "no_earlier_support"),
        (True, (OTHER,), YES, "no_earlier_support"),
        (True, (UNSURE, OTHER), CHECK, "earlier_support"),
        (None, (UNSURE,), CHECK, "earlier_support"),
        (None, (OTHER,), CHECK, "declaration_unknown"),
        (None, (), CHECK, "declaration_unknown"),
        (False, (), NO, "no_declaration"),
        (False, (UNSURE, OTHER), NO, "no_declaration"),
        (True, (SAME,), NO, "double_support"),
        (None, (SAME, UNSURE), NO, "double_support"),
        (False, (SAME,), NO, "double_support"),
    ],
)
def test_earlier_support(declares, earlier, verdict, code):
    found = answer("earlier_support", declares_no_other_support=declares, earlier_support=earlier)
    assert (found.verdict, found.code) == (verdict, code)
    told = [one for one in earlier if one.match is Match.SAME] or earlier
    assert all(one.phrase in found.sentence for one in told)


def test_same_content_of_cost_stops_and_says_how_to_go_on():
    found = answer("earlier_support", declares_no_other_support=True, earlier_support=(SAME,)).finding
    assert found.kind == "blocker"
    assert "khoản 4 Điều 7" in found.article
    assert "Nếu là hạng mục khác" in found.sentence


@pytest.mark.parametrize(
    ("on", "part", "verified"),
    [
        (date(2014, 4, 7), "125/2009", False),
        (date(2014, 4, 8), "Điều 7 Thông tư liên tịch 26/2014", True),
        (date(2018, 5, 10), "Điều 7 Thông tư liên tịch 26/2014", True),
        (date(2018, 5, 11), "Điều 5 Thông tư 28/2018", False),
    ],
)
def test_conditions_cite_the_text_of_the_day(on, part, verified):
    for topic in ("own_capital", "earlier_support"):
        found = answer(topic, on=on)
        assert part in found.article
        assert found.verified is verified
