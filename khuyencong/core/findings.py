"""What a rule answers: findings with a sentence for the user, never a bare boolean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule has found.

    `code` is stable and can be searched for; `sentence` is Vietnamese, for the user; `article` is the provision ("" = none).
    """

    kind: ClassVar[str] = "finding"
    label: ClassVar[str] = "Ghi nhận"  # what the kind is called before the sentence

    code: str
    sentence: str
    article: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain data for JSON storage; `from_dicts` reads it back."""
        return {"kind": self.kind, "code": self.code, "sentence": self.sentence, "article": self.article}

    @classmethod
    def from_dict(cls, data: Mapping[str, str]) -> Self:
        """The finding of this class that `as_dict` wrote; KeyError when the code or the sentence is missing."""
        return cls(code=data["code"], sentence=data["sentence"], article=data.get("article", ""))


@dataclass(frozen=True, slots=True)
class Blocker(Finding):
    """The step cannot be taken as long as this holds."""

    kind: ClassVar[str] = "blocker"
    label: ClassVar[str] = "Không được phép"


@dataclass(frozen=True, slots=True)
class NeedsApproval(Finding):
    """The step can be taken, but only with someone's decision."""

    kind: ClassVar[str] = "needs_approval"
    label: ClassVar[str] = "Cần người có thẩm quyền quyết định"


@dataclass(frozen=True, slots=True)
class Warning_(Finding):  # noqa: N801  the plain name would hide Python's own Warning
    """The step can be taken; the user should know this first."""

    kind: ClassVar[str] = "warning"
    label: ClassVar[str] = "Lưu ý"


_KINDS: dict[str, type[Finding]] = {cls.kind: cls for cls in (Finding, Blocker, NeedsApproval, Warning_)}


def blockers(findings: Iterable[Finding]) -> list[Blocker]:
    """Only the findings that stop the step, in their order."""
    return [finding for finding in findings if isinstance(finding, Blocker)]


def as_dicts(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as plain data, for a JSON column."""
    return [finding.as_dict() for finding in findings]


def from_dicts(rows: Iterable[Mapping[str, str]]) -> list[Finding]:
    """Findings read back from `as_dicts`; ValueError on a kind that this version does not know."""
    findings = []
    for row in rows:
        kind = _KINDS.get(row["kind"])
        if kind is None:
            raise ValueError(f"unknown kind of finding: {row['kind']!r}")
        findings.append(kind.from_dict(row))
    return findings
