"""Calls: what may be saved, how they are found, and that deleting is for good."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RedactedSummary, SafeText
from companion.errors import StoreError
from companion.records import to_json
from companion.store.store import Store
from companion.store.stored_call import CallFilter
from companion.store.tables import TeamTaskRow
from companion.store.vault import Vault
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    FakeClock,
    FakeRedactor,
    approved_of,
    deletion_code_of,
    fake_vault,
    summary_of,
)


def _codes(calls: list[Any]) -> list[str]:
    return [call.code for call in calls]


def test_calls_save_keeps_exactly_what_was_approved(store: Store) -> None:
    approved = approved_of()
    stored = store.calls.save(approved)
    assert stored == store.calls.get("maple-17")
    assert to_json(stored.summary) == to_json(approved.summary)
    assert stored.approved_at == approved.approved_at
    assert stored.deletion_digest == approved.deletion_digest
    assert stored.hold is None
    assert stored.edited_at is None


def test_calls_save_takes_an_approved_summary_and_nothing_else(store: Store) -> None:
    for other in (summary_of(), to_json(summary_of()), None, {"code": "maple-17"}):
        with pytest.raises(TypeError):
            store.calls.save(other)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        store.calls.save(replace(approved_of(), summary="raw text"))  # type: ignore[arg-type]
    assert store.calls.count() == 0


def test_calls_save_twice_is_saved_once(store: Store) -> None:
    first = store.calls.save(approved_of())
    assert store.calls.save(approved_of()) == first
    assert store.calls.count() == 1


def test_calls_save_refuses_a_code_that_is_taken(store: Store) -> None:
    store.calls.save(approved_of(17))
    with pytest.raises(StoreError, match="maple-17"):
        store.calls.save(replace(approved_of(18), code="maple-17"))
    assert store.calls.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "no code at all!"},
        {"code": "x" * 40},
        {"deletion_digest": ""},
        {"deletion_digest": "g" * 64},
        {"deletion_digest": "A" * 64},
        {"approved_at": NOW.replace(tzinfo=None)},
    ],
)
def test_calls_save_refuses_a_half_made_approval(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        store.calls.save(replace(approved_of(), **changes))
    assert store.calls.count() == 0


def test_calls_save_redacts_once_more(tmp_path: Path) -> None:
    redactor = FakeRedactor()
    with fake_vault(tmp_path / "store", redactor=redactor).create(PASSPHRASE) as store:
        step = summary_of().next_step
        assert step is not None
        stored = store.calls.save(
            approved_of(
                note=SafeText("ask Zoltan"),
                follow_up_detail=SafeText("ask Brunhilde", ("Brunhilde",)),
                next_step=replace(step, detail=SafeText("with Zoltan")),
            )
        )
    assert stored.summary.note == SafeText("ask [name]")
    assert stored.summary.follow_up_detail == SafeText("ask Brunhilde", ("Brunhilde",))
    assert stored.summary.next_step is not None
    assert stored.summary.next_step.detail == SafeText("with [name]")
    assert redactor.asked == 3


def test_calls_save_all_is_all_or_nothing(store: Store) -> None:
    bad = approved_of(3, issues=(Fact("call me at 555-0132-77", Origin.TYPED),))
    with pytest.raises(StoreError):
        store.calls.save_all([approved_of(1), approved_of(2), bad])
    twice = replace(approved_of(5), code="maple-4")
    with pytest.raises(StoreError):
        store.calls.save_all([approved_of(4), twice])
    assert store.calls.count() == 0


def test_calls_replace_keeps_the_receipt_the_hold_and_what_was_done(
    store: Store, clock: FakeClock
) -> None:
    before = store.calls.save(approved_of(17))
    store.calls.hold("maple-17", "asked for by the committee")
    store.follow_ups.done("maple-17")
    clock.move(hours=1)
    edited = replace(approved_of(99, note=SafeText("likes mornings")), code="Maple 18")
    after = store.calls.replace("maple-17", edited)
    assert (after.id, after.code) == (before.id, "maple-18")
    assert after.deletion_digest == before.deletion_digest
    assert after.summary.note == SafeText("likes mornings")
    assert after.edited_at == clock.now
    assert after.hold is not None
    assert after.done_at is not None
    assert store.calls.search("quieter") == []
    assert _codes(store.calls.search("mornings")) == ["maple-18"]


def test_calls_replace_refuses_the_code_of_another_call(store: Store) -> None:
    store.calls.save_all([approved_of(1), approved_of(2)])
    with pytest.raises(StoreError, match="maple-2"):
        store.calls.replace("maple-1", replace(approved_of(1), code="maple-2"))
    with pytest.raises(StoreError, match="no call"):
        store.calls.replace("maple-3", approved_of(3))


def test_calls_get_says_where_to_look(store: Store) -> None:
    with pytest.raises(StoreError, match="companion calls list"):
        store.calls.get("maple-99")
    with pytest.raises(StoreError, match="call code"):
        store.calls.get("'; DROP TABLE call; --")


def test_calls_list_is_newest_first_in_pages(store: Store) -> None:
    days = [3, 1, 2, 0, 1]
    for number, ago in enumerate(days, start=10):
        store.calls.save(approved_of(number, call_date=TODAY - timedelta(days=ago)))
    order = ["maple-13", "maple-14", "maple-11", "maple-12", "maple-10"]
    assert _codes(store.calls.list()) == order
    assert _codes(store.calls.list(limit=2, offset=2)) == order[2:4]
    assert store.calls.list(offset=5) == []


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (CallFilter(), {"maple-1", "maple-2"}),
        (CallFilter(since=TODAY), {"maple-1"}),
        (CallFilter(until=TODAY - timedelta(days=1)), {"maple-2"}),
        (CallFilter(issue="safety"), {"maple-1"}),
        (CallFilter(issue="saf"), set()),
        (CallFilter(issue="%"), set()),
        (CallFilter(issue="|"), set()),
        (CallFilter(commitment="no"), {"maple-2"}),
        (CallFilter(agreed=True), {"maple-1"}),
        (CallFilter(agreed=False), {"maple-2"}),
        (CallFilter(held=True), {"maple-2"}),
        (CallFilter(shared=False), {"maple-1", "maple-2"}),
        (CallFilter(step=5), {"maple-1"}),
    ],
)
def test_calls_list_and_count_by_filter(
    store: Store, which: CallFilter, expected: set[str]
) -> None:
    store.calls.save(approved_of(1))
    store.calls.save(
        approved_of(
            2,
            call_date=TODAY - timedelta(days=9),
            issues=(Fact("pay_rise", Origin.HEARD),),
            commitment=Fact("no", Origin.TAPPED),
            next_step=None,
            steps_reached=(1, 2),
        )
    )
    store.calls.hold("maple-2", "asked for by the committee")
    assert set(_codes(store.calls.list(which))) == expected
    assert store.calls.count(which) == len(expected)


# Searching


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("quieter evenings", True),
        ("QUIETER", True),
        ("evenings quieter", True),
        ("quiet", True),
        ("qu", False),
        ("roster", True),
        ("break room", True),
        ("maple", True),
        ("maple-17", True),
        ("17", True),
        ("scheduling", True),
        ("site manager", True),
        ("quieter zebra", False),
        ("name", False),
        ("", False),
        ("   ", False),
    ],
)
def test_calls_search_finds_codes_values_and_texts(store: Store, words: str, found: bool) -> None:
    store.calls.save(approved_of(17, follow_up_detail=SafeText("ask [name] about the break room")))
    assert bool(store.calls.search(words)) is found


@pytest.mark.parametrize(
    "words",
    [
        '"',
        'quieter"',
        "quieter OR zebra",
        "NOT quieter",
        "quieter NEAR zebra",
        "words: quieter",
        "quieter*",
        "(quieter",
        "^quieter",
        "quieter + -",
        "'; DROP TABLE call; --",
        "\0quieter",
        "{quieter}",
        ":query",
        "%s %(x)s ?",
    ],
)
def test_calls_search_takes_hostile_syntax_as_plain_words(store: Store, words: str) -> None:
    store.calls.save(approved_of())
    plain = words.replace("OR", "or").replace("NOT", "not").replace("NEAR", "near")
    assert store.calls.search(words) == store.calls.search(plain)
    assert store.calls.count() == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_calls_search_never_fails(store: Store, words: str) -> None:
    store.calls.save(approved_of())
    assert _codes(store.calls.search(words)) in ([], ["maple-17"])


def test_calls_search_is_filtered_paged_and_newest_first(store: Store) -> None:
    for number in range(10, 20):
        store.calls.save(approved_of(number, call_date=TODAY - timedelta(days=number)))
    assert _codes(store.calls.search("quieter", limit=2, offset=1)) == ["maple-11", "maple-12"]
    until = CallFilter(until=TODAY - timedelta(days=19))
    assert _codes(store.calls.search("quieter", until)) == ["maple-19"]


# Deleting, erasing, purging


def test_calls_delete_takes_a_call_out_of_lists_and_search(store: Store) -> None:
    store.calls.save_all([approved_of(1), approved_of(2)])
    store.calls.delete("maple-1")
    assert store.calls.codes() == {"maple-2"}
    assert _codes(store.calls.search("quieter")) == ["maple-2"]
    with pytest.raises(StoreError):
        store.calls.delete("maple-1")


def test_calls_erase_leaves_a_digest_and_a_day(store: Store) -> None:
    store.calls.save(approved_of(17))
    store.calls.hold("maple-17", "asked for by the committee")
    code = f" {deletion_code_of(17)[:4]}-{deletion_code_of(17)[4:]}".lower()
    assert store.calls.erased_on(code) is None
    erased = store.calls.erase(code, NOW)
    assert erased is not None
    assert (erased.code, erased.was_shared) == ("maple-17", False)
    assert store.calls.count() == 0
    assert store.calls.erased_on(code) == NOW.date()
    assert store.calls.erase(code, NOW) is None
    with pytest.raises(StoreError, match="erased"):
        store.calls.save(approved_of(17))


def test_calls_erase_knows_no_other_code(store: Store) -> None:
    store.calls.save(approved_of(17))
    assert store.calls.erase(deletion_code_of(18), NOW) is None
    with pytest.raises(StoreError, match="sixteen"):
        store.calls.erase("maple-17", NOW)
    assert store.calls.count() == 1


def test_calls_purge_deletes_what_is_old_and_not_held(store: Store) -> None:
    for number, ago in ((1, 91), (2, 90), (3, 400), (4, 0)):
        store.calls.save(approved_of(number, call_date=TODAY - timedelta(days=ago)))
    store.calls.hold("maple-3", "asked for by the committee")
    before = TODAY - timedelta(days=90)
    assert _codes(store.calls.purge(before, dry_run=True)) == ["maple-1"]
    assert store.calls.count() == 4
    assert _codes(store.calls.purge(before, dry_run=False)) == ["maple-1"]
    assert store.calls.codes() == {"maple-2", "maple-3", "maple-4"}
    store.calls.release("maple-3")
    assert _codes(store.calls.purge(before, dry_run=False)) == ["maple-3"]
    assert store.calls.purge(before, dry_run=False) == []


def test_calls_purge_deletes_nothing_by_a_clock_gone_wild(vault: Vault, clock: FakeClock) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of())
    clock.move(days=3650)
    old = clock.now.date() - timedelta(days=90)
    with vault.open(PASSPHRASE) as store:
        assert _codes(store.calls.purge(old, dry_run=True)) == ["maple-17"]
        with pytest.raises(StoreError, match=r"clock says 2036-.*--clock-is-right"):
            store.calls.purge(old, dry_run=False)
        assert store.calls.count() == 1
    with vault.open(PASSPHRASE) as store, pytest.raises(StoreError):  # a restart does not help
        store.calls.purge(old, dry_run=False)
    with vault.open(PASSPHRASE) as store:
        store.accept_clock()
        assert _codes(store.calls.purge(old, dry_run=False)) == ["maple-17"]


def test_calls_purge_goes_on_after_the_clock_was_set_back(vault: Vault, clock: FakeClock) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of(call_date=date(2020, 1, 1)))
    clock.move(days=-100)
    with vault.open(PASSPHRASE) as store:
        assert store.calls.purge(date(2021, 1, 1), dry_run=False) != []


def test_calls_that_leave_the_store_are_taken_back_from_the_team(store: Store) -> None:
    store.calls.save_all([approved_of(n, call_date=TODAY) for n in (1, 2, 3, 4)])
    for code in ("maple-1", "maple-2", "maple-3"):
        store.calls.mark_shared(code, NOW)
    erased = store.calls.erase(deletion_code_of(1), NOW)
    assert erased is not None
    assert erased.was_shared
    store.calls.delete("maple-2")
    store.calls.purge(TODAY + timedelta(days=1), dry_run=False)
    with store.database.reading() as session:
        tasks = session.exec(select(TeamTaskRow)).all()
    assert {task.deletion_digest for task in tasks} == {
        approved_of(n).deletion_digest for n in (1, 2, 3)
    }
    assert {task.action for task in tasks} == {"unshare"}


def test_calls_hold_needs_a_reason_and_redacts_it(store: Store) -> None:
    store.calls.save(approved_of())
    for bad in ("", "  ", "x" * 201):
        with pytest.raises(StoreError, match="reason"):
            store.calls.hold("maple-17", bad)
    held = store.calls.hold("maple-17", "Zoltan asked\nfor it")
    assert held.hold is not None
    assert held.hold.reason == "[name] asked for it"
    assert store.calls.release("maple-17").hold is None


def test_calls_are_kept_by_readers_and_writers_in_threads(store: Store) -> None:
    errors: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 5):
                store.calls.save(approved_of(number))
                store.calls.list(limit=3)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(100, 160, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert store.calls.count() == 30


def test_calls_of_two_programs_at_once_are_all_kept(vault: Vault) -> None:
    with vault.create(PASSPHRASE) as one, fake_vault(vault.folder).open(PASSPHRASE) as other:
        one.calls.save(approved_of(1))
        other.calls.save(approved_of(2))
        assert one.calls.codes() == other.calls.codes() == {"maple-1", "maple-2"}


def _save_ten(folder: Path, first: int) -> None:
    with fake_vault(folder).open(PASSPHRASE) as store:
        for number in range(first, first + 10):
            store.calls.save(approved_of(number))


@pytest.mark.skipif(sys.platform != "linux", reason="needs a forked child")
def test_calls_of_processes_that_save_at_the_same_time_are_all_kept(vault: Vault) -> None:
    vault.create(PASSPHRASE).close()
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=_save_ten, args=(vault.folder, first)) for first in (100, 200, 300)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0, 0]
    with vault.open() as store:
        assert store.calls.count() == 30
        assert len(store.calls.search("quieter")) == 30


def test_calls_values_survive_as_hostile_text(store: Store) -> None:
    hostile = "'); DROP TABLE call; -- =cmd|' /C calc'!A0 <script>"
    stored = store.calls.save(approved_of(note=SafeText(hostile)))
    assert store.calls.get("maple-17").summary.note == SafeText(hostile)
    assert stored.summary.note == SafeText(hostile)


def test_calls_summary_type_is_the_gate(store: Store) -> None:
    class Sneaky(RedactedSummary):
        """Looks like a summary; may carry more."""

    with pytest.raises(TypeError):
        store.calls.save(replace(approved_of(), summary=object.__new__(Sneaky)))
