"""One machine, one support: a serial number that was accepted or written down anywhere is not accepted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.delivery.found import ItemInput, counts
from khuyencong.delivery.models import AcceptanceItem, AcceptedSerial
from khuyencong.establishments.keys import serials_in
from khuyencong.people.actors import Actor
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.received import APPROVED, Received, supports_with_serial

ARTICLE = "TTLT 26/2014 Đ7.4; TT 28/2018 Đ5"
LONGEST = 80  # of one serial number, as it is compared (`AcceptedSerial.folded`)
# Where every line that is priced by the piece is a machine.
MACHINES = frozenset({"machinery", "technology_line"})
ADVICE = "Nếu là máy khác trùng số, hãy ghi số máy kèm nhãn hiệu, ký hiệu."


def refuse_supported(texts: Sequence[str], *, seen_by: Actor) -> None:
    """Refused where one of the serial numbers in these texts stands twice or was supported before; two queries at most."""
    wanted = [serial for text in texts for serial in serials_in(text)]
    if not wanted:
        return
    twice = [serial for serial, number in Counter(wanted).items() if number > 1]
    found = [Blocker("serial_twice", f"Số máy {serial.upper()} ghi ở hai hạng mục.", ARTICLE) for serial in twice]
    found += [
        Blocker("serial_supported", f"Máy số {serial.upper()} đã được Nhà nước hỗ trợ: {earlier.phrase()}.", ARTICLE)
        for serial, earlier in _supported(set(wanted), seen_by)
    ]
    if found:
        sentence = " ".join(one.sentence for one in found)
        raise Refused(f"Chưa nghiệm thu được: {sentence} {ADVICE}", article=ARTICLE, findings=found)


def check_length(name: str, text: str) -> None:
    """Refused where one serial number is too long to be one: then several were written without a sign between them."""
    if any(len(serial) > LONGEST for serial in serials_in(text)):
        raise Refused(f"{name}: một số máy dài hơn {LONGEST} ký tự. Nhiều số máy thì cách nhau bằng dấu chấm phẩy.")


def untold(activity: str, lines: Mapping[int, EstimateLine], items: Iterable[ItemInput]) -> list[Finding]:
    """Machines that nobody will know again: fewer serial numbers than pieces.

    It needs a word where the line is priced by the piece, or something of a machine was written; a lump sum is only told.
    """
    found: list[Finding] = []
    for one in items:
        line = lines.get(one.line_id or 0)
        if line is None or not one.cost or not counts(line):
            continue
        told, is_machine = len(serials_in(one.serial)), activity in MACHINES
        if told >= one.quantity:
            continue
        lacking = f"ghi {told} số máy cho {one.quantity} máy" if told else "chưa ghi số máy"
        sentence = f"«{line}»: {lacking}, nên không biết máy ấy đã được hỗ trợ ở nơi khác chưa."
        if one.names_a_machine or (is_machine and line.quantity is not None):
            found.append(NeedsApproval("no_serial", f"{sentence} Hãy ghi đủ số máy, hoặc giải trình.", ARTICLE))
        elif is_machine:
            found.append(Warning_("no_serial", sentence, ARTICLE))
    return found


def keep_serials(items: Sequence[AcceptanceItem], *, seen_by: Actor) -> None:
    """Remember the serial numbers of accepted items. Refused where somebody else has just accepted one of them."""
    rows = [AcceptedSerial(item=item, folded=serial) for item in items for serial in serials_in(item.serial)]
    try:
        with transaction.atomic():
            AcceptedSerial.objects.bulk_create(rows)
    except IntegrityError:
        refuse_supported([item.serial for item in items], seen_by=seen_by)
        raise Refused("Một số máy vừa được nghiệm thu ở nơi khác: hãy xem lại.", article=ARTICLE) from None


def _supported(serials: Collection[str], seen_by: Actor) -> list[tuple[str, Received]]:
    """Each serial that was supported before, with that support."""
    found = [(one.past.folded_serial, one) for one in supports_with_serial(serials, seen_by=seen_by) if one.past]
    visible = Project.objects.visible_to(seen_by).order_by().filter(pk=OuterRef("item__acceptance__project"))
    rows = (
        AcceptedSerial.objects.filter(folded__in=serials)
        .select_related("item__line", "item__acceptance__project__funder", "item__acceptance__beneficiary")
        .annotate(seen=Exists(visible))
        .order_by("pk")
    )
    for row in rows:
        acceptance, line = row.item.acceptance, row.item.line
        project = acceptance.project
        earlier = Received(
            entry_id=acceptance.beneficiary.establishment_id if acceptance.beneficiary else 0,
            entry_name="",
            year=project.year,
            agency=project.funder.name,
            source=project.get_source_display(),
            items=(row.item.approved_name,),
            amount=line.support if line else 0,
            amount_label=APPROVED,
            state=project.get_state_display(),
            seen=bool(vars(row)["seen"]),  # the annotation is not declared by the model
            project=project,
        )
        found.append((row.folded, earlier))
    return found
