"""Signed papers come back: files are kept, their pages are read one by one, and each page finds its paper by its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import Entry, record, record_many
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_moment
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.files import CheckedUpload, check_upload
from khuyencong.papers.codes import readable
from khuyencong.papers.door import lock_paper
from khuyencong.papers.models import Paper, Scan, ScanPage
from khuyencong.papers.pictures import count_pages, tokens_on
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.projects.keeping import files_or_nothing

MOST_FILES = 20
READ_ALREADY = "Trang này đã được đọc ở một trang khác."
NO_CODE = "Không thấy mã QR, và không có giấy nào ở các trang trước của tệp."
AFTER_NOTHING = "Không thấy mã QR; trang trước cũng chưa gắn được."


@dataclass(frozen=True)
class _Brought:
    checked: CheckedUpload
    content: bytes
    count: int


def keep_scans(*, by: Actor, upload: UUID, files: Sequence[UploadedFile[bytes]]) -> list[Scan]:
    """Keep the files of one form; nothing is read yet. The same `upload` twice gives the first files back.

    Raises NotAllowed, and Refused, with the file's name, where one is no scan, too large, or was brought already: then none is kept.
    """
    require(by, Permission.PAPER_MAKE, Scan(agency=by.agency))
    earlier = list(Scan.objects.filter(upload=upload).order_by("position"))
    if earlier:
        if earlier[0].uploaded_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if not 0 < len(files) <= MOST_FILES:
        raise Refused(f"Hãy chọn từ 1 đến {MOST_FILES} tệp.")
    brought = [_look(one) for one in files]
    if len({one.checked.sha256 for one in brought}) != len(brought):
        raise Refused("Một tệp được chọn hai lần.")
    with files_or_nothing() as kept, transaction.atomic():
        # One upload of an agency at a time: what another one just brought must be seen.
        Agency.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.agency.pk)
        _refuse_known(by, brought)
        scans = [_kept(one, at, by=by, upload=upload, kept=kept) for at, one in enumerate(brought, start=1)]
        entries = [
            Entry("paper.scan", one, one.thread, after={"tệp": one.name, "số trang": one.count, "sha256": one.sha256})
            for one in scans
        ]
        record_many(entries=entries, by=by)
    return scans


def _look(upload: UploadedFile[bytes]) -> _Brought:
    checked = check_upload(upload)
    content = upload.read()
    try:
        return _Brought(checked, content, count_pages(content, checked.content_type))
    except Refused as refusal:
        raise Refused(f"Tệp «{checked.name[:100]}»: {refusal}") from None


def _refuse_known(by: Actor, brought: Sequence[_Brought]) -> None:
    same = Scan.objects.filter(agency=by.agency, sha256__in=[one.checked.sha256 for one in brought]).first()
    if same is not None:
        raise Refused(f"Tệp «{same.name}» đã được tải lên lúc {format_moment(same.uploaded_at)}: mỗi tệp tải một lần.")


def _kept(one: _Brought, at: int, *, by: Actor, upload: UUID, kept: list[str]) -> Scan:
    scan = Scan(
        upload=upload,
        position=at,
        agency=by.agency,
        name=one.checked.name,
        content_type=one.checked.content_type,
        size=one.checked.size,
        sha256=one.checked.sha256,
        count=one.count,
        uploaded_by=by.user,
    )
    scan.file.save(one.checked.arrive(), ContentFile(one.content), save=False)
    kept.append(scan.file.name or "")
    scan.save()
    return scan


def read_page(*, scan_id: int, by: Actor, number: int, content: bytes) -> Scan:
    """Read the codes on page `number` of the scan whose bytes are `content`, and give the page to its paper.

    A page without a code belongs to the paper of the page before it in the same file. Raises NotAllowed, and Stale where the page
    was read meanwhile.
    """
    scan = Scan.objects.get(pk=scan_id)
    require(by, Permission.PAPER_MAKE, scan)
    # Looked at before the transaction: it takes a while, and nobody waits for it.
    told = ""
    tokens: list[str] = []
    try:
        tokens = tokens_on(content, scan.content_type, number)
    except Refused as refusal:
        told = str(refusal)
    with transaction.atomic():
        scan = Scan.objects.select_for_update(of=("self",)).select_related("agency").get(pk=scan_id)
        if scan.read != number - 1:
            raise Stale(READ_ALREADY)
        pages = [ScanPage(scan=scan, number=number, told=told)] if told else _pages(scan, number, tokens, by)
        first = [one.paper for one in pages if one.by_code and one.paper]
        ScanPage.objects.bulk_create(pages)
        scan.read = number
        scan.save(update_fields=["read"])
        entries = [
            Entry("paper.signed", one, one.thread, after={"giấy tờ": str(one), "bản quét": scan.name, "trang": number})
            for one in first
        ]
        record_many(entries=entries, by=by)
    return scan


def _pages(scan: Scan, number: int, tokens: Sequence[str], by: Actor) -> list[ScanPage]:
    """To whom the page belongs: to each paper whose code it bears, else to that of the page before."""
    if not tokens:
        before = list(scan.pages.filter(number=number - 1).select_related("paper").order_by("-pk"))
        paper = before[0].paper if before else None
        told = "" if paper else AFTER_NOTHING if before else NO_CODE
        return [ScanPage(scan=scan, number=number, paper=paper, told=told)]
    known = {one.token: one for one in Paper.objects.filter(token__in=tokens).select_related("agency")}
    pages = []
    for token in tokens:
        paper = known.get(token)
        told = ""
        if paper is None:
            told = f"{readable(token)} không có trong hệ thống."
        elif not allowed(by, Permission.PAPER_VIEW, paper):
            paper, told = None, f"{readable(token)} không thuộc phạm vi của cơ quan bạn."
        pages.append(ScanPage(scan=scan, number=number, paper=paper, by_code=paper is not None, told=told))
    return pages


@transaction.atomic
def attach_pages(*, paper_id: int, by: Actor, version: int, page_ids: Sequence[int]) -> Paper:
    """Give pages whose code nobody could read to the paper by hand. Raises NotAllowed, Stale, Refused for one that is not free."""
    paper = lock_paper(paper_id, by=by, version=version)
    pages = ScanPage.objects.select_for_update(of=("self",)).select_related("scan")
    found = list(pages.filter(pk__in=set(page_ids), paper__isnull=True, scan__agency__in=by.agency_ids))
    if not found or len(found) != len(set(page_ids)):
        raise Refused("Hãy chọn ít nhất một trang chưa gắn vào giấy nào.")
    for page in found:
        page.paper, page.told = paper, ""
        page.save(update_fields=["paper", "told"])
    paper.version += 1
    paper.save(update_fields=["version"])
    after = {"giấy tờ": str(paper), "trang": "; ".join(str(one) for one in found)}
    record(action="paper.attach", by=by, subject=paper, thread=paper.thread, after=after)
    return paper
