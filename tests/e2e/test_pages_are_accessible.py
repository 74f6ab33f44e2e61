"""Every page of the demo: axe finds nothing, nothing sticks out at 360 px, the console stays silent."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import expect

from khuyencong.consulting.models import Advice
from khuyencong.core.dates import today
from khuyencong.delivery.models import Acceptance
from khuyencong.demo.accounts import PASSWORD
from khuyencong.desk.page import TABS
from khuyencong.desk.registry.facts import TABS as ESTABLISHMENT_TABS
from khuyencong.effects.filters import GROUPS
from khuyencong.effects.models import EffectSheet, SheetState
from khuyencong.establishments.details import BY_SLUG
from khuyencong.establishments.models import Machine, PastSupport, Suspicion
from khuyencong.federation.models import IncomingPackage
from khuyencong.intake.models import SupportRequest
from khuyencong.opendata.models import Publication
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.people.models import User
from khuyencong.programmes.models import AnnualPlan, PlanState
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from tests.e2e.demo_site import demo_site
from tests.e2e.helpers import button, fill_login, heading, sign_in
from tests.e2e.inspection import Inspector

# Answers with a file, or with the page that it came from.
NO_PAGES = {
    "event_export",
    "api_openapi",
    "project_attachment",
    "competition_paper",
    "competition_entry_paper",
    "competition_entry_pdf",
    "competition_entries_xlsx",
    "competition_photo",
    "fair_file",
    "fair_list_pdf",
    "fair_result_file",
    "fair_booths_template",
    "fair_plan_picture",
    "inspections_xlsx",
    "inspection_minutes",
    "inspection_file",
    "inspection_finding_file",
    "adjustment_paper",
    "monthly_reports_xlsx",
    "monthly_form_3a",
    "monthly_form_3b",
    "establishment_paper",
    "establishments_xlsx",
    "establishment_import_template",
    "establishment_import_refused",
    "norm_entry_file",
    "norm_entry_yaml",
    "request_paper",
    "project_sheet_pdf",
    "project_dossier_zip",
    "letters_xlsx",
    "projects_xlsx",
    "results_xlsx",
    "results_series_xlsx",
    "trial_xlsx",
    "calendar_feed",
    "scenario_xlsx",
    "scenario_compare_xlsx",
    "programme_xlsx",
    "plan_decision",
    "proposal_template",
    "proposal_list_refused",
    "project_appraisal_pdf",
    "project_acceptance_pdf",
    "project_handover_pdf",
    "council_minutes_pdf",
    "contract_pdf",
    "payment_list_pdf",
    "payment_list_xlsx",
    "statement_refused",
    "project_vouchers_template",
    "project_settlement_file",
    "settlements_xlsx",
    "reconciliation_file",
    "contract_liquidation_file",
    "ledger_xlsx",
    "year_end_xlsx",
    "effects_xlsx",
    "effect_file",
    "paper_file",
    "paper_batch_zip",
    "paper_template_file",
    "paper_template_sample",
    "scan_file",
    "scan_page",
    "payment_list_file",
    "outgoing_file",
    "package_schema",
    "open_data_file",
    "open_data_dictionary_json",
    "period_report_file",
    "period_report_template",
    "award_minutes",
    "award_certificates",
    "award_certificate_pdf",
    "award_certificate_logo",
    "award_proposal_file",
    "award_holders_xlsx",
    "award_statistics_xlsx",
    "competition_scores_xlsx",
    "score_sheet_pdf",
    "sheet_print_pdf",
    "scoring_photo",
    "allowance_list_pdf",
    "allowance_list_xlsx",
    "project_loan_pdf",
    "combinations_xlsx",
    "consulting_report_xlsx",
    "consulting_file",
    "outreach_xlsx",
    "outreach_file",
    "course_table_xlsx",
    "course_file",
    "course_signed_list",
    "course_certificates_pdf",
    "course_employment_pdf",
    "course_pay_list_pdf",
    "roster_template",
}
# Records whose page leads to other steps in another state.
LEADS_ON = {
    "consulting_job",
    "outreach_work",
    "course",
    "course_pay_list",
    "scoring_progress",
    "project",
    "allowance_list",
    "competition",
    "competition_entry",
    "fair",
    "fair_booths",
    "fair_participants",
    "fair_participant",
    "contract",
    "inspection",
    "inspection_finding",
    "monthly_report",
    "period_report",
    "programme",
}
# Tabs that lead on to other pages; what stands in all tabs is the business of another test.
TABS_WITH_STEPS = ("?tab=du-toan", "?tab=ho-so", "?tab=nghiem-thu")
# The tabs look the same in neighbouring states: all of them are looked at where they hold nothing, something, everything.
ALL_TABS = [key for key, _ in TABS]
TELLING_TABS = ["tong-quan", "kinh-phi"]
EVERY_TAB = {"draft", "in_progress", "settled", "recorded"}
# Beside the lists and the pages of records, which everybody reaches.
LAW = {"norms", "norm_activity", "norm_compare", "norm_changes", "norm_contents", "norm_documents", "norm_document"}
OWN_ACCOUNT = {
    "my_account",
    "my_data",
    "my_profile",
    "my_password",
    "my_factors",
    "my_app",
    "my_passkey",
    "password_forgotten",
}
EVERYBODY = LAW | {
    *OWN_ACCOUNT,
    "guide",
    "guide_page",
    "guide_owner",
    "guide_account",
    "consulting",
    "consulting_report",
    "consulting_clients",
    "outreach",
    "outreach_calendar",
    "policies_kept",
    "competitions",
    "award_holders",
    "award_statistics",
    "competition",
    "competition_entries",
    "competition_scale",
    "fairs",
    "courses",
    "course_table",
    "course_learners",
    "inspections",
    "inspection_findings",
    "collaborators",
    "collaborator_map",
    "allowance_lists",
    "combinations",
    "other_programmes",
    "work",
    "projects",
    "project",
    "project_sheet",
    "project_estimate_paper",
    "adjustments",
    "monthly_reports",
    "envelope",
    "contracts",
    "ledger",
    "year_end",
    "periods",
    "process",
    "programmes",
    "programme",
    "establishments",
    "establishment",
    "establishment_eligibility",
    "plans",
    "settlements",
    "claims",
    "effects",
    "effect_sheets",
    "board",
    "board_list",
    "results",
    "results_series",
    "period_tables",
    "activity_tables",
    "period_reports",
    "published",
    "report_check",
    "places",
    "place_province",
    "place_commune",
    "trials",
    "calendar",
    "agency_deadlines",
    "reminders",
    "feed_new",
    "papers",
    "paper_scans",
    "paper_batches",
}
# What a đề án under contract leads to; the regional centre of the demo has none.
UNDER_CONTRACT = {
    "project_acceptance", "contract", "contract_liquidation", "claim", "paper_new", "figure_list", "course", "course_roster",
    "fair", "fair_booths", "fair_participant", "fair_participants", "fair_results",
}  # fmt: skip
PEOPLE = {
    "canbo": {
        "collaborator",
        "collaborator_new",
        "collaborator_edit",
        "collaborator_term_new",
        "collaborator_term_end",
        "collaborator_term_edit",
        "collaborator_term_withdraw",
        "collaborator_note",
        "allowance_rates",
        "allowance_rate_new",
        "allowance_rate_edit",
        "allowance_list",
        "course_pay_list",
        "allowance_list_new",
        "allowance_list_amount",
        "allowance_list_cancel",
        "allowance_list_tie",
        "project_loan",
        "project_loan_write",
        "project_loan_edit",
        "project_combine",
        "project_combine_edit",
        "project_combine_withdraw",
        "other_programme",
        "other_programme_new",
        "other_programme_edit",
        "consulting_job",
        "consulting_job_new",
        "consulting_job_sign",
        "consulting_job_divide",
        "consulting_job_end",
        "consulting_phase_accept",
        "consulting_phase_annul",
        "consulting_job_annex",
        "consulting_job_reopen",
        "consulting_report_list",
        "consulting_booking_new",
        "consulting_booking_back",
        "consulting_job_files",
        "consulting_client",
        "consulting_client_new",
        "consulting_client_edit",
        "consulting_target",
        "consulting_target_new",
        "outreach_work",
        "outreach_choose",
        "project_outreach_new",
        "outreach_edit",
        "outreach_make",
        "outreach_reach",
        "policy_keep",
        "policy_new",
        "policy_edit",
        "policies",
        "policy",
        "fair_new",
        "fair_change",
        "fair_close",
        "fair_day",
        "fair_visitors",
        "fair_link_new",
        "fair_link_follow",
        "fair_links",
        "fair_contract_new",
        "fair_contract",
        "fair_invite",
        "fair_register",
        "fair_grid",
        "fair_plan",
        "fair_booth_new",
        "fair_booth",
        "fair_booths_import",
        "fair_participant_refuse",
        "fair_participant_withdraw",
        "course_new",
        "course_change",
        "course_sessions",
        "course_session_move",
        "course_trainer",
        "course_rate",
        "course_files",
        "course_poster",
        "course_allowances",
        "course_employment",
        "learner_new",
        "learner_change",
        "roster_import",
        "attendance",
        "scoring",
        "scoring_round",
        "scoring_sheet",
        "paper_batch_new",
        "period_report",
        "period_report_new",
        "project_vouchers",
        "project_vouchers_import",
        "project_settlement_form",
        "project_new",
        "project_edit",
        "project_write",
        "project_copies",
        "proposal_lists",
        "project_copy",
        "project_beneficiary_add",
        "project_commitments",
        "project_estimate",
        "project_attach",
        "project_paper",
        "project_paper_file",
        "project_letter",
        "letters",
        "project_withdraw",
        "project_handover",
        "project_in_charge",
        "inspection",
        "inspection_finding",
        "inspection_finding_answer",
        "adjustment_new",
        "monthly_report",
        "monthly_report_new",
        "monthly_report_edit",
        "monthly_report_photos",
        "establishment_new",
        "establishment_edit",
        "establishment_imports",
        "establishment_detail_add",
        "requests",
        "request",
        "registrations",
        "registration",
        "notices",
        "adjustment",
        "project_completion",
        "project_condition_answer",
        "project_resume",
        "plan_history",
        "project_support_contract",
        "bank_accounts",
        "effect_sheet",
    },
    "thamdinh": {
        "scoring",
        "scoring_round",
        "scoring_sheet",
        "scoring_conflict",
        "scoring_progress",
        "scoring_signed",
        "sheet_reopen",
        "competition_conflicts",
        "competition_scores",
        "paper",
        "paper_upload",
        "paper_batch",
        "paper_number",
        "paper_attach",
        "paper_batch_new",
        "project_appraise",
        "project_paper_judge",
        "project_paper_ask",
        "asked_papers",
        "asked_paper_new",
        "project_accept",
        "monthly_report",
        "monthly_report_confirm",
        "monthly_report_return",
        "plan",
        "plan_new",
        "plan_ranking",
        "scenarios",
        "norm_entries",
        "norm_entry_new",
        "adjustment",
        "review_queue",
        "councils",
        "council",
        "council_new",
        "council_session",
        "council_session_new",
        "council_sheet",
        "council_minutes",
        "council_postpone",
        "council_end",
        "project_condition_decide",
        "plan_history",
        "programme_new",
        "programme_draft",
    },
    "lanhdao": {
        "allowance_list",
        "allowance_list_send_back",
        "outreach_publish",
        "outreach_back",
        "consulting_job",
        "fair_confirm",
        "fair_reopen",
        "fair_cancel",
        "scoring_progress",
        "scoring_reopen",
        "award_statistics_list",
        "award_prizes",
        "award_certificate",
        "award_certificate_revoke",
        "competition_conflicts",
        "competition_scores",
        "paper",
        "paper_upload",
        "paper_batch",
        "period_report",
        "period_report_approve",
        "period_report_return",
        "period_report_days",
        "monthly_own_day",
        "inspection",
        "inspection_finding",
        "project_contract",
        "contract_sign",
        "contract_amend",
        "project_advance_decision",
        "project_payment",
        "project_payment_approve",
        "payment_rule",
        "project_stop",
        "plan",
        "trial_new",
        "delegations",
        "delegation_new",
        "adjustment",
        "adjustment_decide",
        "programme_approve",
        "scenario",
        "councils",
        "plan_history",
        "programme_money",
        "period_reopen",
    },
    "ketoan": {
        "paper",
        "paper_upload",
        "paper_batch",
        "paper_number",
        "paper_attach",
        "paper_batch_new",
        "project_payment_prepare",
        "project_payment_pay",
        "treasury",
        "treasury_unmatched",
        "payment_list",
        "payment_list_new",
        "statements",
        "statement_new",
        "statement",
        "statement_line_match",
        "project_recover",
        "project_contract_draft",
        "contract_change",
        "contract_schedule",
        "contract_guarantee",
        "contract_guarantee_release",
        "bank_accounts",
        "bank_account_new",
        "bank_account_end",
        "envelope_give",
        "delegation_new",
        "adjustment",
        "envelope_delegate",
        "envelope_carry",
        "envelope_return",
        "plan_history",
        "programme_figure",
        "period_close",
    },
    "kiemtoan": {
        "paper",
        "paper_upload",
        "paper_batch",
        "event_list",
        "agencies",
        "agency",
        "accounts",
        "account",
        "invitations",
        "adjustment",
        "plan_history",
        "council_minutes",
        "programme_difference",
    },
    "chuyenvien": {
        "outgoing_packages",
        "outgoing_package",
        "incoming_packages",
        "incoming_upload",
        "publications",
        "publication",
        "publication_write",
        "feedbacks",
        "paper",
        "paper_upload",
        "paper_batch",
        "paper_number",
        "paper_attach",
        "paper_batch_new",
        "period_report",
        "period_report_new",
        "period_report_days",
        "period_indicators",
        "inspection",
        "inspection_plan",
        "award_choice",
        "award_certificate",
        "award_holder_report",
        "award_proposal",
        "award_prizes",
        "award_prize_tie",
        "award_complaint",
        "award_complaint_new",
        "award_complaint_answer",
        "competition_new",
        "competition_change",
        "competition_papers",
        "competition_members",
        "competition_member_new",
        "competition_member_replace",
        "competition_member_end",
        "competition_entry",
        "competition_entry_new",
        "competition_entry_ask",
        "competition_entry_accept",
        "competition_entry_refuse",
        "inspection_plan_new",
        "inspection_choose",
        "inspection_after_end",
        "inspection_after_care",
        "inspection_new",
        "inspection_reschedule",
        "inspection_cancel",
        "inspection_visit",
        "inspection_files",
        "inspection_finding_new",
        "inspection_conclude",
        "inspection_finding",
        "inspection_finding_follow_up",
        "agency_deadline_new",
        "agency_deadline_edit",
        "escalation_setting",
        "craft_village",
        "craft_village_new",
        "craft_village_edit",
        "craft_village_end",
        "preferred_area",
        "preferred_area_new",
        "preferred_area_edit",
        "preferred_area_end",
        "adjustment",
        "programme_draft",
        "plan_new",
    },
    "quantri.cuc": {
        "trusted_keys",
        "trusted_key_new",
        "trusted_key_revoke",
        "paper_templates",
        "paper_template",
        "place_region",
        "adjustment",
    },
    "quantri": {
        "paper",
        "paper_upload",
        "paper_batch",
        "paper_templates",
        "paper_template",
        "event_list",
        "matrix",
        "server_status",
        "server_slow",
        "held_files",
        "held_file",
        "held_file_release",
        "held_file_destroy",
        "person_requests",
        "person_request",
        "person_request_new",
        "person_request_rows",
        "person_request_answer",
        "retention",
        "retention_rule",
        "retention_term_new",
        "hiding_runs",
        "agencies",
        "agency",
        "agency_new_service",
        "agency_new_commune",
        "accounts",
        "account",
        "account_edit",
        "role_give",
        "handover",
        "invite",
        "invitations",
        "connections",
        "connection_new",
        "connection",
        "connection_revoke",
        "subscription_new",
        "subscription",
        "api_docs",
        "adjustment",
    },
    "thamdinh.cuc": {
        "paper_batch_new",
        "project_appraise",
        "plan_new",
        "adjustment",
        "review_queue",
        "council_new",
        "programme_new",
    },
    "canbo.khuvuc": {"project_new", "paper_batch_new"},
}
# What owners reach, who have none of the pages of everybody else but the law's.
OWNERS = {
    "guide_owner",
    "fairs",
    "fair",
    "fair_participant",
    "fair_register",
    "fair_day",
    "fair_link_new",
    "fair_link_follow",
    "policies",
    "policy",
    "competitions",
    "award_holders",
    "award_certificate",
    "award_holder_report",
    "award_own_complaint",
    "competition",
    "competition_entry",
    "competition_entry_new",
    "competition_entry_write",
    "competition_entry_photos",
    "competition_entry_papers",
    "own_establishment",
    "own_contact",
    "own_mistake",
    "own_support",
    "own_activity",
    "own_findings",
    "inspection_finding",
    "inspection_finding_answer",
    "own_effects",
    "own_effect",
    "requests",
    "request",
    "request_new",
    "request_edit",
    "request_papers",
    "notices",
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
    with demo_site(django_db_blocker) as url:
        rows = Project.objects.order_by("pk").values_list("state", "code", "recorded_from")
        codes = {state: code for state, code, recorded_from in rows if not recorded_from}
        recorded = next(code for _, code, recorded_from in rows if recorded_from)
        draft_plan = AnnualPlan.objects.filter(state=PlanState.DRAFT, source="local").get().pk
        yield Demo(url, codes, recorded, draft_plan)


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
        if kind is None or (kind in kinds and kind not in LEADS_ON):
            continue
        # Another đề án, another contract: the same page, but it may lead to other steps. So with what was seen enough.
        again, only_links = kind in kinds, inspector.has_seen_enough_of(kind)
        kinds.add(kind)
        if again or only_links:
            found = inspector.links_of(address, tabs=not again)
        else:
            inspector.open(address, kind=kind)
            found = inspector.links()
        if kind.startswith("guide"):  # it leads to every page there is, those of the portal among them
            found = [link for link in found if link.startswith("/tro-giup/")]
        new = [link for link in found if link not in known and ("?tab=" not in link or link.endswith(TABS_WITH_STEPS))]
        known.update(new)
        waiting += new
    assert inspector.faults == {}

    wanted = EVERYBODY | PEOPLE[name] | (set() if name == "canbo.khuvuc" else UNDER_CONTRACT)
    assert wanted - kinds == set()


def test_pages_that_an_owner_reaches(inspector):
    """The same for somebody at an establishment, on pages made for a small phone; every request, whatever its state."""
    fill_login_as_owner(inspector.page, "chucoso")
    waiting, known, kinds = ["/co-so-cua-toi/"], {"/co-so-cua-toi/"}, set()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or (kind in kinds and kind not in {"request", "competition_entry"}):
            continue
        kinds.add(kind)
        inspector.open(address, kind=kind)
        new = [link for link in inspector.links() if link not in known]
        if kind.startswith("guide"):
            new = [link for link in new if link.startswith("/tro-giup/")]
        known.update(new)
        waiting += new
    assert inspector.faults == {}
    assert (OWNERS | LAW) - kinds == set()


def test_page_that_says_why_a_paper_does_not_apply(inspector):
    """A crawl opens one paper, and that may be one that is always needed."""
    sign_in(inspector.page, "canbo", PASSWORD)
    draft = Project.objects.filter(state="draft", implementing_unit__code="ttkc-82").first()
    inspector.open(
        f"{draft.get_absolute_url()}giay-to/registration.other_appraisal_papers/khong-ap-dung/", kind="waive"
    )
    assert inspector.faults == {}


def test_pages_of_a_package_and_of_open_data(inspector):
    """Nobody above is a leader of the nation; open data need no account."""
    for address in ("/du-lieu-mo/", "/du-lieu-mo/tu-dien/", "/du-lieu-mo/hien-hanh/"):
        inspector.open(address, kind=address)
    sign_in(inspector.page, "lanhdao.cuc", PASSWORD)
    waiting = IncomingPackage.objects.get(state="waiting").get_absolute_url()
    for address in (waiting, f"{waiting}chap-nhan/", f"{waiting}tra-lai/"):
        inspector.open(address, kind=address)
    assert inspector.faults == {}


def test_pages_of_somebody_who_registers(inspector):
    """Each page that opens without an account, the refused form, and the page of whoever waits."""
    inspector.open("/dang-ky/", kind="registration province")
    inspector.open("/dang-ky/?province=82", kind="registration_new")
    button(inspector.page, "Gửi đăng ký").click()
    expect(inspector.page.get_by_role("alert")).to_be_visible()
    inspector.inspect("registration refused")
    inspector.open("/dang-ky/da-gui/", kind="registration_sent")
    inspector.open("/dang-ky/xac-nhan/khong-co/", status=404, kind="registration dead link")
    fill_login_as_owner(inspector.page, "choduyet")
    expect(heading(inspector.page)).to_have_text("Đăng ký đang chờ duyệt")
    inspector.inspect("registration_waiting")
    assert inspector.faults == {}


def test_what_a_report_check_says(inspector):
    """Contradictions, the records beside them, every figure; and the form that was left empty."""
    sign_in(inspector.page, "lanhdao", PASSWORD)
    inspector.open("/kiem-tra-bao-cao/", kind="report_check")
    page = inspector.page
    button(page, "Kiểm tra").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_load_state()  # what was expected stands above the button
    inspector.inspect("report_check refused")
    page.get_by_label("Dán văn bản").fill(
        "Tỉnh có 5 đề án với tổng kinh phí hỗ trợ 900 triệu đồng, gồm 500 triệu đồng và hơn 300 triệu đồng."
    )
    page.get_by_label("So với số liệu của").select_option("82")
    page.get_by_label("Năm").select_option(str(today().year))
    button(page, "Kiểm tra").click()
    expect(page.get_by_text("500 + hơn 300 = 800 triệu đồng, không phải 900.")).to_be_visible()
    page.wait_for_load_state()
    inspector.inspect("report_check found")
    assert inspector.faults == {}


def test_what_an_owner_unfolds(inspector):
    """The panels behind the buttons of a draft."""
    fill_login_as_owner(inspector.page, "chucoso")
    draft = SupportRequest.objects.filter(state="draft", open_to_officers=False).first()
    inspector.page.goto(draft.get_absolute_url())
    inspector.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    inspector.inspect("request unfolded")
    assert inspector.faults == {}


def fill_login_as_owner(page, name):
    page.goto("/dang-nhap/")
    fill_login(page, name, PASSWORD)
    page.wait_for_url(lambda address: "/dang-nhap/" not in address)


@pytest.mark.parametrize("state", [*ProjectState.values, "recorded"])
def test_page_of_a_project_in_every_state(inspector, demo, state):
    sign_in(inspector.page, "lanhdao.phutho" if state == "recorded" else "lanhdao", PASSWORD)
    code = demo.recorded if state == "recorded" else demo.codes[state]
    inspector.thorough = True
    for key in ALL_TABS if state in EVERY_TAB else TELLING_TABS:
        inspector.open(f"/de-an/{code}/?tab={key}", kind=key)
    assert inspector.faults == {}


@pytest.mark.parametrize("name", ["canbo", "lanhdao"])
def test_page_of_an_establishment_with_everything(inspector, demo, name):
    """Its tabs, a form of each kind of rows, one row to correct; a leader sees them without buttons and masked."""
    sign_in(inspector.page, name, PASSWORD)
    address = f"/co-so/{Machine.objects.first().establishment_id}/"
    for key, _ in ESTABLISHMENT_TABS:
        inspector.open(f"{address}?tab={key}", kind=f"establishment {key}")
    inspector.open(f"{address}du-dieu-kien/?ngay=01/01/2020", kind="eligibility of a day")
    if name == "canbo":
        for slug in BY_SLUG:
            inspector.open(f"{address}{slug}/them/", kind=slug)
        machine = Machine.objects.first()
        inspector.open(f"{address}may/{machine.pk}/sua/", kind="row")
        inspector.page.goto(f"{address}chung-nhan/them/")
        button(inspector.page, "Lưu").click()
        expect(inspector.page.get_by_role("alert")).to_be_visible()
        inspector.inspect("row refused")
    assert inspector.faults == {}


def test_consulting_to_an_establishment(inspector):
    """What the tab «Hoạt động» of its đề án leads to, which a crawl does not follow."""
    sign_in(inspector.page, "canbo", PASSWORD)
    advice = Advice.objects.get()
    project = advice.project.get_absolute_url()
    inspector.open(f"{project}?tab=hoat-dong", kind="tab of advice")
    for name, address in {
        "advice": f"/tu-van-co-so/{advice.pk}/",
        "advice_edit": f"/tu-van-co-so/{advice.pk}/sua/",
        "advice_files": f"/tu-van-co-so/{advice.pk}/them-tep/",
        "advice_withdraw": f"/tu-van-co-so/{advice.pk}/bo/",
        "project_advice_new": f"{project}tu-van/moi/",
    }.items():
        inspector.open(address, kind=name)
    assert inspector.faults == {}


def test_who_is_who_and_what_was_given(inspector):
    """Suspected duplicates, two entries side by side, a support from elsewhere, a new name; each form once refused."""
    sign_in(inspector.page, "canbo", PASSWORD)
    doubt, past = Suspicion.objects.get(), PastSupport.objects.get()
    inspector.open("/co-so/trung/", kind="duplicates")
    support = f"/co-so/{past.establishment_id}/ho-tro/"
    refused = {
        f"/co-so/trung/{doubt.first_id}/{doubt.second_id}/": "Gộp hai hồ sơ",
        f"{support}them/": "Lưu",
        f"{support}{past.pk}/sua/": "",
        f"{support}{past.pk}/rut/": "Rút",
        f"/co-so/{past.establishment_id}/doi-ten/": "Lưu",
    }
    for address, label in refused.items():
        inspector.open(address, kind=address)
        if label:
            button(inspector.page, label).click()
            expect(inspector.page.get_by_role("alert")).to_be_visible()
            inspector.inspect(f"{address} refused")
    assert inspector.faults == {}


def test_agencies_and_accounts(inspector):
    """The tree of a day, each form once refused, the panels behind the buttons, and the page that a letter leads to."""
    sign_in(inspector.page, "quantri", PASSWORD)
    for query in ("?on=01/01/2020", "?q=cong+thuong+dia+phuong", "?q=khongcogi", "?on=sai"):
        inspector.open(f"/co-quan/{query}", kind=f"agencies {query}")
    inspector.open("/co-quan/ttkc-82/", kind="agency in my scope")
    inspector.open("/co-quan/ttkc-82/sua-ten/", kind="agency_correct")
    inspector.open("/phan-quyen/?role=leader", kind="matrix of a role")
    deputy, clerk = User.objects.get(username="pholanhdao"), User.objects.get(username="canbo")
    refused = {
        "/co-quan/them-to-chuc/": "Thêm tổ chức",
        "/co-quan/them-xa/": "Thêm cơ quan",
        "/co-quan/ttkc-82/doi-ten/": "Ghi tên mới",
        "/co-quan/ttkc-82/chuyen/": "Chuyển",
        "/co-quan/ttkc-82/ngung/": "Ngừng hoạt động",
        "/co-quan/ttkc-82/sap-nhap/": "Sáp nhập",
        "/tai-khoan/moi/": "Gửi thư mời",
        f"/tai-khoan/{deputy.pk}/giao-vai-tro/": "Giao vai trò",
        f"/tai-khoan/{deputy.pk}/khoa/": "Khóa tài khoản",
        f"/tai-khoan/{clerk.pk}/ban-giao/": "Bàn giao",
    }
    for address, label in refused.items():
        inspector.open(address, kind=address)
        button(inspector.page, label).click()
        expect(inspector.page.get_by_role("alert")).to_be_visible()
        inspector.inspect(f"{address} refused")
    inspector.page.goto(f"/tai-khoan/{deputy.pk}/")
    inspector.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    inspector.inspect("account unfolded")
    inspector.open("/loi-moi/khong-co/", status=404, kind="invitation dead link")
    assert inspector.faults == {}


def test_pages_of_somebody_not_signed_in(inspector):
    inspector.open("/dang-nhap/", kind="login")
    inspector.open("/de-an/", kind="login with an address to go on to")
    fill_login(inspector.page, "canbo", "sai mật khẩu")
    expect(inspector.page.get_by_role("alert")).to_be_visible()
    inspector.inspect("login refused")
    inspector.open("/khong-co-trang-nay/", status=404, kind="404")
    inspector.open("/san-pham-tieu-bieu/", kind="recognised products")
    inspector.open("/tin/", kind="news")
    inspector.open(f"/tin/{Work.objects.public().first().pk}/", kind="news_item")
    inspector.open("/chinh-sach/", kind="policies")
    inspector.open(f"/chinh-sach/{PolicyArticle.objects.public().first().pk}/", kind="policy")
    inspector.open("/chung-nhan/khong-co/", status=404, kind="a code of no certificate")
    inspector.open("/tro-giup/chu-co-so/", kind="guide for owners")
    inspector.open("/tro-giup/tai-khoan/", kind="guide to signing in")
    for path in ("", "de-an/", "ban-do/", "ket-qua/", "dang-moi/", "dinh-muc/", "van-ban/", "tim/?q=may", "hoi/"):
        inspector.open(f"/cong/{path}", kind=f"portal {path}")
    one = Publication.objects.public().select_related("project").first()
    inspector.open(f"/cong/de-an/{one.project.code}/", kind="portal_project")
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


def test_effects(inspector):
    """The dashboard by every grouping, a sheet in each state with its steps, and the page behind a letter."""
    sign_in(inspector.page, "thamdinh", PASSWORD)
    for by in GROUPS:
        inspector.open(f"/hieu-qua/?by={by}&moment=acceptance", kind=f"effects by {by}")
    inspector.open("/hieu-qua/?moment=sai", status=422, kind="effects refused")
    steps = {SheetState.ANSWERED: ("xac-nhan/", "gui-lai/", "ghi/"), SheetState.CONFIRMED: ("mo-lai/",)}
    mine = EffectSheet.objects.filter(project__province__current__key="82")
    for state in SheetState:
        sheet = mine.filter(state=state, project__recorded_from__startswith="dữ liệu ví dụ").order_by("-pk").first()
        for step in ("", *steps.get(state, ())):
            inspector.open(f"{sheet.get_absolute_url()}{step}", kind=f"sheet {state} {step}")
    waiting = mine.filter(state=SheetState.WAITING, moment="after_12", due_on__lte=today()).first()
    inspector.page.goto(waiting.get_absolute_url())
    button(inspector.page, "In thư có mã QR").click()
    inspector.inspect("letters")
    address = inspector.page.locator(".kc-address").inner_text().partition("/tra-loi/")[2]
    inspector.page.context.clear_cookies()
    inspector.open(f"/tra-loi/{address}", kind="effect_answer")
    button(inspector.page, "Gửi câu trả lời").click()
    expect(inspector.page.get_by_role("alert")).to_be_visible()
    inspector.inspect("effect_answer refused")
    inspector.open("/tra-loi/khong-co/", status=404, kind="effect dead link")
    assert inspector.faults == {}


def test_settlement_that_still_waits_for_something(inspector, demo):
    sign_in(inspector.page, "ketoan", PASSWORD)
    inspector.open(f"/de-an/{demo.codes['accepted']}/quyet-toan/", kind="project_settle")
    inspector.open(f"/de-an/{demo.codes['in_progress']}/quyet-toan/", kind="project_settle by volume")
    settled = Project.objects.filter(state="settled", source="local", recorded_from="", payer__code="sct-82").first()
    inspector.open(f"/de-an/{settled.code}/thu-hoi/quyet-dinh/", kind="project_claim_new")
    year = f"{settled.payer_id}/{settled.implementing_unit_id}/{settled.year}"
    inspector.open(f"/quyet-toan/doi-chieu/{year}/", kind="reconciliation")
    assert inspector.faults == {}


def test_pages_of_an_acceptance(inspector):
    """The minutes, what may be done with them, and the form at the site: folded fields open, tried before it is signed."""
    found = Acceptance.objects.filter(is_last=False, project__state="in_progress").first()
    code = found.project.code
    pages = {
        "thamdinh": ["project_acceptance", "project_acceptance_attach"],
        "lanhdao": ["project_acceptance_annul"],
    }
    for name, kinds in pages.items():
        inspector.page.context.clear_cookies()
        sign_in(inspector.page, name, PASSWORD)
        for kind in kinds:
            inspector.open(reverse(kind, args=[code, found.pk]), kind=kind)
    inspector.page.context.clear_cookies()
    sign_in(inspector.page, "thamdinh", PASSWORD)
    address = reverse("project_accept", args=[code, found.beneficiary_id])
    inspector.open(address, kind="project_accept")
    inspector.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    inspector.inspect(address)
    inspector.page.locator("[name=number]").fill("13/BB-NT")
    button(inspector.page, "Xem trước cách tính").click()
    expect(inspector.page.get_by_role("region", name="Kết quả xem trước")).to_contain_text("Chưa ghi gì")
    inspector.inspect(address)
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


def test_search(inspector):
    """The page of results, and the list under the box as it stands open."""
    sign_in(inspector.page, "chuyenvien", PASSWORD)
    for query in ("", "?q=a", "?q=may", "?q=may&loai=de-an", "?q=khongcogi"):
        inspector.open(f"/tim/{query}", kind=f"search {query}")
    inspector.open("/co-so/?kind=household&papers=sap", kind="establishments filtered")
    inspector.open("/co-so/?q=khongcogi", kind="no establishments")
    inspector.page.keyboard.press("/")
    inspector.page.keyboard.type("may")
    expect(inspector.page.get_by_role("listbox")).to_be_visible()
    inspector.page.keyboard.press("ArrowDown")
    inspector.inspect("suggestions")
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
