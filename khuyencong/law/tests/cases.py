"""Short ways to write the cases of these tests; money is given in triệu đồng."""

from datetime import date
from fractions import Fraction

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


def codes(sheet_or_findings):
    findings = getattr(sheet_or_findings, "findings", sheet_or_findings)
    return {finding.code for finding in findings}
