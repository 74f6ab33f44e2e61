"""The pages: forms that go through, lists at one and three rows, photos, the scale by its heads, files, dues."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.competitions.models import Entry, Member, Round, RoundState
from khuyencong.competitions.tests.making import (
    LEADER,
    OFFICER,
    OWNER,
    SCALE,
    accepted,
    begun,
    called,
    completed,
    fresh,
    picture,
    round_of,
    scaled,
    scan,
    seated,
    submitted,
)
from khuyencong.core.dates import format_date, today
from khuyencong.desk.due import dues, question
from khuyencong.testing import make_establishment, owned_establishment

pytestmark = pytest.mark.django_db
KEY = "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69"


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def paper_bytes():
    return scan().read()


def count(client, url):
    with CaptureQueriesContext(connection) as queries:
        page(client, url)
    return len(queries)


def test_a_round_is_made_changed_and_called_on_the_pages(world, visit):
    client, chief = visit(world.actor(*OFFICER)), visit(world.actor(*LEADER))
    assert "Chưa có kỳ bình chọn nào" in page(client, reverse("competitions"))
    data = {
        "creation_key": KEY, "level": "province", "year": today().year, "name": "Kỳ trên trang",
        "entries_from": format_date(today()), "entries_until": format_date(today() + timedelta(days=9)),
        "where": "Phòng Thử", "scoring_mode": "blind", "score_step": "0.5", "tie_rule": "parts", "quorum": "half",
    }  # fmt: skip
    answer = client.post(reverse("competition_new"), data)
    round_ = Round.objects.get()
    assert (answer.status_code, answer.url) == (302, round_.get_absolute_url())
    text = page(client, round_.get_absolute_url())
    assert "Hội đồng phải có 7 hoặc 9 thành viên, đang có 0" in text
    member = {
        "version": round_.version, "role": "jury_head", "full_name": "Giám khảo Thử", "username": "dong-thap.appraiser",
        "decision_number": "1/QĐ", "decision_on": format_date(today()), "from_on": format_date(today()),
    }  # fmt: skip
    wrong = client.post(reverse("competition_member_new", args=[round_.pk]), {**member, "username": "ai-do"})
    assert wrong.status_code == 422
    assert "Không có tài khoản nào" in wrong.content.decode()
    client.post(reverse("competition_member_new", args=[round_.pk]), member)
    assert Member.objects.get().user.username == "dong-thap.appraiser"
    assert "Ban Giám khảo phải có số thành viên lẻ" not in page(
        client, reverse("competition_members", args=[round_.pk])
    )
    seated(world, round_, jury=())
    round_ = fresh(round_)
    call = {"version": round_.version, "number": "9/TB", "on": format_date(today()), "uploads": scan("thong-bao.pdf")}
    assert chief.post(reverse("competition_call", args=[round_.pk]), call).status_code == 302
    round_ = fresh(round_)
    assert round_.state == RoundState.CALLED
    paper = round_.papers.get()
    taken = client.get(reverse("competition_paper", args=[round_.pk, paper.pk]))
    assert taken.getvalue() == paper_bytes()
    assert AuditEvent.objects.filter(action="competition.download").count() == 1
    owner = visit(world.actor(*OWNER))
    assert owner.get(reverse("competition_paper", args=[round_.pk, paper.pk])).status_code == 403
    until = {"version": round_.version, "entries_until": format_date(today() + timedelta(days=20)), "where": "Nơi khác"}
    assert client.post(reverse("competition_change", args=[round_.pk]), until).status_code == 302


def test_an_owner_enters_a_product_on_the_pages(world, visit):
    owned_establishment(world)
    round_ = called(world)
    client, officer = visit(world.actor(*OWNER)), visit(world.actor(*OFFICER))
    assert "Đang nhận sản phẩm" in page(client, reverse("competitions"))
    url = reverse("competition_entry_new", args=[round_.pk])
    data = {
        "creation_key": KEY, "product": "Ấm chén Thử", "group": "craft", "features": "Gốm.", "own_production": "True",
        "mass_production": "True", "not_copied": "True", "lawful": "False", "consents": "on", "no_lower_round": "on",
        "letter_number": "7/UBND", "letter_on": format_date(today()), "letter_issuer": "UBND xã",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302
    entry = Entry.objects.get()
    text = page(client, entry.get_absolute_url())
    assert "Việc sản xuất không được vi phạm quy định" in text
    assert "Chính diện, mặt bên" not in text
    assert "còn thiếu: chính diện, mặt bên, từ trên xuống" in text
    photos = reverse("competition_entry_photos", args=[entry.pk])
    sent = {"version": entry.version, "angle": "front", "photo": picture(4)}
    assert client.post(photos, sent).status_code == 302
    assert client.post(photos, {**sent, "photo": picture(5)}).status_code == 422  # an old page
    assert client.post(photos, {"version": fresh(entry).version, "angle": "side", "file": scan()}).status_code == 422
    photo = entry.photos.get()
    shown = client.get(reverse("competition_photo", args=[entry.pk, photo.pk]))
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert officer.get(reverse("competition_photo", args=[entry.pk, photo.pk])).status_code == 404  # still a draft
    edit = reverse("competition_entry_write", args=[entry.pk])
    assert 'value="7/UBND"' in page(client, edit)
    changed = {**data, "version": fresh(entry).version, "lawful": "True"}
    assert client.post(edit, changed).status_code == 302
    entry = completed(world, fresh(entry), seed=7)
    sent = client.post(reverse("competition_entry_submit", args=[entry.pk]), {"version": entry.version}, follow=True)
    assert "Đã nộp hồ sơ" in sent.content.decode()
    assert "Cho tham gia" in page(officer, entry.get_absolute_url())
    accept = reverse("competition_entry_accept", args=[entry.pk])
    assert officer.post(accept, {"version": fresh(entry).version}).status_code == 302
    assert fresh(entry).code
    pdf = client.get(reverse("competition_entry_pdf", args=[entry.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert officer.get(reverse("competition_entries_xlsx", args=[round_.pk])).status_code == 200
    rows = CalamineWorkbook.from_filelike(
        io.BytesIO(officer.get(reverse("competition_entries_xlsx", args=[round_.pk])).content)
    ).get_sheet_by_index(0).to_python()  # fmt: skip
    assert any("Ấm chén Thử" in row for row in rows)


def test_an_officer_enters_for_a_maker_and_goes_on_with_an_earlier_product(world, visit):
    maker = make_establishment(world, name="Hộ gốm Thử")
    centre = ("dong-thap-centre", "officer")
    # The officer judges in both: what was entered in a blind round is not shown before it is decided.
    earlier = called(world, round_of(world, name="Kỳ trước", scoring_mode="on_site"))
    before = begun(world, earlier, maker, who=centre)
    round_ = called(world, round_of(world, name="Kỳ này"))
    client = visit(world.actor(*centre))
    url = reverse("competition_entry_new", args=[round_.pk])
    assert "Hộ gốm Thử" in page(client, f"{url}?q=gom")
    assert f"tu={before.pk}" in page(client, f"{url}?co-so={maker.pk}")
    again = f"{url}?co-so={maker.pk}&tu={before.pk}"
    assert "Bộ ấm chén men tro Thử" in page(client, again)
    data = {"creation_key": KEY, "product": "Bộ ấm chén men tro Thử", "group": "craft"}
    assert client.post(again, data).status_code == 302
    made = round_.entries.get()
    assert (made.product_key, made.features) == (before.product_key, "")
    for broken in ("co-so=x", f"co-so={maker.pk}&tu=x", "co-so=999999"):
        assert client.get(f"{url}?{broken}").status_code == 404, broken


def test_the_heads_of_jury_and_council_handle_the_scale_whatever_their_role(world, visit):
    round_ = called(world)
    propose, approve = (reverse(f"competition_scale_{step}", args=[round_.pk]) for step in ("propose", "approve"))
    rows = {"tc-TOTAL_FORMS": len(SCALE), "tc-INITIAL_FORMS": 0}
    for at, (part, text, points) in enumerate(SCALE):
        rows |= {f"tc-{at}-part": part.value, f"tc-{at}-text": text, f"tc-{at}-max_points": str(points)}
    may_propose = {("dong-thap", "appraiser"), ("dong-thap", "officer")}
    may_approve = {LEADER, ("dong-thap-centre", "accountant")}
    Member.objects.filter(role="chair").update(user=world.actor("dong-thap-centre", "accountant").user)
    people = {
        *may_propose, *may_approve, OWNER, ("dong-thap-centre", "officer"), ("national", "leader"),
        ("dong-thap", "auditor"),
    }  # fmt: skip
    for who in people:
        client = visit(world.actor(*who))
        assert client.get(propose).status_code == (200 if who in may_propose else 403), who
        assert client.get(approve).status_code == (200 if who in may_approve else 403), who
        page(client, reverse("competition_scale", args=[round_.pk]))
    head, chair = visit(world.actor("dong-thap", "appraiser")), visit(world.actor("dong-thap-centre", "accountant"))
    wrong = head.post(propose, {**rows, "version": round_.version, "tc-0-max_points": "24,5"})
    assert wrong.status_code == 422
    assert "phải có tổng 40 điểm, đang là 39,5" in wrong.content.decode()
    assert head.post(propose, {**rows, "version": round_.version, "tc-0-text": ""}).status_code == 422
    assert head.post(propose, {**rows, "version": round_.version}).status_code == 302
    assert chair.post(approve, {"version": round_.version}).status_code == 422  # an old page
    assert chair.post(approve, {"version": fresh(round_).version}).status_code == 302
    text = page(chair, reverse("competition_scale", args=[round_.pk]))
    assert "Khả năng tiêu thụ" in text
    assert "Đã quyết định" in text


@pytest.mark.parametrize("who", [OFFICER, OWNER, ("national", "officer")])
def test_lists_take_the_same_queries_for_one_and_three(world, visit, who):
    maker = owned_establishment(world)
    first = called(world, round_of(world, name="Kỳ 0"))
    submitted(world, first, maker, seed=1)
    client = visit(world.actor(*who))
    urls = [reverse("competitions"), first.get_absolute_url(), reverse("competition_entries", args=[first.pk])]
    before = [count(client, url) for url in urls]
    for number in (2, 3):
        other = make_establishment(world)
        submitted(world, first, other, seed=number, who=OFFICER, product=f"Sản phẩm số {number}")
        called(world, round_of(world, name=f"Kỳ {number}"))
    assert [count(client, url) for url in urls] == before


def test_the_page_of_a_product_takes_the_same_queries_whatever_it_holds(world, visit):
    round_ = called(world)
    entry = begun(world, round_)
    client = visit(world.actor(*OWNER))
    first = count(client, entry.get_absolute_url())
    completed(world, entry)
    assert count(client, entry.get_absolute_url()) <= first + 1  # whose photos are compared with the others'


def test_what_is_due_around_a_round(world):
    def titles(who):
        found = dues(question(world.actor(*who), on=today()))
        return [one.title for one in found if one.key.startswith("competition:")]

    round_ = round_of(world, name="Kỳ hạn")
    assert titles(LEADER) == ["Thông báo bình chọn: Kỳ hạn"]
    called(world, round_)
    submitted(world, round_)
    assert titles(OFFICER) == [
        "Kiểm tra 1 hồ sơ sản phẩm: Kỳ hạn", "Mở chấm điểm, sau ngày cuối nhận hồ sơ: Kỳ hạn",
    ]  # fmt: skip
    assert titles(("dong-thap-centre", "officer")) == ["Đăng ký sản phẩm bình chọn: Kỳ hạn"]
    assert titles(("phu-tho", "officer")) == []


def test_a_blind_judge_reads_no_maker_on_any_page(world, visit):
    round_ = called(world)
    entry = accepted(world, round_)
    scaled(world, round_)
    client = visit(world.actor("dong-thap", "appraiser"))
    assert client.get(entry.get_absolute_url()).status_code == 404
    text = page(client, reverse("competition_entries", args=[round_.pk]))
    assert entry.product not in text
    assert entry.establishment.name not in page(client, round_.get_absolute_url())
