"""The published cases: loaded as printed, judged as they are, split to the đồng."""

import pytest
from django.db import transaction

from khuyencong.demo.published import equal_shares, load_published_cases, press_projects
from khuyencong.law.yamlfile import LawFileError
from khuyencong.places.actions import load_places
from khuyencong.places.models import Province
from khuyencong.reporting.checks import evaluate
from khuyencong.reporting.models import PublishedCase, PublishedCheck, PublishedFigure


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """All places, loaded once for the tests of this module."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        load_places()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture
def loaded(places, db):
    assert load_published_cases() == 9


def verdicts():
    """(case, figure) -> whether it is consistent."""
    return {
        (check.case.slug, check.stated.key): evaluate(check, {one.key: one for one in check.case.figures.all()})
        for check in PublishedCheck.objects.select_related("stated", "case")
    }


def test_only_the_two_contradictions_are_found(loaded):
    found = verdicts()
    assert len(found) == 8
    assert {key for key, result in found.items() if not result.consistent} == {
        ("hai-phong-2021", "total_support"),
        ("mien-trung-tay-nguyen-2024-9m", "revenue_percent"),
    }
    assert "1.586,629" in found["hai-phong-2021", "total_support"].sentence
    assert "132,5 %" in found["mien-trung-tay-nguyen-2024-9m", "revenue_percent"].sentence


def test_loading_again_changes_nothing(loaded):
    models = (PublishedCase, PublishedFigure, PublishedCheck)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    assert load_published_cases() == 9
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_what_has_left_the_file_leaves_the_database(loaded):
    case = PublishedCase.objects.get(slug="dak-lak-2024")
    stray = case.figures.create(key="stray", label="Thừa", value=1, unit="count")
    case.checks.create(kind="sum", stated=case.figures.get(key="total"), operands=["support"])
    load_published_cases()
    assert not PublishedFigure.objects.filter(pk=stray.pk).exists()
    assert not case.checks.exists()


def test_places_are_as_they_were_then(loaded):
    case = PublishedCase.objects.get(slug="hoa-binh-2023")
    assert (case.province.short_name, case.province.current.short_name) == ("Hòa Bình", "Phú Thọ")
    today = {
        case.slug: case.province.current.short_name for case in PublishedCase.objects.filter(province__isnull=False)
    }
    assert today["phu-yen-2024"] == "Đắk Lắk"
    assert PublishedCase.objects.filter(region="central", province=None).count() == 2


def test_the_projects_are_complete_and_add_up(places, db):
    projects = press_projects()
    assert {project.case for project in projects} == {"hoa-binh-2023", "da-nang-2024", "phu-yen-2024", "dak-lak-2024"}
    assert len(projects) == 8
    for project in projects:
        assert Province.objects.filter(key=project.province).exists()
        assert project.total == project.support + project.counterpart
        if project.beneficiaries:
            for name in ("total", "support", "counterpart"):
                assert sum(getattr(one, name) for one in project.beneficiaries) == getattr(project, name)


def test_hoa_binh_as_published(db):
    projects = [project for project in press_projects() if project.case == "hoa-binh-2023"]
    local = [project for project in projects if project.source == "local"]
    national = [project for project in projects if project.source == "national"]
    assert (len(local), sum(one.support for one in local)) == (3, 630_000_000)
    assert (len(national), sum(one.support for one in national)) == (2, 1_100_000_000)
    assert sum(len(one.beneficiaries) for one in projects) == 6
    for project in projects:
        for one in project.beneficiaries:
            assert one.support <= 300_000_000
            assert one.support * 2 <= one.total


def test_a_remainder_goes_to_the_first():
    assert equal_shares(286_000_000, 3) == [95_333_334, 95_333_333, 95_333_333]
    assert equal_shares(10, 1) == [10]
    project = next(one for one in press_projects() if one.case == "phu-yen-2024")
    assert project.split_equally
    assert project.approximate
    assert [one.support for one in project.beneficiaries] == [95_333_334, 95_333_333, 95_333_333]
    assert [one.counterpart for one in project.beneficiaries] == [204_333_334, 204_333_333, 204_333_333]


@pytest.mark.parametrize(
    ("figures", "checks"),
    [("[{key: a, label: A, value: x, unit: million}]", "[]"), ("[]", "[{kind: sum, stated: a, operands: [b]}]")],
)
def test_a_slip_in_the_file_is_named_with_its_line(tmp_path, db, figures, checks):
    file = tmp_path / "cases.yaml"
    file.write_text(
        f"source: báo\ncases:\n  - slug: a\n    title: A\n    figures: {figures}\n    checks: {checks}\n",
        encoding="utf-8",
    )
    with pytest.raises(LawFileError, match=r"cases\.yaml, dòng \d"):
        load_published_cases(file)
    assert not PublishedCase.objects.exists()
