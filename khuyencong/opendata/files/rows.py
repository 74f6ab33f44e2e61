"""The rows of each data set, read a few hundred at a time.

Each row carries a key: what it hangs on, so that it can be taken out of a file of an earlier month when that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from khuyencong.competitions.outcome.public import product_shown, winners
from khuyencong.establishments.public_names import public_name
from khuyencong.law.catalogue import activity_name
from khuyencong.opendata.files.grants import PACKAGE, grants_of
from khuyencong.opendata.public import AT_ONCE, PublicProject, every_public_project, public_tax_code
from khuyencong.periods.content import read
from khuyencong.periods.models import PeriodReport, PeriodReportState
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import CODES, regrouped


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the data set `dataset`; `values` are its cells by column, or one grant of the 360Giving file.

    `named`: keys of the establishments that it names; `project`: what the row of a đề án was made of.
    """

    dataset: str
    key: str
    values: dict[str, Any]
    named: tuple[int, ...] = ()
    project: PublicProject | None = None


def key_of_project(code: str) -> str:
    return f"de-an:{code}"


def key_of_certificate(pk: int) -> str:
    return f"giay:{pk}"


def every_row() -> Iterator[Row]:
    """Everything that is public now, in an order that depends on nothing but the records."""
    for project in every_public_project():
        yield from _of_project(project)
    yield from _products()
    yield from _indicators()


def _of_project(one: PublicProject) -> Iterator[Row]:
    key = key_of_project(one.code)
    yield Row(
        "de-an",
        key,
        {
            "ma_de_an": one.code,
            "ten": one.title,
            "nam": one.year,
            "ma_nguon": one.source,
            "nguon": one.source_label,
            "ma_loai": one.kind,
            "loai": one.kind_label,
            "ma_noi_dung": one.activity,
            "noi_dung": one.activity_label,
            "ma_nganh_nghe": one.sector,
            "nganh_nghe": one.sector_label,
            "ma_tinh": one.province_key,
            "tinh": one.province,
            "ma_xa": one.commune_code,
            "xa": one.commune,
            "ma_don_vi": one.unit_code,
            "don_vi_thuc_hien": one.implementing_unit,
            "ma_co_quan": one.funder_code,
            "co_quan_cap": one.funder,
            "quyet_dinh": one.decision,
            "ngay_phe_duyet": _day(one.approved_on),
            "ngay_ghi_so": _day(one.booked_on),
            "bat_dau": _day(one.starts_on),
            "ket_thuc": _day(one.ends_on),
            "ma_trang_thai": one.state,
            "trang_thai": one.state_label,
            "so_co_so": len(one.parties),
            "kinh_phi_phe_duyet": one.approved,
            "da_chi": one.paid,
            "quyet_toan": one.settled,
            "von_khac": one.other_money,
            "tom_tat": one.summary,
            "ket_qua": one.result,
            "nghiem_thu": "; ".join(one.accepted),
            "ngay_cong_bo": _day(one.published_on),
        },
        project=one,
    )
    for party in one.parties:
        yield Row(
            "ho-tro",
            key,
            {
                "ma_de_an": one.code,
                "so_thu_tu": party.number,
                "nam": one.year,
                "ma_nguon": one.source,
                "nguon": one.source_label,
                "ma_noi_dung": one.activity,
                "noi_dung": one.activity_label,
                "ma_loai_hinh": party.kind,
                "loai_hinh": party.kind_label,
                "ten_co_so": party.name,
                "ma_so_thue": party.tax_code,
                "ma_tinh": party.province_key,
                "tinh": party.province,
                "ma_xa": party.commune_code,
                "xa": party.commune,
                "kinh_phi_phe_duyet": party.support,
            },
            named=(party.establishment_id,) if party.establishment_id is not None else (),
        )
    for grant in grants_of(one):
        yield Row(PACKAGE, key, grant)


def _products() -> Iterator[Row]:
    for one in winners(text="", level="", year=None).order_by("pk").iterator(AT_ONCE):
        establishment, round_ = one.entry.establishment, one.decision.round
        establishment = establishment.merged_into or establishment
        province = establishment.province.current or establishment.province
        name = public_name(establishment)
        yield Row(
            "san-pham",
            key_of_certificate(one.pk),
            {
                "so_giay": one.number,
                "san_pham": product_shown(one),
                "ma_nhom": one.entry.group,
                "nhom": str(one.entry.get_group_display()),
                "ma_cap": round_.level,
                "cap": str(round_.get_level_display()),
                "nam": round_.year,
                "ma_loai_hinh": establishment.kind,
                "loai_hinh": str(establishment.get_kind_display()),
                "ten_co_so": name,
                "ma_so_thue": public_tax_code(establishment),
                "ma_tinh": province.key,
                "tinh": province.short_name,
                "ngay_cap": _day(one.issued_on),
                "gia_tri_den": _day(one.valid_until),
            },
            named=(establishment.pk,) if name else (),
        )


def _indicators() -> Iterator[Row]:
    """Figures of locked reports as they were kept: a report that is open again is not among them."""
    locked = PeriodReport.objects.filter(state=PeriodReportState.LOCKED)
    for report in locked.select_related("agency__province__current").order_by("pk").iterator(AT_ONCE):
        version = report.versions.order_by("-number").first()
        if version is None:
            continue
        content = read(report, version)
        province = report.agency.province
        rows = regrouped(content.cells.items(), lambda key: (key.source, key.activity))
        for (source, activity), values in sorted(rows.items()):
            yield Row(
                "chi-tieu",
                f"bao-cao:{report.pk}",
                {
                    "ma_co_quan": report.agency.code,
                    "co_quan": content.agency_name,
                    "ma_tinh": (province.current or province).key if province else "",
                    "dia_ban": content.place,
                    "ma_ky": report.kind,
                    "so_ky": report.number,
                    "ky": str(report.period),
                    "nam": report.year,
                    "so_lieu_den": _day(report.closing_on),
                    "ma_nguon": source,
                    "nguon": str(FundingSource(source).label),
                    "ma_noi_dung": activity,
                    "noi_dung": activity_name(activity),
                    **dict(zip(CODES, values, strict=True)),
                },
            )


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
