"""What somebody types on a step of the guided form, or at the site of an acceptance, kept on the server until it becomes part of the đề án.

Nothing here changes the đề án or the audit trail: see docs/adr on text that is kept beside the record.
"""

from __future__ import annotations

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.guide.steps import STEPS
from khuyencong.projects.models import Project, StepDraft
from khuyencong.projects.states import EDITABLE

LONGEST = 2_000_000  # letters of one step, more than any form of it can hold in good sense
NOT_TEXT = ("csrfmiddlewaretoken", "next", "version")


@transaction.atomic
def keep(*, project: Project, by: Actor, step: str, sent: QueryDict, version: int) -> StepDraft:
    """Keep the fields of a step as they were sent, whether they are valid or not; the latest replaces the earlier.

    Raises NotAllowed, and Refused where the đề án is not being written any more or where the text is too long.
    """
    require(by, Permission.PROJECT_EDIT, project)
    if project.state not in EDITABLE:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không sửa được nội dung.")
    return keep_fields(project=project, by=by, step=step, sent=sent, version=version)


@transaction.atomic
def keep_fields(*, project: Project, by: Actor, step: str, sent: QueryDict, version: int) -> StepDraft:
    """As `keep`, for a form that the caller has judged; `step` at most 20 letters. Refused where the text is too long."""
    fields = {_plain(name): [_plain(value) for value in sent.getlist(name)] for name in sent if name not in NOT_TEXT}
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST:
        raise Refused("Nội dung đang soạn quá dài để giữ: hãy lưu bước này.")
    draft, _ = StepDraft.objects.update_or_create(
        project=project,
        user=by.user,
        step=step,
        defaults={"version": max(version, 1), "fields": fields, "saved_at": timezone.now()},
    )
    return draft


def _plain(text: str) -> str:
    """Without what PostgreSQL cannot store, and without broken halves of letters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def kept(project: Project, actor: Actor, step: str) -> StepDraft | None:
    """What this person has typed on the step and not written into the đề án."""
    return StepDraft.objects.filter(project=project, user=actor.user, step=step).first()


def kept_steps(project: Project, actor: Actor) -> list[str]:
    """The steps on which text of this person waits."""
    return list(StepDraft.objects.filter(project=project, user=actor.user).values_list("step", flat=True))


def drop(project: Project, actor: Actor, step: str) -> None:
    """The text has become part of the đề án, or its author gives it up."""
    StepDraft.objects.filter(project=project, user=actor.user, step=step).delete()


def as_sent(draft: StepDraft) -> QueryDict:
    """The kept fields as the browser would send them again."""
    data = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        data.setlist(name, values)
    data["version"] = str(draft.version)
    return data


def kept_labels(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """(key, label) of the steps on which text of this person waits, in the order of the steps."""
    waiting = set(kept_steps(project, actor))
    return [(step.key, step.label) for step in STEPS if step.key in waiting]
