"""Hiding persons: by the terms of an agency, row by row, or because the person asks."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.persons.door import lock_request, lock_run, refuse_own
from khuyencong.persons.hiding import hide
from khuyencong.persons.holding import RULES
from khuyencong.persons.keeping import Terms, own_rows, terms_of
from khuyencong.persons.models import HiddenRow, HidingRun, PersonRequest, RequestKind
from khuyencong.persons.where import BY_KEY, HOLDINGS

MOST_IN_A_RUN = 5_000
NOT_DUE = "Không còn hết hạn: có giấy tờ mới, hoặc thời hạn đã đổi."
GONE = "Bản ghi không còn."
NOT_YOURS = "Mục này do cơ quan khác giữ: chuyển yêu cầu cho cơ quan ấy."


@transaction.atomic
def begin_run(*, by: Actor, creation_key: UUID, rules: frozenset[str]) -> HidingRun:
    """List the rows of these rules that are past their terms today, at most MOST_IN_A_RUN; nothing is hidden yet.

    Raises NotAllowed, Refused where there is nothing to hide.
    """
    require(by, Permission.PERSON_DATA_HIDE)
    earlier = HidingRun.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    on = today()
    run = HidingRun(creation_key=creation_key, agency=by.agency, on=on, wanted=0, made_by=by.user)
    require(by, Permission.PERSON_DATA_HIDE, run)
    terms = Terms(terms_of(by), on)
    own = [RULES[key].label for key, term in terms.by_rule.items() if key in rules and term.set_by_id == by.user.pk]
    if own:
        raise Refused(f"Thời hạn «{own[0]}» do chính bạn đặt: một người khác quyết định ẩn theo thời hạn ấy.")
    wanted: list[HiddenRow] = []
    for holding in HOLDINGS:
        if holding.rule not in rules or len(wanted) >= MOST_IN_A_RUN:
            continue
        due = terms.past(holding, own_rows(holding, by)).order_by("pk").values_list("pk", flat=True)
        left = MOST_IN_A_RUN - len(wanted)
        wanted += [HiddenRow(model=holding.key, row=pk, rule=holding.rule) for pk in due[:left]]
    if not wanted:
        raise Refused("Hôm nay không có mục nào hết thời hạn lưu trong các loại đã chọn.")
    run.wanted = len(wanted)
    made = save_once(run, author="made_by")
    if made is not None:
        return made
    for row in wanted:
        row.run = run
    HiddenRow.objects.bulk_create(wanted)
    record(
        action="person_data.run",
        by=by,
        subject=run,
        thread=run.thread,
        after={
            "số mục": run.wanted,
            "loại": sorted(RULES[key].label for key in {one.rule for one in wanted}),
            "căn cứ": sorted(
                f"{term.document}: {term.years} năm" for key, term in terms.by_rule.items() if key in rules
            ),
        },
    )
    return run


@transaction.atomic
def hide_next(*, run_id: int, by: Actor, version: int) -> HidingRun:
    """Hide the next row of the run, or say why it stays: it is asked once more whether it is due. Raises NotAllowed, Stale, Refused."""
    run = lock_run(run_id, by=by, version=version)
    row = run.rows.filter(hidden_at__isnull=True, told="").order_by("pk").first()
    if row is None:
        raise Refused("Đợt này đã làm xong.")
    holding = BY_KEY.get(row.model)
    run.done += 1
    run.version += 1
    run.save(update_fields=["done", "version", "moved_at"])
    told: list[str] = []
    if holding is None or not holding.model._default_manager.filter(pk=row.row).exists():  # noqa: SLF001  # Django documents it
        row.told = GONE
    elif not Terms(terms_of(by), today()).past(holding, own_rows(holding, by)).filter(pk=row.row).exists():
        row.told = NOT_DUE
    else:
        told = hide(holding, row.row, row)
    row.save(update_fields=["told", "hidden_at", "likeness"])
    record(
        action="person_data.hide",
        by=by,
        subject=row,
        thread=run.thread,
        after={"mục": told, "loại": RULES[row.rule].label if row.rule in RULES else row.rule},
        note=row.told,
    )
    return run


@transaction.atomic
def hide_chosen(*, request_id: int, by: Actor, version: int) -> PersonRequest:
    """Hide what may be hidden of the rows chosen for a request; the others keep the sentence why not.

    Raises NotAllowed, Stale, Refused where the person asked for a copy only, or nothing was chosen.
    """
    asked = lock_request(request_id, by=by, version=version, permission=Permission.PERSON_DATA_HIDE)
    if not asked.is_open or asked.kind != RequestKind.HIDE:
        raise Refused("Chỉ ẩn theo yêu cầu ẩn đang xử lý.")
    if not asked.chosen:
        raise Refused("Chưa chọn mục nào là của người này: quản trị chọn trước.")
    refuse_own(asked, by)
    terms, hidden, kept = Terms(terms_of(by), today()), [], []
    asked.hidden.filter(hidden_at__isnull=True).delete()
    for model, pk in asked.chosen:
        holding = BY_KEY[model]
        if asked.hidden.filter(model=model, row=pk).exists():
            continue
        row = HiddenRow(request=asked, model=model, row=pk, rule=holding.rule)
        row.told = _why_not(terms, model, pk, by)
        if row.told:
            kept.append(f"{row}: {row.told}")
        else:
            hide(holding, pk, row)
            hidden.append(str(row))
        row.save()
    asked.version += 1
    asked.save(update_fields=["version"])
    record(
        action="person_data.hide_asked",
        by=by,
        subject=asked,
        thread=asked.thread,
        after={"đã ẩn": hidden, "để nguyên": kept},
    )
    return asked


def _why_not(terms: Terms, model: str, pk: int, by: Actor) -> str:
    """Why the row stays as it is, with the basis; "" where it may be hidden."""
    holding = BY_KEY[model]
    if not holding.model._default_manager.filter(pk=pk).exists():  # noqa: SLF001  # Django documents it
        return GONE
    reason = terms.why_kept(holding, pk)
    if reason is not None:
        return f"{reason.sentence} ({reason.article})" if reason.article else reason.sentence
    return "" if own_rows(holding, by).filter(pk=pk).exists() else NOT_YOURS
