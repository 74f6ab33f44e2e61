"""Everything that is done to information works and explained policies."""

from khuyencong.outreach.actions.policies import change_policy, publish_policy, take_down_policy, write_policy
from khuyencong.outreach.actions.works import (
    add_work_files,
    change_work,
    make_work,
    plan_work,
    publish_work,
    step_back,
    tie_posting,
    write_reach,
)

__all__ = [
    "add_work_files",
    "change_policy",
    "change_work",
    "make_work",
    "plan_work",
    "publish_policy",
    "publish_work",
    "step_back",
    "take_down_policy",
    "tie_posting",
    "write_policy",
    "write_reach",
]
