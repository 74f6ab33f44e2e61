"""What a round needs before it is called and before its products are scored: level, council, jury, scale (TT 26/2014 Đ7–Đ16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from khuyencong.competitions.models import (
    ALONE,
    COUNCIL,
    JURY,
    Criterion,
    EntryState,
    Member,
    Part,
    Round,
    SeatRole,
)
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_, blockers
from khuyencong.core.money import format_number
from khuyencong.core.public_text import personal_findings
from khuyencong.establishments.models import CertificateLevel
from khuyencong.law.competition import council_size, level_holds, part_points
from khuyencong.people.models import Agency, AgencyKind

CIRCULAR = "Thông tư 26/2014/TT-BCT"
# Whose round of which level an agency may hold; a department writes down those of its districts and communes as well.
LEVELS_OF: dict[str, tuple[str, ...]] = {
    AgencyKind.COMMUNE: ("commune",),
    AgencyKind.CENTRE: ("province",),
    AgencyKind.DEPARTMENT: ("province", "commune", "district"),
    AgencyKind.NATIONAL: ("region", "nation"),
}
MOST_CRITERIA = 40


def levels_of(agency: Agency) -> tuple[str, ...]:
    """The levels at which the agency may organise."""
    return LEVELS_OF.get(agency.kind, ())


def check_level(level: str, agency: Agency, on: date) -> None:
    """Refused where the agency organises no such level, or the level does not hold on the day."""
    label = CertificateLevel(level).label.lower()
    if level not in levels_of(agency):
        raise Refused(f"{agency.short_name} không tổ chức bình chọn {label}.", article=f"khoản 1 Điều 3 {CIRCULAR}")
    if not level_holds(level, on):
        instead = " Cấp xã thay cấp huyện từ ngày 01/07/2025." if level in {"district", "commune"} else ""
        raise Refused(f"Ngày {format_date(on)} không có bình chọn {label}.{instead}", article="Thông tư 38/2025/TT-BCT")


def council_findings(round_: Round, members: Sequence[Member], on: date) -> list[Finding]:
    """What stands against the council as it sits on the day: how many, and who leads (Đ9)."""
    council = [one for one in members if one.role in COUNCIL and one.stands_on(on)]
    found: list[Finding] = []
    size = council_size(round_.level, on)
    if size is None:
        found.append(Warning_("council_size_unknown", "Chưa đọc được quy định về số thành viên Hội đồng của cấp này."))
    elif len(council) not in size.sizes:
        doubt = "" if size.verified else " Số này chờ xác minh, lấy theo cấp huyện trước đây."
        sentence = f"Hội đồng phải có {size.text} thành viên, đang có {len(council)}.{doubt}"
        found.append(Blocker("council_size", sentence, size.article))
    roles = [one.role for one in council]
    if SeatRole.CHAIR not in roles:
        found.append(Blocker("no_chair", "Hội đồng chưa có Chủ tịch.", f"Điều 9 {CIRCULAR}"))
    # Of the nation's council the article names deputies, and none of them standing (Đ9.4.b).
    wanted = SeatRole.DEPUTY if round_.level == CertificateLevel.NATION else SeatRole.STANDING_DEPUTY
    if wanted not in roles and not (wanted == SeatRole.DEPUTY and SeatRole.STANDING_DEPUTY in roles):
        found.append(Blocker("no_deputy", f"Hội đồng chưa có {wanted.label}.", f"Điều 9 {CIRCULAR}"))
    return found


def jury_findings(members: Sequence[Member], on: date) -> list[Finding]:
    """What stands against the jury as it sits on the day: odd, led, with a deputy (Đ11.2)."""
    jury = [one for one in members if one.role in JURY and one.stands_on(on)]
    article = f"khoản 2 Điều 11 {CIRCULAR}"
    found: list[Finding] = []
    if len(jury) % 2 == 0:
        found.append(Blocker("even_jury", f"Ban Giám khảo phải có số thành viên lẻ, đang có {len(jury)}.", article))
    head = next((one for one in jury if one.role == SeatRole.JURY_HEAD), None)
    if head is None:
        found.append(Blocker("no_head", "Ban Giám khảo chưa có Trưởng ban.", article))
    elif head.user_id is None:
        # Ours: only the head opens a sheet again and closes the scoring, and nobody does it in another's name.
        found.append(Blocker("head_without_account", "Trưởng ban Giám khảo phải có tài khoản để khóa chấm điểm."))
    if not any(one.role == SeatRole.JURY_DEPUTY for one in jury):
        found.append(Blocker("no_jury_deputy", "Ban Giám khảo chưa có Phó Trưởng ban.", article))
    without = [one.full_name for one in jury if one.user_id is None and one is not head]
    if without:
        names = ", ".join(without[:3]) + ("…" if len(without) > 3 else "")  # noqa: PLR2004  # as many as named
        found.append(Blocker("judge_without_account", f"Giám khảo chưa có tài khoản để chấm: {names}."))
    return found


def scale_findings(rows: Iterable[tuple[str, Decimal]], *, step: Decimal, on: date) -> list[Finding]:
    """What stands against a detailed scale: the sum of each part, and points that no judge could give."""
    wanted = part_points(on)
    sums: dict[str, Fraction] = dict.fromkeys(wanted, Fraction())
    found: list[Finding] = []
    for part, most in rows:
        sums[part] += Fraction(most)
        if most <= 0 or most % step:
            sentence = (
                f"Điểm tối đa {format_number(most)} phải lớn hơn 0 và chia hết cho bước điểm {format_number(step)}."
            )
            found.append(Blocker("criterion_step", sentence))
    found += [
        Blocker(
            "part_sum",
            f"«{Part(part).label}» phải có tổng {int(whole)} điểm, đang là {_shown(sums[part])}.",
            f"khoản 1 Điều 7 {CIRCULAR}; Phụ lục 4",
        )
        for part, whole in wanted.items()
        if sums[part] != whole
    ]
    return found


def _shown(sum_: Fraction) -> str:
    return format_number(Decimal(sum_.numerator) / Decimal(sum_.denominator))


def calling_findings(round_: Round, members: Sequence[Member], on: date) -> list[Finding]:
    """What stands in the way of the call; the council guides the makers, so it exists before (Đ10.1)."""
    found = council_findings(round_, members, on)
    if round_.entries_from is None or round_.entries_until is None:
        found.append(Blocker("no_days", "Chưa ghi ngày đầu và ngày cuối nhận hồ sơ.", f"khoản 1 Điều 15 {CIRCULAR}"))
    elif round_.entries_until < on:
        found.append(Blocker("days_over", "Ngày cuối nhận hồ sơ đã qua.", f"khoản 1 Điều 15 {CIRCULAR}"))
    if not round_.where:
        found.append(Blocker("no_where", "Chưa ghi nơi nhận hồ sơ và sản phẩm.", f"khoản 1 Điều 15 {CIRCULAR}"))
    return found


def opening_findings(
    round_: Round, members: Sequence[Member], criteria: Sequence[Criterion], states: Sequence[str], on: date
) -> list[Finding]:
    """What stands in the way of scoring. `states`: those of the round's products."""
    found = [*council_findings(round_, members, on), *jury_findings(members, on)]
    step = Decimal(round_.score_step)
    found += scale_findings([(one.part, one.max_points) for one in criteria], step=step, on=on)
    article = f"khoản 1 Điều 16 {CIRCULAR}"
    if not round_.criteria_approved:
        found.append(Blocker("scale_open", "Khung điểm chưa được Chủ tịch Hội đồng quyết định.", article))
    if EntryState.ACCEPTED not in states:
        found.append(Blocker("nothing_to_score", "Chưa có sản phẩm nào được tham gia."))
    waiting = sum(state in (EntryState.SUBMITTED, EntryState.INCOMPLETE) for state in states)
    if waiting:
        found.append(Blocker("unchecked", f"Còn {waiting} hồ sơ chưa kiểm tra xong."))
    if round_.entries_until is not None and on < round_.entries_until:
        until = format_date(round_.entries_until)
        found.append(Blocker("still_receiving", f"Còn nhận hồ sơ đến hết ngày {until}.", f"khoản 1 Điều 15 {CIRCULAR}"))
    elif on == round_.entries_until:
        found.append(
            NeedsApproval("last_day", "Hôm nay là ngày cuối nhận hồ sơ: mở chấm điểm thì không nhận thêm nữa.")
        )
    return found


def check_portal(round_: Round) -> None:
    """Raise Refused where everybody would read something of a person."""
    if round_.on_portal:
        refuse_on(personal_findings({"Tên kỳ bình chọn": round_.name, "Nơi nhận hồ sơ và sản phẩm": round_.where}))


def refuse_on(findings: Iterable[Finding]) -> None:
    """Refused with the first blocker and all findings, where there is one."""
    found = list(findings)
    stopping = blockers(found)
    if stopping:
        more = f" Còn {len(stopping) - 1} điều khác." if len(stopping) > 1 else ""
        raise Refused(f"{stopping[0].sentence}{more}", article=stopping[0].article, findings=found)


def check_past(on: date, what: str) -> None:
    """Refused for a day that has not come: nobody writes down what is still to be signed."""
    if on > today():
        raise Refused(f"{what} không được sau hôm nay.")


def is_alone(role: str) -> bool:
    """Whether one person at a time holds this seat."""
    return role in ALONE
