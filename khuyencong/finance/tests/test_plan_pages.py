"""The pages of plans and envelopes."""

import pytest
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.finance import queries
from khuyencong.finance.actions import put_in_plan
from khuyencong.finance.tests.steps import ACCOUNTANT, LEADER
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.testing import give_money, make_project, put_in_new_plan

TODAY = format_date(today())
OFFICER = ("dong-thap", "officer")


def draft_plan(world, amount=200 * MILLION):
    """A plan with one project of 200 triệu, and an envelope with `amount` đồng."""
    plan = put_in_new_plan(world, make_project(world, state="base_appraised"))
    give_money(world, agency="dong-thap", source="local", year=plan.year, amount=amount)
    return plan


@pytest.mark.parametrize("rows", [1, 3])
def test_envelopes_take_two_queries_and_plans_one(world, django_assert_num_queries, rows):
    for number in range(rows):
        give_money(world, agency="dong-thap", source="local", year=today().year + number, amount=5 * MILLION)
        put_in_new_plan(world, make_project(world, state="base_appraised", year=today().year + number))
    with django_assert_num_queries(3):  # agencies taken over, once for this person; envelopes, sums
        found = queries.envelope_rows(world.actor(*OFFICER))
        assert [str(row.envelope.agency) for row in found] == ["Sở Công Thương Đồng Tháp"] * rows
    assert queries.total_of(row.balance for row in found).given == rows * 5 * MILLION
    with django_assert_num_queries(1):
        plans = list(queries.plan_rows(world.actor(*OFFICER)))
        assert [(str(plan.agency), plan.project_count, plan.amount) for plan in plans] == [
            ("Sở Công Thương Đồng Tháp", 1, 200 * MILLION)
        ] * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_take_as_many_queries_for_three_rows_as_for_one(world, visit, django_assert_num_queries, rows):
    client = visit(world.actor(*OFFICER))
    plan = put_in_new_plan(world, make_project(world, state="base_appraised"))
    for _ in range(rows - 1):
        more = make_project(world, state="base_appraised")
        put_in_plan(plan_id=plan.pk, version=plan.version, project_id=more.pk, by=world.actor(*OFFICER))
        plan.refresh_from_db()
        put_in_new_plan(world, make_project(world, state="base_appraised"))
    for _ in range(rows):
        make_project(world, state="base_appraised")
    # session, user, memberships, agencies taken over, unread notices; years, envelopes, sums, plans
    with django_assert_num_queries(9):
        client.get(reverse("plans") + "?year=")
    # session, user, memberships, agencies taken over, unread notices; plan, its projects, envelope, sums, candidates
    with django_assert_num_queries(10):
        page = client.get(reverse("plan", args=[plan.pk]))
    assert (len(page.context["rows"]), len(page.context["candidates"])) == (rows, rows)


def test_everybody_sees_the_money_of_the_own_scope_only(world, visit, client):
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=5 * MILLION)
    give_money(world, agency="phu-tho", source="local", year=today().year, amount=7 * MILLION)
    give_money(world, agency="national", source="national", year=today().year, amount=9 * MILLION)
    assert client.get(reverse("plans")).status_code == 302
    for place, given in (("dong-thap", 5), ("dong-thap-centre", 5), ("phu-tho", 7), ("national", 21), ("region", 0)):
        page = visit(world.actor(place, "auditor")).get(reverse("plans"))
        assert page.context["total"].given == given * MILLION, place


def test_the_filter_stays_in_the_address_and_starts_with_the_latest_year(world, visit):
    year = today().year
    for one, amount in ((year, 5), (year - 2, 7)):
        give_money(world, agency="dong-thap", source="local", year=one, amount=amount * MILLION)
    client = visit(world.actor(*OFFICER))
    for query, given in (
        ("", 5),
        (f"?year={year - 2}", 7),
        ("?year=", 12),
        (f"?year={year}&source=national", 0),
        ("?source=local", 5),
        ("?year=abc", 5),
        ("?year=1&source=x", 5),
    ):
        assert client.get(reverse("plans") + query).context["total"].given == given * MILLION, query


def test_a_new_plan(world, visit, everything):
    client = visit(world.actor(*OFFICER))
    page = client.get(reverse("plan_new"))
    form = page.context["form"]
    data = {name: form[name].value() for name in ("year", "source", "round", "title")}
    response = client.post(reverse("plan_new"), data)
    plan = AnnualPlan.objects.get()
    assert response["Location"] == reverse("plan", args=[plan.pk])
    before = everything()
    again = client.post(reverse("plan_new"), data)
    assert again.status_code == 422
    assert "Đã có kế hoạch" in again.content.decode()
    assert client.post(reverse("plan_new"), data | {"year": "1999", "round": "0"}).status_code == 422
    assert client.post(reverse("plan_new"), data | {"source": "national", "round": "2"}).status_code == 422
    assert client.get(reverse("plan_new")).context["form"]["round"].value() == 2
    for place, role in (("dong-thap-centre", "officer"), ("dong-thap", "leader"), ("region", "officer")):
        assert visit(world.actor(place, role)).get(reverse("plan_new")).status_code == 403
    assert everything() == before


def test_give_an_envelope_and_take_some_back(world, visit, everything):
    client = visit(world.actor(*ACCOUNTANT))
    data = {
        "year": today().year,
        "source": "local",
        "spending": "recurrent",
        "direction": "giao",
        "amount": "1,5 tỷ",
        "document": "QĐ 1",
        "on": TODAY,
    }
    response = client.post(reverse("envelope_give"), data)
    assert response["Location"] == f"{reverse('plans')}?year={today().year}&source=local"
    before = everything()
    again = client.post(reverse("envelope_give"), data)
    assert again.status_code == 422
    assert "đã được ghi" in again.content.decode()
    too_much = client.post(
        reverse("envelope_give"), data | {"direction": "thu-ve", "amount": "2 tỷ", "document": "QĐ 2"}
    )
    assert too_much.status_code == 422
    for bad in ("-5", "", "0", "abc", "NaN", "9" * 30):
        response = client.post(reverse("envelope_give"), data | {"amount": bad, "document": "QĐ 3"})
        assert "amount" in response.context["form"].errors, bad
    for place, role in (("dong-thap-centre", "accountant"), ("dong-thap", "leader"), ("region", "accountant")):
        assert visit(world.actor(place, role)).post(reverse("envelope_give"), data).status_code == 403
    assert everything() == before
    client.post(reverse("envelope_give"), data | {"direction": "thu-ve", "amount": "500 triệu", "document": "QĐ 2"})
    assert queries.envelope_rows(world.actor(*ACCOUNTANT))[0].balance.given == 1_000 * MILLION


def test_put_in_and_take_out(world, visit, everything):
    plan = draft_plan(world)
    more = make_project(world, state="base_appraised")
    client = visit(world.actor(*OFFICER))
    put, take_out = (reverse(name, args=[plan.pk]) for name in ("plan_put", "plan_take_out"))
    page = client.get(reverse("plan", args=[plan.pk]))
    assert [row.project.pk for row in page.context["candidates"]] == [more.pk]
    data = {"project": more.pk, "version": page.context["plan"].version}
    assert client.get(put).status_code == 405
    before = everything()
    for bad in ({}, {"project": "abc"}, {"project": 10**20}, {"project": make_project(world, province="25").pk}):
        count = everything()
        assert client.post(put, {"version": plan.version, **bad}).status_code == 404
        assert everything() == count
    stale = client.post(put, data | {"version": 0}, follow=True)
    assert "đã được thay đổi" in stale.content.decode()
    for place, role, status in (
        ("dong-thap", "leader", 403),
        ("dong-thap-centre", "officer", 403),
        ("phu-tho", "officer", 404),
        ("national", "officer", 403),
    ):
        assert visit(world.actor(place, role)).post(put, data).status_code == status, (place, role)
    assert everything()["plans"] == before["plans"]
    assert client.post(put, data).status_code == 302
    assert "đã được thay đổi" in client.post(put, data, follow=True).content.decode()
    page = client.get(reverse("plan", args=[plan.pk]))
    assert page.context["sums"] == {"total": 1_200 * MILLION, "support": 400 * MILLION}
    assert page.context["over"] == 200 * MILLION
    assert client.post(take_out, {"project": more.pk, "version": page.context["plan"].version}).status_code == 302
    assert client.get(reverse("plan", args=[plan.pk])).context["over"] == 0


def test_approve_a_plan(world, visit, everything):
    plan = draft_plan(world, amount=200 * MILLION - 1)
    leader = visit(world.actor(*LEADER))
    address, approve = reverse("plan", args=[plan.pk]), reverse("plan_approve", args=[plan.pk])
    data = {
        "version": leader.get(address).context["form"].initial["version"],
        "decision_number": "88/QĐ-UBND",
        "decision_on": TODAY,
        "decided_by": "Nguyễn Văn Ân, Phó Chủ tịch",
    }
    before = everything()
    assert leader.get(approve).status_code == 405
    refused = leader.post(approve, data)
    assert refused.status_code == 422
    assert "vượt hạn mức" in refused.content.decode()
    assert 'value="88/QĐ-UBND"' in refused.content.decode()
    assert leader.post(approve, data | {"decision_on": "32/13/2026"}).status_code == 422
    for place, role, status in (
        ("dong-thap", "officer", 403),
        ("dong-thap", "accountant", 403),
        ("phu-tho", "leader", 404),
        ("national", "leader", 403),
        ("dong-thap-centre", "leader", 403),
    ):
        assert visit(world.actor(place, role)).post(approve, data).status_code == status, (place, role)
    assert everything() == before
    give_money(world, agency="dong-thap", source="local", year=plan.year, amount=1)
    assert leader.post(approve, data).status_code == 302
    once = everything()
    assert leader.post(approve, data).status_code == 422
    assert everything() == once
    page = leader.get(address)
    assert page.context["form"] is None
    assert "88/QĐ-UBND" in page.content.decode()
    assert not visit(world.actor(*OFFICER)).get(address).context["may_edit"]
    assert Envelope.objects.count() == 1


def test_another_provinces_plan_is_not_there(world, visit):
    plan = draft_plan(world)
    address = reverse("plan", args=[plan.pk])
    assert visit(world.actor("phu-tho", "leader")).get(address).status_code == 404
    assert visit(world.actor("region", "leader")).get(address).status_code == 404
    assert visit(world.actor("dong-thap-centre", "officer")).get(address).status_code == 200
    assert visit(world.actor("national", "auditor")).get(address).status_code == 200
