"""A job from the offer to the end; the money of a centre apart from that of the programme; the year as it truly was."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.consulting import actions, models
from khuyencong.consulting.actions import PhaseInput
from khuyencong.consulting.figures import BOOKED, LISTS, counted, done_jobs, jobs_between, list_behind, report_of
from khuyencong.consulting.models import Advice, Booking, Client, Job, Target
from khuyencong.consulting.money import money_of
from khuyencong.consulting.shown import buttons, sentence_of
from khuyencong.consulting.tests.making import (
    ACCOUNTANT,
    CENTRE,
    MILLION,
    OFFICER,
    accepted,
    advised,
    advised_project,
    booked,
    client_of,
    fresh,
    offered,
    signed,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.desk.due import dues, question
from khuyencong.finance.models import LedgerEntry
from khuyencong.reportcheck.checking import check
from khuyencong.reportcheck.reading import read_pasted
from khuyencong.search.providers import consulting
from khuyencong.testing import PDF, make_establishment
from tests.looking import whole_database

DAY, BILLION = timedelta(days=1), 1_000_000_000


def refused(call, words):
    with pytest.raises(Refused, match=words):
        call()


def divided(world, job, *amounts):
    phases = [PhaseInput(f"Phần {number}", amount, today()) for number, amount in enumerate(amounts, start=1)]
    job = fresh(job)
    return actions.divide_job(job_id=job.pk, by=world.actor(*OFFICER), version=job.version, phases=phases)


def ended(world, job, step, reason="Biên bản 9/TL", on=None):
    job = fresh(job)
    return actions.end_job(
        job_id=job.pk, step=step, by=world.actor(*OFFICER), version=job.version, on=on or today(), reason=reason
    )


def test_a_job_from_offer_to_end(world):
    """Every step, and what stands against it on the way; nothing of it reaches the ledger."""
    job = offered(world)
    refused(lambda: accepted(world, job), "đang thực hiện")
    refused(lambda: booked(world, job, "invoice", MILLION), "không ghi thêm tiền")
    refused(lambda: signed(world, job, on=today() + DAY), "không sau hôm nay")
    refused(lambda: signed(world, job, value=0), "lớn hơn 0")
    job = signed(world, job)
    refused(lambda: signed(world, offered(world), number=job.contract_number), "việc khác")
    assert [str(one) for one in job.phases.all()] == ["Giai đoạn 1: Toàn bộ hợp đồng"]
    refused(lambda: divided(world, job, 40 * MILLION, 50 * MILLION), "90.000.000 đồng, khác giá trị")
    divided(world, job, 40 * MILLION, 60 * MILLION)
    with pytest.raises(Stale):
        actions.accept_phase(
            job_id=job.pk, number=1, by=world.actor(*OFFICER), version=job.version, on=today(), document="1"
        )
    job = accepted(world, job, 1)
    refused(lambda: accepted(world, job, 1), "đã được nghiệm thu")
    refused(lambda: divided(world, job, 50 * MILLION), "90.000.000")  # 40 accepted + 50
    due = dues(question(world.actor(*OFFICER), on=today()))
    assert [one.title for one in due if one.key.startswith("phase:")] == ["Nghiệm thu phần 2: Kiểm toán năng lượng"]
    # In advance of invoices a client may pay up to the contract; invoices never exceed it.
    booked(world, job, "receipt", 30 * MILLION)
    refused(lambda: booked(world, job, "receipt", 80 * MILLION), "nhiều hơn 100.000.000")
    booked(world, job, "invoice", 40 * MILLION, tax=3_200_000, document="K26-1")
    refused(lambda: booked(world, job, "invoice", MILLION, document="K26-1"), "đã được ghi")
    refused(lambda: booked(world, job, "invoice", 61 * MILLION), "101.000.000 đồng, vượt")
    booked(world, job, "cost", 25 * MILLION)
    job = accepted(world, job, 2)
    assert (job.state, job.done_on) == ("done", today())
    refused(lambda: ended(world, job, "close"), "mới có 40.000.000")
    booked(world, job, "invoice", 60 * MILLION, tax=4_800_000, document="K26-2")
    refused(lambda: ended(world, job, "close"), "còn nợ 78.000.000")
    booked(world, job, "receipt", 78 * MILLION)
    money = money_of(job.bookings.all())
    assert (money.invoiced, money.billed, money.owed, money.result) == (
        100 * MILLION, 108 * MILLION, 0, 75 * MILLION,
    )  # fmt: skip
    ended(world, job, "close")
    refused(lambda: booked(world, job, "cost", MILLION), "không ghi thêm tiền")
    events = AuditEvent.objects.filter(thread=job.thread).order_by("seq")
    assert list(events.values_list("action", flat=True)) == [
        f"consulting.{step}"
        for step in (
            "offer", "sign", "divide", "accept", "receipt", "invoice", "cost", "accept", "invoice", "receipt", "close",
        )
    ]  # fmt: skip
    assert not LedgerEntry.objects.exists()
    assert not AuditEvent.objects.filter(action="consulting.client_add", after__icontains="0912").exists()
    assert [one.title for one in consulting(world.actor(*OFFICER), "nang luong", 5)] == ["Kiểm toán năng lượng"] * 2


def test_what_was_booked_wrongly_is_taken_back_and_stays(world):
    job = accepted(world)
    invoice = booked(world, job, "invoice", 100 * MILLION, tax=8 * MILLION)
    receipt = booked(world, job, "receipt", 108 * MILLION)

    def back(booking, reason="Ghi nhầm khách"):
        actions.take_back(booking_id=booking.pk, by=world.actor(*ACCOUNTANT), version=fresh(job).version, reason=reason)

    refused(lambda: back(invoice), "Hãy hủy khoản thu trước")
    refused(lambda: back(receipt, " "), "lý do")
    back(receipt)
    back(invoice)
    refused(lambda: back(invoice), "đã bị hủy")
    assert money_of(job.bookings.all()) == money_of([])
    assert job.bookings.count() == 2
    # What was typed wrongly is written down anew under its number, once.
    booked(world, job, "invoice", MILLION, document=invoice.document)
    refused(lambda: booked(world, job, "invoice", MILLION, document=invoice.document), "đã được ghi")
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(
            job=job, agency=job.agency, kind="invoice", on=today(), amount=1, document=invoice.document, by=invoice.by
        )
    stopped = signed(world)
    refused(lambda: ended(world, stopped, "stop", reason=""), "lý do")
    ended(world, stopped, "stop", reason="Khách hàng thôi.")
    booked(world, stopped, "cost", MILLION)  # a bill may come late
    lost = offered(world)
    ended(world, lost, "lose", reason="Giá cao.")
    assert {fresh(stopped).state, fresh(lost).state} == {"stopped", "lost"}


def test_what_a_centre_sells_knows_nothing_of_programme_money():
    """No table of it points at a đề án, an envelope, a payment or the ledger, and none of theirs at it."""
    forbidden = {"projects", "programmes", "finance", "treasury", "delivery", "settlement"}
    own = [models.Client, models.Job, models.Phase, models.Booking, models.Target]
    linked = {
        (one.__name__, field.name)
        for one in own
        for field in one._meta.get_fields()
        if field.is_relation and field.related_model._meta.app_label in forbidden
    }
    assert linked == set()
    beside = {field.related_model.__name__ for one in own for field in one._meta.get_fields() if field.is_relation}
    assert "Advice" not in beside


@pytest.mark.django_db
def test_the_year_2024_of_a_region_as_it_truly_was(world):
    """128 planned for 6,04 tỷ, 76 done for nearly 8 tỷ: 132,5 % of the revenue and 59,4 % of the jobs, never 115,6 %."""
    officer = world.actor(*OFFICER)
    Target.objects.create(
        agency=officer.agency, created_by=officer.user, year=2024, jobs=128, revenue=6_040 * MILLION, document="KH 2024"
    )
    client = client_of(world)
    share = [8_000 * MILLION // 76] * 75
    amounts = [*share, 8_000 * MILLION - sum(share)]
    days = {"offered_on": date(2024, 1, 5), "signed_on": date(2024, 2, 1), "done_on": date(2024, 9, 30)}
    jobs = Job.objects.bulk_create(
        Job(
            agency=officer.agency, created_by=officer.user, creation_key=uuid4(), client=client, kind="investment",
            title=f"Việc {number}", offered=amount, value=amount, contract_number=f"{number}/HĐ", state="done", **days,
        )
        for number, amount in enumerate(amounts)
    )  # fmt: skip
    Booking.objects.bulk_create(
        Booking(
            job=job, agency=officer.agency, kind="invoice", on=date(2024, 9, 30), amount=job.value,
            document=f"HD-{job.pk}", by=officer.user,
        )
        for job in jobs
    )  # fmt: skip
    national = world.actor("national", "officer")
    report = report_of(national, 2024, date(2024, 12, 31))
    total = report.total
    assert (total.done, total.revenue, total.target_jobs, total.target_revenue) == (
        76, 8 * BILLION, 128, 6_040 * MILLION,
    )  # fmt: skip
    assert [str(total.revenue_percent), str(total.jobs_percent)] == ["132.5", "59.4"]
    said = sentence_of(report)
    assert "bằng 132,5 % kế hoạch doanh thu năm (6,04 tỷ đồng)" in said
    assert "115,6" not in said
    assert check(read_pasted(said)).contradictions == ()
    wrong = said.replace("132,5 %", "115,6 %")
    assert len(check(read_pasted(wrong)).contradictions) == 1
    # The list behind a figure is as long as the figure; a closing day cuts both.
    assert done_jobs(national, 2024, date(2024, 12, 31)).count() == 76
    early = date(2024, 6, 30)
    assert (report_of(national, 2024, early).total.done, done_jobs(national, 2024, early).count()) == (0, 0)
    assert counted(actor=national, year=2024, until=date(2024, 12, 31))["consulting_revenue"] == 8 * BILLION
    assert report_of(world.actor("phu-tho", "officer"), 2024, date(2024, 12, 31)).units == []


def test_targets_are_by_document_and_once_for_a_kind(world):
    fields = {
        "year": today().year, "kind": "investment", "jobs": 3, "revenue": 200 * MILLION, "cost": None, "document": "QĐ 1",
    }  # fmt: skip

    def set_target(**changed):
        return actions.set_target(by=world.actor(*OFFICER), creation_key=uuid4(), fields=fields | changed)

    target = set_target()
    set_target(kind="energy", jobs=1)
    refused(set_target, "đã có chỉ tiêu")
    # One number for the year beside numbers by kind would be counted twice.
    refused(lambda: set_target(kind=""), "đếm hai lần")
    set_target(kind="", year=2020)
    refused(lambda: set_target(year=2020), "đếm hai lần")
    actions.change_target(
        target_id=target.pk, by=world.actor(*OFFICER), version=1, fields=fields | {"jobs": 4, "document": "QĐ 2"}
    )
    accepted(world)
    booked(world, Job.objects.get(), "invoice", 100 * MILLION)
    total = report_of(world.actor(*OFFICER), today().year, today()).total
    assert (total.target_jobs, total.target_revenue, total.signed, total.done, total.revenue) == (
        5, 400 * MILLION, 1, 1, 100 * MILLION,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.set_target(by=world.actor("dong-thap", "officer"), creation_key=uuid4(), fields=fields)


def test_a_contract_whose_value_changes_still_ends(world):
    """A discount after acceptance, more to do, a debt that never comes, money that goes back, an end that came too early."""
    job = accepted(world)  # 100 triệu, done
    officer = world.actor(*OFFICER)

    def act(action, **fields):
        return action(job_id=job.pk, by=officer, version=fresh(job).version, **fields)

    def annex(value, number="01/PL", **fields):
        return act(actions.annex_job, number=number, on=fields.get("on", today()), value=value)

    refused(lambda: annex(100 * MILLION), "bằng giá trị đang ghi")
    refused(lambda: annex(80 * MILLION), "hủy nghiệm thu")
    refused(lambda: annex(120 * MILLION, on=today() + DAY), "không sau hôm nay")
    refused(lambda: act(actions.annul_acceptance, number=1, reason=" "), "lý do")
    act(actions.annul_acceptance, number=1, reason="Bớt giá theo biên bản")
    assert (fresh(job).state, fresh(job).done_on) == ("signed", None)
    refused(lambda: act(actions.annul_acceptance, number=1, reason="x"), "chưa được nghiệm thu")
    booked(world, job, "invoice", 90 * MILLION, document="K-1")
    refused(lambda: annex(80 * MILLION), "hủy hóa đơn thừa")
    annex(90 * MILLION)
    refused(lambda: annex(95 * MILLION), "đã được ghi")
    accepted(world, job)
    assert (fresh(job).state, [one.amount for one in job.phases.all()]) == ("done", [90 * MILLION])
    annex(110 * MILLION, number="02/PL")  # more to do
    assert (fresh(job).state, fresh(job).value) == ("signed", 110 * MILLION)
    assert [str(one) for one in job.phases.all()][1] == "Giai đoạn 2: Phần còn lại theo phụ lục 02/PL"
    accepted(world, job, 2)
    booked(world, job, "invoice", 20 * MILLION, document="K-2")
    booked(world, job, "receipt", 105 * MILLION)
    refused(lambda: ended(world, job, "close"), "ghi xóa nợ")
    refused(lambda: booked(world, job, "written", 6 * MILLION), "nhiều hơn nợ còn lại")
    booked(world, job, "written", 5 * MILLION)
    money = money_of(job.bookings.all())
    assert (money.owed, money.invoiced, money.received) == (0, 110 * MILLION, 105 * MILLION)
    second = job.bookings.get(document="K-2").pk
    back = {"booking_id": second, "by": officer, "version": fresh(job).version, "reason": "Nhầm"}
    refused(lambda: actions.take_back(**back), "xóa nợ trước")
    ended(world, job, "close")
    # A late cost, and money that has to go back after all.
    refused(lambda: booked(world, job, "cost", MILLION), "không ghi thêm tiền")
    refused(lambda: act(actions.reopen_job, reason=" "), "lý do")
    act(actions.reopen_job, reason="Chứng từ chi về muộn")
    assert (fresh(job).state, fresh(job).done_on, fresh(job).ended_because) == ("done", today(), "")
    booked(world, job, "cost", MILLION)
    refused(lambda: booked(world, job, "refund", 106 * MILLION), "nhiều hơn tiền đã thu")
    booked(world, job, "refund", 15 * MILLION)
    assert report_of(officer, today().year, today()).total.received == 90 * MILLION
    row = jobs_between(today(), today()).get(pk=job.pk)
    assert (row.received, row.revenue, row.spent) == (90 * MILLION, 110 * MILLION, MILLION)


def test_what_was_accepted_of_a_stopped_contract_is_billed(world):
    job = signed(world)
    divided(world, job, 40 * MILLION, 60 * MILLION)
    job = accepted(world, job, 1)
    ended(world, job, "stop", reason="Khách hàng thôi.")
    refused(lambda: booked(world, job, "invoice", 41 * MILLION), "phần đã nghiệm thu 40.000.000")
    booked(world, job, "invoice", 40 * MILLION)
    assert "Ghi hóa đơn" not in [one.label for one in buttons(fresh(job), money_of(job.bookings.all()))]
    actions.reopen_job(job_id=job.pk, by=world.actor(*OFFICER), version=fresh(job).version, reason="Làm tiếp")
    assert fresh(job).state == "signed"


def test_two_that_write_one_number_at_once_are_refused_by_a_sentence(world, monkeypatch):
    """Whoever looked a moment too early meets the constraint of the database, and reads a sentence."""
    job = accepted(world)
    booked(world, job, "invoice", MILLION, document="K-1")
    monkeypatch.setattr("khuyencong.consulting.actions.bookings._check_fits", lambda *_: None)
    refused(lambda: booked(world, job, "invoice", MILLION, document="K-1"), "đã được ghi")
    other = offered(world)
    monkeypatch.setattr(Job.objects, "filter", lambda **_: Job.objects.none())
    refused(lambda: signed(world, other, number=job.contract_number), "việc khác")


def test_each_number_of_the_report_has_its_list(world, visit, django_assert_max_num_queries):
    job = accepted(world)
    booked(world, job, "invoice", 60 * MILLION)
    booked(world, job, "receipt", 50 * MILLION)
    booked(world, job, "refund", 10 * MILLION)
    booked(world, job, "cost", 7 * MILLION)
    officer = world.actor(*OFFICER)
    total, year = report_of(officer, today().year, today()).total, today().year
    for name in LISTS:
        rows = list_behind(name, officer, year, today(), agency=job.agency_id, kind=job.kind)
        number = sum(one.counted for one in rows) if name in BOOKED else rows.count()
        assert number == getattr(total, name) > 0, name
        assert not list_behind(name, officer, year, today(), kind="design").exists()
    client = visit(officer)
    page = client.get(reverse("consulting_report")).content.decode()
    url = reverse("consulting_report_list")
    address = f"{url}?so=received&amp;nam={year}&amp;don-vi={job.agency_id}&amp;loai=energy"
    assert address in page
    with django_assert_max_num_queries(14):
        behind = client.get(address.replace("&amp;", "&")).content.decode()
    assert "40.000.000 đồng" in behind
    assert "-10.000.000" in behind
    assert client.get(url).status_code == 200
    assert client.get(reverse("consulting"), {"year": "99999"}).status_code == 200


# --- consulting that khuyến công pays for ---------------------------------------------------------------------------


def test_advice_stands_on_its_project_beside_the_norm(world, visit):
    """50 % and at most 35 triệu (TT 28/2018 Đ8); what was really spent may carry less than was approved."""
    project = advised_project(world)
    advice = advised(world, project, cost=40 * MILLION)
    page = visit(world.actor(*OFFICER)).get(advice.get_absolute_url()).content.decode()
    assert "50 % chi phí, tối đa 35.000.000 đồng/cơ sở" in page
    assert "chỉ cho phép hỗ trợ 20.000.000 đồng, ít hơn 30.000.000 đồng" in page
    tab = visit(world.actor("dong-thap", "officer")).get(f"{project.get_absolute_url()}?tab=hoat-dong")
    assert "Bố trí lại mặt bằng xưởng" in tab.content.decode()
    refused(lambda: advised(world, project, days=2), "không quá 1 ngày")
    refused(lambda: advised(world, project, to_on=today() + DAY), "không sau hôm nay")
    refused(lambda: advised(world, project, beneficiary=0), "không thụ hưởng")
    with pytest.raises(NotAllowed):
        advised(world, project, who=ACCOUNTANT)
    before = LedgerEntry.objects.count()
    actions.add_advice_files(
        advice_id=advice.pk, by=world.actor(*OFFICER), version=1,
        uploads=[SimpleUploadedFile("ban-ve.pdf", PDF + b"plan")],
    )  # fmt: skip
    assert LedgerEntry.objects.count() == before
    client = visit(world.actor("phu-tho", "officer"))
    assert client.get(advice.get_absolute_url()).status_code == 404
    url = reverse("consulting_file", args=[advice.files.get().pk])
    assert client.get(url).status_code == 404
    assert b"".join(visit(world.actor(*OFFICER)).get(url).streaming_content).startswith(PDF)
    year = counted(actor=world.actor("dong-thap", "officer"), year=today().year, until=today())
    assert (year["advice"], year["advised_establishments"], year["consulting_revenue"]) == (1, 1, 0)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_forms_of_jobs_and_of_advice(world, visit):
    """Each form: shown, sent once by its officer; others get 403 or 404, an old page changes nothing."""
    job, done, waiting = signed(world), accepted(world), offered(world)
    booking = booked(world, done, "cost", MILLION)
    advice = advised(world)
    target = actions.set_target(
        by=world.actor(*OFFICER), creation_key=uuid4(),
        fields={"year": 2024, "kind": "", "jobs": 1, "revenue": MILLION, "cost": None, "document": "QĐ"},
    )  # fmt: skip
    day = today().strftime("%d/%m/%Y")
    offer = {"kind": "other", "title": "Khác", "offered_on": day, "offered": "5 triệu"}
    phases = {"gd-TOTAL_FORMS": 1, "gd-INITIAL_FORMS": 0, "gd-0-title": "Một", "gd-0-amount": "100 triệu"}
    said = {
        "beneficiary": advice.beneficiary_id, "subject": "S", "consultant": "C", "from_on": day, "to_on": day,
        "days": "0,5", "result": "R",
    }  # fmt: skip
    upload = {"uploads": SimpleUploadedFile("a.pdf", PDF + b"a")}
    posts = [
        ("consulting_client_edit", [job.client_id], job.client, {"name": "Tên mới"}),
        ("consulting_target", [target.pk], target, {"jobs": "2", "revenue": "5 triệu", "document": "QĐ 2"}),
        ("consulting_job_edit", [waiting.pk], waiting, offer),
        ("consulting_job_sign", [waiting.pk], waiting, {"number": "X", "on": day, "value": "5 triệu"}),
        ("consulting_job_divide", [job.pk], job, phases),
        ("consulting_booking_new", [job.pk, "invoice"], job, {"on": day, "document": "Z", "amount": "5 triệu"}),
        ("consulting_phase_accept", [job.pk, 1], job, {"on": day, "document": "B"}),
        ("consulting_job_files", [job.pk], job, upload),
        ("consulting_booking_back", [booking.pk], done, {"reason": "Nhầm"}),
        ("consulting_phase_annul", [done.pk, 1], done, {"reason": "Nhầm giai đoạn"}),
        ("consulting_job_annex", [done.pk], done, {"number": "PL-1", "on": day, "value": "90 triệu"}),
        ("consulting_job_end", [waiting.pk, "stop"], waiting, {"on": day, "reason": "Thôi"}),
        ("consulting_job_reopen", [waiting.pk], waiting, {"reason": "Làm tiếp"}),
        ("advice_edit", [advice.pk], advice, said),
        ("advice_files", [advice.pk], advice, {"uploads": SimpleUploadedFile("b.pdf", PDF + b"b")}),
        ("project_advice_new", [advice.project.code], None, said | {"creation_key": str(uuid4())}),
    ]
    others = {
        (CENTRE, "leader"): 403, (CENTRE, "auditor"): 403, ("phu-tho-centre", "officer"): 404, ("region", "officer"): 404,
        ("dong-thap", "appraiser"): 403, ("dong-thap-commune", "collaborator"): 403,
    }  # fmt: skip
    clients = {who: visit(world.actor(*who)) for who in others}
    own = visit(world.actor(*OFFICER))
    for name, args, record, data in posts:
        url = reverse(name, args=args)
        version = {"version": fresh(record).version} if record is not None else {}
        before = whole_database()
        for who, status in others.items():
            assert clients[who].get(url).status_code == status, (name, who)
            assert clients[who].post(url, data | version).status_code == status, (name, who)
        if record is not None:
            for old in (0, version["version"] + 1, "x"):
                assert own.post(url, data | {"version": old}).status_code == 422, name
        for one in data.values():
            if isinstance(one, SimpleUploadedFile):
                one.seek(0)
        assert whole_database() == before, name
        assert own.get(url).status_code in {200, 409}, name
        answer = own.post(url, data | version)
        assert answer.status_code == 302, (name, answer.content.decode()[-3000:])
        if record is not None:
            assert own.post(url, data | version).status_code in {409, 422}, name  # the second click
    assert Advice.objects.filter(days="0.5").count() == 2


def test_records_answer_as_their_lists_do(world, visit):
    """The centre, its department and the nation; not the other province. Who is to be called is for the centre alone."""
    job = signed(world)
    signed(world, who=("region", "officer"))
    for actor in world.actors.values():
        for model in (Client, Job):
            seen = set(model.objects.visible_to(actor))
            assert seen == {one for one in model.objects.all() if one.is_in_scope(actor)}, (actor, model)
    assert Job.objects.visible_to(world.actor("dong-thap", "officer")).count() == 1
    url = reverse("consulting_client", args=[job.client_id])
    for who, whole in ((OFFICER, True), (("dong-thap", "leader"), False), (("national", "auditor"), False)):
        assert ("0912 345 678" in visit(world.actor(*who)).get(url).content.decode()) is whole, who
    place = make_establishment(world)
    page = visit(world.actor(*OFFICER)).get(f"{reverse('consulting_client_new')}?co-so={place.pk}")
    assert place.name in page.content.decode()
    client_of(world, establishment=place, name="")
    refused(lambda: client_of(world, establishment=place), "đã có trong danh sách")


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_three_as_for_one(world, visit, rows, django_assert_max_num_queries):
    for _ in range(rows):
        job = accepted(world, signed(world, offered(world, client_of(world))))
        booked(world, job, "invoice", MILLION)
    client = visit(world.actor("dong-thap", "leader"))
    for name, most in (("consulting", 22), ("consulting_clients", 12), ("consulting_report", 20)):
        with django_assert_max_num_queries(most):
            page = client.get(reverse(name))
        assert page.status_code == 200, name
    assert "Kiểm toán năng lượng" in client.get(reverse("consulting"), {"q": "thu kiem"}).content.decode()
    assert "Công ty Thử" in client.get(reverse("consulting_clients"), {"q": "thu cong"}).content.decode()
    assert "Không có khách hàng nào" in client.get(reverse("consulting_clients"), {"q": "khac"}).content.decode()
    assert "Không có việc tư vấn nào như vậy" in client.get(reverse("consulting"), {"q": "@@"}).content.decode()
    answer = client.get(f"{reverse('consulting_report_xlsx')}?nam={today().year}")
    table = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert table[-1][0] == "Cộng"
    assert rows * MILLION in table[-1]
