"""Making papers, templates of an agency, batches: each a story from the first click to the file."""

import hashlib
import io
import zipfile
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from docx import Document

from khuyencong import jobs
from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.finance import actions as money
from khuyencong.finance.tests import contracts
from khuyencong.papers import actions, background
from khuyencong.papers.actions import batches
from khuyencong.papers.models import Paper, PaperBatch, PaperTemplate, TemplateUse
from khuyencong.papers.packing import zip_of
from khuyencong.papers.tests.making import (
    ADMINISTRATOR,
    FORM,
    OFFICER,
    add_template,
    make,
    template,
    text_of,
    upload_of,
)
from khuyencong.papers.turns import make_some
from khuyencong.programmes.models import AnnualPlan
from tests.looking import signed_in

pytestmark = pytest.mark.django_db
STRANGER = ("phu-tho", "officer")


def content_of(paper):
    with paper.file.open("rb") as file:
        return file.read()


def put(world, number, *, who=ADMINISTRATOR, version=None):
    version = version or 1 + TemplateUse.objects.filter(form=FORM.code).count()
    return actions.put_in_force(form=FORM, by=world.actor(*who), version=version, number=number)


def test_paper_is_made_once_and_stays_as_it_was(world):
    contract = contracts.prepare(world, contracts.approved(world), number="12/HĐ")
    client = signed_in(world.actor(*OFFICER))
    address, key = reverse("paper_new", args=[FORM.code, str(contract.pk)]), str(uuid4())
    assert "12/HĐ" in client.get(address).content.decode()
    first = client.post(address, {"creation_key": key})
    assert client.post(address, {"creation_key": key}).url == first.url
    paper = Paper.objects.get()
    assert (paper.number, paper.agency, paper.form) == ("12/HĐ", world.actor(*OFFICER).agency, "hop-dong")
    content = content_of(paper)
    assert paper.sha256 == hashlib.sha256(content).hexdigest()
    text = text_of(content)
    assert "200.000.000 đồng (Bằng chữ: Hai trăm triệu đồng)" in text
    assert contract.party in text
    # The record goes on; the paper does not.
    type(contract).objects.filter(pk=contract.pk).update(number="99/HĐ")
    page = client.get(first.url).content.decode()
    assert "12/HĐ" in page
    assert "Chưa có bản quét đã ký" in page
    answer = client.get(reverse("paper_file", args=[paper.pk]))
    assert answer.content == content
    events = AuditEvent.objects.filter(thread=contract.thread).order_by("-seq")
    assert [one.action for one in events[:2]] == ["paper.download", "paper.make"]
    assert events[1].after["sha256"] == paper.sha256


def test_number_is_given_and_the_file_stays(world):
    paper = make(world, contracts.prepare(world, contracts.approved(world)))
    client = signed_in(world.actor(*OFFICER))
    address = reverse("paper_number", args=[paper.pk])
    assert client.post(address, {"number": "125/SCT", "version": paper.version}).status_code == 302
    paper.refresh_from_db()
    assert (paper.number, paper.version) == ("125/SCT", 2)
    assert client.post(address, {"number": "126/SCT", "version": 1}).status_code == 422
    with pytest.raises(Refused):
        actions.give_number(paper_id=paper.pk, by=world.actor(*OFFICER), version=2, number="125/SCT ")
    listed = client.get(reverse("papers"), {"tim": "125 hop dong"}).content.decode()
    assert paper.get_absolute_url() in listed
    assert paper.get_absolute_url() not in client.get(reverse("papers"), {"tinh_trang": "chua-so"}).content.decode()


def test_who_may_make_and_see(world):
    """The own office writes; whoever sees the record reads; of a draft that is nobody else."""
    draft = contracts.prepare(world, contracts.approved(world))
    paper = make(world, draft)
    address = reverse("paper_new", args=[FORM.code, str(draft.pk)])
    for who, expected in ((STRANGER, 404), (("dong-thap-centre", "officer"), 404), (("dong-thap", "auditor"), 200)):
        client = signed_in(world.actor(*who))
        assert client.get(address).status_code == expected, who
        assert client.get(paper.get_absolute_url()).status_code == expected, who
        assert client.get(reverse("paper_file", args=[paper.pk])).status_code == expected, who
    assert signed_in(world.actor("dong-thap", "auditor")).post(address, {"creation_key": uuid4()}).status_code == 403
    with pytest.raises(Http404):
        make(world, draft, who=STRANGER)
    # Signed, it is in the scope of the unit: that reads the paper of the department, and makes its own.
    contract = contracts.sign(world, contracts.approved(world))
    of_department, unit = make(world, contract), ("dong-thap-centre", "officer")
    assert signed_in(world.actor(*unit)).get(of_department.get_absolute_url()).status_code == 200
    with pytest.raises(NotAllowed):
        actions.give_number(paper_id=of_department.pk, by=world.actor(*unit), version=1, number="1")
    own = make(world, contract, who=unit)
    for key in ("0", "x", "9" * 40, "１"):
        assert signed_in(world.actor(*unit)).get(reverse("paper_new", args=[FORM.code, key])).status_code == 404
    assert signed_in(world.actor(*unit)).get(reverse("paper_new", args=["khong-co", "1"])).status_code == 404
    rows = signed_in(world.actor(*unit)).get(reverse("papers")).content.decode()
    assert own.get_absolute_url() in rows
    assert of_department.get_absolute_url() not in rows


def test_lists_ask_as_much_for_three_as_for_one(world, django_assert_max_num_queries, monkeypatch):
    contract = contracts.sign(world, contracts.approved(world))
    actor = world.actor(*OFFICER)
    client = signed_in(actor)
    addresses = [reverse("papers"), reverse("paper_new", args=[FORM.code, contract.pk]), reverse("paper_batches")]

    def asked():
        found = []
        for address in addresses:
            with django_assert_max_num_queries(40) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    make(world, contract)
    one = asked()
    make(world, contract)
    make(world, contract)
    assert asked() == one


def test_template_of_an_agency_is_tried_used_and_taken_back(world):
    contract = contracts.prepare(world, contracts.approved(world))
    client = signed_in(world.actor(*ADMINISTRATOR))
    page = reverse("paper_template", args=[FORM.code])
    bad = client.post(page, {"creation_key": uuid4(), "file": upload_of(template("{{ value.figrues }} {{ qr }}"))})
    assert bad.status_code == 422
    assert "Mẫu dùng trường không có: value.figrues" in bad.content.decode()
    assert not PaperTemplate.objects.exists()
    good, key = template("Mẫu riêng: {{ value.words }}"), uuid4()
    for _ in range(2):
        assert client.post(page, {"creation_key": key, "file": upload_of(good)}).status_code == 302
    version = PaperTemplate.objects.get()
    assert version.number == 1
    sample = client.get(reverse("paper_template_sample", args=[FORM.code, 1])).content
    assert "Mẫu riêng: Hai trăm triệu đồng" in text_of(sample)
    assert client.get(reverse("paper_template_file", args=[FORM.code, 1])).content == good
    assert client.get(reverse("paper_template_file", args=[FORM.code, 0])).content == FORM.template.read_bytes()
    # Kept is not in force.
    assert make(world, contract).template is None
    use = reverse("paper_template_use", args=[FORM.code])
    client.post(use, {"version": 1, "number": 1})
    paper = make(world, contract)
    assert paper.template == version
    assert "Mẫu riêng: Hai trăm triệu đồng" in text_of(content_of(paper))
    client.post(use, {"version": 1, "number": 0})  # an old page
    assert TemplateUse.objects.count() == 1
    assert add_template(world).number == 2
    put(world, 2)
    put(world, 1)
    assert make(world, contract).template == version
    put(world, 0)
    assert make(world, contract).template is None
    assert "Dùng bản này" in client.get(page).content.decode()
    assert AuditEvent.objects.filter(thread=version.thread, action="paper.template_use").count() == 4


def test_templates_are_refused_where_they_must_be(world):
    add_template(world, good := template("{{ value.words }}"))
    with pytest.raises(Refused, match="đã có"):
        add_template(world, good)
    with pytest.raises(NotAllowed):
        add_template(world, who=OFFICER)
    for number, version in ((1, 5), (0, 1), (7, 1)):
        with pytest.raises(Stale if version == 5 else Refused):
            put(world, number, version=version)
    put(world, 1)
    with pytest.raises(Refused, match="đang được dùng"):
        put(world, 1)
    for row in (PaperTemplate.objects.get(), TemplateUse.objects.get()):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(form="khac")
    # Another agency's papers are made with its own template.
    contract = contracts.sign(world, contracts.approved(world))
    assert make(world, contract, who=("dong-thap-centre", "officer")).template is None


def three(world):
    """Three drafts of one plan, and that plan."""
    projects = contracts.approved(world, 3)
    plan = AnnualPlan.objects.filter(projects__in=projects).first()
    type(projects[0]).objects.filter(pk__in=[one.pk for one in projects]).update(plan=plan)
    drafts = [contracts.prepare(world, [one], number=f"0{at}/HĐ") for at, one in enumerate(projects, start=1)]
    return plan, drafts


def test_batch_goes_on_after_a_stop_and_packs_all(world, monkeypatch):
    plan, drafts = three(world)
    actor = world.actor(*OFFICER)
    client = signed_in(actor)
    choose = f"{reverse('paper_batch_new', args=[FORM.code])}?nhom={plan.pk}"
    shown = client.get(choose).content.decode()
    assert all(one.number in shown for one in drafts)
    key, keys = uuid4(), [str(one.pk) for one in drafts]
    begun = client.post(choose, {"creation_key": key, "keys": keys})
    assert client.post(choose, {"creation_key": key, "keys": keys}).url == begun.url
    batch = PaperBatch.objects.get()
    assert (batch.wanted, batch.made) == (3, 0)
    assert client.get(reverse("paper_batch_zip", args=[batch.pk])).status_code == 409

    # Killed in the middle of the second paper: the first stays, of the second nothing.
    made = iter([None, SystemExit("killed")])
    real = batches.draw_up

    def dying(*args, **kwargs):
        paper = real(*args, **kwargs)
        if error := next(made, None):
            raise error
        return paper

    monkeypatch.setattr(batches, "draw_up", dying)
    with pytest.raises(SystemExit):
        make_some(batch_id=batch.pk, by=actor, version=batch.version)
    batch.refresh_from_db()
    assert (batch.made, Paper.objects.count()) == (1, 1)
    monkeypatch.undo()

    # Meanwhile the draft of the last one was dropped.
    last = drafts[-1]
    money.discard_draft(contract_id=last.pk, by=actor, version=last.version)
    with pytest.raises(Stale):
        make_some(batch_id=batch.pk, by=actor, version=batch.version - 1)
    page = client.post(reverse("paper_batch_go_on", args=[batch.pk]), {"version": batch.version})
    assert page.url == batch.get_absolute_url()
    batch.refresh_from_db()
    assert not batch.runs
    assert Paper.objects.count() == 2
    assert batch.items.get(position=3).told == "Bản ghi không còn, hoặc ngoài phạm vi của bạn."
    assert "1 hồ sơ không lập được giấy" in client.get(batch.get_absolute_url()).content.decode()

    answer = client.get(reverse("paper_batch_zip", args=[batch.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert [one[:15] for one in names] == ["001-hop-dong-01", "002-hop-dong-02", "muc-luc.xlsx"]
        assert "01/HĐ" in Document(io.BytesIO(archive.read(names[0]))).tables[0].rows[0].cells[0].text
        assert len({hashlib.sha256(archive.read(one)).hexdigest() for one in names[:2]}) == 2
    again = zip_of(batch)
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert archive.namelist() == names
    assert AuditEvent.objects.filter(action="paper.make").count() == 2


def test_batch_that_nobody_looks_at_goes_on_by_itself(world):
    plan, drafts = three(world)
    actor = world.actor(*OFFICER)
    batch = actions.begin_batch(
        form=FORM, group=str(plan.pk), keys=[str(one.pk) for one in drafts], by=actor, creation_key=uuid4()
    )
    assert not background.go_on()  # its page has just asked
    PaperBatch.objects.update(moved_at=timezone.now() - 2 * background.STILL)
    membership = actor.user.memberships.get()
    membership.is_active = False
    membership.save()
    assert not background.go_on()
    membership.is_active = True
    membership.save()
    assert jobs.do_all()
    batch.refresh_from_db()
    assert (batch.runs, batch.made) == (False, len(drafts))
    assert AuditEvent.objects.filter(action="paper.make", origin="chạy nền", actor=actor.user).count() == len(drafts)
    assert not jobs.do_all()


def test_batch_takes_only_what_the_page_offers(world):
    plan, drafts = three(world)
    more = contracts.prepare(world, contracts.approved(world))

    def begin(keys, *, who=OFFICER, group=None):
        return actions.begin_batch(
            form=FORM, group=group or str(plan.pk), keys=keys, by=world.actor(*who), creation_key=uuid4()
        )

    for keys in ([], [str(more.pk), str(drafts[0].pk)], ["x"]):
        if more.draft_parts.get().project.plan_id == plan.pk and keys[:1] == [str(more.pk)]:
            continue
        with pytest.raises(Refused):
            begin(keys)
    with pytest.raises(Refused):
        begin([str(drafts[0].pk)], who=STRANGER)
    with pytest.raises(Refused):
        begin([str(drafts[0].pk)], group="9" * 30)
    with pytest.raises(NotAllowed):
        begin([str(drafts[0].pk)], who=("dong-thap", "auditor"))
    found = begin([str(drafts[0].pk)])
    assert signed_in(world.actor(*STRANGER)).get(found.get_absolute_url()).status_code == 404
