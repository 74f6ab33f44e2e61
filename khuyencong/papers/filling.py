"""A Word template and plain data in, the bytes of a .docx out; equal data gives equal bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError
from jinja2 import nodes as jinja
from lxml import etree

from khuyencong.core.errors import Refused
from khuyencong.core.text import nfc
from khuyencong.core.zips import steady
from khuyencong.papers.codes import SAMPLE_TOKEN, picture, readable
from khuyencong.papers.form import Data, Form
from khuyencong.papers.language import LANGUAGE, Missing, strange_fields
from khuyencong.papers.opening import refuse_hostile

TEMPORARY = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
QR_WIDTH = Mm(17)
MOST_TAGS = 1_500  # of one part: what docxtpl does with tags grows faster than their number
LONGEST_LIST = 12  # of unknown fields named in one sentence
_BROKEN = "Mẫu bị vỡ bố cục sau khi điền: mỗi thẻ {%p …%}, {%tr …%} phải đứng một mình trong đoạn hoặc dòng của nó."
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Not allowed in XML, drawn by nothing, or taken by the filler for a mark of its own.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffe\uffff\ud800-\udfff]"
)
# `{{r x}}` and the like would put a text where no text may stand.
_RAW = re.compile(r"\{\{(?:r|p|tr|tc)\s")


def fill(template: bytes, data: Data, *, form: Form, token: str) -> bytes:
    """The paper as a Word file. A figure that the data lacks becomes a dash; text stays text whatever signs it holds.

    `token` is what the QR code says. Refused, with a sentence, where the template says what no template may, or breaks.
    """
    word = _Word(io.BytesIO(template))
    qr = InlineImage(word, io.BytesIO(picture(token)), width=QR_WIDTH)
    context = {**_plain(data), "form": _frame(form), "qr": qr, "qr_text": readable(token)}
    try:
        word.render(context, LANGUAGE)
    except TemplateError:
        raise Refused("Không điền được mẫu: hãy xem lại các trường và thẻ trong mẫu.") from None
    stream = io.BytesIO()
    word.save(stream)
    return steady(stream.getvalue())


@dataclass(frozen=True)
class Tried:
    """What came of trying a template: the sentences that stand against its use, or the sample filled in."""

    problems: tuple[str, ...]
    sample: bytes = b""


def try_template(template: bytes, form: Form) -> Tried:
    """Look at an uploaded template as the machine will: what it is, which fields it names, and the sample filled in."""
    try:
        refuse_hostile(template)
        word = _Word(io.BytesIO(template))
        problems = _problems(word, form)
        if problems:
            return Tried(tuple(problems))
        # A loop that is cut wrongly shows only where it goes round twice, or never.
        for times in (0, 2):
            fill(template, _lists(form.sample, times), form=form, token=SAMPLE_TOKEN)
        return Tried((), fill(template, form.sample, form=form, token=SAMPLE_TOKEN))
    except Refused as refusal:
        return Tried((str(refusal),))


def _problems(word: _Word, form: Form) -> list[str]:
    shape = {**_plain(form.sample), "form": _frame(form), "qr": "", "qr_text": ""}
    unknown: set[str] = set()
    misused: set[str] = set()
    names: set[str] = set()
    for tree in word.trees():
        strange, wrong = strange_fields(tree, shape)
        unknown |= strange
        misused |= wrong
        names |= {one.name for one in tree.find_all(jinja.Name)}
    problems = []
    if unknown:
        problems.append(f"Mẫu dùng trường không có: {_listed(unknown)}.")
    if misused:
        problems.append(f"Mẫu dùng danh sách như một chữ, hoặc ngược lại: {_listed(misused)}.")
    if "qr" not in names:
        problems.append("Mẫu chưa có {{ qr }}: bản quét đã ký sẽ không tự tìm được giấy này. Hãy đặt vào chân trang.")
    return problems


def _lists(value: Any, times: int) -> Any:
    """The same data with every list so many times as long."""
    if isinstance(value, Mapping):
        return {key: _lists(one, times) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_lists(one, times) for one in value] * times
    return value


def _listed(names: set[str]) -> str:
    shown = sorted(names)
    more = f" và {len(shown) - LONGEST_LIST} trường khác" if len(shown) > LONGEST_LIST else ""
    return ", ".join(shown[:LONGEST_LIST]) + more


def _frame(form: Form) -> dict[str, str]:
    """What a template may say of the form itself."""
    return {"number": form.number, "title": form.title, "mark": "" if form.official_layout else TEMPORARY}


class _Word(DocxTemplate):  # type: ignore[misc]  # the package has no types
    """docxtpl, which mends broken XML in silence; here it is refused."""

    def patch_xml(self, src_xml: str) -> str:
        """The source with all tags of the language in one piece. Refused where they do not pair, or are very many."""
        words = _without_tags(src_xml)
        opened, closed = [sum(words.count(sign) for sign in pair) for pair in (("{{", "{%"), ("}}", "%}"))]
        if opened != closed or opened > MOST_TAGS:
            raise Refused(f"Mẫu có ngoặc {{{{ }}}} hoặc {{% %}} không đủ đôi, hoặc nhiều hơn {MOST_TAGS} thẻ.")
        patched: str = super().patch_xml(src_xml)
        if _RAW.search(patched) or _RAW.search(words):
            raise Refused("Mẫu dùng {{r …}} hoặc {{p …}}: hãy viết trường là {{ … }}.")
        return patched

    def fix_tables(self, xml: str) -> Any:
        """The body as a tree; Refused where it is none."""
        _refuse_broken(xml)
        return super().fix_tables(xml)

    def map_headers_footers_xml(self, rel_key: str, xml: bytes) -> None:
        """Put a filled header or footer in its place; Refused where it is no XML."""
        _refuse_broken(xml)
        super().map_headers_footers_xml(rel_key, xml)

    def trees(self) -> list[jinja.Template]:
        """Body, headers, footers and notes as trees of the language. Raises Refused."""
        self.init_docx()
        sources = [self.get_xml()]
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            sources += [self.get_part_xml(part) for _, part in self.get_headers_footers(uri)]
        notes = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        sources += [part.blob.decode() for part in self.docx.part.package.iter_parts() if part.content_type == notes]
        properties = self.docx.core_properties
        own = [properties.title, properties.subject, properties.author, properties.comments, properties.identifier]
        return [LANGUAGE.parse(self.patch_xml(source)) for source in sources] + [LANGUAGE.parse(one) for one in own]


def _without_tags(xml: str) -> str:
    return re.sub(r"<[^>]*>", "", xml)


def _refuse_broken(xml: str | bytes) -> None:
    try:
        etree.fromstring(xml, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise Refused(_BROKEN) from None


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): _part(one) for key, one in value.items()}


def _part(value: object) -> Any:
    """A value of the data as a template meets it: None is missing, texts hold nothing that XML does not allow."""
    if value is None:
        return Missing()
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _UNSEEN.sub("", nfc(_LINE_BREAK.sub("\n", value).replace("\t", " ")))
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_part(one) for one in value]
    raise TypeError(f"a paper cannot show {value!r}")
