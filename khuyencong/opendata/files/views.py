"""Under /du-lieu-mo/, without an account: the files, the dictionary of their columns, earlier months."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, TypeVar

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from khuyencong.audit.handing_out import opened
from khuyencong.core.components import Meta
from khuyencong.core.web import WRITTEN, kept_briefly
from khuyencong.notices.letters import public_address
from khuyencong.opendata.files.columns import DATASETS, GRANT, LICENCE, LICENCE_NAME, dictionary
from khuyencong.opendata.files.grants import PACKAGE, PREFIX, PUBLISHER, STANDARD, VERSION
from khuyencong.opendata.models import Edition, EditionFile
from khuyencong.opendata.months import ROWS, freshened, is_stale
from khuyencong.people.web import public

ABOUT: Final = (
    "Đề án khuyến công đã công bố, khoản hỗ trợ, sản phẩm tiêu biểu và chỉ tiêu báo cáo bằng CSV, Excel, JSON và chuẩn "
    "360Giving, có từ điển dữ liệu và bản theo tháng."
)
WAIT: Final = "60"  # seconds; whoever makes it anew needs less
FIRST_YEAR: Final = 2014  # khuyến công quốc gia as the law has it today: NĐ 45/2012
Answer = TypeVar("Answer", bound=HttpResponseBase)


@public
@kept_briefly
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, as it is now and as it was in each month."""
    editions = list(Edition.objects.defer("dropped"))
    current = next((one for one in editions if one.is_current), None)
    files = _files(current) if current is not None else []
    context = {
        "datasets": [(one, _of(files, one.code)) for one in DATASETS],
        "grants": next(iter(_of(files, PACKAGE)), None),
        "standard": VERSION,
        "standard_address": STANDARD,
        "prefix": PREFIX,
        "current": current,
        "months": [one for one in editions if not one.is_current],
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "meta": _meta(request, "Dữ liệu mở về khuyến công", ABOUT, current, files),
    }
    return render(request, "opendata/files/open_data.html", context)


@public
@kept_briefly
@require_safe
def open_data_dictionary(request: HttpRequest) -> HttpResponse:
    """Every column of every data set, in words."""
    meta = _meta(request, "Từ điển dữ liệu mở", "Từng cột của dữ liệu mở về khuyến công: mã, tên, kiểu và giải thích.")
    return render(
        request, "opendata/files/dictionary.html", {"datasets": DATASETS, "grant": GRANT.items(), "meta": meta}
    )


@public
@kept_briefly
@require_safe
def open_data_dictionary_json(_request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    words = {"giay_phep": LICENCE, "bang": dictionary(), PACKAGE: GRANT}
    return _for_every_site(JsonResponse(words, json_dumps_params={"ensure_ascii": False}))


@public
@kept_briefly
@require_safe
def open_data_edition(request: HttpRequest, name: str) -> HttpResponse:
    """The files of one month with their checksums."""
    edition = get_object_or_404(Edition, name=name)
    if is_stale(edition) and freshened(name):
        edition.refresh_from_db()
    meta = _meta(
        request, f"Dữ liệu mở, bản {edition}", "Các tệp của một bản dữ liệu mở về khuyến công, kèm mã kiểm tra."
    )
    context = {"edition": edition, "files": _files(edition), "stale": is_stale(edition), "meta": meta}
    return render(request, "opendata/files/edition.html", context)


@public
@require_safe
def open_data_file(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """One file of an edition; where it may still hold what was taken back, it is made anew first."""
    if file.endswith(ROWS):
        raise Http404("Không có tệp này.")
    files = EditionFile.objects.select_related("edition")
    found = get_object_or_404(files, edition__name=name, name=file)
    if is_stale(found.edition) and freshened(name):
        found = get_object_or_404(files, edition__name=name, name=file)
    if is_stale(found.edition):
        waiting = render(request, "opendata/files/stale.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        waiting["Retry-After"] = WAIT
        waiting["Cache-Control"] = "no-store"
        return waiting
    etag = quote_etag(found.sha256)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _for_every_site(unchanged)
    ending = found.name.rpartition(".")[2]
    answer = FileResponse(
        opened(found.content),
        as_attachment=True,
        filename=f"khuyen-cong-{found.edition.name}-{found.name}",
        content_type=WRITTEN[ending].content_type,
    )
    answer["ETag"] = etag
    answer["Cache-Control"] = "no-cache"  # asked again each time: what was taken back is gone at once
    return _for_every_site(answer)


def _for_every_site(answer: Answer) -> Answer:
    """Pages of others may read it in the browser: it is everybody's, and no cookie is asked for."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _files(edition: Edition) -> list[EditionFile]:
    """What is handed out of it; one query."""
    return list(edition.files.exclude(name__endswith=ROWS))


def _of(files: list[EditionFile], code: str) -> list[EditionFile]:
    return [one for one in files if one.name.rpartition(".")[0] == code]


def _meta(
    request: HttpRequest, title: str, told: str, edition: Edition | None = None, files: Iterable[EditionFile] = ()
) -> Meta:
    """What search engines are told; of the first page also that it is a data set (schema.org)."""
    address = public_address(request.path)
    data = None
    if edition is not None:
        data = {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": title,
            "description": told,
            "url": address,
            "license": LICENCE,
            "creator": {"@type": "Organization", "name": PUBLISHER},
            "temporalCoverage": f"{FIRST_YEAR}/{edition.made_on.isoformat()}",
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": one.name,
                    "contentUrl": public_address(reverse("open_data_file", args=[edition.name, one.name])),
                    "encodingFormat": WRITTEN[one.name.rpartition(".")[2]].content_type,
                }
                for one in files
            ],
            "dateModified": (edition.remade_on or edition.made_on).isoformat(),
        }
    return Meta(title, told, address, data=data)
