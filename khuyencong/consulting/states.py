"""The life of a job: one table, and the one door through which its state changes."""

from __future__ import annotations

from khuyencong.consulting.models import Job, JobState
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, step_in, steps_from

S, P = JobState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("sign", "Ghi hợp đồng", S.OFFERED, S.SIGNED, P.CONSULTING_MANAGE),
    Transition("lose", "Không ký được", S.OFFERED, S.LOST, P.CONSULTING_MANAGE, needs_reason=True),
    Transition("complete", "Nghiệm thu xong", S.SIGNED, S.DONE, P.CONSULTING_MANAGE, by_itself=True),
    Transition("close", "Thanh lý", S.DONE, S.CLOSED, P.CONSULTING_MANAGE, needs_reason=True),
    Transition("stop", "Chấm dứt", S.SIGNED, S.STOPPED, P.CONSULTING_MANAGE, needs_reason=True),
    # An acceptance was annulled, or an annex brought more to do.
    Transition("resume", "Làm tiếp", S.DONE, S.SIGNED, P.CONSULTING_MANAGE, by_itself=True),
    # What was ended too early, or wrongly: late invoices and costs, a contract that is signed after all.
    Transition("reopen", "Mở lại", S.CLOSED, S.DONE, P.CONSULTING_MANAGE, needs_reason=True),
    Transition("reopen", "Mở lại", S.STOPPED, S.SIGNED, P.CONSULTING_MANAGE, needs_reason=True),
    Transition("reopen", "Mở lại", S.LOST, S.OFFERED, P.CONSULTING_MANAGE, needs_reason=True),
)


def steps_of(job: Job) -> tuple[Transition, ...]:
    """What somebody may do next."""
    return steps_from(TRANSITIONS, job.state)


def check_step(job: Job, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(TRANSITIONS, name, job, what="việc tư vấn")


def move(job: Job, name: str) -> None:
    """Change the state of a locked, permitted, current job by the step `name`, and save it."""
    advance(job, check_step(job, name))
