"""An agency's own templates: a new version, and which version is in force."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.files import DOCX, check_upload
from khuyencong.papers.drawing_up import SHIPPED
from khuyencong.papers.filling import try_template
from khuyencong.papers.form import Form
from khuyencong.papers.models import PaperTemplate, TemplateUse
from khuyencong.papers.models.template import thread_of, use_version
from khuyencong.papers.opening import MAX_BYTES, MEGABYTE, NO_WORD
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing

NO_SUCH = "Không có bản mẫu này."
STALE = "Mẫu đang dùng đã được đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."


def add_template(*, form: Form, by: Actor, creation_key: UUID, upload: UploadedFile[bytes]) -> PaperTemplate:
    """Look at a template, try it on made-up data and keep it as the next version; it is not in force by that.

    Raises NotAllowed, and Refused with every reason why papers cannot be made with it.
    """
    found = PaperTemplate(agency=by.agency, form=form.code, creation_key=creation_key, uploaded_by=by.user)
    require(by, Permission.PAPER_TEMPLATE, found)
    earlier = PaperTemplate.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.uploaded_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if (upload.size or 0) > MAX_BYTES:
        raise Refused(f"Mẫu lớn hơn {MAX_BYTES // MEGABYTE} MB.")
    checked = check_upload(upload)
    if checked.content_type != DOCX.content_type:
        raise Refused(NO_WORD)
    content = upload.read()
    tried = try_template(content, form)
    if tried.problems:
        raise Refused(" ".join(tried.problems))
    found.name, found.size, found.sha256 = checked.name, checked.size, checked.sha256
    with files_or_nothing() as kept, transaction.atomic():
        # Versions are numbered one after another: one upload of an agency at a time.
        Agency.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.agency.pk)
        versions = PaperTemplate.objects.filter(agency=by.agency, form=form.code)
        same = versions.filter(sha256=found.sha256).exclude(creation_key=creation_key).first()
        if same is not None:
            raise Refused(f"Tệp này đã có: {same}.")
        found.number = 1 + (versions.order_by("-number").values_list("number", flat=True).first() or 0)
        found.file.save(checked.arrive(), ContentFile(content), save=False)
        kept.append(found.file.name or "")
        again = save_once(found, author="uploaded_by")
        if again is not None:
            found.file.storage.delete(kept[0])
            return again
        after = {"mẫu": form.title, "bản": found.number, "tệp": found.name, "sha256": found.sha256}
        record(action="paper.template", by=by, subject=found, thread=found.thread, after=after)
    return found


@transaction.atomic
def put_in_force(*, form: Form, by: Actor, version: int, number: int) -> TemplateUse:
    """Make papers with version `number` of the agency's template from now on, 0: with the shipped one; an older one is a roll-back.

    `version` is `use_version` as the page showed it. Raises NotAllowed, Stale, Refused.
    """
    require(by, Permission.PAPER_TEMPLATE, PaperTemplate(agency=by.agency))
    Agency.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.agency.pk)
    uses = TemplateUse.objects.filter(agency=by.agency, form=form.code).select_related("template__agency")
    if use_version(by.agency.pk, form.code) != version:
        raise Stale(STALE)
    found = PaperTemplate.objects.filter(agency=by.agency, form=form.code, number=number).first()
    if number and found is None:
        raise Refused(NO_SUCH)
    before = uses.first()
    if (before.template_id if before else None) == (found.pk if found else None):
        raise Refused("Mẫu này đang được dùng.")
    use = TemplateUse.objects.create(agency=by.agency, form=form.code, template=found, put_by=by.user)
    record(
        action="paper.template_use",
        by=by,
        subject=use,
        thread=thread_of(by.agency.pk, form.code),
        before={"mẫu đang dùng": str(before) if before else SHIPPED},
        after={"mẫu đang dùng": str(use), "giấy tờ": form.title},
    )
    return use
