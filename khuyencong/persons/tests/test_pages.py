"""Requests and terms through their pages, and what everybody may take of the own data."""

import io
import json
import zipfile

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.people.models import User
from khuyencong.persons.finding import Asked, find
from khuyencong.persons.models import HidingRun, PersonRequest, RetentionTerm
from khuyencong.persons.tests.making import IDENTITY, KEEPER, LEADER, NAME, PHONE, choose, request_of, served, set_term
from khuyencong.testing import make_establishment, owned_establishment
from tests.looking import signed_in

pytestmark = pytest.mark.django_db
NEW = {
    "kind": "copy", "person": NAME, "birth_year": "1980", "identity_number": IDENTITY, "phone": "", "email": "",
    "paper": "Đơn ngày 01/11/2026", "identity_check": "in_person",
}  # fmt: skip


def asked(**fields):
    values = {"name": "", "birth_year": None, "phone": "", "email": "", "identity_number": "", **fields}
    return Asked.of(**values)


def found_by(world, who, **fields):
    return {(one.key, one.by) for one in find(asked(**fields), world.actor(*who))}


def test_found_however_it_is_written_and_only_in_scope(world):
    row = served(world)
    other = served(world, name="Trần Thị Ẩn Danh", birth_year=1955, phone="", identity_number="")
    place = make_establishment(world, owner_name="trần  thị ẨN DANH", phone="+84 977.111.222", owner_born_in=1980)
    key = f"collaborators.Collaborator:{row.pk}"
    assert (key, ("họ tên",)) in found_by(world, KEEPER, name=" tran thi an  danh", birth_year=1980)
    assert f"collaborators.Collaborator:{other.pk}" not in dict(found_by(world, KEEPER, name=NAME, birth_year=1980))
    assert f"collaborators.Collaborator:{other.pk}" in dict(found_by(world, KEEPER, name=NAME))
    assert dict(found_by(world, KEEPER, phone="0977111222")) == {
        key: ("điện thoại",),
        f"establishments.Establishment:{place.pk}": ("điện thoại",),
    }
    assert found_by(world, KEEPER, identity_number="082 180 000 123") == {(key, ("số định danh",))}
    assert found_by(world, KEEPER, name="Trần Thị") != set()
    assert found_by(world, KEEPER, name="Trần Thị Ẩn D") == set()
    assert found_by(world, ("phu-tho", "administrator"), name=NAME) == set()
    assert key in dict(found_by(world, ("national", "administrator"), name=NAME))


def test_from_the_letter_to_the_copy_and_the_answer(world):
    row = served(world)
    keeper, leader = signed_in(world.actor(*KEEPER)), signed_in(world.actor(*LEADER))
    page = keeper.get(reverse("person_request_new"))
    key = page.context["form"]["creation_key"].value()
    for _ in range(2):
        sent = keeper.post(
            reverse("person_request_new"), NEW | {"creation_key": key, "received_on": format_date(today())}
        )
    made = PersonRequest.objects.get()
    assert sent.url == reverse("person_request_rows", args=[made.pk])
    found = keeper.get(sent.url)
    assert "họ tên, số định danh" in found.content.decode()
    assert IDENTITY not in found.content.decode()
    assert PHONE not in found.content.decode()
    assert AuditEvent.objects.get(action="person_data.look").after == {"số mục hiện ra": 1}
    assert "Phản hồi chậm nhất" in keeper.get(made.get_absolute_url()).content.decode()
    chosen = {"version": made.version, "rows": [f"collaborators.Collaborator:{row.pk}", "people.User:1"]}
    assert keeper.post(sent.url, chosen).status_code == 422, "what was not found cannot be chosen"
    assert keeper.post(sent.url, chosen | {"rows": chosen["rows"][:1]}).status_code == 302
    assert keeper.post(sent.url, chosen | {"rows": []}).status_code == 422, "an older page"

    # Nobody takes a copy alone: the leader looks at the choice first.
    assert keeper.post(reverse("person_request_copy", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert keeper.post(reverse("person_request_agree", args=[made.pk]), {"version": made.version}).status_code == 403
    leader.post(reverse("person_request_agree", args=[made.pk]), {"version": made.version})
    answer = keeper.post(reverse("person_request_copy", args=[made.pk]))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["du-lieu.xlsx", "du-lieu.json"]
    whole = json.loads(archive.read("du-lieu.json"))
    fields = {one["tên"]: one["giá trị"] for one in whole["các mục"][0]["mục"]}
    assert (fields["name"], fields["phone"], fields["identity_number"]) == (NAME, PHONE, IDENTITY)
    assert "Cộng tác viên số" in json.dumps(whole["các mục"][0]["nhật ký"], ensure_ascii=False)
    event = AuditEvent.objects.get(action="person_data.copy")
    assert event.after == {"mục": [f"collaborators.Collaborator {row.pk}"]}

    # The leader sees it and answers nothing; strangers do not see it at all.
    assert leader.get(made.get_absolute_url()).status_code == 200
    assert leader.post(reverse("person_request_copy", args=[made.pk])).status_code == 403
    for who in (("phu-tho", "administrator"), ("national", "administrator")):
        assert signed_in(world.actor(*who)).get(made.get_absolute_url()).status_code == 404
    made.refresh_from_db()
    refused = {"version": made.version, "state": "refused", "answered_on": format_date(today()), "answer": ""}
    assert "căn cứ" in keeper.post(reverse("person_request_answer", args=[made.pk]), refused).content.decode()
    assert (
        keeper.post(reverse("person_request_answer", args=[made.pk]), refused | {"state": "answered"}).status_code
        == 302
    )
    made.refresh_from_db()
    assert made.state == "answered"
    assert "Tìm người này" not in keeper.get(made.get_absolute_url()).content.decode()


def test_everybody_takes_the_own_data_and_nobody_elses(world):
    served(world)
    owned_establishment(world)
    for who in (("dong-thap", "officer"), ("owner", "owner")):
        actor = world.actor(*who)
        browser = signed_in(actor)
        answer = browser.get(reverse("my_data"))
        if answer.status_code == 302:  # the password once more
            session = browser.session
            session["confirmed_at"] = 9_999_999_999
            session.save()
            answer = browser.get(reverse("my_data"))
        assert answer.status_code == 200
        content = browser.post(reverse("my_data")).content
        whole = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("du-lieu.json"))
        records = {one["bản ghi"] for one in whole["các mục"]}
        assert "people.User" in records
        assert ("establishments.Establishment" in records) == (who[1] == "owner")
        text = json.dumps(whole, ensure_ascii=False)
        assert actor.user.full_name in text
        assert NAME not in text
        assert "argon2" not in text
        assert "signin.UserSession" in records
        assert browser.session.session_key not in text
        assert browser.session.session_key.encode() not in archive_of(content)


def archive_of(content):
    """Everything in the ZIP, unpacked, what is packed inside it as well."""
    whole = b""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            inner = archive.read(name)
            whole += archive_of(inner) if name.endswith(".xlsx") else inner
    return whole


def test_terms_and_runs_through_the_pages(world):
    served(world)
    keeper, leader = signed_in(world.actor(*KEEPER)), signed_in(world.actor(*LEADER))
    page = keeper.get(reverse("retention")).content.decode()
    assert "chưa đặt" in page
    assert "Hôm nay không có mục nào hết hạn" in page
    url = reverse("retention_term_new", args=["collaborator"])
    key = keeper.get(url).context["form"]["creation_key"].value()
    data = {"creation_key": key, "years": "2", "document": "QĐ 9/VIDU về thời hạn bảo quản"}
    assert keeper.post(url, data | {"years": "0"}).status_code == 422
    assert keeper.post(url, data).url == reverse("retention")
    assert RetentionTerm.objects.get().years == 2
    assert "T. T. Ẩ. Danh" in keeper.get(reverse("retention_rule", args=["collaborator"])).content.decode()
    assert "lãnh đạo cơ quan thực hiện việc ẩn" in keeper.get(reverse("retention")).content.decode()
    form = leader.get(reverse("retention")).context["form"]
    sent = {"creation_key": form["creation_key"].value(), "rules": ["collaborator"]}
    assert leader.post(reverse("hiding_run_new"), sent | {"rules": []}).status_code == 422
    assert keeper.post(reverse("hiding_run_new"), sent).status_code == 403
    run = leader.post(reverse("hiding_run_new"), sent).url
    assert "tự làm tiếp" in leader.get(run).content.decode()
    leader.post(f"{run}lam-tiep/", {"version": "1"})
    assert HidingRun.objects.get().done == 1
    assert "1 mục" in keeper.get(run).content.decode()
    assert User.objects.filter(full_name="Đã ẩn").count() == 0


def test_lists_take_as_many_queries_for_three_as_for_one(world, django_assert_max_num_queries):
    keeper = signed_in(world.actor(*KEEPER))
    set_term(world, "collaborator")
    counts = []
    for wanted in (2, 4):  # from the second on an earlier request is found as well
        while PersonRequest.objects.count() < wanted:
            row = served(world, identity_number="", phone="")
            asked = choose(world, request_of(world), row)
        seen = []
        for url in (
            reverse("person_requests"),
            reverse("retention"),
            reverse("hiding_runs"),
            reverse("person_request_rows", args=[asked.pk]),
        ):
            with django_assert_max_num_queries(90) as queries:
                assert keeper.get(url).status_code == 200
            seen.append(len(queries))
        counts.append(seen)
    assert counts[0] == counts[1]
