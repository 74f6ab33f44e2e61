"""Whose day is made of which pieces of work (`tasks.py`), and what must have happened for a day to count."""

from collections.abc import Callable

from tests.load import tasks
from tests.load.tasks import API, CONTESTED, PUBLIC, Script, Worker

Piece = Callable[[Worker], Script]

SCRIPTS: dict[str, tuple[Piece, ...]] = {
    "officer": (tasks.look_around, tasks.edit, tasks.hand_in, tasks.new_project, tasks.bring_in, tasks.month, tasks.establishments),
    "appraiser": (tasks.look_around, tasks.appraise, tasks.into_the_plan, tasks.confirm),
    "leader": (tasks.look_around, tasks.overview, tasks.approve_payment, tasks.approve_plan),
    "accountant": (tasks.look_around, tasks.ledger, tasks.prepare_advance, tasks.pay, tasks.treasury),
    "auditor": (tasks.look_around, tasks.overview, tasks.trail, tasks.ledger, tasks.take_away),
    "judge": (tasks.score,), "collaborator": (tasks.notes,), "owner": (tasks.own,), "reader": (tasks.read,), "system": (tasks.call,),
}  # fmt: skip
# With what each role begins at the nation's month's end.
DUE: dict[str, Piece] = {
    "officer": tasks.month, "appraiser": tasks.confirm, "leader": tasks.overview, "accountant": tasks.ledger, "auditor": tasks.take_away
}  # fmt: skip
WITHOUT_ACCOUNT = frozenset({"reader", "system"})
WITHOUT_PEOPLE = frozenset({PUBLIC, *API})  # what nobody who signed in waits for
# A day without one of these was no day: whatever it measured, it does not count.
OF_A_DAY = frozenset(
    {
        "Gửi đề án", "Lập giấy Word", "Lập đề án", "Lưu đề án", "Nhập danh sách Excel", "Ghi danh sách Excel",
        "Lập báo cáo tiến độ tháng", "Nộp báo cáo tiến độ tháng", "Xác nhận báo cáo tiến độ tháng", "Thẩm định", CONTESTED,
        "Duyệt chi", "Phê duyệt kế hoạch (chung hạn mức)", "Đề nghị tạm ứng", "Ghi đã chi", "Nhập sao kê", "Nhật ký", "Tổng quan",
        "Sổ kinh phí (Excel)", "Danh sách đề án (Excel)", "Lưu phiếu chấm điểm", "Lưu ghi chép tháng", "Hiệu quả: trả lời",
        "Lập đề nghị hỗ trợ", PUBLIC, *API,
    }
)  # fmt: skip
OF_A_MONTHS_END = frozenset(
    {
        "Lập báo cáo tiến độ tháng", "Lưu báo cáo tiến độ tháng", "Nộp báo cáo tiến độ tháng", "Xác nhận báo cáo tiến độ tháng",
        "Tổng quan", "Kết quả theo kỳ", "Báo cáo kỳ", "Sổ kinh phí (Excel)", "Danh sách đề án (Excel)", "Nhật ký",
    }
)  # fmt: skip


def day_of(one: Worker, number: int, *, months_end: bool) -> Script:
    """The pieces of the person's role again and again; the `number`-th of a role begins with the `number`-th piece."""
    pieces = SCRIPTS[one.data["role"]]
    due = DUE.get(one.data["role"])
    first = pieces.index(due) if months_end and due else number % len(pieces)
    while True:
        for piece in (*pieces[first:], *pieces[:first]):
            yield from piece(one)
