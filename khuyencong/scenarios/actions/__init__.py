"""What happens to scenarios."""

from khuyencong.scenarios.actions.adopting import adopt_scenario
from khuyencong.scenarios.actions.choosing import Pick, choose, choose_in_bulk, refresh_scenario
from khuyencong.scenarios.actions.making import MOST_SCENARIOS, Start, delete_scenario, make_scenario, rename_scenario

__all__ = [
    "MOST_SCENARIOS",
    "Pick",
    "Start",
    "adopt_scenario",
    "choose",
    "choose_in_bulk",
    "delete_scenario",
    "make_scenario",
    "refresh_scenario",
    "rename_scenario",
]
