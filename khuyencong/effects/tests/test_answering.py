"""Answers by link, by account and by telephone; what an officer does with them."""

import datetime as dt
import re
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from khuyencong.appraisal.tests.test_spot import jpeg
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.exif import shot_of
from khuyencong.delivery.models import Acceptance
from khuyencong.effects import actions, links
from khuyencong.effects.actions.asking import REMIND_AFTER
from khuyencong.effects.models import EffectLink, EffectMeasure, EffectSheet, Moment, SheetState, Source
from khuyencong.effects.tests.asking import (
    GOOD,
    answered,
    confirm,
    confirmed,
    fresh,
    judge,
    link,
    officer,
    record,
    sent,
    sheet_of,
    told,
)
from khuyencong.establishments.models import Establishment
from khuyencong.quarantine.models import HeldFile
from khuyencong.signin.models import Attempt
from khuyencong.testing import PDF, advance_to, make_project
from tests.looking import whole_database

MAIL = "chu.co.so@example.vn"


def address(token):
    return reverse("effect_answer", args=[token])


@pytest.fixture
def sheet(world):
    return sheet_of(world)


@pytest.fixture
def phone():
    """A browser in which nobody is signed in."""
    return Client()


def values_of(sheet):
    return {code: int(one.value) for code, one in links_of(sheet).items() if one.value is not None}


def links_of(sheet):
    return {one.code: one for one in EffectMeasure.objects.filter(sheet=sheet).order_by("pk")}


# --- the link --------------------------------------------------------------------------------------------------------


def test_a_phone_answers_without_an_account(phone, sheet):
    where = address(link(sheet))
    page = phone.get(where)
    assert page.status_code == 200
    assert sheet.beneficiary.establishment.name in page.content.decode()
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex", "same-origin")

    answer = phone.post(where, sent(sheet), follow=True)
    assert "Đã nhận câu trả lời" in answer.content.decode()
    sheet = fresh(sheet)
    assert sheet.state == SheetState.ANSWERED
    assert values_of(sheet) == GOOD
    assert set(sheet.figures.values()) == {None}  # in force only when an officer has confirmed
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.actor_id) == ("effect.answer", None)


def test_it_is_answered_again_until_it_expires(phone, sheet):
    where = address(link(sheet))
    phone.post(where, sent(sheet))
    assert 'value="8.000.000"' in phone.get(where).content.decode()  # what was said stands there
    assert phone.post(where, sent(sheet, income="9 triệu", revenue="")).status_code == 302

    said = links_of(sheet)
    assert (said["income"].value, said["income"].number) == (9_000_000, 2)
    assert (said["revenue"].value, said["revenue"].number) == (None, 2)  # unknown again, not 0
    assert said["workers"].number == 1


def test_second_click_adds_nothing(phone, sheet):
    where, data = address(link(sheet)), sent(sheet)
    assert phone.post(where, data).status_code == 302
    before = whole_database() | {Attempt._meta.label: None, EffectLink._meta.label: None}
    assert phone.post(where, data).status_code == 302
    assert whole_database() | {Attempt._meta.label: None, EffectLink._meta.label: None} == before


def test_an_older_page_with_other_figures_is_told_so(phone, sheet):
    where, data = address(link(sheet)), sent(sheet)
    phone.post(where, data)
    answer = phone.post(where, {**data, "income": "7 triệu"})
    assert answer.status_code == 422
    assert "đã được thay đổi" in answer.content.decode()
    assert values_of(sheet)["income"] == 8_000_000


def test_typed_from_paper_it_opens_as_well(phone, sheet):
    token = link(sheet)
    for typed in (
        token,
        links.grouped(token),
        links.grouped(token).upper(),
        token.replace(token[:4], token[:4] + " ", 1),
    ):
        assert phone.get(address(typed)).status_code == 200, typed


def dead_pages(world, sheet):
    """The secret of each address that does not open."""
    old, revoked, other = link(sheet), link(sheet), "a" * links.LENGTH
    EffectLink.objects.filter(token_hash=links.hash_of(old)).update(expires_on=today() - dt.timedelta(days=1))
    actions.revoke_link(
        sheet_id=sheet.pk, link_id=sheet.links.last().pk, by=officer(world), version=fresh(sheet).version
    )
    yield from (old, revoked, other, "x", "a\x00b", "'; --", "<b>", "đ" * 24, "9" * 5000)


def test_wrong_old_and_used_addresses_answer_alike(world, phone, sheet):
    settled = confirmed(world)
    pages = [phone.get(address(token)) for token in dead_pages(world, sheet)]
    pages.append(phone.get(address(link(settled))))
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "Địa chỉ không dùng được" in pages[0].content.decode()


def test_nothing_can_be_sent_to_a_dead_address(world, phone):
    settled = confirmed(world)
    before = EffectMeasure.objects.count()
    assert phone.post(address(link(settled)), sent(settled)).status_code == 404
    with pytest.raises(Refused, match="không còn dùng được"):
        actions.answer_by_link(
            link_id=settled.links.first().pk, version=settled.version, told=told(income=1), origin="web"
        )
    assert EffectMeasure.objects.count() == before


def test_a_link_opens_one_sheet_and_nobody_else_s(world, phone, sheet):
    other = sheet_of(world)
    page = phone.get(address(link(sheet))).content.decode()
    assert other.beneficiary.establishment.name not in page
    assert phone.post(address(link(sheet)), sent(sheet) | {"sheet": other.pk}).status_code == 302
    assert fresh(other).state == SheetState.WAITING


def test_a_thousand_guesses_are_limited(phone, sheet):
    token = link(sheet)
    answers = []
    for number in range(1_000):
        guess = "".join(links.ALPHABET[(number // 29**place) % 29] for place in range(links.LENGTH))
        answers.append(phone.get(address(guess)).status_code)
    assert answers.count(404) == links.MISSED.most
    assert set(answers[links.MISSED.most :]) == {429}
    assert phone.get(address(token)).status_code == 200  # who holds a right one shares the network, not the guessing


def test_opening_all_the_time_is_limited(phone, sheet, monkeypatch):
    monkeypatch.setattr(links, "OPENED", links.Limit("effect_opened", 3, dt.timedelta(hours=1), "Hãy đợi."))
    where = address(link(sheet))
    assert [phone.get(where).status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_no_secret_is_in_the_database(sheet):
    token = link(sheet)
    assert token not in str(whole_database())
    assert not EffectLink.objects.filter(token_hash=token).exists()


@pytest.mark.parametrize(
    "data",
    [
        {"income": "9" * 400}, {"income": "1\x00000"}, {"income": "-5"}, {"income": "8"}, {"income": "NaN"},
        {"workers": "12,5"}, {"workers": "9" * 30}, {"workers": "-1"}, {"workers": "<b>1</b>"}, {"output": "1e400"},
        {"output": "-1"}, {"output": "Infinity"}, {"output": "9" * 40}, {"energy": "1.2.3"}, {"version": "x"},
        {"kind": "virus"}, {"note": "x" * 3_000},
    ],
)  # fmt: skip
def test_hostile_figures_are_told_at_their_field_and_nothing_is_kept(phone, sheet, data):
    answer = phone.post(address(link(sheet)), sent(sheet) | data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "8000000" in page or "income" in data  # what was typed is still there
    assert not EffectMeasure.objects.exists()


def test_html_in_a_note_is_text(world, phone, sheet, visit):
    phone.post(address(link(sheet)), sent(sheet, note="<script>alert(1)</script>"))
    page = visit(judge(world)).get(sheet.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_nothing_said_is_no_answer(phone, sheet):
    answer = phone.post(address(link(sheet)), {"version": sheet.version})
    assert answer.status_code == 422
    assert "ít nhất một số liệu" in answer.content.decode()


def test_doubtful_figures_are_taken_once_they_were_looked_at_again(phone, sheet):
    where = address(link(sheet))
    data = sent(sheet, jobs_women="21")
    answer = phone.post(where, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "nhiều hơn tổng số lao động" in page
    assert 'name="sure"' in page
    assert 'value="21"' in page
    assert phone.post(where, data | {"sure": "on"}).status_code == 302
    assert values_of(sheet)["jobs_women"] == 21  # as it was said


def test_what_the_dossier_says_is_shown_and_not_asked(world, phone, visit):
    from khuyencong.projects.indicators import INDICATORS
    from khuyencong.projects.models import ExpectedIndicator

    project = make_project(world, state="submitted")
    ExpectedIndicator.objects.filter(project=project).delete()
    ExpectedIndicator.objects.create(
        project=project, code="income", unit=INDICATORS["income"].unit, baseline=6_000_000, target=8_000_000
    )
    advance_to(world, project, "accepted")
    sheet = sheet_of(world, project=project, moment=Moment.BASELINE)
    where = address(link(sheet))
    page = phone.get(where).content.decode()
    assert 'name="income"' not in page
    assert "6.000.000 đồng/người/tháng" in page
    assert phone.post(where, {"version": sheet.version, "workers": "12", "income": "1 triệu"}).status_code == 302
    assert values_of(sheet) == {"income": 6_000_000, "workers": 12}

    # An officer sees all of it and may correct what the dossier says.
    record_url, client = reverse("effect_record", args=[sheet.pk]), visit(officer(world))
    assert 'value="6.000.000"' in client.get(record_url).content.decode()
    said = {"version": fresh(sheet).version, "workers": "12", "income": "7 triệu", "source": "phone", "told_by": "bà A"}
    assert client.post(record_url, said).status_code == 302
    assert values_of(sheet) == {"income": 7_000_000, "workers": 12}
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert "Ghi theo lời kể, lần 3 (nhớ lại)" not in page  # on the day of the acceptance itself
    Acceptance.objects.update(accepted_on=today() - dt.timedelta(days=1))
    assert "Ghi theo lời kể, lần 3 (nhớ lại)" in client.get(sheet.get_absolute_url()).content.decode()


def test_what_is_on_record_can_be_accepted_as_it_stands(world, phone, sheet):
    actions.record_by_phone(
        sheet_id=sheet.pk, by=officer(world), version=sheet.version, told=told(), told_by="Báo Ví Dụ",
        source=Source.PUBLISHED,
    )  # fmt: skip
    where, version = address(link(sheet)), fresh(sheet).version
    assert 'name="as_known"' in phone.get(where).content.decode()
    assert phone.post(where, {"version": version}).status_code == 422
    assert phone.post(where, {"version": version, "as_known": "on"}).status_code == 302
    assert fresh(sheet).answers.last().source == Source.LINK
    assert values_of(sheet) == GOOD


def test_evidence_is_kept_with_the_answer(world, phone, sheet, visit):
    upload = SimpleUploadedFile("bang-luong.pdf", PDF + b"payroll")
    assert phone.post(address(link(sheet)), sent(sheet) | {"file": upload, "kind": "payroll"}).status_code == 302
    kept = sheet.files.get()
    assert (kept.name, kept.kind, kept.uploaded_by) == ("bang-luong.pdf", "payroll", None)
    where = reverse("effect_file", args=[sheet.pk, kept.pk])
    assert b"".join(visit(judge(world)).get(where).streaming_content).startswith(b"%PDF")
    assert AuditEvent.objects.order_by("-seq").first().action == "effect.download"
    assert visit(world.actor("phu-tho", "officer")).get(where).status_code == 404


def test_doubtful_evidence_without_account_waits_for_the_administrators_of_the_unit(phone, sheet):
    upload = SimpleUploadedFile("bang-luong.pdf", PDF + b"<< /Names << /EmbeddedFiles 4 0 R >> >>")
    phone.post(address(link(sheet)), sent(sheet) | {"file": upload, "kind": "payroll"})
    held = HeldFile.objects.get()
    assert (held.brought_by, held.agency) == (None, sheet.project.implementing_unit)


def test_where_a_photo_of_evidence_was_taken_is_for_those_who_may_see_personal_data(world, phone, sheet, visit):
    photo = jpeg()
    upload = SimpleUploadedFile("xuong.jpg", photo)
    assert phone.post(address(link(sheet)), sent(sheet) | {"file": upload, "kind": "bill"}).status_code == 302
    where = reverse("effect_file", args=[sheet.pk, sheet.files.get().pk])
    taken = {
        role: visit(world.actor("dong-thap-centre", role)).get(where).getvalue() for role in ("officer", "accountant")
    }
    assert taken["officer"] == photo
    assert shot_of(BytesIO(taken["accountant"])).latitude is None


def test_a_file_that_is_none_of_ours_is_refused(phone, sheet):
    upload = SimpleUploadedFile("bang-luong.pdf", b"MZ program")
    answer = phone.post(address(link(sheet)), sent(sheet) | {"file": upload})
    assert answer.status_code == 422
    assert "xin chọn lại tệp" in answer.content.decode()
    assert "xin chọn lại tệp" not in phone.get(address(link(sheet))).content.decode()
    assert not EffectMeasure.objects.exists()


def test_out_of_business_needs_no_figure(world, phone, sheet):
    assert phone.post(address(link(sheet)), {"version": sheet.version, "closed": "on"}).status_code == 302
    sheet = confirm(world, sheet)
    assert sheet.closed
    assert sheet.jobs_new is None


# --- the officer -----------------------------------------------------------------------------------------------------


def test_told_on_the_telephone_is_marked_so(world, sheet):
    sheet = record(world, sheet)
    answer = sheet.answers.get()
    assert (answer.source, answer.told_by, answer.by) == (Source.PHONE, "bà Ví Dụ", officer(world).user)


def test_who_told_it_must_be_said(world, sheet):
    with pytest.raises(Refused, match="ai kể"):
        actions.record_by_phone(sheet_id=sheet.pk, by=officer(world), version=sheet.version, told=told(), told_by="  ")


def test_figures_come_into_force_when_confirmed(world):
    sheet = confirmed(world)
    assert {code: int(value) for code, value in sheet.figures.items() if value is not None} == GOOD
    assert sheet.confirmed_by == judge(world).user


def test_whoever_wrote_figures_does_not_confirm_them(world, sheet):
    mine = judge(world)
    actions.record_by_phone(sheet_id=sheet.pk, by=mine, version=sheet.version, told=told(), told_by="ông Ví Dụ")
    with pytest.raises(Refused, match="không tự xác nhận"):
        actions.confirm(sheet_id=sheet.pk, by=mine, version=fresh(sheet).version)
    other = world.actor("dong-thap", "appraiser")
    assert actions.confirm(sheet_id=sheet.pk, by=other, version=fresh(sheet).version).state == SheetState.CONFIRMED


def test_doubtful_figures_are_confirmed_with_a_reason(world, sheet):
    sheet = record(world, sheet, workers=10, jobs_women=12)
    with pytest.raises(Refused, match="vì sao số liệu vẫn đúng"):
        confirm(world, sheet)
    sheet = confirm(world, sheet, remark="Hai lao động thời vụ không tính vào tổng số.")
    assert sheet.jobs_women == 12


def test_who_must_look_again_is_told_so(world, owned, django_capture_on_commit_callbacks):
    """Three letters were written before; the sheet comes back, and is asked for again."""
    Establishment.objects.update(email=MAIL)
    EffectSheet.objects.exclude(pk=owned.pk).update(due_on=None)
    for _ in range(3):
        link(owned)
    record(world, owned)
    with django_capture_on_commit_callbacks(execute=True):
        actions.send_back(sheet_id=owned.pk, by=judge(world), version=fresh(owned).version, reason="Xem lại thu nhập.")
    letter = next(one for one in mail.outbox if one.to == [MAIL])
    assert "Xem lại thu nhập." in letter.body
    assert Client().get(address(token_in(letter.body))).status_code == 200
    notice = world.actor("owner", "owner").user.notices.get()
    assert notice.url == reverse("own_effect", args=[owned.pk])
    later = today() + REMIND_AFTER
    assert run_round(django_capture_on_commit_callbacks, later).reminded == 1


def test_a_link_that_went_to_the_wrong_person_is_shut(world, phone, sheet, visit):
    token = link(sheet)
    client = visit(officer(world))
    assert "Thu hồi" in client.get(sheet.get_absolute_url()).content.decode()
    where = reverse("effect_link_revoke", args=[sheet.pk, sheet.links.get().pk])
    assert client.post(where, {"version": sheet.version}).status_code == 302
    assert phone.get(address(token)).status_code == 404
    assert "đã thu hồi" in client.get(sheet.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="không cần thu hồi"):
        actions.revoke_link(
            sheet_id=sheet.pk, link_id=sheet.links.get().pk, by=officer(world), version=fresh(sheet).version
        )


def test_sent_back_it_is_answered_again_by_the_same_link(world, phone, sheet):
    token = link(sheet)
    phone.post(address(token), sent(sheet))
    actions.send_back(sheet_id=sheet.pk, by=judge(world), version=fresh(sheet).version, reason="Xem lại thu nhập.")
    assert "Xem lại thu nhập." in phone.get(address(token)).content.decode()
    # The same figures again are an answer: they are right.
    assert phone.post(address(token), sent(sheet)).status_code == 302
    assert fresh(sheet).state == SheetState.ANSWERED


def test_reopened_the_figures_are_out_of_force(world):
    sheet = confirmed(world)
    actions.reopen(sheet_id=sheet.pk, by=judge(world), version=sheet.version, reason="Cơ sở báo ghi nhầm.")
    sheet = fresh(sheet)
    assert set(sheet.figures.values()) == {None}
    assert links_of(sheet)["income"].value == 8_000_000  # what was said stays
    sheet = confirm(world, record(world, sheet, income=7_500_000))
    assert (sheet.income, links_of(sheet)["income"].number) == (7_500_000, 2)


def test_a_reason_is_needed_to_send_back_and_to_reopen(world):
    sheet = answered(world)
    with pytest.raises(Refused, match="lý do"):
        actions.send_back(sheet_id=sheet.pk, by=judge(world), version=sheet.version, reason=" ")
    sheet = confirm(world, sheet)
    with pytest.raises(Refused, match="lý do"):
        actions.reopen(sheet_id=sheet.pk, by=judge(world), version=sheet.version, reason="")


def test_steps_need_the_right_agency_version_and_state(world):
    sheet = answered(world)
    with pytest.raises(NotAllowed):
        actions.confirm(sheet_id=sheet.pk, by=officer(world), version=sheet.version)
    with pytest.raises(NotAllowed):
        actions.confirm(sheet_id=sheet.pk, by=world.actor("phu-tho", "officer"), version=sheet.version)
    with pytest.raises(Stale):
        actions.confirm(sheet_id=sheet.pk, by=judge(world), version=sheet.version - 1)
    sheet = confirm(world, sheet)
    with pytest.raises(Refused):
        actions.confirm(sheet_id=sheet.pk, by=judge(world), version=sheet.version)


def test_a_national_project_that_skipped_the_department_is_confirmed_by_the_nation(world):
    project = make_project(world, state="accepted", source="national", unit="region")
    sheet = sheet_of(world, project=project)
    actions.record_by_phone(
        sheet_id=sheet.pk, by=world.actor("region", "officer"), version=sheet.version, told=told(), told_by="chủ cơ sở"
    )
    with pytest.raises(NotAllowed):
        actions.confirm(sheet_id=sheet.pk, by=judge(world), version=fresh(sheet).version)
    cuc = world.actor("national", "officer")
    assert actions.confirm(sheet_id=sheet.pk, by=cuc, version=fresh(sheet).version).state == SheetState.CONFIRMED


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reachable(sheet):
    Establishment.objects.update(email=MAIL)
    return fresh(sheet)


def token_in(text):
    return re.search(r"/tra-loi/([^/]+)/", text).group(1)


def test_a_letter_by_mail_carries_an_address_that_opens(world, phone, reachable, django_capture_on_commit_callbacks):
    person = reachable.project.in_charge
    type(person).objects.filter(pk=person.pk).update(phone="0900 000 111")
    with django_capture_on_commit_callbacks(execute=True):
        actions.send_link(sheet_id=reachable.pk, by=officer(world), version=reachable.version)
    (letter,) = mail.outbox
    assert letter.to == [MAIL]
    assert "0900 000 111" in letter.body
    page = phone.get(address(token_in(letter.body)))
    assert page.status_code == 200
    assert "0900 000 111" in page.content.decode()
    assert 'accept=".' in page.content.decode()


def test_without_an_address_nothing_is_sent(world, sheet):
    with pytest.raises(Refused, match="thư điện tử"):
        actions.send_link(sheet_id=sheet.pk, by=officer(world), version=sheet.version)
    assert not EffectLink.objects.exists()


def test_printed_letters_carry_a_code_and_an_address(world, phone, sheet, visit):
    client = visit(officer(world))
    page = client.post(reverse("effect_letters"), {"phieu": [sheet.pk, sheet_of(world).pk]})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("data:image/svg+xml") == 2
    assert "no-store" in page["Cache-Control"]
    assert phone.get(address(token_in(text))).status_code == 200
    assert client.get(reverse("effect_letters")).status_code == 405


@pytest.mark.parametrize("keys", [[], ["x"], ["9" * 40], [2**31], ["1\x00"]])
def test_letters_for_no_sheet_of_mine_are_not_there(world, sheet, visit, keys):
    assert visit(officer(world)).post(reverse("effect_letters"), {"phieu": keys}).status_code == 404
    assert (
        visit(world.actor("phu-tho-centre", "officer"))
        .post(reverse("effect_letters"), {"phieu": [sheet.pk]})
        .status_code
        == 404
    )
    assert (
        visit(world.actor("dong-thap", "leader")).post(reverse("effect_letters"), {"phieu": [sheet.pk]}).status_code
        == 403
    )


def test_letters_for_a_settled_sheet_are_refused(world, visit):
    sheet = confirmed(world)
    answer = visit(officer(world)).post(reverse("effect_letters"), {"phieu": [sheet.pk]})
    assert answer.status_code == 409
    assert not EffectLink.objects.exists()


def run_round(capture, on):
    with capture(execute=True):
        return actions.ask_round(on=on)


def test_the_round_asks_reminds_and_then_stops(reachable, django_capture_on_commit_callbacks, monkeypatch):
    from khuyencong.effects.actions import asking

    day = today()
    EffectSheet.objects.exclude(pk=reachable.pk).update(due_on=day + dt.timedelta(days=500))
    rounds = []
    for _ in range(5):
        monkeypatch.setattr(links, "today", lambda day=day: day)
        monkeypatch.setattr(asking, "today", lambda day=day: day)
        rounds += [
            run_round(django_capture_on_commit_callbacks, day),
            run_round(django_capture_on_commit_callbacks, day),
        ]
        day += REMIND_AFTER
    assert [(one.asked, one.reminded) for one in rounds] == [(1, 0), (0, 0), (0, 1), (0, 0), (0, 1), *[(0, 0)] * 5]
    assert len(mail.outbox) == 3


def test_a_letter_that_nobody_took_is_written_again_and_one_that_fails_stops_no_other(
    world, reachable, django_capture_on_commit_callbacks, monkeypatch
):
    from khuyencong.effects.actions import asking
    from khuyencong.notices import letters

    EffectSheet.objects.exclude(moment=Moment.AFTER_12).update(due_on=None)
    other = sheet_of(world)
    EffectSheet.objects.exclude(moment=Moment.AFTER_12).update(due_on=None)
    Establishment.objects.update(email=MAIL)
    day = today()

    def next_round():
        nonlocal day
        day += dt.timedelta(days=1)
        monkeypatch.setattr(links, "today", lambda: day)
        monkeypatch.setattr(asking, "today", lambda: day)
        done = run_round(django_capture_on_commit_callbacks, day)
        return done.asked, len(mail.outbox)

    with monkeypatch.context() as broken:
        broken.setattr(letters, "deliver", lambda _message: False)
        assert [next_round() for _ in range(links.MOST_LIVE + 2)][-1] == (2, 0)  # nobody has any of these addresses
    ask = asking.mail_to

    def failing(sheet, **more):
        if sheet.pk == reachable.pk:
            raise OSError("a sheet that fails")
        return ask(sheet, **more)

    with monkeypatch.context() as broken:
        broken.setattr(asking, "mail_to", failing)
        assert next_round() == (1, 1)
    assert other.links.exclude(delivered_at=None).count() == 1
    assert next_round() == (1, 2)
    assert next_round() == (0, 2)


def test_the_round_counts_whom_no_letter_reaches(sheet, django_capture_on_commit_callbacks):
    done = run_round(django_capture_on_commit_callbacks, today())
    assert (done.asked, done.unreachable) == (0, 3)  # at acceptance, +12 and +24
    assert mail.outbox == []


def test_the_round_writes_nobody_whose_time_has_not_come(world, django_capture_on_commit_callbacks):
    """In progress the state before is asked, at acceptance that of the day, and nothing of later."""
    project = make_project(world, state="in_progress")
    Establishment.objects.update(email=MAIL)
    assert run_round(django_capture_on_commit_callbacks, today()).asked == 1
    advance_to(world, project, "accepted")
    assert run_round(django_capture_on_commit_callbacks, today()).asked == 1
    done = run_round(django_capture_on_commit_callbacks, today() + REMIND_AFTER)
    assert (done.asked, done.reminded) == (0, 1)
    asked = list(EffectLink.objects.order_by("pk").values_list("sheet__moment", flat=True))
    # Once something was accepted, what was before would be told from memory.
    assert asked == [Moment.BASELINE, Moment.ACCEPTANCE, Moment.ACCEPTANCE]


def test_the_round_opens_what_is_missing(world, django_capture_on_commit_callbacks):
    project = make_project(world, state="settled")
    EffectSheet.objects.all().delete()
    assert run_round(django_capture_on_commit_callbacks, today()).opened == 4
    assert project.effect_sheets.count() == 4
    assert run_round(django_capture_on_commit_callbacks, today()).opened == 0


# --- the owner -------------------------------------------------------------------------------------------------------


@pytest.fixture
def owned(world, sheet):
    """The sheet of an establishment whose owner has an account."""
    Establishment.objects.filter(pk=sheet.beneficiary.establishment_id).update(account=world.agencies["owner"])
    return fresh(sheet)


def test_an_owner_answers_with_the_account(world, owned, visit):
    client = visit(world.actor("owner", "owner"))
    assert owned.project.name in client.get(reverse("own_effects")).content.decode()
    where = reverse("own_effect", args=[owned.pk])
    assert client.get(where).status_code == 200
    assert client.post(where, sent(owned)).status_code == 302
    assert fresh(owned).answers.get().source == Source.ACCOUNT
    assert client.post(where, sent(owned)).status_code == 302  # a second click
    assert fresh(owned).answers.count() == 1


def test_an_owner_sees_nobody_else_s(world, owned, visit):
    other = sheet_of(world)
    client = visit(world.actor("owner", "owner"))
    assert client.get(reverse("own_effect", args=[other.pk])).status_code == 404
    assert other.project.name not in client.get(reverse("own_effects")).content.decode()
    with pytest.raises(NotAllowed):
        actions.answer_as_owner(sheet_id=other.pk, by=world.actor("owner", "owner"), version=other.version, told=told())


def test_an_owner_without_any_is_told_when_one_comes(world, visit):
    from khuyencong.testing import owned_establishment

    owned_establishment(world)
    assert (
        "Chưa có gì phải trả lời" in visit(world.actor("owner", "owner")).get(reverse("own_effects")).content.decode()
    )


def test_answers_are_told_to_whoever_is_in_charge(phone, sheet):
    phone.post(address(link(sheet)), sent(sheet))
    notice = sheet.project.in_charge.notices.get()
    assert notice.url == sheet.get_absolute_url()
