"""How a place where persons stand is described: which fields, whose business, how long, and what hiding writes.

The descriptions themselves are in `where/`; everything else of this room (finding, export, hiding) reads only them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import camel_case_to_spaces

HIDDEN = "Đã ẩn"


class Kind(StrEnum):
    """What the person is to khuyến công."""

    USER = "Người dùng hệ thống"
    OWNER = "Chủ cơ sở, người đại diện"
    CONTACT = "Người liên hệ"
    COLLABORATOR = "Cộng tác viên"
    LEARNER = "Học viên"
    TRAINER = "Giảng viên, báo cáo viên"
    JUROR = "Thành viên hội đồng, giám khảo"
    PRESENT = "Người tham gia kiểm tra, nghiệm thu, bàn giao"
    COMPLAINANT = "Người khiếu nại"
    ASKER = "Người gửi câu hỏi, góp ý"
    RECIPIENT = "Người nhận tiền"
    SIGNER = "Người ký văn bản"
    ANY = "Người được nhắc đến"


class Sort(StrEnum):
    """What a field says of a person. `AFTER` says what hiding writes into a field of the sort."""

    NAME = "họ và tên"
    LOGIN = "tên đăng nhập"
    BIRTH = "năm sinh"
    GROUP = "giới tính, dân tộc"
    PHONE = "điện thoại"
    EMAIL = "thư điện tử"
    IDENTITY = "số định danh"
    ADDRESS = "địa chỉ"
    POSITION = "chức vụ"
    ACCOUNT = "tài khoản ngân hàng"
    TEXT = "lời có thể nhắc đến người"
    FILE = "tệp có thể nhắc đến người"
    COPY = "bản chép của các mục khác"
    SECRET = "bí mật để đăng nhập"  # noqa: S105  # the name of a sort


# Year of birth, sex and ethnicity stay: without name and number they are only counted, and reports count them.
STAYS = frozenset({Sort.BIRTH, Sort.GROUP, Sort.FILE})
AFTER: Mapping[Sort, Any] = {
    Sort.NAME: HIDDEN,
    Sort.LOGIN: "da-an-{pk}",
    Sort.TEXT: HIDDEN,
    Sort.PHONE: "",
    Sort.EMAIL: "",
    Sort.IDENTITY: "",
    Sort.ADDRESS: "",
    Sort.POSITION: "",
    Sort.ACCOUNT: "",
    Sort.SECRET: "",
}


@dataclass(frozen=True)
class Rule:
    """How long some persons are kept: counted `since` a day said in words, as many years as each agency's document says.

    `law`: what obliges an agency to keep them meanwhile; a number of years that no article at hand gives is never shipped.
    """

    key: str
    label: str
    since: str
    law: str = ""


ACCOUNTING = "Luật Kế toán 88/2015/QH13 Đ41 (thời hạn từng loại tài liệu: chờ xác minh)"
RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "papers",
            "Người trong hồ sơ đề án",
            "ngày quyết toán đề án, hoặc việc cuối cùng của đề án không thực hiện",
            ACCOUNTING,
        ),
        Rule("account", "Tài khoản đã khóa", "lần đăng nhập cuối cùng"),
        Rule("collaborator", "Cộng tác viên đã thôi nhiệm vụ", "ngày hết nhiệm kỳ cuối"),
        Rule("competition", "Người trong hồ sơ bình chọn", "ngày công bố kết quả"),
        Rule("question", "Người gửi câu hỏi, góp ý", "ngày trả lời hoặc đóng"),
        Rule("registration", "Đăng ký tài khoản đã có kết quả", "ngày quyết định"),
        Rule("survey", "Phiếu khảo sát đã xử lý", "ngày xử lý"),
        Rule("invitation", "Thư mời đã hết hạn", "ngày hết hạn"),
        Rule("import", "Dòng của danh sách cơ sở nhập từ Excel", "ngày nhập"),
        Rule("client", "Người liên hệ của khách hàng tư vấn", "ngày xong việc cuối cùng"),
        Rule("request", "Yêu cầu về dữ liệu cá nhân đã trả lời", "ngày trả lời"),
    )
}
NO_RULE = ""  # never by the passing of time, only when the person asks


@dataclass(frozen=True)
class Holding:
    """One model in which persons stand. Paths are those of `filter`.

    `owner` leads to the agency, or to the province, whose business the row is. `rule` and `since` (an expression for a day
    or moment; None: from the settlement of its đề án) say when it is hidden, `ended` which rows are no longer in use.
    `projects` leads to the đề án whose papers name the person: while one of them must be kept, so is the row. `account`
    leads to the user whose own row it is. `stays`, where given, is why such rows are never hidden one by one. `writes`
    overrides AFTER; `drops` are models with a `user` whose rows go with it; `noticed`: notices about it say what it says.
    A big table is not `searched`.
    """

    model: type[models.Model]
    kind: Kind
    fields: Mapping[str, Sort]
    owner: str = ""
    rule: str = NO_RULE
    since: Any = None
    ended: Q = field(default_factory=Q)
    in_use: str = ""
    projects: str = ""
    account: str = ""
    stays: str = ""
    writes: Mapping[str, Any] = field(default_factory=dict)
    drops: tuple[type[models.Model], ...] = ()
    noticed: bool = False
    searched: bool = True

    @property
    def key(self) -> str:
        """«training.Learner»: how rows of it are remembered."""
        return str(self.model._meta.label)  # noqa: SLF001  # Django documents it

    @property
    def label(self) -> str:
        """What its rows are called on pages: with the name of the record, where the model has one of ours."""
        meta = self.model._meta  # noqa: SLF001  # Django documents it
        named = str(meta.verbose_name)
        of_django = named == camel_case_to_spaces(str(meta.object_name))
        return str(self.kind) if of_django or named == self.kind.lower() else f"{self.kind} ({named})"

    def written(self, pk: int) -> dict[str, Any]:
        """What hiding writes into the row `pk`: by field, without those that stay."""
        found = {}
        for name, sort in self.fields.items():
            if name in self.writes:
                found[name] = self.writes[name]
            elif sort in AFTER:
                found[name] = AFTER[sort].format(pk=pk)
        return found
