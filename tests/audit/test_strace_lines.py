"""What strace prints is read back, however its lines are cut and mixed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.audit.strace_lines import (
    Descriptor,
    ProcessEnded,
    SystemCall,
    Unread,
    read_trace,
)


def hexed(data: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in data)


def one(line: str) -> SystemCall:
    (read,) = read_trace([line])
    assert isinstance(read, SystemCall)
    return read


def test_strace_lines_a_write() -> None:
    call = one(f'7 write(3<{hexed(b"/tmp/a>b")}>, "{hexed(b"words")}", 5) = 5\n')
    assert (call.thread, call.name, call.result) == (7, "write", "5")
    assert call.strings == (b"words",)
    assert call.descriptors == (Descriptor(3, "/tmp/a>b"),)
    assert not call.failed
    assert not call.cut_short


@pytest.mark.parametrize(
    ("printed", "leads"),
    [
        ("5<UNIX-STREAM:[872056->872057]>", "UNIX-STREAM:[872056->872057]"),
        ("5<TCP:[127.0.0.1:40->192.0.2.1:9]>", "TCP:[127.0.0.1:40->192.0.2.1:9]"),
        (f"5<{hexed(b'pipe:[12]')}>", "pipe:[12]"),
        (f"5<{hexed(b'/dev/null')}<char 1:3>>", "/dev/null"),
        (f"5<{hexed(b'/memfd:words')}>(deleted)", "/memfd:words"),
        (f"5<{hexed('/ü'.encode())}>", "/ü"),
    ],
)
def test_strace_lines_what_a_descriptor_leads_to(printed: str, leads: str) -> None:
    assert one(f'1 write({printed}, "", 0) = 0').descriptors == (Descriptor(5, leads),)


def test_strace_lines_an_open_returns_where_it_leads() -> None:
    line = (
        f'9 openat(AT_FDCWD<{hexed(b"/home")}>, "{hexed(b"x")}", O_WRONLY|O_CREAT, 0600)'
        f" = 4<{hexed(b'/home/x')}>"
    )
    call = one(line)
    assert call.descriptors == (Descriptor(-100, "/home"),)
    assert call.returned == Descriptor(4, "/home/x")
    assert "O_WRONLY|O_CREAT" in call.plain_arguments


def test_strace_lines_a_refusal() -> None:
    call = one("9 connect(3<TCP:[5]>, {sa_family=AF_INET}, 16) = -1 ENETUNREACH (Network is down)")
    assert call.failed


def test_strace_lines_a_string_that_was_cut() -> None:
    call = one(f'9 write(1<{hexed(b"/x")}>, "{hexed(b"ab")}"..., 900) = 900')
    assert call.cut_short
    assert call.strings == (b"ab",)


def test_strace_lines_file_names_are_no_flags() -> None:
    call = one(f'9 openat(AT_FDCWD<{hexed(b"/O_WRONLY")}>, "{hexed(b"O_CREAT")}", O_RDONLY) = 3')
    assert "O_WRONLY" not in call.plain_arguments
    assert "O_CREAT" not in call.plain_arguments


@pytest.mark.parametrize(
    ("line", "ended"),
    [
        ("5 +++ exited with 3 +++", ProcessEnded(5, code=3)),
        ("5 +++ killed by SIGSEGV +++", ProcessEnded(5, signal="SIGSEGV")),
        (
            "5 +++ killed by SIGABRT (core dumped) +++",
            ProcessEnded(5, signal="SIGABRT", dumped=True),
        ),
    ],
)
def test_strace_lines_ends_of_processes(line: str, ended: ProcessEnded) -> None:
    assert list(read_trace([line])) == [ended]


def test_strace_lines_a_call_in_two_parts_with_others_between() -> None:
    lines = [
        '1 write(3<TCP:[4]>, "\\x61", 1 <unfinished ...>',
        '2 write(5<TCP:[6]>, "\\x62", 1) = 1',
        "2 --- SIGCHLD {si_signo=SIGCHLD} ---",
        "1 <... write resumed>) = 1",
    ]
    read = [r for r in read_trace(lines) if isinstance(r, SystemCall)]
    assert [(r.thread, r.strings, r.result) for r in read] == [(2, (b"b",), "1"), (1, (b"a",), "1")]


@pytest.mark.parametrize(
    "ends",
    [["1 +++ killed by SIGKILL +++"], ["1 <... write resumed> <unfinished ...>) = ?"], []],
)
def test_strace_lines_a_call_in_which_its_process_ended_is_not_lost(ends: list[str]) -> None:
    read = list(read_trace(['1 write(3<TCP:[4]>, "\\x61", 1 <unfinished ...>', *ends]))
    assert isinstance(read[0], SystemCall)
    assert (read[0].strings, read[0].result) == ((b"a",), "")


@pytest.mark.parametrize("line", ["words", "1 words", "1 write(3", "strace: attach failed"])
def test_strace_lines_an_unknown_line_is_told(line: str) -> None:
    (read,) = read_trace([line])
    assert isinstance(read, Unread)


@dataclass(frozen=True)
class Printed:
    """A call as a property test makes it."""

    thread: int
    data: bytes
    path: bytes
    parts: int

    def lines(self) -> Iterator[str]:
        head = f'{self.thread} write(3<{hexed(self.path)}>, "{hexed(self.data)}", 9'
        if self.parts == 1:
            yield f"{head}) = 9"
        else:
            yield f"{head} <unfinished ...>"
            yield f"{self.thread} <... write resumed>) = 9"


PATHS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
CALLS = st.lists(
    st.builds(
        Printed,
        st.integers(1, 4),
        st.binary(max_size=30),
        PATHS.map(lambda text: b"/" + text.encode()),
        st.integers(1, 2),
    ),
    max_size=12,
)


@given(CALLS, st.randoms(use_true_random=False))
def test_strace_lines_any_mixture_of_threads_is_read_back(
    calls: list[Printed], rng: random.Random
) -> None:
    waiting = {t: [li for c in calls if c.thread == t for li in c.lines()] for t in range(1, 5)}
    mixed = []
    while any(waiting.values()):
        thread = rng.choice([t for t, lines in waiting.items() if lines])
        mixed.append(waiting[thread].pop(0))
    read = [r for r in read_trace(mixed) if isinstance(r, SystemCall)]
    assert len(read) == len(calls)
    for thread in range(1, 5):
        told = [(r.strings[0], r.descriptors[0].leads) for r in read if r.thread == thread]
        expected = [(c.data, c.path.decode()) for c in calls if c.thread == thread]
        assert told == expected


@given(st.lists(st.text(max_size=60), max_size=8))
def test_strace_lines_nothing_makes_the_reader_fail(lines: list[str]) -> None:
    for read in read_trace(lines):
        if isinstance(read, SystemCall):
            assert read.plain_arguments is not None
