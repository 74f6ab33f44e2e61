"""Vietnamese text: one normal form, folding for search, a key for sorting, and numbers in words."""

import re
import unicodedata

SORT_KEY_LENGTH = 200

# A Vietnamese letter carries two marks at most. Normalising takes quadratic time in the length of a run of marks,
# so that a few hundred kilobytes of them would hold a worker for minutes: runs are cut, far above any real text.
_MARKS_KEPT = 20
_SHORT = 500

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0001\U000e0020-\U000e007f]"
)
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# Vietnamese letters in their order, f j w z where names and loanwords put them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Order of the dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# Two digits of the sort key each: its parts, then digits, letters, and letters of other scripts.
_KEY_END, _KEY_SPACE, _KEY_DIGIT, _KEY_OTHER = "00", "01", "1", "99"
_KEY_LETTER = {letter: str(number) for number, letter in enumerate(_ALPHABET, start=20)}

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ((10**6, "triệu"), (10**3, "nghìn"))
_BILLION = 10**9
_FOUR, _FIVE, _TEN = 4, 5, 10


def nfc(text: str) -> str:
    """The same text in Unicode's composed form, the only one that is stored."""
    if len(text) > _SHORT:
        text = _cut_runs_of_marks(text)
    return unicodedata.normalize("NFC", text)


def clean(text: str, *, multiline: bool = False) -> str:
    """Text as typed or pasted, made fit to store: NFC, no invisible or control characters, no blanks at the ends.

    Line breaks of every kind become a line feed when `multiline`, else a space; tabs become spaces.
    """
    text = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    if not multiline:
        text = text.replace("\n", " ")
    return nfc(_INVISIBLE.sub("", text)).strip()


def shown(text: str, longest: int = 60) -> str:
    """Foreign text as a sentence quotes it: on one line, without control characters, cut where it is too long."""
    line = clean(text[: 2 * longest])
    return line if len(line) <= longest and len(text) <= 2 * longest else f"{line[: longest - 1]}…"


_SIGNS = re.compile(r"[^a-z0-9]+")


def number_key(text: str) -> str:
    """By what the number of a paper is compared: letters and digits without marks, case, signs and leading noughts.

    «UNC-01», «unc 01» and «UNC/01» are one, so are «0001234» and «1234». Signs alone stay as they are, folded.
    """
    folded = fold(text)
    plain = _SIGNS.sub("", folded)
    return plain.lstrip("0") or plain or folded


def fold(text: str) -> str:
    """The form that is searched: lower case, without marks, đ as d, blanks squeezed.

    "Công ty TNHH cơ khí đúc" gives "cong ty tnhh co khi duc". Fold the stored column and the question alike.
    """
    # Lower case comes first and last: a few foreign capitals only appear once their marks are gone.
    lowered = _INVISIBLE.sub("", nfc(text)).lower()
    bare = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return " ".join(nfc(bare).lower().replace("đ", "d").split())


def sort_key(text: str) -> str:
    """A key that sorts by code point the way a Vietnamese index does: a ă â b c d đ e ê … o ô ơ … u ư …

    Words come before longer words, digits before letters; tones (ngang, huyền, hỏi, ngã, sắc, nặng) only decide between
    names that are otherwise the same, syllable by syllable, so that "hòa" and "hoà" are one. Case and punctuation do
    not count. The key is made of the digits 0-9 alone, which every collation of SQLite and PostgreSQL orders alike; there
    are at most SORT_KEY_LENGTH of them, two per letter.
    """
    letters: list[str] = []
    tones: list[str] = []
    # Beyond this nothing can reach the key, and a pasted book is not worth decomposing.
    for word in _words(nfc(text[: SORT_KEY_LENGTH * 4])):
        if letters:
            letters.append(_KEY_SPACE)
        tone = 0
        for char in word:
            pair, own_tone = _letter(char)
            letters.append(pair)
            tone = own_tone or tone
        tones.append(str(tone))
    return "".join([*letters, _KEY_END, *tones])[:SORT_KEY_LENGTH]


def number_in_words(number: int) -> str:
    """A whole number as it is read aloud: 1005000 is "một triệu không trăm linh năm nghìn".

    Four after a ten is "tư" (24: "hai mươi tư"), five "lăm", one "mốt", as schoolbooks have it; negative: "âm …".
    """
    if number < 0:
        return f"âm {number_in_words(-number)}"
    if number == 0:
        return _DIGITS[0]
    return " ".join(_read(number, inner=False))


def money_in_words(amount: int) -> str:
    """An amount in đồng as papers carry it: "Ba tỷ một trăm linh tám triệu … đồng"."""
    words = number_in_words(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def _cut_runs_of_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


def _words(text: str) -> list[str]:
    """Runs of letters and digits, lower case; everything else only separates."""
    return "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in text.lower()).split()


def _letter(char: str) -> tuple[str, int]:
    """The key digits of one composed lower-case character, and its tone (0 = ngang)."""
    decomposed = unicodedata.normalize("NFD", char)
    base = decomposed[0]
    tone = max(_TONES.get(mark, 0) for mark in decomposed)
    toneless = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    number = _KEY_LETTER.get(toneless) or _KEY_LETTER.get(base)
    if number is not None:
        return number, tone
    digit = unicodedata.decimal(base, None)
    if digit is not None:
        return f"{_KEY_DIGIT}{digit}", tone
    if unicodedata.combining(base):  # a mark that composes with nothing, such as a tone on a consonant
        return "", tone
    return f"{_KEY_OTHER}{ord(base):08d}", tone


def _read(number: int, *, inner: bool) -> list[str]:
    """Words of a positive number; `inner` when something larger stands before it, so that hundreds are spoken."""
    words: list[str] = []
    billions, number = divmod(number, _BILLION)
    if billions:
        words += [*_read(billions, inner=inner), "tỷ"]
    for scale, name in _SCALES:
        group, number = divmod(number, scale)
        if group:
            words += [*_read_group(group, inner=inner or bool(words)), name]
    if number:
        words += _read_group(number, inner=inner or bool(words))
    return words


def _read_group(group: int, *, inner: bool) -> list[str]:
    """Words of 1 to 999; `inner` speaks the hundreds even when there are none."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, _TEN)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or inner else []
    if tens == 0:
        if ones:
            words += ["linh", _DIGITS[ones]] if words else [_DIGITS[ones]]
        return words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        words.append("mốt")
    elif ones == _FOUR and tens > 1:
        words.append("tư")
    elif ones == _FIVE:
        words.append("lăm")
    elif ones:
        words.append(_DIGITS[ones])
    return words
