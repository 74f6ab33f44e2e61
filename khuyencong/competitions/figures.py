"""What reports count of competitions: by the day of the decision, since before it nothing is recognised (TT 26/2014 Đ17.2)."""

from __future__ import annotations

from datetime import date

from django.db.models import Count as CountOf
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from khuyencong.competitions.models import Decision, EntryState, Round
from khuyencong.projects.subjects import Count, Subject


def rounds(first_on: date, last_on: date) -> QuerySet[Round]:
    """The rounds in which something was recognised between the days."""
    decided = Decision.objects.filter(round=OuterRef("pk"), decided_on__gte=first_on, decided_on__lte=last_on)
    admitted = Q(entries__state=EntryState.ACCEPTED)
    issued = Q(entries__certificate__issued_on__gte=first_on, entries__certificate__issued_on__lte=last_on)
    stands = Q(entries__certificate__withdrawn_on__isnull=True) | Q(entries__certificate__withdrawn_on__gt=last_on)
    certified = issued & stands
    women = certified & Q(entries__establishment__women_owned=True)
    return Round.objects.filter(Exists(decided)).annotate(
        admitted=CountOf("entries", distinct=True, filter=admitted),
        certified=CountOf("entries", distinct=True, filter=certified),
        certified_women=CountOf("entries", distinct=True, filter=women),
        holders=CountOf(F("entries__establishment"), distinct=True, filter=certified),
    )


SUBJECT = Subject(
    code="binh-chon",
    title="Bình chọn sản phẩm công nghiệp nông thôn tiêu biểu",
    one="kỳ bình chọn",
    when="Kỳ có quyết định công nhận trong thời gian ấy",
    counts=(
        Count("admitted", "Sản phẩm tham gia", "sản phẩm", "Hồ sơ được nhận vào kỳ bình chọn"),
        Count("certified", "Sản phẩm được công nhận", "sản phẩm", "Giấy chứng nhận cấp trong kỳ, trừ giấy đã thu hồi"),
        Count("holders", "Cơ sở được công nhận", "lượt cơ sở", "Cơ sở có sản phẩm được công nhận, tính theo từng kỳ"),
        Count("certified_women", "Của cơ sở do phụ nữ làm chủ", "sản phẩm", "Trong số sản phẩm được công nhận"),
    ),
    rows=rounds,
    province="province",
    unit="agency",
)
