"""An establishment takes another name: the old one is kept and found."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.establishments.door import lock_establishment, thread_of
from khuyencong.establishments.duplicates import raise_suspicions
from khuyencong.establishments.models import Establishment, FormerName
from khuyencong.people.actors import Actor


@transaction.atomic
def rename_establishment(
    *, establishment_id: int, by: Actor, version: int, name: str, document: str, on: date
) -> Establishment:
    """Give the establishment its new name from the day `on`, by a document; the old name stays as a former one.

    For a slip of the pen there is `update_establishment`. Raises NotAllowed, Stale, Refused.
    """
    establishment = lock_establishment(establishment_id, by=by, version=version)
    new, old = name.strip(), establishment.name
    if not new or new == old:
        raise Refused("Hãy ghi tên mới, khác tên đang dùng.")
    if not document.strip():
        raise Refused("Hãy ghi giấy tờ đổi tên. Nếu chỉ gõ sai thì chọn «Sửa».")
    if on > today():
        raise Refused("Ngày đổi tên không được ở tương lai.")
    earlier = establishment.formernames.filter(until_on__gt=on).first()
    if earlier is not None and earlier.until_on is not None:
        raise Refused(f"Ngày đổi tên không được trước lần đổi tên trước ({format_date(earlier.until_on)}).")
    # Back to a name of before: it is a former one no longer.
    establishment.formernames.filter(name=new).delete()
    FormerName.objects.update_or_create(
        establishment=establishment, name=old, defaults={"until_on": on, "document": document.strip()}
    )
    establishment.name = new
    establishment.version += 1
    establishment.save()
    raise_suspicions([establishment.pk])
    record(
        action="establishment.rename",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        before={"name": old},
        after={"name": new, "giấy tờ": document.strip(), "từ ngày": on.isoformat()},
    )
    return establishment
