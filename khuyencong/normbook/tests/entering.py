"""Entered documents in every state, reached by the real steps."""

from datetime import date
from decimal import Decimal
from itertools import count
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import format_date
from khuyencong.core.money import MILLION
from khuyencong.normbook import actions
from khuyencong.normbook.actions import NormInput, TierInput
from khuyencong.normbook.models import EnteredDocument
from khuyencong.testing import PDF

START = date(2030, 1, 1)
WRITER, SECOND = "officer", "leader"
_numbers = count(1)


def norm(activity="machinery", percent=40, cap=250, **more):
    """One norm as entered; `cap` in triệu."""
    units = {"machinery": "cơ sở", "demonstration_model": "mô hình", "enterprise_founding": "doanh nghiệp"}
    return NormInput(
        activity=activity,
        unit=units.get(activity, "cơ sở"),
        percent=None if percent is None else Decimal(percent),
        cap=None if cap is None else cap * MILLION,
        **{"article": "khoản 1 Điều 4", **more},
    )


def tiered(activity="enterprise_founding", **more):
    """A norm with two steps of charter capital."""
    tiers = (
        TierInput("đến 10 tỷ đồng", cap=5 * MILLION, up_to=10_000 * MILLION),
        TierInput("trên 10 tỷ đồng", cap=10 * MILLION, above=10_000 * MILLION),
    )
    return norm(activity, None, None, tier_by="charter_capital", **{"tiers": tiers, **more})


def fields(world, province="82", **changed):
    """A resolution of the province; without one a circular of the nation."""
    number = next(_numbers)
    place = world.provinces[province] if province else None
    return {
        "province": place,
        "kind": "Nghị quyết" if place else "Thông tư",
        "number": f"{number}/2029/NQ-HĐND" if place else f"{number}/2029/TT-BTC",
        "title": "Quy định mức chi hoạt động khuyến công",
        "issuer": f"Hội đồng nhân dân tỉnh {place.short_name}" if place else "Bộ Tài chính",
        "issued_on": date(2029, 12, 1),
        "valid_from": START,
        "valid_to": None,
        "replaces": [],
        "corrects": "",
        "note": "",
        **changed,
    }


def enter(world, *norms, agency="dong-thap", province="82", state="draft", **changed) -> EnteredDocument:
    """A document entered by the officer of the agency and confirmed by its leader."""
    writer, second = world.actor(agency, WRITER), world.actor(agency, SECOND)
    document = actions.enter_document(
        by=writer, creation_key=uuid4(), fields=fields(world, province, **changed), norms=norms or (norm(),)
    )
    if state != "empty":
        attach(document, writer)
    steps = {"empty": 0, "draft": 0, "sent": 1, "returned": 2, "confirmed": 2, "revoked": 3}[state]
    if steps:
        actions.send_document(document_id=document.pk, by=writer, version=version(document))
    if state == "returned":
        actions.return_document(document_id=document.pk, by=second, version=version(document), reason="Sai khoản.")
    elif steps > 1:
        actions.confirm_document(document_id=document.pk, by=second, version=version(document))
    if steps > 2:
        actions.revoke_document(document_id=document.pk, by=second, version=version(document), reason="Nhập hai lần.")
    return EnteredDocument.objects.select_related("province", "agency__province").get(pk=document.pk)


def enter_national(world, *norms, **changed) -> EnteredDocument:
    """The same of the national agency."""
    return enter(world, *norms, agency="national", province="", **changed)


def attach(document, by, name="nghi-quyet.pdf", content=PDF):
    """Attach a file to a draft."""
    upload = SimpleUploadedFile(name, content + str(document.pk).encode())
    return actions.attach_file(document_id=document.pk, by=by, version=version(document), upload=upload)


def version(document):
    """The version that a page opened now would carry."""
    return EnteredDocument.objects.values_list("version", flat=True).get(pk=document.pk)


def page_data(values, norms, *, initial=0):
    """What the page of the form sends for these fields and norms (`NormInput`); empty rows are left out."""
    head = {name: value for name, value in values.items() if value not in (None, "", [])}
    head = {name: getattr(value, "pk", value) for name, value in head.items()}
    data = {name: format_date(value) if isinstance(value, date) else value for name, value in head.items()}
    tiers = [(one.activity, tier) for one in norms for tier in one.tiers]
    for prefix, rows in (("muc", norms), ("bac", tiers)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": min(initial, len(rows))}
    for number, one in enumerate(norms):
        data |= _row("muc", number, {name: value for name, value in vars(one).items() if name != "tiers"})
    for number, (activity, tier) in enumerate(tiers):
        data |= _row("bac", number, {"activity": activity, **vars(tier)})
    return data


def _row(prefix, number, values):
    """One row as the browser sends it: empty inputs are empty, boxes that are not ticked are not sent."""
    told = {
        name: str(value).replace(".", ",") if isinstance(value, Decimal) else value for name, value in values.items()
    }
    told = {name: "" if value is None else "on" if value is True else value for name, value in told.items()}
    return {f"{prefix}-{number}-{name}": value for name, value in told.items() if value is not False}
