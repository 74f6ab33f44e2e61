"""What happens to the registry."""

from khuyencong.establishments.actions.details import add_detail, remove_detail, update_detail
from khuyencong.establishments.actions.merging import (
    COPYABLE,
    can_take,
    dismiss_suspicion,
    merge,
    pair_version,
    undo_merge,
)
from khuyencong.establishments.actions.naming import rename_establishment
from khuyencong.establishments.actions.registry import FIELDS, register_establishment, snapshot, update_establishment
from khuyencong.establishments.actions.support import (
    SUPPORT_FIELDS,
    add_past_support,
    correct_past_support,
    withdraw_past_support,
)

__all__ = [
    "COPYABLE",
    "FIELDS",
    "SUPPORT_FIELDS",
    "add_detail",
    "add_past_support",
    "can_take",
    "correct_past_support",
    "dismiss_suspicion",
    "merge",
    "pair_version",
    "register_establishment",
    "remove_detail",
    "rename_establishment",
    "snapshot",
    "undo_merge",
    "update_detail",
    "update_establishment",
    "withdraw_past_support",
]
