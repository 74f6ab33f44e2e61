"""Who is let in, how often, and in which form a refusal comes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khuyencong.accounts.actions.persons import update_account
from khuyencong.accounts.actions.roles import give_role
from khuyencong.accounts.queries import colleagues, people_in_scope
from khuyencong.api import limits
from khuyencong.api.actions import revoke_token
from khuyencong.api.models import ApiToken
from khuyencong.api.problems import of_http_status
from khuyencong.api.scopes import Scope
from khuyencong.api.tests.making import Caller, administrator_of, caller_for, establishment_body, token_for
from khuyencong.appraisal.council_door import seatable
from khuyencong.audit.middleware import REFUSED
from khuyencong.audit.models import AuditEvent
from khuyencong.core import rates
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.establishments import actions as establishment_actions
from khuyencong.notices.actions import notify, people_of
from khuyencong.notices.models import Notice
from khuyencong.people.models import Membership
from khuyencong.people.queries import staff_of
from khuyencong.people.roles import Role
from khuyencong.testing import PDF, make_establishment, make_project

pytestmark = pytest.mark.django_db


def problem(answer, status):
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    if "Content-Length" in answer:  # a server sends as many bytes as this says
        assert int(answer["Content-Length"]) == len(answer.content)
    found = answer.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    return found


def test_only_a_token_that_stands_opens_the_door(world):
    token, secret = token_for(world)
    assert Caller(secret).get("/projects").status_code == 200
    assert secret not in str(ApiToken.objects.values_list())

    for wrong in ("", "kc_x", f"{secret}x", "đ", "a" * 5000):
        answer = Caller(wrong).get("/projects")
        assert problem(answer, 401)["type"] == "urn:khuyencong:no_token"
        assert "Bearer" in answer["WWW-Authenticate"]

    # Who is signed in with a browser is nobody here.
    browser = Client()
    browser.force_login(world.actor("national", "leader").user, backend="django.contrib.auth.backends.ModelBackend")
    problem(browser.get("/api/v1/projects"), 401)

    ApiToken.objects.update(expires_on=today() - timedelta(days=1))
    problem(Caller(secret).get("/projects"), 401)
    ApiToken.objects.update(expires_on=today())
    assert Caller(secret).get("/projects").status_code == 200
    Membership.objects.filter(pk=token.membership_id).update(is_active=False)
    problem(Caller(secret).get("/projects"), 401)
    Membership.objects.filter(pk=token.membership_id).update(is_active=True)
    revoke_token(
        token_id=token.pk,
        by=administrator_of(world, "dong-thap-centre"),
        version=token.version,
        reason="Hệ thống thử đã tắt.",
    )
    problem(Caller(secret).get("/projects"), 401)


def test_the_trail_names_the_system_and_not_a_person(world):
    caller = caller_for(world)

    made = caller.post("/establishments", establishment_body())

    assert made.status_code == 201, made.content.decode()
    event = AuditEvent.objects.get(action="establishment.register", subject_id=str(made.json()["id"]))
    assert event.actor_label.startswith("Hệ thống Hệ thống thử")
    assert event.origin.startswith("api kc_")


def test_the_account_of_a_system_is_no_person(world):
    """It cannot be given an address or another role, is told nothing, and stands nowhere among people."""
    token, _ = token_for(world, "dong-thap")
    user, by = token.membership.user, administrator_of(world, "dong-thap")
    person = world.actor("dong-thap", "officer")
    with pytest.raises(Refused, match="Kết nối"):
        update_account(user_id=user.pk, by=by, version=user.version, full_name="x", email="x@soct.example", phone="")
    leader = {"agency_id": world.agencies["dong-thap"].pk, "role": Role.LEADER}
    with pytest.raises(Refused, match="Kết nối"):
        give_role(user_id=user.pk, by=by, version=user.version, **leader)
    for found in (people_of(person.agency, Role.OFFICER), staff_of(person), seatable(person)):
        assert person.user in found
        assert user not in found
    assert user not in colleagues(world.actor("dong-thap", "leader"))
    assert user not in people_in_scope(by)
    notify(users=[user, person.user], sentence="Thử.")
    assert [one.user for one in Notice.objects.filter(sentence="Thử.")] == [person.user]


def test_a_scope_that_the_token_lacks_is_refused_and_written_down(world):
    _, secret = token_for(world, scopes=[Scope.PLACES_READ])

    assert "projects:read" in problem(Caller(secret).get("/projects"), 403)["detail"]
    assert AuditEvent.objects.filter(action=REFUSED, note__contains="/api/v1/projects").count() == 1
    assert Caller(secret).get("/provinces").status_code == 200


def test_a_token_is_made_only_for_what_its_role_may(world):
    by = administrator_of(world, "dong-thap-centre")
    with pytest.raises(Refused, match="không được: Ghi kết quả thẩm định"):
        token_for(world, scopes=[Scope.APPRAISAL_WRITE])
    with pytest.raises(Refused, match="vai trò quyết định"):
        token_for(world, role=Role.LEADER, scopes=[Scope.PROJECTS_READ])
    with pytest.raises(Refused, match="Ngày hết hạn"):
        token_for(world, expires_on=today() + timedelta(days=400))
    with pytest.raises(NotAllowed, match="cơ quan mình"):
        token_for(world, "phu-tho-centre", by=by)
    with pytest.raises(NotAllowed):
        token_for(world, by=world.actor("dong-thap-centre", "officer"))
    # The same form twice: one token, and its secret once.
    key = "7f000000-0000-4000-8000-000000000001"
    first, secret = token_for(world, creation_key=key)
    again, nothing = token_for(world, creation_key=key)
    assert (again, nothing) == (first, "")
    assert secret.startswith(first.shown)


def test_who_asks_too_often_is_told_when_to_come_back(world, monkeypatch):
    now = timezone.now().replace(second=20, microsecond=0)
    monkeypatch.setattr(limits.timezone, "now", lambda: now)
    _, secret = token_for(world, per_minute=3)
    caller = Caller(secret)

    assert [caller.get("/provinces").status_code for _ in range(3)] == [200, 200, 200]
    answer = caller.get("/provinces")
    assert problem(answer, 429)["type"] == "urn:khuyencong:too_many"
    assert answer["Retry-After"] == "41"
    now += timedelta(seconds=41)
    assert caller.get("/provinces").status_code == 200


def test_a_busy_token_is_counted_in_shares_and_never_gets_more(world, monkeypatch):
    now = timezone.now().replace(second=0, microsecond=0)
    monkeypatch.setattr(limits.timezone, "now", lambda: now)
    token, _ = token_for(world, per_minute=100)
    here = limits._taken
    given = 0
    for process in range(200):  # as if each question met another process that has taken nothing yet
        if process % 3 == 0:
            here.pop(token.pk, None)
        try:
            limits.count(token)
        except limits.ProblemError:
            continue
        given += 1
    assert 0 < given <= 100
    token.refresh_from_db()
    assert token.taken <= 100


def test_what_has_not_changed_is_not_sent_again(world):
    project = make_project(world)
    caller = caller_for(world)
    first = caller.get(f"/projects/{project.code}")
    tag = first["ETag"]

    assert first.json()["version"] == project.version
    assert tag.startswith(f'"{project.version}.')
    again = caller.get(f"/projects/{project.code}", {"If-None-Match": f'W/"x", {tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    changed = caller.patch(f"/projects/{project.code}", {"scale": "Hai máy"}, version=project.version)
    assert changed.status_code == 200, changed.content.decode()
    assert caller.get(f"/projects/{project.code}", {"If-None-Match": tag}).status_code == 200
    # The ETag itself may stand in If-Match.
    headers = caller.headers | {"If-Match": changed["ETag"]}
    answer = caller.client.patch(
        f"/api/v1/projects/{project.code}", '{"scale": "Ba máy"}', content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content.decode()
    # And as a proxy that compresses hands it on.
    headers = caller.headers | {"If-Match": f"W/{answer['ETag']}"}
    answer = caller.client.patch(
        f"/api/v1/projects/{project.code}", '{"scale": "Bốn máy"}', content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content.decode()


def test_a_record_is_changed_only_as_it_was_seen(world):
    project = make_project(world)
    caller = caller_for(world)
    path = f"/projects/{project.code}"

    assert problem(caller.patch(path, {"scale": "x"}), 428)["type"] == "urn:khuyencong:no_version"
    assert "Chưa có gì được ghi" in problem(caller.patch(path, {"scale": "x"}, version=1), 412)["detail"]
    headers = caller.headers | {"If-Match": "*"}
    answer = caller.client.patch(f"/api/v1{path}", "{}", content_type="application/json", headers=headers)
    problem(answer, 400)


def test_lists_come_in_pages_that_stay_right_while_rows_are_added(world):
    for number in range(3):
        make_establishment(world, name=f"Cơ sở {number}")
    caller = caller_for(world)

    first = caller.get("/establishments", limit=2).json()
    make_establishment(world, name="Cơ sở đến sau")
    second = caller.get("/establishments", limit=2, cursor=first["next"]).json()

    names = [one["name"] for one in (*first["items"], *second["items"])]
    assert names == ["Cơ sở 0", "Cơ sở 1", "Cơ sở 2", "Cơ sở đến sau"]
    assert second["next"] is None
    for cursor in ("x", first["next"][:-1], "a" * 501):
        problem(caller.get("/establishments", cursor=cursor), 422)
    # A cursor belongs to its list.
    problem(caller.get("/projects", cursor=first["next"]), 422)


@pytest.mark.parametrize(
    ("path", "state"),
    [
        *(
            (path, "in_progress")
            for path in ("/establishments", "/projects", "/plans", "/contracts", "/reports/periods")
        ),
        *((path, "settled") for path in ("/payments", "/acceptances")),
    ],
)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(world, path, state, monkeypatch):
    make_project(world, state=state)
    caller = caller_for(world, "dong-thap", "appraiser")
    monkeypatch.setattr(limits, "count", lambda token: None)  # a new minute would add its own
    with CaptureQueriesContext(connection) as one:
        assert caller.get(path).status_code == 200
    for _ in range(2):
        make_project(world, state=state)
    with CaptureQueriesContext(connection) as three:
        assert caller.get(path).status_code == 200
    assert len(three) == len(one)


def test_slips_are_told_where_they_are(world):
    caller = caller_for(world)

    assert problem(caller.get("/projects", yaer=2026), 422)["mistakes"][0]["where"] == "query.yaer"
    assert problem(caller.get("/projects?year=2026&year=2027"), 422)["mistakes"][0]["where"] == "query.year"
    found = problem(caller.post("/establishments", {"name": "", "kind": "x", "số": 1}), 422)
    assert {one["where"] for one in found["mistakes"]} == {
        "body.name",
        "body.kind",
        "body.số",
        "body.province",
        "body.sector",
    }
    found = problem(
        caller.post("/establishments", establishment_body(phone="gọi sau", workers=3, women_workers=5)), 422
    )
    assert {one["where"] for one in found["mistakes"]} == {"body.phone", "body.women_workers"}
    found = problem(caller.post("/establishments", establishment_body(province="99")), 422)
    assert found["mistakes"][0]["where"] == "body.province"
    (slip,) = problem(caller.get("/projects", source="x"), 422)["mistakes"]
    assert slip["sentence"] == "Phải là một trong: 'national', 'local'."
    project = make_project(world)
    headers = caller.headers | {"Idempotency-Key": "twice", "If-Match": str(project.version)}
    form = {"kind": ["quotation", "request"], "file": SimpleUploadedFile("a.pdf", PDF)}
    path = f"/api/v1/projects/{project.code}/files"
    (slip,) = problem(caller.client.post(path, form, headers=headers), 422)["mistakes"]
    assert slip["where"] == "form.kind"
    many = {f"n{number}": "" for number in range(5_100)}
    found = problem(caller.client.post(path, many, headers=headers), 400)
    assert "quá nhiều" in found["detail"]


def test_what_django_itself_refuses_has_the_same_form(world):
    caller = caller_for(world)
    problem(caller.get("/nowhere"), 404)
    problem(caller.get("/"), 404)
    problem(caller.client.put("/api/v1/establishments", "{}", headers=caller.headers), 405)
    problem(caller.get("/projects/82-2026-DP-9999"), 404)
    problem(caller.get("/establishments/0"), 422)
    problem(caller.get("/establishments/99999999999999999999"), 422)
    chunked = caller.headers | {"Idempotency-Key": "k", "Transfer-Encoding": "chunked"}
    sent = caller.client.generic("POST", "/api/v1/establishments", b"", "application/json", headers=chunked)
    assert "Content-Length" in problem(sent, 411)["detail"]


def test_a_busy_database_is_told_as_busy(world, monkeypatch):
    """Wherever it fails, the caller learns that it may ask again, and nothing is kept of the question."""
    caller = caller_for(world)

    def locked(*_args, **_more):
        raise OperationalError("database is locked")

    for place, name in ((establishment_actions, "register_establishment"), (limits, "count")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, locked)
            answer = caller.post("/establishments", establishment_body(), key="busy")
        assert problem(answer, 503)["type"] == "urn:khuyencong:busy"
        assert answer["Retry-After"].isdigit()
    assert caller.post("/establishments", establishment_body(), key="busy").status_code == 201
    assert of_http_status(502).status_code == 500  # never told as a fault of the caller


def test_head_is_answered_as_get_without_a_body(world):
    project = make_project(world)
    caller = caller_for(world)
    got = caller.get(f"/projects/{project.code}")
    head = caller.client.head(f"/api/v1/projects/{project.code}", headers=caller.headers)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])
    kept = caller.client.head(
        f"/api/v1/projects/{project.code}", headers=caller.headers | {"If-None-Match": got["ETag"]}
    )
    assert kept.status_code == 304


def test_what_was_made_is_found_where_location_says(world):
    caller = caller_for(world)
    for key in ("first", "first"):  # a repeated question says the same
        made = caller.post("/establishments", establishment_body(), key=key)
        assert made["Location"] == f"/api/v1/establishments/{made.json()['id']}"
    assert caller.client.get(made["Location"], headers=caller.headers).json() == made.json()


def test_who_has_no_good_token_is_counted_by_network(world, settings):
    _, secret = token_for(world)
    settings.RATE_LIMITS = True
    cache.clear()
    far = [{"REMOTE_ADDR": f"2001:db8::{number:x}"} for number in range(1, rates.NO_TOKEN.most + 3)]  # of one customer
    answers = [Client().get("/api/v1/projects", headers={"Authorization": "Bearer kc_sai"}, **one) for one in far]
    assert {one.status_code for one in answers[: rates.NO_TOKEN.most]} == {401}
    assert {one.status_code for one in answers[rates.NO_TOKEN.most :]} == {429}
    assert int(answers[-1]["Retry-After"]) > 0
    assert Client().get("/api/v1/projects", REMOTE_ADDR="2001:db8:0:1::1").status_code == 401
    assert Client().get("/api/v1/projects", headers=Caller(secret).headers, **far[0]).status_code == 200
    cache.clear()
