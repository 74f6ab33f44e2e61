"""Craft villages and preferred areas: entered, corrected, ended by a document, never deleted."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.areas import actions
from khuyencong.areas.models import CraftVillage, PreferredArea
from khuyencong.areas.queries import PreferredBook, site_of
from khuyencong.areas.tests.listing import preferred_of, village_of
from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.places.models import Commune, Province
from khuyencong.places.tests.deciding import decided, make_commune
from khuyencong.places.update import apply_decision
from khuyencong.testing import at_once, kinds, make_establishment

LAST_DAY = date(2026, 1, 31)


def end(village, by, **changed):
    values = {"to_on": LAST_DAY, "end_document": "QĐ 3/VÍ-DỤ", "version": village.version, **changed}
    return actions.end_craft_village(craft_village_id=village.pk, by=by, **values)


def test_village_counts_between_its_days_and_establishments_keep_the_link(world, officer, commune):
    village = village_of(officer, commune=commune)
    inside = make_establishment(world, commune=commune, craft_village=village)
    village = end(village, officer)
    inside.refresh_from_db()
    assert inside.craft_village == village
    assert [village.counts_on(day) for day in (date(2019, 12, 31), date(2020, 1, 1), LAST_DAY, date(2026, 2, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert CraftVillage.objects.in_force(LAST_DAY).count() == 1
    assert CraftVillage.objects.in_force(date(2026, 2, 1)).count() == 0
    assert list(AuditEvent.objects.filter(thread=f"village:{village.pk}").values_list("action", flat=True)) == [
        "village.end", "village.add",
    ][::-1]  # fmt: skip


def test_same_form_twice_makes_one_row(officer):
    key, fields = uuid4(), {"name": "Làng Một", "kind": "village", "document": "QĐ 1", "from_on": date(2020, 1, 1)}
    for _ in range(2):
        actions.add_craft_village(by=officer, creation_key=key, province=officer.agency.province, fields=fields)
    assert CraftVillage.objects.count() == 1


def test_correction_is_kept_with_before_and_after(officer):
    village = village_of(officer)
    actions.update_craft_village(
        craft_village_id=village.pk, by=officer, version=1, fields={"name": "Làng nghề Đúng", "trade": "dệt"}
    )
    village.refresh_from_db()
    assert (village.name, village.folded, village.version) == ("Làng nghề Đúng", "lang nghe dung", 2)
    event = AuditEvent.objects.get(action="village.update")
    assert (event.before["name"], event.after["name"]) == ("Làng nghề Thử", "Làng nghề Đúng")
    with pytest.raises(Stale):
        actions.update_craft_village(craft_village_id=village.pk, by=officer, version=1, fields={"name": "Khác"})


@pytest.mark.parametrize("who", [("phu-tho", "officer"), ("dong-thap", "leader"), ("dong-thap-centre", "officer"), ("national", "officer")])  # fmt: skip
def test_only_officers_of_the_department_of_the_province_write(world, officer, who):
    village, area = village_of(officer), preferred_of(officer)
    by = world.actor(*who)
    province = world.provinces["82"]
    with pytest.raises(NotAllowed):
        actions.add_craft_village(by=by, creation_key=uuid4(), province=province, fields={"from_on": LAST_DAY})
    with pytest.raises(NotAllowed):
        actions.add_preferred_area(by=by, creation_key=uuid4(), province=province, fields={"from_on": LAST_DAY})
    with pytest.raises(NotAllowed):
        actions.update_craft_village(craft_village_id=village.pk, by=by, version=1, fields={})
    with pytest.raises(NotAllowed):
        actions.update_preferred_area(preferred_area_id=area.pk, by=by, version=1, fields={})
    with pytest.raises(NotAllowed):
        end(village, by)
    with pytest.raises(NotAllowed):
        actions.end_preferred_area(preferred_area_id=area.pk, by=by, version=1, to_on=LAST_DAY, end_document="QĐ 3")


def test_row_that_is_there_already_in_that_time_is_refused(officer, commune):
    preferred_of(officer, commune=commune)
    with pytest.raises(Refused, match="đã có trong danh sách"):
        preferred_of(officer, commune=commune, from_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="đã có trong danh sách"):
        preferred_of(officer, commune=commune, from_on=date(2024, 1, 1))
    preferred_of(officer)  # the whole province is another row
    preferred_of(officer, commune=commune, priority_place="poor_district")
    village = village_of(officer)
    with pytest.raises(Refused, match="đã có trong danh sách"):
        village_of(officer)
    end(village, officer)
    village_of(officer, from_on=date(2026, 2, 1))
    longer = {"to_on": date(2026, 3, 1)}
    with pytest.raises(Refused, match="đã có trong danh sách"):
        actions.update_craft_village(craft_village_id=village.pk, by=officer, version=2, fields=longer)


def test_days_and_documents_must_fit(world, officer, commune):
    village = village_of(officer, commune=commune)
    with pytest.raises(Refused, match="không được trước ngày đầu tiên"):
        end(village, officer, to_on=date(2019, 12, 31))
    with pytest.raises(Refused, match="phải ghi cùng nhau"):
        end(village, officer, end_document="")
    end(village, officer)
    with pytest.raises(Refused, match="đã chấm dứt từ 31/01/2026"):
        end(village, officer, version=2)
    elsewhere = Commune.objects.get(province=world.provinces["25"])
    with pytest.raises(Refused, match="không thuộc Tỉnh Đồng Tháp"):
        village_of(officer, commune=elsewhere)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (CraftVillage, {"to_on": "2019-01-01", "end_document": "x"}),
        (CraftVillage, {"to_on": "2026-01-01"}),
        (PreferredArea, {"to_on": "2019-01-01", "end_document": "x"}),
        (PreferredArea, {"to_on": "2026-01-01"}),
    ],
)
def test_database_refuses(officer, model, change):
    village_of(officer)
    preferred_of(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


@pytest.mark.parametrize(
    ("who", "count"),
    [(("dong-thap", "auditor"), 2), (("national", "officer"), 2), (("phu-tho", "officer"), 0),
     (("dong-thap-commune", "collaborator"), 1)],
)  # fmt: skip
def test_lists_are_seen_in_the_own_scope(world, officer, commune, who, count):
    village_of(officer, commune=commune)
    village_of(officer, name="Làng nghề Không Rõ Xã")
    assert CraftVillage.objects.visible_to(world.actor(*who)).count() == count


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_or_end_at_once_leave_one(world, officer):
    outcome = at_once(lambda: village_of(officer), lambda: village_of(world.actor("dong-thap", "appraiser")))
    assert kinds(outcome) == ["NoneType", "Refused"]
    village = CraftVillage.objects.get()
    assert kinds(at_once(lambda: end(village, officer), lambda: end(village, officer))) == ["NoneType", "Stale"]


# --- which sites lie in a preferred area -----------------------------------------------------------------------------


def codes_at(on, province, before=None, commune=None):
    site = site_of(province, before.pk if before else None, commune)
    return [row.priority_place for row in PreferredBook.load(on, [site]).of(site)]


def test_site_lies_in_its_commune_and_in_the_whole_province(world, officer, commune):
    province, on = world.provinces["82"], date(2026, 1, 1)
    other = make_commune(province, "29870", "Xã Thử Hai")
    preferred_of(officer, commune=commune)
    assert codes_at(on, province, commune=commune) == ["difficult_area"]
    assert codes_at(on, province, commune=other) == []
    assert codes_at(on, province) == []
    assert codes_at(date(2025, 6, 30), province, commune=commune) == []
    preferred_of(officer, priority_place="poor_district")
    assert codes_at(on, province, commune=other) == ["poor_district"]
    assert codes_at(on, world.provinces["25"]) == []


def test_province_of_before_the_mergers_is_only_a_part_of_today(world, officer):
    today, old = world.provinces["82"], world.provinces["87@2025"]
    PreferredArea.objects.create(
        province=old, priority_place="poor_district", document="QĐ", from_on=date(2020, 1, 1),
        entered_by=officer.user, entered_for=officer.agency,
    )  # fmt: skip
    assert codes_at(date(2026, 1, 1), today, before=old) == ["poor_district"]
    assert codes_at(date(2026, 1, 1), today) == []


def test_list_follows_a_commune_that_changes_but_not_one_that_is_split(world, officer, commune):
    other = make_commune(world.provinces["82"], "29870", "Xã Thử Hai")
    for row in (commune, other):
        preferred_of(officer, commune=row)
    parts = [
        {"code": "29870", "name": "Xã Phần Một", "latitude": 10, "longitude": 105},
        {"code": "29871", "name": "Xã Phần Hai", "latitude": 10, "longitude": 105},
    ]
    apply_decision(
        decided({"rename_commune": "29869", "name": "Phường Mới"}, {"split_commune": "29870", "into": parts})
    )
    rows = {row.key: row for row in Commune.objects.select_related("current")}
    province, on = Province.objects.get(key="82"), date(2026, 6, 1)
    assert codes_at(on, province, commune=rows["29869"]) == ["difficult_area"]
    assert codes_at(on, province, commune=rows["29869-2026"]) == ["difficult_area"]
    assert codes_at(on, province, commune=rows["29870"]) == ["difficult_area"]  # as it was written, both of them
    assert codes_at(on, province, commune=rows["29870-2026"]) == []
