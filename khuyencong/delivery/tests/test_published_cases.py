"""Published cases, accepted as they were published: what the system computes beside what stands in the press.

The figures are those of `demo/data/press_cases.yaml`, which names the source of each; the tests read them there, so that
a figure stands in one place. Where no rate of the province is known, the đề án declares one, as a real one would; what is
checked is the arithmetic of acceptance, never the rate.
"""

import pytest
import yaml

from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.models import Acceptance
from khuyencong.delivery.tests.spot import one, take
from khuyencong.demo.published import FILE, equal_shares
from khuyencong.demo.walk import Item, write_project
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.projects.models import EstimateLine
from khuyencong.testing import advance_to, make_establishment, make_project

DECLARED = {
    "declared_norm_document": "Nghị quyết thử nghiệm", "declared_norm_article": "Điều 1",
    "declared_norm_percent": 50, "declared_norm_cap": 300 * MILLION,
}  # fmt: skip


def published(slug):
    """{figure: number as printed} of one case."""
    cases = yaml.safe_load(FILE.read_text())["cases"]
    case = next(one_ for one_ in cases if one_["slug"] == slug)
    return {figure["key"]: figure["value"] for figure in case["figures"]}


def running(world, shares, **fields):
    """A local project of Phú Thọ with a beneficiary for each (total, support) in đồng, under contract."""
    items = [
        Item(f"Máy thử nghiệm {n}", *share, make_establishment(world, province="25")) for n, share in enumerate(shares)
    ]
    project = write_project(
        world, unit="phu-tho-centre", source="local", province="25", items=items,
        fields={"name": "Đề án như đã công bố", **DECLARED, **fields},
    )  # fmt: skip
    return advance_to(world, project, "in_progress")


def accept_all(world, project, cost=None):
    """Every part at its planned cost, or at `cost`; how much becomes payable, part by part."""
    return [
        take(world, project, one(project, cost=cost, line=part.lines.get()), part=part).payable
        for part in project.beneficiaries.all()
    ]


def test_phu_yen_2024(world):
    """899 = 286 + 613 triệu for three households. The total is «khoảng»; it adds up, so 899 is taken as exact."""
    figures = published("phu-yen-2024")
    assert (figures["total"], figures["support"], figures["counterpart"]) == (899, 286, 613)
    totals, supports = (equal_shares(figures[key] * MILLION, 3) for key in ("total", "support"))
    project = running(world, list(zip(totals, supports, strict=True)))
    # To the đồng, though a third of neither is whole.
    assert sum(accept_all(world, project)) == balance_of(project).accepted == 286 * MILLION
    lines = EstimateLine.objects.filter(project=project)
    assert sum(line.counterpart for line in lines) == 613 * MILLION
    assert project.state == "accepted"
    assert list(broken_rows()) == []


def test_dak_lak_2024(world):
    """190 of 800 triệu for one household: the approval binds, not the rate; a cheaper machine earns by the rate."""
    figures = published("dak-lak-2024")
    assert (figures["total"], figures["support"]) == (800, 190)
    for cost, payable in ((800, 190), (380, 190), (379, 189.5), (900, 190)):
        project = running(world, [(800 * MILLION, 190 * MILLION)])
        assert accept_all(world, project, cost * MILLION) == [payable * MILLION], cost


def test_seven_establishments_at_three_hundred(world):
    """Hòa Bình 2023: three đề án of the regional centre, seven establishments, 2.100 triệu: 300, the cap, for each.

    How the seven are spread over the three is not published; 3 + 2 + 2 is ours. The Cục accepts (Mẫu 5c).
    """
    figures = published("hoa-binh-2023")
    assert (figures["regional_projects"], figures["regional_support"]) == (3, 2_100)
    paid = []
    for count in (3, 2, 2):
        project = make_project(
            world, source="national", unit="region", state="in_progress", beneficiaries=count, support=300 * MILLION,
            total=700 * MILLION,
        )  # fmt: skip
        for part in project.beneficiaries.all():
            found = take(world, project, one(project, line=part.lines.get()), part=part, who=("national", "appraiser"))
            assert found.form == "5c"
            paid.append(found.payable)
    assert paid == [300 * MILLION] * 7
    assert sum(paid) == figures["regional_support"] * MILLION
    assert Acceptance.objects.count() == 7


def test_thanh_phuong(world):
    """The demonstration model of Thành Phương: two machines, 36 jobs at 8 triệu a month; no money is published.

    The report of Hải Phòng for 2019 gives 33 jobs for a model in metal casting. The sources do not say that both are the
    same, so each figure stays as it was printed: 36 is that of Thành Phương.
    """
    figures = published("thanh-phuong")
    assert (figures["jobs"], figures["income"]) == (36, 8)
    assert published("hai-phong-2019")["model_jobs"] == 33
    project = make_project(world, source="national", activity="demonstration_model", total=1_500 * MILLION)
    first = project.lines.get()
    second = EstimateLine.objects.get(pk=first.pk)
    EstimateLine.objects.filter(pk=first.pk).update(content="Hệ thống xử lý cát tươi")
    second.pk, second.content, second.position = None, "Dây chuyền làm khuôn tự động", 1
    second.support, second.counterpart = 0, second.total
    second.save(force_insert=True)
    project = advance_to(world, project, "in_progress")
    sand, moulds = project.lines.all()
    with pytest.raises(Refused, match="không thực hiện: «Dây chuyền làm khuôn tự động»"):
        take(world, project, one(project, line=sand))
    take(world, project, one(project, line=sand, description="Hệ thống xử lý cát tươi"), is_last=False)
    assert project.state == "in_progress"
    last = take(
        world, project, one(project, line=moulds, description="Dây chuyền làm khuôn tự động"),
        comment=f"{figures['jobs']} lao động, {figures['income']} triệu đồng/tháng.",
    )  # fmt: skip
    assert project.state == "accepted"
    assert balance_of(project).accepted == 200 * MILLION
    assert last.comment == "36 lao động, 8 triệu đồng/tháng."
