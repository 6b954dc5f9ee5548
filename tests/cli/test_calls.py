"""`companion calls`: what was kept is found, shown, handed on and deleted as people asked."""

from __future__ import annotations

import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep, SafeText
from tests.fakes.kept_calls import KeptCalls, days_ago
from tests.fakes.store import NOW, TODAY, approved_of

HOSTILE = "\x1b[31m'; DROP TABLE call; -- \u202e=1+1"


def _step(when: str, **changes: Any) -> RecordedStep:
    values: dict[str, Any] = {"who": "them", "what": "attend_meeting", "detail": None, **changes}
    return RecordedStep(when=when, origin=Origin.TAPPED, confirmed=True, **values)


def _three_calls(kept: KeptCalls) -> None:
    kept.keep(
        approved_of(1, call_date=days_ago(10), next_step=_step(days_ago(2).isoformat())),
        approved_of(
            2,
            call_date=days_ago(5),
            issues=(Fact("wages", Origin.TYPED),),
            steps_reached=(1, 2),
            commitment=Fact("not_asked", Origin.HEARD),
            next_step=None,
            follow_up=None,
            note=SafeText("prefers mornings"),
        ),
        approved_of(
            3,
            call_date=TODAY,
            commitment=Fact("maybe", Origin.TYPED),
            next_step=_step(days_ago(-3).isoformat() + "T18:00"),
        ),
    )


def test_calls_list_is_newest_first_within_eighty_columns(kept: KeptCalls) -> None:
    _three_calls(kept)
    answered = kept.run("calls", "list")
    assert answered.code == 0
    heading, *rows = answered.lines
    assert heading.split() == ["code", "day", "min", "issues", "steps", "answer", "next", "step"]
    assert [row.split()[0] for row in rows] == ["maple-3", "maple-2", "maple-1"]
    assert [row.split()[1] for row in rows] == [d.isoformat() for d in map(days_ago, (0, 5, 10))]
    assert rows[1].split()[2:] == ["21", "wages", "1-2", "not", "asked", "none"]
    assert rows[2].endswith(days_ago(2).isoformat())
    assert max(map(len, answered.lines)) <= 80


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--issue", "wages"], [2]),
        (["--issue", "Safety"], [3, 1]),
        (["--issue", "saf"], []),
        (["--issue", "%"], []),
        (["--step", "3"], [3, 1]),
        (["--step", "2"], [3, 2, 1]),
        (["--outcome", "maybe"], [3]),
        (["--outcome", "not asked"], [2]),
        (["--agreed"], [3, 1]),
        (["--no-agreement"], [2]),
        (["--due"], [1]),
        (["--since", days_ago(5).isoformat()], [3, 2]),
        (["--since", days_ago(4).isoformat()], [3]),
        (["--until", days_ago(5).isoformat()], [2, 1]),
        (["--until", days_ago(6).isoformat()], [1]),
        (["--since", "today", "--until", "today"], [3]),
        (["--since", "yesterday"], [3]),
        (["--limit", "2"], [3, 2]),
        (["--limit", "2", "--page", "2"], [1]),
        (["--agreed", "--step", "5", "--issue", "safety", "--outcome", "yes"], [1]),
    ],
)
def test_calls_list_is_narrowed(options: list[str], codes: list[int], kept: KeptCalls) -> None:
    _three_calls(kept)
    answered = kept.run("calls", "list", "--json", *options)
    assert answered.code == 0
    found = [json.loads(line)["code"] for line in answered.lines]
    assert found == [f"maple-{n}" for n in codes]


def test_calls_list_tells_which_of_how_many(kept: KeptCalls) -> None:
    _three_calls(kept)
    assert kept.run("calls", "list", "--limit", "2").lines[-1] == (
        "Calls 1 to 2 of 3; --page shows the others."
    )
    assert (
        kept.run("calls", "list", "--limit", "2", "--page", "2").lines[-1] == "Calls 3 to 3 of 3."
    )
    assert "no page 9: 3 calls" in kept.run("calls", "list", "--page", "9").out


def test_calls_list_of_nothing_says_what_to_do(kept: KeptCalls) -> None:
    assert "'companion call' begins one" in kept.run("calls", "list").out
    assert kept.run("calls", "list", "--json").out == ""
    kept.keep(approved_of(1))
    assert (
        "'companion calls list' without options"
        in kept.run("calls", "list", "--issue", "wages").out
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "--outcome", "perhaps"], "--outcome takes one of yes, no, maybe, not_asked"),
        (["list", "--since", "soon"], "--since takes a day such as"),
        (["list", "--until", "2026-02-30"], "--until takes a day"),
        (["list", "--since", "2026-02-02", "--until", "2026-02-01"], "--since is after --until"),
        (["list", "--step", "6"], "'companion calls list --help'"),
        (["list", "--page", "0"], "'companion calls list --help'"),
        (["show", "oak-99"], "no call has the code oak-99; 'companion calls list'"),
        (["show", "\x1b[2J"], "a call code has"),
        (["search", "%&*"], "there is no word to look for"),
        (["hold", "oak-99", "--reason", "asked"], "no call has the code oak-99"),
        (["release", "oak-99"], "no call has the code oak-99"),
        (["delete", "oak-99", "--yes"], "no call has the code oak-99"),
        (["edit", "oak-99"], "no call has the code oak-99"),
        (["export", "--format", "xls"], "'companion calls export --help'"),
    ],
)
def test_calls_refuses_in_one_sentence(arguments: list[str], says: str, kept: KeptCalls) -> None:
    answered = kept.run("calls", *arguments)
    assert answered.code == 2
    assert answered.out == ""
    assert says in answered.err
    assert answered.err.count("\n") == 1
    assert answered.err.isprintable() or "\x1b" not in answered.err


def test_calls_need_a_store(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from companion.cli.app import run

    assert run(["calls", "list"]) == 2
    assert "'companion store init' makes one" in capsys.readouterr().err


def test_calls_show_tells_every_value_with_its_origin(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "show", "Maple 1")
    assert answered.code == 0
    text = " ".join(answered.out.split())
    for told in (
        "Tuesday, April 14, 2026",
        "21 minutes",
        "72% of the call",
        "9 open, 4 closed",
        "Hours and scheduling (heard on your side); Safety (tapped by you)",
        "Site manager (heard on your side)",
        "their answer yes (tapped by you)",
        "bring the roster (tapped by you; you confirmed it)",
        "Tuesday, April 21, 2026, 6:00 pm",
        "offered (heard on your side)",
        "ask about the break room",
        "wants quieter evenings",
        "aloud, in the call",
        "a short summary without names",
        "companion 0.1.0, recognizer sphinx",
        "one-on-one.en, version 1.0, SHA-256 0000",
    ):
        assert told in text
    assert max(map(len, answered.lines)) <= 80


def test_calls_show_json_is_the_record_as_approved(kept: KeptCalls) -> None:
    from companion.records import from_json

    kept.keep(approved_of(1))
    values = json.loads(kept.run("calls", "show", "maple-1", "--json").out)
    assert list(values) == [
        "code", "approved_at", "edited_at", "agreed", "done_at", "snoozed_to", "shared_at",
        "hold", "summary",
    ]  # fmt: skip
    assert values["approved_at"] == "2026-04-14T18:30:00+00:00"
    assert values["agreed"] is True
    assert from_json(json.dumps(values["summary"], sort_keys=True)) == approved_of(1).summary


def test_calls_show_works_where_the_rap_does_not(
    kept: KeptCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    from companion import locations

    kept.keep(approved_of(1))
    raps = locations.user_config() / "raps"
    raps.mkdir()
    (raps / "one-on-one.en.yaml").write_text("steps: [", encoding="utf-8")
    answered = kept.run("calls", "show", "maple-1")
    assert answered.code == 0
    assert "hours/scheduling (heard on your side)" in answered.out


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["mornings"], [2]),
        (["morn"], [2]),
        (["wages", "mornings"], [2]),
        (["wages evenings"], []),
        (["maple"], [3, 2, 1]),
        (["quieter", "EVENINGS"], [3, 1]),
        (["x' OR '1'='1"], []),
        (['mornings" OR "evenings'], []),
        (["NEAR mornings"], []),
    ],
)
def test_calls_search_finds_calls_with_all_words(
    words: list[str], codes: list[int], kept: KeptCalls
) -> None:
    _three_calls(kept)
    answered = kept.run("calls", "search", "--json", *words)
    assert answered.code == 0
    found = [json.loads(line)["code"] for line in answered.lines]
    assert found == [f"maple-{n}" for n in codes]


def test_calls_search_in_a_table_with_pages(kept: KeptCalls) -> None:
    _three_calls(kept)
    answered = kept.run("calls", "search", "maple", "--limit", "2")
    assert [line.split()[0] for line in answered.lines[1:3]] == ["maple-3", "maple-2"]
    assert answered.lines[-1] == "There are more; --page 2 shows the next."
    assert "Fewer or shorter words" in kept.run("calls", "search", "nowhere").out


def test_calls_hold_and_release(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "hold", "maple-1", "--reason", "they asked to keep it")
    assert answered.code == 0
    assert answered.lines[0] == "maple-1 is on hold: they asked to keep it"
    assert "calls release maple-1" in answered.lines[1]
    assert "on hold" in kept.run("calls", "show", "maple-1").out
    assert "is not on hold any more" in kept.run("calls", "release", "maple-1").out
    assert "was not on hold" in kept.run("calls", "release", "maple-1").out


def test_calls_hold_masks_a_name_in_the_reason(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "hold", "maple-1", "--reason", "Brunhilde Zolotov asked for it")
    assert "[name]" in answered.out
    assert "Brunhilde" not in answered.out
    with kept.store() as store:
        hold = store.calls.get("maple-1").hold
    assert hold is not None
    assert "Zolotov" not in hold.reason


def test_calls_hold_asks_for_the_reason(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "hold", "maple-1", typed=["they asked to keep it"])
    assert "maple-1 is on hold: they asked to keep it" in answered.out
    answered = kept.run("calls", "hold", "maple-1")
    assert answered.code == 2
    assert "say it with --reason" in answered.err


def test_calls_hold_needs_a_reason(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "hold", "maple-1", "--reason", "  ")
    assert answered.code == 2
    assert "a hold needs a reason" in answered.err


def test_calls_delete_asks_and_leaves_nothing(kept: KeptCalls) -> None:
    kept.keep(approved_of(1), approved_of(2))
    answered = kept.run("calls", "delete", "maple-1", typed=["n"])
    assert "Nothing was deleted." in answered.out
    assert kept.run("calls", "delete", "maple-1", typed=[""]).code == 0
    assert kept.codes() == ["maple-2", "maple-1"]
    answered = kept.run("calls", "delete", "maple-1", typed=["y"])
    assert "maple-1 is deleted for good. Nothing of it stays" in answered.out
    assert kept.codes() == ["maple-2"]
    assert kept.run("calls", "delete", "maple-2", "--yes").code == 0
    assert kept.codes() == []


def test_calls_delete_without_anybody_to_ask(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "delete", "maple-1")
    assert answered.code == 2
    assert "say --yes" in answered.err
    assert kept.codes() == ["maple-1"]


def test_calls_delete_refuses_what_is_on_hold(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    kept.run("calls", "hold", "maple-1", "--reason", "they asked to keep it")
    answered = kept.run("calls", "delete", "maple-1", "--yes")
    assert answered.code == 2
    assert "'companion calls release maple-1' ends the hold" in answered.err
    assert kept.codes() == ["maple-1"]


def test_calls_delete_says_where_a_copy_is_left(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    with kept.store() as store:
        store.calls.mark_shared("maple-1", NOW)
    answered = kept.run("calls", "delete", "maple-1", "--yes")
    assert "'companion team sync' deletes it there" in answered.out


def test_calls_edit_opens_the_review_of_the_stored_call(kept: KeptCalls) -> None:
    kept.keep(approved_of(1))
    answered = kept.run("calls", "edit", "maple-1", "--plain", typed=["discard"])
    assert answered.code == 0
    assert "maple-1 stays as it was stored." in answered.out


def test_calls_export_to_a_file_only_its_owner_reads(kept: KeptCalls, tmp_path: Path) -> None:
    _three_calls(kept)
    target = tmp_path / "calls.csv"
    answered = kept.run("calls", "export", "--agreed", "--output", str(target))
    assert answered.code == 0
    assert answered.out == ""
    assert f"Wrote 2 calls to {target}." in answered.err
    assert "not encrypted" in answered.err
    assert target.read_bytes().startswith(b'\xef\xbb\xbf"code","day"')
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_calls_export_never_replaces_a_file(kept: KeptCalls, tmp_path: Path) -> None:
    target = tmp_path / "calls.csv"
    target.write_text("mine", encoding="utf-8")
    answered = kept.run("calls", "export", "--output", str(target))
    assert answered.code == 2
    assert "is there already" in answered.err
    assert target.read_text(encoding="utf-8") == "mine"
    answered = kept.run("calls", "export", "--output", str(tmp_path / "no" / "calls.csv"))
    assert answered.code == 2
    assert "cannot be written" in answered.err


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_calls_export_to_standard_output(form: str, kept: KeptCalls) -> None:
    _three_calls(kept)
    answered = kept.run("calls", "export", "--format", form, "--since", "today")
    assert answered.code == 0
    assert "maple-3" in answered.out
    assert "maple-1" not in answered.out
    assert answered.err.startswith("Wrote 1 call. This copy is not encrypted")
    assert not answered.out.startswith("\ufeff")


def test_calls_hostile_values_never_reach_the_terminal(
    kept: KeptCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store refuses such text; a record of another origin must do no harm either."""
    from companion.store.guard import Guard

    monkeypatch.setattr(Guard, "summary", lambda self, summary: summary)
    bad = SafeText(HOSTILE)
    kept.keep(
        approved_of(
            1,
            note=bad,
            follow_up_detail=bad,
            issues=(Fact(HOSTILE, Origin.TYPED),),
            decision_maker=Fact("\t=2", Origin.TYPED),
            next_step=_step((TODAY + timedelta(days=1)).isoformat(), detail=bad),
        )
    )
    for arguments in (["calls", "list"], ["calls", "show", "maple-1"], ["next"], ["next", "ics"]):
        answered = kept.run(*arguments)
        assert answered.code == 0
        assert all(line.isprintable() for line in answered.lines), arguments
    for form in ("csv", "markdown", "json"):
        answered = kept.run("calls", "export", "--format", form)
        assert all(line.isprintable() for line in answered.lines), form
    assert kept.codes() == ["maple-1"]


def test_calls_list_and_sheet_agree_on_how_long_a_call_was(kept: KeptCalls) -> None:
    kept.keep(approved_of(1, duration_s=179))
    row = next(line for line in kept.run("calls", "list").lines if line.startswith("maple-1"))
    assert row.split()[2] == "2"
    assert "2 minutes" in kept.run("calls", "show", "maple-1").out
