"""`companion erase`: the other person's code deletes their call, and nothing of it is told."""

from __future__ import annotations

import json

import pytest

from tests.fakes.kept_calls import KeptCalls
from tests.fakes.store import NOW, TODAY, approved_of, deletion_code_of


def test_erase_leaves_the_day_and_nothing_else(kept: KeptCalls) -> None:
    kept.keep(approved_of(1), approved_of(2))
    answered = kept.run("erase", "--code", deletion_code_of(1), typed=["y"])
    assert answered.code == 0
    assert f"is erased for good, as of {TODAY.isoformat()}." in answered.out
    assert "maple" not in answered.out + answered.err
    assert kept.codes() == ["maple-2"]
    again = kept.run("erase", "--code", deletion_code_of(1))
    assert again.code == 0
    assert f"was erased already, on {TODAY.isoformat()}." in again.out


def test_erase_forgives_how_the_code_is_typed(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    typed = deletion_code_of(1).replace("0", "o").lower()
    spaced = " ".join(typed[i : i + 4] for i in range(0, 16, 4))
    assert kept.run("erase", "--yes", "--code", spaced).code == 0
    assert kept.codes() == []


def test_erase_asks_for_the_code(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("erase", typed=[deletion_code_of(1), "n"])
    assert answered.out.rstrip().endswith("Nothing was erased.")
    assert kept.codes() == ["maple-1"]
    assert kept.run("erase", typed=[deletion_code_of(1), "y"]).code == 0
    assert kept.codes() == []


def test_erase_goes_before_a_hold(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    kept.run("calls", "hold", "maple-1", "--reason", "needed for later")
    assert kept.run("erase", "--yes", "--code", deletion_code_of(1)).code == 0
    assert kept.codes() == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--yes", "--code", deletion_code_of(9)], "no call has this code"),
        (["--yes", "--code", "maple-1"], "a deletion code has sixteen letters and digits"),
        (["--yes", "--code", "\x1b[2J"], "a deletion code has sixteen letters and digits"),
        (["--code", deletion_code_of(1)], "say --yes"),
        (["--yes"], "say it with --code"),
        (["--json", "--code", deletion_code_of(1)], "--json does not ask; say --yes"),
    ],
)
def test_erase_refuses_in_one_sentence(options: list[str], says: str, kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("erase", *options)
    assert answered.code == 2
    assert says in answered.err
    assert answered.err.count("\n") == 1
    assert answered.out == ""
    assert "\x1b" not in answered.err
    assert kept.codes() == ["maple-1"]


def test_erase_json_says_the_day(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    for _ in range(2):
        answered = kept.run("erase", "--yes", "--json", "--code", deletion_code_of(1))
        assert json.loads(answered.out) == {"erased_on": TODAY.isoformat()}


def test_erase_says_where_a_copy_is_left(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    with kept.store() as store:
        store.calls.mark_shared("maple-1", NOW)
    answered = kept.run("erase", "--yes", "--code", deletion_code_of(1))
    assert "'companion team sync' deletes it there" in answered.err
