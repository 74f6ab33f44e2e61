"""One invoice, one đề án: by what an invoice is known again, and what is asked of it before it may count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Sum

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.core.text import fold
from khuyencong.delivery.models import AcceptanceItem, AcceptedInvoice
from khuyencong.establishments.tax_code import check_tax_code, tax_code_shown
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project

ARTICLE = "TTLT 26/2014 Đ7.4; TT 28/2018 Đ5"
VOUCHERS = "TT 36/2013 Đ12.4, Đ17"
JUST_USED = "Một hóa đơn vừa được nghiệm thu ở đề án khác: hãy xem lại."
# An electronic invoice has a number of its template before six signs: «1C26TAA» and «C26TAA» are one.
_WITH_TEMPLATE = re.compile(r"[1-9](?=[ck][0-9]{2}[a-z]{3}$)")
_NO_SIGN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class InvoiceInput:
    """An invoice as the recorder reads it from the paper; `amount` is its whole sum in đồng."""

    seller_tax_code: str
    symbol: str
    number: str
    issued_on: date
    amount: int
    seller: str = ""

    @property
    def key(self) -> str:
        """By what it is compared: tax code of the seller, symbol and number, without blanks, signs and leading noughts."""
        symbol = _WITH_TEMPLATE.sub("", _NO_SIGN.sub("", fold(self.symbol)))
        number = _NO_SIGN.sub("", fold(self.number)).lstrip("0")
        return f"{_NO_SIGN.sub('', fold(self.seller_tax_code))}|{symbol}|{number}"

    @property
    def label(self) -> str:
        code = tax_code_shown(self.seller_tax_code.strip(), whole=False)  # a household may have its owner's number
        return f"Hóa đơn {self.symbol.strip()} số {self.number.strip()} (MST {code})"


def cleaned(given: InvoiceInput) -> InvoiceInput:
    """The invoice with a tax code as it is stored. Refused where something of it cannot be."""
    try:
        tax_code = check_tax_code(given.seller_tax_code, "")
    except ValueError as wrong:
        raise Refused(f"{given.label}: {wrong}") from wrong
    found = InvoiceInput(
        tax_code, given.symbol.strip(), given.number.strip(), given.issued_on, given.amount, given.seller.strip()
    )
    if not tax_code or not found.symbol or not found.key.rpartition("|")[2]:
        raise Refused("Hóa đơn: hãy ghi mã số thuế bên bán, ký hiệu và số hóa đơn.", article=VOUCHERS)
    if not 0 < found.amount <= MAX_DONG:
        raise Refused(f"{found.label}: số tiền trên hóa đơn phải lớn hơn 0.", article=VOUCHERS)
    return found


def judged(
    project: Project,
    used: Sequence[tuple[InvoiceInput, int]],
    *,
    accepted_on: date,
    signed_on: date | None,
    seen_by: Actor,
) -> list[Finding]:
    """What is to say of the invoices, each with the đồng that it pays this time; three queries at most."""
    by_key: dict[str, list[tuple[InvoiceInput, int]]] = {}
    for one, amount in used:
        by_key.setdefault(one.key, []).append((one, amount))
    if not by_key:
        return []
    decided_on = project.plan.decision_on if project.plan else None
    known = {row.key: row for row in AcceptedInvoice.objects.filter(key__in=by_key).select_related("project__funder")}
    spent = _spent(by_key)
    visible = set(
        Project.objects.visible_to(seen_by).filter(accepted_invoices__key__in=by_key).values_list("pk", flat=True)
    )
    found: list[Finding] = []
    for key, rows in by_key.items():
        first = rows[0][0]
        found += _days(first, accepted_on, decided_on, signed_on)
        if any((one.issued_on, one.amount) != (first.issued_on, first.amount) for one, _ in rows):
            found.append(
                Blocker("invoice_differs", f"{first.label} được ghi hai lần với ngày hoặc số tiền khác nhau.", VOUCHERS)
            )
        before = known.get(key)
        if before is not None and before.project_id != project.pk:
            found.append(_elsewhere(first, before, seen=before.project_id in visible))
            continue
        if before is not None and (before.issued_on, before.amount) != (first.issued_on, first.amount):
            told = f"ngày {format_date(before.issued_on)}, {format_dong(before.amount)} đồng"
            found.append(Blocker("invoice_differs", f"{first.label} đã được ghi trước đây là {told}.", VOUCHERS))
        whole = spent.get(key, 0) + sum(amount for _, amount in rows)
        if whole > first.amount:
            sentence = (
                f"{first.label}: các hạng mục dùng {format_dong(whole)} đồng, vượt {format_dong(first.amount)} đồng"
                " của hóa đơn."
            )
            found.append(Blocker("invoice_exceeded", sentence, ARTICLE))
    return found


def _spent(keys: Mapping[str, object]) -> dict[str, int]:
    """How much of each invoice standing acceptances have counted already."""
    rows = AcceptanceItem.objects.filter(invoice_key__in=keys, acceptance__annulment__isnull=True).order_by()
    return dict(rows.values_list("invoice_key").annotate(sum=Sum("cost")))


def _days(one: InvoiceInput, accepted_on: date, decided_on: date | None, signed_on: date | None) -> list[Finding]:
    """What an auditor asks of the day.

    Minutes cannot rest on a paper that was not there yet. What was bought before the decision may have been paid by the
    State already, so it needs a word; that own capital was invested before is allowed (TTLT 26/2014 Đ7.3).
    """
    on = format_date(one.issued_on)
    if one.issued_on > today():
        return [Blocker("invoice_in_future", f"{one.label} ghi ngày {on}, ở tương lai.", VOUCHERS)]
    if one.issued_on > accepted_on:
        sentence = f"{one.label} ghi ngày {on}, sau ngày nghiệm thu {format_date(accepted_on)}."
        return [Blocker("invoice_after_acceptance", sentence, VOUCHERS)]
    if decided_on is not None and one.issued_on < decided_on:
        sentence = (
            f"{one.label} ghi ngày {on}, trước ngày đề án được phê duyệt {format_date(decided_on)}: cần xác nhận máy chưa"
            " được Nhà nước hỗ trợ và đúng là phần vốn cơ sở đã đầu tư."
        )
        return [NeedsApproval("invoice_before_approval", sentence, "TTLT 26/2014 Đ7.3, Đ7.4; TT 28/2018 Đ5")]
    if signed_on is not None and one.issued_on < signed_on:
        sentence = f"{one.label} ghi ngày {on}, trước ngày ký hợp đồng {format_date(signed_on)}: cần nói rõ vì sao."
        return [NeedsApproval("invoice_before_contract", sentence, "TT 36/2013 Đ12.2; TTLT 26/2014 Đ7.3")]
    return []


def _elsewhere(one: InvoiceInput, before: AcceptedInvoice, *, seen: bool) -> Finding:
    """Whoever may not know of the other đề án is told the agency and the year."""
    other = before.project
    where = f"đề án {other.code}" if seen else f"một đề án của {other.funder.name}"
    sentence = f"{one.label} đã được nghiệm thu ở {where}, năm {other.year}, {other.get_source_display().lower()}."
    return Blocker("invoice_used", sentence, ARTICLE)


def keep_invoices(project: Project, invoices: Sequence[InvoiceInput]) -> None:
    """Remember whose đề án these invoices are. Refused where another one has just taken one of them."""
    there = dict(AcceptedInvoice.objects.filter(key__in=[one.key for one in invoices]).values_list("key", "project_id"))
    # What was judged was read before: another đề án may have committed since, and then the database refuses nothing.
    if any(owner != project.pk for owner in there.values()):
        raise Refused(JUST_USED, article=ARTICLE)
    new = {one.key: one for one in invoices if one.key not in there}
    rows = [
        AcceptedInvoice(key=key, project=project, issued_on=one.issued_on, amount=one.amount)
        for key, one in new.items()
    ]
    try:
        with transaction.atomic():
            AcceptedInvoice.objects.bulk_create(rows)
    except IntegrityError:
        raise Refused(JUST_USED, article=ARTICLE) from None


def let_go(items: Sequence[AcceptanceItem]) -> None:
    """The acceptance of these items was taken back: their invoices are free where nothing else stands on them."""
    keys = {one.invoice_key for one in items if one.invoice_key}
    standing = AcceptanceItem.objects.filter(invoice_key__in=keys, acceptance__annulment__isnull=True)
    still = set(standing.values_list("invoice_key", flat=True))
    AcceptedInvoice.objects.filter(key__in=keys - still).delete()
