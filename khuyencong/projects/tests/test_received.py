"""«Đã được hỗ trợ gì»: every support, whoever gave it, and what each reader may know of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.establishments import actions as registry
from khuyencong.establishments.models import Establishment
from khuyencong.projects import actions
from khuyencong.projects.models import Project
from khuyencong.projects.received import received, received_beside
from khuyencong.projects.support import beneficiaries_of
from khuyencong.testing import make_establishment, make_project

PAST = {
    "year": 2019,
    "source": "Khuyến nông",
    "agency_name": "Trung tâm Ví Dụ",
    "item": "Nồi hơi",
    "amount": 40 * MILLION,
}


def place_of(project):
    return Establishment.objects.get(pk=project.beneficiaries.get().establishment_id)


def merged(world, kept, dropped):
    registry.merge(
        kept_id=kept.pk, dropped_id=dropped.pk, version=registry.pair_version(kept, dropped),
        by=world.actor("national", "officer"), reason="Một cơ sở.",
    )  # fmt: skip
    return Establishment.objects.get(pk=dropped.pk)


def rows(place, actor):
    return received([place], seen_by=actor)[place.pk]


@pytest.mark.parametrize(
    ("state", "label", "number"),
    [
        ("draft", "", 0),
        ("submitted", "đề nghị", 1),
        ("rejected", "đề nghị", 1),
        ("approved", "được phê duyệt", 1),
        ("settled", "được phê duyệt", 1),
    ],
)
def test_amount_is_what_the_state_says(world, state, label, number):
    project = make_project(world, state=state)
    found = rows(place_of(project), world.actor("dong-thap", "officer"))
    assert [(one.amount, one.amount_label) for one in found] == [(200 * MILLION, label)] * number


def test_all_entries_of_one_establishment_speak_for_it(world):
    here, there = make_project(world, state="approved"), make_project(world, state="approved", province="25")
    kept, dropped = place_of(here), place_of(there)
    registry.add_past_support(
        establishment_id=dropped.pk, by=world.actor("phu-tho", "officer"), version=dropped.version, fields=PAST
    )
    dropped.refresh_from_db()
    dropped = merged(world, kept, dropped)
    for place in (kept, dropped):
        found = rows(place, world.actor("national", "officer"))
        assert {one.project for one in found} == {here, there, None}
        assert all(one.seen for one in found)
    own, far, past = sorted(
        rows(kept, world.actor("dong-thap", "officer")), key=lambda one: (one.project is None, not one.seen)
    )
    assert (own.project, own.seen, own.entry_name) == (here, True, kept.name)
    for one, item, agency in ((far, "Máy thử nghiệm 1", there.funder.name), (past, "Nồi hơi", "Trung tâm Ví Dụ")):
        assert (one.seen, one.items, one.agency, one.entry_name) == (False, (item,), agency, "")


def test_page_hides_what_lies_out_of_sight(world, visit):
    here, there = make_project(world, state="approved"), make_project(world, state="approved", province="25")
    kept = place_of(here)
    dropped = merged(world, kept, place_of(there))
    address = reverse("establishment", args=[kept.pk])
    page = visit(world.actor("dong-thap", "officer")).get(address, {"tab": "ho-tro"}).content.decode()
    for shown in (here.code, there.funder.name, str(there.year), "200.000.000", "ngoài phạm vi của bạn"):
        assert shown in page
    for hidden in (there.code, there.name, dropped.name):
        assert hidden not in page
    assert there.code in visit(world.actor("national", "auditor")).get(address, {"tab": "ho-tro"}).content.decode()


def test_refused_request_of_another_province_is_not_told(world):
    here, there = make_project(world, state="approved"), make_project(world, state="rejected", province="25")
    kept = place_of(here)
    merged(world, kept, place_of(there))
    assert [one.project for one in rows(kept, world.actor("dong-thap", "officer"))] == [here]


def test_support_is_corrected_and_taken_back(world):
    officer, place = world.actor("dong-thap", "officer"), make_establishment(world)
    support = registry.add_past_support(establishment_id=place.pk, by=officer, version=place.version, fields=PAST)
    registry.correct_past_support(
        establishment_id=place.pk, support_id=support.pk, by=officer, version=2, fields={"amount": 45 * MILLION}
    )
    assert [(one.year, one.amount, one.money) for one in rows(place, officer)] == [
        (2019, 45 * MILLION, "45.000.000 đồng")
    ]
    with pytest.raises(Refused, match="lý do"):
        registry.withdraw_past_support(
            establishment_id=place.pk, support_id=support.pk, by=officer, version=3, reason=" "
        )
    registry.withdraw_past_support(
        establishment_id=place.pk, support_id=support.pk, by=officer, version=3, reason="Ghi nhầm cơ sở."
    )
    assert rows(place, officer) == []
    support.refresh_from_db()
    assert (support.withdrawn_by, support.withdrawn_reason) == (officer.user, "Ghi nhầm cơ sở.")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"item": " "}, "hạng mục"),
        ({"year": 2200}, "tương lai"),
        ({"amount": -1}, "không hợp lệ"),
        ({"activity": "gambling"}, "danh mục"),
        ({"serial": "SN-7001; SN-7002"}, "một máy"),
    ],
)
def test_support_that_cannot_be_is_refused(world, changed, sentence):
    place = make_establishment(world)
    with pytest.raises(Refused, match=sentence):
        registry.add_past_support(
            establishment_id=place.pk, by=world.actor("dong-thap", "officer"), version=1, fields=PAST | changed
        )


def test_one_establishment_stands_in_a_project_once(world):
    officer = world.actor("dong-thap-centre", "officer")
    project = make_project(world, beneficiaries=2)
    first, second = (one.establishment for one in beneficiaries_of(project))
    third = make_establishment(world)
    merged(world, first, third)
    for place, sentence in ((Establishment.objects.get(pk=third.pk), "đã được gộp"), (first, "đã có trong đề án")):
        with pytest.raises(Refused, match=sentence):
            actions.add_beneficiary(project_id=project.pk, by=officer, version=project.version, establishment=place)
    merged(world, first, second)
    with pytest.raises(Refused, match="là một cơ sở"):
        actions.submit(project_id=project.pk, by=officer, version=project.version)


def test_merged_entry_is_not_offered(world, visit):
    project = make_project(world, beneficiaries=2)
    kept, dropped = make_establishment(world), make_establishment(world)
    merged(world, kept, dropped)
    page = visit(world.actor("dong-thap-centre", "officer")).get(
        reverse("project_beneficiary_add", args=[project.code])
    )
    offered = set(page.context["form"].fields["establishment"].queryset)
    assert kept in offered
    assert dropped not in offered


@pytest.mark.parametrize("tab", ["tham-dinh"])
def test_appraiser_sees_other_support_beside_the_project(world, visit, tab):
    earlier = make_project(world, state="approved")
    project = make_project(world, state="submitted")
    merged(world, place_of(project), place_of(earlier))
    for address in (
        reverse("project_appraise", args=[project.code, "base"]),
        f"{project.get_absolute_url()}?tab={tab}",
    ):
        page = visit(world.actor("dong-thap", "appraiser")).get(address).content.decode()
        assert "Hỗ trợ khác của cơ sở thụ hưởng" in page
        assert earlier.code in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_number(world, count):
    make_project(world, state="submitted", beneficiaries=count)
    project = Project.objects.get()
    officer = world.actor("dong-thap", "officer")
    assert officer.agency_ids
    people = beneficiaries_of(project)
    with CaptureQueriesContext(connection) as captured:
        found = received_beside(project, people, seen_by=officer)
    assert len(found) == count
    assert len(captured) == 5
