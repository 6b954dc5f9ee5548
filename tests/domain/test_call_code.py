from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.call_code import check_code, deletion_digest, new_code, new_deletion_code


def test_call_code_new_ones_are_codes_and_not_taken() -> None:
    taken: set[str] = set()
    for _ in range(300):
        code = new_code(taken)
        assert check_code(code) == code
        assert code not in taken
        taken.add(code)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("maple-17", "maple-17"), (" Maple 17 ", "maple-17"), ("night_shift--3", "night-shift-3")],
)
def test_call_code_typed_ones_are_tidied(typed: str, code: str) -> None:
    assert check_code(typed) == code


@pytest.mark.parametrize("typed", ["", "a", "x" * 25, "maple/17", "../maple", "ma\nple;--'", "ärm"])
def test_call_code_others_are_refused_without_quoting_them(typed: str) -> None:
    with pytest.raises(ValueError, match="maple-17") as caught:
        check_code(typed)

    assert len(typed) < 4 or typed not in str(caught.value)


@given(st.data())
def test_call_code_a_deletion_code_is_read_however_it_is_typed(data: st.DataObject) -> None:
    code = new_deletion_code()
    confused = code.replace("0", data.draw(st.sampled_from("0Oo"))).replace(
        "1", data.draw(st.sampled_from("1IlL"))
    )
    typed = data.draw(st.sampled_from([confused, confused.lower(), confused.replace("-", " ")]))

    assert deletion_digest(typed) == deletion_digest(code)


def test_call_code_deletion_codes_differ() -> None:
    assert len({new_deletion_code() for _ in range(200)}) == 200


@pytest.mark.parametrize("typed", ["", "maple-17", "7KQF-2M9X-BT40", "7KQF-2M9X-BT40-WH3!"])
def test_call_code_no_deletion_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="receipt"):
        deletion_digest(typed)
