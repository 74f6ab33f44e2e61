"""In which khuyến công region a province lies, written by the national administrator."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.areas import actions
from khuyencong.areas.forms import RegionForm
from khuyencong.areas.regions import version_of_regions
from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.places.models import Province, Region


@opens_to(Permission.REGION_EDIT)
@require_http_methods(SHOW_AND_ACT)
def region(request: ActorRequest, key: str) -> HttpResponse:
    """From which day a province of today belongs to which region, by which document."""
    found = Province.objects.prefetch_related("regions").filter(key=key, valid_to__isnull=True).first()
    if found is None:
        raise Http404("Không có tỉnh, thành phố này hiện nay.")
    rows = list(found.regions.all())
    open_row = next((row for row in rows if row.to_on is None), None)
    form = RegionForm(
        request.POST or None,
        initial={
            "version": version_of_regions(rows),
            "region": open_row.region if open_row else "",
            # A guess that nobody has verified is settled from its own first day.
            "from_on": open_row.from_on if open_row and not open_row.verified else None,
        },
    )
    url = reverse("place_province", args=[found.key])
    title = f"Ghi khu vực khuyến công của {found.name}"
    return form_page(
        request,
        form=form,
        act=lambda: actions.set_region(
            province_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            region=Region(form.cleaned_data["region"]),
            from_on=form.cleaned_data["from_on"],
            document=form.cleaned_data["document"],
        ),
        done="Đã ghi khu vực khuyến công.",
        back=lambda: redirect("place_province", key=found.key),
        template="areas/form.html",
        context={
            "title": title,
            "back_url": url,
            "intro": "Khu vực trước đó được tính đến hết ngày trước; báo cáo của các kỳ đã qua giữ nguyên.",
            "crumbs": [Crumb("Địa bàn", reverse("places")), Crumb(found.name, url), Crumb(title)],
        },
    )
