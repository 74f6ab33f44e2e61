"""Every form and button about a record: a record on which it may be used, by whom, and what it sends."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now

from khuyencong.accounts.actions import create_service, delegate, invite
from khuyencong.adjustments.models import Adjustment, AdjustmentState
from khuyencong.adjustments.tests import steps as adjusting
from khuyencong.appraisal.models import AgendaItem, Council
from khuyencong.appraisal.tests import conditions, meeting
from khuyencong.areas.models import Area
from khuyencong.areas.tests.listing import preferred_of, village_of
from khuyencong.collaborators.models import AllowanceList, Collaborator
from khuyencong.collaborators.tests import making as network
from khuyencong.combining.models import Combination
from khuyencong.combining.tests import making as combining
from khuyencong.competitions.models import Certificate, Complaint, Entry, Prize, Round, RoundState
from khuyencong.competitions.outcome.tests import making as outcome
from khuyencong.competitions.tests import judging
from khuyencong.competitions.tests import making as competing
from khuyencong.consulting.tests import making as consulting
from khuyencong.core.dates import format_date, today
from khuyencong.deadlines.actions import mark_done
from khuyencong.deadlines.models import AgencyDeadline
from khuyencong.deadlines.tests.making import make_deadline
from khuyencong.effects.models import EffectSheet, SheetState
from khuyencong.effects.tests import asking as effects
from khuyencong.establishments.actions import add_detail, add_past_support, merge, pair_version
from khuyencong.establishments.actions.importing import start_import
from khuyencong.establishments.models import Establishment, Import, ImportState
from khuyencong.establishments.tests.lists import bring, row, sheet
from khuyencong.fairs.models import Fair, Participant
from khuyencong.fairs.tests import making as fairs
from khuyencong.finance import actions as money
from khuyencong.finance.ledger import balance_of_envelope, envelope_of, version_of
from khuyencong.finance.models import (
    BankAccount,
    ClosedPeriod,
    Contract,
    ContractPart,
    EntryKind,
    LedgerEntry,
    Payment,
    PaymentKind,
)
from khuyencong.finance.tests import contracts
from khuyencong.inspections.models import Inspection, InspectionFinding
from khuyencong.inspections.tests import making as inspecting
from khuyencong.intake import actions as intake
from khuyencong.intake.models import Registration, RegistrationState, RequestState, SupportRequest
from khuyencong.intake.tests.registering import fields as registration_fields
from khuyencong.intake.tests.registering import request_fields
from khuyencong.law.criteria import criteria
from khuyencong.law.papers import Stage
from khuyencong.loans.tests import making as lending
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.tests import reports as monthly
from khuyencong.normbook import actions
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.normbook.tests import entering
from khuyencong.papers.actions import begin_batch
from khuyencong.papers.models import Paper, PaperBatch, ScanPage
from khuyencong.papers.tests import making as papers
from khuyencong.people.models import Agency, Invitation, Membership, User
from khuyencong.people.permissions import Permission
from khuyencong.periods.actions import keep_indicator
from khuyencong.periods.handing import template as hand_template
from khuyencong.periods.models import HandRow, PeriodReport, PeriodReportState, ReportIndicator
from khuyencong.periods.tests import making as periods
from khuyencong.places.models import Commune, Province, RegionMembership
from khuyencong.programmes.models import AnnualPlan, Envelope, Programme, VersionState
from khuyencong.programmes.tests import writing as programmes
from khuyencong.projects import actions as projects
from khuyencong.projects.actions.draft import DRAFT_FIELDS
from khuyencong.projects.actions.proposals import begin_proposals
from khuyencong.projects.dossier_rules import REQUEST_LETTER
from khuyencong.projects.models import AskedPaper, Project, ProposalList, ProposalListState
from khuyencong.projects.tests import proposal_lists as proposals
from khuyencong.scenarios.actions import Start, make_scenario
from khuyencong.settlement.door import Between
from khuyencong.settlement.reconciling import year_version
from khuyencong.settlement.tests import making as settlements
from khuyencong.surveys.actions import record_survey
from khuyencong.surveys.models import Survey, SurveyState
from khuyencong.testing import (
    PDF,
    asked,
    give_money,
    make_establishment,
    make_project,
    owned_establishment,
    pay,
    pay_rest,
    put_in_new_plan,
)
from khuyencong.training.models import Course, CourseState, Learner
from khuyencong.training.tests import making as training
from khuyencong.treasury.actions import begin_apply
from khuyencong.treasury.matching import digest, ready
from khuyencong.treasury.models import ListState, PaymentList, Statement
from khuyencong.treasury.queries import matches_of
from khuyencong.treasury.tests import making as treasury
from khuyencong.whatif.actions import make_trial, version_of_count
from khuyencong.whatif.changes import Change
from khuyencong.whatif.models import Trial, TrialState

MILLION = 1_000_000
KEY = "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a69"
OFFICER = ("dong-thap-centre", "officer")
APPRAISER = ("dong-thap", "appraiser")
LEADER = ("dong-thap", "leader")
ACCOUNTANT = ("dong-thap", "accountant")
CUC_APPRAISER = ("national", "appraiser")
COLLABORATOR = ("dong-thap-commune", "collaborator")
ADMINISTRATOR = ("dong-thap", "administrator")
NORM_WRITER = TRIER = ("dong-thap", "officer")


@dataclass(frozen=True)
class Post:
    """A request that would go through, sent by `who`; `fresh()` gives its data anew, since a file is read only once."""

    url: str
    record: Any
    who: tuple[str, str]
    permission: Permission
    data: dict[str, Any] = field(default_factory=dict)
    upload: bytes = b""
    prefix: str = ""
    project: Project | None = None
    upload_name: str = "file"

    def fresh(self, **changed: Any) -> dict[str, Any]:
        """The data, with some of it changed; `version` is the version that the form would carry."""
        values = {**self.data, **changed}
        values = {
            f"{self.prefix}-{name}" if self.prefix and name != "decision" else name: values[name] for name in values
        }
        if self.upload:
            values[self.upload_name] = SimpleUploadedFile("bao-gia.pdf", self.upload)
        return values


def _of_project(project, url_name, who, permission, /, *args, prefix="", upload=b"", **data):
    url = reverse(url_name, args=[project.code, *args])
    return Post(url, project, who, permission, {"version": project.version, **data}, upload, prefix, project)


def _today():
    return format_date(today())


def written(project):
    """What the form of the description would send to leave it as it is."""
    values = {name: getattr(project, name) for name in DRAFT_FIELDS}
    values = {name: getattr(value, "pk", value) for name, value in values.items() if value not in {None, ""}}
    return {name: format_date(value) if isinstance(value, date) else value for name, value in values.items()}


def _edit(world):
    project = make_project(world)
    changed = written(project) | {"name": f"{project.name}, sửa"}
    return _of_project(project, "project_edit", OFFICER, Permission.PROJECT_EDIT, **changed)


def _write_work(world):
    project = make_project(world)
    rows = {"viec-TOTAL_FORMS": 1, "viec-INITIAL_FORMS": 0, "viec-0-content": "Khảo sát"}
    return _of_project(project, "project_write", OFFICER, Permission.PROJECT_EDIT, "noi-dung", **rows)


def _write_effects(world):
    project = make_project(world)
    rows = {"chi-tieu-TOTAL_FORMS": 1, "chi-tieu-INITIAL_FORMS": 0, "chi-tieu-0-code": "income"}
    rows |= {"chi-tieu-0-target": "9.500.000", "effect_social": "Thu nhập tăng."}
    return _of_project(project, "project_write", OFFICER, Permission.PROJECT_EDIT, "hieu-qua", **rows)


def _write_texts(world):
    project = make_project(world)
    return _of_project(project, "project_write", OFFICER, Permission.PROJECT_EDIT, "thuyet-minh", aims="Khác.")


def _beneficiary_add(world):
    project = make_project(world, beneficiaries=2)
    other = make_establishment(world)
    return _of_project(project, "project_beneficiary_add", OFFICER, Permission.PROJECT_EDIT, establishment=other.pk)


def _commitments(world):
    project = make_project(world)
    part = project.beneficiaries.get()
    return _of_project(
        project, "project_commitments", OFFICER, Permission.PROJECT_EDIT, **{f"commits_own_capital_{part.pk}": "on"}
    )


def _beneficiary_remove(world):
    project = make_project(world, beneficiaries=2)
    part = project.beneficiaries.first()
    return _of_project(project, "project_beneficiary_remove", OFFICER, Permission.PROJECT_EDIT, part.pk)


def estimate_row(number, **values):
    """One row of the estimate's formset."""
    return {f"dong-{number}-{name}": value for name, value in values.items()}


def _estimate(world):
    project = make_project(world)
    part = project.beneficiaries.get()
    row = estimate_row(
        0, content="Máy sấy", beneficiary=part.pk, total="500 triệu", support="200 triệu", counterpart="300 triệu"
    )
    management = {"dong-TOTAL_FORMS": 1, "dong-INITIAL_FORMS": 0}
    return _of_project(project, "project_estimate", OFFICER, Permission.PROJECT_EDIT, **management, **row)


def _attach(world):
    project = make_project(world)
    return _of_project(
        project, "project_attach", OFFICER, Permission.PROJECT_EDIT, kind="quotation", upload=PDF + b"quotation"
    )


def _of_paper(project, step, who, permission, *, key=REQUEST_LETTER, upload=b"", **data):
    return _of_project(project, f"project_paper_{step}", who, permission, key, upload=upload, **data)


def _with_paper(world):
    """A đề án sent to the department, with one paper that was handed in."""
    project = make_project(world, state="submitted", source="national")
    return project, project.paper_versions.get(paper=REQUEST_LETTER)


def _paper_file(world):
    return _of_paper(make_project(world), "file", OFFICER, Permission.PROJECT_EDIT, upload=PDF + b"letter")


def _paper_assign(world):
    project = make_project(world)
    attached = project.attachments.get()
    return _of_paper(project, "file", OFFICER, Permission.PROJECT_EDIT, attachment=attached.pk)


def _paper_waive(world):
    return _of_paper(make_project(world), "waive", OFFICER, Permission.PROJECT_EDIT, reason="Tỉnh không yêu cầu.")


def _paper_judge(world, verdict="accepted", reason=""):
    project, paper = _with_paper(world)
    return _of_paper(
        project, "judge", APPRAISER, Permission.DOSSIER_JUDGE, number=paper.number, verdict=verdict, reason=reason
    )


def _paper_comment(world):
    project, _ = _with_paper(world)
    return _of_paper(project, "comment", OFFICER, Permission.DOSSIER_CORRESPOND, text="Đã ký lại.")


def _paper_ask(world):
    project = make_project(world, state="submitted")
    return _of_project(
        project, "project_paper_ask", APPRAISER, Permission.DOSSIER_JUDGE,
        stage="registration", text="Giấy phép môi trường", basis="QĐ 5 của UBND tỉnh",
    )  # fmt: skip


def _asked_end(world):
    project = make_project(world, state="submitted")
    asked = projects.ask_for_paper(
        project_id=project.pk, by=world.actor(*APPRAISER), version=project.version, stage=Stage.REGISTRATION,
        text="Giấy phép môi trường", basis="QĐ 5",
    )  # fmt: skip
    return Post(reverse("asked_paper_end", args=[asked.pk]), asked, APPRAISER, Permission.DOSSIER_JUDGE, {"version": 1})


def _letter(world):
    project = make_project(world)
    return _of_project(
        project, "project_letter", OFFICER, Permission.DOSSIER_CORRESPOND, kind="request", number="15/TTKC",
        day=_today(), issuer=project.implementing_unit_id, recipient=project.department_id, summary="Đề nghị hỗ trợ",
    )  # fmt: skip


def _attachment_remove(world):
    project = make_project(world)
    attached = project.attachments.get()
    return _of_project(project, "project_attachment_remove", OFFICER, Permission.PROJECT_EDIT, attached.pk)


def _submit(world):
    return _of_project(make_project(world), "project_submit", OFFICER, Permission.PROJECT_SUBMIT)


def _withdraw(world):
    project = make_project(world, state="submitted")
    return _of_project(project, "project_withdraw", OFFICER, Permission.PROJECT_WITHDRAW, reason="Cơ sở xin rút.")


def judgement(**changed):
    """What an appraiser sends who agrees."""
    return {
        **{f"point_{number}": "dat" for number in range(1, 6)},
        "outcome": "agree",
        "appraised_on": _today(),
        "norm_confirmed": "on",
        **changed,
    }


def _appraise_base(world):
    project = make_project(world, state="submitted")
    return _of_project(project, "project_appraise", APPRAISER, Permission.APPRAISE_BASE, "base", **judgement())


def _appraise_central(world):
    project = make_project(world, state="base_appraised", source="national")
    return _of_project(
        project, "project_appraise", CUC_APPRAISER, Permission.APPRAISE_CENTRAL, "central", **judgement()
    )


def _condition_answer(world):
    project = conditions.agreed(world)
    return _of_project(
        project, "project_condition_answer", OFFICER, Permission.PROJECT_EDIT, conditions.requirement(project).pk,
        answer="Đã nộp báo giá.",
    )  # fmt: skip


def _condition_decide(world):
    project = conditions.agreed(world)
    return _of_project(
        project, "project_condition_decide", APPRAISER, Permission.APPRAISE_BASE, conditions.requirement(project).pk,
        decision="meet", reason="Đã xem.",
    )  # fmt: skip


def _condition_decide_central(world):
    project = conditions.agreed(world, source="national", level="central")
    return _of_project(
        project, "project_condition_decide", CUC_APPRAISER, Permission.APPRAISE_CENTRAL,
        conditions.requirement(project).pk, decision="waive", reason="Không còn cần.",
    )  # fmt: skip


def _completion(world):
    project = make_project(world, state="returned")
    return _of_project(project, "project_completion", OFFICER, Permission.PROJECT_EDIT, item_1="Đã bổ sung.")


def _visit(world):
    return _of_project(
        make_project(world, state="submitted"), "project_visit", APPRAISER, Permission.APPRAISAL_NOTE,
        visited_on=_today(), people="Ông A, bà B", place="Ấp Thử", findings="Máy cũ còn chạy.",
    )  # fmt: skip


def _remark(world):
    project = make_project(world, state="submitted", source="national")
    return _of_project(project, "project_remark", APPRAISER, Permission.APPRAISAL_NOTE, text="Đề nghị Cục xem đơn giá.")


def _of_council(council, url_name, permission, version, /, *args, who=APPRAISER, **data):
    return Post(reverse(url_name, args=args), council, who, permission, {"version": version, **data})


def _council_end(world):
    council = meeting.council_of(world)
    return _of_council(council, "council_end", Permission.APPRAISE_BASE, 1, council.pk, active_to=_today())


def _council_session_new(world):
    council, project = meeting.council_of(world), make_project(world, state="submitted")
    return _of_council(
        council, "council_session_new", Permission.APPRAISE_BASE, 1, council.pk,
        held_on=_today(), place="Phòng họp", projects=project.pk,
    )  # fmt: skip


def _meeting(world, *, voted=False, closed=False):
    council = meeting.council_of(world)
    session = meeting.session_of(world, council, [make_project(world, state="submitted")])
    if voted or closed:
        meeting.attend(world, session)
        for role in ("chair", "secretary", "member"):
            meeting.vote(world, session, role)
    if closed:
        meeting.close(world, session)
    return meeting.fresh(session)


def _council_attendance(world):
    session = _meeting(world)
    present = [one.pk for one in session.council.members.all()]
    return _of_council(
        session.council, "council_attendance", Permission.APPRAISE_BASE, session.version, session.pk,
        present=present, minutes_number="5/BB",
    )  # fmt: skip


def _council_sheet(world):
    session = _meeting(world)
    points = {f"point_{number}": "dat" for number in range(1, 6)}
    member = meeting.seat(session, "chair").pk
    return _of_council(
        session.council, "council_sheet", Permission.COUNCIL_VIEW, session.version, session.pk, session.agenda.get().pk,
        member, who=LEADER, declaration="khong", outcome="agree", amount="200 triệu", **points,
    )  # fmt: skip


def _council_close(world):
    session = _meeting(world, voted=True)
    key = session.agenda.get().pk
    return _of_council(session.council, "council_close", Permission.APPRAISE_BASE, session.version, session.pk, key)


def _council_conclude(world):
    session = _meeting(world, closed=True)
    item = session.agenda.get()
    return _of_council(
        session.council, "council_conclude", Permission.APPRAISE_BASE, session.version, session.pk, item.pk,
        project_version=item.project.version, comment="Nhất trí.", norm_confirmed="on",
    )  # fmt: skip


def _council_postpone(world):
    session = _meeting(world)
    return _of_council(
        session.council, "council_postpone", Permission.APPRAISE_BASE, session.version, session.pk,
        session.agenda.get().pk, reason="Thiếu thành viên.",
    )  # fmt: skip


def _appraise_several(world):
    """Sent back together with others: what cannot be agreed to as it is can still be returned."""
    project = make_project(world, state="submitted")
    data = {"version": project.version, "chon": project.pk, "outcome": "return", "unmet": ["5"], "comment": "Thiếu."}
    url = f"{reverse('review_bulk')}?chon={project.pk}"
    data |= {"appraised_on": _today(), "read": "on"}
    return Post(url, project, APPRAISER, Permission.APPRAISE_BASE, data, project=project)


def _contract(world):
    project = make_project(world, state="approved")
    return _of_project(
        project, "project_contract", LEADER, Permission.CONTRACT_SIGN,
        kind="contract", number="01/HĐ", signed_on=_today(), value="200 triệu",
    )  # fmt: skip


def _contract_draft(world):
    return contracts.prepare(world, contracts.approved(world))


def _of_contract(contract, url_name, who, permission, /, *args, **data):
    url = reverse(url_name, args=[contract.pk, *args])
    project = Project.objects.filter(Q(contract_part__contract=contract) | Q(draft_part__contract=contract)).first()
    return Post(url, contract, who, permission, {"version": contract.version, **data}, project=project)


def _drafted(world):
    """The keys of a draft and of the plan of its đề án."""
    draft = _contract_draft(world)
    return draft.pk, draft.draft_parts.get().project.plan_id


def _of_paper_made(world, url_name, **data):
    """A paper of a signed contract, which others see."""
    paper = papers.make(world, contracts.sign(world, contracts.approved(world)))
    data = {"version": paper.version, **data}
    return Post(reverse(url_name, args=[paper.pk]), paper, NORM_WRITER, Permission.PAPER_MAKE, data)


def _paper_attach(world):
    page = papers.loose_page(world)
    return _of_paper_made(world, "paper_attach", pages=[page.pk])


def _paper_batch_go_on(world):
    key, plan = _drafted(world)
    batch = begin_batch(
        form=papers.FORM, group=str(plan), keys=[str(key)], by=world.actor(*NORM_WRITER), creation_key=uuid4()
    )
    url = reverse("paper_batch_go_on", args=[batch.pk])
    return Post(url, batch, NORM_WRITER, Permission.PAPER_MAKE, {"version": batch.version})


def _contract_change(world):
    draft = _contract_draft(world)
    value = {f"gia-tri-{draft.draft_parts.get().project_id}": "150 triệu"}
    return _of_contract(
        draft, "contract_change", ACCOUNTANT, Permission.CONTRACT_PREPARE,
        kind="contract", number="DT-02", signed_on=_today(), **value,
    )  # fmt: skip


def _contract_discard(world):
    return _of_contract(_contract_draft(world), "contract_discard", ACCOUNTANT, Permission.CONTRACT_PREPARE)


def _contract_sign(world):
    return _of_contract(
        _contract_draft(world), "contract_sign", LEADER, Permission.CONTRACT_SIGN, number="02/HĐ", signed_on=_today()
    )


def _contract_amend(world):
    contract = contracts.sign(world, contracts.approved(world), value=150 * MILLION)
    value = {f"gia-tri-{contract.parts.get().project_id}": "200 triệu"}
    return _of_contract(
        contract, "contract_amend", LEADER, Permission.CONTRACT_SIGN,
        creation_key=KEY, number="PL-01", signed_on=_today(), reason="Tăng khối lượng.", **value,
    )  # fmt: skip


def _contract_schedule(world):
    rows = {"moc-TOTAL_FORMS": 1, "moc-INITIAL_FORMS": 0, "moc-0-on": _today(), "moc-0-content": "Lắp máy"}
    return _of_contract(
        contracts.sign(world, contracts.approved(world)), "contract_schedule", ACCOUNTANT, Permission.CONTRACT_PREPARE,
        **rows, **{"moc-0-amount": "100 triệu"},
    )  # fmt: skip


def _contract_guarantee(world):
    return _of_contract(
        contracts.sign(world, contracts.approved(world)), "contract_guarantee", ACCOUNTANT, Permission.CONTRACT_PREPARE,
        creation_key=KEY, issuer="Ngân hàng Thử", number="BL-1", amount="20 triệu", from_on=_today(), to_on=_today(),
    )  # fmt: skip


def _guarantee_release(world):
    contract = contracts.sign(world, contracts.approved(world))
    one = money.add_guarantee(
        contract_id=contract.pk, by=world.actor(*ACCOUNTANT), version=contract.version, creation_key=uuid4(),
        issuer="Ngân hàng Thử", number="BL-1", amount=MILLION, from_on=today(), to_on=today(),
    )  # fmt: skip
    contract.refresh_from_db()
    return _of_contract(
        contract, "contract_guarantee_release", ACCOUNTANT, Permission.CONTRACT_PREPARE, one.pk, released_on=_today()
    )


def _bank_account_end(world):
    account = contracts.account_of(world, agency=world.agencies["dong-thap"])
    url = reverse("bank_account_end", args=[account.pk])
    return Post(url, account, ACCOUNTANT, Permission.BANK_ACCOUNT_KEEP, {"version": 1, "to_on": _today()})


def _advance_decision(world):
    project = make_project(world, state="in_progress")
    return _of_project(
        project, "project_advance_decision", LEADER, Permission.ADVANCE_DECIDE,
        percent="50", document="5/QĐ", decided_on=_today(), decided_by="Giám đốc Thử Nghiệm",
    )  # fmt: skip


def _support_contract(world):
    project = make_project(world, state="in_progress")
    return _of_project(
        project, "project_support_contract", OFFICER, Permission.SUPPORT_CONTRACT_KEEP, project.beneficiaries.get().pk,
        number="HĐHT-1", signed_on=_today(), support="200 triệu", counterpart="400 triệu", other="0",
    )  # fmt: skip


def _prepare(world):
    project = make_project(world, state="in_progress")
    return _of_project(
        project, "project_payment_prepare", ACCOUNTANT, Permission.PAYMENT_PREPARE, "advance",
        creation_key=KEY, amount="50 triệu", condition_document="BC-01", account=project.contract_part.contract.account,
    )  # fmt: skip


def _waiting(world):
    """A project of which a payment of 50 triệu waits for the leader."""
    project = make_project(world, state="in_progress")
    money.prepare_payment(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, creation_key=uuid4(),
        kind=PaymentKind.ADVANCE, amount=50 * MILLION, condition_document="BC-01",
    )  # fmt: skip
    project.refresh_from_db()
    return project, Payment.objects.get(project=project)


def _payment_check(world):
    money.set_payment_rule(by=world.actor(*LEADER), creation_key=uuid4(), from_amount=0, starts_on=today())
    project, payment = _waiting(world)
    return _of_project(
        project, "project_payment_check", ("dong-thap", "officer"), Permission.PAYMENT_CHECK, payment.pk,
        prefix="kiem-tra",
    )  # fmt: skip


def _payment_approve(world):
    project, payment = _waiting(world)
    return _of_project(
        project, "project_payment_approve", LEADER, Permission.PAYMENT_APPROVE, payment.pk, prefix="duyet"
    )


def _payment_pay(world):
    project, payment = _waiting(world)
    money.approve_payment(payment_id=payment.pk, by=world.actor(*LEADER), version=project.version)
    project.refresh_from_db()
    return _of_project(
        project, "project_payment_pay", ACCOUNTANT, Permission.PAYMENT_PAY, payment.pk, prefix="da-chi",
        voucher_number="UNC-01", voucher_on=_today(),
    )  # fmt: skip


def _payment_return(world):
    project, payment = _waiting(world)
    return _of_project(
        project, "project_payment_return", LEADER, Permission.PAYMENT_RETURN, payment.pk, prefix="tra-lai",
        reason="Thiếu chứng từ.",
    )  # fmt: skip


def _payment_reverse(world):
    project, payment = _waiting(world)
    money.approve_payment(payment_id=payment.pk, by=world.actor(*LEADER), version=project.version)
    project.refresh_from_db()
    money.mark_paid(
        payment_id=payment.pk, by=world.actor(*ACCOUNTANT), version=project.version, voucher_number="UNC-01",
        voucher_on=today(),
    )  # fmt: skip
    project.refresh_from_db()
    return _of_project(
        project, "project_payment_reverse", LEADER, Permission.PAYMENT_APPROVE, payment.pk, prefix="huy-chi",
        document="TB-01/KB", on=_today(), reason="Ngân hàng trả lại.",
    )  # fmt: skip


def _of_list(world, url_name, /, *, prefix="", **data):
    """A list of one payment that was not sent."""
    payment = treasury.approved(world)
    found = treasury.listed(world, payment)
    data = {
        "version": found.version,
        **{key: payment.pk if value == "payment" else value for key, value in data.items()},
    }
    return Post(reverse(url_name, args=[found.pk]), found, ACCOUNTANT, Permission.TREASURY_KEEP, data, prefix=prefix)


def _of_statement(world, url_name, /, *, applying=False):
    """A statement with one line that fits a payment."""
    payment = treasury.approved(world)
    found = treasury.bring(world, treasury.line(payment))
    lines, matches = matches_of(found)
    shown = digest(ready(matches, lines))
    if applying:
        found = begin_apply(statement_id=found.pk, by=world.actor(*ACCOUNTANT), version=found.version, shown=shown)
    data = {"version": found.version, "shown": shown}
    return Post(reverse(url_name, args=[found.pk]), found, ACCOUNTANT, Permission.TREASURY_KEEP, data)


def _of_line(world, url_name, prefix, /, **data):
    """A line of a statement that fits a payment; the record is its statement."""
    payment = treasury.approved(world)
    found = treasury.bring(world, treasury.line(payment))
    url = reverse(url_name, args=[found.lines.get().pk])
    data = {key: payment.pk if value == "payment" else value for key, value in data.items()}
    return Post(url, found, ACCOUNTANT, Permission.TREASURY_KEEP, {"version": found.version, **data}, prefix=prefix)


def _accept(world):
    project = make_project(world, state="in_progress")
    part, line = project.beneficiaries.get(), project.lines.get()
    rows = {
        "hang-muc-TOTAL_FORMS": 1, "hang-muc-INITIAL_FORMS": 1, "hang-muc-0-line": line.pk,
        "hang-muc-0-cost": "600 triệu", "hang-muc-0-quantity": 1, "nguoi-TOTAL_FORMS": 0, "nguoi-INITIAL_FORMS": 0,
    }  # fmt: skip
    return _of_project(
        project, "project_accept", APPRAISER, Permission.ACCEPTANCE_RECORD, part.pk,
        number="BB-01", accepted_on=_today(), is_last="cuoi", **rows,
    )  # fmt: skip


def _acceptance_annul(world):
    project = make_project(world, state="accepted")
    return _of_project(
        project, "project_acceptance_annul", LEADER, Permission.ACCEPTANCE_ANNUL, project.acceptances.get().pk,
        number="03/QĐ", on=_today(), reason="Ghi nhầm số máy.",
    )  # fmt: skip


def _acceptance_attach(world):
    project = make_project(world, state="accepted")
    post = _of_project(
        project, "project_acceptance_attach", APPRAISER, Permission.ACCEPTANCE_RECORD, project.acceptances.get().pk,
        upload=PDF + b"ban ky",
    )  # fmt: skip
    return replace(post, upload_name="scans")


def _handover(world):
    project = make_project(world, state="accepted")
    return _of_project(
        project, "project_handover", OFFICER, Permission.HANDOVER_RECORD, number="BG-01", handed_on=_today(),
        items=[project.acceptances.get().items.get().pk], given_by="Bà Giao", received_by="Ông Nhận",
    )  # fmt: skip


def _recover(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 50 * MILLION)
    money.stop(
        project_id=project.pk, by=world.actor(*LEADER), version=project.version, document="9/QĐ",
        on=project.submitted_on, reason="Cơ sở giải thể.",
    )  # fmt: skip
    project.refresh_from_db()
    return _of_project(
        project, "project_recover", ACCOUNTANT, Permission.RECOVER, amount="50 triệu", document="GNT-01", on=_today()
    )


def _settle(world):
    project = make_project(world, state="accepted")
    pay_rest(world, project)
    project.refresh_from_db()
    return _of_project(
        project, "project_settle", ACCOUNTANT, Permission.SETTLE, number="QT-01", settled_on=_today(), way="own"
    )


def _settle_year(world):
    project = settlements.two_years(world)
    return _of_project(
        project, "project_settle_year", ACCOUNTANT, Permission.SETTLE, today().year,
        number="QT-01", settled_on=_today(), way="own",
    )  # fmt: skip


def _voucher_add(world):
    project = make_project(world, state="in_progress")
    row = {
        "kind": "transfer", "number": "UNC-01", "day": _today(), "payee": "Công ty Ví Dụ", "support": "50 triệu",
        "line": project.lines.get().pk,
    }  # fmt: skip
    rows = {"ct-TOTAL_FORMS": 1, "ct-INITIAL_FORMS": 0, **{f"ct-0-{name}": value for name, value in row.items()}}
    return _of_project(project, "project_voucher_add", OFFICER, Permission.VOUCHER_RECORD, **rows)


def _vouchers_import(world):
    project = make_project(world, state="in_progress")
    content = settlements.workbook(("UNC-01", "UNC", _today(), "Công ty Ví Dụ", project.lines.get().content, 5_000_000))
    return _of_project(project, "project_vouchers_import", OFFICER, Permission.VOUCHER_RECORD, upload=content)


def _voucher_remove(world):
    project = make_project(world, state="in_progress")
    settlements.record(world, project, settlements.row(project, support=MILLION))
    voucher = project.vouchers.get()
    return _of_project(project, "project_voucher_remove", OFFICER, Permission.VOUCHER_RECORD, voucher.pk)


def _claim_new(world):
    project = settlements.settled(world)
    rows = {"ky-TOTAL_FORMS": 1, "ky-INITIAL_FORMS": 0, "ky-0-due_on": _today(), "ky-0-amount": "50 triệu"}
    return _of_project(
        project, "project_claim_new", ACCOUNTANT, Permission.RECOVER, creation_key=KEY, basis="disallowed",
        decision="KL-01", decided_on=_today(), amount="50 triệu", **rows,
    )  # fmt: skip


def _claim_receive(world):
    found = settlements.claim(world, settlements.settled(world))
    project = settlements.fresh(found.project)
    data = {"version": project.version, "amount": "50 triệu", "document": "GNT-01", "on": _today()}
    url = reverse("claim_receive", args=[found.pk])
    return Post(url, project, ACCOUNTANT, Permission.RECOVER, data, project=project)


def _claim_revise(world):
    found = settlements.claim(world, settlements.settled(world))
    project = settlements.fresh(found.project)
    rows = {"ky-TOTAL_FORMS": 1, "ky-INITIAL_FORMS": 0, "ky-0-due_on": _today(), "ky-0-amount": "20 triệu"}
    data = {
        "version": project.version,
        "document": "KL-02",
        "on": _today(),
        "reason": "Kết luận giảm số phải nộp.",
        **rows,
    }
    url = reverse("claim_revise", args=[found.pk])
    return Post(url, project, ACCOUNTANT, Permission.RECOVER, data, project=project)


def _liquidate(world):
    project = settlements.settled(world)
    data = {"version": project.version, "number": "TL-01", "on": _today()}
    url = reverse("contract_liquidate", args=[project.contract_part.contract_id])
    return Post(url, project, ACCOUNTANT, Permission.SETTLE, data, project=project)


def _reconcile(world):
    project = settlements.settled(world)
    settlements.liquidate(world, project)
    between = Between(project.payer, project.implementing_unit)
    data = {
        "version": year_version(between.payer, between.unit, project.year), "number": "ĐC-01", "on": _today(),
        "signed_for_payer": "Bà Ví Dụ", "signed_for_unit": "Ông Thử",
    }  # fmt: skip
    url = reverse("reconciliation_sign", args=[between.payer.pk, between.unit.pk, project.year])
    return Post(url, between, ACCOUNTANT, Permission.SETTLE, data, project=project)


def _stop(world):
    project = make_project(world, state="in_progress")
    return _of_project(
        project, "project_stop", LEADER, Permission.PROJECT_STOP, document="9/QĐ", on=_today(), reason="Cơ sở giải thể."
    )


def _of_plan(plan, project, url_name, who, permission, /, **data):
    url = reverse(url_name, args=[plan.pk])
    return Post(url, plan, who, permission, {"version": plan.version, **data}, project=project)


def _plan_put(world):
    project = make_project(world, state="base_appraised")
    plan = put_in_new_plan(world, project)
    money.take_out_of_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*APPRAISER))
    plan.refresh_from_db()
    return _of_plan(plan, project, "plan_put", APPRAISER, Permission.PLAN_EDIT, project=project.pk)


def _plan_take_out(world):
    project = make_project(world, state="base_appraised")
    plan = put_in_new_plan(world, project)
    return _of_plan(plan, project, "plan_take_out", APPRAISER, Permission.PLAN_EDIT, project=project.pk)


def _plan_approve(world):
    project = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=asked(project))
    plan = put_in_new_plan(world, project)
    return _of_plan(
        plan, project, "plan_approve", LEADER, Permission.PLAN_APPROVE,
        decision_number="12/QĐ-UBND", decision_on=_today(), decided_by="Chủ tịch Thử Nghiệm",
    )  # fmt: skip


def _plan_weights(world):
    project = make_project(world, state="base_appraised")
    plan = put_in_new_plan(world, project)
    weights = {one.code: one.points + 1 for one in criteria(today())}
    return _of_plan(plan, project, "plan_weights", APPRAISER, Permission.PLAN_EDIT, **weights)


def _plan_attach(world):
    project = make_project(world, state="approved")
    plan = project.plan
    url = reverse("plan_attach", args=[plan.pk])
    return Post(url, plan, LEADER, Permission.PLAN_APPROVE, {"version": plan.version}, PDF, project=project)


def _of_envelope(world, name, **data):
    """An envelope of which 200 triệu are free and 200 approved for one project."""
    project = make_project(world, state="approved")
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=200 * MILLION)
    envelope = envelope_of(project)
    values = {"version": version_of(envelope), "document": "15/QĐ-SCT", "on": _today(), **data}
    return Post(
        reverse(name, args=[envelope.pk]), envelope, ACCOUNTANT, Permission.ENVELOPE_GIVE, values, project=project
    )


def _month_before():
    """The last month that has ended."""
    last = today().replace(day=1) - timedelta(days=1)
    return {"year": last.year, "month": last.month}


def _period_reopen(world):
    period = money.close_period(
        by=world.actor(*ACCOUNTANT), creation_key=uuid4(), document="BB 1", on=today(), **_month_before()
    )
    url = reverse("period_reopen", args=[period.pk])
    return Post(url, period, LEADER, Permission.PERIOD_REOPEN, {"version": period.version, "reason": "Thiếu chứng từ"})


def _of_scenario(world, url_name, /, **data):
    """A scenario that would take the one proposal of an empty plan; the record is the plan, which decides who may."""
    project = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=asked(project))
    plan = put_in_new_plan(world, project)
    money.take_out_of_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*APPRAISER))
    plan.refresh_from_db()
    scenario = make_scenario(
        by=world.actor(*APPRAISER), creation_key=uuid4(), plan_id=plan.pk, name="Phương án 1", start=Start.RANKING
    )
    url, sent = reverse(url_name, args=[scenario.pk]), {"version": scenario.version, **data}
    if url_name == "scenario_choose":
        sent |= {"rows": str(project.pk), f"tien_{project.pk}": "100 triệu", f"ly_do_{project.pk}": "Cân đối"}
    return Post(url, plan, APPRAISER, Permission.PLAN_EDIT, sent, project=project)


def _of_programme(programme, url_name, who, permission, /, **data):
    url = reverse(url_name, args=[programme.pk])
    return Post(url, programme, who, permission, {"version": programme.version, **data})


def _programme_edit(world):
    programme = programmes.enter(world)
    return _of_programme(
        programme, "programme_edit", APPRAISER, Permission.PLAN_EDIT,
        name="Tên khác", first_year=programme.first_year, last_year=programme.last_year,
    )  # fmt: skip


def _programme_draft(world):
    rows = {
        "chi-tieu-TOTAL_FORMS": 1, "chi-tieu-INITIAL_FORMS": 0, "chi-tieu-0-indicator": "machinery",
        "chi-tieu-0-low": "1.200", "kinh-phi-TOTAL_FORMS": 1, "kinh-phi-INITIAL_FORMS": 0,
        "kinh-phi-0-source": "local", "kinh-phi-0-low": "12 tỷ",
    }  # fmt: skip
    return _of_programme(programmes.enter(world), "programme_draft", APPRAISER, Permission.PLAN_EDIT, **rows)


def _programme_amend(world):
    return _of_programme(programmes.approved(world), "programme_amend", APPRAISER, Permission.PLAN_EDIT)


def _programme_discard(world):
    return _of_programme(programmes.enter(world), "programme_discard", APPRAISER, Permission.PLAN_EDIT)


def _programme_approve(world):
    return _of_programme(
        programmes.enter(world, programmes.target()), "programme_approve", LEADER, Permission.PLAN_APPROVE,
        decision_number="12/QĐ-UBND", decision_on=_today(), decided_by="Chủ tịch Thử Nghiệm", effective_on=_today(),
    )  # fmt: skip


def _establishment_edit(world):
    found = make_establishment(world)
    data = {
        "version": found.version, "name": "Hộ kinh doanh Đổi Tên", "kind": "household", "province": found.province_id,
        "sector": found.sector,
    }  # fmt: skip
    url = reverse("establishment_edit", args=[found.pk])
    return Post(url, found, OFFICER, Permission.ESTABLISHMENT_EDIT, data)


def _of_details(world, slug, *, row="", upload=b"", **data):
    """Add a row beside an entry, or with `row` ("sua", "bo") change one that is there."""
    found = make_establishment(world)
    name, args = "establishment_detail_add", [found.pk, slug]
    if row:
        fields = {"name": "Máy xay", "quantity": 1}
        by = world.actor(*OFFICER)
        one = add_detail(establishment_id=found.pk, by=by, version=found.version, kind="machine", fields=fields)
        found.refresh_from_db()
        name, args = {"sua": "establishment_detail_edit", "bo": "establishment_detail_remove"}[row], [*args, one.pk]
    data = {"version": found.version, **data}
    return Post(reverse(name, args=args), found, OFFICER, Permission.ESTABLISHMENT_EDIT, data, upload)


def _of_support(world, row="", **data):
    """Write down a support from elsewhere, or with `row` ("sua", "rut") change one that stands."""
    found = make_establishment(world)
    fields = {"year": 2019, "source": "Khuyến nông", "agency_name": "Sở Ví Dụ", "item": "Nồi hơi"}
    name, args = "establishment_support_add", [found.pk]
    if row:
        by = world.actor(*OFFICER)
        one = add_past_support(establishment_id=found.pk, by=by, version=found.version, fields=fields)
        found.refresh_from_db()
        name = {"sua": "establishment_support_edit", "rut": "establishment_support_withdraw"}[row]
        args = [found.pk, one.pk]
    data = {"version": found.version, **fields, **data}
    return Post(reverse(name, args=args), found, OFFICER, Permission.ESTABLISHMENT_EDIT, data)


def _rename(world):
    found = make_establishment(world)
    data = {"version": found.version, "name": "Tên Mới", "document": "GCN 2/2026", "on": _today()}
    url = reverse("establishment_rename", args=[found.pk])
    return Post(url, found, OFFICER, Permission.ESTABLISHMENT_EDIT, data)


def _of_twins(world, url_name, **data):
    """Two entries with one telephone, which raises a suspicion."""
    first, second = (make_establishment(world, phone="0912 345 678") for _ in range(2))
    url = reverse(url_name, args=[first.pk, second.pk])
    data = {"version": pair_version(first, second), **data}
    if url_name == "establishment_compare":
        data["keep"] = first.pk
    return Post(url, first, OFFICER, Permission.ESTABLISHMENT_MERGE, data)


def _unmerge(world):
    kept, dropped = make_establishment(world), make_establishment(world)
    merge(
        kept_id=kept.pk, dropped_id=dropped.pk, version=pair_version(kept, dropped), by=world.actor(*OFFICER),
        reason="Cùng chủ.",
    )  # fmt: skip
    dropped.refresh_from_db()
    url = reverse("establishment_unmerge", args=[dropped.pk])
    data = {"version": dropped.version, "reason": "Gộp nhầm."}
    return Post(url, dropped, OFFICER, Permission.ESTABLISHMENT_MERGE, data)


def _of_import(world, url_name, *, looked_through=True):
    """A list of one establishment that is not yet in the registry."""
    by, content = world.actor(*OFFICER), sheet(row())
    if looked_through:
        found = bring(content, by)
    else:
        found = start_import(by=by, creation_key=uuid4(), file_name="ds.xlsx", content=content)
    url = reverse(url_name, args=[found.pk])
    return Post(url, found, OFFICER, Permission.ESTABLISHMENT_IMPORT, {"version": found.version})


def _of_proposals(world, url_name, *, applying=False):
    """A list of one đề án that is not made yet."""
    by = world.actor(*OFFICER)
    found = proposals.bring(proposals.sheet(proposals.row()), by)
    if applying:
        found = begin_proposals(list_id=found.pk, by=by, version=found.version)
    url = reverse(url_name, args=[found.pk])
    return Post(url, found, OFFICER, Permission.PROJECT_EDIT, {"version": found.version})


def _of_norms(document, url_name, who, permission, /, upload=b"", **data):
    url = reverse(url_name, args=[document.pk])
    return Post(url, document, who, permission, {"version": document.version, **data}, upload)


def _norm_edit(world):
    norms = (entering.norm(), entering.tiered())
    document = entering.enter(world, *norms)
    values = entering.page_data({name: getattr(document, name) for name in actions.FIELDS}, norms, initial=9)
    return _of_norms(document, "norm_entry_edit", NORM_WRITER, Permission.NORM_EDIT, **values)


def _norm_attach(world):
    document = entering.enter(world, state="empty")
    return _of_norms(document, "norm_entry_attach", NORM_WRITER, Permission.NORM_EDIT, upload=PDF)


def _norm_send(world):
    return _of_norms(entering.enter(world), "norm_entry_send", NORM_WRITER, Permission.NORM_EDIT)


def _norm_delete(world):
    return _of_norms(entering.enter(world), "norm_entry_delete", NORM_WRITER, Permission.NORM_EDIT)


def _norm_confirm(world):
    document = entering.enter(world, state="sent")
    return _of_norms(document, "norm_entry_confirm", LEADER, Permission.NORM_CONFIRM, compared="on")


def _norm_return(world):
    document = entering.enter(world, state="sent")
    return _of_norms(document, "norm_entry_return", LEADER, Permission.NORM_CONFIRM, reason="Sai điều, khoản.")


def _norm_revoke(world):
    document = entering.enter(world, state="confirmed")
    return _of_norms(document, "norm_entry_revoke", LEADER, Permission.NORM_CONFIRM, reason="Nhập hai lần.")


def _trial_count(world):
    make_project(world)
    change = Change("machinery", "82", Decimal(50), 240 * MILLION)
    trial = make_trial(
        by=world.actor(*TRIER), creation_key=uuid4(), name="Thử", changes=[change],
        first_year=today().year, last_year=today().year,
    )  # fmt: skip
    url = reverse("trial_count", args=[trial.pk])
    return Post(url, trial, TRIER, Permission.TRIAL_MAKE, {"version": version_of_count(trial)})


def _of_survey(world, url_name, who, permission, **data):
    commune = world.agencies["dong-thap-commune"].commune
    survey = record_survey(
        by=world.actor(*COLLABORATOR), creation_key=uuid4(),
        fields={"commune": commune, "surveyed_on": today(), "name": "Lò gạch Thử", "sector": "agro_processing"},
    )  # fmt: skip
    return Post(reverse(url_name, args=[survey.pk]), survey, who, permission, {"version": survey.version, **data})


def _survey_correct(world):
    commune = world.agencies["dong-thap-commune"].commune
    return _of_survey(
        world, "survey_correct", COLLABORATOR, Permission.SURVEY_RECORD,
        commune=commune.pk, surveyed_on=_today(), name="Lò gạch Thử hai",
    )  # fmt: skip


def _survey_take_in(world):
    return _of_survey(world, "survey_take_in", OFFICER, Permission.SURVEY_HANDLE)


def _survey_reject(world):
    return _of_survey(world, "survey_reject", OFFICER, Permission.SURVEY_HANDLE, reason="Cơ sở đã ngừng.")


def _service(world, name="Công ty Dịch vụ Khuyến công Thử"):
    parent = world.agencies["dong-thap"]
    return create_service(by=world.actor(*ADMINISTRATOR), parent_id=parent.pk, name=name, document="1/QĐ")


def _of_agency(url_name, agency, /, **data):
    url = reverse(url_name, args=[agency.code])
    return Post(url, agency, ADMINISTRATOR, Permission.AGENCY_EDIT, {"version": agency.version, **data})


def _agency_rename(world):
    centre = world.agencies["dong-thap-centre"]
    return _of_agency("agency_rename", centre, name="Trung tâm Mới", short_name="TT Mới", on=_today(), document="2/QĐ")


def _agency_correct(world):
    centre = world.agencies["dong-thap-centre"]
    return _of_agency(
        "agency_correct", centre, name="Trung tâm Khuyến Công", short_name="TTKC", from_on="", document=""
    )


def _agency_contact(world):
    centre = world.agencies["dong-thap-centre"]
    return _of_agency("agency_contact", centre, address="Số 1, đường Ví Dụ", phone="0277 000 0000", email="")


def _agency_move(world):
    parent = world.agencies["dong-thap-centre"]
    return _of_agency("agency_move", _service(world), parent=parent.pk, on=_today(), document="3/QĐ")


def _agency_close(world):
    return _of_agency("agency_close", _service(world), last_day=_today(), document="4/QĐ")


def _agency_merge(world):
    into = _service(world, "Công ty Dịch vụ Khác")
    return _of_agency("agency_merge", _service(world), into=into.pk, on=_today(), document="5/QĐ")


def _officer(world, name="moi.vao"):
    """Another officer of the centre, besides the one who writes everything."""
    user = User.objects.create_user(name, full_name="Chuyên Viên Mới")
    Membership.objects.create(user=user, agency=world.agencies["dong-thap-centre"], role="officer")
    return user


def _of_account(url_name, user, /, **data):
    url = reverse(url_name, args=[user.pk])
    return Post(url, user, ADMINISTRATOR, Permission.ACCOUNT_EDIT, {"version": user.version, **data})


def _account_unlock(world):
    user = _officer(world)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return _of_account("account_unlock", user)


def _role_give(world):
    return _of_account("role_give", _officer(world), agency=world.agencies["dong-thap"].pk, role="appraiser")


def _role_take(world):
    user = _officer(world)
    return _of_account("role_take", user, membership=user.memberships.get().pk)


def _of_invitation(world, url_name):
    invitation, _ = invite(
        by=world.actor(*ADMINISTRATOR), email="moi@soct.example", full_name="Người Được Mời",
        agency_id=world.agencies["dong-thap"].pk, role="officer",
    )  # fmt: skip
    url = reverse(url_name, args=[invitation.pk])
    return Post(url, invitation, ADMINISTRATOR, Permission.ACCOUNT_EDIT, {"version": invitation.version})


def _delegation_end(world):
    receiver = world.actor("dong-thap", "officer").user
    hat, _ = delegate(
        by=world.actor(*LEADER), to_user_id=receiver.pk, from_on=today(), to_on=today(), document="6/UQ"
    )  # fmt: skip
    receiver.refresh_from_db()
    url = reverse("delegation_end", args=[hat.pk])
    return Post(url, hat, LEADER, Permission.DELEGATE, {"version": receiver.version})


def _in_charge(world):
    project = make_project(world)
    return _of_project(project, "project_in_charge", OFFICER, Permission.PROJECT_EDIT, user=_officer(world).pk)


def _of_adjustment(world, url_name, who, permission, /, *, source="local", to="draft", **data):
    """An adjustment of the place that has come as far as `to`."""
    project = make_project(world, state="approved", source=source)
    adjustment = adjusting.begin(world, project)
    adjusting.write(world, adjustment, place_text="ấp Khác")
    if to == "proposed":
        adjusting.propose(world, adjustment)
    adjustment.refresh_from_db()
    data = {"version": adjustment.version, **data}
    return Post(reverse(url_name, args=[adjustment.pk]), adjustment, who, permission, data, project=project)


def _adjustment_new(world):
    project = make_project(world, state="approved")
    return _of_project(
        project, "adjustment_new", OFFICER, Permission.PROJECT_EDIT, creation_key=KEY, reason="Đổi nơi đặt máy."
    )


def _adjustment_edit(world):
    return _of_adjustment(
        world, "adjustment_edit", OFFICER, Permission.PROJECT_EDIT, reason="Đổi nơi đặt máy.", activity="machinery",
        place_text="ấp Khác nữa",
    )  # fmt: skip


def _adjustment_newcomer(world):
    other = make_establishment(world)
    return _of_adjustment(world, "adjustment_newcomer", OFFICER, Permission.PROJECT_EDIT, establishment=other.pk)


def _adjustment_turn(world):
    post = _of_adjustment(world, "adjustment_turn", OFFICER, Permission.PROJECT_EDIT)
    post.data["establishment"] = post.project.beneficiaries.get().establishment_id
    return post


def _adjustment_estimate(world):
    post = _of_adjustment(world, "adjustment_estimate", OFFICER, Permission.PROJECT_EDIT)
    line = post.project.lines.get()
    row = estimate_row(
        0, content="Máy sấy khác", beneficiary=line.beneficiary.establishment_id, total="600 triệu",
        support="200 triệu", counterpart="400 triệu", in_cost_base="on", line=line.pk,
    )  # fmt: skip
    post.data.update({"dong-TOTAL_FORMS": 1, "dong-INITIAL_FORMS": 0, **row})
    return post


def _adjustment_propose(world):
    return _of_adjustment(
        world, "adjustment_propose", OFFICER, Permission.PROJECT_EDIT, request_number="1/TTKC", request_on=_today()
    )


def _adjustment_endorse(world):
    return _of_adjustment(
        world, "adjustment_endorse", APPRAISER, Permission.APPRAISE_BASE, source="national", to="proposed",
        number="2/SCT", on=_today(), opinion="Đúng thực tế.",
    )  # fmt: skip


def _adjustment_hold(world):
    return _of_adjustment(
        world, "adjustment_hold", APPRAISER, Permission.APPRAISE_BASE, source="national", to="proposed", reason="Thiếu."
    )


def _adjustment_decide(world):
    return _of_adjustment(
        world, "adjustment_decide", LEADER, Permission.ADJUSTMENT_DECIDE, to="proposed", number="3/QĐ", on=_today(),
        signer="Giám đốc Thử Nghiệm", confirmed="on",
    )  # fmt: skip


def _adjustment_answer(step):
    return lambda world: _of_adjustment(
        world, f"adjustment_{step}", LEADER, Permission.ADJUSTMENT_DECIDE, to="proposed", reason="Chưa đủ căn cứ."
    )


def _of_inspection(record, step, who, permission, /, **data):
    return Post(
        reverse(f"inspection_{step}", args=[record.pk]), record, who, permission, {"version": record.version, **data}
    )


def _scoring_reopen(world):
    record = judging.being_scored(world, state=RoundState.SCORED).round
    url = reverse("scoring_reopen", args=[record.pk])
    return Post(
        url, record, LEADER, Permission.COMPETITION_DECIDE, {"version": record.version, "reason": "Có phiếu cộng nhầm."}
    )


def _course_change(world):
    course = training.course_of(world)
    fields = {"kind": course.kind, "name": "Lớp khác", "place_text": course.place_text}
    fields |= {"starts_on": format_date(course.starts_on), "ends_on": format_date(course.ends_on)}
    return _of_course(course, "course_change", **fields)


def _course_cancel(world):
    return _of_course(training.course_of(world), "course_cancel", reason="Không đủ học viên.")


def _learner_change(world):
    course = training.course_of(world)
    return _of_course(training.enter(world, course), "learner_change", name="Người Học Khác")


def _of_course(record, url_name, **data):
    url = reverse(url_name, args=[record.pk])
    return Post(url, record, OFFICER, Permission.TRAINING_MANAGE, {"version": record.version, **data})


def _inspection_reschedule(world):
    record = inspecting.order(world)
    return _of_inspection(
        record, "reschedule", LEADER, Permission.INSPECTION_PLAN, planned_on=_today(), lead=record.lead_id, why="Đổi."
    )


def _inspection_cancel(world):
    return _of_inspection(inspecting.order(world), "cancel", LEADER, Permission.INSPECTION_PLAN, reason="Đã ngừng.")


def _inspection_visit(world):
    record = inspecting.order(world)
    rows = {"doan-TOTAL_FORMS": 1, "doan-INITIAL_FORMS": 0, "doan-0-role": "lead", "doan-0-user": record.lead_id}
    return _of_inspection(
        record, "visit", APPRAISER, Permission.INSPECTION_RECORD, visited_on=_today(), met="Ông A", place="Ấp",
        result="Máy đang chạy.", **rows,
    )  # fmt: skip


def _inspection_finding_new(world):
    record = inspecting.visited(world)
    return _of_inspection(
        record, "finding_new", APPRAISER, Permission.INSPECTION_RECORD, visit=record.visits.get().pk, kind="papers",
        severity="minor", text="Thiếu sổ.", demand="Bổ sung.", owed_by="unit", due_on=_today(),
    )  # fmt: skip


def _inspection_conclude(world):
    return _of_inspection(
        inspecting.visited(world), "conclude", APPRAISER, Permission.INSPECTION_RECORD, number="5/KL", on=_today(),
        conclusion="Đúng mục đích.",
    )  # fmt: skip


def _inspection_finding_answer(world):
    return _of_inspection(
        inspecting.waiting(world), "finding_answer", OFFICER, Permission.INSPECTION_ANSWER, text="Đã bổ sung."
    )


def _inspection_finding_follow_up(world):
    record = inspecting.answered(world, inspecting.waiting(world))
    return _of_inspection(
        record, "finding_follow_up", APPRAISER, Permission.INSPECTION_RECORD, step="close", text="Đã xem."
    )


def _of_competition(record, step, who, permission, /, *args, upload=b"", **data):
    """About a round or a product; scored in the open, so that a judge of the same office sees what the office sees."""
    url = reverse(f"competition_{step}", args=[record.pk, *args])
    data = {"version": record.version, **data}
    return Post(url, record, who, permission, data, upload, upload_name="uploads")


def _manages(record, step, /, *args, **data):
    return _of_competition(record, step, NORM_WRITER, Permission.COMPETITION_MANAGE, *args, **data)


def _enters(record, step, /, *args, **data):
    return _of_competition(record, step, OWNER, Permission.COMPETITION_ENTER, *args, **data)


def _called_round(world):
    return competing.called(world, scoring_mode="on_site")


def _competition_change(world):
    record = competing.round_of(world)
    return _manages(
        record, "change", year=record.year, name="Kỳ bình chọn đổi tên", scoring_mode="on_site", score_step="1",
        tie_rule="same", quorum="half",
    )  # fmt: skip


def _competition_call(world):
    record = competing.seated(world, competing.round_of(world))
    return _of_competition(record, "call", LEADER, Permission.COMPETITION_DECIDE, number="9/TB", on=_today())


def _competition_open_scoring(world):
    record = _called_round(world)
    competing.accepted(world, record)
    competing.scaled(world, record)
    Round.objects.filter(pk=record.pk).update(entries_until=today() - timedelta(days=1))
    return _manages(competing.fresh(record), "open_scoring")


def _competition_close(world):
    record = _called_round(world)
    Round.objects.filter(pk=record.pk).update(state="decided", announced_on=today() - timedelta(days=60))
    return _manages(competing.fresh(record), "close")


def _competition_cancel(world):
    return _of_competition(
        competing.round_of(world), "cancel", LEADER, Permission.COMPETITION_DECIDE, reason="Không có kinh phí."
    )


_PERSON = {
    "full_name": "Người Được Cử",
    "decision_number": "1/QĐ",
    "decision_on": "01/06/2026",
    "from_on": "01/06/2026",
}


def _competition_member_new(world):
    return _manages(competing.round_of(world), "member_new", role="chair", **_PERSON)


def _competition_members_copy(world):
    before = competing.seated(world, competing.round_of(world, name="Kỳ trước"))
    data = {name: _PERSON[name] for name in ("decision_number", "decision_on", "from_on")}
    return _manages(competing.round_of(world, previous=before), "members_copy", **data)


def _of_a_seat(world, step, **data):
    record = competing.round_of(world)
    member = competing.seat(world, record, "chair", decision_on=date(2026, 1, 1), from_on=date(2026, 1, 1))
    return _manages(competing.fresh(record), step, member.pk, **data)


def _competition_entry_remove(world):
    record = competing.completed(world, competing.begun(world, _called_round(world)))
    return _enters(record, "entry_remove", "anh", record.photos.first().pk)


def _competition_entry_ask(world):
    record = competing.submitted(world, _called_round(world))
    return _manages(record, "entry_ask", asked="Thiếu ảnh.", complete_by=_today())


def _of_results(record, step, who, permission, /, *args, **data):
    return Post(reverse(f"award_{step}", args=args or [record.pk]), record, who, permission, {
        "version": record.version, **data
    })  # fmt: skip


def _award_choice(world):
    record = outcome.make_scored(world)
    keys = outcome.passed(record)
    return _of_results(record, "choice", NORM_WRITER, Permission.COMPETITION_MANAGE, chosen=keys, reason="Theo nhóm.")


def _award_recognise(world):
    record = outcome.choose(world, outcome.make_scored(world))
    sent = {**outcome.decision_fields(), **dict.fromkeys(("decided_on", "minutes_on", "issued_on"), _today())}
    return _of_results(record, "recognise", LEADER, Permission.COMPETITION_DECIDE, **sent)


def _award_prize_new(world):
    record, sent = outcome.decided(world), {"amount": "5.000.000", "basis": "Nghị quyết thử"}
    return _of_results(record, "prize_new", LEADER, Permission.COMPETITION_DECIDE, **sent)


def _award_prize_tie(world):
    project = make_project(world, state="accepted")
    pay_rest(world, project)
    record = outcome.award(
        world, outcome.decided(world, establishments=[project.beneficiaries.get().establishment] * 2)
    )
    Round.objects.filter(pk=record.pk).update(project=project)
    posting = project.entries.get(kind=EntryKind.PAID).pk
    key = Prize.objects.first().pk
    return _of_results(
        outcome.fresh(record), "prize_tie", NORM_WRITER, Permission.COMPETITION_MANAGE, key, posting=posting
    )


def _award_certificate_revoke(world):
    record = outcome.certificates_of(outcome.decided(world))[0]
    sent = {"number": "9/QĐ", "on": _today(), "reason": "Vi phạm."}
    return _of_results(record, "certificate_revoke", LEADER, Permission.COMPETITION_DECIDE, **sent)


def _award_complaint(world):
    record = outcome.complaint(world, outcome.decided(world))
    sent = {"result": "dismissed", "on": _today(), "number": "7/TL", "answer": "Đã xem lại."}
    return _of_results(record, "complaint_answer", NORM_WRITER, Permission.COMPETITION_MANAGE, **sent)


def _adjustment_withdraw(world):
    return _of_adjustment(world, "adjustment_withdraw", OFFICER, Permission.PROJECT_EDIT, reason="Cơ sở giữ nguyên.")


# --- monthly reports -------------------------------------------------------------------------------------------------


def _of_report(world, url_name, who, permission, /, *args, to="draft", **data):
    """A monthly report that has come as far as `to`: draft, submitted or confirmed."""
    project = make_project(world, state="in_progress", source="national")
    making = {
        "draft": lambda: monthly.written(world, monthly.begun(world, project)),
        "submitted": None,
        "confirmed": None,
    }
    report = making[to]() if to == "draft" else getattr(monthly, to)(world, project)
    report = monthly.fresh(report)
    data = {"version": report.version, **data}
    return Post(reverse(url_name, args=[report.pk, *args]), report, who, permission, data, project=project)


def _monthly_new(world):
    project = make_project(world, state="in_progress", source="national")
    return _of_project(
        project, "monthly_report_new", OFFICER, Permission.MONTHLY_WRITE, creation_key=KEY, month=f"{today():%Y-%m}"
    )


def _monthly_edit(world):
    post = _of_report(
        world, "monthly_report_edit", OFFICER, Permission.MONTHLY_WRITE, volume="55", support_received="0"
    )
    part = post.project.beneficiaries.get().pk
    post.data.update({f"done_{part}": "300 triệu", f"total_{part}": "600 triệu"})
    post.data.update({f"state_{one.pk}": "under_way" for one in post.project.work_items.all()})
    return post


@dataclass(frozen=True)
class PhotosPost(Post):
    """Sends a photo under the name of the field for several files."""

    def fresh(self, **changed):
        """The data with the photo anew."""
        return {**super().fresh(**changed), "photos": SimpleUploadedFile("anh.png", b"\x89PNG\r\n\x1a\n" + b"x" * 30)}


def _monthly_photos(world):
    post = _of_report(world, "monthly_report_photos", OFFICER, Permission.MONTHLY_WRITE, caption="Máy đã lắp")
    return PhotosPost(**vars(post))


def _monthly_photo_remove(world):
    post = _of_report(world, "monthly_report_submit", OFFICER, Permission.MONTHLY_WRITE)
    photo = monthly.photographed(world, post.record)
    report = monthly.fresh(post.record)
    address = reverse("monthly_photo_remove", args=[report.pk, photo.pk])
    return Post(address, report, OFFICER, Permission.MONTHLY_WRITE, {"version": report.version}, project=post.project)


# --- reports of periods ----------------------------------------------------------------------------------------------


def _of_period(world, url_name, who, permission, /, *args, to="draft", by_hand=False, upload=b"", **data):
    """A report of Đồng Tháp that has come as far as `to`."""
    report = periods.begin(world, by_hand=by_hand)
    if to != "draft":
        periods.submit(world, report)
    if to in {"approved", "locked"}:
        periods.decide(world, report, *(("approve",) if to == "approved" else ("approve", "lock")))
    report.refresh_from_db()
    data = {"version": report.version, **data}
    return Post(reverse(url_name, args=[report.pk, *args]), report, who, permission, data, upload=upload)


def _period_indicator(world, **data):
    return keep_indicator(
        by=world.actor(*NORM_WRITER), creation_key=uuid4(), label="Tin bài", unit="tin", figure="", activities=[], document="",
        position=1,
    )  # fmt: skip


def _period_indicators(world):
    one = _period_indicator(world)
    return _of_period(
        world, "period_report_indicators", NORM_WRITER, Permission.PERIOD_REPORT_WRITE, **{f"i{one.pk}": "12,5"}
    )


def _period_indicator_end(world):
    one = _period_indicator(world)
    url = reverse("period_indicator_end", args=[one.pk])
    return Post(url, one, NORM_WRITER, Permission.PERIOD_REPORT_WRITE, {"version": one.version})


def _period_upload(world):
    row = HandRow(source="local", activity="machinery", values={"planned_projects": 2, "planned": 500 * MILLION})
    return _of_period(
        world,
        "period_report_upload",
        NORM_WRITER,
        Permission.PERIOD_REPORT_WRITE,
        by_hand=True,
        upload=hand_template([row]),
    )


def _move_period_on(record):
    """To a state in which the step of the page is not allowed."""
    later = {
        "state": PeriodReportState.RETURNED, "decided_by": record.submitted_by, "decided_on": today(), "answer": "Thiếu.",
    }  # fmt: skip
    if record.state == PeriodReportState.DRAFT:
        later = {"state": PeriodReportState.SUBMITTED, "submitted_by": record.created_by, "submitted_on": today()}
    PeriodReport.objects.filter(pk=record.pk).update(**later)


def _period_decided(step, to, **data):
    return lambda world: _of_period(
        world, f"period_report_{step}", ("national", "leader"), Permission.PERIOD_REPORT_DECIDE, to=to, **data
    )


OWNER = ("owner", "owner")


def _of_effect(sheet, url_name, who, permission, /, **data):
    sheet = effects.fresh(sheet)
    url = reverse(url_name, args=[sheet.pk])
    return Post(url, sheet, who, permission, {"version": sheet.version, **data})


def _effect_record(world):
    return _of_effect(
        effects.sheet_of(world), "effect_record", OFFICER, Permission.EFFECT_RECORD,
        source="phone", told_by="bà Ví Dụ", **effects.GOOD,
    )  # fmt: skip


def _effect_send(world):
    sheet = effects.sheet_of(world)
    Establishment.objects.filter(pk=sheet.beneficiary.establishment_id).update(email="chu@coso.example")
    return _of_effect(sheet, "effect_send", OFFICER, Permission.EFFECT_RECORD)


def _effect_link_revoke(world):
    sheet = effects.sheet_of(world)
    effects.link(sheet)
    address = reverse("effect_link_revoke", args=[sheet.pk, sheet.links.get().pk])
    return Post(address, sheet, OFFICER, Permission.EFFECT_RECORD, {"version": sheet.version})


def _effect_judge(url_name, sheet_in, **data):
    return lambda world: _of_effect(sheet_in(world), url_name, APPRAISER, Permission.EFFECT_CONFIRM, **data)


def _own_effect(world):
    sheet = effects.sheet_of(world)
    Establishment.objects.filter(pk=sheet.beneficiary.establishment_id).update(account=world.agencies["owner"])
    return _of_effect(sheet, "own_effect", OWNER, Permission.OWN_ESTABLISHMENT, **effects.GOOD)


COUNTER = ("dong-thap", "officer")


def _of_request(request, url_name, who, permission, /, *args, upload=b"", **data):
    request.refresh_from_db()
    url = reverse(url_name, args=[request.pk, *args])
    return Post(url, request, who, permission, {"version": request.version, **data}, upload)


def _request(world, *steps):
    """A request of the world's owner, taken on by `steps`."""
    by, counter = world.actor(*OWNER), world.actor(*COUNTER)
    request = intake.begin_request(
        by=by, creation_key=uuid4(), establishment=owned_establishment(world), fields=request_fields()
    )
    upload = SimpleUploadedFile("gpkd.pdf", PDF + b"gpkd")
    intake.add_papers(request_id=request.pk, by=by, version=request.version, title="Giấy đăng ký", uploads=[upload])
    for step in steps:
        request.refresh_from_db()
        key = {"request_id": request.pk, "version": request.version}
        match step:
            case "send":
                intake.send_request(by=by, **key)
            case "receive":
                intake.receive_request(by=counter, **key)
    return request


def _request_edit(world):
    data = {"title": "Mua máy sấy khác", "activity": "machinery", "wanted_year": today().year}
    return _of_request(_request(world), "request_edit", OWNER, Permission.REQUEST_MAKE, **data)


def _request_help(world):
    return _of_request(_request(world), "request_help", OWNER, Permission.REQUEST_MAKE)


def _request_send(world):
    return _of_request(_request(world), "request_send", OWNER, Permission.REQUEST_MAKE)


def _request_withdraw(world):
    return _of_request(_request(world), "request_withdraw", OWNER, Permission.REQUEST_MAKE)


def _request_papers(world):
    return _of_request(
        _request(world), "request_papers", OWNER, Permission.REQUEST_MAKE, title="Báo giá", upload=PDF + b"bao gia"
    )


def _request_paper_remove(world):
    request = _request(world)
    return _of_request(request, "request_paper_remove", OWNER, Permission.REQUEST_MAKE, request.papers.get().pk)


def _request_receive(world):
    return _of_request(_request(world, "send"), "request_receive", COUNTER, Permission.REQUEST_HANDLE)


def _request_return(world):
    return _of_request(
        _request(world, "send"), "request_return", COUNTER, Permission.REQUEST_HANDLE, answer="Thiếu báo giá."
    )


def _request_decline(world):
    return _of_request(
        _request(world, "send"), "request_decline", COUNTER, Permission.REQUEST_HANDLE, answer="Ngoài khuyến công."
    )


def _request_take_up(world):
    return _of_request(
        _request(world, "send", "receive"), "request_take_up", COUNTER, Permission.REQUEST_HANDLE,
        name="Hỗ trợ máy sấy", source="local", year=today().year,
    )  # fmt: skip


def _registration(world):
    """A registration whose letter was answered."""
    fields = {**registration_fields(world), "name": "Hộ kinh doanh Đăng Ký"}
    intake.register(creation_key=uuid4(), email="chu@example.com", fields=fields, origin="web", token="bi-mat")
    return intake.confirm_registration(token="bi-mat", password="mot cau dai de nho", origin="web")


def _registration_approve(world):
    found = _registration(world)
    data = {"version": found.version, "entry": "new", "sector": "agro_processing"}
    return Post(reverse("registration_approve", args=[found.pk]), found, OFFICER, Permission.REGISTRATION_DECIDE, data)


def _registration_refuse(world):
    found = _registration(world)
    data = {"version": found.version, "reason": "Không phải chủ cơ sở."}
    return Post(reverse("registration_refuse", args=[found.pk]), found, OFFICER, Permission.REGISTRATION_DECIDE, data)


def _own_contact(world):
    own = owned_establishment(world)
    data = {"version": own.version, "contact": "Lê Văn Chủ", "phone": "0912 345 678"}
    return Post(reverse("own_contact"), own, OWNER, Permission.OWN_ESTABLISHMENT, data)


def _of_village(world, url_name, **data):
    village = village_of(world.actor(*NORM_WRITER))
    url = reverse(url_name, args=[village.pk])
    return Post(url, village, NORM_WRITER, Permission.AREA_EDIT, {"version": village.version, **data})


def _village_edit(world):
    return _of_village(
        world, "craft_village_edit", name="Làng nghề Đổi Tên", kind="village", document="QĐ 1", from_on="01/01/2020"
    )


def _village_end(world):
    return _of_village(world, "craft_village_end", end_document="QĐ 2", to_on="31/12/2025")


def _of_preferred(world, url_name, **data):
    area = preferred_of(world.actor(*NORM_WRITER))
    url = reverse(url_name, args=[area.pk])
    return Post(url, area, NORM_WRITER, Permission.AREA_EDIT, {"version": area.version, **data})


def _preferred_edit(world):
    return _of_preferred(
        world, "preferred_area_edit", priority_place="poor_district", whole_province="on", document="QĐ 1",
        from_on="01/01/2020",
    )  # fmt: skip


def _preferred_end(world):
    return _of_preferred(world, "preferred_area_end", end_document="QĐ 2", to_on="31/12/2025")


@dataclass(frozen=True)
class _Open:
    """A place, of which everybody may know."""

    province: Province

    def is_in_scope(self, _actor):
        return True


def _region(world):
    province = world.provinces["82"]
    RegionMembership.objects.create(province=province, region="south", from_on=date(2025, 7, 1))
    data = {"version": 2, "region": "central", "from_on": "01/01/2026", "document": "QĐ 5"}
    url = reverse("place_region", args=[province.key])
    return Post(url, _Open(province), ("national", "administrator"), Permission.REGION_EDIT, data)


def _agency_deadline_edit(world):
    found = make_deadline(world)
    data = {
        "version": found.version, "title": "Gửi số liệu quý", "document": "Quy chế 2", "rule": "monthly", "day": 21,
        "role": "officer", "shift": "next", "from_on": _today(),
    }  # fmt: skip
    return Post(reverse("agency_deadline_edit", args=[found.pk]), found, LEADER, Permission.DEADLINE_KEEP, data)


def _agency_deadline_done(world):
    found = make_deadline(world)
    data = {"version": found.version, "on": "2026-05-20"}
    return Post(reverse("agency_deadline_done", args=[found.pk]), found, ACCOUNTANT, Permission.DEADLINE_DONE, data)


def _agency_deadline_undone(world):
    found = make_deadline(world)
    mark_done(deadline_id=found.pk, by=world.actor(*ACCOUNTANT), version=found.version, on=date(2026, 5, 20))
    data = {"version": found.version, "on": "2026-05-20"}
    return Post(reverse("agency_deadline_undone", args=[found.pk]), found, ACCOUNTANT, Permission.DEADLINE_DONE, data)


NETWORK_LEADER = ("dong-thap-centre", "leader")


def _of_collaborator(world, record, url_name, permission, /, *args, who=OFFICER, **data):
    return Post(reverse(url_name, args=args), record, who, permission, {"version": record.version, **data})


def _collaborator_edit(world):
    record = network.person(world)
    return _of_collaborator(
        world, record, "collaborator_edit", Permission.COLLABORATOR_MANAGE, record.pk, name="Tên Sửa"
    )


def _collaborator_term_new(world):
    record = network.person(world, ends_on=network.months_back(1))
    return _of_collaborator(
        world, record, "collaborator_term_new", Permission.COLLABORATOR_MANAGE, record.pk,
        creation_key=KEY, commune=network.commune_of(world).pk, decision_number="2/QĐ", decision_on=_today(),
        starts_on=_today(),
    )  # fmt: skip


def _collaborator_term_end(world):
    record = network.person(world)
    return _of_collaborator(
        world, record, "collaborator_term_end", Permission.COLLABORATOR_MANAGE, record.terms.get().pk,
        ends_on=_today(), reason="Chuyển công tác",
    )  # fmt: skip


def _collaborator_term_edit(world):
    record = network.person(world)
    return _of_collaborator(
        world, record, "collaborator_term_edit", Permission.COLLABORATOR_MANAGE, record.terms.get().pk,
        commune=network.commune_of(world).pk, decision_number="6/QĐ-SCT", decision_on=_today(), starts_on=_today(),
    )  # fmt: skip


def _collaborator_term_withdraw(world):
    record = network.person(world)
    return _of_collaborator(
        world, record, "collaborator_term_withdraw", Permission.COLLABORATOR_MANAGE, record.terms.get().pk,
        reason="Ghi nhầm người.",
    )  # fmt: skip


def _collaborator_note(world):
    record = network.person(world)
    month = network.months_back(1)
    written = network.actions.write_note(
        collaborator_id=record.pk, by=world.actor(*OFFICER), month=month, version=0, text="Đến một cơ sở.", visits=1
    )
    return Post(
        reverse("collaborator_note", args=[record.pk, f"{month:%Y-%m}"]), record, OFFICER,
        Permission.COLLABORATOR_NOTE, {"version": written.version, "text": "Đến hai cơ sở.", "visits": 2},
    )  # fmt: skip


def _allowance_rate_edit(world):
    record = network.rate(world)
    return _of_collaborator(
        world, record, "allowance_rate_edit", Permission.COLLABORATOR_MANAGE, record.pk,
        amount="500.000", document="QĐ 2", valid_from=format_date(record.valid_from),
    )  # fmt: skip


def _list(world, *, approved=False):
    network.person(world)
    network.rate(world)
    found = network.prepared(world)
    return network.approved(world, found) if approved else found


def _allowance_list_amount(world):
    record = _list(world)
    return _of_collaborator(
        world, record, "allowance_list_amount", Permission.COLLABORATOR_MANAGE, record.pk, record.lines.get().pk,
        amount="300.000", note="QĐ 12",
    )  # fmt: skip


def _allowance_list_step(step, who, permission, /, *, approved=False, **data):
    def post(world):
        record = _list(world, approved=approved)
        return _of_collaborator(world, record, f"allowance_list_{step}", permission, record.pk, who=who, **data)

    return post


def _allowance_list_tie(world):
    record = _list(world, approved=True)
    posting = network.paid(world, record.project).pk
    return _of_collaborator(
        world, record, "allowance_list_tie", Permission.COLLABORATOR_MANAGE, record.pk, posting=posting
    )


def _allowance_list_untie(world):
    post = _allowance_list_tie(world)
    network.actions.tie_list(
        list_id=post.record.pk, by=world.actor(*OFFICER), version=post.record.version, posting_id=post.data["posting"]
    )
    return _of_collaborator(
        world, network.fresh(post.record), "allowance_list_untie", Permission.COLLABORATOR_APPROVE, post.record.pk,
        who=NETWORK_LEADER, reason="Nhầm khoản chi.",
    )  # fmt: skip


def _loan_write(world):
    project = lending.interest_project(world)
    first = format_date(lending.FIRST)
    return _of_project(
        project, "project_loan_write", OFFICER, Permission.PROJECT_EDIT, project.beneficiaries.get().pk,
        bank="Ngân hàng Thử", contract_number="1", contract_on=first, term="medium", in_dong="on", days_of_year="365",
        **{"dong-TOTAL_FORMS": 1, "dong-INITIAL_FORMS": 0, "dong-0-kind": "disbursed", "dong-0-on": first,
           "dong-0-amount": "1 tỷ"},
    )  # fmt: skip


def _loan_of(world):
    project = lending.interest_project(world)
    loan = lending.save(world, project)
    project.refresh_from_db()
    return project, project.beneficiaries.get().pk, loan.pk


def _loan_edit(world):
    project, key, loan = _loan_of(world)
    first = format_date(lending.FIRST)
    return _of_project(
        project, "project_loan_edit", OFFICER, Permission.PROJECT_EDIT, key, loan,
        bank="Ngân hàng Thử", contract_number="1", contract_on=first, term="medium", in_dong="on", days_of_year="365",
        **{"dong-TOTAL_FORMS": 1, "dong-INITIAL_FORMS": 0, "dong-0-kind": "disbursed", "dong-0-on": first,
           "dong-0-amount": "1 tỷ"},
    )  # fmt: skip


def _loan_remove(world):
    project, key, loan = _loan_of(world)
    return _of_project(project, "project_loan_remove", OFFICER, Permission.PROJECT_EDIT, key, loan)


def _loan_use(world):
    project = lending.interest_project(world)
    lending.save(world, project)
    project.refresh_from_db()
    key = project.beneficiaries.get().pk
    return _of_project(project, "project_loan_use", OFFICER, Permission.PROJECT_EDIT, key)


def _other_programme_edit(world):
    record = combining.programme(world)
    return Post(
        reverse("other_programme_edit", args=[record.pk]), record, OFFICER, Permission.COMBINE,
        {"version": record.version, "name": "Tên Sửa", "document": "QĐ 2", "first_year": record.first_year},
    )  # fmt: skip


def _combine_edit(world):
    record = combining.row_of(world)
    data = {
        "version": record.version, "programme": record.programme_id, "year": record.year, "amount": "20 triệu",
        "content": "Đường", "document": "HĐ 3", "counted_by": "here",
    }  # fmt: skip
    url = reverse("project_combine_edit", args=[record.project.code, record.pk])
    return Post(url, record, OFFICER, Permission.COMBINE, data)


def _combine_withdraw(world):
    record = combining.row_of(world)
    url = reverse("project_combine_withdraw", args=[record.project.code, record.pk])
    return Post(url, record, OFFICER, Permission.COMBINE, {"version": record.version, "reason": "Nhầm"})


def _fair_change(world):
    fair = fairs.called(world)
    days = {name: format_date(getattr(fair, name)) for name in ("starts_on", "ends_on", "register_until")}
    data = {"version": fair.version, "name": f"{fair.name}, sửa", "place": fair.place, **days}
    return Post(reverse("fair_change", args=[fair.pk]), fair, OFFICER, Permission.FAIR_MANAGE, data)


def _fair_confirm(world):
    fair, _ = fairs.ready(world)
    data = {"version": fair.version, "number": "8/XN", "on": _today(), "norm_read": "on"}
    return Post(reverse("fair_confirm", args=[fair.pk]), fair, LEADER, Permission.FAIR_DECIDE, data)


def _fair_participant_accept(world):
    one = fairs.registered(world, fairs.called(world))
    url = reverse("fair_participant_accept", args=[one.pk])
    return Post(url, one, OFFICER, Permission.FAIR_MANAGE, {"version": one.version})


def _fair_day(world):
    one = fairs.fresh(fairs.confirmed(world).participants.get())
    data = {"version": one.version, "on": _today(), "sales": "5 triệu", "contacts": 3, "contracts": 0}
    return Post(reverse("fair_day", args=[one.pk]), one, OFFICER, Permission.FAIR_JOIN, data)


POSTS: dict[str, Callable[..., Post]] = {
    "fair_change": _fair_change,
    "fair_confirm": _fair_confirm,
    "fair_participant_accept": _fair_participant_accept,
    "fair_day": _fair_day,
    "agency_deadline_undone": _agency_deadline_undone,
    "agency_deadline_edit": _agency_deadline_edit,
    "agency_deadline_done": _agency_deadline_done,
    "craft_village_edit": _village_edit,
    "craft_village_end": _village_end,
    "preferred_area_edit": _preferred_edit,
    "preferred_area_end": _preferred_end,
    "place_region": _region,
    "request_edit": _request_edit,
    "request_help": _request_help,
    "request_send": _request_send,
    "request_withdraw": _request_withdraw,
    "request_papers": _request_papers,
    "request_paper_remove": _request_paper_remove,
    "request_receive": _request_receive,
    "request_return": _request_return,
    "request_decline": _request_decline,
    "request_take_up": _request_take_up,
    "registration_approve": _registration_approve,
    "registration_refuse": _registration_refuse,
    "own_contact": _own_contact,
    "agency_rename": _agency_rename,
    "agency_correct": _agency_correct,
    "agency_contact": _agency_contact,
    "agency_move": _agency_move,
    "agency_close": _agency_close,
    "agency_merge": _agency_merge,
    "account_edit": lambda world: _of_account("account_edit", _officer(world), full_name="Tên Sửa", email="", phone=""),
    "account_lock": lambda world: _of_account("account_lock", _officer(world), reason="Chuyển công tác."),
    "account_unlock": _account_unlock,
    "role_give": _role_give,
    "role_take": _role_take,
    "handover": lambda world: _of_account("handover", _officer(world), take_roles="on"),
    "invitation_resend": lambda world: _of_invitation(world, "invitation_resend"),
    "invitation_revoke": lambda world: _of_invitation(world, "invitation_revoke"),
    "delegation_end": _delegation_end,
    "project_in_charge": _in_charge,
    "survey_correct": _survey_correct,
    "survey_take_in": _survey_take_in,
    "survey_reject": _survey_reject,
    "project_edit": _edit,
    "project_write": _write_texts,
    "project_write work": _write_work,
    "project_write effects": _write_effects,
    "project_beneficiary_add": _beneficiary_add,
    "project_beneficiary_remove": _beneficiary_remove,
    "project_commitments": _commitments,
    "project_estimate": _estimate,
    "project_attach": _attach,
    "project_attachment_remove": _attachment_remove,
    "project_paper_file": _paper_file,
    "project_paper_file assign": _paper_assign,
    "project_paper_waive": _paper_waive,
    "project_paper_judge": _paper_judge,
    "project_paper_judge refuse": lambda world: _paper_judge(world, "refused", "Chưa có dấu."),
    "project_paper_comment": _paper_comment,
    "project_paper_ask": _paper_ask,
    "asked_paper_end": _asked_end,
    "project_letter": _letter,
    "project_submit": _submit,
    "project_withdraw": _withdraw,
    "project_appraise": _appraise_base,
    "project_appraise central": _appraise_central,
    "project_condition_answer": _condition_answer,
    "project_condition_decide": _condition_decide,
    "project_condition_decide central": _condition_decide_central,
    "project_completion": _completion,
    "project_visit": _visit,
    "project_remark": _remark,
    "council_end": _council_end,
    "council_session_new": _council_session_new,
    "council_attendance": _council_attendance,
    "council_sheet": _council_sheet,
    "council_close": _council_close,
    "council_conclude": _council_conclude,
    "council_postpone": _council_postpone,
    "review_bulk": _appraise_several,
    "project_contract": _contract,
    "contract_change": _contract_change,
    "contract_discard": _contract_discard,
    "contract_sign": _contract_sign,
    "contract_amend": _contract_amend,
    "contract_schedule": _contract_schedule,
    "contract_guarantee": _contract_guarantee,
    "contract_guarantee_release": _guarantee_release,
    "bank_account_end": _bank_account_end,
    "project_advance_decision": _advance_decision,
    "project_support_contract": _support_contract,
    "project_payment_prepare": _prepare,
    "project_payment_check": _payment_check,
    "project_payment_approve": _payment_approve,
    "project_payment_pay": _payment_pay,
    "project_payment_return": _payment_return,
    "project_payment_reverse": _payment_reverse,
    "payment_list_send": lambda world: _of_list(world, "payment_list_send", on=_today()),
    "payment_list_take_out": lambda world: _of_list(world, "payment_list_take_out", payment="payment"),
    "payment_list_cancel": lambda world: _of_list(world, "payment_list_cancel"),
    "paper_number": lambda world: _of_paper_made(world, "paper_number", number="125/SCT"),
    "paper_attach": _paper_attach,
    "paper_batch_go_on": _paper_batch_go_on,
    "statement_apply": lambda world: _of_statement(world, "statement_apply"),
    "statement_go_on": lambda world: _of_statement(world, "statement_go_on", applying=True),
    "statement_drop": lambda world: _of_statement(world, "statement_drop"),
    "statement_line_match": lambda world: _of_line(
        world, "statement_line_match", "khop", payment="payment", voucher_number="UNC-01"
    ),
    "statement_line_aside": lambda world: _of_line(world, "statement_line_aside", "de-rieng", reason="Lương tháng 6."),
    "project_accept": _accept,
    "project_acceptance_annul": _acceptance_annul,
    "project_acceptance_attach": _acceptance_attach,
    "project_handover": _handover,
    "project_recover": _recover,
    "project_settle": _settle,
    "project_settle_year": _settle_year,
    "project_voucher_add": _voucher_add,
    "project_vouchers_import": _vouchers_import,
    "project_voucher_remove": _voucher_remove,
    "project_claim_new": _claim_new,
    "claim_receive": _claim_receive,
    "claim_revise": _claim_revise,
    "contract_liquidate": _liquidate,
    "reconciliation_sign": _reconcile,
    "project_stop": _stop,
    "scoring_reopen": _scoring_reopen,
    "award_choice": _award_choice,
    "award_recognise": _award_recognise,
    "award_announce": lambda world: _of_results(
        outcome.decided(world, told=False), "announce", NORM_WRITER, Permission.COMPETITION_MANAGE, on=_today()
    ),
    "award_prize_new": _award_prize_new,
    "award_prize_tie": _award_prize_tie,
    "award_certificate_revoke": _award_certificate_revoke,
    "award_complaint_answer": _award_complaint,
    "competition_change": _competition_change,
    "competition_call": _competition_call,
    "competition_open_scoring": _competition_open_scoring,
    "competition_close": _competition_close,
    "competition_cancel": _competition_cancel,
    "competition_papers": lambda world: _manages(competing.round_of(world), "papers", upload=PDF, kind="council"),
    "competition_member_new": _competition_member_new,
    "competition_members_copy": _competition_members_copy,
    "competition_member_replace": lambda world: _of_a_seat(world, "member_replace", **_PERSON),
    "competition_member_end": lambda world: _of_a_seat(
        world, "member_end", until_on=_today(), reason="Chuyển công tác."
    ),
    "competition_entry_write": lambda world: _enters(
        competing.begun(world, _called_round(world)), "entry_write", product="Bình vôi Thử", group="craft"
    ),
    "competition_entry_papers": lambda world: _enters(
        competing.begun(world, _called_round(world)), "entry_papers", upload=PDF, kind="quality"
    ),
    "competition_entry_remove": _competition_entry_remove,
    "competition_entry_submit": lambda world: _enters(
        competing.completed(world, competing.begun(world, _called_round(world))), "entry_submit"
    ),
    "competition_entry_withdraw": lambda world: _enters(
        competing.submitted(world, _called_round(world)), "entry_withdraw", reason="Chưa kịp chuẩn bị."
    ),
    "competition_entry_ask": _competition_entry_ask,
    "competition_entry_accept": lambda world: _manages(
        competing.submitted(world, _called_round(world)), "entry_accept"
    ),
    "competition_entry_refuse": lambda world: _manages(
        competing.submitted(world, _called_round(world)), "entry_refuse", reason="Sản phẩm độc bản."
    ),
    "inspection_reschedule": _inspection_reschedule,
    "inspection_cancel": _inspection_cancel,
    "inspection_visit": _inspection_visit,
    "inspection_finding_new": _inspection_finding_new,
    "inspection_conclude": _inspection_conclude,
    "inspection_finding_answer": _inspection_finding_answer,
    "inspection_finding_follow_up": _inspection_finding_follow_up,
    "course_change": _course_change,
    "course_cancel": _course_cancel,
    "learner_change": _learner_change,
    "adjustment_new": _adjustment_new,
    "adjustment_edit": _adjustment_edit,
    "adjustment_newcomer": _adjustment_newcomer,
    "adjustment_turn": _adjustment_turn,
    "adjustment_estimate": _adjustment_estimate,
    "adjustment_propose": _adjustment_propose,
    "adjustment_endorse": _adjustment_endorse,
    "adjustment_hold": _adjustment_hold,
    "adjustment_decide": _adjustment_decide,
    "adjustment_return": _adjustment_answer("return"),
    "adjustment_refuse": _adjustment_answer("refuse"),
    "adjustment_withdraw": _adjustment_withdraw,
    "monthly_report_new": _monthly_new,
    "monthly_report_edit": _monthly_edit,
    "monthly_report_photos": _monthly_photos,
    "monthly_photo_remove": _monthly_photo_remove,
    "monthly_report_submit": lambda world: _of_report(
        world, "monthly_report_submit", OFFICER, Permission.MONTHLY_WRITE
    ),
    "monthly_report_discard": lambda world: _of_report(
        world, "monthly_report_discard", OFFICER, Permission.MONTHLY_WRITE
    ),
    "monthly_report_confirm": lambda world: _of_report(
        world, "monthly_report_confirm", APPRAISER, Permission.MONTHLY_CONFIRM, to="submitted", confirmed_on=_today()
    ),
    "monthly_report_return": lambda world: _of_report(
        world, "monthly_report_return", APPRAISER, Permission.MONTHLY_CONFIRM, to="submitted", reason="Thiếu ảnh."
    ),
    "monthly_report_correct": lambda world: _of_report(
        world,
        "monthly_report_correct",
        OFFICER,
        Permission.MONTHLY_WRITE,
        to="confirmed",
        reason="Ghi nhầm.",
        creation_key=KEY,
    ),
    "effect_record": _effect_record,
    "effect_send": _effect_send,
    "effect_link_revoke": _effect_link_revoke,
    "effect_confirm": _effect_judge("effect_confirm", effects.answered),
    "effect_send_back": _effect_judge("effect_send_back", effects.answered, reason="Xem lại thu nhập."),
    "effect_reopen": _effect_judge("effect_reopen", effects.confirmed, reason="Cơ sở báo ghi nhầm."),
    "own_effect": _own_effect,
    "plan_put": _plan_put,
    "plan_take_out": _plan_take_out,
    "plan_approve": _plan_approve,
    "plan_weights": _plan_weights,
    "plan_attach": _plan_attach,
    "envelope_delegate": lambda world: _of_envelope(
        world, "envelope_delegate", to=world.agencies["dong-thap-centre"].pk, direction="giao", amount="50 triệu"
    ),
    "envelope_carry": lambda world: _of_envelope(world, "envelope_carry", free="10 triệu"),
    "envelope_return": lambda world: _of_envelope(world, "envelope_return", amount="20 triệu"),
    "period_reopen": _period_reopen,
    "scenario_choose": lambda world: _of_scenario(world, "scenario_choose"),
    "scenario_bulk": lambda world: _of_scenario(world, "scenario_bulk", what="khong"),
    "scenario_refresh": lambda world: _of_scenario(world, "scenario_refresh"),
    "scenario_rename": lambda world: _of_scenario(world, "scenario_rename", name="Phương án khác"),
    "scenario_delete": lambda world: _of_scenario(world, "scenario_delete"),
    "scenario_adopt": lambda world: _of_scenario(world, "scenario_adopt"),
    "programme_edit": _programme_edit,
    "programme_draft": _programme_draft,
    "programme_amend": _programme_amend,
    "programme_discard": _programme_discard,
    "programme_approve": _programme_approve,
    "establishment_edit": _establishment_edit,
    "establishment_import_go_on": lambda world: _of_import(world, "establishment_import_go_on", looked_through=False),
    "establishment_import_apply": lambda world: _of_import(world, "establishment_import_apply"),
    "establishment_import_drop": lambda world: _of_import(world, "establishment_import_drop"),
    "proposal_list_apply": lambda world: _of_proposals(world, "proposal_list_apply"),
    "proposal_list_go_on": lambda world: _of_proposals(world, "proposal_list_go_on", applying=True),
    "proposal_list_drop": lambda world: _of_proposals(world, "proposal_list_drop"),
    "establishment_detail_add": lambda world: _of_details(world, "san-pham", name="Bột gạo"),
    "establishment_detail_add paper": lambda world: _of_details(world, "giay-to", upload=PDF, title="Giấy đăng ký"),
    "establishment_detail_edit": lambda world: _of_details(world, "may", row="sua", name="Máy sấy", quantity=2),
    "establishment_detail_remove": lambda world: _of_details(world, "may", row="bo"),
    "establishment_rename": _rename,
    "establishment_support_add": _of_support,
    "establishment_support_edit": lambda world: _of_support(world, "sua", item="Nồi hơi 500 kg"),
    "establishment_support_withdraw": lambda world: _of_support(world, "rut", reason="Ghi nhầm."),
    "establishment_compare": lambda world: _of_twins(world, "establishment_compare", reason="Cùng chủ."),
    "suspicion_dismiss": lambda world: _of_twins(world, "suspicion_dismiss"),
    "establishment_unmerge": _unmerge,
    "norm_entry_edit": _norm_edit,
    "norm_entry_attach": _norm_attach,
    "norm_entry_send": _norm_send,
    "norm_entry_delete": _norm_delete,
    "norm_entry_confirm": _norm_confirm,
    "norm_entry_return": _norm_return,
    "norm_entry_revoke": _norm_revoke,
    "trial_count": _trial_count,
    "period_report_section": lambda world: _of_period(
        world, "period_report_section", NORM_WRITER, Permission.PERIOD_REPORT_WRITE, "kho-khan", text="Lưới điện yếu."
    ),
    "period_report_indicators": _period_indicators,
    "period_report_row": lambda world: _of_period(
        world,
        "period_report_row",
        NORM_WRITER,
        Permission.PERIOD_REPORT_WRITE,
        by_hand=True,
        source="local",
        activity="machinery",
        planned="500 triệu",
        planned_projects="2",
    ),
    "period_report_upload": _period_upload,
    "period_report_discard": lambda world: _of_period(
        world, "period_report_discard", NORM_WRITER, Permission.PERIOD_REPORT_WRITE
    ),
    "period_report_submit": lambda world: _of_period(
        world,
        "period_report_submit",
        NORM_WRITER,
        Permission.PERIOD_REPORT_WRITE,
        document="1/BC",
        document_on=_today(),
    ),
    "period_report_return": _period_decided("return", "submitted", reason="Thiếu số."),
    "period_report_approve": _period_decided("approve", "submitted"),
    "period_report_lock": _period_decided("lock", "approved"),
    "period_report_unlock": _period_decided("unlock", "locked", reason="Ghi sót."),
    "period_indicator_end": _period_indicator_end,
    "collaborator_edit": _collaborator_edit,
    "collaborator_term_new": _collaborator_term_new,
    "collaborator_term_end": _collaborator_term_end,
    "collaborator_term_edit": _collaborator_term_edit,
    "collaborator_term_withdraw": _collaborator_term_withdraw,
    "collaborator_note": _collaborator_note,
    "allowance_rate_edit": _allowance_rate_edit,
    "allowance_list_amount": _allowance_list_amount,
    "allowance_list_approve": _allowance_list_step("approve", NETWORK_LEADER, Permission.COLLABORATOR_APPROVE),
    "allowance_list_send_back": _allowance_list_step(
        "send_back", NETWORK_LEADER, Permission.COLLABORATOR_APPROVE, approved=True, reason="Sai."
    ),
    "allowance_list_cancel": _allowance_list_step(
        "cancel", OFFICER, Permission.COLLABORATOR_MANAGE, reason="Lập nhầm."
    ),
    "allowance_list_tie": _allowance_list_tie,
    "allowance_list_untie": _allowance_list_untie,
    "project_loan_write": _loan_write,
    "project_loan_edit": _loan_edit,
    "project_loan_remove": _loan_remove,
    "project_loan_use": _loan_use,
    "other_programme_edit": _other_programme_edit,
    "project_combine_edit": _combine_edit,
    "project_combine_withdraw": _combine_withdraw,
}
# Forms that make something new: no record stands behind them, so nobody is a stranger to them.
CREATIONS = (
    "project_contract_draft",
    "bank_account_new",
    "council_new",
    "competition_new",
    "competition_entry_new",
    "consulting_client_new",
    "consulting_target_new",
    "consulting_job_new",
    "policy_new",
    "fair_new",
    "inspection_plan_new",
    "inspection_new",
    "inspection_after_care",
    "course_new",
    "request_new",
    "project_new",
    "establishment_new",
    "establishment_imports",
    "proposal_lists",
    "payment_list_new",
    "statement_new",
    "payment_rule",
    "paper_scans",
    "paper_batch_new",
    "plan_new",
    "programme_new",
    "envelope_give",
    "period_close",
    "norm_entry_new",
    "trial_new",
    "scenario_new",
    "survey_new",
    "agency_new_service",
    "agency_new_commune",
    "invite",
    "delegation_new",
    "craft_village_new",
    "preferred_area_new",
    "agency_deadline_new",
    "escalation_setting",
    "monthly_own_day",
    "period_report_new",
    "period_report_days",
    "period_indicators",
    "collaborator_new",
    "allowance_rate_new",
    "allowance_list_new",
    "other_programme_new",
    "project_combine",
    "asked_paper_new",  # asks every đề án for a paper that none of those made after it would have
)
# Nothing of the programme is changed by these.
OF_THE_SITE = (
    "report_check", "reminders", "feed_new", "feed_revoke", "notice_open", "notices_read", "registration_new", "registration_confirm", "registration_again", "own_mistake",
    "invitation_accept", "portal_feedback",
    "login", "second_step", "passkey_sign_in", "passkey_options", "password_forgotten", "password_reset",
    "people:logout", "people:switch", "my_confirm", "my_profile", "my_email", "my_password", "my_sessions_end",
    "my_session_end", "outside_unlink", "my_app", "my_app_remove", "my_passkey", "my_passkey_options",
    "my_passkey_remove", "my_recovery_codes", "my_data",
)  # fmt: skip

# A copy is made of one record and changes another; the others keep text beside a record, or tell people of something. They
# are tried with every role in projects/tests/test_guide.py, delivery/tests/test_at_the_site.py, and in the tests of monitoring, inspections and effects.
TRIED_ELSEWHERE = (
    "project_copy", "project_keep", "project_drop", "project_accept_keep", "monthly_report_keep", "monthly_report_drop",
    "monthly_remind", "inspection_files", "effect_answer", "effect_letters",
    # In competitions/tests: of the person who judges, whatever hat they wear, or without a version.
    "scoring_sheet", "scoring_keep", "scoring_sign", "scoring_conflict", "scoring_close", "sheet_reopen",
    "competition_conflicts", "competition_conflicts_find", "sheet_print_new", "sheet_print_go_on",
    # In competitions/outcome/tests: about a record that a stranger does not find, with a key or the version of another one.
    "award_holder_report", "award_complaint_new", "award_own_complaint", "award_recognise_more",
    # In consulting/tests and outreach/tests: every form of the room walked once in one world, with whoever may not.
    "consulting_client_edit", "consulting_target", "consulting_job_edit", "consulting_job_sign", "consulting_job_divide",
    "consulting_booking_new", "consulting_phase_accept", "consulting_job_files", "consulting_booking_back",
    "consulting_job_end", "consulting_job_annex", "consulting_job_reopen", "consulting_phase_annul", "advice_edit", "advice_files", "advice_withdraw", "project_advice_new", "project_outreach_new", "outreach_edit",
    "outreach_tie", "outreach_files", "outreach_make", "outreach_back", "outreach_publish", "outreach_reach", "policy_edit",
    "policy_publish", "policy_take_down",
    # In fairs/tests: the rest of the forms of a fair, in one world; those that make something new carry a key.
    "fair_call", "fair_reopen", "fair_close", "fair_cancel", "fair_invite", "fair_register", "fair_participant_refuse",
    "fair_participant_withdraw", "fair_grid", "fair_plan", "fair_assign", "fair_booths_import", "fair_contract_new", "fair_contract", "fair_resume",
    "fair_booth_new", "fair_booth", "fair_booth_remove", "fair_visitors", "fair_link_new", "fair_link_follow",
    "award_holder_report", "award_complaint_new", "award_own_complaint", "award_recognise_more", "award_prize_pay",
    # In api/tests: they show a secret once, or are about a record that a stranger does not find.
    "connection_new", "connection_revoke", "subscription_new", "subscription_end", "delivery_resend",
    # In persons/tests: of one person or one rule, by who keeps it, by the leader, by a stranger.
    "person_request_new", "person_request_rows", "person_request_copy", "person_request_agree", "person_request_hide", "person_request_answer",
    "retention_term_new", "hiding_run_new", "hiding_run_go_on",
    # In opendata/tests and portal/tests: of one đề án or question, by who decides, by a stranger and by another role.
    "publications_publish", "publication_publish", "publication_write", "publication_withdraw", "feedback_answer",
    "feedback_close",
    # In quarantine/tests: of one file, by an administrator, by a stranger and by another role.
    "held_file_release", "held_file_destroy",
    # In federation/tests: of packages that are signed for one receiver, each with every role.
    "outgoing_make", "outgoing_send", "outgoing_ask", "incoming_upload", "incoming_accept", "incoming_return",
    "trusted_key_new", "trusted_key_revoke",
    # In papers/tests: about a record that a stranger does not find, of the own agency, or without a version.
    "paper_new", "paper_template", "paper_template_use", "paper_upload_go_on",
    # In training/tests: of a class, its list and its money; at the door without an account.
    "course_open", "course_finish", "course_reopen", "course_sessions", "course_session_remove", "course_trainer",
    "course_trainer_remove", "course_rate", "course_rate_remove", "course_files", "learner_new", "learner_remove",
    "learner_employment", "learner_certificate_withdraw", "roster_import", "course_certify", "course_allowances",
    "course_pay_list_tie", "course_pay_list_annul", "attendance", "course_door", "course_evaluation",
    "course_session_move", "course_door_renew",
    # In competitions/tests: pictures, and what the heads of jury and council do whatever role they have.
    "competition_entry_photos", "competition_scale_propose", "competition_scale_approve",
)  # fmt: skip


def creation(world, name):
    """The request that makes something new, as sent by whoever may."""
    if name == "trial_new":
        make_project(world)  # something to count
    if name == "agency_new_commune":
        other = Commune.objects.get(pk=world.agencies["dong-thap-commune"].commune_id)
        other.pk, other.code, other.key, other.name, other._state.adding = None, "29999", "29999", "Xã Chưa Có", True
        other.save()
    plan = put_in_new_plan(world, make_project(world, state="base_appraised")).pk if name == "scenario_new" else 0
    signable = make_project(world, state="approved") if name == "project_contract_draft" else None
    province = world.provinces["82"].pk
    approved = treasury.approved(world).pk if name == "payment_list_new" else 0
    drafted = _drafted(world) if name == "paper_batch_new" else (0, 0)
    if name in {"request_new", "competition_entry_new"} and not Establishment.objects.filter(
        account=world.agencies["owner"]
    ):
        owned_establishment(world)
    leader, appraiser, officer = (world.actor("dong-thap", role).user.pk for role in ("leader", "appraiser", "officer"))
    inspected = make_project(world, state="in_progress").code if name == "inspection_new" else ""
    ordering = consulting.client_of(world).pk if name == "consulting_job_new" else 0
    fair_held = make_project(world, activity="fair_domestic_join").pk if name == "fair_new" else 0
    taught = training.project_of(world).code if name == "course_new" else ""
    competed = 0
    if name == "competition_entry_new":
        competed = _called_round(world).pk
    paid_from = network.task(world) if name == "allowance_list_new" else None
    if paid_from:
        network.person(world)
    combined = make_project(world).code if name == "project_combine" else "x"
    other = combining.programme(world).pk if name == "project_combine" else 0
    posts = {
        "collaborator_new": Post(
            reverse("collaborator_new"), None, OFFICER, Permission.COLLABORATOR_MANAGE,
            {
                "creation_key": KEY, "name": "Nguyễn Thử", "commune": network.commune_of(world).pk, "decision_number": "1/QĐ",
                "decision_on": _today(), "starts_on": _today(),
            },
        ),
        "allowance_rate_new": Post(
            reverse("allowance_rate_new"), None, OFFICER, Permission.COLLABORATOR_MANAGE,
            {"creation_key": KEY, "amount": "500.000", "document": "QĐ 1", "valid_from": _today()},
        ),
        "allowance_list_new": Post(
            reverse("allowance_list_new"), None, OFFICER, Permission.COLLABORATOR_MANAGE,
            {
                "creation_key": KEY, "project": paid_from.pk if paid_from else 0,
                **dict.fromkeys(("first_month", "last_month"), network.months_back(1).isoformat()),
            },
        ),
        "other_programme_new": Post(
            reverse("other_programme_new"), None, OFFICER, Permission.COMBINE,
            {"creation_key": KEY, "name": "Chương trình Thử", "document": "QĐ 1", "first_year": today().year},
        ),
        "project_combine": Post(
            reverse("project_combine", args=[combined]), None, OFFICER, Permission.COMBINE,
            {
                "creation_key": KEY, "programme": other, "year": today().year, "content": "Việc chung", "document": "HĐ",
                "result": "Việc làm", "quantity": "2", "unit": "người", "counted_by": "here",
            },
        ),
        "project_contract_draft": Post(
            reverse("project_contract_draft", args=[signable.code if signable else "x"]), None, ACCOUNTANT,
            Permission.CONTRACT_PREPARE,
            {
                "creation_key": KEY, "kind": "contract", "number": "DT-01", "signed_on": _today(),
                f"gia-tri-{signable.pk if signable else 0}": "200 triệu",
            },
        ),
        "bank_account_new": Post(
            reverse("bank_account_new"), None, ACCOUNTANT, Permission.BANK_ACCOUNT_KEEP,
            {
                "creation_key": KEY, "holder": f"co-quan-{world.agencies['dong-thap'].pk}", "holder_name": "Sở Thử",
                "number": "102010000123", "bank": "Kho bạc Thử", "from_on": _today(),
            },
        ),
        "period_report_new": Post(
            reverse("period_report_new"), None, NORM_WRITER, Permission.PERIOD_REPORT_WRITE,
            {
                "creation_key": KEY, "agency": world.agencies["dong-thap"].pk, "year": today().year, "ky": "nam-1",
                "closing_on": _today(),
            },
        ),
        "period_report_days": Post(
            reverse("period_report_days"), None, LEADER, Permission.DEADLINE_KEEP,
            {"creation_key": KEY, "kind": "quy", "days": "10", "document": "QĐ 1"},
        ),
        "period_indicators": Post(
            reverse("period_indicators"), None, NORM_WRITER, Permission.PERIOD_REPORT_WRITE,
            {"creation_key": KEY, "label": "Tin bài", "unit": "tin", "position": 1},
        ),
        "competition_new": Post(
            reverse("competition_new"), None, NORM_WRITER, Permission.COMPETITION_MANAGE,
            {
                "creation_key": KEY, "level": "province", "year": today().year, "name": "Kỳ bình chọn thử",
                "scoring_mode": "blind", "score_step": "0.5", "tie_rule": "parts", "quorum": "half",
            },
        ),
        "competition_entry_new": Post(
            reverse("competition_entry_new", args=[competed]), None, OWNER, Permission.COMPETITION_ENTER,
            {"creation_key": KEY, "product": "Bình vôi Thử", "group": "craft"},
        ),
        "consulting_client_new": Post(
            reverse("consulting_client_new"), None, OFFICER, Permission.CONSULTING_MANAGE,
            {"creation_key": KEY, "name": "Công ty Thử"},
        ),
        "consulting_target_new": Post(
            reverse("consulting_target_new"), None, OFFICER, Permission.CONSULTING_MANAGE,
            {"creation_key": KEY, "year": today().year, "jobs": "5", "revenue": "500 triệu", "document": "QĐ 1"},
        ),
        "consulting_job_new": Post(
            reverse("consulting_job_new"), None, OFFICER, Permission.CONSULTING_MANAGE,
            {
                "creation_key": KEY, "client": ordering, "kind": "energy", "title": "Kiểm toán năng lượng",
                "offered_on": _today(), "offered": "50 triệu",
            },
        ),
        "policy_new": Post(
            reverse("policy_new"), None, OFFICER, Permission.OUTREACH_MANAGE,
            {
                "creation_key": KEY, "title": "Máy được hỗ trợ bao nhiêu?", "body": "Tối đa một nửa.", "as_of": _today(),
                "documents": ["tt-28-2018"],
            },
        ),
        "fair_new": Post(
            reverse("fair_new"), None, OFFICER, Permission.FAIR_MANAGE,
            {
                "creation_key": KEY, "project": fair_held, "name": "Hội chợ thử", "place": "Nơi thử",
                "starts_on": _today(), "ends_on": _today(),
            },
        ),
        "inspection_plan_new": Post(
            reverse("inspection_plan_new"), None, NORM_WRITER, Permission.INSPECTION_PLAN,
            {
                "creation_key": KEY, "year": today().year, "title": "Kế hoạch", "decision_number": "1/QĐ",
                "decision_on": _today(),
            },
        ),
        "inspection_new": Post(
            f"{reverse('inspection_new')}?de-an={inspected}", None, NORM_WRITER, Permission.INSPECTION_PLAN,
            {
                "creation_key": KEY, "reason": "random", "order_number": "1/L", "order_on": _today(),
                "planned_on": _today(), "lead": officer,
            },
        ),
        "course_new": Post(
            f"{reverse('course_new')}?de-an={taught}", None, OFFICER, Permission.TRAINING_MANAGE,
            {
                "creation_key": KEY, "kind": "vocational", "name": "Lớp đan Thử", "place_text": "Nhà văn hóa Thử",
                "starts_on": _today(), "ends_on": _today(),
            },
        ),
        "inspection_after_care": Post(
            reverse("inspection_after_care"), None, LEADER, Permission.INSPECTION_PLAN,
            {"version": 1, "years": "3", "document": "Quy chế 1"},
        ),
        "council_new": Post(
            reverse("council_new"), None, APPRAISER, Permission.APPRAISE_BASE,
            {
                "creation_key": KEY, "title": "Hội đồng thử", "decision_number": "11/QĐ", "decision_on": _today(),
                "active_from": _today(), "quorum": "half", "tv-TOTAL_FORMS": 3, "tv-INITIAL_FORMS": 0,
                "tv-0-role": "chair", "tv-0-user": leader, "tv-1-role": "secretary", "tv-1-user": appraiser,
                "tv-2-role": "member", "tv-2-user": officer,
            },
        ),
        "request_new": Post(
            reverse("request_new"), None, OWNER, Permission.REQUEST_MAKE,
            {"creation_key": KEY, "title": "Mua máy sấy", "activity": "machinery"},
        ),
        "project_new": Post(
            reverse("project_new"), None, OFFICER, Permission.PROJECT_EDIT,
            {
                "creation_key": KEY, "name": "Hỗ trợ máy sấy", "source": "local", "kind": "single",
                "activity": "machinery", "year": today().year, "province": province,
            },
        ),
        "establishment_imports": Post(
            reverse("establishment_imports"), None, OFFICER, Permission.ESTABLISHMENT_IMPORT,
            {"creation_key": KEY}, sheet(row()),
        ),
        "payment_list_new": Post(
            reverse("payment_list_new"), None, ACCOUNTANT, Permission.TREASURY_KEEP,
            {"creation_key": KEY, "payments": approved},
        ),
        "statement_new": Post(
            reverse("statement_new"), None, ACCOUNTANT, Permission.TREASURY_KEEP, {"creation_key": KEY},
            treasury.xlsx(treasury.line()),
        ),
        "paper_scans": Post(
            reverse("paper_scans"), None, NORM_WRITER, Permission.PAPER_MAKE, {"creation_key": KEY},
            papers.pdf_of(papers.blank()), upload_name="scans",
        ),
        "paper_batch_new": Post(
            f"{reverse('paper_batch_new', args=['hop-dong'])}?nhom={drafted[1]}", None, NORM_WRITER, Permission.PAPER_MAKE,
            {"creation_key": KEY, "keys": [drafted[0]]},
        ),
        "payment_rule": Post(
            reverse("payment_rule"), None, ACCOUNTANT, Permission.PAYMENT_RULE,
            {"creation_key": KEY, "from_amount": "100 triệu", "starts_on": _today()},
        ),
        "proposal_lists": Post(
            reverse("proposal_lists"), None, OFFICER, Permission.PROJECT_EDIT,
            {"creation_key": KEY, "year": proposals.YEAR}, proposals.sheet(proposals.row()),
        ),
        "establishment_new": Post(
            reverse("establishment_new"), None, OFFICER, Permission.ESTABLISHMENT_EDIT,
            {
                "creation_key": KEY, "name": "Cơ khí Đúc Thanh Phương", "kind": "household", "province": province,
                "sector": "agro_processing",
            },
        ),
        "plan_new": Post(
            reverse("plan_new"), None, APPRAISER, Permission.PLAN_EDIT,
            {"year": today().year, "source": "local", "round": 7, "title": "Kế hoạch đợt 7"},
        ),
        "scenario_new": Post(
            reverse("scenario_new", args=[plan]), None, APPRAISER, Permission.PLAN_EDIT,
            {"creation_key": KEY, "name": "Phương án 1", "begin": Start.PLAN.value},
        ),
        "programme_new": Post(
            reverse("programme_new"), None, APPRAISER, Permission.PLAN_EDIT,
            {"creation_key": KEY, "name": "Chương trình", "first_year": today().year, "last_year": today().year + 4},
        ),
        "period_close": Post(
            reverse("period_close"), None, ACCOUNTANT, Permission.PERIOD_CLOSE,
            {"creation_key": KEY, "document": "BB 1", "on": _today(), **_month_before()},
        ),
        "envelope_give": Post(
            reverse("envelope_give"), None, ACCOUNTANT, Permission.ENVELOPE_GIVE,
            {
                "year": today().year, "source": "local", "spending": "recurrent", "direction": "giao",
                "amount": "1,5 tỷ", "document": "77/QĐ", "on": _today(),
            },
        ),
        "norm_entry_new": Post(
            reverse("norm_entry_new"), None, NORM_WRITER, Permission.NORM_EDIT,
            {"creation_key": KEY, **entering.page_data(entering.fields(world), [entering.norm()])},
        ),
        "survey_new": Post(
            reverse("survey_new"), None, COLLABORATOR, Permission.SURVEY_RECORD,
            {
                "creation_key": KEY, "name": "Lò gạch Thử", "surveyed_on": _today(),
                "commune": world.agencies["dong-thap-commune"].commune_id,
            },
        ),
        "agency_new_service": Post(
            reverse("agency_new_service"), None, ADMINISTRATOR, Permission.AGENCY_EDIT,
            {"name": "Công ty Dịch vụ", "parent": world.agencies["dong-thap"].pk, "document": "1/QĐ"},
        ),
        "agency_new_commune": Post(
            f"{reverse('agency_new_commune')}?province=82", None, ADMINISTRATOR, Permission.AGENCY_EDIT,
            {"commune": Commune.objects.order_by("-pk").first().pk},
        ),
        "invite": Post(
            reverse("invite"), None, ADMINISTRATOR, Permission.ACCOUNT_EDIT,
            {
                "full_name": "Người Được Mời", "email": "moi@soct.example", "agency": world.agencies["dong-thap"].pk,
                "role": "officer",
            },
        ),
        "delegation_new": Post(
            reverse("delegation_new"), None, LEADER, Permission.DELEGATE,
            {
                "to": world.actor("dong-thap", "officer").user.pk, "from_on": _today(), "to_on": _today(),
                "document": "6/UQ",
            },
        ),
        "craft_village_new": Post(
            reverse("craft_village_new"), None, NORM_WRITER, Permission.AREA_EDIT,
            {"creation_key": KEY, "name": "Làng nghề Thử", "kind": "village", "document": "QĐ 1", "from_on": _today()},
        ),
        "preferred_area_new": Post(
            reverse("preferred_area_new"), None, NORM_WRITER, Permission.AREA_EDIT,
            {
                "creation_key": KEY, "priority_place": "difficult_area", "whole_province": "on", "document": "QĐ 1",
                "from_on": _today(),
            },
        ),
        "agency_deadline_new": Post(
            reverse("agency_deadline_new"), None, NORM_WRITER, Permission.DEADLINE_KEEP,
            {
                "creation_key": KEY, "title": "Gửi số liệu", "document": "Quy chế 1", "rule": "monthly", "day": 20,
                "role": "officer", "shift": "none", "from_on": _today(),
            },
        ),
        "monthly_own_day": Post(
            reverse("monthly_own_day"), None, LEADER, Permission.DEADLINE_KEEP,
            {"creation_key": KEY, "from_month": f"{today():%Y-%m}", "day": 20, "document": "Công văn 5/SCT"},
        ),
        "escalation_setting": Post(
            reverse("escalation_setting"), None, LEADER, Permission.DEADLINE_KEEP, {"version": 1, "working_days": 3},
        ),
        "asked_paper_new": Post(
            reverse("asked_paper_new"), None, APPRAISER, Permission.DOSSIER_JUDGE,
            {"creation_key": KEY, "stage": "registration", "text": "Giấy phép môi trường", "basis": "QĐ 5"},
        ),
        "trial_new": Post(
            reverse("trial_new"), None, TRIER, Permission.TRIAL_MAKE,
            {
                "creation_key": KEY, "name": "Hạ mức trần", "first_year": today().year, "last_year": today().year,
                "muc-TOTAL_FORMS": 1, "muc-INITIAL_FORMS": 0, "muc-0-content": "machinery", "muc-0-scope": "82",
                "muc-0-percent": "50", "muc-0-cap": "240 triệu",
            },
        ),
    }  # fmt: skip
    return posts[name]


def twin_of(establishment):
    """Another entry with the same values, for the merging."""
    twin = Establishment.objects.get(pk=establishment.pk)
    twin.pk, twin.creation_key, twin.account, twin._state.adding = None, uuid4(), None, True
    twin.save()
    return twin


# A state of each kind of record from which none of the tried steps leads on.
LATER_STATES = {
    EnteredDocument: EntryState.REVOKED,
    SupportRequest: RequestState.DECLINED,
    Adjustment: AdjustmentState.WITHDRAWN,
    Registration: RegistrationState.REFUSED,
    Survey: SurveyState.REJECTED,
    Import: ImportState.APPLIED,
    ProposalList: ProposalListState.APPLIED,
    Trial: TrialState.DONE,
}


def move_programme_on(programme):
    """Its draft has been decided; one without a draft has got one."""
    decided = {"decision_number": "1/QĐ", "decided_by": "Ai", "decision_on": today(), "effective_on": today()}
    drafts = programme.versions.filter(state=VersionState.DRAFT)
    if not drafts.update(state=VersionState.APPROVED, **decided):
        programme.versions.create(number=9, created_by_id=programme.created_by_id)


def _switch(user):
    found = User.objects.get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(is_active=not found.is_active)
    found.memberships.update(is_active=False)


def _empty(envelope):
    LedgerEntry.objects.create(
        kind=EntryKind.RETURNED, amount=balance_of_envelope(envelope).free, envelope=envelope, on=today(),
        document="Đã nộp trả hết", by=User.objects.first(),
    )  # fmt: skip


def _open_again(period):
    """As another leader does it, in a form of his own."""
    values = {"reopened_at": now(), "reopened_by": period.by, "reopened_after": 0, "reason": "Sửa"}
    ClosedPeriod.objects.filter(pk=period.pk).update(**values)


def _dissolve(council):
    past = today() - timedelta(days=1)
    Council.objects.filter(pk=council.pk).update(active_from=past, active_to=past)
    AgendaItem.objects.filter(session__council=council).update(postponed="Hoãn.")


def _turn(statement):
    """Its lines are decided on elsewhere, or are just being."""
    states = {"read": "applying", "applying": "read"}
    Statement.objects.filter(pk=statement.pk).update(state=states[statement.state])


def _settle_or_reopen(sheet):
    settled = sheet.state == SheetState.CONFIRMED
    _set(state=SheetState.WAITING if settled else SheetState.CONFIRMED)(sheet)


def _set(**values):
    return lambda record: type(record).objects.filter(pk=record.pk).update(**values)


def _move_contract_on(contract):
    contract.guarantees.update(released_on=today())
    for drafted in contract.draft_parts.all():  # so that it is seen as one that was signed
        ContractPart.objects.create(contract=contract, project=drafted.project, value=drafted.value)
    Contract.objects.filter(pk=contract.pk).update(state="liquidated", signed_by=contract.prepared_by)


# What happens to a record so that none of the tried steps leads on, by its class or one that it inherits from.
MOVES = {
    # Whoever only serves today: no further term from today, none to end earlier, no note of the month before.
    Collaborator: lambda record: record.terms.update(starts_on=today(), ends_on=today()),
    AllowanceList: _set(state="cancelled", cancelled_because="Thôi.", posting=None),
    Combination: lambda record: _set(state="withdrawn")(record.project),
    Round: _set(state="cancelled", cancelled_because="Thôi."),
    Fair: _set(state="cancelled", cancelled_because="Thôi."),
    Participant: _set(state="withdrawn"),
    Entry: _set(state="withdrawn"),
    Certificate: _set(
        state="withdrawn", withdrawn_on=today(), withdrawal_number="1/QĐ", withdrawal_reason="Đã thu hồi."
    ),
    Complaint: _set(result="withdrawn", answered_on=today(), answer="Đã rút."),
    Inspection: _set(state="cancelled", cancelled_because="Thôi."),
    InspectionFinding: _set(state="closed", closed_on=today()),
    Course: _set(state=CourseState.CANCELLED, cancelled_because="Thôi."),
    Learner: _set(removed_on=today(), removed_because="Ghi nhầm."),
    **{model: _set(state=state) for model, state in LATER_STATES.items()},
    PaymentList: _set(state=ListState.CANCELLED),
    Statement: _turn,
    Paper: lambda paper: ScanPage.objects.update(paper=paper, told=""),
    PaperBatch: lambda batch: _set(made=batch.wanted)(batch),
    EffectSheet: _settle_or_reopen,
    Agency: _set(active_to=today()),
    User: _switch,
    Invitation: _set(revoked_at=now()),
    Membership: _set(is_active=False),
    Establishment: lambda record: _set(merged_into=twin_of(record))(record),
    Envelope: _empty,
    ClosedPeriod: _open_again,
    Council: _dissolve,
    Programme: move_programme_on,
    AgencyDeadline: _set(from_on=date(2100, 1, 1)),
    AskedPaper: lambda record: _set(ended_at=now(), ended_by=record.by)(record),
    Area: _set(to_on=today(), end_document="QĐ 9"),
    Project: _set(state="withdrawn"),
    AnnualPlan: _set(state="recorded"),
    Contract: _move_contract_on,
    BankAccount: _set(to_on=today()),
    ProgressReport: _set(current=False),
    PeriodReport: _move_period_on,
    ReportIndicator: _set(ended=True),
    Between: lambda record: Contract.objects.filter(payer=record.payer, unit=record.unit).update(state="signed"),
}


def move_on(post):
    """As if somebody had taken the record on in between, without a new version."""
    next(move for model, move in MOVES.items() if isinstance(post.record, model))(post.record)
