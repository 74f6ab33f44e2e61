"""Whether the chain of events is whole: no event changed, removed, inserted or moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from khuyencong.audit.chain import GENESIS, HASHED, hash_of
from khuyencong.audit.models import AuditEvent, AuditHead

CHUNK = 1_000


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold: the number of the event, and what is wrong with it."""

    seq: int
    sentence: str


def verify_chain() -> Broken | None:
    """Walk the whole chain in constant memory; None when it holds, else its first broken place.

    Events added meanwhile do no harm: each reached the database together with its head.
    """
    # The end of the events is read before the head, so that an event added in between is not taken for a stray one.
    last_event = AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0
    head_seq, head_hash = head_now()
    seq, previous = 0, GENESIS
    rows = AuditEvent.objects.filter(seq__lte=head_seq).order_by("seq").values(*HASHED, "hash")
    for row in rows.iterator(chunk_size=CHUNK):
        seq += 1
        if fault := _fault(row, seq, previous):
            return Broken(seq, fault)
        previous = row["hash"]
    if seq != head_seq:
        return Broken(seq + 1, f"Thiếu các sự kiện cuối, từ số {seq + 1} đến số {head_seq}.")
    if previous != head_hash:
        return Broken(seq, f"Đầu chuỗi không khớp với sự kiện cuối, số {seq}.")
    if last_event > head_seq:
        return Broken(head_seq + 1, f"Có sự kiện số {last_event} sau đầu chuỗi (số {head_seq}).")
    return None


def head_now() -> tuple[int, str]:
    """Number and hash of the last event; (0, GENESIS) before the first."""
    head = AuditHead.objects.filter(pk=1).first()
    return (head.seq, head.hash) if head else (0, GENESIS)


def compare_head(seq: int, printed: str) -> Broken | None:
    """Whether event `seq` still has the hash that was printed of it (its beginning is enough); None when it has.

    A later rewrite of the chain, however consistent in itself, gives that event another hash.
    """
    wanted = "".join(printed.split()).lower()
    stored = AuditEvent.objects.filter(seq=seq).values_list("hash", flat=True).first()
    if stored is None:
        return Broken(seq, f"Không còn sự kiện số {seq}: nhật ký đã bị cắt ngắn sau khi in.")
    if not stored.startswith(wanted):
        return Broken(seq, f"Mã băm của sự kiện số {seq} khác với mã đã in: nhật ký đã bị viết lại sau khi in.")
    return None


def _fault(row: Mapping[str, Any], seq: int, previous: str) -> str:
    """What is wrong with the row that stands where number `seq` should, after the event with hash `previous`."""
    if row["seq"] != seq:
        return f"Thiếu sự kiện số {seq}: sau số {seq - 1} là số {row['seq']}."
    if row["previous_hash"] != previous:
        return f"Sự kiện số {seq} không nối vào sự kiện số {seq - 1}."
    if row["hash"] != hash_of(row):
        return f"Nội dung sự kiện số {seq} đã bị sửa sau khi ghi."
    return ""
