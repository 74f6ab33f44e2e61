"""The pages: who opens what, forms that go through and forms that do not, lists at one and three rows, files, dues, search."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.desk.due import dues, question
from khuyencong.fairs import actions
from khuyencong.fairs.importing import read_booths
from khuyencong.fairs.models import Booth, Fair, FairFile, Participant, PartnerLink
from khuyencong.fairs.plan import cell_number, drawing_of
from khuyencong.fairs.queries import booths_of, coming_to
from khuyencong.fairs.tests.making import (
    LEADER,
    OFFICER,
    OWNER,
    SO,
    accepted,
    assigned,
    called,
    confirmed,
    fair_of,
    fair_project,
    fresh,
    laid,
    link,
    ready,
    registered,
    sold,
    workbook,
)
from khuyencong.search.providers import fairs as found_fairs
from khuyencong.testing import PDF, make_establishment, owned_establishment
from tests.looking import whole_database

pytestmark = pytest.mark.django_db
KEY = "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69"


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def picture(name="mat-bang.png"):
    stream = io.BytesIO()
    Image.new("RGB", (400, 200), "white").save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/png")


def test_a_fair_is_made_on_the_pages(world, visit):
    client, chief = visit(world.actor(*OFFICER)), visit(world.actor(*LEADER))
    assert "Chưa có hội chợ nào" in page(client, reverse("fairs"))
    assert "Chưa có đề án nào cho hội chợ" in page(client, reverse("fair_new"))
    project, place = fair_project(world), make_establishment(world)
    assert "Lập hội chợ" in page(client, f"{project.get_absolute_url()}?tab=hoat-dong")
    data = {
        "creation_key": KEY, "project": project.pk, "name": "Hội chợ Trên Trang", "place": "Sân vận động",
        "starts_on": format_date(today()), "ends_on": format_date(today() + timedelta(days=3)),
        "register_until": format_date(today()),
    }  # fmt: skip
    answer = client.post(reverse("fair_new"), data)
    fair = Fair.objects.get()
    assert (answer.status_code, answer.url) == (302, fair.get_absolute_url())
    assert "Hội chợ Trên Trang" in page(client, f"{project.get_absolute_url()}?tab=hoat-dong")
    assert place.name in page(client, f"{reverse('fair_invite', args=[fair.pk])}?q={place.name}")
    assert client.post(
        reverse("fair_invite", args=[fair.pk]), {"version": fair.version, "chosen": [place.pk]}
    ).status_code == 302  # fmt: skip

    def step(name, who=client, **values):
        fair.refresh_from_db()
        answer = who.post(reverse(f"fair_{name}", args=[fair.pk]), {"version": fair.version, **values})
        assert answer.status_code == 302, answer.content.decode()[:3000]

    step("call", number="5/GM", on=format_date(today()))
    helped = f"{reverse('fair_register', args=[fair.pk])}?co-so={place.pk}"
    assert place.name in page(client, helped)
    assert client.post(helped, {"creation_key": KEY, "products": "Chiếu lác", "booths_wanted": "1"}).status_code == 302
    participant = fair.participants.get()
    assert "Chiếu lác" in page(client, reverse("fair_participants", args=[fair.pk]))
    client.post(reverse("fair_participant_accept", args=[participant.pk]), {"version": participant.version})
    step("grid", rows="1", columns="2", price="10 triệu")
    booths = reverse("fair_booths", args=[fair.pk])
    first, second = fair.booths.order_by("column")
    shown = page(client, booths)
    assert f'data-booth="{first.pk}"' in shown
    assert "Hỗ trợ 80 % giá thuê theo" in shown
    assert "chờ xác minh" in shown
    step("assign", booth=first.pk, participant=participant.pk)
    assert "16.000.000" in page(client, booths)  # both supported until one is not
    url = reverse("fair_booth", args=[fair.pk, second.pk])
    fair.refresh_from_db()
    values = {"version": fair.version, "number": "Quầy vé", "row": 1, "column": 2, "price": "3 triệu", "who": "khac"}
    assert client.post(url, values).status_code == 422  # somebody else needs a name
    assert client.post(url, {**values, "holder": "Ban tổ chức"}).status_code == 302
    step(
        "contract_new",
        creation_key=KEY,
        number="1/HĐ",
        signed_on=format_date(today()),
        party="Công ty Thử",
        booths=[first.pk],
    )
    first.refresh_from_db()
    assert (str(first.contract), first.support) == (f"1/HĐ ngày {format_date(today())}", 8_000_000)
    refused = chief.post(
        reverse("fair_confirm", args=[fair.pk]),
        {"version": fresh(fair).version, "number": "1/XN", "on": format_date(today())},
    )
    assert (refused.status_code, "chờ xác minh" in refused.content.decode()) == (422, True)
    file = SimpleUploadedFile("danh-sach.pdf", PDF, content_type="application/pdf")
    step("confirm", chief, number="1/XN", on=format_date(today()), norm_read="on", file=file)
    shown = page(chief, fair.get_absolute_url())
    assert "danh-sach.pdf" in shown
    assert "chốt khi xác nhận danh sách" in shown
    answer = chief.get(reverse("fair_file", args=[fair.pk, FairFile.objects.get().pk]))
    assert b"".join(answer.streaming_content) == PDF
    page(client, reverse("fair_change", args=[fair.pk]))


def test_a_picture_carries_numbered_booths(world, visit):
    fair = called(world)
    client = visit(world.actor(*OFFICER))
    data = {"version": fair.version, "file": picture()}
    assert client.post(reverse("fair_plan", args=[fair.pk]), data).status_code == 302
    wrong = {"version": fresh(fair).version, "file": SimpleUploadedFile("a.pdf", PDF)}
    assert client.post(reverse("fair_plan", args=[fair.pk]), wrong).status_code == 422
    url = reverse("fair_booth_new", args=[fair.pk])
    assert 'value="750"' in page(client, f"{url}?x=750&y=500")
    assert client.post(
        url, {"version": fresh(fair).version, "number": "7", "x": "750", "y": "500", "price": "9 triệu", "supported": "on"}
    ).status_code == 302  # fmt: skip
    drawing = drawing_of(fresh(fair), booths_of(fair))
    (mark,) = drawing.marks
    assert (drawing.width, drawing.height, mark.middle, mark.y + mark.height // 2) == (1200, 600, 900, 300)
    shown = page(client, reverse("fair_booths", args=[fair.pk]))
    assert reverse("fair_plan_picture", args=[fair.pk]) in shown
    answer = client.get(reverse("fair_plan_picture", args=[fair.pk]))
    assert (answer["Content-Type"], b"".join(answer.streaming_content)[:4]) == ("image/png", b"\x89PNG")
    assert visit(world.actor("phu-tho", "officer")).get(reverse("fair_plan_picture", args=[fair.pk])).status_code == 404
    assert [cell_number(1, 1), cell_number(26, 9), cell_number(27, 1)] == ["A1", "Z9", "AA1"]


def test_an_owner_does_it_all_on_a_phone(world, visit):
    place = owned_establishment(world)
    fair, stranger = ready(world)
    client = visit(world.actor(*OWNER))
    assert "Đang nhận đăng ký" in page(client, reverse("fairs"))
    register = reverse("fair_register", args=[fair.pk])
    assert "Đăng ký tham gia" in page(client, fair.get_absolute_url())
    assert client.post(register, {"creation_key": KEY, "products": "Bánh phồng"}).status_code == 302
    mine = Participant.objects.get(establishment=place)
    # Others, their booths and the money of the đề án are not the owner's business.
    for name in ("fair_participants", "fair_booths", "fair_results"):
        page(client, reverse(name, args=[fair.pk]), 404)
    page(client, stranger.get_absolute_url(), 404)
    assert "Kinh phí" not in page(client, fair.get_absolute_url())
    visit(world.actor(*OFFICER)).post(reverse("fair_participant_accept", args=[mine.pk]), {"version": mine.version})
    confirmed(world, fair)
    day = reverse("fair_day", args=[mine.pk])
    assert f'value="{format_date(today())}"' in page(client, day)
    sales = {"version": fresh(mine).version, "on": format_date(today()), "sales": "4,5 triệu", "contacts": "12"}
    assert client.post(day, {**sales, "contracts": "0"}).status_code == 302
    assert 'value="4.500.000"' in page(client, f"{day}?ngay={format_date(today())}")
    late = client.post(day, {**sales, "contracts": "0"})  # an old page
    assert late.status_code == 422
    new = {"creation_key": KEY, "partner": "Cửa hàng Thử", "due_on": format_date(today() + timedelta(days=5))}
    assert client.post(reverse("fair_link_new", args=[mine.pk]), new).status_code == 302
    partner = PartnerLink.objects.get()
    follow = reverse("fair_link_follow", args=[partner.pk])
    told = {"version": 1, "outcome": "contracted", "value": "30 triệu", "told": "Ký hợp đồng năm."}
    assert client.post(follow, told).status_code == 302
    assert client.post(follow, told).status_code == 422
    shown = page(client, mine.get_absolute_url())
    assert "30.000.000" in shown
    assert "4.500.000" in shown
    page(visit(world.actor("phu-tho", "officer")), mine.get_absolute_url(), 404)


def test_a_list_with_mistakes_comes_back_row_by_row(world, visit):
    fair = called(world)
    one, twin = accepted(world, fair), accepted(world, fair)
    fair = laid(world, fair, rows=1, columns=2)
    content = workbook(
        ("A1", 1, 1, "12 triệu", "Có", one.establishment.name),
        ("A1", 1, 2, 5_000_000, "Có", ""),
        ("A3", 1, "ba", 5_000_000, "có lẽ", "Cơ sở Không Ai Biết"),
        ("", 2, 2, 5_000_000, "Không", ""),
        ("B1", 1, 1, -5, "Không", ""),
    )
    client = visit(world.actor(*OFFICER))
    url = reverse("fair_booths_import", args=[fair.pk])
    answer = client.post(url, {"version": fair.version, "file": SimpleUploadedFile("gian.xlsx", content)})
    assert answer.status_code == 422
    told = [(row, column) for row, _, column, _ in answer.context["errors"]]
    assert set(told) == {
        (3, "Số gian"), (4, "Cột"), (4, "Được hỗ trợ"), (4, "Cơ sở"), (5, "Số gian"), (6, "Giá thuê (đồng)"),
        (6, "Hàng"),
    }  # fmt: skip
    assert set(fair.booths.values_list("price", flat=True)) == {10_000_000}
    # The template goes out and comes back as it is, with two booths changing their cells.
    blank = client.get(reverse("fair_booths_template", args=[fair.pk])).content
    assert {one.number for one in read_booths(blank, coming_to(fair)).rows} == {"A1", "A2"}
    # The list gives A1, however it is written, to somebody else: the contract of whoever stood there ends.
    fair = assigned(world, fair, one, "A1")
    actions.keep_contract(
        fair_id=fair.pk, by=world.actor(*OFFICER), creation_key=KEY, booths=[fair.booths.get(number="A1")],
        number="1/HĐ", signed_on=today(), party="Công ty Thử",
    )  # fmt: skip
    good = workbook(("a 1", 1, 2, 7_000_000, "Có", twin.establishment.name), ("A2", 1, 1, "", "Không", ""))
    sent = {"version": fresh(fair).version, "file": SimpleUploadedFile("gian.xlsx", good)}
    assert client.post(url, sent).status_code == 302
    rows = Booth.objects.order_by("number").values_list("number", "column", "price", "support", "participant")
    assert list(rows) == [("A1", 2, 7_000_000, 5_600_000, twin.pk), ("A2", 1, 10_000_000, 0, None)]
    assert not Booth.objects.exclude(contract=None).exists()


def test_papers_say_what_the_pages_say(world, visit):
    fair = confirmed(world)
    participant = fair.participants.get()
    sold(world, participant)
    client = visit(world.actor(SO, "leader"))
    for name, args in (("fair_list_pdf", []), ("fair_result_file", ["pdf"])):
        assert client.get(reverse(name, args=[fair.pk, *args])).content.startswith(b"%PDF-")
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(reverse("fair_result_file", args=[fair.pk, "xlsx"])).content)
    )
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert participant.establishment.name in cells
    assert cells.count(12_000_000) == 2  # the establishment, and the sum
    assert client.get(reverse("fair_result_file", args=[fair.pk, "docx"])).status_code == 404
    said = AuditEvent.objects.filter(action__in=["fair.list", "fair.results"]).values_list("action", flat=True)
    assert sorted(said) == ["fair.list", "fair.results", "fair.results"]
    assert visit(world.actor("phu-tho", "leader")).get(reverse("fair_list_pdf", args=[fair.pk])).status_code == 404


QUERIES = {"fairs": 12, "fair": 22, "fair_participants": 12, "fair_booths": 14, "fair_results": 14, "fair_links": 9}


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_three_as_for_one(world, visit, rows, django_assert_max_num_queries):
    project = fair_project(world)
    for number in range(rows):
        fair = called(world, fair_of(world, project, name=f"Hội chợ {number}"))
        fair = laid(world, fair, rows=1, columns=rows)
        people = [accepted(world, fair) for _ in range(rows)]
        for at, one in enumerate(people, start=1):
            assigned(world, fair, one, f"A{at}")
        fair = confirmed(world, fair)
        for one in people:
            sold(world, one)
            link(world, one)
    client = visit(world.actor(*OFFICER))
    for name, most in QUERIES.items():
        url = reverse(name, args=[fair.pk] if name not in {"fairs", "fair_links"} else [])
        client.get(url)
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_what_falls_due_and_what_is_found(world):
    fair, participant = ready(world)
    registered(world, fair)

    def titles(*who):
        return {one.title.split(":")[0] for one in dues(question(world.actor(*who), on=today())) if "fair" in one.key}

    assert titles(*OFFICER) == {"Trả lời 1 cơ sở đăng ký"}
    assert titles(*LEADER) == {"Xác nhận danh sách"}
    assert titles("phu-tho", "officer") == set()
    fair.participants.filter(state="registered").update(state="withdrawn")
    confirmed(world, fair)
    link(world, participant)
    assert titles(*OFFICER) == {"Ghi kết quả, kết thúc sau ngày bế mạc", "Hỏi lại đối tác Siêu thị Thử"}
    assert [one.title for one in found_fairs(world.actor(*OFFICER), "hoi cho thu", 5)] == ["Hội chợ Thử Nghiệm"]
    assert found_fairs(world.actor("phu-tho", "officer"), "hoi cho thu", 5) == []


def test_steps_by_somebody_else_or_from_an_old_page_change_nothing(world, visit):
    """What `tests/posts.py` does for a few forms, for the rest of them in one world."""
    day = format_date(today())
    place = make_establishment(world)
    fair, participant = ready(world)
    waiting = registered(world, fair)
    free = laid(world, fair, rows=1, columns=2).booths.get(number="A2")
    reason = {"reason": "Thử."}
    contract = actions.keep_contract(
        fair_id=fair.pk, by=world.actor(*OFFICER), creation_key=KEY, booths=[fair.booths.get(number="A1")],
        number="1/HĐ", signed_on=today(), party="Công ty Thử",
    )  # fmt: skip
    wrong = {"number": "2/HĐ", "signed_on": day, "party": "Công ty Khác", **reason}
    urls = {
        "fair_contract": ((fair.pk, contract.pk), OFFICER, wrong),
        "fair_resume": (fair.pk, LEADER, reason),
        "fair_cancel": (fair.pk, LEADER, reason),
        "fair_invite": (fair.pk, OFFICER, {"chosen": [place.pk]}),
        "fair_grid": (fair.pk, OFFICER, {"rows": 2, "columns": 2, "price": "1 triệu"}),
        "fair_assign": (fair.pk, OFFICER, {"booth": free.pk, "participant": participant.pk}),
        "fair_visitors": (fair.pk, OFFICER, {"on": day, "visitors": 9}),
        "fair_participant_refuse": (waiting.pk, OFFICER, reason),
        "fair_participant_withdraw": (waiting.pk, OFFICER, reason),
    }
    others = [(SO, "appraiser"), (SO, "auditor"), ("national", "officer"), ("phu-tho", "officer"), OWNER]
    clients = {who: visit(world.actor(*who)) for who in others}
    right = {who: visit(world.actor(*who)) for who in (OFFICER, LEADER)}
    before = whole_database()
    for name, (key, who, data) in urls.items():
        url = reverse(name, args=key if isinstance(key, tuple) else [key])
        for other, client in clients.items():
            assert client.post(url, {"version": 99, **data}).status_code in {403, 404}, (name, other)
        for version in (98, "", "mới"):
            answer = right[who].post(url, {"version": version, **data})
            assert answer.status_code == 422, (name, version)
    # Not yet confirmed: nobody is counted; then nothing is arranged any more.
    assert right[OFFICER].post(
        reverse("fair_visitors", args=[fair.pk]), {"version": fresh(fair).version, "on": day, "visitors": 9}
    ).status_code == 422  # fmt: skip
    assert whole_database() == before
    url = reverse("fair_contract", args=[fair.pk, contract.pk])
    assert url in page(right[OFFICER], reverse("fair_booths", args=[fair.pk]))
    assert "Công ty Thử" in page(right[OFFICER], url)
    sent = {**wrong, "booths": [fair.booths.get(number="A1").pk], "version": fresh(fair).version}
    assert right[OFFICER].post(url, sent).status_code == 302
    assert fair.booth_contracts.get().number == "2/HĐ"
    fair.participants.filter(pk=waiting.pk).update(state="withdrawn")
    free.delete()
    fair = confirmed(world, fair)
    before = whole_database()
    for name in ("fair_cancel", "fair_invite", "fair_grid", "fair_assign"):
        key, who, data = urls[name]
        answer = right[who].post(reverse(name, args=[key]), {"version": fair.version, **data})
        assert answer.status_code in {409, 422}, name
    assert whole_database() == before
