"""Deciding what the public reads: by whom, from which state, never with a person in the words; one by one and many at once."""

import pytest
from django.urls import reverse

from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.models import Establishment
from khuyencong.opendata.actions import publish_project, withdraw_publication, write_publication
from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.opendata.rules import suggested_title
from khuyencong.opendata.tests.publishing import TEXTS, published, written
from khuyencong.testing import make_project
from tests.looking import actions_since, whole_database

HOUSEHOLD = "Hộ kinh doanh Nguyễn Văn Thử"


@pytest.fixture
def officer(world):
    return world.actor("dong-thap", "officer")


@pytest.fixture
def project(world):
    """Of a household, whose owner is on record."""
    found = make_project(world, state="approved")
    Establishment.objects.filter(benefits__project=found).update(name=HOUSEHOLD, owner_name="Nguyễn Văn Thử")
    return found


def test_written_published_and_withdrawn(world, officer, project, visit, count_from):
    first = count_from()
    publication = written(world, project)
    assert not Publication.objects.public().exists()
    publication = publish_project(project_id=project.pk, by=officer, version=publication.version)
    assert Publication.objects.public().search("may say dong thap").get() == publication
    assert not Publication.objects.public().search("nguyen van thu").exists()

    # What is published changes at once, and under the same rules.
    with pytest.raises(Refused, match="nêu tên"):
        write_publication(
            project_id=project.pk, by=officer, version=publication.version,
            fields={**TEXTS, "result": "Ông NGUYEN VAN THU đã lắp máy."},
        )  # fmt: skip
    with pytest.raises(Refused, match="lý do"):
        withdraw_publication(project_id=project.pk, by=officer, version=publication.version, reason=" ")
    withdrawn = withdraw_publication(project_id=project.pk, by=officer, version=publication.version, reason="Sai số.")
    assert withdrawn.state == PublicationState.WITHDRAWN
    assert not Publication.objects.public().exists()
    with pytest.raises(Stale):
        publish_project(project_id=project.pk, by=officer, version=publication.version)
    publish_project(project_id=project.pk, by=officer, version=withdrawn.version)
    assert actions_since(first) == [
        "publication.write", "publication.publish", "publication.withdraw", "publication.publish",
    ]  # fmt: skip


@pytest.fixture
def count_from(db):
    from khuyencong.audit.models import AuditHead

    return lambda: AuditHead.objects.values_list("seq", flat=True).first()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Gọi 0912 345 678 để hỏi.", "điện thoại"),
        ("Gọi +84912345678.", "điện thoại"),
        ("Số 079185001234 cấp năm 2021.", "12 chữ số"),
        ("Thư: ai.do@example.vn", "thư điện tử"),
        ("Ở 10.45673, 105.63255; gần chợ", "tọa độ"),
        ("Hộ ông Nguyễn  Văn Thử mua máy.", "nêu tên"),
    ],
)
def test_nothing_of_a_person_is_published(world, project, text, what):
    before = whole_database()
    with pytest.raises(Refused, match=what):
        written(world, project, summary=text)
    assert whole_database() == before


def test_money_and_consent_are_no_fault(world, project):
    publication = written(
        world, project, summary="Vốn 10.000.000.000 đồng, 0,5 tỷ đồng; hộ Nguyễn Văn Thử đã đồng ý.",
        consent=True, consent_document="Giấy đồng ý 01/VIDU",
    )  # fmt: skip
    assert "nguyen" in publication.haystack
    with pytest.raises(Refused, match="văn bản đồng ý"):
        written(world, project, consent=True)


def test_only_who_decides(world, officer, project, visit):
    draft = make_project(world)
    with pytest.raises(Refused, match="Đang soạn"):
        publish_project(project_id=draft.pk, by=officer, version=0)
    for agency, role in (("dong-thap", "appraiser"), ("dong-thap-centre", "officer"), ("phu-tho", "officer")):
        with pytest.raises(NotAllowed):
            publish_project(project_id=project.pk, by=world.actor(agency, role), version=0)
    version = {"version": "0"}
    for name in ("publication_write", "publication_publish", "publication_withdraw"):
        address = reverse(name, args=[project.code])
        assert visit(world.actor("phu-tho", "officer")).post(address, version).status_code == 404, name
        assert visit(world.actor("dong-thap", "appraiser")).post(address, version).status_code == 403, name
    many = {"chon": [project.pk]}
    assert visit(world.actor("phu-tho", "officer")).post(reverse("publications_publish"), many).status_code == 404
    assert visit(world.actor("dong-thap", "appraiser")).post(reverse("publications_publish"), many).status_code == 403
    assert not Publication.objects.exists()


def test_pages_of_one(world, officer, project, visit):
    """Written, looked at as everybody will see it, published, withdrawn, each by its button."""
    browser = visit(officer)
    page = browser.get(reverse("publication", args=[project.code])).content.decode()
    assert "Chưa viết bản công khai" in page
    texts = {name: value for name, value in TEXTS.items() if name != "consent"}
    answer = browser.post(reverse("publication_write", args=[project.code]), {**texts, "version": "0"}, follow=True)
    page = answer.content.decode()
    assert "Xem trước: mọi người sẽ đọc" in page
    assert TEXTS["summary"] in page
    assert HOUSEHOLD not in page  # the preview shows the kind alone
    assert "Hộ kinh doanh" in page
    browser.post(reverse("publication_publish", args=[project.code]), {"version": "1"})
    assert Publication.objects.get().state == PublicationState.PUBLISHED
    assert "Mọi người đang đọc" in browser.get(reverse("publication", args=[project.code])).content.decode()
    wrong = browser.post(reverse("publication_withdraw", args=[project.code]), {"version": "1", "reason": "Xem lại."})
    assert wrong.status_code == 422  # opened before it was published
    browser.post(reverse("publication_withdraw", args=[project.code]), {"version": "2", "reason": "Xem lại."})
    assert "Xem lại." in browser.get(reverse("publication", args=[project.code])).content.decode()


def test_many_at_once_row_by_row(world, officer, visit, django_assert_max_num_queries):
    """One names a household in its title only as the registry has it, one in other words: the latter waits for a person."""
    done = [make_project(world, state="accepted") for _ in range(3)]
    browser, address = visit(officer), reverse("publications")
    for number in (1, 3):
        with django_assert_max_num_queries(16):
            page = browser.get(address, {"q": done[0].code} if number == 1 else {}).content.decode()
        assert page.count('name="chon"') == number
    Establishment.objects.filter(benefits__project__in=done[:2]).update(name=HOUSEHOLD, owner_name="Nguyễn Văn Thử")
    for one, name in zip(done, (f"Máy cho {HOUSEHOLD}", "Máy cho nguyen van thu", "Máy sấy"), strict=True):
        one.name = name
        one.save()
    answer = browser.post(reverse("publications_publish"), {"chon": [one.pk for one in done]}, follow=True)
    page = answer.content.decode()
    assert "Đã công bố 2 đề án" in page
    assert "Chưa công bố 1 đề án" in page
    titles = set(Publication.objects.public().values_list("title", flat=True))
    assert titles == {"Máy cho một cơ sở", "Máy sấy"}
    again = browser.post(reverse("publications_publish"), {"chon": [done[2].pk]}, follow=True).content.decode()
    assert "Không thể «Công bố»" in again
    assert browser.post(reverse("publications_publish"), {}).status_code == 409
    page = browser.get(address, {"muc": "dang"}).content.decode()
    assert [reverse("publication", args=[one.code]) in page for one in done] == [True, False, True]


def test_a_name_of_an_enterprise_stays_in_the_title(world, project):
    Establishment.objects.filter(benefits__project=project).update(kind="sme", name="Công ty TNHH Máy Mẫu")
    project.name = "Máy cho Công ty TNHH Máy Mẫu"
    found = list(Establishment.objects.filter(benefits__project=project))
    assert suggested_title(project, found) == project.name
    publication = published(world)
    assert publication.project.state == "approved"
