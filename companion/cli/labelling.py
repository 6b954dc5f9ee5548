"""What the commands of `companion label` do."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from companion.errors import InputError
from companion.notes.private_file import write_private
from companion.trainer import label_file
from companion.trainer.agreement import Agreement, agreement
from companion.trainer.bootstrap import Measured
from companion.trainer.call_writer import call_json, call_text
from companion.trainer.corpus import read_call, read_calls
from companion.trainer.evaluate import evaluate
from companion.trainer.label_desk import LabelDesk, Sheet, labelled_call, new_sheet
from companion.trainer.label_studio import from_tasks, to_tasks
from companion.trainer.role_play import BANNER, SAY_SO, suspicions
from companion.trainer.source import read_text
from companion.trainer.spoken import read_spoken
from companion.understanding.rap import find_rap, load_rap

_INITIALS = re.compile(r"[A-Za-z0-9]{1,12}")
MOST_DISPUTES = 20


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """The command line of `companion label call`."""

    path: Path
    labeller: str
    out: Path | None
    language: str
    role_play: bool
    invented: bool


def run_label(request: LabelRequest) -> None:
    """Begin or take up the work on one call, and write it out once it is complete."""
    if not _INITIALS.fullmatch(request.labeller):
        raise InputError("--as takes initials, such as AB: letters and digits, at most twelve")
    folder = request.out or request.path.parent
    spoken = read_spoken(request.path, date.today())
    call_id = request.path.name.split(".", 1)[0]
    kept = label_file.label_file(folder, call_id, request.labeller)
    sheet = _taken_up(kept, request, call_id)
    if sheet is None:
        _check_role_play(request)
        sheet = new_sheet(call_id, spoken.call_date, spoken.utterances, request.language)
        folder.mkdir(parents=True, exist_ok=True)
        label_file.save(kept, sheet, request.labeller)
    if not at_a_terminal():
        raise InputError(
            f"the desk needs a terminal to draw on; {kept} is ready, and an editor does as well: "
            "the .call form is made for people to write"
        )
    from companion.labelling.app import LabelApp

    desk = LabelDesk(sheet, keep=lambda now: label_file.save(kept, now, request.labeller))
    LabelApp(desk, str(kept)).run()
    if desk.sheet.is_complete:
        print(f"companion: complete; {write_finished(kept, as_json=False)} is written")
    else:
        print(
            f"companion: {desk.sheet.done} of {len(desk.sheet.works)} utterances have a step; the "
            "same command goes on from here"
        )


def at_a_terminal() -> bool:
    """Whether there is somebody to see the desk, and to press its keys."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _taken_up(kept: Path, request: LabelRequest, call_id: str) -> Sheet | None:
    if not kept.exists():
        return None
    work = label_file.load(kept)
    spoken = read_spoken(request.path, date.today())
    if [w.utterance.text for w in work.sheet.works] != [u.text for u in spoken.utterances]:
        raise InputError(
            f"{request.path} no longer holds the words that {kept} was made of; take the file as "
            f"it was, or rename {kept.name} and begin anew"
        )
    return work.sheet


def _check_role_play(request: LabelRequest) -> None:
    """Ask once for each call. Raises: InputError where it is not said, or does not look so."""
    spoken = read_spoken(request.path, date.today())
    print(f"companion: {BANNER}", file=sys.stderr)
    if not request.role_play:
        if not sys.stdin.isatty():
            raise InputError("nobody is here to say that this is role-play; add --role-play")
        print(f"Type '{SAY_SO}' if this is: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() != SAY_SO:
            raise InputError("nothing was labelled, and nothing was written; that is right, then")
    found = suspicions(spoken.utterances)
    if found and not request.invented:
        listed = "\n  ".join(f"utterance {s.utterance_i}: {s.what}" for s in found[:MOST_DISPUTES])
        raise InputError(
            f"{request.path} holds what an invented call would hardly hold; if it is made up all "
            f"the same, add --invented:\n  {listed}"
        )


def show_status(paths: Sequence[Path], as_json: bool) -> None:
    """How far each work is."""
    found = list(_works(paths))
    if not found:
        raise InputError(
            f"there is no unfinished work here; it is kept in files *{label_file.ENDING}"
        )
    for path in found:
        work = label_file.load(path)
        done, of = work.sheet.done, len(work.sheet.works)
        if as_json:
            row = {"file": str(path), "labeller": work.labeller, "done": done, "of": of}
            print(json.dumps({**row, "call": work.sheet.call_id}))
        else:
            state = "complete" if work.sheet.is_complete else f"{done} of {of}"
            print(f"{work.sheet.call_id:<24} {work.labeller:<6} {state}")


def _works(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob(f"*{label_file.ENDING}"))
        else:
            yield path


def write_finished(path: Path, as_json: bool) -> Path:
    """Write the labelled call beside the work, in the place of an earlier one of the same work.

    Raises: InputError while an utterance has no step.
    """
    work = label_file.load(path)
    call = labelled_call(work.sheet, hand=work.labeller)
    name = path.name.removesuffix(label_file.ENDING)
    target = path.with_name(f"{name}.{'json' if as_json else 'call'}")
    text = call_json(call) if as_json else call_text(call)
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)
    write_private(beside, [text])
    beside.replace(target)
    return target


def show_agreement(one: Path, other: Path, rap: str | None, as_json: bool) -> None:
    """Two labellers side by side, and the companion beside the first where a rap is named."""
    ones, others = read_calls([one]), read_calls([other])
    found = agreement(ones, others)
    companion = None
    if rap is not None:
        named = load_rap(Path(rap)) if rap.endswith((".yaml", ".yml")) else find_rap(rap)
        companion = evaluate(ones, named).figures["steps.accuracy"]
    if as_json:
        print(json.dumps(_agreement_values(found, companion)))
        return
    calls = "one call" if len(found.calls) == 1 else f"{len(found.calls)} calls"
    print(f"Two labellers on {calls}, {found.utterances} utterances\n")
    print(f"  same step          {_share(found.steps_agreed)}")
    print(f"  kappa of steps     {_figure(found.steps)}")
    print(f"  kappa of questions {_figure(found.questions)}")
    print(f"  kappa of cues      {_figure(found.cues)}")
    if companion is not None:
        print(f"\n  the companion has the first one's step in {_share(companion)}")
    print("\nThis is the ceiling: nothing that learns from one of them can agree with the other")
    print("more often than they do with each other.")
    if found.disputed:
        print("\nWhere they differ, to be talked over:")
        for call_id, i, what in found.disputed[:MOST_DISPUTES]:
            print(f"  {call_id}, utterance {i + 1}: {what}")
        if len(found.disputed) > MOST_DISPUTES:
            print(f"  and {len(found.disputed) - MOST_DISPUTES} more; --json shows all")


def _agreement_values(found: Agreement, companion: Measured | None) -> dict[str, object]:
    figures = {
        name: _values(getattr(found, name))
        for name in ("steps_agreed", "steps", "questions", "cues")
    }
    disputed = [{"call": c, "utterance": i, "what": what} for c, i, what in found.disputed]
    return {
        "calls": list(found.calls),
        "utterances": found.utterances,
        "figures": figures,
        "companion": None if companion is None else _values(companion),
        "disputed": disputed,
    }


def _values(figure: Measured) -> dict[str, float | int | None]:
    every = asdict(figure)
    return {name: every[name] for name in ("value", "count", "low", "high")}


def _share(figure: Measured) -> str:
    return "too little to tell" if figure.value is None else f"{figure.value:.0%}{_between(figure)}"


def _figure(figure: Measured) -> str:
    return "too little to tell" if figure.value is None else f"{figure.value:.2f}{_between(figure)}"


def _between(figure: Measured) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f" (from {figure.low:.2f} to {figure.high:.2f})"


def export_tasks(paths: Sequence[Path], to: Path) -> str:
    """Write calls as Label Studio's tasks; a file that is there is never replaced."""
    calls = read_calls(list(paths))
    write_private(to, [to_tasks(calls)])
    count = "one call" if len(calls) == 1 else f"{len(calls)} calls"
    return f"{count} written to {to}; 'companion label config' prints the interface for them."


def import_labelled(path: Path, out: Path) -> Iterator[Path]:
    """Write the calls of an export, none of them where one cannot be read or is there already."""
    calls = from_tasks(read_text(path), str(path))
    targets = [out / f"{_safe(call.call_id)}.json" for call in calls]
    taken = next((target for target in targets if target.exists()), None)
    if taken is not None:
        raise InputError(f"{taken} is there already; name another folder with --out")
    out.mkdir(parents=True, exist_ok=True)
    for call, target in zip(calls, targets, strict=True):
        write_private(target, [call_json(call)])
        read_call(target)
        yield target


def _safe(call_id: str) -> str:
    """A call's name as that of a file; it comes from elsewhere."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", call_id).strip(".-")[:80]
    if not name:
        raise InputError("a call's name has no letters or digits; give it a call_id that has")
    return name
