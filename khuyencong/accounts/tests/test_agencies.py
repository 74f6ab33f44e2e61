"""Adding, naming, moving and ending agencies."""

from datetime import timedelta

import pytest

from khuyencong.accounts.actions import (
    close,
    correct_name,
    create_commune_agency,
    create_service,
    merge,
    move,
    rename,
)
from khuyencong.accounts.queries import agencies_found, tree
from khuyencong.accounts.tests.conftest import fresh
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people.actors import actor_for, memberships_of
from khuyencong.people.models import Agency, AgencyName, AgencyParent, Invitation, Membership
from khuyencong.places.models import Commune
from khuyencong.testing import at_once, build_world, kinds

pytestmark = pytest.mark.django_db
TODAY, DAY = today(), timedelta(days=1)
QD = "12/QĐ-UBND"


def new_service(world, name="Công ty Dịch vụ Thử", parent="dong-thap", by=None):
    by = by or world.actor("dong-thap", "administrator")
    return create_service(by=by, parent_id=world.agencies[parent].pk, name=name, document=QD)


def another_commune(world, code="29999"):
    commune = Commune.objects.get(pk=world.agencies["dong-thap-commune"].commune_id)
    commune.pk, commune.code, commune.key, commune.name, commune._state.adding = None, code, code, "Xã Chưa Có", True
    commune.save()
    commune.current = commune
    commune.save()
    return commune


def test_service_stands_under_its_agency_with_its_document(world, admin):
    service = new_service(world)
    assert (service.parent, service.province) == (world.agencies["dong-thap"], world.provinces["82"])
    assert service.names.get().source == service.parents.get().source == QD
    event = AuditEvent.objects.get(action="agency.create")
    assert (event.thread, event.actor_id, event.after["tên"]) == (service.thread, admin.user.pk, service.name)


def test_service_of_that_name_only_once(world):
    new_service(world)
    with pytest.raises(Refused, match="đã có cơ quan mang tên này"):
        new_service(world, "CÔNG TY dịch vụ thử")
    assert new_service(world, parent="dong-thap-centre").code != new_service(world, "Khác").code


def test_service_outside_the_scope_is_not_allowed(world):
    with pytest.raises(NotAllowed):
        new_service(world, parent="phu-tho")
    with pytest.raises(NotAllowed):
        new_service(world, parent="dong-thap", by=world.actor("dong-thap-centre", "administrator"))
    assert new_service(world, parent="phu-tho", by=world.actor("national", "administrator"))


def test_commune_on_demand_once(world, admin):
    commune = another_commune(world)
    made = create_commune_agency(by=admin, commune_id=commune.pk)
    assert (made.name, made.parent) == ("Ủy ban nhân dân xã Chưa Có", world.agencies["dong-thap"])
    assert not made.names.get().verified  # its name follows the pattern
    with pytest.raises(Refused, match="đã có trên hệ thống"):
        create_commune_agency(by=admin, commune_id=commune.pk)


def test_commune_of_another_province_is_not_allowed(world, admin):
    commune = Commune.objects.get(province=world.provinces["25"])
    with pytest.raises(NotAllowed):
        create_commune_agency(by=admin, commune_id=commune.pk)


def test_gone_commune_gets_no_agency(world, admin):
    commune = another_commune(world)
    Commune.objects.filter(pk=commune.pk).update(valid_to=TODAY)
    with pytest.raises(Refused, match="không còn là đơn vị hành chính"):
        create_commune_agency(by=admin, commune_id=commune.pk)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_add_one_commune_at_once():
    world = build_world()
    commune, by = another_commune(world), world.actor("dong-thap", "administrator")

    def add():
        create_commune_agency(by=by, commune_id=commune.pk)

    assert kinds(at_once(add, add)) == ["NoneType", "Refused"]
    assert Agency.objects.filter(commune=commune).count() == 1


def change_name(world, by, name="Trung tâm Khuyến công và Xúc tiến", on=TODAY, version=1, agency="dong-thap-centre"):
    return rename(
        agency_id=world.agencies[agency].pk,
        by=by,
        version=version,
        name=name,
        short_name="TTKC & XT",
        on=on,
        document=QD,
    )


def test_renamed_from_a_day_on(world, admin):
    old = world.agencies["dong-thap-centre"].name
    centre = change_name(world, admin, on=TODAY - DAY)
    assert fresh(centre).name == "Trung tâm Khuyến công và Xúc tiến"
    assert centre.name_on(TODAY - 2 * DAY) == old
    assert centre.name_on(TODAY - DAY) == centre.name
    first, second = AgencyName.objects.filter(agency=centre).order_by("pk")
    assert (first.to_on, second.from_on, second.source, second.verified) == (TODAY - 2 * DAY, TODAY - DAY, QD, True)
    assert list(Agency.objects.search("xuc tien")) == [centre]
    assert centre in Agency.objects.search("trung tam khuyen cong dong thap")  # by its name of before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"on": TODAY + DAY}, "không được ở tương lai"),
        ({"name": "Trung tâm Khuyến công Đồng Tháp"}, "giống tên đang dùng"),
    ],
)
def test_rename_refused(world, admin, change, sentence):
    with pytest.raises(Refused, match=sentence):
        change_name(world, admin, **change)


def test_rename_of_an_old_page_and_of_another_province(world, admin):
    with pytest.raises(Stale):
        change_name(world, admin, version=7)
    with pytest.raises(NotAllowed):
        change_name(world, admin, agency="phu-tho")
    with pytest.raises(NotAllowed):
        change_name(world, world.actor("dong-thap", "leader"))


def test_rename_before_the_name_of_today_or_to_a_name_of_before(world, admin):
    change_name(world, admin, on=TODAY - 3 * DAY)
    with pytest.raises(Refused, match="phải sau ngày của tên hiện nay"):
        change_name(world, admin, name="Khác", on=TODAY - 3 * DAY, version=2)
    with pytest.raises(Refused, match="đã từng mang tên này"):
        change_name(world, admin, name="Trung tâm Khuyến công Đồng Tháp", version=2)


def test_corrected_name_renames_nothing(world, admin):
    change_name(world, admin, on=TODAY - 9 * DAY)
    centre = world.agencies["dong-thap-centre"]
    wrong = AgencyName.objects.get(agency=centre, name="Trung tâm Khuyến công và Xúc tiến")
    data = {"name": "Trung tâm Khuyến công, Xúc tiến", "short_name": "TT", "from_on": TODAY - 5 * DAY, "document": QD}
    correct_name(agency_id=centre.pk, by=admin, version=2, name_id=wrong.pk, **data)
    centre = fresh(centre)
    assert (centre.name, centre.short_name, centre.names.count()) == ("Trung tâm Khuyến công, Xúc tiến", "TT", 2)
    assert centre.name_on(TODAY - 6 * DAY) == "Trung tâm Khuyến công Đồng Tháp"
    assert centre.names.get(name="Trung tâm Khuyến công Đồng Tháp").to_on == TODAY - 6 * DAY


def test_day_and_document_verify_a_name_of_the_past(world, admin):
    national = world.agencies["national"]
    past = AgencyName.objects.create(agency=national, name="Cục Công Thương địa phương", seen_on=TODAY - 900 * DAY)
    now = AgencyName.objects.create(agency=national, name=national.name, seen_on=TODAY - 90 * DAY)
    by = world.actor("national", "administrator")
    data = {"name": now.name, "short_name": "Cục", "from_on": TODAY - 200 * DAY, "document": QD}
    correct_name(agency_id=national.pk, by=by, version=1, name_id=now.pk, **data)
    assert (fresh(now).verified, fresh(past).verified) == (True, False)
    assert fresh(past).to_on == TODAY - 201 * DAY
    assert fresh(national).name_on(TODAY - 150 * DAY) == national.name
    data = {"name": "Cục Công Thương Địa phương", "short_name": "Cục", "from_on": None, "document": ""}
    correct_name(agency_id=national.pk, by=by, version=2, name_id=past.pk, **data)
    assert fresh(national).name == now.name  # only the name of the past was put right


def test_moved_from_a_day_on(world, admin):
    service = new_service(world)
    moved = move(
        agency_id=service.pk,
        by=admin,
        version=1,
        parent_id=world.agencies["dong-thap-centre"].pk,
        on=TODAY,
        document=QD,
    )
    assert moved.parent == world.agencies["dong-thap-centre"]
    assert moved.parent_on(TODAY - DAY) == world.agencies["dong-thap"]
    assert moved.parent_on(TODAY) == world.agencies["dong-thap-centre"]
    assert AgencyParent.objects.filter(agency=service, to_on__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("agency", "parent", "error"),
    [
        ("dong-thap-centre", "phu-tho", "cùng tỉnh"),
        ("dong-thap-centre", "national", "không đứng dưới"),
        ("dong-thap", "national", "không đứng dưới"),
        ("region", "national", "đang đứng dưới"),
        ("dong-thap-centre", "dong-thap-centre", "không đứng dưới"),
    ],
)
def test_tree_keeps_its_shape(world, agency, parent, error):
    by, above = world.actor("national", "administrator"), world.agencies[parent]
    with pytest.raises(Refused, match=error):
        move(agency_id=world.agencies[agency].pk, by=by, version=1, parent_id=above.pk, on=TODAY, document=QD)


def test_own_agency_does_not_move_itself(world):
    centre = world.agencies["dong-thap-centre"]
    by = world.actor("dong-thap-centre", "administrator")
    with pytest.raises(NotAllowed):  # the department is not in the centre's scope
        move(agency_id=centre.pk, by=by, version=1, parent_id=world.agencies["dong-thap"].pk, on=TODAY, document=QD)


def test_closed_agency_lets_nobody_work(world, admin, hire):
    service = new_service(world)
    user = hire()
    Membership.objects.create(user=user, agency=service, role="officer")
    close(agency_id=service.pk, by=admin, version=1, last_day=TODAY - DAY, document=QD)
    assert memberships_of(user) == []
    assert fresh(service).active_to == TODAY - DAY


def test_what_cannot_be_closed(world, admin):
    national = world.actor("national", "administrator")
    for agency, by, sentence in (
        ("national", national, "chỉ đổi tên"),
        ("dong-thap", admin, "Cơ quan cấp trên"),
        ("dong-thap", national, "đứng dưới"),
    ):
        with pytest.raises(Refused, match=sentence):
            close(agency_id=world.agencies[agency].pk, by=by, version=1, last_day=TODAY, document=QD)


def merged(world, by, *, agency="dong-thap-centre", into="dong-thap", on=TODAY):
    return merge(
        agency_id=world.agencies[agency].pk, by=by, version=1, into_id=world.agencies[into].pk, on=on, document=QD
    )


def test_merged_agency_is_succeeded_with_its_people_and_its_letters(world, admin, hire):
    centre, department = world.agencies["dong-thap-centre"], world.agencies["dong-thap"]
    first = Agency.objects.create(
        code="cu", kind="centre", name="x", short_name="x", province=world.provinces["87@2025"], successor=centre,
        active_to=TODAY - 99 * DAY,
    )  # fmt: skip
    below = new_service(world, parent="dong-thap-centre")
    both = hire("dong-thap-centre", "officer")
    Membership.objects.create(user=both, agency=department, role="officer")
    officer = world.actor("dong-thap-centre", "officer").user
    invitation = Invitation.objects.create(
        email="a@b.example", full_name="A", agency=centre, role="officer", token_hash="x", invited_by=admin.user,
        expires_at="2100-01-01T00:00:00Z",
    )  # fmt: skip
    merged(world, admin)
    centre = fresh(centre)
    assert (centre.active_to, centre.successor) == (TODAY - DAY, department)
    assert fresh(first).successor == department  # never a chain
    assert fresh(below).parent == department
    assert fresh(below).parent_on(TODAY - DAY) == centre
    assert fresh(invitation).revoked_at is not None
    assert [(hat.agency, hat.role) for hat in memberships_of(officer)] == [(department, "officer")]
    assert [hat.agency for hat in memberships_of(both)] == [department]
    assert actor_for(officer, origin="").agency_ids == {department.pk, centre.pk, first.pk}


def test_delegation_at_the_merged_agency_lapses(world, admin, hire):
    centre = world.agencies["dong-thap-centre"]
    lender, receiver = world.actor("dong-thap-centre", "leader").user, world.actor("dong-thap-centre", "officer").user
    lent = Membership.objects.create(
        user=receiver, agency=centre, role="leader", delegated_by=lender, document="1", from_on=TODAY, to_on=TODAY + DAY
    )
    merged(world, admin)
    assert not fresh(lent).is_active
    assert {hat.role for hat in memberships_of(receiver)} == {"officer"}


@pytest.mark.parametrize(
    ("agency", "into", "sentence"),
    [
        ("dong-thap", "phu-tho", "chưa sáp nhập với nhau"),
        ("dong-thap", "dong-thap-centre", "không sáp nhập vào"),
        ("national", "dong-thap", "chỉ đổi tên"),
        ("owner", "dong-thap", "trang tài khoản"),
    ],
)
def test_merge_refused(world, agency, into, sentence):
    with pytest.raises(Refused, match=sentence):
        merged(world, world.actor("national", "administrator"), agency=agency, into=into)


def test_merge_on_a_day_to_come_is_refused(world, admin):
    with pytest.raises(Refused, match="tương lai"):
        merged(world, admin, on=TODAY + DAY)


@pytest.mark.parametrize("count", [1, 3])
def test_tree_and_search_take_constant_queries(world, count, django_assert_num_queries, django_assert_max_num_queries):
    for number in range(count):
        new_service(world, f"Công ty {number}")
    with django_assert_max_num_queries(5):
        roots = tree(TODAY)
    nodes = {node.agency.code: node for node in roots}
    assert [child.agency.code for child in nodes["national"].children] == ["region"]
    assert (nodes["dong-thap"].communes, nodes["dong-thap"].services) == (1, count)
    with django_assert_num_queries(4):  # rows, names, parents, and who those are
        rows = list(agencies_found(text="cong ty", kind="", under="", on=TODAY))
        assert [row.parent_on(TODAY) for row in rows] == [world.agencies["dong-thap"]] * count


def test_tree_of_a_day_before(world, admin):
    merged(world, admin)
    before = {node.agency.code: node for node in tree(TODAY - DAY)}
    assert [child.agency.code for child in before["dong-thap"].children] == ["dong-thap-centre"]
    assert tree(TODAY)[0].agency.code == "national"
    assert {node.agency.code: node for node in tree(TODAY)}["dong-thap"].children == []
