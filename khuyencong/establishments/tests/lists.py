"""Lists of establishments as people send them, for tests; the communes are those of the test world."""

from uuid import uuid4

from khuyencong.documents.tests.xlsx import written
from khuyencong.establishments.actions import importing
from khuyencong.establishments.importing.lists import load_lists
from khuyencong.establishments.importing.plan import plan_rows
from khuyencong.establishments.importing.rows import read_line, refuse_repeats
from khuyencong.establishments.importing.sheet import read_sheet
from khuyencong.establishments.models import ImportState
from khuyencong.establishments.tax_code import made_up_tax_code

HEADS = ("Tên cơ sở", "Loại hình", "Mã số thuế", "Mã xã", "Địa chỉ", "Lao động")
HOME, AWAY = "29869", "07900"  # communes of Đồng Tháp and of Phú Thọ
CODES = [made_up_tax_code(number) for number in range(1, 60)]
OFFICER = ("dong-thap", "officer")


def sheet(*rows, heads=HEADS, name="DS"):
    """The bytes of a list."""
    return written((name, [heads, *rows]))


def row(name="Cơ khí Đúc", kind="HKD", code="", commune=HOME, place="Ấp 3", workers=12):
    return (name, kind, code, commune, place, workers)


def plan(content, by):
    """What would happen to each row, nothing written."""
    read, lists = read_sheet(content), load_lists(by)
    readings = [read_line(line, read.columns, lists) for line in read.lines]
    refuse_repeats(readings)
    return plan_rows(readings, by=by, lists=lists, taken={})


def told(planned):
    """The outcomes, and of a refused row its cell and sentence."""
    return [f"{one.errors[0].cell}: {one.errors[0].sentence}" if one.errors else one.outcome.value for one in planned]


def bring(content, by, file_name="ds.xlsx"):
    """Read a file and look all of it through."""
    found = importing.start_import(by=by, creation_key=uuid4(), file_name=file_name, content=content)
    while found.state == ImportState.READ:
        found = importing.check_on(import_id=found.pk, by=by, version=found.version)
    return found


def write(found, by):
    """Write what was looked through."""
    found = importing.begin_apply(import_id=found.pk, by=by, version=found.version)
    while found.state == ImportState.APPLYING:
        found = importing.apply_on(import_id=found.pk, by=by, version=found.version)
    return found


def outcomes(found):
    """{row number: outcome}"""
    return dict(found.lines.order_by("number").values_list("number", "outcome"))
