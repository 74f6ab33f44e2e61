"""Under /giay-to/."""

from __future__ import annotations

from django.urls import path

from khuyencong.papers.views import batches, papers, scans, templates

urlpatterns = [
    path("", papers.papers, name="papers"),
    path("quet/", scans.paper_scans, name="paper_scans"),
    path("quet/<uuid:key>/", scans.paper_upload, name="paper_upload"),
    path("quet/<uuid:key>/tiep/", scans.paper_upload_go_on, name="paper_upload_go_on"),
    path("quet/<int:pk>/tep/", scans.scan_file, name="scan_file"),
    path("quet/<int:pk>/trang/<int:number>.jpg", scans.scan_page, name="scan_page"),
    path("hang-loat/", batches.paper_batches, name="paper_batches"),
    path("hang-loat/<int:pk>/", batches.paper_batch, name="paper_batch"),
    path("hang-loat/<int:pk>/tiep/", batches.paper_batch_go_on, name="paper_batch_go_on"),
    path("hang-loat/<int:pk>/tai-ve.zip", batches.paper_batch_zip, name="paper_batch_zip"),
    path("hang-loat/<slug:form>/", batches.paper_batch_new, name="paper_batch_new"),
    path("mau/", templates.paper_templates, name="paper_templates"),
    path("mau/<slug:form>/", templates.paper_template, name="paper_template"),
    path("mau/<slug:form>/dung/", templates.paper_template_use, name="paper_template_use"),
    path("mau/<slug:form>/<int:number>.docx", templates.paper_template_file, name="paper_template_file"),
    path("mau/<slug:form>/<int:number>-thu.docx", templates.paper_template_sample, name="paper_template_sample"),
    path("<int:pk>/", papers.paper, name="paper"),
    path("<int:pk>/tep/", papers.paper_file, name="paper_file"),
    path("<int:pk>/so/", papers.paper_number, name="paper_number"),
    path("<int:pk>/gan-trang/", papers.paper_attach, name="paper_attach"),
    # Last: <mẫu>/<bản ghi>/ would also match the addresses above.
    path("<slug:form>/<str:key>/", papers.paper_new, name="paper_new"),
]
