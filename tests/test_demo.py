"""The demo data: what was published must come out of the records again."""

import io

import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from khuyencong.demo.accounts import ACCOUNTS, ENTRY_CLERK, OWNERS
from khuyencong.demo.management.commands.load_demo import load_demo
from khuyencong.finance.check import broken_rows
from khuyencong.people.actors import actor_for
from khuyencong.people.models import User
from khuyencong.people.roles import Role
from khuyencong.places.actions import load_places
from khuyencong.places.models import Province
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import ProjectState
from khuyencong.reporting.published import cases_for
from khuyencong.reporting.queries import province_year

MILLION = 1_000_000


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The whole demo, loaded once for this module; each test rolls back to here."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        load_places()
        users = load_demo()
    yield users
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture
def phu_tho(demo):
    return actor_for(demo["canbo.phutho"], origin="thử nghiệm")


@pytest.fixture
def result(phu_tho):
    """Hòa Bình 2023, in today's Phú Thọ."""
    return province_year(phu_tho, province=Province.objects.get(key="25"), year=2023)


def test_hoa_binh_2023_local_support_is_630_million_in_3_projects(result):
    local = next(row for row in result.sources if row.label == "Khuyến công địa phương")

    assert (local.sums.projects, local.sums.support, local.sums.settled) == (3, 630 * MILLION, 630 * MILLION)
    assert local.sums.planned == 630 * MILLION


def test_hoa_binh_2023_national_support_of_the_centre_is_1100_million_for_4_beneficiaries(result):
    rows = [row for row in result.units if row.group == "Khuyến công quốc gia"]

    assert [(row.sums.projects, row.sums.support, row.sums.beneficiaries) for row in rows] == [(2, 1100 * MILLION, 4)]
    assert result.total.sums.beneficiaries == 6


def test_hoa_binh_2023_machines_stay_inside_50_percent_and_300_million(result):
    lines = EstimateLine.objects.filter(
        project__year=2023, project__province__key="17@2025", project__activity="machinery"
    )

    assert lines.count() == 6
    for line in lines:
        assert line.support * 2 <= line.total
        assert line.support <= 300 * MILLION


def test_phu_yen_and_dak_lak_are_seen_in_today_s_dak_lak(demo):
    actor = actor_for(demo["lanhdao.cuc"], origin="thử nghiệm")
    sums = province_year(actor, province=Province.objects.get(key="66"), year=2024).total.sums

    assert (sums.projects, sums.beneficiaries, sums.support) == (2, 4, (286 + 190) * MILLION)
    assert sums.counterpart == (613 + 610) * MILLION


def test_just_the_two_contradictions_are_found(demo):
    cases = cases_for(actor_for(demo["lanhdao.cuc"], origin="thử nghiệm"))

    assert len(cases) == 9
    assert {case.case.slug for case in cases if case.contradicts_itself} == {
        "hai-phong-2021",
        "mien-trung-tay-nguyen-2024-9m",
    }


def test_there_is_a_made_up_project_in_every_state(demo):
    states = set(Project.objects.filter(recorded_from="").values_list("state", flat=True))

    assert states == set(ProjectState.values)


def test_every_role_has_an_account_that_can_sign_in(demo):
    assert {account.role for account in (*ACCOUNTS, *OWNERS)} == set(Role)
    assert not User.objects.get(username=ENTRY_CLERK).has_usable_password()


def test_no_ledger_rule_is_broken(demo):
    assert list(broken_rows()) == []


def test_province_page_and_workbook_show_the_same(demo, client):
    client.force_login(demo["canbo.phutho"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/ket-qua/?province=25&year=2023").content.decode()
    file = client.get("/ket-qua/tai-ve.xlsx?province=25&year=2023").content

    assert "630" in page
    assert "1.100" in page
    rows = [
        row
        for name in CalamineWorkbook.from_filelike(io.BytesIO(file)).sheet_names
        for row in CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_name(name).to_python()
    ]
    support = [
        row[7] for row in rows if len(row) > 7 and row[0] in {"Khuyến công địa phương", "Khuyến công quốc gia", "Cộng"}
    ]
    assert support[:4] == [550 * MILLION, 80 * MILLION, 1100 * MILLION, 1730 * MILLION]
