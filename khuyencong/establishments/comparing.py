"""Two entries side by side, before somebody decides whether they are one establishment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from khuyencong.core.money import format_dong
from khuyencong.core.text import fold
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.personal import Eyes, eyes_of
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing about both, as texts."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether both say something and not the same; capitals and marks aside."""
        return bool(self.first and self.second) and fold(self.first) != fold(self.second)

    @property
    def one_sided(self) -> bool:
        """Whether only one of them says something."""
        return bool(self.first) != bool(self.second)


Shown = Callable[[Establishment, Eyes], str]


def _number(value: int | None) -> str:
    return "" if value is None else format_dong(value)


def _sector(one: Establishment, _: Eyes) -> str:
    found = catalogue().sectors.get(one.sector)
    return found.name if found else one.sector


def _point(one: Establishment, _: Eyes) -> str:
    known = one.latitude is not None and one.longitude is not None
    return f"{one.latitude:.5f}; {one.longitude:.5f}".replace(".", ",") if known else ""


# In the order in which a person compares.
SHOWN: tuple[tuple[str, Shown], ...] = (
    ("Tên", lambda one, _: one.name),
    ("Tên cũ", lambda one, _: "; ".join(name.name for name in one.formernames.all())),
    ("Loại hình", lambda one, _: one.get_kind_display()),
    ("Mã số thuế", lambda one, eyes: eyes.tax_code(one.tax_code)),
    ("Số đăng ký", lambda one, _: one.registration_number),
    ("Tỉnh, thành phố", lambda one, _: str(one.province)),
    ("Tỉnh trước 01/07/2025", lambda one, _: str(one.province_before or "")),
    ("Xã, phường, đặc khu", lambda one, _: str(one.commune or "")),
    ("Địa chỉ", lambda one, _: one.place_text),
    ("Điểm trên bản đồ", _point),
    ("Ngành nghề", _sector),
    ("Làng nghề", lambda one, _: str(one.craft_village or "")),
    ("Điện thoại", lambda one, eyes: eyes.number(one.phone)),
    ("Thư điện tử", lambda one, eyes: eyes.email(one.email)),
    ("Người liên hệ", lambda one, eyes: eyes.name(one.contact)),
    ("Chủ cơ sở", lambda one, eyes: eyes.name(one.owner_name)),
    ("Giới tính của chủ cơ sở", lambda one, _: one.get_owner_gender_display()),
    ("Dân tộc của chủ cơ sở", lambda one, _: one.owner_ethnicity),
    ("Năm sinh của chủ cơ sở", lambda one, eyes: eyes.year(one.owner_born_in)),
    ("Số định danh của chủ cơ sở", lambda one, eyes: eyes.number(one.owner_id_number)),
    ("Số lao động", lambda one, _: _number(one.workers)),
    ("Lao động nữ", lambda one, _: _number(one.women_workers)),
    ("Lao động dân tộc thiểu số", lambda one, _: _number(one.ethnic_workers)),
    ("Vốn điều lệ (đồng)", lambda one, _: _number(one.charter_capital)),
    ("Số máy", lambda one, _: "; ".join(machine.serial for machine in one.machines.all() if machine.serial)),
    ("Tài khoản của chủ cơ sở", lambda one, _: "có" if one.account_id else ""),
    ("Cơ quan đăng ký", lambda one, _: str(one.registered_for)),
)


def compared(first: Establishment, second: Establishment, *, actor: Actor) -> list[Beside]:
    """What is known of at least one of them; persons as far as the actor may see. Expects `formernames` and `machines` loaded."""
    eyes = eyes_of(actor, first), eyes_of(actor, second)
    rows = [Beside(label, shown(first, eyes[0]), shown(second, eyes[1])) for label, shown in SHOWN]
    return [row for row in rows if row.first or row.second]
