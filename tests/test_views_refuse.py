"""Every address and every form of the site, opened and sent by whoever may not: refused, and nothing is written."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.messages import constants, get_messages
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from khuyencong.adjustments.models import Adjustment
from khuyencong.appraisal.models import AgendaItem, Council, CouncilMember, CouncilSession
from khuyencong.areas.models import CraftVillage, PreferredArea
from khuyencong.audit.models import AuditEvent
from khuyencong.collaborators.models import AllowanceLine, AllowanceList, AllowanceRate, Collaborator, Term
from khuyencong.combining.models import Combination, OtherProgramme
from khuyencong.competitions.models import Certificate, Complaint, Entry, Prize, Round
from khuyencong.consulting.models import Advice, Job
from khuyencong.consulting.models import Client as ConsultingClient
from khuyencong.core.dates import today
from khuyencong.delivery.models import Acceptance, Handover
from khuyencong.effects.models import EffectSheet
from khuyencong.fairs.models import Booth, Fair, Participant, PartnerLink
from khuyencong.federation.models import IncomingPackage, OutgoingPackage, TrustedKey
from khuyencong.finance.models import BankAccount, ClosedPeriod, Contract, Payment
from khuyencong.inspections.models import Inspection, InspectionFinding, InspectionPlan
from khuyencong.intake.models import SupportRequest
from khuyencong.monitoring.models import ProgressReport
from khuyencong.normbook.models import EnteredDocument
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.papers.models import Paper, PaperBatch, Scan
from khuyencong.people.permissions import allowed
from khuyencong.people.roles import STAFF
from khuyencong.people.web import PUBLIC, SIGNED_IN, TOKEN, declared
from khuyencong.periods.models import PeriodReport, ReportIndicator
from khuyencong.portal.models import Feedback
from khuyencong.programmes.models import AnnualPlan, Envelope, Programme
from khuyencong.projects.dossier_rules import REQUEST_LETTER
from khuyencong.quarantine.models import HeldFile
from khuyencong.scenarios.models import Scenario
from khuyencong.settlement.models import Claim
from khuyencong.surveys.models import Survey
from khuyencong.testing import make_project
from khuyencong.training.models import Course, CoursePayList, Learner, Session
from khuyencong.treasury.models import PaymentList, Statement, StatementLine
from khuyencong.whatif.models import Trial
from tests.looking import a_third_on_both, signed_in, whole_database
from tests.posts import CREATIONS, KEY, OF_THE_SITE, POSTS, TRIED_ELSEWHERE, creation, move_on

AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
# A commune and an establishment have one kind of user each.
EVERYBODY = [(agency, role.value) for agency in AGENCIES for role in STAFF]
EVERYBODY += [("dong-thap-commune", "collaborator"), ("owner", "owner")]
# Who may open what: a new page is written here as well, so that nobody opens one by accident.
OPENS = {
    "login": PUBLIC,
    "second_step": PUBLIC,
    "passkey_sign_in": PUBLIC,
    "passkey_options": PUBLIC,
    "outside_begin": PUBLIC,
    "outside_return": PUBLIC,
    "password_forgotten": PUBLIC,
    "password_reset": PUBLIC,
    "my_account": SIGNED_IN,
    "my_confirm": SIGNED_IN,
    "my_profile": SIGNED_IN,
    "my_email": SIGNED_IN,
    "my_password": SIGNED_IN,
    "my_sessions_end": SIGNED_IN,
    "my_session_end": SIGNED_IN,
    "outside_unlink": SIGNED_IN,
    "my_factors": SIGNED_IN,
    "my_app": SIGNED_IN,
    "my_app_remove": SIGNED_IN,
    "my_passkey": SIGNED_IN,
    "my_passkey_options": SIGNED_IN,
    "my_passkey_remove": SIGNED_IN,
    "my_recovery_codes": SIGNED_IN,
    "agencies": "agency_view",
    "agency": "agency_view",
    "agency_new_service": "agency_edit",
    "agency_new_commune": "agency_edit",
    "agency_rename": "agency_edit",
    "agency_correct": "agency_edit",
    "agency_contact": "agency_edit",
    "agency_move": "agency_edit",
    "agency_close": "agency_edit",
    "agency_merge": "agency_edit",
    "accounts": "account_view",
    "account": "account_view",
    "account_edit": "account_edit",
    "account_lock": "account_edit",
    "account_unlock": "account_edit",
    "role_give": "account_edit",
    "role_take": "account_edit",
    "handover": "account_edit",
    "invite": "account_edit",
    "invitations": "account_view",
    "invitation_resend": "account_edit",
    "invitation_revoke": "account_edit",
    "invitation_accept": PUBLIC,
    "delegations": SIGNED_IN,
    "delegation_new": "delegate",
    "delegation_end": "delegate",
    "project_in_charge": "project_edit",
    "people:logout": PUBLIC,
    "people:switch": SIGNED_IN,
    "people:matrix": "matrix_view",
    "server_status": "server_view",
    "server_slow": "server_view",
    "held_files": "quarantine_decide",
    "held_file": "quarantine_decide",
    "held_file_release": "quarantine_decide",
    "held_file_destroy": "quarantine_decide",
    "guide": SIGNED_IN,
    "guide_page": SIGNED_IN,
    "guide_owner": PUBLIC,
    "guide_account": PUBLIC,
    "server_live": PUBLIC,
    "server_ready": PUBLIC,
    "server_metrics": PUBLIC,
    "process": "agency_view",
    "report_check": SIGNED_IN,
    "surveys": "survey_view",
    "survey": "survey_view",
    "survey_new": "survey_record",
    "survey_shell": "survey_record",
    "survey_worker": "survey_record",
    "survey_correct": "survey_record",
    "survey_take_in": "survey_handle",
    "survey_reject": "survey_handle",
    "audit:event_list": "audit_view",
    "audit:event_export": "audit_export",
    "audit:chain_head": "audit_view",
    "establishments": "establishment_view",
    "establishment": "establishment_view",
    "establishment_new": "establishment_edit",
    "establishment_edit": "establishment_edit",
    "establishments_xlsx": "establishment_export",
    "establishment_imports": "establishment_import",
    "establishment_import": "establishment_import",
    "establishment_import_template": "establishment_import",
    "establishment_import_go_on": "establishment_import",
    "establishment_import_apply": "establishment_import",
    "establishment_import_drop": "establishment_import",
    "establishment_import_refused": "establishment_import",
    "establishment_eligibility": "establishment_view",
    "establishment_detail_add": "establishment_edit",
    "establishment_detail_edit": "establishment_edit",
    "establishment_detail_remove": "establishment_edit",
    "establishment_paper": "file_download",
    "establishment_rename": "establishment_edit",
    "establishment_support_add": "establishment_edit",
    "establishment_support_edit": "establishment_edit",
    "establishment_support_withdraw": "establishment_edit",
    "establishment_duplicates": "establishment_merge",
    "establishment_compare": "establishment_merge",
    "establishment_unmerge": "establishment_merge",
    "suspicion_dismiss": "establishment_merge",
    "notices": SIGNED_IN,
    "notice_open": SIGNED_IN,
    "notices_read": SIGNED_IN,
    "registration_new": PUBLIC,
    "registration_sent": PUBLIC,
    "registration_confirm": PUBLIC,
    "registration_waiting": PUBLIC,
    "registration_again": PUBLIC,
    "registrations": "registration_decide",
    "registration": "registration_decide",
    "registration_approve": "registration_decide",
    "registration_refuse": "registration_decide",
    "own_establishment": "own_establishment",
    "own_contact": "own_establishment",
    "own_mistake": "own_establishment",
    "own_support": "own_establishment",
    "own_activity": "own_establishment",
    "requests": "request_view",
    "request": "request_view",
    "request_new": "request_make",
    "request_edit": "request_make",
    "request_help": "request_make",
    "request_send": "request_make",
    "request_withdraw": "request_make",
    "request_papers": "request_make",
    "request_paper": "request_view",
    "request_paper_remove": "request_make",
    "request_receive": "request_handle",
    "request_return": "request_handle",
    "request_decline": "request_handle",
    "request_take_up": "request_handle",
    "programmes": "report_view",
    "programme": "report_view",
    "programme_figure": "report_view",
    "programme_money": "report_view",
    "programme_difference": "report_view",
    "programme_xlsx": "report_export",
    "programme_new": "plan_edit",
    "programme_edit": "plan_edit",
    "programme_amend": "plan_edit",
    "programme_draft": "plan_edit",
    "programme_discard": "plan_edit",
    "programme_approve": "plan_approve",
    "projects": "project_view",
    "project": "project_view",
    "project_new": "project_edit",
    "project_edit": "project_edit",
    "project_resume": "project_edit",
    "project_write": "project_edit",
    "project_keep": "project_edit",
    "project_drop": "project_edit",
    "project_copies": "project_edit",
    "proposal_lists": "project_edit",
    "proposal_template": "project_edit",
    "proposal_list": "project_edit",
    "proposal_list_go_on": "project_edit",
    "proposal_list_apply": "project_edit",
    "proposal_list_drop": "project_edit",
    "proposal_list_refused": "project_edit",
    "project_copy": "project_edit",
    "project_estimate_paper": "project_view",
    "project_beneficiary_add": "project_edit",
    "project_beneficiary_remove": "project_edit",
    "project_commitments": "project_edit",
    "project_estimate": "project_edit",
    "project_sheet": "project_view",
    "project_sheet_pdf": "project_view",
    "project_attach": "project_edit",
    "project_paper": "project_view",
    "project_paper_file": "project_edit",
    "project_paper_waive": "project_edit",
    "project_paper_judge": "dossier_judge",
    "project_paper_comment": "dossier_correspond",
    "project_paper_ask": "dossier_judge",
    "project_dossier_zip": "file_download",
    "project_letter": "dossier_correspond",
    "letters": "project_view",
    "letters_xlsx": "report_export",
    "projects_xlsx": "report_export",
    "board": "report_view",
    "board_list": "report_view",
    "asked_papers": "dossier_judge",
    "asked_paper_new": "dossier_judge",
    "asked_paper_end": "dossier_judge",
    "project_attachment": "file_download",
    "project_attachment_remove": "project_edit",
    "project_submit": "project_submit",
    "project_withdraw": "project_withdraw",
    "project_appraise": "appraise_base",  # both levels are for appraisers; the record decides which agency's
    "project_completion": "project_edit",
    "project_condition_answer": "project_edit",
    "project_condition_decide": "appraise_base",
    "project_visit": "appraisal_note",
    "project_remark": "appraisal_note",
    "project_appraisal_paper": "project_view",
    "project_appraisal_pdf": "project_view",
    "councils": "council_view",
    "council": "council_view",
    "council_new": "appraise_base",
    "council_end": "appraise_base",
    "council_session_new": "appraise_base",
    "council_session": "council_view",
    "council_attendance": "appraise_base",
    "council_sheet": "council_view",
    "council_close": "appraise_base",
    "council_conclude": "appraise_base",
    "council_postpone": "appraise_base",
    "council_minutes": "council_view",
    "council_minutes_pdf": "council_view",
    "project_accept": "acceptance_record",
    "project_accept_keep": "acceptance_record",
    "project_acceptance": "project_view",
    "project_acceptance_pdf": "project_view",
    "project_acceptance_attach": "acceptance_record",
    "project_acceptance_annul": "acceptance_annul",
    "project_handover": "handover_record",
    "project_handover_pdf": "project_view",
    "project_contract": "contract_sign",
    "project_contract_draft": "contract_prepare",
    "project_advance_decision": "advance_decide",
    "project_support_contract": "support_contract_keep",
    "contracts": "project_view",
    "contract": "project_view",
    "contract_pdf": "project_view",
    "contract_change": "contract_prepare",
    "contract_discard": "contract_prepare",
    "contract_sign": "contract_sign",
    "contract_amend": "contract_sign",
    "contract_schedule": "contract_prepare",
    "contract_guarantee": "contract_prepare",
    "contract_guarantee_release": "contract_prepare",
    "bank_accounts": "bank_account_keep",
    "bank_account_new": "bank_account_keep",
    "bank_account_end": "bank_account_keep",
    "project_payment_prepare": "payment_prepare",
    "project_payment": "project_view",
    "project_payment_check": "payment_check",
    "project_payment_approve": "payment_approve",
    "project_payment_pay": "payment_pay",
    "project_payment_return": "payment_return",
    "project_payment_reverse": "payment_approve",
    "treasury": "treasury_view",
    "treasury_unmatched": "treasury_view",
    "payment_rule": "payment_rule",
    "payment_list": "treasury_view",
    "payment_list_new": "treasury_keep",
    "payment_list_send": "treasury_keep",
    "payment_list_take_out": "treasury_keep",
    "payment_list_cancel": "treasury_keep",
    "payment_list_xlsx": "treasury_view",
    "payment_list_pdf": "treasury_view",
    "payment_list_file": "treasury_view",
    "statements": "treasury_view",
    "statement": "treasury_view",
    "statement_new": "treasury_keep",
    "statement_apply": "treasury_keep",
    "statement_go_on": "treasury_keep",
    "statement_drop": "treasury_keep",
    "statement_refused": "treasury_view",
    "statement_line_match": "treasury_keep",
    "statement_line_aside": "treasury_keep",
    "project_recover": "recover",
    "project_settle": "settle",
    "project_settle_year": "settle",
    "project_settlement_form": "project_view",
    "project_settlement_file": "project_view",
    "project_vouchers": "project_view",
    "project_voucher_add": "voucher_record",
    "project_vouchers_import": "voucher_record",
    "project_vouchers_template": "voucher_record",
    "project_voucher_remove": "voucher_record",
    "project_claim_new": "recover",
    "claims": "project_view",
    "claim": "project_view",
    "claim_receive": "recover",
    "claim_revise": "recover",
    "settlements": "project_view",
    "settlements_xlsx": "report_export",
    "reconciliation": "project_view",
    "reconciliation_sign": "settle",
    "reconciliation_file": "project_view",
    "contract_liquidation": "project_view",
    "contract_liquidate": "settle",
    "contract_liquidation_file": "project_view",
    "project_stop": "project_stop",
    "project_version": "project_view",
    "project_version_differences": "project_view",
    "adjustments": "project_view",
    "adjustment": "project_view",
    "adjustment_paper": "file_download",
    "adjustment_new": "project_edit",
    "adjustment_edit": "project_edit",
    "adjustment_newcomer": "project_edit",
    "adjustment_turn": "project_edit",
    "adjustment_estimate": "project_edit",
    "adjustment_propose": "project_edit",
    "adjustment_endorse": "appraise_base",
    "adjustment_hold": "appraise_base",
    "adjustment_decide": "adjustment_decide",
    "adjustment_return": "adjustment_decide",
    "adjustment_refuse": "adjustment_decide",
    "adjustment_withdraw": "project_edit",
    "monthly_reports": "project_view",
    "monthly_reports_xlsx": "report_export",
    "monthly_remind": "monthly_remind",
    "monthly_own_day": "deadline_keep",
    "monthly_form_3a": "report_export",
    "monthly_form_3b": "report_export",
    "monthly_report": "project_view",
    "monthly_report_new": "monthly_write",
    "monthly_report_edit": "monthly_write",
    "monthly_report_keep": "monthly_write",
    "monthly_report_drop": "monthly_write",
    "monthly_report_photos": "monthly_write",
    "monthly_photo_remove": "monthly_write",
    "monthly_report_submit": "monthly_write",
    "monthly_report_discard": "monthly_write",
    "monthly_report_correct": "monthly_write",
    "monthly_report_confirm": "monthly_confirm",
    "monthly_report_return": "monthly_confirm",
    "period_tables": "report_view",
    "figure_list": "report_view",
    "activity_tables": "report_view",
    "activity_list": "report_view",
    "period_reports": "period_report_view",
    "period_report": "period_report_view",
    "period_report_new": "period_report_write",
    "period_report_days": "deadline_keep",
    "period_indicators": "period_report_write",
    "period_indicator_end": "period_report_write",
    "period_report_file": "report_export",
    "period_report_section": "period_report_write",
    "period_report_indicators": "period_report_write",
    "period_report_row": "period_report_write",
    "period_report_upload": "period_report_write",
    "period_report_template": "period_report_write",
    "period_report_discard": "period_report_write",
    "period_report_submit": "period_report_write",
    "period_report_return": "period_report_decide",
    "period_report_approve": "period_report_decide",
    "period_report_lock": "period_report_decide",
    "period_report_unlock": "period_report_decide",
    "certificate_page": PUBLIC,
    "recognised_products": PUBLIC,
    "award_statistics": "report_view",
    "award_statistics_list": "report_view",
    "award_statistics_xlsx": "report_export",
    "award_holders": "competition_view",
    "award_holders_xlsx": "report_export",
    "award_certificate": "competition_view",
    "award_certificate_pdf": "competition_view",
    "award_certificate_revoke": "competition_decide",
    "award_holder_report": "competition_enter",
    "award_choice": "competition_manage",
    "award_minutes": "competition_manage",
    "award_recognise": "competition_decide",
    "award_announce": "competition_manage",
    "award_certificates": "competition_manage",
    "award_proposal": "competition_manage",
    "award_proposal_file": "competition_manage",
    "award_prizes": "competition_view",
    "award_prize_new": "competition_decide",
    "award_prize_tie": "competition_manage",
    "award_prize_pay": "payment_prepare",
    "award_certificate_logo": "competition_view",
    "award_complaint_new": "competition_manage",
    "award_complaint": "competition_view",
    "award_complaint_answer": "competition_manage",
    "award_recognise_more": "competition_decide",
    "award_own_complaint": "own_establishment",
    "fairs": "fair_view",
    "fair_links": "fair_view",
    "fair_link_follow": "fair_join",
    "fair_new": "fair_manage",
    "fair_participant": "fair_view",
    "fair_participant_accept": "fair_manage",
    "fair_participant_refuse": "fair_manage",
    "fair_participant_withdraw": "fair_join",
    "fair_day": "fair_join",
    "fair_link_new": "fair_join",
    "fair": "fair_view",
    "fair_change": "fair_manage",
    "fair_call": "fair_manage",
    "fair_confirm": "fair_decide",
    "fair_reopen": "fair_decide",
    "fair_resume": "fair_decide",
    "fair_close": "fair_manage",
    "fair_cancel": "fair_decide",
    "fair_file": "file_download",
    "fair_list_pdf": "report_export",
    "fair_result_file": "report_export",
    "fair_participants": "fair_view",
    "fair_invite": "fair_manage",
    "fair_register": "fair_join",
    "fair_booths": "fair_view",
    "fair_assign": "fair_manage",
    "fair_grid": "fair_manage",
    "fair_plan": "fair_manage",
    "fair_plan_picture": "fair_view",
    "fair_booths_import": "fair_manage",
    "fair_booths_template": "fair_manage",
    "fair_contract_new": "fair_manage",
    "fair_contract": "fair_manage",
    "fair_booth_new": "fair_manage",
    "fair_booth": "fair_manage",
    "fair_booth_remove": "fair_manage",
    "fair_results": "fair_view",
    "fair_visitors": "fair_manage",
    "competitions": "competition_view",
    "competition_new": "competition_manage",
    "competition": "competition_view",
    "competition_change": "competition_manage",
    "competition_call": "competition_decide",
    "competition_open_scoring": "competition_manage",
    "competition_close": "competition_manage",
    "competition_cancel": "competition_decide",
    "competition_papers": "competition_manage",
    "competition_paper": "competition_view",
    "competition_members": "competition_manage",
    "competition_member_new": "competition_manage",
    "competition_members_copy": "competition_manage",
    "competition_member_replace": "competition_manage",
    "competition_member_end": "competition_manage",
    "competition_scale": "competition_view",
    "competition_scale_propose": "competition_view",
    "competition_scale_approve": "competition_view",
    "competition_entries": "competition_view",
    "competition_entries_xlsx": "competition_manage",
    "competition_entry_new": "competition_enter",
    "competition_entry": "competition_view",
    "competition_entry_pdf": "competition_view",
    "competition_entry_write": "competition_enter",
    "competition_entry_photos": "competition_enter",
    "competition_photo": "competition_view",
    "competition_entry_papers": "competition_enter",
    "competition_entry_paper": "competition_view",
    "competition_entry_remove": "competition_enter",
    "competition_entry_submit": "competition_enter",
    "competition_entry_withdraw": "competition_enter",
    "competition_entry_ask": "competition_manage",
    "competition_entry_accept": "competition_manage",
    "competition_entry_refuse": "competition_manage",
    "inspections": "inspection_view",
    "inspections_xlsx": "report_export",
    "inspection_findings": "inspection_view",
    "inspection_finding": "finding_view",
    "inspection_finding_answer": "inspection_answer",
    "inspection_finding_follow_up": "inspection_record",
    "inspection_finding_file": "finding_view",
    "inspection_plan_new": "inspection_plan",
    "inspection_plan": "inspection_view",
    "inspection_choose": "inspection_plan",
    "inspection_after_end": "inspection_plan",
    "inspection_after_care": "inspection_plan",
    "inspection_new": "inspection_plan",
    "inspection": "inspection_view",
    "inspection_reschedule": "inspection_plan",
    "inspection_cancel": "inspection_plan",
    "inspection_visit": "inspection_record",
    "inspection_minutes": "inspection_view",
    "inspection_files": "inspection_record",
    "inspection_file": "file_download",
    "inspection_finding_new": "inspection_record",
    "inspection_conclude": "inspection_record",
    "own_findings": "own_establishment",
    "plans": "report_view",
    "plan": "report_view",
    "plan_new": "plan_edit",
    "plan_put": "plan_edit",
    "plan_take_out": "plan_edit",
    "plan_approve": "plan_approve",
    "plan_ranking": "report_view",
    "plan_weights": "plan_edit",
    "envelope_give": "envelope_give",
    "envelope": "report_view",
    "envelope_delegate": "envelope_give",
    "envelope_carry": "envelope_give",
    "envelope_return": "envelope_give",
    "ledger": "report_view",
    "ledger_xlsx": "report_export",
    "year_end": "report_view",
    "year_end_xlsx": "report_export",
    "periods": "report_view",
    "period_close": "period_close",
    "period_reopen": "period_reopen",
    "plan_history": "report_view",
    "plan_attach": "plan_approve",
    "plan_decision": "file_download",
    "scenarios": "report_view",
    "scenario": "report_view",
    "scenario_new": "plan_edit",
    "scenario_choose": "plan_edit",
    "scenario_bulk": "plan_edit",
    "scenario_refresh": "plan_edit",
    "scenario_delete": "plan_edit",
    "scenario_rename": "plan_edit",
    "scenario_adopt": "plan_edit",
    "scenario_compare": "report_view",
    "scenario_compare_xlsx": "report_export",
    "scenario_xlsx": "report_export",
    "effects": "report_view",
    "effects_xlsx": "report_export",
    "effect_sheets": "project_view",
    "effect_sheet": "project_view",
    "effect_record": "effect_record",
    "effect_send": "effect_record",
    "effect_link_revoke": "effect_record",
    "effect_letters": "effect_record",
    "effect_confirm": "effect_confirm",
    "effect_send_back": "effect_confirm",
    "effect_reopen": "effect_confirm",
    "effect_file": "file_download",
    "effect_answer": PUBLIC,
    "own_effects": "own_establishment",
    "own_effect": "own_establishment",
    "results": "report_view",
    "results_xlsx": "report_export",
    "results_series": "report_view",
    "results_series_xlsx": "report_export",
    "published": "report_view",
    "places": "area_view",
    "place_province": "area_view",
    "place_commune": "area_view",
    "place_region": "region_edit",
    "craft_village": "area_view",
    "craft_village_new": "area_edit",
    "craft_village_edit": "area_edit",
    "craft_village_end": "area_edit",
    "preferred_area": "area_view",
    "preferred_area_new": "area_edit",
    "preferred_area_edit": "area_edit",
    "preferred_area_end": "area_edit",
    "norm_entries": SIGNED_IN,
    "norm_entry": SIGNED_IN,
    "norm_entry_new": "norm_edit",
    "norm_entry_edit": "norm_edit",
    "norm_entry_attach": "norm_edit",
    "norm_entry_send": "norm_edit",
    "norm_entry_delete": "norm_edit",
    "norm_entry_confirm": "norm_confirm",
    "norm_entry_return": "norm_confirm",
    "norm_entry_revoke": "norm_confirm",
    "norm_entry_file": "file_download",
    "norm_entry_yaml": "file_download",
    "trials": "trial_view",
    "trial": "trial_view",
    "trial_new": "trial_make",
    "trial_count": "trial_make",
    "trial_xlsx": "report_export",
    "scoring": "competition_judge",
    "scoring_round": "competition_judge",
    "scoring_sheet": "competition_judge",
    "scoring_keep": "competition_judge",
    "scoring_sign": "competition_judge",
    "scoring_conflict": "competition_judge",
    "scoring_photo": "competition_judge",
    "scoring_progress": "competition_view",
    "scoring_signed": "competition_judge",
    "scoring_close": "competition_judge",
    "scoring_reopen": "competition_decide",
    "competition_conflicts": "competition_view",
    "competition_conflicts_find": "competition_manage",
    "sheet_reopen": "competition_judge",
    "score_sheet_pdf": "competition_view",
    "competition_scores": "competition_view",
    "competition_scores_xlsx": "competition_view",
    "sheet_print_new": "competition_view",
    "sheet_print": "competition_view",
    "sheet_print_go_on": "competition_view",
    "sheet_print_pdf": "competition_view",
    "consulting": "consulting_view",
    "consulting_report": "consulting_view",
    "consulting_report_list": "consulting_view",
    "consulting_report_xlsx": "report_export",
    "consulting_target_new": "consulting_manage",
    "consulting_target": "consulting_manage",
    "consulting_clients": "consulting_view",
    "consulting_client_new": "consulting_manage",
    "consulting_client": "consulting_view",
    "consulting_client_edit": "consulting_manage",
    "consulting_job_new": "consulting_manage",
    "consulting_job": "consulting_view",
    "consulting_job_edit": "consulting_manage",
    "consulting_job_sign": "consulting_manage",
    "consulting_job_divide": "consulting_manage",
    "consulting_phase_accept": "consulting_manage",
    "consulting_job_end": "consulting_manage",
    "consulting_phase_annul": "consulting_manage",
    "consulting_job_annex": "consulting_manage",
    "consulting_job_reopen": "consulting_manage",
    "consulting_booking_new": "consulting_manage",
    "consulting_booking_back": "consulting_manage",
    "consulting_job_files": "consulting_manage",
    "consulting_file": "file_download",
    "project_advice_new": "consulting_manage",
    "advice": "consulting_view",
    "advice_edit": "consulting_manage",
    "advice_files": "consulting_manage",
    "advice_withdraw": "consulting_manage",
    "news": PUBLIC,
    "news_item": PUBLIC,
    "policies": PUBLIC,
    "policy": PUBLIC,
    "outreach": "outreach_view",
    "outreach_xlsx": "report_export",
    "outreach_calendar": "outreach_view",
    "outreach_choose": "outreach_manage",
    "policies_kept": "outreach_view",
    "policy_new": "outreach_manage",
    "policy_keep": "outreach_view",
    "policy_edit": "outreach_manage",
    "policy_publish": "outreach_publish",
    "policy_take_down": "outreach_manage",
    "outreach_work": "outreach_view",
    "outreach_edit": "outreach_manage",
    "outreach_make": "outreach_manage",
    "outreach_publish": "outreach_publish",
    "outreach_back": "outreach_view",  # sending back is the leader's, giving up the officer's
    "outreach_reach": "outreach_manage",
    "outreach_tie": "outreach_manage",
    "outreach_files": "outreach_manage",
    "outreach_file": "file_download",
    "project_outreach_new": "outreach_manage",
    "open_data": PUBLIC,
    "open_data_dictionary": PUBLIC,
    "open_data_dictionary_json": PUBLIC,
    "open_data_edition": PUBLIC,
    "open_data_file": PUBLIC,
    "outgoing_packages": "federation_send",
    "outgoing_make": "federation_send",
    "outgoing_package": "federation_send",
    "outgoing_file": "federation_send",
    "outgoing_send": "federation_send",
    "outgoing_ask": "federation_send",
    "incoming_packages": "federation_receive",
    "incoming_upload": "federation_receive",
    "incoming_package": "federation_receive",
    "incoming_accept": "federation_decide",
    "incoming_return": "federation_decide",
    "trusted_keys": "federation_keys",
    "trusted_key_new": "federation_keys",
    "trusted_key_revoke": "federation_keys",
    "package_schema": PUBLIC,
    "portal": PUBLIC,
    "portal_support": PUBLIC,
    "portal_projects": PUBLIC,
    "portal_project": PUBLIC,
    "portal_map": PUBLIC,
    "portal_results": PUBLIC,
    "portal_calls": PUBLIC,
    "portal_search": PUBLIC,
    "privacy_notice": PUBLIC,
    "portal_norms": PUBLIC,
    "portal_documents": PUBLIC,
    "portal_document": PUBLIC,
    "portal_check": PUBLIC,
    "portal_code": PUBLIC,
    "portal_feedback": PUBLIC,
    "portal_feedback_sent": PUBLIC,
    "robots": PUBLIC,
    "sitemap": PUBLIC,
    "sitemap_part": PUBLIC,
    "feedbacks": "feedback_answer",
    "feedback": "feedback_answer",
    "feedback_answer": "feedback_answer",
    "feedback_close": "feedback_answer",
    "publications": "publication_decide",
    "publications_publish": "publication_decide",
    "publications_done": "publication_decide",
    "publication": "publication_decide",
    "publication_write": "publication_decide",
    "publication_publish": "publication_decide",
    "publication_withdraw": "publication_decide",
    "papers": "paper_view",
    "paper_new": "paper_view",
    "paper": "paper_view",
    "paper_file": "paper_view",
    "paper_number": "paper_make",
    "paper_attach": "paper_make",
    "paper_scans": "paper_view",
    "paper_upload": "paper_view",
    "paper_upload_go_on": "paper_make",
    "scan_file": "paper_view",
    "scan_page": "paper_view",
    "paper_batches": "paper_view",
    "paper_batch": "paper_view",
    "paper_batch_new": "paper_make",
    "paper_batch_go_on": "paper_make",
    "paper_batch_zip": "paper_view",
    "paper_templates": "paper_template",
    "paper_template": "paper_template",
    "paper_template_use": "paper_template",
    "paper_template_file": "paper_template",
    "paper_template_sample": "paper_template",
    "work": PUBLIC,  # the portal for whoever is not signed in
    "calendar": "deadline_view",
    "calendar_feed": PUBLIC,
    "agency_deadlines": "deadline_view",
    "agency_deadline_new": "deadline_keep",
    "agency_deadline_edit": "deadline_keep",
    "agency_deadline_done": "deadline_done",
    "agency_deadline_undone": "deadline_done",
    "escalation_setting": "deadline_keep",
    "reminders": "deadline_view",
    "feed_new": "deadline_view",
    "feed_revoke": "deadline_view",
    "norms": SIGNED_IN,
    "norm_activity": SIGNED_IN,
    "norm_compare": SIGNED_IN,
    "norm_changes": SIGNED_IN,
    "norm_contents": SIGNED_IN,
    "norm_documents": SIGNED_IN,
    "norm_document": SIGNED_IN,
    "review_queue": "appraise_base",
    "review_bulk": "appraise_base",
    "review_done": "appraise_base",
    "gallery": "matrix_view",
    "search": "search_view",
    "connections": "api_manage",
    "connection_new": "api_manage",
    "connection": "api_manage",
    "connection_revoke": "api_manage",
    "subscription_new": "api_manage",
    "subscription": "api_manage",
    "subscription_end": "api_manage",
    "delivery_resend": "api_manage",
    "person_requests": "person_data_view",
    "person_request": "person_data_view",
    "person_request_new": "person_data_keep",
    "person_request_rows": "person_data_keep",
    "person_request_copy": "person_data_keep",
    "person_request_agree": "person_data_hide",
    "person_request_hide": "person_data_hide",
    "person_request_answer": "person_data_keep",
    "my_data": SIGNED_IN,
    "retention": "person_data_view",
    "retention_rule": "person_data_view",
    "retention_term_new": "person_data_keep",
    "hiding_runs": "person_data_view",
    "hiding_run": "person_data_view",
    "hiding_run_new": "person_data_hide",
    "hiding_run_go_on": "person_data_hide",
    "api_openapi": PUBLIC,
    "api_docs": PUBLIC,
    "collaborators": "collaborator_view",
    "collaborator": "collaborator_view",
    "collaborator_new": "collaborator_manage",
    "collaborator_edit": "collaborator_manage",
    "collaborator_term_new": "collaborator_manage",
    "collaborator_term_end": "collaborator_manage",
    "collaborator_term_edit": "collaborator_manage",
    "collaborator_term_withdraw": "collaborator_manage",
    "collaborator_note": "collaborator_note",
    "collaborator_map": "collaborator_view",
    "allowance_rates": "collaborator_manage",
    "allowance_rate_new": "collaborator_manage",
    "allowance_rate_edit": "collaborator_manage",
    "allowance_lists": "collaborator_view",
    "allowance_list_new": "collaborator_manage",
    "allowance_list": "collaborator_view",
    "allowance_list_amount": "collaborator_manage",
    "allowance_list_approve": "collaborator_approve",
    "allowance_list_send_back": "collaborator_approve",
    "allowance_list_cancel": "collaborator_manage",
    "allowance_list_tie": "collaborator_manage",
    "allowance_list_untie": "collaborator_approve",
    "allowance_list_pdf": "collaborator_view",
    "allowance_list_xlsx": "collaborator_view",
    "project_loan": "project_view",
    "project_loan_write": "project_edit",
    "project_loan_edit": "project_edit",
    "project_loan_remove": "project_edit",
    "project_loan_use": "project_edit",
    "project_loan_pdf": "project_view",
    "combinations": "report_view",
    "combinations_xlsx": "report_export",
    "other_programmes": "report_view",
    "other_programme": "report_view",
    "other_programme_new": "combine",
    "other_programme_edit": "combine",
    "project_combine": "combine",
    "project_combine_edit": "combine",
    "project_combine_withdraw": "combine",
    "courses": "project_view",
    "course_new": "training_manage",
    "course_table": "report_view",
    "course_table_xlsx": "report_export",
    "course_learners": "project_view",
    "course": "project_view",
    "course_change": "training_manage",
    "course_open": "training_manage",
    "course_finish": "training_manage",
    "course_cancel": "training_manage",
    "course_reopen": "training_decide",
    "course_sessions": "training_manage",
    "course_session_remove": "training_manage",
    "course_session_move": "training_manage",
    "course_door_renew": "training_manage",
    "course_trainer": "training_manage",
    "course_trainer_remove": "training_manage",
    "course_rate": "training_manage",
    "course_rate_remove": "training_manage",
    "course_files": "training_manage",
    "course_file": "file_download",
    "course_poster": "training_manage",
    "course_roster": "project_view",
    "learner_new": "training_manage",
    "learner_change": "training_manage",
    "learner_remove": "training_manage",
    "learner_employment": "training_manage",
    "learner_certificate_withdraw": "training_decide",
    "roster_import": "training_manage",
    "roster_template": "training_manage",
    "course_signed_list": "file_download",
    "course_certify": "training_decide",
    "course_certificates_pdf": "file_download",
    "course_allowances": "training_manage",
    "course_employment": "project_view",
    "course_employment_pdf": "file_download",
    "course_pay_list": "project_view",
    "course_pay_list_pdf": "file_download",
    "course_pay_list_tie": "training_manage",
    "course_pay_list_annul": "training_manage",
    "attendance": "training_manage",
    "attendance_worker": "training_manage",
    "course_door": PUBLIC,
    "course_evaluation": PUBLIC,
    "course_door_worker": PUBLIC,
    "course_certificate_page": PUBLIC,
}
ONLY_POST = {
    "competition_entry_remove", "competition_entry_submit", "allowance_list_approve", "project_loan_use", "project_loan_remove",
    "policy_publish", "policy_take_down", "publications_publish", "publication_publish",
    "outgoing_make", "outgoing_send", "outgoing_ask",
    "fair_participant_accept", "fair_assign", "fair_booth_remove",
    "agency_deadline_done", "agency_deadline_undone", "feed_revoke", "contract_discard",
    "notice_open", "notices_read", "registration_approve", "registration_refuse", "request_help", "request_send",
    "request_withdraw", "request_paper_remove", "request_receive",
    "account_unlock", "role_take", "invitation_resend", "invitation_revoke", "delegation_end",
    "establishment_detail_remove", "establishment_import_go_on", "establishment_import_apply", "establishment_import_drop",
    "suspicion_dismiss", "council_close",
    "passkey_sign_in", "passkey_options", "my_sessions_end", "my_session_end", "outside_unlink", "my_app_remove",
    "my_passkey_options", "my_passkey_remove",
    "people:logout", "people:switch", "project_beneficiary_remove", "project_attachment_remove", "project_submit",
    "project_keep", "project_drop", "project_accept_keep", "proposal_list_go_on", "proposal_list_apply", "proposal_list_drop",
    "payment_list_take_out", "payment_list_cancel", "statement_apply", "statement_go_on", "statement_drop",
    "scenario_choose", "scenario_bulk", "scenario_refresh", "scenario_delete",
    "plan_put", "plan_take_out", "plan_approve", "plan_weights", "norm_entry_send", "norm_entry_delete",
    "trial_count", "effect_send", "effect_link_revoke", "effect_letters", "adjustment_turn", "asked_paper_end", "programme_amend", "programme_discard",
    "monthly_remind", "monthly_report_keep", "monthly_report_drop", "monthly_photo_remove", "monthly_report_submit",
    "monthly_report_discard", "period_report_discard", "period_indicator_end",
    "project_voucher_add", "project_voucher_remove", "claim_receive", "contract_liquidate", "reconciliation_sign",
    "paper_upload_go_on", "paper_batch_go_on", "paper_template_use",
    "scoring_keep", "scoring_close", "competition_conflicts_find", "sheet_print_new", "sheet_print_go_on",
    "course_open", "course_finish", "course_session_remove", "course_trainer_remove", "course_rate_remove",
    "course_door_renew",
    "subscription_end", "delivery_resend", "person_request_copy", "person_request_agree", "person_request_hide", "hiding_run_new", "hiding_run_go_on",
}  # fmt: skip
# Taking a file away is written into the audit trail, though it is a GET.
AUDITED_DOWNLOADS = {
    "consulting_report_xlsx": "consulting.export", "consulting_file": "consulting.download",
    "outreach_xlsx": "outreach.export", "outreach_file": "outreach.download",
    "fair_file": "fair.download", "fair_list_pdf": "fair.list", "fair_result_file": "fair.results",
    "competition_paper": "competition.download", "competition_entry_paper": "competition.download",
    "award_minutes": "competition.paper", "award_certificates": "competition.paper",
    "award_certificate_pdf": "competition.paper", "award_certificate_logo": "competition.download", "award_proposal_file": "competition.paper",
    "award_holders_xlsx": "competition.holders_export", "award_statistics_xlsx": "competition.statistics_export",
    "competition_entries_xlsx": "competition.export", "competition_entry_pdf": "competition_entry.pdf",
    "inspections_xlsx": "inspection.export", "inspection_minutes": "inspection.minutes_pdf",
    "inspection_file": "inspection.download", "inspection_finding_file": "inspection.download",
    "request_paper": "request.download",
    "establishment_paper": "establishment.download", "adjustment_paper": "adjustment.download",
    "establishments_xlsx": "establishment.export", "establishment_import_refused": "establishment.import_refused",
    "proposal_list_refused": "project.import_refused",
    "project_acceptance_pdf": "project.acceptance_pdf", "project_handover_pdf": "project.handover_pdf",
    "project_appraisal_pdf": "project.appraisal_pdf", "council_minutes_pdf": "council.minutes_pdf",
    "project_attachment": "project.download", "project_sheet_pdf": "project.sheet_pdf", "results_xlsx": "report.export",
    "results_series_xlsx": "report.export",
    "audit:event_export": "audit.export", "plan_decision": "plan.download",
    "project_dossier_zip": "project.dossier_zip", "letters_xlsx": "letters.export", "projects_xlsx": "projects.export",
    "norm_entry_file": "norm.download", "norm_entry_yaml": "norm.export", "trial_xlsx": "trial.export",
    "scenario_xlsx": "scenario.export", "scenario_compare_xlsx": "scenario.export",
    "programme_xlsx": "programme.export", "contract_pdf": "contract.pdf",
    "payment_list_xlsx": "treasury.list_take", "payment_list_pdf": "treasury.list_take",
    "payment_list_file": "treasury.list_take", "outgoing_file": "federation.take_away",
    "statement_refused": "treasury.statement_refused",
    "monthly_reports_xlsx": "monthly.export", "monthly_form_3a": "monthly.download", "monthly_form_3b": "monthly.download",
    "project_settlement_file": "voucher.export", "settlements_xlsx": "settlements.export",
    "reconciliation_file": "reconciliation.export", "contract_liquidation_file": "contract.liquidation_file",
    "ledger_xlsx": "ledger.export", "year_end_xlsx": "year_end.export",
    "effects_xlsx": "effect.export", "period_report_file": "period_report.export",
    "effect_file": "effect.download",
    "competition_scores_xlsx": "competition.scores_export", "score_sheet_pdf": "competition.sheet_download",
    "sheet_print_pdf": "competition.sheets_download",
    "allowance_list_pdf": "allowance_list.download", "allowance_list_xlsx": "allowance_list.download",
    "project_loan_pdf": "project.loan_pdf", "combinations_xlsx": "combination.export",
    "course_table_xlsx": "course.export", "course_file": "course.download", "course_signed_list": "course.signed_list",
    "course_certificates_pdf": "course.certificates_pdf", "course_employment_pdf": "course.employment_pdf",
    "course_pay_list_pdf": "course.allowances_pdf",
    "paper_file": "paper.download", "scan_file": "paper.scan_download", "paper_batch_zip": "paper.batch_zip",
}  # fmt: skip
READ_ONLY = set(OPENS) - {name.split()[0] for name in POSTS} - {*CREATIONS, *OF_THE_SITE, *TRIED_ELSEWHERE}


def url_table(resolver=None, namespace=""):
    """Every (name, pattern) of the site."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            found.append((f"{namespace}{one.name}", one))
        else:
            found += url_table(one, f"{namespace}{one.namespace}:" if one.namespace else namespace)
    return found


def test_every_address_says_who_may_open_it():
    # What opens to the token of another system names its scope in the description of the API: api/tests/test_scopes.py.
    pages = {name: opens for name, one in url_table() if (opens := declared(one.callback)) != TOKEN}
    assert pages == OPENS


def test_only_signing_in_and_out_is_public():
    assert {name for name, opens in OPENS.items() if opens == PUBLIC} == {
        "login", "second_step", "passkey_sign_in", "passkey_options", "outside_begin", "outside_return",
        "password_forgotten", "password_reset", "people:logout", "invitation_accept",
        # The first two and their letter are for people whom nobody knows yet, the last two show only one's own.
        "registration_new", "registration_sent", "registration_confirm", "registration_waiting", "registration_again",
        # Opens to whoever holds its secret; calendar programs cannot sign in.
        "calendar_feed",
        # The same for an establishment that is asked what a đề án has brought it.
        "effect_answer",
        # What everybody may know: whether a certificate counts, and which products are recognised.
        "certificate_page", "recognised_products",
        # What a leader let out: news, and policies explained.
        "news", "news_item", "policies", "policy",
        # The portal: what officers have published, the law, and what search engines ask for.
        "work", "portal", "portal_support", "portal_projects", "portal_project", "portal_map", "portal_results",
        "portal_calls", "portal_search", "portal_norms", "portal_documents", "portal_document", "portal_check", "portal_code",
        "portal_feedback", "portal_feedback_sent", "privacy_notice", "robots", "sitemap", "sitemap_part",
        # Open data, and the form of a package for whoever builds another sender.
        "open_data", "open_data_dictionary", "open_data_dictionary_json", "open_data_edition", "open_data_file",
        "package_schema",
        # At the door of a class, and behind the code of a learner's certificate.
        "course_door", "course_evaluation", "course_door_worker", "course_certificate_page",
        # What other systems may ask for; nothing of any record.
        "api_openapi", "api_docs",
        # The guide for owners, who have no account at first, and for whoever cannot sign in.
        "guide_owner", "guide_account",
        # Whether the server lives and is ready; its figures are there for this machine alone.
        "server_live", "server_ready", "server_metrics",
    }  # fmt: skip


def test_every_address_that_takes_a_form_is_tried_here():
    """A new POST view must be added to `tests/posts.py`; a view that only shows answers 405 to a form."""
    elsewhere = {*CREATIONS, *OF_THE_SITE, *TRIED_ELSEWHERE}
    assert {name.split()[0] for name in POSTS} | elsewhere | READ_ONLY == set(OPENS)


# What follows the key of the establishment in the address; there is no such row.
OF_AN_ESTABLISHMENT = {
    "establishment": [],
    "establishment_edit": [],
    "establishment_eligibility": [],
    "establishment_detail_add": ["san-pham"],
    "establishment_detail_edit": ["may", 1],
    "establishment_detail_remove": ["giay-to", 1],
    "establishment_paper": [1],
    "establishment_rename": [],
    "establishment_support_add": [],
    "establishment_support_edit": [1],
    "establishment_support_withdraw": [1],
    "establishment_compare": [1],
    "establishment_unmerge": [],
    "suspicion_dismiss": [1],
}


OF_AN_IMPORT = {f"establishment_import{step}": [1] for step in ("", "_go_on", "_apply", "_drop", "_refused")}
OF_AN_AGENCY = {
    "agency",
    "agency_rename",
    "agency_correct",
    "agency_contact",
    "agency_move",
    "agency_close",
    "agency_merge",
}
OF_AN_ACCOUNT = {"account", "account_edit", "account_lock", "account_unlock", "role_give", "role_take", "handover"}


def addresses_of_the_counter():
    """What follows in the addresses of a request and of a registration."""
    asked = SupportRequest.objects.first()
    paper = asked.papers.first() if asked else None
    key, papers = asked.pk if asked else 1, {"request_paper", "request_paper_remove"}
    names = [name for name in OPENS if name.startswith("request") and name not in {"requests", "request_new"}]
    found = {name: [key, paper.pk if paper else 1] if name in papers else [key] for name in names}
    return found | {name: [1] for name in ("registration", "registration_approve", "registration_refuse")}


def addresses_of_the_councils():
    """What follows in the addresses of a council and of its meeting."""
    meeting, seat = [key_of(CouncilSession)], [key_of(AgendaItem), key_of(CouncilMember)]
    found = {name: [key_of(Council)] for name in ("council", "council_end", "council_session_new")}
    found |= dict.fromkeys(("council_session", "council_attendance", "council_minutes"), meeting)
    found |= dict.fromkeys(("council_close", "council_conclude", "council_postpone"), meeting + seat[:1])
    return found | {"council_minutes_pdf": meeting, "council_sheet": meeting + seat}


def addresses_of_the_end(project):
    """What follows in the addresses of claims, of the contract and of the year of its unit."""
    year = [project.payer_id, project.implementing_unit_id, project.year]
    found = {name: [key_of(Claim)] for name in ("claim", "claim_receive", "claim_revise")}
    found |= {name: [key_of(Contract)] for name in ("contract_liquidation", "contract_liquidate")}
    found |= dict.fromkeys(("reconciliation", "reconciliation_sign"), year)
    return found | {"contract_liquidation_file": [key_of(Contract), "pdf"], "reconciliation_file": [*year, "pdf"]}


def addresses_of_inspections():
    """What follows in the addresses of an inspection, of a finding and of a plan."""
    without = {
        "inspection_findings", "inspection_plan_new", "inspection_choose", "inspection_after_end",
        "inspection_after_care", "inspection_new",
    }  # fmt: skip
    numbered = {"inspection_minutes", "inspection_file", "inspection_finding_file"}
    found = {}
    for name in ["inspection", *starting("inspection_", but=without)]:
        model = Inspection
        if name == "inspection_plan":
            model = InspectionPlan
        elif name.startswith("inspection_finding") and name != "inspection_finding_new":
            model = InspectionFinding
        found[name] = [key_of(model), *([1] if name in numbered else [])]
    return found


def addresses_of_the_network():
    """What follows in the addresses of a collaborator, of a list of allowances and of another programme."""
    found = {name: [key_of(Collaborator)] for name in ("collaborator", "collaborator_edit", "collaborator_term_new")}
    lists = starting("allowance_list", but={"allowance_lists", "allowance_list_new"})
    found |= {name: [key_of(AllowanceList)] for name in lists}
    found |= {name: [key_of(OtherProgramme)] for name in ("other_programme", "other_programme_edit")}
    return found | {
        "allowance_list_amount": [key_of(AllowanceList), key_of(AllowanceLine)],
        "allowance_rate_edit": [key_of(AllowanceRate)],
        "collaborator_note": [key_of(Collaborator), f"{today():%Y-%m}"],
        **{name: [key_of(Term)] for name in starting("collaborator_term_", but={"collaborator_term_new"})},
    }


# What follows the key of the round or product in the address; there is no such row.
OF_A_COMPETITION = {
    "competition_paper": [1], "competition_member_replace": [1], "competition_member_end": [1], "competition_photo": [1],
    "competition_entry_paper": [1], "competition_entry_remove": ["anh", 1],
}  # fmt: skip


def addresses_of_competitions():
    """What follows in the addresses of a round and of a product."""
    of_entry = {"competition_entry_new", "competition_entries", "competition_entries_xlsx"}
    found = {}
    for name in ["competition", *starting("competition_", but={"competition_new"})]:
        is_entry = name == "competition_photo" or (name.startswith("competition_entry") and name not in of_entry)
        found[name] = [key_of(Entry if is_entry else Round), *OF_A_COMPETITION.get(name, [])]
    return found


def addresses_of_fairs():
    """What follows in the addresses of a fair, of an establishment at it, of a booth and of a partner."""
    of_participant = {*starting("fair_participant_"), "fair_participant", "fair_day", "fair_link_new"}
    more = {"fair_file": [1], "fair_result_file": ["pdf"], "fair_booth": [key_of(Booth)], "fair_contract": [1]}
    more["fair_booth_remove"] = more["fair_booth"]
    names = ["fair", *starting("fair_", but={"fair_new", "fair_links", "fair_link_follow", *of_participant})]
    found = {name: [key_of(Fair), *more.get(name, [])] for name in names}
    return (
        found | {name: [key_of(Participant)] for name in of_participant} | {"fair_link_follow": [key_of(PartnerLink)]}
    )


def addresses_of_results():
    """What follows in the addresses of results, certificates, prizes and complaints."""
    lists = {
        "award_statistics",
        "award_statistics_list",
        "award_statistics_xlsx",
        "award_holders",
        "award_holders_xlsx",
    }
    others = {
        **dict.fromkeys(starting("award_certificate", but={"award_certificates"}), Certificate),
        "award_holder_report": Certificate,
        "award_prize_tie": Prize,
        "award_complaint": Complaint,
        "award_complaint_answer": Complaint,
        "award_recognise_more": Complaint,
        "award_own_complaint": Entry,
    }
    found = {name: [key_of(others.get(name, Round))] for name in starting("award_", but=lists)}
    return found | {"award_proposal_file": [key_of(Round), "pdf"], "certificate_page": ["x"], "portal_code": ["x"]}


def addresses_of_consulting():
    """What follows in the addresses of clients, jobs, advice, works and explained policies."""
    lists = {
        "consulting_report", "consulting_report_list", "consulting_report_xlsx", "consulting_target_new", "consulting_clients",
        "consulting_client_new", "consulting_job_new",
    }  # fmt: skip
    found = {
        name: [key_of(ConsultingClient if "client" in name else Job)] for name in starting("consulting_", but=lists)
    }
    found |= {name: [key_of(Advice)] for name in starting("advice")}
    found |= {
        name: [key_of(Work)]
        for name in starting("outreach_", but={"outreach_xlsx", "outreach_calendar", "outreach_choose"})
    }
    found |= {name: [key_of(PolicyArticle)] for name in starting("policy", but={"policy_new"})}
    return found | {
        "news_item": [key_of(Work)],
        "consulting_target": [1],
        "consulting_phase_accept": [key_of(Job), 1],
        "consulting_phase_annul": [key_of(Job), 1],
        "consulting_job_end": [key_of(Job), "close"],
        "consulting_booking_new": [key_of(Job), "invoice"],
        "outreach_back": [key_of(Work), "drop"],
    }


def addresses_of_courses():
    """What follows in the addresses of a class, of its list, its lists of allowances and its door."""
    without = {"course_new", "course_table", "course_table_xlsx", "course_learners", "course_door_worker"}
    public = {"course_door", "course_evaluation", "course_certificate_page"}
    rest = {"course_session_remove": [1], "course_trainer_remove": [1], "course_rate_remove": [1], "course_file": [1]}
    rest["course_session_move"] = [key_of(Session)]
    course, found = [key_of(Course)], {}
    for name in [
        "course",
        "roster_import",
        "roster_template",
        "learner_new",
        *starting("course_", but=without | public),
    ]:
        found[name] = course + rest.get(name, [])
    found |= {name: [key_of(Learner)] for name in ("learner_change", "learner_remove", "learner_employment")}
    found |= {name: [key_of(CoursePayList)] for name in starting("course_pay_list")}
    found |= {"learner_certificate_withdraw": [1], "attendance": [key_of(Session)]}
    return found | {key: ["x"] for key in public}


def addresses_of_papers():
    """What follows in the addresses of papers, of their templates, scans and batches."""
    form, scan = ["hop-dong"], Scan.objects.first()
    found = {name: [key_of(Paper)] for name in ("paper", "paper_file", "paper_number", "paper_attach")}
    found |= {name: [scan.upload if scan else KEY] for name in ("paper_upload", "paper_upload_go_on")}
    found |= {name: [key_of(PaperBatch)] for name in ("paper_batch", "paper_batch_go_on", "paper_batch_zip")}
    found |= dict.fromkeys(("paper_batch_new", "paper_template", "paper_template_use"), form)
    found |= {key: [*form, 0] for key in ("paper_template_file", "paper_template_sample")}
    return found | {"paper_new": [*form, key_of(Contract)], "scan_file": [key_of(Scan)], "scan_page": [key_of(Scan), 1]}


def addresses_of_judging():
    """What follows in the addresses of the desk of a judge, of the jury and of the sheets."""
    round_, entry = key_of(Round), key_of(Entry)
    of_an_entry = ("scoring_sheet", "scoring_keep", "scoring_sign", "scoring_conflict")
    of_a_round = (
        "competition_conflicts",
        "competition_conflicts_find",
        "competition_scores",
        "competition_scores_xlsx",
    )
    found = {name: [round_] for name in (*starting("scoring_", but={"scoring_photo", *of_an_entry}), *of_a_round)}
    found |= {name: [round_, entry] for name in of_an_entry} | {"scoring_photo": [round_, entry, 1]}
    of_a_sheet = ("sheet_reopen", "score_sheet_pdf", "sheet_print", "sheet_print_go_on", "sheet_print_pdf")
    return found | {"sheet_print_new": [round_]} | {name: [1] for name in of_a_sheet}


def key_of(model):
    """The key of the first such record, or one that is nobody's."""
    record = model.objects.first()
    return record.pk if record else 1


def starting(word, *, but=()):
    """The names of the table that begin with `word`, without those that need no record."""
    return [name for name in OPENS if name.startswith(word) and name not in but]


PAYMENT_STEPS = ("", "_check", "_approve", "_pay", "_return", "_reverse")


def addresses(project, **more):
    """One address for every name of the table; records are those of `project`."""
    part, attached = project.beneficiaries.first(), project.attachments.first()
    judged = project.appraisals.first()
    after_the_code = {
        "project_appraise": ["base"],
        **{name: ["thuyet-minh"] for name in ("project_write", "project_keep", "project_drop")},
        "project_accept": [part.pk],
        "project_accept_keep": [part.pk],
        **{name: [key_of(Acceptance)] for name in starting("project_acceptance")},
        "project_handover_pdf": [key_of(Handover)],
        "project_support_contract": [part.pk],
        "project_settle_year": [project.year],
        "project_settlement_form": ["mau-8a"],
        "project_settlement_file": ["mau-8a", "pdf"],
        "project_voucher_remove": [1],
        "project_payment_prepare": ["advance"],
        **{f"project_payment{step}": [key_of(Payment)] for step in PAYMENT_STEPS},
        "project_beneficiary_remove": [part.pk],
        "project_condition_answer": [1],
        "project_condition_decide": [1],
        "project_appraisal_paper": [judged.pk if judged else 1],
        "project_appraisal_pdf": [judged.pk if judged else 1],
        "project_attachment": [attached.pk],
        "project_attachment_remove": [attached.pk],
        "project_version": [1],
        **{name: [part.pk] for name in starting("project_loan", but={"project_loan_edit", "project_loan_remove"})},
        **{name: [part.pk, 1] for name in ("project_loan_edit", "project_loan_remove")},
        **{name: [key_of(Combination)] for name in starting("project_combine_")},
        **{name: [REQUEST_LETTER] for name in starting("project_paper", but={"project_paper_ask"})},
    }
    plans = starting("plan", but={"plans", "plan_new"})
    plans += ["scenarios", "scenario_new", "scenario_compare", "scenario_compare_xlsx"]
    imports = starting("establishment_import", but={"establishment_imports", "establishment_import_template"})
    surveys = {"survey", "survey_correct", "survey_take_in", "survey_reject"}
    arguments = {
        **{
            name: [project.code, *after_the_code.get(name, [])]
            for name in starting("project_", but={"project_new", "project_copies"})
        },
        "project": [project.code],
        **{key: [key_of(Scenario)] for key in starting("scenario", but=plans)},
        **{key: [key_of(AnnualPlan)] for key in plans},
        **{key: [key_of(Envelope)] for key in starting("envelope", but={"envelope_give"})},
        "period_reopen": [key_of(ClosedPeriod)],
        **{key: [project.department.code] for key in OF_AN_AGENCY},
        **{key: [project.created_by_id] for key in OF_AN_ACCOUNT},
        **{name: [part.establishment_id, *rest] for name, rest in OF_AN_ESTABLISHMENT.items()},
        **{key: [key_of(PaymentList)] for key in starting("payment_list", but={"payment_list_new"})},
        **{key: [key_of(Statement)] for key in starting("statement", but={"statements", "statement_new"})},
        **{key: [key_of(StatementLine)] for key in starting("statement_line")},
        **{key: [1] for key in [*imports, *starting("proposal_list", but={"proposal_lists"})]},
        **{key: [key_of(EnteredDocument)] for key in starting("norm_entry", but={"norm_entry_new", "norm_entries"})},
        **{key: [key_of(Survey)] for key in surveys},
        **{key: [key_of(Adjustment)] for key in starting("adjustment_", but={"adjustment_new"})},
        **{key: [key_of(Contract)] for key in starting("contract", but={"contracts"})},
        "contract_guarantee_release": [key_of(Contract), 1],
        "bank_account_end": [key_of(BankAccount)],
        "adjustment": [key_of(Adjustment)],
        "adjustment_new": [project.code],
        "adjustment_paper": [key_of(Adjustment), 1],
        **{
            key: [key_of(ProgressReport)]
            for key in starting("monthly_report", but={"monthly_reports", "monthly_reports_xlsx"})
        },
        "monthly_report_new": [project.code],
        **{
            key: [key_of(PeriodReport)]
            for key in starting("period_report", but={"period_reports", "period_report_new", "period_report_days"})
        },
        "period_report_file": [key_of(PeriodReport), "pdf"],
        "payment_list_file": [key_of(PaymentList), "tam-1"],
        "outgoing_make": [key_of(PeriodReport)],
        **{
            name: [key_of(OutgoingPackage)]
            for name in starting("outgoing_", but={"outgoing_packages", "outgoing_make"})
        },
        **{name: [key_of(IncomingPackage)] for name in ("incoming_package", "incoming_accept", "incoming_return")},
        "trusted_key_revoke": [key_of(TrustedKey)],
        "period_report_section": [key_of(PeriodReport), "kho-khan"],
        "period_indicator_end": [key_of(ReportIndicator)],
        "monthly_photo_remove": [key_of(ProgressReport), 1],
        "monthly_form_3b": [key_of(ProgressReport), "pdf"],
        "monthly_form_3a": ["pdf"],
        **{
            name: [key_of(EffectSheet)]
            for name in starting("effect_", but={"effect_answer", "effect_letters", "effect_sheets"})
        },
        "own_effect": [key_of(EffectSheet)],
        "effect_file": [key_of(EffectSheet), 1],
        "effect_link_revoke": [key_of(EffectSheet), 1],
        **{key: [key_of(Trial)] for key in starting("trial", but={"trials", "trial_new"})},
        **{key: [key_of(Programme), *OF_A_PROGRAMME.get(key, [])] for key in starting("programme", but=NO_PROGRAMME)},
        **{f"craft_village{step}": [key_of(CraftVillage)] for step in ("", "_edit", "_end")},
        **{f"preferred_area{step}": [key_of(PreferredArea)] for step in ("", "_edit", "_end")},
        **addresses_of_the_counter(),
        **addresses_of_the_councils(),
        **addresses_of_the_end(project),
        **addresses_of_inspections(),
        **addresses_of_the_network(),
        **addresses_of_competitions(),
        **addresses_of_fairs(),
        **addresses_of_results(),
        **addresses_of_papers(),
        **addresses_of_judging(),
        **addresses_of_consulting(),
        **addresses_of_courses(),
        **{name: [project.code] for name in ("portal_project", *starting("publication", but=OF_MANY_PUBLICATIONS))},
        **{name: [key_of(HeldFile)] for name in starting("held_file", but={"held_files"})},
        **{name: [key_of(Feedback)] for name in starting("feedback", but={"feedbacks"})},
        **WITHOUT_RECORD,
    }
    return {name: reverse(name, args=arguments.get(name, [])) for name in OPENS} | more


# What follows the key of a programme in the address, and the addresses without one.
OF_A_PROGRAMME = {"programme_figure": ["machinery"], "programme_money": ["local", "approved"]}
NO_PROGRAMME = {"programmes", "programme_new"}

OF_MANY_PUBLICATIONS = {"publications", "publications_publish", "publications_done"}

# What stands in an address where the record is of the law, of a place, or of nobody in these tests.
WITHOUT_RECORD = {
    "norm_activity": ["machinery"],
    "own_activity": ["machinery"],
    "norm_document": ["tt-28-2018"],
    "place_province": ["82"],
    "place_commune": ["29869"],
    "place_region": ["82"],
    "password_reset": ["MQ", "x-y"],
    "my_email": ["x"],
    "my_session_end": ["x"],
    "my_passkey_remove": [1],
    "invitation_resend": [1],
    "invitation_revoke": [1],
    "invitation_accept": ["x"],
    "delegation_end": [1],
    "notice_open": [1],
    "agency_deadline_edit": [1],
    "agency_deadline_done": [1],
    "agency_deadline_undone": [1],
    "feed_revoke": [1],
    "calendar_feed": ["x"],
    "asked_paper_end": [1],
    "registration_confirm": ["x"],
    "effect_answer": ["x"],
    **{key: [1] for key in ("connection", "connection_revoke", "subscription_new", "subscription", "subscription_end")},
    "delivery_resend": [1],
    **{f"person_request{step}": [1] for step in ("", "_rows", "_copy", "_agree", "_hide", "_answer")},
    **{f"retention_{what}": ["papers"] for what in ("rule", "term_new")},
    **{f"hiding_run{step}": [1] for step in ("", "_go_on")},
    "portal_document": ["tt-28-2018"],
    "sitemap_part": ["trang"],
    "guide_page": ["chung"],
    "open_data_edition": ["hien-hanh"],
    "open_data_file": ["hien-hanh", "de-an.csv"],
}


def said(answer):
    """The sentences of a refusal: the message after a redirect, the errors of the form, or the page of the refusal."""
    if answer.status_code == 302:
        return [str(one) for one in get_messages(answer.wsgi_request) if one.level == constants.ERROR]
    page = answer.content.decode()
    errors = r"<main.*?</main>" if answer.status_code == 409 else r'class="kc-(?:summary|field-error)".*?</ul>'
    blocks = [re.sub(r"<[^>]*>|\s+", " ", block) for block in re.findall(errors, page, re.DOTALL)]
    return [block for block in blocks if len(block.split()) > 3]


def assert_refused(answer):
    """409 or 422 with a sentence on the page, or back to the record with one."""
    assert answer.status_code in {302, 409, 422}, answer.status_code
    assert any(said(answer)), answer.content.decode()[:400]


# --- not signed in ---------------------------------------------------------------------------------------------------


def test_strangers_are_sent_to_sign_in_and_come_back(world):
    project = make_project(world, state="in_progress")
    before, client = whole_database(), Client()
    for name, address in addresses(project).items():
        if OPENS[name] == PUBLIC:
            continue
        answer = client.get(address)
        if name == "people:switch":
            assert answer.status_code == 405
        else:
            assert (answer.status_code, answer.url) == (302, f"/dang-nhap/?next={quote(address)}"), name
        answer = client.post(address, {"version": project.version})
        # A page that only shows may say so (405) before it asks who is there.
        assert answer.status_code == 405 or answer.url.startswith("/dang-nhap/?next="), name
    assert whole_database() == before


def test_without_any_role_nothing_opens(world):
    project = make_project(world)
    actor = world.actor("dong-thap", "leader")
    actor.user.memberships.update(is_active=False)
    client = signed_in(actor)
    before = whole_database()
    for name, address in addresses(project).items():
        if OPENS[name] != PUBLIC and name not in ONLY_POST:
            assert client.get(address).status_code == 403, name
    assert whole_database() == before


# --- looking ---------------------------------------------------------------------------------------------------------


LOOKERS = ("national", "dong-thap", "dong-thap-centre")


@pytest.mark.one_database
def test_looking_changes_nothing(world):
    """Every address that can be looked at, by each agency and in turn by each role: never an error, never a change."""
    project = make_project(world, state="in_progress")
    # A code that no paper bears is counted as a miss.
    left_out = {*AUDITED_DOWNLOADS, "portal_code"}
    table = {name: address for name, address in addresses(project).items() if name not in left_out}
    clients = {who: signed_in(world.actor(*who)) for who in EVERYBODY if who[0] in LOOKERS}
    before = whole_database()
    for number, (name, address) in enumerate(table.items()):
        permission = OPENS[name]
        for agency in LOOKERS:
            mine = {who: client for who, client in clients.items() if who[0] == agency}
            may = [who for who in mine if permission in {PUBLIC, SIGNED_IN} or allowed(world.actor(*who), permission)]
            # Of those of one agency who may look, one does: each role in its turn.
            one_of_them = [may[number % len(may)]] if may else []
            for who in (*one_of_them, *(one for one in mine if one not in may)):
                status = mine[who].get(address).status_code
                if name in ONLY_POST:
                    assert status in {403, 405}, (name, who)
                else:
                    assert status in ({200, 302, 403, 404, 409} if who in may else {403}), (name, who)
    assert whole_database() == before


def test_pages_that_only_show_take_no_form(world):
    project = make_project(world)
    table = addresses(project)
    actor = world.actor("dong-thap", "administrator")
    client = signed_in(actor)
    before = whole_database()
    for name in READ_ONLY:
        mine = OPENS[name] in {PUBLIC, SIGNED_IN} or allowed(actor, OPENS[name])
        assert client.post(table[name], {"version": project.version}).status_code == (405 if mine else 403), name
    assert whole_database() == before


def test_another_province_does_not_exist(world):
    project = make_project(world, state="in_progress")
    table = addresses(project)
    hidden = [
        name
        for name in table
        if name.startswith("project") and name not in {"projects", "projects_xlsx", "project_new", "project_copies"}
    ]
    for role in STAFF:
        client = signed_in(world.actor("phu-tho", role.value))
        for name in [*hidden, *OF_AN_ESTABLISHMENT, "plan", "plan_ranking", "scenarios"]:
            if name not in ONLY_POST and allowed(world.actor("phu-tho", role.value), OPENS[name]):
                assert client.get(table[name]).status_code == 404, (name, role)


# Whose form carries a key: the second click finds what the first has made.
KEYED = {
    "project_payment_prepare",
    "adjustment_new",
    "contract_amend",
    "contract_guarantee",
    "monthly_report_new",
    "monthly_report_correct",
    "project_claim_new",
    "own_effect",
    "collaborator_term_new",
}


# --- sending ---------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("name", POSTS)
def test_form_is_open_to_exactly_those_the_matrix_names(world, name):
    """Own, same agency, below, above, beside, another province, establishment, looking and sending.

    403 for a role or an agency that may not, 404 where the record is out of sight; nothing is changed by any of them.
    Those whose role may not do it with any record take turns: a third of them at each form.
    """
    post = POSTS[name](world)
    never = [who for who in EVERYBODY if not allowed(world.actor(*who), post.permission)]
    asked = set(EVERYBODY) - set(never) | set(never[len(name) % 3 :: 3])
    clients = {who: signed_in(world.actor(*who)) for who in EVERYBODY if who in asked}
    before, refusals = whole_database(), set()
    for who, client in clients.items():
        actor = world.actor(*who)
        looked_at = None if name in ONLY_POST else client.get(post.url).status_code
        if allowed(actor, post.permission, post.record):
            assert looked_at in {None, 200, 302, 409}, who  # 409: the state or the person stands against it
            continue
        unseen = allowed(actor, post.permission) and not post.record.is_in_scope(actor)
        refusal = 404 if unseen else 403
        assert looked_at in {None, refusal}, who
        assert client.post(post.url, post.fresh()).status_code == refusal, who
        refusals.add(refusal)
    assert Client().get(post.url).status_code in {302, 405}
    assert whole_database() == before
    actors = [world.actor(*who) for who in EVERYBODY]
    out_of_sight = any(allowed(one, post.permission) and not post.record.is_in_scope(one) for one in actors)
    assert refusals == ({403, 404} if out_of_sight else {403})


# What programs send instead of a form: of other kinds, in letters that are none, torn off.
BODIES = (
    ("application/json", b'{"version": 1, "name": "x"}'),
    ("application/x-www-form-urlencoded", b"%ff=%fe&name=%ed%a0%80&version=%00&=&&==%"),
    ("multipart/form-data", b"--x\r\n"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="version"\r\n\r\n\xff\r\n--x--\r\n',
    ),
)


@pytest.mark.parametrize("name", a_third_on_both(POSTS))
def test_form_takes_one_click_of_the_page_as_it_is(world, name):
    """Looked at, sent from an old page or as what is no form, and sent twice: one change, by one click.

    One test, because most of its time goes into bringing the record to where the form is open.
    """
    post = POSTS[name](world)
    # The click comes from a browser of its own, in which no earlier sentence waits to be shown.
    client, clicks = signed_in(world.actor(*post.who)), signed_in(world.actor(*post.who))
    before = whole_database()
    shown = 405 if name in ONLY_POST else 200
    assert client.get(post.url).status_code == shown
    assert client.head(post.url).status_code == shown
    # A version that is not the current one, none at all, or none that is a number.
    for version in (post.data["version"] - 1, post.data["version"] + 1, "", "9" * 40, "1\x00", "①"):
        assert_refused(client.post(post.url, post.fresh(version=version)))
    for content_type, body in BODIES:
        answer = client.generic("POST", post.url, body, content_type=content_type)
        assert answer.status_code in {302, 400, 404, 409, 422}, (content_type, body)
    assert whole_database() == before, "by looking, an old page or what is no form"
    assert_done(clicks.post(post.url, post.fresh()))
    after = whole_database()
    answer = clicks.post(post.url, post.fresh())
    if name in KEYED:
        assert_done(answer)
    elif answer.status_code != 404:  # a thing that was taken out is not there any more
        assert_refused(answer)
    assert whole_database() == after, "a second click"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "name",
    sorted(
        set(POSTS)
        - {
            "account_edit",
            "agency_deadline_edit",
            "place_region",
            "project_payment_return",
            "claim_revise",
            "project_letter",
            "paper_number",
            # Of what has no state.
            "collaborator_edit",
            "collaborator_term_edit",
            "collaborator_term_withdraw",
            "allowance_rate_edit",
            "other_programme_edit",
        }
    ),
)
def test_form_in_a_state_that_does_not_allow_it_changes_nothing(world, name):
    """The state moved on although the version is the same: the action still refuses."""
    post = POSTS[name](world)
    move_on(post)
    client = signed_in(world.actor(*post.who))
    before = whole_database()
    answer = client.post(post.url, post.fresh())
    assert_refused(answer)
    assert whole_database() == before


def assert_done(answer):
    """Went through, and goes back to the record without a complaint."""
    assert answer.status_code == 302, said(answer)
    assert said(answer) == []


def test_second_click_makes_no_second_record(world):
    for name in CREATIONS:
        post = creation(world, name)
        client = signed_in(world.actor(*post.who))
        assert_done(client.post(post.url, post.fresh()))
        after = whole_database()
        answer = client.post(post.url, post.fresh())
        if KEY in post.data.values():
            assert_done(answer)
        else:
            assert_refused(answer)
        assert whole_database() == after, name


def people(roles, *agencies):
    return {(agency, role) for agency in agencies for role in roles.split()}


STAFFED = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
# Who makes a record of Đồng Tháp, or one of its own agency's; the others may make such records, but not these.
MAKERS = {
    # Each for the own province; the centre holds it for its department.
    "competition_new": people("officer appraiser", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre"),
    # Of a round of Đồng Tháp, which other places do not see.
    "competition_entry_new": people("owner", "owner") | people("officer", "phu-tho", "phu-tho-centre", "region"),
    # Each for the own centre; a client belongs to the one that wrote it down.
    **dict.fromkeys(
        ("consulting_client_new", "consulting_target_new"),
        people("officer accountant", "dong-thap-centre", "phu-tho-centre", "region"),
    ),
    "consulting_job_new": people("officer accountant", "dong-thap-centre"),
    "policy_new": people("officer", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre", "national"),
    "inspection_plan_new": people("officer appraiser leader", "dong-thap", "phu-tho", "national"),
    "inspection_after_care": people("officer appraiser leader", "dong-thap", "phu-tho", "national"),
    # Of a đề án of Đồng Tháp, which the other province does not see.
    "fair_new": people("officer", "dong-thap", "dong-thap-centre"),
    "inspection_new": people("officer appraiser leader", "dong-thap", "phu-tho"),
    # Of a đề án of Đồng Tháp, which others do not see.
    "course_new": people("officer", "dong-thap-centre")
    | people("officer appraiser", "dong-thap", "phu-tho", "phu-tho-centre", "region"),
    "asked_paper_new": people("officer appraiser accountant", "dong-thap", "phu-tho", "national"),
    "request_new": people("owner", "owner"),
    "project_new": people("officer", "dong-thap", "dong-thap-centre"),
    "proposal_lists": people("officer", *STAFFED),  # each for the own unit
    "establishment_new": people("officer appraiser", "dong-thap", "dong-thap-centre", "national"),
    "establishment_imports": people(
        "officer", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre", "national"
    ),
    "plan_new": people("officer appraiser", "dong-thap", "phu-tho"),
    "programme_new": people("officer appraiser", "dong-thap", "phu-tho", "national"),
    "envelope_give": people("accountant", "dong-thap", "phu-tho"),
    "norm_entry_new": people("officer appraiser", "dong-thap", "national"),
    "trial_new": people("officer appraiser leader", "dong-thap", "national"),
    "scenario_new": people("officer appraiser", "dong-thap", "phu-tho"),  # of its plan, which others do not see
    "survey_new": people("officer", "dong-thap", "dong-thap-centre", "national")
    | people("collaborator", "dong-thap-commune"),
    "agency_new_service": people("administrator", "dong-thap", "national"),
    "agency_new_commune": people("administrator", "dong-thap", "national"),
    "invite": people("administrator", "dong-thap", "national"),
    "delegation_new": people("leader accountant", "dong-thap"),
    "council_new": people("appraiser", "dong-thap"),
    # Of its đề án, which the others do not see.
    "project_contract_draft": people("officer accountant", "dong-thap", "phu-tho", "phu-tho-centre", "region"),
    "bank_account_new": people("officer accountant", "dong-thap"),
    "craft_village_new": people("officer appraiser", "dong-thap", "phu-tho"),
    "preferred_area_new": people("officer appraiser", "dong-thap", "phu-tho"),
    # Each for the own agency.
    "agency_deadline_new": people("officer leader", *STAFFED),
    "payment_list_new": people("accountant", "dong-thap"),
    "statement_new": people("accountant", *STAFFED),
    "payment_rule": people("leader accountant", *STAFFED),
    "escalation_setting": people("officer leader", *STAFFED),
    "monthly_own_day": people("officer leader", "dong-thap", "phu-tho"),
    "period_report_new": people("officer", "dong-thap"),
    "period_report_days": people("officer leader", "dong-thap", "phu-tho", "national"),
    "period_indicators": people("officer", "dong-thap", "phu-tho", "national"),
    "period_close": people("accountant", *STAFFED),
    "paper_scans": people("officer appraiser accountant", *STAFFED),
    "collaborator_new": people("officer", "dong-thap", "dong-thap-centre"),
    # Each for the own province.
    "allowance_rate_new": people("officer", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre"),
    "allowance_list_new": people("officer", "dong-thap", "dong-thap-centre"),
    "other_programme_new": people("officer", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre", "national"),
    # Of a đề án of Đồng Tháp, which the others do not see.
    "project_combine": people("officer", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre", "region"),
    "paper_batch_new": people("officer appraiser accountant", "dong-thap"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", CREATIONS)
def test_creation_by_somebody_else_changes_nothing(world, name):
    """Wrong roles get 403; who may create, but not in that province or not with that money, gets a sentence."""
    post = creation(world, name)
    clients = {who: signed_in(world.actor(*who)) for who in EVERYBODY if who not in MAKERS[name]}
    before = whole_database()
    for who, client in clients.items():
        answer = client.post(post.url, post.fresh())
        if answer.status_code != 403:
            assert allowed(world.actor(*who), post.permission), who
            assert_refused(answer)
    assert whole_database() == before


def test_record_of_another_project_cannot_be_named(world):
    """A beneficiary, a file, a payment or a line of another đề án does not exist under this one's address."""
    mine, other = make_project(world, beneficiaries=2), make_project(world, beneficiaries=2)
    client = signed_in(world.actor("dong-thap-centre", "officer"))
    before = whole_database()
    pairs = (
        ("project_beneficiary_remove", other.beneficiaries.first().pk),
        ("project_attachment_remove", other.attachments.get().pk),
    )
    for name, key in pairs:
        answer = client.post(reverse(name, args=[mine.code, key]), {"version": mine.version})
        assert answer.status_code == 404 or said(answer)
        assert whole_database() == before
    assert client.get(reverse("project_attachment", args=[mine.code, other.attachments.get().pk])).status_code == 404
    assert whole_database() == before


def test_forged_form_is_refused(world):
    """Without the key of our own page nothing is taken, whoever is signed in."""
    post = POSTS["project_submit"](world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.actor(*post.who).user, backend="django.contrib.auth.backends.ModelBackend")
    before = whole_database()
    assert client.post(post.url, post.fresh()).status_code == 403
    assert whole_database() == before


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def file_of(world):
    """An attached file's address, and the project."""
    project = make_project(world, state="submitted")
    attached = project.attachments.get()
    return reverse("project_attachment", args=[project.code, attached.pk]), attached


def test_file_of_another_province_does_not_exist(world, file_of):
    address, _ = file_of
    before = AuditEvent.objects.filter(action="project.download").count()
    for agency in ("phu-tho", "phu-tho-centre", "region"):
        for role in STAFF:
            assert signed_in(world.actor(agency, role.value)).get(address).status_code == 404
    assert AuditEvent.objects.filter(action="project.download").count() == before == 0


def test_file_comes_as_a_download_and_is_audited(world, file_of):
    address, attached = file_of
    for number, who in enumerate((("dong-thap", "auditor"), ("dong-thap-centre", "officer"), ("national", "leader"))):
        answer = signed_in(world.actor(*who)).get(address)
        body = b"".join(answer.streaming_content)
        assert body.startswith(b"%PDF-")
        assert len(body) == attached.size
        assert answer["Content-Disposition"] == 'attachment; filename="cong-van-de-nghi.pdf"'
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        event = AuditEvent.objects.order_by("-seq").first()
        assert (event.action, event.actor_id, event.agency_id) == (
            "project.download",
            world.actor(*who).user.pk,
            world.actor(*who).agency.pk,
        )
        assert event.after == {"tệp": "cong-van-de-nghi.pdf"}
        assert AuditEvent.objects.filter(action="project.download").count() == number + 1


def test_file_cannot_be_reached_by_its_path(world, file_of):
    _, attached = file_of
    client = signed_in(world.actor("dong-thap", "leader"))
    for address in (f"/{attached.file.name}", f"/static/{attached.file.name}", f"/media/{attached.file.name}"):
        assert client.get(address).status_code == 404
    static = Path(settings.STATIC_ROOT).resolve()
    assert static not in Path(attached.file.path).resolve().parents


def test_export_is_audited(world):
    make_project(world, state="settled")
    actor = world.actor("dong-thap", "auditor")
    answer = signed_in(actor).get(reverse("results_xlsx"))
    assert answer.status_code == 200
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.actor_id) == ("report.export", actor.user.pk)


def test_addresses_resolve_to_what_the_table_says(world):
    """`/de-an/moi/` is the form, not a project of that code."""
    assert resolve("/de-an/moi/").url_name == "project_new"
    assert {name for name, one in url_table() if declared(one.callback) != TOKEN} == set(OPENS)
