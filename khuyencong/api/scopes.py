"""What a token may be for. Each scope names the permission behind it: the role of the token must hold it as well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from khuyencong.people.actors import Actor
from khuyencong.people.permissions import MATRIX, Permission, allowed
from khuyencong.people.roles import Role


class Scope(StrEnum):
    """One kind of thing that another system may do; `x:read` never writes."""

    ESTABLISHMENTS_READ = "establishments:read"
    ESTABLISHMENTS_WRITE = "establishments:write"
    PROJECTS_READ = "projects:read"
    PROJECTS_WRITE = "projects:write"
    PROJECTS_SUBMIT = "projects:submit"
    APPRAISAL_READ = "appraisal:read"
    APPRAISAL_WRITE = "appraisal:write"
    PLANS_READ = "plans:read"
    CONTRACTS_READ = "contracts:read"
    CONTRACTS_WRITE = "contracts:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    ACCEPTANCE_READ = "acceptance:read"
    ACCEPTANCE_WRITE = "acceptance:write"
    MONTHLY_READ = "monthly:read"
    MONTHLY_WRITE = "monthly:write"
    REPORTS_READ = "reports:read"
    REPORTS_WRITE = "reports:write"
    FEDERATION = "federation"
    LAW_READ = "law:read"
    PLACES_READ = "places:read"
    WEBHOOKS = "webhooks"

    @property
    def label(self) -> str:
        return DOORS[self].label

    @property
    def permission(self) -> Permission:
        return DOORS[self].permission


@dataclass(frozen=True)
class Door:
    """What a scope is called, and what the role of the token must be allowed."""

    label: str
    permission: Permission


_P = Permission
DOORS: dict[Scope, Door] = {
    Scope.ESTABLISHMENTS_READ: Door("Đọc cơ sở", _P.ESTABLISHMENT_VIEW),
    Scope.ESTABLISHMENTS_WRITE: Door("Đăng ký, sửa cơ sở", _P.ESTABLISHMENT_EDIT),
    Scope.PROJECTS_READ: Door("Đọc đề án", _P.PROJECT_VIEW),
    Scope.PROJECTS_WRITE: Door("Soạn đề án", _P.PROJECT_EDIT),
    Scope.PROJECTS_SUBMIT: Door("Gửi, rút đề án", _P.PROJECT_SUBMIT),
    Scope.APPRAISAL_READ: Door("Đọc kết quả thẩm định", _P.PROJECT_VIEW),
    Scope.APPRAISAL_WRITE: Door("Ghi kết quả thẩm định (đề án chuyển bước theo kết quả ấy)", _P.APPRAISE_BASE),
    Scope.PLANS_READ: Door("Đọc kế hoạch", _P.REPORT_VIEW),
    Scope.CONTRACTS_READ: Door("Đọc hợp đồng", _P.PROJECT_VIEW),
    Scope.CONTRACTS_WRITE: Door("Soạn dự thảo hợp đồng (lãnh đạo ký)", _P.CONTRACT_PREPARE),
    Scope.PAYMENTS_READ: Door("Đọc khoản chi", _P.PROJECT_VIEW),
    Scope.PAYMENTS_WRITE: Door("Lập khoản chi, ghi đã chi", _P.PAYMENT_PREPARE),
    Scope.ACCEPTANCE_READ: Door("Đọc nghiệm thu", _P.PROJECT_VIEW),
    Scope.ACCEPTANCE_WRITE: Door("Ghi nghiệm thu", _P.ACCEPTANCE_RECORD),
    Scope.MONTHLY_READ: Door("Đọc báo cáo tiến độ tháng", _P.PROJECT_VIEW),
    Scope.MONTHLY_WRITE: Door("Lập, nộp báo cáo tiến độ tháng", _P.MONTHLY_WRITE),
    Scope.REPORTS_READ: Door("Đọc số liệu, báo cáo theo kỳ", _P.REPORT_VIEW),
    Scope.REPORTS_WRITE: Door("Lập, nộp báo cáo theo kỳ", _P.PERIOD_REPORT_WRITE),
    Scope.FEDERATION: Door("Gửi gói số liệu đã khóa", _P.FEDERATION_RECEIVE),
    Scope.LAW_READ: Door("Đọc văn bản, định mức", _P.AGENCY_VIEW),
    Scope.PLACES_READ: Door("Đọc danh mục địa bàn", _P.AREA_VIEW),
    Scope.WEBHOOKS: Door("Đăng ký nhận tin", _P.PROJECT_VIEW),
}
# A machine writes drafts, hands in, records what was done and reads; approving and signing are done by a leader who is signed
# in. One thing is more: with `appraisal:write` a system enters the outcome of an appraisal, which moves the đề án, so that the
# agency stands by what its system enters as by what its appraiser does.
ROLES = (Role.OFFICER, Role.APPRAISER, Role.ACCOUNTANT, Role.AUDITOR)


def may_hold(actor: Actor, scope: Scope) -> bool:
    """Whether the role of this actor, at an agency of its kind, holds the permission behind the scope."""
    return allowed(actor, scope.permission)


def roles_of(scope: Scope) -> tuple[Role, ...]:
    """The roles of tokens that may hold this scope, at an agency of some kind."""
    granted = {role for grant in MATRIX[scope.permission] for role in grant.roles}
    return tuple(role for role in ROLES if role in granted)
