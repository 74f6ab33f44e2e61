"""Owners, contacts, those who were met in surveys, those who ask for an account; collaborators; lists that came from Excel."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now

from khuyencong.collaborators.models import Collaborator, Term
from khuyencong.establishments.models import Contact, Establishment, Import, ImportRow, ImportState
from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.persons.holding import Holding, Kind, Sort
from khuyencong.surveys.models import Survey, SurveyState

# A term without a last day comes first: who still serves has no day at which the last term ended.
LAST_TERM = (
    Term.objects.filter(collaborator=OuterRef("pk"), withdrawn_because="")
    .order_by(F("ends_on").desc(nulls_first=True))
    .values("ends_on")[:1]
)
HOLDINGS = (
    Holding(
        Establishment,
        Kind.OWNER,
        {
            "owner_name": Sort.NAME,
            "contact": Sort.NAME,
            "owner_born_in": Sort.BIRTH,
            "owner_gender": Sort.GROUP,
            "owner_ethnicity": Sort.GROUP,
            "owner_id_number": Sort.IDENTITY,
            "phone": Sort.PHONE,
            "phone_digits": Sort.COPY,
            "email": Sort.EMAIL,
        },
        owner="province",
        projects="benefits__project",
        account="account__memberships__user",
        writes={"owner_name": "", "contact": ""},
    ),
    Holding(
        Contact,
        Kind.CONTACT,
        {"name": Sort.NAME, "title": Sort.POSITION, "phone": Sort.PHONE, "phone_digits": Sort.COPY, "email": Sort.EMAIL},
        owner="establishment__province",
        account="establishment__account__memberships__user",
    ),
    Holding(
        Registration,
        Kind.OWNER,
        {"full_name": Sort.NAME, "email": Sort.EMAIL, "phone": Sort.PHONE, "place_text": Sort.ADDRESS},
        owner="province",
        rule="registration",
        since=F("decided_at"),
        ended=Q(state__in=[RegistrationState.APPROVED, RegistrationState.REFUSED]),
        in_use="Đăng ký đang chờ duyệt: quyết định trước.",
        account="user",
    ),
    Holding(
        Survey,
        Kind.OWNER,
        {"owner_name": Sort.NAME, "phone": Sort.PHONE, "place_text": Sort.ADDRESS},
        owner="surveyed_for",
        rule="survey",
        since=F("handled_on"),
        ended=~Q(state=SurveyState.SENT),
        in_use="Phiếu khảo sát đang chờ xử lý.",
        writes={"owner_name": ""},
    ),
    Holding(
        Collaborator,
        Kind.COLLABORATOR,
        {
            "name": Sort.NAME,
            "folded": Sort.COPY,
            "sort_key": Sort.COPY,
            "birth_year": Sort.BIRTH,
            "identity_number": Sort.IDENTITY,
            "phone": Sort.PHONE,
            "note": Sort.TEXT,
        },
        owner="kept_by",
        rule="collaborator",
        since=Subquery(LAST_TERM),
        ended=Q(day__lt=Now()),
        in_use="Cộng tác viên còn giữ nhiệm vụ.",
        projects="allowances__allowance_list__project",
        account="user",
        writes={"note": ""},
    ),
    Holding(
        ImportRow,
        Kind.OWNER,
        {"cells": Sort.TEXT, "changes": Sort.TEXT, "errors": Sort.COPY, "notes": Sort.COPY},
        owner="of__agency",
        rule="import",
        since=F("of__made_at"),
        ended=Q(of__state=ImportState.APPLIED),
        in_use="Danh sách đang được nhập.",
        writes={"cells": {}, "changes": [], "errors": [], "notes": []},
    ),
    Holding(Import, Kind.ANY, {"file_name": Sort.TEXT, "columns": Sort.TEXT, "notes": Sort.TEXT}, searched=False,
            stays="Tên tệp và tên cột của danh sách; các dòng có thời hạn riêng."),
)  # fmt: skip
