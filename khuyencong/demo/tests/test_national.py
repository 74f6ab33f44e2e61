"""The made-up nation at a two-hundredth of its size: the same every time, and nothing in it breaks a rule."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.demo.management.commands import load_national
from khuyencong.demo.national.load import load_nation
from khuyencong.demo.national.works import FIRST_YEAR, LAST_YEAR
from khuyencong.effects.models import EffectSheet
from khuyencong.effects.opening import open_sheets
from khuyencong.establishments.models import Establishment
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import LedgerEntry, Payment
from khuyencong.finance.payment_rules import voucher_key
from khuyencong.people.actions import load_agencies
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.roles import Role
from khuyencong.places.actions import load_places
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import ProjectState
from khuyencong.reporting.tests.walking import walk_board, walk_tables

pytestmark = pytest.mark.django_db

PART = 200


@pytest.fixture(scope="module")
def nation(django_db_setup, django_db_blocker):
    """It, loaded twice: the checksums of both, and the second one stays until the module ends."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        load_places()
        load_agencies()
        told = []
        with transaction.atomic():
            first = load_nation(told.append, divide=PART)
            transaction.set_rollback(True)
        second = load_nation(told.append, divide=PART)
    yield first, second, told
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def test_the_same_seed_gives_the_same_rows(nation):
    first, second, told = nation

    assert first == second
    assert len(told) == 2 * (2 + LAST_YEAR - FIRST_YEAR + 1)  # a line for the registry, each year and the end


def test_it_is_as_large_as_was_asked(nation):
    assert (Project.objects.count(), Establishment.objects.count()) == (60_000 // PART, 150_000 // PART)
    assert LedgerEntry.objects.count() > 600_000 // PART
    assert AuditEvent.objects.count() > 1_000_000 // PART
    assert set(Project.objects.values_list("year", flat=True)) == set(range(FIRST_YEAR, LAST_YEAR + 1))
    assert ProjectState.SETTLED in set(Project.objects.values_list("state", flat=True))
    assert not any(one.has_usable_password() for one in User.objects.all())


def test_no_rule_is_broken_and_the_chain_is_whole(nation):
    assert list(broken_rows()) == []
    assert verify_chain() is None


def test_old_years_lie_in_the_provinces_of_then(nation):
    old = Project.objects.filter(year__lt=LAST_YEAR, province__valid_to=None)

    assert all(one.province.valid_from is None or one.province.valid_from.year < 2025 for one in old)
    assert not Project.objects.filter(year=LAST_YEAR).exclude(province__valid_to=None).exists()
    assert AnnualPlan.objects.filter(year=2024, agency__active_to__isnull=False).exists()


def test_columns_that_follow_from_others_are_as_the_actions_keep_them(nation):
    def columns():
        return (
            list(Project.objects.order_by("pk").values_list("haystack", flat=True)),
            list(Establishment.objects.order_by("pk").values_list("haystack", "match_key", "sort_key")),
            list(EffectSheet.objects.order_by("pk").values_list("beneficiary", "moment", "due_on", "support", "cost")),
        )

    before = columns()
    Project.objects.all().refresh_haystacks()
    for one in Establishment.objects.order_by("pk")[:30]:
        one.save()
    for one in Project.objects.order_by("pk"):
        open_sheets(one)
    assert columns() == before
    assert all(one.voucher_key == voucher_key(one.voucher_number) for one in Payment.objects.all())
    line = EstimateLine.objects.order_by("pk")[0]
    found_by = line.haystack
    line.save()
    assert line.haystack == found_by


def test_every_number_of_a_year_is_the_sum_of_the_list_behind_it(nation):
    somewhere = Project.objects.filter(year=LAST_YEAR)[0].province
    department = Agency.objects.get(kind=AgencyKind.DEPARTMENT, province=somewhere, active_to=None)
    for agency, least in ((Agency.objects.get(kind=AgencyKind.NATIONAL), 100), (department, 10)):
        leader = Actor(User.objects.all()[0], agency, Role.LEADER, origin="thử nghiệm")
        opened = {year: walk_tables(leader, year) + walk_board(leader, year) for year in (2024, LAST_YEAR)}
        assert opened[LAST_YEAR] > least  # after the mergers; 2024 lies before them


def test_it_goes_into_no_other_database(nation, monkeypatch):
    monkeypatch.setattr(load_national, "is_demo", lambda _: False)
    with pytest.raises(CommandError, match="dùng thử"):
        call_command("load_national")
    monkeypatch.setattr(load_national, "is_demo", lambda _: True)
    with pytest.raises(CommandError, match="--reset"):  # nothing says that the load that was begun has ended
        call_command("load_national")
