"""How many years an agency keeps what."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.persons.holding import RULES
from khuyencong.persons.keeping import terms_of
from khuyencong.persons.models import MOST_YEARS, RetentionTerm


@transaction.atomic
def keep_term(*, by: Actor, creation_key: UUID, rule: str, years: int, document: str) -> RetentionTerm:
    """Set how many years the agency keeps the persons of `rule`, by its document. Raises NotAllowed, Refused."""
    require(by, Permission.PERSON_DATA_KEEP)
    earlier = RetentionTerm.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.set_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    term = RetentionTerm(
        creation_key=creation_key, agency=by.agency, rule=rule, years=years, document=document.strip(), set_by=by.user
    )
    require(by, Permission.PERSON_DATA_KEEP, term)
    if rule not in RULES:
        raise Refused("Không có loại dữ liệu này: hãy chọn lại.")
    if not 1 <= years <= MOST_YEARS:
        raise Refused(f"Số năm từ 1 đến {MOST_YEARS}.")
    if not term.document:
        raise Refused("Hãy ghi văn bản quy định thời hạn này.")
    before = terms_of(by).get(rule)
    made = save_once(term, author="set_by")
    if made is not None:
        return made
    record(
        action="person_data.term",
        by=by,
        subject=term,
        thread=term.thread,
        before=_told(before) if before else None,
        after=_told(term),
    )
    return term


def _told(term: RetentionTerm) -> dict[str, object]:
    return {"loại": RULES[term.rule].label, "số năm": term.years, "văn bản": term.document}
