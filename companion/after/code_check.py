"""Whether what a call is to be called could point to a person."""

from __future__ import annotations

from companion.after.redacted import RedactorLike
from companion.domain.call_code import check_code, unlisted_words
from companion.errors import InputError

MAX_CODE_DIGITS = 6
"""A telephone number has more."""


def checked_code(code: str, redactor: RedactorLike) -> str:
    """The code as it is kept.

    Args:
        code: as it was typed.
        redactor: judges the words that are none of the listed ones.

    Raises: InputError, without quoting it, for a code that is none, or that could be a name or a
        telephone number.
    """
    try:
        plain = check_code(code)
    except ValueError as error:
        raise InputError(str(error)) from None
    words = " ".join(unlisted_words(plain))
    if sum(char.isdigit() for char in plain) > MAX_CODE_DIGITS:
        raise InputError(
            f"a code has at most {MAX_CODE_DIGITS} digits, or it could be a phone number; "
            "choose a plain word and a number, such as maple-17"
        )
    if words and redactor.redact(words).spans:
        raise InputError(
            "this code could be a name; choose a plain word and a number, such as maple-17"
        )
    return plain
