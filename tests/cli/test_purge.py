"""`companion purge`: it shows and asks first, keeps what is on hold, and counts days rightly."""

from __future__ import annotations

import json

import pytest

from tests.fakes.kept_calls import KeptCalls, days_ago
from tests.fakes.store import NOW, approved_of


def _calls_of(kept: KeptCalls, *ages_days: int) -> None:
    kept.keep(*(approved_of(days, call_date=days_ago(days)) for days in ages_days))


def test_purge_shows_and_asks_first(kept: KeptCalls) -> None:
    _calls_of(kept, 89, 90, 91, 200)
    answered = kept.run("purge", typed=[""])
    assert answered.code == 0
    assert "Older than 90 days:" in answered.out
    assert [line.split()[0] for line in answered.lines[2:4]] == ["maple-200", "maple-91"]
    assert "Delete 2 calls for good?" in answered.out + answered.err
    assert answered.out.rstrip().endswith("Nothing was deleted.")
    assert len(kept.codes()) == 4
    answered = kept.run("purge", typed=["y"])
    assert "2 calls deleted for good." in answered.out
    assert kept.codes() == ["maple-89", "maple-90"]


def test_purge_dry_run_deletes_nothing(kept: KeptCalls) -> None:
    _calls_of(kept, 200)
    answered = kept.run("purge", "--dry-run")
    assert answered.code == 0
    assert "maple-200" in answered.out
    assert "Nothing was deleted; 'companion purge' without --dry-run" in answered.out
    assert kept.run("purge", "--dry-run", "--yes").code == 0
    assert kept.codes() == ["maple-200"]


@pytest.mark.parametrize(("days", "left"), [(1, [0, 1]), (2, [0, 1, 2]), (3, [0, 1, 2, 3])])
def test_purge_days_are_whole_days(days: int, left: list[int], kept: KeptCalls) -> None:
    kept.keep(*(approved_of(age, call_date=days_ago(age)) for age in range(4)))
    assert kept.run("purge", "--days", str(days), "--yes").code == 0
    assert kept.codes() == [f"maple-{age}" for age in left]


def test_purge_follows_the_setting(kept: KeptCalls) -> None:
    from companion.settings_file import write_settings

    _calls_of(kept, 29, 31)
    write_settings({"store.keep_days": 30})
    assert kept.run("purge", "--yes").code == 0
    assert kept.codes() == ["maple-29"]


def test_purge_keeps_what_is_on_hold_and_says_why(kept: KeptCalls) -> None:
    _calls_of(kept, 100, 101)
    kept.run("calls", "hold", "maple-101", "--reason", "they asked to keep it")
    answered = kept.run("purge", "--yes")
    assert "As old, but on hold, and they stay:\nmaple-101  they asked to keep it" in answered.out
    assert kept.codes() == ["maple-101"]
    answered = kept.run("purge", "--yes")
    assert "No call is older than 90 days" in answered.out
    assert "maple-101" in answered.out


def test_purge_json_names_the_fate_of_each(kept: KeptCalls) -> None:
    _calls_of(kept, 100, 101)
    kept.run("calls", "hold", "maple-101", "--reason", "they asked to keep it")
    for options, fate in ((["--dry-run"], "would be deleted"), (["--yes"], "deleted")):
        lines = [json.loads(line) for line in kept.run("purge", "--json", *options).lines]
        assert [(v["code"], v["fate"], v["reason"]) for v in lines] == [
            ("maple-100", fate, None),
            ("maple-101", "held", "they asked to keep it"),
        ]
    assert kept.codes() == ["maple-101"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "say --yes"),
        (["--json"], "say --dry-run to look, or --yes to delete"),
        (["--days", "0"], "'companion purge --help'"),
    ],
)
def test_purge_refuses_in_one_sentence(options: list[str], says: str, kept: KeptCalls) -> None:
    _calls_of(kept, 100)
    answered = kept.run("purge", *options)
    assert answered.code == 2
    assert says in answered.err
    assert answered.err.count("\n") == 1
    assert kept.codes() == ["maple-100"]


def test_purge_of_nothing_asks_nothing(kept: KeptCalls) -> None:
    answered = kept.run("purge")
    assert (answered.code, answered.err) == (0, "")
    assert answered.out == "No call is older than 90 days, so there is nothing to delete.\n"
    assert "older than 1 day, so" in kept.run("purge", "--days", "1").out


def test_purge_says_where_copies_are_left(kept: KeptCalls) -> None:
    _calls_of(kept, 100)
    with kept.store() as store:
        store.calls.mark_shared("maple-100", NOW)
    assert "'companion team sync' deletes them there" in kept.run("purge", "--yes").out
