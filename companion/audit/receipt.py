"""The receipt: what was done, what was found, and what it does not show. JSON, Markdown, rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from companion.audit.control_runs import ControlSeen
from companion.audit.disk import DiskSearch
from companion.audit.findings import Breach, Finding
from companion.audit.forgetting import WITHIN_S, Forgot
from companion.audit.programs import ProgramSeen
from companion.audit.scenario import EndingSeen

SEARCHED_FORMS = "UTF-8, UTF-16, UTF-32, hex, base64, URL-escaped, JSON-escaped, in any case"
NOT_SHOWN = (
    "It shows this program, this version and this computer, on this day; not other programs.",
    "The planted calls hear the shipped sample sound, and a recognizer that says the planted "
    "words stands in for the real ones; those run, watched, on the sample call without plants.",
    "Words that a program would encrypt, hash or compress by means of its own before it wrote "
    "them could not be found as bytes. That no file was opened and nothing was mapped covers "
    "that, except in the store's folder, whose files were searched with the key as well.",
    "Swap, hibernation and what the terminal keeps of its window belong to the system.",
    "What a sound server or a video program does with the microphone is theirs.",
)


class Outcome(str, Enum):
    """What the audit came to."""

    CLEAN = "clean"
    IN_PART = "clean in the parts that work here"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """On what, with what."""

    version: str
    system: str
    python: str
    strace: str
    """Its version, or why there is none."""
    network: str
    """What network the watched programs had."""
    core_files: str
    """What this system does with a process that crashes."""
    as_root: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One audit."""

    made_at: datetime
    command: str
    took_s: float
    planted: int
    surroundings: Surroundings
    traced: bool
    endings: tuple[EndingSeen, ...]
    programs: tuple[ProgramSeen, ...]
    controls: tuple[ControlSeen, ...]
    forgot: tuple[Forgot, ...]
    outside: DiskSearch
    """The system's temporary folders, and the user's own folders of the program."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that must not be."""
        calls = [f for ending in self.endings for f in ending.findings]
        others = [f for program in self.programs for f in program.findings]
        late = [
            Finding(Breach.ENDED, f"{f.how.value}: {f.held_after} objects still hold words")
            for f in self.forgot
            if not f.well
        ]
        return (*calls, *others, *self.outside.findings, *late)

    @property
    def missed(self) -> tuple[ControlSeen, ...]:
        """Controls that were not caught: then nothing else can be believed."""
        return tuple(control for control in self.controls if not control.caught)

    @property
    def outcome(self) -> Outcome:
        """In a word."""
        if self.findings or self.missed:
            return Outcome.FOUND
        return Outcome.CLEAN if self.traced else Outcome.IN_PART

    def of(self, breach: Breach) -> int:
        """How many findings of this kind."""
        return sum(1 for finding in self.findings if finding.breach is breach)

    @property
    def planted_found(self) -> int:
        """Planted identifiers found anywhere."""
        return len({number for finding in self.findings for number in finding.numbers})


def as_json(receipt: Receipt) -> str:
    """The whole receipt, for programs."""
    around = receipt.surroundings
    return json.dumps(
        {
            "audit": "companion",
            "made_at": receipt.made_at.isoformat(timespec="seconds"),
            "outcome": receipt.outcome.name.lower(),
            "version": around.version,
            "command": receipt.command,
            "took_s": round(receipt.took_s, 1),
            "system": around.system,
            "python": around.python,
            "strace": around.strace,
            "network": around.network,
            "core_files": around.core_files,
            "as_root": around.as_root,
            "planted": receipt.planted,
            "planted_found": receipt.planted_found,
            "searched_as": SEARCHED_FORMS,
            "endings": [_ending_json(ending) for ending in receipt.endings],
            "programs": [_program_json(program) for program in receipt.programs],
            "controls": [
                {"name": c.control.name, "title": c.control.title, "caught": c.caught, "how": c.how}
                for c in receipt.controls
            ],
            "forgetting": [
                {
                    "how": f.how.value,
                    "words_before": f.words_before,
                    "sound_before": f.sound_before,
                    "held_after": f.held_after,
                    "took_s": round(f.took_s, 3),
                    "recognizer_gone": f.recognizer_gone,
                }
                for f in receipt.forgot
            ],
            "outside": {
                "files": receipt.outside.files,
                "bytes": receipt.outside.searched_bytes,
                "not_read": list(receipt.outside.not_read),
            },
            "findings": [_finding_json(finding) for finding in receipt.findings],
            "does_not_show": list(NOT_SHOWN),
        },
        indent=2,
        ensure_ascii=False,
    )


def as_markdown(receipt: Receipt) -> str:
    """One page to hand on."""
    around = receipt.surroundings
    caught = len(receipt.controls) - len(receipt.missed)
    lines = [
        "# Receipt of an audit of companion",
        "",
        f"**{_verdict(receipt)}**",
        "",
        f"- Made {receipt.made_at:%Y-%m-%d %H:%M %Z}, version {around.version}, by "
        f"`{receipt.command}`, in {receipt.took_s:.0f} s",
        f"- {around.system}, Python {around.python}; watched with: {around.strace}",
        f"- Network of the watched programs: {around.network}",
        f"- Core files here: {around.core_files}",
        "",
        f"In each of {len(receipt.endings)} calls {receipt.planted} made-up names, numbers and "
        "addresses were spoken. They went the way of real words: through the recognizer's "
        "process, understanding, cards, the draft in the encrypted store, and the review. Then "
        f"they were looked for ({SEARCHED_FORMS}) in everything that was written, sent or left "
        "on disk, and in the store, opened with its key.",
        "",
        *_table(
            ("how the call ended", "planted", "found", "shown", "files outside the list", "mapped"),
            (_ending_row(ending) for ending in receipt.endings),
        ),
        "",
        "*Shown*: stood in a card on the screen, which rewrites the organizer's own question. "
        "*The list*: files in the folder of the encrypted store, and the terminal. *Mapped*: "
        "files mapped into memory so that they can be written.",
        "",
        "## Network",
        "",
        *_table(
            ("what ran", "connections that are not local", "local sockets", "files outside"),
            (
                *(_reached_row(p.program.title, p.seen, p.findings) for p in receipt.programs),
                _calls_reached(receipt),
            ),
        ),
        "",
        *_forgetting(receipt),
        "## Could the audit have noticed?",
        "",
        f"{caught} of {len(receipt.controls)} controls were caught: programs that do what must "
        "not be, such as "
        + ", ".join(
            c.control.title for c in receipt.controls[:: max(1, len(receipt.controls) // 8)]
        )
        + ".",
        *(f"- NOT caught: {c.control.title} ({c.how})" for c in receipt.missed),
        "",
        f"Outside of the audit's own folders {receipt.outside.files} files that changed meanwhile "
        f"were searched ({_where(receipt)}).",
        "",
        *_found(receipt),
        "## What it does not show",
        "",
        *(f"- {sentence}" for sentence in NOT_SHOWN),
    ]
    return "\n".join(lines) + "\n"


def as_rows(receipt: Receipt) -> str:
    """Rows of a table: what is proven, how, the figure, the target."""
    calls = len(receipt.endings)
    how = f"`companion audit`: {calls} calls, {receipt.planted} planted identifiers each"
    watched = "`companion audit`, under strace" if receipt.traced else "not watched here"
    caught = len(receipt.controls) - len(receipt.missed)
    rows = [
        (
            "planted identifiers found on disk, in files, logs, sockets",
            how,
            receipt.planted_found,
            0,
        ),
        ("files opened for writing outside the list", watched, receipt.of(Breach.OPENED), 0),
        ("writable shared file mappings", watched, receipt.of(Breach.MAPPED), 0),
        ("connections that are not local", watched, receipt.of(Breach.CONNECTED), 0),
        ("core files of crashed processes", watched, receipt.of(Breach.CORE), 0),
        (
            "positive controls caught",
            "`companion audit`: programs that do what must not be",
            f"{caught} of {len(receipt.controls)}",
            "all",
        ),
        *(
            (
                f"{f.how.value}: words and recognizer gone within",
                f"`companion audit`: {f.words_before} objects held planted words before, "
                f"{f.sound_before} sound; after: {f.held_after}",
                f"{f.took_s:.2f} s",
                f"{WITHIN_S:g} s",
            )
            for f in receipt.forgot
        ),
    ]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)


def _verdict(receipt: Receipt) -> str:
    if receipt.outcome is Outcome.CLEAN:
        return "Clean: nothing planted was found, nothing was written or reached beyond the list."
    if receipt.outcome is Outcome.IN_PART:
        return (
            "Clean in the parts that work here: nothing planted lay on disk or in the store "
            f"afterwards. What programs did meanwhile was not watched: {_unwatched(receipt)}."
        )
    missed = len(receipt.missed)
    if missed and not receipt.findings:
        return f"Not to be believed: {missed} of the controls went unnoticed."
    return f"Something was found: {len(receipt.findings)} findings, listed below."


def _unwatched(receipt: Receipt) -> str:
    return receipt.surroundings.strace


def _where(receipt: Receipt) -> str:
    size = f"{receipt.outside.searched_bytes / 1e6:.0f} MB"
    unread = len(receipt.outside.not_read)
    return f"{size}; {unread} could not be read" if unread else size


def _ending_row(ending: EndingSeen) -> tuple[object, ...]:
    seen = ending.seen
    found = len({n for finding in ending.findings for n in finding.numbers})
    opened = sum(1 for f in ending.findings if f.breach is Breach.OPENED)
    watched = seen is not None
    return (
        ending.ending.title,
        ending.heard,
        found,
        ending.shown,
        opened if watched else "not watched",
        seen.mapped if seen is not None else "not watched",
    )


def _reached_row(title: str, seen: object, findings: Iterable[Finding]) -> tuple[object, ...]:
    from companion.audit.judge import Seen

    if not isinstance(seen, Seen):
        return (title, "not watched", "not watched", "not watched")
    away = sum(1 for f in findings if f.breach is Breach.CONNECTED)
    opened = sum(1 for f in findings if f.breach is Breach.OPENED)
    local = ", ".join(sorted(_plain_socket(reached) for reached in seen.connected)) or "none"
    return (title, away, local, opened)


def _calls_reached(receipt: Receipt) -> tuple[object, ...]:
    if not receipt.traced:
        return ("the calls above", "not watched", "not watched", "see above")
    away = sum(1 for e in receipt.endings for f in e.findings if f.breach is Breach.CONNECTED)
    return ("the calls above", away, "the audit's own line", "see above")


def _plain_socket(reached: str) -> str:
    """Sockets lie in folders with random names; what counts is whose they are."""
    return reached.removeprefix("socket ").rpartition("/")[2] or reached


def _forgetting(receipt: Receipt) -> list[str]:
    if not receipt.forgot:
        return []
    rows = (
        (f.how.value, f.words_before, f.sound_before, f.held_after, f"{f.took_s:.2f} s")
        for f in receipt.forgot
    )
    head = ("how", "objects with words before", "with sound before", "after", "gone within")
    return ["## Off the record, and consent withdrawn", "", *_table(head, rows), ""]


def _found(receipt: Receipt) -> list[str]:
    if not receipt.findings:
        return []
    counted: dict[str, int] = {}
    for found in receipt.findings:
        counted[str(found)] = counted.get(str(found), 0) + 1
    listed = [f"- {text}" + (f" ({n} times)" if n > 1 else "") for text, n in counted.items()]
    return ["## Findings", "", *listed, ""]


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
    ]


def _ending_json(ending: EndingSeen) -> dict[str, object]:
    seen = ending.seen
    return {
        "name": ending.ending.name,
        "title": ending.ending.title,
        "took_s": round(ending.took_s, 1),
        "heard": ending.heard,
        "shown_on_screen": ending.shown,
        "recognizers": ending.recognizers,
        "store_holds": ending.ending.left.value,
        "findings": [_finding_json(finding) for finding in ending.findings],
        "trace": None if seen is None else _seen_json(seen),
        "disk": {"files": ending.disk.files, "bytes": ending.disk.searched_bytes},
    }


def _program_json(program: ProgramSeen) -> dict[str, object]:
    return {
        "name": program.program.name,
        "title": program.program.title,
        "took_s": round(program.took_s, 1),
        "findings": [_finding_json(finding) for finding in program.findings],
        "trace": None if program.seen is None else _seen_json(program.seen),
    }


def _seen_json(seen: object) -> dict[str, object]:
    from dataclasses import asdict

    from companion.audit.judge import Seen

    assert isinstance(seen, Seen)
    values = asdict(seen)
    del values["findings"]
    return values


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "breach": finding.breach.value,
        "where": finding.where,
        "identifiers": len(finding.numbers),
        "forms": sorted(finding.forms),
    }
