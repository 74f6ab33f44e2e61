"""What the tests of this room record on the spot."""

from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import InvoiceInput, ItemInput, accept, annul_acceptance
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.projects.models import Project

SELLER = made_up_tax_code(1)
NUMBERS = count(1)
INSPECTOR, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")
OFFICER = ("dong-thap-centre", "officer")
APPRAISER_OF = {"82": ("dong-thap", "appraiser"), "25": ("phu-tho", "appraiser")}


def invoice(number="12", *, symbol="1C26TAA", on=None, amount=600 * MILLION, seller=SELLER):
    """An invoice of a made-up seller, of today."""
    return InvoiceInput(seller_tax_code=seller, symbol=symbol, number=number, issued_on=on or today(), amount=amount)


def one(project, cost=None, **values):
    """The item of the project's only line (or of `line`), each piece with a serial number of its own."""
    line = values.pop("line", None) or project.lines.first()
    if cost != 0:
        pieces = max(values.get("quantity", 1), 0)
        values.setdefault("serial", "; ".join(f"MAY-{next(NUMBERS):06}" for _ in range(pieces)))
    return ItemInput(line_id=line.pk, cost=line.total if cost is None else cost, **values)


def take(world, project, *items, part=None, who=None, **values):
    """Accept these items of a part (its only one), as the department's appraiser; the project is brought up to date."""
    fresh = Project.objects.get(pk=project.pk)
    part = part or fresh.beneficiaries.first()
    rounds = fresh.acceptances.model.all_ever.filter(project=fresh).count()
    given = {"version": fresh.version, "number": f"BB-{fresh.pk}-{rounds + 1}", "accepted_on": today(), **values}
    found = accept(
        project_id=fresh.pk,
        by=world.actor(*(who or APPRAISER_OF[fresh.province.code])),
        beneficiary_id=part.pk if part else None,
        items=items or [one(fresh)],
        **given,
    )
    project.refresh_from_db()
    return found


def take_back(world, acceptance, **values):
    """Annul an acceptance, as the department's leader."""
    project = Project.objects.get(pk=acceptance.project_id)
    given = {"version": project.version, "number": "07/QĐ-SCT", "on": today(), "reason": "Ghi nhầm số máy.", **values}
    return annul_acceptance(acceptance_id=acceptance.pk, by=world.actor(*LEADER), **given)


def photo(name="anh.jpg", more=b""):
    """A JPEG that says nothing of when and where it was taken."""
    return SimpleUploadedFile(name, b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\x02" + more + b"\xff\xd9")
