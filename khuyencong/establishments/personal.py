"""What a page shows of the persons of an establishment: the whole only with `Permission.PERSONAL_VIEW` on the record."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.personal import HIDDEN, masked, masked_email
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.tax_code import tax_code_shown
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed


@dataclass(frozen=True, slots=True)
class Eyes:
    """How personal data is shown to one reader of one record."""

    see_all: bool

    def number(self, text: str) -> str:
        """A telephone or identity number."""
        return text if self.see_all else masked(text)

    def email(self, text: str) -> str:
        return text if self.see_all else masked_email(text)

    def year(self, year: int | None) -> str:
        """A year of birth."""
        if year is None:
            return ""
        return str(year) if self.see_all else HIDDEN * 4

    def name(self, text: str) -> str:
        """The name of a person to call, else the first letters: «N. V. A.»."""
        return text if self.see_all else " ".join(f"{word[0]}." for word in text.split())

    def tax_code(self, text: str) -> str:
        return tax_code_shown(text, whole=self.see_all)


def eyes_of(actor: Actor, establishment: Establishment) -> Eyes:
    """What this actor may see of the persons of this establishment."""
    return Eyes(allowed(actor, Permission.PERSONAL_VIEW, establishment))
