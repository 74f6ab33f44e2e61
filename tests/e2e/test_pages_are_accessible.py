"""Every page of the demo: axe finds nothing, nothing sticks out at 360 px, the console stays silent."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import Resolver404, resolve
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from khuyencong.demo.accounts import PASSWORD
from khuyencong.demo.management.commands.load_demo import load_demo
from khuyencong.desk.page import TABS
from khuyencong.people.models import User
from khuyencong.programmes.models import AnnualPlan, PlanState
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from tests.e2e.helpers import button, fill_login, heading, sign_in
from tests.e2e.inspection import Inspector

# Answers with a file, or with the page that it came from.
NO_PAGES = {
    "project_attachment",
    "norm_entry_file",
    "norm_entry_yaml",
    "project_sheet_pdf",
    "results_xlsx",
    "trial_xlsx",
}
# Tabs that lead on to other pages; what stands in all tabs is the business of another test.
TABS_WITH_STEPS = ("?tab=du-toan", "?tab=nghiem-thu")
# The tabs look the same in neighbouring states: all of them are looked at where they hold nothing, something, everything.
ALL_TABS = [key for key, _ in TABS]
TELLING_TABS = ["tong-quan", "kinh-phi"]
EVERY_TAB = {"draft", "in_progress", "settled", "recorded"}
# Beside the lists and the pages of records, which everybody reaches.
LAW = {"norms", "norm_activity", "norm_compare", "norm_changes", "norm_documents", "norm_document"}
EVERYBODY = LAW | {
    "work",
    "projects",
    "project",
    "project_sheet",
    "establishments",
    "establishment",
    "plans",
    "results",
    "published",
    "trials",
}
PEOPLE = {
    "canbo": {
        "project_new",
        "project_edit",
        "project_beneficiary_add",
        "project_commitments",
        "project_estimate",
        "project_attach",
        "project_withdraw",
        "establishment_new",
        "establishment_edit",
    },
    "thamdinh": {
        "project_appraise",
        "project_accept",
        "plan",
        "plan_new",
        "plan_ranking",
        "norm_entries",
        "norm_entry_new",
    },
    "lanhdao": {"project_contract", "project_payment_decide", "project_stop", "plan", "trial_new"},
    "ketoan": {"project_payment_prepare", "project_recover", "envelope_give"},
    "kiemtoan": {"event_list"},
    "quantri": {"event_list", "matrix"},
    "thamdinh.cuc": {"project_appraise", "plan_new"},
    "canbo.khuvuc": {"project_new"},
}


@dataclass
class Demo:
    """The demo as it was loaded: one đề án for each state, one that was recorded from the press, a plan in the making."""

    url: str
    codes: dict[str, str]
    recorded: str
    draft_plan: int


@pytest.fixture(scope="module")
def db(chromium, django_db_setup, django_db_blocker):
    """The demo, loaded once, since nothing here changes it.

    The name makes pytest-django prepare its test database, and stands in place of the fixture that would empty it
    after each test.
    """
    with django_db_blocker.unblock():
        assert not User.objects.exists()  # an empty test database, never one in use
        call_command("load_places", verbosity=0)
        load_demo()
        rows = Project.objects.order_by("pk").values_list("state", "code", "recorded_from")
        codes = {state: code for state, code, recorded_from in rows if not recorded_from}
        recorded = next(code for _, code, recorded_from in rows if recorded_from)
        server = LiveServer("127.0.0.1:0")
        server._live_server_modified_settings.enable()
        draft_plan = AnnualPlan.objects.filter(state=PlanState.DRAFT, source="local").get().pk
        yield Demo(server.url, codes, recorded, draft_plan)
        server._live_server_modified_settings.disable()
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo(db):
    return db


@pytest.fixture
def site(demo):
    return demo.url


@pytest.fixture
def inspector(open_browser):
    return Inspector(open_browser())


@pytest.mark.parametrize("name", PEOPLE)
def test_pages_that_a_person_reaches(inspector, name):
    """From «Việc của tôi» along every link, as far as there are pages of a new kind."""
    sign_in(inspector.page, name, PASSWORD)
    waiting, known, kinds = ["/"], {"/"}, set()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or (kind in kinds and kind != "project"):
            continue
        if kind in kinds:  # another đề án: the same page, but it may lead to other steps
            found = inspector.links_of(address)
        else:
            kinds.add(kind)
            inspector.open(address, kind=kind)
            found = inspector.links()
        new = [link for link in found if link not in known and ("?tab=" not in link or link.endswith(TABS_WITH_STEPS))]
        known.update(new)
        waiting += new
    assert inspector.faults == {}
    assert (EVERYBODY | PEOPLE[name]) - kinds == set()


@pytest.mark.parametrize("state", [*ProjectState.values, "recorded"])
def test_page_of_a_project_in_every_state(inspector, demo, state):
    sign_in(inspector.page, "lanhdao.phutho" if state == "recorded" else "lanhdao", PASSWORD)
    code = demo.recorded if state == "recorded" else demo.codes[state]
    for key in ALL_TABS if state in EVERY_TAB else TELLING_TABS:
        inspector.open(f"/de-an/{code}/?tab={key}", kind=key)
    assert inspector.faults == {}


def test_pages_of_somebody_not_signed_in(inspector):
    inspector.open("/dang-nhap/", kind="login")
    inspector.open("/de-an/", kind="login with an address to go on to")
    fill_login(inspector.page, "canbo", "sai mật khẩu")
    expect(inspector.page.get_by_role("alert")).to_be_visible()
    inspector.inspect("login refused")
    inspector.open("/khong-co-trang-nay/", status=404, kind="404")
    assert inspector.faults == {}


def test_refusals(inspector, demo):
    sign_in(inspector.page, "canbo", PASSWORD)
    inspector.open("/de-an/khong-co/", status=404, kind="404")
    inspector.open("/phan-quyen/", status=403, kind="403")
    inspector.open("/ket-qua/?year=khong", status=422, kind="422")
    draft = demo.codes["draft"]
    refused = {
        "/de-an/moi/": "Tạo đề án",
        "/co-so/moi/": "Lưu cơ sở",
        f"/de-an/{draft}/thu-huong/": "Thêm cơ sở",
        f"/de-an/{draft}/tep/": "Tải lên",
    }
    for address, label in refused.items():
        inspector.page.goto(address)
        button(inspector.page, label).click()
        expect(inspector.page.get_by_role("alert")).to_be_visible()
        inspector.inspect(address)
    assert inspector.faults == {}


def test_settlement_that_still_waits_for_something(inspector, demo):
    sign_in(inspector.page, "ketoan", PASSWORD)
    inspector.open(f"/de-an/{demo.codes['accepted']}/quyet-toan/", kind="project_settle")
    assert inspector.faults == {}


def test_what_opens_on_demand(inspector, demo):
    """Folded fields, conditions, papers and the reasons of a ranking: what stands closed is hidden from axe as well."""
    draft = f"/de-an/{demo.codes['draft']}/"
    looked_at = {
        "thamdinh": ["/co-so/moi/", f"/ke-hoach/{demo.draft_plan}/xep-hang/"],
        "canbo": [f"{draft}sua/", f"{draft}?tab=ho-so", f"{draft}?tab=du-toan"],
    }
    for name, addresses in looked_at.items():
        inspector.page.context.clear_cookies()
        sign_in(inspector.page, name, PASSWORD)
        for address in addresses:
            inspector.page.goto(address)
            inspector.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            inspector.inspect(address)
    assert inspector.faults == {}


def test_gallery(inspector):
    sign_in(inspector.page, "quantri", PASSWORD)
    inspector.open("/thanh-phan/", kind="gallery")
    expect(heading(inspector.page)).to_be_visible()
    assert inspector.faults == {}


def kind_of(address: str) -> str | None:
    """The name of the page that an address opens; None for what is no page. Tabs of a đề án have a test of their own."""
    try:
        name = resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None
    return None if name is None or name in NO_PAGES else name
