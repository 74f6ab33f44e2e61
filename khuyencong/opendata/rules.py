"""What may be published of a đề án, and what may stand in its public texts."""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.public_text import doubtful_in, personal_findings
from khuyencong.establishments.keys import words_key
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.public_names import named_in, public_name, without_names
from khuyencong.opendata.models import Publication
from khuyencong.opendata.public import hidden_of_each
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState

S = ProjectState
# What is decided and paid for; the list offers the last two, which have a result to show.
PUBLISHABLE = (S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED)
WITH_RESULT = (S.ACCEPTED, S.SETTLED)
KINDS_OF_PLACE = ("xa ", "phuong ", "thi tran ", "dac khu ")


def check_publishing(publication: Publication, hidden: Sequence[Establishment]) -> list[Finding]:
    """Why this may not be published; an empty list where it may. `hidden`: who may not be named (`public.hidden_of`)."""
    found: list[Finding] = []
    project = publication.project
    if project.state not in PUBLISHABLE:
        found.append(
            Blocker(
                "not_publishable",
                f"Đề án ở trạng thái «{project.get_state_display()}»: công bố được từ khi đã phê duyệt.",
            )
        )
    return [*found, *check_texts(publication, hidden), *doubts(publication)]


def check_texts(publication: Publication, hidden: Sequence[Establishment]) -> list[Finding]:
    """What of a person stands in the public texts and may not."""
    found: list[Finding] = []
    if not publication.title.strip():
        found.append(Blocker("no_title", "Hãy ghi tên công khai."))
    found += personal_findings(dict(_texts(publication)))
    for label, text in _texts(publication):
        found += [
            Blocker(
                "names_a_person",
                f"{label} nêu tên «{one.name}», là hộ hoặc cá nhân chưa có văn bản đồng ý: "
                "viết lại cho không nêu tên, hoặc ghi văn bản đồng ý.",
            )
            for one in named_in(text, hidden)
        ]
    return found


def doubts(publication: Publication) -> list[Finding]:
    """Words that may tell who or where somebody is, and that no officer has looked at yet; three queries at most."""
    told = _told_apart(publication)
    return [
        Warning_("may_tell_who", f"{label} có «{words}»: hãy xem có nêu ra người, nơi ở của ai không.")
        for label, words in told
        if words not in publication.confirmed
    ]


def doubtful_words(publication: Publication) -> list[str]:
    """The words of `doubts`, whether or not somebody has looked at them."""
    return list(dict.fromkeys(words for _, words in _told_apart(publication)))


def _told_apart(publication: Publication) -> list[tuple[str, str]]:
    found = [(label, words) for label, text in _texts(publication) for words in doubtful_in(text)]
    for place in _hidden_places(publication):
        key = words_key(place)
        bare = next((key.removeprefix(kind) for kind in KINDS_OF_PLACE if key.startswith(kind)), key)
        # «Phường 1» is looked for whole.
        key = key if bare.isdigit() else bare
        found += [(label, place) for label, text in _texts(publication) if f" {key} " in f" {words_key(text)} "]
    return found


def _hidden_places(publication: Publication) -> list[str]:
    """Communes that the page does not say, since somebody lives there who is not named."""
    if _shows_commune(publication):
        return []
    communes = [publication.project.commune]
    parties = Beneficiary.objects.filter(project=publication.project_id).select_related("establishment__commune")
    communes += [one.establishment.commune for one in parties]
    return list(dict.fromkeys(one.name for one in communes if one is not None))


def _shows_commune(publication: Publication) -> bool:
    """Whether the page says the commune of the đề án: only where everybody in it may be named. One query."""
    parties = Beneficiary.objects.filter(project=publication.project_id).select_related("establishment__merged_into")
    return all(public_name(one.establishment, agreed=publication.agreed) for one in parties)


def suggested_title(project: Project, hidden: Sequence[Establishment]) -> str:
    """The name of the đề án, without the names of households and persons as they are written in the registry."""
    return without_names(project.name, hidden)


def drafts(projects: Sequence[Project]) -> list[Publication]:
    """What is written of each, or what would be published of it where nobody has written anything: unsaved. Two queries."""
    written = {one.project_id: one for one in Publication.objects.filter(project__in=[one.pk for one in projects])}
    found = [written.get(one.pk) or Publication(project=one, version=0) for one in projects]
    hidden = hidden_of_each(found)
    for project, one in zip(projects, found, strict=True):
        one.project = project
        if one.pk is None:
            one.title = suggested_title(project, hidden[project.pk])
    return found


def _texts(publication: Publication) -> list[tuple[str, str]]:
    return [
        ("Tên công khai", publication.title),
        ("Tóm tắt", publication.summary),
        ("Kết quả", publication.result),
    ]
