"""The shipped documents: one YAML file per decree, circular, decision or resolution, checked as a whole when loaded.

A file may hold norms, parameters, advances, deadlines, papers, conditions, targets and what other programmes pay; each
value has its article, says whether it was verified, and takes the dates of its document unless it has its own. Two
values of one thing in force at once for the same scope are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from khuyencong.law.catalogue import Catalogue, catalogue
from khuyencong.law.loader import Loader
from khuyencong.law.values import (
    AdvanceRule,
    Condition,
    DeadlineRule,
    Document,
    Norm,
    OtherSupport,
    Paper,
    Parameter,
    Target,
    in_force,
)
from khuyencong.law.yamlfile import Item, read

REGULATIONS_FOLDER = Path(__file__).with_name("regulations")
LINKS = ("based_on", "corrects", "amends", "replaces")


@dataclass(frozen=True)
class Regulations:
    """All documents by id, in the order of their file names."""

    documents: dict[str, Document]

    @property
    def norms(self) -> tuple[Norm, ...]:
        return tuple(norm for document in self.documents.values() for norm in document.norms)

    @property
    def advances(self) -> tuple[AdvanceRule, ...]:
        return tuple(rule for document in self.documents.values() for rule in document.advances)

    @property
    def deadlines(self) -> tuple[DeadlineRule, ...]:
        return tuple(rule for document in self.documents.values() for rule in document.deadlines)

    @property
    def papers(self) -> tuple[Paper, ...]:
        return tuple(paper for document in self.documents.values() for paper in document.papers)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(found for document in self.documents.values() for found in document.conditions)

    @property
    def targets(self) -> tuple[Target, ...]:
        """What the national programmes want to reach, in the order of the files."""
        return tuple(target for document in self.documents.values() for target in document.targets)

    @property
    def other_supports(self) -> tuple[OtherSupport, ...]:
        """What neighbouring programmes pay for: to be asked about before khuyến công pays the same item."""
        return tuple(found for document in self.documents.values() for found in document.other_supports)

    def of_scope(self, scope: str | None) -> tuple[Document, ...]:
        """The documents of one province key, or the national ones."""
        return tuple(document for document in self.documents.values() if document.scope == scope)

    def parameter(self, code: str, on: date, *, scope: str | None = None) -> Parameter | None:
        """The single number of that code in force on the day, of the nation or of one province."""
        for document in self.of_scope(scope):
            for found in document.parameters:
                if found.code == code and in_force(found.valid_from, found.valid_to, on):
                    return found
        return None


@cache
def regulations() -> Regulations:
    """The shipped regulations, read once."""
    return load_regulations()


def load_regulations(folder: Path = REGULATIONS_FOLDER, *, activities: Catalogue | None = None) -> Regulations:
    """Read and check every file of a folder. Raises LawFileError naming the file and line of the first mistake."""
    loader = Loader(activities or catalogue())
    items = {path.stem: read(path) for path in sorted(folder.glob("*.yaml"))}
    documents = {key: loader.document(key, item) for key, item in items.items()}
    for key, item in items.items():
        _check_links(item, documents[key], documents)
    return Regulations({key: with_basis(document, documents) for key, document in documents.items()})


def _check_links(item: Item, document: Document, documents: dict[str, Document]) -> None:
    """Refuse a link to a document that is not in the folder."""
    for field in LINKS:
        named = getattr(document, field)
        for other in (named,) if isinstance(named, str) else named:
            if other and other not in documents:
                raise item.error(f"nhắc tới văn bản «{other}» không có trong thư mục.", key=field)


def with_basis(document: Document, documents: Mapping[str, Document]) -> Document:
    """Tell open-ended norms when the document they rest on ended, so that their use afterwards is questioned."""
    basis = documents.get(document.based_on)
    if basis is None or basis.valid_to is None:
        return document
    norms = (replace(norm, basis_ended_on=basis.valid_to) if norm.valid_to is None else norm for norm in document.norms)
    return replace(document, norms=tuple(norms))
