"""What may not be done to one's own account."""

import secrets

from django.conf import settings

from khuyencong.core.findings import Blocker
from khuyencong.people.actors import memberships_of
from khuyencong.people.models import User
from khuyencong.people.roles import Role
from khuyencong.signin.models import AuthenticatorApp, Passkey

# Who decides, who pays, and who lets others in: they need a second factor (REQUIRE_SECOND_FACTOR).
ROLES = frozenset({Role.LEADER, Role.ACCOUNTANT, Role.ADMINISTRATOR})
CODES = 10
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for one another
_CODE_LENGTH = 10


def count_factors(user: User) -> int:
    """How many apps and passkeys the person has; recovery codes replace a factor, they are none."""
    return AuthenticatorApp.objects.filter(user=user).count() + Passkey.objects.filter(user=user).count()


def has_factor(user: User) -> bool:
    """Whether signing in with a password asks this person for a second step."""
    return AuthenticatorApp.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def may_remove_factor(user: User) -> list[Blocker]:
    """The last factor stays where the person's role needs one."""
    if not settings.REQUIRE_SECOND_FACTOR or count_factors(user) > 1:
        return []
    needed = [hat for hat in memberships_of(user) if hat.role in ROLES]
    if not needed:
        return []
    sentence = f"Vai trò {needed[0].get_role_display().lower()} bắt buộc xác thực hai lớp: hãy thêm một cách khác trước khi bỏ cách này."
    return [Blocker("second_factor_needed", sentence)]


def new_recovery_codes() -> list[str]:
    """Ten codes of 49 random bits each, as they are printed: «k7dqw-9zxm3»."""
    codes = ("".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH)) for _ in range(CODES))
    return [f"{code[: _CODE_LENGTH // 2]}-{code[_CODE_LENGTH // 2 :]}" for code in codes]


def plain_code(typed: str) -> str:
    """A code as typed, without what people put between its signs."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())
