"""Signed papers come home: read from real pictures of the very files that were made."""

import io
import struct
import zlib
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import Refused
from khuyencong.core.files import JPEG, PDF, PNG
from khuyencong.finance.tests import contracts
from khuyencong.papers import actions
from khuyencong.papers.codes import new_token, picture
from khuyencong.papers.filling import fill
from khuyencong.papers.models import Scan, ScanPage
from khuyencong.papers.pictures import count_pages, tokens_on
from khuyencong.papers.queries import upload_of
from khuyencong.papers.tests.making import FORM, OFFICER, blank, jpeg_of, make, pdf_of, sheet_of
from khuyencong.papers.turns import read_some
from tests.looking import signed_in

pytestmark = pytest.mark.django_db


def content_of(paper):
    with paper.file.open("rb") as file:
        return file.read()


def bring(world, *files, who=OFFICER, key=None):
    """Files as (name, bytes), read to the end."""
    actor, key = world.actor(*who), key or uuid4()
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    scans = actions.keep_scans(by=actor, upload=key, files=uploads)
    while upload_of(actor, key).runs:
        read_some(scan_id=scans[0].pk, by=actor)
    return upload_of(actor, key)


def test_code_of_a_paper_is_found_on_its_picture():
    """The picture inside the file, printed 17 mm wide: straight, turned, upside down, as a photo, on a darker sheet."""
    token = new_token()
    content = fill(FORM.template.read_bytes(), FORM.sample, form=FORM, token=token)
    for turned in (0, 3, 90, 180):
        page = sheet_of(content, turned=turned)
        assert tokens_on(pdf_of(page), PDF.content_type, 1) == [token], turned
        assert tokens_on(jpeg_of(page), JPEG.content_type, 1) == [token], turned
    assert tokens_on(pdf_of(blank()), PDF.content_type, 1) == []
    with Image.open(io.BytesIO(picture("7" * 18))) as wrong:  # its check does not fit
        page = blank()
        page.paste(wrong.convert("L"), (200, 200))
    assert tokens_on(jpeg_of(page), JPEG.content_type, 1) == []


def _png_of_size(width, height):
    """A picture of that size in a few bytes: what it would unpack to is what counts."""

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\x00")) + part(b"IEND", b"")


def test_hostile_pictures_are_refused():
    for content, kind in (
        (_png_of_size(60_000, 60_000), PNG),
        (_png_of_size(9_000, 9_000), PNG),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, PNG),
        (b"\xff\xd8\xff" + b"0" * 50, JPEG),
        (b"%PDF-1.7\nnothing", PDF),
        (pdf_of(*[Image.new("1", (20, 20))] * 301), PDF),
    ):
        with pytest.raises(Refused):
            count_pages(content, kind.content_type)
    cut = _png_of_size(100, 100)  # a head that promises more than there is
    assert count_pages(cut, PNG.content_type) == 1
    with pytest.raises(Refused):
        tokens_on(cut, PNG.content_type, 1)
    large = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(large, "PDF", resolution=72)
    with pytest.raises(Refused, match="quá lớn"):
        tokens_on(large.getvalue(), PDF.content_type, 1)


def test_several_papers_in_one_file_find_their_records(world):
    contract = contracts.sign(world, contracts.approved(world))
    first, second = make(world, contract), make(world, contract)
    stranger = make(world, contracts.prepare(world, contracts.approved(world)), who=("dong-thap", "officer"))
    unknown = fill(FORM.template.read_bytes(), FORM.sample, form=FORM, token=new_token())
    pages = [
        blank(),
        sheet_of(content_of(first)),
        blank(),
        sheet_of(content_of(second), turned=180),
        sheet_of(unknown),
        blank(),
        sheet_of(content_of(first), turned=2),
    ]
    found = bring(world, ("da-ky.pdf", pdf_of(*pages)), ("anh.jpg", jpeg_of(sheet_of(content_of(second)))))
    assert {paper.pk: [(one.scan.name, one.number, one.by_code) for one in rows] for paper, rows in found.found} == {
        first.pk: [("da-ky.pdf", 2, True), ("da-ky.pdf", 3, False), ("da-ky.pdf", 7, True)],
        second.pk: [("da-ky.pdf", 4, True), ("anh.jpg", 1, True)],
    }
    told = {one.number: one.told for one in found.loose}
    assert list(told) == [1, 5, 6]
    assert "không có giấy nào ở các trang trước" in told[1]
    assert "không có trong hệ thống" in told[5]
    assert "trang trước cũng chưa gắn" in told[6]
    client = signed_in(world.actor(*OFFICER))
    page = client.get(first.get_absolute_url()).content.decode()
    scan = found.scans[0]
    assert "Đã ký" in page
    assert scan.sha256 in page
    assert reverse("scan_page", args=[scan.pk, 2]) in page
    shown = client.get(reverse("scan_page", args=[scan.pk, 2]))
    with Image.open(io.BytesIO(shown.content)) as jpeg:
        assert jpeg.format == "JPEG"
    assert AuditEvent.objects.filter(action="paper.signed", thread=contract.thread).count() == 4
    # By hand: the sheet before all codes.
    loose = found.loose[0]
    answer = client.post(reverse("paper_attach", args=[second.pk]), {"version": second.version, "pages": [loose.pk]})
    assert answer.status_code == 302
    assert list(second.pages.order_by("pk").values_list("number", "by_code")) == [(4, True), (1, True), (1, False)] or (
        ScanPage.objects.get(pk=loose.pk).paper == second
    )
    with pytest.raises(Refused):
        actions.attach_pages(paper_id=first.pk, by=world.actor(*OFFICER), version=first.version, page_ids=[loose.pk])
    # The unit sees the contract, so it sees the pages of its paper, but neither the other pages nor the file.
    unit = signed_in(world.actor("dong-thap-centre", "officer"))
    assert unit.get(reverse("scan_page", args=[scan.pk, 2])).status_code == 200
    assert unit.get(reverse("scan_page", args=[scan.pk, 5])).status_code == 404
    assert unit.get(reverse("scan_file", args=[scan.pk])).status_code == 404
    assert unit.get(scan.get_absolute_url()).status_code == 404
    assert client.get(reverse("scan_page", args=[scan.pk, 99])).status_code == 404
    assert client.get(reverse("scan_file", args=[scan.pk])).content == pdf_file(scan)
    # Out of scope: the paper is not told of, the page is kept.
    abroad = bring(world, ("khac.jpg", jpeg_of(sheet_of(content_of(stranger)))), who=("phu-tho", "officer"))
    assert abroad.found == []
    assert "không thuộc phạm vi" in abroad.loose[0].told
    assert not stranger.pages.exists()


def pdf_file(scan):
    with scan.file.open("rb") as file:
        return file.read()


def test_upload_is_kept_once_or_not_at_all(world):
    client, address, key = signed_in(world.actor(*OFFICER)), reverse("paper_scans"), uuid4()
    good = pdf_of(*[blank()] * 7)

    def send(*contents, key=key):
        files = [SimpleUploadedFile(f"{at}.pdf", one) for at, one in enumerate(contents)]
        return client.post(address, {"creation_key": key, "scans": files})

    assert send(good, b"%PDF-1.7 broken").status_code == 422
    assert not Scan.objects.exists()
    for _ in range(2):
        assert send(good).url == reverse("paper_upload", args=[key])
    again = send(good, key=uuid4())
    assert again.status_code == 422
    assert "đã được tải lên" in again.content.decode()
    scan = Scan.objects.get()
    # Two turns without script; a page that is behind takes nothing twice.
    go_on = reverse("paper_upload_go_on", args=[key])
    for read in (5, 7, 7):
        assert client.post(go_on).url == scan.get_absolute_url()
        scan.refresh_from_db()
        assert scan.read == read
    assert scan.pages.count() == 7
    assert "Trang chưa gắn" in client.get(scan.get_absolute_url()).content.decode()
    assert client.post(go_on, headers={"HX-Request": "true"})["HX-Redirect"] == scan.get_absolute_url()
    auditor = signed_in(world.actor("dong-thap", "auditor"))
    assert auditor.post(address, {"creation_key": uuid4(), "scans": []}).status_code == 403
    assert auditor.get(scan.get_absolute_url()).status_code == 200
