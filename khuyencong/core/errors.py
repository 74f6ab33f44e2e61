"""Errors of the domain: each carries a Vietnamese sentence that tells the user what to do next."""

from collections.abc import Sequence

from khuyencong.core.findings import Finding


class DomainError(Exception):
    """Something the user asked for cannot be done.

    `sentence` is shown to the user as it stands (Vietnamese); `article` is the provision it rests on ("" when none);
    `findings` are the findings of the rule that refused, when there are several.
    """

    def __init__(self, sentence: str, *, article: str | None = None, findings: Sequence[Finding] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.article = article or ""
        self.findings = tuple(findings)

    def __str__(self) -> str:
        return f"{self.sentence} ({self.article})" if self.article else self.sentence


class NotAllowed(DomainError):  # noqa: N818  reads as what happened; the base class says Error
    """This person may not do this with this record; shown as 403."""


class Refused(DomainError):  # noqa: N818  as above
    """A rule of the programme says no; the sentence says why and the article says on what ground."""


class Stale(DomainError):  # noqa: N818  as above
    """The form was made from an older version of the record; the user must look at the current one first."""
