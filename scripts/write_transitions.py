"""Write `docs/transitions.md` from the code: the transition tables of a đề án and of entered norms, and who may what.

Run `.venv/bin/python scripts/write_transitions.py` after a change of `projects/states.py`, `normbook/states.py` or
`people/permissions.py`; `tests/test_docs.py` fails while the page and the code differ.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from khuyencong.adjustments.states import Transition as AdjustmentStep
    from khuyencong.intake.states import Transition as CounterTransition
    from khuyencong.people.permissions import Grant, Permission
    from khuyencong.projects.states import Transition

PAGE = Path(__file__).resolve().parent.parent / "docs" / "transitions.md"
INTRO = """\
# Vòng đời đề án và bảng phân quyền

Trang này do `scripts/write_transitions.py` viết ra từ `khuyencong/projects/states.py`, các bảng `TRANSITIONS` của những phòng
khác và `khuyencong/people/permissions.py` (bảng `MATRIX`). Không sửa tay: sửa mã nguồn rồi chạy lại tệp lệnh."""
STEPS_INTRO = """\
Cột «Ai» ghi vai trò và, trong ngoặc, quan hệ của cơ quan người đó với đề án. «Bước chính» là bước mà đề án đang chờ."""
NORMS_INTRO = """\
Văn bản do người dùng nhập. Dự thảo được sửa và xóa bởi cơ quan đã nhập; người xác nhận không phải người đã nhập, sửa hay
gửi. Đang, sắp hay đã hết hiệu lực thì theo ngày của văn bản, không phải trạng thái."""
ADJUSTMENTS_INTRO = """\
Điều chỉnh đề án đã phê duyệt (TT 36/2013 Đ11). «Qua Sở»: Sở có ý kiến trước khi Cục hoặc Bộ quyết định. Ai quyết định thì theo nội
dung thay đổi, bảng ở `khuyencong/law/authority.yaml`."""
REGISTRATIONS_INTRO = """\
Chủ cơ sở đăng ký, xác nhận bằng liên kết trong thư; chuyên viên của tỉnh duyệt. Trước khi được duyệt, tài khoản không mở
được trang nào khác."""
REQUESTS_INTRO = """\
Chủ cơ sở soạn và gửi; chuyên viên của tỉnh soạn giúp khi chủ cơ sở đồng ý, nhưng không rút thay cơ sở đã có tài khoản.
Bản đang soạn chỉ chủ cơ sở thấy, trừ khi nhờ soạn giúp. «Lập đề án» tạo một đề án dự thảo, một lần."""
CONTRACTS_INTRO = """\
Hợp đồng hoặc giao nhiệm vụ (TT 36/2013 Đ12, Đ18). Dự thảo chỉ đơn vị chi thấy, bỏ được khi chưa ký. Ký thì mọi đề án trong hợp đồng
cùng bắt đầu."""
REPORTS_INTRO = """\
Báo cáo tiến độ tháng của một đề án (TT 36/2013 Đ23.3.a, Đ21.4). Người lập hoặc nộp không xác nhận. «Đính chính» để nguyên báo
cáo đã xác nhận và lập bản sau của cùng tháng."""
PAYMENTS_INTRO = """\
Khoản chi (TT 36/2013 Đ13–15). Người lập, người kiểm tra và người duyệt là ba người; người duyệt không ghi đã chi. Bước kiểm tra
chỉ có khi mức kiểm tra của đơn vị chi yêu cầu. Chỉ «Ghi đã chi» mới vào sổ kinh phí."""
INSPECTIONS_INTRO = """\
Kiểm tra theo kế hoạch hoặc đột xuất (TT 36/2013 Đ20.3, Đ21; TTLT 26/2014 Đ9.1). Bước «tự động» không ai bấm: cuộc kiểm tra kết thúc
khi không còn kiến nghị mở. Kiến nghị được trả lời, khắc phục sau khi có kết luận."""
PERIODS_INTRO = """\
Báo cáo theo kỳ (TT 36/2013 Đ21.5, Đ22.2). Nơi nhận theo cây cơ quan; người nộp không duyệt, khóa. Số liệu giữ nguyên từ lúc nộp;
«Mở khóa» để lại số đã khóa trong các lần nộp."""
PACKAGES_INTRO = """\
Số liệu đã khóa của hệ thống khác, có chữ ký. Gói được chấp nhận thành báo cáo đã khóa của cơ quan gửi; bước của gói đi là điều nơi
nhận trả lời, không ai bấm."""
COMPETITIONS_INTRO = """\
Kỳ bình chọn (TT 26/2014 Đ8–Đ17). Trưởng ban Giám khảo khóa chấm điểm; trước đó không ai đọc điểm của người khác."""
FAIRS_INTRO = """\
Hội chợ, triển lãm của một đề án (TT 36/2013 Đ14.10, Đ14.11). Cơ sở đi từng bước khi danh sách chưa được xác nhận."""
COURSES_INTRO = """\
Lớp, hội thảo, hội nghị, chuyến đi của một đề án (TT 36/2013 Đ14.1, Đ14.2). Lớp được tính vào kết quả khi đã kết thúc."""
RIGHTS_INTRO = "Mỗi dòng: ai được làm việc ấy với một bản ghi. Không có tài khoản nào đứng ngoài bảng này."
ALL_ROUTES = "mọi quy trình"


def main() -> None:
    """Bring the page up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    import django

    django.setup()
    PAGE.write_text(render(), encoding="utf-8")
    print(f"Đã ghi {PAGE}.")


def render() -> str:
    """The whole page as the code has it now. Django must be set up."""
    from khuyencong.adjustments.states import TRANSITIONS as ADJUSTMENT_STEPS
    from khuyencong.collaborators.states import TRANSITIONS as ALLOWANCE_STEPS
    from khuyencong.competitions.states import (
        CERTIFICATE_TRANSITIONS,
        ENTRY_TRANSITIONS,
        ROUND_TRANSITIONS,
        SHEET_TRANSITIONS,
    )
    from khuyencong.consulting.states import TRANSITIONS as JOB_STEPS
    from khuyencong.fairs.states import FAIR_TRANSITIONS, PARTICIPANT_TRANSITIONS
    from khuyencong.federation.states import INCOMING_TRANSITIONS, OUTGOING_TRANSITIONS
    from khuyencong.finance.contract_states import TRANSITIONS as CONTRACT_STEPS
    from khuyencong.finance.payment_states import TRANSITIONS as PAYMENT_STEPS
    from khuyencong.inspections.states import FINDING_TRANSITIONS, INSPECTION_TRANSITIONS
    from khuyencong.intake.states import REGISTRATION_TRANSITIONS, REQUEST_TRANSITIONS
    from khuyencong.monitoring.states import TRANSITIONS as REPORT_STEPS
    from khuyencong.normbook.states import TRANSITIONS as NORM_TRANSITIONS
    from khuyencong.opendata.states import TRANSITIONS as PUBLICATION_STEPS
    from khuyencong.outreach.states import POLICY_TRANSITIONS, WORK_TRANSITIONS
    from khuyencong.people.permissions import MATRIX
    from khuyencong.periods.states import TRANSITIONS as PERIOD_STEPS
    from khuyencong.portal.states import TRANSITIONS as FEEDBACK_STEPS
    from khuyencong.projects.states import TRANSITIONS, ProjectState, Route
    from khuyencong.quarantine.states import TRANSITIONS as HELD_STEPS
    from khuyencong.training.states import TRANSITIONS as COURSE_STEPS

    sources = {row.source for row in TRANSITIONS}
    parts = [
        INTRO,
        "## Sơ đồ",
        _diagram(TRANSITIONS),
        "## Quy trình",
        _table(("Mã", "Tên"), ((f"`{route.value}`", route.label) for route in Route)),
        "## Trạng thái",
        _table(
            ("Mã", "Tên", "Đi tiếp được"),
            ((f"`{state.value}`", state.label, "có" if state in sources else "không") for state in ProjectState),
        ),
        "## Bảng chuyển trạng thái",
        STEPS_INTRO,
        _table(
            ("Bước", "Nút bấm", "Từ", "Đến", "Quy trình", "Quyền", "Ai", "Bước chính"),
            (_step(row, MATRIX[row.permission]) for row in TRANSITIONS),
        ),
        "## Văn bản định mức",
        NORMS_INTRO,
        _plain_table(NORM_TRANSITIONS, MATRIX),
        "## Điều chỉnh đề án",
        ADJUSTMENTS_INTRO,
        _table(
            ("Bước", "Nút bấm", "Từ", "Đến", "Qua Sở", "Quyền", "Ai", "Phải nêu lý do"),
            (_adjustment_step(row, MATRIX[row.permission]) for row in ADJUSTMENT_STEPS),
        ),
        "## Báo cáo tiến độ tháng",
        REPORTS_INTRO,
        _plain_table(REPORT_STEPS, MATRIX),
        "## Báo cáo theo kỳ",
        PERIODS_INTRO,
        _plain_table(PERIOD_STEPS, MATRIX),
        "## Gói số liệu đến",
        PACKAGES_INTRO,
        _plain_table(INCOMING_TRANSITIONS, MATRIX),
        "## Gói số liệu đi",
        _plain_table(OUTGOING_TRANSITIONS, MATRIX),
        "## Hợp đồng",
        CONTRACTS_INTRO,
        _plain_table(CONTRACT_STEPS, MATRIX),
        "## Khoản chi",
        PAYMENTS_INTRO,
        _plain_table(PAYMENT_STEPS, MATRIX),
        "## Kiểm tra",
        INSPECTIONS_INTRO,
        _plain_table(INSPECTION_TRANSITIONS, MATRIX),
        "## Kiến nghị sau kiểm tra",
        _plain_table(FINDING_TRANSITIONS, MATRIX),
        "## Kỳ bình chọn",
        COMPETITIONS_INTRO,
        _plain_table(ROUND_TRANSITIONS, MATRIX),
        "## Sản phẩm dự thi",
        _plain_table(ENTRY_TRANSITIONS, MATRIX),
        "## Phiếu chấm điểm bình chọn",
        _plain_table(SHEET_TRANSITIONS, MATRIX),
        "## Giấy chứng nhận sản phẩm",
        _plain_table(CERTIFICATE_TRANSITIONS, MATRIX),
        "## Bảng kê thù lao cộng tác viên",
        _plain_table(ALLOWANCE_STEPS, MATRIX),
        "## Hội chợ",
        FAIRS_INTRO,
        _plain_table(FAIR_TRANSITIONS, MATRIX),
        "## Cơ sở tại hội chợ",
        _plain_table(PARTICIPANT_TRANSITIONS, MATRIX),
        "## Lớp, hội nghị",
        COURSES_INTRO,
        _plain_table(COURSE_STEPS, MATRIX),
        "## Việc tư vấn dịch vụ",
        _plain_table(JOB_STEPS, MATRIX),
        "## Sản phẩm thông tin",
        _plain_table(WORK_TRANSITIONS, MATRIX),
        "## Bài giải thích chính sách",
        _plain_table(POLICY_TRANSITIONS, MATRIX),
        "## Công bố đề án",
        _plain_table(PUBLICATION_STEPS, MATRIX),
        "## Câu hỏi, góp ý qua cổng thông tin",
        _plain_table(FEEDBACK_STEPS, MATRIX),
        "## Tệp cách ly",
        _plain_table(HELD_STEPS, MATRIX),
        "## Đăng ký của cơ sở",
        REGISTRATIONS_INTRO,
        _counter_table(REGISTRATION_TRANSITIONS, MATRIX),
        "## Đề nghị hỗ trợ",
        REQUESTS_INTRO,
        _counter_table(REQUEST_TRANSITIONS, MATRIX),
        "## Bảng phân quyền",
        RIGHTS_INTRO,
        _table(
            ("Quyền", "Việc", "Giải thích", "Ai"),
            (_right(permission, grants) for permission, grants in MATRIX.items()),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _diagram(rows: Iterable[Transition]) -> str:
    """A mermaid state diagram; steps that would look the same share an arrow."""
    from khuyencong.projects.states import ProjectState

    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.value}' for state in ProjectState]
    arrows = {f"    {row.source.value} --> {row.target.value}: {row.label}{_on_routes(row)}": None for row in rows}
    lines += ["    [*] --> draft", *arrows, "```"]
    return "\n".join(lines)


def _on_routes(row: Transition) -> str:
    routes = _routes(row)
    return "" if routes == ALL_ROUTES else f" ({routes})"


def _routes(row: Transition) -> str:
    from khuyencong.projects.states import ALL_ROUTES as EVERY_ROUTE
    from khuyencong.projects.states import Route

    if row.routes == EVERY_ROUTE:
        return ALL_ROUTES
    return ", ".join(route.value for route in Route if route in row.routes)


def _step(row: Transition, grants: Iterable[Grant]) -> tuple[str, ...]:
    return (
        f"`{row.name}`",
        row.label,
        f"`{row.source.value}`",
        f"`{row.target.value}`",
        _routes(row),
        f"`{row.permission.value}`",
        _who(grants),
        "có" if row.forward else "",
    )


def _adjustment_step(row: AdjustmentStep, grants: Iterable[Grant]) -> tuple[str, ...]:
    from khuyencong.adjustments.states import BOTH, DIRECT

    return (
        f"`{row.name}`",
        row.label,
        f"`{row.source.value}`",
        f"`{row.target.value}`",
        "có hoặc không" if row.ways == BOTH else "không" if row.ways == DIRECT else "có",
        f"`{row.permission.value}`",
        _who(grants),
        "có" if row.needs_reason else "",
    )


def _plain_table(rows: Iterable[Any], matrix: Mapping[Permission, Iterable[Grant]]) -> str:
    """The steps of a life in which every step has a name, a label, two states and who may take it.

    A payment's step may ask for one of several permissions, and be only there with or without a check (`check`); a step
    may lead to a new row (`new_row`), need a reason, or happen by itself.
    """
    return _table(
        ("Bước", "Nút bấm", "Từ", "Đến", "Quyền", "Ai", "Phải nêu lý do"), (_plain_step(row, matrix) for row in rows)
    )


def _plain_step(row: Any, matrix: Mapping[Permission, Iterable[Grant]]) -> tuple[str, ...]:
    permissions = getattr(row, "permissions", None) or (row.permission,)
    words: dict[Any, str] = {True: " (khi phải kiểm tra)", False: " (khi không phải kiểm tra)"}
    check = words.get(getattr(row, "check", None), "")
    by_itself = getattr(row, "by_itself", False)
    return (
        f"`{row.name}`",
        row.label + check,
        f"`{row.source}`",
        f"`{row.target}`" + (" (bản sau)" if getattr(row, "new_row", False) else ""),
        ", ".join(f"`{one.value}`" for one in permissions),
        "tự động" if by_itself else "; ".join(_who(matrix[one]) for one in permissions),
        "có" if getattr(row, "needs_reason", False) else "",
    )


def _counter_table(rows: Iterable[CounterTransition], matrix: Mapping[Permission, Iterable[Grant]]) -> str:
    """The steps of a registration or a request; some are taken by whoever registers, who has no role yet."""
    head = ("Bước", "Nút bấm", "Từ", "Đến", "Quyền", "Ai", "Phải nêu lý do")
    return _table(
        head,
        (
            (
                f"`{row.name}`",
                row.label,
                f"`{row.source.value}`",
                f"`{row.target.value}`",
                f"`{row.permission.value}`" if row.permission else "–",
                _who(matrix[row.permission]) if row.permission else "người đăng ký",
                "có" if row.needs_answer else "",
            )
            for row in rows
        ),
    )


def _right(permission: Permission, grants: Iterable[Grant]) -> tuple[str, ...]:
    return f"`{permission.value}`", permission.label, permission.explanation, _who(grants)


def _who(grants: Iterable[Grant]) -> str:
    from khuyencong.people.wording import grants_in_words

    return grants_in_words(grants)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    main()
