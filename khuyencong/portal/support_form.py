"""The five questions as a form in the address: it can be printed, sent to somebody and asked again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from khuyencong.core.fields import DongField
from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import sector_choices
from khuyencong.places.models import Commune, Province
from khuyencong.places.queries import city_statuses_on, communes_of
from khuyencong.portal.support import KINDS, TRADE_EXAMPLES, Asked, activity_choices

CHOOSE = ("", "— chọn —")


class SupportForm(StyledForm):
    """Who, where, which trade, what to do, at which cost. The commune is asked once the province is known."""

    loai = forms.ChoiceField(label="1. Bạn là ai?", choices=[CHOOSE, *KINDS])
    tinh = forms.ChoiceField(label="2. Cơ sở ở tỉnh, thành phố nào?")
    xa = forms.ChoiceField(
        label="Xã, phường, đặc khu",
        required=False,
        help_text="Có nơi chỉ xã mới được hỗ trợ: chọn để trả lời đúng hơn.",
    )
    tinh_cu = forms.ChoiceField(
        label="Trước ngày 01/07/2025 thuộc tỉnh nào?",
        required=False,
        help_text="Tỉnh mới chưa ban hành định mức thì dùng định mức của tỉnh cũ.",
    )
    lang_nghe = forms.BooleanField(
        label="Cơ sở ở trong làng nghề",
        required=False,
        help_text="Phường của thành phố trực thuộc Trung ương chỉ được hỗ trợ trong làng nghề được công nhận.",
    )
    nganh = forms.ChoiceField(label="3. Bạn sản xuất ngành gì?", required=False)
    viec = forms.ChoiceField(
        label="4. Bạn muốn làm gì?", required=False, help_text="Chưa rõ thì để trống: trang kể hết các việc."
    )
    chi_phi = DongField(
        label="5. Dự kiến hết bao nhiêu tiền (đồng)?",
        required=False,
        min_value=1,
        help_text="Ví dụ 800 triệu. Để trống thì trang chỉ nói tỷ lệ và mức cao nhất.",
    )

    def __init__(self, data: Any = None, *, provinces: list[Province], on: dt.date) -> None:
        super().__init__(data)
        self._provinces = {one.key: one for one in provinces}
        self.choose("tinh", [CHOOSE, *((one.key, one.name) for one in provinces)])
        self.choose("nganh", [("", "— không thấy ngành của tôi, hoặc chưa rõ —"), *_trades(on)])
        self.choose("viec", [("", "— mọi việc —"), *activity_choices(on)])
        province = self._provinces.get(str((data or {}).get("tinh", "")))
        self._communes: dict[str, Commune] = {}
        self._before: dict[str, Province] = {}
        if province is None:
            del self.fields["xa"], self.fields["tinh_cu"], self.fields["lang_nghe"]
            return
        self._communes = {one.key: one for one in communes_of(province)}
        self.choose("xa", [("", "— chưa rõ —"), *((key, one.name) for key, one in self._communes.items())])
        if province.pk not in city_statuses_on(on):
            del self.fields["lang_nghe"]
        self._before = {one.key: one for one in province.formerly.exclude(pk=province.pk)}
        if len(self._before) > 1:
            self.choose("tinh_cu", [("", "— chưa rõ —"), *((key, one.name) for key, one in self._before.items())])
        else:
            del self.fields["tinh_cu"]

    @property
    def asked(self) -> Asked:
        """What a valid form asks."""
        data = self.cleaned_data
        return Asked(
            kind=data["loai"],
            province=self._provinces[data["tinh"]],
            before=self._before.get(data.get("tinh_cu", "")),
            commune=self._communes.get(data.get("xa", "")),
            sector=data["nganh"],
            activity=find_activity(data["viec"]) if data["viec"] else None,
            cost=data["chi_phi"],
            in_village=data.get("lang_nghe", False),
        )


def _trades(on: dt.date) -> list[tuple[str, str]]:
    """The trades of the decree, each with examples where people would not find themselves."""
    return [
        (code, f"{name} ({TRADE_EXAMPLES[code]})" if code in TRADE_EXAMPLES else name)
        for code, name in sector_choices(on)
    ]
