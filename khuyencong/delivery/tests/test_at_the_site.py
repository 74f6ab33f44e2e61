"""The page at the site: kept as it is typed, tried before it is signed, with photos; and what follows on paper."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuyencong.appraisal.tests.test_spot import jpeg
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import Signatory, Spot, attach_to_acceptance, hand_over
from khuyencong.delivery.models import Acceptance, Handover
from khuyencong.delivery.tests.spot import INSPECTOR, LEADER, OFFICER, invoice, one, photo, take, take_back
from khuyencong.delivery.tests.test_acceptance import answer, url
from khuyencong.people.roles import STAFF
from khuyencong.projects.models import StepDraft
from khuyencong.testing import PDF, advance_to, make_project


def keep_url(project, part):
    return reverse("project_accept_keep", args=[project.code, part])


# --- kept as it is typed ---------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_comes_back(world, visit, everything):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    client = visit(world.actor(*INSPECTOR))
    before = everything()
    typed = answer(project) | {
        "number": "", "comment": "Máy đang lắp", "hang-muc-0-cost": "nửa chừng", "hang-muc-0-maker": "Hãng A",
        "nguoi-TOTAL_FORMS": 1, "nguoi-0-role": "commune", "nguoi-0-name": "Bà Xã", "is_last": "con",
        "hang-muc-0-line": "999999",
    }  # fmt: skip
    kept = client.post(keep_url(project, part.pk), typed)
    assert kept.status_code == 200
    assert set(kept.json()) == {"saved", "version", "behind"}
    assert everything() == before
    page = client.get(url(project, part.pk))
    text = page.content.decode()
    for words in ("Máy đang lắp", "nửa chừng", "Hãng A", "Bà Xã"):
        assert words in text, words
    assert page.context["form"]["is_last"].value() == "con"
    assert page.context["formset"].forms[0]["line"].value() == project.lines.get().pk
    # Nobody else sees it, and it goes once the acceptance is recorded.
    assert (
        "Máy đang lắp" not in visit(world.actor("dong-thap", "appraiser")).get(url(project, part.pk)).content.decode()
    )
    client = visit(world.actor(*INSPECTOR))
    assert client.post(url(project, part.pk), answer(project)).status_code == 302
    assert not StepDraft.objects.exists()
    assert client.post(keep_url(project, part.pk), typed).status_code in {200, 409}


def test_who_may_keep(world, visit, everything):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    before = everything()
    for place in ("dong-thap", "dong-thap-centre", "national", "phu-tho"):
        for role in STAFF:
            status = visit(world.actor(place, role.value)).post(keep_url(project, part.pk), {"version": 1}).status_code
            may = place == "dong-thap" and role.value in {"officer", "appraiser"}
            hidden = place == "phu-tho" and role.value in {"officer", "appraiser"}
            assert status == (200 if may else 404 if hidden else 403), (place, role)
    assert everything() == before
    client = visit(world.actor(*INSPECTOR))
    assert client.get(keep_url(project, part.pk)).status_code == 405
    assert client.post(keep_url(project, part.pk), {"comment": "x" * 2_000_001, "version": 1}).status_code in {400, 409}


# --- tried before it is signed ---------------------------------------------------------------------------------------


def test_the_steps_are_shown_before_signing_and_nothing_is_written(world, visit, everything):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    client = visit(world.actor(*INSPECTOR))
    before = everything()
    page = client.post(url(project, part.pk), answer(project) | {"xem": "1", "hang-muc-0-cost": "300 triệu"})
    assert page.status_code == 200
    text = page.content.decode()
    assert page.context["sheet"].results[0].amount == 150 * MILLION
    for words in ("Chưa ghi gì", "Thành tiền thấp hơn được duyệt 300.000.000 đồng.", "chưa ghi hóa đơn"):
        assert words in text, words
    assert everything() == before
    refused = client.post(url(project, part.pk), answer(project) | {"xem": "1", "hang-muc-0-line": "7"})
    assert refused.status_code == 422
    assert "không thuộc danh mục được duyệt" in refused.content.decode()


def test_the_page_takes_people_invoice_and_photos(world, visit):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    client = visit(world.actor(*INSPECTOR))
    sent = answer(project) | {
        "place": "Ấp Thử", "latitude": "10,45", "longitude": "105,63", "unit_invoices": "on",
        "nguoi-TOTAL_FORMS": 3,
        "nguoi-0-role": "chair", "nguoi-0-name": "Bà Chủ Trì", "nguoi-0-present": "on",
        "nguoi-1-role": "commune", "nguoi-1-organisation": "UBND xã",
        "nguoi-2-role": "beneficiary", "nguoi-2-name": "Ông Chủ", "nguoi-2-opinion": "Đồng ý.",
        "photos": SimpleUploadedFile("anh.jpg", jpeg()),
    }  # fmt: skip
    assert client.post(url(project, part.pk), sent).status_code == 302
    found = Acceptance.objects.get()
    assert (found.form, found.place, str(found.latitude)) == ("5b", "Ấp Thử", "10.45000")
    assert [(one_.role, one_.present) for one_ in found.participants.all()] == [("chair", True), ("beneficiary", False)]
    shot = found.files.get()
    assert (shot.is_photo, shot.taken_at, str(shot.longitude)) == (True, "2026-03-05 08:30:00", "105.63000")
    text = client.get(reverse("project_acceptance", args=[project.code, found.pk])).content.decode()
    for words in ("Bà Chủ Trì", "Đồng ý.", "máy ảnh ghi 2026-03-05 08:30:00", "Mẫu số 5b", "10,45; 105,63"):
        assert words in text, words


def test_the_exact_place_is_for_those_who_may_see_personal_data(world, visit):
    project = make_project(world, state="in_progress")
    content = jpeg().replace(b"\xff\xda\x00\x02", b"\xff\xc0\x00\x03a\xff\xda\x00\x02")
    found = take(
        world, project, spot=Spot("Ấp Thử", Decimal("10.45"), Decimal("105.63")),
        photos=[SimpleUploadedFile("anh.jpg", content)],
    )  # fmt: skip
    page = reverse("project_acceptance", args=[project.code, found.pk])
    file = reverse("project_attachment", args=[project.code, found.files.get().attachment_id])
    archive = reverse("project_dossier_zip", args=[project.code])
    for who, exact in ((INSPECTOR, True), (LEADER, False)):
        client = visit(world.actor(*who))
        text = client.get(page).content.decode()
        assert ("10,45" in text, "105,63" in text, "•••" in text) == (exact, exact, not exact)
        sent = b"".join(client.get(file).streaming_content)
        assert (sent == content, b"Exif" in sent) == (exact, exact)
        packed = zipfile.ZipFile(io.BytesIO(b"".join(client.get(archive).streaming_content)))
        assert [b"Exif" in packed.read(name) for name in packed.namelist() if name.endswith(".jpg")] == [exact]


def test_a_second_round_starts_from_what_is_left(world, visit):
    project = make_project(world, state="in_progress")
    take(world, project, one(project, cost=200 * MILLION), is_last=False)
    page = visit(world.actor(*INSPECTOR)).get(url(project, project.beneficiaries.get().pk))
    assert page.context["formset"].forms[0]["cost"].value() == "400.000.000"
    assert page.context["sheet"].results[0].amount == 100 * MILLION
    assert "Đã nghiệm thu 1 lần" in page.content.decode()


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_tab_reads_as_much_for_many_rounds(world, visit, rounds, django_assert_max_num_queries):
    project = make_project(world, state="in_progress")
    for _ in range(rounds):
        take(world, project, one(project, cost=100 * MILLION), is_last=False)
    client = visit(world.actor(*INSPECTOR))
    address = f"{project.get_absolute_url()}?tab=nghiem-thu"
    client.get(address)
    with django_assert_max_num_queries(40) as seen:
        client.get(address)
    found = project.acceptances.first()
    with django_assert_max_num_queries(25) as page:
        client.get(reverse("project_acceptance", args=[project.code, found.pk]))
    assert (len(seen.captured_queries), len(page.captured_queries)) == QUERIES.setdefault(
        "tab", (len(seen.captured_queries), len(page.captured_queries))
    )


QUERIES = {}


# --- files, papers, handing over -------------------------------------------------------------------------------------


def test_signed_scans_and_photos_come_later(world, visit):
    project = make_project(world, state="accepted")
    found = project.acceptances.get()
    given = {"acceptance_id": found.pk, "by": world.actor(*INSPECTOR), "version": project.version}
    with pytest.raises(Refused, match="Hãy chọn"):
        attach_to_acceptance(**given)
    with pytest.raises(Refused, match="không phải ảnh"):
        attach_to_acceptance(**given, photos=[SimpleUploadedFile("giay.pdf", PDF + b"p")])
    with pytest.raises(NotAllowed):
        attach_to_acceptance(**(given | {"by": world.actor(*OFFICER)}), photos=[photo()])
    files = attach_to_acceptance(**given, scans=[SimpleUploadedFile("ky.pdf", PDF + b"ky")], photos=[photo()])
    assert [one_.attachment.kind for one_ in files] == ["acceptance", "photo"]
    take_back(world, found)
    project.refresh_from_db()
    with pytest.raises(Refused, match="đã được hủy"):
        attach_to_acceptance(**(given | {"version": project.version}), photos=[photo(more=b"2")])


@pytest.mark.parametrize("values", [{}, {"unit_invoices": True}])
def test_the_minutes_are_a_paper(world, visit, values):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = project.beneficiaries.all()
    number = {"number": "BB-CHUNG"} if values else {}
    early = take(
        world, project, one(project, line=first.lines.get(), invoice=invoice()), part=first, **values, **number
    )
    take(world, project, one(project, line=second.lines.get()), part=second, **values, **number)
    from khuyencong.delivery.paper import acceptance_paper

    paper = acceptance_paper(project, Acceptance.objects.select_related("agency__parent", "agency__province").first())
    assert [part.title for part in paper.parts] == ([str(first), str(second)] if values else [str(first)])
    assert ("Mẫu số 5b" if values else "Mẫu số 5a") in paper.mark
    assert "mẫu tạm" in paper.mark
    client = visit(world.actor("dong-thap", "auditor"))
    address = reverse("project_acceptance_pdf", args=[project.code, early.pk])
    answer_ = client.get(address)
    assert answer_["Content-Type"] == "application/pdf"
    assert answer_.content.startswith(b"%PDF")
    assert client.get(address).content == answer_.content
    assert AuditEvent.objects.filter(action="project.acceptance_pdf").count() == 2


def handed(world, project, **values):
    project.refresh_from_db()
    items = [item.pk for found in project.acceptances.all() for item in found.items.all()]
    given = {
        "project_id": project.pk, "by": world.actor(*OFFICER), "version": project.version, "number": "BG-01",
        "handed_on": today(), "item_ids": items, "given": Signatory("Bà Giao", "Giám đốc"),
        "received": Signatory("Ông Nhận"), "papers": "Hướng dẫn\nBảo hành",
    }  # fmt: skip
    return hand_over(**(given | values))


def test_accepted_items_are_handed_over_once(world, visit, everything):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    with pytest.raises(Refused, match="đã nghiệm thu và chưa bàn giao"):
        handed(world, project)
    project = advance_to(world, project, "accepted")
    with pytest.raises(Refused, match="một đơn vị thụ hưởng"):
        handed(world, project)
    mine = [project.acceptances.first().items.get().pk]
    contract = project.contract_part.contract
    type(contract).objects.filter(pk=contract.pk).update(signed_on=today() - timedelta(days=2))
    for values, words in (
        ({"number": " "}, "số biên bản"),
        ({"received": Signatory("")}, "người nhận"),
        ({"item_ids": []}, "Hãy chọn"),
        ({"item_ids": [10**9]}, "Hãy chọn"),
        ({"handed_on": today() - timedelta(days=1)}, "ngày nghiệm thu"),
    ):
        with pytest.raises(Refused, match=words):
            handed(world, project, **({"item_ids": mine} | values))
    found = handed(world, project, item_ids=mine)
    assert found.beneficiary == project.beneficiaries.first()
    before = everything()
    with pytest.raises(Refused, match="BG-01 đã dùng"):
        handed(world, project)
    with pytest.raises(Refused, match="chưa bàn giao"):
        handed(world, project, item_ids=mine, number="BG-02")
    assert everything() == before
    client = visit(world.actor(*OFFICER))
    page = client.get(reverse("project_handover", args=[project.code]))
    assert len(page.context["form"].fields["items"].choices) == 1
    content = client.get(reverse("project_handover_pdf", args=[project.code, found.pk]))
    assert content.content.startswith(b"%PDF")
    assert "BG-01" in client.get(f"{project.get_absolute_url()}?tab=nghiem-thu").content.decode()


def test_handing_over_through_the_page(world, visit):
    project = make_project(world, state="accepted")
    client = visit(world.actor(*OFFICER))
    address = reverse("project_handover", args=[project.code])
    sent = {
        "version": project.version, "number": "BG-01", "handed_on": format_date(today()), "given_by": "Bà Giao",
        "items": [project.acceptances.get().items.get().pk], "received_by": "Ông Nhận",
    }  # fmt: skip
    assert client.post(address, sent | {"items": []}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 422
    assert Handover.objects.count() == 1
    assert client.get(address).status_code == 409
