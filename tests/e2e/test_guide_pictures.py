"""The pictures of the guide, taken from the demo: each page can be made and says the words written beside its picture.

With KHUYENCONG_PICTURES=1 (`make pictures`) they are kept in docs/guide/pictures, else only made and looked at.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from khuyencong.competitions.models import Entry, Round
from khuyencong.core.dates import today
from khuyencong.demo.accounts import PASSWORD
from khuyencong.fairs.models import Fair
from khuyencong.finance.models import Payment
from khuyencong.guide.tests.test_guide import PAGES, PICTURE, QUOTED, source
from khuyencong.intake.models import SupportRequest
from khuyencong.monitoring.models import ProgressReport
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.projects.models import Project
from khuyencong.scenarios.models import Scenario
from khuyencong.training.models import Course
from tests.e2e.demo_site import demo_site
from tests.e2e.helpers import fill_login, heading

KEPT = Path(__file__).resolve().parents[2] / "docs" / "guide" / "pictures"
DESK, PHONE = {"width": 1000, "height": 640}, {"width": 390, "height": 720}
COLOURS = 64
SMALLEST, LARGEST = 2_000, 60 * 1024


@dataclass(frozen=True)
class Shot:
    """Who opens which page; `at`: the words to which it is rolled, where the top is not what matters."""

    who: str
    address: str | Callable[[], str]
    at: str = ""
    size: dict[str, int] = None  # type: ignore[assignment]

    def __post_init__(self):
        object.__setattr__(self, "size", self.size or DESK)


def project(state, *, name="", **more):
    """Such a đề án of Đồng Tháp; of several, the first."""
    found = Project.objects.filter(department__code="sct-82", state=state, name__contains=name, **more)
    return found.order_by("pk").first()


def of_project(state, page, *arguments, name=""):
    return lambda: reverse(page, args=[project(state, name=name).code, *arguments])


def tab(state, key, *, name=""):
    return lambda: f"{project(state, name=name).get_absolute_url()}?tab={key}"


def first(found):
    return found.order_by("pk").first()


def draft_plan():
    return AnnualPlan.objects.get(state="draft", source="local")


def waiting_payment():
    payment = first(Payment.objects.filter(state="prepared"))
    return reverse("project_payment_approve", args=[payment.project.code, payment.pk])


def scoring_sheet():
    """A sheet that the juror has not signed."""
    held = Round.objects.get(state="scoring")
    signed = held.entries.filter(sheets__member__user__username="canbo", sheets__state="signed")
    entry = first(Entry.objects.filter(round=held, state="accepted").exclude(pk__in=signed))
    return reverse("scoring_sheet", args=[held.pk, entry.pk])


SHOTS = {
    "viec-cua-toi": Shot("canbo", "/"),
    "trang-de-an": Shot("canbo", tab("in_progress", "tong-quan", name="gạo")),
    "lich": Shot("canbo", "/lich/"),
    "tai-khoan": Shot("canbo", "/tai-khoan-cua-toi/"),
    "co-so": Shot("canbo", "/co-so/"),
    "de-nghi": Shot("canbo", lambda: reverse("request", args=[SupportRequest.objects.get(state="sent").pk])),
    "lap-de-an": Shot("canbo", "/de-an/moi/"),
    "du-toan": Shot("canbo", of_project("draft", "project_write", "du-toan", name="xoài")),
    "ho-so": Shot("canbo", tab("draft", "ho-so", name="xoài"), at="Giấy tờ của hồ sơ"),
    "bao-cao-thang": Shot("canbo", lambda: first(ProgressReport.objects.filter(state="submitted")).get_absolute_url()),
    "gian-hang": Shot(
        "canbo", lambda: reverse("fair_booths", args=[Fair.objects.get(state="called").pk]), at="Gắn gian với cơ sở"
    ),
    "lop": Shot("canbo", lambda: reverse("course", args=[Course.objects.get(state="running").pk])),
    "binh-chon": Shot("chuyenvien", lambda: first(Round.objects.filter(state="called")).get_absolute_url()),
    "cong-bo": Shot("chuyenvien", "/cong-bo/?muc=dang"),
    "theo-doi-tien-do": Shot("canbo", reverse("monthly_reports")),
    "kiem-tra": Shot("chuyenvien", reverse("inspections")),
    "hieu-qua": Shot("chuyenvien", reverse("effects")),
    "ket-qua-ky": Shot("chuyenvien", reverse("period_tables")),
    "bao-cao-ky": Shot("chuyenvien", reverse("period_reports")),
    "dinh-muc": Shot("chuyenvien", reverse("norms")),
    "ban-tham-dinh": Shot("thamdinh", reverse("review_queue")),
    "tham-dinh": Shot("thamdinh", of_project("submitted", "project_appraise", "base", name="phồng tôm")),
    "ke-hoach": Shot("thamdinh", reverse("plans")),
    "phuong-an": Shot(
        "thamdinh", lambda: reverse("scenario", args=[first(Scenario.objects.filter(plan=draft_plan())).pk])
    ),
    "nghiem-thu": Shot(
        "thamdinh",
        lambda: reverse(
            "project_accept", args=[(found := project("in_progress", name="gạo")).code, found.beneficiaries.last().pk]
        ),
    ),
    "tong-quan": Shot("lanhdao", reverse("board")),
    "phe-duyet": Shot("lanhdao", lambda: draft_plan().get_absolute_url()),
    "duyet-chi": Shot("lanhdao", waiting_payment),
    "han-muc": Shot(
        "ketoan",
        lambda: Envelope.objects.get(agency__code="sct-82", year=today().year, source="local").get_absolute_url(),
    ),
    "lap-khoan-chi": Shot("ketoan", of_project("in_progress", "project_payment_prepare", "advance", name="vo gạo")),
    "kho-bac": Shot("ketoan", reverse("treasury")),
    "quyet-toan": Shot("ketoan", of_project("accepted", "project_settle")),
    "so-kinh-phi": Shot("ketoan", reverse("ledger")),
    "nhat-ky": Shot("kiemtoan", reverse("audit:event_list")),
    "quan-tri-tai-khoan": Shot("quantri", reverse("accounts")),
    "mau-giay": Shot("quantri", reverse("paper_templates")),
    "phieu-cham": Shot("canbo", scoring_sheet, at="Xem lại và ký", size=PHONE),
    "phieu-khao-sat": Shot("congtacvien", reverse("survey_new"), size=PHONE),
    "duoc-ho-tro": Shot("chucoso", reverse("own_support"), size=PHONE),
    "co-so-cua-toi": Shot("chucoso", reverse("own_establishment"), size=PHONE),
    "soan-de-nghi": Shot("chucoso", reverse("request_new"), size=PHONE),
}
WRITTEN = {
    name.removesuffix(".webp"): words
    for slug in PAGES
    for words, name in PICTURE.findall(" ".join(source(slug).split()))
}
KEEP = os.environ.get("KHUYENCONG_PICTURES") == "1"


@pytest.fixture(scope="module")
def db(chromium, django_db_setup, django_db_blocker):
    """The demo, loaded once, since nothing here changes it; stands in place of the fixture that would empty it."""
    with demo_site(django_db_blocker) as url:
        yield url


@pytest.fixture
def site(db):
    return db


def small(png):
    """The screenshot as WebP of few colours, in bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    kept = io.BytesIO()
    picture.save(kept, "WEBP", lossless=True, quality=80, method=4)
    return kept.getvalue()


def take(page, name, shot):
    """Open the page, find on it every «word» written beside the picture, and give the picture."""
    page.set_viewport_size(shot.size)
    answer = page.goto(shot.address() if callable(shot.address) else shot.address)
    assert answer.status == 200, name
    expect(heading(page)).to_be_visible()
    for said in QUOTED.findall(WRITTEN[name]):
        in_sight = page.get_by_role("main").get_by_text(said).filter(visible=True)
        assert in_sight.count(), f"{name}: «{said}» không có trên trang {page.url}"
    if shot.at:
        page.get_by_text(shot.at).first.scroll_into_view_if_needed()
    return small(page.screenshot(animations="disabled", caret="hide"))


def test_every_picture_has_a_page():
    assert set(SHOTS) == set(WRITTEN)


def test_pictures_of_the_guide(open_browser, tmp_path):
    """One test, so that the demo is loaded once whatever the number of workers."""
    folder = KEPT if KEEP else tmp_path
    for who in dict.fromkeys(shot.who for shot in SHOTS.values()):
        page = open_browser()
        page.goto("/dang-nhap/")
        fill_login(page, who, PASSWORD)
        page.wait_for_url(lambda address: "/dang-nhap/" not in address)
        for name, shot in SHOTS.items():
            if shot.who == who:
                kept = folder / f"{name}.webp"
                kept.write_bytes(take(page, name, shot))
                assert SMALLEST < kept.stat().st_size <= LARGEST, name
                with Image.open(kept) as now, Image.open(KEPT / kept.name) as before:
                    assert now.size == before.size, f"{name}: chụp lại bằng make pictures"
