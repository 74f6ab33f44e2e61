"""The published đề án as records of the past: agencies as they were called then, in the provinces of then."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from khuyencong.demo.accounts import NATIONAL
from khuyencong.demo.published import PressProject, press_projects
from khuyencong.establishments.actions import register_establishment
from khuyencong.establishments.models import EstablishmentKind
from khuyencong.finance.actions import give_envelope, record_history, record_past_plan
from khuyencong.people.actions import search_columns
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, AgencyName, User
from khuyencong.people.pattern import centre_code, department_code
from khuyencong.people.roles import Role
from khuyencong.places.models import Province
from khuyencong.programmes.models import AnnualPlan, FundingSource
from khuyencong.projects.actions import LineInput, add_beneficiary, create_project, save_estimate
from khuyencong.projects.models import Beneficiary, Project

ORIGIN = "lệnh nạp dữ liệu mẫu"
EQUAL_SPLIT = "Nguồn chỉ công bố số chung của các cơ sở; hồ sơ chia đều để ghi sổ."
DERIVED = "Số đối ứng là hiệu của tổng kinh phí và kinh phí hỗ trợ đã công bố."


def load_history(clerk: User, projects: list[PressProject] | None = None) -> list[Project]:
    """Enter every published đề án, or others of past years, with the plan and envelope that just hold them."""
    projects = press_projects() if projects is None else projects
    sums: dict[tuple[str, int, str], int] = defaultdict(int)
    for one in projects:
        sums[one.province, one.year, one.source] += one.support
    plans = {
        key: _plan(clerk, province=Province.objects.get(key=key[0]), year=key[1], source=key[2], amount=amount)
        for key, amount in sums.items()
    }
    return [_project(clerk, one, plans[one.province, one.year, one.source]) for one in projects]


def _plan(clerk: User, *, province: Province, year: int, source: str, amount: int) -> AnnualPlan:
    if source == FundingSource.LOCAL:
        agency = _agency_then(province, AgencyKind.DEPARTMENT)
    else:
        agency = Agency.objects.get(code=NATIONAL)
    plan = AnnualPlan.objects.filter(agency=agency, year=year, source=source).first()
    document = f"Số đã công bố: {province.short_name} {year}"
    give_envelope(
        by=_actor(clerk, agency, Role.ACCOUNTANT),
        year=year,
        source=source,
        amount=amount,
        document=document,
        on=date(year, 12, 31),
    )
    if plan is not None:
        return plan
    title = f"Kế hoạch {FundingSource(source).label.lower()} năm {year} (ghi lại từ số đã công bố)"
    return record_past_plan(by=_actor(clerk, agency, Role.OFFICER), year=year, source=source, title=title)


def _project(clerk: User, one: PressProject, plan: AnnualPlan) -> Project:
    province = Province.objects.select_related("current").get(key=one.province)
    unit = _agency_then(province, AgencyKind.CENTRE, one.unit)
    officer = _actor(clerk, unit, Role.OFFICER)
    key = uuid5(NAMESPACE_URL, f"{one.case}/{one.name}")
    project = create_project(
        by=officer,
        creation_key=key,
        source=one.source,
        province=province,
        unit=unit,
        department=_agency_then(province, AgencyKind.DEPARTMENT),
        recorded_from=one.recorded_from,
        record_note=" ".join(
            text for text, wanted in ((EQUAL_SPLIT, one.split_equally), (DERIVED, one.derived)) if wanted
        ),
        figures_approximate=one.approximate,
        fields={"name": one.name, "kind": one.kind, "activity": one.activity, "sector": one.sector, "year": one.year},
    )
    lines = []
    for number, part in enumerate(one.beneficiaries):
        establishment = register_establishment(
            by=officer,
            creation_key=uuid5(key, str(number)),
            fields={
                "name": part.name,
                "kind": part.form if part.form_published else EstablishmentKind.UNKNOWN,
                "province": province,
                "sector": one.sector,
                "place_text": part.place,
            },
        )
        project.refresh_from_db()
        beneficiary = add_beneficiary(
            project_id=project.pk, by=officer, version=project.version, establishment=establishment
        )
        lines.append(
            LineInput(
                content="Máy móc, thiết bị" if one.activity == "machinery" else one.name,
                total=part.total,
                support=part.support,
                counterpart=part.counterpart,
                beneficiary_id=beneficiary.pk,
            )
        )
    if one.split_equally:
        Beneficiary.objects.filter(project=project).update(amounts_approximate=True)
    if not lines:
        lines = [LineInput(content=one.name, total=one.total, support=one.support, counterpart=one.counterpart)]
    project.refresh_from_db()
    save_estimate(project_id=project.pk, by=officer, version=project.version, lines=lines)
    project.refresh_from_db()
    return record_history(project_id=project.pk, by=officer, version=project.version, plan=plan)


def _actor(clerk: User, agency: Agency, role: Role) -> Actor:
    return Actor(user=clerk, agency=agency, role=role, origin=ORIGIN)


def _agency_then(province: Province, kind: AgencyKind, name: str = "") -> Agency:
    """The agency of the province of then; it bears the name that the source gives it, where it gives one."""
    code = department_code(province) if kind == AgencyKind.DEPARTMENT else centre_code(province)
    agency = Agency.objects.select_related("province").get(code=code)
    if name and agency.name != name:
        Agency.objects.filter(pk=agency.pk).update(name=name, **search_columns(name, agency.short_name))
        AgencyName.objects.filter(agency=agency).update(name=name, source="Theo nguồn đã công bố")
        agency.name = name
    return agency
