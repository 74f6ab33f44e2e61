"""The pictures of the guide, taken from the demo: each shows the words written beside it, and is still what is kept.

With KHUYENCONG_PICTURES=1 (`make pictures`) they are kept in docs/guide/pictures, and the words in them in `words`; else
they are taken anew and compared with those.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.urls import reverse
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
from tests.e2e.pictures import differs, take, the_day

KEPT = Path(__file__).resolve().parents[2] / "docs" / "guide" / "pictures"
WORDS = Path(__file__).resolve().parent / "words"
DESK, HALF, PHONE = 1000, 640, 390
SMALLEST, LARGEST = 2_000, 60 * 1024


@dataclass(frozen=True)
class Shot:
    """Who opens which page, on how wide a screen; `band`: what `pictures.take` is told of where it begins and ends."""

    who: str
    address: str | Callable[[], str]
    width: int = DESK
    band: dict = field(default_factory=dict)


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
    "viec-cua-toi": Shot("canbo", "/", band={"whole": True}),
    "trang-de-an": Shot("canbo", tab("in_progress", "tong-quan", name="gạo")),
    "lich": Shot("canbo", "/lich/"),
    "tai-khoan": Shot("canbo", "/tai-khoan-cua-toi/"),
    "co-so": Shot("canbo", "/co-so/"),
    "de-nghi": Shot("canbo", lambda: reverse("request", args=[SupportRequest.objects.get(state="sent").pk])),
    "lap-de-an": Shot("canbo", "/de-an/moi/", band={"more": 0}),
    "du-toan": Shot(
        "canbo",
        of_project("draft", "project_write", "du-toan", name="xoài"),
        width=HALF,
        band={"at": "Lưu", "lead": 690},
    ),
    "ho-so": Shot("canbo", tab("draft", "ho-so", name="xoài"), band={"at": "Giấy tờ của hồ sơ", "lead": 24}),
    "bao-cao-thang": Shot("canbo", lambda: first(ProgressReport.objects.filter(state="submitted")).get_absolute_url()),
    "gian-hang": Shot("canbo", lambda: reverse("fair_booths", args=[Fair.objects.get(state="called").pk])),
    "lop": Shot("canbo", lambda: reverse("course", args=[Course.objects.get(state="running").pk])),
    "binh-chon": Shot("chuyenvien", lambda: first(Round.objects.filter(state="called")).get_absolute_url()),
    "cong-bo": Shot("chuyenvien", "/cong-bo/?muc=dang"),
    "theo-doi-tien-do": Shot("canbo", reverse("monthly_reports")),
    "kiem-tra": Shot("chuyenvien", reverse("inspections")),
    "hieu-qua": Shot("chuyenvien", reverse("effects")),
    "ket-qua-ky": Shot("chuyenvien", reverse("period_tables"), band={"at": "Hạn mức và giải ngân", "lead": 60}),
    "bao-cao-ky": Shot("chuyenvien", reverse("period_reports")),
    "dinh-muc": Shot("chuyenvien", reverse("norms")),
    "ban-tham-dinh": Shot("thamdinh", reverse("review_queue")),
    "tham-dinh": Shot(
        "thamdinh",
        of_project("submitted", "project_appraise", "base", name="phồng tôm"),
        width=HALF,
        band={"at": "Mức hỗ trợ theo quy định hôm nay", "more": 480},
    ),
    "ke-hoach": Shot("thamdinh", reverse("plans")),
    "phuong-an": Shot(
        "thamdinh", lambda: reverse("scenario", args=[first(Scenario.objects.filter(plan=draft_plan())).pk])
    ),
    "nghiem-thu": Shot(
        "thamdinh",
        lambda: reverse(
            "project_accept", args=[(found := project("in_progress", name="gạo")).code, found.beneficiaries.last().pk]
        ),
        width=HALF,
        band={"at": "Kết luận", "lead": 0},
    ),
    "tong-quan": Shot("lanhdao", reverse("board"), band={"more": 420}),
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
    "phieu-cham": Shot("canbo", scoring_sheet, band={"at": "Xem lại và ký", "lead": 560}, width=PHONE),
    "phieu-khao-sat": Shot("congtacvien", reverse("survey_new"), width=PHONE, band={"more": 0}),
    "duoc-ho-tro": Shot("chucoso", reverse("own_support"), width=PHONE),
    "co-so-cua-toi": Shot("chucoso", reverse("own_establishment"), width=PHONE),
    "soan-de-nghi": Shot("chucoso", reverse("request_new"), width=PHONE),
}
WRITTEN = {
    name.removesuffix(".webp"): words
    for slug in PAGES
    for words, name in PICTURE.findall(" ".join(source(slug).split()))
}
KEEP = os.environ.get("KHUYENCONG_PICTURES") == "1"


@pytest.fixture(scope="module")
def db(chromium, django_db_setup, django_db_blocker):
    """The demo of one certain day, loaded once, since nothing here changes it; stands in place of the fixture that would empty it."""
    with the_day(), demo_site(django_db_blocker) as url:
        yield url


@pytest.fixture
def site(db):
    return db


def taken(page, name, shot):
    """Open the page and take its picture, with every «word» written beside it in sight."""
    page.set_viewport_size({"width": shot.width, "height": 800})
    answer = page.goto(shot.address() if callable(shot.address) else shot.address)
    assert answer.status == 200, name
    expect(heading(page)).to_be_visible()
    return take(page, QUOTED.findall(WRITTEN[name]), **shot.band)


def wrong_with(name, shot):
    """What is wrong with a kept picture, given that of today; nothing after it was kept anew."""
    kept, words = KEPT / f"{name}.webp", WORDS / f"{name}.txt"
    if KEEP:
        kept.write_bytes(shot.image)
        words.write_text(shot.words, encoding="utf-8")
    if not kept.exists() or not words.exists():
        return "chưa được chụp"
    if not SMALLEST < kept.stat().st_size <= LARGEST:
        return f"{kept.stat().st_size} byte"
    before, now = words.read_text(encoding="utf-8").splitlines(), shot.words.splitlines()
    if before != now:
        return f"chữ đã khác: bớt {sorted(set(before) - set(now))}, thêm {sorted(set(now) - set(before))}"
    return differs(shot.image, kept.read_bytes())


def test_every_picture_has_a_page():
    assert set(SHOTS) == set(WRITTEN)
    assert {path.stem for path in WORDS.iterdir()} == set(WRITTEN)


def test_pictures_of_the_guide(open_browser):
    """One test, so that the demo is loaded once whatever the number of workers; all that is wrong is told at once."""
    wrong = {}
    for who in dict.fromkeys(shot.who for shot in SHOTS.values()):
        page = open_browser()
        page.goto("/dang-nhap/")
        fill_login(page, who, PASSWORD)
        page.wait_for_url(lambda address: "/dang-nhap/" not in address)
        for name, shot in SHOTS.items():
            if shot.who == who:
                try:
                    wrong[name] = wrong_with(name, taken(page, name, shot))
                except AssertionError as said:
                    wrong[name] = str(said)
    found = {name: said for name, said in wrong.items() if said}
    assert found == {}, "make pictures chụp lại"
