"""The pages of results: who reads what, forms, papers, what everybody may know, lists at one and three rows."""

import io
from datetime import timedelta
from uuid import uuid4

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.competitions.models import Certificate, Complaint, CouncilChoice, Entry, Member, Prize
from khuyencong.competitions.outcome.logo import logo_of
from khuyencong.competitions.outcome.tests import making
from khuyencong.competitions.tests.making import picture, scan
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.desk.due import dues, question
from khuyencong.testing import make_establishment, make_project, owned_establishment

pytestmark = pytest.mark.django_db
SO = making.SO


def text_of(answer, page=0):
    return (
        pypdfium2.PdfDocument(io.BytesIO(answer.content))[page].get_textpage().get_text_bounded().replace("\r\n", " ")
    )


def test_round_is_walked_from_the_choice_to_the_announcement_by_pages(world, visit):
    round_ = making.make_scored(world, ("90", "80", "60"), groups=("food",))
    best, second, weak = Entry.objects.filter(round=round_).order_by("pk")
    officer, leader, owner = (visit(world.actor(SO, role)) for role in ("officer", "leader", "auditor"))
    page = officer.get(round_.get_absolute_url()).content.decode()
    assert "Ghi kết luận của Hội đồng" in page
    assert "90,00" in page
    url = reverse("award_choice", args=[round_.pk])
    shown = officer.get(url).content.decode()
    assert f'value="{weak.pk}"' not in shown
    assert "chưa đạt 70 điểm" in shown
    refused = officer.post(url, {"version": round_.version, "chosen": [second.pk], "reason": ""})
    assert refused.status_code == 422
    assert "hãy ghi lý do của Hội đồng" in refused.content.decode()
    assert f'id="chon-{second.pk}" checked' in refused.content.decode()
    assert officer.post(url, {"version": round_.version, "chosen": [best.pk, second.pk]}).status_code == 302
    assert CouncilChoice.objects.filter(chosen=True).count() == 2
    minutes = officer.get(reverse("award_minutes", args=[round_.pk]))
    assert "đề nghị công nhận 2 sản phẩm" in text_of(minutes)
    round_ = making.fresh(round_)
    url = reverse("award_recognise", args=[round_.pk])
    assert officer.get(url).status_code == 403
    assert "Hội đồng đề nghị công nhận 2 sản phẩm" in leader.get(url).content.decode()
    sent = {name: str(value) for name, value in making.decision_fields().items()}
    sent |= {name: format_date(today()) for name in ("minutes_on", "decided_on", "issued_on")}
    assert leader.post(url, {"version": round_.version, **sent}).status_code == 302
    assert leader.post(url, {"version": round_.version, **sent}).status_code == 422
    assert Certificate.objects.count() == 2
    url = reverse("award_announce", args=[round_.pk])
    assert officer.post(url, {"version": making.fresh(round_).version, "on": format_date(today())}).status_code == 302
    page = owner.get(round_.get_absolute_url()).content.decode()
    assert "Quyết định công nhận 100/QĐ-UBND" in page
    assert "Ghi khiếu nại" not in page


def test_judge_of_a_blind_round_writes_no_choice_and_learns_no_maker_from_the_results(world, visit):
    round_ = making.make_scored(world, ("90", "80"), scoring_mode="blind")
    Member.objects.filter(round=round_, role="judge").update(user=world.actor(SO, "officer").user)
    officer, maker = visit(world.actor(SO, "officer")), Entry.objects.filter(round=round_).first().establishment.name
    page = officer.get(round_.get_absolute_url()).content.decode()
    assert "90,00" in page
    assert maker not in page
    for name in ("award_choice", "award_minutes"):
        answer = officer.get(reverse(name, args=[round_.pk]))
        assert answer.status_code == 409
        assert maker not in answer.content.decode()
    with pytest.raises(Refused, match="chấm kín"):
        making.choose(world, round_)


def test_certificates_are_printed_with_a_code_that_leads_to_a_page_without_secrets(world, visit):
    maker = owned_establishment(world, name="Cơ sở Quét Mã", owner_name="Bà Chủ Thử", phone="0900000000")
    round_ = making.decided(world, ("90", "80"), establishments=[maker, maker])
    one, other = making.certificates_of(round_)
    officer = visit(world.actor(SO, "officer"))
    paper = officer.get(reverse("award_certificates", args=[round_.pk]))
    document = pypdfium2.PdfDocument(io.BytesIO(paper.content))
    assert len(document) == 2
    text = text_of(paper)
    assert one.entry.product in text
    assert f"đến hết ngày {format_date(one.valid_until)}" in text
    assert "mẫu tạm" in text
    assert "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP" in text  # the department only prepares (TT 26/2014 Đ17.2)
    again = officer.get(reverse("award_certificates", args=[round_.pk]))
    assert again.content == paper.content
    assert AuditEvent.objects.filter(action="competition.paper").count() == 2
    anybody = Client()
    url = reverse("certificate_page", args=[one.secret])
    page = anybody.get(url).content.decode()
    assert "Còn giá trị" in page
    assert "Cơ sở Quét Mã" in page
    for private in ("Bà Chủ Thử", "0900000000", "90,00", "ấp Thử"):
        assert private not in page
    making.revoke(world, one)
    assert "Đã thu hồi" in anybody.get(url).content.decode()
    Certificate.objects.filter(pk=other.pk).update(
        issued_on=today() - timedelta(days=900), valid_until=today() - timedelta(days=1)
    )
    assert "Đã hết giá trị" in anybody.get(reverse("certificate_page", args=[other.secret])).content.decode()
    assert anybody.get(reverse("certificate_page", args=["a" * 20])).status_code == 404
    assert anybody.get(reverse("certificate_page", args=["x"])).status_code == 404
    assert other.number in anybody.get(reverse("recognised_products"), {"q": "san pham 2"}).content.decode()
    listed = anybody.get(reverse("recognised_products")).content.decode()
    assert one.number not in listed  # withdrawn
    assert other.number in listed
    # The holder may print his own, and stands before nobody else's.
    owner = visit(world.actor("owner", "owner"))
    assert owner.get(reverse("award_certificate_pdf", args=[other.pk])).status_code == 200
    strange = making.certificates_of(making.decided(world, ("90",)))[0]
    assert owner.get(reverse("award_certificate", args=[strange.pk])).status_code == 404
    assert visit(world.actor(SO, "auditor")).get(reverse("award_certificate_pdf", args=[one.pk])).status_code == 403


def test_the_logo_stands_on_the_certificate_and_goes_to_its_holder(world, visit):
    maker = owned_establishment(world)
    round_ = making.decided(world, ("90",), establishments=[maker])
    (one,) = making.certificates_of(round_)
    officer, owner = visit(world.actor(SO, "officer")), visit(world.actor("owner", "owner"))
    logo = reverse("award_certificate_logo", args=[one.pk])
    assert owner.get(logo).status_code == 404
    bare = officer.get(reverse("award_certificate_pdf", args=[one.pk])).content
    papers = reverse("competition_papers", args=[round_.pk])

    def send(upload):
        return officer.post(papers, {"version": making.fresh(round_).version, "kind": "logo", "uploads": upload})

    for wrong in (scan(), SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\nbroken", content_type="image/png")):
        answer = send(wrong)
        assert answer.status_code == 422, answer
    assert send(picture(3)).status_code == 302
    printed = officer.get(reverse("award_certificate_pdf", args=[one.pk])).content
    document = pypdfium2.PdfDocument(io.BytesIO(printed))
    assert list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
    document.close()
    assert printed == officer.get(reverse("award_certificate_pdf", args=[one.pk])).content != bare
    # The next round of the same organiser prints it too, until it has its own.
    other = making.decided(world, ("90",))
    assert logo_of(other).round == round_
    assert owner.get(reverse("award_certificate", args=[one.pk])).content.decode().count(logo) == 1
    taken = owner.get(logo)
    assert taken.headers["Content-Disposition"] == 'attachment; filename="anh.jpg"'
    assert taken.getvalue().startswith(b"\xff\xd8\xff")
    making.revoke(world, one)
    assert owner.get(logo).status_code == 404
    assert visit(world.actor("phu-tho", "officer")).get(logo).status_code == 404


def test_wrong_codes_are_counted(world):
    anybody = Client()
    for number in range(20):
        secret = f"{'b' * 18}{'cdefghjkmnpqrstuvwxyz'[number]}d"
        assert anybody.get(reverse("certificate_page", args=[secret])).status_code == 404
    assert anybody.get(reverse("certificate_page", args=["c" * 20])).status_code == 429
    good = making.certificates_of(making.decided(world, ("90",)))[0]
    assert anybody.get(reverse("certificate_page", args=[good.secret])).status_code == 200


def test_what_was_not_told_yet_is_nobodys_business(world, visit):
    maker = owned_establishment(world)
    round_ = making.choose(world, making.make_scored(world, ("90", "80"), establishments=[maker, maker]))
    owner = visit(world.actor("owner", "owner"))
    assert "90,00" not in owner.get(round_.get_absolute_url()).content.decode()
    making.recognise(world, round_)
    page = owner.get(round_.get_absolute_url()).content.decode()
    assert "90,00" not in page
    assert "01/GCN-THU" not in page
    assert "01/GCN-THU" not in owner.get(reverse("award_holders")).content.decode()
    key = making.certificates_of(round_)[0].pk
    assert owner.get(reverse("award_certificate", args=[key])).status_code == 404
    assert visit(world.actor(SO, "officer")).get(reverse("award_certificate", args=[key])).status_code == 200
    assert "Chưa công bố sản phẩm nào" in Client().get(reverse("recognised_products")).content.decode()


def test_complaints_are_written_answered_and_lead_to_a_decision(world, visit):
    maker = owned_establishment(world)
    round_ = making.make_scored(world, ("90", "80"), groups=("food",), establishments=[maker, maker])
    best, left = Entry.objects.filter(round=round_).order_by("pk")
    round_ = making.announced(world, making.recognise(world, making.choose(world, round_, [best.pk])))
    owner, officer, leader = (visit(world.actor(*who)) for who in (("owner", "owner"), (SO, "officer"), (SO, "leader")))
    url = reverse("award_own_complaint", args=[left.pk])
    key = "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69"
    for _ in range(2):
        assert owner.post(url, {"creation_key": key, "text": "Xin chấm lại."}).status_code == 302
    (found,) = Complaint.objects.all()
    assert "Khiếu nại" in officer.get(round_.get_absolute_url()).content.decode()
    asked = dues(question(world.actor(SO, "officer"), on=today()))
    assert any(one.key == f"complaint:{found.pk}" and one.last_day == found.answer_by for one in asked)
    url = reverse("award_complaint", args=[found.pk])
    for role, led in (("leader", url), ("accountant", "")):  # colleagues are told; who may not read it is not led there
        whole = dues(question(world.actor(SO, role), on=today(), everybody=True))
        assert [one.url for one in whole if one.key == f"complaint:{found.pk}"] == [led]
        assert not led or visit(world.actor(SO, role)).get(led).status_code == 200
    assert owner.get(url).status_code == 403
    assert visit(world.actor("phu-tho", "officer")).get(url).status_code == 404
    sent = {"version": 1, "result": "upheld", "on": format_date(today()), "number": "", "answer": "Đúng một phần."}
    answer = reverse("award_complaint_answer", args=[found.pk])
    assert answer in officer.get(url).content.decode()
    assert leader.post(answer, sent).status_code == 403
    assert officer.post(answer, {**sent, "result": "out_of_time"}).status_code == 422
    assert officer.post(answer, sent).status_code == 302
    page = leader.get(url).content.decode()
    more = reverse("award_recognise_more", args=[found.pk])
    assert more in page
    fields = {name: str(value) for name, value in making.decision_fields(number="102/QĐ").items()}
    fields |= {name: format_date(today()) for name in ("minutes_on", "decided_on", "issued_on")}
    assert leader.post(more, {"version": making.fresh(round_).version, **fields}).status_code == 302
    assert Certificate.objects.count() == 2
    url = reverse("award_complaint_new", args=[round_.pk])
    sent = {"creation_key": "8f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69", "complainant": "Ông Thử", "text": "Sai.",
            "received_on": format_date(today()), "entry": ""}  # fmt: skip
    assert officer.post(url, sent).status_code == 302


def test_certificate_is_withdrawn_and_reported_about_by_pages(world, visit):
    maker = owned_establishment(world)
    (one,) = making.certificates_of(making.decided(world, ("90",), establishments=[maker]))
    owner, leader = visit(world.actor("owner", "owner")), visit(world.actor(SO, "leader"))
    url = reverse("award_holder_report", args=[one.pk])
    sent = {"creation_key": "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69", "year": today().year, "production": "Ổn định.",
            "support": "", "revenue": "1.200.000.000", "workers": "9"}  # fmt: skip
    assert owner.post(url, sent).status_code == 302
    page = owner.get(reverse("award_certificate", args=[one.pk])).content.decode()
    assert "1.200.000.000 đồng" in page
    assert "Ghi thu hồi" not in page
    url = reverse("award_certificate_revoke", args=[one.pk])
    assert owner.get(url).status_code == 403
    sent = {"version": one.version, "number": "9/QĐ", "on": format_date(today()), "reason": "Vi phạm."}
    assert leader.post(url, sent).status_code == 302
    assert leader.post(url, sent).status_code == 422
    assert "Vi phạm." in leader.get(reverse("award_certificate", args=[one.pk])).content.decode()


def test_prizes_are_written_and_tied_by_pages(world, visit):
    round_ = making.decided(world, ("90", "80"))
    officer, leader, auditor = (visit(world.actor(SO, role)) for role in ("officer", "leader", "auditor"))
    url = reverse("award_prize_new", args=[round_.pk])
    assert officer.get(url).status_code == 403
    sent = {"version": making.fresh(round_).version, "amount": "5.000.000", "basis": "Nghị quyết thử"}
    assert leader.post(url, {**sent, "basis": ""}).status_code == 422
    assert leader.post(url, sent).status_code == 302
    assert Prize.objects.count() == 2
    page = auditor.get(reverse("award_prizes", args=[round_.pk])).content.decode()
    assert "10.000.000" in page
    assert "chưa chi" in page
    accountant = visit(world.actor(SO, "accountant"))
    pay = reverse("award_prize_pay", args=[round_.pk])
    listed = reverse("award_prizes", args=[round_.pk])
    assert "Chưa có đề án nào để chi" in accountant.get(listed).content.decode()
    assert "Chưa có đề án nào" in accountant.get(pay).content.decode()
    project = make_project(world, state="accepted", support=30_000_000)
    type(round_).objects.filter(pk=round_.pk).update(project=project)
    assert pay in accountant.get(listed).content.decode()
    assert pay not in officer.get(listed).content.decode()
    sent = {"version": making.fresh(round_).version, "creation_key": uuid4(), "project": project.pk, "kind": "final"}
    assert "10.000.000 đồng cho 2 sản phẩm" in accountant.get(pay).content.decode()
    for who in ((SO, "officer"), (SO, "leader"), ("phu-tho", "accountant"), ("dong-thap-centre", "accountant")):
        assert visit(world.actor(*who)).post(pay, sent).status_code in {403, 404}, who
    for _ in range(2):  # the second press finds the first
        assert accountant.post(pay, sent).status_code == 302
    payment = project.payments.get()
    page = auditor.get(reverse("award_prizes", args=[round_.pk])).content.decode()
    assert reverse("project_payment", args=[project.code, payment.pk]) in page
    assert "Đã lập" in page
    Prize.objects.update(payment=None)
    payment.delete()
    tie = reverse("award_prize_tie", args=[Prize.objects.first().pk])
    assert tie not in page
    assert "chưa có khoản chi nào" in officer.get(tie).content.decode()
    assert visit(world.actor("owner", "owner")).get(reverse("award_prizes", args=[round_.pk])).status_code == 403


def test_list_for_the_level_above_holds_what_is_valid_and_ticked(world, visit):
    round_ = making.decided(world, ("90", "85", "80"))
    one, two, three = making.certificates_of(round_)
    making.revoke(world, three)
    officer = visit(world.actor(SO, "officer"))
    page = officer.get(reverse("award_proposal", args=[round_.pk])).content.decode()
    assert one.entry.product in page
    assert three.entry.product not in page
    letter = officer.get(reverse("award_proposal_file", args=[round_.pk, "pdf"]), {"giay": [one.pk, three.pk]})
    text = text_of(letter)
    assert "Đề nghị cho 1 sản phẩm" in text
    assert "cấp khu vực" in text
    book = officer.get(reverse("award_proposal_file", args=[round_.pk, "xlsx"]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet if row[0] in {1, 2, 3}] == [one.entry.product, two.entry.product]
    nation = making.decided(world, ("90",), level="nation")
    cuc = visit(world.actor("national", "officer"))
    assert cuc.get(reverse("award_proposal", args=[nation.pk])).status_code == 404


def test_files_of_numbers_and_holders_say_what_the_pages_say(world, visit):
    making.decided(world, ("90", "80"), groups=("craft", "food"))
    officer = visit(world.actor(SO, "officer"))
    page = officer.get(reverse("award_statistics"), {"theo": "nhom"}).content.decode()
    assert "Thủ công mỹ nghệ" in page
    for name, word in (("award_statistics_xlsx", "Cộng"), ("award_holders_xlsx", "Còn giá trị")):
        answer = officer.get(reverse(name))
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert any(word in row for row in rows), name
    behind = reverse("award_statistics_list")
    shown = officer.get(behind, {"theo": "nhom", "dong": "craft", "so": "duoc-cap"}).content.decode()
    assert ("Sản phẩm 1" in shown, "Sản phẩm 2" in shown) == (False, True)
    assert officer.get(behind, {"so": "co-so"}).content.decode().count("1 cơ sở, 2 sản phẩm") == 1
    assert officer.get(behind, {"so": "x"}).status_code == 404
    for name in ("award_statistics", "award_statistics_list"):
        assert visit(world.actor("owner", "owner")).get(reverse(name)).status_code == 403


@pytest.mark.parametrize(
    "name", ["round", "award_holders", "recognised_products", "award_statistics", "award_statistics_list"]
)
def test_lists_take_the_same_queries_for_one_and_three(world, visit, name):
    officer = visit(world.actor(SO, "officer"))

    def count(means):
        makers = [make_establishment(world, name=f"Cơ sở {name} {index}") for index in range(len(means))]
        round_ = making.decided(world, means, establishments=makers)
        url = round_.get_absolute_url() if name == "round" else reverse(name)
        officer.get(url)  # what is read once for all
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(url).status_code == 200
        return len(seen)

    assert count(("90",)) == count(("90", "85", "80"))
