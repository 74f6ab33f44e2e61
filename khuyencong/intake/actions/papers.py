"""Papers and photos that belong to a request."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload, check_upload
from khuyencong.intake.door import lock_writable, touch
from khuyencong.intake.models import RequestPaper, SupportRequest
from khuyencong.people.actors import Actor

MAX_PAPERS = 40
HEIC = (".heic", ".heif")
NO_HEIC = (
    "Ảnh HEIC của iPhone chưa đọc được ở đây: hãy chụp bằng nút «Chụp ảnh» trên trang này, "
    "hoặc vào Cài đặt > Camera > Định dạng, chọn «Tương thích nhất» rồi chụp lại."
)


def add_papers(
    *, request_id: int, by: Actor, version: int, title: str, uploads: Sequence[UploadedFile[bytes]]
) -> list[RequestPaper]:
    """Keep files with the request under made-up names, outside the web root; all of them or none.

    Raises NotAllowed, Stale, and Refused where one is empty, too large, of another type, or there already. When the
    database refuses, the files on disk are removed again.
    """
    checked = [(upload, _check(upload)) for upload in uploads]
    storage = RequestPaper._meta.get_field("file").storage  # noqa: SLF001  # Django's documented way to a field
    stored: list[str] = []
    try:
        with transaction.atomic():
            request = lock_writable(request_id, by=by, version=version)
            _check_room(request, [found for _, found in checked])
            papers = []
            for upload, found in checked:
                paper = RequestPaper(
                    request=request,
                    title=title,
                    file_name=found.name[:200],
                    content_type=found.content_type,
                    size=found.size,
                    sha256=found.sha256,
                    uploaded_by=by.user,
                )
                paper.file.save(found.arrive(), upload, save=False)
                stored.append(paper.file.name or "")
                paper.save()
                papers.append(paper)
            touch(request)
            record(
                action="request.add_papers",
                by=by,
                subject=request,
                thread=request.thread,
                after={
                    "giấy tờ": title,
                    "tệp": [{"tên": one.name, "dung lượng": one.size, "sha256": one.sha256} for _, one in checked],
                },
            )
    except Exception:
        for name in stored:
            storage.delete(name)
        raise
    return papers


@transaction.atomic
def remove_paper(*, request_id: int, by: Actor, version: int, paper_id: int) -> None:
    """Take a paper out of a request that is being written; the trail keeps its name. Raises NotAllowed, Stale, Refused."""
    request = lock_writable(request_id, by=by, version=version)
    paper = request.papers.filter(pk=paper_id).first()
    if paper is None:
        raise Refused("Giấy tờ này không còn trong đề nghị.")
    path, storage = paper.file.name or "", paper.file.storage
    before = {"giấy tờ": paper.title, "tệp": paper.file_name, "sha256": paper.sha256}
    paper.delete()
    touch(request)
    transaction.on_commit(lambda: storage.delete(path), robust=True)
    record(action="request.remove_paper", by=by, subject=request, thread=request.thread, before=before)


def _check(upload: UploadedFile[bytes]) -> CheckedUpload:
    if (upload.name or "").lower().endswith(HEIC):
        raise Refused(NO_HEIC)
    return check_upload(upload)


def _check_room(request: SupportRequest, checked: Sequence[CheckedUpload]) -> None:
    if not checked:
        raise Refused("Hãy chụp ảnh hoặc chọn ít nhất một tệp.")
    there = set(request.papers.values_list("sha256", flat=True))
    if len(there) + len(checked) > MAX_PAPERS:
        raise Refused(f"Một đề nghị có tối đa {MAX_PAPERS} tệp.")
    for one in checked:
        if one.sha256 in there:
            raise Refused(f"Tệp «{one.name[:100]}» đã có trong đề nghị.")
        there.add(one.sha256)
