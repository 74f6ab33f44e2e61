"""Information works on the way that tests start from, through the real actions."""

from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.outreach import actions
from khuyencong.testing import make_project

MILLION = 1_000_000
OFFICER, LEADER = ("dong-thap-centre", "officer"), ("dong-thap", "leader")


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def informing(world, state="in_progress"):
    """A đề án of information with national money; its norm is the contract's price."""
    return make_project(
        world, state=state, source="national", activity="information", total=60 * MILLION, support=60 * MILLION
    )


def planned(world, project=None, who=OFFICER, **changed):
    fields = {
        "kind": "article", "title": "Làng nghề bánh phồng đổi mới", "medium": "Báo Thử", "planned_on": today(),
        "partner": "Báo Thử", "contract": "3/HĐ", "cost": 10 * MILLION, "link": "", "body": "Nội dung bài.",
        "in_charge": None, **changed,
    }  # fmt: skip
    project = project or informing(world)
    return actions.plan_work(by=world.actor(*who), creation_key=uuid4(), project=project, fields=fields)


def made(world, work=None, who=OFFICER, **changed):
    work = fresh(work or planned(world))
    actions.make_work(work_id=work.pk, by=world.actor(*who), version=work.version, **({"on": today()} | changed))
    return fresh(work)


def published(world, work=None, who=LEADER, *, is_public=True, **changed):
    work = fresh(work or made(world))
    actions.publish_work(
        work_id=work.pk, by=world.actor(*who), version=work.version, is_public=is_public,
        **({"on": today()} | changed),
    )  # fmt: skip
    return fresh(work)


def written(world, who=OFFICER, **changed):
    fields = {
        "title": "Mua máy được hỗ trợ bao nhiêu?", "body": "Tối đa một nửa.", "as_of": today(),
        "documents": ["tt-28-2018"], **changed,
    }  # fmt: skip
    return actions.write_policy(by=world.actor(*who), creation_key=uuid4(), fields=fields)


def let_out(world, article=None, who=LEADER):
    article = fresh(article or written(world))
    actions.publish_policy(article_id=article.pk, by=world.actor(*who), version=article.version)
    return fresh(article)
