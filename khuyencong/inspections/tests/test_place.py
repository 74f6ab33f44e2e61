"""Where a visit was, what a photo says of itself, and who reads the exact place."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.appraisal.tests.test_spot import jpeg
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.exif import shot_of
from khuyencong.inspections.actions import add_files
from khuyencong.inspections.models import FileKind, Inspection, InspectionFile, Visit
from khuyencong.inspections.place import sees_exactly
from khuyencong.inspections.shown import visits_of
from khuyencong.inspections.tests.making import CENTRE, SO, order, visited
from khuyencong.testing import PDF, make_project

OFFICER, LEADER = (SO, "officer"), (SO, "leader")
PICTURE = b"\xff\xc0\x00\x03a\xff\xda\x00\x02"


def photo(name="anh.jpg", content=None):
    return SimpleUploadedFile(name, jpeg() if content is None else content)


def taken(day=None):
    return f"{day or today():%Y:%m:%d} 08:30:00".encode()


def shown(world, inspection, who=OFFICER):
    return visits_of(inspection, world.actor(*who))[0]


def site_at(project, latitude, longitude):
    """The establishment of the đề án stands there."""
    place = project.beneficiaries.get().establishment
    place.latitude, place.longitude = latitude, longitude
    place.save()


@pytest.fixture
def project(world):
    found = make_project(world, state="in_progress")
    site_at(found, 10.45, 105.63)
    return found


def test_a_photo_taken_there_on_that_day_raises_no_doubt(world, project):
    inspection = visited(world, order(world, project), photos=[photo(content=jpeg(taken=taken()))])
    one = shown(world, inspection).photos[0]
    assert (one.doubts, one.seen.point, one.seen.distance) == (
        [], "10,45; 105,63", "cách nơi đã đăng ký của cơ sở 0 m",
    )  # fmt: skip
    assert one.taken == f"{today():%d/%m/%Y} 08:30"


def test_the_distance_of_a_visit_is_shown_in_metres(world, project):
    inspection = visited(
        world, order(world, project), latitude=Decimal("10.46"), longitude=Decimal("105.63"), placed_by="phone",
        accuracy=12,
    )  # fmt: skip
    seen = shown(world, inspection).seen
    assert (seen.point, seen.distance, seen.is_far) == (
        "10,46; 105,63", "cách nơi đã đăng ký của cơ sở 1.112 m", True,
    )  # fmt: skip
    visit = inspection.visits.get()
    assert (visit.placed_by, visit.accuracy) == ("phone", 12)


def test_without_a_point_of_its_own_the_commune_stands_for_the_establishment(world):
    project = make_project(world, state="in_progress")
    place = project.beneficiaries.get().establishment
    point = {"latitude": Decimal("10.1"), "longitude": Decimal("105.1")}
    assert shown(world, visited(world, order(world, project), **point)).seen.distance == ""
    place.commune = world.agencies["dong-thap-commune"].commune
    place.save()
    other = visited(world, Inspection.objects.get(), **point)
    seen = visits_of(other, world.actor(*OFFICER))[1].seen
    assert seen.distance.startswith("cách trung tâm xã (cơ sở chưa có điểm riêng) 15.")


@pytest.mark.parametrize(
    ("content", "doubts"),
    [
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x02\xff\xd9", ["tệp không ghi giờ chụp", "tệp không ghi nơi chụp"]),
        (jpeg()[:60], ["tệp không ghi giờ chụp", "tệp không ghi nơi chụp"]),
        (jpeg(taken=b"2026:13:45 99:99:99"), ["giờ máy ảnh ghi không thể đúng"]),
        (jpeg(taken=b"1970:01:01 00:00:00"), ["giờ máy ảnh ghi không thể đúng"]),
        (jpeg(taken=b"2099:01:01 00:00:00"), ["giờ máy ảnh ghi không thể đúng"]),
        (jpeg(taken=b"xxxxxxxxxxxxxxxxxxx"), ["tệp không ghi giờ chụp"]),
        (jpeg(taken=taken(), north=(0, 0, 0), east=(0, 0, 0)), ["tọa độ máy ảnh ghi ở ngoài Việt Nam"]),
        (jpeg(taken=taken(), north=(48, 51, 0), east=(2, 21, 0)), ["tọa độ máy ảnh ghi ở ngoài Việt Nam"]),
        (jpeg(taken=taken(), north=(91, 0, 0), east=(105, 0, 0)), ["tệp không ghi nơi chụp"]),
        (jpeg(taken=taken(), north=(4_294_967_295, 0, 0), east=(105, 0, 0)), ["tệp không ghi nơi chụp"]),
        (jpeg(taken=taken(), north=(10, 57, 0)), ["chụp ở xa nơi đã đăng ký hơn 1.000 m"]),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 20, ["tệp không ghi giờ chụp", "tệp không ghi nơi chụp"]),
    ],
)  # fmt: skip
def test_a_doubtful_photo_is_kept_and_said_to_be_so(world, project, content, doubts):
    name = "anh.png" if content.startswith(b"\x89") else "anh.jpg"
    inspection = visited(world, order(world, project), photos=[photo(name, content)])
    assert shown(world, inspection).photos[0].doubts == doubts
    with inspection.files.get().file.open("rb") as stored:
        assert stored.read() == content


def test_a_photo_of_another_day_is_pointed_out(world, project):
    past = today() - timedelta(days=5)
    inspection = visited(world, order(world, project), photos=[photo(content=jpeg(taken=taken(past)))])
    assert shown(world, inspection).photos[0].doubts == [f"chụp ngày {past:%d/%m/%Y}, không phải ngày kiểm tra"]


@pytest.mark.parametrize(
    ("uploads", "words"),
    [
        ([SimpleUploadedFile("giay.pdf", PDF + b"x")], "không phải ảnh"),
        ([photo(), SimpleUploadedFile("anh.jpg", b"MZ not a picture")], "không đúng loại"),
        ([SimpleUploadedFile("anh.png", jpeg())], "không khớp đuôi tệp"),
        ([SimpleUploadedFile("anh.jpg", b"")], "rỗng"),
        ([photo(), photo("hai.jpg")], "đã có trong cuộc kiểm tra"),
        ([photo()] * 21, "nhiều nhất 20"),
        ([SimpleUploadedFile("anh.jpg", jpeg() + b"x" * 2_000)], "lớn hơn"),
    ],
)
def test_a_hostile_photo_leaves_nothing(world, project, settings, uploads, words):
    settings.MAX_ATTACHMENT_BYTES = 1_500
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    before = sorted(one for one in folder.rglob("*") if one.is_file())
    inspection = order(world, project)
    with pytest.raises(Refused, match=words):
        visited(world, inspection, photos=uploads)
    assert sorted(one for one in folder.rglob("*") if one.is_file()) == before
    assert not InspectionFile.objects.exists()
    assert not Visit.objects.exists()


def test_photos_come_in_several_goes_each_with_its_time_and_place(world, project):
    inspection = visited(world, order(world, project), photos=[photo()])

    def add(content, **more):
        given = {"kind": FileKind.PHOTO, "uploads": [photo(content=content)], "visit": inspection.visits.get(), **more}
        add_files(
            inspection_id=inspection.pk, by=world.actor(*OFFICER), version=Inspection.objects.get().version, **given
        )

    add(jpeg(b"2"))
    add(jpeg(b"3", taken=taken()))
    photos = shown(world, inspection).photos
    assert [one.seen.point for one in photos] == ["10,45; 105,63"] * 3
    assert photos[2].doubts == []
    with pytest.raises(Refused, match="chọn lần ấy"):
        add(jpeg(b"4"), visit=None)
    with pytest.raises(Refused, match="không phải ảnh"):
        add(b"", uploads=[SimpleUploadedFile("giay.pdf", PDF + b"x")])


def test_an_inspection_has_an_end_of_files(world, project, monkeypatch):
    monkeypatch.setattr("khuyencong.inspections.files.MOST_FILES", 2)
    inspection = visited(world, order(world, project), photos=[photo(content=jpeg(b"1")), photo(content=jpeg(b"2"))])
    with pytest.raises(Refused, match="tối đa 2 tệp"):
        visited(world, inspection, photos=[photo(content=jpeg(b"3"))])


# --- who reads the exact place ---------------------------------------------------------------------------------------


def test_only_those_who_may_see_personal_data_read_the_exact_place(world, project):
    point = {"latitude": Decimal("10.45123"), "longitude": Decimal("105.63321")}
    inspection = visited(world, order(world, project), photos=[photo()], **point)
    exact = {who for who in (OFFICER, LEADER, (SO, "auditor"), (CENTRE, "officer"), ("national", "leader"))
             if sees_exactly(world.actor(*who), inspection)}  # fmt: skip
    assert exact == {OFFICER, (CENTRE, "officer")}
    hidden = shown(world, inspection, LEADER)
    assert (hidden.seen.point, hidden.photos[0].seen.point) == ("•••; •••", "•••; •••")
    assert hidden.seen.distance == "cách nơi đã đăng ký của cơ sở khoảng 400 m"


def test_the_page_and_the_minutes_hide_the_place_as_well(world, project, visit):
    point = {"latitude": Decimal("10.45123"), "longitude": Decimal("105.63321")}
    inspection = visited(world, order(world, project), photos=[photo()], **point)
    page = inspection.get_absolute_url()
    minutes = reverse("inspection_minutes", args=[inspection.pk, 1])
    seen, hidden = (visit(world.actor(*who)) for who in (OFFICER, LEADER))
    assert "10,45123" in seen.get(page).content.decode()
    for leak in ("10,45123", "105,63321", "10.45123", "105.63321"):
        assert leak not in hidden.get(page).content.decode()
    assert "ảnh tải về không kèm vị trí" in hidden.get(page).content.decode()
    assert seen.get(minutes).content != hidden.get(minutes).content


def test_a_photo_is_handed_out_as_it_came_or_without_its_place(world, project, visit):
    content = jpeg().replace(b"\xff\xda\x00\x02", PICTURE)
    inspection = visited(world, order(world, project), photos=[photo(content=content)])
    url = reverse("inspection_file", args=[inspection.pk, inspection.files.get().pk])
    whole = b"".join(visit(world.actor(*OFFICER)).get(url).streaming_content)
    assert whole == content
    bare = b"".join(visit(world.actor(*LEADER)).get(url).streaming_content)
    assert b"Exif" not in bare
    assert bare.endswith(PICTURE + b"\xff\xd9")
    with inspection.files.get().file.open("rb") as stored:
        assert shot_of(stored).latitude is not None
    events = AuditEvent.objects.filter(action="inspection.download").order_by("seq")
    assert [one.after["bỏ vị trí"] for one in events] == [False, True]


def test_a_photo_that_cannot_be_read_to_its_end_is_for_those_who_may_see_all(world, project, visit):
    inspection = visited(world, order(world, project), photos=[photo(content=jpeg()[:60])])
    url = reverse("inspection_file", args=[inspection.pk, inspection.files.get().pk])
    assert b"".join(visit(world.actor(*OFFICER)).get(url).streaming_content) == jpeg()[:60]
    answer = visit(world.actor(*LEADER)).get(url)
    assert (answer.status_code, "Không bỏ được vị trí" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "values", [{"latitude": None}, {"longitude": 181}, {"latitude": -91}, {"placed_by": ""}, {"placed_by": "gps"}]
)
def test_the_database_holds_where_a_visit_was(world, project, values):
    visited(world, order(world, project), latitude=Decimal("10.4"), longitude=Decimal("105.6"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.update(**values)
