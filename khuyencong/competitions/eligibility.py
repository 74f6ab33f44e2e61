"""What stands against a product in a round, as its dossier and the records tell (TT 26/2014 Đ4, Đ6, Đ12).

The same findings are shown to whoever writes, raised when it is handed in, and read again when it is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from khuyencong.competitions.likeness import are_alike, photos_alike, texts_alike
from khuyencong.competitions.models import (
    Certificate,
    Entry,
    EntryPaperKind,
    EntryState,
    PhotoAngle,
    Round,
    RoundState,
)
from khuyencong.competitions.models.entries import IN_PLAY
from khuyencong.competitions.rules import CIRCULAR
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.establishments.eligibility import site_of, standings
from khuyencong.establishments.models import Certificate as RegistryCertificate
from khuyencong.establishments.models import CertificateKind, CertificateLevel
from khuyencong.law.catalogue import activity
from khuyencong.law.competition import BELOW, PHOTOS
from khuyencong.law.eligibility import Verdict
from khuyencong.places.models import Province

ANGLES = (PhotoAngle.FRONT, PhotoAngle.SIDE, PhotoAngle.TOP)
# What TT 26/2014 Đ1.2 asks of the establishment (NĐ 45/2012 Đ1.2.a): who it is and where, not its trade.
ASKED_TOPICS = frozenset({"kind", "place"})
ANSWERS: tuple[tuple[str, str, str, str], ...] = (
    ("own_production", "Sản phẩm phải do chính cơ sở sản xuất", "khoản 2 Điều 4", "tự sản xuất"),
    ("not_copied", "Sản phẩm không được sao chép của người khác", "khoản 3 Điều 4", "không sao chép"),
    ("lawful", "Việc sản xuất không được vi phạm quy định", "khoản 3 Điều 4", "không vi phạm"),
    (
        "mass_production",
        "Sản phẩm phải sản xuất được hàng loạt, không phải độc bản",
        "khoản 4 Điều 4",
        "sản xuất hàng loạt",
    ),
)
TOLD = {
    "materials": "nguyên liệu, vật liệu",
    "technology": "công nghệ, thiết bị",
    "market": "thị trường, sản lượng tiêu thụ",
    "impact": "hiệu quả kinh tế, xã hội, môi trường",
}
MOST_NAMED = 5


def findings_of(entry: Entry, on: date, *, checking: bool = False) -> list[Finding]:
    """Everything the records say on the day; about ten queries. `checking`: as the organiser reads it, to accept it."""
    found = [*about_round(entry, on), *about_product(entry), *about_dossier(entry), *about_establishment(entry, on)]
    found += about_level_below(entry, on, checking=checking)
    found += look_alikes(entry, named=checking)
    return found


def about_round(entry: Entry, on: date) -> list[Finding]:
    """Whether the round takes products on the day, and from this place."""
    round_, article = entry.round, f"khoản 1 Điều 15 {CIRCULAR}"
    found: list[Finding] = []
    if entry.state == EntryState.INCOMPLETE and entry.complete_by is not None:
        if round_.state != RoundState.CALLED or on > entry.complete_by:
            found.append(Blocker("too_late", f"Đã quá hạn bổ sung ngày {format_date(entry.complete_by)}.", article))
    elif entry.state == EntryState.DRAFT and not round_.takes_entries_on(on):
        days = (
            f" Nhận từ {format_date(round_.entries_from)} đến hết {format_date(round_.entries_until)}."
            if round_.entries_from and round_.entries_until
            else ""
        )
        found.append(Blocker("not_receiving", f"Hôm nay kỳ bình chọn không nhận hồ sơ.{days}", article))
    if not is_of_place(entry, on):
        sentence = f"Cơ sở không ở {round_.place}: sản phẩm đăng ký ở kỳ bình chọn của nơi mình."
        found.append(Blocker("elsewhere", sentence, f"khoản 1 Điều 3 {CIRCULAR}"))
    return found


def is_of_place(entry: Entry, on: date) -> bool:
    """Whether the establishment lies in the place of the round; at most one query."""
    round_, one = entry.round, entry.establishment
    today_id = one.province.current_id or one.province_id
    match round_.level:
        case CertificateLevel.NATION:
            return True
        case CertificateLevel.REGION:
            return Province.objects.in_region(round_.region, on).filter(pk__in=[today_id, one.province_id]).exists()
        case CertificateLevel.COMMUNE:
            commune, own = round_.commune, one.commune
            return bool(commune and own and (own.current_id or own.pk) == (commune.current_id or commune.pk))
        case _:
            province = round_.province
            return province is not None and today_id == (province.current_id or province.pk)


def about_product(entry: Entry) -> list[Finding]:
    """What the maker declares (Đ4, Đ6.4), and what is said of the product."""
    found: list[Finding] = []
    for name, sentence, article, short in ANSWERS:
        answer = getattr(entry, name)
        if answer is None:
            found.append(Blocker(f"{name}_open", f"Chưa trả lời: {short}?", f"{article} {CIRCULAR}"))
        elif not answer:
            found.append(Blocker(name, f"{sentence}.", f"{article} {CIRCULAR}"))
    if not entry.consents:
        sentence = "Cơ sở chưa xác nhận tự nguyện tham gia và chịu trách nhiệm về thông tin đã khai."
        found.append(Blocker("no_consent", sentence, f"khoản 4 Điều 6 {CIRCULAR}"))
    if entry.is_set and not entry.set_parts:
        sentence = "Bộ sản phẩm: hãy kể các sản phẩm trong bộ."
        found.append(Blocker("no_parts", sentence, f"khoản 2 Điều 3 {CIRCULAR}"))
    article = f"điểm b khoản 1 Điều 12 {CIRCULAR}; Phụ lục 2"
    if not entry.features:
        found.append(Blocker("no_features", "Thuyết minh chưa nêu đặc điểm, công dụng của sản phẩm.", article))
    missing = [label for name, label in TOLD.items() if not getattr(entry, name)]
    if missing:
        found.append(Warning_("little_told", f"Thuyết minh chưa có: {', '.join(missing)}.", article))
    return found


def about_dossier(entry: Entry) -> list[Finding]:
    """Photos and papers (Đ12.1); two queries."""
    found: list[Finding] = []
    article = f"điểm b khoản 1 Điều 12 {CIRCULAR}"
    angles = list(entry.photos.order_by().values_list("angle", flat=True))
    lacking = [one.label.lower() for one in ANGLES if one not in angles]
    if lacking:
        sentence = f"Phải có {PHOTOS} ảnh chụp ở ba góc khác nhau; còn thiếu: {', '.join(lacking)}."
        found.append(Blocker("photos", sentence, article))
    kinds = set(entry.papers.order_by().values_list("kind", flat=True))
    if EntryPaperKind.REGISTRATION not in kinds:
        sentence = "Chưa có bản sao giấy chứng nhận đăng ký kinh doanh của cơ sở."
        found.append(Blocker("no_registration", sentence, f"điểm a khoản 1 Điều 12 {CIRCULAR}"))
    if EntryPaperKind.QUALITY not in kinds:
        sentence = "Chưa có chứng nhận chất lượng, an toàn thực phẩm (nộp nếu có)."
        found.append(Warning_("no_quality", sentence, f"điểm c khoản 1 Điều 12 {CIRCULAR}"))
    return found


def about_establishment(entry: Entry, on: date) -> list[Finding]:
    """Whether it is an establishment of rural industry (Đ1.2), as the law room answers; two queries."""
    wanted = activity(f"competition_{entry.round.level}")
    if wanted is None:
        return []
    one = entry.establishment
    found: list[Finding] = []
    if one.merged_into_id is not None:
        found.append(Blocker("merged", "Hồ sơ cơ sở này đã được gộp vào một hồ sơ khác: hãy đăng ký từ hồ sơ ấy."))
    for standing in standings(one, [wanted], site=site_of(one, on=on)):
        for answer in standing.own:
            if answer.topic not in ASKED_TOPICS or answer.verdict is Verdict.YES:
                continue
            kind = Blocker if answer.verdict is Verdict.NO else Warning_
            found.append(kind(answer.code, answer.sentence, f"khoản 2 Điều 1 {CIRCULAR}; {answer.article}"))
    return found


def about_level_below(entry: Entry, on: date, *, checking: bool) -> list[Finding]:
    """A certificate of the level below that holds on the day, or the letter that replaces it (Đ12.2–4); two queries."""
    below = BELOW[entry.round.level]
    if not below:
        return []
    clause = {"province": "khoản 2", "region": "khoản 3", "nation": "khoản 4"}[entry.round.level]
    article = f"{clause} Điều 12 {CIRCULAR}"
    found: list[Finding] = []
    has_letter = bool(entry.letter_number and entry.letter_on and entry.letter_issuer)
    if not has_letter:
        kind = Blocker if checking or entry.no_lower_round else Warning_
        sentence = "Chưa ghi số, ngày, cơ quan của văn bản đề nghị kèm danh sách trích ngang."
        found.append(kind("no_letter", sentence, f"{article}; Phụ lục 5"))
    elif entry.letter_on is not None and entry.letter_on > on:
        found.append(Blocker("letter_later", "Ngày văn bản đề nghị sau hôm nay.", article))
    if entry.no_lower_round:
        found += _no_round_below(entry, below, on)
    else:
        found += _certificate_below(entry, below, on, article)
    return found


def _no_round_below(entry: Entry, below: Sequence[str], on: date) -> list[Finding]:
    """The letter stands for the certificate only where the level below held no round: the article says so of provinces."""
    article = f"điểm d khoản 2 Điều 12 {CIRCULAR}"
    if entry.round.level != CertificateLevel.PROVINCE:
        sentence = "Văn bản chỉ nêu trường hợp này cho cấp tỉnh: người có thẩm quyền của kỳ bình chọn quyết định."
        return [NeedsApproval("no_round_below", sentence, article)]
    one = entry.establishment
    held = Round.objects.filter(
        level__in=below,
        state__in=[RoundState.DECIDED, RoundState.CLOSED],
        year__gte=on.year - 2,
        commune__isnull=False,
        commune__current=one.commune.current_id if one.commune else None,
    ).first()
    if held is None:
        return []
    sentence = f"Hồ sơ ghi xã không tổ chức bình chọn, nhưng có «{held.name}» năm {held.year}."
    return [NeedsApproval("round_below_held", sentence, article)]


def _certificate_below(entry: Entry, below: Sequence[str], on: date, article: str) -> list[Finding]:
    """It must hold on the day on which the dossier was handed in, the first time; what was withdrawn since holds no more."""
    day = entry.handed_in_on or on
    lower, registered = entry.lower, entry.lower_record
    levels = " hoặc ".join(CertificateLevel(level).label.lower() for level in below)
    until: date | None
    if lower is not None:
        number, until = lower.number, lower.valid_until
        of_maker = lower.entry.establishment.identity_id == entry.establishment.identity_id
        fits = lower.decision.round.level in below
        holds = lower.is_valid_on(day) and (lower.withdrawn_on is None or lower.withdrawn_on > on)
        same = lower.entry.product_key == entry.product_key
    elif registered is not None:
        number, until = registered.number, registered.valid_until
        of_maker = registered.establishment_id == entry.establishment_id
        fits = registered.kind == CertificateKind.PRODUCT and registered.level in below
        holds = registered.is_valid_on(day)
        same = not registered.name or are_alike(registered.name, entry.product)
    else:
        return [Blocker("no_certificate", f"Chưa có giấy chứng nhận {levels} còn giá trị.", article)]
    found: list[Finding] = []
    if not of_maker:
        found.append(Blocker("of_another", f"Giấy chứng nhận {number} là của cơ sở khác.", article))
    if not fits:
        found.append(Blocker("wrong_level", f"Giấy chứng nhận {number} không phải {levels}.", article))
    if not holds:
        end = f" (đến hết {format_date(until)})" if until else ""
        sentence = f"Giấy chứng nhận {number} không còn giá trị ngày {format_date(day)}{end}."
        found.append(Blocker("expired", sentence, f"{article}; khoản 3 Điều 17 {CIRCULAR}"))
    if not same:
        sentence = f"Giấy chứng nhận {number} ghi sản phẩm khác tên: kiểm tra có phải cùng sản phẩm."
        found.append(NeedsApproval("other_product", sentence, article))
    return found


def look_alikes(entry: Entry, *, named: bool) -> list[Finding]:
    """Other products of the round that look like this one, by name or description within the maker's own, by photo everywhere.

    `named`: the products of other makers by their names, which is for the organiser. Three queries.
    """
    others = Entry.objects.filter(round=entry.round_id, state__in=IN_PLAY).exclude(pk=entry.pk)
    found: list[Finding] = []
    own = others.filter(establishment__in=_hands(entry)).order_by("pk")
    for number, product, features in own.values_list("number", "product", "features"):
        if are_alike(product, entry.product):
            said = f"Trông như sản phẩm «{product}»{_number(number)} của cùng cơ sở."
            found.append(NeedsApproval("same_name", said))
        elif texts_alike(features, entry.features):
            said = f"Mô tả giống sản phẩm «{product}»{_number(number)} của cùng cơ sở: kiểm tra có phải cùng sản phẩm."
            found.append(NeedsApproval("same_text", said))
    mine = list(entry.photos.order_by().values_list("likeness", "sha256"))
    seen: set[int] = set()
    if mine:
        rows = others.filter(photos__isnull=False).order_by("pk")
        columns = ("pk", "number", "product", "photos__likeness", "photos__sha256")
        for pk, number, product, likeness, sha256 in rows.values_list(*columns):
            if pk in seen or len(seen) >= MOST_NAMED:
                continue
            if any(sha256 == own or photos_alike(likeness, hash_) for hash_, own in mine):
                seen.add(pk)
                which = f"sản phẩm «{product}»{_number(number)}" if named else "một sản phẩm khác trong kỳ"
                sentence = f"Ảnh giống ảnh của {which}: kiểm tra có phải cùng sản phẩm."
                found.append(NeedsApproval("same_photo", sentence, f"khoản 3 Điều 4 {CIRCULAR}"))
    return found


def _hands(entry: Entry) -> list[int]:
    one = entry.establishment
    return [one.pk, *([one.merged_into_id] if one.merged_into_id else [])]


def _number(number: int | None) -> str:
    return f" (hồ sơ số {number})" if number else ""


def certificates_below(entry: Entry, on: date) -> list[Certificate]:
    """What the maker holds from the level below on the day; one query."""
    return list(
        Certificate.objects.valid_on(on)
        .filter(
            entry__establishment=entry.establishment_id,
            decision__round__level__in=BELOW[entry.round.level],
        )
        .select_related("entry", "decision__round")
    )


def registered_below(entry: Entry, on: date) -> list[RegistryCertificate]:
    """What the register of the maker holds of the level below on the day, and no round here has given; one query."""
    rows = entry.establishment.certificates.filter(
        kind=CertificateKind.PRODUCT, level__in=BELOW[entry.round.level], competition_certificate__isnull=True
    )
    return [one for one in rows if one.is_valid_on(on)]
