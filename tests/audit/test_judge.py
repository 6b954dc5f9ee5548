"""The judge: what is allowed passes, and everything else is a finding."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from companion.audit.allowed import LOCKS, SOUND_SERVERS, Allowed
from companion.audit.findings import Breach
from companion.audit.identifiers import make_identifiers
from companion.audit.judge import TRACED, Judge, Seen
from companion.audit.needles import Needles
from companion.audit.strace_lines import read_trace
from tests.audit.test_strace_lines import hexed

IDENTIFIERS = make_identifiers(5, random.Random(21))
WORD = IDENTIFIERS[0].marks[0].encode()
STORE = Path("/home/me/store")
ALLOWED = Allowed((STORE,), ("/audit/line",), (LOCKS, SOUND_SERVERS))


def judged(*lines: str) -> Seen:
    judge = Judge(Needles(IDENTIFIERS), ALLOWED)
    for traced in read_trace(lines):
        judge.take(traced)
    return judge.seen


def breaches(*lines: str) -> set[Breach]:
    return {finding.breach for finding in judged(*lines).findings}


def opened(path: str, flags: str, result: str | None = None) -> str:
    led = f"3<{hexed(path.encode())}>" if result is None else result
    return f'1 openat(AT_FDCWD<{hexed(b"/cwd")}>, "{hexed(path.encode())}", {flags}) = {led}'


def wrote(leads: str, data: bytes, name: str = "write") -> str:
    return f'1 {name}(3<{leads}>, "{hexed(data)}", {len(data)}) = {len(data)}'


@pytest.mark.parametrize(
    "line",
    [
        opened("/home/me/store/calls.db", "O_RDWR|O_CREAT|O_CLOEXEC"),
        opened("/dev/null", "O_WRONLY"),
        opened("/dev/pts/3", "O_RDWR"),
        opened("/etc/passwd", "O_RDONLY|O_CLOEXEC"),
        opened("/dev/shm/sem.x1", "O_RDWR|O_CREAT"),
        wrote(hexed(b"pipe:[12]"), WORD),
        wrote("UNIX-STREAM:[12->13]", WORD),
        wrote(hexed(b"/dev/null"), WORD),
        wrote(hexed(b"/home/me/store/calls.db"), b"no such words"),
        f"1 mmap(NULL, 9, PROT_READ, MAP_SHARED, 3<{hexed(b'/usr/lib/cache')}>, 0) = 0x7f00",
        f"1 mmap(NULL, 9, PROT_READ|PROT_WRITE, MAP_PRIVATE, 3<{hexed(b'/lib')}>, 0) = 0x7f00",
        "1 mmap(NULL, 9, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x7f00",
        f"1 mmap(NULL, 9, PROT_READ|PROT_WRITE, MAP_SHARED, 3<{hexed(b'/memfd:pulseaudio')}>, 0)"
        " = 0x7f00",
        f'1 connect(3<UNIX-STREAM:[4]>, {{sa_family=AF_UNIX, sun_path="{hexed(b"/audit/line")}"}}'
        ", 16) = 0",
        '1 sendto(3<NETLINK:[ROUTE:5]>, "\\x61", 1, 0, {sa_family=AF_NETLINK}, 12) = 1',
        f'1 connect(3<TCP:[4]>, {{sa_family=AF_INET, sin_addr=inet_addr("{hexed(b"127.0.0.1")}")}}'
        ", 16) = 0",
        f'1 execve("{hexed(b"/usr/bin/python")}", ["{hexed(b"python")}"], 0x7ffc /* 3 vars */) = 0',
        "1 +++ killed by SIGSEGV +++",
        "1 +++ exited with 1 +++",
    ],
)
def test_judge_what_is_allowed_passes(line: str) -> None:
    assert breaches(line) == set()


@pytest.mark.parametrize(
    ("line", "breach"),
    [
        (opened("/cwd/words", "O_WRONLY|O_CREAT"), Breach.OPENED),
        (opened("/home/me/store2/x", "O_RDWR"), Breach.OPENED),
        (opened("/tmp", "O_RDWR|O_TMPFILE"), Breach.OPENED),
        (opened("/cwd/x", "O_WRONLY|O_CREAT", "-1 EACCES (Permission denied)"), Breach.OPENED),
        (f'1 creat("{hexed(b"/x")}", 0600) = 3<{hexed(b"/x")}>', Breach.OPENED),
        (opened("/home/me/store/" + WORD.decode(), "O_WRONLY|O_CREAT"), Breach.PLANTED),
        (wrote(hexed(b"/home/me/store/x"), WORD), Breach.PLANTED),
        (wrote(hexed(b"/home/me/store/x"), WORD, "pwrite64"), Breach.PLANTED),
        (wrote("UDP:[127.0.0.1:4->127.0.0.1:9]", WORD), Breach.PLANTED),
        (wrote(f'UNIX-STREAM:[12->13,"{hexed(b"/run/log")}"]', WORD), Breach.PLANTED),
        (
            f"1 writev(3<{hexed(b'/home/me/store/x')}>, "
            f'[{{iov_base="{hexed(WORD[:4])}", iov_len=4}}, '
            f'{{iov_base="{hexed(WORD[4:])}", iov_len=5}}], 2) = 9',
            Breach.PLANTED,
        ),
        (
            "1 sendmsg(3<UNIX-DGRAM:[9]>, {msg_name={sa_family=AF_UNIX, "
            f'sun_path="{hexed(b"/l")}"}}, '
            f'msg_iov=[{{iov_base="{hexed(WORD)}", iov_len=9}}]}}, 0) = 9',
            Breach.PLANTED,
        ),
        (
            f'1 rename("{hexed(b"/home/me/store/x")}", "{hexed(b"/home/me/store/" + WORD)}") = 0',
            Breach.PLANTED,
        ),
        (
            f'1 execve("{hexed(b"/bin/true")}", ["{hexed(WORD)}"], 0x7ffc /* 3 vars */) = 0',
            Breach.PLANTED,
        ),
        (
            f'1 fsetxattr(3<{hexed(b"/home/me/store/x")}>, "\\x61", "{hexed(WORD)}", 9, 0) = 0',
            Breach.PLANTED,
        ),
        (
            f"1 mmap(NULL, 9, PROT_READ|PROT_WRITE, MAP_SHARED, 3<{hexed(b'/home/me/store/x')}>, 0)"
            " = 0x7f00",
            Breach.MAPPED,
        ),
        (
            "1 connect(3<TCP:[4]>, {sa_family=AF_INET, "
            f'sin_addr=inet_addr("{hexed(b"192.0.2.1")}")'
            "}, 16) = -1 ENETUNREACH (Network is unreachable)",
            Breach.CONNECTED,
        ),
        (
            "1 connect(3<TCPv6:[4]>, {sa_family=AF_INET6, inet_pton(AF_INET6, "
            f'"{hexed(b"2001:db8::1")}", &sin6_addr)}}, 28) = 0',
            Breach.CONNECTED,
        ),
        (
            f'1 sendto(3<UDP:[4]>, "\\x61", 1, 0, {{sa_family=AF_INET, '
            f'sin_addr=inet_addr("{hexed(b"192.0.2.1")}")}}, 16) = 1',
            Breach.CONNECTED,
        ),
        (
            '1 sendto(3<TCP:[10.0.0.2:40->192.0.2.1:443]>, "\\x61", 1, 0, NULL, 0) = 1',
            Breach.CONNECTED,
        ),
        ("1 connect(3<x>, {sa_family=AF_BLUETOOTH}, 10) = 0", Breach.CONNECTED),
        ("1 io_uring_setup(8, {flags=0}) = 3", Breach.UNSEEN),
        ("1 shmget(IPC_PRIVATE, 9, IPC_CREAT|0600) = 5", Breach.UNSEEN),
        (
            f"1 copy_file_range(3<{hexed(b'/x')}>, NULL, 4<{hexed(b'/y')}>, NULL, 9, 0) = 9",
            Breach.UNSEEN,
        ),
        (f'1 write(3<{hexed(b"/home/me/store/x")}>, "\\x61"..., 900) = 900', Breach.UNSEEN),
        ("1 +++ killed by SIGSEGV (core dumped) +++", Breach.CORE),
        ("1 nonsense", Breach.MISSED),
        ("1 newcall(1) = 0", Breach.MISSED),
    ],
)
def test_judge_what_is_not_is_a_finding(line: str, breach: Breach) -> None:
    assert breach in breaches(line)


def test_judge_words_split_over_two_writes_are_found() -> None:
    target = hexed(b"/home/me/store/x")
    assert breaches(wrote(target, WORD[:5])) == set()
    assert breaches(wrote(target, WORD[:5]), wrote(target, WORD[5:])) == {Breach.PLANTED}


def test_judge_a_socket_that_was_connected_to_another_program_is_no_pipe() -> None:
    connect = (
        f'1 connect(3<UNIX-STREAM:[4]>, {{sa_family=AF_UNIX, sun_path="{hexed(b"/run/log")}"}}'
    )
    seen = judged(f"{connect}, 16) = 0", wrote("UNIX-STREAM:[4->9]", WORD))
    assert [finding.breach for finding in seen.findings] == [Breach.PLANTED]
    assert "/run/log" in seen.findings[0].where


def test_judge_tells_which_identifiers_and_how_they_were_spelled() -> None:
    data = WORD + b" " + IDENTIFIERS[1].marks[0].encode("utf-16-le")
    (finding,) = judged(wrote(hexed(b"/home/me/store/x"), data)).findings
    assert finding.numbers == {0, 1}
    assert finding.forms == {"plain", "UTF-16"}
    assert WORD.decode() not in str(finding)


def test_judge_knows_every_call_that_is_traced() -> None:
    for name in TRACED:
        assert Breach.MISSED not in breaches(f"1 {name}() = 0"), name
