"""Who may do what: the whole matrix on one page, and the only source of it.

Read a line of MATRIX as "these roles may, if their agency stands in this relation to the record". A record answers
`related_agency_id(relation)` and `is_in_scope(actor)`; what a record's state allows besides is the business of its room.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from khuyencong.core.errors import NotAllowed
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.roles import Role


class Relation(StrEnum):
    """How an agency stands to a record."""

    IMPLEMENTING = "implementing"
    DEPARTMENT = "department"
    FUNDER = "funder"
    NATIONAL = "national"
    OWN = "own"
    IN_SCOPE = "in_scope"

    @property
    def label(self) -> str:
        return _RELATION_LABELS[self]


_RELATION_LABELS = {
    Relation.IMPLEMENTING: "đơn vị thực hiện",
    Relation.DEPARTMENT: "Sở Công Thương của tỉnh",
    Relation.FUNDER: "cơ quan cấp kinh phí",
    Relation.NATIONAL: "Cục",
    Relation.OWN: "cơ quan của bản ghi",
    Relation.IN_SCOPE: "trong phạm vi",
}


class Permission(StrEnum):
    PROJECT_VIEW = "project_view"
    PROJECT_EDIT = "project_edit"
    PROJECT_SUBMIT = "project_submit"
    PROJECT_WITHDRAW = "project_withdraw"
    RECORD_HISTORY = "record_history"
    APPRAISE_BASE = "appraise_base"
    APPRAISE_CENTRAL = "appraise_central"
    PLAN_EDIT = "plan_edit"
    PLAN_APPROVE = "plan_approve"
    ENVELOPE_GIVE = "envelope_give"
    CONTRACT_SIGN = "contract_sign"
    PAYMENT_PREPARE = "payment_prepare"
    PAYMENT_APPROVE = "payment_approve"
    ACCEPTANCE_RECORD = "acceptance_record"
    SETTLE = "settle"
    RECOVER = "recover"
    PROJECT_STOP = "project_stop"
    ESTABLISHMENT_VIEW = "establishment_view"
    ESTABLISHMENT_EDIT = "establishment_edit"
    REPORT_VIEW = "report_view"
    REPORT_EXPORT = "report_export"
    FILE_DOWNLOAD = "file_download"
    AUDIT_VIEW = "audit_view"
    MATRIX_VIEW = "matrix_view"
    NORM_EDIT = "norm_edit"
    NORM_CONFIRM = "norm_confirm"
    TRIAL_VIEW = "trial_view"
    TRIAL_MAKE = "trial_make"

    @property
    def label(self) -> str:
        return EXPLANATIONS[self][0]

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self][1]


@dataclass(frozen=True)
class Grant:
    """These roles, at an agency in this relation (None: no record is concerned), may.

    `kinds` narrows to kinds of agencies; `only_without` to records that have no agency in that other relation.
    """

    roles: frozenset[Role]
    relation: Relation | None
    kinds: frozenset[AgencyKind] | None = None
    only_without: Relation | None = None


class Governed(Protocol):
    """What a record must answer so that its permissions can be judged."""

    def related_agency_id(self, relation: Relation) -> int | None: ...

    def is_in_scope(self, actor: Actor) -> bool: ...


def _to(
    relation: Relation | None, *roles: Role, kinds: tuple[AgencyKind, ...] = (), only_without: Relation | None = None
) -> Grant:
    return Grant(frozenset(roles), relation, frozenset(kinds) or None, only_without)


_P, _R = Permission, Relation
_EVERYBODY = tuple(Role)
_OFFICER, _APPRAISER, _LEADER, _ACCOUNTANT = Role.OFFICER, Role.APPRAISER, Role.LEADER, Role.ACCOUNTANT

# A project that skips the base appraisal (regional centre, several provinces) has no DEPARTMENT: then the Cục accepts it (Mẫu 5c).
_ACCEPTANCE = (
    _to(_R.DEPARTMENT, _OFFICER, _APPRAISER),
    _to(_R.NATIONAL, _OFFICER, _APPRAISER, only_without=_R.DEPARTMENT),
)
# Norms are read in the documents by the department for its province and by the national agency for the nation.
_LAW_KEEPERS = (AgencyKind.DEPARTMENT, AgencyKind.NATIONAL)

MATRIX: dict[Permission, tuple[Grant, ...]] = {
    _P.PROJECT_VIEW: (_to(_R.IN_SCOPE, *_EVERYBODY),),
    _P.PROJECT_EDIT: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.PROJECT_SUBMIT: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.PROJECT_WITHDRAW: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.RECORD_HISTORY: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.APPRAISE_BASE: (_to(_R.DEPARTMENT, _APPRAISER),),
    _P.APPRAISE_CENTRAL: (_to(_R.NATIONAL, _APPRAISER),),
    _P.PLAN_EDIT: (_to(_R.OWN, _OFFICER, _APPRAISER, kinds=(AgencyKind.DEPARTMENT, AgencyKind.NATIONAL)),),
    _P.PLAN_APPROVE: (_to(_R.FUNDER, _LEADER), _to(_R.OWN, _LEADER)),
    _P.ENVELOPE_GIVE: (_to(_R.OWN, _ACCOUNTANT),),
    _P.CONTRACT_SIGN: (_to(_R.FUNDER, _LEADER),),
    _P.PAYMENT_PREPARE: (_to(_R.FUNDER, _ACCOUNTANT),),
    _P.PAYMENT_APPROVE: (_to(_R.FUNDER, _LEADER),),
    _P.ACCEPTANCE_RECORD: _ACCEPTANCE,
    _P.SETTLE: (_to(_R.FUNDER, _ACCOUNTANT),),
    _P.RECOVER: (_to(_R.FUNDER, _ACCOUNTANT),),
    _P.PROJECT_STOP: (_to(_R.FUNDER, _LEADER),),
    _P.ESTABLISHMENT_VIEW: (_to(_R.IN_SCOPE, *_EVERYBODY),),
    _P.ESTABLISHMENT_EDIT: (_to(_R.IN_SCOPE, _OFFICER, _APPRAISER),),
    _P.REPORT_VIEW: (_to(None, *_EVERYBODY),),
    _P.REPORT_EXPORT: (_to(None, *_EVERYBODY),),
    _P.FILE_DOWNLOAD: (_to(_R.IN_SCOPE, *_EVERYBODY),),
    _P.AUDIT_VIEW: (_to(_R.IN_SCOPE, Role.AUDITOR, Role.ADMINISTRATOR),),
    _P.MATRIX_VIEW: (_to(None, Role.ADMINISTRATOR),),
    _P.NORM_EDIT: (_to(_R.OWN, _OFFICER, _APPRAISER, kinds=_LAW_KEEPERS),),
    _P.NORM_CONFIRM: (_to(_R.OWN, _APPRAISER, _LEADER, kinds=_LAW_KEEPERS),),
    _P.TRIAL_VIEW: (_to(_R.IN_SCOPE, *_EVERYBODY),),
    _P.TRIAL_MAKE: (_to(_R.OWN, _OFFICER, _APPRAISER, _LEADER, kinds=_LAW_KEEPERS),),
}

# Label and one sentence, for the page "Ai được làm gì" and for refusals.
EXPLANATIONS: dict[Permission, tuple[str, str]] = {
    _P.PROJECT_VIEW: ("Xem đề án", "Mở trang đề án và danh sách đề án trong phạm vi cơ quan mình."),
    _P.PROJECT_EDIT: ("Lập và sửa đề án", "Tạo, sửa đề án dự thảo: dự toán, đơn vị thụ hưởng, tệp hồ sơ."),
    _P.PROJECT_SUBMIT: ("Trình đề án", "Gửi hồ sơ đề án đi thẩm định."),
    _P.PROJECT_WITHDRAW: ("Rút đề án", "Rút đề án khi chưa nằm trong kế hoạch nào."),
    _P.RECORD_HISTORY: ("Nhập đề án đã xong", "Ghi lại đề án của các năm trước, đã quyết toán ngoài hệ thống."),
    _P.APPRAISE_BASE: ("Thẩm định cấp cơ sở", "Ghi kết quả thẩm định của Sở Công Thương theo năm nội dung."),
    _P.APPRAISE_CENTRAL: ("Thẩm định cấp Bộ", "Ghi kết quả thẩm định của Cục cho đề án khuyến công quốc gia."),
    _P.PLAN_EDIT: ("Lập kế hoạch năm", "Đưa đề án vào kế hoạch năm, theo nguồn và đợt, của cơ quan mình."),
    _P.PLAN_APPROVE: (
        "Phê duyệt kế hoạch",
        "Ghi quyết định phê duyệt kế hoạch và các đề án trong đó, trong hạn mức được giao.",
    ),
    _P.ENVELOPE_GIVE: ("Giao dự toán", "Ghi dự toán được giao của năm và nguồn cho cơ quan mình."),
    _P.CONTRACT_SIGN: ("Ký hợp đồng", "Ký hợp đồng hoặc giao nhiệm vụ cho đề án đã được phê duyệt."),
    _P.PAYMENT_PREPARE: ("Lập chứng từ chi", "Lập đề nghị tạm ứng hoặc thanh toán để lãnh đạo duyệt."),
    _P.PAYMENT_APPROVE: ("Duyệt chi", "Duyệt khoản tạm ứng, thanh toán do người khác lập."),
    _P.ACCEPTANCE_RECORD: ("Ghi nghiệm thu", "Ghi biên bản nghiệm thu cơ sở theo đơn vị thụ hưởng và hạng mục."),
    _P.SETTLE: ("Quyết toán", "Quyết toán đề án với đơn vị thực hiện."),
    _P.RECOVER: ("Thu hồi kinh phí", "Ghi thu hồi phần đã tạm ứng mà không được nghiệm thu."),
    _P.PROJECT_STOP: ("Ngừng đề án", "Quyết định ngừng thực hiện đề án đã phê duyệt."),
    _P.ESTABLISHMENT_VIEW: ("Xem cơ sở công nghiệp nông thôn", "Mở hồ sơ cơ sở trong phạm vi cơ quan mình."),
    _P.ESTABLISHMENT_EDIT: (
        "Cập nhật cơ sở công nghiệp nông thôn",
        "Đăng ký, sửa hồ sơ cơ sở trong phạm vi cơ quan mình.",
    ),
    _P.REPORT_VIEW: ("Xem báo cáo", "Xem số liệu tổng hợp của các đề án trong phạm vi cơ quan mình."),
    _P.REPORT_EXPORT: ("Tải báo cáo", "Tải bảng số liệu (.xlsx) của đúng phạm vi được xem."),
    _P.FILE_DOWNLOAD: ("Tải tệp hồ sơ", "Tải tệp đính kèm của hồ sơ được xem."),
    _P.AUDIT_VIEW: ("Xem nhật ký", "Xem việc ai đã làm gì, lúc nào, của các cơ quan trong phạm vi."),
    _P.MATRIX_VIEW: ("Xem bảng phân quyền", "Xem trang «Ai được làm gì»."),
    _P.NORM_EDIT: ("Nhập định mức", "Nhập, sửa văn bản và định mức chưa được xác nhận của tỉnh mình hoặc quốc gia."),
    _P.NORM_CONFIRM: ("Xác nhận định mức", "Đối chiếu với văn bản và xác nhận định mức do người khác nhập."),
    _P.TRIAL_VIEW: ("Xem tính thử", "Xem kết quả tính thử định mức của cơ quan trong phạm vi."),
    _P.TRIAL_MAKE: ("Tính thử định mức", "Thử một định mức khác trên các đề án đã có, không thay đổi hồ sơ nào."),
}


def allowed(actor: Actor | None, permission: Permission, record: Governed | None = None) -> bool:
    """Whether the matrix lets `actor` do this to `record`; without a record only role and kind of agency are judged."""
    if actor is None:
        return False
    return any(_holds(grant, actor, record) for grant in MATRIX[permission])


def require(actor: Actor | None, permission: Permission, record: Governed | None = None) -> None:
    """Raise NotAllowed, with a sentence that names what is missing, unless `allowed`."""
    if allowed(actor, permission, record):
        return
    what = permission.label.lower()
    if actor is None:
        raise NotAllowed(f"Cần đăng nhập với một vai trò tại cơ quan để {what}.")
    if not allowed(actor, permission):
        raise NotAllowed(f"Vai trò {actor.role.label.lower()} tại {actor.agency.short_name} không được {what}.")
    raise NotAllowed(f"{actor.agency.short_name} không được {what} với hồ sơ này.")


def _holds(grant: Grant, actor: Actor, record: Governed | None) -> bool:
    if actor.role not in grant.roles or (grant.kinds and actor.agency.kind not in grant.kinds):
        return False
    if record is None or grant.relation is None:
        return True
    if grant.only_without and record.related_agency_id(grant.only_without) is not None:
        return False
    if grant.relation is Relation.IN_SCOPE:
        return record.is_in_scope(actor)
    return record.related_agency_id(grant.relation) == actor.agency.pk
