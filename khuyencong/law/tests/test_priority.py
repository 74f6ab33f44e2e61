"""The order of proposals: what the law puts first, points that a plan edits, and every line explained."""

from datetime import date
from itertools import product

import pytest

from khuyencong.core.errors import DomainError
from khuyencong.core.findings import NeedsApproval, Warning_
from khuyencong.law.catalogue import catalogue
from khuyencong.law.criteria import all_criteria, load_criteria
from khuyencong.law.priority import (
    PriorityFacts,
    criteria,
    default_weights,
    order_findings,
    priority_score,
    rank,
)
from khuyencong.law.tests.cases import codes
from khuyencong.law.yamlfile import LawFileError

ON = date(2026, 6, 1)
PLACES = ["highland_island_border_ethnic", "poor_district", "new_countryside_commune", "difficult_area", ""]
TRADES = ["certified_key_export_local", "mechanical_chemical_agro_supporting", ""]
LEVELS = ["nation", "region", "province", "district", "commune", ""]


def total(**facts):
    return priority_score(PriorityFacts(**facts), on=ON).total


def test_each_criterion_outweighs_everything_after_it():
    """Over all combinations, read in legal order, points never rise; they are equal only where the order is."""
    combinations = product(PLACES, TRADES, [True, False], [10, 9, 1, 0], LEVELS, range(5, -1, -1), [2, 1, 0])
    previous = None
    for place, trade, flagship, settled, level, stars, owners in combinations:
        points = total(
            place=place,
            trade=trade,
            flagship=flagship,
            unit_settled=settled,
            certificate=level,
            ocop_stars=stars,
            women_owned=owners >= 1,
            ethnic_minority_owned=owners == 2,
        )
        assert previous is None or points < previous
        previous = points
    assert previous == 0


def test_women_and_ethnic_minorities_have_no_order_among_them():
    assert total(women_owned=True) == total(ethnic_minority_owned=True) < total(ocop_stars=1)


def test_every_place_and_trade_that_has_an_order_has_points():
    known = catalogue()
    weights = default_weights(ON)
    for entries in (known.priority_places, known.priority_trades):
        ordered = [entry for entry in entries.values() if entry.order is not None and entry.in_force(ON)]
        points = [weights[entry.code] for entry in sorted(ordered, key=lambda entry: entry.order)]
        assert points == sorted(points, reverse=True)


def test_shipped_points_keep_the_legal_order_on_every_day():
    for on in (date(2013, 2, 10), date(2014, 2, 10), date(2014, 10, 21), date(2025, 7, 1), date(2025, 10, 15)):
        assert order_findings(None, on) == ()
        assert criteria(on)


def test_criteria_are_dated_with_an_article():
    assert criteria(date(2013, 2, 9)) == ()
    assert [one.group for one in criteria(date(2014, 2, 9))] == ["place"] * 4 + ["trade"] * 2 + ["ocop"]
    assert all(one.article and one.label for one in all_criteria())
    unread = {one.code for one in all_criteria() if not one.verified}
    assert unread == {"ocop", "women_owned", "ethnic_minority_owned"}


# --- lines -----------------------------------------------------------------------------------------------------------


def test_every_group_has_a_line_that_explains_itself():
    score = priority_score(
        PriorityFacts(
            place="poor_district",
            trade="certified_key_export_local",
            flagship=True,
            unit_settled=12,
            unit_late=1,
            certificate="region",
            ocop_stars=4,
            women_owned=True,
            ethnic_minority_owned=True,
        ),
        on=ON,
    )
    lines = [(line.label, line.points) for line in score.lines]
    assert lines == [
        ("Địa bàn", 45_000),
        ("Ngành nghề", 10_000),
        ("Đề án điểm", 2_200),
        ("Đơn vị thực hiện", 1_800),
        ("Sản phẩm được chứng nhận", 120),
        ("OCOP", 20),
        ("Chủ cơ sở", 1),
        ("Chủ cơ sở", 1),
    ]
    assert score.total == sum(points for _, points in lines)
    assert all(line.sentence.endswith(".") and line.article for line in score.lines)
    assert score.lines[3].sentence == ("Đơn vị đã quyết toán 12 đề án, 1 đề án trễ hạn: 9/10 bậc × 200 = 1.800 điểm.")
    assert [line.verified for line in score.lines] == [True] * 5 + [False] * 3
    assert codes(score) == {"criterion_unverified"}


def test_nothing_claimed_is_told_line_by_line():
    score = priority_score(PriorityFacts(), on=ON)
    assert (score.total, score.findings) == (0, ())
    assert len(score.lines) == 7
    assert all(line.points == 0 and line.sentence.endswith(".") for line in score.lines)


@pytest.mark.parametrize(
    ("settled", "late", "steps"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (10, 0, 10),
        (50, 0, 10),
        (12, 1, 9),
        (50, 20, 6),
        (3, 3, 0),
        (3, 9, 0),
        (-1, 0, 0),
        (2, -1, 2),
    ],
)
def test_record_of_the_unit_is_experience_times_punctuality(settled, late, steps):
    assert total(unit_settled=settled, unit_late=late) == 200 * steps


@pytest.mark.parametrize(
    "claim", [{"activity": "cleaner_production_model", "trade": TRADES[0]}, {"trade": "cleaner_production"}]
)
def test_cleaner_production_has_no_order_of_place_and_trade(claim):
    score = priority_score(PriorityFacts(place="poor_district", certificate="nation", **claim), on=ON)
    assert score.total == 150
    assert score.lines[0].article == "điểm b khoản 3 Điều 6 Thông tư 46/2012/TT-BCT"
    assert "không xét thứ tự địa bàn và ngành nghề" in score.lines[0].sentence
    (finding,) = score.findings
    assert isinstance(finding, NeedsApproval)


def test_criterion_that_is_not_in_force_yet_gives_no_points():
    score = priority_score(PriorityFacts(women_owned=True), on=date(2025, 10, 14))
    assert score.total == 0
    assert score.lines[-1].sentence == "«Cơ sở do phụ nữ làm chủ» chưa là tiêu chí ưu tiên vào ngày 14/10/2025."


@pytest.mark.parametrize(("facts", "label"), [({"place": "moon"}, "Địa bàn"), ({"certificate": "world"}, "Sản phẩm")])
def test_unknown_code_gives_no_points_and_a_warning(facts, label):
    score = priority_score(PriorityFacts(**facts), on=ON)
    assert score.total == 0
    finding = next(finding for finding in score.findings if finding.code == "priority_fact_unknown")
    assert isinstance(finding, Warning_)
    assert finding.sentence.startswith(label)


@pytest.mark.parametrize("stars", [5, 6, 99])
def test_stars_count_up_to_five(stars):
    assert total(ocop_stars=stars) == 25


def test_certificate_may_put_the_trade_first():
    assert "trade_by_certificate" in codes(priority_score(PriorityFacts(certificate="nation"), on=ON))


# --- weights ---------------------------------------------------------------------------------------------------------


def test_weights_of_a_plan_stand_for_those_it_names():
    score = priority_score(PriorityFacts(place="poor_district", flagship=True), on=ON, weights={"flagship": 7})
    assert score.total == 45_007


@pytest.mark.parametrize(
    ("weights", "part"),
    [
        ({"moon": 1}, "mã «moon»"),
        ({"flagship": -1}, "số nguyên từ 0"),
        ({"flagship": 1.5}, "số nguyên từ 0"),
        ({"flagship": "9"}, "số nguyên từ 0"),
        ({"flagship": True}, "số nguyên từ 0"),
        ({"flagship": 10**9 + 1}, "số nguyên từ 0"),
    ],
)
def test_weights_that_cannot_be_get_a_sentence(weights, part):
    for use in (
        lambda: priority_score(PriorityFacts(), on=ON, weights=weights),
        lambda: order_findings(weights, ON),
        lambda: rank([("a", PriorityFacts())], on=ON, weights=weights),
    ):
        with pytest.raises(DomainError, match=part):
            use()


@pytest.mark.parametrize(
    ("weights", "articles"),
    [
        ({}, []),
        ({"poor_district": 1}, ["điểm b khoản 1 Điều 6 Thông tư 46/2012/TT-BCT"]),
        (
            {"certificate_nation": 400},
            ["khoản 1 Điều 7 Thông tư 36/2013/TT-BCT", "khoản 2 Điều 7 Thông tư 36/2013/TT-BCT"],
        ),
        ({"certificate_commune": 140, "ocop": 0, "women_owned": 9}, []),
        ({"flagship": 500_000}, []),
        ({"flagship": 0}, ["khoản 1 Điều 7 Thông tư 36/2013/TT-BCT"]),
    ],
)
def test_points_that_break_the_legal_order_are_warned_about(weights, articles):
    found = order_findings(weights, ON)
    assert [finding.article.split("; ")[-1] for finding in found] == articles
    assert all(isinstance(finding, Warning_) for finding in found)


def test_trade_before_place_is_warned_about():
    found = order_findings({TRADES[0]: 100_000}, ON)
    places = [f"điểm {letter} khoản 1 Điều 6 Thông tư 46/2012/TT-BCT" for letter in "abcd"]
    assert [finding.article.split("; ")[-1] for finding in found] == places


# --- ranking ---------------------------------------------------------------------------------------------------------


def test_rank_puts_place_before_trade_and_shares_equal_places():
    found = rank(
        [
            ("P-4", PriorityFacts()),
            ("P-3", PriorityFacts(trade=TRADES[0], flagship=True, unit_settled=10)),
            ("P-2", PriorityFacts(place="difficult_area")),
            ("P-1", PriorityFacts(trade=TRADES[0], flagship=True, unit_settled=10)),
        ],
        on=ON,
    )
    assert [(one.place, one.key, one.tied) for one in found] == [
        (1, "P-2", False),
        (2, "P-1", True),
        (2, "P-3", True),
        (4, "P-4", False),
    ]


def test_rank_of_nothing_is_nothing():
    assert rank([], on=ON) == ()


def test_rank_refuses_the_same_proposal_twice():
    with pytest.raises(DomainError, match="hai lần"):
        rank([(1, PriorityFacts()), (1, PriorityFacts(flagship=True))], on=ON)


# --- file ------------------------------------------------------------------------------------------------------------

GOOD = """criteria:
  - {code: difficult_area, group: place, points: 5, legal: true}
  - {code: a, group: record, name: A, article: Điều 1, from: 2014-01-01, to: null, points: 1, verified: true}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("difficult_area", "moon", 2, "«moon»"),
        ("points: 5", "points: -5", 2, "số âm"),
        ("points: 5, ", "", 2, "thiếu «points»"),
        ("group: record", "group: luck", 3, "luck"),
        ("from: 2014-01-01", "from: null", 3, "«from»"),
        ("article: Điều 1, ", "", 3, "thiếu «article»"),
        ("verified: true}", "verified: true}\n  - {code: difficult_area, group: place, points: 5}", 4, "hai lần"),
        ("verified: true}", "verified: true}\n  - {code: poor_district, group: place, points: 5}", 4, "đứng trước"),
        ("legal: true", "lawful: true", 2, "«lawful»"),
    ],
)
def test_wrong_file_is_named_with_its_line(tmp_path, old, new, line, part):
    path = tmp_path / "priority.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert len(load_criteria(path)) == 2
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(LawFileError, match=part) as wrong:
        load_criteria(path)
    assert wrong.value.line == line
