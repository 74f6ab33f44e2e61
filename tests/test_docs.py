"""The documents say what the code says, and point at things that are there."""

import re
import runpy
import unicodedata
from pathlib import Path

import pytest

from khuyencong.adjustments.models import AdjustmentState
from khuyencong.appraisal.models import Outcome
from khuyencong.areas.models import CraftVillageKind
from khuyencong.collaborators.models import AllowanceState
from khuyencong.competitions.models import (
    CertificateState,
    EntryState,
    Part,
    ProductGroup,
    RoundState,
    SeatRole,
)
from khuyencong.competitions.models import SheetState as ScoreSheetState
from khuyencong.consulting.models import BookingKind, JobKind, JobState
from khuyencong.deadlines.models import FeedScope
from khuyencong.demo.accounts import ACCOUNTS, OWNERS, PASSWORD
from khuyencong.effects.models import Moment, SheetState
from khuyencong.effects.models import Source as EffectSource
from khuyencong.establishments.models import (
    CertificateKind,
    CertificateLevel,
    ImportState,
    NeedState,
    Reason,
    RowOutcome,
    SuspicionState,
)
from khuyencong.fairs.models import FairState, LinkOutcome, ParticipantState
from khuyencong.federation.models import IncomingState, OutgoingState
from khuyencong.finance.models import ContractState, EntryKind, PaymentState
from khuyencong.inspections.models import FindingState, InspectionState
from khuyencong.intake.models import RegistrationState, RequestState
from khuyencong.intake.states import REGISTRATION_TRANSITIONS, REQUEST_TRANSITIONS
from khuyencong.law.authority import Change, Level
from khuyencong.law.catalogue import catalogue
from khuyencong.monitoring.models import ReportState, WorkState
from khuyencong.normbook.models import EntryState as NormState
from khuyencong.opendata.models import PublicationState
from khuyencong.outreach.models import WorkKind
from khuyencong.outreach.models import WorkState as OutreachState
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import MATRIX, Permission
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.periods.models import PeriodReportState
from khuyencong.persons.models import IdentityCheck
from khuyencong.persons.models import RequestKind as PersonRequestKind
from khuyencong.persons.models import RequestState as PersonRequestState
from khuyencong.places.decision import ChangeKind
from khuyencong.portal.models import FeedbackState
from khuyencong.programmes.models import FundingSource, PlanState, ProgrammeSource, VersionState
from khuyencong.projects.models import ProjectKind, ProposalListState, ProposalOutcome
from khuyencong.projects.states import TRANSITIONS, ProjectState, Route
from khuyencong.quarantine.models import HeldState, Why
from khuyencong.treasury.models import LineOutcome, ListState
from khuyencong.whatif.models import Effect, TrialState

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
CODES = {
    "activities": list(catalogue().activities),
    "sectors": list(catalogue().sectors),
    "roles": Role.values,
    "permissions": [permission.value for permission in Permission],
    "relations": [relation.value for relation in Relation],
    "agency kinds": AgencyKind.values,
    "states": ProjectState.values,
    "steps": sorted({row.name for row in TRANSITIONS}),
    "routes": Route.values,
    "project kinds": ProjectKind.values,
    "adjustment states": AdjustmentState.values,
    "report states": ReportState.values,
    "period report states": PeriodReportState.values,
    "work states": WorkState.values,
    "inspection states": InspectionState.values,
    "allowance list states": AllowanceState.values,
    "finding states": FindingState.values,
    "effect sheets": [*SheetState.values, *Moment.values, *EffectSource.values],
    "calendar feeds": FeedScope.values,
    "changes of a project": [kind.value for kind in Change],
    "levels that decide": [level.value for level in Level],
    "funding sources": FundingSource.values,
    "plan states": PlanState.values,
    "contract states": ContractState.values,
    "programme sources": ProgrammeSource.values,
    "version states": VersionState.values,
    "ledger kinds": EntryKind.values,
    "payment states": PaymentState.values,
    "list states": ListState.values,
    "outcomes of a line": LineOutcome.values,
    "entry states": NormState.values,
    "competitions": [
        code
        for one in (RoundState, EntryState, ScoreSheetState, CertificateState, SeatRole, ProductGroup, Part)
        for code in one.values
    ],
    "consulting": [code for one in (JobState, JobKind, BookingKind) for code in one.values],
    "outreach": [*OutreachState.values, *WorkKind.values],
    "publications and questions": [*PublicationState.values, *FeedbackState.values],
    "held files": [*HeldState.values, *Why.values],
    "packages": [*OutgoingState.values, *IncomingState.values],
    "requests of persons": [*PersonRequestState.values, *PersonRequestKind.values, *IdentityCheck.values],
    "fairs": [*FairState.values, *ParticipantState.values, *LinkOutcome.values],
    "registration states": RegistrationState.values,
    "request states": RequestState.values,
    "outcomes of an appraisal": Outcome.values,
    "counter steps": sorted({row.name for row in (*REGISTRATION_TRANSITIONS, *REQUEST_TRANSITIONS)}),
    "import states": ImportState.values,
    "outcomes of a row": RowOutcome.values,
    "proposal list states": ProposalListState.values,
    "outcomes of a proposal": ProposalOutcome.values,
    "trial states": TrialState.values,
    "trial effects": Effect.values,
    "craft village kinds": CraftVillageKind.values,
    "changes of places": [kind.value for kind in ChangeKind],
    "certificate levels": CertificateLevel.values,
    "certificate kinds": CertificateKind.values,
    "need states": NeedState.values,
    "reasons of suspicion": Reason.values,
    "suspicion states": SuspicionState.values,
}
CODE_ROW = re.compile(r"^\| `([a-z_]+)` \| ([^|]+?) \|", re.MULTILINE)
FILE = re.compile(r"`([a-z_]+/[a-z_/*]+\.(?:py|yaml))`")
LINK = re.compile(r"\]\((?!https?:|#|trang:)([^)#\s]+)")


def page_id(page):
    return str(page.relative_to(ROOT))


def test_transitions_page_is_what_the_code_renders():
    script = runpy.run_path(str(ROOT / "scripts" / "write_transitions.py"))

    assert (DOCS / "transitions.md").read_text(encoding="utf-8") == script["render"]()


def test_transitions_page_names_every_step_and_permission():
    page = (DOCS / "transitions.md").read_text(encoding="utf-8")

    missing = [row.name for row in TRANSITIONS if f"| `{row.name}` | {row.label} | `{row.source}`" not in page]
    assert missing == []
    assert [permission for permission in MATRIX if f"| `{permission}` | {permission.label} |" not in page] == []


@pytest.mark.parametrize("kind", CODES)
def test_glossary_has_every_code(kind):
    assert [code for code in CODES[kind] if f"| `{code}` |" not in GLOSSARY] == []


def test_glossary_calls_things_what_the_pages_call_them():
    labels = {code: set() for codes in CODES.values() for code in codes}
    for entry in [*catalogue().activities.values(), *catalogue().sectors.values()]:
        labels[entry.code].add(entry.name)
    for choices in (
        Role,
        AgencyKind,
        ProjectState,
        Route,
        ProjectKind,
        FundingSource,
        PlanState,
        ContractState,
        ProgrammeSource,
        VersionState,
        EntryKind,
        PaymentState,
        ListState,
        LineOutcome,
        NormState,
        RegistrationState,
        RequestState,
        Outcome,
        ImportState,
        RowOutcome,
        ProposalListState,
        ProposalOutcome,
        TrialState,
        Effect,
        CertificateLevel,
        CraftVillageKind,
        CertificateKind,
        NeedState,
        Reason,
        SuspicionState,
        AdjustmentState,
        ReportState,
        PeriodReportState,
        WorkState,
        InspectionState,
        FindingState,
        SheetState,
        Moment,
        EffectSource,
        FeedScope,
        RoundState,
        EntryState,
        ScoreSheetState,
        CertificateState,
        SeatRole,
        ProductGroup,
        Part,
        JobState,
        JobKind,
        BookingKind,
        OutreachState,
        WorkKind,
        FairState,
        ParticipantState,
        LinkOutcome,
        PublicationState,
        FeedbackState,
        OutgoingState,
        IncomingState,
        HeldState,
        Why,
        PersonRequestState,
        PersonRequestKind,
        IdentityCheck,
    ):
        for one in choices:
            labels[one.value].add(one.label)
    for named in (*Permission, *Relation, *ChangeKind, *Change, *Level):
        labels[named.value].add(named.label)
    for row in (*TRANSITIONS, *REGISTRATION_TRANSITIONS, *REQUEST_TRANSITIONS):
        labels[row.name].add(row.label)

    wrong = [
        f"{code}: {name}" for code, name in CODE_ROW.findall(GLOSSARY) if code in labels and name not in labels[code]
    ]
    assert wrong == []


def test_glossary_names_files_that_exist():
    named = FILE.findall(GLOSSARY)

    assert len(named) > 20
    assert [name for name in named if not list((ROOT / "khuyencong").glob(name))] == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_of_documents_lead_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_documents_are_in_composed_form(page):
    text = page.read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("account", [*ACCOUNTS, *OWNERS], ids=lambda account: account.username)
def test_readme_lists_every_demo_account(account):
    assert f"| `{account.username}` | {account.role.label} |" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_says_the_password_of_the_demo():
    assert f"`{PASSWORD}`" in (ROOT / "README.md").read_text(encoding="utf-8")
