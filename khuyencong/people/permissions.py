"""Who may do what: the whole matrix on one page, and the only source of it.

Read a line of MATRIX as "these roles may, if their agency stands in this relation to the record". A record answers
`related_agency_id(relation)` and `is_in_scope(actor)`; what a record's state allows besides is the business of its room.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from khuyencong.core.errors import NotAllowed
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permission_words import EXPLANATIONS
from khuyencong.people.relations import Relation
from khuyencong.people.roles import STAFF, Role


class Permission(StrEnum):
    PROJECT_VIEW = "project_view"
    PROJECT_EDIT = "project_edit"
    PROJECT_SUBMIT = "project_submit"
    PROJECT_WITHDRAW = "project_withdraw"
    RECORD_HISTORY = "record_history"
    APPRAISE_BASE = "appraise_base"
    APPRAISE_CENTRAL = "appraise_central"
    PLAN_EDIT = "plan_edit"
    PLAN_APPROVE = "plan_approve"
    ENVELOPE_GIVE = "envelope_give"
    CONTRACT_SIGN = "contract_sign"
    CONTRACT_PREPARE = "contract_prepare"
    SUPPORT_CONTRACT_KEEP = "support_contract_keep"
    ADVANCE_DECIDE = "advance_decide"
    BANK_ACCOUNT_KEEP = "bank_account_keep"
    PAYMENT_PREPARE = "payment_prepare"
    PAYMENT_CHECK = "payment_check"
    PAYMENT_APPROVE = "payment_approve"
    PAYMENT_PAY = "payment_pay"
    PAYMENT_RETURN = "payment_return"
    PAYMENT_RULE = "payment_rule"
    TREASURY_VIEW = "treasury_view"
    TREASURY_KEEP = "treasury_keep"
    ACCEPTANCE_RECORD = "acceptance_record"
    ACCEPTANCE_ANNUL = "acceptance_annul"
    HANDOVER_RECORD = "handover_record"
    SETTLE = "settle"
    RECOVER = "recover"
    PROJECT_STOP = "project_stop"
    ADJUSTMENT_DECIDE = "adjustment_decide"
    ESTABLISHMENT_VIEW = "establishment_view"
    ESTABLISHMENT_EDIT = "establishment_edit"
    REPORT_VIEW = "report_view"
    REPORT_EXPORT = "report_export"
    FILE_DOWNLOAD = "file_download"
    AUDIT_VIEW = "audit_view"
    MATRIX_VIEW = "matrix_view"
    SERVER_VIEW = "server_view"
    QUARANTINE_DECIDE = "quarantine_decide"
    NORM_EDIT = "norm_edit"
    NORM_CONFIRM = "norm_confirm"
    TRIAL_VIEW = "trial_view"
    TRIAL_MAKE = "trial_make"
    AGENCY_VIEW = "agency_view"
    AGENCY_EDIT = "agency_edit"
    ACCOUNT_VIEW = "account_view"
    ACCOUNT_EDIT = "account_edit"
    DELEGATE = "delegate"
    PERSONAL_VIEW = "personal_view"
    ESTABLISHMENT_MERGE = "establishment_merge"
    ESTABLISHMENT_IMPORT = "establishment_import"
    ESTABLISHMENT_EXPORT = "establishment_export"
    AREA_VIEW = "area_view"
    AREA_EDIT = "area_edit"
    REGION_EDIT = "region_edit"
    SURVEY_VIEW = "survey_view"
    SURVEY_RECORD = "survey_record"
    SURVEY_HANDLE = "survey_handle"
    REGISTRATION_DECIDE = "registration_decide"
    OWN_ESTABLISHMENT = "own_establishment"
    REQUEST_MAKE = "request_make"
    REQUEST_VIEW = "request_view"
    REQUEST_HANDLE = "request_handle"
    SEARCH_VIEW = "search_view"
    AUDIT_EXPORT = "audit_export"
    COUNCIL_VIEW = "council_view"
    APPRAISAL_NOTE = "appraisal_note"
    DEADLINE_VIEW = "deadline_view"
    DEADLINE_KEEP = "deadline_keep"
    DEADLINE_DONE = "deadline_done"
    DOSSIER_JUDGE = "dossier_judge"
    DOSSIER_CORRESPOND = "dossier_correspond"
    MONTHLY_WRITE = "monthly_write"
    MONTHLY_CONFIRM = "monthly_confirm"
    MONTHLY_REMIND = "monthly_remind"
    VOUCHER_RECORD = "voucher_record"
    PERIOD_CLOSE = "period_close"
    PERIOD_REOPEN = "period_reopen"
    INSPECTION_VIEW = "inspection_view"
    INSPECTION_PLAN = "inspection_plan"
    INSPECTION_RECORD = "inspection_record"
    FINDING_VIEW = "finding_view"
    INSPECTION_ANSWER = "inspection_answer"
    EFFECT_RECORD = "effect_record"
    EFFECT_CONFIRM = "effect_confirm"
    PAPER_VIEW = "paper_view"
    PAPER_MAKE = "paper_make"
    PAPER_TEMPLATE = "paper_template"
    PERIOD_REPORT_VIEW = "period_report_view"
    PERIOD_REPORT_WRITE = "period_report_write"
    PERIOD_REPORT_DECIDE = "period_report_decide"
    COMPETITION_VIEW = "competition_view"
    COMPETITION_MANAGE = "competition_manage"
    COMPETITION_DECIDE = "competition_decide"
    COMPETITION_ENTER = "competition_enter"
    COMPETITION_JUDGE = "competition_judge"
    COLLABORATOR_VIEW = "collaborator_view"
    COLLABORATOR_MANAGE = "collaborator_manage"
    COLLABORATOR_NOTE = "collaborator_note"
    COLLABORATOR_APPROVE = "collaborator_approve"
    COMBINE = "combine"
    CONSULTING_VIEW = "consulting_view"
    CONSULTING_MANAGE = "consulting_manage"
    OUTREACH_VIEW = "outreach_view"
    OUTREACH_MANAGE = "outreach_manage"
    OUTREACH_PUBLISH = "outreach_publish"
    FAIR_VIEW = "fair_view"
    FAIR_MANAGE = "fair_manage"
    FAIR_DECIDE = "fair_decide"
    FAIR_JOIN = "fair_join"
    TRAINING_MANAGE = "training_manage"
    TRAINING_DECIDE = "training_decide"
    PUBLICATION_DECIDE = "publication_decide"
    FEEDBACK_ANSWER = "feedback_answer"
    FEDERATION_SEND = "federation_send"
    FEDERATION_RECEIVE = "federation_receive"
    FEDERATION_DECIDE = "federation_decide"
    FEDERATION_KEYS = "federation_keys"
    API_MANAGE = "api_manage"
    PERSON_DATA_VIEW = "person_data_view"
    PERSON_DATA_KEEP = "person_data_keep"
    PERSON_DATA_HIDE = "person_data_hide"

    @property
    def label(self) -> str:
        return EXPLANATIONS[self][0]

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self][1]


@dataclass(frozen=True)
class Grant:
    """These roles, at an agency in this relation (None: no record is concerned), may.

    `kinds` narrows to kinds of agencies; `only_without` to records that have no agency in that other relation.
    """

    roles: frozenset[Role]
    relation: Relation | None
    kinds: frozenset[AgencyKind] | None = None
    only_without: Relation | None = None


class Governed(Protocol):
    """What a record must answer so that its permissions can be judged."""

    def related_agency_id(self, relation: Relation) -> int | None: ...

    def is_in_scope(self, actor: Actor) -> bool: ...


def _to(
    relation: Relation | None, *roles: Role, kinds: tuple[AgencyKind, ...] = (), only_without: Relation | None = None
) -> Grant:
    return Grant(frozenset(roles), relation, frozenset(kinds) or None, only_without)


_P, _R = Permission, Relation
_OFFICER, _APPRAISER, _LEADER, _ACCOUNTANT = Role.OFFICER, Role.APPRAISER, Role.LEADER, Role.ACCOUNTANT
_AUDITOR, _ADMINISTRATOR = Role.AUDITOR, Role.ADMINISTRATOR
_COLLABORATOR, _OWNER = Role.COLLABORATOR, Role.OWNER

# A project that skips the base appraisal (regional centre, several provinces) has no DEPARTMENT: then the Cục accepts it (Mẫu 5c).
_ACCEPTANCE = (
    _to(_R.DEPARTMENT, _OFFICER, _APPRAISER),
    _to(_R.NATIONAL, _OFFICER, _APPRAISER, only_without=_R.DEPARTMENT),
)
# Those who look at the papers of a đề án; papers of money come before the accountant of the funder.
_OVERSEERS = (
    _to(_R.DEPARTMENT, _OFFICER, _APPRAISER, kinds=(AgencyKind.DEPARTMENT,)),
    _to(_R.NATIONAL, _OFFICER, _APPRAISER, kinds=(AgencyKind.NATIONAL,)),
)
_DOSSIER = (*_OVERSEERS, _to(_R.FUNDER, _ACCOUNTANT, kinds=(AgencyKind.DEPARTMENT, AgencyKind.NATIONAL)))
# Norms are read in the documents by the department for its province and by the national agency for the nation.
_LAW_KEEPERS = (AgencyKind.DEPARTMENT, AgencyKind.NATIONAL)
# Who keeps the register of establishments, and lets their owners in.
_REGISTRARS = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE, AgencyKind.NATIONAL)
# Who organises a competition for its People's Committee, and the national agency for regions and the nation (TT 26/2014 Đ3.1).
_ORGANISERS = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE, AgencyKind.COMMUNE, AgencyKind.NATIONAL)
# Who keeps the network of collaborators of a province and pays them (NĐ 45/2012 Đ8).
_NETWORK = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE)
# Who sells consulting under its own name, and who writes down what was done inside a đề án.
_CONSULTANTS = (AgencyKind.CENTRE, AgencyKind.REGIONAL_CENTRE, AgencyKind.SERVICE)
_OF_ITS_PROJECT = (_to(_R.IMPLEMENTING, _OFFICER), _to(_R.DEPARTMENT, _OFFICER))

MATRIX: dict[Permission, tuple[Grant, ...]] = {
    _P.PROJECT_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    _P.PROJECT_EDIT: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.PROJECT_SUBMIT: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.PROJECT_WITHDRAW: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.RECORD_HISTORY: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.APPRAISE_BASE: (_to(_R.DEPARTMENT, _APPRAISER),),
    _P.APPRAISE_CENTRAL: (_to(_R.NATIONAL, _APPRAISER),),
    # Of a plan its agency; of a đề án that a plan may take, or take for less, whoever pays for it.
    _P.PLAN_EDIT: (
        _to(_R.OWN, _OFFICER, _APPRAISER, kinds=_LAW_KEEPERS),
        _to(_R.FUNDER, _OFFICER, _APPRAISER, kinds=_LAW_KEEPERS),
    ),
    _P.PLAN_APPROVE: (_to(_R.FUNDER, _LEADER), _to(_R.OWN, _LEADER)),
    _P.ENVELOPE_GIVE: (_to(_R.OWN, _ACCOUNTANT),),
    _P.CONTRACT_SIGN: (_to(_R.PAYER, _LEADER),),
    _P.CONTRACT_PREPARE: (_to(_R.PAYER, _OFFICER, _ACCOUNTANT),),
    _P.SUPPORT_CONTRACT_KEEP: (_to(_R.IMPLEMENTING, _OFFICER),),
    # TT 36/2013 Đ16: of national money the head of the Cục.
    _P.ADVANCE_DECIDE: (_to(_R.FUNDER, _LEADER),),
    # Of an account the holder's own people, or those of the payer that keeps it.
    _P.BANK_ACCOUNT_KEEP: (_to(_R.OWN, _OFFICER, _ACCOUNTANT), _to(_R.PAYER, _OFFICER, _ACCOUNTANT)),
    _P.PAYMENT_PREPARE: (_to(_R.PAYER, _ACCOUNTANT),),
    _P.PAYMENT_CHECK: (_to(_R.PAYER, _OFFICER, _ACCOUNTANT),),
    _P.PAYMENT_APPROVE: (_to(_R.PAYER, _LEADER),),
    _P.PAYMENT_PAY: (_to(_R.PAYER, _ACCOUNTANT),),
    # From which state on who of them: finance/payment_states.py.
    _P.PAYMENT_RETURN: (_to(_R.PAYER, _OFFICER, _ACCOUNTANT, _LEADER),),
    _P.PAYMENT_RULE: (_to(_R.OWN, _LEADER, _ACCOUNTANT),),
    # Lists for the Treasury and its statements are of the agency that pays, seen by its own people.
    _P.TREASURY_VIEW: (_to(_R.OWN, *STAFF),),
    _P.TREASURY_KEEP: (_to(_R.OWN, _ACCOUNTANT),),
    _P.ACCEPTANCE_RECORD: _ACCEPTANCE,
    _P.ACCEPTANCE_ANNUL: (_to(_R.DEPARTMENT, _LEADER), _to(_R.NATIONAL, _LEADER, only_without=_R.DEPARTMENT)),
    _P.HANDOVER_RECORD: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.SETTLE: (_to(_R.PAYER, _ACCOUNTANT),),
    _P.RECOVER: (_to(_R.PAYER, _ACCOUNTANT),),
    _P.PROJECT_STOP: (_to(_R.FUNDER, _LEADER),),
    _P.ADJUSTMENT_DECIDE: (_to(_R.DECIDING, _LEADER),),
    _P.ESTABLISHMENT_VIEW: (_to(_R.IN_SCOPE, *STAFF, _COLLABORATOR),),
    _P.ESTABLISHMENT_EDIT: (_to(_R.IN_SCOPE, _OFFICER, _APPRAISER),),
    _P.REPORT_VIEW: (_to(None, *STAFF),),
    _P.REPORT_EXPORT: (_to(None, *STAFF),),
    _P.FILE_DOWNLOAD: (_to(_R.IN_SCOPE, *STAFF),),
    _P.AUDIT_VIEW: (_to(_R.IN_SCOPE, _AUDITOR, _ADMINISTRATOR),),
    _P.MATRIX_VIEW: (_to(None, _ADMINISTRATOR),),
    _P.SERVER_VIEW: (_to(None, _ADMINISTRATOR),),
    _P.QUARANTINE_DECIDE: (_to(_R.IN_SCOPE, _ADMINISTRATOR),),
    _P.NORM_EDIT: (_to(_R.OWN, _OFFICER, _APPRAISER, kinds=_LAW_KEEPERS),),
    _P.NORM_CONFIRM: (_to(_R.OWN, _APPRAISER, _LEADER, kinds=_LAW_KEEPERS),),
    _P.TRIAL_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    _P.TRIAL_MAKE: (_to(_R.OWN, _OFFICER, _APPRAISER, _LEADER, kinds=_LAW_KEEPERS),),
    # An agency is in the scope of its own administrators, of those above it in the tree, and of the national ones.
    _P.AGENCY_VIEW: (_to(None, *STAFF),),
    _P.AGENCY_EDIT: (_to(_R.IN_SCOPE, _ADMINISTRATOR),),
    _P.ACCOUNT_VIEW: (_to(_R.IN_SCOPE, _AUDITOR, _ADMINISTRATOR),),
    _P.ACCOUNT_EDIT: (_to(_R.IN_SCOPE, _ADMINISTRATOR),),
    _P.DELEGATE: (_to(_R.OWN, _LEADER, _ACCOUNTANT),),
    _P.PERSONAL_VIEW: (_to(_R.IN_SCOPE, _OFFICER, _APPRAISER, _COLLABORATOR), _to(_R.ACCOUNT, _OWNER)),
    _P.ESTABLISHMENT_MERGE: (_to(_R.IN_SCOPE, _OFFICER, _APPRAISER),),
    _P.ESTABLISHMENT_IMPORT: (_to(_R.OWN, _OFFICER, kinds=_REGISTRARS),),
    _P.ESTABLISHMENT_EXPORT: (_to(None, *STAFF),),
    _P.AREA_VIEW: (_to(None, *STAFF, _COLLABORATOR),),
    _P.AREA_EDIT: (_to(_R.IN_SCOPE, _OFFICER, _APPRAISER, kinds=(AgencyKind.DEPARTMENT,)),),
    _P.REGION_EDIT: (_to(None, _ADMINISTRATOR, kinds=(AgencyKind.NATIONAL,)),),
    _P.SURVEY_VIEW: (_to(_R.IN_SCOPE, *STAFF, _COLLABORATOR),),
    _P.SURVEY_RECORD: (_to(_R.IN_SCOPE, _OFFICER, _COLLABORATOR),),
    _P.SURVEY_HANDLE: (_to(_R.IN_SCOPE, _OFFICER, _APPRAISER),),
    _P.REGISTRATION_DECIDE: (_to(_R.IN_SCOPE, _OFFICER, kinds=_REGISTRARS),),
    _P.OWN_ESTABLISHMENT: (_to(_R.ACCOUNT, _OWNER),),
    # At the counter an officer writes for an owner who agrees; who wrote what is in the trail.
    _P.REQUEST_MAKE: (_to(_R.ACCOUNT, _OWNER), _to(_R.IN_SCOPE, _OFFICER)),
    _P.REQUEST_VIEW: (_to(_R.IN_SCOPE, *STAFF), _to(_R.ACCOUNT, _OWNER)),
    _P.REQUEST_HANDLE: (_to(_R.IN_SCOPE, _OFFICER),),
    _P.SEARCH_VIEW: (_to(None, *STAFF, _COLLABORATOR),),
    _P.AUDIT_EXPORT: (_to(_R.IN_SCOPE, _AUDITOR, _ADMINISTRATOR),),
    _P.APPRAISAL_NOTE: (_to(_R.DEPARTMENT, _APPRAISER), _to(_R.NATIONAL, _APPRAISER)),
    # Running a council is appraising; who hands in a sheet must be a member besides. The nation reads the departments'.
    _P.COUNCIL_VIEW: (_to(_R.OWN, *STAFF, kinds=_LAW_KEEPERS), _to(_R.IN_SCOPE, *STAFF, kinds=(AgencyKind.NATIONAL,))),
    _P.DEADLINE_VIEW: (_to(_R.OWN, *STAFF),),
    _P.DEADLINE_KEEP: (_to(_R.OWN, _OFFICER, _LEADER),),
    _P.DEADLINE_DONE: (_to(_R.OWN, _OFFICER, _APPRAISER, _LEADER, _ACCOUNTANT),),
    _P.DOSSIER_JUDGE: _DOSSIER,
    _P.DOSSIER_CORRESPOND: (_to(_R.IMPLEMENTING, _OFFICER), *_DOSSIER),
    _P.MONTHLY_WRITE: (_to(_R.IMPLEMENTING, _OFFICER),),
    _P.MONTHLY_CONFIRM: _ACCEPTANCE,
    _P.MONTHLY_REMIND: _OVERSEERS,
    _P.VOUCHER_RECORD: (_to(_R.IMPLEMENTING, _OFFICER, _ACCOUNTANT),),
    _P.PERIOD_CLOSE: (_to(_R.OWN, _ACCOUNTANT),),
    # What was reported is opened again by somebody else than who closed it.
    _P.PERIOD_REOPEN: (_to(_R.OWN, _LEADER),),
    _P.INSPECTION_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    _P.INSPECTION_PLAN: (_to(_R.OWN, _OFFICER, _APPRAISER, _LEADER, kinds=_LAW_KEEPERS),),
    _P.INSPECTION_RECORD: (_to(_R.OWN, _OFFICER, _APPRAISER, kinds=_LAW_KEEPERS),),
    _P.FINDING_VIEW: (_to(_R.IN_SCOPE, *STAFF), _to(_R.ACCOUNT, _OWNER)),
    _P.INSPECTION_ANSWER: (_to(_R.IMPLEMENTING, _OFFICER), _to(_R.ACCOUNT, _OWNER)),
    # Whoever wrote figures down does not confirm them; the action asks.
    _P.EFFECT_RECORD: (_to(_R.IMPLEMENTING, _OFFICER), *_ACCEPTANCE),
    _P.EFFECT_CONFIRM: _ACCEPTANCE,
    _P.PAPER_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    # Each office writes its own papers, about whatever record it may see.
    _P.PAPER_MAKE: (_to(_R.OWN, _OFFICER, _APPRAISER, _ACCOUNTANT),),
    _P.PAPER_TEMPLATE: (_to(_R.OWN, _ADMINISTRATOR),),
    _P.PERIOD_REPORT_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    _P.PERIOD_REPORT_WRITE: (_to(_R.OWN, _OFFICER),),
    # Who receives it; whoever handed it in does not decide on it, the action asks.
    _P.PERIOD_REPORT_DECIDE: (_to(_R.DECIDING, _LEADER),),
    # A call is public: everybody sees the rounds that their place takes part in.
    _P.COMPETITION_VIEW: (_to(_R.IN_SCOPE, *Role),),
    _P.COMPETITION_MANAGE: (_to(_R.OWN, _OFFICER, _APPRAISER, kinds=_ORGANISERS),),
    _P.COMPETITION_DECIDE: (_to(_R.OWN, _LEADER, kinds=_ORGANISERS),),
    _P.COMPETITION_ENTER: (_to(_R.ACCOUNT, _OWNER), _to(_R.IN_SCOPE, _OFFICER)),
    # A seat is in the scope of the person who holds it, whatever hat that person wears; auditors only look.
    _P.COMPETITION_JUDGE: (_to(_R.IN_SCOPE, *(role for role in Role if role is not _AUDITOR)),),
    # A collaborator is in the own scope only.
    _P.COLLABORATOR_VIEW: (_to(_R.IN_SCOPE, *STAFF, _COLLABORATOR),),
    _P.COLLABORATOR_MANAGE: (_to(_R.IN_SCOPE, _OFFICER, kinds=_NETWORK),),
    _P.COLLABORATOR_NOTE: (_to(_R.IN_SCOPE, _OFFICER, kinds=_NETWORK), _to(_R.IN_SCOPE, _COLLABORATOR)),
    _P.COLLABORATOR_APPROVE: (_to(_R.OWN, _LEADER, kinds=_NETWORK),),
    # Of a đề án its unit or the department, of a programme of the catalogue the agency that entered it.
    _P.COMBINE: (
        _to(_R.IMPLEMENTING, _OFFICER),
        _to(_R.DEPARTMENT, _OFFICER),
        _to(_R.OWN, _OFFICER, kinds=_REGISTRARS),
    ),
    _P.CONSULTING_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    # What a centre sells is kept by the centre alone; what khuyến công pays for by those of its đề án.
    _P.CONSULTING_MANAGE: (_to(_R.OWN, _OFFICER, _ACCOUNTANT, kinds=_CONSULTANTS), *_OF_ITS_PROJECT),
    _P.OUTREACH_VIEW: (_to(_R.IN_SCOPE, *STAFF),),
    _P.OUTREACH_MANAGE: (*_OF_ITS_PROJECT, _to(_R.OWN, _OFFICER, kinds=_REGISTRARS)),
    # A centre's own words are let out by its leader or by the department's.
    _P.OUTREACH_PUBLISH: (
        _to(_R.IMPLEMENTING, _LEADER),
        _to(_R.DEPARTMENT, _LEADER),
        _to(_R.NATIONAL, _LEADER, only_without=_R.DEPARTMENT),
        _to(_R.OWN, _LEADER, kinds=_REGISTRARS),
    ),
    # Owners see the fairs that were called around, or that asked them.
    _P.FAIR_VIEW: (_to(_R.IN_SCOPE, *STAFF, _OWNER),),
    _P.FAIR_MANAGE: (_to(_R.IMPLEMENTING, _OFFICER), _to(_R.DEPARTMENT, _OFFICER)),
    # The list of participants is confirmed by the Sở: TT 36/2013 Đ14.10, Đ14.11.
    _P.FAIR_DECIDE: (_to(_R.DEPARTMENT, _LEADER), _to(_R.NATIONAL, _LEADER, only_without=_R.DEPARTMENT)),
    _P.FAIR_JOIN: (_to(_R.ACCOUNT, _OWNER), _to(_R.IMPLEMENTING, _OFFICER), _to(_R.DEPARTMENT, _OFFICER)),
    # Whoever sees the đề án reads its classes; the unit holds them, and Sở (or the Cục) may correct.
    _P.TRAINING_MANAGE: (_to(_R.IMPLEMENTING, _OFFICER), *_ACCEPTANCE),
    _P.TRAINING_DECIDE: (_to(_R.IMPLEMENTING, _LEADER), _to(_R.DEPARTMENT, _LEADER)),
    # What the public reads of a đề án: the department of its place, or whoever gives the money.
    _P.PUBLICATION_DECIDE: (_to(_R.DEPARTMENT, _OFFICER, _LEADER), _to(_R.FUNDER, _OFFICER, _LEADER)),
    _P.FEEDBACK_ANSWER: (_to(_R.OWN, _OFFICER, _LEADER, kinds=_REGISTRARS),),
    # Packages of locked figures between installations: sent by whoever wrote the report, brought by the sender's own system
    # or taken in from a file by the receiver, decided by the receiver's leader, as every report.
    _P.FEDERATION_SEND: (_to(_R.OWN, _OFFICER, _LEADER),),
    _P.FEDERATION_RECEIVE: (_to(_R.OWN, _OFFICER), _to(_R.DECIDING, _OFFICER, _LEADER)),
    _P.FEDERATION_DECIDE: (_to(_R.DECIDING, _LEADER),),
    _P.FEDERATION_KEYS: (_to(_R.OWN, _ADMINISTRATOR),),
    # The key of another system is made where its agency is kept.
    _P.API_MANAGE: (_to(_R.IN_SCOPE, _ADMINISTRATOR),),
    # Who keeps accounts answers to persons, who leads lets something be hidden.
    _P.PERSON_DATA_VIEW: (_to(_R.OWN, _ADMINISTRATOR, _LEADER),),
    _P.PERSON_DATA_KEEP: (_to(_R.OWN, _ADMINISTRATOR),),
    _P.PERSON_DATA_HIDE: (_to(_R.OWN, _LEADER),),
}


def allowed(actor: Actor | None, permission: Permission, record: Governed | None = None) -> bool:
    """Whether the matrix lets `actor` do this to `record`; without a record only role and kind of agency are judged."""
    if actor is None:
        return False
    return any(_holds(grant, actor, record) for grant in MATRIX[permission])


def require(actor: Actor | None, permission: Permission, record: Governed | None = None) -> None:
    """Raise NotAllowed, with a sentence that names what is missing, unless `allowed`."""
    if allowed(actor, permission, record):
        return
    what = permission.label.lower()
    if actor is None:
        raise NotAllowed(f"Cần đăng nhập với một vai trò tại cơ quan để {what}.")
    if not allowed(actor, permission):
        raise NotAllowed(f"Vai trò {actor.role.label.lower()} tại {actor.agency.short_name} không được {what}.")
    raise NotAllowed(f"{actor.agency.short_name} không được {what} với hồ sơ này.")


def _holds(grant: Grant, actor: Actor, record: Governed | None) -> bool:
    if actor.role not in grant.roles or (grant.kinds and actor.agency.kind not in grant.kinds):
        return False
    if record is None or grant.relation is None:
        return True
    if grant.only_without and record.related_agency_id(grant.only_without) is not None:
        return False
    if grant.relation is Relation.IN_SCOPE:
        return record.is_in_scope(actor)
    wanted = record.related_agency_id(grant.relation)
    return wanted == actor.agency.pk or (wanted is not None and wanted in actor.agency_ids)
