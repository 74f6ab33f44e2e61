"""What the dossier must hold before a đề án is handed in (TT 36/2013 Đ10 as amended), and who may change it when."""

from __future__ import annotations

from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.law.papers import Stage
from khuyencong.projects.dossier import Dossier, PaperState, Row, Weight, is_reference_only
from khuyencong.projects.models import LetterKind, Project
from khuyencong.projects.states import AT_REST

REQUEST_LETTER = f"{Stage.REGISTRATION}.request_letter"
OWN_PROCEDURE = "TT 46/2012 Đ8.3.b"
# The letters with which a unit hands a đề án in.
HANDING_IN = frozenset({LetterKind.REQUEST, LetterKind.SUBMISSION})


def papers_missing(dossier: Dossier) -> list[Finding]:
    """What lacks of the registration papers, each with its article.

    Of national money the law's papers stop the submission; of local money those that an agency has made obligatory do,
    the rest is one sentence for reference, since the province sets its own procedure (TT 46/2012 Đ8.3.b).
    """
    rows = [row for row in dossier.of(Stage.REGISTRATION) if row.lacks]
    found: list[Finding] = [
        Blocker("paper_missing", _sentence(row), row.citation) for row in rows if row.weight is Weight.REQUIRED
    ]
    found += letter_missing(dossier)
    rest = [row for row in rows if row.weight is not Weight.REQUIRED]
    if is_reference_only(dossier.project):
        if rest:
            listed = "; ".join(_quoted(row) for row in rest)
            sentence = f"So với danh mục của khuyến công quốc gia (tham khảo), hồ sơ chưa có: {listed}."
            found.append(Warning_("papers_for_reference", sentence, OWN_PROCEDURE))
        return found
    for row in rest:
        advice = " Nếu không thuộc trường hợp phải nộp, ghi «Không áp dụng» kèm lý do." if row.may_be_waived else ""
        found.append(Warning_("paper_in_case", f"{_sentence(row)}{advice}", row.citation))
    return found


def letter_missing(dossier: Dossier) -> list[Finding]:
    """Whether the unit's letter of request has its number and day, where that letter is asked for at all."""
    row = dossier.row(REQUEST_LETTER)
    unit = dossier.project.implementing_unit_id
    sent = any(link.letter.kind in HANDING_IN and link.letter.issuer_id == unit for link in dossier.letters)
    if row is None or sent:
        return []
    sentence = "Chưa ghi số và ngày công văn đề nghị của đơn vị thực hiện (phần «Hồ sơ», «Ghi văn bản»)."
    if row.weight is Weight.REQUIRED:
        return [Blocker("letter_missing", sentence, row.citation)]
    return [Warning_("letter_missing", sentence, OWN_PROCEDURE if is_reference_only(dossier.project) else row.citation)]


def require_open(project: Project) -> None:
    """Refused where the đề án is at rest: then its dossier is kept as it is."""
    if project.state in AT_REST:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}»: hồ sơ được giữ nguyên.")


def require_row(dossier: Dossier, key: str) -> Row:
    """The paper, Refused where this đề án has none of that key."""
    row = dossier.row(key)
    if row is None:
        raise Refused("Đề án này không có giấy tờ đó trong danh mục.")
    return row


def _sentence(row: Row) -> str:
    latest = row.latest
    if row.state is PaperState.REFUSED and latest is not None:
        return f"Phải nộp lại {_quoted(row)}: {latest.reason.rstrip('.')}."
    if row.state is PaperState.EXPIRED and latest is not None and latest.expires_on is not None:
        return f"{_quoted(row)} đã hết hạn ngày {format_date(latest.expires_on)}, cần bản mới."
    return f"Hồ sơ chưa có {_quoted(row)}."


def _quoted(row: Row) -> str:
    return f"«{row.text}»"
