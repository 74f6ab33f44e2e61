"""Whether two products look like one: their names and descriptions by words, their photos by a small hash.

No article says when two products are the same: what is found here is shown to a person, and decides nothing.
"""

from __future__ import annotations

import io
import warnings
from difflib import SequenceMatcher

from PIL import Image

from khuyencong.core.errors import Refused
from khuyencong.core.text import fold

# The thresholds are this software's own, chosen so that a changed word or a cropped photo is still found.
ALIKE_PERCENT = 78
ALIKE_BITS = 6  # of 64 may differ
SHORTEST_TEXT = 8  # telling words; shorter descriptions are alike by chance
SIDE = 8
MAX_PIXELS = 60_000_000
# Words that half of all products bear.
COMMON = frozenset(
    {"san", "pham", "bo", "cac", "loai", "va", "cua", "tu", "cao", "cap", "truyen", "thong", "viet", "nam"}
)


def words_of(text: str) -> frozenset[str]:
    """The telling words of a name, folded; all words where every one of them is common."""
    words = [word for word in "".join(char if char.isalnum() else " " for char in fold(text)).split() if word]
    telling = frozenset(word for word in words if word not in COMMON)
    return telling or frozenset(words)


def alike_percent(one: str, other: str) -> int:
    """How much two names have in common, from 0 to 100; 100 for the same words in any order."""
    first, second = words_of(one), words_of(other)
    if not first or not second:
        return 0
    shared = 100 * len(first & second) // len(first | second)
    a, b = " ".join(sorted(first)), " ".join(sorted(second))
    return max(shared, int(100 * SequenceMatcher(None, a, b, autojunk=False).ratio()))


def are_alike(one: str, other: str) -> bool:
    """Whether a person should look at the two names."""
    return alike_percent(one, other) >= ALIKE_PERCENT


def texts_alike(one: str, other: str) -> bool:
    """Whether two descriptions say the same in much the same words; short ones say too little."""
    return min(len(words_of(one)), len(words_of(other))) >= SHORTEST_TEXT and are_alike(one, other)


def photo_hash(content: bytes) -> str:
    """The average hash of a JPEG or PNG as 16 hexadecimal digits. Refused where it cannot be opened or is enormous."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is judged below
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as photo:
                if photo.width * photo.height > MAX_PIXELS:
                    raise Refused("Ảnh quá lớn, không mở: hãy chụp ở cỡ nhỏ hơn.")
                photo.draft("L", (SIDE * 8, SIDE * 8))
                small = photo.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    except Image.DecompressionBombError:
        raise Refused("Ảnh quá lớn, không mở: hãy chụp ở cỡ nhỏ hơn.") from None
    except (OSError, ValueError, SyntaxError):
        raise Refused("Không mở được ảnh này.") from None
    greys = list(small.tobytes())
    whole = sum(greys)
    bits = sum((grey * len(greys) > whole) << place for place, grey in enumerate(greys))
    return f"{bits:016x}"


def photos_alike(one: str, other: str) -> bool:
    """Whether two hashes are so near that a person should look; a picture of one grey says nothing."""
    if not one or not other or "0" * 16 in {one, other}:
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE_BITS
