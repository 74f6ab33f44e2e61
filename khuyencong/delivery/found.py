"""What was found of one item on the spot, as it comes in, and how it differs from the approved list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from khuyencong.appraisal.prices import alike, name_words
from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import format_dong
from khuyencong.delivery.invoices import InvoiceInput
from khuyencong.delivery.models import Condition, TrialResult
from khuyencong.establishments.keys import item_key
from khuyencong.projects.indicators import plain_number
from khuyencong.projects.models import EstimateLine

LIST = "TT 36/2013 Đ11, Đ23.2"


@dataclass(frozen=True)
class TrialInput:
    """A trial run: how long, what was promised, what came out, and whether that passes."""

    result: TrialResult = TrialResult.NONE
    hours: Decimal | None = None
    promised: str = ""
    output: str = ""
    note: str = ""


@dataclass(frozen=True)
class ItemInput:
    """One item found on the spot; `cost` is its accepted cost in đồng, 0 where it was not delivered.

    `line_id` None: something that stands on no line of the approved list.
    """

    line_id: int | None
    cost: int
    description: str = ""
    serial: str = ""
    quantity: int = 1
    invoice: InvoiceInput | None = None
    maker: str = ""
    country: str = ""
    model: str = ""
    year_made: int | None = None
    unit_price: int | None = None
    condition: Condition = Condition.NEW
    trial: TrialInput = TrialInput()

    @property
    def says_something(self) -> bool:
        """Whether something was written that only a delivered item has."""
        return bool(self.serial.strip() or self.maker.strip() or self.model.strip() or self.invoice)

    @property
    def names_a_machine(self) -> bool:
        """Whether what was written is of a machine; «không có» in the place of its number is such a word too."""
        return bool(self.serial.strip() or self.maker.strip() or self.model.strip() or self.year_made)


@dataclass(frozen=True)
class Earlier:
    """What standing acceptances have counted of one line before: pieces, and đồng."""

    quantity: int = 0
    cost: int = 0


@dataclass(frozen=True)
class Difference:
    """One thing in which what was found is not what was approved, in words."""

    what: str
    approved: str
    found: str
    sentence: str

    def as_dict(self) -> dict[str, str]:
        """As it is kept with the item."""
        return {"what": self.what, "approved": self.approved, "found": self.found, "sentence": self.sentence}


def counts(line: EstimateLine) -> bool:
    """Whether the State's money follows the item: it is paid from it, or its cost is multiplied by the rate."""
    return line.in_cost_base or line.support > 0


def differences_of(line: EstimateLine, item: ItemInput, earlier: Earlier) -> list[Difference]:
    """Each line of the approved list against what was found; nothing for an item that was not delivered."""
    if not item.cost:
        if earlier.cost:
            return []
        return [Difference("Thực hiện", line.content, "không có", "Hạng mục được duyệt nhưng không có tại cơ sở.")]
    found: list[Difference] = []
    if item.description.strip() and item_key(item.description) != item_key(line.content):
        found.append(Difference("Tên", line.content, item.description.strip(), "Tên ghi khác danh mục được duyệt."))
    if line.quantity is not None:
        whole = earlier.quantity + item.quantity
        if whole != line.quantity:
            more = whole > line.quantity
            by = plain_number(abs(whole - line.quantity))
            sentence = f"Số lượng {'nhiều' if more else 'ít'} hơn được duyệt {by}."
            found.append(Difference("Số lượng", f"{line.quantity_text} {line.unit}".strip(), str(whole), sentence))
    if line.unit_price is not None and item.unit_price is not None and line.unit_price != item.unit_price:
        found.append(_amount("Đơn giá", line.unit_price, item.unit_price))
    whole_cost = earlier.cost + item.cost
    if whole_cost != line.total:
        found.append(_amount("Thành tiền", line.total, whole_cost))
    if item.condition == Condition.USED:
        found.append(Difference("Tình trạng", "", item.condition.label, "Máy đã qua sử dụng."))
    return found


def _amount(what: str, approved: int, found: int) -> Difference:
    more = found > approved
    tail = ": phần vượt không làm tăng mức hỗ trợ được phê duyệt" if more and what == "Thành tiền" else ""
    sentence = f"{what} {'cao' if more else 'thấp'} hơn được duyệt {format_dong(abs(found - approved))} đồng{tail}."
    return Difference(what, f"{format_dong(approved)} đồng", f"{format_dong(found)} đồng", sentence)


def against_the_list(
    lines: Mapping[int, EstimateLine], items: Sequence[ItemInput], earlier: Mapping[int, Earlier]
) -> list[Finding]:
    """What of the differences stops the acceptance, or needs a word of the recorder.

    Something that nobody approved needs an adjustment first (TT 36/2013 Đ11): an item without a line, and more pieces
    than the line has. Whether another name is another machine only a person can say.
    """
    found: list[Finding] = []
    for item in items:
        line = lines.get(item.line_id) if item.line_id is not None else None
        if line is None:
            what = item.description.strip() or "Có hạng mục"
            sentence = (
                f"{what}: không thuộc danh mục được duyệt của phần này, phải điều chỉnh đề án trước khi nghiệm thu."
            )
            found.append(Blocker("not_in_list", sentence, LIST))
            continue
        if not item.cost:
            continue
        before = earlier.get(line.pk, Earlier())
        if line.quantity is not None and before.quantity + item.quantity > line.quantity:
            sentence = (
                f"«{line}»: nghiệm thu {before.quantity + item.quantity}, được duyệt {line.quantity_text}. Phần thêm phải"
                " điều chỉnh đề án trước khi nghiệm thu."
            )
            found.append(Blocker("more_than_approved", sentence, LIST))
        if item.description.strip() and not _same_machine(line.content, item.description):
            sentence = (
                f"«{item.description.strip()}» khác tên «{line.content}» được duyệt. Nếu là máy khác, phải điều chỉnh đề án"
                " trước; nếu vẫn là hạng mục ấy, hãy giải trình."
            )
            found.append(NeedsApproval("other_name", sentence, LIST))
        if item.condition == Condition.USED:
            sentence = f"«{line}» là máy đã qua sử dụng: hãy giải trình vì sao vẫn đúng đề án được duyệt."
            found.append(NeedsApproval("used_machine", sentence, "TT 36/2013 Đ21.1"))
    return found


def _same_machine(approved: str, found: str) -> bool:
    one, other = item_key(approved), item_key(found)
    return one in other or other in one or alike(name_words(approved), name_words(found))
