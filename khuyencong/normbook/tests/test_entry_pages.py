"""The pages of entered documents: who sees what, nothing typed is lost, nothing typed is believed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.law.norms import Norm
from khuyencong.normbook import actions
from khuyencong.normbook.book import current_book
from khuyencong.normbook.door import snapshot
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.tests.entering import enter, enter_national, fields, norm, page_data, tiered, version
from khuyencong.testing import PDF

PAGES = ("norm_entry", "norm_entry_edit", "norm_entry_attach", "norm_entry_confirm", "norm_entry_return", "norm_entry_revoke", "norm_entry_file")  # fmt: skip
XSS = '<script>alert("x")</script>'


def look(client, name, *args, status=200, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def text(answer):
    return answer.content.decode()


@pytest.fixture
def officer(world, visit):
    return visit(world.actor("dong-thap", "officer"))


@pytest.fixture
def leader(world, visit):
    return visit(world.actor("dong-thap", "leader"))


def send(client, name, *args, status=302, **data):
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, text(answer)[:3000]
    return answer


# --- a life on the pages ---------------------------------------------------------------------------------------------


def test_a_resolution_comes_into_force_through_the_pages(world, officer, leader):
    """Entered, its file attached, sent; compared and confirmed by the leader; from its day on it is what counts."""
    start = today() + timedelta(days=30)
    values = fields(world, valid_from=start, issued_on=today(), replaces=["dong-thap-08-2024"])
    form = page_data(values, [norm(percent=45, cap=280), tiered()])
    look(officer, "norm_entry_new")
    answer = send(officer, "norm_entry_new", creation_key=str(uuid4()), **form)
    document = EnteredDocument.objects.get()
    assert answer.url == reverse("norm_entry", args=[document.pk])

    page = text(look(officer, "norm_entry", document.pk))
    assert "Hãy đính kèm tệp văn bản" in page
    assert "Chưa gửi được" in page
    upload = SimpleUploadedFile("nghi-quyet.pdf", PDF)
    send(officer, "norm_entry_attach", document.pk, version=version(document), file=upload)
    send(officer, "norm_entry_send", document.pk, version=version(document))

    page = text(look(leader, "norm_entries"))
    assert "Đang chờ bạn (1)" in page
    page = text(look(leader, "norm_entry_confirm", document.pk))
    assert "50 %, tối đa 300 triệu đồng/cơ sở" in page  # what counts today
    assert "45 %, tối đa 280 triệu đồng/cơ sở" in page  # what is entered
    assert "nghi-quyet.pdf" in page
    refused = send(leader, "norm_entry_confirm", document.pk, version=version(document), status=422)
    assert "Hãy đối chiếu với tệp văn bản" in text(refused)
    send(leader, "norm_entry_confirm", document.pk, version=version(document), compared="on")

    page = text(look(officer, "norm_entry", document.pk))
    assert "Sắp có hiệu lực" in page
    assert format_date(start) in page
    keys = {"source": "local", "province_keys": ["82", "87@2025"]}
    assert current_book().norm_on("machinery", **keys, on=start).cap == 280 * MILLION
    assert current_book().norm_on("machinery", **keys, on=start - timedelta(days=1)).cap == 300 * MILLION
    assert isinstance(current_book().norm_on("enterprise_founding", **keys, on=start), Norm)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(-10, None, "Có hiệu lực"), (-10, 0, "Có hiệu lực"), (-10, -1, "Đã hết hiệu lực"), (1, None, "Sắp có hiệu lực")],
)
def test_whether_it_is_in_force_follows_from_the_day(world, leader, start, end, told):
    first, last = today() + timedelta(days=start), None if end is None else today() + timedelta(days=end)
    document = enter(world, state="confirmed", issued_on=first, valid_from=first, valid_to=last)
    for page in (look(leader, "norm_entry", document.pk), look(leader, "norm_entries")):
        labels = [
            label for label in ("Có hiệu lực", "Đã hết hiệu lực", "Sắp có hiệu lực") if f">{label}<" in text(page)
        ]
        assert labels == [told]


def test_a_document_that_was_replaced_is_over(world, leader):
    first = enter(world, state="confirmed", issued_on=date(2026, 1, 1), valid_from=date(2026, 1, 1))
    enter(
        world, norm(cap=280), state="confirmed", replaces=[first.document_id], issued_on=date(2026, 2, 1), valid_from=date(2026, 2, 1)
    )  # fmt: skip
    page = text(look(leader, "norm_entry", first.pk))
    assert "Đã hết hiệu lực" in page
    assert "31/01/2026" in page


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_what_does_not_count_yet_is_not_there_for_another_province(world, visit, state):
    document = enter(world, state=state)
    for agency in ("phu-tho", "phu-tho-centre", "region"):
        client = visit(world.actor(agency, "appraiser"))
        for name in PAGES:
            expected = 404 if agency == "phu-tho" or name in {"norm_entry", "norm_entry_file"} else 403
            look(client, name, document.pk, status=expected)
        assert document.number not in text(look(client, "norm_entries"))


def test_what_counts_is_read_by_everybody_with_its_file(world, visit):
    document = enter(world, state="confirmed")
    client = visit(world.actor("phu-tho-centre", "officer"))
    page = text(look(client, "norm_entry", document.pk))
    assert document.number in page
    assert "Nhật ký</h2>" not in page
    answer = look(client, "norm_entry_file", document.pk)
    assert b"".join(answer.streaming_content).startswith(PDF)
    assert document.number not in text(look(client, "norm_entries"))  # the list is of the own place


def test_the_national_agency_sees_every_draft_and_changes_none(world, visit):
    document = enter(world)
    client = visit(world.actor("national", "officer"))
    assert document.number in text(look(client, "norm_entry", document.pk))
    assert document.number in text(look(client, "norm_entries"))
    look(client, "norm_entry_edit", document.pk, status=403)


def test_the_file_comes_as_a_download_and_is_audited(world, leader):
    document = enter(world, state="sent")
    answer = look(leader, "norm_entry_file", document.pk)
    assert answer["Content-Disposition"] == 'attachment; filename="nghi-quyet.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(PDF)
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.after) == ("norm.download", {"tệp": "nghi-quyet.pdf"})


def test_a_file_that_is_not_there_is_404(world, leader):
    look(leader, "norm_entry_file", enter(world, state="empty").pk, status=404)
    document = enter(world)
    document.file.storage.delete(document.file.name)
    look(leader, "norm_entry_file", document.pk, status=404)


@pytest.mark.parametrize("pk", [0, 999_999, 2**31, 2**63, 10**30])
def test_a_document_that_is_not_there_is_404(world, leader, pk):
    for name in ("norm_entry", "norm_entry_confirm", "norm_entry_file", "norm_entry_yaml"):
        look(leader, name, pk, status=404)


def test_whoever_wrote_it_is_not_shown_the_way_to_confirm(world, visit):
    appraiser = world.actor("dong-thap", "appraiser")
    document = actions.enter_document(by=appraiser, creation_key=uuid4(), fields=fields(world), norms=[norm()])
    client = visit(appraiser)
    send(client, "norm_entry_attach", document.pk, version=1, file=SimpleUploadedFile("nq.pdf", PDF))
    send(client, "norm_entry_send", document.pk, version=2)
    page = text(look(client, "norm_entry", document.pk))
    assert actions.SAME_PERSON in page
    assert reverse("norm_entry_confirm", args=[document.pk]) not in page
    look(client, "norm_entry_confirm", document.pk, status=403)
    send(client, "norm_entry_confirm", document.pk, version=3, compared="on", status=403)
    assert EnteredDocument.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("state", "name", "role"),
    [
        ("sent", "norm_entry_edit", "officer"),
        ("confirmed", "norm_entry_attach", "officer"),
        ("draft", "norm_entry_confirm", "leader"),
        ("confirmed", "norm_entry_return", "leader"),
        ("sent", "norm_entry_revoke", "leader"),
    ],
)
def test_a_step_that_the_state_does_not_allow_is_not_shown(world, visit, state, name, role):
    document = enter(world, state=state)
    answer = look(visit(world.actor("dong-thap", role)), name, document.pk, status=409)
    assert document.get_state_display() in text(answer)


def test_a_stale_form_says_so_and_keeps_what_was_typed(world, officer):
    document = enter(world)
    values = {name: getattr(document, name) for name in actions.FIELDS} | {"title": "Trích yếu tôi vừa sửa"}
    form = page_data(values, [norm(cap=222)], initial=1)
    answer = send(officer, "norm_entry_edit", document.pk, version=document.version - 1, status=422, **form)
    assert "đã được thay đổi sau khi bạn mở trang" in text(answer)
    assert "Trích yếu tôi vừa sửa" in text(answer)
    assert 'value="222000000"' in text(answer)
    assert EnteredDocument.objects.get().version == document.version


# --- what was typed --------------------------------------------------------------------------------------------------


def test_bad_input_is_said_at_its_field_and_nothing_is_lost(world, officer):
    form = page_data(fields(world), [norm(), tiered()])
    form |= {
        "issued_on": "31/02/2029",
        "valid_to": "01/01/2020",
        "muc-0-cap": "ba trăm",
        "muc-0-percent": "120",
        "muc-0-note": "Ghi chú tôi gõ",
        "bac-0-up_to": "-5",
        "bac-1-name": "",
    }
    answer = send(officer, "norm_entry_new", creation_key=str(uuid4()), status=422, **form)
    page = text(answer)
    for field in ("issued_on", "valid_to", "muc-0-cap", "muc-0-percent", "bac-0-up_to", "bac-1-name"):
        assert f'id="id_{field}_error"' in page, field
    for typed in ("31/02/2029", "ba trăm", "120", "Ghi chú tôi gõ", "-5"):
        assert f'value="{typed}"' in page, typed
    assert "Mức 1, Mức tối đa (đồng):" in page
    assert "Bậc 2, Tên bậc:" in page
    assert not EnteredDocument.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"muc-1-activity": "machinery"}, "mỗi nội dung một định mức"),
        ({"bac-0-activity": "conference"}, "Chưa có định mức nào cho «Hội nghị"),
        ({"bac-1-name": "đến 10 tỷ đồng"}, "Tên bậc viết hai lần"),
        ({"bac-1-above": "10 tỷ", "bac-1-up_to": "5 tỷ"}, "phải lớn hơn giới hạn dưới"),
        ({"valid_from": "01/01/2020"}, "không được trước ngày ban hành"),
        ({"replaces": ["dong-thap-08-2024"], "corrects": "dong-thap-08-2024"}, "chỉ chọn một trong hai"),
        ({"corrects": "dong-thap-08-2024"}, "áp dụng ở nơi khác"),
        ({"replaces": ["tt-28-2018"]}, "không có trong danh sách"),
        ({"muc-0-activity": "khong-co"}, "không có trong danh sách"),
        ({"muc-0-unit": "cái"}, "không có trong danh sách"),
        ({"muc-TOTAL_FORMS": "-1"}, ""),
        ({"muc-TOTAL_FORMS": "nhiều"}, ""),
        ({"muc-TOTAL_FORMS": "100000"}, "80"),
        ({"number": "x" * 61}, "60 ký tự"),
        ({"number": "\x00\u200b "}, "Hãy nhập"),
        ({"province": "999999"}, ""),
        ({"creation_key": "khong-phai-ma"}, "mở lại trang"),
    ],
)
def test_what_nobody_can_mean_gets_a_sentence(world, officer, changed, said):
    form = page_data(fields(world), [norm(), tiered()]) | {"creation_key": str(uuid4())} | changed
    answer = send(officer, "norm_entry_new", status=422, **form)
    assert "kc-summary" in text(answer)
    assert said in text(answer)
    assert not EnteredDocument.objects.exists()


def test_a_draft_may_be_incomplete(world, officer):
    form = page_data(fields(world), [norm()]) | {
        "muc-0-percent": "",
        "muc-0-cap": "",
        "muc-0-article": "",
        "muc-0-unit": "",
    }
    send(officer, "norm_entry_new", creation_key=str(uuid4()), **form)
    document = EnteredDocument.objects.get()
    assert document.norms.get().unit == "cơ sở"  # as the catalogue counts it
    page = text(look(officer, "norm_entry", document.pk))
    assert "ghi tỷ lệ, mức tối đa, bậc" in page
    assert "ghi điều, khoản" in page


def test_a_double_click_makes_one_document(world, officer):
    form = page_data(fields(world), [norm()]) | {"creation_key": str(uuid4())}
    first, second = send(officer, "norm_entry_new", **form), send(officer, "norm_entry_new", **form)
    assert first.url == second.url
    assert EnteredDocument.objects.count() == 1


def test_an_edited_draft_comes_back_as_it_was(world, officer):
    """The form of a stored document, sent unchanged, changes nothing but the version."""
    document = enter(world, norm(percent="12.50", by_price=True, recoverable=True, note="Một lần"), tiered())
    page = look(officer, "norm_entry_edit", document.pk)
    forms = page.context["forms"]
    assert forms.norms.initial_form_count() == 2
    assert 'value="12,5"' in text(page)
    assert 'value="250.000.000"' in text(page)
    before = snapshot(document)
    values = {name: getattr(document, name) for name in actions.FIELDS}
    norms = (norm(percent="12.50", by_price=True, recoverable=True, note="Một lần"), tiered())
    send(officer, "norm_entry_edit", document.pk, version=document.version, **page_data(values, norms, initial=9))
    document.refresh_from_db()
    assert snapshot(document) == before


def test_a_row_is_left_out_where_that_is_ticked(world, officer):
    document = enter(world, norm(), tiered())
    values = {name: getattr(document, name) for name in actions.FIELDS}
    form = page_data(values, [norm(), tiered()], initial=9)
    form |= {"muc-1-DELETE": "on", "bac-0-DELETE": "on", "bac-1-DELETE": "on", "version": document.version}
    send(officer, "norm_entry_edit", document.pk, **form)
    assert [one.activity for one in document.norms.all()] == ["machinery"]


def test_a_row_that_is_left_out_may_hold_mistakes(world, officer):
    document = enter(world, norm(), tiered())
    values = {name: getattr(document, name) for name in actions.FIELDS}
    form = page_data(values, [norm(), tiered()], initial=9)
    form |= {"muc-1-DELETE": "on", "bac-0-DELETE": "on", "bac-1-DELETE": "on", "version": document.version}
    form |= {"muc-1-percent": "trăm", "bac-0-cap": "-5", "bac-1-name": ""}
    send(officer, "norm_entry_edit", document.pk, **form)
    assert [one.activity for one in document.norms.all()] == ["machinery"]


def test_texts_are_shown_as_texts(world, officer, leader):
    document = enter(
        world,
        norm(article=f"Điều 1 {XSS}", cost_base=XSS, note=XSS),
        tiered(tiers=tiered().tiers),
        state="sent",
        title=XSS,
        issuer=XSS,
        note=XSS,
        number="1/XSS<i>",
    )
    pages = [look(leader, name, document.pk) for name in ("norm_entry", "norm_entry_confirm", "norm_entry_return")]
    pages += [look(leader, "norm_entries"), look(leader, "work")]
    send(leader, "norm_entry_return", document.pk, version=version(document), reason=XSS)
    pages += [look(officer, name, document.pk) for name in ("norm_entry", "norm_entry_edit")]
    pages += [look(officer, "norm_entries"), look(officer, "work")]
    for page in pages:
        assert XSS not in text(page)
        assert "1/XSS<i>" not in text(page)
    assert "&lt;script&gt;" in text(pages[0])


def test_a_hostile_file_is_refused_beside_the_form(world, officer):
    document = enter(world, state="empty")
    upload = SimpleUploadedFile("nq.pdf", b"<html>")
    answer = send(officer, "norm_entry_attach", document.pk, version=document.version, file=upload, status=422)
    assert "không đúng loại cho phép" in text(answer)
    assert not EnteredDocument.objects.get().file


def test_the_upload_form_stands_on_the_page_of_a_draft_only(world, officer, leader):
    draft, sent = enter(world, state="empty"), enter(world, state="sent")
    assert 'enctype="multipart/form-data"' in text(look(officer, "norm_entry", draft.pk))
    assert 'enctype="multipart/form-data"' not in text(look(leader, "norm_entry", draft.pk))
    assert 'enctype="multipart/form-data"' not in text(look(officer, "norm_entry", sent.pk))


# --- beginning from another document ---------------------------------------------------------------------------------


def test_a_correction_begins_with_what_is_known(world, officer):
    page = look(officer, "norm_entry_new", corrects="dong-thap-29-2014", activity="enterprise_founding")
    head, forms = page.context["forms"].head, page.context["forms"]
    assert head.initial["number"] == "29/2014/QĐ-UBND"
    assert (head.initial["kind"], head.initial["corrects"]) == ("Quyết định", "dong-thap-29-2014")
    assert head.initial["province"].key == "87@2025"
    assert [form.initial["activity"] for form in forms.norms.initial_forms] == ["enterprise_founding"]
    assert len(forms.tiers.initial_forms) == 3
    assert 'value="12/12/2014"' in text(page)
    assert "chờ xác minh" not in forms.norms.forms[0].initial["article"]


def test_a_replacement_begins_with_the_activities_and_without_the_values(world, officer):
    page = look(officer, "norm_entry_new", replaces="dong-thap-08-2024")
    head, rows = page.context["forms"].head, page.context["forms"].norms.initial_forms
    assert head.initial["replaces"] == ["dong-thap-08-2024"]
    assert head.initial["province"].key == "82"
    assert "machinery" in [row.initial["activity"] for row in rows]
    assert not any(row.initial.get("cap") or row.initial.get("percent") for row in rows)


@pytest.mark.parametrize(
    "query",
    [
        {"corrects": "khong-co"},
        {"replaces": "khong-co"},
        {"corrects": XSS},
        {"corrects": "tt-28-2018", "activity": XSS},
    ],
)
def test_a_beginning_that_names_nothing_is_passed_over(world, officer, query):
    assert XSS not in text(look(officer, "norm_entry_new", **query))


def test_a_correction_begun_for_another_place_is_not_saved(world, officer):
    """The link to correct a national value, opened in a province: the choice is not offered there."""
    page = look(officer, "norm_entry_new", corrects="tt-28-2018", activity="machinery")
    offered = dict(page.context["forms"].head.fields["corrects"].choices)
    assert "tt-28-2018" not in offered
    assert set(offered) >= {"", "dong-thap-08-2024", "dong-thap-29-2014"}


def test_the_nation_enters_without_a_place(world, visit):
    client = visit(world.actor("national", "officer"))
    page = look(client, "norm_entry_new", replaces="tt-28-2018")
    assert "province" not in page.context["forms"].head.fields
    offered = [key for key, _ in page.context["forms"].head.fields["replaces"].choices]
    assert "tt-28-2018" in offered
    assert "dong-thap-08-2024" not in offered
    form = page_data(fields(world, "", replaces=["tt-28-2018"]), [norm(cap=400)])
    send(client, "norm_entry_new", creation_key=str(uuid4()), **form)
    document = EnteredDocument.objects.get()
    assert (document.province, document.replaces, document.agency.code) == (None, ["tt-28-2018"], "national")


# --- how much is asked of the database -------------------------------------------------------------------------------


def queries(client, name, *args):
    client.get(reverse(name, args=args))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(captured)


@pytest.mark.parametrize("role", ["officer", "leader"])
@pytest.mark.parametrize("state", ["draft", "sent", "returned", "confirmed"])
def test_the_list_takes_as_many_queries_for_three_as_for_one(world, visit, role, state):
    client = visit(world.actor("dong-thap", role))
    counts = []
    for year in (2030, 2040):
        for more in range(1 if year == 2030 else 2):
            day = date(year + more, 1, 1)
            enter(world, norm(), tiered(), state=state, valid_from=day, valid_to=day)
        counts.append(queries(client, "norm_entries"))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("state", ["draft", "sent", "confirmed", "revoked"])
def test_the_page_takes_as_many_queries_for_many_norms_as_for_one(world, leader, state):
    one = enter(world, norm(), tiered(), state=state, valid_to=date(2030, 6, 1))
    counts = [queries(leader, "norm_entry", one.pk)]
    codes = ("conference", "information", "consulting", "trademark", "showroom")
    many = enter(world, *(norm(code) for code in codes), tiered(), state=state, valid_from=date(2031, 1, 1))
    counts.append(queries(leader, "norm_entry", many.pk))
    assert counts[0] == counts[1] <= 20
    if state == "sent":
        assert queries(leader, "norm_entry_confirm", one.pk) == queries(leader, "norm_entry_confirm", many.pk) <= 20


def test_the_form_takes_as_many_queries_for_many_norms_as_for_one(world, officer):
    one = enter(world, tiered())
    many = enter(world, norm(), norm("conference"), tiered())
    assert queries(officer, "norm_entry_edit", one.pk) == queries(officer, "norm_entry_edit", many.pk) <= 15


def test_entering_still_works_where_two_norms_meet(world, visit):
    """A release brought what was entered: the list, the page and revoking are the way out."""
    document = enter_national(world, norm(cap=400), state="confirmed", replaces=["tt-28-2018"])
    EnteredDocument.objects.update(replaces=[], version=50)
    client = visit(world.actor("national", "leader"))
    look(client, "norm_entries")
    look(client, "norm_entry", document.pk)
    send(client, "norm_entry_revoke", document.pk, version=50, reason="Đã có trong phần mềm.")
    assert current_book().clashes == ()
