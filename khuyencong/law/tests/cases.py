"""Short ways to write the cases of these tests; money is given in triệu đồng."""

from datetime import date
from fractions import Fraction

from khuyencong.law.eligibility import EligibilityQuery, eligibility
from khuyencong.law.norms import DeclaredNorm, Norm, norm_on
from khuyencong.law.support import SupportQuery

TR = 10**6


def national(activity, year, month, day):
    found = norm_on(activity, source="national", on=date(year, month, day))
    assert isinstance(found, Norm), found
    return found


def local(activity, keys, year, month, day):
    return norm_on(activity, source="local", province_keys=keys, on=date(year, month, day))


def query(**changes):
    """A machine for 500 triệu on 01/06/2019 with national money, asking 200."""
    base = {
        "activity": "machinery",
        "source": "national",
        "on": date(2019, 6, 1),
        "province_keys": ("25",),
        "beneficiary_name": "Cơ sở A",
        "eligible_cost": 500 * TR,
        "total_cost": 500 * TR,
        "asked": 200 * TR,
    }
    return SupportQuery(**(base | changes))


def declared(rate_percent=None, cap=None):
    rate = None if rate_percent is None else Fraction(rate_percent, 100)
    return DeclaredNorm("Quyết định 12/2024/QĐ-UBND", "Điều 5", rate, None if cap is None else cap * TR)


def norm(**changes):
    """A local norm of Đà Nẵng for machines: half the cost, at most 300 triệu."""
    base = {
        "activity": "machinery",
        "rate": Fraction(1, 2),
        "cap": 300 * TR,
        "unit": "cơ sở",
        "document": "Nghị quyết 1/2026/NQ-HĐND",
        "article": "Điều 3",
        "verified": True,
        "cost_base": "Chi phí máy móc",
        "source": "local",
        "scope": "48",
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
    }
    return Norm(**(base | changes))


def local_query(**changes):
    """A machine for 500 triệu in Đà Nẵng on 01/02/2026 with local money, asking 200."""
    return query(**({"source": "local", "province_keys": ("48",), "on": date(2026, 2, 1)} | changes))


def answer(topic, **facts):
    """One answer about a household that makes furniture in a ward of a province on 01/02/2026."""
    base = {
        "kind": "household",
        "activity": "machinery",
        "on": date(2026, 2, 1),
        "sector": "handicraft",
        "commune_kind": "phường",
        "commits_own_capital": True,
        "declares_no_other_support": True,
    }
    (found,) = [one for one in eligibility(EligibilityQuery(**(base | facts))) if one.topic == topic]
    return found


def codes(sheet_or_findings):
    findings = getattr(sheet_or_findings, "findings", sheet_or_findings)
    return {finding.code for finding in findings}
