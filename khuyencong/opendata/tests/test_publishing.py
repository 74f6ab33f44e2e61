"""Deciding what the public reads: by whom, from which state, never with a person in the words; one by one and many at once."""

import re

import pytest
from django.urls import reverse

from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.public_text import doubtful_in, personal_in
from khuyencong.establishments.models import Establishment
from khuyencong.opendata import months
from khuyencong.opendata.actions import publish_project, withdraw_publication, write_publication
from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.opendata.public import preview
from khuyencong.opendata.rules import drafts
from khuyencong.opendata.tests.publishing import TEXTS, published, written
from khuyencong.places.models import Commune
from khuyencong.projects.models import Project
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
        ("Gọi (0912) 345 678 để hỏi.", "điện thoại"),
        ("Gọi +84912345678.", "điện thoại"),
        ("Số 079185001234 cấp năm 2021.", "9 chữ số"),
        ("Giấy 301 234 567 do tỉnh cấp.", "9 chữ số"),
        ("Chuyển về 6700 2051 2345.", "9 chữ số"),
        ("CMND đã xem.", "giấy tờ hoặc tài khoản"),
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
    (one,) = Establishment.objects.filter(benefits__project=project)
    texts = {
        "summary": "Vốn 10.000.000.000 đồng, 0,5 tỷ đồng; hộ Nguyễn Văn Thử đã đồng ý.", "looked": True,
        "agreed": [one.pk], "consent_document": "Giấy đồng ý 01/VIDU",
    }  # fmt: skip
    publication = written(world, project, **texts)
    assert "nguyen" in publication.haystack
    with pytest.raises(Refused, match="văn bản đồng ý"):
        written(world, project, **texts | {"consent_document": ""})
    with pytest.raises(Refused, match="mới cần đồng ý"):
        written(world, project, **texts | {"agreed": [one.pk + 10_000]})


@pytest.mark.parametrize(
    "words",
    ["thôn 3", "ấp Mỹ Đông", "tổ 5", "số nhà 12", "bà Lan", "ông N.V. Ví", "chị Trần Lan", "Nguyễn Thị Lan", "commune"],
)
def test_doubtful_words_wait_for_somebody_to_look(world, officer, project, words):
    """Nobody publishes them unseen, not even as the name that the đề án has; once looked at they may stand."""
    if words == "commune":  # where the page hides it
        project.commune = Commune.objects.filter(province__current=project.province.current).first()
        words = project.commune.name
    project.name = f"Máy xay cho một nông dân ({words}), công nghiệp nông thôn"
    project.save()
    with pytest.raises(Refused, match="hãy xem"):
        publish_project(project_id=project.pk, by=officer, version=0)
    with pytest.raises(Refused, match="hãy xem"):
        written(world, project, title=project.name)
    one = written(world, project, title=project.name, looked=True)
    assert publish_project(project_id=project.pk, by=officer, version=one.version).state == PublicationState.PUBLISHED


@pytest.mark.parametrize(
    "text",
    [
        "Công nghiệp nông thôn, máy ấp trứng, tổ hợp tác, bản vẽ", "Tỉnh Bà Rịa - Vũng Tàu, Thành phố Hồ Chí Minh",
        "anh em thợ; giai đoạn 2021 - 2025, 15.10.2025", "QĐ 1234/QĐ-UBND ngày 12/3/2025, 300-500 triệu đồng",
    ],
)  # fmt: skip
def test_everyday_words_are_no_doubt(text):
    assert (personal_in(text), doubtful_in(text)) == ([], [])


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
    assert "Chưa ai viết bản công khai" in page
    assert "Xem trước: mọi người sẽ đọc" in page
    address = reverse("publication_write", args=[project.code])

    def send(**texts):
        """Typed, looked at, and sent from the preview."""
        typed = {name: TEXTS[name] for name in ("title", "summary", "result")} | texts
        typed["version"] = str(Publication.objects.values_list("version", flat=True).first() or 0)
        page = browser.post(address, typed).content.decode()
        seen = re.search(r'name="seen" value="(\w{64})"', page)[1]
        return page, browser.post(address, {**typed, "seen": seen, "looked": "on"}, follow=True)

    page, answer = send()
    assert "Xem trước: mọi người sẽ đọc" in page
    assert TEXTS["summary"] in page
    assert HOUSEHOLD not in page.partition("<form")[0]  # the preview shows the kind alone
    assert "Hộ kinh doanh" in page
    assert "Đã ghi" in answer.content.decode()
    assert Publication.objects.get().version == 1
    browser.post(reverse("publication_publish", args=[project.code]), {"version": "1"})
    assert Publication.objects.get().state == PublicationState.PUBLISHED
    assert "Mọi người đang đọc" in browser.get(reverse("publication", args=[project.code])).content.decode()
    # What is published is looked at before it changes, too.
    browser.post(address, {**TEXTS, "summary": "Chưa ai xem.", "version": "2", "seen": "0" * 64})
    assert Publication.objects.get().summary == TEXTS["summary"]
    page, _ = send(summary="Ở thôn 3.")
    assert "hãy xem có nêu ra người" in page
    assert Publication.objects.get().summary == "Ở thôn 3."
    wrong = browser.post(reverse("publication_withdraw", args=[project.code]), {"version": "2", "reason": "Xem lại."})
    assert wrong.status_code == 422  # opened before it was published
    browser.post(reverse("publication_withdraw", args=[project.code]), {"version": "3", "reason": "Xem lại."})
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
    chosen = {"chon": [one.pk for one in done]}
    with django_assert_max_num_queries(26):
        page = browser.post(reverse("publications_publish"), chosen).content.decode()
    assert "Xem trước" in page
    assert page.count("Trang mọi người sẽ đọc") == len(done)
    assert not Publication.objects.exists()
    answer = browser.post(reverse("publications_publish"), {**chosen, "da_xem": "1"}, follow=True)
    page = answer.content.decode()
    assert "Đã công bố 2 đề án" in page
    assert "Chưa công bố 1 đề án" in page
    titles = set(Publication.objects.public().values_list("title", flat=True))
    assert titles == {"Máy cho một cơ sở", "Máy sấy"}
    again = browser.post(
        reverse("publications_publish"), {"chon": [done[2].pk], "da_xem": "1"}, follow=True
    ).content.decode()
    assert "Không thể «Công bố»" in again
    assert browser.post(reverse("publications_publish"), {}).status_code == 409
    page = browser.get(address, {"muc": "dang"}).content.decode()
    assert [reverse("publication", args=[one.code]) in page for one in done] == [True, False, True]


def test_a_name_of_an_enterprise_stays_in_the_title(world, project):
    Establishment.objects.filter(benefits__project=project).update(kind="sme", name="Công ty TNHH Máy Mẫu")
    project.name = "Máy cho Công ty TNHH Máy Mẫu"
    project.save()
    (draft,) = drafts([project])
    assert draft.title == project.name
    publication = published(world, state="accepted")
    Establishment.objects.update(kind="sme")
    commune = Commune.objects.filter(province__current=project.province.current).first()
    Project.objects.filter(pk=publication.project_id).update(commune=commune)
    months.refresh(publication.project.code)
    publication.refresh_from_db()
    # Found by what the page says, place and unit with it; what was accepted stands on it without anybody typing it.
    one = preview(publication)
    assert one.accepted
    for words in (one.implementing_unit, one.commune):
        assert words
        assert publication in Publication.objects.search(words)
