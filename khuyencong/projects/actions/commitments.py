"""What the beneficiaries have committed themselves to: TTLT 26/2014 Đ7.3, Đ7.4 and Mẫu số 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.projects.door import lock_draft, touch
from khuyencong.projects.models import Beneficiary, Project

COMMITMENTS = ("commits_own_capital", "declares_no_other_support")


@dataclass(frozen=True, slots=True)
class Commitments:
    """The two written commitments of one beneficiary; False: not given, or not yet."""

    commits_own_capital: bool
    declares_no_other_support: bool


@transaction.atomic
def set_commitments(*, project_id: int, by: Actor, version: int, given: Mapping[int, Commitments]) -> Project:
    """Write down which commitments the beneficiaries of a draft have given, by key of the beneficiary.

    Beneficiaries that are not named keep theirs. Raises NotAllowed, Stale, Refused.
    """
    project = lock_draft(project_id, by=by, version=version)
    rows = {one.pk: one for one in project.beneficiaries.select_related("establishment")}
    if given.keys() - rows.keys():
        raise Refused("Có cơ sở không còn trong đề án: hãy mở lại trang.")
    changed = []
    before, after = {}, {}
    for key, wanted in given.items():
        one = rows[key]
        if commitments_of(one) == wanted:
            continue
        name = f"{one} (mã {one.establishment_id})"
        before[name], after[name] = in_words(commitments_of(one)), in_words(wanted)
        one.commits_own_capital = wanted.commits_own_capital
        one.declares_no_other_support = wanted.declares_no_other_support
        changed.append(one)
    Beneficiary.objects.bulk_update(changed, COMMITMENTS)
    touch(project)
    record(action="project.set_commitments", by=by, subject=project, thread=project.thread, before=before, after=after)
    return project


def commitments_of(one: Beneficiary) -> Commitments:
    """What stands in the record."""
    return Commitments(one.commits_own_capital, one.declares_no_other_support)


def in_words(given: Commitments) -> str:
    """The commitments as the trail shows them."""
    words = {"đủ vốn đối ứng": given.commits_own_capital, "chưa được hỗ trợ": given.declares_no_other_support}
    return ", ".join(word for word, holds in words.items() if holds) or "chưa có"
