"""The matrix: role × relation, with every cell walked against a table written here by hand."""

import itertools
from dataclasses import dataclass, field

import pytest

from khuyencong.core.errors import NotAllowed
from khuyencong.people.models import Agency
from khuyencong.people.permission_words import EXPLANATIONS
from khuyencong.people.permissions import MATRIX, Permission, allowed, require
from khuyencong.people.queries import matrix_rows
from khuyencong.people.relations import Relation
from khuyencong.people.roles import ROLE_EXPLANATIONS, Role

pytestmark = pytest.mark.django_db

ALL = "officer appraiser leader accountant auditor administrator"
# What each role may do where its agency stands in the one relation named.
EXPECTED = {
    "project_view": {"in_scope": ALL},
    "project_edit": {"implementing": "officer"},
    "project_submit": {"implementing": "officer"},
    "project_withdraw": {"implementing": "officer"},
    "record_history": {"implementing": "officer"},
    "appraise_base": {"department": "appraiser"},
    "appraise_central": {"national": "appraiser"},
    "plan_edit": {"own": "officer appraiser", "funder": "officer appraiser"},
    "plan_approve": {"funder": "leader", "own": "leader"},
    "envelope_give": {"own": "accountant"},
    "contract_sign": {"payer": "leader"},
    "payment_prepare": {"payer": "accountant"},
    "payment_check": {"payer": "officer accountant"},
    "payment_approve": {"payer": "leader"},
    "payment_pay": {"payer": "accountant"},
    "payment_return": {"payer": "officer accountant leader"},
    "payment_rule": {"own": "leader accountant"},
    "treasury_view": {"own": ALL},
    "treasury_keep": {"own": "accountant"},
    "acceptance_record": {"department": "officer appraiser", "national": "officer appraiser"},
    "acceptance_annul": {"department": "leader", "national": "leader"},
    "handover_record": {"implementing": "officer"},
    "settle": {"payer": "accountant"},
    "recover": {"payer": "accountant"},
    "project_stop": {"funder": "leader"},
    "adjustment_decide": {"deciding": "leader"},
    "establishment_view": {"in_scope": f"{ALL} collaborator"},
    "establishment_edit": {"in_scope": "officer appraiser"},
    "report_view": {None: ALL},
    "report_export": {None: ALL},
    "file_download": {"in_scope": ALL},
    "audit_view": {"in_scope": "auditor administrator"},
    "matrix_view": {None: "administrator"},
    "server_view": {None: "administrator"},
    "quarantine_decide": {"in_scope": "administrator"},
    "norm_edit": {"own": "officer appraiser"},
    "norm_confirm": {"own": "appraiser leader"},
    "trial_view": {"in_scope": ALL},
    "trial_make": {"own": "officer appraiser leader"},
    "agency_view": {None: ALL},
    "agency_edit": {"in_scope": "administrator"},
    "account_view": {"in_scope": "auditor administrator"},
    "account_edit": {"in_scope": "administrator"},
    "delegate": {"own": "leader accountant"},
    "personal_view": {"in_scope": "officer appraiser collaborator", "account": "owner"},
    "establishment_merge": {"in_scope": "officer appraiser"},
    "establishment_import": {"own": "officer"},
    "establishment_export": {None: ALL},
    "area_view": {None: f"{ALL} collaborator"},
    "area_edit": {"in_scope": "officer appraiser"},
    "region_edit": {},  # of the national agency alone: see below
    "survey_view": {"in_scope": f"{ALL} collaborator"},
    "survey_record": {"in_scope": "officer collaborator"},
    "survey_handle": {"in_scope": "officer appraiser"},
    "registration_decide": {"in_scope": "officer"},
    "own_establishment": {"account": "owner"},
    "request_make": {"account": "owner", "in_scope": "officer"},
    "request_view": {"in_scope": ALL, "account": "owner"},
    "request_handle": {"in_scope": "officer"},
    "search_view": {None: f"{ALL} collaborator"},
    "audit_export": {"in_scope": "auditor administrator"},
    "appraisal_note": {"department": "appraiser", "national": "appraiser"},
    "council_view": {"own": ALL},  # the national agency reads those in its scope besides
    "deadline_view": {"own": ALL},
    "deadline_keep": {"own": "officer leader"},
    "deadline_done": {"own": "officer appraiser leader accountant"},
    # Where the national agency is the one: see the kinds below.
    "dossier_judge": {"department": "officer appraiser", "funder": "accountant"},
    "dossier_correspond": {"implementing": "officer", "department": "officer appraiser", "funder": "accountant"},
    "voucher_record": {"implementing": "officer accountant"},
    "monthly_write": {"implementing": "officer"},
    "monthly_confirm": {"department": "officer appraiser", "national": "officer appraiser"},
    "monthly_remind": {"department": "officer appraiser"},
    "contract_prepare": {"payer": "officer accountant"},
    "support_contract_keep": {"implementing": "officer"},
    "advance_decide": {"funder": "leader"},
    "bank_account_keep": {"own": "officer accountant", "payer": "officer accountant"},
    "period_close": {"own": "accountant"},
    "period_reopen": {"own": "leader"},  # not whoever closed it
    "inspection_view": {"in_scope": ALL},
    "inspection_plan": {"own": "officer appraiser leader"},
    "inspection_record": {"own": "officer appraiser"},
    "finding_view": {"in_scope": ALL, "account": "owner"},
    "inspection_answer": {"implementing": "officer", "account": "owner"},
    "effect_record": {
        "implementing": "officer",
        "department": "officer appraiser",
        "national": "officer appraiser",
    },
    "effect_confirm": {"department": "officer appraiser", "national": "officer appraiser"},
    "paper_view": {"in_scope": ALL},
    "paper_make": {"own": "officer appraiser accountant"},
    "paper_template": {"own": "administrator"},
    "period_report_view": {"in_scope": ALL},
    "period_report_write": {"own": "officer"},
    "period_report_decide": {"deciding": "leader"},
    "competition_view": {"in_scope": f"{ALL} collaborator owner"},
    "competition_manage": {"own": "officer appraiser"},
    "competition_decide": {"own": "leader"},
    "competition_enter": {"account": "owner", "in_scope": "officer"},
    "competition_judge": {  # of one's own seat
        "in_scope": "officer appraiser leader accountant administrator collaborator owner"
    },
    "collaborator_view": {"in_scope": f"{ALL} collaborator"},
    "collaborator_manage": {"in_scope": "officer"},
    "collaborator_note": {"in_scope": "officer collaborator"},
    "collaborator_approve": {"own": "leader"},
    "combine": {"implementing": "officer", "department": "officer", "own": "officer"},
    "consulting_view": {"in_scope": ALL},
    "consulting_manage": {"implementing": "officer", "department": "officer"},  # of a centre's own: see below
    "outreach_view": {"in_scope": ALL},
    "outreach_manage": {"implementing": "officer", "department": "officer", "own": "officer"},
    "outreach_publish": {"implementing": "leader", "department": "leader", "national": "leader", "own": "leader"},
    "fair_view": {"in_scope": f"{ALL} owner"},
    "fair_manage": {"implementing": "officer", "department": "officer"},
    "fair_decide": {"department": "leader", "national": "leader"},
    "fair_join": {"account": "owner", "implementing": "officer", "department": "officer"},
    "training_manage": {
        "implementing": "officer",
        "department": "officer appraiser",
        "national": "officer appraiser",
    },
    "training_decide": {"implementing": "leader", "department": "leader"},
    "publication_decide": {"department": "officer leader", "funder": "officer leader"},
    "feedback_answer": {"own": "officer leader"},
    "federation_send": {"own": "officer leader"},
    "federation_receive": {"own": "officer", "deciding": "officer leader"},
    "federation_decide": {"deciding": "leader"},
    "federation_keys": {"own": "administrator"},
    "api_manage": {"in_scope": "administrator"},
    "person_data_view": {"own": "leader administrator"},
    "person_data_keep": {"own": "administrator"},
    "person_data_hide": {"own": "leader"},
}


@dataclass
class Record:
    """A record that stands in the given relations to agencies."""

    agencies: dict = field(default_factory=dict)
    in_scope: bool = False

    def related_agency_id(self, relation):
        return self.agencies.get(relation)

    def is_in_scope(self, actor):
        return self.in_scope


def test_table_here_names_every_permission():
    assert set(EXPECTED) == {str(permission) for permission in Permission} == {str(permission) for permission in MATRIX}


def test_every_cell(actor):
    relations = [*Relation, None]
    for role in Role:
        someone = actor(role, "sct-25")
        for permission, relation in itertools.product(Permission, relations):
            agencies = {relation: someone.agency.pk} if relation not in (None, Relation.IN_SCOPE) else {}
            record = Record(agencies, in_scope=relation is Relation.IN_SCOPE)
            wanted = EXPECTED[permission]
            expected = (
                role in wanted.get(relation and str(relation), "").split() or role in wanted.get(None, "").split()
            )
            assert allowed(someone, permission, record) is expected, (role, permission, relation)


def test_another_agency_in_the_relation_is_not_enough(actor):
    for role in Role:
        someone, other = actor(role, "sct-25"), actor(role, "sct-31").agency.pk
        record = Record(dict.fromkeys((relation for relation in Relation if relation != Relation.IN_SCOPE), other))
        for permission in Permission:
            assert allowed(someone, permission, record) is (role in EXPECTED[permission].get(None, "").split())


def test_nobody_may_nothing():
    assert not any(allowed(None, permission) for permission in Permission)


def test_without_record_only_the_role_is_judged(actor):
    officer = actor("officer", "ttkc-25")
    assert allowed(officer, Permission.PROJECT_EDIT)
    assert not allowed(officer, Permission.APPRAISE_BASE)


@pytest.mark.parametrize(("agency", "may"), [("cuc", True), ("sct-25", False), ("ttkv-1", False)])
def test_regions_are_set_by_the_national_administrator(actor, agency, may):
    assert allowed(actor("administrator", agency), Permission.REGION_EDIT) is may
    assert not allowed(actor("officer", agency), Permission.REGION_EDIT)


@pytest.mark.parametrize(
    ("permission", "role", "kinds"),
    [
        ("area_edit", "officer", {"sct-25"}),
        ("establishment_import", "officer", {"sct-25", "ttkc-25", "cuc"}),
        ("council_view", "auditor", {"sct-25", "cuc"}),
        ("registration_decide", "officer", {"sct-25", "ttkc-25", "cuc"}),
        ("dossier_judge", "appraiser", {"sct-25", "cuc"}),
        ("collaborator_manage", "officer", {"sct-25", "ttkc-25"}),
    ],
)
def test_only_some_kinds_of_agencies(actor, permission, role, kinds):
    agencies = ("sct-25", "ttkc-25", "cuc", "ttkv-1")
    assert {one for one in agencies if allowed(actor(role, one), Permission(permission))} == kinds


@pytest.mark.parametrize(("agency", "may"), [("cuc", True), ("sct-25", False), ("ttkc-25", False)])
def test_the_nation_reads_the_councils_of_departments(actor, agency, may):
    assert allowed(actor("officer", agency), Permission.COUNCIL_VIEW, Record({}, in_scope=True)) is may


@pytest.mark.parametrize(("agency", "may"), [("sct-25", False), ("cuc", False), ("ttkc-25", True), ("ttkv-1", True)])
def test_what_a_centre_sells_is_kept_by_the_centre(actor, agency, may):
    for role in ("officer", "accountant"):
        someone = actor(role, agency)
        assert allowed(someone, Permission.CONSULTING_MANAGE, Record({Relation.OWN: someone.agency.pk})) is may


def test_successor_stands_where_the_succeeded_stood(actor):
    """A record of a department that is gone is one of today's department's own."""
    old, new = Agency.objects.get(code="sct-17-2025"), Agency.objects.get(code="sct-25")
    assert old.successor == new
    record = Record({Relation.OWN: old.pk, Relation.PAYER: old.pk})
    assert allowed(actor("officer", "sct-25"), Permission.PLAN_EDIT, record)
    assert allowed(actor("leader", "sct-25"), Permission.PAYMENT_APPROVE, record)
    assert not allowed(actor("officer", "sct-31"), Permission.PLAN_EDIT, record)


@pytest.mark.parametrize(("agency", "may"), [("sct-25", True), ("cuc", True), ("ttkc-25", False), ("ttkv-1", False)])
def test_plans_are_made_by_departments_and_the_national_agency(actor, agency, may):
    officer = actor("officer", agency)
    record = Record({Relation.OWN: officer.agency.pk})
    assert allowed(officer, Permission.PLAN_EDIT, record) is may
    assert allowed(officer, Permission.PLAN_EDIT) is may


def test_national_agency_accepts_only_what_no_department_appraised(actor):
    officer, department = actor("officer", "cuc"), actor("officer", "sct-25").agency.pk
    national = {Relation.NATIONAL: officer.agency.pk}
    assert allowed(officer, Permission.ACCEPTANCE_RECORD, Record(national))
    assert not allowed(officer, Permission.ACCEPTANCE_RECORD, Record(national | {Relation.DEPARTMENT: department}))


def test_who_prepares_never_approves_in_one_role():
    pairs = [
        (Permission.PAYMENT_PREPARE, Permission.PAYMENT_APPROVE),
        (Permission.PAYMENT_CHECK, Permission.PAYMENT_APPROVE),
        (Permission.PAYMENT_APPROVE, Permission.PAYMENT_PAY),
        (Permission.PROJECT_SUBMIT, Permission.APPRAISE_BASE),
        (Permission.PROJECT_SUBMIT, Permission.APPRAISE_CENTRAL),
        (Permission.PLAN_EDIT, Permission.PLAN_APPROVE),
    ]
    for first, second in pairs:
        shared = {role for grant in MATRIX[first] for role in grant.roles} & {
            role for grant in MATRIX[second] for role in grant.roles
        }
        assert not shared, (first, second)


def test_auditors_only_look():
    only = {permission for permission in Permission if any(Role.AUDITOR in grant.roles for grant in MATRIX[permission])}
    assert all(permission.endswith(("_view", "_export", "_download")) for permission in only)


@pytest.mark.parametrize(
    ("role", "agency", "record", "sentence"),
    [
        ("accountant", "sct-25", None, "Vai trò kế toán tại Sở Công Thương Phú Thọ không được duyệt chi."),
        ("leader", "sct-25", Record(), "Sở Công Thương Phú Thọ không được duyệt chi với hồ sơ này."),
    ],
)
def test_refusal_says_what_is_missing(actor, role, agency, record, sentence):
    with pytest.raises(NotAllowed) as refusal:
        require(actor(role, agency), Permission.PAYMENT_APPROVE, record)
    assert refusal.value.sentence == sentence


def test_refusal_of_nobody():
    with pytest.raises(NotAllowed, match="Cần đăng nhập"):
        require(None, Permission.PROJECT_VIEW)


def test_page_explains_every_permission_and_role():
    assert set(EXPLANATIONS) == set(Permission)
    assert set(ROLE_EXPLANATIONS) == set(Role)
    assert all(label and sentence.endswith(".") for label, sentence in EXPLANATIONS.values())
    rows = matrix_rows()
    assert len(rows) == len(Permission)
    assert all(len(row.cells) == len(Role) and any(row.cells) for row in rows)
