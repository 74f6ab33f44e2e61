"""Persons whom the papers of a đề án name: they are kept as long as the papers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from khuyencong.appraisal.models import CouncilMember, SiteVisit
from khuyencong.delivery.models import Handover, Participant
from khuyencong.effects.models import EffectAnswer
from khuyencong.finance.models import BankAccount, Contract, Payment
from khuyencong.inspections.models import Visit, VisitMember
from khuyencong.persons.holding import Holding, Kind, Sort
from khuyencong.projects.models import ProjectVersion, ProposalRow
from khuyencong.settlement.models import ExpenseVoucher, Reconciliation
from khuyencong.training.models import Allowance, Learner, Trainer
from khuyencong.treasury.models import StatementLine

VOUCHER = "Chứng từ kế toán và bản đối chiếu được giữ nguyên: sửa đi thì không còn là chứng từ (Luật Kế toán 88/2015/QH13 Đ41)."
KEPT_AS_HANDED_IN = "Bản đã nộp được giữ nguyên như lúc nộp; hủy cùng hồ sơ khi hết thời hạn lưu trữ."


def _paper(
    model: type[models.Model], kind: Kind, fields: Mapping[str, Sort], project: str, owner: str = "", **more: Any
) -> Holding:
    """Persons in a paper of the đề án at the path `project`; by default the business of its implementing unit."""
    owner = owner or f"{project}__implementing_unit"
    return Holding(model, kind, fields, owner=owner, rule="papers", projects=project, **more)


N, P, T = Sort.NAME, Sort.POSITION, Sort.TEXT
HOLDINGS = (
    _paper(
        Learner,
        Kind.LEARNER,
        {
            "name": N,
            "haystack": Sort.COPY,
            "folded": Sort.COPY,
            "birth_year": Sort.BIRTH,
            "gender": Sort.GROUP,
            "ethnicity": Sort.GROUP,
            "place_text": Sort.ADDRESS,
            "phone": Sort.PHONE,
            "identity_number": Sort.IDENTITY,
            "workplace": Sort.POSITION,
        },
        "course__project",
    ),
    _paper(Allowance, Kind.RECIPIENT, {"identity_number": Sort.IDENTITY}, "learner__course__project"),
    _paper(Trainer, Kind.TRAINER, {"name": N, "position": P, "phone": Sort.PHONE}, "course__project"),
    _paper(Participant, Kind.PRESENT, {"name": N, "title": P}, "acceptance__project"),
    _paper(Handover, Kind.PRESENT, {"given_by": N, "given_title": P, "received_by": N, "received_title": P}, "project"),
    _paper(SiteVisit, Kind.PRESENT, {"people": N}, "project", owner="agency"),
    _paper(Visit, Kind.PRESENT, {"met": N}, "inspection__project", owner="inspection__agency"),
    _paper(
        VisitMember,
        Kind.PRESENT,
        {"guest": N, "position": P},
        "visit__inspection__project",
        owner="visit__inspection__agency",
        ended=~models.Q(guest=""),
        in_use="Thành viên là người dùng hệ thống: xem tài khoản của người ấy.",
        account="user",
    ),
    _paper(
        CouncilMember,
        Kind.JUROR,
        {"guest": N, "position": P},
        "council__sessions__agenda__project",
        owner="council__agency",
        ended=~models.Q(guest=""),
        in_use="Thành viên là người dùng hệ thống: xem tài khoản của người ấy.",
        account="user",
    ),
    Holding(
        EffectAnswer,
        Kind.CONTACT,
        {"told_by": N, "note": T},
        owner="sheet__project__implementing_unit",
        projects="sheet__project",
        stays="Câu trả lời về hiệu quả chỉ được ghi thêm: cơ quan đã công bố số theo câu trả lời ấy.",
    ),
    Holding(
        BankAccount,
        Kind.RECIPIENT,
        {"holder_name": N, "number": Sort.ACCOUNT},
        owner="kept_by",
        projects="establishment__benefits__project",
        stays=VOUCHER,
    ),
    Holding(
        ExpenseVoucher,
        Kind.RECIPIENT,
        {"payee": N, "payee_key": Sort.COPY},
        owner="project__implementing_unit",
        projects="project",
        stays=VOUCHER,
    ),
    Holding(
        StatementLine,
        Kind.RECIPIENT,
        {"holder": N, "account": Sort.ACCOUNT, "text": T, "cells": Sort.COPY, "errors": Sort.COPY},
        owner="agency",
        stays=VOUCHER,
    ),
    Holding(Payment, Kind.RECIPIENT, {"account": Sort.ACCOUNT}, owner="payer", stays=VOUCHER, searched=False),
    Holding(Contract, Kind.RECIPIENT, {"party": N}, owner="payer", stays=VOUCHER),
    Holding(Reconciliation, Kind.SIGNER, {"signed_for_payer": N, "signed_for_unit": N}, owner="payer", stays=VOUCHER),
    Holding(ProjectVersion, Kind.ANY, {"content": Sort.COPY}, stays=KEPT_AS_HANDED_IN, searched=False),
    Holding(
        ProposalRow,
        Kind.ANY,
        {"cells": Sort.COPY, "errors": Sort.COPY, "notes": Sort.COPY, "told": Sort.COPY},
        stays=KEPT_AS_HANDED_IN,
        searched=False,
    ),
)
