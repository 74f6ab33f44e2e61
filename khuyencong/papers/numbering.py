"""Numbers from the agency's document system: the seam where a paper gets the number under which it goes out.

Off without NUMBERING_URL; then people write the number that the office gave. Asked is by POST with a JSON object
{"ma_giay", "loai", "trich_yeu", "co_quan"}; answered with {"so": "125/SCT-QLCN"} («mẫu tạm»: each document system has its own
form). The code of the paper goes along as Idempotency-Key, so that a paper that asks twice gets one number.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.conf import settings

from khuyencong.config_outside import Service
from khuyencong.core.errors import Refused
from khuyencong.core.outside import NOT_JSON, OutsideError, send
from khuyencong.core.text import clean
from khuyencong.papers.models import Paper
from khuyencong.papers.models.paper import NUMBER_LENGTH

OFF: Final = "Hệ thống này chưa nối với hệ thống văn bản: hãy ghi số do văn thư cấp."
BUSY: Final = "Hệ thống văn bản không cấp số được lúc này (mã {status}). Hãy thử lại sau, hoặc ghi số do văn thư cấp."


def is_on() -> bool:
    """Whether the address of a document system was written into the settings."""
    return settings.OUTSIDE.numbering is not None


def ask_number(paper: Paper) -> str:
    """The number that the document system gives to a paper; nothing is written down here. Refused with a sentence."""
    service: Service | None = settings.OUTSIDE.numbering
    if service is None:
        raise Refused(OFF)
    asked = {
        "ma_giay": paper.token,
        "loai": paper.form,
        "trich_yeu": paper.title,
        "co_quan": paper.agency.code,
    }
    headers = {"Accept": "application/json", "Content-Type": "application/json", "Idempotency-Key": paper.token}
    if service.token:
        headers["Authorization"] = f"Bearer {service.token}"
    body = json.dumps(asked, ensure_ascii=False).encode()
    try:
        answer = send("POST", service.url, body=body, headers=headers, chosen_by_operator=True)
        if not answer.is_good:
            raise Refused(BUSY.format(status=answer.status))
        return _number(answer.json())
    except OutsideError as error:
        raise Refused(error.sentence) from error


def _number(said: Any) -> str:
    number = said.get("so") if isinstance(said, dict) else None
    if not isinstance(number, str) or not clean(number).strip() or len(number) > NUMBER_LENGTH:
        raise Refused(NOT_JSON)
    return clean(number).strip()
