"""The public pages: what they show, what they never show, in how many queries and bytes."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from khuyencong.competitions.models import Round, RoundState
from khuyencong.core.dates import today
from khuyencong.establishments.models import Establishment
from khuyencong.opendata.months import refresh
from khuyencong.opendata.public import published as narrowed
from khuyencong.opendata.tests.publishing import TEXTS, published
from khuyencong.papers.codes import new_token, readable
from khuyencong.papers.models import Paper
from khuyencong.projects.models import Project
from khuyencong.testing import make_project

MOST_BYTES = 100 * 1024
PAGES = (
    "portal", "portal_support", "portal_projects", "portal_map", "portal_results", "portal_calls", "portal_search",
    "portal_norms", "portal_documents", "portal_check", "portal_feedback", "portal_feedback_sent", "privacy_notice",
    "recognised_products", "news", "policies",
)  # fmt: skip
ASKED = "?loai=household&tinh=82&nganh=agro_processing&viec=machinery&chi_phi=800+tri%E1%BB%87u"
PHONE = "0912345678"


def page_of(address, **headers):
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


def addresses(publication):
    found = [reverse(name) for name in PAGES]
    found += [
        reverse("portal_project", args=[publication.project.code]),
        reverse("portal_document", args=["tt-28-2018"]),
    ]
    return [*found, reverse("portal_support") + ASKED, reverse("portal_search") + "?q=may"]


@pytest.fixture
def publication(world):
    """One published đề án of a household whose every particular is known."""
    found = published(world)
    Establishment.objects.filter(benefits__project=found.project).update(
        name="Hộ kinh doanh Nguyễn Thị Kín", owner_name="Nguyễn Thị Kín", phone=PHONE, phone_digits=PHONE,
        email="kin@example.vn", tax_code="079185001234", latitude=10.45673, longitude=105.63255,
    )  # fmt: skip
    make_project(world, state="accepted")  # never published
    return found


def test_pages_without_an_account(publication):
    """Each has a title, a description, one canonical address, says nothing of a person, and weighs little."""
    hidden = re.compile(
        r"Nguyễn Thị Kín|nguyen thi kin|0912|kin@example|079185001234|10[.,]4567|105[.,]6325", re.IGNORECASE
    )
    for address in addresses(publication):
        page = page_of(address)
        assert not hidden.search(page), address
        assert len(re.findall(r"<title>[^<]+ – Khuyến công</title>", page)) == 1, address
        if "da-gui" not in address:
            path = address.partition("?")[0]
            assert re.search(rf'<link rel="canonical" href="https?://[^"]+{re.escape(path)}">', page), address
            assert re.search(r'<meta name="description" content="[^"]{20,}">', page), address
        assert "<script src" not in page, address
        assert weight(page) < MOST_BYTES, (address, weight(page))
    for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page_of(reverse("portal"))):
        assert json.loads(one)["@type"] == "WebSite"


def weight(page):
    """Bytes over the wire before images: the page, its stylesheets, scripts, fonts and drawn icons, compressed."""
    files = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page))
    assert not any(name.endswith((".js", ".woff2", ".ttf")) for name in files)
    found = len(gzip.compress(page.encode()))
    for name in files:
        plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)
        path = finders.find(plain)
        assert path, name
        content = Path(path).read_bytes()
        assert b"url(" not in content.replace(b"url(data:", b""), name  # no font behind a stylesheet
        found += len(gzip.compress(content))
    return found


def test_published_projects_are_found_and_narrowed(world, publication, django_assert_num_queries):
    other = published(world, title="Đánh giá xưởng dệt", state="settled")
    url = reverse("portal_projects")
    for query, titles in {
        "": {TEXTS["title"], other.title},
        "?q=MAY+SAY+moi": {TEXTS["title"]},
        "?q=xuong+det&tinh=82": {other.title},
        "?tinh=25": set(),
        f"?nam={today().year}&viec=machinery&nguon=local": {TEXTS["title"], other.title},
        "?nam=1999&viec=khong&nguon=x&tinh=99&page=abc": {TEXTS["title"], other.title},
    }.items():
        page = page_of(url + query)
        assert {one for one in (TEXTS["title"], other.title) if one in page} == titles, query
    assert Client().get(reverse("portal_project", args=["KC-KHONG-CO"])).status_code == 404
    unpublished = make_project(world, state="approved")
    assert Client().get(reverse("portal_project", args=[unpublished.code])).status_code == 404
    # One row or three: the same questions to the database.
    client = Client()
    counts = []
    for extra in (0, 1):
        if extra:
            published(world, title="Máy thứ ba")
        with django_assert_num_queries(10) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_follows_a_project_that_changed(publication):
    code = publication.project.code
    Project.objects.filter(pk=publication.project_id).update(activity="technology_line", year=2031)
    assert not narrowed(year=2031).exists()
    refresh(code)
    assert narrowed(year=2031, activity="technology_line", province="82").get() == publication


def test_results_and_map_speak_of_published_ones_only(publication):
    for name in ("portal_results", "portal_map"):
        page = page_of(reverse(name))
        assert "đã công bố" in page
        assert "200" in page  # triệu đồng of the one; the other was never published
        assert "400" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    drawn = page_of(reverse("portal_map"))
    assert "Hoàng Sa" in drawn
    assert "Trường Sa" in drawn
    assert f"{reverse('portal_projects')}?tinh=82" in drawn


def test_search_over_everything(world, publication):
    page = page_of(reverse("portal_search") + "?q=may+say")
    assert TEXTS["title"] in page
    page = page_of(reverse("portal_search") + "?q=45%2F2012")
    assert "Nghị định 45/2012/NĐ-CP" in page
    assert "Không tìm thấy gì" in page_of(reverse("portal_search") + "?q=khongcogiuviay")


def test_calls_that_may_still_be_answered(world):
    assert "Hôm nay không có nơi nào mời" in page_of(reverse("portal_calls"))
    round_ = Round(
        agency=world.agencies["dong-thap"], level="province", province=world.provinces["82"], place_key="82",
        year=today().year, name="Bình chọn thử", state=RoundState.CALLED, entries_from=today(), entries_until=today(),
        call_number="01/TB", call_on=today(), where="Trung tâm", on_portal=True, created_by=world.actor("dong-thap", "officer").user,
    )  # fmt: skip
    round_.save()
    assert "Bình chọn thử" in page_of(reverse("portal_calls"))
    assert "Bình chọn thử" in page_of(reverse("portal_search") + "?q=binh+chon")


def test_law_of_a_day(world):
    norms = reverse("portal_norms")
    assert "Ngày 01/01/2016" in page_of(f"{norms}?on=01/01/2016")
    assert Client().get(f"{norms}?on=hom-nay").status_code == 200  # says at the field what it wants
    assert "đang có hiệu lực" in page_of(reverse("portal_document", args=["tt-28-2018"]))
    assert Client().get(reverse("portal_document", args=["khong-co"])).status_code == 404


def test_a_code_of_a_paper_is_checked(world):
    url = reverse("portal_check")
    paper = Paper.objects.create(
        form="hop-dong", key="1", thread="x:1", title="Hợp đồng", about="Hộ Nguyễn Thị Kín", data={}, size=1, sha256="0",
        agency=world.agencies["dong-thap"], number="07/HĐ", file="x.docx", token=new_token(),
        created_by=world.actor("dong-thap", "officer").user,
    )  # fmt: skip
    page = page_of(f"{url}?ma={readable(paper.token).replace(' ', '+')}")
    assert "Có giấy này" in page
    assert world.agencies["dong-thap"].name in page
    assert "07/HĐ" in page
    assert paper.about not in page
    for number in range(20):
        assert Client().get(f"{url}?ma=khong-co-{number}").status_code == 404
    refused = Client().get(f"{url}?ma=khong-co-nua")
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")


def test_machines_are_told_what_is_public(world, publication):
    client = Client()
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /\n" in robots
    assert "Allow: /cong/" in robots
    assert "Sitemap: http" in robots
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>https?://[^/]+(/sitemap-[^<]+)</loc>", index)
    assert len(parts) == 2
    told = "".join(client.get(one).content.decode() for one in parts)
    assert reverse("portal_project", args=[publication.project.code]) in told
    assert len(re.findall(r"/cong/de-an/[^<]", told)) == 1
    assert client.get("/sitemap-de-an-0.xml").status_code == client.get("/sitemap-x.xml").status_code == 404


def test_first_page_leads_everybody_where_they_belong(world, visit):
    assert Client().get("/").url == reverse("portal")
    officer = visit(world.actor("dong-thap", "officer"))
    assert "Việc của tôi" in officer.get("/").content.decode()
    answer = officer.get(reverse("portal"))
    assert "no-store" in answer["Cache-Control"]
    assert "Việc của tôi" in answer.content.decode()
