"""What may be published of a đề án, and what may stand in its public texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from khuyencong.core.findings import Blocker, Finding
from khuyencong.establishments.keys import name_key, words_key
from khuyencong.establishments.models import Establishment
from khuyencong.opendata.models import Publication
from khuyencong.opendata.public import may_be_named
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

S = ProjectState
# What is decided and paid for; the list offers the last two, which have a result to show.
PUBLISHABLE = (S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED)
WITH_RESULT = (S.ACCEPTED, S.SETTLED)
# Whatever looks like a telephone or the number of a paper of a person is none of the public's business.
TELEPHONE = re.compile(r"(?<![\d.,])(?:\+84|0)(?:[ .-]?\d){8,10}(?![\d.,]?\d)")
PAPER_NUMBER = re.compile(r"(?<![\d.,])\d{12}(?!\d)")
E_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
COORDINATES = re.compile(r"\b\d{1,3}[.,]\d{4,}\s*[°,;]")
SHORTEST_NAME = 2  # words; one word alone names nobody
NOBODY = "một cơ sở"


def check_publishing(publication: Publication, beneficiaries: Sequence[Establishment]) -> list[Finding]:
    """Why this may not be published; an empty list where it may."""
    found: list[Finding] = []
    project = publication.project
    if project.state not in PUBLISHABLE:
        found.append(
            Blocker(
                "not_publishable",
                f"Đề án ở trạng thái «{project.get_state_display()}»: công bố được từ khi đã phê duyệt.",
            )
        )
    return found + check_texts(publication, beneficiaries)


def check_texts(publication: Publication, beneficiaries: Sequence[Establishment]) -> list[Finding]:
    """What of a person stands in the public texts."""
    texts = {
        "Tên công khai": publication.title,
        "Tóm tắt": publication.summary,
        "Kết quả": publication.result,
    }
    found: list[Finding] = []
    if not publication.title.strip():
        found.append(Blocker("no_title", "Hãy ghi tên công khai."))
    for label, text in texts.items():
        for code, pattern, what in (
            ("telephone", TELEPHONE, "một số giống số điện thoại"),
            ("paper_number", PAPER_NUMBER, "một dãy 12 chữ số giống số định danh"),
            ("e_mail", E_MAIL, "một địa chỉ thư điện tử"),
            ("coordinates", COORDINATES, "một số giống tọa độ"),
        ):
            if pattern.search(text):
                found.append(Blocker(code, f"{label} có {what}: hãy bỏ đi rồi công bố."))
        found += [
            Blocker(
                "names_a_person",
                f"{label} nêu tên «{name}», là hộ hoặc cá nhân chưa có văn bản đồng ý: "
                "viết lại cho không nêu tên, hoặc ghi văn bản đồng ý.",
            )
            for name in _named_in(text, beneficiaries, consent=publication.consent)
        ]
    return found


def suggested_title(project: Project, beneficiaries: Iterable[Establishment]) -> str:
    """The name of the đề án, without the names of households and persons as they are written in the registry."""
    title = project.name
    for one in beneficiaries:
        if may_be_named(one.kind, consent=False):
            continue
        for name in (one.name, one.owner_name):
            words = name.split()
            if len(words) >= SHORTEST_NAME:
                pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words) + r"(?!\w)"
                title = re.sub(pattern, NOBODY, title, flags=re.IGNORECASE)
    return title


def _named_in(text: str, beneficiaries: Iterable[Establishment], *, consent: bool) -> list[str]:
    """Those of the beneficiaries who may not be named and are; compared without forms of business and diacritics."""
    told = f" {words_key(text)} "
    found = []
    for one in beneficiaries:
        if may_be_named(one.kind, consent=consent):
            continue
        keys = {name_key(one.name), words_key(one.owner_name)}
        if any(len(key.split()) >= SHORTEST_NAME and f" {key} " in told for key in keys):
            found.append(one.name)
    return found
