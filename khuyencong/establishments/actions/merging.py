"""One establishment, two entries: a person decides whether they are one, and may undo it.

What was recorded under the entry that is merged stays there and is read through `Establishment.identity_id`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused, Stale
from khuyencong.establishments.door import thread_of
from khuyencong.establishments.duplicates import raise_suspicions
from khuyencong.establishments.models import Establishment, Merge, Suspicion, SuspicionState
from khuyencong.establishments.rules import check_entry
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

# What may be taken over where the kept entry has nothing, by the name on the form: the columns that go together.
COPYABLE: dict[str, tuple[str, ...]] = {
    "tax_code": ("tax_code",),
    "commune": ("commune_id",),
    "province_before": ("province_before_id",),
    "place_text": ("place_text",),
    "workers": ("workers",),
    "women_workers": ("women_workers",),
    "ethnic_workers": ("ethnic_workers",),
    "charter_capital": ("charter_capital",),
    "craft_village": ("craft_village_id",),
    "registration_number": ("registration_number",),
    "point": ("latitude", "longitude"),
    "owner_name": ("owner_name",),
    "owner_gender": ("owner_gender",),
    "owner_ethnicity": ("owner_ethnicity",),
    "owner_born_in": ("owner_born_in",),
    "owner_id_number": ("owner_id_number",),
    "contact": ("contact",),
    "phone": ("phone",),
    "email": ("email",),
}
OF_THE_PROVINCE = {"commune", "province_before", "craft_village"}
DIGEST, _SALT = "hmac:", "khuyencong.establishments.merging"
FAR = "Hai hồ sơ ở hai tỉnh, thành phố: chỉ Cục được gộp hoặc hủy việc gộp."


def pair_version(one: Establishment, other: Establishment) -> int:
    """What a form about two entries carries: it grows with every change of either."""
    return one.version + other.version


@transaction.atomic
def dismiss_suspicion(*, first_id: int, second_id: int, version: int, by: Actor) -> int:
    """Decide that the two are different establishments: they are not compared again. How many suspicions that settles.

    `version`: that of the pair. Raises NotAllowed, Stale, Refused.
    """
    pair = _lock_pair(first_id, second_id, by=by, version=version)
    sides = [Q(pk=one.pk) | Q(merged_into=one) for one in pair]
    one, other = (Establishment.objects.filter(side).values("pk") for side in sides)
    found = Suspicion.objects.filter(
        Q(first__in=one, second__in=other) | Q(first__in=other, second__in=one), state=SuspicionState.OPEN
    ).update(state=SuspicionState.DISMISSED, decided_by=by.user, decided_at=timezone.now())
    if not found:
        raise Refused("Nghi vấn này đã được xử lý.")
    for entry, twin in (pair, pair[::-1]):
        record(
            action="establishment.not_the_same",
            by=by,
            subject=entry,
            thread=thread_of(entry),
            after={"khác với": f"{twin} (hồ sơ {twin.pk})"},
        )
    return found


@transaction.atomic
def merge(*, kept_id: int, dropped_id: int, version: int, by: Actor, reason: str, copy: Collection[str] = ()) -> Merge:
    """Let the entry `kept` stand for `dropped` as well; `copy` names what it takes over where it has nothing itself.

    `version`: that of the pair. Raises NotAllowed, Stale, and Refused where they lie in two provinces and the actor is
    not of the national agency, where one is merged already, or where the owner signs in to the one that would go.
    """
    if not reason.strip():
        raise Refused("Hãy ghi vì sao hai hồ sơ là một cơ sở.")
    kept, dropped = _lock_pair(kept_id, dropped_id, by=by, version=version)
    if dropped.account_id:
        raise Refused("Chủ cơ sở đăng nhập vào hồ sơ sẽ bị gộp: hãy giữ hồ sơ ấy.")
    carried = list(Establishment.objects.select_for_update().filter(merged_into=dropped).order_by("pk"))
    for entry in (*carried, dropped):
        entry.merged_into = kept
        entry.save(update_fields=["merged_into"])
    made = Merge.objects.create(
        kept=kept,
        dropped=dropped,
        reason=reason.strip(),
        carried=[entry.pk for entry in carried],
        copied=_copy(kept, dropped, copy),
        merged_by=by.user,
    )
    Establishment.objects.filter(pk__in=[kept_id, dropped_id]).refresh_haystacks()
    Suspicion.objects.filter(
        first=min(kept_id, dropped_id), second=max(kept_id, dropped_id), state=SuspicionState.OPEN
    ).update(state=SuspicionState.MERGED, decided_by=by.user, decided_at=timezone.now())
    after = _told(made) | {"lấy thêm": ", ".join(name for name in COPYABLE if name in copy)}
    for one in (kept, dropped):
        record(action="establishment.merge", by=by, subject=one, thread=thread_of(one), after=after, note=made.reason)
    return made


@transaction.atomic
def undo_merge(*, dropped_id: int, version: int, by: Actor, reason: str) -> Establishment:
    """Let the entry stand for itself again, as before it was merged. Raises NotAllowed, Stale, Refused."""
    if not reason.strip():
        raise Refused("Hãy ghi vì sao hủy việc gộp.")
    made = Merge.objects.select_for_update().filter(dropped=dropped_id, undone_at__isnull=True).first()
    if made is None:
        raise Refused("Hồ sơ này không còn gộp vào hồ sơ nào.")
    held = Establishment.objects.filter(pk=dropped_id).values_list("merged_into_id", flat=True)
    entries = _lock([made.kept_id, dropped_id, *made.carried, *(pk for pk in held if pk)])
    kept, dropped = entries[made.kept_id], entries[dropped_id]
    today = entries.get(dropped.identity_id)
    if today is None or dropped.merged_into_id != kept.identity_id:
        raise Refused("Hồ sơ được giữ vừa được gộp tiếp: hãy mở lại trang.")
    dropped.check_version(version)
    _check_both(by, (today, dropped))
    _give_back(kept, made.copied)
    still = Merge.objects.filter(dropped__in=made.carried, undone_at__isnull=True)
    followers = [entries[pk] for pk in still.values_list("dropped_id", flat=True)]
    try:
        with transaction.atomic():
            for entry in followers:
                entry.merged_into = dropped
                entry.save(update_fields=["merged_into"])
            dropped.merged_into = None
            dropped.save(update_fields=["merged_into"])
    except IntegrityError:
        raise Refused("Mã số thuế của hồ sơ này đã được ghi cho một cơ sở khác: hãy sửa ở đó trước.") from None
    made.undone_by, made.undone_at, made.undone_reason = by.user, timezone.now(), reason.strip()
    made.save()
    Establishment.objects.filter(pk__in=entries).refresh_haystacks()
    Suspicion.objects.filter(
        first=min(made.kept_id, dropped_id), second=max(made.kept_id, dropped_id), state=SuspicionState.MERGED
    ).update(state=SuspicionState.OPEN, decided_by=None, decided_at=None)
    raise_suspicions([kept.pk, dropped.pk])
    for one in (kept, dropped):
        record(
            action="establishment.unmerge",
            by=by,
            subject=one,
            thread=thread_of(one),
            after=_told(made),
            note=made.undone_reason,
        )
    return dropped


def _lock_pair(one_id: int, other_id: int, *, by: Actor, version: int) -> tuple[Establishment, Establishment]:
    """The two, each standing for itself, locked with all that were merged into them."""
    if one_id == other_id:
        raise Refused("Hãy chọn hai hồ sơ khác nhau.")
    merged = Establishment.objects.filter(merged_into__in=[one_id, other_id]).values_list("pk", flat=True)
    entries = _lock([one_id, other_id, *merged])
    if not {one_id, other_id} <= set(entries):
        raise Refused("Không tìm thấy hồ sơ cơ sở.")
    pair = entries[one_id], entries[other_id]
    _check_both(by, pair)
    if pair[0].merged_into_id or pair[1].merged_into_id:
        raise Refused("Một trong hai hồ sơ đã được gộp rồi: hãy mở lại trang.")
    if version != pair_version(*pair):
        raise Stale("Một trong hai hồ sơ đã được sửa sau khi bạn mở trang. Chưa có gì được ghi; hãy so sánh lại.")
    return pair


def _lock(ids: Iterable[int]) -> dict[int, Establishment]:
    """The entries, locked in the order of their keys so that two merges wait for each other instead of dying."""
    rows = Establishment.objects.select_for_update(of=("self",)).select_related("province__current", "commune")
    return {one.pk: one for one in rows.filter(pk__in=set(ids)).order_by("pk")}


def _check_both(by: Actor, pair: Iterable[Establishment]) -> None:
    provinces = set()
    for one in pair:
        require(by, Permission.ESTABLISHMENT_MERGE, one)
        provinces.add(one.province.current_id or one.province_id)
    if len(provinces) > 1 and not by.is_national:
        raise Refused(FAR)


def lacks(entry: Establishment, name: str) -> bool:
    """Whether the entry has nothing under this name of `COPYABLE`."""
    return all(getattr(entry, column) in {None, ""} for column in COPYABLE[name])


def can_take(kept: Establishment, dropped: Establishment, name: str) -> bool:
    """Whether `kept` may take this over: it has nothing itself, the other has, and it holds in the kept one's province."""
    same_province = kept.province_id == dropped.province_id
    return lacks(kept, name) and not lacks(dropped, name) and (same_province or name not in OF_THE_PROVINCE)


def _copy(kept: Establishment, dropped: Establishment, names: Collection[str]) -> dict[str, str]:
    """Take over what was asked for; the columns with a digest of each value, by which undoing tells what still stands.

    Digests: the owner's name and number would stay here after they were hidden in both entries.
    """
    wrong = [name for name in names if name not in COPYABLE or not can_take(kept, dropped, name)]
    if wrong:
        raise Refused("Chỉ lấy thêm được những gì hồ sơ được giữ chưa có: hãy mở lại trang.")
    taken = {column: getattr(dropped, column) for name in COPYABLE if name in names for column in COPYABLE[name]}
    if taken:
        for column, value in taken.items():
            setattr(kept, column, value)
        check_entry(kept)
        kept.version += 1
        kept.save()
    return {column: digest_of(getattr(dropped, column)) for column in taken}


def digest_of(value: Any) -> str:
    """By what a value is known again without being told."""
    return DIGEST + salted_hmac(_SALT, str(value), algorithm="sha256").hexdigest()


def _give_back(kept: Establishment, taken: dict[str, str]) -> None:
    """Empty what was taken over, where nobody has written something else since."""
    unchanged = [column for column, digest in taken.items() if digest_of(getattr(kept, column)) == digest]
    if not unchanged:
        return
    for column in unchanged:
        field = Establishment._meta.get_field(column.removesuffix("_id"))  # noqa: SLF001  # Django documents _meta
        setattr(kept, column, None if field.null else "")
    kept.version += 1
    kept.save()


def _told(made: Merge) -> dict[str, Any]:
    """What the trail of both entries says of a merge."""
    kept, dropped = made.kept, made.dropped
    return {
        "số": made.pk,
        "hồ sơ được giữ": f"{kept} (hồ sơ {kept.pk})",
        "hồ sơ được gộp": f"{dropped} (hồ sơ {dropped.pk})",
    }
