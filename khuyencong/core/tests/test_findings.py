import dataclasses
import json

import pytest

from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_, as_dicts, blockers, from_dicts

FINDINGS = [
    Warning_("near_limit", "Kinh phí gần chạm mức tối đa."),
    Blocker("too_much", "Kinh phí vượt mức tối đa.", "Điều 7 Thông tư 28/2018/TT-BTC"),
    NeedsApproval("outside_plan", "Đề án nằm ngoài kế hoạch."),
]


def test_blockers_are_the_findings_that_stop():
    assert blockers(FINDINGS) == [FINDINGS[1]]


def test_findings_survive_json():
    assert from_dicts(json.loads(json.dumps(as_dicts(FINDINGS)))) == FINDINGS
    assert [type(finding) for finding in from_dicts(as_dicts(FINDINGS))] == [Warning_, Blocker, NeedsApproval]


def test_findings_of_an_unknown_kind_are_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        from_dicts([{"kind": "omen", "code": "x", "sentence": "y"}])


def test_findings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FINDINGS[0].code = "other"


def test_findings_of_different_kinds_are_not_equal():
    assert Finding("a", "b") != Blocker("a", "b") != NeedsApproval("a", "b")


@pytest.mark.parametrize("error", [NotAllowed, Refused, Stale])
def test_domain_errors_carry_the_sentence_the_article_and_the_findings(error):
    caught = error("Không được.", article="Điều 3", findings=FINDINGS)
    assert isinstance(caught, DomainError)
    assert (caught.sentence, caught.article, caught.findings) == ("Không được.", "Điều 3", tuple(FINDINGS))
    assert str(caught) == "Không được. (Điều 3)"
    assert str(error("Không được.")) == "Không được."
