"""Filters that write norms and their periods in words: `{% load norms %}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from khuyencong.law import catalogue, parameters, wording
from khuyencong.law.values import DeadlineRule, Norm, Parameter, percent_text

register = template.Library()


@register.filter
def rate(norm: Norm) -> str:
    """«50 %», or a dash."""
    return wording.rate_text(norm)


@register.filter
def terms(norm: Norm) -> str:
    """«50 %, tối đa 200 triệu đồng/cơ sở», tiers and all."""
    return wording.terms_text(norm)


@register.filter
def period(value: Any) -> str:
    """«từ 11/05/2018» of anything with a first and a last day."""
    return wording.period_text(value.valid_from, value.valid_to)


@register.filter
def share(value: Any) -> str:
    """A fraction of one as people write it: «70 %»; a dash when there is none."""
    return "–" if value is None else percent_text(value)


@register.filter
def activity_name(code: str) -> str:
    """The Vietnamese name of an activity."""
    return catalogue.activity_name(code)


@register.filter
def activity_names(codes: Iterable[str]) -> str:
    """The names of several activities."""
    return "; ".join(catalogue.activity_name(code) for code in codes)


@register.filter
def parameter_name(parameter: Parameter) -> str:
    """What a single number of the law is called."""
    return parameters.parameter_name(parameter.code)


@register.filter
def parameter_value(parameter: Parameter) -> str:
    """«1,5 lần mức hỗ trợ», «70 % kinh phí khuyến công hỗ trợ»."""
    return parameters.parameter_text(parameter)


@register.filter
def deadline(rule: DeadlineRule) -> str:
    """«ngày 15/06 hằng năm»."""
    return wording.deadline_text(rule)
