"""Quorum and majority: pure."""

import pytest

from khuyencong.appraisal.models import POINTS, Outcome
from khuyencong.appraisal.voting import Voter, quorum_missing, verdict
from khuyencong.core.errors import Refused

MET = dict.fromkeys(POINTS, True)
UNMET = MET | {2: False}


def voter(role="member", outcome="agree", *, present=True, conflict=False, points=None):
    return Voter(role, present, conflict, "" if conflict else outcome, points or MET)


@pytest.mark.parametrize(
    ("rule", "there", "away", "enough"),
    [
        ("half", 2, 2, False),
        ("half", 3, 2, True),
        ("two_thirds", 4, 2, True),
        ("two_thirds", 3, 2, False),
        ("three_quarters", 3, 1, True),
        ("three_quarters", 2, 1, False),
    ],
)
def test_quorum_is_the_share_that_the_decision_names(rule, there, away, enough):
    voters = [voter("chair"), *[voter() for _ in range(there - 1)], *[voter(present=False) for _ in range(away)]]
    assert (quorum_missing(voters, rule) is None) is enough


def test_who_has_a_conflict_is_neither_counted_nor_asked_for():
    # Three of five are there; two of the absent stand aside: three of three.
    voters = [voter("chair"), voter(), voter(), voter(present=False, conflict=True), voter(conflict=True)]
    assert quorum_missing(voters, "three_quarters") is None
    assert quorum_missing([voter("chair", conflict=True)], "half").code == "no_quorum"


def test_chair_or_deputy_must_be_there_without_a_conflict():
    others = [voter("secretary"), voter(), voter()]
    for chair in (voter("chair", present=False), voter("chair", conflict=True)):
        assert quorum_missing([chair, *others], "half").code == "no_chair"
        assert quorum_missing([chair, voter("deputy"), *others], "half") is None


def test_most_votes_decide():
    found = verdict([voter("chair", "refuse"), voter(), voter(), voter(present=False), voter(conflict=True)])
    assert found.outcome == Outcome.AGREE
    assert found.votes == {Outcome.AGREE: 2, Outcome.REFUSE: 1}
    assert found.sentence == "Đồng ý 2 phiếu, không đồng ý 1 phiếu."


def test_a_tie_is_broken_by_the_chair_then_by_the_deputy():
    pair = [voter("member", "return", points=UNMET), voter("secretary", "agree")]
    for role in ("chair", "deputy"):
        more = [*pair, voter("member", "agree"), voter(role, "return", points=UNMET)]
        found = verdict(more)
        assert found.outcome == Outcome.RETURN
        assert "bằng phiếu, theo phiếu của" in found.sentence
        assert found.points[2] is False  # two against two: again by the same vote


def test_a_tie_without_a_deciding_vote_is_no_result():
    pair = [voter("member", "return"), voter("secretary", "agree")]
    with pytest.raises(Refused, match="Bằng phiếu"):
        verdict(pair)
    with pytest.raises(Refused, match="Bằng phiếu"):
        verdict([*pair, voter("member", "return"), voter("member", "agree"), voter("chair", "refuse")])


def test_nobody_voted():
    with pytest.raises(Refused, match="Chưa có phiếu"):
        verdict([voter(present=False), voter(conflict=True), voter(outcome="")])


def test_each_point_follows_the_majority():
    found = verdict([voter("chair", points=UNMET), voter(points=UNMET), voter()])
    assert found.points == UNMET
