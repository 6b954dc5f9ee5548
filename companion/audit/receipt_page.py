"""The receipt for people: one page of Markdown to hand on, or rows of figures beside targets."""

from __future__ import annotations

from collections.abc import Iterable

from companion.audit.findings import Breach, Finding
from companion.audit.forgetting import WITHIN_S
from companion.audit.judge import Seen
from companion.audit.receipt import NOT_SHOWN, SEARCHED_FORMS, Outcome, Receipt
from companion.audit.scenario import EndingSeen


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
        f"- {around.system}, Python {around.python}; {_watched(receipt)}",
        f"- Network of the watched programs: {around.network}",
        f"- Core files here: {around.core_files}",
        "",
        f"In {_counted(len(receipt.endings), 'call')} each time {receipt.planted} made-up names, "
        "numbers and addresses were spoken. They went the way of real words: through the "
        "recognizer's process, understanding, cards, the draft in the encrypted store, and the "
        f"review. Then they were looked for ({SEARCHED_FORMS}) in everything that was written, "
        "sent or left on disk, and in the store, opened with its key.",
        "",
        *_table(
            ("how the call ended", "planted", "found", "shown", "files outside the list", "mapped"),
            (_ending_row(ending) for ending in receipt.endings),
        ),
        "",
        "*Shown*: stood on the screen: all of them where the organizer asked to see the words "
        "(so they do come through), else at most in a card that rewrites a question. "
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
            "afterwards. What the programs did meanwhile was not watched."
        )
    missed = len(receipt.missed)
    if missed and not receipt.findings:
        return f"Not to be believed: {missed} of the controls went unnoticed."
    return f"Something was found: {_counted(len(receipt.findings), 'finding')}, listed below."


def _watched(receipt: Receipt) -> str:
    means = receipt.surroundings.strace
    return f"watched with {means}" if receipt.traced else f"not watched, as {means}"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


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


def _reached_row(title: str, seen: Seen | None, findings: Iterable[Finding]) -> tuple[object, ...]:
    if seen is None:
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
