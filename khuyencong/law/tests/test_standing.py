"""Walks the whole catalogue: every activity has its norm, papers, advance and outputs, or a sentence says which is missing."""

from datetime import date

import pytest

from khuyencong.law.catalogue import CONTENTS, activities_on, catalogue
from khuyencong.law.outputs import load_outputs, outputs, outputs_for
from khuyencong.law.papers import Stage
from khuyencong.law.standing import standing_of
from khuyencong.law.yamlfile import LawFileError

DAYS = (date(2016, 6, 1), date(2019, 6, 1), date(2026, 6, 1))


@pytest.mark.parametrize("on", DAYS)
def test_no_activity_lacks_anything_without_a_sentence(on):
    for one in activities_on(on):
        found = standing_of(one, on)
        said = " ".join(found.gaps)
        assert found.outputs, one.code
        assert found.papers[Stage.REGISTRATION], one.code
        assert found.papers[Stage.SETTLEMENT], one.code
        assert found.norm or found.no_norm in said, one.code
        assert found.advance.share or "Tạm ứng" in said, one.code
        assert any(output.article for output in found.outputs) or "Đầu ra" in said, one.code
        for stage in (Stage.ADVANCE, Stage.REMAINDER):
            own = [paper for paper in found.papers[stage] if one.code in paper.activities]
            assert own or stage.label in said, (one.code, stage)


def test_every_content_of_article_4_is_carried_out():
    by_content = {one.content for one in catalogue().activities.values()}
    assert {*range(1, CONTENTS + 1)} <= by_content


@pytest.mark.parametrize(
    ("activity", "output", "article"),
    [
        ("association", "association_members", "khoản 9 Điều 14 Thông tư 36/2013/TT-BCT"),
        ("linkage_cluster", "linkage_clusters", "khoản 12 Điều 14 Thông tư 36/2013/TT-BCT"),
        ("cluster_planning", "cluster_plans", "khoản 13 Điều 14 Thông tư 36/2013/TT-BCT"),
        ("pollution_cluster", "treatment_systems", "khoản 14 Điều 14 Thông tư 36/2013/TT-BCT"),
        ("vocational_training", "learners_employed", "khoản 1 Điều 14 Thông tư 36/2013/TT-BCT"),
        ("international_cooperation", "cooperation_events", ""),
    ],
)
def test_outputs_with_their_article(activity, output, article):
    found = {one.code: one for one in outputs_for(activity, DAYS[-1])}
    assert found[output].article == article
    assert outputs()[output].unit


def test_the_seventh_content_has_its_norms_of_the_joint_circular():
    rows = {one.code: standing_of(one, DAYS[0]) for one in activities_on(DAYS[0]) if one.content == 7}
    known = {code: row.norm.cap for code, row in rows.items() if row.norm and row.norm.cap}
    assert known == {
        "linkage_cluster": 150_000_000,
        "cluster_planning": 500_000_000,
        "cluster_infrastructure": 3_000_000_000,
        "relocation_interest": 500_000_000,
        "pollution_establishment": 300_000_000,
        "pollution_cluster": 1_500_000_000,
    }
    assert [tier.cap for tier in rows["association"].norm.tiers] == [70_000_000, 100_000_000]
    assert rows["relocation_consulting"].no_norm


def test_a_wrong_file_names_its_line(tmp_path):
    file = tmp_path / "outputs.yaml"
    file.write_text("outputs:\n  - {code: a, name: A, unit: b, activities: [nothing], from: 2020-01-01, to: null}\n")
    with pytest.raises(LawFileError, match=r"dòng 2: hoạt động «nothing»"):
        load_outputs(file)
