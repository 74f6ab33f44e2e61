"""The filter of the event list."""

from django import forms

from khuyencong.audit.labels import ACTIONS
from khuyencong.core.fields import VNDateField
from khuyencong.core.forms import StyledForm


class EventFilter(StyledForm):
    action = forms.ChoiceField(label="Việc", required=False, choices=[("", "Mọi việc"), *ACTIONS.items()])
    person = forms.CharField(label="Người", required=False, max_length=100)
    first_day = VNDateField(label="Từ ngày", required=False)
    last_day = VNDateField(label="Đến ngày", required=False)
    thread = forms.CharField(label="Hồ sơ", required=False, max_length=80)
