"""Works from plan to publication, what paid them, the calendar, and policies that say when their documents changed."""

import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.desk.due import dues, question
from khuyencong.finance import actions as money
from khuyencong.finance.models import LedgerEntry, PaymentKind
from khuyencong.normbook.book import all_documents
from khuyencong.outreach import actions, validity
from khuyencong.outreach.calendar import month_of, read_month
from khuyencong.outreach.figures import counted, published_works
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.outreach.tests.making import (
    LEADER,
    MILLION,
    OFFICER,
    fresh,
    informing,
    let_out,
    made,
    planned,
    published,
    written,
)
from khuyencong.outreach.validity import explained_by
from khuyencong.projects.models import Project
from khuyencong.search.providers import information
from khuyencong.testing import PDF, pay
from tests.looking import whole_database

DAY = timedelta(days=1)


def refused(call, words):
    with pytest.raises(Refused, match=words):
        call()


def stepped(world, work, step, who=LEADER, reason="Chưa đạt."):
    work = fresh(work)
    return actions.step_back(work_id=work.pk, step=step, by=world.actor(*who), version=work.version, reason=reason)


def test_a_work_from_plan_to_the_public_page(world):
    """An officer makes it, a leader lets it out; only then, and only what was let out, everybody reads it."""
    work, visitor = planned(world), Client()
    url = reverse("news_item", args=[work.pk])
    refused(lambda: published(world, work), "Trong kế hoạch")
    with pytest.raises(NotAllowed):
        made(world, work, who=("dong-thap", "appraiser"))
    work = made(world, work)
    with pytest.raises(NotAllowed):
        published(world, work, who=OFFICER)
    tasks = [one.title for one in dues(question(world.actor(*LEADER), on=today()))]
    assert "Duyệt đăng: Làng nghề bánh phồng đổi mới" in tasks
    refused(lambda: stepped(world, work, "send_back", reason=" "), "lý do")
    stepped(world, work, "send_back")
    work = made(world, work)
    refused(lambda: published(world, work, on=today() - DAY), "không trước ngày làm xong")
    assert visitor.get(url).status_code == 404
    work = published(world, work)
    page = visitor.get(url).content.decode()
    assert "Nội dung bài." in page
    assert "10.000.000" not in page  # money and contracts stay inside
    assert "3/HĐ" not in page
    assert work.title in visitor.get(reverse("news")).content.decode()
    refused(
        lambda: actions.write_reach(
            work_id=work.pk, by=world.actor(*OFFICER), version=work.version, link="", reach=5, reach_of=""
        ),
        "đếm gì",
    )
    actions.write_reach(
        work_id=work.pk, by=world.actor(*OFFICER), version=work.version, link="https://vi-du.vn/bai", reach=1200,
        reach_of="lượt xem của báo",
    )  # fmt: skip
    # The address that stands on the public page is a leader's to change.
    refused(
        lambda: actions.write_reach(
            work_id=work.pk, by=world.actor(*OFFICER), version=fresh(work).version, link="https://khac.vn", reach=None,
            reach_of="",
        ),
        "gỡ xuống",
    )  # fmt: skip
    centre = world.actor("dong-thap", "officer")
    year = counted(actor=centre, year=today().year, until=today())
    assert (year["outreach_published"], year["outreach_article"], year["outreach_cost"], year["outreach_reach"]) == (
        1, 1, 10 * MILLION, 1200,
    )  # fmt: skip
    assert published_works(centre, today().year, today()).get() == work
    assert counted(actor=world.actor("phu-tho", "officer"), year=today().year, until=today())["outreach_cost"] == 0
    stepped(world, work, "withdraw")
    assert visitor.get(url).status_code == 404
    stepped(world, work, "drop", who=OFFICER, reason="Hết hạn.")
    refused(lambda: made(world, work), "Không làm")
    without_text = made(world, planned(world, work.project, body=""))
    refused(lambda: published(world, without_text), "Chưa có nội dung")
    events = AuditEvent.objects.filter(action__startswith="outreach.", thread=work.project.thread).order_by("seq")
    assert [one.action.partition(".")[2] for one in events] == [
        "plan", "make", "send_back", "make", "publish", "reach", "withdraw", "drop", "plan", "make",
    ]  # fmt: skip
    assert [one.title for one in information(world.actor(*OFFICER), "banh phong", 5)] == [work.title] * 2


def test_a_payment_of_the_project_pays_its_works_and_no_more(world, visit):
    project = informing(world)
    first, second = planned(world, project), planned(world, project)
    third = planned(world, project, cost=None)
    pay(world, project, PaymentKind.ADVANCE, 15 * MILLION)
    posting = LedgerEntry.objects.get(project=project, kind="advanced")

    def tied(work, key=posting.pk):
        return actions.tie_posting(
            work_id=work.pk, by=world.actor(*OFFICER), version=fresh(work).version, posting_id=key
        )

    refused(lambda: tied(third), "chi phí của sản phẩm trước")
    # What came out before its cost was known gets it, once, and nothing else changes.
    out = published(world, made(world, planned(world, project, cost=None)))

    def costs(amount):
        return actions.write_reach(
            work_id=out.pk, by=world.actor(*OFFICER), version=fresh(out).version, link="", reach=None, reach_of="",
            cost=amount,
        )  # fmt: skip

    assert costs(2 * MILLION).cost == 2 * MILLION
    refused(lambda: costs(3 * MILLION), "Chi phí đã được ghi")
    assert (
        'name="cost"' not in visit(world.actor(*OFFICER)).get(reverse("outreach_reach", args=[out.pk])).content.decode()
    )
    Work.objects.filter(pk=out.pk).delete()
    refused(lambda: tied(first, 0), "không phải của đề án")
    tied(first)
    refused(lambda: tied(first), "đã gắn")
    refused(lambda: tied(second), "chỉ còn 5.000.000 đồng")
    refused(lambda: stepped(world, first, "drop", who=OFFICER), "không bỏ được")
    tab = visit(world.actor(*OFFICER)).get(f"{project.get_absolute_url()}?tab=hoat-dong").content.decode()
    assert "3 sản phẩm, chi phí đã biết 20.000.000 đồng (1 sản phẩm chưa biết chi phí); đề án đã chi 15.000.000" in tab
    stepped(world, third, "drop", who=OFFICER)
    tab = visit(world.actor(*OFFICER)).get(f"{project.get_absolute_url()}?tab=hoat-dong").content.decode()
    assert "Hai số khác nhau" in tab
    # An article about a đề án of something else is a small part of what it pays.
    Project.objects.filter(pk=project.pk).update(activity="trade_promotion")
    tab = visit(world.actor(*OFFICER)).get(f"{project.get_absolute_url()}?tab=hoat-dong").content.decode()
    assert "Hai số khác nhau" not in tab
    Project.objects.filter(pk=project.pk).update(activity="information")
    # Taken back in the ledger, it paid nothing: the work says so and another payment may be named.
    project.refresh_from_db()
    money.reverse_payment(
        payment_id=posting.payment_id, by=world.actor("national", "leader"), version=project.version,
        reason="Sai tài khoản.", document="UNC-H", on=today(),
    )  # fmt: skip
    url = reverse("outreach_work", args=[first.pk])
    assert "đã bị hủy trong sổ: hãy gắn lại" in visit(world.actor(*OFFICER)).get(url).content.decode()
    project.refresh_from_db()
    pay(world, project, PaymentKind.ADVANCE, 16 * MILLION)
    tied(first, LedgerEntry.objects.get(project=project, amount=16 * MILLION, kind="advanced").pk)
    assert "đã bị hủy" not in visit(world.actor(*OFFICER)).get(url).content.decode()


def test_a_policy_says_when_its_documents_have_changed(world, monkeypatch):
    """Ended, amended after the text was written, or gone from the book; while nothing changed, nothing is said."""
    article = let_out(world)
    page = Client().get(reverse("policy", args=[article.pk])).content.decode()
    assert "Tối đa một nửa." in page
    assert "Hãy đối chiếu" not in page
    old = written(world, documents=["ttlt-26-2014", "tt-36-2013"], as_of=date(2018, 1, 1))
    assert Client().get(reverse("policy", args=[old.pk])).status_code == 404  # a draft
    ended, amended = explained_by([PolicyArticle.objects.prefetch_related("documents").get(pk=old.pk)], today())[old.pk]
    assert ended.doubt.startswith("hết hiệu lực sau ngày")
    assert "28/2018/TT-BTC" in ended.doubt
    assert "đã được sửa đổi sau ngày viết bài" in amended.doubt
    assert "17/2018/TT-BCT" in amended.doubt
    let_out(world, old)
    assert "Văn bản đã thay đổi" in Client().get(reverse("policies")).content.decode()
    # The same text, on the day after its document ends.
    later = [replace(one, valid_to=today() - DAY) if one.id == "tt-28-2018" else one for one in all_documents()]
    monkeypatch.setattr(validity, "all_documents", lambda: later)
    assert "Hãy đối chiếu" in Client().get(reverse("policy", args=[article.pk])).content.decode()


def test_a_policy_is_written_let_out_and_taken_down(world):
    refused(lambda: written(world, documents=[]), "từ 1 đến 20 văn bản")
    refused(lambda: written(world, documents=["khong-co"]), "không còn trong sổ")
    refused(lambda: written(world, as_of=today() + DAY), "không sau hôm nay")
    article = written(world)
    with pytest.raises(NotAllowed):
        let_out(world, article, who=("phu-tho", "leader"))
    article = let_out(world, article)

    def changed():
        actions.change_policy(
            article_id=article.pk, by=world.actor(*OFFICER), version=fresh(article).version,
            fields={"title": "Khác", "body": "B", "as_of": today(), "documents": ["tt-36-2013"]},
        )  # fmt: skip

    refused(changed, "gỡ xuống để sửa")
    actions.take_down_policy(article_id=article.pk, by=world.actor(*OFFICER), version=article.version)
    changed()
    assert [one.document for one in article.documents.all()] == ["tt-36-2013"]
    with pytest.raises(NotAllowed):
        written(world, who=("region", "officer"))


def test_the_month_holds_each_work_on_its_day():
    day = date(2026, 5, 6)
    late = Work(title="Muộn", planned_on=day, state="planned")
    out = Work(title="Đã đăng", planned_on=day, published_on=date(2026, 5, 20), state="published")
    month = month_of(date(2026, 5, 1), [late, out], today=date(2026, 5, 10))
    assert [(one.on.day, [(entry.work.title, entry.late) for entry in one.entries]) for one in month.busy] == [
        (6, [("Muộn", True)]), (20, [("Đã đăng", False)]),
    ]  # fmt: skip
    assert (month.weeks[0][0].on, month.before, month.after) == (date(2026, 4, 27), "2026-04", "2026-06")
    assert [read_month(text) for text in ("2026-12", "2026-13", "x", "0001-01")] == [
        date(2026, 12, 1),
        None,
        None,
        None,
    ]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_forms_of_works_and_policies(world, visit):
    """Each form: shown, sent once by whoever may; others get 403 or 404, an old page changes nothing."""
    project = informing(world)
    work, article = planned(world, project), written(world)
    pay(world, project, PaymentKind.ADVANCE, 15 * MILLION)
    posting = LedgerEntry.objects.get(project=project, kind="advanced").pk
    day = today().strftime("%d/%m/%Y")
    fields = {"kind": "web", "title": "Khác", "medium": "Trang Thử", "planned_on": day, "cost": "10 triệu", "body": "B"}
    text = {"title": "T", "body": "B", "as_of": day, "documents": ["tt-36-2013"]}
    officer, leader = OFFICER, LEADER
    posts = [
        ("project_outreach_new", [project.code], None, officer, fields | {"creation_key": str(uuid4())}),
        ("outreach_edit", [work.pk], work, officer, fields),
        ("outreach_tie", [work.pk], work, officer, {"posting": posting}),
        ("outreach_files", [work.pk], work, officer, {"uploads": SimpleUploadedFile("a.pdf", PDF + b"a")}),
        ("outreach_make", [work.pk], work, officer, {"on": day}),
        ("outreach_back", [work.pk, "send_back"], work, leader, {"reason": "Sửa"}),
        ("outreach_make", [work.pk], work, officer, {"on": day}),
        ("outreach_publish", [work.pk], work, leader, {"on": day, "is_public": "on"}),
        ("outreach_reach", [work.pk], work, officer, {"link": "vi-du.vn", "reach": "1.200", "reach_of": "lượt"}),
        ("policy_edit", [article.pk], article, officer, text),
        ("policy_publish", [article.pk], article, leader, {}),
        ("policy_take_down", [article.pk], article, officer, {}),
    ]
    others = {
        ("dong-thap-centre", "auditor"): 403, ("phu-tho-centre", "officer"): 404, ("phu-tho", "leader"): 404,
        ("dong-thap", "appraiser"): 403, ("dong-thap-commune", "collaborator"): 403,
    }  # fmt: skip
    clients = {who: visit(world.actor(*who)) for who in (*others, officer, leader)}
    for name, args, record, who, data in posts:
        url = reverse(name, args=args)
        version = {"version": fresh(record).version} if record is not None else {}
        before = whole_database()
        for other, status in others.items():
            answer = clients[other].post(url, data | version)
            assert answer.status_code in {status, 403}, (name, other)
        plain = name in {"policy_publish", "policy_take_down"}
        if record is not None:
            for old in (0, version["version"] + 1):
                assert clients[who].post(url, data | {"version": old}).status_code == (302 if plain else 422), name
        for one in data.values():
            if isinstance(one, SimpleUploadedFile):
                one.seek(0)
        assert whole_database() == before, name
        assert clients[who].get(url).status_code == (405 if plain else 200), name
        answer = clients[who].post(url, data | version)
        assert answer.status_code == 302, (name, answer.content.decode()[-3000:])
        assert whole_database() != before, name
    work = fresh(work)
    assert (work.state, work.reach, work.link) == ("published", 1200, "https://vi-du.vn")
    answer = visit(world.actor(*OFFICER)).get(reverse("outreach_file", args=[work.files.get().pk]))
    assert b"".join(answer.streaming_content).startswith(PDF)
    assert (
        clients["phu-tho-centre", "officer"].get(reverse("outreach_file", args=[work.files.get().pk])).status_code
        == 404
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_three_as_for_one(world, visit, rows, django_assert_max_num_queries):
    project = informing(world)
    for _ in range(rows):
        published(world, made(world, planned(world, project)))
        let_out(world)
    client = visit(world.actor("dong-thap", "leader"))
    for name, most in (("outreach", 18), ("outreach_calendar", 12), ("policies_kept", 14)):
        with django_assert_max_num_queries(most):
            page = client.get(reverse(name))
        assert page.status_code == 200, name
    for name in ("news", "policies"):
        with django_assert_max_num_queries(6):
            assert Client().get(reverse(name)).status_code == 200
    assert "Không có sản phẩm nào" in client.get(reverse("outreach"), {"q": "khac han"}).content.decode()
    for year in ("99999", "0000", "2"):
        assert client.get(reverse("outreach"), {"year": year}).status_code == 200
    answer = client.get(reverse("outreach_xlsx"), {"de-an": project.code})
    table = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert table[-1][0] == "Cộng chi phí đã biết"
    assert rows * 10 * MILLION in table[-1]


def test_records_answer_as_their_lists_do(world):
    planned(world)
    written(world)
    written(world, who=("national", "officer"))
    for actor in world.actors.values():
        for model in (Work, PolicyArticle):
            seen = set(model.objects.visible_to(actor))
            assert seen == {one for one in model.objects.all() if one.is_in_scope(actor)}, (actor, model)
