"""What happens to the registry."""

from khuyencong.establishments.actions.registry import FIELDS, register_establishment, snapshot, update_establishment

__all__ = ["FIELDS", "register_establishment", "snapshot", "update_establishment"]
