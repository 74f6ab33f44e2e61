"""Every form and button about a record: a record on which it may be used, by whom, and what it sends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.finance import actions as money
from khuyencong.finance.models import Payment, PaymentKind
from khuyencong.law.criteria import criteria
from khuyencong.normbook import actions
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.normbook.tests import entering
from khuyencong.people.permissions import Permission
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project
from khuyencong.projects.views.writing import DRAFT_FIELDS
from khuyencong.testing import PDF, asked, give_money, make_establishment, make_project, pay, pay_rest, put_in_new_plan
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

    def fresh(self, **changed: Any) -> dict[str, Any]:
        """The data, with some of it changed; `version` is the version that the form would carry."""
        values = {**self.data, **changed}
        values = {
            f"{self.prefix}-{name}" if self.prefix and name != "decision" else name: values[name] for name in values
        }
        if self.upload:
            values["file"] = SimpleUploadedFile("bao-gia.pdf", self.upload)
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
    return _of_project(project, "project_edit", OFFICER, Permission.PROJECT_EDIT, **written(project))


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


def _contract(world):
    project = make_project(world, state="approved")
    return _of_project(
        project, "project_contract", LEADER, Permission.CONTRACT_SIGN,
        kind="contract", number="01/HĐ", signed_on=_today(), value="200 triệu",
    )  # fmt: skip


def _prepare(world):
    project = make_project(world, state="in_progress")
    return _of_project(
        project, "project_payment_prepare", ACCOUNTANT, Permission.PAYMENT_PREPARE, "advance",
        creation_key=KEY, amount="50 triệu", condition_document="BC-01",
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


def _payment_approve(world):
    project, payment = _waiting(world)
    return _of_project(
        project, "project_payment_decide", LEADER, Permission.PAYMENT_APPROVE, payment.pk, prefix="duyet",
        decision="duyet", voucher_number="UNC-01", voucher_on=_today(),
    )  # fmt: skip


def _payment_refuse(world):
    project, payment = _waiting(world)
    return _of_project(
        project, "project_payment_decide", LEADER, Permission.PAYMENT_APPROVE, payment.pk, prefix="tra-lai",
        decision="tra-lai", reason="Thiếu chứng từ.",
    )  # fmt: skip


def _accept(world):
    project = make_project(world, state="in_progress")
    part, line = project.beneficiaries.get(), project.lines.get()
    rows = {
        "hang-muc-TOTAL_FORMS": 1, "hang-muc-INITIAL_FORMS": 1, "hang-muc-0-line": line.pk,
        "hang-muc-0-cost": "600 triệu", "hang-muc-0-quantity": 1,
    }  # fmt: skip
    return _of_project(
        project, "project_accept", APPRAISER, Permission.ACCEPTANCE_RECORD, part.pk,
        number="BB-01", accepted_on=_today(), **rows,
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
    return _of_project(project, "project_settle", ACCOUNTANT, Permission.SETTLE, number="QT-01", settled_on=_today())


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


def _establishment_edit(world):
    found = make_establishment(world)
    data = {
        "version": found.version, "name": "Hộ kinh doanh Đổi Tên", "kind": "household", "province": found.province_id,
        "sector": found.sector,
    }  # fmt: skip
    url = reverse("establishment_edit", args=[found.pk])
    return Post(url, found, OFFICER, Permission.ESTABLISHMENT_EDIT, data)


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


POSTS: dict[str, Callable[..., Post]] = {
    "project_edit": _edit,
    "project_beneficiary_add": _beneficiary_add,
    "project_beneficiary_remove": _beneficiary_remove,
    "project_commitments": _commitments,
    "project_estimate": _estimate,
    "project_attach": _attach,
    "project_attachment_remove": _attachment_remove,
    "project_submit": _submit,
    "project_withdraw": _withdraw,
    "project_appraise": _appraise_base,
    "project_appraise central": _appraise_central,
    "project_contract": _contract,
    "project_payment_prepare": _prepare,
    "project_payment_decide": _payment_approve,
    "project_payment_decide refuse": _payment_refuse,
    "project_accept": _accept,
    "project_recover": _recover,
    "project_settle": _settle,
    "project_stop": _stop,
    "plan_put": _plan_put,
    "plan_take_out": _plan_take_out,
    "plan_approve": _plan_approve,
    "plan_weights": _plan_weights,
    "establishment_edit": _establishment_edit,
    "norm_entry_edit": _norm_edit,
    "norm_entry_attach": _norm_attach,
    "norm_entry_send": _norm_send,
    "norm_entry_delete": _norm_delete,
    "norm_entry_confirm": _norm_confirm,
    "norm_entry_return": _norm_return,
    "norm_entry_revoke": _norm_revoke,
    "trial_count": _trial_count,
}
# Forms that make something new: no record stands behind them, so nobody is a stranger to them.
CREATIONS = ("project_new", "establishment_new", "plan_new", "envelope_give", "norm_entry_new", "trial_new")
# Nothing of the programme is changed by these.
OF_THE_SITE = ("people:login", "people:logout", "people:switch")


def creation(world, name):
    """The request that makes something new, as sent by whoever may."""
    if name == "trial_new":
        make_project(world)  # something to count
    province = world.provinces["82"].pk
    posts = {
        "project_new": Post(
            reverse("project_new"), None, OFFICER, Permission.PROJECT_EDIT,
            {
                "creation_key": KEY, "name": "Hỗ trợ máy sấy", "source": "local", "kind": "single",
                "activity": "machinery", "year": today().year, "province": province,
            },
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
        "envelope_give": Post(
            reverse("envelope_give"), None, ACCOUNTANT, Permission.ENVELOPE_GIVE,
            {
                "year": today().year, "source": "local", "direction": "giao", "amount": "1,5 tỷ", "document": "77/QĐ",
                "on": _today(),
            },
        ),
        "norm_entry_new": Post(
            reverse("norm_entry_new"), None, NORM_WRITER, Permission.NORM_EDIT,
            {"creation_key": KEY, **entering.page_data(entering.fields(world), [entering.norm()])},
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


def move_on(post):
    """As if somebody had taken the record on in between, without a new version."""
    if isinstance(post.record, EnteredDocument):
        EnteredDocument.objects.filter(pk=post.record.pk).update(state=EntryState.REVOKED)
    elif isinstance(post.record, Trial):
        Trial.objects.filter(pk=post.record.pk).update(state=TrialState.DONE)
    elif post.record == post.project:
        Project.objects.filter(pk=post.project.pk).update(state="withdrawn")
    else:
        AnnualPlan.objects.filter(pk=post.record.pk).update(state="recorded")
