"""Several acceptances of one part over time: each its own, together never more than was approved."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, waiting_for_acceptance
from khuyencong.delivery.models import Acceptance
from khuyencong.delivery.tests.spot import INSPECTOR, one, take
from khuyencong.demo.walk import Item, write_project
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import approved_by_beneficiary, balance_of
from khuyencong.projects.models import EstimateLine
from khuyencong.testing import advance_to, at_once, kinds, make_establishment, make_project, pay_rest, settle


def two_machines(world, *, quantity=None):
    """One beneficiary with two lines of 300 triệu each; 200 triệu approved at 50 %."""
    place = make_establishment(world)
    items = [Item(f"Máy thử nghiệm {n}", 300 * MILLION, 100 * MILLION, place) for n in (1, 2)]
    project = write_project(
        world, unit="dong-thap-centre", source="local", province="82", fields={"name": "Hai máy thử nghiệm"},
        items=items[:1],
    )  # fmt: skip
    first = project.lines.get()
    if quantity:
        EstimateLine.objects.filter(pk=first.pk).update(quantity=quantity, unit_price=first.total // quantity)
    first.pk, first.content, first.position, first.quantity, first.unit_price = None, "Máy thử nghiệm 2", 1, None, None
    first.save(force_insert=True)
    return advance_to(world, project, "in_progress")


def test_each_round_counts_what_came_before(world):
    project = two_machines(world)
    first, second = project.lines.all()
    early = take(world, project, one(project, line=first), is_last=False)
    assert (early.round, early.is_last, early.payable) == (1, False, 150 * MILLION)
    assert project.state == "in_progress"
    assert waiting_for_acceptance(project, approved_by_beneficiary(project)) == [early.beneficiary_id]
    late = take(world, project, one(project, line=second))
    # Half of 300 triệu would be 150; 50 are left of what was approved.
    assert (late.round, late.is_last, late.payable) == (2, True, 50 * MILLION)
    assert project.state == "accepted"
    assert balance_of(project).accepted == 200 * MILLION
    assert [step["label"] for step in late.calculation["steps"]][-2:] == ["Còn lại", "Được thanh toán"]
    pay_rest(world, project)
    project.refresh_from_db()
    settle(world, project)
    assert list(broken_rows()) == []


def test_a_round_after_which_nothing_is_left_is_the_last_one(world):
    project = make_project(world, state="in_progress")
    found = take(world, project, is_last=False)
    assert found.is_last
    assert project.state == "accepted"


def test_pieces_are_counted_over_the_rounds(world):
    project = two_machines(world, quantity=3)
    first, second = project.lines.all()
    each = 100 * MILLION
    take(world, project, one(project, line=first, cost=each, unit_price=each), is_last=False)
    with pytest.raises(Refused, match=r"nghiệm thu 4, được duyệt 3") as refusal:
        take(world, project, one(project, line=first, cost=3 * each, quantity=3, unit_price=each))
    assert refusal.value.article.startswith("TT 36/2013 Đ11")
    with pytest.raises(Refused, match="phần không thực hiện: «Máy thử nghiệm 1»: 2/3"):
        take(world, project, one(project, line=first, cost=each, unit_price=each), one(project, line=second))
    late = take(
        world, project, one(project, line=first, cost=2 * each, quantity=2, unit_price=each), one(project, line=second)
    )
    assert late.is_last
    assert late.undelivered == ""


def test_what_was_never_delivered_is_declared_with_a_reason(world):
    project = two_machines(world)
    first, second = project.lines.all()
    with pytest.raises(Refused, match="không thực hiện: «Máy thử nghiệm 2»") as refusal:
        take(world, project, one(project, line=first))
    assert refusal.value.article == "TT 36/2013 Đ18.4"
    found = take(
        world, project, one(project, line=first), one(project, line=second, cost=0), undelivered="Bên bán ngừng bán."
    )
    assert (found.undelivered, found.payable, project.state) == ("Bên bán ngừng bán.", 150 * MILLION, "accepted")
    assert found.items.get(line=second).differences[0]["sentence"] == "Hạng mục được duyệt nhưng không có tại cơ sở."


def test_every_round_has_its_own_number_and_comes_in_time(world, everything):
    project = two_machines(world)
    first, second = project.lines.all()
    take(world, project, one(project, line=first), is_last=False, number="BB-9")
    before = everything()
    with pytest.raises(Refused, match="BB-9 đã dùng"):
        take(world, project, one(project, line=second), number=" BB-9 ")
    assert everything() == before


def test_two_tabs_and_a_double_click_count_once(world, everything):
    project = two_machines(world)
    first, _ = project.lines.all()
    version = project.version
    take(world, project, one(project, line=first), is_last=False)
    before = everything()
    with pytest.raises(Stale):
        take(world, project, one(project, line=first), is_last=False, version=version)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_inspectors_at_once_record_one_round(world):
    project = two_machines(world)
    first, _ = project.lines.all()
    calls = [
        lambda who=who: take(
            world, project, one(project, line=first), is_last=False, version=project.version, who=who, number="BB-1"
        )
        for who in (INSPECTOR, ("dong-thap", "appraiser"))
    ]
    assert kinds(at_once(*calls)) == ["NoneType", "Stale"]
    assert Acceptance.objects.count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 900 * MILLION), min_size=1, max_size=5))
def test_rounds_never_pay_more_than_anything_that_limits_them(world, transactional_savepoint, costs):
    with transactional_savepoint():
        project = make_project(world, state="in_progress")  # 200 triệu approved at 50 %
        paid = 0
        for number, cost in enumerate(costs, start=1):
            if project.state != "in_progress":
                break
            paid += take(world, project, one(project, cost=cost), is_last=number == len(costs)).payable
            assert paid <= min(200 * MILLION, sum(costs[:number]) // 2)
            assert balance_of(project).accepted == paid
        assert list(broken_rows()) == []


def test_nobody_accepts_what_stands_in_no_list(world, everything):
    project = make_project(world, state="in_progress")
    before = everything()
    with pytest.raises(Refused, match="không thuộc danh mục được duyệt") as refusal:
        take(world, project, one(project), ItemInput(line_id=None, cost=MILLION, description="Máy phát điện"))
    assert "Máy phát điện" in refusal.value.sentence
    assert refusal.value.article == "TT 36/2013 Đ11, Đ23.2"
    assert everything() == before
