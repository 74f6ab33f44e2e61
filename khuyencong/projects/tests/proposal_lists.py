"""Lists of proposals as people send them, for tests; the communes are those of the test world."""

from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.documents.tests.xlsx import written
from khuyencong.projects.actions import proposals as lists
from khuyencong.projects.importing import turns
from khuyencong.projects.models import ProposalListState

HEADS = (
    "Tên đề án", "Nguồn kinh phí", "Nội dung hoạt động", "Mã số thuế", "Cơ sở thụ hưởng", "Kinh phí khuyến công",
    "Cơ sở đóng góp", "Mã nhóm",
)  # fmt: skip
OFFICER = ("dong-thap-centre", "officer")
YEAR = today().year + 1
MILLION = 1_000_000


def sheet(*rows, heads=HEADS, name="DS"):
    """The bytes of a list."""
    return written((name, [heads, *rows]))


def row(name="Hỗ trợ máy sấy", source="Khuyến công địa phương", activity="machinery", code="", who="", support=200 * MILLION,
        own=300 * MILLION, group=None):  # fmt: skip
    return (name, source, activity, code, who, support, own, group)


def bring(content, by, year=YEAR, file_name="de-an.xlsx"):
    """Read a file and look it through."""
    return lists.start_proposals(by=by, creation_key=uuid4(), file_name=file_name, content=content, year=year)


def make(found, by):
    """Make all đề án of a list that was looked through."""
    found = lists.begin_proposals(list_id=found.pk, by=by, version=found.version)
    while found.state == ProposalListState.APPLYING:
        found = turns.go_on(list_id=found.pk, by=by, version=found.version)
    return found


def told(found):
    """The outcome of each row in its order; of a refused one its cells and sentences."""
    return [
        " | ".join(f"{error['cell']}: {error['sentence']}" for error in row.errors) or row.outcome
        for row in found.lines.order_by("number")
    ]
