"""The life of a job: one table, and the one door through which its state changes."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.consulting.models import Job, JobState
from khuyencong.core.errors import Refused


@dataclass(frozen=True)
class Transition:
    """One allowed step for whoever keeps the jobs. `by_itself`: it follows from another step, nobody presses it."""

    name: str
    label: str
    source: JobState
    target: JobState
    needs_reason: bool = False
    by_itself: bool = False


S = JobState
TRANSITIONS: tuple[Transition, ...] = (
    Transition("sign", "Ghi hợp đồng", S.OFFERED, S.SIGNED),
    Transition("lose", "Không ký được", S.OFFERED, S.LOST, needs_reason=True),
    Transition("complete", "Nghiệm thu xong", S.SIGNED, S.DONE, by_itself=True),
    Transition("close", "Thanh lý", S.DONE, S.CLOSED, needs_reason=True),
    Transition("stop", "Chấm dứt", S.SIGNED, S.STOPPED, needs_reason=True),
)


def steps_of(job: Job) -> tuple[Transition, ...]:
    """What somebody may do next."""
    return tuple(row for row in TRANSITIONS if row.source == job.state and not row.by_itself)


def check_step(job: Job, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    rows = [row for row in TRANSITIONS if row.name == name]
    for row in rows:
        if row.source == job.state:
            return row
    raise Refused(f"Không thể «{rows[0].label}» khi việc tư vấn ở trạng thái «{job.get_state_display()}».")


def move(job: Job, name: str) -> None:
    """Change the state of a locked, permitted, current job by the step `name`, and save it."""
    job.state = check_step(job, name).target
    job.version += 1
    job.save()
