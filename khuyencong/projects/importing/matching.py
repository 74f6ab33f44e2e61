"""Which establishments the rows mean, and which đề án of the unit are there already. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.establishments.keys import tax_head
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Province
from khuyencong.projects.importing.proposals import Proposal
from khuyencong.projects.models import Beneficiary, Project

_FOLDED = 300
_KNOWN = ("code", "name", "source", "kind", "state", "creation_key")
# The same for one that is not there and one that the unit may not know of.
NOT_FOUND = "Không có cơ sở nào mang {} trong địa bàn của đơn vị bạn: hãy đăng ký cơ sở trước, hoặc sửa lại."


class KnownEstablishments:
    """The establishments that rows may name, of those that the actor may choose by hand; three queries for any number."""

    def __init__(self, rows: Iterable[ReadRow], by: Actor) -> None:
        wanted = list(rows)
        codes = {row.values["tax_code"] for row in wanted if "tax_code" in row.values}
        names = {fold(row.values["establishment"])[:_FOLDED] for row in wanted if "establishment" in row.values}
        mine = Establishment.objects.visible_to(by).current()
        ids = {
            *mine.filter(tax_head__in={tax_head(code) for code in codes}, tax_code__in=codes).values_list(
                "pk", flat=True
            ),
            *mine.filter(folded__in=names).values_list("pk", flat=True),
        }
        self._by_code: dict[str, Establishment] = {}
        self._by_name: dict[str, list[Establishment]] = defaultdict(list)
        related = ("province__current", "province_before", "commune__current__province")
        for entry in Establishment.objects.filter(pk__in=ids).select_related(*related).order_by("pk"):
            if entry.tax_code:
                self._by_code[entry.tax_code] = entry
            self._by_name[entry.folded].append(entry)

    def of(self, row: ReadRow, province: Province | None) -> Establishment | None:
        """The one that the row means; None where it names none, or is refused because it is not one for sure."""
        code, name = row.values.get("tax_code", ""), row.values.get("establishment", "")
        if code:
            found = self._by_code.get(code)
            if found is None or not _lies_in(found, province):
                row.refuse("tax_code", NOT_FOUND.format("mã số thuế này"))
                return None
            if name and fold(name)[:_FOLDED] != found.folded:
                row.notes.append(f"Mã số thuế là của «{shown(found.name)}», tệp ghi «{shown(name)}»: hãy xem lại.")
            return found
        if not name:
            return None
        same = [one for one in self._by_name.get(fold(name)[:_FOLDED], ()) if _lies_in(one, province)]
        commune = row.values.get("commune")
        if len(same) > 1 and commune is not None:
            same = [one for one in same if one.commune and (one.commune.current_id or one.commune_id) == commune.pk]
        if not same:
            row.refuse("establishment", NOT_FOUND.format(f"tên «{shown(name, 60)}»"))
        elif len(same) > 1:
            row.refuse(
                "establishment", f"Có {len(same)} cơ sở cùng tên: hãy ghi mã số thuế hoặc mã xã để rõ là cơ sở nào."
            )
        return same[0] if len(same) == 1 else None


def _lies_in(one: Establishment, province: Province | None) -> bool:
    return province is None or (one.province.current_id or one.province_id) == province.pk


class KnownProjects:
    """The đề án of the unit in a plan year, by what they are known; `read_on` adds those made since."""

    def __init__(self, unit: Agency, year: int) -> None:
        self._of_unit = Project.objects.filter(implementing_unit=unit, year=year)
        self._unit, self._year = unit, year
        self._last = 0
        self._projects: dict[tuple[str, str], list[Project]] = defaultdict(list)
        self._by_key: dict[object, Project] = {}
        self._parts: dict[int, set[int]] = defaultdict(set)
        self.read_on()

    def read_on(self) -> None:
        """Take in the đề án made since the last look; one query, two where there are any."""
        # Not their long texts.
        fresh = list(self._of_unit.filter(pk__gt=self._last).only(*_KNOWN).order_by("pk"))
        if not fresh:
            return
        for project in fresh:
            self.take(project)
        parts = Beneficiary.objects.filter(project__in=fresh).order_by()
        for project_id, establishment_id in parts.values_list("project", "establishment"):
            self._parts[project_id].add(establishment_id)

    def take(self, project: Project, parts: Iterable[int] = ()) -> None:
        """Take in the newest đề án; `parts`: the keys of its establishments."""
        self._last = project.pk
        self._projects[project.source, fold(project.name)].append(project)
        self._by_key[project.creation_key] = project
        self._parts[project.pk].update(parts)

    def of(self, one: Proposal) -> Project | None:
        """The đề án that the proposal would make again: made from such a row, or written by hand under the same name.

        One of a single establishment is another đề án than one of the same name for another establishment.
        """
        made = self._by_key.get(one.creation_key(unit_id=self._unit.pk, year=self._year))
        if made is not None:
            return made
        same = self._projects.get((one.source, one.folded), [])
        wanted = one.establishment
        if one.is_group:
            return next((found for found in same if found.kind == one.kind), None)
        if wanted is None:
            return next((found for found in same if not self._parts[found.pk]), None)
        return next((found for found in same if wanted.pk in self._parts[found.pk]), None)

    def namesakes(self, one: Proposal) -> list[str]:
        """The codes of other đề án of that name and money."""
        return [found.code for found in self._projects.get((one.source, one.folded), [])]

    def missing(self, one: Proposal, project: Project) -> list[str]:
        """The names of establishments in the rows that the đề án does not have."""
        return [part.name for part in one.parts if part and part.pk not in self._parts[project.pk]]


def settle(
    proposals: Sequence[Proposal], known: KnownEstablishments, projects: KnownProjects, home: Province | None
) -> None:
    """Find the establishment of every row and the đề án that is there already; what is unclear is refused on its row."""
    for one in proposals:
        province = one.province(home)
        one.parts = [known.of(row, row.values.get("province") or province) for row in one.rows]
        if not one.errors and one.province(home) is None:
            one.first.refuse("province", "Thiếu tỉnh, thành phố thực hiện.")
        _refuse_repeats_inside(one)
        if one.errors:
            continue
        one.existing = projects.of(one)
        if one.existing is not None:
            _say_existing(one, projects.missing(one, one.existing))
        elif others := projects.namesakes(one):
            one.first.notes.append(f"Đơn vị đã có đề án cùng tên, của cơ sở khác: {', '.join(others[:3])}.")


def _say_existing(one: Proposal, missing: Sequence[str]) -> None:
    project = one.existing
    if project is None:
        return
    one.first.notes.append(f"Đã có đề án {project.code} ({project.get_state_display().lower()}): không lập lại.")
    if missing and one.is_group:
        names = ", ".join(f"«{shown(name, 40)}»" for name in missing[:3])
        one.first.notes.append(f"Đề án ấy chưa có cơ sở {names}: hãy thêm ở trang của đề án.")


def _refuse_repeats_inside(one: Proposal) -> None:
    seen: dict[int, int] = {}
    for row, part in zip(one.rows, one.parts, strict=True):
        if part is not None and seen.setdefault(part.pk, row.number) != row.number:
            row.refuse("tax_code", f"Cùng một cơ sở với dòng {seen[part.pk]} của đề án này.")


def refuse_repeats(proposals: Sequence[Proposal]) -> None:
    """Refuse a đề án that the file has twice: the same money, name and establishment."""
    seen: dict[tuple[str, str, int], int] = {}
    for one in proposals:
        if one.errors:
            continue
        first = seen.setdefault(one.identity, one.number)
        if first != one.number:
            one.first.refuse(
                "name",
                f"Trùng với dòng {first} của tệp (cùng nguồn, tên và cơ sở): mỗi đề án một dòng, hoặc đặt tên khác.",
            )
