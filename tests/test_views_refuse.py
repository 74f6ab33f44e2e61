"""Every address and every form of the site, opened and sent by whoever may not: refused, and nothing is written."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.messages import constants, get_messages
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.finance.models import Payment
from khuyencong.normbook.models import EnteredDocument
from khuyencong.people.permissions import allowed
from khuyencong.people.roles import Role
from khuyencong.people.web import PUBLIC, SIGNED_IN, declared
from khuyencong.programmes.models import AnnualPlan
from khuyencong.testing import make_project
from khuyencong.whatif.models import Trial
from tests.looking import signed_in, whole_database
from tests.posts import CREATIONS, KEY, OF_THE_SITE, POSTS, creation, move_on

AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
EVERYBODY = [(agency, role.value) for agency in AGENCIES for role in Role]
# Who may open what: a new page is written here as well, so that nobody opens one by accident.
OPENS = {
    "people:login": PUBLIC,
    "people:logout": PUBLIC,
    "people:switch": SIGNED_IN,
    "people:matrix": "matrix_view",
    "audit:event_list": "audit_view",
    "establishments": "establishment_view",
    "establishment": "establishment_view",
    "establishment_new": "establishment_edit",
    "establishment_edit": "establishment_edit",
    "projects": "project_view",
    "project": "project_view",
    "project_new": "project_edit",
    "project_edit": "project_edit",
    "project_beneficiary_add": "project_edit",
    "project_beneficiary_remove": "project_edit",
    "project_commitments": "project_edit",
    "project_estimate": "project_edit",
    "project_sheet": "project_view",
    "project_sheet_pdf": "project_view",
    "project_attach": "project_edit",
    "project_attachment": "file_download",
    "project_attachment_remove": "project_edit",
    "project_submit": "project_submit",
    "project_withdraw": "project_withdraw",
    "project_appraise": "appraise_base",  # both levels are for appraisers; the record decides which agency's
    "project_accept": "acceptance_record",
    "project_contract": "contract_sign",
    "project_payment_prepare": "payment_prepare",
    "project_payment_decide": "payment_approve",
    "project_recover": "recover",
    "project_settle": "settle",
    "project_stop": "project_stop",
    "plans": "report_view",
    "plan": "report_view",
    "plan_new": "plan_edit",
    "plan_put": "plan_edit",
    "plan_take_out": "plan_edit",
    "plan_approve": "plan_approve",
    "plan_ranking": "report_view",
    "plan_weights": "plan_edit",
    "envelope_give": "envelope_give",
    "results": "report_view",
    "results_xlsx": "report_export",
    "published": "report_view",
    "norm_entries": SIGNED_IN,
    "norm_entry": SIGNED_IN,
    "norm_entry_new": "norm_edit",
    "norm_entry_edit": "norm_edit",
    "norm_entry_attach": "norm_edit",
    "norm_entry_send": "norm_edit",
    "norm_entry_delete": "norm_edit",
    "norm_entry_confirm": "norm_confirm",
    "norm_entry_return": "norm_confirm",
    "norm_entry_revoke": "norm_confirm",
    "norm_entry_file": "file_download",
    "norm_entry_yaml": "file_download",
    "trials": "trial_view",
    "trial": "trial_view",
    "trial_new": "trial_make",
    "trial_count": "trial_make",
    "trial_xlsx": "report_export",
    "work": SIGNED_IN,
    "norms": SIGNED_IN,
    "norm_activity": SIGNED_IN,
    "norm_compare": SIGNED_IN,
    "norm_changes": SIGNED_IN,
    "norm_documents": SIGNED_IN,
    "norm_document": SIGNED_IN,
    "gallery": "matrix_view",
}
ONLY_POST = {
    "people:logout", "people:switch", "project_beneficiary_remove", "project_attachment_remove", "project_submit",
    "plan_put", "plan_take_out", "plan_approve", "plan_weights", "norm_entry_send", "norm_entry_delete",
    "trial_count",
}  # fmt: skip
# Taking a file away is written into the audit trail, though it is a GET.
AUDITED_DOWNLOADS = {
    "project_attachment": "project.download", "project_sheet_pdf": "project.sheet_pdf", "results_xlsx": "report.export",
    "norm_entry_file": "norm.download", "norm_entry_yaml": "norm.export", "trial_xlsx": "trial.export",
}  # fmt: skip
READ_ONLY = set(OPENS) - {name.split()[0] for name in POSTS} - set(CREATIONS) - set(OF_THE_SITE)


def url_table(resolver=None, namespace=""):
    """Every (name, pattern) of the site."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            found.append((f"{namespace}{one.name}", one))
        else:
            found += url_table(one, f"{namespace}{one.namespace}:" if one.namespace else namespace)
    return found


def test_every_address_says_who_may_open_it():
    assert {name: declared(pattern.callback) for name, pattern in url_table()} == OPENS


def test_only_signing_in_and_out_is_public():
    assert {name for name, opens in OPENS.items() if opens == PUBLIC} == {"people:login", "people:logout"}


def test_every_address_that_takes_a_form_is_tried_here():
    """A new POST view must be added to `tests/posts.py`; a view that only shows answers 405 to a form."""
    assert {name.split()[0] for name in POSTS} | set(CREATIONS) | set(OF_THE_SITE) | READ_ONLY == set(OPENS)


def addresses(project, **more):
    """One address for every name of the table; records are those of `project`."""
    plan = AnnualPlan.objects.first()
    payment, entered, trial = Payment.objects.first(), EnteredDocument.objects.first(), Trial.objects.first()
    part, attached = project.beneficiaries.first(), project.attachments.first()
    rest = {
        "project_appraise": ["base"],
        "project_accept": [part.pk],
        "project_payment_prepare": ["advance"],
        "project_payment_decide": [payment.pk if payment else 1],
        "project_beneficiary_remove": [part.pk],
        "project_attachment": [attached.pk],
        "project_attachment_remove": [attached.pk],
    }
    of_the_law = {"norm_activity": ["machinery"], "norm_document": ["tt-28-2018"]}
    found = {}
    for name in OPENS:
        if (name.startswith("project_") and name != "project_new") or name == "project":
            args = [project.code, *rest.get(name, [])]
        elif name in {"plan", "plan_put", "plan_take_out", "plan_approve", "plan_ranking", "plan_weights"}:
            args = [plan.pk if plan else 1]
        elif name in {"establishment", "establishment_edit"}:
            args = [part.establishment_id]
        elif name.startswith("norm_entry") and name != "norm_entry_new":
            args = [entered.pk if entered else 1]
        elif name.startswith("trial") and name not in {"trials", "trial_new"}:
            args = [trial.pk if trial else 1]
        else:
            args = of_the_law.get(name, [])
        found[name] = reverse(name, args=args)
    return found | more


def said(answer):
    """The sentences of a refusal: the message after a redirect, the errors of the form, or the page of the refusal."""
    if answer.status_code == 302:
        return [str(one) for one in get_messages(answer.wsgi_request) if one.level == constants.ERROR]
    page = answer.content.decode()
    errors = r"<main.*?</main>" if answer.status_code == 409 else r'class="kc-(?:summary|field-error)".*?</ul>'
    blocks = [re.sub(r"<[^>]*>|\s+", " ", block) for block in re.findall(errors, page, re.DOTALL)]
    return [block for block in blocks if len(block.split()) > 3]


def assert_refused(answer):
    """409 or 422 with a sentence on the page, or back to the record with one."""
    assert answer.status_code in {302, 409, 422}, answer.status_code
    assert any(said(answer)), answer.content.decode()[:400]


# --- not signed in ---------------------------------------------------------------------------------------------------


def test_strangers_are_sent_to_sign_in_and_come_back(world):
    project = make_project(world, state="in_progress")
    before, client = whole_database(), Client()
    for name, address in addresses(project).items():
        if OPENS[name] == PUBLIC:
            continue
        answer = client.get(address)
        if name == "people:switch":
            assert answer.status_code == 405
        else:
            assert (answer.status_code, answer.url) == (302, f"/dang-nhap/?next={quote(address)}"), name
        answer = client.post(address, {"version": project.version})
        # A page that only shows may say so (405) before it asks who is there.
        assert answer.status_code == 405 or answer.url.startswith("/dang-nhap/?next="), name
    assert whole_database() == before


def test_without_any_role_nothing_opens(world):
    project = make_project(world)
    actor = world.actor("dong-thap", "leader")
    actor.user.memberships.update(is_active=False)
    client = signed_in(actor)
    before = whole_database()
    for name, address in addresses(project).items():
        if OPENS[name] != PUBLIC and name not in ONLY_POST:
            assert client.get(address).status_code == 403, name
    assert whole_database() == before


# --- looking ---------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_looking_changes_nothing(world):
    """Every address that can be looked at, by everybody: never an error, never a change."""
    project = make_project(world, state="in_progress")
    table = {name: address for name, address in addresses(project).items() if name not in AUDITED_DOWNLOADS}
    clients = {
        who: signed_in(world.actor(*who))
        for who in EVERYBODY
        if who[0] in {"national", "dong-thap", "dong-thap-centre"}
    }
    before = whole_database()
    for name, address in table.items():
        for who, client in clients.items():
            answer = client.get(address)
            permission = OPENS[name]
            if name in ONLY_POST:
                assert answer.status_code in {403, 405}, (name, who)
            elif permission in {PUBLIC, SIGNED_IN} or allowed(world.actor(*who), permission):
                assert answer.status_code in {200, 302, 403, 404, 409}, (name, who)
            else:
                assert answer.status_code == 403, (name, who)
    assert whole_database() == before


@pytest.mark.parametrize("name", POSTS)
def test_looking_at_a_form_changes_nothing(world, name):
    """The page with the form, by who may fill it in."""
    post = POSTS[name](world)
    client = signed_in(world.actor(*post.who))
    before = whole_database()
    shown = 405 if name in ONLY_POST else 200
    assert client.get(post.url).status_code == shown
    assert client.head(post.url).status_code == shown
    assert whole_database() == before


def test_pages_that_only_show_take_no_form(world):
    project = make_project(world)
    table = addresses(project)
    client = signed_in(world.actor("dong-thap", "administrator"))
    before = whole_database()
    for name in READ_ONLY:
        assert client.post(table[name], {"version": project.version}).status_code == 405, name
    assert whole_database() == before


def test_another_province_does_not_exist(world):
    project = make_project(world, state="in_progress")
    table = addresses(project)
    hidden = [name for name in table if name.startswith("project") and name not in {"projects", "project_new"}]
    for role in Role:
        client = signed_in(world.actor("phu-tho", role.value))
        for name in [*hidden, "establishment", "establishment_edit", "plan", "plan_ranking"]:
            if name not in ONLY_POST and allowed(world.actor("phu-tho", role.value), OPENS[name]):
                assert client.get(table[name]).status_code == 404, (name, role)


# --- sending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POSTS)
def test_form_of_somebody_else_changes_nothing(world, name):
    """403 for a role or an agency that may not, 404 where the record is out of sight."""
    post = POSTS[name](world)
    clients = {who: signed_in(world.actor(*who)) for who in EVERYBODY}
    before, statuses = whole_database(), set()
    for who, client in clients.items():
        actor = world.actor(*who)
        if allowed(actor, post.permission, post.record):
            continue
        seen = allowed(actor, post.permission) and not post.record.is_in_scope(actor)
        answer = client.post(post.url, post.fresh())
        assert answer.status_code == (404 if seen else 403), who
        statuses.add(answer.status_code)
    assert whole_database() == before
    everybody_sees_it = all(post.record.is_in_scope(world.actor(*who)) for who in EVERYBODY)
    assert statuses == ({403} if everybody_sees_it else {403, 404})


@pytest.mark.parametrize("name", POSTS)
def test_form_of_an_old_page_changes_nothing(world, name):
    """A version that is not the current one, none at all, or none that is a number."""
    post = POSTS[name](world)
    client = signed_in(world.actor(*post.who))
    before = whole_database()
    for version in (post.data["version"] - 1, post.data["version"] + 1, 0, -1, "", "mới", "9" * 40, "1\x00", "①"):
        answer = client.post(post.url, post.fresh(version=version))
        assert_refused(answer)
    assert whole_database() == before


@pytest.mark.parametrize("name", sorted(set(POSTS) - {"establishment_edit", "project_payment_decide refuse"}))
def test_form_in_a_state_that_does_not_allow_it_changes_nothing(world, name):
    """The state moved on although the version is the same: the action still refuses."""
    post = POSTS[name](world)
    move_on(post)
    client = signed_in(world.actor(*post.who))
    before = whole_database()
    answer = client.post(post.url, post.fresh())
    assert_refused(answer)
    assert whole_database() == before


@pytest.mark.parametrize("name", POSTS)
def test_second_click_changes_nothing(world, name):
    post = POSTS[name](world)
    client = signed_in(world.actor(*post.who))
    assert_done(client.post(post.url, post.fresh()))
    after = whole_database()
    answer = client.post(post.url, post.fresh())
    if name == "project_payment_prepare":  # carries a key: the second click finds the first payment
        assert_done(answer)
    elif answer.status_code != 404:  # a thing that was taken out is not there any more
        assert_refused(answer)
    assert whole_database() == after


def assert_done(answer):
    """Went through, and goes back to the record without a complaint."""
    assert answer.status_code == 302, said(answer)
    assert said(answer) == []


def test_second_click_makes_no_second_record(world):
    for name in CREATIONS:
        post = creation(world, name)
        client = signed_in(world.actor(*post.who))
        assert_done(client.post(post.url, post.fresh()))
        after = whole_database()
        answer = client.post(post.url, post.fresh())
        if KEY in post.data.values():
            assert_done(answer)
        else:
            assert_refused(answer)
        assert whole_database() == after, name


def people(roles, *agencies):
    return {(agency, role) for agency in agencies for role in roles.split()}


# Who makes a record of Đồng Tháp, or one of its own agency's; the others may make such records, but not these.
MAKERS = {
    "project_new": people("officer", "dong-thap", "dong-thap-centre"),
    "establishment_new": people("officer appraiser", "dong-thap", "dong-thap-centre", "national"),
    "plan_new": people("officer appraiser", "dong-thap", "phu-tho"),
    "envelope_give": people("accountant", "dong-thap", "phu-tho"),
    "norm_entry_new": people("officer appraiser", "dong-thap", "national"),
    "trial_new": people("officer appraiser leader", "dong-thap", "national"),
}


@pytest.mark.parametrize("name", CREATIONS)
def test_creation_by_somebody_else_changes_nothing(world, name):
    """Wrong roles get 403; who may create, but not in that province or not with that money, gets a sentence."""
    post = creation(world, name)
    clients = {who: signed_in(world.actor(*who)) for who in EVERYBODY if who not in MAKERS[name]}
    before = whole_database()
    for who, client in clients.items():
        answer = client.post(post.url, post.fresh())
        if answer.status_code != 403:
            assert allowed(world.actor(*who), post.permission), who
            assert_refused(answer)
    assert whole_database() == before


def test_record_of_another_project_cannot_be_named(world):
    """A beneficiary, a file, a payment or a line of another đề án does not exist under this one's address."""
    mine, other = make_project(world, beneficiaries=2), make_project(world, beneficiaries=2)
    client = signed_in(world.actor("dong-thap-centre", "officer"))
    before = whole_database()
    pairs = (
        ("project_beneficiary_remove", other.beneficiaries.first().pk),
        ("project_attachment_remove", other.attachments.get().pk),
    )
    for name, key in pairs:
        answer = client.post(reverse(name, args=[mine.code, key]), {"version": mine.version})
        assert answer.status_code == 404 or said(answer)
        assert whole_database() == before
    assert client.get(reverse("project_attachment", args=[mine.code, other.attachments.get().pk])).status_code == 404
    assert whole_database() == before


def test_forged_form_is_refused(world):
    """Without the key of our own page nothing is taken, whoever is signed in."""
    post = POSTS["project_submit"](world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.actor(*post.who).user, backend="django.contrib.auth.backends.ModelBackend")
    before = whole_database()
    assert client.post(post.url, post.fresh()).status_code == 403
    assert whole_database() == before


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def file_of(world):
    """An attached file's address, and the project."""
    project = make_project(world, state="submitted")
    attached = project.attachments.get()
    return reverse("project_attachment", args=[project.code, attached.pk]), attached


def test_file_of_another_province_does_not_exist(world, file_of):
    address, _ = file_of
    before = AuditEvent.objects.filter(action="project.download").count()
    for agency in ("phu-tho", "phu-tho-centre", "region"):
        for role in Role:
            assert signed_in(world.actor(agency, role.value)).get(address).status_code == 404
    assert AuditEvent.objects.filter(action="project.download").count() == before == 0


def test_file_comes_as_a_download_and_is_audited(world, file_of):
    address, attached = file_of
    for number, who in enumerate((("dong-thap", "auditor"), ("dong-thap-centre", "officer"), ("national", "leader"))):
        answer = signed_in(world.actor(*who)).get(address)
        body = b"".join(answer.streaming_content)
        assert body.startswith(b"%PDF-")
        assert len(body) == attached.size
        assert answer["Content-Disposition"] == 'attachment; filename="cong-van-de-nghi.pdf"'
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        event = AuditEvent.objects.order_by("-seq").first()
        assert (event.action, event.actor_id, event.agency_id) == (
            "project.download",
            world.actor(*who).user.pk,
            world.actor(*who).agency.pk,
        )
        assert event.after == {"tệp": "cong-van-de-nghi.pdf"}
        assert AuditEvent.objects.filter(action="project.download").count() == number + 1


def test_file_cannot_be_reached_by_its_path(world, file_of):
    _, attached = file_of
    client = signed_in(world.actor("dong-thap", "leader"))
    for address in (f"/{attached.file.name}", f"/static/{attached.file.name}", f"/media/{attached.file.name}"):
        assert client.get(address).status_code == 404
    static = Path(settings.STATIC_ROOT).resolve()
    assert static not in Path(attached.file.path).resolve().parents


def test_export_is_audited(world):
    make_project(world, state="settled")
    actor = world.actor("dong-thap", "auditor")
    answer = signed_in(actor).get(reverse("results_xlsx"))
    assert answer.status_code == 200
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.actor_id) == ("report.export", actor.user.pk)


def test_addresses_resolve_to_what_the_table_says(world):
    """`/de-an/moi/` is the form, not a project of that code."""
    assert resolve("/de-an/moi/").url_name == "project_new"
    assert {name for name, _ in url_table()} == set(OPENS)
