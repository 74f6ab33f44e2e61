"""Whether a package that came may be believed, and what stands against its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.text import shown
from khuyencong.federation.keys import is_signed
from khuyencong.federation.models import IncomingPackage, IncomingState, TrustedKey
from khuyencong.federation.package import Cell, Package
from khuyencong.law.catalogue import activity_name
from khuyencong.people.models import Agency
from khuyencong.periods.models import PeriodReport
from khuyencong.periods.node import REPORTERS
from khuyencong.periods.rules import check_closing_day, contradictions
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import Values, add_up, value_of

HAS_RECORDS = (
    "{agency} có báo cáo tính từ hồ sơ trong hệ thống này cho {period}: không nhận thêm gói số liệu của cùng kỳ."
)

# A row of a table by hand has no province of its own: it is that of its agency.
NO_PROVINCE = "{agency} không thuộc một tỉnh: hệ thống chưa nhận được gói số liệu nhiều tỉnh của một cơ quan."
KEY_REVOKED = (
    "Khóa {key} đã thôi được tin từ ngày {day} ({why}): hãy trả lại gói này, để cơ quan gửi khóa lại số liệu thành lần nộp sau "
    "và ký bằng khóa mới."
)
OVER_RECORDS = (
    "Hệ thống này có hồ sơ của {agency}, kinh phí {source}, {period}: phê duyệt {approved}, đã chi {paid}. Chấp nhận gói thì số "
    "trong gói thay mọi số tính từ các hồ sơ ấy; người chấp nhận phải ghi lý do vào ý kiến."
)


def signer_of(package: Package, receivers: frozenset[int]) -> TrustedKey:
    """The key of ours under which the package stands. Refused: no such key, or another hand has changed the package."""
    found = (
        TrustedKey.objects.in_force()
        .filter(receiver__in=receivers, fingerprint=package.key, sender_code=package.sender)
        .select_related("agency__province__current", "agency__parent", "receiver")
        .first()
    )
    if found is None:
        raise Refused(
            f"Chưa tin khóa «{shown(package.key, 20)}» của cơ quan có mã «{shown(package.sender, 40)}»: quản trị của nơi nhận phải "
            "đối chiếu và ghi khóa ấy trước."
        )
    if not is_signed(package.signed_text, package.signature, found.public_key):
        raise Refused("Chữ ký của gói không đúng: gói đã bị sửa, hoặc không phải do khóa ấy ký.")
    return found


def check_sums(package: Package) -> None:
    """Refused where the package is not what it says of itself."""
    if package.content_sha256 != package.stated_sha256:
        raise Refused("Mã kiểm tra của nội dung không khớp: gói bị hỏng trên đường truyền hoặc đã bị sửa.")
    rows = package.data["content"]["cells"]
    if len(rows) != package.stated_cells or package.total != package.stated_total:
        raise Refused("Tổng ghi trong gói không bằng tổng các dòng của gói.")


def findings_of(package: Package, agency: Agency) -> list[Finding]:
    """What stands against the figures, or is to be seen before they are accepted; the rules of every report."""
    found: list[Finding] = list(_of_the_whole(package, agency))
    for (source, activity), values in package.cells.items():
        name = f"{activity_name(activity)} ({FundingSource(source).label.lower()})"
        found += contradictions(name, values)
    return found


def _of_the_whole(package: Package, agency: Agency) -> Iterator[Finding]:
    wrong = check_closing_day(package.period, package.closing_on)
    if wrong:
        yield Blocker("closing_day", wrong)
    if package.closing_on > today():
        yield Blocker("not_closed", f"Số liệu tính đến ngày {format_date(package.closing_on)}: chưa đến ngày ấy.")
    if not package.cells:
        yield Blocker("no_rows", "Gói không có dòng số liệu nào.")
    if agency.kind not in REPORTERS:
        yield Blocker("no_reporter", f"{agency} không lập báo cáo theo kỳ.")
    if agency.home_province_id is None:
        yield Blocker("no_province", NO_PROVINCE.format(agency=agency))
    home = agency.province.current.key if agency.province and agency.province.current else ""
    if home and package.provinces - {home}:
        yield Blocker("other_province", f"Gói của {agency} có số liệu của tỉnh khác.")
    for (_, activity), values in package.cells.items():
        if value_of(values, "approved") < 0 or value_of(values, "planned") < 0:
            yield Blocker("negative", f"{activity_name(activity)}: kinh phí của cả kỳ là số âm.")


def before_accepting(found: IncomingPackage, package: Package, recorded: Mapping[Cell, Values]) -> list[Finding]:
    """What whoever accepts must know: a key that is believed no more, and records here that the package would outvote.

    `recorded`: what the records say (`differences.recorded_cells`). A warning is answered in the note of the acceptance.
    """
    key, result = found.trusted_key, list[Finding]()
    if key.revoked_on is not None:
        sentence = KEY_REVOKED.format(key=key.fingerprint, day=format_date(key.revoked_on), why=key.revoked_because)
        result.append(Blocker("key_revoked", sentence))
    for source in sorted({source for source, _ in package.cells}):
        held = add_up(values for (of, _), values in recorded.items() if of == source)
        if any(held):
            sentence = OVER_RECORDS.format(
                agency=found.agency,
                source=FundingSource(source).label.lower(),
                period=found.period,
                approved=format_dong(value_of(held, "approved")),
                paid=format_dong(value_of(held, "paid")),
            )
            result.append(Warning_("over_records", sentence))
    return result


def check_order(package: Package, key: TrustedKey) -> IncomingPackage | None:
    """The package itself where it came before. Refused: a version older than one that came, or the same with other content."""
    same_period = IncomingPackage.objects.filter(
        receiver=key.receiver, agency=key.agency, kind=package.period.kind, year=package.period.year,
        number=package.period.number,
    )  # fmt: skip
    latest = same_period.order_by("-sent_version").first()
    if latest is None:
        _check_no_records(package, key.agency)
        return None
    earlier = same_period.filter(sent_version=package.number).first()
    if earlier is not None and earlier.sha256 == package.sha256:
        return earlier
    if earlier is not None:
        raise Refused(
            f"Đã nhận lần nộp {package.number} của {package.period} với nội dung khác: số liệu sửa lại phải là lần nộp sau."
        )
    if package.number < latest.sent_version:
        raise Refused(
            f"Đã nhận lần nộp {latest.sent_version} của {package.period}; lần nộp {package.number} cũ hơn nên không được nhận."
        )
    return None


def _check_no_records(package: Package, agency: Agency) -> None:
    own = PeriodReport.objects.filter(
        agency=agency, kind=package.period.kind, year=package.period.year, number=package.period.number, by_hand=False
    )
    if own.exists():
        raise Refused(HAS_RECORDS.format(agency=agency, period=package.period))


def is_open(package: IncomingPackage) -> bool:
    return package.state == IncomingState.WAITING
