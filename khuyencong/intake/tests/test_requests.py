"""Requests: who may see and write them, what may follow what, and that everybody is told."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.models import Need
from khuyencong.intake import actions
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.intake.pages import events_of, stepper
from khuyencong.intake.queries import waiting_requests
from khuyencong.intake.states import REQUEST_TRANSITIONS
from khuyencong.intake.tests.conftest import ROADS
from khuyencong.intake.tests.registering import request_fields
from khuyencong.notices.models import Notice
from khuyencong.people.permissions import allowed
from khuyencong.places.models import Region, RegionMembership
from khuyencong.projects.models import Project
from khuyencong.testing import advance_to, at_once, build_world, kinds, make_establishment, owned_establishment
from tests.looking import signed_in, whole_database

MILLION = 1_000_000
STEPS = {
    "send": actions.send_request,
    "withdraw": actions.withdraw_request,
    "receive": actions.receive_request,
    "return": actions.return_request,
    "decline": actions.decline_request,
    "take_up": actions.take_up_request,
}
MORE = {
    "return": {"answer": "Thiếu báo giá."},
    "decline": {"answer": "Không thuộc khuyến công."},
    "take_up": {"source": "local", "year": today().year, "name": "Máy sấy"},
}


def take(step, request, by, **changed):
    return STEPS[step](
        **{"request_id": request.pk, "by": by, "version": request.version, **MORE.get(step, {}), **changed}
    )


def told(user):
    """What was said to the person, the latest first."""
    return list(Notice.objects.of(user).values_list("sentence", flat=True))


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", RequestState.values)
@pytest.mark.parametrize("step", STEPS)
def test_only_what_the_table_names_may_follow(ask, owner, officer, state, step):
    request = ask(state)
    by = owner if step in {"send", "withdraw"} else officer
    row = next((row for row in REQUEST_TRANSITIONS if (row.name, row.source) == (step, state)), None)
    before = whole_database()
    if row is None:
        # What the owner never showed is not the officer's to touch in any state.
        with pytest.raises(Refused if request.is_in_scope(by) else NotAllowed):
            take(step, request, by)
        assert whole_database() == before
        return
    take(step, request, by)
    request.refresh_from_db()
    assert request.state == row.target
    assert AuditEvent.objects.filter(thread=request.thread, action=f"request.{step}").exists()


def test_every_state_is_reached_by_a_road_of_these_tests():
    assert set(ROADS) == set(RequestState.values)


@pytest.mark.parametrize("step", ["return", "decline"])
def test_answer_is_needed_where_the_owner_must_know_why(ask, officer, step):
    with pytest.raises(Refused, match="lý do"):
        take(step, ask("sent"), officer, answer="  ")


@pytest.mark.parametrize("step", STEPS)
def test_old_version_is_refused(ask, owner, officer, step):
    request = ask({"send": "draft", "withdraw": "draft", "take_up": "received"}.get(step, "sent"))
    by = owner if step in {"send", "withdraw"} else officer
    with pytest.raises(Stale):
        take(step, request, by, version=request.version - 1)


# --- what must stand in it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing",
    [
        {"activity": ""},
        {"activity": "khong_co"},
        {"wanted_year": None},
        {"wanted_year": today().year - 1},
        {"wanted_year": today().year + 6},
        {"commits_own_capital": False},
        {"declares_no_other_support": False},
        {"title": " "},
    ],
)
def test_incomplete_request_is_kept_but_not_sent(ask, owner, missing):
    request = ask(**missing)
    with pytest.raises(Refused) as refusal:
        take("send", request, owner)
    assert len(refusal.value.findings) == 1


def test_law_that_says_no_only_warns(ask, owner, own, visit):
    """Whether it is supported is judged by an officer."""
    own.kind = "industrial"
    own.save()
    request = ask()
    assert "chỉ được hỗ trợ áp dụng sản xuất sạch hơn" in visit(owner).get(request.get_absolute_url()).content.decode()
    take("send", request, owner)


@pytest.mark.parametrize("wished", [501 * MILLION, 1])
def test_no_more_is_wished_for_than_it_costs(ask, wished):
    with pytest.raises(Refused, match="lớn hơn"):
        ask(support_wished=wished, total_cost=500 * MILLION if wished > 1 else None)


# --- who sees it -----------------------------------------------------------------------------------------------------

OWN_ADDRESSES = ("", "sua/", "giay-to/")
OWN_BUTTONS = ("nho-giup/", "gui/", "rut/")


@pytest.mark.parametrize("state", RequestState.values)
def test_owner_of_another_establishment_finds_nothing(ask, with_paper, stranger, visit, state):
    request = ask("draft")
    paper = with_paper(request)
    if state != "draft":
        SupportRequest.objects.filter(pk=request.pk).update(
            state=state if state != "taken_up" else "received", sent_at="2026-01-01T00:00:00Z"
        )
    browser, address = visit(stranger), f"/de-nghi/{request.pk}/"
    before = whole_database()
    for rest in (*OWN_ADDRESSES, f"giay-to/{paper.pk}/"):
        assert browser.get(address + rest).status_code == 404, rest
    for rest in (*OWN_BUTTONS, "sua/", "giay-to/", f"giay-to/{paper.pk}/bo/"):
        assert browser.post(address + rest, {"version": request.version, "title": "x"}).status_code == 404, rest
    for rest in ("tiep-nhan/", "tra-lai/", "tu-choi/", "lap-de-an/"):
        assert browser.post(address + rest, {"version": request.version}).status_code == 403, rest
    assert request.title not in browser.get("/de-nghi/").content.decode()
    assert whole_database() == before


def test_paper_of_another_request_cannot_be_named(ask, with_paper, owner, visit):
    mine, other = ask(), ask(title="Khác")
    paper = with_paper(other)
    browser = visit(owner)
    assert browser.get(f"/de-nghi/{mine.pk}/giay-to/{paper.pk}/").status_code == 404
    mine.refresh_from_db()
    browser.post(f"/de-nghi/{mine.pk}/giay-to/{paper.pk}/bo/", {"version": mine.version})
    assert other.papers.count() == 1


def test_draft_is_the_owner_s_until_it_is_sent_or_help_is_asked(ask, owner, officer, visit):
    request, browser = ask(), visit(officer)
    assert browser.get(request.get_absolute_url()).status_code == 404
    assert not request.is_in_scope(officer)
    actions.ask_for_help(request_id=request.pk, by=owner, version=request.version)
    request.refresh_from_db()
    assert request.is_in_scope(officer)
    assert browser.get(request.get_absolute_url()).status_code == 200
    assert request in waiting_requests(officer)
    assert "nhờ soạn giúp" in told(officer.user)[0]


def test_draft_that_was_given_up_unseen_stays_unseen(ask, officer, visit):
    request = ask("withdrawn")
    assert visit(officer).get(request.get_absolute_url()).status_code == 404
    assert not Notice.objects.of(officer.user).exists()


def test_sent_request_is_seen_in_its_province_only(world, ask, visit):
    request = ask("sent")
    for (agency, role), actor in world.actors.items():
        status = visit(actor).get(request.get_absolute_url()).status_code
        if agency == "owner" or agency in {"dong-thap", "dong-thap-centre", "national"}:
            assert status == 200, (agency, role)
        else:
            assert status == (403 if role == "collaborator" else 404), (agency, role)
        assert request.is_in_scope(actor) == (status == 200 or role == "collaborator"), (agency, role)


def test_persons_are_masked_for_whoever_need_not_see_them(world, ask, own, visit):
    own.phone, own.contact = "0912 345 678", "Lê Văn Chủ"
    own.save()
    request = ask("sent")
    for role, sees in (("officer", True), ("auditor", False), ("accountant", False)):
        page = visit(world.actor("dong-thap", role)).get(request.get_absolute_url()).content.decode()
        assert ("0912 345 678" in page) is sees, role
        assert ("Lê Văn Chủ" in page) is sees, role


@pytest.mark.parametrize("role", ["leader", "accountant", "auditor", "administrator", "appraiser"])
def test_other_roles_only_read(world, ask, visit, role):
    request, browser = ask("sent"), visit(world.actor("dong-thap", role))
    before = whole_database()
    for rest in ("sua/", "gui/", "rut/", "tiep-nhan/", "tra-lai/", "tu-choi/", "lap-de-an/", "giay-to/"):
        answer = browser.post(f"{request.get_absolute_url()}{rest}", {"version": request.version})
        assert answer.status_code == 403, rest
    assert whole_database() == before


def test_list_takes_as_many_queries_for_three_as_for_one(ask, owner, officer, visit):
    for actor in (owner, officer):
        browser, numbers = visit(actor), []
        for rows in (1, 2):
            for _ in range(rows):
                ask("sent")
            with CaptureQueriesContext(connection) as queries:
                browser.get("/de-nghi/")
            numbers.append(len(queries))
        assert numbers[0] == numbers[1]


def test_filter_by_state(ask, officer, visit):
    sent, declined = ask("sent", title="Việc đã gửi"), ask("declined", title="Việc không được")
    page = visit(officer).get("/de-nghi/?state=declined").content.decode()
    assert declined.title in page
    assert sent.title not in page
    assert visit(officer).get("/de-nghi/?state=khong").status_code == 200


# --- written by an officer -------------------------------------------------------------------------------------------


def test_officer_writes_only_for_an_owner_who_agrees(own, officer, owner):
    with pytest.raises(Refused, match="đồng ý"):
        actions.begin_request(by=officer, creation_key=uuid4(), establishment=own, fields=request_fields())
    request = actions.begin_request(
        by=officer, creation_key=uuid4(), establishment=own, fields=request_fields(), agreed=True
    )
    event = AuditEvent.objects.get(thread=request.thread)
    assert event.actor_id == officer.user.pk
    assert "đồng ý" in event.note
    assert "soạn giúp" in told(owner.user)[0]


def test_who_wrote_what_is_told_on_the_page(ask, owner, officer, visit):
    request = ask()
    actions.ask_for_help(request_id=request.pk, by=owner, version=request.version)
    request.refresh_from_db()
    actions.write_request(
        request_id=request.pk, by=officer, version=request.version, fields={"title": "Sửa giúp"}, agreed=True
    )
    page = visit(owner).get(request.get_absolute_url()).content.decode()
    assert str(officer.user) in page
    assert "Chủ cơ sở có mặt và đồng ý" in page
    request.refresh_from_db()
    with pytest.raises(Refused, match="đồng ý"):
        take("send", request, officer)
    take("send", request, officer, agreed=True)
    assert any("đã gửi giúp bạn" in one for one in told(owner.user))


def test_officer_of_another_province_writes_nothing(world, own):
    with pytest.raises(NotAllowed):
        actions.begin_request(
            by=world.actor("phu-tho", "officer"), creation_key=uuid4(), establishment=own, fields=request_fields(),
            agreed=True,
        )  # fmt: skip


def test_officer_does_not_withdraw_for_an_owner(ask, officer):
    with pytest.raises(NotAllowed, match="tự rút"):
        take("withdraw", ask("sent"), officer)


def test_officer_withdraws_for_an_establishment_without_account(world, officer):
    request = actions.begin_request(
        by=officer, creation_key=uuid4(), establishment=make_establishment(world), fields=request_fields(), agreed=True
    )
    take("withdraw", request, officer)
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_officer_looks_for_the_establishment_first(world, own, officer, visit):
    browser = visit(officer)
    elsewhere = make_establishment(world, province="25", name="Ở Phú Thọ")
    assert browser.get("/de-nghi/moi/").status_code == 200
    found = browser.get("/de-nghi/moi/", {"q": "thu nghiem"}).content.decode()
    assert f"co-so={own.pk}" in found
    assert "Ở Phú Thọ" not in browser.get("/de-nghi/moi/", {"q": "phu tho"}).content.decode()
    assert browser.get(f"/de-nghi/moi/?co-so={own.pk}").status_code == 200
    assert browser.get(f"/de-nghi/moi/?co-so={elsewhere.pk}").status_code == 404
    assert browser.get("/de-nghi/moi/?co-so=x").status_code == 200
    answer = browser.post(
        f"/de-nghi/moi/?co-so={own.pk}", {"creation_key": str(uuid4()), "title": "Tại bàn", "agreed": "on"}
    )
    assert answer.status_code == 302
    assert browser.post("/de-nghi/moi/", {"creation_key": str(uuid4()), "title": "x"}).status_code == 409


def test_owner_cannot_choose_an_establishment(own, stranger, visit):
    """The address of another entry is not read."""
    visit(stranger).post(f"/de-nghi/moi/?co-so={own.pk}", {"creation_key": str(uuid4()), "title": "Của mình"})
    assert SupportRequest.objects.get().establishment.account_id == stranger.agency.pk


# --- told ------------------------------------------------------------------------------------------------------------


def test_owner_is_told_of_every_change(ask, owner, officer):
    request = ask("sent")
    for step, word in (
        ("receive", "tiếp nhận"),
        ("return", "Thiếu báo giá."),
        ("send", ""),
        ("decline", "không hỗ trợ"),
    ):
        before = len(told(owner.user))
        take(step, request, owner if step == "send" else officer)
        request.refresh_from_db()
        said = told(owner.user)
        assert len(said) == before + (step != "send")
        assert word in said[0] or step == "send"


def test_officers_are_told_and_then_only_the_one_in_charge(world, ask, owner, officer):
    request = ask("received")
    everybody = set(Notice.objects.filter(sentence__contains="gửi").values_list("user__username", flat=True))
    assert everybody == {"dong-thap.officer", "dong-thap-centre.officer"}
    Notice.objects.all().delete()
    take("return", request, officer)
    request.refresh_from_db()
    take("send", request, owner)
    assert set(Notice.objects.exclude(user=owner.user).values_list("user", flat=True)) == {officer.user.pk}


def test_tasks_of_an_officer(world, ask, officer, visit):
    sent, received, other = ask("sent"), ask("received"), world.actor("dong-thap", "officer")
    assert waiting_requests(officer) == [sent, received]
    assert waiting_requests(other) == [sent]
    for role in ("leader", "accountant", "appraiser"):
        assert waiting_requests(world.actor("dong-thap", role)) == []
    assert waiting_requests(world.actor("national", "officer")) == []
    page = visit(officer).get("/").content.decode()
    assert "Đề nghị hỗ trợ đang chờ bạn (2)" in page


# --- a đề án of it ---------------------------------------------------------------------------------------------------


def test_taking_up_makes_a_project_with_everything(ask, own, officer, owner):
    request = ask("taken_up")
    project = request.project

    assert (project.state, project.activity, project.year) == ("draft", "machinery", today().year)
    assert project.necessity == request.description
    assert project.implementing_unit == officer.agency
    assert project.sector == own.sector
    beneficiary = project.beneficiaries.get()
    assert beneficiary.establishment == own
    assert beneficiary.commits_own_capital
    assert beneficiary.declares_no_other_support
    line = project.lines.get()
    assert (line.total, line.support, line.counterpart) == (500 * MILLION, 200 * MILLION, 300 * MILLION)
    need = Need.objects.get(establishment=own)
    assert (need.state, need.activity) == ("taken_up", "machinery")
    assert project.code in told(owner.user)[0]


def test_taking_up_without_a_cost_leaves_the_estimate_empty(ask):
    assert not ask("taken_up", total_cost=None, support_wished=None).project.lines.exists()


def test_refused_project_leaves_nothing_behind(ask, officer):
    request = ask("received")
    before = whole_database()
    with pytest.raises(Refused, match="đã qua"):
        take("take_up", request, officer, year=today().year - 1)
    assert whole_database() == before


def test_regional_centre_takes_up_with_national_money_only(world, ask, own):
    from khuyencong.places.models import Region, RegionMembership

    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    by = world.actor("region", "officer")
    request = ask("received")
    assert allowed(by, REQUEST_TRANSITIONS[-1].permission, request)
    with pytest.raises(Refused):
        take("take_up", request, by)
    take("take_up", request, by, source="national")
    assert Project.objects.get().route == "national_direct"


def test_links_lead_both_ways(ask, with_paper, owner, officer, visit):
    request = ask()
    with_paper(request)
    for step, by in (("send", owner), ("receive", officer), ("take_up", officer)):
        request.refresh_from_db()
        take(step, request, by)
    request.refresh_from_db()
    browser, project = visit(officer), request.project
    assert request.get_absolute_url() in browser.get(project.get_absolute_url()).content.decode()
    assert "giay-dang-ky.pdf" in browser.get(f"{project.get_absolute_url()}?tab=ho-so").content.decode()
    assert project.get_absolute_url() in browser.get(request.get_absolute_url()).content.decode()
    page = visit(owner).get(request.get_absolute_url()).content.decode()
    assert project.get_absolute_url() not in page
    assert project.code in page


def test_owner_follows_the_project_in_plain_words(world, ask, owner, visit):
    request = ask("taken_up")
    project = request.project
    from django.core.files.uploadedfile import SimpleUploadedFile

    from khuyencong.demo.complete import TEXTS, rows_between
    from khuyencong.projects.actions import attach_file, update_project
    from khuyencong.testing import PDF

    update_project(
        project_id=project.pk, by=world.actor("dong-thap-centre", "officer"), version=project.version,
        fields={**TEXTS, "starts_on": today(), "ends_on": today()}, rows=rows_between(today(), today()),
    )  # fmt: skip
    project.refresh_from_db()

    attach_file(
        project_id=project.pk, by=world.actor("dong-thap-centre", "officer"), version=project.version, kind="request",
        upload=SimpleUploadedFile("cv.pdf", PDF),
    )  # fmt: skip
    project.refresh_from_db()
    seen = []
    for state in ("submitted", "base_appraised", "returned"):
        if state == "returned":
            break
        advance_to(world, project, state)
        seen.append(told(owner.user)[0])
    assert "gửi đi thẩm định" in seen[0]
    assert "sở Công Thương đã thẩm định, đồng ý" in seen[1]
    steps = {one.label: one for one in stepper(request, events_of(request))}
    assert (steps["Sở thẩm định"].state, steps["Phê duyệt"].state) == ("done", "current")
    assert all(one.who == "" for one in steps.values())
    page = visit(owner).get(request.get_absolute_url()).content.decode()
    assert "Người thẩm định" not in page


@pytest.mark.parametrize("state", RequestState.values)
def test_page_is_drawn_in_every_state(ask, owner, officer, visit, state):
    request = ask(state)
    page = visit(owner).get(request.get_absolute_url())
    assert page.status_code == 200
    current = [one for one in page.context["steps"] if one.state in {"current", "stopped"}]
    assert len(current) == 1
    if request.is_in_scope(officer):
        assert visit(officer).get(request.get_absolute_url()).status_code == 200


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_project():
    world = build_world()
    own, owner = owned_establishment(world), world.actor("owner", "owner")
    request = actions.begin_request(by=owner, creation_key=uuid4(), establishment=own, fields=request_fields())
    take("send", request, owner)
    request.refresh_from_db()
    take("receive", request, world.actor("dong-thap", "officer"))
    request.refresh_from_db()

    def press():
        take("take_up", request, world.actor("dong-thap", "officer"))

    assert kinds(at_once(press, press)) == ["NoneType", "Stale"]
    assert Project.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_owner_withdraws_while_an_officer_takes_up():
    world = build_world()
    own, owner = owned_establishment(world), world.actor("owner", "owner")
    request = actions.begin_request(by=owner, creation_key=uuid4(), establishment=own, fields=request_fields())
    take("send", request, owner)
    request.refresh_from_db()
    take("receive", request, world.actor("dong-thap", "officer"))
    request.refresh_from_db()
    outcome = at_once(
        lambda: take("take_up", request, world.actor("dong-thap", "officer")), lambda: take("withdraw", request, owner)
    )
    assert kinds(outcome) == ["NoneType", "Stale"]
    request.refresh_from_db()
    assert (request.state == "taken_up") == Project.objects.exists()


def test_second_click_on_the_form_finds_the_first_request(own, owner, visit):
    key, browser = str(uuid4()), visit(owner)
    answers = [browser.post("/de-nghi/moi/", {"creation_key": key, "title": "Một lần"}) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert SupportRequest.objects.count() == 1


def test_region_sees_the_request_and_not_the_project_of_another_unit(world, ask, officer):
    """A regional centre looks for beneficiaries in its region, but the đề án of a province's centre is not its own."""
    found = ask("taken_up")
    code, region = found.project.code, signed_in(world.actor("region", "officer"))
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    for address in (reverse("requests"), found.get_absolute_url()):
        page = region.get(address)
        assert page.status_code == 200
        assert found.title in page.text
        assert code not in page.text
        assert code in signed_in(officer).get(address).text
