"""What a call is called, and the code with which the other person can have it deleted.

A call carries a code such as 'maple-17' instead of a name. The deletion code stands on the other
person's receipt; the store keeps only its digest.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection

MIN_CHARS = 3
MAX_CHARS = 24
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Trees, plants, weather and things: none is a first name, a place or an employer.
_WORD_LIST = """
acorn almond anchor apple apricot arch arrow aspen badger bamboo barley barn beacon birch
bramble breeze brick bridge brook button cabin candle canoe canyon cedar chalk cherry chestnut
cobalt comet copper cotton creek cricket cypress desert dune falcon feather field fig flint
fog fossil garden glacier granite grove harbor harvest heron hillside island kettle lagoon
lantern larch lemon lentil lichen linen maple marble meadow mint moss mulberry mushroom nettle
nutmeg oak onyx orchard otter oyster paddle papaya pebble pepper pine plum pollen pond poplar
prairie pumpkin quartz quill quince rain ribbon saffron sail sand satin sesame shell silver
slate snow sparrow spruce storm stream sugar summit sunset swallow sycamore tea thistle
thunder tide timber tulip tunnel turnip valley velvet walnut wave wheat window yarrow
"""
_WORDS = tuple(_WORD_LIST.split())

# Crockford's base 32: no I, L, O or U, so that a code read aloud is read right.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_GROUPS, _GROUP_CHARS = 4, 4


def check_code(text: str) -> str:
    """A call code as it is kept: lower case, words and numbers joined by hyphens.

    Blanks and underscores become hyphens. That a code is no name is the redaction's to judge.

    Raises: ValueError that says what a code looks like, and does not quote the text.
    """
    code = "-".join(re.split(r"[\s_-]+", text.strip().lower()))
    if not MIN_CHARS <= len(code) <= MAX_CHARS or not _CODE.fullmatch(code):
        raise ValueError(
            f"a call code has {MIN_CHARS} to {MAX_CHARS} letters a-z, digits and hyphens, "
            "such as maple-17"
        )
    return code


def new_code(taken: Collection[str]) -> str:
    """A code that is not taken yet, such as 'maple-17'. Chosen by chance, so it tells nothing."""
    for digits in (2, 2, 2, 2, 3, 4, 6):
        for _ in range(50):
            number = secrets.randbelow(10**digits - 10 ** (digits - 1)) + 10 ** (digits - 1)
            code = f"{secrets.choice(_WORDS)}-{number}"
            if code not in taken:
                return code
    raise RuntimeError("no code left to give")  # would need millions of stored calls


def unlisted_words(code: str) -> tuple[str, ...]:
    """The words of a code that are not from the list that codes are drawn from."""
    return tuple(part for part in code.split("-") if not part.isdigit() and part not in _WORDS)


def new_deletion_code() -> str:
    """Eighty bits of chance, in four groups of four, such as '7KQF-2M9X-BT40-WH3C'."""
    symbols = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP_CHARS)]
    groups = ["".join(symbols[i : i + _GROUP_CHARS]) for i in range(0, len(symbols), _GROUP_CHARS)]
    return "-".join(groups)


def deletion_digest(code: str) -> str:
    """SHA-256 (hex) of a deletion code, however it was typed: case, blanks and hyphens do not
    matter, and letters that look like digits count as those.

    A code has eighty bits, so a plain digest cannot be tried out.

    Raises: ValueError where this cannot be a deletion code.
    """
    plain = re.sub(r"[\s-]+", "", code).upper().translate(_READ_AS)
    if len(plain) != _GROUPS * _GROUP_CHARS or any(c not in _ALPHABET for c in plain):
        raise ValueError(
            "a deletion code has sixteen letters and digits, such as 7KQF-2M9X-BT40-WH3C; "
            "it stands on the receipt"
        )
    return hashlib.sha256(plain.encode("ascii")).hexdigest()
