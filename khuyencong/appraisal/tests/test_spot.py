"""Visits to the spot with their photos, remarks between the levels, and the sheet of an appraisal as a paper."""

import struct
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.appraisal import actions
from khuyencong.appraisal.models import Level, Remark, SiteVisit, VisitPhoto
from khuyencong.appraisal.tests.conditions import agreed
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.notices.models import Notice
from khuyencong.testing import PDF, make_project

SEEN = {
    "visited_on": today(), "people": "Ông A", "place": "Ấp Thử", "latitude": Decimal("10.45"),
    "longitude": Decimal("105.63"), "findings": "Máy cũ còn chạy.",
}  # fmt: skip


def jpeg(more=b"", taken=b"2026:03:05 08:30:00", north=(10, 27, 0), east=(105, 37, 48)):
    """A JPEG that says it was taken on 05/03/2026 at 10°27'0" N, 105°37'48" E unless told otherwise; only its head is real."""
    ifd = lambda rows: struct.pack("<H", len(rows)) + b"".join(rows) + struct.pack("<I", 0)  # noqa: E731
    entry = lambda tag, kind, count, value: struct.pack("<HHI", tag, kind, count) + value  # noqa: E731
    at = lambda place: struct.pack("<I", place)  # noqa: E731
    # Header 8, first directory 30, exif 18, gps 54: then the values.
    exif_at, gps_at = 38, 56
    taken_at, lat_at, lon_at = 110, 130, 154
    tiff = b"II*\0" + at(8)
    tiff += ifd([entry(0x8769, 4, 1, at(exif_at)), entry(0x8825, 4, 1, at(gps_at))])
    tiff += ifd([entry(0x9003, 2, 20, at(taken_at))])
    tiff += ifd([
        entry(1, 2, 2, b"N\0\0\0"), entry(2, 5, 3, at(lat_at)), entry(3, 2, 2, b"E\0\0\0"), entry(4, 5, 3, at(lon_at)),
    ])  # fmt: skip
    tiff += taken + b"\0"
    tiff += b"".join(struct.pack("<6I", *(part for one in angle for part in (one, 1))) for angle in (north, east))
    block = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(block) + 2) + block + b"\xff\xda\0\x02" + more + b"\xff\xd9"


def photo(name="anh.jpg", content=None):
    return SimpleUploadedFile(name, content if content is not None else jpeg())


def visited(world, project=None, who=("dong-thap", "appraiser"), photos=(), version=None, **values):
    project = project or make_project(world, state="submitted")
    project.refresh_from_db()
    return actions.record_visit(
        project_id=project.pk, by=world.actor(*who), version=version or project.version, fields=SEEN | values,
        photos=photos,
    )  # fmt: skip


# --- visits ----------------------------------------------------------------------------------------------------------


def test_a_visit_keeps_photos_with_the_time_and_place_of_the_camera(world):
    found = visited(world, photos=[photo(), photo("hai.jpg", jpeg(b"2"))])
    first = found.photos.first()
    assert (first.taken_at, first.latitude, first.longitude) == (
        "2026-03-05 08:30:00", Decimal("10.45000"), Decimal("105.63000"),
    )  # fmt: skip
    assert found.photos.count() == 2
    assert first.attachment.kind == "photo"
    assert found.project.attachments.filter(kind="photo").count() == 2


def test_a_photo_that_says_nothing_is_kept_all_the_same(world):
    plain = b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x02\xff\xd9"
    broken = jpeg()[:60]
    for content in (plain, broken, b"\x89PNG\r\n\x1a\n" + b"x" * 20):
        name = "anh.png" if content.startswith(b"\x89") else "anh.jpg"
        one = visited(world, photos=[photo(name, content)]).photos.get()
        assert (one.taken_at, one.latitude, one.longitude) == ("", None, None)


def test_a_failed_visit_leaves_no_file(world, settings):
    project = make_project(world, state="submitted")
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    before = sorted(folder.rglob("*"))
    with pytest.raises(Refused, match="không phải ảnh"):
        visited(world, project, photos=[photo(), SimpleUploadedFile("giay.pdf", PDF + b"x")])
    assert [one for one in sorted(folder.rglob("*")) if one.is_file()] == [one for one in before if one.is_file()]
    assert not SiteVisit.objects.exists()
    with pytest.raises(Refused, match="đã được đính kèm"):
        visited(world, project, photos=[photo(), photo()])
    assert not VisitPhoto.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"visited_on": today() + timedelta(days=1)}, "tương lai"),
        ({"latitude": None}, "vĩ độ"),
        ({"findings": " "}, "kết quả"),
        ({"photos": [photo()] * 21}, "nhiều nhất 20"),
    ],
)
def test_a_visit_is_whole(world, values, words):
    with pytest.raises(Refused, match=words):
        visited(world, **values)


@pytest.mark.parametrize("state", ["draft", "returned", "approved", "rejected"])
def test_a_visit_is_made_before_the_decision(world, state):
    with pytest.raises(Refused, match="trạng thái"):
        visited(world, make_project(world, state=state))


def test_only_appraisers_of_the_levels_visit(world):
    project = make_project(world, state="submitted", source="national")
    for who in (("dong-thap-centre", "officer"), ("dong-thap", "leader"), ("phu-tho", "appraiser")):
        with pytest.raises(NotAllowed):
            visited(world, project, who)
    with pytest.raises(Stale):
        visited(world, project, version=99)
    visited(world, project)
    visited(world, project, ("national", "appraiser"))


def test_the_database_holds_where_a_visit_was(world):
    visited(world)
    for values in ({"latitude": None}, {"longitude": 181}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteVisit.objects.update(**values)


def test_a_visit_is_entered_with_files_and_shown_beside_the_appraisal(world, visit):
    project = make_project(world, state="submitted")
    client = visit(world.actor("dong-thap", "appraiser"))
    data = {"version": project.version, "visited_on": f"{today():%d/%m/%Y}", "people": "Ông A", "place": "Ấp",
            "findings": "Đủ chỗ đặt máy"}  # fmt: skip
    url = reverse("project_visit", args=[project.code])
    assert client.post(url, data | {"photos": [photo(), photo("hai.jpg", jpeg(b"2"))]}).status_code == 302
    project.refresh_from_db()
    bad = client.post(url, data | {"version": project.version, "latitude": "91", "longitude": "105"})
    assert set(bad.context["form"].errors) == {"latitude"}
    good = data | {"version": project.version, "latitude": "10,45", "longitude": "105.63"}
    assert client.post(url, good).status_code == 302
    assert SiteVisit.objects.first().latitude == Decimal("10.45")
    for page in (
        client.get(project.get_absolute_url(), {"tab": "tham-dinh"}),
        client.get(reverse("project_appraise", args=[project.code, "base"])),
    ):
        content = page.content.decode()
        assert "Đủ chỗ đặt máy" in content
        assert "máy ảnh ghi 2026-03-05 08:30:00" in content


# --- remarks ---------------------------------------------------------------------------------------------------------


def say(world, project, who=("dong-thap", "appraiser"), text="Xem đơn giá", version=None):
    project.refresh_from_db()
    return actions.remark(project_id=project.pk, by=world.actor(*who), version=version or project.version, text=text)


def test_both_levels_write_and_only_they_read(world, visit):
    project = make_project(world, state="submitted", source="national")
    say(world, project)
    say(world, project, ("national", "appraiser"), "Đã xem, đề nghị Sở đi kiểm tra")
    told = Notice.objects.filter(sentence__contains="trao đổi").values_list("user__username", flat=True)
    assert set(told) == {"national.appraiser", "dong-thap.appraiser"}
    for who, reads in (
        (("dong-thap", "leader"), True),
        (("national", "officer"), True),
        (("dong-thap-centre", "officer"), False),
    ):
        page = visit(world.actor(*who)).get(project.get_absolute_url(), {"tab": "tham-dinh"}).content.decode()
        assert ("Xem đơn giá" in page) is reads, who


def test_the_unit_does_not_read_remarks_in_the_trail(world, visit):
    project = make_project(world, state="submitted", source="national")
    say(world, project)
    page = visit(world.actor("dong-thap-centre", "officer")).get(project.get_absolute_url(), {"tab": "nhat-ky"})
    assert "Xem đơn giá" not in page.content.decode()


def test_a_project_of_one_level_has_nobody_to_write_to(world):
    for source, unit, who in (
        ("local", "", ("dong-thap", "appraiser")),
        ("national", "region", ("national", "appraiser")),
    ):
        project = make_project(world, state="submitted", source=source, unit=unit)
        with pytest.raises(Refused, match="qua cả hai cấp"):
            say(world, project, who)


def test_a_remark_is_only_added_once_and_never_changed(world):
    project = make_project(world, state="submitted", source="national")
    version = project.version
    say(world, project)
    with pytest.raises(Stale):
        say(world, project, version=version)
    with pytest.raises(Refused, match="ghi ý kiến"):
        say(world, project, text=" ")
    with pytest.raises(NotAllowed):
        say(world, project, ("dong-thap", "leader"))
    with pytest.raises(Refused, match="trước khi có quyết định"):
        say(world, make_project(world, state="rejected", source="national"))
    for change in (lambda: Remark.objects.update(text="Khác"), lambda: Remark.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# --- the sheet as a paper --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "level", "form"),
    [
        ("local", Level.BASE, "Mẫu số 4b, Phụ lục 1 TT 36/2013 (vận dụng cho nguồn địa phương)"),
        ("national", Level.BASE, "Mẫu số 4b, Phụ lục 1 TT 36/2013;"),
        ("national", Level.CENTRAL, "Phiếu thẩm định cấp Bộ;"),
    ],
)
def test_the_sheet_says_what_was_recorded_and_that_its_form_is_provisional(world, visit, source, level, form):
    project = agreed(world, source=source, level=level)
    appraisal = project.appraisals.first()
    client = visit(world.actor("dong-thap", "auditor"))
    page = client.get(reverse("project_appraisal_paper", args=[project.code, appraisal.pk])).content.decode()
    for words in (
        form,
        "mẫu tạm",
        "Đồng ý có điều kiện",
        "1. Bổ sung báo giá thứ hai",
        "TT 36/2013 Đ9.1",
        project.code,
    ):
        assert words in page, words
    first, second = (
        client.get(reverse("project_appraisal_pdf", args=[project.code, appraisal.pk])).content for _ in range(2)
    )
    assert first.startswith(b"%PDF")
    assert first == second


def test_a_return_lists_what_to_put_right(world, visit):
    project = make_project(world, state="returned")
    appraisal = project.appraisals.get()
    url = reverse("project_appraisal_paper", args=[project.code, appraisal.pk])
    assert "1. Cần bổ sung." in visit(world.actor("dong-thap-centre", "officer")).get(url).content.decode()
    assert visit(world.actor("phu-tho", "leader")).get(url).status_code == 404
    other = make_project(world, state="base_appraised")
    wrong = reverse("project_appraisal_paper", args=[other.code, appraisal.pk])
    assert visit(world.actor("dong-thap", "leader")).get(wrong).status_code == 404


def test_what_the_law_said_is_kept_with_the_appraisal(world):
    project = agreed(world, project=make_project(world, state="submitted", support=100_000_000))
    assert isinstance(project.appraisals.get().findings, list)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_takes_as_many_queries_for_three_as_for_one(world, visit, rows, django_assert_num_queries):
    project = agreed(world, source="national", conditions="\n".join(["Điều kiện"] * rows))
    for number in range(rows):
        visited(world, project, photos=[photo(content=jpeg(bytes([number])))])
        say(world, project)
    client = visit(world.actor("dong-thap", "appraiser"))
    client.get(project.get_absolute_url(), {"tab": "tham-dinh"})
    with django_assert_num_queries(26):
        client.get(project.get_absolute_url(), {"tab": "tham-dinh"})
