"""The register of companies: what it says of a tax code, shown to a person before anything of it is used.

`look_up` is the seam. The answer is read in one form («mẫu tạm»: no public description of the national register's own could be
read): a JSON object, or one under "data", with "id" or "taxCode", "name", "address" and perhaps "status". Off without
REGISTER_URL. Of an identity number of a person nothing is asked: it does not leave the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings

from khuyencong.config_outside import PLACE, Service
from khuyencong.core.errors import Refused
from khuyencong.core.outside import NOT_JSON, OutsideError, send
from khuyencong.core.text import clean
from khuyencong.establishments.tax_code import check_tax_code, is_personal

OFF: Final = "Hệ thống này chưa nối với sổ đăng ký doanh nghiệp."
UNKNOWN: Final = "Sổ đăng ký doanh nghiệp không có mã số thuế này."
PERSONAL: Final = "Số định danh cá nhân không được gửi ra ngoài hệ thống: hãy điền theo giấy tờ của cơ sở."
EMPTY: Final = "Hãy ghi mã số thuế rồi tra."
BUSY: Final = (
    "Sổ đăng ký doanh nghiệp không trả lời được lúc này (mã {status}). Hãy thử lại sau, hoặc điền theo giấy tờ."
)
NAME, ADDRESS, STATUS = 300, 300, 100  # signs that are kept of each


@dataclass(frozen=True, slots=True)
class Company:
    """What the register says; "" where it says nothing."""

    tax_code: str
    name: str
    address: str
    status: str


def is_on() -> bool:
    """Whether the address of a register was written into the settings."""
    return settings.OUTSIDE.register is not None


def look_up(text: str) -> Company:
    """What the register says of a tax code as it was typed. Refused with a sentence that says what to do."""
    service: Service | None = settings.OUTSIDE.register
    if service is None:
        raise Refused(OFF)
    try:
        code = check_tax_code(text, "")
    except ValueError as error:
        raise Refused(str(error)) from None
    if not code:
        raise Refused(EMPTY)
    if is_personal(code):
        raise Refused(PERSONAL)
    headers = {"Accept": "application/json"}
    if service.token:
        headers["Authorization"] = f"Bearer {service.token}"
    try:
        answer = send("GET", service.url.replace(PLACE, code), headers=headers, chosen_by_operator=True)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Refused(UNKNOWN)
        if not answer.is_good:
            raise Refused(BUSY.format(status=answer.status))
        return _read(answer.json(), code)
    except OutsideError as error:
        raise Refused(error.sentence) from error


def _read(said: Any, code: str) -> Company:
    found = said.get("data", said) if isinstance(said, dict) else None
    if found is None:  # {"data": null}: the register knows no such code
        raise Refused(UNKNOWN)
    if not isinstance(found, dict):
        raise Refused(NOT_JSON)
    named = str(found.get("taxCode") or found.get("id") or "").strip()
    name = _text(found, "name", NAME)
    if named.replace("-", "") != code.replace("-", "") or not name:
        raise Refused(NOT_JSON)
    return Company(code, name, _text(found, "address", ADDRESS), _text(found, "status", STATUS))


def _text(found: dict[str, Any], name: str, longest: int) -> str:
    value = found.get(name)
    return clean(value)[:longest].strip() if isinstance(value, str) else ""
